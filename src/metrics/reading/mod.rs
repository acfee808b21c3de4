//! The reading: two to six sentences that say what the numbers of an experiment show, and what they do not.
//!
//! It claims a difference only where the 95 % confidence interval over replicates excludes none, never from one run, names
//! what else could explain it, and calls the inputs assumed.

mod compare;
mod context;
pub mod words;

use compare::Medians;
use words::{capital, list, members, number, percent};

use super::statistics::geometric_mean;
use super::summary::{GroupSummary, RunSummary};
use crate::record::UnchokeReason;
use crate::spec::{Behavior, PeerClass, Scenario, StartsWith};

/// Most sentences of a reading.
const MOST: usize = 6;

/// The sentences, in order. `runs` are complete runs of one or more of the scenario's systems.
pub fn read(scenario: &Scenario, runs: &[RunSummary]) -> Vec<String> {
    let reading = Reading::new(scenario, runs);
    if reading.systems.is_empty() {
        return vec!["No run is complete, so there is nothing to read.".into()];
    }
    let mut sentences = Vec::new();
    reading.behaviors(&mut sentences);
    reading.systems_compared(&mut sentences);
    reading.corruption(&mut sentences);
    sentences.push(Sentence { weight: 1, text: reading.completion() });
    sentences.extend(reading.bound().map(|text| Sentence { weight: 6, text }));
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

/// The runs of one system, by replicate.
struct SystemRuns<'a> {
    label: &'a str,
    runs: Vec<&'a RunSummary>,
}

impl<'a> SystemRuns<'a> {
    fn medians(&self, who: String, group: impl Fn(&RunSummary) -> &GroupSummary) -> Medians {
        Medians { who, of_runs: self.runs.iter().map(|run| group(run).row.download_median_s).collect() }
    }

    fn sum(&self, of: impl Fn(&RunSummary) -> u64) -> u64 {
        self.runs.iter().map(|run| of(run)).sum()
    }
}

/// Whose times are compared: a class, or all who came without the whole file.
#[derive(Clone, Copy)]
enum Who {
    Class(usize),
    All,
}

impl Who {
    fn of(self, run: &RunSummary) -> &GroupSummary {
        match self {
            Who::Class(class) => &run.classes[class],
            Who::All => &run.all,
        }
    }
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

    /// Classes of that behaviour that have something to download and of which somebody came.
    fn leeching(&self, behavior: Behavior) -> Vec<usize> {
        let came = |class: usize| {
            self.systems.iter().any(|system| {
                system.runs.iter().any(|run| {
                    let row = &run.classes[class].row;
                    row.peers > row.seeds_from_start
                })
            })
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
            self.systems.iter().map(|s| s.sum(|r| u64::from(r.classes[class].row.peers))).sum::<u64>()
        };
        self.leeching(Behavior::Compliant).into_iter().max_by_key(|&class| {
            let differs = context::differences(self.class(deviant), self.class(class)).len();
            (differs == 0, size(class), std::cmp::Reverse(class))
        })
    }

    /// Free riders against those who comply, in each system, and where the free riders' bytes came from.
    fn behaviors(&self, sentences: &mut Vec<Sentence>) {
        for deviant in self.leeching(Behavior::FreeRider) {
            let Some(reference) = self.reference(deviant) else { continue };
            let (deviants, others) = (members(self.class(deviant)), members(self.class(reference)));
            for (nth, system) in self.systems.iter().enumerate() {
                let weight = 2 + nth as u32;
                let this = system.medians(deviants.clone(), |run| Who::Class(deviant).of(run));
                let that = system.medians(others.clone(), |run| Who::Class(reference).of(run));
                sentences
                    .push(Sentence { weight, text: self.under(system, &compare::sentence(&this, &that)) });
                if let Some(text) = bytes_of(system, deviant) {
                    sentences.push(Sentence { weight: weight + 2, text });
                }
            }
            let differences = context::differences(self.class(deviant), self.class(reference));
            if !differences.is_empty() {
                let text = format!(
                    "Confounded: {deviants} and {others} also differ in {}, so the difference is not the behaviour's \
                     alone.",
                    list(&differences)
                );
                sentences.push(Sentence { weight: 1, text });
            }
        }
    }

