//! Records to tables: observers that turn what happened in a run into rows, summaries and a reading.
//!
//! Nothing here writes a file, prints, or knows how a swarm works: records go in, plain rows come out.

pub mod bounds;
pub mod busiest;
mod central;
pub mod collector;
pub mod measures;
pub mod names;
pub mod outages;
mod person;
pub mod pooled;
mod popularity;
pub mod reading;
pub mod rows;
pub mod run_record;
pub mod side_by_side;
pub mod statistics;
pub mod story;
pub mod summary;
#[cfg(test)]
pub(crate) mod testing;
pub mod warm_up;
mod wishes;

pub use collector::Collector;
pub use run_record::RunRecord;
pub use summary::RunSummary;
