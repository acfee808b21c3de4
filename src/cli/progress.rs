//! Progress on stderr, and wall-clock times of runs.

#![expect(
    clippy::disallowed_methods,
    reason = "people wait by the wall clock; nothing of it enters a run's records"
)]

mod left;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::interrupt::on_interrupt;
use crate::experiment::{Job, Plan, Watch};
use crate::sim::{Continue, Progress, RunOutcome};
use crate::spec::Stop;
use left::{Bound, Course, Left};

/// Between two drawings of the bar: what is left is worked out from all jobs, which may be many.
const BETWEEN: Duration = Duration::from_millis(100);
/// Steps of the bar for one run.
const STEPS: u64 = 1000;

/// What is to be run, as far as its progress needs to know.
pub struct Work {
    /// Of the systems.
    pub labels: Vec<String>,
    pub jobs: Vec<Job>,
    pub points: Vec<PointWork>,
    /// 0: one a core.
    pub threads: usize,
    /// Runs may be added to those in `jobs`.
    pub may_grow: bool,
}

/// A run at one point.
pub struct PointWork {
    /// In any unit.
    pub cost: f64,
    pub stop: Stop,
}

impl Work {
    /// Of an experiment without a sweep.
    pub fn of_plan(plan: &Plan, threads: usize) -> Work {
        let labels = plan.scenario.systems.iter().map(|system| system.label.clone()).collect();
        let points = vec![PointWork { cost: 1.0, stop: plan.scenario.stop }];
        Work { labels, jobs: plan.jobs.clone(), points, threads, may_grow: false }
    }

    /// What is left of all runs. A run of a system of which one is complete costs as much as that; another that is under way tells by
    /// itself; and what has not begun costs as much as what has.
    fn left(&self, state: &State) -> Option<Left> {
        let known: Vec<Option<f64>> = (0..self.labels.len())
            .map(|system| self.seconds_a_cost(state, |job| job.system == system))
            .collect();
        let mut bound = if self.may_grow { Bound::AtLeast } else { Bound::About };
        let mut under_way: BTreeMap<Job, f64> = BTreeMap::new();
        let (mut seconds, mut cost) = (0.0, 0.0);
        for (&job, run) in &state.under_way {
            let so_far = run.begun.elapsed().as_secs_f64();
            let point = &self.points[job.point];
            let left = match known[job.system] {
                Some(known) => Left { seconds: (known * point.cost - so_far).max(0.0), bound },
                None => match run.course.left(&point.stop) {
                    Some(left) => left,
                    None => continue,
                },
            };
            // An upper bound of one among several says nothing about them all.
            if self.jobs.len() == 1 || left.bound == Bound::AtLeast {
                bound = left.bound;
            }
            under_way.insert(job, left.seconds);
            seconds += so_far + left.seconds;
            cost += point.cost;
        }
        let usual = self.seconds_a_cost(state, |_| true).or_else(|| (cost > 0.0).then(|| seconds / cost))?;
        let complete: BTreeSet<Job> = state.complete.iter().map(|(job, _, _)| *job).collect();
        let left = self.jobs.iter().filter(|job| !complete.contains(job)).map(|job| {
            let to_come = || known[job.system].unwrap_or(usual) * self.points[job.point].cost;
            under_way.get(job).copied().unwrap_or_else(to_come)
        });
        let (sum, longest) = left.fold((0.0, 0.0f64), |(sum, longest), one| (sum + one, longest.max(one)));
        Some(Left { seconds: (sum / at_once(self.threads) as f64).max(longest), bound })
    }

    /// What a unit of cost took in the complete runs that `of` chooses.
    fn seconds_a_cost(&self, state: &State, of: impl Fn(Job) -> bool) -> Option<f64> {
        let runs = state.complete.iter().filter(|(job, _, _)| of(*job));
        let (cost, seconds) = runs.fold((0.0, 0.0), |(cost, seconds), (job, spent, _)| {
            (cost + self.points[job.point].cost, seconds + spent.as_secs_f64())
        });
        (cost > 0.0).then(|| seconds / cost)
    }
}

/// How many runs are made at the same time; 0 asks for one a core.
pub fn at_once(threads: usize) -> usize {
    match threads {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        threads => threads,
    }
}

/// Watches an experiment: draws the bar when stderr is a terminal, times the runs, and stops them on Ctrl-C or SIGTERM.
pub struct Ticker {
    bar: ProgressBar,
    begun: Instant,
    work: Work,
    stop: Arc<AtomicBool>,
    state: Mutex<State>,
}

struct UnderWay {
    begun: Instant,
    course: Course,
}

