//! A BitTorrent swarm: protocol decisions turned into events and flows.
//!
//! Which message is an event and which is not: a block is one event (its last byte), a completed piece is one more (its
//! HAVE, delivered to all neighbours at once), an unchoke is two (it arrives; the first byte arrives), a choke one.
//! REQUESTs are represented by the queue of a transfer and the round trip before its first byte, interest by looking
//! at the sets of pieces when the choker needs it, CANCEL by taking a block out of a queue. Times on a transfer are those
//! at its receiver.

mod check;
mod choke;
mod connect;
mod join;
mod leave;
mod overhead;
mod pieces;
mod request;
mod sample;
mod state;
mod transfer;

use crate::engine::Queue;
use crate::net::{FlowId, LinkId, Network};
use crate::protocol::bittorrent::choker::{Candidate, Scratch};
use crate::protocol::bittorrent::tracker::Tracker;
use crate::record::{AnnounceEvent, Message, Observer, Party, Record};
use crate::rng::{Seed, Stream};
use crate::spec::{ClientSpec, Core, File, Overhead, Scenario, StopWhen, SwarmSpec};
use crate::units::{FileIndex, PersonIndex, Rate, SimDuration, SimTime};
use crate::workload::{Person, Workload};

use self::state::{Geometry, Glance, NONE, Peer, PieceSets, Presence, Totals, Transfers};
use super::{Continue, Progress, RunOptions, RunOutcome};

/// What can happen next. Peers, transfers and answers are indices; a generation tells a late event from a current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Arrive {
        peer: u32,
    },
    /// The request for the metainfo file reaches the web server.
    MetainfoRequested {
        peer: u32,
    },
    TrackerHears {
        peer: u32,
        event: AnnounceEvent,
    },
    TrackerServes {
        peer: u32,
        event: AnnounceEvent,
    },
    TrackerAnswers {
        peer: u32,
        answer: u32,
    },
    /// It looks whether it has too few neighbours, or is due to announce.
    TrackerTimer {
        peer: u32,
    },
    /// Both handshakes are through.
    Connect {
        from: u32,
        to: u32,
    },
    Rechoke {
        peer: u32,
    },
    /// A rechoke out of turn: a neighbour's interest changed.
    Reconsider {
        peer: u32,
    },
    UnchokeArrives {
        transfer: u32,
        generation: u32,
    },
    ChokeArrives {
        transfer: u32,
        generation: u32,
    },
    FirstByte {
        transfer: u32,
        generation: u32,
    },
    HaveArrives {
        peer: u32,
        piece: u32,
    },
    /// A milestone of a flow bound by this link is due.
    LinkDue {
        link: LinkId,
    },
    Leave {
        peer: u32,
    },
    GiveUp {
        peer: u32,
    },
    /// The silence of a vanished peer is noticed.
    Noticed {
        peer: u32,
    },
    Sample,
    Stop,
}

/// A flow's tag is its transfer, or the peer that fetches the metainfo file and this bit.
const METAINFO: u32 = 1 << 31;

struct Swarm<'a, O> {
    scenario: &'a Scenario,
    spec: &'a SwarmSpec,
    people: &'a [Person],
    observer: &'a mut O,
    options: RunOptions<'a>,
    messages: bool,
    /// Somebody acts on a change of interest at once, or watches it.
    tracks_interest: bool,
    /// Somebody leaves after so many copies.
    copies_matter: bool,
    now: SimTime,
    queue: Queue<Event>,
    chance: Stream,
    net: Network,
    /// When the queue entry of each link that counts comes up.
    timers: Vec<SimTime>,
    file: File,
    geometry: Geometry,
    peers: Vec<Peer>,
    glances: Vec<Glance>,
    totals: Vec<Totals>,
    sets: PieceSets,
    /// Copies of each piece among a peer's neighbours, peer by peer.
    availability: Vec<u16>,
    transfers: Transfers,
    tracker: Tracker,
    central: join::Central,
    /// Copies of each piece among peers online.
    copies: Vec<u32>,
    first_copy: Vec<Option<SimTime>>,
    /// Pieces that are not what the author made, peer by peer; empty while nobody spoils anything.
    corrupt: Vec<u64>,
    counts: sample::Counts,
    scratch: Scratch,
    candidates: Vec<Candidate>,
    due: Vec<FlowId>,
    ended: bool,
}

/// Plays the swarm from time zero to its end.
pub fn play<O: Observer>(
    scenario: &Scenario,
    label: &str,
    spec: &SwarmSpec,
    workload: &Workload,
    seed: Seed,
    options: RunOptions<'_>,
    observer: &mut O,
) -> RunOutcome {
    let mut swarm = Swarm::new(scenario, label, spec, workload, seed, options, observer);
    swarm.schedule_people();
    let interrupted = swarm.run();
    swarm.finish(interrupted)
}

