//! A BitTorrent swarm's settings: its clients', its tracker's and its web server's.
//!
//! A preset of `scenario/presets.rs` fills a [`ClientSpec`]; each number's source stands there.

use serde::{Deserialize, Serialize};

use crate::units::{Rate, SimDuration};

/// A BitTorrent system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SwarmSpec {
    /// The client of each class, in the order of `Scenario::classes`.
    pub clients: Vec<ClientSpec>,
    pub tracker: TrackerSpec,
    /// Where the metainfo file comes from; `None`: everybody has it already.
    pub web_server: Option<WebServerSpec>,
    pub granularity: Granularity,
    pub have: HaveForm,
    /// A line's max-min fair rate that would move by less than this part of itself stays; 0: rates are exact.
    pub rates_within: f64,
}

/// What a transfer is followed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Granularity {
    /// Each block is asked for and arrives by itself.
    Block,
    /// What is missing of a piece is asked for in one go, and its blocks are counted when somebody looks: for very large
    /// swarms.
    Piece,
}

impl Granularity {
    /// [`SwarmSpec::rates_within`] where the scenario is silent. Pieces are a coarser form than a thousandth of a rate, and exact rates
    /// would be most of the work of a large swarm of seeds.
    pub fn usual_tolerance(self) -> f64 {
        match self {
            Granularity::Block => 0.0,
            Granularity::Piece => 1e-3,
        }
    }
}

/// How the news of a complete piece reaches the neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HaveForm {
    /// All of them at once, when it reaches the farthest.
    InBulk,
    /// Each after the latency to it, by an event of its own.
    OneByOne,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClientSpec {
    /// The preset's name, for people.
    pub name: String,
    pub picker: Picker,
    /// Pieces chosen at random before `picker` takes over (random first).
    pub random_first: u32,
    pub strict_priority: StrictPriority,
    pub endgame: Endgame,
    pub choker: Choker,
    pub seed_choker: SeedChoker,
    /// Peers unchoked for what they give.
    pub regular_slots: u32,
    /// Peers unchoked besides, whatever they give.
    pub optimistic_slots: u32,
    pub optimistic: Optimistic,
    /// Regular slots that nobody deserves are given away like optimistic ones until so many are unchoked (mainline); `None`: all are.
    pub min_uploads: Option<u32>,
    /// Of equally fast neighbours those that are unchoked stay so, instead of chance deciding (Transmission).
    pub equals_stay: bool,
    /// Who holds an optimistic slot gets no regular one until its turn is over (Transmission).
    pub optimistic_apart: bool,
    /// A better peer that is not interested is unchoked too, at no slot (BEP 3).
    pub unchokes_uninterested: bool,
    /// An unchoked neighbour that gains or loses interest, or goes, causes a rechoke out of turn (mainline).
    pub rechokes_on_interest: bool,
    pub rechoke_every: SimDuration,
    pub optimistic_every: SimDuration,
    /// Window of the received rate that leechers rank by, and of the sent rate that seeds rank by.
    pub rate_window: SimDuration,
    pub seed_rate_window: SimDuration,
    /// A neighbour that has sent nothing for so long is snubbing and gets no regular slot; and of one that unchoked us and still owes us
    /// blocks after that time these are asked of others.
    pub snub_after: Option<SimDuration>,
    /// Size of the allowed-fast set (BEP 6), 0 without the extension.
    pub allowed_fast: u32,
    /// The set is granted only to peers that have fewer pieces than it, as BEP 6 suggests.
    pub allowed_fast_for_starters: bool,
    pub request_queue: RequestQueue,
    /// A neighbour that sends a piece in less than this is asked for whole pieces of its own (libtorrent).
    pub whole_piece_within: Option<SimDuration>,
    /// An unchoked neighbour that had nothing to be asked for is looked at again after this; without it at once, when
    /// it has something.
    pub look_again_after: Option<SimDuration>,
    /// At most so many peers are downloaded from at once.
    pub max_sources: Option<u32>,
    pub connections: ConnectionLimits,
    /// Accepts connections from others (not behind a NAT).
    pub connectable: bool,
    /// Pieces are checked against their hash, and sources of bad ones banned.
    pub hash_check: bool,
    /// Who comes with the whole file hides it and reveals one piece at a time to each neighbour (BEP 16).
    pub super_seeding: bool,
    /// It limits its rates itself, as a libtorrent with a limit does: what it writes leaves at the next tick of its
    /// limiter, and a TCP/IP header is counted each way for every segment.
    pub limiter_tick: Option<SimDuration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Picker {
    /// Fewest copies among the own neighbours, ties at random.
    RarestFirst,
    Random,
    /// Lowest index first.
    Sequential,
    /// Fewest copies in the whole swarm: an oracle, for comparison.
    GlobalRarest,
}

/// Whether a started piece goes before a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StrictPriority {
    Off,
    On,
    /// Only a started piece that is as rare as the rarest available (mainline 4).
    IfRarest,
    /// Like `IfRarest`, but any started piece goes first in random first, and while more than three pieces are started
    /// for two neighbours, or more than 32 MiB (libtorrent).
    Bounded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Endgame {
    Off,
    /// Every peer is asked for every missing block (mainline).
    AskAll,
    /// One duplicate request, and only of a peer with nothing else to send (libtorrent).
    WhenIdle,
}

/// How a leecher chooses whom to unchoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Choker {
    /// The fastest of those that send to it.
    TitForTat,
    /// Leechers and seeds by one rule: bytes received in the last round, then the seed's rule; slots are filled and
    /// emptied between rounds (libtorrent).
    FixedSlots,
    /// Anyone interested, drawn anew at each rechoke.
    Random,
    /// Nobody is ever choked.
    None,
}