    /// The sentence, with its system in front where there are several.
    fn under(&self, system: &SystemRuns<'_>, sentence: &str) -> String {
        if self.systems.len() == 1 {
            format!("{}.", capital(sentence))
        } else {
            format!("Under {}, {sentence}.", system.label)
        }
    }

    /// Every other system against the first, for those who comply; with one system, its median alone where nothing else said it.
    fn systems_compared(&self, sentences: &mut Vec<Sentence>) {
        let deviants = self.leeching(Behavior::FreeRider);
        let (who, name) = match deviants.first().and_then(|&deviant| self.reference(deviant)) {
            Some(reference) => (Who::Class(reference), capital(&members(self.class(reference)))),
            None => (Who::All, "Everybody".to_owned()),
        };
        let (first, others) = self.systems.split_first().expect("read() has seen a system");
        if others.is_empty() && matches!(who, Who::All) {
            let medians = first.medians(String::new(), |run| who.of(run));
            let text = medians.text();
            let median = if text.starts_with("median") { capital(&text) } else { format!("Median {text}") };
            sentences.push(Sentence { weight: 2, text: format!("{median} ({}).", spread(&medians)) });
        }
        for (nth, other) in others.iter().enumerate() {
            let (these, those) = paired(other, first);
            if these.runs.is_empty() {
                continue;
            }
            let this = these.medians(format!("under {}", other.label), |run| who.of(run));
            let that = those.medians(format!("under {}", first.label), |run| who.of(run));
            let text = format!("{name}, {}.", compare::sentence(&this, &that));
            sentences.push(Sentence { weight: 2 + nth as u32, text });
        }
    }

    /// What became of garbage, where somebody serves it.
    fn corruption(&self, sentences: &mut Vec<Sentence>) {
        if !self.scenario.classes.iter().any(|class| class.behavior == Behavior::Corrupt) {
            return;
        }
        let told = |system: &SystemRuns<'_>| {
            let wasted = system.sum(|run| run.all.wasted_corrupt);
            let useful = system.sum(|run| run.all.row.downloaded_bytes);
            let holders = system.sum(|run| u64::from(run.all.holders_of_corrupt));
            let peers = system.sum(|run| u64::from(run.all.row.peers));
            let share = wasted as f64 / (wasted + useful).max(1) as f64;
            let kept = format!("{holders} of {peers} peers ended with corrupt pieces");
            format!("{} of the bytes received failed their check and {kept}", percent(share))
        };
        for (nth, system) in self.systems.iter().enumerate() {
            let text = self.under(system, &told(system));
            sentences.push(Sentence { weight: 2 + nth as u32, text });
        }
    }

    /// How many finished, and what became of the others.
    fn completion(&self) -> String {
        let told: Vec<(bool, String)> =
            self.systems.iter().map(|system| self.completion_of(system)).collect();
        if told.iter().all(|(all, _)| *all) {
            return match self.systems.iter().any(|system| system.sum(|run| run.all.row.peers.into()) > 0) {
                true => "Everybody finished.".into(),
                false => "Nobody came to download.".into(),
            };
        }
        let texts: Vec<String> = told.into_iter().map(|(_, text)| text).collect();
        format!("Finished: {}.", texts.join("; "))
    }

    fn completion_of(&self, system: &SystemRuns<'_>) -> (bool, String) {
        let count = |of: fn(&RunSummary) -> u32| system.sum(|run| u64::from(of(run)));
        let (peers, completed) = (count(|run| run.all.row.peers), count(|run| run.all.row.completed));
        let (cut_off, gave_up) = (count(|run| run.all.row.cut_off), count(|run| run.all.row.gave_up));
        let mut lost = Vec::new();
        if cut_off > 0 {
            let stop = words::span(self.scenario.stop.no_later_than.as_secs());
            lost.push(format!("{cut_off} cut off by the end of the run (at {stop} at the latest)"));
        }
        if gave_up > 0 {
            lost.push(format!("{gave_up} left unfinished"));
        }
        let label = if self.systems.len() == 1 { String::new() } else { format!("{} ", system.label) };
        let rest = if lost.is_empty() { String::new() } else { format!(", {}", lost.join(", ")) };
        (peers == completed, format!("{label}{completed} of {peers}{rest}"))
    }

    /// The last completion against the best that any scheme could do.
    fn bound(&self) -> Option<String> {
        let of = |system: &SystemRuns<'_>| -> Option<String> {
            let ratios: Option<Vec<f64>> = system.runs.iter().map(|run| run.all.row.bound_ratio).collect();
            let mean = number(geometric_mean(&ratios?)?);
            Some(if self.systems.len() == 1 { mean } else { format!("{mean} under {}", system.label) })
        };
        let ratios: Vec<String> = self.systems.iter().filter_map(of).collect();
        (!ratios.is_empty()).then(|| {
            format!(
                "The last completion took {} times the fluid lower bound (no scheme can do better than 1).",
                list(&ratios)
            )
        })
    }
}

