//! `manifest.json`: what was run, exactly enough to run it again, and what came out, in a digest a run.
//!
//! It holds no path of the machine, no wall-clock time and no thread count, so that it is the same wherever the same
//! scenario, seed and version are run.

use serde::{Deserialize, Serialize};

use crate::spec::Scenario;

/// The file's name in a results directory; a directory that holds it is ours to replace.
pub const MANIFEST: &str = "manifest.json";

/// The layout of results directories that this version writes.
pub const FORMAT: u32 = 1;

/// The content of `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always `unchoke`.
    pub program: String,
    pub version: String,
    pub format: u32,
    pub title: String,
    pub question: String,
    /// SHA-256 of `scenario.toml`, which is the scenario's text as it was given.
    pub scenario_sha256: String,
    /// What `--set` and `--seed` replaced in that text.
    pub overrides: Vec<Override>,
    /// Files that the scenario names, copied to `inputs/`.
    pub inputs: Vec<Input>,
    pub warnings: Vec<String>,
    pub seed: u64,
    pub shuffle_ties: bool,
    /// Labels of the systems that were to be run, in the scenario's order.
    pub systems: Vec<String>,
    /// Runs of each system that were to be made.
    pub replicates: u32,
    /// Stopped by hand: only the runs listed were complete.
    pub interrupted: bool,
    /// The complete runs, by system, then replicate.
    pub runs: Vec<RunEntry>,
    /// The scenario with every default filled in. For people and plots: a run again starts from `scenario.toml`. JSON knows no
    /// infinity, so an unlimited rate is null here.
    pub resolved: serde_json::Value,
}

/// One key that the command line replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Override {
    pub key: String,
    pub value: String,
}

/// One file that the scenario names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// As the scenario calls it.
    pub name: String,
    /// Under `inputs/` in the results directory.
    pub copy: String,
    pub sha256: String,
    pub bytes: u64,
}

/// What one complete run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunEntry {
    pub system: String,
    pub replicate: u32,
    /// Of the domain records: equal digests, equal runs.
    pub digest: String,
    pub ended_at_s: f64,
    pub events: u64,
    pub blocks: u64,
    pub peak_online: u32,
}

/// The resolved scenario as JSON.
pub fn resolved(scenario: &Scenario) -> serde_json::Value {
    serde_json::to_value(scenario).expect("a scenario is plain data")
}
