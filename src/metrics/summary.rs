//! A run in a few rows: one a class, one for all who came without the whole file.
//!
//! Download times count from arrival to completion. Quantiles are type-1 order statistics over everybody who came without the
//! whole file, the unfinished counting as never; a mean is given only if all finished.

use super::bounds::{FluidBound, fluid_bound};
use super::rows::SummaryRow;
use super::run_record::{ALL, RunRecord};
use super::statistics::quantile;
use crate::record::PersonTotals;
use crate::spec::Scenario;
use crate::workload::{Holdings, Person};

/// What the reading and the tables say of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSummary {
    pub system: String,
    pub replicate: u32,
    /// Of each class, in the scenario's order.
    pub classes: Vec<GroupSummary>,
    /// Of all who came without the whole file.
    pub all: GroupSummary,
    /// Upload capacity of those who had the whole file from the start, over that of all who came.
    pub seed_capacity_share: Option<f64>,
}

/// A class, or all, in one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupSummary {
    pub row: SummaryRow,
    /// Useful bytes received by the sender's reason, in the order of `UnchokeReason::ALL`.
    pub received: [u64; 6],
    /// Bytes of pieces that failed their check.
    pub wasted_corrupt: u64,
    /// Persons who ended with pieces that are not what the author made (hash check off).
    pub holders_of_corrupt: u32,
}

impl RunSummary {
    /// The rows of `summary.csv`, the classes in the scenario's order and then `all`.
    pub fn rows(&self) -> impl Iterator<Item = &SummaryRow> {
        self.classes.iter().chain([&self.all]).map(|group| &group.row)
    }

    /// Where the run was faster than anything can be: always empty unless the simulator is wrong.
    pub fn violations(&self) -> Vec<String> {
        // Times are whole nanoseconds, rounded up at the end of a transfer, so the bound may be met but never beaten.
        match self.all.row.bound_ratio {
            Some(ratio) if ratio < 1.0 - 1e-9 => {
                vec![format!("the last completion is {ratio} times the fluid lower bound")]
            }
            Some(_) | None => Vec::new(),
        }
    }
}

/// Sums a run up.
pub fn summarise(scenario: &Scenario, people: &[Person], record: &RunRecord) -> RunSummary {
    let mut classes = vec![Group::default(); scenario.classes.len()];
    let mut all = Group::default();
    for (person, class) in record.persons() {
        if person.arrived.is_none() {
            continue;
        }
        let whole = person.wanted_nothing;
        classes[class.at()].add(person, whole);
        if !whole {
            all.add(person, whole);
        }
    }
    let label =
        |group: Group, class: &str, bound| group.close(&record.system, record.replicate, class, bound);
    let named = scenario.classes.iter().zip(classes);
    RunSummary {
        system: record.system.clone(),
        replicate: record.replicate,
        classes: named.map(|(class, group)| label(group, &class.name, None)).collect(),
        all: label(all, ALL, fluid_bound(scenario, people)),
        seed_capacity_share: seed_capacity_share(people),
    }
}

fn seed_capacity_share(people: &[Person]) -> Option<f64> {
    let (mut seeds, mut everybody) = (0.0, 0.0);
    for person in people.iter().filter(|person| person.arrives.is_some()) {
        everybody += person.upload.as_f64();
        if person.holds == Holdings::Everything {
            seeds += person.upload.as_f64();
        }
    }
    (everybody > 0.0 && f64::is_finite(everybody)).then(|| seeds / everybody)
}

/// Sums under way.
#[derive(Clone, Default)]
struct Group {
    summary: GroupSummary,
    /// Seconds from arrival to completion.
    times: Vec<f64>,
    last_completion: f64,
}

impl Group {
    fn add(&mut self, person: &PersonTotals, whole: bool) {
        let arrived = person.arrived.expect("only of those who came");
        let row = &mut self.summary.row;
        row.peers += 1;
        if whole {
            row.seeds_from_start += 1;
        } else if let Some(completed) = person.completed {
            row.completed += 1;
            self.times.push(completed.since(arrived).as_secs());
            self.last_completion = self.last_completion.max(completed.as_secs());
        } else if person.left.is_some() {
            row.gave_up += 1;
        } else {
            row.cut_off += 1;
        }
        row.downloaded_bytes += person.received();
        row.uploaded_bytes += person.sent();
        row.wasted_bytes += person.wasted_duplicate + person.wasted_corrupt;
        for (sum, bytes) in self.summary.received.iter_mut().zip(person.downloaded) {
            *sum += bytes;
        }
        self.summary.wasted_corrupt += person.wasted_corrupt;
        self.summary.holders_of_corrupt += u32::from(person.corrupt_pieces > 0);
    }

