//! Progress on stderr, wall-clock times of runs, and Ctrl-C.

#![expect(
    clippy::disallowed_methods,
    reason = "people wait by the wall clock; nothing of it enters a run's records"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::experiment::{Job, Plan, Watch};
use crate::sim::{Continue, Progress, RunOutcome};

/// Between two drawings of the bar: what is left is worked out from all jobs, which may be many.
const BETWEEN: Duration = Duration::from_millis(100);
/// Steps of the bar for one run.
const STEPS: u64 = 1000;

/// What is to be run, as far as its progress needs to know.
pub struct Work {
    /// Of the systems.
    pub labels: Vec<String>,
    pub jobs: Vec<Job>,
    /// What a run costs at each point, in any unit.
    pub costs: Vec<f64>,
    /// 0: one a core.
    pub threads: usize,
    /// Runs may be added to those in `jobs`.
    pub may_grow: bool,
}

impl Work {
    /// Of an experiment without a sweep.
    pub fn of_plan(plan: &Plan, threads: usize) -> Work {
        let labels = plan.scenario.systems.iter().map(|system| system.label.clone()).collect();
        Work { labels, jobs: plan.jobs.clone(), costs: vec![1.0], threads, may_grow: false }
    }

    /// Wall-clock seconds that are left: the work that is left at the speed that each system's runs have had so far. `None` before a
    /// run is complete.
    fn seconds_left(&self, state: &State) -> Option<f64> {
        let spent = |of: &dyn Fn(Job) -> bool| {
            let mine = state.complete.iter().filter(|(job, _, _)| of(*job));
            let (cost, seconds) = mine.fold((0.0, 0.0), |(cost, seconds), (job, spent, _)| {
                (cost + self.costs[job.point], seconds + spent.as_secs_f64())
            });
            (cost > 0.0).then(|| seconds / cost)
        };
        let all = spent(&|_| true)?;
        let by_system: Vec<f64> =
            (0..self.labels.len()).map(|system| spent(&|job| job.system == system).unwrap_or(all)).collect();
        let complete: BTreeSet<Job> = state.complete.iter().map(|(job, _, _)| *job).collect();
        let left = self.jobs.iter().filter(|job| !complete.contains(job)).map(|job| {
            let so_far = state.under_way.get(job).map_or(0.0, |(begun, _)| begun.elapsed().as_secs_f64());
            (by_system[job.system] * self.costs[job.point] - so_far).max(0.0)
        });
        let (sum, longest) = left.fold((0.0, 0.0f64), |(sum, longest), one| (sum + one, longest.max(one)));
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = if self.threads == 0 { cores } else { self.threads };
        Some((sum / threads as f64).max(longest))
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

#[derive(Default)]
struct State {
    under_way: BTreeMap<Job, (Instant, Option<Progress>)>,
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
        let part =
            |progress: &Progress| STEPS * u64::from(progress.finished) / u64::from(progress.persons.max(1));
        let under_way: Vec<&Progress> =
            state.under_way.values().filter_map(|(_, progress)| progress.as_ref()).collect();
        let position = state.complete.len() as u64 * STEPS + under_way.iter().map(|p| part(p)).sum::<u64>();
        let events = state.events_complete + under_way.iter().map(|progress| progress.events).sum::<u64>();
        let rate = events as f64 / self.begun.elapsed().as_secs_f64().max(1e-9) / 1e6;
        let here = state.under_way.get(&latest).and_then(|(_, progress)| progress.as_ref());
        let here = here.map_or_else(String::new, |progress| {
            format!(
                "; {} #{}: {:.0} s simulated, {} of {} peers done",
                self.work.labels[latest.system],
                latest.replicate,
                progress.now.as_secs(),
                progress.finished,
                progress.persons
            )
        });
        let jobs = self.work.jobs.len().max(state.complete.len() + state.under_way.len());
        self.bar.set_length(jobs as u64 * STEPS);
        self.bar.set_position(position);
        let left = self.work.seconds_left(state).map_or_else(String::new, |seconds| {
            let at_least = if self.work.may_grow { "at least" } else { "about" };
            format!(", {at_least} {} left", HumanDuration(Duration::from_secs_f64(seconds)))
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
        self.state().under_way.insert(job, (Instant::now(), None));
        self.go_on()
    }

    fn progress(&self, job: Job, progress: Progress) -> Continue {
        let mut state = self.state();
        if let Some((_, latest)) = state.under_way.get_mut(&job) {
            *latest = Some(progress);
        }
        self.draw(&mut state, job);
        self.go_on()
    }

    fn ended(&self, job: Job, outcome: &RunOutcome) {
        let mut state = self.state();
        let begun = state.under_way.remove(&job).map_or_else(Instant::now, |(begun, _)| begun);
        state.events_complete += outcome.events;
        state.complete.push((job, begun.elapsed(), outcome.events));
        self.draw(&mut state, job);
    }
}

/// A flag that Ctrl-C and SIGTERM raise, which `then` says what comes of; a second signal ends the program at once.
pub fn on_interrupt(then: &'static str) -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&stop);
    let handler = move || {
        if raised.swap(true, Ordering::Relaxed) {
            std::process::exit(1);
        }
        anstream::eprintln!("stopping: {then} (once more to stop at once)");
    };
    // Without a handler the signals end the program, and still no half-written file has its final name.
    let _ = ctrlc::set_handler(handler);
    stop
}
