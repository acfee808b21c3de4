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

use crate::net::LinkId;
use crate::protocol::bittorrent::choker::{Candidate, Scratch};
use crate::protocol::bittorrent::tracker::Tracker;
use crate::record::{AnnounceEvent, Departure, Message, Observer, Party, PersonTotals, Record};
use crate::rng::Seed;
use crate::spec::{ClientSpec, File, Scenario, SwarmSpec};
use crate::units::{FileIndex, PersonIndex, SimTime};
use crate::workload::Workload;

use self::state::{Geometry, Glance, Peer, PieceSets, Presence, Totals, Transfers};
use super::life::{self, Closing, System, SystemSample};
use super::world::World;
use super::{RunOptions, RunOutcome};

/// What can happen next. Peers, transfers and answers are indices; a generation tells a late event from a current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
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
    /// The silence of a vanished peer is noticed.
    Noticed {
        peer: u32,
    },
}

/// A flow's tag is its transfer, or the peer that fetches the metainfo file and this bit.
const METAINFO: u32 = 1 << 31;

struct Swarm<'a, O> {
    world: World<'a, O, Event>,
    spec: &'a SwarmSpec,
    messages: bool,
    /// Somebody acts on a change of interest at once, or watches it.
    tracks_interest: bool,
    /// Somebody leaves after so many copies.
    copies_matter: bool,
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
    /// Pieces completed in the run.
    pieces_completed: u64,
    /// Pieces that are not what the author made, peer by peer; empty while nobody spoils anything.
    corrupt: Vec<u64>,
    scratch: Scratch,
    candidates: Vec<Candidate>,
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
    life::play(Swarm::new(scenario, label, spec, workload, seed, options, observer))
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
        let mut world = World::new(scenario, label, workload, seed, options, observer);
        let people = world.people;
        let file = world.catalogue.file(FileIndex(0));
        let geometry = Geometry::new(&file);
        let peers: Vec<Peer> = (0..people.len() as u32)
            .map(|person| Peer::new(world.uplink(person), world.downlink(person)))
            .collect();
        let central = join::Central::new(spec, &mut world.net);
        let spoilt = people.iter().any(|person| crate::strategy::spoils(person.behavior));
        let pieces = geometry.pieces as usize;
        let messages = world.observer.wants_messages();
        Swarm {
            spec,
            messages,
            tracks_interest: messages || spec.clients.iter().any(|client| client.rechokes_on_interest),
            copies_matter: people.iter().any(|person| person.leaves_after_copies.is_some()),
            sets: PieceSets::new(peers.len(), geometry.words),
            availability: vec![0; peers.len() * pieces],
            transfers: Transfers::default(),
            tracker: Tracker::new(spec.tracker.answer, spec.tracker.numwant),
            central,
            copies: vec![0; pieces],
            first_copy: vec![None; pieces],
            pieces_completed: 0,
            corrupt: if spoilt { vec![0; peers.len() * geometry.words] } else { Vec::new() },
            scratch: Scratch::default(),
            candidates: Vec::new(),
            file,
            geometry,
            peers,
            totals: vec![Totals::default(); people.len()],
            glances: people.iter().map(Glance::new).collect(),
            world,
        }
    }

    fn client(&self, peer: u32) -> &'a ClientSpec {
        &self.spec.clients[usize::from(self.glances[peer as usize].class)]
    }

    /// Records a message where somebody watches messages.
    fn say(&mut self, from: u32, to: u32, message: Message) {
        if self.messages {
            let party = |peer| Party::Peer(PersonIndex(peer));
            self.world.note(Record::Message { from: party(from), to: party(to), message });
        }
    }

    fn say_to(&mut self, from: Party, to: Party, message: Message) {
        if self.messages {
            self.world.note(Record::Message { from, to, message });
        }
    }

    fn is_online(&self, peer: u32) -> bool {
        self.peers[peer as usize].presence == Presence::Online
    }
}

impl<'a, O: Observer> System<'a, O> for Swarm<'a, O> {
    type Event = Event;

    fn world(&mut self) -> &mut World<'a, O, Event> {
        &mut self.world
    }

    fn arrived(&mut self, person: u32) {
        if self.world.people[person as usize].wishes.is_empty() {
            self.join(person);
        }
    }

    fn wished(&mut self, person: u32, _nth: usize) {
        self.join(person);
    }

    fn went_away(&mut self, _person: u32) {
        todo!()
    }

    fn came_back(&mut self, _person: u32) {
        todo!()
    }

    fn left(&mut self, person: u32, how: Departure, _was_online: bool) {
        self.leave_swarm(person, how);
    }

    fn flow_due(&mut self, tag: u32) {
        match tag & METAINFO {
            0 => self.block_arrives(tag),
            _ => self.metainfo_arrives(tag & !METAINFO),
        }
    }

    fn sample(&mut self) -> SystemSample {
        self.system_sample()
    }

    fn check_now(&mut self) {
        self.check_everything();
    }

    fn close(&mut self) -> Closing {
        self.close_accounts()
    }

    fn complete_totals(&mut self, totals: &mut PersonTotals) {
        self.add_to_totals(totals);
    }

    fn handle(&mut self, event: Event) {
        match event {
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
            Event::Noticed { peer } => self.notice_vanished(peer),
        }
    }
}

impl Peer {
    fn new(uplink: LinkId, downlink: LinkId) -> Peer {
        Peer {
            presence: Presence::Absent,
            endgame: false,
            reconsidering: false,
            connections: 0,
            dialling: 0,
            receiving: 0,
            uplink,
            downlink,
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
