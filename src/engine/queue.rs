//! The event queue: a monotone radix heap with a total order, and a sorted front.
//!
//! Events come out by time, and those of one moment in the order in which they were pushed. The next few stand sorted in the *front*,
//! which covers all time up to a *horizon*; those after it are filed by the highest digit in which they differ from it
//! ([`radix`](super::radix)), so that an entry moves at most once a digit. When the front runs short, the earliest bucket is
//! sorted into it if it is small, and filed anew if it is not. Entries of equal time always stand together in the
//! order in which they came, so the order of ties needs no sequence number to be stored; and who wants to fetch memory ahead is told
//! what comes next ([`Queue::upcoming`]). `benches/queue.rs` has the candidates that this one was chosen from.

use std::collections::VecDeque;

use crate::units::SimTime;

use super::radix::{Entry, Radix};

/// While there are more events, the front is kept so long that [`Queue::upcoming`] has something to tell.
const LOOK_AHEAD: usize = 16;
/// A bucket up to this size is sorted into the front instead of being filed anew.
const SMALL: usize = 32;
/// A front of this length takes nothing into its middle: it is filed again.
const LONG: usize = 128;

/// Pending events with a small payload, in order of time.
#[derive(Clone, Debug)]
pub struct Queue<T> {
    /// All events up to `horizon`, in the order in which they come out.
    front: VecDeque<Entry<T>>,
    horizon: u64,
    /// All events after it.
    later: Radix<T>,
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
            front: VecDeque::new(),
            horizon: 0,
            later: Radix::new(),
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
        self.len += 1;
        if at.0 > self.horizon {
            self.later.file(self.horizon, (at.0, event));
        } else {
            self.push_in_front((at.0, event));
        }
    }

    /// Takes the next event out, and moves the present to it.
    pub fn pop(&mut self) -> Option<(SimTime, T)> {
        if self.front.len() < LOOK_AHEAD {
            self.lengthen_front();
        }
        if let Ties::Shuffled(state) = &mut self.ties {
            let next = self.front.front()?.0;
            let tied = self.front.partition_point(|&(at, _)| at == next);
            self.front.swap(0, below(state, tied));
        }
        let (at, event) = self.front.pop_front()?;
        self.now = at;
        self.len -= 1;
        Some((SimTime(at), event))
    }

    /// The event that comes out after so many others unless more are pushed before it. Usually sixteen or more are known,
    /// sometimes fewer, and none only before the first [`Queue::pop`] or when none is left. A hint for fetching memory ahead, not
    /// a promise: shuffled ties come out in another order.
    #[inline]
    pub fn upcoming(&self, events_before: usize) -> Option<&T> {
        self.front.get(events_before).map(|(_, event)| event)
    }

    fn push_in_front(&mut self, entry: Entry<T>) {
        let place = self.front.partition_point(|&(at, _)| at <= entry.0);
        if place < self.front.len() && self.front.len() >= LONG {
            self.shorten_front();
            return if entry.0 > self.horizon {
                self.later.file(self.horizon, entry);
            } else {
                self.front.push_back(entry);
            };
        }
        self.front.insert(place, entry);
    }

    /// Leaves only the present in the front, so that it grows at its end alone. Each call is paid for by the many
    /// pushes that made the front long.
    fn shorten_front(&mut self) {
        self.horizon = self.now;
        let present = self.front.partition_point(|&(at, _)| at <= self.now);
        for entry in self.front.drain(present..) {
            self.later.file(self.horizon, entry);
        }
    }

    /// Takes the earliest buckets into the front while it is short. A bucket with many events is filed anew, from its earliest
    /// on, once the front is empty; until then it would be filed from a moment that may come again (`shorten_front`).
    fn lengthen_front(&mut self) {
        while self.front.len() < LOOK_AHEAD
            && let Some((place, count)) = self.later.earliest()
        {
            let is_ready = count <= SMALL || place.is_one_moment();
            if !is_ready && !self.front.is_empty() {
                return;
            }
            let mut entries = self.later.take(place);
            if is_ready {
                entries.sort_by_key(|&(at, _)| at);
                self.horizon = place.end(entries[0].0);
                self.front.extend(entries.drain(..));
            } else {
                self.horizon = entries.iter().map(|&(at, _)| at).min().expect("a bucket has an entry");
                for &entry in &entries {
                    if entry.0 == self.horizon {
                        self.front.push_back(entry);
                    } else {
                        self.later.file(self.horizon, entry);
                    }
                }
            }
            self.later.give_back(entries);
        }
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
    fn the_order_holds_however_dense_the_events_are() {
        for number in 0..40 {
            let (mut random, mut queue) = (random(number), Queue::new());
            let (mut pending, mut next) = (std::collections::BTreeSet::new(), 0_u32);
            for _ in 0..400 {
                // Bursts of pushes and of pops; near, far and tied times.
                let burst = random.below(200) as u32;
                if random.chance(0.5) {
                    let spread = [1, 100, 10_000, 1 << 30][random.below(4)];
                    for event in next..next + burst {
                        let at = queue.now().0 + random.below(spread) as u64;
                        queue.push(SimTime(at), event);
                        pending.insert((at, event));
                    }
                    next += burst;
                } else {
                    for _ in 0..burst {
                        let popped = queue.pop().map(|(at, event)| (at.0, event));
                        assert_eq!(popped, pending.pop_first(), "seed {number}");
                    }
                }
                assert_eq!(queue.len(), pending.len());
                let told: Vec<u32> = (0..).map_while(|place| queue.upcoming(place)).copied().collect();
                let come: Vec<u32> = pending.iter().map(|&(_, event)| event).take(told.len()).collect();
                assert_eq!(told, come, "seed {number}");
            }
        }
    }

    #[test]
    fn what_comes_next_is_told_ahead() {
        let mut queue = Queue::new();
        (0..100_000).for_each(|event| queue.push(SimTime(event * 7919 % 100_003), event));
        let mut told = 0;
        while queue.pop().is_some() {
            told += (0..8).filter(|&place| queue.upcoming(place).is_some()).count();
        }
        // Of the eight events that come next, nearly all are known, nearly always.
        assert!(told > 7 * 100_000, "{told} of 800 000");
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
