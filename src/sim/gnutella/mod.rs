//! Gnutella: an overlay that people keep together themselves, in which queries flood and hits come back.
//!
//! What is an event and what is not: a query with all its copies and hits is worked out when it is sent
//! (`protocol::gnutella::wave`), and the moment at which the asker has its hits is an event; pings and pongs are counted once a
//! round. Opening a link is an event at the end of its handshakes, a goodbye takes no time, a vanished servent is noticed
//! after two rounds of pings. Fetching is `sim::fetch`'s.

mod check;
mod links;
mod load;
mod obtain;
mod search;

use crate::protocol::gnutella::host_cache::HostCache;
use crate::protocol::gnutella::overlay::{Lost, Overlay};
use crate::protocol::gnutella::rules::Rules;
use crate::protocol::gnutella::wave::Wave;
use crate::record::{Departure, Observer, PersonTotals, SearchTraffic};
use crate::rng::Seed;
use crate::spec::{FetchSpec, GnutellaSpec, Scenario};
use crate::units::{FileIndex, PersonIndex, Rate, SimDuration};
use crate::workload::{Person, Workload};

use super::fetch::{FetchEvent, Fetches};
use super::folders::Folders;
use super::play;
use super::system::{Closing, System, SystemSample};
use super::world::World;
use super::{RunOptions, RunOutcome};

use self::load::Loads;
use self::obtain::Pursuit;
use self::search::Search;

/// What can happen next. A session tells an event of an earlier time online from a current one, a generation one of an earlier
/// state of a fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Fetch(FetchEvent),
    /// The host cache has answered.
    HostsKnown {
        servent: u32,
        session: u32,
    },
    /// The handshakes of a link are through, or met a refusal.
    Connect {
        from: u32,
        to: u32,
        session: u32,
    },
    /// Nobody was there to connect to.
    DialFailed {
        servent: u32,
        session: u32,
    },
    /// Time to ping and to look after the links.
    Round {
        servent: u32,
        session: u32,
    },
    /// The silence of a servent that vanished is noticed.
    Noticed {
        servent: u32,
        session: u32,
    },
    /// Hits or pongs are there, or have been waited for long enough.
    Choose {
        fetch: u32,
        generation: u32,
    },
    SearchAgain {
        fetch: u32,
        generation: u32,
    },
    /// The supplier that was to connect to the asker has not.
    NoPush {
        fetch: u32,
        generation: u32,
    },
}

impl From<FetchEvent> for Event {
    fn from(event: FetchEvent) -> Event {
        Event::Fetch(event)
    }
}

/// One person's program.
#[derive(Clone, Copy, Debug, Default)]
struct Servent {
    /// Counts the times that it came and went.
    session: u32,
    /// Links that it opens and replaces.
    opens: u32,
    dialling: u32,
    /// Links that it has tried to open since the last round.
    tries: u32,
    /// Queries of others that it answered.
    answered: u32,
}

struct Gnutella<'a, O> {
    world: World<'a, O, Event>,
    spec: &'a GnutellaSpec,
    fetches: Fetches<'a>,
    folders: Folders<'a>,
    rules: Rules,
    overlay: Overlay,
    hosts: HostCache,
    wave: Wave,
    search: Search,
    servents: Vec<Servent>,
    /// By fetch.
    pursuits: Vec<Pursuit>,
    loads: Loads,
    traffic: SearchTraffic,
    lost: Vec<Lost>,
}

/// Plays the system from time zero to its end.
pub fn play<O: Observer>(
    scenario: &Scenario,
    label: &str,
    spec: &GnutellaSpec,
    workload: &Workload,
    seed: Seed,
    options: RunOptions<'_>,
    observer: &mut O,
) -> RunOutcome {
    let world = World::new(scenario, label, workload, seed, options, observer);
    play::play(Gnutella::new(world, spec))
}

impl<'a, O: Observer> Gnutella<'a, O> {
    fn new(world: World<'a, O, Event>, spec: &'a GnutellaSpec) -> Self {
        let people = world.people;
        let client = |class: usize| -> &FetchSpec { &spec.clients[class] };
        let line = |person: &Person| {
            let connectable = client(person.class.at()).connectable;
            person.arrives.map(|_| (person.upload, connectable))
        };
        let lines: Vec<Option<(Rate, bool)>> = people.iter().map(line).collect();
        Gnutella {
            spec,
            fetches: Fetches::new(&world, &spec.clients, &[]),
            folders: Folders::new(people, world.catalogue),
            rules: Rules::new(&spec.overlay, &lines),
            overlay: Overlay::new(people.len()),
            // Who missed two rounds of pings is taken for gone.
            hosts: HostCache::new(people.len(), spec.ping_every.times(2)),
            wave: Wave::default(),
            search: Search::new(world.catalogue, people.len()),
            servents: vec![Servent::default(); people.len()],
            pursuits: Vec::new(),
            loads: Loads::new(people.len(), world.charges_overhead()),
            traffic: SearchTraffic::default(),
            lost: Vec::new(),
            world,
        }
    }

