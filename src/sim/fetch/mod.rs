//! Whole files from one supplier at a time: requests, upload slots, waiting queues, transfers, failures.
//!
//! What Napster, Gnutella and a plain server have in common. A system finds suppliers in its own way and says whom to ask; this
//! plays the request, the wait and the transfer, and reports what came of it as an [`Outcome`]. Times on a transfer are
//! those at its receiver, as in the swarm: the request is at the source after the set-up time that the system gives, the first
//! byte arrives one latency after a slot is free, and a slot is taken until the last byte has arrived.

mod accounts;
mod check;
mod requester;
mod source;

use smallvec::SmallVec;

use crate::net::FlowId;
use crate::record::{Observer, PersonTotals, Record};
use crate::spec::FetchSpec;
use crate::units::{FileIndex, PersonIndex, SimDuration, SimTime};

use super::wish_clock::{Span, WishClock};
use super::world::{Happening, NONE, World};

pub use accounts::wire_bytes;
pub use source::Source;

/// A TCP connection to a host that is not there is given up after three attempts, 3, 6 and 12 s (RFC 1122, 4.2.3.1).
const CONNECT_TIMEOUT: SimDuration = SimDuration::from_whole_secs(21);
/// Silence on a transfer is noticed after this.
const SILENCE: SimDuration = SimDuration::from_whole_secs(60);

/// Events of fetching; a generation tells a late one from a current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchEvent {
    /// The request is at the source.
    Asked {
        fetch: u32,
        generation: u32,
    },
    /// Nobody was there.
    NoAnswer {
        fetch: u32,
        generation: u32,
    },
    /// The source's refusal is here.
    Refused {
        fetch: u32,
        generation: u32,
        busy: bool,
    },
    FirstByte {
        fetch: u32,
        generation: u32,
    },
    /// The silence of a vanished supplier is noticed.
    Noticed {
        fetch: u32,
        generation: u32,
    },
    /// The silence of a vanished requester is noticed: its slot is free.
    SlotFrees {
        source: u32,
        epoch: u32,
    },
}

/// What the system is to act upon; taken with [`Fetches::next_outcome`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The wish has a download place: look for a supplier.
    Ready { fetch: u32 },
    /// The whole file is there; the system closes the fetch.
    Fetched { fetch: u32 },
    /// The supplier asked did not deliver: ask another, search again, or close the fetch.
    Failed { fetch: u32, why: Failure },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The supplier is not online.
    NoAnswer,
    /// Its slots and its queue are full.
    Busy,
    /// It has not got the file, or does not share.
    NotShared,
    /// It left while we waited or received.
    Broken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// All download places of the person are taken.
    Pending,
    /// Nobody was found who has it, or gives it; it will be searched for again.
    Resting,
    /// With the system: searching, choosing.
    Free,
    /// The request is under way, or the refusal is.
    Asking,
    /// In the source's queue.
    Queued,
    /// Has a slot; the first byte is under way.
    Starting,
    Flowing,
    /// The source vanished; not noticed yet.
    Stalled,
    /// The person is away.
    Paused,
    /// The place in the arena is free.
    Closed,
}

impl Phase {
    /// Whether the wish counts as one of the person's downloads at once.
    fn takes_a_place(self) -> bool {
        match self {
            Phase::Pending | Phase::Resting | Phase::Paused | Phase::Closed => false,
            Phase::Free
            | Phase::Asking
            | Phase::Queued
            | Phase::Starting
            | Phase::Flowing
            | Phase::Stalled => true,
        }
    }
}

/// One wish on its way.
pub struct Fetch {
    pub person: u32,
    /// Which of the person's wishes.
    pub nth: u32,
    pub file: FileIndex,
    pub clock: WishClock,
    /// Suppliers that were asked and did not deliver. Who was asked when the person itself went away is not among them.
    pub failures: u32,
    /// Counts uses of this place and requests: late events do not match.
    generation: u32,
    phase: Phase,
    /// The source asked last.
    source: u32,
    /// Place among those that the source serves.
    place: u32,
    flow: Option<FlowId>,
    /// Bytes of the file that are here.
    got: u64,
    /// Payload that this transfer began with missing.
    wanted: u64,
    /// Payload of this transfer that is accounted for.
    counted: u64,
    /// Whom the bytes that are here came from, for what is thrown away: source and bytes.
    credits: SmallVec<[(u32, u64); 2]>,
}

/// What the fetches of one person come to.
#[derive(Clone, Copy, Debug, Default)]
struct Account {
    from_suppliers: u64,
    from_servers: u64,
    to_requesters: u64,
    wasted: u64,
    /// Copies of files sent, each byte a part of its file.
    copies: f64,
    /// Bytes sent with their headers.
    on_line: f64,
}

