//! What can be observed of a run: records with reason codes, samples, and the trait that receives them.
//!
//! Records are domain facts (a piece, a choke, a join), never the engine's bookkeeping. They are plain
//! `Copy` data; what is exported to files is another type (`metrics::rows`). Observers only read.

mod digest;
mod totals;
mod wish;

pub use digest::DomainDigest;
pub use totals::{
    ClassSample, Copies, PersonTotals, RunTotals, Sample, SearchTraffic, ServerSample, SwarmTotals,
};
pub use wish::{WishOutcome, WishTotals};

use crate::units::{FileIndex, PersonIndex, PieceIndex, SimTime};

/// Receives what happens. Every method has an empty default, so an observer names only what it wants.
pub trait Observer {
    /// One domain fact, in the order in which the facts happened.
    fn record(&mut self, _at: SimTime, _record: &Record) {}

    /// The state of the swarm every `Output::sample_every`, from time zero to the end of the run inclusive.
    fn sample(&mut self, _at: SimTime, _sample: &Sample) {}

    /// The central parts at the moments at which a fault of the scenario begins, before anything falls, and ends.
    fn fault_edge(&mut self, _at: SimTime, _servers: &[ServerSample]) {}

    /// What became of a wish: when that is decided, or at the end of the run.
    fn wish(&mut self, _wish: &WishTotals) {}

    /// One row a person, once, at the end of the run, in the order of persons.
    fn person(&mut self, _person: &PersonTotals) {}

    /// Once, after everything else.
    fn end(&mut self, _at: SimTime, _totals: &RunTotals) {}

    /// Whether [`Record::Message`] is wanted: it costs a record for every message.
    fn wants_messages(&self) -> bool {
        false
    }
}

/// Nobody watches.
pub struct NoObserver;
impl Observer for NoObserver {}

/// Two observers of one run.
impl<A: Observer, B: Observer> Observer for (A, B) {
    fn record(&mut self, at: SimTime, record: &Record) {
        self.0.record(at, record);
        self.1.record(at, record);
    }
    fn sample(&mut self, at: SimTime, sample: &Sample) {
        self.0.sample(at, sample);
        self.1.sample(at, sample);
    }
    fn fault_edge(&mut self, at: SimTime, servers: &[ServerSample]) {
        self.0.fault_edge(at, servers);
        self.1.fault_edge(at, servers);
    }
    fn wish(&mut self, wish: &WishTotals) {
        self.0.wish(wish);
        self.1.wish(wish);
    }
    fn person(&mut self, person: &PersonTotals) {
        self.0.person(person);
        self.1.person(person);
    }
    fn end(&mut self, at: SimTime, totals: &RunTotals) {
        self.0.end(at, totals);
        self.1.end(at, totals);
    }
    fn wants_messages(&self) -> bool {
        self.0.wants_messages() || self.1.wants_messages()
    }
}

impl<O: Observer> Observer for &mut O {
    fn record(&mut self, at: SimTime, record: &Record) {
        (**self).record(at, record);
    }
    fn sample(&mut self, at: SimTime, sample: &Sample) {
        (**self).sample(at, sample);
    }
    fn fault_edge(&mut self, at: SimTime, servers: &[ServerSample]) {
        (**self).fault_edge(at, servers);
    }
    fn wish(&mut self, wish: &WishTotals) {
        (**self).wish(wish);
    }
    fn person(&mut self, person: &PersonTotals) {
        (**self).person(person);
    }
    fn end(&mut self, at: SimTime, totals: &RunTotals) {
        (**self).end(at, totals);
    }
    fn wants_messages(&self) -> bool {
        (**self).wants_messages()
    }
}

