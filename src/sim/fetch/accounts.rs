//! Where the bytes of whole-file transfers are written down: sender, receiver, classes, and what is thrown away.

use crate::record::Observer;

use super::{Fetches, Phase};
use crate::sim::control::in_segments;
use crate::sim::world::World;

/// Bytes that so much of a file takes on the line.
pub fn wire_bytes<O: Observer, E: Copy>(world: &World<'_, O, E>, payload: u64) -> f64 {
    if world.charges_overhead() { in_segments(payload) as f64 } else { payload as f64 }
}

impl Fetches<'_> {
    /// Writes down what has arrived of a running transfer, in whole bytes.
    pub(super) fn flush<O: Observer, E: Copy>(&mut self, world: &mut World<'_, O, E>, fetch: u32) {
        let state = &self.fetches[fetch as usize];
        let Some(flow) = state.flow else { return };
        let wire = wire_bytes(world, state.wanted);
        let arrived = 1.0 - (world.net.remaining(world.now, flow) / wire).clamp(0.0, 1.0);
        let payload = (arrived * state.wanted as f64) as u64;
        let news = payload.min(state.wanted).saturating_sub(state.counted);
        self.credit(world, fetch, news);
    }

    pub fn flush_all<O: Observer, E: Copy>(&mut self, world: &mut World<'_, O, E>) {
        for fetch in 0..self.fetches.len() as u32 {
            if self.fetches[fetch as usize].phase == Phase::Flowing {
                self.flush(world, fetch);
            }
        }
    }

    /// So many more bytes have arrived.
    pub(super) fn credit<O: Observer, E: Copy>(
        &mut self,
        world: &mut World<'_, O, E>,
        fetch: u32,
        bytes: u64,
    ) {
        let state = &mut self.fetches[fetch as usize];
        let (person, source) = (state.person, state.source);
        state.counted += bytes;
        state.got += bytes;
        match state.credits.last_mut() {
            Some((last, credited)) if *last == source => *credited += bytes,
            Some(_) | None => state.credits.push((source, bytes)),
        }
        let class = |person: u32| world.people[person as usize].class.at();
        let to = class(person);
        let size = world.catalogue.size(state.file).as_f64();
        let sender = &mut self.accounts[source as usize];
        sender.to_requesters += bytes;
        sender.copies += bytes as f64 / size;
        if source < self.persons {
            world.books.sent_by_peers += bytes;
            world.books.add_traffic(class(source), to, bytes);
            self.accounts[person as usize].from_suppliers += bytes;
        } else {
            sender.on_line += bytes as f64 * (wire_bytes(world, state.wanted) / state.wanted.max(1) as f64);
            world.books.sent_by_servers += bytes;
            world.books.add_traffic_from_server(to, bytes);
            self.accounts[person as usize].from_servers += bytes;
        }
    }

    /// What is here of the file was in vain.
    pub(super) fn throw_away<O: Observer, E: Copy>(&mut self, world: &mut World<'_, O, E>, fetch: u32) {
        let state = &mut self.fetches[fetch as usize];
        let class = |person: u32| world.people[person as usize].class.at();
        let account = &mut self.accounts[state.person as usize];
        for (source, bytes) in state.credits.drain(..) {
            account.wasted += bytes;
            if source < self.persons {
                account.from_suppliers -= bytes;
                world.books.take_traffic_back(class(source), class(state.person), bytes);
            } else {
                account.from_servers -= bytes;
                world.books.take_back_from_server(class(state.person), bytes);
            }
        }
        state.got = 0;
    }

    /// Payload that the server has sent.
    pub fn sent_by(&self, source: u32) -> u64 {
        self.accounts[source as usize].to_requesters
    }

    /// The same on the line, with headers.
    pub fn on_line_by(&self, source: u32) -> f64 {
        self.accounts[source as usize].on_line
    }

    /// Payload received by all persons, useful or not.
    pub fn received_bytes(&self) -> u64 {
        self.accounts
            .iter()
            .map(|account| account.from_suppliers + account.from_servers + account.wasted)
            .sum()
    }
}