impl<'a, O: Observer> Swarm<'a, O> {
    fn new(
        scenario: &'a Scenario,
        label: &str,
        spec: &'a SwarmSpec,
        workload: &'a Workload,
        seed: Seed,
        options: RunOptions<'a>,
        observer: &'a mut O,
    ) -> Self {
        let people = &workload.people[..];
        let file = workload.catalogue.file(FileIndex(0));
        let geometry = Geometry::new(&file);
        let mut chance = seed.stream(&format!("system {label}"));
        let queue =
            if options.shuffle_ties { Queue::with_shuffled_ties(chance.bits()) } else { Queue::new() };
        let mut net = match &scenario.network.core {
            Core::Star { .. } => Network::new(),
            Core::Graph(graph) => Network::with_core(graph).expect("a checked scenario has a connected core"),
        };
        let peers: Vec<Peer> = people.iter().map(|person| Peer::new(person, &mut net)).collect();
        let central = join::Central::new(spec, &mut net);
        let spoilt = people.iter().any(|person| crate::strategy::spoils(person.behavior));
        let pieces = geometry.pieces as usize;
        let messages = observer.wants_messages();
        Swarm {
            scenario,
            spec,
            people,
            observer,
            options,
            messages,
            tracks_interest: messages || spec.clients.iter().any(|client| client.rechokes_on_interest),
            copies_matter: people.iter().any(|person| person.leaves_after_copies.is_some()),
            now: SimTime::ZERO,
            queue,
            chance,
            timers: Vec::new(),
            sets: PieceSets::new(peers.len(), geometry.words),
            availability: vec![0; peers.len() * pieces],
            transfers: Transfers::default(),
            tracker: Tracker::new(spec.tracker.answer, spec.tracker.numwant),
            central,
            copies: vec![0; pieces],
            first_copy: vec![None; pieces],
            corrupt: if spoilt { vec![0; peers.len() * geometry.words] } else { Vec::new() },
            counts: sample::Counts::new(scenario.classes.len()),
            scratch: Scratch::default(),
            candidates: Vec::new(),
            due: Vec::new(),
            ended: false,
            net,
            file,
            geometry,
            peers,
            totals: vec![Totals::default(); people.len()],
            glances: people.iter().map(Glance::new).collect(),
        }
    }

    fn schedule_people(&mut self) {
        for (peer, person) in self.people.iter().enumerate() {
            if let Some(at) = person.arrives {
                self.counts.expected += u32::from(!person.wishes.is_empty());
                self.counts.still_to_leave += 1;
                self.queue.push(at, Event::Arrive { peer: peer as u32 });
            }
        }
        self.queue.push(SimTime::ZERO, Event::Sample);
        self.queue.push(SimTime::ZERO + self.scenario.stop.no_later_than, Event::Stop);
    }

