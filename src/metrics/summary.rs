//! A run in a few rows: one a class, one for all who wanted something; and what compares systems of every kind.
//!
//! Download times count from arrival to the last wish fulfilled. Quantiles are type-1 order statistics over everybody who wanted
//! something, the unfinished counting as never; a mean is given only if all finished. Times of wishes likewise. Where the scenario
//! leaves out a warm-up, who came in it is in none of that, but in all sums of bytes.

use super::bounds::{Bound, fluid_bound, server_bound};
use super::person::PersonRecord;
use super::rows::{CentralRow, FetchRow, OutageRow, OverlayRow, PopularityRow, SummaryRow};
use super::run_record::{ALL, RunRecord};
use super::statistics::{quantile, top_share};
use super::warm_up::{self, Cut};
use super::wishes::WishTally;
use crate::record::WishOutcome;
use crate::spec::{Behavior, Scenario, SystemKind};
use crate::units::{SimDuration, SimTime};
use crate::workload::{Holdings, Person};

/// What the reading and the tables say of one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunSummary {
    pub system: String,
    pub replicate: u32,
    /// When the run was cut short by hand.
    pub cut_at: Option<SimTime>,
    /// Of each class, in the scenario's order.
    pub classes: Vec<GroupSummary>,
    /// Of all who wanted something.
    pub all: GroupSummary,
    /// Upload capacity of those who served the whole file, as its author made it, from the start, over that of all who came.
    pub seed_capacity_share: Option<f64>,
    /// What the tenth of the persons that sent most sent of all that persons sent.
    pub top_tenth_share: Option<f64>,
    /// The rows of `fetches.csv`, `popularity.csv`, `central.csv`, `outages.csv` and `overlay.csv`.
    pub fetches: Vec<FetchRow>,
    pub popularity: Vec<PopularityRow>,
    pub central: Vec<CentralRow>,
    pub outages: Vec<OutageRow>,
    pub overlay: Option<OverlayRow>,
}

/// A class, or all, in one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupSummary {
    pub row: SummaryRow,
    /// Persons who came and wanted something, in the warm-up too.
    pub downloaders: u32,
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

    /// Where the run was faster than anything can be whose lines carry `tolerance` times their rates: always empty unless the simulator is
    /// wrong.
    pub fn violations(&self, tolerance: f64) -> Vec<String> {
        match self.all.row.bound_ratio {
            Some(ratio) if ratio * tolerance < 1.0 => {
                vec![format!("the last completion is {ratio} times the lower bound")]
            }
            Some(_) | None => Vec::new(),
        }
    }
}

/// Most points of the curve in `fetches.csv`.
const CURVE: usize = 400;

/// Sums a run up.
pub fn summarise(scenario: &Scenario, people: &[Person], record: &RunRecord) -> RunSummary {
    let cut = scenario.output.warm_up.map(|warm_up| warm_up::cut(warm_up, record));
    let (tallies, ranks) = match cut {
        Some(cut) => (warm_up::tallies_from(record, cut.at), &warm_up::ranks_from(record, cut.at)),
        None => (record.tallies.clone(), &record.ranks),
    };
    let mut times: Vec<SimDuration> = tallies.iter().flat_map(|tally| tally.times.iter().copied()).collect();
    times.sort_unstable();
    let mut classes: Vec<Group> = tallies.into_iter().map(|wishes| Group::new(wishes, cut)).collect();
    let mut all = Group::new(WishTally::default(), cut);
    for group in &classes {
        all.wishes.merge(&group.wishes);
    }
    let mut sent = Vec::new();
    for (person, class) in record.persons() {
        let Some(arrived) = person.arrived() else { continue };
        sent.push(person.sent);
        classes[class.at()].add(person, arrived);
        if !person.wanted_nothing {
            all.add(person, arrived);
        }
    }
    let bounds = Bounds::of(scenario, people, &record.system);
    let fetches = curve(&times, record);
    let label =
        |group: Group, class: &str, bounds| group.close(&record.system, record.replicate, class, bounds);
    let named = scenario.classes.iter().zip(classes);
    RunSummary {
        system: record.system.clone(),
        replicate: record.replicate,
        cut_at: None,
        classes: named.map(|(class, group)| label(group, &class.name, Bounds::default())).collect(),
        all: label(all, ALL, bounds),
        seed_capacity_share: seed_capacity_share(people),
        top_tenth_share: top_share(&mut sent, 0.1),
        fetches,
        popularity: ranks.rows(&record.system, record.replicate),
        central: record.central_rows(),
        outages: record.outage_rows(),
        overlay: record.overlay_row(),
    }
}

/// Points of the distribution of times, which ascend; every time where there are few.
fn curve(times: &[SimDuration], record: &RunRecord) -> Vec<FetchRow> {
    let stride = times.len().div_ceil(CURVE).max(1);
    let point = |(chunk, times): (usize, &[SimDuration])| FetchRow {
        system: record.system.clone(),
        replicate: record.replicate,
        time_s: times[times.len() - 1].as_secs(),
        fetched: (chunk * stride + times.len()) as u64,
    };
    let mut curve: Vec<FetchRow> = Vec::new();
    for row in times.chunks(stride).enumerate().map(point) {
        // Of wishes that took as long as each other the last has the count.
        curve.pop_if(|last| last.time_s == row.time_s);
        curve.push(row);
    }
    curve
}

/// The bound that holds for a system.
#[derive(Clone, Copy, Default)]
struct Bounds {
    fluid: Option<Bound>,
    server: Option<Bound>,
}