/// How a seed chooses whom to unchoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeedChoker {
    /// Those it can send to fastest (mainline 3.4).
    FastestUpload,
    /// The most recently unchoked stay, some make room every 30 s (mainline 4.0).
    Rotation,
    /// A slot is lost after so many pieces and so long (libtorrent).
    RoundRobin {
        pieces: u32,
        at_least: SimDuration,
    },
    /// Those that have nearly nothing or nearly everything first (libtorrent's anti_leech).
    AntiLeech,
    Random,
    None,
}

/// Who gets the optimistic slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Optimistic {
    Off,
    /// Uniform among the choked and interested.
    Uniform,
    /// A new connection is three times as likely (BEP 3).
    NewcomersThrice,
    /// The head of a list that rotates, newcomers put in near its front (mainline 3.4).
    RotatingList,
    /// The same, newcomers put in anywhere (mainline 4.0).
    RotatingListUniform,
    /// Who has waited longest (libtorrent).
    LongestWait,
}

impl ClientSpec {
    /// Whether somebody who has never sent anything is snubbing from the first moment on, instead of after `snub_after`: mainline's
    /// `Downloader` takes the last block of a new connection for infinitely long ago.
    pub fn takes_strangers_for_snubs(&self) -> bool {
        self.optimistic.goes_by_list()
    }
}

impl Optimistic {
    /// Whether the order of the connection list says who is next.
    pub fn goes_by_list(self) -> bool {
        match self {
            Optimistic::RotatingList | Optimistic::RotatingListUniform => true,
            Optimistic::Off | Optimistic::Uniform | Optimistic::NewcomersThrice | Optimistic::LongestWait => {
                false
            }
        }
    }
}

/// How many blocks are asked for ahead on one connection.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum RequestQueue {
    Fixed(u32),
    /// What arrives in `horizon` at the present rate, plus `base`, within bounds (all in blocks).
    RateDependent {
        base: u32,
        horizon: SimDuration,
        min: u32,
        max: u32,
    },
    /// As `RateDependent` without a base, but at first `begin` and one more for each block that arrives, until the rate
    /// of an unchoked connection stops growing (libtorrent's slow start).
    SlowStart {
        begin: u32,
        horizon: SimDuration,
        min: u32,
        max: u32,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionLimits {
    /// Asks the tracker again below this.
    pub min_peers: u32,
    /// Opens no connection at or above this.
    pub max_initiate: u32,
    /// Accepts no connection at or above this.
    pub max_allow_in: u32,
    /// How often it looks whether it has too few.
    pub check_every: SimDuration,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackerSpec {
    pub service: ServiceTime,
    /// Most peers in an answer.
    pub numwant: u32,
    pub answer: TrackerAnswer,
    /// Time between regular announces.
    pub interval: SimDuration,
    /// A peer not heard of for so long is dropped.
    pub expiry: SimDuration,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum ServiceTime {
    Fixed(SimDuration),
    Exponential { mean: SimDuration },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrackerAnswer {
    Random,
    Newest,
    Oldest,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WebServerSpec {
    pub upload: Rate,
}
