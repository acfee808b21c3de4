//! Sweeps: every point's runs, on threads, into one directory that can be gone on with after whatever stopped it.

mod directory;
mod finish;
mod manifest;
mod merge;
mod perform;
mod plan;
mod point;
mod reproduce;
mod tables;

pub use directory::SweepDirectory;
pub use finish::{Finished, finish, list_files};
pub use manifest::{Failed, PointEntry, SWEEP, Shard, SweepManifest};
pub use merge::{MergeError, merge};
pub use perform::{missing, play_missing};
pub use plan::SweepPlan;
pub use reproduce::{recorded_sweep, reproduce_sweep};

#[cfg(test)]
mod tests;
