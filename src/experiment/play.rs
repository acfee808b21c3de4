//! One run in the simulator, and who looks on.

use std::sync::atomic::{AtomicBool, Ordering};

use super::form::Form;
use super::manifest::RunEntry;
use super::plan::Job;
use crate::metrics::{Collector, RunRecord, RunSummary, summary};
use crate::record::DomainDigest;
use crate::rng::Seed;
use crate::sim::{self, Continue, Progress, RunOptions, RunOutcome, limits};
use crate::spec::Scenario;
use crate::workload;

/// Sees how the runs go; called from several threads.
pub trait Watch: Sync {
    /// Now and then; `Continue::Stop` ends this run, and by being given to all, the experiment.
    fn progress(&self, _job: Job, _progress: Progress) -> Continue {
        Continue::Go
    }

    /// Asked before a run is begun.
    fn begin(&self, _job: Job) -> Continue {
        Continue::Go
    }

    /// A run has ended, or was cut short; the outcome says which.
    fn ended(&self, _job: Job, _outcome: &RunOutcome) {}
}

/// Nobody looks.
pub struct NotWatched;
impl Watch for NotWatched {}

/// How a run is played.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    pub shuffle_ties: bool,
    /// Ends the run after so many events: where it was cut short when it was recorded.
    pub cut_after: Option<u64>,
}

/// A run on its way to the files: complete, or as far as it went.
#[derive(Clone)]
pub struct Played {
    pub record: RunRecord,
    pub summary: RunSummary,
    pub entry: RunEntry,
    pub violations: Vec<String>,
}

/// Plays one run of `scenario`, until `watch` or one of the flags cuts it short; `None` if it was not begun.
pub fn play(
    scenario: &Scenario,
    job: Job,
    manner: Manner,
    watch: &dyn Watch,
    given_up: &[&AtomicBool],
) -> Option<Played> {
    let stop = || given_up.iter().any(|flag| flag.load(Ordering::Relaxed));
    if stop() || watch.begin(job) == Continue::Stop {
        return None;
    }
    let seed = Seed { seed: scenario.seed, replicate: job.replicate };
    let workload = workload::draw(scenario, seed);
    let people = &workload.people;
    let progress = |progress: Progress| match cut_here(manner.cut_after, progress) || stop() {
        true => Continue::Stop,
        false => watch.progress(job, progress),
    };
    let options =
        RunOptions { shuffle_ties: manner.shuffle_ties, check_every_event: false, progress: Some(&progress) };
    let mut observer = (Collector::new(scenario, job.system, job.replicate, people), DomainDigest::default());
    let outcome = sim::run(scenario, job.system, &workload, seed, options, &mut observer);
    watch.ended(job, &outcome);
    let (collector, digest) = observer;
    let record = collector.finish();
    let mut summary = summary::summarise(scenario, people, &record);
    summary.cut_at = outcome.interrupted.then_some(outcome.ended_at);
    let entry = RunEntry {
        system: scenario.systems[job.system].label.clone(),
        replicate: job.replicate,
        form: Form::of(&scenario.systems[job.system]),
        digest: digest.hex(),
        ended_at_s: outcome.ended_at.as_secs(),
        cut_short: outcome.interrupted,
        events: outcome.events,
        blocks: outcome.blocks,
        peak_online: outcome.peak_online,
    };
    let sameness = scenario.systems[job.system].swarm().map_or(0.0, |swarm| swarm.rates_within);
    let tolerance = limits::tolerance(sameness);
    let violations =
        [outcome.violations, record.violations(tolerance), summary.violations(tolerance)].concat();
    Some(Played { record, summary, entry, violations })
}

/// As [`play`], for who has no use for half a run: `None` if it was cut short.
pub fn play_whole(
    scenario: &Scenario,
    job: Job,
    shuffle_ties: bool,
    watch: &dyn Watch,
    given_up: &[&AtomicBool],
) -> Option<Played> {
    let played = play(scenario, job, Manner { shuffle_ties, cut_after: None }, watch, given_up);
    played.filter(|played| !played.entry.cut_short)
}

/// Whether a run that was cut short after so many events has come as far again. The simulator tells its progress at the same events
/// whenever it plays the same run, so a run that is played again ends at the very event at which it was stopped.
pub fn cut_here(cut_after: Option<u64>, progress: Progress) -> bool {
    cut_after.is_some_and(|events| progress.events >= events)
}
