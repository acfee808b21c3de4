//! One run in the simulator, and who looks on.

use std::sync::atomic::{AtomicBool, Ordering};

use super::manifest::RunEntry;
use super::plan::Job;
use crate::metrics::{Collector, RunRecord, RunSummary, summary};
use crate::record::DomainDigest;
use crate::rng::Seed;
use crate::sim::{self, Continue, Progress, RunOptions, RunOutcome};
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

    /// A run is complete.
    fn complete(&self, _job: Job, _outcome: &RunOutcome) {}
}

/// Nobody looks.
pub struct NotWatched;
impl Watch for NotWatched {}

/// A complete run on its way to the files.
#[derive(Clone)]
pub struct Played {
    pub record: RunRecord,
    pub summary: RunSummary,
    pub entry: RunEntry,
    pub violations: Vec<String>,
}

/// Plays one run of `scenario`; `None` if it was stopped, by `watch` or by one of the flags.
pub fn play(
    scenario: &Scenario,
    job: Job,
    shuffle_ties: bool,
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
    let progress = |progress| if stop() { Continue::Stop } else { watch.progress(job, progress) };
    let options = RunOptions { shuffle_ties, check_every_event: false, progress: Some(&progress) };
    let mut observer = (Collector::new(scenario, job.system, job.replicate, people), DomainDigest::default());
    let outcome = sim::run(scenario, job.system, &workload, seed, options, &mut observer);
    if outcome.interrupted {
        return None;
    }
    watch.complete(job, &outcome);
    let (collector, digest) = observer;
    let record = collector.finish();
    let summary = summary::summarise(scenario, people, &record);
    let entry = RunEntry {
        system: scenario.systems[job.system].label.clone(),
        replicate: job.replicate,
        digest: digest.hex(),
        ended_at_s: outcome.ended_at.as_secs(),
        events: outcome.events,
        blocks: outcome.blocks,
        peak_online: outcome.peak_online,
    };
    let violations = [outcome.violations, record.violations(), summary.violations()].concat();
    Some(Played { record, summary, entry, violations })
}
