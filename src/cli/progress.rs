//! Progress on stderr, wall-clock times of runs, and Ctrl-C.

#![expect(
    clippy::disallowed_methods,
    reason = "people wait by the wall clock; nothing of it enters a run's records"
)]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::experiment::{Job, Plan, Watch};
use crate::sim::{Continue, Progress, RunOutcome};

/// Steps of the bar for one run.
const STEPS: u64 = 1000;

/// Watches an experiment: draws the bar when stderr is a terminal, times the runs, and stops them on Ctrl-C or SIGTERM.
pub struct Ticker {
    bar: ProgressBar,
    begun: Instant,
    labels: Vec<String>,
    jobs: usize,
    stop: Arc<AtomicBool>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    under_way: BTreeMap<Job, (Instant, Option<Progress>)>,
    events_complete: u64,
    complete: Vec<(Job, Duration, u64)>,
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
    /// For the runs of `plan`.
    pub fn new(plan: &Plan, quiet: bool) -> Ticker {
        let bar = ProgressBar::new(plan.jobs.len() as u64 * STEPS);
        // indicatif draws nothing where stderr is no terminal.
        bar.set_draw_target(if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() });
        let style = ProgressStyle::with_template("{bar:24} {msg}").expect("the template is a constant");
        bar.set_style(style);
        Ticker {
            bar,
            begun: Instant::now(),
            labels: plan.scenario.systems.iter().map(|system| system.label.clone()).collect(),
            jobs: plan.jobs.len(),
            stop: on_interrupt(),
            state: Mutex::default(),
        }
    }

    /// Seconds since the beginning, and each complete run's.
    pub fn finish(&self) -> (f64, Vec<RunTiming>) {
        self.bar.finish_and_clear();
        let state = self.state();
        let mut complete = state.complete.clone();
        complete.sort_by_key(|(job, _, _)| *job);
        let timing = |(job, spent, events): (Job, Duration, u64)| RunTiming {
            system: self.labels[job.system].clone(),
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

    fn draw(&self, state: &State, latest: Job) {
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
                "{} #{}: {:.0} s simulated, {} of {} peers done, ",
                self.labels[latest.system],
                latest.replicate,
                progress.now.as_secs(),
                progress.finished,
                progress.persons
            )
        });
        self.bar.set_position(position);
        self.bar.set_message(format!(
            "{here}{} of {} runs, {rate:.1} million events/s",
            state.complete.len(),
            self.jobs
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
        self.draw(&state, job);
        self.go_on()
    }

    fn complete(&self, job: Job, outcome: &RunOutcome) {
        let mut state = self.state();
        let begun = state.under_way.remove(&job).map_or_else(Instant::now, |(begun, _)| begun);
        state.events_complete += outcome.events;
        state.complete.push((job, begun.elapsed(), outcome.events));
        self.draw(&state, job);
    }
}

/// A flag that Ctrl-C and SIGTERM raise; a second signal ends the program at once.
fn on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&stop);
    let handler = move || {
        if raised.swap(true, Ordering::Relaxed) {
            std::process::exit(1);
        }
        anstream::eprintln!("stopping: complete runs are kept (once more to stop at once)");
    };
    // Without a handler the signals end the program, and still no half-written file has its final name.
    let _ = ctrlc::set_handler(handler);
    stop
}
