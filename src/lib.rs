//! A deterministic discrete-event laboratory for peer-to-peer file sharing.

pub mod engine;
pub mod metrics;
pub mod net;
pub mod protocol;
pub mod record;
pub mod rng;
pub mod scenario;
pub mod sim;
pub mod spec;
pub mod strategy;
pub mod units;
pub mod workload;
