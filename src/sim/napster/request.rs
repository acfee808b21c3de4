//! From an answer to a supplier: pings, the choice, the request through the server; and the next one when it fails.

use crate::protocol::napster::message;
use crate::record::{Observer, WishOutcome};
use crate::units::PersonIndex;

use super::search::Stage;
use super::{Event, Napster};
use crate::sim::choice::Turn;
use crate::sim::wish_clock::Span;
use crate::sim::world::NONE;

impl<O: Observer> Napster<'_, O> {
    /// The user has suppliers to choose from, or is at the end of its list.
    pub(super) fn go_on(&mut self, fetch: u32) {
        let person = self.fetches[fetch].person;
        if !self.is_connected(person) {
            self.fetches[fetch].clock.enter(self.world.now, Span::Finding);
            self.hunt(fetch).enter(Stage::Stranded);
            return;
        }
        let spec = self.fetches.spec(&self.world, person);
        if self.fetches[fetch].failures >= spec.attempts {
            return self.give_up(fetch, WishOutcome::Failed);
        }
        let candidates = &mut self.hunts[fetch as usize].candidates;
        match candidates.turn(spec.choice, person, &mut self.world, &self.fetches) {
            Turn::Ask(supplier) => self.request(fetch, PersonIndex(supplier)),
            Turn::Wait { time, pings, pongs } => {
                self.tally.traffic.pings += u64::from(pings);
                self.tally.traffic.pongs += u64::from(pongs);
                self.fetches[fetch].clock.enter(self.world.now, Span::Waiting);
                let turn = self.hunt(fetch).enter(Stage::Pinging);
                self.world.push(self.world.now + time, Event::Pinged { fetch, turn });
            }
            Turn::Nobody => self.search_later(fetch),
        }
    }

    /// Asks the server for the supplier's address (message 203, or 500 where the supplier has to connect).
    fn request(&mut self, fetch: u32, supplier: PersonIndex) {
        let person = self.fetches[fetch].person;
        self.fetches[fetch].clock.enter(self.world.now, Span::Waiting);
        let turn = self.hunt(fetch).enter(Stage::Requesting);
        self.tally.traffic.bytes += message::DOWNLOAD_REQUEST.0;
        let there = self.world.now + self.world.latency(person, NONE);
        self.world.push(there, Event::RequestArrives { fetch, turn, supplier: supplier.0 });
    }

    /// The server brings the two together, unless the supplier has logged out or neither of them accepts connections.
    pub(super) fn request_arrives(&mut self, fetch: u32, supplier: u32) {
        let person = self.fetches[fetch].person;
        let server = self.links[person as usize].server as usize;
        let accepts = |person: u32| self.fetches.spec(&self.world, person).connectable;
        let known = self.servers[server].index.knows(PersonIndex(supplier));
        if known && (accepts(supplier) || accepts(person)) {
            // Who does not accept connections is told to open one (message 501).
            let told = if accepts(supplier) { person } else { supplier };
            let setup =
                self.world.latency(NONE, told) + self.fetches.usual_setup(&self.world, fetch, supplier);
            self.hunt(fetch).enter(Stage::Idle);
            self.tally.traffic.bytes += message::DOWNLOAD_ACK.0;
            self.fetches.ask(&mut self.world, fetch, supplier, setup);
        } else {
            self.fetches[fetch].clock.totals.attempts += 1;
            self.fetches[fetch].failures += 1;
            let turn = self.hunts[fetch as usize].turn;
            let back = self.world.now + self.world.latency(NONE, person);
            self.world.push(back, Event::RequestFails { fetch, turn });
        }
    }
}
