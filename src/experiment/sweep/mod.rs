//! Sweeps: every point's runs, on threads, into one directory that can be gone on with after whatever stopped it.

mod manifest;

pub use manifest::{Failed, PointEntry, SWEEP, Shard, SweepManifest};
