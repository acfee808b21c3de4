//! Client and server: one machine, or a few, that hold everything. What every other system is compared with.
//!
//! Clients are dealt out to the servers in turn. A server sends to all its clients at once, equally (max-min over its line),
//! or to so many at once while the others wait in order of arrival.

use crate::record::{Central, Departure, Observer, PersonTotals, SearchTraffic, WishOutcome};
use crate::rng::Seed;
use crate::spec::{FaultTarget, FetchSpec, Scenario, ServerSpec, SupplierChoice};
use crate::units::{FileIndex, Rate};
use crate::workload::{Workload, holders_upload};

use super::fetch::{Failure, FetchEvent, Fetches, Outcome, Source};
use super::play;
use super::system::{Closing, System, SystemSample};
use super::wish_clock::Span;
use super::world::World;
use super::{RunOptions, RunOutcome};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Fetch(FetchEvent),
    /// A client that was refused asks again.
    AskAgain {
        fetch: u32,
        generation: u32,
    },
}

impl From<FetchEvent> for Event {
    fn from(event: FetchEvent) -> Event {
        Event::Fetch(event)
    }
}

struct ClientServer<'a, O> {
    world: World<'a, O, Event>,
    spec: &'a ServerSpec,
    fetches: Fetches<'a>,
    /// Of each server.
    served: Vec<u64>,
    /// Uplink of each, bytes per second.
    rate: f64,
    stored: u64,
}

/// Everybody may fetch all that it wants at once, and goes on where it was broken off; nobody serves.
pub fn client(classes: usize) -> Vec<FetchSpec> {
    let client = FetchSpec {
        upload_slots: 0,
        queue: 0,
        downloads: u32::MAX,
        choice: SupplierChoice::Random,
        resumes: true,
        attempts: u32::MAX,
        search_again_after: None,
        connectable: true,
    };
    vec![client; classes]
}

/// Plays the system from time zero to its end; `clients` is what [`client`] gives.
pub fn play<O: Observer>(
    scenario: &Scenario,
    label: &str,
    spec: &ServerSpec,
    workload: &Workload,
    seed: Seed,
    options: RunOptions<'_>,
    observer: &mut O,
) -> RunOutcome {
    let clients = client(scenario.classes.len());
    let mut world = World::new(scenario, label, workload, seed, options, observer);
    let rate = spec.upload.unwrap_or_else(|| holders_upload(&workload.people)).0 / f64::from(spec.servers);
    let slots = spec.clients_at_once.unwrap_or(u32::MAX);
    let room = spec.queue.unwrap_or(u32::MAX);
    let servers: Vec<Source> =
        (0..spec.servers).map(|_| Source::new(world.net.add_link(Rate(rate)), slots, room)).collect();
    let mut fetches = Fetches::new(&world, &clients, &servers);
    (0..spec.servers).for_each(|number| fetches.open_source(fetches.server(number)));
    let files = workload.catalogue.len();
    let system = ClientServer {
        spec,
        fetches,
        served: vec![0; servers.len()],
        rate,
        stored: (0..files).map(|file| workload.catalogue.size(FileIndex(file)).0).sum(),
        world,
    };
    play::play(system)
}