/// One fact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Record {
    /// The person switches the machine on.
    Arrived {
        peer: PersonIndex,
    },
    /// The metainfo file is there (from the web server).
    MetainfoFetched {
        peer: PersonIndex,
    },
    /// The tracker answered with so many peers.
    Announced {
        peer: PersonIndex,
        peers: u32,
    },
    Connected {
        from: PersonIndex,
        to: PersonIndex,
    },
    Disconnected {
        peer: PersonIndex,
        neighbour: PersonIndex,
        reason: DisconnectReason,
    },
    /// `peer` decided to unchoke `neighbour`. `rank` is the place in the choker's order (0 is best), `rate` in bytes/s.
    Unchoked {
        peer: PersonIndex,
        neighbour: PersonIndex,
        reason: UnchokeReason,
        rank: u32,
        rate: f64,
    },
    /// `peer` keeps `neighbour` unchoked but for another reason now.
    Rereasoned {
        peer: PersonIndex,
        neighbour: PersonIndex,
        reason: UnchokeReason,
        rank: u32,
        rate: f64,
    },
    Choked {
        peer: PersonIndex,
        neighbour: PersonIndex,
        reason: ChokeReason,
        rank: u32,
        rate: f64,
    },
    /// `neighbour` unchoked `peer` and owes it blocks for too long, so that others are asked for them; or it has sent again.
    Overdue {
        peer: PersonIndex,
        neighbour: PersonIndex,
        overdue: bool,
    },
    /// A piece is complete and passed its check (or was accepted unchecked; `intact` says what it is).
    PieceCompleted {
        peer: PersonIndex,
        piece: PieceIndex,
        intact: bool,
    },
    /// A complete piece failed its check and is thrown away.
    HashFailed {
        peer: PersonIndex,
        piece: PieceIndex,
    },
    Banned {
        peer: PersonIndex,
        neighbour: PersonIndex,
    },
    EndgameStarted {
        peer: PersonIndex,
    },
    /// Everything that the person wishes for in its whole life is there.
    Finished {
        peer: PersonIndex,
    },
    Left {
        peer: PersonIndex,
        how: Departure,
    },
    /// Goes away for a while, with what it has.
    WentAway {
        peer: PersonIndex,
    },
    CameBack {
        peer: PersonIndex,
    },
    /// A person wants a file from now on.
    Wished {
        peer: PersonIndex,
        file: FileIndex,
    },
    /// A search was sent (to the index, or into the overlay).
    Searched {
        peer: PersonIndex,
        file: FileIndex,
    },
    /// A search was answered with so many suppliers of the file.
    Answered {
        peer: PersonIndex,
        file: FileIndex,
        suppliers: u32,
    },
    /// A central part was too busy or switched off.
    Refused {
        peer: PersonIndex,
        by: Central,
    },
    /// `from` begins to send the file to `to`; `None`: a server does.
    TransferStarted {
        from: Option<PersonIndex>,
        to: PersonIndex,
        file: FileIndex,
    },
    /// A transfer ended early.
    TransferBroken {
        from: Option<PersonIndex>,
        to: PersonIndex,
        file: FileIndex,
    },
    /// The whole file is there.
    Fetched {
        from: Option<PersonIndex>,
        to: PersonIndex,
        file: FileIndex,
    },
    /// The index knows (or forgets) that person and so many files of its.
    Listed {
        peer: PersonIndex,
        files: u32,
    },
    Unlisted {
        peer: PersonIndex,
    },
    /// A message was sent; only for observers that want messages.
    Message {
        from: Party,
        to: Party,
        message: Message,
    },
}

/// A central part, with its number where there are several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Central {
    Tracker,
    WebServer,
    Index(u32),
    Server(u32),
}

/// Who sends or receives a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    Peer(PersonIndex),
    Tracker,
    WebServer,
}

/// Messages as BEP 3 and BEP 6 name them; `block` counts blocks of 16 KiB inside the piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    GetMetainfo,
    Metainfo,
    Announce {
        event: AnnounceEvent,
    },
    Peers {
        count: u32,
    },
    Handshake,
    /// How many pieces it shows.
    Bitfield {
        pieces: u32,
    },
    AllowedFast {
        pieces: u32,
    },
    Interested,
    NotInterested,
    Choke,
    Unchoke {
        reason: UnchokeReason,
    },
    Request {
        piece: PieceIndex,
        block: u32,
    },
    Piece {
        piece: PieceIndex,
        block: u32,
    },
    Cancel {
        piece: PieceIndex,
        block: u32,
    },
    Have {
        piece: PieceIndex,
    },
    Close,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnnounceEvent {
    Started,
    Periodic,
    Completed,
    Stopped,
}

/// Why a peer uploads to a neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnchokeReason {
    /// It is among the fastest to send to us.
    Regular,
    /// The optimistic slot: whatever it sends.
    Optimistic,
    /// We are a seed and it is our choice.
    Seed,
    /// Not unchoked at all: the piece is in its allowed-fast set (BEP 6).
    AllowedFast,
    /// Better than our regulars but not interested: costs no slot (BEP 3).
    Uninterested,
    /// Nobody is choked, or the choice is random: there is no ranking.
    Unranked,
}

impl UnchokeReason {
    pub const ALL: [UnchokeReason; 6] = [
        UnchokeReason::Regular,
        UnchokeReason::Optimistic,
        UnchokeReason::Seed,
        UnchokeReason::AllowedFast,
        UnchokeReason::Uninterested,
        UnchokeReason::Unranked,
    ];
}

/// Why a neighbour is choked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChokeReason {
    /// Others send faster (or a seed prefers others).
    Outranked,
    /// It does not want anything that we have.
    NotInterested,
    /// It has sent nothing for too long.
    Snubbing,
    /// Its turn in the optimistic slot is over.
    OptimisticRotation,
    /// Its turn at the seed is over.
    SeedRotation,
    /// We never upload.
    FreeRiding,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisconnectReason {
    /// Two seeds have nothing to say to each other.
    BothSeeds,
    NeighbourLeft,
    /// The neighbour vanished and its silence was noticed.
    TimedOut,
    Banned,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// Says goodbye to neighbours and tracker.
    Clean,
    /// Switched off; nobody is told.
    Vanished,
    /// Out of patience, unfinished; says goodbye.
    GaveUp,
}

/// What an unfinished peer is waiting for while nothing arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The metainfo file or the tracker's answer.
    Joining,
    /// Connections: it has none.
    NoNeighbours,
    /// Nobody chokes it who has what it lacks, and still there is nothing to ask for: no neighbour has it, or all is asked for.
    NothingToAsk,
    /// A neighbour that has what it lacks chokes it, and no first byte is under way.
    Choked,
    /// Unchoked, request sent, first byte under way.
    Requested,
}

impl Waiting {
    pub const ALL: [Waiting; 5] =
        [Waiting::Joining, Waiting::NoNeighbours, Waiting::NothingToAsk, Waiting::Choked, Waiting::Requested];
}
