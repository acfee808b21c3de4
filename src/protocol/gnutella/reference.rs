//! The same as [`super::wave`], message by message: every servent keeps a routing table of the ids that it has seen and acts
//! on one descriptor at a time. Slow, and only for tests to compare with.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::overlay::Overlay;
use crate::units::PersonIndex;

/// A query that is to be sent.
pub struct Query {
    pub asker: PersonIndex,
    pub ttl: u8,
    pub sent_at: u64,
    /// Who has a file that matches.
    pub matches: BTreeSet<PersonIndex>,
}

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub copies: u64,
    pub duplicates: u64,
    pub lost: u64,
    /// Who got the query, or has an ultrapeer that looked it up in its table.
    pub reached: BTreeSet<PersonIndex>,
    /// Copies sent and received.
    pub tally: BTreeMap<PersonIndex, (u32, u32)>,
    /// Of each that answered: when and after how many hops the query came, and when the hit was back, after the query was
    /// sent.
    pub answers: BTreeMap<PersonIndex, (u64, u8, u64)>,
    /// Hits sent and received.
    pub hits: BTreeMap<PersonIndex, (u32, u32)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Descriptor {
    Query { ttl: u8 },
    Hit { of: PersonIndex },
}

/// A descriptor under way; in the order of arrival, and of equal moments by hops and then in the order of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Message {
    at: u64,
    hops: u8,
    sequence: u64,
    id: usize,
    from: PersonIndex,
    to: PersonIndex,
    descriptor: Descriptor,
}

struct Run<'a> {
    overlay: &'a Overlay,
    queries: &'a [Query],
    pending: BinaryHeap<Reverse<Message>>,
    sequence: u64,
    /// Routing tables: of each servent, from whom each id came first; the asker has its own from nobody.
    came_from: Vec<BTreeMap<usize, Option<PersonIndex>>>,
    outcomes: Vec<Outcome>,
}

/// Sends all queries over the overlay and waits until the last message has arrived.
pub fn play(overlay: &Overlay, queries: &[Query]) -> Vec<Outcome> {
    let mut run = Run {
        overlay,
        queries,
        pending: BinaryHeap::new(),
        sequence: 0,
        came_from: vec![BTreeMap::new(); overlay.servents()],
        outcomes: vec![Outcome::default(); queries.len()],
    };
    for (id, query) in queries.iter().enumerate() {
        run.came_from[query.asker.at()].insert(id, None);
        run.forward(id, query.asker, query.sent_at, 0, query.ttl);
    }
    while let Some(Reverse(message)) = run.pending.pop() {
        match message.descriptor {
            Descriptor::Query { ttl } => run.query_arrives(message, ttl),
            Descriptor::Hit { of } => run.hit_arrives(message, of),
        }
    }
    run.outcomes
}

impl Run<'_> {
    fn query_arrives(&mut self, message: Message, ttl: u8) {
        let Message { at, hops, id, from, to, .. } = message;
        self.outcomes[id].tally.entry(to).or_default().1 += 1;
        if self.came_from[to.at()].contains_key(&id) {
            self.outcomes[id].duplicates += 1;
            return;
        }
        self.came_from[to.at()].insert(id, Some(from));
        self.outcomes[id].reached.insert(to);
        let query = &self.queries[id];
        if query.matches.contains(&to) {
            self.outcomes[id].answers.insert(to, (at - query.sent_at, hops, 0));
            self.send_hit(id, to, at, hops, to);
        }
        if !self.overlay.is_leaf(to) {
            self.forward(id, to, at, hops, ttl);
        }
    }

    /// Sends the query on where a hop is left: over all links but the one it came by, and to leaves whose table matches.
    fn forward(&mut self, id: usize, servent: PersonIndex, at: u64, hops: u8, ttl: u8) {
        if ttl == 0 {
            return;
        }
        let overlay = self.overlay;
        let came_from = self.came_from[servent.at()][&id];
        let leaves = overlay.leaves(servent);
        let asker = self.queries[id].asker;
        let there = leaves.iter().filter(|leaf| !leaf.is_silent() && leaf.to != asker);
        self.outcomes[id].reached.extend(there.map(|leaf| leaf.to));
        let matching = leaves.iter().filter(|leaf| self.queries[id].matches.contains(&leaf.to));
        let targets: Vec<_> = overlay.links(servent).iter().chain(matching).copied().collect();
        for link in targets.into_iter().filter(|link| Some(link.to) != came_from) {
            self.outcomes[id].copies += 1;
            self.outcomes[id].tally.entry(servent).or_default().0 += 1;
            if link.is_silent() {
                self.outcomes[id].lost += 1;
                continue;
            }
            self.sequence += 1;
            self.pending.push(Reverse(Message {
                at: at + overlay.latency(link).0,
                hops: hops + 1,
                sequence: self.sequence,
                id,
                from: servent,
                to: link.to,
                descriptor: Descriptor::Query { ttl: ttl - 1 },
            }));
        }
    }

    fn hit_arrives(&mut self, message: Message, of: PersonIndex) {
        let Message { at, hops, id, to, .. } = message;
        self.outcomes[id].hits.entry(to).or_default().1 += 1;
        let sent_at = self.queries[id].sent_at;
        match self.came_from[to.at()][&id] {
            Some(_) => self.send_hit(id, to, at, hops, of),
            None => self.outcomes[id].answers.get_mut(&of).expect("it answered").2 = at - sent_at,
        }
    }

    /// Sends a hit one link back on the way that the query came.
    fn send_hit(&mut self, id: usize, servent: PersonIndex, at: u64, hops: u8, of: PersonIndex) {
        let back = self.came_from[servent.at()][&id].expect("the asker does not answer itself");
        let mut both = self.overlay.links(servent).iter().chain(self.overlay.leaves(servent));
        let link = both.find(|link| link.to == back).expect("it came over a link");
        self.outcomes[id].hits.entry(servent).or_default().0 += 1;
        self.sequence += 1;
        self.pending.push(Reverse(Message {
            at: at + self.overlay.latency(*link).0,
            hops,
            sequence: self.sequence,
            id,
            from: servent,
            to: back,
            descriptor: Descriptor::Hit { of },
        }));
    }
}
