//! Runs a plan's jobs on threads and writes what they leave, in the plan's order.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};

use super::manifest::{INPUTS, MANIFEST, Manifest};
use super::plan::{Job, Plan};
use super::play::{Played, Watch, play};
use super::tables::Tables;
use super::{ExperimentError, Staging, pool};
use crate::metrics::{RunSummary, reading};

/// What an experiment found.
#[derive(Clone, Debug)]
pub struct Finding {
    pub manifest: Manifest,
    /// Of the runs, in the plan's order.
    pub summaries: Vec<RunSummary>,
    /// The sentences of the reading.
    pub reading: Vec<String>,
}

impl Finding {
    /// The runs that tell about a system: those that are complete, or those that were cut short where none is.
    pub fn runs_of<'a>(&'a self, system: &str) -> Vec<&'a RunSummary> {
        let runs = self.summaries.iter().filter(|run| run.system == system);
        let (complete, cut): (Vec<_>, Vec<_>) = runs.partition(|run| run.cut_at.is_none());
        if complete.is_empty() { cut } else { complete }
    }
}

/// Performs `plan` on `threads` threads (0: one a core) and writes all tables, the manifest and the reading into `staging`,
/// which the caller commits.
pub fn perform(
    plan: &Plan,
    threads: usize,
    watch: &dyn Watch,
    staging: &Staging,
) -> Result<Finding, ExperimentError> {
    let play = |job, given_up: &AtomicBool| play(&plan.scenario, job, plan.manner(job), watch, &[given_up]);
    perform_with(plan, threads, staging, &play)
}

/// Plays one job; `None` if it was not begun. It should be cut short soon after the flag is raised.
pub(super) type Player<'a> = dyn Fn(Job, &AtomicBool) -> Option<Played> + Sync + 'a;

/// As [`perform`], with runs from `player`.
pub(super) fn perform_with(
    plan: &Plan,
    threads: usize,
    staging: &Staging,
    player: &Player<'_>,
) -> Result<Finding, ExperimentError> {
    let mut tables = Tables::create(staging.path(), &plan.scenario.output)?;
    let mut manifest = plan.manifest();
    let mut summaries = Vec::new();
    play_in_order(&plan.jobs, threads, player, &mut |job, played| {
        let Some(played) = played else {
            manifest.interrupted = true;
            return Ok(());
        };
        if !played.violations.is_empty() {
            let (system, replicate) = (plan.label(job).to_owned(), job.replicate);
            return Err(ExperimentError::Bug { system, replicate, violations: played.violations });
        }
        manifest.interrupted |= played.entry.cut_short;
        tables.add(&played.record, &played.summary)?;
        manifest.runs.push(played.entry);
        summaries.push(played.summary);
        Ok(())
    })?;
    tables.finish()?;
    if summaries.is_empty() {
        return Err(ExperimentError::NothingBegun);
    }
    let reading = reading::read(&plan.scenario, &manifest.systems, &summaries);
    write_the_rest(plan, &manifest, &reading, staging)?;
    Ok(Finding { manifest, summaries, reading })
}

fn write_the_rest(
    plan: &Plan,
    manifest: &Manifest,
    reading: &[String],
    staging: &Staging,
) -> Result<(), ExperimentError> {
    staging.write("scenario.toml", &plan.source.text)?;
    if !plan.source.inputs.is_empty() {
        staging.create_dir(INPUTS)?;
    }
    for (file, input) in plan.source.inputs.iter().zip(&manifest.inputs) {
        staging.write(&input.file(), &file.content)?;
    }
    let text: String = reading.iter().map(|sentence| format!("{sentence}\n")).collect();
    staging.write("reading.txt", text.as_bytes())?;
    staging.write(MANIFEST, manifest.to_json().as_bytes())?;
    Ok(())
}

type Receive<'a> = dyn FnMut(Job, Option<Played>) -> Result<(), ExperimentError> + 'a;

