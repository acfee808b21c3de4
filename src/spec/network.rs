//! The network between the persons: a core graph, latencies and what overhead is charged.

use serde::{Deserialize, Serialize};

use crate::units::{Rate, SimDuration};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Network {
    pub core: Core,
    /// Always max-min in a scenario that was read.
    #[serde(skip)]
    pub sharing: Sharing,
    pub overhead: Overhead,
}

/// How flows share the lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sharing {
    /// Max-min fair over every line and link on the way (Bertsekas and Gallager 1992, section 6.5.2).
    #[default]
    MaxMin,
    /// An uplink is split equally among its flows, and the receivers' lines are taken to be without limit: a fault, which
    /// `validation` puts in on purpose.
    EqualSplit,
}

/// What lies between two access lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Core {
    /// An ideal middle without limits: only access lines bind.
    Star { one_way_latency: SimDuration },
    /// Routers joined by links; persons are dealt out to them in turn by their numbers, central parts hang on the first.
    Graph(CoreGraph),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoreGraph {
    pub nodes: Vec<String>,
    pub links: Vec<CoreLink>,
    /// Latency of the two access lines of a path together, on top of the links'.
    pub access_latency: SimDuration,
}

/// A pair of links of the same kind, one each way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoreLink {
    pub from: u32,
    pub to: u32,
    pub capacity: Rate,
    pub latency: SimDuration,
}

/// What is charged to the links beside payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Overhead {
    /// Payload only.
    None,
    /// TCP/IP headers and acknowledgements, message headers and control messages.
    TcpIp,
}
