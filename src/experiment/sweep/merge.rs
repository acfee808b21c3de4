//! The parts of a sweep that were run apart, joined.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::directory::SweepDirectory;
use super::manifest::{SWEEP, Shard, SweepManifest};
use super::point::PointRecord;
use crate::experiment::ExperimentError;
use crate::experiment::manifest::FORMAT;
use crate::experiment::plan::{Source, SourceFile};
use crate::experiment::reproduce::{ReproduceError, recorded_file};

/// Why parts cannot be joined.
#[derive(Debug, Error)]
pub enum MergeError {
    #[error("`{0}` holds no sweep\n  hint: name the directories that `unchoke sweep --shard i/n` wrote")]
    NoSweep(PathBuf),
    #[error(
        "`{path}` is no part of the same sweep as `{first}`: {difference}\n  hint: every part comes from the same scenario, version and options"
    )]
    Foreign { path: PathBuf, first: PathBuf, difference: String },
    #[error("`{0}` is a whole sweep, not a part of one\n  hint: there is nothing to join it with")]
    NotAPart(PathBuf),
    #[error("`{path}` was written by version {version}, and this is {}\n  hint: run the parts and join them with the same version", env!("CARGO_PKG_VERSION"))]
    OtherVersion { path: PathBuf, version: String },
    #[error("part {part} is in `{first}` and in `{second}`\n  hint: name each part once")]
    Twice { part: String, first: PathBuf, second: PathBuf },
    #[error("part {part} is missing\n  hint: run `unchoke sweep SCENARIO --shard {part}`")]
    Missing { part: String },
    #[error(
        "`{path}` is incomplete: {missing} of its points are missing\n  hint: run `unchoke sweep` with the same --shard and -o again; it goes on where it stopped"
    )]
    Incomplete { path: PathBuf, missing: usize },
}

/// Joins the parts of a sweep into the directory `target` (see [`SweepDirectory::open`]): the manifest of the whole, and where
/// its text and inputs come from; with `fresh`, whatever sweep is there goes first. What follows is [`finish`](super::finish), as if the whole had been run here.
pub fn merge(
    parts: &[PathBuf],
    target: &Path,
    fresh: bool,
) -> Result<(SweepDirectory, Source, SweepManifest), ExperimentError> {
    let manifests = parts.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let (first, path) = (&manifests[0], &parts[0]);
    if (first.version.as_str(), first.format) != (env!("CARGO_PKG_VERSION"), FORMAT) {
        return Err(MergeError::OtherVersion { path: path.clone(), version: first.version.clone() }.into());
    }
    check(parts, &manifests)?;
    let source = source(path, first)?;
    let whole = SweepManifest { shard: None, ..first.begun() };
    let directory = SweepDirectory::open(target, &whole, fresh)?;
    for (part, manifest) in parts.iter().zip(&manifests) {
        for point in &manifest.points {
            let record = PointRecord::read(part, point.point as usize, manifest.systems.len());
            // The manifest lists it, so somebody has taken it away or changed it since.
            let kept = |record: &PointRecord| record.runs.iter().map(|run| &run.entry).eq(&point.runs);
            let record = record.filter(kept);
            let record = record.ok_or_else(|| MergeError::Incomplete { path: part.clone(), missing: 1 })?;
            directory.keep(&record)?;
        }
    }
    Ok((directory, source, whole))
}

fn read(path: &Path) -> Result<SweepManifest, MergeError> {
    let text = fs::read(path.join(SWEEP)).map_err(|_| MergeError::NoSweep(path.to_owned()))?;
    SweepManifest::from_json(&text).map_err(|_| MergeError::NoSweep(path.to_owned()))
}

/// Whether the parts are all of one sweep, and complete.
fn check(parts: &[PathBuf], manifests: &[SweepManifest]) -> Result<(), MergeError> {
    let first = &manifests[0];
    let mut found: BTreeMap<u32, &PathBuf> = BTreeMap::new();
    let of = first.shard.ok_or_else(|| MergeError::NotAPart(parts[0].clone()))?.of;
    for (path, manifest) in parts.iter().zip(manifests) {
        let shard = manifest.shard.ok_or_else(|| MergeError::NotAPart(path.clone()))?;
        let aligned = SweepManifest { shard: Some(Shard { index: shard.index, of }), ..first.clone() };
        if let Some(difference) = manifest.difference(&aligned) {
            return Err(MergeError::Foreign { path: path.clone(), first: parts[0].clone(), difference });
        }
        if manifest.begun() != aligned.begun() {
            let difference = "what is said or drawn of it is another".into();
            return Err(MergeError::Foreign { path: path.clone(), first: parts[0].clone(), difference });
        }
        if let Some(other) = found.insert(shard.index, path) {
            return Err(MergeError::Twice {
                part: shard.to_string(),
                first: other.clone(),
                second: path.clone(),
            });
        }
        let own = manifest.own_points().len();
        if manifest.points.len() < own {
            return Err(MergeError::Incomplete { path: path.clone(), missing: own - manifest.points.len() });
        }
    }
    match (1..=of).find(|index| !found.contains_key(index)) {
        Some(index) => Err(MergeError::Missing { part: Shard { index, of }.to_string() }),
        None => Ok(()),
    }
}

/// The scenario's text and the files that it names, as the part keeps them.
fn source(path: &Path, manifest: &SweepManifest) -> Result<Source, ExperimentError> {
    let kept = |name: &str, sha256: &str| recorded_file(&path.join(name), sha256);
    let inputs = manifest.inputs.iter().map(|input| {
        let content = kept(&input.file(), &input.sha256)?;
        Ok(SourceFile { name: input.name.clone(), content })
    });
    let inputs = inputs.collect::<Result<Vec<_>, ReproduceError>>()?;
    Ok(Source { text: kept("scenario.toml", &manifest.scenario_sha256)?, inputs, ..Source::default() })
}
