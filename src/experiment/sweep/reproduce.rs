//! From the directory of a sweep back to the plan that made it.

use std::fs;
use std::io;
use std::path::Path;

use super::manifest::{SWEEP, SweepManifest};
use super::plan::SweepPlan;
use crate::experiment::manifest::FORMAT;
use crate::experiment::plan::Given;
use crate::experiment::reproduce::{ReproduceError, index, load};

/// The manifest of a directory that holds a sweep; `None` if it holds something else.
pub fn recorded_sweep(dir: &Path) -> Result<Option<SweepManifest>, ReproduceError> {
    let path = dir.join(SWEEP);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(source) => return Err(ReproduceError::Io { path, source }),
    };
    let manifest = SweepManifest::from_json(&text)
        .map_err(|reason| ReproduceError::BadManifest { path: dir.to_owned(), reason })?;
    if manifest.format == FORMAT {
        Ok(Some(manifest))
    } else {
        Err(ReproduceError::OtherFormat(manifest.format))
    }
}

/// The plan of the sweep that `manifest`, of `dir`, tells of.
pub fn reproduce_sweep(dir: &Path, manifest: &SweepManifest) -> Result<SweepPlan, ReproduceError> {
    let Given { scenario: base, points, source } =
        load(dir, &manifest.scenario_sha256, &manifest.overrides, &manifest.inputs)?;
    let systems = manifest.systems.iter().map(|label| index(&base, label)).collect::<Result<Vec<_>, _>>()?;
    let mut points = points.ok_or(ReproduceError::NoSweep)?;
    points.sweep.replicates = manifest.sweep.replicates;
    let (shuffle_ties, shard) = (manifest.shuffle_ties, manifest.shard);
    Ok(SweepPlan { base, source, points, systems, shuffle_ties, shard })
}
