//! Sentences about systems of every kind, by what all of them have: wishes, bytes, central parts.

use super::compare::{self, Medians};
use super::runs::{SystemRuns, common, spread};
use super::swarms::failed_checks;
use super::words::{capital, list, members, percent};
use super::{Reading, Sentence};
use crate::metrics::busiest::busiest;
use crate::metrics::rows::PERSONS;
use crate::spec::{Behavior, SystemKind};

impl Reading<'_> {
    /// What there is to say, but for the context.
    pub fn of_every_kind(&self) -> Vec<Sentence> {
        let mut sentences = Vec::new();
        sentences.extend(self.fastest());
        sentences.extend(self.free_riders());
        sentences.extend(self.garbage());
        sentences.extend(self.outages());
        sentences.extend(self.search_success());
        sentences.extend(self.rare_titles());
        sentences.extend(self.busiest());
        sentences.extend(self.who_sent());
        sentences.push(self.fulfilled());
        sentences.extend(self.bound().map(|text| Sentence { weight: 6, text }));
        sentences
    }

    /// Medians from the wish to the file, the fastest system first, every other against it.
    fn fastest(&self) -> Option<Sentence> {
        let medians = |system: &SystemRuns<'_>| Medians {
            who: system.label.into(),
            of_runs: system.runs.iter().map(|run| run.all.row.fetch_median_s).collect(),
        };
        // An experiment that was ended by hand lacks runs of some: medians stand beside each other that are of the same people.
        let wished: Vec<SystemRuns<'_>> =
            self.systems.iter().map(|system| system.with(|run| self.counts(&run.all))).collect();
        let systems = common(&wished.iter().filter(|system| !system.runs.is_empty()).collect::<Vec<_>>());
        let mut order: Vec<&SystemRuns<'_>> = systems.iter().collect();
        let typical = |system: &SystemRuns<'_>| medians(system).typical().unwrap_or(f64::INFINITY);
        order.sort_by(|a, b| typical(a).total_cmp(&typical(b)));
        let (first, others) = order.split_first()?;
        let its = medians(first);
        let median = if its.missing() == 0 { "median " } else { "" };
        let mut told = vec![format!("{}, {median}{}", first.label, its.text())];
        if others.is_empty() {
            told[0] += &format!(" ({})", spread(&its));
        }
        for other in others {
            let this = medians(other);
            let verdict =
                compare::verdict_on(&this, &its).map(|text| format!(": {text}")).unwrap_or_default();
            told.push(format!("{}, {}{verdict}", other.label, this.text()));
        }
        Some(Sentence { weight: 0, text: format!("From the wish to the file: {}.", told.join("; ")) })
    }

    /// What became of garbage, where somebody serves it: swarms check their pieces, nobody checks what is fetched whole.
    fn garbage(&self) -> Option<Sentence> {
        let spoils = |class: &usize| self.class(*class).behavior == Behavior::Corrupt;
        let spoilers: Vec<usize> = (0..self.scenario.classes.len()).filter(spoils).collect();
        let who = list(&spoilers.iter().map(|&class| members(self.class(class)).text).collect::<Vec<_>>());
        let told = |system: &SystemRuns<'_>| match self.scenario.system(system.label).kind {
            SystemKind::BitTorrent(_) => Some(format!("under {}, {}", system.label, failed_checks(system))),
            SystemKind::Napster(_) | SystemKind::Gnutella(_) => {
                let sent = |class: usize| system.sum(|run| run.classes[class].row.uploaded_bytes);
                let all: u64 = (0..self.scenario.classes.len()).map(sent).sum();
                let spoilt: u64 = spoilers.iter().map(|&class| sent(class)).sum();
                let share = percent(spoilt as f64 / all.max(1) as f64);
                Some(format!(
                    "under {}, nobody checks a file, and {share} of what persons sent came from {who}",
                    system.label
                ))
            }
            SystemKind::ClientServer(_) => None,
        };
        let told: Vec<String> = self.systems.iter().filter_map(told).collect();
        (!spoilers.is_empty() && !told.is_empty())
            .then(|| Sentence { weight: 1, text: format!("{}.", capital(&told.join("; "))) })
    }

    /// Free riders against those who comply, in each system.
    fn free_riders(&self) -> Vec<Sentence> {
        let mut sentences = Vec::new();
        for deviant in self.leeching(Behavior::FreeRider) {
            let Some(reference) = self.reference(deviant) else { continue };
            let medians = |system: &SystemRuns<'_>, class: usize| Medians {
                who: members(self.class(class)).text,
                of_runs: system.runs.iter().map(|run| run.classes[class].row.fetch_median_s).collect(),
            };
            let told: Vec<String> = (self.systems.iter())
                .map(|system| self.with_both(system, deviant, reference))
                .filter(|system| !system.runs.is_empty())
                .map(|system| {
                    let (this, that) = (medians(&system, deviant), medians(&system, reference));
                    let verdict = compare::verdict_on(&this, &that);
                    let verdict = verdict.unwrap_or_else(|| no_verdict(&this, &that));
                    format!("under {}, {verdict}", system.label)
                })
                .collect();
            if told.is_empty() {
                continue;
            }
            let [deviants, others] = [deviant, reference].map(|class| members(self.class(class)).text);
            let text = format!(
                "{} against {others}, from the wish to the file: {}.",
                capital(&deviants),
                told.join("; ")
            );
            sentences.push(Sentence { weight: 1, text });
            sentences.extend(self.confounded(deviant, reference));
        }
        sentences
    }

    /// The busiest central part of each system, and what it turned away.
    fn busiest(&self) -> Option<Sentence> {
        let told: Vec<String> = self.systems.iter().filter_map(busiest_of).collect();
        let text = format!("Busiest central part: {}.", told.join("; "));
        (!told.is_empty()).then_some(Sentence { weight: 3, text })
    }

    /// The centre's share of all bytes, and how unequally persons sent the rest.
    fn who_sent(&self) -> Option<Sentence> {
        let told: Vec<String> = self.systems.iter().filter_map(sent_under).collect();
        let text = format!("Of all bytes the central parts sent {}.", list(&told));
        (!told.is_empty()).then_some(Sentence { weight: 3, text })
    }

    /// How many wishes were fulfilled, and what became of the others.
    fn fulfilled(&self) -> Sentence {
        let told: Vec<Option<String>> = self.systems.iter().map(unfulfilled).collect();
        let wishes = |system: &SystemRuns<'_>| system.sum(|run| run.all.row.wishes);
        if self.systems.iter().all(|system| wishes(system) == 0) {
            return Sentence { weight: 1, text: "Nobody wished for anything.".into() };
        }
        if told.iter().all(Option::is_none) {
            return Sentence { weight: 4, text: "Every wish was fulfilled.".into() };
        }
        let texts: Vec<String> = (self.systems.iter().zip(told))
            .map(|(system, told)| format!("{} {}", system.label, told.unwrap_or_else(|| "all".into())))
            .collect();
        Sentence { weight: 1, text: format!("Wishes fulfilled: {}.", texts.join("; ")) }
    }
}

