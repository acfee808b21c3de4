//! The observer that keeps what the tables need of one run, and the rows it turns into.
//!
//! It keeps one record a person, the samples, and (only if the scenario asks) decisions and messages; rows are made when
//! they are written. It never decides anything about the run.

use super::names;
use super::rows::{DecisionRow, MessageRow, PeerRow, PieceRow, SampleRow, ServerRow, TrafficRow};
use crate::record::{ClassSample, Observer, PersonTotals, Record, RunTotals, Sample, UnchokeReason, Waiting};
use crate::spec::{Scenario, SystemKind};
use crate::units::{ClassIndex, PersonIndex, SimTime};
use crate::workload::{Holdings, Person};

/// The class label of rows that stand for all classes together.
pub const ALL: &str = "all";

/// Collects one run of `scenario.systems[system]`.
pub struct Collector<'a> {
    scenario: &'a Scenario,
    record: RunRecord,
    /// By class: weights of the swarm's progress.
    arrived: Vec<Came>,
    /// By person: its choking decisions, and those about it, are wanted.
    chosen: Vec<bool>,
}

/// What a run left: everything the tables say about it.
#[derive(Clone, Debug)]
pub struct RunRecord {
    pub system: String,
    pub replicate: u32,
    class_names: Vec<String>,
    lines: Vec<Line>,
    has_web_server: bool,
    persons: Vec<PersonTotals>,
    samples: Vec<Sampled>,
    totals: Option<RunTotals>,
    decisions: Vec<DecisionRow>,
    messages: Vec<MessageRow>,
}

/// A sample and who had come by then.
#[derive(Clone, Debug)]
struct Sampled {
    at: SimTime,
    sample: Sample,
    arrived: Vec<Came>,
}

/// Persons of a class who have come, and how many of them had everything.
#[derive(Clone, Copy, Debug, Default)]
struct Came {
    persons: u32,
    whole: u32,
}

/// What the tables need of a person beside what became of it.
#[derive(Clone, Copy, Debug)]
struct Line {
    class: ClassIndex,
    upload: f64,
    download: f64,
    starts_whole: bool,
}

