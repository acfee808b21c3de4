//! What can be observed of a run: records with reason codes, samples, and the trait that receives them.
//!
//! Records are domain facts (a piece, a choke, a join), never the engine's bookkeeping. They are plain
//! `Copy` data; what is exported to files is another type (`metrics::rows`). Observers only read.

mod digest;

pub use digest::DomainDigest;

use crate::units::{PersonIndex, PieceIndex, SimDuration, SimTime};

/// Receives what happens. Every method has an empty default, so an observer names only what it wants.
pub trait Observer {
    /// One domain fact, in the order in which the facts happened.
    fn record(&mut self, _at: SimTime, _record: &Record) {}

    /// The state of the swarm every `Output::sample_every`, from time zero to the end of the run inclusive.
    fn sample(&mut self, _at: SimTime, _sample: &Sample) {}

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
    /// `peer` counts `neighbour` as snubbing it from now on, or no longer.
    Snubbed {
        peer: PersonIndex,
        neighbour: PersonIndex,
        snubbed: bool,
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
    /// The whole file is there.
    Finished {
        peer: PersonIndex,
    },
    Left {
        peer: PersonIndex,
        how: Departure,
    },
    /// A message was sent; only for observers that want messages.
    Message {
        from: Party,
        to: Party,
        message: Message,
    },
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
    /// Neighbours have what it lacks and all of them choke it.
    Choked,
    /// Unchoked, request sent, first byte under way.
    Requested,
}

impl Waiting {
    pub const ALL: [Waiting; 5] =
        [Waiting::Joining, Waiting::NoNeighbours, Waiting::NothingToAsk, Waiting::Choked, Waiting::Requested];
}

/// The swarm at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Of each class, in the scenario's order.
    pub classes: Vec<ClassSample>,
    /// Copies of the rarest, the mean and the commonest piece among peers online.
    pub copies_min: u32,
    pub copies_mean: f64,
    pub copies_max: u32,
    /// Upload capacity present, integrated over the time since the run began: bytes that could have been sent.
    pub capacity_bytes: f64,
    /// Bytes of payload sent since the run began (useful or not, blocks complete).
    pub uploaded_bytes: u64,
    /// Peers that the tracker knows, and requests waiting for it.
    pub tracker_peers: u32,
    pub tracker_queue: u32,
    /// Downloads from the web server under way.
    pub web_clients: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClassSample {
    /// Peers online without and with the whole file.
    pub leechers: u32,
    pub seeds: u32,
    /// Persons who have finished so far, wherever they are.
    pub finished: u32,
    /// Complete pieces over pieces of all that arrived, in [0, 1].
    pub progress: f64,
}

/// What became of one person.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonTotals {
    pub peer: PersonIndex,
    /// `None`: never came within the run.
    pub arrived: Option<SimTime>,
    pub completed: Option<SimTime>,
    /// When the first piece was complete: a newcomer's way into the trade.
    pub first_piece: Option<SimTime>,
    pub left: Option<(SimTime, Departure)>,
    /// Payload received: useful bytes by the sender's reason, in the order of `UnchokeReason::ALL`.
    pub downloaded: [u64; 6],
    /// Payload sent, complete blocks, whatever became of them, by own reason.
    pub uploaded: [u64; 6],
    /// Received in vain: duplicates, and pieces that failed their check.
    pub wasted_duplicate: u64,
    pub wasted_corrupt: u64,
    /// Part-blocks lost when a connection or a neighbour went.
    pub lost_bytes: u64,
    /// Time spent unfinished with nothing arriving, in the order of `Waiting::ALL`.
    pub waited: [SimDuration; 5],
    /// Pieces accepted that are not what the author made (hash check off).
    pub corrupt_pieces: u32,
    pub had_pieces_at_arrival: u32,
}

/// What a run came to as a whole, with its own accounts checked (`sim::check`).
#[derive(Clone, Debug, PartialEq)]
pub struct RunTotals {
    pub events: u64,
    pub blocks: u64,
    pub pieces: u64,
    pub peak_online: u32,
    /// Bytes sent by those whose upload capacity was spent on parts that arrived, and what else became of them.
    pub sent_bytes: u64,
    pub received_bytes: u64,
    pub in_flight_bytes: u64,
    pub lost_bytes: u64,
    pub tracker_announces: u64,
    pub tracker_refused: u64,
    pub web_fetches: u64,
    pub web_refused: u64,
    /// Payload between classes: `[from][to]`, useful bytes.
    pub traffic: Vec<Vec<u64>>,
    /// Final copies of each piece, among peers online at the end.
    pub copies: Vec<u32>,
    /// When the first copy of each piece had arrived at any leecher.
    pub first_copy: Vec<Option<SimTime>>,
}
