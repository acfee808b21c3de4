//! Questions that several plots ask of the tables: which systems, which classes, how many, until when.

use std::collections::BTreeMap;

use super::axes::duration;
use super::palette::{LINES, LineStyle};
use super::tables::Tables;
use crate::metrics::rows::{CentralRow, PeerRow, SampleRow, SummaryRow};

/// The class label of rows about the whole swarm.
pub const ALL: &str = "all";
/// No plot has lines of more classes than this, or of more systems.
pub const MOST_LINES: usize = 4;
pub const MOST_SYSTEMS: usize = LINES.len();

impl Tables {
    /// Labels in the manifest's order, then any other in the order of the rows; only those with results.
    pub fn systems(&self) -> Vec<String> {
        let mut labels: Vec<String> = Vec::new();
        let seen = self.summary.iter().map(|row| &row.system);
        for label in self.manifest.systems.iter().chain(seen.clone()) {
            if !labels.contains(label) && seen.clone().any(|other| other == label) {
                labels.push(label.clone());
            }
        }
        labels
    }

    /// Classes in the order of the summary.
    pub fn classes(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for row in self.summary.iter().filter(|row| row.class != ALL) {
            if !names.contains(&row.class) {
                names.push(row.class.clone());
            }
        }
        names
    }

    /// Classes with somebody who came to download, in the warm-up too, whom the summary leaves out.
    pub fn downloading_classes(&self) -> Vec<String> {
        let later =
            |class: &String| self.summary.iter().any(|r| r.class == *class && r.peers > r.seeds_from_start);
        let ever = |class: &String| self.peers.iter().any(|p| p.class == *class && p.wishes > 0);
        self.classes().into_iter().filter(|class| later(class) || ever(class)).collect()
    }

    /// Persons of each class who came in the first system, in the first run or in all: those in the warm-up too, whom the summary
    /// leaves out.
    pub fn persons(&self, all_runs: bool) -> BTreeMap<&str, u32> {
        let mut counts = BTreeMap::new();
        let Some(system) = self.systems().into_iter().next() else { return counts };
        let first = self.first_replicate();
        for person in self.peers.iter().filter(|p| p.system == system && (all_runs || p.replicate == first)) {
            *counts.entry(person.class.as_str()).or_default() += 1;
        }
        counts
    }

    /// The downloading classes that get a line, the largest ones in the scenario's order, and those that do not.
    pub fn line_classes(&self) -> (Vec<String>, Vec<String>) {
        let classes = self.downloading_classes();
        let persons = self.persons(true);
        let size = |class: &String| persons.get(class.as_str()).copied().unwrap_or(0);
        let mut by_size: Vec<&String> = classes.iter().collect();
        by_size.sort_by_key(|class| std::cmp::Reverse(size(class)));
        let drawn = &by_size[..by_size.len().min(MOST_LINES)];
        classes.iter().cloned().partition(|class| drawn.contains(&class))
    }

    /// How a class's line is drawn, the same in every figure.
    pub fn line_style(&self, class: &str) -> LineStyle {
        let (drawn, _) = self.line_classes();
        let place = drawn.iter().position(|other| other == class).unwrap_or(0);
        LINES[place % LINES.len()]
    }

    /// The systems that get a line in figures of all systems, each with its line, and the labels of those that do not.
    pub fn line_systems(&self) -> (Vec<(String, LineStyle)>, Vec<String>) {
        let mut systems = self.systems();
        let others = systems.split_off(systems.len().min(MOST_SYSTEMS));
        (systems.into_iter().zip(LINES).collect(), others)
    }

    /// How many runs of a system left results.
    pub fn runs_of(&self, system: &str) -> usize {
        self.summary_of(system, ALL).count()
    }

    /// How many runs the systems have: `6 runs`, or `3 to 6 runs` where an experiment was ended by hand; `None` where there is only one.
    pub fn several_runs(&self) -> Option<String> {
        let runs: Vec<usize> = self.systems().iter().map(|system| self.runs_of(system)).collect();
        let (least, most) = (*runs.iter().min()?, *runs.iter().max()?);
        (most > 1)
            .then(|| if least == most { format!("{most} runs") } else { format!("{least} to {most} runs") })
    }

    /// The first replicate with results: the one that time series show.
    pub fn first_replicate(&self) -> u32 {
        self.summary.iter().map(|row| row.replicate).min().unwrap_or(0)
    }

