//! BitTorrent swarms, one a file: protocol decisions turned into events and flows.
//!
//! Which message is an event and which is not: a block is one event (its last byte), a completed piece is one more (its
//! HAVE, delivered to all neighbours at once, or one for each of them: see `told`), an unchoke is two (it arrives; the
//! first byte arrives), a choke one. With piece granularity a stretch of blocks is one event: see `stretch`.
//! REQUESTs are represented by the queue of a transfer and the round trip before its first byte, interest by looking at
//! the sets of pieces when the choker needs it, CANCEL by taking a block out of a queue. Times on a transfer are those
//! at its receiver.

mod ahead;
mod central;
mod check;
mod choke;
mod connect;
mod endgame;
mod events;
mod interest;
mod join;
mod leave;
mod members;
mod overhead;
mod pieces;
mod queue;
mod request;
mod rounds;
mod sample;
mod sets;
mod state;
mod stretch;
mod super_seed;
mod told;
mod torrent;
mod transfer;
mod transfers;
mod wishes;

use crate::protocol::bittorrent::blocks::StartedPiece;
use crate::protocol::bittorrent::choker::{Candidate, Scratch};
use crate::protocol::bittorrent::tracker::Tracker;
use crate::record::{Departure, Message, Observer, Party, PersonTotals, Record};
use crate::rng::Seed;
use crate::spec::{
    Behavior, Choker, ClientSpec, FaultTarget, Granularity, HaveForm, RequestQueue, Scenario, SwarmSpec,
};
use crate::strategy;
use crate::units::lists::Lists;
use crate::units::{PersonIndex, SimDuration, huge};
use crate::workload::Workload;

use self::events::Event;
use self::members::{Band, Members};
use self::sets::PieceSets;
use self::state::{Directions, Glance, Half, Peer, Presence, Totals};
use self::super_seed::SuperSeeds;
use self::told::Told;
use self::torrent::{Geometry, Torrent};
use self::transfers::Transfers;
use super::control::WORTHWHILE_BY_PIECE;
use super::play;
use super::system::{Closing, Nearness, System, SystemSample};
use super::wish_clock::WishClock;
use super::world::{Happening, World};
use super::{RunOptions, RunOutcome};

/// Transfers and flows that there are about for each peer when a swarm is busy: room for them is not moved about.
const USUAL_TRANSFERS: usize = 12;
const USUAL_FLOWS: usize = 6;

/// A flow's tag is its transfer, or the peer that fetches the metainfo file and this bit.
const METAINFO: u32 = 1 << 31;

struct Swarm<'a, O> {
    world: World<'a, O, Event>,
    spec: &'a SwarmSpec,
    messages: bool,
    /// Transfers are followed piece by piece: see `stretch`.
    by_piece: bool,
    /// Somebody acts on a change of interest at once, or watches it.
    tracks_interest: bool,
    /// Somebody acts on each INTERESTED, or on each HAVE that makes a neighbour interesting again, so that interest is followed at
    /// choked neighbours too.
    hears_interest: bool,
    /// Somebody limits its rates itself and counts headers: see `overhead`.
    counts_headers: bool,
    /// A HAVE may matter at once to a neighbour that we do not serve: somebody watches or acts on each, counts its header, or
    /// asks while choked.
    hears_all: bool,
    /// Somebody leaves after so many copies.
    copies_matter: bool,
    members: Members,
    torrents: Vec<Torrent>,
    /// By member, as are all that are called peers here.
    peers: Vec<Peer>,
    glances: Vec<Glance>,
    /// One a connection; the index is the connection's slot and never moves.
    halves: Lists<Half>,
    /// One a slot of the peer's halves.
    directions: Lists<Directions>,
    /// Slots in the order of the connection list.
    order: Lists<u16>,
    started: Lists<StartedPiece>,
    totals: Vec<Totals>,
    sets: PieceSets,
    super_seeds: SuperSeeds,
    /// Where HAVEs arrive one by one.
    told: Option<Told>,
    transfers: Transfers,
    /// Every wish that was made, in the order of time.
    wishes: Vec<WishClock>,
    central: central::Central,
    /// Pieces completed in the run.
    pieces_completed: u64,
    scratch: Scratch,
    candidates: Vec<Candidate>,
    /// Slots at which a HAVE is news.
    listeners: Vec<u16>,
}

