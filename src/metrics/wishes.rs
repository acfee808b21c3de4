//! Wishes added up while a run goes on, so that millions of them need no memory each.
//!
//! Counters, and for a wish that is fulfilled its time in eight bytes: a quantile is a value that occurred, so the values are
//! kept, and nothing else of a wish is.

use crate::record::{WishOutcome, WishTotals};
use crate::units::{SimDuration, SimTime};

/// Wishes of one class, or of all.
#[derive(Clone, Debug, Default)]
pub(super) struct WishTally {
    /// In the order of [`WishOutcome::ALL`].
    pub outcomes: [u64; 5],
    /// Somebody who has the file was named.
    pub found: u64,
    /// Nobody was, though somebody online had it.
    pub missed_online: u64,
    pub searches: u64,
    pub messages: u64,
    pub message_bytes: u64,
    /// Seconds of the wishes that were fulfilled.
    pub finding_s: f64,
    pub waiting_s: f64,
    pub transferring_s: f64,
    /// From the wish to the file, of the wishes that were fulfilled, in the order in which they were.
    pub times: Vec<SimDuration>,
}

/// Whether a search named somebody who has the file; what needs no search is found if it is fetched.
pub(super) fn is_found(wish: &WishTotals) -> bool {
    wish.suppliers > 0 || wish.outcome == WishOutcome::Fetched
}

impl WishTally {
    pub fn add(&mut self, wish: &WishTotals) {
        self.outcomes[wish.outcome as usize] += 1;
        if is_found(wish) {
            self.found += 1;
        } else if wish.available > 0 {
            self.missed_online += 1;
        }
        self.searches += u64::from(wish.searches);
        self.messages += wish.messages;
        self.message_bytes += wish.message_bytes;
        if wish.outcome == WishOutcome::Fetched {
            self.finding_s += wish.finding.as_secs();
            self.waiting_s += wish.waiting.as_secs();
            self.transferring_s += wish.transferring.as_secs();
            self.times.push(wish.ended.expect("what was fetched has ended").since(wish.wished));
        }
    }

    /// This one and another together.
    pub fn merge(&mut self, other: &WishTally) {
        for (sum, count) in self.outcomes.iter_mut().zip(other.outcomes) {
            *sum += count;
        }
        self.found += other.found;
        self.missed_online += other.missed_online;
        self.searches += other.searches;
        self.messages += other.messages;
        self.message_bytes += other.message_bytes;
        self.finding_s += other.finding_s;
        self.waiting_s += other.waiting_s;
        self.transferring_s += other.transferring_s;
        self.times.extend_from_slice(&other.times);
    }

    pub fn wishes(&self) -> u64 {
        self.outcomes.iter().sum()
    }

    pub fn ended(&self, outcome: WishOutcome) -> u64 {
        self.outcomes[outcome as usize]
    }
}

/// How many wishes were made and fulfilled by each sample.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    every: SimDuration,
    /// In each interval between samples; the k-th ends at k times `every`.
    made: Vec<u64>,
    fetched: Vec<u64>,
}

impl Pace {
    pub fn new(every: SimDuration) -> Pace {
        assert!(every > SimDuration::ZERO, "samples lie apart");
        Pace { every, made: Vec::new(), fetched: Vec::new() }
    }

    pub fn add(&mut self, wish: &WishTotals) {
        let interval = |at: SimTime| at.0.div_ceil(self.every.0) as usize;
        count(&mut self.made, interval(wish.wished));
        if wish.outcome == WishOutcome::Fetched {
            count(&mut self.fetched, interval(wish.ended.expect("what was fetched has ended")));
        }
    }

    /// Wishes made and fulfilled until each of `samples`, which ascend.
    pub fn until(&self, samples: impl Iterator<Item = SimTime>) -> Vec<(u64, u64)> {
        let (mut next, mut sums) = (0, (0, 0));
        let until = |at: SimTime| {
            let last = at.0.div_ceil(self.every.0) as usize;
            while next <= last {
                sums.0 += self.made.get(next).copied().unwrap_or(0);
                sums.1 += self.fetched.get(next).copied().unwrap_or(0);
                next += 1;
            }
            sums
        };
        samples.map(until).collect()
    }
}

fn count(counts: &mut Vec<u64>, place: usize) {
    if counts.len() <= place {
        counts.resize(place + 1, 0);
    }
    counts[place] += 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::testing::{at, fetched, not_found};

    #[test]
    fn a_tally_keeps_the_times_of_what_was_fetched_and_counts_the_rest() {
        let mut tally = WishTally::default();
        tally.add(&fetched(1, 0, 10, 40));
        tally.add(&not_found(1, 5, 20, 3));
        tally.add(&not_found(2, 6, 20, 0));
        assert_eq!(tally.times, [SimDuration::from_whole_secs(30)]);
        assert_eq!((tally.wishes(), tally.ended(WishOutcome::NotFound)), (3, 2));
        assert_eq!((tally.found, tally.missed_online, tally.searches), (1, 1, 3));
        let mut both = tally.clone();
        both.merge(&tally);
        assert_eq!((both.wishes(), both.times.len(), both.messages), (6, 2, 2 * tally.messages));
        assert_eq!(both.transferring_s, 2.0 * tally.transferring_s);
    }

    #[test]
    fn a_wish_counts_from_the_first_sample_that_is_not_before_it() {
        let mut pace = Pace::new(SimDuration::from_whole_secs(5));
        pace.add(&fetched(1, 0, 0, 10));
        pace.add(&fetched(2, 0, 5, 11));
        pace.add(&not_found(3, 1, 12, 0));
        // The run ends between two samples.
        let samples = [0, 5, 10, 12].map(at);
        assert_eq!(pace.until(samples.into_iter()), [(1, 0), (2, 0), (2, 1), (3, 2)]);
    }
}