    /// The loop; returns whether it was interrupted from outside.
    fn run(&mut self) -> bool {
        while !self.ended {
            let (at, event) = self.queue.pop().expect("the stop event ends the run");
            self.now = at;
            self.counts.events += 1;
            self.handle(event);
            self.retime_links();
            if self.options.check_every_event {
                self.check_now();
            }
            if self.counts.events.is_multiple_of(1 << 14) && !self.report_progress() {
                return true;
            }
        }
        false
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Arrive { peer } => self.arrive(peer),
            Event::MetainfoRequested { peer } => self.send_metainfo(peer),
            Event::TrackerHears { peer, event } => self.tracker_hears(peer, event),
            Event::TrackerServes { peer, event } => self.tracker_serves(peer, event),
            Event::TrackerAnswers { peer, answer } => self.tracker_answers(peer, answer),
            Event::TrackerTimer { peer } => self.look_for_peers(peer),
            Event::Connect { from, to } => self.connect(from, to),
            Event::Rechoke { peer } => self.rechoke_by_timer(peer),
            Event::Reconsider { peer } => self.reconsider(peer),
            Event::UnchokeArrives { transfer, generation } => {
                if self.transfers.is_current(transfer, generation) {
                    self.unchoke_arrives(transfer);
                }
            }
            Event::ChokeArrives { transfer, generation } => {
                if self.transfers.is_current(transfer, generation) {
                    self.choke_arrives(transfer);
                }
            }
            Event::FirstByte { transfer, generation } => {
                if self.transfers.is_current(transfer, generation) {
                    self.first_byte(transfer);
                }
            }
            Event::HaveArrives { peer, piece } => self.have_arrives(peer, piece),
            Event::LinkDue { link } => self.link_due(link),
            Event::Leave { peer } => self.leave_as_planned(peer),
            Event::GiveUp { peer } => self.give_up(peer),
            Event::Noticed { peer } => self.notice_vanished(peer),
            Event::Sample => self.take_sample(),
            Event::Stop => self.ended = true,
        }
    }

    /// Queues an entry for each link whose earliest milestone moved forward; one that moved back finds out when
    /// its present entry comes up.
    fn retime_links(&mut self) {
        let (timers, queue) = (&mut self.timers, &mut self.queue);
        self.net.take_retimed(|link, due| {
            let at = link.0 as usize;
            if at >= timers.len() {
                timers.resize(at + 1, SimTime::NEVER);
            }
            if due < timers[at] {
                timers[at] = due;
                queue.push(due, Event::LinkDue { link });
            }
        });
    }

    fn link_due(&mut self, link: LinkId) {
        let timer = &mut self.timers[link.0 as usize];
        if *timer != self.now {
            return;
        }
        *timer = SimTime::NEVER;
        let told = self.net.told_due(link);
        if told > self.now {
            if told < SimTime::NEVER {
                *timer = told;
                self.queue.push(told, Event::LinkDue { link });
            }
            return;
        }
        let mut due = std::mem::take(&mut self.due);
        due.clear();
        self.net.due(self.now, link, &mut due);
        for &flow in &due {
            match self.net.tag(flow) {
                // An earlier one of this moment ended it.
                None => {}
                Some(tag) if tag & METAINFO != 0 => self.metainfo_arrives(tag & !METAINFO),
                Some(transfer) => self.block_arrives(transfer),
            }
        }
        self.due = due;
    }

    fn report_progress(&self) -> bool {
        let Some(progress) = self.options.progress else { return true };
        let report = Progress {
            now: self.now,
            events: self.counts.events,
            persons: self.people.len() as u32,
            finished: self.counts.finished_total(),
        };
        progress(report) == Continue::Go
    }

    /// Ends the run where the scenario's condition holds.
    fn stop_if_done(&mut self) {
        let done = match self.scenario.stop.or_when {
            StopWhen::TimeIsUp => false,
            StopWhen::EveryoneFinished => self.counts.expected == 0,
            StopWhen::EveryoneLeft => self.counts.still_to_leave == 0,
        };
        self.ended |= done;
    }

    fn client(&self, peer: u32) -> &'a ClientSpec {
        &self.spec.clients[usize::from(self.glances[peer as usize].class)]
    }

    /// One way from a peer to another, or to a central part if `b` is `NONE`.
    fn latency(&self, a: u32, b: u32) -> SimDuration {
        let access = |peer: u32| match peer {
            NONE => SimDuration::ZERO,
            peer => self.people[peer as usize].access_latency,
        };
        let middle = match &self.scenario.network.core {
            Core::Star { one_way_latency } => *one_way_latency,
            Core::Graph(_) => self.net.routes().latency(self.router(a), self.router(b)),
        };
        middle + access(a) + access(b)
    }

    fn round_trip(&self, a: u32, b: u32) -> SimDuration {
        self.latency(a, b).times(2)
    }

    /// The router that a peer hangs on: persons are dealt out to the routers in turn; central parts are at the first.
    fn router(&self, peer: u32) -> usize {
        match (&self.scenario.network.core, peer) {
            (Core::Star { .. }, _) | (_, NONE) => 0,
            (Core::Graph(graph), peer) => peer as usize % graph.nodes.len(),
        }
    }

    fn charges_overhead(&self) -> bool {
        self.scenario.network.overhead == Overhead::TcpIp
    }

    fn note(&mut self, record: Record) {
        self.observer.record(self.now, &record);
    }

    /// Records a message where somebody watches messages.
    fn say(&mut self, from: u32, to: u32, message: Message) {
        if self.messages {
            let party = |peer| Party::Peer(PersonIndex(peer));
            self.note(Record::Message { from: party(from), to: party(to), message });
        }
    }

    fn say_to(&mut self, from: Party, to: Party, message: Message) {
        if self.messages {
            self.note(Record::Message { from, to, message });
        }
    }

    fn is_online(&self, peer: u32) -> bool {
        self.peers[peer as usize].presence == Presence::Online
    }
}

impl Peer {
    fn new(person: &Person, net: &mut Network) -> Peer {
        let positive = |rate: Rate| if rate.0 > 0.0 { rate } else { Rate::ZERO };
        Peer {
            presence: Presence::Absent,
            endgame: false,
            reconsidering: false,
            connections: 0,
            dialling: 0,
            receiving: 0,
            uplink: net.add_link(positive(person.upload)),
            downlink: net.add_link(positive(person.download)),
            complete: 0,
            round: 0,
            unchoked_since: 0,
            optimistic_since: SimTime::ZERO,
            halves: Vec::new(),
            list: Vec::new(),
            started: Vec::new(),
            allowed_fast: Vec::new(),
            banned: Vec::new(),
            announced_at: SimTime::ZERO,
            metainfo_flow: None,
            waiting: None,
            control_up: 0,
        }
    }
}