    fn is_session(&self, servent: u32, session: u32) -> bool {
        self.servents[servent as usize].session == session
    }

    fn class_of(&self, person: u32) -> usize {
        self.world.people[person as usize].class.at()
    }

    fn client(&self, person: u32) -> &'a FetchSpec {
        self.fetches.spec(&self.world, person)
    }

    /// From now on the person shares the file, unless it never shares anything.
    fn share(&mut self, person: u32, file: FileIndex) {
        if self.folders.shares(person) {
            self.search.share(PersonIndex(person), file);
        }
    }

    /// How long a servent's silence lasts until its neighbours take it for gone: two rounds of pings.
    fn silence(&self) -> SimDuration {
        self.spec.ping_every.times(2)
    }
}

impl<'a, O: Observer> System<'a, O> for Gnutella<'a, O> {
    type Event = Event;

    fn world(&mut self) -> &mut World<'a, O, Event> {
        &mut self.world
    }

    fn arrived(&mut self, person: u32) {
        let brings: Vec<FileIndex> = self.folders.files(person).collect();
        brings.into_iter().for_each(|file| self.share(person, file));
        self.servents[person as usize].opens = self.rules.opens(PersonIndex(person), &mut self.world.chance);
        self.switch_on(person);
    }

    fn wished(&mut self, person: u32, nth: usize) {
        self.world.books.add_progress(self.class_of(person), 0, 1);
        self.fetches.begin(&self.world, person, nth);
        self.act();
    }

    fn went_away(&mut self, person: u32) {
        let vanishes = self.world.people[person as usize].vanishes;
        self.fetches.requester_away(&mut self.world, person);
        self.switch_off(person, vanishes);
        self.act();
    }

    fn came_back(&mut self, person: u32) {
        self.switch_on(person);
        self.fetches.requester_back(&self.world, person);
        self.act();
    }

    fn left(&mut self, person: u32, how: Departure, was_online: bool) {
        self.fetches.requester_gone(&mut self.world, person, how);
        if was_online {
            self.switch_off(person, how == Departure::Vanished);
        }
        self.act();
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Fetch(event) => {
                let folders = &self.folders;
                let shares = |source, file| folders.shares(source) && folders.holds(source, file);
                self.fetches.handle(&mut self.world, event, shares);
            }
            Event::HostsKnown { servent, session } if self.is_session(servent, session) => {
                self.hosts_known(servent);
            }
            Event::Connect { from, to, session } if self.is_session(from, session) => self.connect(from, to),
            Event::DialFailed { servent, session } if self.is_session(servent, session) => {
                self.dial_failed(servent);
            }
            Event::Round { servent, session } if self.is_session(servent, session) => self.round(servent),
            Event::Noticed { servent, session } if self.is_session(servent, session) => {
                self.notice_vanished(servent);
            }
            Event::Choose { fetch, generation } if self.fetches.is_current(fetch, generation) => {
                self.choose(fetch);
            }
            Event::SearchAgain { fetch, generation } if self.fetches.is_current(fetch, generation) => {
                self.fetches.end_rest(&self.world, fetch);
            }
            Event::NoPush { fetch, generation } if self.fetches.is_current(fetch, generation) => {
                self.no_push(fetch);
            }
            Event::HostsKnown { .. }
            | Event::Connect { .. }
            | Event::DialFailed { .. }
            | Event::Round { .. }
            | Event::Noticed { .. }
            | Event::Choose { .. }
            | Event::SearchAgain { .. }
            | Event::NoPush { .. } => {}
        }
        self.act();
    }

    fn flow_due(&mut self, tag: u32) {
        self.fetches.flow_due(&mut self.world, tag);
        self.act();
    }

    fn sample(&mut self) -> SystemSample {
        self.fetches.flush_all(&mut self.world);
        SystemSample { copies: None, stored_bytes: self.folders.stored_bytes(), servers: Vec::new() }
    }

    fn check_now(&mut self) {
        self.check_everything();
    }

    fn close(&mut self) -> Closing {
        self.fetches.close_all(&mut self.world);
        Closing {
            received_bytes: self.fetches.received_bytes(),
            in_flight_bytes: 0,
            lost_bytes: 0,
            swarm: None,
            search: self.traffic,
            violations: self.violations(),
        }
    }

    fn complete_totals(&mut self, totals: &mut PersonTotals) {
        self.fetches.add_to_totals(totals);
        totals.answered = self.servents[totals.peer.at()].answered;
    }
}
