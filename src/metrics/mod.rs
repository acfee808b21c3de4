//! Records to tables: observers that turn what happened in a run into rows, summaries and a reading.
//!
//! Nothing here writes a file, prints, or knows how a swarm works: records go in, plain rows come out.

pub mod bounds;
pub mod collector;
pub mod names;
pub mod reading;
pub mod rows;
pub mod statistics;
pub mod story;
pub mod summary;
#[cfg(test)]
pub(crate) mod testing;

pub use collector::{Collector, RunRecord};
pub use summary::RunSummary;
