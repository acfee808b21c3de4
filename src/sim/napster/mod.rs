//! Napster: users log in to an index, list what they share, search there, and fetch whole files from each other.
//!
//! One file a phase: [`link`] is a user's connection to its server (login, shared list, goodbye, outages), [`search`]
//! the way from a wish to an answer, [`request`] the way from an answer to a supplier; `fetch` plays the transfer. A
//! list and an answer are flows over the lines of user and server. Searches, requests and pings are a line of text or
//! less: they take a latency, and their bytes are counted.

mod check;
mod event;
mod link;
mod request;
mod search;

use crate::net::LinkId;
use crate::protocol::napster::{Hit, Index, Lexicon};
use crate::record::{Central, Departure, Observer, PersonTotals, SearchTraffic, ServerSample, WishOutcome};
use crate::rng::Seed;
use crate::spec::{FaultTarget, NapsterSpec, Scenario};
use crate::units::FileIndex;
use crate::workload::Workload;

use self::event::Event;
use self::link::Link;
use self::search::Hunt;
use super::fetch::{Fetches, Outcome};
use super::folders::Folders;
use super::play;
use super::station::Station;
use super::system::{Closing, System, SystemSample};
use super::world::World;
use super::{RunOptions, RunOutcome};

/// A flow's tag is its fetch, or one of these bits and the person that sends its list, or the fetch that is answered.
const LIST: u32 = 1 << 30;
const ANSWER: u32 = 1 << 31;

struct Server {
    index: Index,
    station: Station,
    uplink: LinkId,
    downlink: LinkId,
    /// Bytes of answers sent.
    sent: u64,
}

struct Napster<'a, O> {
    world: World<'a, O, Event>,
    spec: &'a NapsterSpec,
    lexicon: Lexicon,
    servers: Vec<Server>,
    folders: Folders<'a>,
    fetches: Fetches<'a>,
    /// By person.
    links: Vec<Link>,
    /// By fetch.
    hunts: Vec<Hunt>,
    tally: Tally,
    /// The answer that is being put together.
    hits: Vec<Hit>,
}

/// What searching has come to: every search sent is on its way, was lost on it, or reached a server's station.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    traffic: SearchTraffic,
    on_the_way: u64,
    lost: u64,
    /// Logins that a dead server did not answer: its station counts them among the refused.
    vain_logins: u64,
}

/// Plays the system from time zero to its end.
pub fn play<O: Observer>(
    scenario: &Scenario,
    label: &str,
    spec: &NapsterSpec,
    workload: &Workload,
    seed: Seed,
    options: RunOptions<'_>,
    observer: &mut O,
) -> RunOutcome {
    let mut world = World::new(scenario, label, workload, seed, options, observer);
    let catalogue = &workload.catalogue;
    let persons = workload.people.len() as u32;
    assert!(persons < LIST, "at most 2^30 persons");
    let server = |_| Server {
        index: Index::new(catalogue.len(), persons),
        station: Station::new(spec.index.workers, spec.index.queue),
        uplink: world.net.add_link(spec.index.upload),
        downlink: world.net.add_link(spec.index.download),
        sent: 0,
    };
    let servers: Vec<Server> = (0..spec.index.servers).map(server).collect();
    let system = Napster {
        spec,
        lexicon: Lexicon::new((0..catalogue.len()).map(|file| catalogue.words(FileIndex(file)))),
        servers,
        folders: Folders::new(&workload.people, catalogue),
        fetches: Fetches::new(&world, &spec.clients, &[]),
        links: vec![Link::default(); workload.people.len()],
        hunts: Vec::new(),
        tally: Tally::default(),
        hits: Vec::new(),
        world,
    };
    play::play(system)
}

