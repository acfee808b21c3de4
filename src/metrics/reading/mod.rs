//! The reading: two to six sentences that say what the numbers of an experiment show, and what they do not.
//!
//! It claims a difference only where the 95 % confidence interval over replicates excludes none, never from one run, names
//! what else could explain it, and calls the inputs assumed.

mod across;
mod compare;
mod context;
mod cut;
mod outages;
mod runs;
mod searches;
mod swarms;
pub mod sweep;
mod warm_up;
pub mod words;

use runs::SystemRuns;

use super::rows::SummaryRow;
use super::side_by_side::only_swarms;
use super::summary::RunSummary;
use crate::spec::{Behavior, PeerClass, Scenario, StartsWith};

/// Most sentences of a reading.
const MOST: usize = 6;

/// The sentences, in order. `runs` are runs of one or more of the scenario's systems.
pub fn read(scenario: &Scenario, runs: &[RunSummary]) -> Vec<String> {
    let systems: Vec<&str> = scenario.systems.iter().map(|system| &system.label[..]).collect();
    let told = cut::told(&systems, runs).map(|text| Sentence { weight: 0, text });
    let runs = &cut::readable(runs);
    let reading = Reading::new(scenario, runs);
    if reading.systems.is_empty() {
        return vec!["No run is complete, so there is nothing to read.".into()];
    }
    let mut sentences: Vec<Sentence> = told.into_iter().collect();
    sentences.extend(if only_swarms(scenario) { reading.of_swarms() } else { reading.of_every_kind() });
    sentences.extend(reading.warm_up());
    sentences.push(Sentence { weight: 0, text: context::depends_on(scenario, runs) });
    keep_weightiest(sentences)
}

/// A sentence; the smaller the weight, the less it may be missing.
struct Sentence {
    weight: u32,
    text: String,
}

fn keep_weightiest(sentences: Vec<Sentence>) -> Vec<String> {
    let mut order: Vec<usize> = (0..sentences.len()).collect();
    order.sort_by_key(|&index| (sentences[index].weight, index));
    order.truncate(MOST);
    order.sort_unstable();
    order.into_iter().map(|index| sentences[index].text.clone()).collect()
}

struct Reading<'a> {
    scenario: &'a Scenario,
    systems: Vec<SystemRuns<'a>>,
}

impl<'a> Reading<'a> {
    fn new(scenario: &'a Scenario, runs: &'a [RunSummary]) -> Reading<'a> {
        let of =
            |label: &'a str| SystemRuns { label, runs: runs.iter().filter(|r| r.system == label).collect() };
        let systems = scenario.systems.iter().map(|system| of(&system.label));
        Reading { scenario, systems: systems.filter(|system| !system.runs.is_empty()).collect() }
    }

    fn class(&self, class: usize) -> &PeerClass {
        &self.scenario.classes[class]
    }

    /// Classes of that behaviour that have something to download and of which something is counted: in swarms of one file persons,
    /// else wishes, which those make too who came in the warm-up.
    fn leeching(&self, behavior: Behavior) -> Vec<usize> {
        let swarms = only_swarms(self.scenario);
        let counted =
            |row: &SummaryRow| if swarms { row.peers > row.seeds_from_start } else { row.wishes > 0 };
        let came = |class: usize| {
            self.systems.iter().any(|system| system.runs.iter().any(|run| counted(&run.classes[class].row)))
        };
        let of_kind = |class: usize| {
            let class = self.class(class);
            class.behavior == behavior && class.starts_with != StartsWith::WholeFile
        };
        (0..self.scenario.classes.len()).filter(|&class| of_kind(class) && came(class)).collect()
    }

    /// The compliant class that a deviant one is held against: one that differs in nothing else, or else the largest.
    fn reference(&self, deviant: usize) -> Option<usize> {
        let size = |class: usize| {
            self.systems.iter().map(|s| s.sum(|r| r.classes[class].downloaders.into())).sum::<u64>()
        };
        self.leeching(Behavior::Compliant).into_iter().max_by_key(|&class| {
            let differs = context::differences(self.class(deviant), self.class(class)).len();
            (differs == 0, size(class), std::cmp::Reverse(class))
        })
    }
}

#[cfg(test)]
mod tests;
