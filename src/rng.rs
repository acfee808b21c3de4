//! Where chance comes from: one seed, and from it independent ChaCha8 streams with names.
//!
//! What the world gives a person is drawn from (seed, replicate, purpose, person), so that it is the
//! same in every system and does not move when another draw is added. Draws inside a run come from
//! one stream a system. Only integer draws of `rand` and the functions below are used, because they
//! give the same value on every platform and in every build.

use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

use crate::units::{PersonIndex, portable};

/// A seed of the scenario together with the number of the replicate: the root of all chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed {
    pub seed: u64,
    pub replicate: u32,
}

/// A named stream of random numbers.
#[derive(Clone, Debug)]
pub struct Stream(ChaCha8Rng);

impl Seed {
    fn key(self, purpose: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"unchoke stream\0");
        hash.update(self.seed.to_le_bytes());
        hash.update(self.replicate.to_le_bytes());
        hash.update(purpose.as_bytes());
        hash.finalize().into()
    }

    /// The stream of that name; equal arguments give equal streams.
    pub fn stream(self, purpose: &str) -> Stream {
        Stream(ChaCha8Rng::from_seed(self.key(purpose)))
    }

    /// A function from person to that person's own stream for `purpose`.
    pub fn per_person(self, purpose: &str) -> impl Fn(PersonIndex) -> Stream + use<> {
        let root = ChaCha8Rng::from_seed(self.key(purpose));
        move |person| {
            let mut own = root.clone();
            own.set_stream(u64::from(person.0) + 1);
            Stream(own)
        }
    }
}

impl Stream {
    /// Uniform over all 64-bit numbers.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in [0, 1), a multiple of 2^-53.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform in 0..n, by multiplication and shift; its bias is below n / 2^64. `n` = 0 is a bug.
    pub fn below(&mut self, n: usize) -> usize {
        assert!(n > 0, "a choice among none");
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Exponentially distributed with the given mean (inverse of the distribution function).
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * portable::ln(1.0 - self.unit())
    }

    /// Puts `items` into a uniformly random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: Seed = Seed { seed: 7, replicate: 0 };

    #[test]
    fn streams_are_told_apart_by_every_part_of_their_name() {
        let first = |seed: Seed, purpose: &str| seed.stream(purpose).bits();
        let reference = first(SEED, "a");
        assert_eq!(reference, first(SEED, "a"));
        assert_ne!(reference, first(SEED, "b"));
        assert_ne!(reference, first(Seed { replicate: 1, ..SEED }, "a"));
        assert_ne!(reference, first(Seed { seed: 8, ..SEED }, "a"));
        let own = SEED.per_person("a");
        assert_ne!(own(PersonIndex(0)).bits(), own(PersonIndex(1)).bits());
    }

    #[test]
    fn below_covers_its_range_evenly() {
        let mut stream = SEED.stream("below");
        let mut counts = [0u32; 5];
        for _ in 0..50_000 {
            counts[stream.below(5)] += 1;
        }
        // Standard deviation of a count: sqrt(50000 x 0.2 x 0.8) = 89; five of them.
        assert!(counts.iter().all(|&count| count.abs_diff(10_000) < 450), "{counts:?}");
    }

    #[test]
    fn the_exponential_has_its_mean() {
        let mut stream = SEED.stream("exponential");
        let mean = (0..100_000).map(|_| stream.exponential(3.0)).sum::<f64>() / 100_000.0;
        // Standard error 3 / sqrt(100000) = 0.0095.
        assert!((mean - 3.0).abs() < 0.05, "{mean}");
    }
}
