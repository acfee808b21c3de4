//! `sweep.json`: what a sweep varies, exactly enough to go on with it or to run it again, and what each point came to.
//!
//! As in a plain manifest there is no path, no wall-clock time and no thread count in it.

use serde::{Deserialize, Serialize};

use crate::experiment::manifest::{Input, Override, PROGRAM, RunEntry};
use crate::spec::Sweep;

/// The file's name in the directory of a sweep.
pub const SWEEP: &str = "sweep.json";

/// The content of `sweep.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepManifest {
    /// Always `unchoke`.
    pub program: String,
    pub version: String,
    pub format: u32,
    pub title: String,
    pub question: String,
    /// SHA-256 of `scenario.toml`, which is the scenario's text as it was given.
    pub scenario_sha256: String,
    /// What the command line replaced in that text.
    pub overrides: Vec<Override>,
    /// Settings that differ from the defaults, without what is varied.
    pub settings: Vec<Override>,
    /// Files that the scenario or one of its points names, copied to `inputs/`.
    pub inputs: Vec<Input>,
    pub warnings: Vec<String>,
    pub seed: u64,
    pub shuffle_ties: bool,
    /// Labels of the systems that are run, in the scenario's order.
    pub systems: Vec<String>,
    /// Names of the classes, in the scenario's order.
    pub classes: Vec<String>,
    pub sweep: Sweep,
    /// The measure that the table on the terminal and the reading tell.
    pub measure: String,
    /// Only the points of this part.
    pub shard: Option<Shard>,
    /// Every point of the sweep, or of the part, is there.
    pub complete: bool,
    /// The points that are there, ascending.
    pub points: Vec<PointEntry>,
    /// Points that failed, and are tried again when the sweep goes on.
    pub failed: Vec<Failed>,
    /// Every file that belongs to these results, by name.
    pub files: Vec<String>,
    /// The scenario as it is without its sweep, with every default filled in.
    pub resolved: serde_json::Value,
}

/// Part `index` of `of`: the points whose number leaves `index` - 1 when divided by `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// From 1.
    pub index: u32,
    pub of: u32,
}

/// A point that is complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointEntry {
    pub point: u32,
    /// Of the axes, in their order, as the author wrote them.
    pub values: Vec<String>,
    /// Runs of each system.
    pub replicates: u32,
    /// Whether the precision that was asked for was reached; `None` where none was.
    pub precise: Option<bool>,
    pub runs: Vec<RunEntry>,
}

/// A point that failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failed {
    pub point: u32,
    pub values: Vec<String>,
    /// Why, in words.
    pub reason: String,
}

impl Shard {
    /// Whether that point is in this part.
    pub fn has(self, point: usize) -> bool {
        point % self.of as usize == self.index as usize - 1
    }

    /// Of so many points those of the part, or all where there are no parts; ascending.
    pub(super) fn own(part: Option<Shard>, points: usize) -> Vec<usize> {
        (0..points).filter(|point| part.is_none_or(|part| part.has(*point))).collect()
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl SweepManifest {
    /// The points that are to be there in the end.
    pub fn own_points(&self) -> Vec<usize> {
        Shard::own(self.shard, self.sweep.points())
    }

    /// As it was before anything was run.
    pub fn begun(&self) -> SweepManifest {
        SweepManifest {
            complete: false,
            points: Vec::new(),
            failed: Vec::new(),
            files: Vec::new(),
            ..self.clone()
        }
    }

    /// What decides how the runs go: nothing of what is only said or drawn.
    fn runs(&self) -> SweepManifest {
        let mut resolved = self.resolved.clone();
        // The title may name the file, and the name goes into its infohash.
        resolved["question"] = serde_json::Value::Null;
        SweepManifest {
            question: String::new(),
            scenario_sha256: String::new(),
            overrides: Vec::new(),
            settings: Vec::new(),
            warnings: Vec::new(),
            sweep: Sweep { plots: Vec::new(), ..self.sweep.clone() },
            measure: String::new(),
            resolved,
            ..self.begun()
        }
    }

    /// In what this sweep is another than `other`, in words; `None` if points of the one are points of the other.
    pub fn difference(&self, other: &SweepManifest) -> Option<String> {
        let (mine, theirs) = (self.runs(), other.runs());
        if mine == theirs {
            return None;
        }
        let part =
            |shard: Option<Shard>| shard.map_or_else(|| "the whole".into(), |shard| format!("part {shard}"));
        let difference = if mine.version != theirs.version {
            format!("it was begun by version {}, and this is {}", mine.version, theirs.version)
        } else if mine.shard != theirs.shard {
            format!("it is {}, and this is {}", part(mine.shard), part(theirs.shard))
        } else if mine.inputs != theirs.inputs {
            "a file that the scenario names is another".into()
        } else if mine.sweep != theirs.sweep {
            "it varies other values, or runs them another number of times".into()
        } else {
            "a setting of the scenario is another, or --systems or --shuffle-ties".into()
        };
        Some(difference)
    }

    /// As it stands in the file.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a manifest is plain data");
        text.push('\n');
        text
    }

    /// Reads a manifest; the error says in words what is wrong with it.
    pub fn from_json(text: &[u8]) -> Result<SweepManifest, String> {
        let manifest: SweepManifest = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        match manifest.program.as_str() {
            PROGRAM => Ok(manifest),
            other => Err(format!("it was written by `{other}`")),
        }
    }
}