impl<'a> Collector<'a> {
    /// An observer of the run of that system and replicate on `people`.
    pub fn new(scenario: &'a Scenario, system: usize, replicate: u32, people: &[Person]) -> Collector<'a> {
        let SystemKind::BitTorrent(swarm) = &scenario.systems[system].kind;
        let line = |person: &Person| Line {
            class: person.class,
            upload: person.upload.as_f64(),
            download: person.download.as_f64(),
            starts_whole: person.holds == Holdings::Everything,
        };
        let mut chosen = vec![false; people.len()];
        for &person in &scenario.output.decisions {
            if let Some(slot) = chosen.get_mut(person as usize) {
                *slot = true;
            }
        }
        Collector {
            scenario,
            record: RunRecord {
                system: scenario.systems[system].label.clone(),
                replicate,
                class_names: scenario.classes.iter().map(|class| class.name.clone()).collect(),
                lines: people.iter().map(line).collect(),
                has_web_server: swarm.web_server.is_some(),
                persons: Vec::new(),
                samples: Vec::new(),
                totals: None,
                decisions: Vec::new(),
                messages: Vec::new(),
            },
            arrived: vec![Came::default(); scenario.classes.len()],
            chosen,
        }
    }

    /// What the run left, once it has ended.
    pub fn finish(self) -> RunRecord {
        self.record
    }

    fn name(&self, person: PersonIndex) -> String {
        names::person(self.scenario, self.record.lines[person.at()].class, person)
    }

    fn decision(&mut self, at: SimTime, decision: &Decision) {
        let Decision { peer, neighbour, action, reason, ranked } = *decision;
        if !self.chosen[peer.at()] && !self.chosen[neighbour.at()] {
            return;
        }
        let class = self.record.lines[neighbour.at()].class;
        self.record.decisions.push(DecisionRow {
            system: self.record.system.clone(),
            replicate: self.record.replicate,
            time_s: at.as_secs(),
            peer: peer.0,
            neighbour: neighbour.0,
            neighbour_class: self.record.class_names[class.at()].clone(),
            action: action.into(),
            reason: reason.into(),
            rank: ranked.map(|(rank, _)| rank),
            rate_bytes_per_s: ranked.map(|(_, rate)| rate),
        });
    }
}

struct Decision {
    peer: PersonIndex,
    neighbour: PersonIndex,
    action: &'static str,
    reason: &'static str,
    ranked: Option<(u32, f64)>,
}

impl Observer for Collector<'_> {
    fn record(&mut self, at: SimTime, record: &Record) {
        let decision = match *record {
            Record::Arrived { peer } => {
                let line = self.record.lines[peer.at()];
                let came = &mut self.arrived[line.class.at()];
                came.persons += 1;
                came.whole += u32::from(line.starts_whole);
                return;
            }
            Record::Message { from, to, message } => {
                let row = MessageRow {
                    system: self.record.system.clone(),
                    replicate: self.record.replicate,
                    time_s: at.as_secs(),
                    from: names::party(from, |person| self.name(person)),
                    to: names::party(to, |person| self.name(person)),
                    message: names::message(message),
                };
                self.record.messages.push(row);
                return;
            }
            Record::Unchoked { peer, neighbour, reason, rank, rate } => Decision {
                peer,
                neighbour,
                action: "unchoke",
                reason: names::unchoke_reason(reason),
                ranked: Some((rank, rate)),
            },
            Record::Rereasoned { peer, neighbour, reason, rank, rate } => Decision {
                peer,
                neighbour,
                action: "keep",
                reason: names::unchoke_reason(reason),
                ranked: Some((rank, rate)),
            },
            Record::Choked { peer, neighbour, reason, rank, rate } => Decision {
                peer,
                neighbour,
                action: "choke",
                reason: names::choke_reason(reason),
                ranked: Some((rank, rate)),
            },
            Record::Disconnected { peer, neighbour, reason } => Decision {
                peer,
                neighbour,
                action: "disconnect",
                reason: names::disconnect_reason(reason),
                ranked: None,
            },
            Record::MetainfoFetched { .. }
            | Record::Announced { .. }
            | Record::Connected { .. }
            | Record::Snubbed { .. }
            | Record::PieceCompleted { .. }
            | Record::HashFailed { .. }
            | Record::Banned { .. }
            | Record::EndgameStarted { .. }
            | Record::Finished { .. }
            | Record::Left { .. } => return,
        };
        self.decision(at, &decision);
    }

    fn sample(&mut self, at: SimTime, sample: &Sample) {
        assert_eq!(sample.classes.len(), self.arrived.len(), "a sample has every class");
        self.record.samples.push(Sampled { at, sample: sample.clone(), arrived: self.arrived.clone() });
    }

    fn person(&mut self, person: &PersonTotals) {
        assert_eq!(person.peer.at(), self.record.persons.len(), "persons come in order");
        self.record.persons.push(person.clone());
    }

    fn end(&mut self, _at: SimTime, totals: &RunTotals) {
        self.record.totals = Some(totals.clone());
    }

    fn wants_messages(&self) -> bool {
        self.scenario.output.messages
    }
}

impl RunRecord {
    /// What became of each person, with its class; in the order of persons.
    pub(super) fn persons(&self) -> impl Iterator<Item = (&PersonTotals, ClassIndex)> {
        self.persons.iter().zip(&self.lines).map(|(person, line)| (person, line.class))
    }

    pub fn peer_rows(&self) -> impl Iterator<Item = PeerRow> {
        let came = self.persons.iter().zip(&self.lines).filter(|(person, _)| person.arrived.is_some());
        came.map(|(person, line)| self.peer_row(person, line))
    }

