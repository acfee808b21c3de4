//! A query's wave: what the flood of its copies does, in one pass.
//!
//! Copies are taken in the order in which they arrive (of equal moments: fewer hops first, then by who was reached
//! first), so each servent is reached by the copy that a run message by message would bring it first, with that copy's TTL;
//! all later ones are duplicates, whatever TTL they have left. Each latency has a lane of its own: what is sent later
//! over equally long links arrives later, so a lane is in order by itself and only the heads of the lanes are compared. With
//! one latency for all this is a search in breadth.
//!
//! The overlay stands still: a wave is over within seconds, and is decided as the overlay is when it begins.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::collections::binary_heap::{BinaryHeap, PeekMut};

use super::overlay::Overlay;
use crate::units::{PersonIndex, SimDuration};

/// Place of a servent that a copy is under way to, and of a leaf that was passed one.
const UNDER_WAY: u32 = u32::MAX;
const PASSED: u32 = u32::MAX - 1;
/// Nobody sent the asker its query.
const NOBODY: u32 = u32::MAX;

/// Works out one query after the other; its memory is kept between them.
#[derive(Clone, Debug, Default)]
pub struct Wave {
    visits: Vec<Visit>,
    /// Number of the present query: a visit of another counts for nothing.
    query: u32,
    ttl: u8,
    /// In the order of arrival; the asker first.
    reached: Vec<PersonIndex>,
    /// Leaves that a copy was passed to.
    leaves: Vec<PersonIndex>,
    /// A bit for each servent: a leaf of an ultrapeer that was reached. Bits, because a query covers most leaves there are
    /// several times over.
    covered: Vec<u64>,
    lanes: Vec<VecDeque<Copy>>,
    /// The first copy of every lane that has any.
    heads: BinaryHeap<Reverse<Head>>,
    counts: Counts,
}

/// What is known of a servent in the present query. A flood looks at them at random, so none straddles two cache lines.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(32))]
struct Visit {
    query: u32,
    /// Place in the order of arrival, or one of the two constants above.
    place: u32,
    first: Arrival,
    /// Copies that it sent and received.
    sent: u16,
    received: u16,
}

/// A copy as it arrives. The order is the one in which copies are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Arrival {
    /// Nanoseconds after the query was sent.
    after: u64,
    hops: u8,
    /// Place of its sender in the order of arrival.
    sender: u32,
}

#[derive(Clone, Copy, Debug)]
struct Copy {
    arrival: Arrival,
    to: PersonIndex,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Head {
    arrival: Arrival,
    lane: u32,
}

/// What a query came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Copies sent over a link.
    pub copies: u64,
    /// Copies that came to somebody who had the query already.
    pub duplicates: u64,
    /// Copies to servents that had vanished.
    pub lost: u64,
    /// Servents whose files were looked through, the asker not counted: those that got the query, and the leaves of
    /// ultrapeers that got it and could have passed it on.
    pub reached: u32,
}

impl Wave {
    /// Lets the query of `asker` spread over `ttl` hops; the answers to the previous one are forgotten.
    pub fn spread(&mut self, overlay: &Overlay, asker: PersonIndex, ttl: u8) {
        self.begin(overlay, ttl);
        let first = Arrival { after: 0, hops: 0, sender: NOBODY };
        self.visits[asker.at()] = Visit { query: self.query, place: UNDER_WAY, first, sent: 0, received: 0 };
        self.accept(overlay, asker);
        while let Some(copy) = self.next_copy() {
            let visit = &self.visits[copy.to.at()];
            // A copy that was overtaken on its way was counted as a duplicate then.
            if visit.place == UNDER_WAY && visit.first.sender == copy.arrival.sender {
                self.counts.reached += 1;
                self.accept(overlay, copy.to);
            }
        }
    }

    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Everybody who sent or received copies: with the numbers sent and received.
    pub fn tally(&self) -> impl Iterator<Item = (PersonIndex, u32, u32)> {
        self.reached.iter().chain(&self.leaves).map(|&servent| {
            let visit = &self.visits[servent.at()];
            (servent, u32::from(visit.sent), u32::from(visit.received))
        })
    }

    /// Whether the query gets to that servent if it has something that matches. The asker's does too.
    pub fn covers(&self, servent: PersonIndex) -> bool {
        self.visits[servent.at()].query == self.query || self.is_covered(servent)
    }

    /// Whether an ultrapeer of that leaf has the query and looks it up in the leaf's table.
    fn is_covered(&self, leaf: PersonIndex) -> bool {
        self.covered[leaf.at() / 64] >> (leaf.at() % 64) & 1 != 0
    }

    /// How long after the query was sent it arrives at a covered servent with matching files, and after how many hops.
    /// `None`: it is the asker, or has vanished.
    ///
    /// A leaf gets the query from each of its ultrapeers, which is counted here: so this is asked once of each such servent.
    pub fn arrives_at(&mut self, overlay: &Overlay, servent: PersonIndex) -> Option<(SimDuration, u8)> {
        assert!(self.covers(servent), "the query does not get to {servent:?}");
        if overlay.is_leaf(servent) {
            self.pass_to_leaf(overlay, servent);
        }
        let visit = &self.visits[servent.at()];
        let is_asker = visit.place == 0;
        let got_it = !is_asker && (visit.place != PASSED || visit.received > 0);
        got_it.then_some((SimDuration(visit.first.after), visit.first.hops))
    }

