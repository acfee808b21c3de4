//! An order of peers from oldest to newest in which anyone can be removed in O(1): a doubly linked list whose links
//! lie in an array indexed by peer.

use crate::units::MemberIndex;

/// Each peer at most once.
#[derive(Clone, Debug, Default)]
pub struct Order {
    oldest: Option<MemberIndex>,
    newest: Option<MemberIndex>,
    /// Grows as peers appear; meaningless for those that are not in the order.
    links: Vec<Links>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Links {
    older: Option<MemberIndex>,
    newer: Option<MemberIndex>,
}

impl Order {
    /// Puts a peer that is not in the order at its new end.
    pub fn push_newest(&mut self, peer: MemberIndex) {
        if self.links.len() <= peer.at() {
            self.links.resize(peer.at() + 1, Links::default());
        }
        self.links[peer.at()] = Links { older: self.newest, newer: None };
        match self.newest {
            Some(before) => self.links[before.at()].newer = Some(peer),
            None => self.oldest = Some(peer),
        }
        self.newest = Some(peer);
    }

    /// Takes a peer out that is in the order.
    pub fn remove(&mut self, peer: MemberIndex) {
        let Links { older, newer } = self.links[peer.at()];
        match older {
            Some(older) => self.links[older.at()].newer = newer,
            None => self.oldest = newer,
        }
        match newer {
            Some(newer) => self.links[newer.at()].older = older,
            None => self.newest = older,
        }
    }

    pub fn oldest(&self) -> Option<MemberIndex> {
        self.oldest
    }

    pub fn newest(&self) -> Option<MemberIndex> {
        self.newest
    }

    pub fn oldest_first(&self) -> impl Iterator<Item = MemberIndex> {
        std::iter::successors(self.oldest, |peer| self.links[peer.at()].newer)
    }

    pub fn newest_first(&self) -> impl Iterator<Item = MemberIndex> {
        std::iter::successors(self.newest, |peer| self.links[peer.at()].older)
    }
}