/// Plays the jobs and hands each to `receive` in their order; `None` is a run that was not begun. The first error stops the others.
fn play_in_order(
    jobs: &[Job],
    threads: usize,
    player: &Player<'_>,
    receive: &mut Receive<'_>,
) -> Result<(), ExperimentError> {
    let given_up = AtomicBool::new(false);
    let play = |job| if given_up.load(Ordering::Relaxed) { None } else { player(job, &given_up) };
    let mut early = BTreeMap::new();
    let mut turns = jobs.iter().copied().peekable();
    let mut result = Ok(());
    pool::play_all(threads, jobs, &play, &mut |job, played| {
        let played = played.unwrap_or_else(|panic| {
            given_up.store(true, Ordering::Relaxed);
            resume_unwind(panic)
        });
        early.insert(job, played);
        while let Some((job, played)) = turns.peek().and_then(|job| early.remove_entry(job)) {
            turns.next();
            if result.is_ok() {
                result = receive(job, played);
                given_up.store(result.is_err(), Ordering::Relaxed);
            }
        }
        Vec::new()
    })?;
    result
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::experiment::{RunEntry, Source};
    use crate::metrics::testing::{at, leecher, scenario, seed, seed_totals, totals};
    use crate::metrics::{Collector, summary};
    use crate::record::Observer;

    /// Two systems, three replicates, no simulator.
    fn plan() -> Plan {
        Plan::new(scenario(), Source { text: b"title = 1".to_vec(), ..Source::default() }, vec![0, 1], 3)
    }

    fn played(plan: &Plan, job: Job) -> Played {
        let people = [seed(), leecher(1)];
        let mut collector = Collector::new(&plan.scenario, job.system, job.replicate, &people);
        collector.person(&seed_totals(0));
        collector.person(&totals(1, 0, Some(20 + u64::from(job.replicate))));
        let record = collector.finish();
        let entry = RunEntry {
            system: plan.label(job).into(),
            replicate: job.replicate,
            form: None,
            digest: String::new(),
            ended_at_s: 0.0,
            cut_short: false,
            events: 0,
            blocks: 0,
            peak_online: 0,
        };
        let summary = summary::summarise(&plan.scenario, &people, &record);
        Played { record, summary, entry, violations: Vec::new() }
    }

    /// The manifest, and what the files hold, after playing with `player` on two threads.
    fn performed(
        player: impl Fn(&Plan, Job) -> Option<Played> + Sync,
    ) -> (Result<Finding, ExperimentError>, String) {
        let (plan, dir) = (plan(), tempfile::tempdir().unwrap());
        let staging = Staging::begin(&dir.path().join("a")).unwrap();
        let finding = perform_with(&plan, 2, &staging, &|job, _| player(&plan, job));
        let peers = read(staging.path(), "peers.csv");
        (finding, peers)
    }

    fn read(dir: &Path, name: &str) -> String {
        std::fs::read_to_string(dir.join(name)).unwrap()
    }

    fn runs(finding: &Finding) -> Vec<(&str, u32)> {
        finding.manifest.runs.iter().map(|run| (run.system.as_str(), run.replicate)).collect()
    }

    #[test]
    fn the_order_of_results_is_not_that_of_finishing() {
        let (finding, peers) = performed(|plan, job| {
            // The first takes longest.
            let millis = if job == (Job { point: 0, system: 0, replicate: 0 }) { 50 } else { 1 };
            std::thread::sleep(Duration::from_millis(millis));
            Some(played(plan, job))
        });
        let finding = finding.unwrap();
        let (a, b) = ("tit-for-tat", "random-choking");
        assert_eq!(runs(&finding), [(a, 0), (a, 1), (a, 2), (b, 0), (b, 1), (b, 2)]);
        let rows: Vec<&str> = peers.lines().skip(1).collect();
        assert_eq!(rows.len(), 12);
        assert!(
            rows[0].starts_with("tit-for-tat,0,0,") && rows[11].starts_with("random-choking,2,1,"),
            "{peers}"
        );
        assert!(!finding.manifest.interrupted && !finding.reading.is_empty());
    }

    #[test]
    fn complete_runs_survive_a_stop() {
        let (finding, peers) = performed(|plan, job| (job.replicate != 1).then(|| played(plan, job)));
        let finding = finding.unwrap();
        assert!(finding.manifest.interrupted);
        assert_eq!(runs(&finding).len(), 4);
        assert_eq!(peers.lines().count(), 1 + 8);
        let (nothing, _) = performed(|_, _| None);
        assert!(matches!(nothing, Err(ExperimentError::NothingBegun)));
    }

    #[test]
    fn what_was_cut_short_is_kept_and_told_of_where_nothing_is_complete() {
        let (finding, peers) = performed(|plan, job| {
            let mut played = played(plan, job);
            played.entry.cut_short = job.system == 1 || job.replicate == 2;
            played.summary.cut_at = played.entry.cut_short.then_some(at(20));
            Some(played)
        });
        let finding = finding.unwrap();
        assert!(finding.manifest.interrupted);
        assert_eq!(runs(&finding).len(), 6);
        assert_eq!(peers.lines().count(), 1 + 12);
        let told = |system| finding.runs_of(system).iter().map(|run| run.replicate).collect::<Vec<_>>();
        assert_eq!((told("tit-for-tat"), told("random-choking")), (vec![0, 1], vec![0, 1, 2]));
    }

    #[test]
    fn a_broken_rule_ends_everything() {
        let (finding, _) = performed(|plan, job| {
            let violations = if job.system == 1 { vec!["3 bytes appeared".into()] } else { Vec::new() };
            Some(Played { violations, ..played(plan, job) })
        });
        let error = finding.unwrap_err().to_string();
        assert!(error.contains("this is a bug in unchoke: random-choking, replicate 0"), "{error}");
        assert!(error.contains("  - 3 bytes appeared"), "{error}");
    }
}
