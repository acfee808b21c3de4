//! The program checks itself: accounts that balance at the end, every invariant under test. What fails here is a bug.

use crate::protocol::gnutella::rules::Role;
use crate::record::Observer;
use crate::spec::Overlay;
use crate::units::{FileIndex, PersonIndex};

use super::Gnutella;

impl<O: Observer> Gnutella<'_, O> {
    /// Accounts that must balance once everything is flushed; each that does not is a sentence.
    pub(super) fn violations(&mut self) -> Vec<String> {
        let mut found = self.fetches.violations(&self.world);
        let messages = self.loads.messages;
        if messages.sent != messages.received + messages.lost {
            found.push(format!("messages do not balance: {messages:?}"));
        }
        found.extend(self.overlay.check().err());
        found
    }

    /// Every invariant, at whatever cost.
    pub(super) fn check_everything(&mut self) {
        self.fetches.check_now(&mut self.world);
        let now = self.world.now;
        self.overlay.check().unwrap_or_else(|what| panic!("at {now}: {what}"));
        for servent in 0..self.servents.len() as u32 {
            self.check_servent(servent);
        }
        self.check_sharers();
    }

    fn check_servent(&self, servent: u32) {
        let (own, state) = (PersonIndex(servent), self.servents[servent as usize]);
        let links = self.overlay.links(own);
        let has_links = !links.is_empty() || !self.overlay.leaves(own).is_empty();
        let vanished = self.overlay.has_vanished(own);
        let online = self.world.is_online(servent);
        assert!(online || vanished || !has_links, "{servent} has links and is neither there nor missed");
        assert!(!(online && vanished), "{servent} is there and counts as vanished");
        assert!(self.overlay.opened(own) as u32 <= state.opens, "{servent} opened too many links");
        let (most, most_leaves) = match self.spec.overlay {
            Overlay::Flat { most, .. } => (most + state.opens, 0),
            Overlay::RegularTree { degree } => (degree, 0),
            Overlay::Ultrapeers { links, parents, leaves, .. } => match self.rules.role(own) {
                Role::Equal => (2 * links + state.opens, leaves),
                Role::Leaf => (parents, 0),
            },
        };
        assert!(links.len() as u32 <= most, "{servent} has {} links", links.len());
        assert!(self.overlay.leaves(own).len() as u32 <= most_leaves, "too many leaves at {servent}");
    }

    /// Who shares a file is who holds it and shares at all, and no other.
    fn check_sharers(&self) {
        for file in (0..self.world.catalogue.len()).map(FileIndex) {
            let mut listed: Vec<u32> =
                self.search.sharers().of(file).iter().map(|servent| servent.0).collect();
            listed.sort_unstable();
            let has_come = |person: &u32| self.world.lives[*person].arrived.is_some();
            let shares = |&person: &u32| self.folders.shares(person) && self.folders.holds(person, file);
            let expected: Vec<u32> =
                (0..self.servents.len() as u32).filter(has_come).filter(shares).collect();
            assert_eq!(listed, expected, "who shares {file:?}");
        }
    }
}