/// Plays the swarms from time zero to their end.
pub fn play<O: Observer>(
    scenario: &Scenario,
    label: &str,
    spec: &SwarmSpec,
    workload: &Workload,
    seed: Seed,
    options: RunOptions<'_>,
    observer: &mut O,
) -> RunOutcome {
    play::play(Swarm::new(scenario, label, spec, workload, seed, options, observer))
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
        if spec.granularity == Granularity::Piece {
            world.worthwhile = WORTHWHILE_BY_PIECE;
        }
        world.net.set_sameness(spec.rates_within);
        let people = world.people;
        let central = central::Central::new(spec, world.catalogue, &mut world.net);
        let spoilt = people.iter().any(|person| strategy::spoils(person.behavior));
        let acts_on_news =
            |client: &ClientSpec| client.choker == Choker::FixedSlots || client.look_again_after.is_some();
        let most_neighbours =
            spec.clients.iter().map(|client| client.connections.max_allow_in).max().unwrap_or(0);
        let hears_interest = spec.clients.iter().any(acts_on_news);
        let counts_headers = spec.clients.iter().any(|client| client.limiter_tick.is_some());
        let starts_slowly =
            |client: &ClientSpec| matches!(client.request_queue, RequestQueue::SlowStart { .. });
        let keeps_details = hears_interest || counts_headers || spec.clients.iter().any(starts_slowly);
        let messages = world.observer.wants_messages();
        let (members, bands) = Members::new(people, world.catalogue);
        let torrent = |band: &Band| {
            let tracker = Tracker::new(spec.tracker.answer, spec.tracker.numwant);
            Torrent::new(band.file, world.catalogue.file(band.file), band.first, tracker)
        };
        let torrents: Vec<Torrent> = bands.iter().map(torrent).collect();
        let count = members.len();
        let of_members = || (0..count).map(|member| members.person(member as u32));
        let mut transfers = Transfers::new(keeps_details);
        transfers.reserve(USUAL_TRANSFERS * count);
        world.net.reserve_flows(USUAL_FLOWS * count);
        let tracks_interest =
            messages || hears_interest || spec.clients.iter().any(|client| client.rechokes_on_interest);
        let hears_all = |client: &ClientSpec| client.super_seeding || client.allowed_fast > 0;
        let mut swarm = Swarm {
            spec,
            hears_all: tracks_interest || counts_headers || spec.clients.iter().any(hears_all),
            messages,
            by_piece: spec.granularity == Granularity::Piece,
            tracks_interest,
            hears_interest,
            counts_headers,
            copies_matter: people.iter().any(|person| person.leaves_after_copies.is_some()),
            sets: PieceSets::new(&torrents, &bands, most_neighbours, spoilt),
            super_seeds: SuperSeeds::new(),
            transfers,
            told: match spec.have {
                HaveForm::InBulk => None,
                HaveForm::OneByOne => Some(Told::new(members.len())),
            },
            wishes: Vec::new(),
            central,
            pieces_completed: 0,
            scratch: Scratch::default(),
            candidates: Vec::new(),
            listeners: Vec::new(),
            peers: huge::collect(
                of_members().map(|person| Peer::new(world.uplink(person), world.downlink(person))),
            ),
            totals: huge::collect((0..count).map(|_| Totals::default())),
            halves: Lists::new(count),
            directions: Lists::new(count),
            order: Lists::new(count),
            started: Lists::new(count),
            glances: huge::collect(of_members().map(|person| Glance::new(&people[person as usize]))),
            torrents,
            members,
            world,
        };
        (0..people.len() as u32).for_each(|person| swarm.charge_lines(person));
        swarm
    }

    fn client(&self, peer: u32) -> &'a ClientSpec {
        &self.spec.clients[usize::from(self.glances[peer as usize].class)]
    }

    fn torrent(&self, peer: u32) -> &Torrent {
        &self.torrents[self.sets.torrent(peer)]
    }

    fn torrent_mut(&mut self, peer: u32) -> &mut Torrent {
        &mut self.torrents[self.sets.torrent(peer)]
    }

    fn geometry(&self, peer: u32) -> &Geometry {
        &self.torrent(peer).geometry
    }

    /// The person behind a peer, as records name it.
    fn who(&self, peer: u32) -> PersonIndex {
        PersonIndex(self.members.person(peer))
    }

    fn behavior(&self, peer: u32) -> Behavior {
        self.glances[peer as usize].behavior
    }

    /// One way between two peers.
    fn latency(&self, a: u32, b: u32) -> SimDuration {
        self.world.latency(self.members.person(a), self.members.person(b))
    }

    fn round_trip(&self, a: u32, b: u32) -> SimDuration {
        self.world.round_trip(self.members.person(a), self.members.person(b))
    }

    /// Records a message where somebody watches messages.
    fn say(&mut self, from: u32, to: u32, message: Message) {
        if self.messages {
            self.say_to(Party::Peer(self.who(from)), Party::Peer(self.who(to)), message);
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
        self.join_as_seed(person);
    }

    fn wished(&mut self, person: u32, nth: usize) {
        self.begin_wish(person, nth);
    }

    fn went_away(&mut self, person: u32) {
        let vanishes = self.world.people[person as usize].vanishes;
        let how = if vanishes { Departure::Vanished } else { Departure::Clean };
        self.leave_swarms(person, how);
    }

    fn came_back(&mut self, person: u32) {
        self.rejoin(person);
    }

    fn left(&mut self, person: u32, how: Departure, _was_online: bool) {
        self.leave_swarms(person, how);
        self.give_up_wishes(person);
    }

    fn flow_due(&mut self, tag: u32) {
        match tag & METAINFO {
            0 => self.blocks_arrive(tag),
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
        self.happen(event);
    }

    fn falls(&mut self, part: FaultTarget) {
        match part {
            FaultTarget::Tracker => self.central.desk.drop_all(self.world.now),
            FaultTarget::WebServer => self.web_server_falls(),
            FaultTarget::Index(_) | FaultTarget::Server(_) => {}
        }
    }

    fn fetches_ahead(&self) -> bool {
        self.world.net.asks_ahead()
    }

    fn fetch_ahead(&self, coming: &Happening<Event>, nearness: Nearness) {
        match *coming {
            Happening::LinkDue { link } => self.fetch_for_link(link, nearness),
            Happening::Own(event) => self.fetch_for_event(event, nearness),
            Happening::Arrive { .. }
            | Happening::Wish { .. }
            | Happening::GoAway { .. }
            | Happening::ComeBack { .. }
            | Happening::Leave { .. }
            | Happening::GiveUp { .. }
            | Happening::Sample
            | Happening::FaultEdge { .. }
            | Happening::Stop => {}
        }
    }
}
