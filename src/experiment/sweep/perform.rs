//! Runs what is missing of a sweep and keeps each point as soon as it is complete.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use super::directory::SweepDirectory;
use super::manifest::Failed;
use super::plan::SweepPlan;
use super::point::{PointRecord, PointRun};
use crate::experiment::plan::Job;
use crate::experiment::play::{Played, Watch, play_whole};
use crate::experiment::{ExperimentError, pool};
use crate::metrics::measures::Measure;
use crate::metrics::pooled::{series, values};
use crate::metrics::rows::SummaryRow;
use crate::metrics::statistics::{is_precise, next_replicates};

/// The runs that are to be made now: of the points that are not complete.
pub fn missing(plan: &SweepPlan, directory: &SweepDirectory) -> Vec<Job> {
    let systems = plan.systems.len();
    let points = plan.own_points().into_iter().filter(|point| directory.point(*point, systems).is_none());
    points.flat_map(|point| plan.jobs(point, 0, plan.points.sweep.replicates)).collect()
}

/// Plays `jobs`, which [`missing`] gave, on `threads` threads (0: one a core). Returns the points that failed: their failure stops
/// nobody else.
pub fn play_missing(
    plan: &SweepPlan,
    jobs: &[Job],
    threads: usize,
    watch: &dyn Watch,
    directory: &SweepDirectory,
) -> Result<Vec<Failed>, ExperimentError> {
    let player = |job: Job, given_up: &[&AtomicBool]| {
        // A point is complete or it is made anew.
        play_whole(&plan.points.scenarios[job.point], job, plan.shuffle_ties, watch, given_up)
    };
    play_with(plan, jobs, threads, directory, &player)
}

/// Plays one job; `None` if it was stopped, as it should be soon after one of the flags is raised.
pub(super) type Player<'a> = dyn Fn(Job, &[&AtomicBool]) -> Option<Played> + Sync + 'a;

/// As [`play_missing`], with runs from `player`.
pub(super) fn play_with(
    plan: &SweepPlan,
    jobs: &[Job],
    threads: usize,
    directory: &SweepDirectory,
    player: &Player<'_>,
) -> Result<Vec<Failed>, ExperimentError> {
    let all = AtomicBool::new(false);
    let points: Vec<AtomicBool> = plan.points.scenarios.iter().map(|_| AtomicBool::new(false)).collect();
    let play = |job: Job| {
        let played = player(job, &[&all, &points[job.point]]);
        // Of a sweep's run no more is kept than its summary.
        played.map(|played| RunOutcome {
            run: PointRun { entry: played.entry, rows: played.summary.rows().cloned().collect() },
            violations: played.violations,
        })
    };
    let mut gathered = Gathered { plan, under_way: BTreeMap::new(), failed: Vec::new() };
    jobs.iter().for_each(|job| gathered.point(job.point).outstanding += 1);
    let mut result = Ok(());
    pool::play_all(threads, jobs, &play, &mut |job, outcome| {
        let failed = gathered.receive(job, outcome.map_err(reason));
        // The rest of a point that has failed would be thrown away.
        points[job.point].fetch_or(failed, Ordering::Relaxed);
        match gathered.complete(job.point) {
            Some(Next::More(jobs)) if result.is_ok() => return jobs,
            Some(Next::Keep(record)) if result.is_ok() => {
                result = directory.keep(&record);
                all.store(result.is_err(), Ordering::Relaxed);
            }
            Some(Next::More(_) | Next::Keep(_)) | None => {}
        }
        Vec::new()
    })?;
    result?;
    gathered.failed.sort_by_key(|failed| failed.point);
    Ok(gathered.failed)
}

/// What is kept of a complete run.
struct RunOutcome {
    run: PointRun,
    violations: Vec<String>,
}

/// What somebody panicked with, in words.
fn reason(panic: Box<dyn Any + Send>) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked");
    format!("this is a bug in unchoke: {text}")
}

