//! What is to be simulated: the resolved and checked scenario, as plain data.
//!
//! Nothing here parses, reads files or draws random numbers. A value of [`Scenario`] is complete:
//! every default is filled in and every bound holds, so the floors above never ask again.

mod client;
mod network;
mod people;

pub use client::*;
pub use network::*;
pub use people::*;

use serde::{Deserialize, Serialize};

use crate::units::{Bytes, SimDuration, SimTime};

/// One resolved scenario: a workload, a network and the systems that are run on both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    pub title: String,
    /// What the scenario is to find out; empty when its author said nothing.
    pub question: String,
    pub seed: u64,
    /// Runs of each system, unless the user asks for another number; at least 1.
    pub replicates: u32,
    pub stop: Stop,
    pub content: Content,
    pub network: Network,
    /// In the order of the file. Persons are numbered by workload: `docs/ARCHITECTURE.md`.
    pub classes: Vec<PeerClass>,
    /// Persons shared out among the classes whose size is a fraction.
    pub population_total: u32,
    pub systems: Vec<SystemSpec>,
    pub faults: Vec<Fault>,
    pub output: Output,
}

/// A central part that does not answer for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub what: FaultTarget,
    pub from: SimTime,
    pub to: SimTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaultTarget {
    Tracker,
    WebServer,
}

/// When a run ends: never after `no_later_than`, or earlier on the condition.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    pub no_later_than: SimDuration,
    pub or_when: StopWhen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StopWhen {
    /// Only the time ends the run.
    TimeIsUp,
    /// Everybody who came has the whole file, has given up or has left, and nobody is to come.
    EveryoneFinished,
    /// The last person has left.
    EveryoneLeft,
}

/// The file that is shared. One torrent a scenario until catalogues exist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// Length of the content; at least one byte.
    pub size: Bytes,
    /// Piece length: a power of two from 16 KiB to 16 MiB.
    pub piece: Bytes,
    /// Length of the metainfo (.torrent) file as it travels from the web server.
    pub metainfo_size: Bytes,
    /// The SHA-1 of the info dictionary, or a stand-in derived from the seed: BEP 6 needs one.
    pub infohash: [u8; 20],
}

/// A request is for a block of this size: 2^14 bytes (BEP 3).
pub const BLOCK: Bytes = Bytes(16 * Bytes::KIB);

impl Content {
    pub fn pieces(&self) -> u32 {
        u32::try_from(self.size.0.div_ceil(self.piece.0)).expect("fewer than 2^32 pieces")
    }

    /// Length of that piece: all are `piece` long but the last.
    pub fn piece_len(&self, index: u32) -> Bytes {
        let start = u64::from(index) * self.piece.0;
        Bytes(self.piece.0.min(self.size.0 - start))
    }
}

/// What is recorded beside the standard tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// Spacing of `timeseries.csv`.
    pub sample_every: SimDuration,
    /// Persons (by index) whose choking decisions go to `decisions.csv` and the choke chart.
    pub decisions: Vec<u32>,
    /// Every message of the swarm goes to `messages.csv`: for very small swarms.
    pub messages: bool,
}

/// One column of the comparison: a system under a label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SystemSpec {
    pub label: String,
    pub kind: SystemKind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SystemKind {
    BitTorrent(Box<SwarmSpec>),
}
