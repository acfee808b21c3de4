//! The reading: two to six sentences that say what the numbers of an experiment show, and what they do not; and how many more there would be.
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

use std::cmp::Reverse;

use runs::SystemRuns;

use super::side_by_side::only_swarms;
use super::summary::{GroupSummary, RunSummary};
use crate::spec::{Behavior, PeerClass, Scenario, StartsWith};

/// Most sentences of a reading.
const MOST: usize = 6;

/// The sentences, in order. `runs` are runs of the scenario's `systems`, those that were to be run.
pub fn read(scenario: &Scenario, systems: &[String], runs: &[RunSummary]) -> Vec<String> {
    let labels: Vec<&str> = systems.iter().map(String::as_str).collect();
    let told = cut::told(&labels, runs).map(|text| Sentence { weight: 0, text });
    let runs = &cut::readable(runs);
    let reading = Reading::new(scenario, systems, runs);
    if reading.systems.is_empty() {
        return vec!["No run is complete, so there is nothing to read.".into()];
    }
    let mut sentences: Vec<Sentence> = told.into_iter().collect();
    sentences.extend(if reading.only_swarms { reading.of_swarms() } else { reading.of_every_kind() });
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
    let mut told: Vec<String> = order.into_iter().map(|index| sentences[index].text.clone()).collect();
    told.extend(match sentences.len().saturating_sub(MOST) {
        0 => None,
        1 => Some("One more sentence is left out here; the tables and plots have its figures.".into()),
        more => {
            Some(format!("{more} more sentences are left out here; the tables and plots have their figures."))
        }
    });
    told
}

struct Reading<'a> {
    scenario: &'a Scenario,
    only_swarms: bool,
    /// Those with runs.
    systems: Vec<SystemRuns<'a>>,
}

impl<'a> Reading<'a> {
    fn new(scenario: &'a Scenario, systems: &'a [String], runs: &'a [RunSummary]) -> Reading<'a> {
        let of =
            |label: &'a str| SystemRuns { label, runs: runs.iter().filter(|r| r.system == label).collect() };
        let only_swarms = only_swarms(scenario, systems);
        let systems = systems.iter().map(|label| of(label)).filter(|system| !system.runs.is_empty());
        Reading { scenario, only_swarms, systems: systems.collect() }
    }

    fn class(&self, class: usize) -> &PeerClass {
        &self.scenario.classes[class]
    }

    /// Whether anything of the group is counted in its run: in swarms of one file persons, else wishes, which those make too who came
    /// in the warm-up. Who never came has no median, and has not failed to reach it.
    fn counts(&self, group: &GroupSummary) -> bool {
        match self.only_swarms {
            true => group.row.peers > group.row.seeds_from_start,
            false => group.row.wishes > 0,
        }
    }

    /// Classes of that behaviour that have something to download and of which something is counted.
    fn leeching(&self, behavior: Behavior) -> Vec<usize> {
        let came = |class: usize| {
            self.systems.iter().any(|system| system.runs.iter().any(|run| self.counts(&run.classes[class])))
        };
        let of_kind = |class: usize| {
            let class = self.class(class);
            class.behavior == behavior && class.starts_with != StartsWith::WholeFile
        };
        (0..self.scenario.classes.len()).filter(|&class| of_kind(class) && came(class)).collect()
    }

    /// The compliant class that a deviant one is held against: the one that differs in least else, of these the largest.
    fn reference(&self, deviant: usize) -> Option<usize> {
        let size = |class: usize| {
            self.systems.iter().map(|s| s.sum(|r| r.classes[class].downloaders.into())).sum::<u64>()
        };
        self.leeching(Behavior::Compliant).into_iter().max_by_key(|&class| {
            (Reverse(self.differences(deviant, class).len()), size(class), Reverse(class))
        })
    }

    /// In what two classes differ beside their behaviour, as persons and in their clients.
    fn differences(&self, a: usize, b: usize) -> Vec<String> {
        let mut found = context::differences(self.class(a), self.class(b));
        let differs = |label: &str| self.scenario.system(label).clients_differ(a, b);
        let labels = self.systems.iter().map(|system| system.label.to_owned());
        let under: Vec<String> = labels.filter(|label| differs(label)).collect();
        match under.len() {
            0 => {}
            all if all == self.systems.len() => found.push("clients".into()),
            _ => found.push(format!("clients (under {})", words::list(&under))),
        }
        found
    }
}

/// As [`read`], where every system of the scenario was to be run.
#[cfg(test)]
fn read_all(scenario: &Scenario, runs: &[RunSummary]) -> Vec<String> {
    let systems: Vec<String> = scenario.systems.iter().map(|system| system.label.clone()).collect();
    read(scenario, &systems, runs)
}

#[cfg(test)]
mod tests;