    pub fn peers_of<'a>(&'a self, system: &'a str, class: &'a str) -> impl Iterator<Item = &'a PeerRow> {
        self.peers.iter().filter(move |p| p.system == system && p.class == class)
    }

    pub fn summary_of<'a>(&'a self, system: &'a str, class: &'a str) -> impl Iterator<Item = &'a SummaryRow> {
        self.summary.iter().filter(move |r| r.system == system && r.class == class)
    }

    pub fn central_of<'a>(&'a self, system: &'a str) -> impl Iterator<Item = &'a CentralRow> + Clone {
        self.central.iter().filter(move |row| row.system == system)
    }

    /// The samples of the first replicate.
    pub fn series<'a>(&'a self, system: &'a str, class: &'a str) -> impl Iterator<Item = &'a SampleRow> {
        let first = self.first_replicate();
        self.samples.iter().filter(move |s| s.system == system && s.replicate == first && s.class == class)
    }

    /// When the runs of a system ended, in seconds: the last sample of each.
    pub fn ends_s(&self, system: &str) -> BTreeMap<u32, f64> {
        let mut ends = BTreeMap::new();
        for sample in self.samples.iter().filter(|s| s.system == system && s.class == ALL) {
            let end = ends.entry(sample.replicate).or_insert(0.0);
            *end = f64::max(*end, sample.time_s);
        }
        ends
    }

    /// The latest end of any run, in seconds.
    pub fn last_end_s(&self) -> f64 {
        self.samples.iter().map(|s| s.time_s).fold(0.0, f64::max)
    }

    /// `n = 101 peers (seed: 1, contributor: 80, free-rider: 20)`: those who came in the first system, in the first run or in all.
    pub fn who(&self, all_runs: bool) -> String {
        if self.systems().is_empty() {
            return "no runs".into();
        }
        let persons = self.persons(all_runs);
        let count = |class: String| format!("{class}: {}", persons.get(class.as_str()).unwrap_or(&0));
        let parts: Vec<String> = self.classes().into_iter().map(count).collect();
        format!("n = {} peers ({})", persons.values().sum::<u32>(), parts.join(", "))
    }

    /// How long the warm-up of the runs was, `30 min` or `2 h 59 min to 3 h`; `None` without one.
    pub fn warm_up(&self) -> Option<String> {
        let mut ends: Vec<f64> = self.summary.iter().filter_map(|row| row.warm_up_s).collect();
        ends.sort_by(f64::total_cmp);
        let (first, last) = (duration(*ends.first()?), duration(*ends.last()?));
        Some(if first == last { last } else { format!("{first} to {last}") })
    }

    /// What a figure says that counts only what was wished for after the warm-up.
    pub fn after_warm_up(&self) -> Option<String> {
        let warm_up = self.warm_up()?;
        Some(format!("Counted: wishes made after the warm-up (the first {warm_up}); n is everybody."))
    }

    /// When the runs ended: `stopped at 8 h` or `ended after 22 min to 1 h 3 min`.
    pub fn until(&self) -> String {
        let mut ends: Vec<f64> = self.systems().iter().flat_map(|s| self.ends_s(s).into_values()).collect();
        ends.sort_by(f64::total_cmp);
        let (Some(first), Some(last)) = (ends.first(), ends.last()) else { return "no samples".into() };
        let (first, last) = (duration(*first), duration(*last));
        let stop = self.manifest.stop_s().map(duration);
        let shown = || self.manifest.runs.iter().filter(|run| !self.manifest.leaves_out(run));
        let ended = match shown().any(|run| run.cut_short) {
            true if shown().all(|run| run.cut_short) => "cut short after",
            true => "ended or cut short after",
            false => "ended after",
        };
        let span =
            if first == last { format!("{ended} {last}") } else { format!("{ended} {first} to {last}") };
        match stop {
            Some(stop) if stop == last && first == last => format!("stopped at {stop}"),
            Some(stop) => format!("{span} (stop: {stop})"),
            None => span,
        }
    }

    /// The subtitle of figures that pool all replicates.
    pub fn subtitle_pooled(&self) -> String {
        let runs = self.several_runs().map_or_else(|| "one run".to_owned(), |runs| format!("{runs} pooled"));
        format!("{} · {} · {runs}", self.who(true), self.until())
    }

    /// The subtitle of figures that show one run in time.
    pub fn subtitle_first(&self) -> String {
        let most = self.systems().iter().map(|system| self.runs_of(system)).max();
        let runs = match most.unwrap_or(0) {
            0 | 1 => "one run".to_owned(),
            n => format!("run {} of {n} shown", self.first_replicate() + 1),
        };
        format!("{} · {} · {runs}", self.who(false), self.until())
    }
}

/// What a figure says about the classes or systems that it has no line for.
pub fn left_out(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| format!("Not drawn, for want of room: {}.", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_came_in_the_warm_up_counts_and_gets_a_line() {
        let summary = |class: &str| SummaryRow {
            system: "a".into(),
            class: class.into(),
            warm_up_s: Some(3600.0),
            ..SummaryRow::default()
        };
        let peer = |class: &str, wishes, replicate| PeerRow {
            system: "a".into(),
            class: class.into(),
            wishes,
            replicate,
            ..PeerRow::default()
        };
        let mut tables = Tables {
            summary: ["holder", "user", ALL].map(summary).into(),
            peers: vec![peer("holder", 0, 0), peer("user", 3, 0), peer("user", 2, 0), peer("user", 1, 1)],
            ..Tables::default()
        };
        assert_eq!(tables.who(false), "n = 3 peers (holder: 1, user: 2)");
        assert_eq!(tables.who(true), "n = 4 peers (holder: 1, user: 3)");
        assert_eq!(tables.line_classes(), (vec!["user".to_owned()], Vec::new()));
        assert_eq!(
            tables.after_warm_up().unwrap(),
            "Counted: wishes made after the warm-up (the first 1 h); n is everybody."
        );
        assert_eq!(tables.several_runs(), None);
        tables.summary.extend([0, 1].map(|replicate| SummaryRow {
            replicate,
            system: "b".into(),
            ..summary(ALL)
        }));
        assert_eq!((tables.runs_of("b"), tables.several_runs().as_deref()), (2, Some("1 to 2 runs")));
        tables.summary[0].warm_up_s = Some(1800.0);
        assert_eq!(tables.warm_up().unwrap(), "30 min to 1 h");
    }
}
