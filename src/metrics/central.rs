//! The load of the central parts: at each sample, and over a run beside what all persons did.

use super::names;
use super::rows::{CentralRow, PERSONS, ServerRow};
use super::run_record::{RunRecord, Sampled};
use crate::record::{Central, ServerSample};
use crate::spec::SystemKind;
use crate::units::SimTime;

/// Requests that an index works on at once; 1 where there is none.
pub(super) fn index_workers(kind: &SystemKind) -> u32 {
    match kind {
        SystemKind::Napster(napster) => napster.index.workers,
        SystemKind::BitTorrent(_) | SystemKind::Gnutella(_) | SystemKind::ClientServer(_) => 1,
    }
}

/// A central part at a moment.
type Moment<'a> = (&'a ServerSample, SimTime);

impl RunRecord {
    /// `servers.csv`.
    pub fn server_rows(&self) -> impl Iterator<Item = ServerRow> {
        self.samples.iter().enumerate().flat_map(move |(index, now)| {
            let earlier = index.checked_sub(1).map(|earlier| &self.samples[earlier]);
            now.sample.servers.iter().enumerate().map(move |(place, server)| {
                let before = earlier.map(|earlier| (&earlier.sample.servers[place], earlier.at));
                self.server_row((server, now.at), before)
            })
        })
    }

    fn server_row(&self, now: Moment<'_>, before: Option<Moment<'_>>) -> ServerRow {
        let (server, at) = now;
        let sojourn = |earlier: &ServerSample| {
            mean(server.sojourn_s - earlier.sojourn_s, server.served - earlier.served)
        };
        ServerRow {
            system: self.system.clone(),
            replicate: self.replicate,
            time_s: at.as_secs(),
            server: names::central(server.part),
            up: server.up,
            clients: server.clients,
            queue: server.queue,
            served: server.served,
            refused: server.refused,
            busy_share: before.and_then(|before| self.busy_share(now, before)),
            sojourn_mean_s: before.and_then(|(earlier, _)| sojourn(earlier)),
            stored_bytes: server.stored_bytes,
            sent_bytes: server.sent_bytes,
        }
    }

    /// Part of its workers' time between two moments that a part was at work.
    fn busy_share(&self, (now, at): Moment<'_>, (before, then): Moment<'_>) -> Option<f64> {
        let share = share(now.busy_s - before.busy_s, at.since(then).as_secs() * self.workers(now.part));
        // What was sent is counted in whole bytes, of which an interval may get one that began in the last.
        share.map(|share| share.min(1.0))
    }

    /// `central.csv`.
    pub fn central_rows(&self) -> Vec<CentralRow> {
        let Some(totals) = &self.totals else { return Vec::new() };
        let end = self.samples.last().map_or(SimTime::ZERO, |last| last.at);
        let parts = totals.servers.iter().enumerate();
        let mut rows: Vec<CentralRow> =
            parts.map(|(place, server)| self.central_row(place, server, end)).collect();
        rows.push(CentralRow {
            system: self.system.clone(),
            replicate: self.replicate,
            part: PERSONS.into(),
            stored_most_bytes: self.most(|sampled| Some(sampled.sample.stored_bytes)),
            sent_bytes: self.persons().map(|(person, _)| person.sent).sum(),
            ..CentralRow::default()
        });
        rows
    }

    fn central_row(&self, place: usize, server: &ServerSample, end: SimTime) -> CentralRow {
        let at = |sampled: &Sampled| sampled.sample.servers.get(place).copied();
        CentralRow {
            system: self.system.clone(),
            replicate: self.replicate,
            part: names::central(server.part),
            stored_most_bytes: self.most(|sampled| at(sampled).map(|s| s.stored_bytes)),
            sent_bytes: server.sent_bytes,
            served: Some(server.served),
            refused: Some(server.refused),
            busy_share: share(server.busy_s, end.as_secs() * self.workers(server.part)),
            busiest_share: self.busiest_share(place),
            queue_most: Some(self.most(|sampled| at(sampled).map(|s| s.queue))),
            clients_most: Some(self.most(|sampled| at(sampled).map(|s| s.clients))),
            sojourn_mean_s: mean(server.sojourn_s, server.served),
            down_s: Some(self.outages.down_s(server.part, end)),
        }
    }

    fn busiest_share(&self, place: usize) -> Option<f64> {
        let between = self.samples.windows(2).filter_map(|pair| {
            let [before, now] =
                [&pair[0], &pair[1]].map(|sampled| (&sampled.sample.servers[place], sampled.at));
            self.busy_share(now, before)
        });
        between.reduce(f64::max)
    }

    /// The largest value of any sample, the least possible one of none.
    fn most<T: Ord + Default>(&self, of: impl Fn(&Sampled) -> Option<T>) -> T {
        self.samples.iter().filter_map(of).max().unwrap_or_default()
    }

