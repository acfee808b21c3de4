//! The runs of one system, and those of several that meet the same people.

use super::compare::Medians;
use super::words::seconds;
use crate::metrics::summary::{GroupSummary, RunSummary};

/// The runs of one system, by replicate.
pub struct SystemRuns<'a> {
    pub label: &'a str,
    pub runs: Vec<&'a RunSummary>,
}

impl<'a> SystemRuns<'a> {
    pub fn medians(&self, who: String, group: impl Fn(&RunSummary) -> &GroupSummary) -> Medians {
        Medians { who, of_runs: self.runs.iter().map(|run| group(run).row.download_median_s).collect() }
    }

    /// The runs of which that is true.
    pub fn with(&self, is_so: impl Fn(&RunSummary) -> bool) -> SystemRuns<'a> {
        SystemRuns { label: self.label, runs: self.runs.iter().copied().filter(|run| is_so(run)).collect() }
    }

    pub fn sum(&self, of: impl Fn(&RunSummary) -> u64) -> u64 {
        self.runs.iter().map(|run| of(run)).sum()
    }
}

/// Whose times are compared: a class, or all who came without the whole file.
#[derive(Clone, Copy)]
pub enum Who {
    Class(usize),
    All,
}

impl Who {
    pub fn of(self, run: &RunSummary) -> &GroupSummary {
        match self {
            Who::Class(class) => &run.classes[class],
            Who::All => &run.all,
        }
    }
}

/// Of each system the runs whose replicate all of them have: an interrupted experiment may lack some. Empty where there is none.
pub fn common<'a>(systems: &[&SystemRuns<'a>]) -> Vec<SystemRuns<'a>> {
    let has = |system: &SystemRuns<'_>, replicate| system.runs.iter().any(|run| run.replicate == replicate);
    let everywhere = |run: &RunSummary| systems.iter().all(|system| has(system, run.replicate));
    let common = systems.iter().map(|system| system.with(everywhere));
    common.filter(|system| !system.runs.is_empty()).collect()
}

/// How far the runs' medians lie apart, or that there is only one.
pub fn spread(medians: &Medians) -> String {
    let runs = medians.of_runs.len();
    if runs == 1 {
        return "one run; no conclusion".into();
    }
    let reached: Vec<f64> = medians.of_runs.iter().copied().flatten().collect();
    if reached.len() < runs {
        return format!("{runs} runs");
    }
    let low = reached.iter().copied().fold(f64::INFINITY, f64::min);
    let high = reached.iter().copied().fold(0.0, f64::max);
    format!("{runs} runs, medians from {} to {}", seconds(low), seconds(high))
}
