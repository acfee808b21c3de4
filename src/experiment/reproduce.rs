//! From a results directory back to the plan that made it: the scenario's text, what replaced parts of it, its input files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::manifest::{FORMAT, Input, MANIFEST, Manifest, Override};
use super::plan::{Given, Job, Plan, Source, sha256};
use crate::scenario::{self, Problems, ResolveError, Resolver};
use crate::spec::Scenario;

/// Why recorded results cannot be run again.
#[derive(Debug, Error)]
pub enum ReproduceError {
    #[error("`{0}` is no results directory of unchoke: it has no manifest.json")]
    NoManifest(PathBuf),
    #[error("the manifest in `{path}` cannot be read: {reason}")]
    BadManifest { path: PathBuf, reason: String },
    #[error("the results were written in layout {0}; this version knows {FORMAT}")]
    OtherFormat(u32),
    #[error("cannot read `{path}`: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("`{0}` is not the file that was run: its hash differs from the manifest's")]
    Changed(PathBuf),
    #[error("the recorded scenario is not accepted any more:\n{0}")]
    Scenario(Problems),
    #[error("the recorded scenario has no sweep any more")]
    NoSweep,
    #[error("the manifest lists a run of `{0}`, which the recorded scenario does not have")]
    NoSystem(String),
}

/// The manifest of a results directory.
pub fn recorded(dir: &Path) -> Result<Manifest, ReproduceError> {
    let path = dir.join(MANIFEST);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Err(ReproduceError::NoManifest(dir.to_owned()));
        }
        Err(source) => return Err(ReproduceError::Io { path, source }),
    };
    let manifest = Manifest::from_json(&text)
        .map_err(|reason| ReproduceError::BadManifest { path: dir.to_owned(), reason })?;
    if manifest.format == FORMAT { Ok(manifest) } else { Err(ReproduceError::OtherFormat(manifest.format)) }
}

/// The plan of exactly the runs that `manifest`, of `dir`, lists, each as far as it went.
pub fn reproduce(dir: &Path, manifest: &Manifest) -> Result<Plan, ReproduceError> {
    let Given { scenario, source, .. } =
        load(dir, &manifest.scenario_sha256, &manifest.overrides, &manifest.inputs)?;
    let index = |label: &String| index(&scenario, label);
    let systems = manifest.systems.iter().map(index).collect::<Result<Vec<_>, _>>()?;
    let jobs = manifest
        .runs
        .iter()
        .map(|run| Ok(Job { point: 0, system: index(&run.system)?, replicate: run.replicate }));
    let jobs = jobs.collect::<Result<Vec<_>, _>>()?;
    let runs = jobs.iter().zip(&manifest.runs);
    let cuts = runs.filter(|(_, run)| run.cut_short).map(|(job, run)| (*job, run.events)).collect();
    let mut plan = Plan::new(scenario, source, systems, manifest.replicates);
    plan.jobs = jobs;
    plan.shuffle_ties = manifest.shuffle_ties;
    plan.interrupted = manifest.interrupted;
    plan.cuts = cuts;
    Ok(plan)
}

/// The recorded scenario.
pub(super) fn load(
    dir: &Path,
    sha256: &str,
    overrides: &[Override],
    inputs: &[Input],
) -> Result<Given, ReproduceError> {
    let text = recorded_file(&dir.join("scenario.toml"), sha256)?;
    let overrides: Vec<(String, String)> =
        overrides.iter().map(|set| (set.key.clone(), set.value.clone())).collect();
    for input in inputs {
        recorded_file(&dir.join(input.file()), &input.sha256)?;
    }
    let loaded = scenario::load("scenario.toml", &text, &overrides, &Copies { dir, inputs })
        .map_err(ReproduceError::Scenario)?;
    Ok(Source::of(text, overrides, loaded))
}

/// The place of the system of that label.
pub(super) fn index(scenario: &Scenario, label: &String) -> Result<usize, ReproduceError> {
    let of = scenario.systems.iter().position(|system| system.label == *label);
    of.ok_or_else(|| ReproduceError::NoSystem(label.clone()))
}

/// A recorded file, if it is still what its hash says.
pub(super) fn recorded_file(path: &Path, sha256_recorded: &str) -> Result<Vec<u8>, ReproduceError> {
    let bytes = fs::read(path).map_err(|source| ReproduceError::Io { path: path.to_owned(), source })?;
    if sha256(&bytes) == sha256_recorded { Ok(bytes) } else { Err(ReproduceError::Changed(path.to_owned())) }
}

/// The copies under `inputs/`, by the names that the scenario uses.
struct Copies<'a> {
    dir: &'a Path,
    inputs: &'a [Input],
}

impl Resolver for Copies<'_> {
    fn read(&self, name: &str) -> Result<Vec<u8>, ResolveError> {
        let input = self.inputs.iter().find(|input| input.name == name);
        let input = input.ok_or(ResolveError::NotFound)?;
        fs::read(self.dir.join(input.file())).map_err(|error| ResolveError::Unreadable(error.to_string()))
    }
}