/// The points of which some runs are there.
struct Gathered<'a> {
    plan: &'a SweepPlan,
    under_way: BTreeMap<usize, PointUnderWay>,
    failed: Vec<Failed>,
}

#[derive(Default)]
struct PointUnderWay {
    runs: BTreeMap<Job, PointRun>,
    outstanding: usize,
    stopped: bool,
    /// Of the first job that failed, in the order of jobs.
    failure: Option<(Job, String)>,
}

/// How it goes on with a point whose runs are all there.
enum Next {
    Keep(PointRecord),
    More(Vec<Job>),
}

impl Gathered<'_> {
    fn point(&mut self, point: usize) -> &mut PointUnderWay {
        self.under_way.entry(point).or_default()
    }

    /// Takes in what a job came to; whether its point has failed by it.
    fn receive(&mut self, job: Job, outcome: Result<Option<RunOutcome>, String>) -> bool {
        let point = self.point(job.point);
        point.outstanding -= 1;
        let failure = match outcome {
            Ok(None) => {
                point.stopped = true;
                return false;
            }
            Ok(Some(outcome)) if outcome.violations.is_empty() => {
                point.runs.insert(job, outcome.run);
                return false;
            }
            Ok(Some(outcome)) => {
                format!("this is a bug in unchoke: rules were broken: {}", outcome.violations.join("; "))
            }
            Err(reason) => reason,
        };
        if point.failure.as_ref().is_none_or(|(first, _)| job < *first) {
            point.failure = Some((job, failure));
        }
        true
    }

    /// What to do with a point once none of its jobs is outstanding.
    fn complete(&mut self, at: usize) -> Option<Next> {
        if self.point(at).outstanding > 0 {
            return None;
        }
        let point = self.under_way.remove(&at).expect("it has just been looked at");
        if let Some((job, failure)) = point.failure {
            let system = &self.plan.base.systems[job.system].label;
            let reason = format!("{system}, replicate {}: {failure}", job.replicate);
            self.failed.push(Failed { point: at as u32, values: self.plan.values(at), reason });
            return None;
        }
        if point.stopped {
            return None;
        }
        let replicates = (point.runs.len() / self.plan.systems.len()) as u32;
        let wanted = self.wanted(&point.runs, replicates);
        if let Some(more) = wanted {
            let jobs = self.plan.jobs(at, replicates, more);
            self.under_way.insert(
                at,
                PointUnderWay { outstanding: jobs.len(), runs: point.runs, ..Default::default() },
            );
            return Some(Next::More(jobs));
        }
        let precision = self.plan.points.sweep.precision.as_ref();
        let precise =
            precision.map(|precision| is_precise(&self.precision_series(&point.runs), precision.within));
        let runs = point.runs.into_values().collect();
        Some(Next::Keep(PointRecord { point: at as u32, replicates, precise, runs }))
    }

    /// How many replicates the precision that was asked for needs, if more than there are.
    fn wanted(&self, runs: &BTreeMap<Job, PointRun>, done: u32) -> Option<u32> {
        let precision = self.plan.points.sweep.precision.as_ref()?;
        next_replicates(&self.precision_series(runs), precision.within, done, precision.most)
    }

    /// The series that are to be precise: of every system and class that the measure applies to.
    fn precision_series(&self, runs: &BTreeMap<Job, PointRun>) -> Vec<Vec<Option<f64>>> {
        let precision = self.plan.points.sweep.precision.as_ref().expect("only asked where there is one");
        let measure = Measure::named(&precision.of).expect("the scenario's checker knows the measures");
        let rows: Vec<&SummaryRow> = runs.values().flat_map(|run| &run.rows).collect();
        let arms: BTreeSet<(&str, &str)> =
            rows.iter().map(|row| (row.system.as_str(), row.class.as_str())).collect();
        let series = arms.into_iter().map(|(system, class)| values(&series(&rows, system, class, measure)));
        series.filter(|series| !series.is_empty()).collect()
    }
}
