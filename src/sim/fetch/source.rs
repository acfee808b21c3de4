//! The giving side: upload slots, and those who wait for one.

use std::collections::VecDeque;

use crate::net::LinkId;
use crate::record::{Central, Observer, Record};
use crate::units::{FileIndex, PersonIndex};

use super::{CONNECT_TIMEOUT, Failure, FetchEvent, Fetches, Phase, SILENCE};
use crate::sim::wish_clock::Span;
use crate::sim::world::World;

/// One who serves whole files: a person or a server.
#[derive(Clone, Debug)]
pub struct Source {
    pub uplink: LinkId,
    pub(super) slots: u32,
    /// Requests that may wait.
    pub(super) room: u32,
    /// Fetches with a slot.
    pub(super) serving: Vec<u32>,
    /// Fetches that wait, with the generation at which they came: who has gone does not match any more.
    waiting: VecDeque<(u32, u32)>,
    pub(super) waiters: u32,
    /// Slots taken by requesters that vanished.
    pub(super) ghosts: u32,
    /// Counts departures.
    epoch: u32,
    pub open: bool,
    /// Requests that found it closed or full.
    turned_away: u64,
}

impl Source {
    /// Closed until it is opened.
    pub fn new(uplink: LinkId, slots: u32, room: u32) -> Source {
        Source {
            uplink,
            slots,
            room,
            serving: Vec::new(),
            waiting: VecDeque::new(),
            waiters: 0,
            ghosts: 0,
            epoch: 0,
            open: false,
            turned_away: 0,
        }
    }

    pub fn turned_away(&self) -> u64 {
        self.turned_away
    }

    /// Transfers under way.
    pub fn uploads(&self) -> u32 {
        self.serving.len() as u32
    }

    pub fn waiters(&self) -> u32 {
        self.waiters
    }

    /// Uploads and waiting requests a slot: what a ping of a least-loaded choice learns.
    pub fn load(&self) -> f64 {
        f64::from(self.uploads() + self.ghosts + self.waiters) / f64::from(self.slots.max(1))
    }

    pub(super) fn has_free_slot(&self) -> bool {
        self.uploads() + self.ghosts < self.slots
    }
}

