//! How the holders of a part multiply on paper: a branching process in which everybody has some slots and fills them in rounds.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::rng::Stream;
use crate::units::portable;

/// How holders multiply.
#[derive(Clone, Copy, Debug)]
pub struct Growth {
    /// Parts that a holder sends at once, each at its share of the uplink.
    pub slots: u32,
    /// Seconds that an uplink takes for a part.
    pub part_time: f64,
    /// Free slots are filled at moments so many seconds apart; those of a new holder begin at random.
    pub round: f64,
}

impl Growth {
    /// Part-times in which the holders double where no slot waits: k ln 2 / ln(1 + k).
    pub fn least_doubling(slots: u32) -> f64 {
        let slots = f64::from(slots);
        slots * std::f64::consts::LN_2 / portable::ln(1.0 + slots)
    }

    /// Seconds that a holder takes to fill its slots and send to all of them.
    pub fn serving_time(&self) -> f64 {
        f64::from(self.slots) * self.part_time
    }

    /// The moments, in seconds, at which holders come to be beside the first, until there are so many.
    pub fn births(&self, holders: usize, chance: &mut Stream) -> Vec<f64> {
        // In nanoseconds, which have an order.
        let nanos = |seconds: f64| (seconds * 1e9) as u64;
        let served = |wait: f64| nanos(wait + self.serving_time());
        let period = nanos((self.serving_time() / self.round).ceil() * self.round);
        let mut done = BinaryHeap::from([Reverse(served(chance.unit() * self.round))]);
        let mut births = Vec::new();
        while births.len() + 1 < holders {
            let Reverse(now) = done.pop().expect("who has served serves again");
            done.push(Reverse(now + period));
            for _ in 0..self.slots {
                births.push(now as f64 * 1e-9);
                done.push(Reverse(now + served(chance.unit() * self.round)));
            }
        }
        births
    }
}

/// How many holders there are at a time, of the moments at which all but the first came to be, ascending.
pub fn holders_at(births: &[f64], time: f64) -> usize {
    1 + births.partition_point(|birth| *birth <= time)
}

/// The time in which holders double, in the unit of `times`: least squares through the logarithm of their number at those moments.
pub fn doubling(births: &[f64], times: impl Iterator<Item = f64>) -> Option<f64> {
    let points: Vec<(f64, f64)> =
        times.map(|time| (time, portable::ln(holders_at(births, time) as f64))).collect();
    slope(&points).filter(|slope| *slope > 0.0).map(|slope| std::f64::consts::LN_2 / slope)
}

/// Slope of the least-squares line; `None` where all stand above one place.
pub fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let n = points.len() as f64;
    let mean = |part: fn(&(f64, f64)) -> f64| points.iter().map(part).sum::<f64>() / n;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let squares: f64 = points.iter().map(|point| (point.0 - x) * (point.0 - x)).sum();
    let products: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    (squares > 0.0).then(|| products / squares)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    #[test]
    fn the_limits_table() {
        assert!((Growth::least_doubling(1) - 1.0).abs() < 1e-12);
        assert!((Growth::least_doubling(4) - 1.72).abs() < 0.005);
        assert!((Growth::least_doubling(7) - 2.33).abs() < 0.005);
    }

    #[test]
    fn without_waits_each_serving_time_multiplies_by_one_and_the_slots() {
        let growth = Growth { slots: 3, part_time: 2.0, round: 1e-6 };
        let births = growth.births(1000, &mut Seed { seed: 1, replicate: 0 }.stream("births"));
        let middles = (0..5).map(|generation| (f64::from(generation) + 0.5) * 6.0);
        let counts: Vec<usize> = middles.clone().map(|time| holders_at(&births, time)).collect();
        assert_eq!(counts, [1, 4, 16, 64, 256]);
        // 3 parts of 2 s, times ln 2 / ln 4.
        assert!((doubling(&births, middles).unwrap() - 3.0).abs() < 1e-9);
    }

    #[test]
    fn many_holders_grow_as_eulers_and_lotkas_equation_says() {
        // One slot, a part-time of 1 s, rounds of 10 s: births at W + 1 + 10 j with W uniform in (0, 10) give
        // 1 = E[exp(-r W)] exp(-r) / (1 - exp(-10 r)), solved by r = 0.0913 a second.
        let growth = Growth { slots: 1, part_time: 1.0, round: 10.0 };
        let births = growth.births(200_000, &mut Seed { seed: 1, replicate: 0 }.stream("births"));
        let last = births[births.len() - 1];
        let measured = doubling(&births, (0..100).map(|k| last - 0.5 * f64::from(k))).unwrap();
        assert!((std::f64::consts::LN_2 / measured - 0.0913).abs() < 0.0005, "{measured}");
    }

    #[test]
    fn a_line_has_its_slope() {
        assert_eq!(slope(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]), Some(2.0));
        assert_eq!(slope(&[(1.0, 1.0)]), None);
    }
}