    fn workers(&self, part: Central) -> f64 {
        match part {
            Central::Index(_) => f64::from(self.index_workers),
            Central::Tracker | Central::WebServer | Central::Server(_) => 1.0,
        }
    }
}

/// Mean time in the system; `None` of nobody, and where no such time is measured.
fn mean(sojourn_s: f64, served: u64) -> Option<f64> {
    share(sojourn_s, served as f64).filter(|mean| *mean > 0.0)
}

/// A part of a whole; `None` of nothing.
fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

#[cfg(test)]
mod tests {
    use crate::metrics::Collector;
    use crate::metrics::rows::{CentralRow, ServerRow};
    use crate::metrics::run_record::RunRecord;
    use crate::metrics::testing::{at, run_totals, sample, scenario, seed, seed_totals, server};
    use crate::record::{Central, ClassSample, Observer, RunTotals, Sample, ServerSample};
    use crate::spec::{Fault, FaultTarget};
    use crate::units::SimTime;

    /// Three samples of a tracker, the last one shortly after the second.
    fn record() -> RunRecord {
        let scenario = scenario();
        let mut collector = Collector::new(&scenario, 0, 0, &[seed()]);
        let tracker = server(Central::Tracker, 0, 0);
        let moments = [
            (at(0), ServerSample { served: 0, busy_s: 0.0, sojourn_s: 0.0, ..tracker }),
            (
                at(5),
                ServerSample {
                    served: 4,
                    busy_s: 2.0,
                    sojourn_s: 6.0,
                    queue: 9,
                    stored_bytes: 70,
                    ..tracker
                },
            ),
            (at(7), ServerSample { served: 4, busy_s: 3.8, sojourn_s: 6.0, up: false, ..tracker }),
        ];
        for (moment, server) in moments {
            let servers = vec![server];
            let stored_bytes = if moment == SimTime::ZERO { 1000 } else { 900 };
            collector.sample(
                moment,
                &Sample { servers, stored_bytes, ..sample([ClassSample::default(); 3], 0, 0.0) },
            );
        }
        collector.person(&seed_totals(0));
        collector.end(at(7), &RunTotals { servers: vec![moments[2].1], ..run_totals() });
        collector.finish()
    }

    #[test]
    fn load_is_that_of_the_interval() {
        let rows: Vec<ServerRow> = record().server_rows().collect();
        let told: Vec<_> = rows.iter().map(|row| (row.up, row.busy_share, row.sojourn_mean_s)).collect();
        assert_eq!(told[..2], [(true, None, None), (true, Some(0.4), Some(1.5))]);
        assert_eq!((told[2].0, told[2].2), (false, None), "nobody was answered in the last interval");
        assert!((told[2].1.unwrap() - 0.9).abs() < 1e-12);
    }

    #[test]
    fn refusals_are_those_from_the_beginning_of_an_outage_to_its_end() {
        let mut scenario = scenario();
        scenario.faults = vec![Fault { what: FaultTarget::Tracker, from: at(5), to: at(11) }];
        let mut collector = Collector::new(&scenario, 0, 0, &[seed()]);
        let servers = |refused| {
            let web = ServerSample { refused: 50 * refused, ..server(Central::WebServer, 0, 0) };
            vec![ServerSample { refused, ..server(Central::Tracker, 0, 0) }, web]
        };
        let none = sample([ClassSample::default(); 3], 0, 0.0);
        collector.sample(at(0), &Sample { servers: servers(1), ..none.clone() });
        collector.fault_edge(at(5), &servers(3));
        collector.sample(at(10), &Sample { servers: servers(20), ..none.clone() });
        collector.fault_edge(at(11), &servers(24));
        collector.sample(at(15), &Sample { servers: servers(25), ..none });
        assert_eq!(collector.finish().outage_rows()[0].refused, 21);
    }

    #[test]
    fn a_run_is_told_by_its_peaks_beside_the_persons() {
        let rows = record().central_rows();
        let [tracker, persons] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!(
            (tracker.part.as_str(), tracker.queue_most, tracker.stored_most_bytes),
            ("tracker", Some(9), 70)
        );
        assert_eq!((tracker.served, tracker.sojourn_mean_s, tracker.down_s), (Some(4), Some(1.5), Some(0.0)));
        assert!((tracker.busy_share.unwrap() - 3.8 / 7.0).abs() < 1e-12);
        assert!((tracker.busiest_share.unwrap() - 0.9).abs() < 1e-12);
        let expected = CentralRow {
            system: "tit-for-tat".into(),
            part: "persons".into(),
            stored_most_bytes: 1000,
            sent_bytes: 4000,
            ..CentralRow::default()
        };
        assert_eq!(*persons, expected);
    }
}
