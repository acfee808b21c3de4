//! The host cache: servents that were heard of lately, among which newcomers and those who lost a link choose.
//!
//! It stands for the well-known caches of the time and for the pongs that every servent keeps. An entry is as old as the last
//! sign of life that reached it, so it may name somebody who is gone; too old, it is dropped when it is met.

use crate::rng::Stream;
use crate::units::{PersonIndex, SimDuration, SimTime};

/// Not in the cache.
const NOWHERE: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub struct HostCache {
    expiry: SimDuration,
    /// In no particular order, so that one can be drawn and removed in O(1).
    hosts: Vec<Host>,
    /// Of each servent, where it stands in `hosts`.
    places: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Host {
    servent: PersonIndex,
    heard: SimTime,
}

impl HostCache {
    /// An empty cache for servents 0..`servents`, that forgets whom it has not heard of for longer than `expiry`.
    pub fn new(servents: usize, expiry: SimDuration) -> HostCache {
        HostCache { expiry, hosts: Vec::new(), places: vec![NOWHERE; servents] }
    }

    /// Entries, some of which may be too old.
    pub fn len(&self) -> usize {
        self.hosts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.hosts.is_empty()
    }

    /// A sign of life: a pong, a ping, a new link.
    pub fn hear(&mut self, now: SimTime, servent: PersonIndex) {
        match self.places[servent.at()] {
            NOWHERE => {
                self.places[servent.at()] = self.hosts.len() as u32;
                self.hosts.push(Host { servent, heard: now });
            }
            place => self.hosts[place as usize].heard = now,
        }
    }

    /// Nothing happens if the servent is not in the cache.
    pub fn forget(&mut self, servent: PersonIndex) {
        let place = std::mem::replace(&mut self.places[servent.at()], NOWHERE);
        if place == NOWHERE {
            return;
        }
        self.hosts.swap_remove(place as usize);
        if let Some(moved) = self.hosts.get(place as usize) {
            self.places[moved.servent.at()] = place;
        }
    }

    /// A host drawn uniformly, or `None` if the draws met nobody but those to leave out. So many draws are made at most: an
    /// asker does not go through the whole cache.
    pub fn draw(
        &mut self,
        now: SimTime,
        stream: &mut Stream,
        leave_out: impl Fn(PersonIndex) -> bool,
    ) -> Option<PersonIndex> {
        const DRAWS: u32 = 10;
        for _ in 0..DRAWS {
            if self.is_empty() {
                return None;
            }
            let host = self.hosts[stream.below(self.hosts.len())];
            if now.since(host.heard) > self.expiry {
                self.forget(host.servent);
            } else if !leave_out(host.servent) {
                return Some(host.servent);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    const EXPIRY: SimDuration = SimDuration(10);

    fn stream() -> Stream {
        Seed { seed: 1, replicate: 0 }.stream("host cache")
    }

    fn of(servents: &[u32]) -> HostCache {
        let mut cache = HostCache::new(10, EXPIRY);
        servents.iter().for_each(|&servent| cache.hear(SimTime(5), PersonIndex(servent)));
        cache
    }

    #[test]
    fn every_host_is_equally_likely_and_those_left_out_never_drawn() {
        let mut cache = of(&[1, 3, 4, 7, 3, 9]);
        cache.forget(PersonIndex(4));
        cache.forget(PersonIndex(4));
        let (mut stream, mut counts) = (stream(), [0u32; 10]);
        for _ in 0..3_000 {
            let drawn = cache.draw(SimTime(5), &mut stream, |servent| servent == PersonIndex(7));
            counts[drawn.expect("ten draws meet another").at()] += 1;
        }
        // Standard deviation of a count: sqrt(3000 x 1/3 x 2/3) = 26; five of them.
        assert!([1, 3, 9].iter().all(|&host| counts[host as usize].abs_diff(1_000) < 130), "{counts:?}");
        assert_eq!(counts.iter().sum::<u32>(), 3_000);
    }

    #[test]
    fn old_entries_go_when_they_are_met_and_a_sign_of_life_keeps_them() {
        let mut cache = of(&[1, 2]);
        cache.hear(SimTime(12), PersonIndex(2));
        for _ in 0..50 {
            let drawn = cache.draw(SimTime(16), &mut stream(), |_| false);
            assert_eq!(drawn, Some(PersonIndex(2)));
        }
        assert_eq!(cache.draw(SimTime(23), &mut stream(), |_| false), None);
        assert!(cache.is_empty());
    }

    #[test]
    fn whoever_is_alone_draws_nobody() {
        let mut cache = of(&[6]);
        assert_eq!(cache.draw(SimTime(5), &mut stream(), |servent| servent == PersonIndex(6)), None);
        assert_eq!(cache.len(), 1);
    }
}
