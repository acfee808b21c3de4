//! A deterministic discrete-event laboratory for peer-to-peer file sharing.

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod experiment;
pub mod metrics;
pub mod protocol;
pub mod record;
#[cfg(feature = "cli")]
pub mod report;
pub mod rng;
pub mod scenario;
pub mod sim;
pub mod spec;
pub mod units;
pub mod workload;