impl<O: Observer> Napster<'_, O> {
    /// Acts upon whatever fetching has come to.
    fn act(&mut self) {
        while let Some(outcome) = self.fetches.next_outcome() {
            match outcome {
                Outcome::Ready { fetch } => self.begin_hunt(fetch),
                Outcome::Fetched { fetch } => self.fetched(fetch),
                Outcome::Failed { fetch, why: _ } => self.go_on(fetch),
            }
        }
    }

    /// The file is in the shared folder from now on. Nobody checks what is in it: the MD5 of a list is there to resume
    /// by.
    fn fetched(&mut self, fetch: u32) {
        let (person, file) = (self.fetches[fetch].person, self.fetches[fetch].file);
        self.folders.add(person, file, self.world.catalogue);
        self.world.books.add_progress(self.world.people[person as usize].class.at(), 1, 0);
        self.share_another(person, file);
        self.fetches.close(&mut self.world, fetch, WishOutcome::Fetched);
    }

    /// The person's machine is on: it serves whoever comes, and logs in.
    fn switch_on(&mut self, person: u32) {
        self.folders.comes(person, self.world.catalogue);
        self.fetches.open_source(person);
        self.dial(person);
    }

    fn switch_off(&mut self, person: u32, vanishes: bool) {
        self.interrupt_hunts(person);
        self.hang_up(person, vanishes);
        self.folders.goes(person, self.world.catalogue);
        self.fetches.close_source(&mut self.world, person, vanishes);
    }

    fn is_up(&self, server: u32) -> bool {
        !self.world.is_down(FaultTarget::Index(Some(server)))
    }
}

impl<'a, O: Observer> System<'a, O> for Napster<'a, O> {
    type Event = Event;

    fn world(&mut self) -> &mut World<'a, O, Event> {
        &mut self.world
    }

    fn arrived(&mut self, person: u32) {
        self.switch_on(person);
    }

    fn wished(&mut self, person: u32, nth: usize) {
        self.world.books.add_progress(self.world.people[person as usize].class.at(), 0, 1);
        self.fetches.begin(&self.world, person, nth);
        self.act();
    }

    fn went_away(&mut self, person: u32) {
        self.switch_off(person, self.world.people[person as usize].vanishes);
        self.fetches.requester_away(&mut self.world, person);
        self.act();
    }

    fn came_back(&mut self, person: u32) {
        self.switch_on(person);
        self.fetches.requester_back(&self.world, person);
        self.act();
    }

    fn left(&mut self, person: u32, how: Departure, was_online: bool) {
        if was_online {
            self.switch_off(person, how == Departure::Vanished);
        }
        self.fetches.requester_gone(&mut self.world, person, how);
        self.act();
    }

    fn handle(&mut self, event: Event) {
        self.perform(event);
        self.act();
    }

    fn falls(&mut self, part: FaultTarget) {
        let met = |server: &u32| part.meets(FaultTarget::Index(Some(*server)));
        (0..self.servers.len() as u32).filter(met).for_each(|server| self.fall(server));
    }

    fn flow_due(&mut self, tag: u32) {
        if tag & ANSWER != 0 {
            self.answer_ends(tag & !ANSWER);
        } else if tag & LIST != 0 {
            self.list_ends(tag & !LIST);
        } else {
            self.fetches.flow_due(&mut self.world, tag);
        }
        self.act();
    }

    fn sample(&mut self) -> SystemSample {
        self.fetches.flush_all(&mut self.world);
        let of_server = |(number, server): (u32, &Server)| ServerSample {
            clients: server.index.users(),
            stored_bytes: server.index.entries() * self.spec.index.entry_memory.0,
            sent_bytes: server.sent,
            ..server.station.sample(self.world.now, Central::Index(number), self.is_up(number))
        };
        let servers = (0..).zip(&self.servers).map(of_server).collect();
        SystemSample { copies: None, stored_bytes: self.folders.stored_bytes(), servers }
    }

    fn check_now(&mut self) {
        self.fetches.check_now(&mut self.world);
        self.check_links();
        self.check_hunts();
    }

    fn close(&mut self) -> Closing {
        let mut violations = self.violations();
        self.fetches.close_all(&mut self.world);
        violations.extend(self.fetches.violations(&self.world));
        Closing {
            received_bytes: self.fetches.received_bytes(),
            in_flight_bytes: 0,
            lost_bytes: 0,
            swarm: None,
            search: self.tally.traffic,
            violations,
        }
    }

    fn complete_totals(&mut self, totals: &mut PersonTotals) {
        self.fetches.add_to_totals(totals);
    }
}