    fn peer_row(&self, person: &PersonTotals, line: &Line) -> PeerRow {
        let from = |reason: UnchokeReason| person.downloaded[reason as usize];
        let waited = |what: Waiting| person.waited[what as usize].as_secs();
        PeerRow {
            system: self.system.clone(),
            replicate: self.replicate,
            peer: person.peer.0,
            class: self.class_names[line.class.at()].clone(),
            upload_bytes_per_s: line.upload,
            download_bytes_per_s: line.download,
            arrived_s: person.arrived.expect("only of those who came").as_secs(),
            first_piece_s: person.first_piece.map(SimTime::as_secs),
            completed_s: person.completed.map(SimTime::as_secs),
            left_s: person.left.map(|(at, _)| at.as_secs()),
            downloaded_bytes: person.downloaded.iter().sum(),
            uploaded_bytes: person.uploaded.iter().sum(),
            wasted_bytes: person.wasted_duplicate + person.wasted_corrupt,
            lost_bytes: person.lost_bytes,
            corrupt_pieces: person.corrupt_pieces,
            // Unchoked for its rate although it wanted nothing then: what it got later, it got for its rate.
            from_regular_bytes: from(UnchokeReason::Regular) + from(UnchokeReason::Uninterested),
            from_optimistic_bytes: from(UnchokeReason::Optimistic),
            from_seed_bytes: from(UnchokeReason::Seed),
            from_allowed_fast_bytes: from(UnchokeReason::AllowedFast),
            from_unranked_bytes: from(UnchokeReason::Unranked),
            waited_joining_s: waited(Waiting::Joining),
            waited_no_neighbours_s: waited(Waiting::NoNeighbours),
            waited_nothing_to_ask_s: waited(Waiting::NothingToAsk),
            waited_choked_s: waited(Waiting::Choked),
            waited_requested_s: waited(Waiting::Requested),
        }
    }

    pub fn sample_rows(&self) -> impl Iterator<Item = SampleRow> {
        self.samples.iter().enumerate().flat_map(|(index, Sampled { at, sample, arrived })| {
            let row = |class: &str, of: &ClassSample| SampleRow {
                system: self.system.clone(),
                replicate: self.replicate,
                time_s: at.as_secs(),
                class: class.into(),
                leechers: of.leechers,
                seeds: of.seeds,
                finished: of.finished,
                progress: of.progress,
                ..SampleRow::default()
            };
            let mut rows: Vec<SampleRow> =
                self.class_names.iter().zip(&sample.classes).map(|(name, of)| row(name, of)).collect();
            let mut all = row(ALL, &together(&sample.classes, arrived));
            all.copies_min = Some(sample.copies_min);
            all.copies_mean = Some(sample.copies_mean);
            all.copies_max = Some(sample.copies_max);
            if let Some(earlier) = index.checked_sub(1).map(|earlier| &self.samples[earlier]) {
                let before = &earlier.sample;
                let seconds = at.since(earlier.at).as_secs();
                if seconds > 0.0 {
                    let used = (sample.uploaded_bytes - before.uploaded_bytes) as f64;
                    all.upload_used_bytes_per_s = Some(used / seconds);
                    all.upload_available_bytes_per_s =
                        Some((sample.capacity_bytes - before.capacity_bytes) / seconds);
                }
            }
            rows.push(all);
            rows
        })
    }

    pub fn piece_rows(&self) -> impl Iterator<Item = PieceRow> {
        self.totals.iter().flat_map(|totals| totals.copies.iter().zip(&totals.first_copy).enumerate()).map(
            |(piece, (&copies, first))| PieceRow {
                system: self.system.clone(),
                replicate: self.replicate,
                piece: u32::try_from(piece).expect("pieces fit 32 bits"),
                first_copy_s: first.map(SimTime::as_secs),
                copies_at_end: copies,
            },
        )
    }

    pub fn server_rows(&self) -> impl Iterator<Item = ServerRow> {
        self.samples.iter().flat_map(|Sampled { at, sample, .. }| {
            let row = |server: &str, clients, queue| ServerRow {
                system: self.system.clone(),
                replicate: self.replicate,
                time_s: at.as_secs(),
                server: server.into(),
                clients,
                queue,
            };
            let tracker = row("tracker", sample.tracker_peers, sample.tracker_queue);
            // The web server serves all its downloads at once, so nobody queues there.
            let web = self.has_web_server.then(|| row("web-server", sample.web_clients, 0));
            [Some(tracker), web].into_iter().flatten()
        })
    }

    pub fn traffic_rows(&self) -> impl Iterator<Item = TrafficRow> {
        let names = &self.class_names;
        self.totals.iter().flat_map(move |totals| {
            names.iter().zip(&totals.traffic).flat_map(move |(from, row)| {
                names.iter().zip(row).map(move |(to, &bytes)| TrafficRow {
                    system: self.system.clone(),
                    replicate: self.replicate,
                    from_class: from.clone(),
                    to_class: to.clone(),
                    bytes,
                })
            })
        })
    }

