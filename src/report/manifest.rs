//! What the report needs of `manifest.json`, read leniently: a key that is missing or unknown is no reason not to draw.

use serde::Deserialize;
use serde_json::Value;

use crate::experiment::Form;

/// The parts of the manifest that the page shows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Manifest {
    pub version: String,
    pub title: String,
    pub question: String,
    pub seed: u64,
    pub shuffle_ties: bool,
    /// Labels in the scenario's order.
    pub systems: Vec<String>,
    pub replicates: u32,
    /// What the command line replaced in the scenario's text.
    pub overrides: Vec<Pair>,
    /// Settings that differ from the defaults, as dotted keys and text.
    pub settings: Vec<Pair>,
    /// Files that the scenario names.
    pub inputs: Vec<Input>,
    pub warnings: Vec<String>,
    /// Stopped by hand: runs that are not listed were not begun.
    pub interrupted: bool,
    pub runs: Vec<RunEntry>,
    /// Names of the files that belong to the results.
    pub files: Vec<String>,
    /// The scenario with every default filled in, as JSON.
    pub resolved: Value,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pair {
    pub key: String,
    pub value: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    /// As the scenario calls it: relative to its own folder, with `/`.
    pub name: String,
    /// Under `inputs/`.
    pub copy: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RunEntry {
    pub system: String,
    pub replicate: u32,
    pub digest: String,
    /// Simulated time at the end of the run, in seconds.
    pub ended_at_s: f64,
    /// Stopped by hand at that moment.
    pub cut_short: bool,
    /// Of a swarm.
    pub form: Option<Form>,
    pub peak_online: u32,
}

/// The kinds of a swarm and of a plain server in the resolved scenario.
pub const SWARM: &str = "BitTorrent";
pub const SERVER: &str = "ClientServer";

impl Manifest {
    pub fn parse(text: &str) -> Result<Manifest, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Whether the figures leave a run out: it was cut short, and another of its system is complete.
    pub fn leaves_out(&self, run: &RunEntry) -> bool {
        let complete = |other: &RunEntry| other.system == run.system && !other.cut_short;
        run.cut_short && self.runs.iter().any(complete)
    }

    /// The resolved classes, in the scenario's order.
    pub fn classes(&self) -> &[Value] {
        self.resolved["classes"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The resolved settings of the system at that place of the scenario.
    pub fn settings(&self, label: &str) -> Option<&Value> {
        let systems = self.resolved["systems"].as_array()?;
        systems.iter().find(|system| system["label"] == label).map(|system| &system["kind"])
    }

    /// The kind of the system of that label, as the resolved scenario calls it: `BitTorrent`, `Napster`, ...
    pub fn kind(&self, label: &str) -> Option<&str> {
        self.settings(label)?.as_object()?.keys().next().map(String::as_str)
    }

    /// The file, where there is only one.
    pub fn single_file(&self) -> Option<&Value> {
        self.resolved["content"].get("Single")
    }

    /// The catalogue, where there are many files.
    pub fn catalogue(&self) -> Option<&Value> {
        self.resolved["content"].get("Catalogue")
    }

    /// What [`only_swarms`](crate::metrics::side_by_side::only_swarms) said of the systems that were run, from the record.
    pub fn only_swarms(&self) -> bool {
        let swarm = |label: &String| self.kind(label).is_none_or(|kind| kind == SWARM);
        self.catalogue().is_none() && self.systems.iter().all(swarm)
    }

    /// How often the clients of a class rechoke in that system, in seconds.
    pub fn rechoke_every_s(&self, system: &str, class: &str) -> Option<f64> {
        let place = self.classes().iter().position(|other| other["name"] == class)?;
        let client = &self.settings(system)?[SWARM]["clients"][place];
        client["rechoke_every"].as_u64().map(|nanos| nanos as f64 / 1e9).filter(|period| *period > 0.0)
    }

    /// The latest moment that the scenario allows, in seconds.
    pub fn stop_s(&self) -> Option<f64> {
        self.resolved["stop"]["no_later_than"].as_u64().map(|nanos| nanos as f64 / 1e9)
    }

    /// The persons whose choking decisions were asked for.
    pub fn decision_peers(&self) -> Vec<u32> {
        let listed = self.resolved["output"]["decisions"].as_array();
        let number = |value: &Value| value.as_u64().and_then(|n| u32::try_from(n).ok());
        listed.map_or_else(Vec::new, |peers| peers.iter().filter_map(number).collect())
    }
}