impl Bounds {
    fn of(scenario: &Scenario, people: &[Person], label: &str) -> Bounds {
        let system = scenario.system(label);
        match &system.kind {
            SystemKind::ClientServer(servers) => {
                Bounds { fluid: None, server: server_bound(scenario, servers, people) }
            }
            SystemKind::BitTorrent(_) | SystemKind::Napster(_) | SystemKind::Gnutella(_) => {
                Bounds { fluid: fluid_bound(scenario, people), server: None }
            }
        }
    }
}

fn seed_capacity_share(people: &[Person]) -> Option<f64> {
    let (mut seeds, mut everybody) = (0.0, 0.0);
    for person in people.iter().filter(|person| person.arrives.is_some()) {
        everybody += person.upload.as_f64();
        if person.holds == Holdings::Everything && person.behavior == Behavior::Compliant {
            seeds += person.upload.as_f64();
        }
    }
    (everybody > 0.0 && f64::is_finite(everybody)).then(|| seeds / everybody)
}

/// Sums under way.
#[derive(Default)]
struct Group {
    summary: GroupSummary,
    /// What is left out of counts and times.
    cut: Option<Cut>,
    /// Seconds from arrival to completion, and to the first piece.
    times: Vec<f64>,
    first_pieces: Vec<f64>,
    /// Of the whole run, which the bounds are about.
    last_completion: Option<SimTime>,
    anybody_unfinished: bool,
    wishes: WishTally,
}

impl Group {
    fn new(wishes: WishTally, cut: Option<Cut>) -> Group {
        Group { wishes, cut, ..Group::default() }
    }

    /// Adds a person who came at that moment.
    fn add(&mut self, person: &PersonRecord, arrived: SimTime) {
        if !person.wanted_nothing {
            self.summary.downloaders += 1;
            self.last_completion = self.last_completion.max(person.completed());
            self.anybody_unfinished |= person.completed().is_none();
        }
        if person.wanted_nothing || self.cut.is_none_or(|cut| arrived >= cut.at) {
            self.count(person, arrived);
        }
        let row = &mut self.summary.row;
        row.downloaded_bytes += person.received();
        row.uploaded_bytes += person.sent;
        row.wasted_bytes += person.wasted_duplicate + person.wasted_corrupt;
        row.from_servers_bytes += person.from_servers;
        for (sum, bytes) in self.summary.received.iter_mut().zip(person.downloaded) {
            *sum += bytes;
        }
        self.summary.wasted_corrupt += person.wasted_corrupt;
        self.summary.holders_of_corrupt += u32::from(person.corrupt_pieces > 0);
    }

    /// Counts a person and its times.
    fn count(&mut self, person: &PersonRecord, arrived: SimTime) {
        let row = &mut self.summary.row;
        row.peers += 1;
        if person.wanted_nothing {
            row.seeds_from_start += 1;
            return;
        }
        self.first_pieces.extend(person.first_piece().map(|first| first.since(arrived).as_secs()));
        if let Some(completed) = person.completed() {
            row.completed += 1;
            self.times.push(completed.since(arrived).as_secs());
        } else if person.left().is_some() {
            row.gave_up += 1;
        } else {
            row.cut_off += 1;
        }
    }

    fn close(mut self, system: &str, replicate: u32, class: &str, bounds: Bounds) -> GroupSummary {
        self.times.sort_by(f64::total_cmp);
        self.first_pieces.sort_by(f64::total_cmp);
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
        row.first_piece_median_s = quantile(&self.first_pieces, leechers, 0.5);
        row.first_piece_p90_s = quantile(&self.first_pieces, leechers, 0.9);
        row.share_ratio =
            (row.downloaded_bytes > 0).then(|| row.uploaded_bytes as f64 / row.downloaded_bytes as f64);
        row.fluid_bound_s = bounds.fluid.map(|bound| bound.seconds);
        row.server_bound_s = bounds.server.map(|bound| bound.seconds);
        let last = self.last_completion.filter(|_| !self.anybody_unfinished);
        let bound = bounds.fluid.or(bounds.server).zip(last);
        row.bound_ratio = bound.and_then(|(bound, last)| bound.ratio(last.as_secs()));
        row.warm_up_s = self.cut.map(|cut| cut.at.as_secs());
        row.steady = self.cut.and_then(|cut| cut.steady);
        wish_columns(row, &mut self.wishes);
        self.summary
    }
}

fn wish_columns(row: &mut SummaryRow, wishes: &mut WishTally) {
    let all = wishes.wishes();
    row.wishes = all;
    row.fetched = wishes.ended(WishOutcome::Fetched);
    row.not_found = wishes.ended(WishOutcome::NotFound);
    row.failed = wishes.ended(WishOutcome::Failed);
    row.abandoned = wishes.ended(WishOutcome::Left);
    row.open = wishes.ended(WishOutcome::Open);
    let ratio = |part: f64, whole: u64| (whole > 0).then(|| part / whole as f64);
    row.success_ratio = ratio(row.fetched as f64, all);
    row.found = wishes.found;
    row.missed_online = wishes.missed_online;
    wishes.times.sort_unstable();
    let time = |p: f64| quantile(&wishes.times, all as usize, p).map(SimDuration::as_secs);
    row.fetch_p10_s = time(0.1);
    row.fetch_median_s = time(0.5);
    row.fetch_p90_s = time(0.9);
    row.find_mean_s = ratio(wishes.finding_s, row.fetched);
    row.wait_mean_s = ratio(wishes.waiting_s, row.fetched);
    row.transfer_mean_s = ratio(wishes.transferring_s, row.fetched);
    row.searches = wishes.searches;
    row.messages_per_search = ratio(wishes.messages as f64, wishes.searches);
    row.message_bytes_per_search = ratio(wishes.message_bytes as f64, wishes.searches);
}

#[cfg(test)]
mod tests;
