//! From the scenario to people: who comes, when, with which line, holding what.
//!
//! Everything here is drawn before the run from (seed, replicate, purpose, person), so that each system and each arm
//! of a comparison meets the same people.

use crate::rng::Seed;
use crate::spec::{Behavior, Scenario};
use crate::units::{ClassIndex, Rate, SimDuration, SimTime};

/// One person of the population: everything about it that no system can change.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub class: ClassIndex,
    /// `None`: this person never comes (the trace or the decaying process ended before its turn).
    pub arrives: Option<SimTime>,
    pub upload: Rate,
    pub download: Rate,
    pub access_latency: SimDuration,
    pub holds: Holdings,
    pub behavior: Behavior,
    /// How long after its arrival it gives up if it has not finished.
    pub patience: Option<SimDuration>,
    /// How long it stays once it has finished: zero leaves at once, `None` stays for ever.
    pub lingers: Option<SimDuration>,
    /// Goes at this moment, finished or not (`Leaves::At`, or arrival plus `Leaves::After`).
    pub leaves_at: Option<SimTime>,
    /// Goes when it has uploaded that many copies of the content.
    pub leaves_after_copies: Option<f64>,
    pub vanishes: bool,
}

/// The pieces a person brings along.
#[derive(Clone, Debug, PartialEq)]
pub enum Holdings {
    Nothing,
    Everything,
    /// Ascending piece indices.
    Pieces(Vec<u32>),
}

/// Draws the population, in the order of persons.
pub fn people(_scenario: &Scenario, _seed: Seed) -> Vec<Person> {
    todo!("drawn by the workload")
}
