//! A deterministic discrete-event laboratory for peer-to-peer file sharing.

#[cfg(feature = "cli")]
pub mod cli;
pub mod engine;
#[cfg(feature = "cli")]
pub mod experiment;
pub mod metrics;
pub mod net;
pub mod protocol;
pub mod record;
#[cfg(feature = "cli")]
pub mod report;
pub mod rng;
pub mod scenario;
pub mod sim;
pub mod spec;
pub mod strategy;
pub mod units;
#[cfg(feature = "cli")]
pub mod validation;
pub mod workload;
