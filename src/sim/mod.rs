//! The only place where engine, network and protocol meet: it plays one system on one population.

mod books;
mod choice;
mod control;
mod fetch;
mod folders;
mod gnutella;
mod life;
pub mod limits;
mod napster;
mod play;
mod server;
mod station;
mod swarm;
mod system;
mod wish_clock;
mod world;

use crate::record::Observer;
use crate::rng::Seed;
use crate::spec::{Scenario, SystemKind};
use crate::units::SimTime;
use crate::workload::Workload;

/// How a run is played; nothing here changes what a correct run finds, except `shuffle_ties`.
#[derive(Clone, Copy, Default)]
pub struct RunOptions<'a> {
    /// Orders events of equal time at random: a finding that changes under it is an artefact.
    pub shuffle_ties: bool,
    /// Checks every invariant after every event: slow, for tests.
    pub check_every_event: bool,
    /// Called now and then (every few ten thousand events); `Continue::Stop` ends the run early.
    pub progress: Option<&'a dyn Fn(Progress) -> Continue>,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    pub now: SimTime,
    pub events: u64,
    pub persons: u32,
    /// Persons who have come so far, and who have everything that they wished for so far.
    pub arrived: u32,
    pub finished: u32,
    /// Pieces of a swarm, else files: what those who came have, of all that they have wished for.
    pub had: u64,
    pub all: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continue {
    Go,
    Stop,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct RunOutcome {
    pub ended_at: SimTime,
    /// Ended early by `RunOptions::progress`.
    pub interrupted: bool,
    pub events: u64,
    pub blocks: u64,
    pub peak_online: u32,
    /// Invariants that did not hold at the end; always empty unless the simulator is wrong.
    pub violations: Vec<String>,
}

/// Plays `scenario.systems[system]` on `workload`.
pub fn run<O: Observer>(
    scenario: &Scenario,
    system: usize,
    workload: &Workload,
    seed: Seed,
    options: RunOptions<'_>,
    observer: &mut O,
) -> RunOutcome {
    let system = &scenario.systems[system];
    match &system.kind {
        SystemKind::BitTorrent(spec) => {
            swarm::play(scenario, &system.label, spec, workload, seed, options, observer)
        }
        SystemKind::ClientServer(spec) => {
            server::play(scenario, &system.label, spec, workload, seed, options, observer)
        }
        SystemKind::Gnutella(spec) => {
            gnutella::play(scenario, &system.label, spec, workload, seed, options, observer)
        }
        SystemKind::Napster(spec) => {
            napster::play(scenario, &system.label, spec, workload, seed, options, observer)
        }
    }
}
