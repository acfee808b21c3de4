//! The wanting side: download places, wishes that begin, pause and end.

use smallvec::SmallVec;

use crate::record::{Departure, Observer, WishOutcome};

use super::{Fetch, FetchEvent, Fetches, Outcome, Phase};
use crate::sim::wish_clock::{Span, WishClock};
use crate::sim::world::World;

impl Fetches<'_> {
    /// A new wish. It is `Ready` at once if the person has a download place.
    pub fn begin<O: Observer, E: Copy>(&mut self, world: &World<'_, O, E>, person: u32, nth: usize) {
        let file = world.wish_of(person, nth).file;
        let mut clock = WishClock::new(person, file, world.now);
        // Until there is a place it waits for the person's own downloads.
        clock.enter(world.now, Span::Waiting);
        let index = self.free.pop().unwrap_or_else(|| {
            self.fetches.push(Fetch::blank());
            (self.fetches.len() - 1) as u32
        });
        let place = &mut self.fetches[index as usize];
        *place = Fetch {
            person,
            nth: nth as u32,
            file,
            clock,
            generation: place.generation + 1,
            phase: Phase::Pending,
            ..Fetch::blank()
        };
        self.open[person as usize].push(index);
        self.fill_places(world, person);
    }

    /// The wish is searched for; so many others online have the file.
    pub fn count_search(&mut self, fetch: u32, available: u32) {
        let totals = &mut self.fetches[fetch as usize].clock.totals;
        if totals.searches == 0 {
            totals.available = available;
        }
        totals.searches += 1;
    }

    /// Downloads at once.
    pub(super) fn places<O: Observer, E: Copy>(&self, world: &World<'_, O, E>, person: u32) -> usize {
        self.spec(world, person).downloads as usize
    }

    pub(super) fn places_taken(&self, person: u32) -> usize {
        let open = self.open[person as usize].iter();
        open.filter(|&&fetch| self.fetches[fetch as usize].phase.takes_a_place()).count()
    }

    /// Gives free download places to pending wishes, first come first served.
    fn fill_places<O: Observer, E: Copy>(&mut self, world: &World<'_, O, E>, person: u32) {
        if !world.is_online(person) {
            return;
        }
        let free = self.places(world, person).saturating_sub(self.places_taken(person));
        let open = self.open[person as usize].iter().copied();
        let pending = open.filter(|&fetch| self.fetches[fetch as usize].phase == Phase::Pending);
        let ready: SmallVec<[u32; 2]> = pending.take(free).collect();
        for fetch in ready {
            let state = &mut self.fetches[fetch as usize];
            state.phase = Phase::Free;
            state.generation += 1;
            state.clock.enter(world.now, Span::Finding);
            self.outcomes.push_back(Outcome::Ready { fetch });
        }
    }

    /// Nobody has the file, or nobody gives it: the wish rests until it is searched for again, and another takes its place.
    pub fn rest<O: Observer, E: Copy>(&mut self, world: &World<'_, O, E>, fetch: u32) {
        let state = &mut self.fetches[fetch as usize];
        assert_eq!(state.phase, Phase::Free, "who asks a source does not rest");
        state.phase = Phase::Resting;
        state.generation += 1;
        let person = state.person;
        self.fill_places(world, person);
    }

    /// It is time to search for the wish again: it is `Ready` as soon as there is a place.
    pub fn end_rest<O: Observer, E: Copy>(&mut self, world: &World<'_, O, E>, fetch: u32) {
        let state = &mut self.fetches[fetch as usize];
        assert_eq!(state.phase, Phase::Resting, "it rests");
        state.phase = Phase::Pending;
        state.clock.enter(world.now, Span::Waiting);
        let person = state.person;
        self.fill_places(world, person);
    }

    /// The wish is decided: its totals are told and the person goes on with its life.
    pub fn close<O: Observer, E: Copy>(
        &mut self,
        world: &mut World<'_, O, E>,
        fetch: u32,
        outcome: WishOutcome,
    ) {
        let person = self.fetches[fetch as usize].person;
        self.forget(world, fetch, outcome);
        world.decided(person, outcome == WishOutcome::Fetched);
        world.plan_departure(person);
        self.fill_places(world, person);
    }

    /// Tells what became of the wish and gives its place back.
    fn forget<O: Observer, E: Copy>(
        &mut self,
        world: &mut World<'_, O, E>,
        fetch: u32,
        outcome: WishOutcome,
    ) {
        if matches!(outcome, WishOutcome::NotFound | WishOutcome::Failed | WishOutcome::Left) {
            self.throw_away(world, fetch);
        }
        let state = &mut self.fetches[fetch as usize];
        state.clock.enter(world.now, Span::Paused);
        let totals = &mut state.clock.totals;
        totals.outcome = outcome;
        totals.ended = (outcome != WishOutcome::Open).then_some(world.now);
        world.observer.wish(totals);
        state.phase = Phase::Closed;
        state.generation += 1;
        let person = state.person;
        self.open[person as usize].retain(|open| *open != fetch);
        self.free.push(fetch);
    }

    /// The person goes away, and its transfers end; what it has of a file it keeps if it resumes.
    pub fn requester_away<O: Observer, E: Copy + From<FetchEvent>>(
        &mut self,
        world: &mut World<'_, O, E>,
        person: u32,
    ) {
        let vanishes = world.people[person as usize].vanishes;
        for fetch in self.open[person as usize].clone() {
            self.hang_up(world, fetch, vanishes);
            if !self.spec(world, person).resumes {
                self.throw_away(world, fetch);
            }
            let state = &mut self.fetches[fetch as usize];
            state.phase = Phase::Paused;
            state.generation += 1;
            state.clock.enter(world.now, Span::Paused);
        }
    }

    /// The person is back: its wishes look for suppliers again, as many at once as it has places.
    pub fn requester_back<O: Observer, E: Copy>(&mut self, world: &World<'_, O, E>, person: u32) {
        for &fetch in &self.open[person as usize] {
            let state = &mut self.fetches[fetch as usize];
            state.phase = Phase::Pending;
            state.clock.enter(world.now, Span::Waiting);
        }
        self.fill_places(world, person);
    }

    /// The person is gone for good, with all its wishes.
    pub fn requester_gone<O: Observer, E: Copy + From<FetchEvent>>(
        &mut self,
        world: &mut World<'_, O, E>,
        person: u32,
        how: Departure,
    ) {
        for fetch in self.open[person as usize].clone() {
            self.hang_up(world, fetch, how == Departure::Vanished);
            self.forget(world, fetch, WishOutcome::Left);
        }
    }

    /// Ends whatever the fetch has with its source, from the requester's side.
    fn hang_up<O: Observer, E: Copy + From<FetchEvent>>(
        &mut self,
        world: &mut World<'_, O, E>,
        fetch: u32,
        vanishes: bool,
    ) {
        match self.fetches[fetch as usize].phase {
            Phase::Starting | Phase::Flowing => {
                self.stop_flow(world, fetch);
                if vanishes {
                    self.leave_ghost(world, fetch)
                } else {
                    self.leave_slot(world, fetch)
                }
                self.leave_if_copies_are_out(world, self.fetches[fetch as usize].source);
            }
            Phase::Queued => self.leave_queue(fetch),
            Phase::Pending
            | Phase::Resting
            | Phase::Free
            | Phase::Asking
            | Phase::Stalled
            | Phase::Paused
            | Phase::Closed => {}
        }
    }

    /// Every wish that is open at the end of the run, in the order of persons.
    pub fn close_all<O: Observer, E: Copy>(&mut self, world: &mut World<'_, O, E>) {
        self.flush_all(world);
        for person in 0..self.persons {
            for fetch in self.open[person as usize].clone() {
                self.forget(world, fetch, WishOutcome::Open);
            }
        }
    }
}
