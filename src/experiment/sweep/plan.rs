//! What a sweep is to run, and the manifest that says so.

use super::manifest::{Shard, SweepManifest};
use crate::experiment::manifest::{FORMAT, Override, PROGRAM, resolved};
use crate::experiment::plan::{Job, Source, sha256};
use crate::metrics::side_by_side::only_swarms;
use crate::scenario::Points;
use crate::spec::Scenario;

/// A sweep to be performed.
#[derive(Clone, Debug)]
pub struct SweepPlan {
    /// The scenario without its sweep.
    pub base: Scenario,
    pub source: Source,
    pub points: Points,
    /// Indices of the systems to run, ascending.
    pub systems: Vec<usize>,
    pub shuffle_ties: bool,
    /// Only this part of the points.
    pub shard: Option<Shard>,
}

impl SweepPlan {
    /// The points that are this plan's to run, ascending.
    pub fn own_points(&self) -> Vec<usize> {
        Shard::own(self.shard, self.points.scenarios.len())
    }

    /// Each system with replicates `from` to `to` - 1 of a point.
    pub fn jobs(&self, point: usize, from: u32, to: u32) -> Vec<Job> {
        let runs = |&system: &usize| (from..to).map(move |replicate| Job { point, system, replicate });
        self.systems.iter().flat_map(runs).collect()
    }

    /// The values of a point, in the order of the axes, as the author wrote them.
    pub fn values(&self, point: usize) -> Vec<String> {
        self.points.sweep.values(point).map(|value| value.text.clone()).collect()
    }

    /// Of the systems to run.
    fn labels(&self) -> Vec<String> {
        self.systems.iter().map(|&system| self.base.systems[system].label.clone()).collect()
    }

    /// What is drawn first, or else how long it took.
    fn measure(&self) -> String {
        let swarms = only_swarms(&self.base, &self.labels());
        let usual = if swarms { "download_median_s" } else { "fetch_median_s" };
        self.points.sweep.plots.first().map_or_else(|| usual.into(), |plot| plot.y.clone())
    }

    /// The manifest before anything has been run.
    pub fn manifest(&self) -> SweepManifest {
        let base = &self.base;
        SweepManifest {
            program: PROGRAM.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            format: FORMAT,
            title: base.title.clone(),
            question: base.question.clone(),
            scenario_sha256: sha256(&self.source.text),
            overrides: Override::all(&self.source.overrides),
            settings: Override::all(&self.source.settings),
            inputs: self.source.manifest_inputs(),
            warnings: self.source.warnings.clone(),
            seed: base.seed,
            shuffle_ties: self.shuffle_ties,
            systems: self.labels(),
            classes: base.classes.iter().map(|class| class.name.clone()).collect(),
            sweep: self.points.sweep.clone(),
            measure: self.measure(),
            shard: self.shard,
            complete: false,
            points: Vec::new(),
            failed: Vec::new(),
            files: Vec::new(),
            resolved: resolved(base),
        }
    }
}
