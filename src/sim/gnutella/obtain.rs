//! Getting a file that a search found: whom to ask, how (directly, or by a push), and what to do when that fails.

use crate::protocol::gnutella::descriptor::PUSH;
use crate::protocol::napster::Line;
use crate::record::{Observer, Record, WishOutcome};
use crate::sim::choice::{Candidates, Turn};
use crate::sim::fetch::Outcome;
use crate::sim::wish_clock::Span;
use crate::units::{PersonIndex, SimDuration, SimTime};

use super::{Event, Gnutella};

/// A supplier that was asked by a push and has not connected after this long will not.
const PUSH_TIMEOUT: SimDuration = SimDuration::from_whole_secs(30);

/// A query hit that names the file.
#[derive(Clone, Debug)]
pub struct Hit {
    pub supplier: u32,
    /// How long a message takes on the way from the asker to the supplier.
    pub one_way: SimDuration,
    /// When it is back.
    pub back: SimTime,
    /// For a supplier that cannot be connected to: the servents from the asker to it.
    pub way: Option<Box<[PersonIndex]>>,
}

/// What a wish knows beside what fetching knows of it.
#[derive(Clone, Debug, Default)]
pub struct Pursuit {
    /// Hits on their way; the next to come is the last.
    pub hits: Vec<Hit>,
    candidates: Candidates,
    /// Those among the candidates that have to be pushed.
    pushes: Vec<Hit>,
    /// At this generation of its fetch it waits for a link to send its query over.
    pub waits_for_link: Option<u32>,
}

impl Pursuit {
    /// So many hits of one query are kept, the first that come: no user looks at more.
    pub const MOST_HITS: usize = 200;
}