/// All wishes under way, and all sources.
pub struct Fetches<'a> {
    specs: &'a [FetchSpec],
    persons: u32,
    fetches: Vec<Fetch>,
    free: Vec<u32>,
    /// Open fetches by person, in the order of their wishes.
    open: Vec<SmallVec<[u32; 2]>>,
    /// Persons, then servers.
    sources: Vec<Source>,
    accounts: Vec<Account>,
    outcomes: std::collections::VecDeque<Outcome>,
}

impl<'a> Fetches<'a> {
    /// Nobody fetches yet. `specs` of each class; servers come after the persons in the numbering of sources.
    pub fn new<O: Observer, E: Copy>(
        world: &World<'_, O, E>,
        specs: &'a [FetchSpec],
        servers: &[Source],
    ) -> Fetches<'a> {
        let persons = world.people.len() as u32;
        let of_person = |person: u32| {
            let spec = &specs[world.people[person as usize].class.at()];
            Source::new(world.uplink(person), spec.upload_slots, spec.queue)
        };
        let mut sources: Vec<Source> = (0..persons).map(of_person).collect();
        sources.extend(servers.iter().cloned());
        Fetches {
            specs,
            persons,
            fetches: Vec::new(),
            free: Vec::new(),
            open: vec![SmallVec::new(); persons as usize],
            accounts: vec![Account::default(); sources.len()],
            sources,
            outcomes: std::collections::VecDeque::new(),
        }
    }

    pub fn spec<O: Observer, E: Copy>(&self, world: &World<'_, O, E>, person: u32) -> &'a FetchSpec {
        &self.specs[world.people[person as usize].class.at()]
    }

    /// The number of a server as a source.
    pub fn server(&self, number: u32) -> u32 {
        self.persons + number
    }

    /// The person at a source; `None`: it is a server.
    fn person_at(&self, source: u32) -> Option<PersonIndex> {
        (source < self.persons).then_some(PersonIndex(source))
    }

    /// A source's place in the network.
    fn host(&self, source: u32) -> u32 {
        if source < self.persons { source } else { NONE }
    }

    pub fn source(&self, source: u32) -> &Source {
        &self.sources[source as usize]
    }

    /// The next thing to act upon. Call it until there is none after everything that is done here.
    pub fn next_outcome(&mut self) -> Option<Outcome> {
        self.outcomes.pop_front()
    }

    /// Whether that number still stands for the wish for which it was given.
    pub fn is_current(&self, fetch: u32, generation: u32) -> bool {
        self.fetches[fetch as usize].generation == generation
    }

    pub fn generation(&self, fetch: u32) -> u32 {
        self.fetches[fetch as usize].generation
    }

    /// Open fetches of a person, in the order of its wishes.
    pub fn open_of(&self, person: u32) -> &[u32] {
        &self.open[person as usize]
    }

    /// Asks a source for the file; the request is there after `setup`.
    pub fn ask<O: Observer, E: Copy + From<FetchEvent>>(
        &mut self,
        world: &mut World<'_, O, E>,
        fetch: u32,
        source: u32,
        setup: SimDuration,
    ) {
        let state = &mut self.fetches[fetch as usize];
        assert_eq!(state.phase, Phase::Free, "a wish asks one source at a time");
        state.phase = Phase::Asking;
        state.generation += 1;
        state.source = source;
        state.clock.totals.attempts += 1;
        state.clock.enter(world.now, Span::Waiting);
        let generation = state.generation;
        world.push(world.now + setup, FetchEvent::Asked { fetch, generation }.into());
    }

    /// TCP's handshake and the request: one and a half round trips from the person to the source.
    pub fn usual_setup<O: Observer, E: Copy>(
        &self,
        world: &World<'_, O, E>,
        fetch: u32,
        source: u32,
    ) -> SimDuration {
        world.latency(self.fetches[fetch as usize].person, self.host(source)).times(3)
    }

    /// An event of fetching; `shares` says whether a source has that file to give.
    pub fn handle<O: Observer, E: Copy + From<FetchEvent>>(
        &mut self,
        world: &mut World<'_, O, E>,
        event: FetchEvent,
        shares: impl Fn(u32, FileIndex) -> bool,
    ) {
        match event {
            FetchEvent::Asked { fetch, generation } if self.is_current(fetch, generation) => {
                self.asked(world, fetch, shares);
            }
            FetchEvent::NoAnswer { fetch, generation } if self.is_current(fetch, generation) => {
                self.fail(world, fetch, Failure::NoAnswer);
            }
            FetchEvent::Refused { fetch, generation, busy } if self.is_current(fetch, generation) => {
                self.fail(world, fetch, if busy { Failure::Busy } else { Failure::NotShared });
            }
            FetchEvent::FirstByte { fetch, generation } if self.is_current(fetch, generation) => {
                self.start(world, fetch);
            }
            FetchEvent::Noticed { fetch, generation } if self.is_current(fetch, generation) => {
                self.fail(world, fetch, Failure::Broken);
            }
            FetchEvent::SlotFrees { source, epoch } => self.ghost_leaves(world, source, epoch),
            FetchEvent::Asked { .. }
            | FetchEvent::NoAnswer { .. }
            | FetchEvent::Refused { .. }
            | FetchEvent::FirstByte { .. }
            | FetchEvent::Noticed { .. } => {}
        }
    }

    /// The source has not delivered: the wish is the system's again.
    fn fail<O: Observer, E: Copy>(&mut self, world: &mut World<'_, O, E>, fetch: u32, why: Failure) {
        let person = self.fetches[fetch as usize].person;
        if !self.spec(world, person).resumes {
            self.throw_away(world, fetch);
        }
        let state = &mut self.fetches[fetch as usize];
        state.failures += 1;
        state.phase = Phase::Free;
        state.generation += 1;
        state.clock.enter(world.now, Span::Finding);
        self.outcomes.push_back(Outcome::Failed { fetch, why });
    }

    /// The first byte is here: data flows.
    fn start<O: Observer, E: Copy>(&mut self, world: &mut World<'_, O, E>, fetch: u32) {
        let state = &self.fetches[fetch as usize];
        assert_eq!(state.phase, Phase::Starting, "a transfer starts once it has a slot");
        let (person, source, file) = (state.person, state.source, state.file);
        let wanted = world.catalogue.size(file).0 - state.got;
        let from = (self.host(source), self.sources[source as usize].uplink);
        let to = (person, world.downlink(person));
        let flow = world.send(from, to, accounts::wire_bytes(world, wanted), fetch);
        let state = &mut self.fetches[fetch as usize];
        state.phase = Phase::Flowing;
        state.flow = Some(flow);
        state.wanted = wanted;
        state.counted = 0;
        state.clock.enter(world.now, Span::Transferring);
        world.note(Record::TransferStarted { from: self.person_at(source), to: PersonIndex(person), file });
    }

    /// The last byte of the fetch with this tag is here.
    pub fn flow_due<O: Observer, E: Copy + From<FetchEvent>>(
        &mut self,
        world: &mut World<'_, O, E>,
        fetch: u32,
    ) {
        let state = &self.fetches[fetch as usize];
        let (source, rest) = (state.source, state.wanted - state.counted);
        self.credit(world, fetch, rest);
        let state = &mut self.fetches[fetch as usize];
        world.net.stop(world.now, state.flow.take().expect("its flow is due"));
        state.phase = Phase::Free;
        state.generation += 1;
        world.lives[state.person].first_piece.get_or_insert(world.now);
        let (to, file) = (PersonIndex(state.person), state.file);
        world.note(Record::Fetched { from: self.person_at(source), to, file });
        self.leave_slot(world, fetch);
        self.outcomes.push_back(Outcome::Fetched { fetch });
        self.leave_if_copies_are_out(world, source);
    }

    /// A person that was to stay for so many copies goes at the end of the transfer with which they are out, whole or broken.
    fn leave_if_copies_are_out<O: Observer, E: Copy>(&self, world: &mut World<'_, O, E>, source: u32) {
        let Some(person) = self.person_at(source) else { return };
        if world.has_sent_enough(person.0, self.accounts[source as usize].copies) {
            world.plan(world.now, Happening::Leave { person: source });
        }
    }

    pub fn add_to_totals(&self, totals: &mut PersonTotals) {
        let account = self.accounts[totals.peer.at()];
        totals.from_suppliers = account.from_suppliers;
        totals.from_servers = account.from_servers;
        totals.to_requesters = account.to_requesters;
        totals.wasted_duplicate = account.wasted;
    }
}

impl std::ops::Index<u32> for Fetches<'_> {
    type Output = Fetch;
    fn index(&self, fetch: u32) -> &Fetch {
        &self.fetches[fetch as usize]
    }
}

impl std::ops::IndexMut<u32> for Fetches<'_> {
    fn index_mut(&mut self, fetch: u32) -> &mut Fetch {
        &mut self.fetches[fetch as usize]
    }
}

impl Fetch {
    fn blank() -> Fetch {
        Fetch {
            person: NONE,
            nth: 0,
            file: FileIndex(0),
            clock: WishClock::new(0, FileIndex(0), SimTime::ZERO),
            failures: 0,
            generation: 0,
            phase: Phase::Closed,
            source: NONE,
            place: 0,
            flow: None,
            got: 0,
            wanted: 0,
            counted: 0,
            credits: SmallVec::new(),
        }
    }
}
