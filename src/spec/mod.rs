//! What is to be simulated: the resolved and checked scenario, as plain data.
//!
//! Nothing here parses, reads files or draws random numbers. A value of [`Scenario`] is complete:
//! every default is filled in and every bound holds, so the floors above never ask again.

mod arrangement;
mod client;
mod content;
mod network;
mod people;
mod sweep;
mod systems;

pub use arrangement::*;
pub use client::*;
pub use content::*;
pub use network::*;
pub use people::*;
pub use sweep::*;
pub use systems::*;

use serde::{Deserialize, Serialize};

use crate::units::{SimDuration, SimTime};

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

impl Scenario {
    /// Persons of all classes together.
    pub fn persons(&self) -> u64 {
        persons(&self.classes, self.population_total)
    }

    /// The system of that label, which is one of the scenario's.
    pub fn system(&self, label: &str) -> &SystemSpec {
        let of_that_label = |system: &&SystemSpec| system.label == label;
        self.systems.iter().find(of_that_label).unwrap_or_else(|| panic!("no system is called {label}"))
    }
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
    /// Every index of a Napster, or the one of that number.
    Index(Option<u32>),
    /// Every server of a client-server system, or the one of that number.
    Server(Option<u32>),
}

impl FaultTarget {
    /// Whether both mean the same part, or one of them every machine of the other's kind.
    pub fn meets(self, other: FaultTarget) -> bool {
        match (self, other) {
            (FaultTarget::Index(a), FaultTarget::Index(b))
            | (FaultTarget::Server(a), FaultTarget::Server(b)) => a.is_none() || b.is_none() || a == b,
            (a, b) => a == b,
        }
    }
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

/// What is recorded beside the standard tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// Spacing of `timeseries.csv`.
    pub sample_every: SimDuration,
    /// Persons (by index) whose choking decisions go to `decisions.csv` and the choke chart.
    pub decisions: Vec<u32>,
    /// Every message of the swarm goes to `messages.csv`: for very small swarms.
    pub messages: bool,
    /// A row a wish goes to `searches.csv`.
    pub searches: bool,
    /// `None`: the figures of `summary.csv` are of the whole run.
    pub warm_up: Option<WarmUp>,
    pub compression: Compression,
}

/// How a run's tables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Compression {
    /// As they are: `peers.csv`.
    None,
    /// Each as a gzip file (RFC 1952): `peers.csv.gz`.
    Gzip,
}

/// The beginning of a run that the figures of `summary.csv` leave out, because it is not yet the steady state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WarmUp {
    Until(SimTime),
    /// As much as MSER-5 says, run by run.
    Auto,
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
    Napster(Box<NapsterSpec>),
    Gnutella(Box<GnutellaSpec>),
    ClientServer(Box<ServerSpec>),
}

impl SystemSpec {
    /// Whether two classes, by their indices, have different clients in it.
    pub fn clients_differ(&self, a: usize, b: usize) -> bool {
        match &self.kind {
            SystemKind::BitTorrent(swarm) => swarm.clients[a] != swarm.clients[b],
            SystemKind::Napster(napster) => napster.clients[a] != napster.clients[b],
            SystemKind::Gnutella(gnutella) => gnutella.clients[a] != gnutella.clients[b],
            SystemKind::ClientServer(_) => false,
        }
    }

    /// The swarm's settings, where it is one.
    pub fn swarm(&self) -> Option<&SwarmSpec> {
        match &self.kind {
            SystemKind::BitTorrent(swarm) => Some(swarm),
            SystemKind::Napster(_) | SystemKind::Gnutella(_) | SystemKind::ClientServer(_) => None,
        }
    }
}
