//! What every system plays on: the clock, the queue, the network with the people's lines, the observer and the books.

use crate::engine::Queue;
use crate::net::{FlowId, LinkId, Network, RouteId};
use crate::record::{Observer, Record};
use crate::rng::{Seed, Stream};
use crate::spec::{Core, FaultTarget, Overhead, Scenario, Sharing};
use crate::units::prefetch::prefetch;
use crate::units::{Rate, SimDuration, SimTime, huge};
use crate::workload::{Catalogue, Person, Workload};

use super::books::Books;
use super::control::WORTHWHILE;
use super::life::Lives;
use super::{Continue, Progress, RunOptions};

/// No person (a central part), no place in an arena: the free value of a 32-bit index.
pub const NONE: u32 = u32::MAX;

/// What can happen next: in people's lives, on the network, to the run, or in the system itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening<E> {
    Arrive {
        person: u32,
    },
    /// The person's next wish is due.
    Wish {
        person: u32,
    },
    GoAway {
        person: u32,
    },
    ComeBack {
        person: u32,
    },
    Leave {
        person: u32,
    },
    GiveUp {
        person: u32,
    },
    /// A milestone of a flow bound by this link is due.
    LinkDue {
        link: LinkId,
    },
    Sample,
    /// A fault of the scenario begins or ends.
    FaultEdge {
        fault: u32,
        begins: bool,
    },
    Stop,
    Own(E),
}

/// The stage of one run; `E` is the system's own kind of event.
pub struct World<'a, O, E> {
    pub scenario: &'a Scenario,
    pub people: &'a [Person],
    pub catalogue: &'a Catalogue,
    pub observer: &'a mut O,
    pub options: RunOptions<'a>,
    pub now: SimTime,
    /// Chance inside the run: one stream a system label.
    pub chance: Stream,
    pub net: Network,
    pub books: Books,
    pub lives: Lives,
    pub ended: bool,
    queue: Queue<Happening<E>>,
    due: Vec<FlowId>,
    /// Of each person: asked for so often that it stands apart from the rest. Empty where nobody has any.
    access_latencies: Vec<SimDuration>,
    /// By which part of a line its control traffic must change to be taken off anew.
    pub worthwhile: f64,
    /// The uplink of person 0; then its downlink, then those of person 1, ...
    first_line: u32,
}