impl<O: Observer> Gnutella<'_, O> {
    /// Acts upon whatever fetching has come to.
    pub(super) fn act(&mut self) {
        while let Some(outcome) = self.fetches.next_outcome() {
            match outcome {
                Outcome::Ready { fetch } => self.search_for(fetch),
                Outcome::Fetched { fetch } => self.fetched(fetch),
                Outcome::Failed { fetch, why: _ } => self.choose(fetch),
            }
        }
    }

    /// The wish knows nothing: its search begins anew, or is over.
    pub(super) fn forget(&mut self, fetch: u32) {
        let index = fetch as usize;
        self.pursuits.resize_with(self.pursuits.len().max(index + 1), Pursuit::default);
        self.pursuits[index] = Pursuit::default();
    }

    /// The wish is over.
    fn conclude(&mut self, fetch: u32, outcome: WishOutcome) {
        self.forget(fetch);
        self.fetches.close(&mut self.world, fetch, outcome);
    }

    fn fetched(&mut self, fetch: u32) {
        let (person, file) = (self.fetches[fetch].person, self.fetches[fetch].file);
        self.folders.add(person, file, self.world.catalogue);
        self.share(person, file);
        self.world.books.add_progress(self.class_of(person), 1, 0);
        self.conclude(fetch, WishOutcome::Fetched);
    }

    /// Asks the next supplier, once the client has made up its mind.
    pub(super) fn choose(&mut self, fetch: u32) {
        let person = self.fetches[fetch].person;
        self.take_hits(fetch);
        let client = self.client(person);
        if self.fetches[fetch].failures >= client.attempts {
            return self.conclude(fetch, WishOutcome::Failed);
        }
        let candidates = &mut self.pursuits[fetch as usize].candidates;
        let generation = self.fetches.generation(fetch);
        match candidates.turn(client.choice, person, &mut self.world, &self.fetches) {
            Turn::Ask(supplier) => self.ask(fetch, supplier),
            Turn::Wait { time, .. } => {
                self.fetches[fetch].clock.enter(self.world.now, Span::Waiting);
                self.world.push(self.world.now + time, Event::Choose { fetch, generation })
            }
            Turn::Nobody => {
                self.fetches[fetch].clock.enter(self.world.now, Span::Finding);
                match self.pursuits[fetch as usize].hits.last() {
                    Some(next) => self.world.push(next.back, Event::Choose { fetch, generation }),
                    None => self.nobody_left(fetch),
                }
            }
        }
    }

    /// Hits that are back make their suppliers candidates.
    fn take_hits(&mut self, fetch: u32) {
        let (person, file) = (self.fetches[fetch].person, self.fetches[fetch].file);
        let pursuit = &mut self.pursuits[fetch as usize];
        let first_back = pursuit.hits.partition_point(|hit| hit.back > self.world.now);
        let suppliers = (pursuit.hits.len() - first_back) as u32;
        for hit in pursuit.hits.drain(first_back..).rev() {
            let line = Line::of(self.world.people[hit.supplier as usize].upload);
            pursuit.candidates.add(PersonIndex(hit.supplier), line.speed());
            if hit.way.is_some() {
                pursuit.pushes.push(hit);
            }
        }
        if suppliers > 0 {
            self.fetches[fetch].clock.totals.suppliers += suppliers;
            self.world.note(Record::Answered { peer: PersonIndex(person), file, suppliers });
        }
    }

    /// Connects to the supplier, or has it connect to the asker where it cannot be connected to.
    fn ask(&mut self, fetch: u32, supplier: u32) {
        let pursuit = &mut self.pursuits[fetch as usize];
        match pursuit.pushes.iter().position(|push| push.supplier == supplier) {
            Some(at) => {
                let hit = pursuit.pushes.swap_remove(at);
                self.push(fetch, &hit);
            }
            None => {
                let setup = self.fetches.usual_setup(&self.world, fetch, supplier);
                self.fetches.ask(&mut self.world, fetch, supplier, setup);
            }
        }
    }

    /// Sends a push along the way of the query. It gets lost where a servent on the way has left or the link is gone; and where
    /// neither end can be connected to, the supplier tries in vain.
    fn push(&mut self, fetch: u32, hit: &Hit) {
        let person = self.fetches[fetch].person;
        let arrives = self.send_push(fetch, hit);
        if arrives && self.client(person).connectable {
            // TCP's handshake and the supplier's GIV take three latencies, the request that answers them a fourth.
            let setup = hit.one_way + self.world.latency(person, hit.supplier).times(4);
            return self.fetches.ask(&mut self.world, fetch, hit.supplier, setup);
        }
        let state = &mut self.fetches[fetch];
        state.clock.totals.attempts += 1;
        state.clock.enter(self.world.now, Span::Waiting);
        let generation = self.fetches.generation(fetch);
        self.world.push(self.world.now + PUSH_TIMEOUT, Event::NoPush { fetch, generation });
    }

    /// Whether a push gets to its supplier; counts what it costs.
    fn send_push(&mut self, fetch: u32, hit: &Hit) -> bool {
        let way = hit.way.as_deref().unwrap_or_default();
        for hop in way.windows(2) {
            if !self.overlay.are_linked(hop[0], hop[1]) {
                return false;
            }
            self.traffic.pushes += 1;
            self.traffic.bytes += PUSH;
            let totals = &mut self.fetches[fetch].clock.totals;
            totals.messages += 1;
            totals.message_bytes += PUSH;
            if self.overlay.has_vanished(hop[1]) {
                self.loads.lose(hop[0], 1, PUSH);
                return false;
            }
            self.loads.send(hop[0], hop[1], 1, PUSH);
        }
        true
    }

    pub(super) fn no_push(&mut self, fetch: u32) {
        self.fetches[fetch].failures += 1;
        self.fetches[fetch].clock.enter(self.world.now, Span::Finding);
        self.choose(fetch);
    }

    /// Nobody has the file, or nobody gave it: the wish is searched for again, or is over.
    fn nobody_left(&mut self, fetch: u32) {
        let person = self.fetches[fetch].person;
        match self.client(person).search_again_after {
            Some(pause) => {
                self.fetches.rest(&self.world, fetch);
                let generation = self.fetches.generation(fetch);
                self.world.push(self.world.now + pause, Event::SearchAgain { fetch, generation });
            }
            None => {
                let found = self.fetches[fetch].clock.totals.suppliers > 0;
                let outcome = if found { WishOutcome::Failed } else { WishOutcome::NotFound };
                self.conclude(fetch, outcome);
            }
        }
    }
}
