//! Fetching checks itself: accounts that balance at the end, every invariant under test. What fails here is a bug.

use crate::record::Observer;

use super::{Fetches, Phase};
use crate::sim::world::World;

impl Fetches<'_> {
    /// Accounts that must balance once everything is flushed; each that does not is a sentence.
    pub fn violations<O: Observer, E: Copy>(&self, world: &World<'_, O, E>) -> Vec<String> {
        let mut found = Vec::new();
        let sent: u64 = self.accounts.iter().map(|account| account.to_requesters).sum();
        let received = self.received_bytes();
        if sent != received {
            found.push(format!("{sent} bytes were sent but {received} received"));
        }
        let counted = world.books.sent_by_peers + world.books.sent_by_servers;
        if sent != counted {
            found.push(format!("suppliers account for {sent} bytes, the books for {counted}"));
        }
        for person in 0..self.persons {
            let account = &self.accounts[person as usize];
            let down = account.from_suppliers + account.from_servers + account.wasted;
            found.extend(world.over_lines(person, account.to_requesters as f64, down as f64));
        }
        found
    }

    /// Every invariant, at whatever cost.
    pub fn check_now<O: Observer, E: Copy>(&self, world: &mut World<'_, O, E>) {
        let now = world.now;
        world.net.check().unwrap_or_else(|what| panic!("at {now}: {what}"));
        let mut waiting = vec![0; self.sources.len()];
        for (index, fetch) in self.fetches.iter().enumerate() {
            let index = index as u32;
            assert_eq!(fetch.flow.is_some(), fetch.phase == Phase::Flowing, "data flows on a flow");
            if fetch.phase == Phase::Closed {
                continue;
            }
            let listed = self.open[fetch.person as usize].contains(&index);
            assert!(listed, "an open wish is its person's");
            assert_eq!(
                fetch.phase == Phase::Paused,
                !world.is_online(fetch.person),
                "wishes of who is away are paused"
            );
            assert_eq!(fetch.credits.iter().map(|(_, bytes)| bytes).sum::<u64>(), fetch.got, "credits");
            assert!(fetch.got <= world.catalogue.size(fetch.file).0, "more than the file is here");
            if fetch.phase == Phase::Pending {
                assert!(
                    self.places_taken(fetch.person) >= self.places(world, fetch.person),
                    "a place is free for it"
                );
            }
            if fetch.phase == Phase::Queued {
                waiting[fetch.source as usize] += 1;
            }
            let served = matches!(fetch.phase, Phase::Starting | Phase::Flowing);
            let source = self.sources.get(fetch.source as usize);
            let slot = source.and_then(|source| source.serving.get(fetch.place as usize));
            assert_eq!(served, slot == Some(&index), "who is served has a slot");
        }
        for (index, source) in self.sources.iter().enumerate() {
            assert!(
                source.uploads() + source.ghosts <= source.slots,
                "source {index} has more uploads than slots"
            );
            assert_eq!(source.waiters, waiting[index], "waiters at source {index}");
            assert!(source.waiters <= source.room, "source {index} has a longer queue than it admits");
            let busy = source.uploads() + source.ghosts + source.waiters > 0;
            assert!(source.open || !busy, "source {index} is gone and serves");
            let idle = source.has_free_slot() && source.waiters > 0;
            assert!(!idle, "source {index} lets somebody wait for a free slot");
        }
    }
}
