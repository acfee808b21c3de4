//! `manifest.json`: what was run, exactly enough to run it again, and what came out, in a digest a run.
//!
//! It holds no path of the machine, no wall-clock time and no thread count, so that it is the same wherever the same
//! scenario, seed and version are run.

use serde::{Deserialize, Serialize};

use super::form::Form;
use crate::spec::Scenario;

/// The file's name in a results directory; a directory that holds it is ours to replace.
pub const MANIFEST: &str = "manifest.json";

/// The directory of the files that a scenario names, in a results directory.
pub const INPUTS: &str = "inputs";

/// Who writes manifests.
pub const PROGRAM: &str = "unchoke";

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
    /// Settings that differ from the defaults, as dotted keys and text.
    pub settings: Vec<Override>,
    /// Files that the scenario names, copied to `inputs/`.
    pub inputs: Vec<Input>,
    pub warnings: Vec<String>,
    pub seed: u64,
    pub shuffle_ties: bool,
    /// Labels of the systems that were to be run, in the scenario's order.
    pub systems: Vec<String>,
    /// Runs of each system that were to be made.
    pub replicates: u32,
    /// Stopped by hand: the runs that are not listed were not begun, and those that were under way are marked.
    pub interrupted: bool,
    /// The runs, by system, then replicate.
    pub runs: Vec<RunEntry>,
    /// What belongs to these results, by name, with `inputs` for all that are listed as such: a later run may replace these and no
    /// others.
    pub files: Vec<String>,
    /// The scenario with every default filled in. For people and plots: a run again starts from `scenario.toml`. JSON knows no
    /// infinity, so an unlimited rate is null here.
    pub resolved: serde_json::Value,
}

/// One key and its value, as text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Override {
    pub key: String,
    pub value: String,
}

impl Override {
    pub(super) fn all(pairs: &[(String, String)]) -> Vec<Override> {
        pairs.iter().map(|(key, value)| Override { key: key.clone(), value: value.clone() }).collect()
    }
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

/// What one run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunEntry {
    pub system: String,
    pub replicate: u32,
    /// Of a swarm.
    #[serde(default)]
    pub form: Option<Form>,
    /// Of the domain records: equal digests, equal runs.
    pub digest: String,
    pub ended_at_s: f64,
    /// Stopped by hand at `ended_at_s`, after `events` events: what would have come later is missing.
    #[serde(default)]
    pub cut_short: bool,
    pub events: u64,
    pub blocks: u64,
    pub peak_online: u32,
}

impl Input {
    /// Its copy's place in the results directory.
    pub(super) fn file(&self) -> String {
        format!("{INPUTS}/{}", self.copy)
    }
}

impl Manifest {
    /// The names of all files that belong to these results, those in `inputs` one by one.
    pub fn files_in_full(&self) -> Vec<String> {
        let own = self.files.iter().filter(|name| *name != INPUTS).cloned();
        own.chain(self.inputs.iter().map(Input::file)).collect()
    }

    /// As it stands in the file.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a manifest is plain data");
        text.push('\n');
        text
    }

    /// Reads a manifest; the error says in words what is wrong with it.
    pub fn from_json(text: &[u8]) -> Result<Manifest, String> {
        let manifest: Manifest = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        match manifest.program.as_str() {
            PROGRAM => Ok(manifest),
            other => Err(format!("it was written by `{other}`")),
        }
    }
}

/// The resolved scenario as JSON.
pub fn resolved(scenario: &Scenario) -> serde_json::Value {
    serde_json::to_value(scenario).expect("a scenario is plain data")
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// A manifest with one run.
    pub fn manifest() -> Manifest {
        Manifest {
            program: PROGRAM.into(),
            version: "0.0.0".into(),
            format: FORMAT,
            title: "A test".into(),
            question: String::new(),
            scenario_sha256: String::new(),
            overrides: vec![Override { key: "seed".into(), value: "7".into() }],
            settings: Vec::new(),
            inputs: Vec::new(),
            warnings: Vec::new(),
            seed: 7,
            shuffle_ties: false,
            systems: vec!["tit-for-tat".into()],
            replicates: 1,
            interrupted: false,
            runs: vec![RunEntry {
                system: "tit-for-tat".into(),
                replicate: 0,
                form: None,
                digest: "00".into(),
                ended_at_s: 1.5,
                cut_short: false,
                events: 1,
                blocks: 2,
                peak_online: 3,
            }],
            files: Vec::new(),
            resolved: serde_json::Value::Null,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_survives_the_file() {
        let manifest = testing::manifest();
        let text = manifest.to_json();
        assert_eq!(Manifest::from_json(text.as_bytes()).unwrap(), manifest);
        assert!(text.ends_with("}\n"));
        let other = text.replace("\"unchoke\"", "\"tar\"");
        assert!(Manifest::from_json(other.as_bytes()).unwrap_err().contains("written by `tar`"));
        assert!(Manifest::from_json(b"{}").is_err());
    }
}