#[derive(Default)]
struct State {
    under_way: BTreeMap<Job, UnderWay>,
    events_complete: u64,
    complete: Vec<(Job, Duration, u64)>,
    /// When the bar was drawn last.
    drawn: Option<Instant>,
}

/// Wall-clock figures of one run, for `timing.json`.
#[derive(Serialize)]
pub struct RunTiming {
    system: String,
    replicate: u32,
    seconds: f64,
    events_per_s: f64,
}

impl Ticker {
    /// Begins to watch.
    pub fn new(work: Work, quiet: bool) -> Ticker {
        let bar = ProgressBar::new(work.jobs.len() as u64 * STEPS);
        // indicatif draws nothing where stderr is no terminal.
        bar.set_draw_target(if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() });
        let style = ProgressStyle::with_template("{bar:24} {msg}").expect("the template is a constant");
        bar.set_style(style);
        let stop = on_interrupt("what is recorded so far is written");
        Ticker { bar, begun: Instant::now(), work, stop, state: Mutex::default() }
    }

    /// Seconds since the beginning, and each complete run's.
    pub fn finish(&self) -> (f64, Vec<RunTiming>) {
        self.bar.finish_and_clear();
        let state = self.state();
        let mut complete = state.complete.clone();
        complete.sort_by_key(|(job, _, _)| *job);
        let timing = |(job, spent, events): (Job, Duration, u64)| RunTiming {
            system: self.work.labels[job.system].clone(),
            replicate: job.replicate,
            seconds: spent.as_secs_f64(),
            events_per_s: events as f64 / spent.as_secs_f64().max(1e-9),
        };
        (self.begun.elapsed().as_secs_f64(), complete.into_iter().map(timing).collect())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic in another thread is on its way up; the counts are still good.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn go_on(&self) -> Continue {
        if self.stop.load(Ordering::Relaxed) { Continue::Stop } else { Continue::Go }
    }

    fn draw(&self, state: &mut State, latest: Job) {
        if self.bar.is_hidden() || state.drawn.is_some_and(|drawn| drawn.elapsed() < BETWEEN) {
            return;
        }
        state.drawn = Some(Instant::now());
        let courses = || state.under_way.values().map(|run| &run.course);
        let parts = state.complete.len() as f64 + courses().map(Course::part).sum::<f64>();
        let position = (parts * STEPS as f64) as u64;
        let events = courses().filter_map(Course::latest).map(|progress| progress.events).sum::<u64>();
        let events = state.events_complete + events;
        let rate = events as f64 / self.begun.elapsed().as_secs_f64().max(1e-9) / 1e6;
        let run = state.under_way.get(&latest);
        let here = run.and_then(|run| Some((run.course.latest()?, run.course.part())));
        let here = here.map_or_else(String::new, |(progress, part)| {
            format!(
                "; {} #{}: {:.0} s simulated, {:.0} % fetched, {} of {} peers done",
                self.work.labels[latest.system],
                latest.replicate,
                progress.now.as_secs(),
                (part * 100.0).floor(),
                progress.finished,
                progress.persons
            )
        });
        let jobs = self.work.jobs.len().max(state.complete.len() + state.under_way.len());
        self.bar.set_length(jobs as u64 * STEPS);
        self.bar.set_position(position);
        let left = self.work.left(state).map_or_else(String::new, |Left { seconds, bound }| {
            format!(", {} {} left", bound.words(), HumanDuration(Duration::from_secs_f64(seconds)))
        });
        // What is wanted most comes first: a narrow terminal cuts off the rest.
        self.bar.set_message(format!(
            "{} of {jobs} runs{left}, {rate:.1} million events/s{here}",
            state.complete.len()
        ));
    }
}

impl Watch for Ticker {
    fn begin(&self, job: Job) -> Continue {
        self.state().under_way.insert(job, UnderWay { begun: Instant::now(), course: Course::default() });
        self.go_on()
    }

    fn progress(&self, job: Job, progress: Progress) -> Continue {
        let mut state = self.state();
        if let Some(run) = state.under_way.get_mut(&job) {
            run.course.note(run.begun.elapsed().as_secs_f64(), progress);
        }
        self.draw(&mut state, job);
        self.go_on()
    }

    fn ended(&self, job: Job, outcome: &RunOutcome) {
        let mut state = self.state();
        let begun = state.under_way.remove(&job).map_or_else(Instant::now, |run| run.begun);
        state.events_complete += outcome.events;
        state.complete.push((job, begun.elapsed(), outcome.events));
        self.draw(&mut state, job);
    }
}
