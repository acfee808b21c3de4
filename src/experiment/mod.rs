//! Experiments: every system times every replicate, on threads, into one results directory that can be run again.
//!
//! Runs are independent; their order in the results is fixed, whatever finishes first. Nothing here prints or reads the clock:
//! who wants to see progress passes a [`Watch`].

mod compare;
mod directory;
pub mod files;
mod form;
mod manifest;
mod perform;
mod plan;
mod play;
mod pool;
mod reproduce;
pub mod sweep;
mod table_file;
mod tables;

#[cfg(test)]
mod large;

pub use compare::{Difference, TIMING, compare};
pub use directory::{DirectoryError, Staging, list_also};
pub use files::write_whole;
pub use form::Form;
pub use manifest::{FORMAT, Input, MANIFEST, Manifest, Override, PROGRAM, RunEntry};
pub use perform::{Finding, perform};
pub use plan::{Given, Job, Plan, Source, SourceFile};
pub use play::{Manner, NotWatched, Played, Watch, cut_here, play, play_whole};
pub use reproduce::{ReproduceError, recorded, reproduce};
pub use table_file::{GZIPPED, open_table};
pub use tables::{TableError, columns};

use sweep::MergeError;
use thiserror::Error;

/// Why an experiment left no results.
#[derive(Debug, Error)]
pub enum ExperimentError {
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Merge(#[from] MergeError),
    #[error(transparent)]
    Recorded(#[from] ReproduceError),
    #[error("stopped before any run had begun; nothing was written")]
    NothingBegun,
    #[error(
        "this is a bug in unchoke: {system}, replicate {replicate}, broke its own rules; no results are kept\n{}",
        list(violations)
    )]
    Bug { system: String, replicate: u32, violations: Vec<String> },
    #[error("cannot start {threads} threads: {reason}")]
    Threads { threads: usize, reason: String },
}

fn list(violations: &[String]) -> String {
    violations.iter().map(|violation| format!("  - {violation}\n")).collect()
}
