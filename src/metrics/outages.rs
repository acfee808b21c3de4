//! What an outage of a central part cost, counted in events: requests turned away, wishes that it met and what became of them.

use super::names;
use super::rows::OutageRow;
use super::run_record::RunRecord;
use crate::record::{Central, ServerSample, WishOutcome, WishTotals};
use crate::spec::{Fault, FaultTarget, Scenario, SystemKind};
use crate::units::SimTime;

/// The outages that concern one system, with what has been counted so far.
#[derive(Clone, Debug)]
pub(super) struct Outages(Vec<Outage>);

#[derive(Clone, Debug)]
struct Outage {
    fault: Fault,
    /// Machines of the kind that can be switched off.
    machines: u32,
    under_way: Fate,
    wished: Fate,
}

/// Wishes of a kind, and how many of them were fulfilled in the end.
#[derive(Clone, Copy, Debug, Default)]
struct Fate {
    wishes: u64,
    fetched: u64,
}

impl Fate {
    fn add(&mut self, wish: &WishTotals) {
        self.wishes += 1;
        self.fetched += u64::from(wish.outcome == WishOutcome::Fetched);
    }
}

impl Outages {
    pub fn new(scenario: &Scenario, system: usize) -> Outages {
        let kind = &scenario.systems[system].kind;
        let machines = match kind {
            SystemKind::Napster(napster) => napster.index.servers,
            SystemKind::ClientServer(spec) => spec.servers,
            SystemKind::BitTorrent(_) | SystemKind::Gnutella(_) => 1,
        };
        let faults = scenario.faults.iter().filter(|fault| concerns(fault.what, kind));
        let outage = |fault: &Fault| Outage {
            fault: *fault,
            machines,
            under_way: Fate::default(),
            wished: Fate::default(),
        };
        Outages(faults.map(outage).collect())
    }

    pub fn add(&mut self, wish: &WishTotals) {
        for Outage { fault, under_way, wished, .. } in &mut self.0 {
            if (fault.from..fault.to).contains(&wish.wished) {
                wished.add(wish);
            } else if wish.wished < fault.from && wish.ended.is_none_or(|ended| ended > fault.from) {
                under_way.add(wish);
            }
        }
    }

    /// Seconds until `end` in which that part was switched off.
    pub fn down_s(&self, part: Central, end: SimTime) -> f64 {
        let hit = self.0.iter().map(|outage| outage.fault).filter(|fault| hits(fault.what, part));
        hit.map(|fault| fault.to.min(end).since(fault.from.min(end)).as_secs())
            .fold(0.0, |sum, length| sum + length)
    }

    /// A row an outage, without the requests refused.
    fn rows(&self, system: &str, replicate: u32) -> impl Iterator<Item = (Fault, OutageRow)> {
        self.0.iter().map(move |Outage { fault, machines, under_way, wished }| {
            let row = OutageRow {
                system: system.into(),
                replicate,
                part: names::fault_target(fault.what, *machines),
                from_s: fault.from.as_secs(),
                to_s: fault.to.as_secs(),
                refused: 0,
                under_way: under_way.wishes,
                under_way_fetched: under_way.fetched,
                wished: wished.wishes,
                wished_fetched: wished.fetched,
            };
            (*fault, row)
        })
    }
}

impl RunRecord {
    /// `outages.csv`.
    pub fn outage_rows(&self) -> Vec<OutageRow> {
        let rows = self.outages.rows(&self.system, self.replicate);
        rows.map(|(fault, row)| OutageRow { refused: self.refused_during(fault), ..row }).collect()
    }

    /// Requests that the part turned away from the beginning of the outage to its end, or the run's.
    fn refused_during(&self, fault: Fault) -> u64 {
        let refused = |servers: &Vec<ServerSample>| -> u64 {
            servers.iter().filter(|server| hits(fault.what, server.part)).map(|server| server.refused).sum()
        };
        let edge = |moment| self.fault_edges.iter().find(|(at, _)| *at == moment).map(|(_, servers)| servers);
        let last = || self.samples.last().map(|sampled| &sampled.sample.servers);
        let Some(before) = edge(fault.from) else { return 0 };
        edge(fault.to).or_else(last).map_or(0, refused) - refused(before)
    }
}

