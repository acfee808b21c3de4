//! What is to be run: the scenario, the text it came from, and the runs in their fixed order.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::manifest::{FORMAT, Input, Manifest, Override, PROGRAM, resolved};
use super::play::Manner;
use crate::scenario::{Loaded, Points, Problem, Problems};
use crate::spec::Scenario;

/// One run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Job {
    /// Of a sweep; 0 without one.
    pub point: usize,
    /// Index into `Scenario::systems`.
    pub system: usize,
    pub replicate: u32,
}

/// What a scenario was made of, so that it can be made again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Source {
    /// The file's bytes as given.
    pub text: Vec<u8>,
    /// What the command line replaced, in its order.
    pub overrides: Vec<(String, String)>,
    /// Settings that differ from the defaults: dotted key and value.
    pub settings: Vec<(String, String)>,
    /// Files that the scenario names.
    pub inputs: Vec<SourceFile>,
    /// What its checks warned of.
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SourceFile {
    /// As the scenario calls it.
    pub name: String,
    pub content: Vec<u8>,
}

/// A scenario that was given, and what it was made of.
#[derive(Clone, Debug)]
pub struct Given {
    pub scenario: Scenario,
    /// What its `[sweep]` makes of it.
    pub points: Option<Points>,
    pub source: Source,
}

impl Source {
    /// Takes apart what the scenario's loader gave for `text` and `overrides`.
    pub fn of(text: Vec<u8>, overrides: Vec<(String, String)>, loaded: Loaded) -> Given {
        let warnings =
            loaded.warnings.problems.iter().map(|problem| warning(&loaded.warnings, problem)).collect();
        let inputs = loaded.inputs.into_iter();
        let inputs = inputs.map(|file| SourceFile { name: file.name, content: file.bytes }).collect();
        Given {
            scenario: loaded.scenario,
            points: loaded.sweep,
            source: Source { text, overrides, settings: loaded.overridden, inputs, warnings },
        }
    }

    /// The entries of the files that the scenario names.
    pub(super) fn manifest_inputs(&self) -> Vec<Input> {
        self.inputs.iter().enumerate().map(|(index, file)| input(index, file)).collect()
    }
}

/// A warning with its line, but without the scenario's name, which may differ from one machine to the next.
fn warning(all: &Problems, problem: &Problem) -> String {
    let place = all.place(problem);
    let source = if problem.span.source == 0 { String::new() } else { format!("{}, ", place.source) };
    format!("{source}line {}: {}; {}", place.line, problem.message, problem.hint)
}

/// An experiment to be performed.
#[derive(Clone, Debug)]
pub struct Plan {
    pub scenario: Scenario,
    pub source: Source,
    pub replicates: u32,
    pub shuffle_ties: bool,
    /// Indices of the systems to run, ascending.
    pub systems: Vec<usize>,
    /// By system, then replicate.
    pub jobs: Vec<Job>,
    /// These are the jobs that an interrupted experiment had begun.
    pub interrupted: bool,
    /// After how many events those of them were cut short that were under way.
    pub cuts: BTreeMap<Job, u64>,
}

impl Plan {
    /// Every one of `systems` (indices into the scenario's) with replicates 0 to `replicates` - 1.
    pub fn new(scenario: Scenario, source: Source, mut systems: Vec<usize>, replicates: u32) -> Plan {
        systems.sort_unstable();
        systems.dedup();
        let runs =
            |&system: &usize| (0..replicates).map(move |replicate| Job { point: 0, system, replicate });
        let jobs = systems.iter().flat_map(runs).collect();
        Plan {
            scenario,
            source,
            replicates,
            shuffle_ties: false,
            systems,
            jobs,
            interrupted: false,
            cuts: BTreeMap::new(),
        }
    }

    /// The label of a job's system.
    pub fn label(&self, job: Job) -> &str {
        &self.scenario.systems[job.system].label
    }

    /// How a job is to be played.
    pub fn manner(&self, job: Job) -> Manner {
        Manner { shuffle_ties: self.shuffle_ties, cut_after: self.cuts.get(&job).copied() }
    }

    /// The manifest before anything has been run.
    pub(super) fn manifest(&self) -> Manifest {
        Manifest {
            program: PROGRAM.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            format: FORMAT,
            title: self.scenario.title.clone(),
            question: self.scenario.question.clone(),
            scenario_sha256: sha256(&self.source.text),
            overrides: Override::all(&self.source.overrides),
            settings: Override::all(&self.source.settings),
            inputs: self.source.manifest_inputs(),
            warnings: self.source.warnings.clone(),
            seed: self.scenario.seed,
            shuffle_ties: self.shuffle_ties,
            systems: self.systems.iter().map(|&system| self.scenario.systems[system].label.clone()).collect(),
            replicates: self.replicates,
            interrupted: self.interrupted,
            runs: Vec::new(),
            files: Vec::new(),
            resolved: resolved(&self.scenario),
        }
    }
}

/// An input's entry. Its copy is numbered and its name reduced to harmless letters, so that no name in a scenario can lead
/// out of the directory or collide with another.
fn input(index: usize, file: &SourceFile) -> Input {
    let base = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let harmless =
        |letter: char| if letter.is_ascii_alphanumeric() || "-_.".contains(letter) { letter } else { '_' };
    let base: String = base.chars().map(harmless).collect();
    Input {
        name: file.name.clone(),
        copy: format!("{index}-{base}"),
        sha256: sha256(&file.content),
        bytes: file.content.len() as u64,
    }
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::testing::scenario;

    #[test]
    fn jobs_go_by_system_then_replicate() {
        let plan = Plan::new(scenario(), Source::default(), vec![1, 0, 1], 2);
        let jobs: Vec<_> = plan.jobs.iter().map(|job| (plan.label(*job), job.replicate)).collect();
        let expected = [("tit-for-tat", 0), ("tit-for-tat", 1), ("random-choking", 0), ("random-choking", 1)];
        assert_eq!(jobs, expected);
    }

    #[test]
    fn a_copy_of_an_input_stays_inside() {
        let file = |name: &str| SourceFile { name: name.into(), content: b"abc".to_vec() };
        assert_eq!(input(0, &file("data/piatek.csv")).copy, "0-piatek.csv");
        assert_eq!(input(1, &file("../../..")).copy, "1-..");
        assert_eq!(input(2, &file("a b\u{e4}?")).copy, "2-a_b__");
        // FIPS 180-4's example.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(input(0, &file("x")).sha256, abc);
    }
}
