//! Runs experiments, one after the other, each on all cores; with a mutation if asked to.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;

use super::bench::Stopped;
use super::{Bench, EXPERIMENTS, Expected, Experiment, Findings, Measured, Mutation, Pace, Row, Verdict};

/// What became of an experiment.
#[derive(Clone)]
pub struct Outcome {
    pub experiment: Experiment,
    pub findings: Findings,
    pub runs: usize,
}

/// A mutation and what it changed.
#[derive(Clone, Debug)]
pub struct Noticed {
    pub mutation: Mutation,
    /// Rows that held without it and do not with it: experiment and figure.
    pub turned: Vec<(&'static str, String)>,
    /// Rows that held without it.
    pub held: usize,
}

/// Everything that was run.
pub struct Suite {
    pub pace: Pace,
    pub outcomes: Vec<Outcome>,
    /// Empty if no mutation was tried.
    pub noticed: Vec<Noticed>,
}

/// Sees how the suite goes.
pub trait Watch {
    /// An experiment begins, under a mutation or none.
    fn begin(&self, _experiment: &Experiment, _mutation: Option<&Mutation>) {}
}

impl Outcome {
    /// The worst verdict of its rows.
    pub fn verdict(&self) -> Verdict {
        self.findings.rows.iter().map(Row::verdict).max().unwrap_or(Verdict::Fails)
    }
}

/// The experiments of these names, or all of none; `Err` is the first name that there is none of.
pub fn find(names: &[String]) -> Result<Vec<Experiment>, String> {
    if let Some(unknown) = names.iter().find(|name| EXPERIMENTS.iter().all(|e| e.name != **name)) {
        return Err(unknown.clone());
    }
    let chosen = |experiment: &&Experiment| names.is_empty() || names.iter().any(|n| n == experiment.name);
    Ok(EXPERIMENTS.iter().filter(chosen).copied().collect())
}

/// Runs the experiments, and then, in their fast form, under each of the mutations. `None` if `stop` was set meanwhile.
pub fn run(
    experiments: &[Experiment],
    pace: Pace,
    mutations: &[Mutation],
    stop: &AtomicBool,
    watch: &dyn Watch,
) -> Option<Suite> {
    let play = |pace: Pace, mutation: Option<&Mutation>| -> Option<Vec<Outcome>> {
        let outcome = |experiment: &Experiment| {
            watch.begin(experiment, mutation);
            perform(experiment, &Bench::new(pace, mutation, stop))
        };
        experiments.iter().map(outcome).collect()
    };
    let outcomes = play(pace, None)?;
    let fast = match (pace, mutations) {
        (_, []) | (Pace::Fast, _) => outcomes.clone(),
        (Pace::Full, _) => play(Pace::Fast, None)?,
    };
    let mut noticed = Vec::new();
    for mutation in mutations {
        let spoilt = play(Pace::Fast, Some(mutation))?;
        noticed.push(compare(*mutation, &fast, &spoilt));
    }
    Some(Suite { pace, outcomes, noticed })
}

/// Runs one experiment; `None` if it was stopped. A panic in it is a finding that fails.
fn perform(experiment: &Experiment, bench: &Bench<'_>) -> Option<Outcome> {
    let mut findings = match catch_unwind(AssertUnwindSafe(|| (experiment.run)(bench))) {
        Ok(findings) => findings,
        Err(panic) if panic.is::<Stopped>() => return None,
        Err(panic) => broken(&*panic),
    };
    let seen = bench.seen();
    if seen.runs > 0 {
        findings.rows.push(accounts(&seen.violations));
        findings.remarks.extend(seen.violations.first().map(|first| format!("Accounts: {first}.")));
    }
    Some(Outcome { experiment: *experiment, findings, runs: seen.runs })
}

/// What every run checks of itself at its end.
fn accounts(violations: &[String]) -> Row {
    Row {
        what: "violations of the runs' own accounts".into(),
        unit: "",
        expected: Expected::AtMost(0.0),
        measured: Measured::Exactly(violations.len() as f64),
        why: "bytes sent are received, nobody is faster than the own line or than the bound".into(),
    }
}

fn broken(panic: &(dyn std::any::Any + Send)) -> Findings {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words");
    let row = Row {
        what: "the experiment comes to its end".into(),
        unit: "",
        expected: Expected::AtLeast(1.0),
        measured: Measured::Never,
        why: "an assertion of the simulator or of the experiment failed".into(),
    };
    Findings { rows: vec![row], remarks: vec![format!("It broke: {text}")], ..Findings::default() }
}

/// Which rows a mutation turned. A row that is missing because the experiment broke has turned too.
fn compare(mutation: Mutation, sound: &[Outcome], spoilt: &[Outcome]) -> Noticed {
    let mut noticed = Noticed { mutation, turned: Vec::new(), held: 0 };
    for (sound, spoilt) in sound.iter().zip(spoilt) {
        for row in sound.findings.rows.iter().filter(|row| row.verdict() == Verdict::Holds) {
            noticed.held += 1;
            let now = spoilt.findings.rows.iter().find(|other| other.what == row.what);
            if now.is_none_or(|now| now.verdict() == Verdict::Fails) {
                noticed.turned.push((sound.experiment.name, row.what.clone()));
            }
        }
    }
    noticed
}
