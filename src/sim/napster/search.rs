//! From a wish to an answer: the search, its turn at the server, the list of suppliers.

use crate::net::FlowId;
use crate::protocol::names::Field;
use crate::protocol::napster::message;
use crate::record::{Central, Observer, Record, WishOutcome};
use crate::units::{Bytes, PersonIndex};
use crate::workload::Wish;

use super::{ANSWER, Event, Napster};
use crate::sim::choice::Candidates;
use crate::sim::fetch::wire_bytes;
use crate::sim::station;
use crate::sim::wish_clock::Span;
use crate::sim::world::NONE;

/// A fetch that is looking for its supplier.
#[derive(Clone, Debug)]
pub struct Hunt {
    pub stage: Stage,
    /// Counts steps, over all fetches that have had this place.
    pub turn: u32,
    /// What it searches by.
    by: Field,
    /// Suppliers known and not asked yet.
    pub candidates: Candidates,
    /// The answer that is on its way: its length, and its flow once it arrives.
    answer: Bytes,
    flow: Option<FlowId>,
    /// Whether that answer is as long as an answer can be.
    full: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// There is nothing to look for, or a supplier has been asked.
    Idle,
    /// Waits for a connection to a server, to search.
    Stranded,
    Searching,
    /// Waits for pongs.
    Pinging,
    /// A request is on its way to the server.
    Requesting,
    /// Waits, to search again.
    Resting,
}

impl Hunt {
    fn new() -> Hunt {
        Hunt {
            stage: Stage::Idle,
            turn: 0,
            by: Field::Title,
            candidates: Candidates::default(),
            answer: Bytes::ZERO,
            flow: None,
            full: false,
        }
    }

    pub fn is_current(&self, turn: u32) -> bool {
        self.turn == turn
    }

    /// Goes to the next stage and returns its turn.
    pub fn enter(&mut self, stage: Stage) -> u32 {
        self.stage = stage;
        self.turn += 1;
        self.turn
    }
}