    /// The way of a hit: from a servent that the query arrived at back to the asker, both included.
    pub fn way_back(&self, from: PersonIndex) -> impl Iterator<Item = PersonIndex> {
        std::iter::successors(Some(from), |servent| {
            let sender = self.visits[servent.at()].first.sender;
            (sender != NOBODY).then(|| self.reached[sender as usize])
        })
    }

    fn begin(&mut self, overlay: &Overlay, ttl: u8) {
        self.visits.resize(overlay.servents(), Visit::default());
        self.lanes.resize(overlay.lanes(), VecDeque::new());
        self.query = self.query.checked_add(1).expect("fewer than 2^32 queries");
        self.ttl = ttl;
        self.reached.clear();
        self.leaves.clear();
        self.covered.clear();
        self.covered.resize(overlay.servents().div_ceil(64), 0);
        self.counts = Counts::default();
    }

    /// The first copy is here: the servent sends it on over all links but the one it came by, while hops are left.
    fn accept(&mut self, overlay: &Overlay, servent: PersonIndex) {
        let place = self.reached.len() as u32;
        self.reached.push(servent);
        let visit = &mut self.visits[servent.at()];
        visit.place = place;
        let first = visit.first;
        if first.hops >= self.ttl {
            return;
        }
        let came_from = (first.sender != NOBODY).then(|| self.reached[first.sender as usize]);
        let mut sent = 0;
        for &link in overlay.links(servent).iter().filter(|link| Some(link.to) != came_from) {
            sent += 1;
            if link.is_silent() {
                self.counts.lost += 1;
                continue;
            }
            let after = first.after + overlay.latency(link).0;
            self.send(
                Copy { arrival: Arrival { after, hops: first.hops + 1, sender: place }, to: link.to },
                link.lane(),
            );
        }
        self.visits[servent.at()].sent = sent;
        self.counts.copies += u64::from(sent);
        if overlay.has_leaves() {
            self.cover_leaves(overlay, servent);
        }
    }

    /// Puts a copy on its way, unless another is known to be there first.
    fn send(&mut self, copy: Copy, lane: u32) {
        let visit = &mut self.visits[copy.to.at()];
        if visit.query == self.query {
            visit.received += 1;
            self.counts.duplicates += 1;
            if visit.place != UNDER_WAY || visit.first < copy.arrival {
                return;
            }
            visit.first = copy.arrival;
        } else {
            *visit = Visit { query: self.query, place: UNDER_WAY, first: copy.arrival, sent: 0, received: 1 };
        }
        let queue = &mut self.lanes[lane as usize];
        if queue.is_empty() {
            self.heads.push(Reverse(Head { arrival: copy.arrival, lane }));
        }
        queue.push_back(copy);
    }

    /// The copy that arrives next.
    fn next_copy(&mut self) -> Option<Copy> {
        let mut head = self.heads.peek_mut()?;
        let queue = &mut self.lanes[head.0.lane as usize];
        let copy = queue.pop_front().expect("a lane with a head has a copy");
        match queue.front() {
            Some(next) => head.0.arrival = next.arrival,
            None => {
                PeekMut::pop(head);
            }
        }
        Some(copy)
    }

    /// The ultrapeer looks the query up in the tables of its leaves.
    fn cover_leaves(&mut self, overlay: &Overlay, ultrapeer: PersonIndex) {
        let asker = self.reached[0];
        for leaf in overlay.leaves(ultrapeer) {
            let (word, bit) = (&mut self.covered[leaf.to.at() / 64], 1 << (leaf.to.at() % 64));
            let is_new = *word & bit == 0 && !leaf.is_silent() && leaf.to != asker;
            self.counts.reached += u32::from(is_new);
            *word |= bit;
        }
    }

    /// The leaf's table matches: each of its ultrapeers that has the query, and did not get it from the leaf itself, passes it on.
    fn pass_to_leaf(&mut self, overlay: &Overlay, leaf: PersonIndex) {
        let is_asker = leaf == self.reached[0];
        let mut own = self.visits[leaf.at()];
        if !is_asker {
            own = Visit { query: self.query, place: PASSED, ..Visit::default() };
        }
        let mut first = None;
        for &link in overlay.links(leaf) {
            let above = &mut self.visits[link.to.at()];
            let has_it = above.query == self.query && above.place < PASSED && above.first.hops < self.ttl;
            if !has_it || is_asker && above.first.sender == 0 {
                continue;
            }
            above.sent += 1;
            self.counts.copies += 1;
            if overlay.has_vanished(leaf) {
                self.counts.lost += 1;
                continue;
            }
            own.received += 1;
            let after = above.first.after + overlay.latency(link).0;
            let arrival = Arrival { after, hops: above.first.hops + 1, sender: above.place };
            self.counts.duplicates += u64::from(is_asker || first.is_some());
            first = Some(first.map_or(arrival, |other: Arrival| other.min(arrival)));
        }
        if !is_asker {
            own.first = first.unwrap_or(own.first);
            self.leaves.push(leaf);
        }
        self.visits[leaf.at()] = own;
    }
}

#[cfg(test)]
mod tests;
