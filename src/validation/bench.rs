//! Where experiments are run: scenarios are made ready, runs played in parallel, and what the runs say against themselves kept.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::mutation::Mutation;
use crate::experiment::{Job, NotWatched, Played, play_whole};
use crate::record::Observer;
use crate::rng::Seed;
use crate::scenario::{self, BuiltInFiles};
use crate::sim::{self, Continue, RunOptions};
use crate::spec::Scenario;
use crate::workload::{self, Workload};

/// How much is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Everything, with enough runs for narrow intervals.
    Full,
    /// What takes seconds: for the tests, and under the mutations.
    Fast,
}

/// The bench of one experiment.
pub struct Bench<'a> {
    pub pace: Pace,
    mutation: Option<&'a Mutation>,
    /// Set from outside when the user has enough.
    stop: &'a AtomicBool,
    seen: Mutex<Seen>,
}

/// What all runs on a bench came to.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub runs: usize,
    /// Sentences of the runs' own accounts: always empty unless the simulator is wrong.
    pub violations: Vec<String>,
}

/// A run was not played to its end because the user has enough; unwinds out of the experiment.
pub struct Stopped;

impl<'a> Bench<'a> {
    pub fn new(pace: Pace, mutation: Option<&'a Mutation>, stop: &'a AtomicBool) -> Bench<'a> {
        Bench { pace, mutation, stop, seen: Mutex::default() }
    }

    /// One of two values, by the pace.
    pub fn full_or_fast<T>(&self, full: T, fast: T) -> T {
        match self.pace {
            Pace::Full => full,
            Pace::Fast => fast,
        }
    }

    /// A scenario of the suite with values put over it as by `--set`, and with the mutation, if any. Panics where it is no
    /// scenario: the texts are our own.
    pub fn scenario(&self, text: &str, sets: &[(&str, &str)]) -> Scenario {
        let sets: Vec<(String, String)> =
            sets.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let loaded = scenario::load("a scenario of the suite", text.as_bytes(), &sets, &BuiltInFiles);
        let mut scenario = match loaded {
            Ok(loaded) => loaded.scenario,
            Err(problems) => panic!("{}", scenario::render(&problems, false)),
        };
        if let Some(mutation) = self.mutation {
            mutation.spoil(&mut scenario);
        }
        scenario
    }

    /// Plays every system `replicates` times and takes from each run what `figure` says: by system, then by replicate.
    pub fn measure<R: Send>(
        &self,
        scenario: &Scenario,
        replicates: u32,
        figure: impl Fn(&Played) -> R + Sync,
    ) -> Vec<Vec<R>> {
        let systems: Vec<usize> = (0..scenario.systems.len()).collect();
        self.each(&systems, |&system| {
            let replicates: Vec<u32> = (0..replicates).collect();
            self.each(&replicates, |&replicate| {
                let job = Job { point: 0, system, replicate };
                let Some(played) = play_whole(scenario, job, false, &NotWatched, &[self.stop]) else {
                    std::panic::resume_unwind(Box::new(Stopped))
                };
                self.saw(&played.violations);
                figure(&played)
            })
        })
    }

    /// Plays one run under an observer of the experiment's own and gives it back, with the people who took part.
    pub fn watch<O: Observer>(
        &self,
        scenario: &Scenario,
        system: usize,
        replicate: u32,
        make: impl FnOnce(&Workload) -> O,
    ) -> (O, Workload) {
        let seed = Seed { seed: scenario.seed, replicate };
        let workload = workload::draw(scenario, seed);
        let mut observer = make(&workload);
        let progress = |_| if self.stop.load(Ordering::Relaxed) { Continue::Stop } else { Continue::Go };
        let options = RunOptions { progress: Some(&progress), ..RunOptions::default() };
        let outcome = sim::run(scenario, system, &workload, seed, options, &mut observer);
        if outcome.interrupted {
            std::panic::resume_unwind(Box::new(Stopped));
        }
        self.saw(&outcome.violations);
        (observer, workload)
    }

    /// Does something for each item, on all cores; the results are in the order of the items.
    pub fn each<T: Sync, R: Send>(&self, items: &[T], task: impl Fn(&T) -> R + Sync) -> Vec<R> {
        items.par_iter().map(&task).collect()
    }

    /// What all runs so far came to.
    pub fn seen(&self) -> Seen {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // They came in the order in which threads were done.
        seen.violations.sort();
        seen
    }

    fn saw(&self, violations: &[String]) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.runs += 1;
        seen.violations.extend_from_slice(violations);
    }
}