impl<O: Observer> Napster<'_, O> {
    pub(super) fn hunt(&mut self, fetch: u32) -> &mut Hunt {
        &mut self.hunts[fetch as usize]
    }

    fn wish(&self, fetch: u32) -> Wish {
        self.world.wish_of(self.fetches[fetch].person, self.fetches[fetch].nth as usize)
    }

    /// The wish has its turn.
    pub(super) fn begin_hunt(&mut self, fetch: u32) {
        if self.hunts.len() <= fetch as usize {
            self.hunts.resize_with(fetch as usize + 1, Hunt::new);
        }
        if self.fetches[fetch].clock.totals.searches == 0 {
            self.hunt(fetch).by = self.wish(fetch).by;
        }
        self.search(fetch);
    }

    /// Sends a search, or waits until there is a server to send it to.
    pub(super) fn search(&mut self, fetch: u32) {
        let person = self.fetches[fetch].person;
        self.hunt(fetch).candidates.clear();
        if !self.is_connected(person) {
            self.hunt(fetch).enter(Stage::Stranded);
            return;
        }
        let turn = self.hunt(fetch).enter(Stage::Searching);
        let file = self.fetches[fetch].file;
        self.fetches.count_search(fetch, self.folders.online_sharers(file));
        self.count_messages(fetch, 1, message::SEARCH);
        self.tally.traffic.queries += 1;
        self.tally.on_the_way += 1;
        self.world.note(Record::Searched { peer: PersonIndex(person), file });
        let there = self.world.now + self.world.latency(person, NONE);
        self.world.push(there, Event::SearchArrives { fetch, turn });
    }

    fn count_messages(&mut self, fetch: u32, messages: u64, bytes: Bytes) {
        let totals = &mut self.fetches[fetch].clock.totals;
        totals.messages += messages;
        totals.message_bytes += bytes.0;
        self.tally.traffic.bytes += bytes.0;
    }

    pub(super) fn search_arrives(&mut self, fetch: u32, turn: u32) {
        self.tally.on_the_way -= 1;
        if !self.hunts[fetch as usize].is_current(turn) {
            self.tally.lost += 1;
            return;
        }
        let person = self.fetches[fetch].person;
        let server = self.links[person as usize].server;
        let work = station::work(self.spec.index.service, &mut self.world.chance);
        match self.servers[server as usize].station.accept(self.world.now, work) {
            Some(ticket) => {
                let epoch = ticket.epoch;
                self.world.push(ticket.done, Event::SearchServed { fetch, turn, server, epoch });
            }
            None => {
                self.world.note(Record::Refused { peer: PersonIndex(person), by: Central::Index(server) });
                let back = self.world.now + self.world.latency(NONE, person);
                self.world.push(back, Event::SearchRefused { fetch, turn });
            }
        }
    }

    /// The server has found what there is, and begins to send it.
    pub(super) fn search_served(&mut self, fetch: u32, turn: u32, server: u32, epoch: u32) {
        let state = &mut self.servers[server as usize];
        if !state.station.complete(self.world.now, epoch) || !self.hunts[fetch as usize].is_current(turn) {
            return;
        }
        let (person, file) = (self.fetches[fetch].person, self.fetches[fetch].file);
        let most = self.spec.index.answers;
        let hunt = &mut self.hunts[fetch as usize];
        let wish = self.world.wish_of(person, self.fetches[fetch].nth as usize);
        let query = self.world.catalogue.query(&Wish { by: hunt.by, ..wish });
        self.hits.clear();
        state.index.search(&self.lexicon, &query, most, &mut self.hits);
        let wanted = self.hits.iter().filter(|hit| hit.file == file && hit.supplier.0 != person);
        for hit in wanted {
            hunt.candidates.add(hit.supplier, hit.line.speed());
        }
        let listed = self.hits.len() as u32;
        hunt.full = listed == most;
        hunt.answer = message::answer(listed);
        state.sent += hunt.answer.0;
        let bytes = hunt.answer;
        self.tally.traffic.hits += u64::from(listed);
        self.count_messages(fetch, u64::from(listed) + 1, bytes);
        let there = self.world.now + self.world.latency(NONE, person);
        self.world.push(there, Event::AnswerBegins { fetch, turn });
    }

    pub(super) fn answer_begins(&mut self, fetch: u32) {
        let person = self.fetches[fetch].person;
        let from = (NONE, self.servers[self.links[person as usize].server as usize].uplink);
        let to = (person, self.world.downlink(person));
        let bytes = wire_bytes(&self.world, self.hunts[fetch as usize].answer.0);
        let flow = self.world.send(from, to, bytes, ANSWER | fetch);
        self.hunt(fetch).flow = Some(flow);
    }

    /// The whole answer is at the user.
    pub(super) fn answer_ends(&mut self, fetch: u32) {
        let flow = self.hunt(fetch).flow.take().expect("its flow is due");
        self.world.net.stop(self.world.now, flow);
        let suppliers = self.hunts[fetch as usize].candidates.len() as u32;
        let state = &mut self.fetches[fetch];
        state.clock.totals.suppliers += suppliers;
        let (peer, file) = (PersonIndex(state.person), state.file);
        self.world.note(Record::Answered { peer, file, suppliers });
        let hunt = self.hunt(fetch);
        // What a full answer does not name may be there all the same; a title is searched for more narrowly.
        if suppliers == 0 && hunt.full && hunt.by == Field::Performer {
            hunt.by = Field::Title;
            self.search(fetch);
        } else {
            self.go_on(fetch);
        }
    }

    /// Nobody is left to ask: searches again in a while, or gives the wish up.
    pub(super) fn search_later(&mut self, fetch: u32) {
        let person = self.fetches[fetch].person;
        self.fetches[fetch].clock.enter(self.world.now, Span::Finding);
        match self.fetches.spec(&self.world, person).search_again_after {
            Some(wait) => {
                let turn = self.hunt(fetch).enter(Stage::Resting);
                self.world.push(self.world.now + wait, Event::SearchAgain { fetch, turn });
                self.fetches.rest(&self.world, fetch);
            }
            None if self.fetches[fetch].clock.totals.suppliers > 0 => {
                self.give_up(fetch, WishOutcome::Failed);
            }
            None => self.give_up(fetch, WishOutcome::NotFound),
        }
    }

    pub(super) fn give_up(&mut self, fetch: u32, outcome: WishOutcome) {
        self.hunt(fetch).enter(Stage::Idle);
        self.fetches.close(&mut self.world, fetch, outcome);
    }

    /// The person goes: nothing is looked for any more.
    pub(super) fn interrupt_hunts(&mut self, person: u32) {
        for at in 0..self.fetches.open_of(person).len() {
            let fetch = self.fetches.open_of(person)[at];
            if (fetch as usize) < self.hunts.len() {
                self.drop_answer(fetch);
                self.hunt(fetch).enter(Stage::Idle);
            }
        }
    }

    /// The server is gone: what it was asked is lost.
    pub(super) fn strand_hunts(&mut self, person: u32) {
        for at in 0..self.fetches.open_of(person).len() {
            let fetch = self.fetches.open_of(person)[at];
            let stage = self.hunts.get(fetch as usize).map_or(Stage::Idle, |hunt| hunt.stage);
            match stage {
                Stage::Searching | Stage::Requesting => {
                    self.drop_answer(fetch);
                    self.fetches[fetch].clock.enter(self.world.now, Span::Finding);
                    self.hunt(fetch).enter(Stage::Stranded);
                }
                // These meet the closed door when they are done.
                Stage::Idle | Stage::Stranded | Stage::Pinging | Stage::Resting => {}
            }
        }
    }

    /// There is a server again.
    pub(super) fn resume_hunts(&mut self, person: u32) {
        for at in 0..self.fetches.open_of(person).len() {
            let fetch = self.fetches.open_of(person)[at];
            if self.hunts.get(fetch as usize).is_some_and(|hunt| hunt.stage == Stage::Stranded) {
                self.search(fetch);
            }
        }
    }

    fn drop_answer(&mut self, fetch: u32) {
        if let Some(flow) = self.hunt(fetch).flow.take() {
            self.world.net.stop(self.world.now, flow);
        }
    }
}