impl<O: Observer> ClientServer<'_, O> {
    /// The servers that a fault meets.
    fn met(&self, part: FaultTarget) -> impl Iterator<Item = u32> + use<O> {
        (0..self.spec.servers).filter(move |&server| part.meets(FaultTarget::Server(Some(server))))
    }

    /// The server of a person.
    fn server_of(&self, person: u32) -> u32 {
        person % self.spec.servers
    }

    fn ask(&mut self, fetch: u32) {
        let source = self.fetches.server(self.server_of(self.fetches[fetch].person));
        let setup = self.fetches.usual_setup(&self.world, fetch, source);
        self.fetches.ask(&mut self.world, fetch, source, setup);
    }

    /// Acts upon whatever fetching has come to.
    fn act(&mut self) {
        while let Some(outcome) = self.fetches.next_outcome() {
            match outcome {
                Outcome::Ready { fetch } => self.ask(fetch),
                Outcome::Fetched { fetch } => self.fetched(fetch),
                Outcome::Failed { fetch, why } => self.failed(fetch, why),
            }
        }
    }

    fn fetched(&mut self, fetch: u32) {
        let person = self.fetches[fetch].person;
        let server = self.server_of(person) as usize;
        self.served[server] += 1;
        self.world.books.add_progress(self.world.people[person as usize].class.at(), 1, 0);
        self.fetches.close(&mut self.world, fetch, WishOutcome::Fetched);
    }

    /// A server is known, so nothing is searched for; the client tries again in a while.
    fn failed(&mut self, fetch: u32, why: Failure) {
        self.fetches[fetch].clock.enter(self.world.now, Span::Waiting);
        assert!(why != Failure::NotShared, "a server has every file");
        let generation = self.fetches.generation(fetch);
        self.world.push(self.world.now + self.spec.retry_after, Event::AskAgain { fetch, generation });
    }

    fn is_up(&self, server: u32) -> bool {
        !self.world.is_down(FaultTarget::Server(Some(server)))
    }
}

impl<'a, O: Observer> System<'a, O> for ClientServer<'a, O> {
    type Event = Event;

    fn world(&mut self) -> &mut World<'a, O, Event> {
        &mut self.world
    }

    /// There is nothing to log in to.
    fn arrived(&mut self, _: u32) {}

    fn wished(&mut self, person: u32, nth: usize) {
        self.world.books.add_progress(self.world.people[person as usize].class.at(), 0, 1);
        self.fetches.begin(&self.world, person, nth);
        self.act();
    }

    fn went_away(&mut self, person: u32) {
        self.fetches.requester_away(&mut self.world, person);
        self.act();
    }

    fn came_back(&mut self, person: u32) {
        self.fetches.requester_back(&self.world, person);
        self.act();
    }

    fn left(&mut self, person: u32, how: Departure, _was_online: bool) {
        self.fetches.requester_gone(&mut self.world, person, how);
        self.act();
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Fetch(event) => self.fetches.handle(&mut self.world, event, |_, _| true),
            Event::AskAgain { fetch, generation } => {
                if self.fetches.is_current(fetch, generation) {
                    self.ask(fetch);
                }
            }
        }
        self.act();
    }

    fn falls(&mut self, part: FaultTarget) {
        for server in self.met(part) {
            let source = self.fetches.server(server);
            self.fetches.close_source(&mut self.world, source, false);
        }
        self.act();
    }

    fn recovers(&mut self, part: FaultTarget) {
        for server in self.met(part) {
            self.fetches.open_source(self.fetches.server(server));
        }
    }

    fn flow_due(&mut self, tag: u32) {
        self.fetches.flow_due(&mut self.world, tag);
        self.act();
    }

    fn sample(&mut self) -> SystemSample {
        self.fetches.flush_all(&mut self.world);
        let server = |number: u32| {
            let source = self.fetches.server(number);
            crate::record::ServerSample {
                part: Central::Server(number),
                up: self.is_up(number),
                clients: self.fetches.source(source).uploads(),
                queue: self.fetches.source(source).waiters(),
                served: self.served[number as usize],
                refused: self.fetches.source(source).turned_away(),
                busy_s: self.fetches.on_line_by(source) / self.rate.max(f64::MIN_POSITIVE),
                sojourn_s: 0.0,
                stored_bytes: self.stored,
                sent_bytes: self.fetches.sent_by(source),
            }
        };
        SystemSample { copies: None, stored_bytes: 0, servers: (0..self.spec.servers).map(server).collect() }
    }

    fn check_now(&mut self) {
        self.fetches.check_now(&mut self.world);
    }

    fn close(&mut self) -> Closing {
        self.fetches.close_all(&mut self.world);
        Closing {
            received_bytes: self.fetches.received_bytes(),
            in_flight_bytes: 0,
            lost_bytes: 0,
            swarm: None,
            search: SearchTraffic::default(),
            violations: self.fetches.violations(&self.world),
        }
    }

    fn complete_totals(&mut self, totals: &mut PersonTotals) {
        self.fetches.add_to_totals(totals);
    }
}