/// The runs of both systems whose replicate both have: an interrupted experiment may lack some.
fn paired<'a>(a: &SystemRuns<'a>, b: &SystemRuns<'a>) -> (SystemRuns<'a>, SystemRuns<'a>) {
    let common = |of: &SystemRuns<'a>, other: &SystemRuns<'a>| SystemRuns {
        label: of.label,
        runs: of
            .runs
            .iter()
            .copied()
            .filter(|run| other.runs.iter().any(|theirs| theirs.replicate == run.replicate))
            .collect(),
    };
    (common(a, b), common(b, a))
}

/// How far the runs' medians lie apart, or that there is only one.
fn spread(medians: &Medians) -> String {
    let runs = medians.of_runs.len();
    if runs == 1 {
        return "one run; no conclusion".into();
    }
    let reached: Vec<f64> = medians.of_runs.iter().copied().flatten().collect();
    if reached.len() < runs {
        return format!("{runs} runs");
    }
    let low = reached.iter().copied().fold(f64::INFINITY, f64::min);
    let high = reached.iter().copied().fold(0.0, f64::max);
    format!("{runs} runs, medians from {} to {}", words::seconds(low), words::seconds(high))
}

/// Where the useful bytes of a class came from, by the sender's reason; reasons below half a per cent are left out.
fn bytes_of(system: &SystemRuns<'_>, class: usize) -> Option<String> {
    let received =
        UnchokeReason::ALL.map(|reason| system.sum(|run| run.classes[class].received[reason as usize]));
    let total: u64 = received.iter().sum();
    let shares = UnchokeReason::ALL.into_iter().zip(received).filter_map(|(reason, bytes)| {
        let share = bytes as f64 / total.max(1) as f64;
        (share >= 0.005).then(|| format!("{} {}", percent(share), source(reason)))
    });
    let shares: Vec<String> = shares.collect();
    (!shares.is_empty()).then(|| format!("Their bytes: {}.", shares.join(", ")))
}

fn source(reason: UnchokeReason) -> &'static str {
    match reason {
        UnchokeReason::Regular => "from regular slots",
        UnchokeReason::Optimistic => "from optimistic slots",
        UnchokeReason::Seed => "from seeds",
        UnchokeReason::AllowedFast => "from allowed-fast pieces",
        UnchokeReason::Uninterested => "from slots given for their rate",
        UnchokeReason::Unranked => "from slots given without ranking",
    }
}

#[cfg(test)]
mod tests;