/// The outages of several runs, each once for each system, counted over all of them.
pub fn over_runs<'a>(rows: impl Iterator<Item = &'a OutageRow>) -> Vec<OutageRow> {
    let mut totals: Vec<OutageRow> = Vec::new();
    for row in rows {
        let same = |total: &&mut OutageRow| {
            (&total.system, &total.part) == (&row.system, &row.part) && total.from_s == row.from_s
        };
        match totals.iter_mut().find(same) {
            Some(total) => {
                total.refused += row.refused;
                total.under_way += row.under_way;
                total.under_way_fetched += row.under_way_fetched;
                total.wished += row.wished;
                total.wished_fetched += row.wished_fetched;
            }
            None => totals.push(row.clone()),
        }
    }
    totals
}

/// Whether a system of that kind has such a part.
fn concerns(target: FaultTarget, kind: &SystemKind) -> bool {
    match target {
        FaultTarget::Tracker | FaultTarget::WebServer => matches!(kind, SystemKind::BitTorrent(_)),
        FaultTarget::Index(_) => matches!(kind, SystemKind::Napster(_)),
        FaultTarget::Server(_) => matches!(kind, SystemKind::ClientServer(_)),
    }
}

fn hits(target: FaultTarget, part: Central) -> bool {
    target.meets(match part {
        Central::Tracker => FaultTarget::Tracker,
        Central::WebServer => FaultTarget::WebServer,
        Central::Index(number) => FaultTarget::Index(Some(number)),
        Central::Server(number) => FaultTarget::Server(Some(number)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::testing::{at, fetched, not_found, scenario};

    fn outages(what: FaultTarget) -> Outages {
        let mut scenario = scenario();
        scenario.faults = vec![Fault { what, from: at(100), to: at(200) }];
        Outages::new(&scenario, 0)
    }

    #[test]
    fn wishes_are_told_apart_by_when_they_were_made() {
        let mut outages = outages(FaultTarget::Tracker);
        // Over before; under way and fulfilled; made meanwhile, one of them fulfilled afterwards; made afterwards.
        for wish in
            [fetched(1, 0, 0, 100), fetched(2, 0, 50, 150), not_found(3, 0, 100, 1), fetched(4, 0, 199, 400)]
        {
            outages.add(&wish);
        }
        outages.add(&fetched(5, 0, 200, 210));
        let (_, row) = outages.rows("tit-for-tat", 2).next().unwrap();
        assert_eq!((row.part.as_str(), row.from_s, row.to_s), ("tracker", 100.0, 200.0));
        assert_eq!((row.under_way, row.under_way_fetched, row.wished, row.wished_fetched), (1, 1, 2, 1));
        assert_eq!(outages.down_s(Central::Tracker, at(130)), 30.0);
        assert_eq!(outages.down_s(Central::Tracker, at(50)), 0.0);
        assert_eq!(outages.down_s(Central::WebServer, at(130)), 0.0);
    }

    #[test]
    fn runs_are_added_up() {
        let mut outages = outages(FaultTarget::Tracker);
        outages.add(&fetched(1, 0, 150, 160));
        let runs = [("a", 0), ("a", 1), ("b", 0)];
        let rows: Vec<OutageRow> =
            runs.iter().flat_map(|(system, run)| outages.rows(system, *run)).map(|(_, row)| row).collect();
        let told: Vec<_> = over_runs(rows.iter())
            .into_iter()
            .map(|row| (row.system, row.wished, row.wished_fetched))
            .collect();
        assert_eq!(told, [("a".to_owned(), 2, 2), ("b".to_owned(), 1, 1)]);
    }

    #[test]
    fn an_outage_of_what_a_system_has_not_is_none_of_its() {
        assert!(outages(FaultTarget::Index(None)).0.is_empty());
        assert!(
            hits(FaultTarget::Index(None), Central::Index(3))
                && hits(FaultTarget::Server(Some(1)), Central::Server(1))
        );
        assert!(
            !hits(FaultTarget::Index(Some(1)), Central::Index(3))
                && !hits(FaultTarget::Tracker, Central::Server(0))
        );
    }
}
