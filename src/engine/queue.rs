//! The event queue: a monotone radix heap with a total order.
//!
//! Events come out by time, and those of one moment in the order in which they were pushed. Because simulated time
//! never goes back, an event can be filed by the highest bit in which its time differs from the present; only the lowest
//! occupied bucket is ever looked into, and an entry moves to a lower bucket at most once a bit (Ahuja, Mehlhorn, Orlin
//! and Tarjan 1990). Entries of equal time always share a bucket and keep their order when it is split, so the order
//! of ties needs no sequence number to be stored. `benches/queue.rs` has the candidates that this one was chosen from.

use crate::units::SimTime;

/// One bucket for "now" and one for each bit in which a time can differ from it.
const BUCKETS: usize = 65;

/// Pending events with a small payload, in order of time.
#[derive(Clone, Debug)]
pub struct Queue<T> {
    /// Bucket 0 holds the events of the present moment, bucket `b` those that differ from it first in bit `b - 1`.
    buckets: [Vec<(u64, T)>; BUCKETS],
    /// Bit `b` is set when bucket `b + 1` has entries.
    occupied: u64,
    /// Entries of bucket 0 that are out already.
    taken: usize,
    now: u64,
    len: usize,
    ties: Ties,
}

/// In which order events of equal time come out.
#[derive(Clone, Copy, Debug)]
enum Ties {
    AsPushed,
    /// The state of a generator that picks one of those present.
    Shuffled(u64),
}

impl<T: Copy> Default for Queue<T> {
    fn default() -> Queue<T> {
        Queue::new()
    }
}

impl<T: Copy> Queue<T> {
    /// Events of one moment come out in the order in which they were pushed.
    pub fn new() -> Queue<T> {
        Queue {
            buckets: [const { Vec::new() }; BUCKETS],
            occupied: 0,
            taken: 0,
            now: 0,
            len: 0,
            ties: Ties::AsPushed,
        }
    }

    /// Events of one moment come out in an order that depends on `key` alone: what a run finds must not depend on it.
    pub fn with_shuffled_ties(key: u64) -> Queue<T> {
        Queue { ties: Ties::Shuffled(key), ..Queue::new() }
    }

    /// The time of the last event that came out.
    pub fn now(&self) -> SimTime {
        SimTime(self.now)
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds an event; a time before the last one that came out is a bug.
    pub fn push(&mut self, at: SimTime, event: T) {
        assert!(at.0 >= self.now, "an event for {at} is pushed at {}: time went back", self.now());
        self.file(at.0, event);
        self.len += 1;
    }

    /// Takes the next event out, and moves the present to it.
    pub fn pop(&mut self) -> Option<(SimTime, T)> {
        if self.taken == self.buckets[0].len() && !self.open_next_bucket() {
            return None;
        }
        let present = &mut self.buckets[0];
        if let Ties::Shuffled(state) = &mut self.ties {
            let chosen = self.taken + below(state, present.len() - self.taken);
            present.swap(self.taken, chosen);
        }
        let (at, event) = present[self.taken];
        debug_assert_eq!(at, self.now);
        self.taken += 1;
        self.len -= 1;
        Some((SimTime(at), event))
    }

    fn file(&mut self, at: u64, event: T) {
        let bucket = (u64::BITS - (at ^ self.now).leading_zeros()) as usize;
        if bucket > 0 {
            self.occupied |= 1 << (bucket - 1);
        }
        self.buckets[bucket].push((at, event));
    }

    /// Moves the present to the earliest time in the lowest occupied bucket, and files that bucket's entries anew: each
    /// goes to a lower bucket, because the present now agrees with it in the bit that told them apart.
    fn open_next_bucket(&mut self) -> bool {
        self.buckets[0].clear();
        self.taken = 0;
        if self.occupied == 0 {
            return false;
        }
        let lowest = self.occupied.trailing_zeros() as usize;
        self.occupied &= !(1 << lowest);
        let mut entries = std::mem::take(&mut self.buckets[lowest + 1]);
        self.now = entries.iter().map(|&(at, _)| at).min().expect("an occupied bucket has an entry");
        for &(at, event) in &entries {
            self.file(at, event);
        }
        // The emptied bucket keeps its memory for those that come.
        entries.clear();
        self.buckets[lowest + 1] = entries;
        true
    }
}

/// Uniform in 0..n from a SplitMix64 generator (Steele, Lea and Flood 2014).
fn below(state: &mut u64, n: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    ((u128::from(bits) * n as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Seed, Stream};

    fn random(number: u64) -> Stream {
        Seed { seed: number, replicate: 0 }.stream("queue test")
    }

    type Events = Vec<(u64, u32)>;

    /// Pushes and pops at random, with few distinct times so that many tie; returns what came out and what went in.
    fn play(queue: &mut Queue<u32>, random: &mut Stream, spread: usize) -> (Events, Events) {
        let (mut out, mut pushed) = (Events::new(), Events::new());
        for event in 0..500 {
            let at = queue.now().0 + random.below(spread) as u64;
            queue.push(SimTime(at), event);
            pushed.push((at, event));
            if random.chance(0.4) {
                out.extend(queue.pop().map(|(at, event)| (at.0, event)));
            }
        }
        while let Some((at, event)) = queue.pop() {
            out.push((at.0, event));
        }
        assert!(queue.is_empty());
        (out, pushed)
    }

    #[test]
    fn events_come_by_time_and_then_as_pushed() {
        for number in 0..200 {
            let spread = [3, 50, 1 << 40][number as usize % 3];
            let (out, mut pushed) = play(&mut Queue::new(), &mut random(number), spread);
            pushed.sort();
            assert_eq!(out, pushed, "seed {number}");
        }
    }

    #[test]
    fn shuffling_changes_only_the_order_of_ties_and_repeats_with_its_key() {
        let run = |key| play(&mut Queue::with_shuffled_ties(key), &mut random(1), 1);
        let (mut out, pushed) = run(7);
        assert_eq!(out, run(7).0);
        assert_ne!(out, run(8).0);
        assert_ne!(out, pushed);
        out.sort();
        assert_eq!(out, pushed);
        let (out, _) = play(&mut Queue::with_shuffled_ties(7), &mut random(2), 50);
        assert!(out.is_sorted_by_key(|&(at, _)| at));
    }

    #[test]
    fn each_order_of_three_ties_is_equally_likely() {
        let mut counts = std::collections::BTreeMap::new();
        for key in 0..6000 {
            let mut queue = Queue::with_shuffled_ties(key);
            (0..3).for_each(|event| queue.push(SimTime(5), event));
            let order: Vec<i32> = std::iter::from_fn(|| queue.pop()).map(|(_, event)| event).collect();
            *counts.entry(order).or_insert(0u32) += 1;
        }
        // Standard deviation of a count: sqrt(6000 x 1/6 x 5/6) = 29; five of them.
        assert!(counts.len() == 6 && counts.values().all(|count| count.abs_diff(1000) < 145), "{counts:?}");
    }

    #[test]
    #[should_panic(expected = "time went back")]
    fn the_past_is_closed() {
        let mut queue = Queue::new();
        queue.push(SimTime(10), ());
        queue.pop();
        queue.push(SimTime(9), ());
    }
}