impl Fetches<'_> {
    /// A person or a server can be asked from now on.
    pub fn open_source(&mut self, source: u32) {
        self.sources[source as usize].open = true;
    }

    /// The source is gone. Those whom it serves and who wait know at once, or notice its silence if it vanished.
    pub fn close_source<O: Observer, E: Copy + From<FetchEvent>>(
        &mut self,
        world: &mut World<'_, O, E>,
        source: u32,
        vanishes: bool,
    ) {
        let state = &mut self.sources[source as usize];
        state.open = false;
        state.epoch += 1;
        state.ghosts = 0;
        state.waiters = 0;
        let serving = std::mem::take(&mut state.serving);
        let waiting = std::mem::take(&mut state.waiting);
        let waiting = waiting.into_iter().filter(|&(fetch, generation)| self.is_current(fetch, generation));
        let concerned: Vec<u32> = serving.into_iter().chain(waiting.map(|(fetch, _)| fetch)).collect();
        for fetch in concerned {
            self.stop_flow(world, fetch);
            if vanishes {
                let state = &mut self.fetches[fetch as usize];
                state.phase = Phase::Stalled;
                state.generation += 1;
                state.clock.enter(world.now, Span::Waiting);
                let generation = state.generation;
                world.push(world.now + SILENCE, FetchEvent::Noticed { fetch, generation }.into());
            } else {
                self.fail(world, fetch, Failure::Broken);
            }
        }
    }

    /// A request is at the source: it gets a slot, waits, or is refused.
    pub(super) fn asked<O: Observer, E: Copy + From<FetchEvent>>(
        &mut self,
        world: &mut World<'_, O, E>,
        fetch: u32,
        shares: impl Fn(u32, FileIndex) -> bool,
    ) {
        let state = &self.fetches[fetch as usize];
        let (source, generation) = (state.source, state.generation);
        let back = world.latency(state.person, self.host(source));
        let place = &mut self.sources[source as usize];
        if !place.open {
            self.turn_away(world, fetch);
            let given_up = world.now + CONNECT_TIMEOUT;
            world.push(given_up, FetchEvent::NoAnswer { fetch, generation }.into());
        } else if !shares(source, state.file) {
            world.push(world.now + back, FetchEvent::Refused { fetch, generation, busy: false }.into());
        } else if place.has_free_slot() {
            self.take_slot(world, fetch);
        } else if place.waiters < place.room {
            place.waiters += 1;
            place.waiting.push_back((fetch, generation));
            self.fetches[fetch as usize].phase = Phase::Queued;
        } else {
            self.turn_away(world, fetch);
            world.push(world.now + back, FetchEvent::Refused { fetch, generation, busy: true }.into());
        }
    }

    /// The source cannot take the request; the requester learns of it later.
    fn turn_away<O: Observer, E: Copy>(&mut self, world: &mut World<'_, O, E>, fetch: u32) {
        let super::Fetch { person, source, .. } = self.fetches[fetch as usize];
        self.sources[source as usize].turned_away += 1;
        if let Some(server) = source.checked_sub(self.persons) {
            world.note(Record::Refused { peer: PersonIndex(person), by: Central::Server(server) });
        }
    }

    fn take_slot<O: Observer, E: Copy + From<FetchEvent>>(
        &mut self,
        world: &mut World<'_, O, E>,
        fetch: u32,
    ) {
        let source = self.fetches[fetch as usize].source;
        let serving = &mut self.sources[source as usize].serving;
        serving.push(fetch);
        let place = serving.len() as u32 - 1;
        let host = self.host(source);
        let state = &mut self.fetches[fetch as usize];
        state.phase = Phase::Starting;
        state.place = place;
        let first_byte = world.now + world.latency(host, state.person);
        let generation = state.generation;
        world.push(first_byte, FetchEvent::FirstByte { fetch, generation }.into());
    }

    /// The fetch gives its slot to the next that waits.
    pub(super) fn leave_slot<O: Observer, E: Copy + From<FetchEvent>>(
        &mut self,
        world: &mut World<'_, O, E>,
        fetch: u32,
    ) {
        let source = self.free_slot(fetch);
        self.serve_next(world, source);
    }

    /// The requester vanished: the source goes on trying until it notices.
    pub(super) fn leave_ghost<O: Observer, E: Copy + From<FetchEvent>>(
        &mut self,
        world: &mut World<'_, O, E>,
        fetch: u32,
    ) {
        let source = self.free_slot(fetch);
        let state = &mut self.sources[source as usize];
        state.ghosts += 1;
        let epoch = state.epoch;
        world.push(world.now + SILENCE, FetchEvent::SlotFrees { source, epoch }.into());
    }

    pub(super) fn ghost_leaves<O: Observer, E: Copy + From<FetchEvent>>(
        &mut self,
        world: &mut World<'_, O, E>,
        source: u32,
        epoch: u32,
    ) {
        let state = &mut self.sources[source as usize];
        if state.epoch == epoch {
            state.ghosts -= 1;
            self.serve_next(world, source);
        }
    }

    fn free_slot(&mut self, fetch: u32) -> u32 {
        let state = &self.fetches[fetch as usize];
        let (source, place) = (state.source, state.place);
        let serving = &mut self.sources[source as usize].serving;
        let removed = serving.swap_remove(place as usize);
        assert_eq!(removed, fetch, "a fetch knows its slot");
        if let Some(&moved) = serving.get(place as usize) {
            self.fetches[moved as usize].place = place;
        }
        source
    }

    fn serve_next<O: Observer, E: Copy + From<FetchEvent>>(
        &mut self,
        world: &mut World<'_, O, E>,
        source: u32,
    ) {
        while self.sources[source as usize].has_free_slot() {
            let Some((fetch, generation)) = self.sources[source as usize].waiting.pop_front() else { return };
            if self.is_current(fetch, generation) {
                self.sources[source as usize].waiters -= 1;
                self.take_slot(world, fetch);
            }
        }
    }

    /// Its place in the queue is passed over when its turn comes.
    pub(super) fn leave_queue(&mut self, fetch: u32) {
        let source = self.fetches[fetch as usize].source;
        self.sources[source as usize].waiters -= 1;
    }

    /// Ends the flow, if there is one, with its bytes accounted for.
    pub(super) fn stop_flow<O: Observer, E: Copy>(&mut self, world: &mut World<'_, O, E>, fetch: u32) {
        self.flush(world, fetch);
        let state = &mut self.fetches[fetch as usize];
        if let Some(flow) = state.flow.take() {
            world.net.stop(world.now, flow);
            state.clock.totals.broken += 1;
            let (to, file, source) = (PersonIndex(state.person), state.file, state.source);
            world.note(Record::TransferBroken { from: self.person_at(source), to, file });
        }
    }
}