/// Where a median is missing.
fn no_verdict(this: &Medians, that: &Medians) -> String {
    let runs = this.of_runs.len();
    if this.missing() == runs && that.missing() == runs {
        return "neither median was reached".into();
    }
    format!("{} against {}", this.text(), that.text())
}

/// The part with the most work on average over the runs; `None` where a system has no centre.
fn busiest_of(system: &SystemRuns<'_>) -> Option<String> {
    let load = busiest(system.runs.iter().flat_map(|run| &run.central))?;
    Some(format!(
        "under {}, {} at work {} of the time ({} at the worst), longest queue {}, {} requests refused",
        system.label,
        load.part,
        percent(load.busy),
        percent(load.at_worst),
        load.queue,
        load.refused,
    ))
}

fn sent_under(system: &SystemRuns<'_>) -> Option<String> {
    let sent = |persons: bool| -> u64 {
        let rows = system.runs.iter().flat_map(|run| &run.central);
        rows.filter(|row| (row.part == PERSONS) == persons).map(|row| row.sent_bytes).sum()
    };
    let (centre, persons) = (sent(false), sent(true));
    if centre + persons == 0 {
        return None;
    }
    let tops: Vec<f64> = system.runs.iter().filter_map(|run| run.top_tenth_share).collect();
    let top = if persons == 0 {
        String::new()
    } else {
        let share = percent(tops.iter().sum::<f64>() / tops.len().max(1) as f64);
        format!(" (the tenth of the persons that sent most: {share} of what persons sent)")
    };
    let share = percent(centre as f64 / (centre + persons) as f64);
    Some(format!("{share} under {}{top}", system.label))
}

/// `412 of 450; 30 found nobody, 8 failed`; `None` if all were fulfilled.
fn unfulfilled(system: &SystemRuns<'_>) -> Option<String> {
    let sum = |of: fn(&crate::metrics::rows::SummaryRow) -> u64| system.sum(|run| of(&run.all.row));
    let (wishes, fetched) = (sum(|row| row.wishes), sum(|row| row.fetched));
    let others = [
        (sum(|row| row.not_found), "found nobody"),
        (sum(|row| row.failed), "failed"),
        (sum(|row| row.abandoned), "ended when their person left"),
        (sum(|row| row.open), "open at the end"),
    ];
    let others = others.into_iter().filter(|(count, _)| *count > 0);
    let others: Vec<String> = others.map(|(count, what)| format!("{count} {what}")).collect();
    (fetched < wishes).then(|| format!("{fetched} of {wishes} ({})", list(&others)))
}

#[cfg(test)]
mod tests;