    fn close(mut self, system: &str, replicate: u32, class: &str, bound: Option<FluidBound>) -> GroupSummary {
        self.times.sort_by(f64::total_cmp);
        let row = &mut self.summary.row;
        row.system = system.into();
        row.replicate = replicate;
        row.class = class.into();
        let leechers = (row.peers - row.seeds_from_start) as usize;
        let all_finished = leechers > 0 && self.times.len() == leechers;
        row.download_mean_s = all_finished.then(|| self.times.iter().sum::<f64>() / leechers as f64);
        row.download_p10_s = quantile(&self.times, leechers, 0.1);
        row.download_median_s = quantile(&self.times, leechers, 0.5);
        row.download_p90_s = quantile(&self.times, leechers, 0.9);
        row.download_max_s = quantile(&self.times, leechers, 1.0);
        row.share_ratio =
            (row.downloaded_bytes > 0).then(|| row.uploaded_bytes as f64 / row.downloaded_bytes as f64);
        row.fluid_bound_s = bound.map(|bound| bound.seconds);
        row.bound_ratio = bound.filter(|_| all_finished).and_then(|bound| bound.ratio(self.last_completion));
        self.summary
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Collector;
    use crate::metrics::testing::{leecher, scenario, seed, seed_totals, totals};
    use crate::record::{Departure, Observer};

    fn summary(of: &[PersonTotals], people: &[Person]) -> RunSummary {
        let scenario = scenario();
        let mut collector = Collector::new(&scenario, 1, 0, people);
        for person in of {
            collector.person(person);
        }
        summarise(&scenario, people, &collector.finish())
    }

    #[test]
    fn all_finished() {
        let people = [seed(), leecher(1), leecher(1), leecher(2)];
        let of = [seed_totals(0), totals(1, 0, Some(20)), totals(2, 10, Some(40)), totals(3, 0, Some(50))];
        let summary = summary(&of, &people);
        let contributors = &summary.classes[1].row;
        assert_eq!((contributors.peers, contributors.completed), (2, 2));
        assert_eq!((contributors.download_median_s, contributors.download_max_s), (Some(20.0), Some(30.0)));
        assert_eq!(contributors.download_mean_s, Some(25.0));
        assert_eq!(contributors.fluid_bound_s, None, "the bound is all's");
        let all = &summary.all.row;
        assert_eq!((all.system.as_str(), all.class.as_str(), all.peers), ("random-choking", "all", 3));
        assert_eq!((all.seeds_from_start, all.completed, all.downloaded_bytes), (0, 3, 3000));
        // max{ 1000/100, 1000/400, 3000/(100 + 300) } = 10 s; the last completion is at 50 s.
        assert_eq!((all.fluid_bound_s, all.bound_ratio), (Some(10.0), Some(5.0)));
        let seeds = &summary.classes[0].row;
        assert_eq!((seeds.peers, seeds.seeds_from_start, seeds.completed, seeds.cut_off), (1, 1, 0, 0));
        assert_eq!((seeds.download_median_s, seeds.share_ratio), (None, None));
        assert_eq!(summary.seed_capacity_share, Some(0.25));
        assert!(summary.violations().is_empty());
    }

    #[test]
    fn the_unfinished_count_as_never_and_are_told_apart() {
        let people = [seed(), leecher(1), leecher(1), leecher(1)];
        let mut patient = totals(2, 0, None);
        patient.left = Some((crate::metrics::testing::at(9), Departure::GaveUp));
        let of = [seed_totals(0), totals(1, 0, Some(20)), patient, totals(3, 0, None)];
        let all = summary(&of, &people).all.row;
        assert_eq!((all.completed, all.gave_up, all.cut_off), (1, 1, 1));
        assert_eq!(
            (all.download_p10_s, all.download_median_s, all.download_mean_s),
            (Some(20.0), None, None)
        );
        assert_eq!((all.fluid_bound_s, all.bound_ratio), (Some(10.0), None));
    }

    #[test]
    fn faster_than_anything_can_be_is_a_violation() {
        let of = [seed_totals(0), totals(1, 0, Some(9))];
        let violations = summary(&of, &[seed(), leecher(1)]).violations();
        assert_eq!(violations.len(), 1);
        assert!(violations[0].contains("0.9 times"), "{violations:?}");
    }
}