    pub fn decision_rows(&self) -> &[DecisionRow] {
        &self.decisions
    }

    pub fn message_rows(&self) -> &[MessageRow] {
        &self.messages
    }

    /// Where the swarm sent more than the capacity that had been present until then: always empty unless the simulator is wrong.
    pub fn violations(&self) -> Vec<String> {
        let over = |Sampled { at, sample, .. }: &Sampled| {
            // The capacity is an integral in floating point; its rounding grows with its size.
            (sample.uploaded_bytes as f64 > sample.capacity_bytes * (1.0 + 1e-9)).then(|| {
                format!(
                    "{} bytes sent by {at}, capacity present {}",
                    sample.uploaded_bytes, sample.capacity_bytes
                )
            })
        };
        self.samples.iter().filter_map(over).collect()
    }
}

/// All classes together; progress is that of persons who came without the whole file.
fn together(classes: &[ClassSample], arrived: &[Came]) -> ClassSample {
    let mut all = ClassSample::default();
    let (mut files, mut persons) = (0.0, 0u32);
    for (class, came) in classes.iter().zip(arrived) {
        all.leechers += class.leechers;
        all.seeds += class.seeds;
        all.finished += class.finished;
        files += class.progress * f64::from(came.persons) - f64::from(came.whole);
        persons += came.persons - came.whole;
    }
    all.progress = if persons > 0 { (files / f64::from(persons)).clamp(0.0, 1.0) } else { 0.0 };
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::testing::{at, leecher, run_totals, sample, scenario, seed, seed_totals, totals};
    use crate::record::{DisconnectReason, Message, Party};

    const SEED: PersonIndex = PersonIndex(0);
    const LEECHER: PersonIndex = PersonIndex(1);

    fn class(leechers: u32, seeds: u32, progress: f64) -> ClassSample {
        ClassSample { leechers, seeds, finished: 0, progress }
    }

    fn collect(scenario: &Scenario, drive: impl FnOnce(&mut Collector<'_>)) -> RunRecord {
        let mut collector = Collector::new(scenario, 0, 3, &[seed(), leecher(1), leecher(2)]);
        drive(&mut collector);
        collector.finish()
    }

    #[test]
    fn bytes_are_told_apart_by_reason_and_add_up() {
        let record = collect(&scenario(), |collector| {
            collector.person(&seed_totals(0));
            let mut person = totals(1, 5, Some(25));
            person.downloaded = [1, 2, 4, 8, 16, 32];
            person.waited[Waiting::Choked as usize] = crate::units::SimDuration::from_whole_secs(7);
            collector.person(&person);
            collector.person(&PersonTotals { arrived: None, ..totals(2, 0, None) });
        });
        let rows: Vec<PeerRow> = record.peer_rows().collect();
        assert_eq!(rows.len(), 2, "who never came has no row");
        let row = &rows[1];
        assert_eq!((row.peer, row.class.as_str(), row.replicate), (1, "contributor", 3));
        let parts = [
            row.from_regular_bytes,
            row.from_optimistic_bytes,
            row.from_seed_bytes,
            row.from_allowed_fast_bytes,
            row.from_unranked_bytes,
        ];
        assert_eq!(parts, [1 + 16, 2, 4, 8, 32]);
        assert_eq!(parts.iter().sum::<u64>(), row.downloaded_bytes);
        assert_eq!((row.arrived_s, row.completed_s, row.waited_choked_s), (5.0, Some(25.0), 7.0));
    }

    #[test]
    fn the_swarm_is_sampled_per_class_and_as_a_whole() {
        let record = collect(&scenario(), |collector| {
            for peer in [0, 1, 2] {
                collector.record(at(0), &Record::Arrived { peer: PersonIndex(peer) });
            }
            let start = [class(0, 1, 1.0), class(1, 0, 0.0), class(1, 0, 0.0)];
            collector.sample(at(0), &sample(start, 0, 0.0));
            let later = [class(0, 1, 1.0), class(1, 0, 0.5), class(1, 0, 0.0)];
            collector.sample(at(5), &sample(later, 750, 1500.0));
        });
        let rows: Vec<SampleRow> = record.sample_rows().collect();
        assert_eq!(rows.len(), 8);
        let all = &rows[7];
        assert_eq!((all.class.as_str(), all.leechers, all.seeds), ("all", 2, 1));
        assert_eq!(all.progress, 0.25, "the seed's pieces are not progress");
        assert_eq!(all.upload_used_bytes_per_s, Some(150.0));
        assert_eq!(all.upload_available_bytes_per_s, Some(300.0));
        assert_eq!(rows[3].upload_used_bytes_per_s, None, "no interval ends at zero");
        assert_eq!(rows[6].copies_min, None, "only the row of all carries the swarm's columns");
        assert_eq!(record.server_rows().count(), 4);
        assert!(record.violations().is_empty());
    }

    #[test]
    fn sending_more_than_the_capacity_present_is_a_violation() {
        let record = collect(&scenario(), |collector| {
            collector.sample(at(5), &sample([ClassSample::default(); 3], 1501, 1500.0));
        });
        assert_eq!(record.violations().len(), 1);
        assert!(record.violations()[0].contains("1501 bytes sent by 5 s"), "{:?}", record.violations());
    }

    #[test]
    fn only_decisions_of_and_about_the_chosen_are_kept() {
        let mut scenario = scenario();
        scenario.output.decisions = vec![1, 99];
        let unchoke = |peer, neighbour| Record::Unchoked {
            peer,
            neighbour,
            reason: UnchokeReason::Optimistic,
            rank: 4,
            rate: 12.5,
        };
        let record = collect(&scenario, |collector| {
            collector.record(at(1), &unchoke(SEED, LEECHER));
            collector.record(at(2), &unchoke(SEED, PersonIndex(2)));
            let reason = DisconnectReason::NeighbourLeft;
            collector.record(at(3), &Record::Disconnected { peer: LEECHER, neighbour: SEED, reason });
        });
        let rows = record.decision_rows();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].action.as_str(), rows[0].reason.as_str()), ("unchoke", "optimistic"));
        assert_eq!((rows[0].rank, rows[0].rate_bytes_per_s), (Some(4), Some(12.5)));
        assert_eq!(rows[0].neighbour_class, "contributor");
        assert_eq!((rows[1].action.as_str(), rows[1].reason.as_str()), ("disconnect", "neighbour-left"));
        assert_eq!(rows[1].rank, None);
    }

    #[test]
    fn messages_read_as_a_list_of_who_says_what() {
        let mut scenario = scenario();
        scenario.output.messages = true;
        let say = |from, to, message| Record::Message { from, to, message };
        let record = collect(&scenario, |collector| {
            assert!(collector.wants_messages());
            let (a, b) = (Party::Peer(SEED), Party::Peer(LEECHER));
            let block = Message::Request { piece: crate::units::PieceIndex(2), block: 0 };
            collector.record(at(1), &say(b, a, block));
            collector.record(at(1), &say(a, b, Message::Unchoke { reason: UnchokeReason::Optimistic }));
            collector.record(at(2), &say(Party::Tracker, b, Message::Peers { count: 2 }));
        });
        let texts: Vec<_> = record
            .message_rows()
            .iter()
            .map(|row| format!("{}>{}: {}", row.from, row.to, row.message))
            .collect();
        assert_eq!(
            texts,
            [
                "contributor 1>seed 0: request piece 2 block 0",
                "seed 0>contributor 1: unchoke (optimistic)",
                "tracker>contributor 1: 2 peers",
            ]
        );
    }

    #[test]
    fn pieces_and_traffic_come_from_the_totals() {
        let record = collect(&scenario(), |collector| collector.end(at(30), &run_totals()));
        let pieces: Vec<PieceRow> = record.piece_rows().collect();
        assert_eq!((pieces[0].piece, pieces[0].first_copy_s, pieces[0].copies_at_end), (0, Some(10.0), 1));
        let traffic: Vec<TrafficRow> = record.traffic_rows().collect();
        assert_eq!(traffic.len(), 9);
        assert_eq!((traffic[2].from_class.as_str(), traffic[2].to_class.as_str()), ("seed", "free-rider"));
        assert_eq!(traffic[2].bytes, 2500);
    }
}