impl<'a, O: Observer, E: Copy> World<'a, O, E> {
    /// A world at time zero, in which the people's arrivals, the first sample and the stop are to come.
    pub fn new(
        scenario: &'a Scenario,
        label: &str,
        workload: &'a Workload,
        seed: Seed,
        options: RunOptions<'a>,
        observer: &'a mut O,
    ) -> World<'a, O, E> {
        let mut chance = seed.stream(&format!("system {label}"));
        let queue =
            if options.shuffle_ties { Queue::with_shuffled_ties(chance.bits()) } else { Queue::new() };
        let mut net = match &scenario.network.core {
            Core::Star { .. } => Network::new(),
            Core::Graph(graph) => Network::with_core(graph).expect("a checked scenario has a connected core"),
        };
        let people = &workload.people[..];
        let mut first_line = 0;
        for (index, person) in people.iter().enumerate() {
            let uplink = net.add_link(person.upload);
            net.add_link(match scenario.network.sharing {
                Sharing::MaxMin => person.download,
                Sharing::EqualSplit => Rate::UNLIMITED,
            });
            if index == 0 {
                first_line = uplink.0;
            }
        }
        let mut world = World {
            scenario,
            people,
            catalogue: &workload.catalogue,
            observer,
            options,
            now: SimTime::ZERO,
            chance,
            net,
            books: Books::new(scenario.classes.len()),
            lives: Lives::new(people),
            ended: false,
            queue,
            due: Vec::new(),
            access_latencies: access_latencies(people),
            worthwhile: WORTHWHILE,
            first_line,
        };
        for (person, at) in people.iter().enumerate().filter_map(|(at, person)| Some((at, person.arrives?))) {
            world.queue.push(at, Happening::Arrive { person: person as u32 });
        }
        world.queue.push(SimTime::ZERO, Happening::Sample);
        for (fault, planned) in (0..).zip(&scenario.faults) {
            world.queue.push(planned.from, Happening::FaultEdge { fault, begins: true });
            world.queue.push(planned.to, Happening::FaultEdge { fault, begins: false });
        }
        world.queue.push(SimTime::ZERO + scenario.stop.no_later_than, Happening::Stop);
        world
    }

    /// Adds an event of the system's own.
    pub fn push(&mut self, at: SimTime, event: E) {
        self.queue.push(at, Happening::Own(event));
    }

    pub(super) fn plan(&mut self, at: SimTime, happening: Happening<E>) {
        self.queue.push(at, happening);
    }

    /// Moves the clock to the next event and hands it out.
    pub(super) fn next(&mut self) -> Happening<E> {
        let (at, happening) = self.queue.pop().expect("the stop event ends the run");
        self.now = at;
        self.books.events += 1;
        happening
    }

    /// What happens after so many other events, if that is known.
    pub(super) fn upcoming(&self, events_before: usize) -> Option<Happening<E>> {
        self.queue.upcoming(events_before).copied()
    }

    /// Queues an entry for each link whose earliest milestone moved forward.
    pub(super) fn retime_links(&mut self) {
        let queue = &mut self.queue;
        self.net.take_entries(|link, due| queue.push(due, Happening::LinkDue { link }));
    }

    /// The flows whose milestone is reached now that the link's entry came up; hand them back with `took_due`.
    pub(super) fn flows_due(&mut self, link: LinkId) -> Vec<FlowId> {
        let mut due = std::mem::take(&mut self.due);
        due.clear();
        if let Some(later) = self.net.entry_came_up(self.now, link, &mut due) {
            self.queue.push(later, Happening::LinkDue { link });
        }
        due
    }

    pub(super) fn took_due(&mut self, due: Vec<FlowId>) {
        self.due = due;
    }

    pub(super) fn report_progress(&self) -> Continue {
        let Some(progress) = self.options.progress else { return Continue::Go };
        let (had, all) = self.books.had_of_wanted();
        progress(Progress {
            now: self.now,
            events: self.books.events,
            persons: self.people.len() as u32,
            arrived: self.books.arrived,
            finished: self.books.finished_total(),
            had,
            all,
        })
    }

    /// Whether somebody who is to stay until so many copies are out has sent them.
    pub fn has_sent_enough(&self, person: u32, copies: f64) -> bool {
        // What was sent in parts is a sum of quotients.
        self.people[person as usize].leaves_after_copies.is_some_and(|enough| copies + 1e-9 >= enough)
    }

    pub fn uplink(&self, person: u32) -> LinkId {
        LinkId(self.first_line + 2 * person)
    }

    pub fn downlink(&self, person: u32) -> LinkId {
        LinkId(self.first_line + 2 * person + 1)
    }

    /// One way from a person to another, or to a central part if one of them is `NONE`.
    pub fn latency(&self, a: u32, b: u32) -> SimDuration {
        let access = |person: u32| self.access_latencies.get(person as usize).copied().unwrap_or_default();
        let middle = match &self.scenario.network.core {
            Core::Star { one_way_latency } => *one_way_latency,
            Core::Graph(_) => self.net.routes().latency(self.router(a), self.router(b)),
        };
        middle + access(a) + access(b)
    }

    /// Asks for what [`World::latency`] looks at.
    pub fn prefetch_latency(&self, person: u32) {
        if let Some(latency) = self.access_latencies.get(person as usize) {
            prefetch(latency);
        }
    }

    pub fn round_trip(&self, a: u32, b: u32) -> SimDuration {
        self.latency(a, b).times(2)
    }

    /// The router that a person hangs on: persons are dealt out to the routers in turn; central parts are at the first.
    fn router(&self, person: u32) -> usize {
        match (&self.scenario.network.core, person) {
            (Core::Star { .. }, _) | (_, NONE) => 0,
            (Core::Graph(graph), person) => person as usize % graph.nodes.len(),
        }
    }

    pub fn core_route(&self, from: u32, to: u32) -> RouteId {
        self.net.routes().route(self.router(from), self.router(to))
    }

    /// Begins to send `bytes` from one line to another; `from` and `to` are persons, or `NONE` for a central part whose line
    /// is `uplink` or `downlink`. When the last byte is out, the system hears of `tag`.
    pub fn send(&mut self, from: (u32, LinkId), to: (u32, LinkId), bytes: f64, tag: u32) -> FlowId {
        let route = self.core_route(from.0, to.0);
        let flow = self.net.start(self.now, from.1, route, to.1, Rate::UNLIMITED, bytes);
        self.net.set_tag(flow, tag);
        flow
    }

    pub fn charges_overhead(&self) -> bool {
        self.scenario.network.overhead == Overhead::TcpIp
    }

    /// Whether a fault has switched that part off.
    pub fn is_down(&self, part: FaultTarget) -> bool {
        self.scenario.faults.iter().any(|f| f.what.meets(part) && f.from <= self.now && self.now < f.to)
    }

    pub fn note(&mut self, record: Record) {
        self.observer.record(self.now, &record);
    }
}

fn access_latencies(people: &[Person]) -> Vec<SimDuration> {
    if people.iter().all(|person| person.access_latency == SimDuration::ZERO) {
        return Vec::new();
    }
    huge::collect(people.iter().map(|person| person.access_latency))
}
