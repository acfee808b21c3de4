//! A run of a swarm with what it took, for the benches that print it; each case in a process of its own, so that peak memory is the
//! case's.

use std::env;
use std::process::Command;

use unchoke::record::Observer;
use unchoke::rng::Seed;
use unchoke::scenario::{self, Resolver};
use unchoke::sim::{self, RunOptions, RunOutcome};
use unchoke::workload;

use super::cpu::cpu_time;
use super::memory::peak_memory;

/// Names the case that a process is to run.
const CASE: &str = "UNCHOKE_BENCH_CASE";

/// A run that kept its own rules.
pub struct Measured {
    pub outcome: RunOutcome,
    /// CPU time of the run, in seconds.
    pub cpu: f64,
    /// Peak memory above that of the process before the run, in bytes.
    pub memory: f64,
}

/// The case that this process is to run, if it is one of those that `in_processes` started.
pub fn own_case() -> Option<String> {
    env::var(CASE).ok()
}

/// What the command line asks for: the beginning of the names of some cases.
pub fn wanted() -> String {
    env::args().skip(1).find(|arg| !arg.starts_with("--")).unwrap_or_default()
}

/// Runs each case in a process of its own.
pub fn in_processes(cases: impl Iterator<Item = String>) {
    for case in cases {
        let this = env::current_exe().expect("the bench knows itself");
        let status = Command::new(this).env(CASE, case).status();
        assert!(status.expect("the bench starts itself").success());
    }
}

/// Plays the first system of the scenario.
pub fn run(text: &str, files: &dyn Resolver, observer: &mut impl Observer) -> Measured {
    let loaded = scenario::load("bench", text.as_bytes(), &[], files).expect("the bench's scenario is sound");
    let seed = Seed { seed: loaded.scenario.seed, replicate: 0 };
    let workload = workload::draw(&loaded.scenario, seed);
    let idle_memory = peak_memory();
    let start = cpu_time();
    let outcome = sim::run(&loaded.scenario, 0, &workload, seed, RunOptions::default(), observer);
    let cpu = (cpu_time() - start).as_secs_f64();
    assert_eq!(outcome.violations, Vec::<String>::new());
    Measured { outcome, cpu, memory: peak_memory() - idle_memory }
}
