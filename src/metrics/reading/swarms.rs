//! Sentences about swarms of one file: classes by behaviour, systems by download time, garbage, the bound.

use super::compare;
use super::runs::{SystemRuns, Who, common, spread};
use super::words::{self, capital, list, members, number, percent};
use super::{Reading, Sentence};
use crate::metrics::statistics::geometric_mean;
use crate::metrics::summary::RunSummary;
use crate::record::UnchokeReason;
use crate::spec::Behavior;

impl Reading<'_> {
    /// What there is to say, but for completion and context.
    pub fn of_swarms(&self) -> Vec<Sentence> {
        let mut sentences = Vec::new();
        self.behaviors(&mut sentences);
        self.systems_compared(&mut sentences);
        self.corruption(&mut sentences);
        sentences.push(Sentence { weight: 1, text: self.completion() });
        sentences.extend(self.outages());
        sentences.extend(self.bound().map(|text| Sentence { weight: 6, text }));
        sentences
    }

    /// Free riders against those who comply, in each system, and where the free riders' bytes came from.
    fn behaviors(&self, sentences: &mut Vec<Sentence>) {
        for deviant in self.leeching(Behavior::FreeRider) {
            let Some(reference) = self.reference(deviant) else { continue };
            let (deviants, others) = (members(self.class(deviant)).text, members(self.class(reference)).text);
            for (nth, all) in self.systems.iter().enumerate() {
                let weight = 2 + nth as u32;
                let system = &self.with_both(all, deviant, reference);
                if system.runs.is_empty() {
                    continue;
                }
                let this = system.medians(deviants.clone(), |run| Who::Class(deviant).of(run));
                let that = system.medians(others.clone(), |run| Who::Class(reference).of(run));
                sentences
                    .push(Sentence { weight, text: self.under(system, &compare::sentence(&this, &that)) });
                if let Some(text) = bytes_of(all, deviant) {
                    sentences.push(Sentence { weight: weight + 2, text });
                }
            }
            sentences.extend(self.confounded(deviant, reference));
        }
    }

    /// The runs to which persons of both classes came.
    pub fn with_both<'a>(&self, system: &SystemRuns<'a>, a: usize, b: usize) -> SystemRuns<'a> {
        system.with(|run| [a, b].iter().all(|&class| self.counts(&run.classes[class])))
    }

    /// In what else a class differs from the one that it is held against.
    pub fn confounded(&self, deviant: usize, reference: usize) -> Option<Sentence> {
        let differences = self.differences(deviant, reference);
        let (deviants, others) = (members(self.class(deviant)).text, members(self.class(reference)).text);
        (!differences.is_empty()).then(|| {
            let text = format!(
                "Confounded: {deviants} and {others} also differ in {}, so the difference is not the behaviour's alone.",
                list(&differences)
            );
            Sentence { weight: 1, text }
        })
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
        let groups = self.compared();
        let (first, others) = self.systems.split_first().expect("read() has seen a system");
        let somebody = first.sum(|run| u64::from(run.all.downloaders)) > 0;
        if others.is_empty() && somebody && self.leeching(Behavior::FreeRider).is_empty() {
            let medians = first.with(|run| self.counts(&run.all)).medians(String::new(), |run| &run.all);
            let text = medians.text();
            let median = if text.starts_with("median") {
                capital(&text)
            } else {
                format!("Median download time {text}")
            };
            sentences.push(Sentence { weight: 2, text: format!("{median} ({}).", spread(&medians)) });
        }
        for (nth, other) in others.iter().enumerate() {
            for (who, name) in &groups {
                let came = |run: &RunSummary| self.counts(who.of(run));
                let both = common(&[&other.with(came), &first.with(came)]);
                let [these, those] = both.as_slice() else { continue };
                let this = these.medians(format!("under {}", other.label), |run| who.of(run));
                let that = those.medians(format!("under {}", first.label), |run| who.of(run));
                let text = format!("{}, {}.", capital(name), compare::sentence(&this, &that));
                sentences.push(Sentence { weight: 2 + nth as u32, text });
            }
        }
    }

    /// For whom systems are compared: those whom free riders are held against; without free riders each class, if there are few.
    fn compared(&self) -> Vec<(Who, String)> {
        let class = |class: usize| (Who::Class(class), members(self.class(class)).text);
        if let Some(&deviant) = self.leeching(Behavior::FreeRider).first() {
            return self.reference(deviant).map(class).into_iter().collect();
        }
        match self.leeching(Behavior::Compliant).as_slice() {
            classes @ [_, _] => classes.iter().copied().map(class).collect(),
            _ => vec![(Who::All, "everybody".to_owned())],
        }
    }

    /// What became of garbage, where somebody serves it.
    fn corruption(&self, sentences: &mut Vec<Sentence>) {
        if !self.scenario.classes.iter().any(|class| class.behavior == Behavior::Corrupt) {
            return;
        }
        for (nth, system) in self.systems.iter().enumerate() {
            let text = self.under(system, &failed_checks(system));
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
                false if self.scenario.output.warm_up.is_some() => {
                    "Nobody came to download after the warm-up.".into()
                }
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
            let by_hand = system.runs.iter().any(|run| run.cut_at.is_some());
            let stop = words::span(self.scenario.stop.no_later_than.as_secs());
            lost.push(match by_hand {
                true => format!("{cut_off} unfinished when the run was cut short"),
                false => format!("{cut_off} cut off by the end of the run (at {stop} at the latest)"),
            });
        }
        if gave_up > 0 {
            lost.push(format!("{gave_up} left unfinished"));
        }
        let label = if self.systems.len() == 1 { String::new() } else { format!("{} ", system.label) };
        let rest = if lost.is_empty() { String::new() } else { format!(", {}", lost.join(", ")) };
        (peers == completed, format!("{label}{completed} of {peers}{rest}"))
    }

    /// The last completion against the best that any scheme could do.
    pub fn bound(&self) -> Option<String> {
        let of = |system: &SystemRuns<'_>| -> Option<String> {
            let ratios: Option<Vec<f64>> = system.runs.iter().map(|run| run.all.row.bound_ratio).collect();
            let mean = number(geometric_mean(&ratios?)?);
            Some(if self.systems.len() == 1 { mean } else { format!("{mean} under {}", system.label) })
        };
        let ratios: Vec<String> = self.systems.iter().filter_map(of).collect();
        (!ratios.is_empty()).then(|| {
            format!(
                "The last completion{} took {} times the {} (no scheme can do better than 1).",
                if self.scenario.output.warm_up.is_some() { " of the whole run" } else { "" },
                list(&ratios),
                if self.only_swarms { "fluid lower bound" } else { "lower bound for its kind" }
            )
        })
    }
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

/// What became of garbage in a swarm.
pub fn failed_checks(system: &SystemRuns<'_>) -> String {
    let wasted = system.sum(|run| run.all.wasted_corrupt);
    let useful = system.sum(|run| run.all.row.downloaded_bytes);
    let holders = system.sum(|run| u64::from(run.all.holders_of_corrupt));
    let peers = system.sum(|run| u64::from(run.all.row.peers));
    let share = wasted as f64 / (wasted + useful).max(1) as f64;
    let kept = format!("{holders} of {peers} peers ended with corrupt pieces");
    format!("{} of the bytes received failed their check and {kept}", percent(share))
}
