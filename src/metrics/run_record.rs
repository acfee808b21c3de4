//! What one run left, and the rows of the tables that it turns into.
//!
//! Rows are made when they are written, so that a large run is held only once.

use super::names;
use super::outages::Outages;
use super::person::PersonRecord;
use super::popularity::RankBins;
use super::rows::{DecisionRow, MessageRow, OverlayRow, PeerRow, PieceRow, SampleRow, TrafficRow, WishRow};
use super::wishes::{Pace, WishTally};
use crate::record::{
    ClassSample, RunTotals, Sample, SearchTraffic, ServerSample, UnchokeReason, Waiting, WishTotals,
};
use crate::units::{ClassIndex, SimTime};

/// The class label of rows that stand for all classes together.
pub const ALL: &str = "all";

/// What a run left: everything the tables say about it.
#[derive(Clone, Debug)]
pub struct RunRecord {
    pub system: String,
    pub replicate: u32,
    pub(super) class_names: Vec<String>,
    pub(super) lines: Vec<Line>,
    /// In the order of persons.
    pub(super) persons: Vec<PersonRecord>,
    pub(super) samples: Vec<Sampled>,
    /// The central parts when a fault began or ended.
    pub(super) fault_edges: Vec<(SimTime, Vec<ServerSample>)>,
    pub(super) totals: Option<RunTotals>,
    pub(super) decisions: Vec<DecisionRow>,
    pub(super) messages: Vec<MessageRow>,
    /// By class, of the whole run.
    pub(super) tallies: Vec<WishTally>,
    pub(super) pace: Pace,
    pub(super) ranks: RankBins,
    pub(super) outages: Outages,
    /// Every wish, if the scenario asks for them or leaves out a warm-up.
    pub(super) wishes: Vec<WishTotals>,
    /// Requests that an index works on at once.
    pub(super) index_workers: u32,
    /// Files come in pieces, which can be told from garbage, and are waited for by cause.
    pub(super) in_pieces: bool,
}

/// A sample and when it was taken.
#[derive(Clone, Debug)]
pub(super) struct Sampled {
    pub(super) at: SimTime,
    pub(super) sample: Sample,
}

/// What the tables need of a person beside what became of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) class: ClassIndex,
    pub(super) upload: f64,
    pub(super) download: f64,
}

impl RunRecord {
    /// What became of each person, with its class; in the order of persons.
    pub(super) fn persons(&self) -> impl Iterator<Item = (&PersonRecord, ClassIndex)> {
        self.persons.iter().zip(&self.lines).map(|(person, line)| (person, line.class))
    }

    pub fn peer_rows(&self) -> impl Iterator<Item = PeerRow> {
        let persons = self.persons.iter().zip(&self.lines).zip(0..);
        persons
            .filter_map(|((person, line), peer)| Some(self.peer_row(peer, person.arrived()?, person, line)))
    }

    fn peer_row(&self, peer: u32, arrived: SimTime, person: &PersonRecord, line: &Line) -> PeerRow {
        let from = |reason: UnchokeReason| person.downloaded[reason as usize];
        let waited = |what: Waiting| self.in_pieces.then(|| person.waited[what as usize].as_secs());
        PeerRow {
            system: self.system.clone(),
            replicate: self.replicate,
            peer,
            class: self.class_names[line.class.at()].clone(),
            upload_bytes_per_s: line.upload,
            download_bytes_per_s: line.download,
            arrived_s: arrived.as_secs(),
            first_piece_s: person.first_piece().map(SimTime::as_secs),
            completed_s: person.completed().map(SimTime::as_secs),
            left_s: person.left().map(SimTime::as_secs),
            downloaded_bytes: person.received(),
            uploaded_bytes: person.sent,
            wasted_bytes: person.wasted_duplicate + person.wasted_corrupt,
            lost_bytes: person.lost_bytes,
            corrupt_pieces: self.in_pieces.then_some(person.corrupt_pieces),
            // Unchoked for its rate although it wanted nothing then: what it got later, it got for its rate.
            from_regular_bytes: from(UnchokeReason::Regular) + from(UnchokeReason::Uninterested),
            from_optimistic_bytes: from(UnchokeReason::Optimistic),
            from_seed_bytes: from(UnchokeReason::Seed),
            from_allowed_fast_bytes: from(UnchokeReason::AllowedFast),
            from_unranked_bytes: from(UnchokeReason::Unranked),
            from_suppliers_bytes: person.from_suppliers,
            from_servers_bytes: person.from_servers,
            to_requesters_bytes: person.to_requesters,
            wishes: person.wishes,
            fetched: person.fetched,
            answered: person.answered,
            waited_joining_s: waited(Waiting::Joining),
            waited_no_neighbours_s: waited(Waiting::NoNeighbours),
            waited_nothing_to_ask_s: waited(Waiting::NothingToAsk),
            waited_choked_s: waited(Waiting::Choked),
            waited_requested_s: waited(Waiting::Requested),
        }
    }

    pub fn sample_rows(&self) -> impl Iterator<Item = SampleRow> {
        let pace = self.pace.until(self.samples.iter().map(|sampled| sampled.at));
        self.samples.iter().enumerate().zip(pace).flat_map(|((index, now), (wishes, fetched))| {
            let earlier = index.checked_sub(1).map(|earlier| &self.samples[earlier]);
            let classes = self.class_names.iter().zip(&now.sample.classes);
            let mut rows: Vec<SampleRow> =
                classes.map(|(name, of)| self.class_sample_row(now, name, of)).collect();
            let all = self.class_sample_row(now, ALL, &together(&now.sample.classes));
            rows.push(SampleRow { wishes: Some(wishes), fetched: Some(fetched), ..whole(all, now, earlier) });
            rows
        })
    }

    fn class_sample_row(&self, now: &Sampled, class: &str, of: &ClassSample) -> SampleRow {
        SampleRow {
            system: self.system.clone(),
            replicate: self.replicate,
            time_s: now.at.as_secs(),
            class: class.into(),
            leechers: of.leechers,
            seeds: of.seeds,
            finished: of.finished,
            progress: (of.wanted > 0).then(|| of.had as f64 / of.wanted as f64),
            ..SampleRow::default()
        }
    }

    pub fn piece_rows(&self) -> impl Iterator<Item = PieceRow> {
        let swarm = self.totals.iter().filter_map(|totals| totals.swarm.as_ref());
        swarm.flat_map(|swarm| swarm.copies.iter().zip(&swarm.first_copy).enumerate()).map(
            |(piece, (&copies, first))| PieceRow {
                system: self.system.clone(),
                replicate: self.replicate,
                piece: u32::try_from(piece).expect("pieces fit 32 bits"),
                first_copy_s: first.map(SimTime::as_secs),
                copies_at_end: copies,
            },
        )
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

    /// Every wish, if they were kept.
    pub fn wish_rows(&self) -> impl Iterator<Item = WishRow> {
        self.wishes.iter().map(|wish| WishRow {
            system: self.system.clone(),
            replicate: self.replicate,
            peer: wish.peer.0,
            class: self.class_names[self.lines[wish.peer.at()].class.at()].clone(),
            file: wish.file.0,
            wished_s: wish.wished.as_secs(),
            outcome: names::wish_outcome(wish.outcome).into(),
            ended_s: wish.ended.map(SimTime::as_secs),
            find_s: wish.finding.as_secs(),
            wait_s: wish.waiting.as_secs(),
            transfer_s: wish.transferring.as_secs(),
            searches: wish.searches,
            suppliers: wish.suppliers,
            attempts: wish.attempts,
            broken: wish.broken,
            available: wish.available,
            messages: wish.messages,
            message_bytes: wish.message_bytes,
            reached: wish.reached,
            duplicates: wish.duplicates,
        })
    }

    /// Messages of the whole run; none where nothing was searched for.
    pub fn overlay_row(&self) -> Option<OverlayRow> {
        let search = self.totals.as_ref().map(|totals| totals.search)?;
        (search != SearchTraffic::default()).then(|| OverlayRow {
            system: self.system.clone(),
            replicate: self.replicate,
            queries: search.queries,
            duplicates: search.duplicates,
            hits: search.hits,
            pings: search.pings,
            pongs: search.pongs,
            pushes: search.pushes,
            bytes: search.bytes,
        })
    }

    /// Where the swarm sent more than `tolerance` times the capacity that had been present until then: always empty unless the simulator
    /// is wrong.
    pub fn violations(&self, tolerance: f64) -> Vec<String> {
        let over = |Sampled { at, sample, .. }: &Sampled| {
            (sample.uploaded_bytes as f64 > sample.capacity_bytes * tolerance).then(|| {
                format!(
                    "{} bytes sent by {at}, capacity present {}",
                    sample.uploaded_bytes, sample.capacity_bytes
                )
            })
        };
        self.samples.iter().filter_map(over).collect()
    }
}

/// The row of all classes, with the columns that belong to the system as a whole.
fn whole(row: SampleRow, now: &Sampled, earlier: Option<&Sampled>) -> SampleRow {
    let sample = &now.sample;
    let since = earlier.map(|earlier| (&earlier.sample, now.at.since(earlier.at).as_secs()));
    let interval = since.filter(|(_, seconds)| *seconds > 0.0);
    let used =
        |(before, seconds): (&Sample, f64)| (sample.uploaded_bytes - before.uploaded_bytes) as f64 / seconds;
    let available =
        |(before, seconds): (&Sample, f64)| (sample.capacity_bytes - before.capacity_bytes) / seconds;
    SampleRow {
        copies_min: sample.copies.map(|copies| copies.min),
        copies_mean: sample.copies.map(|copies| copies.mean),
        copies_max: sample.copies.map(|copies| copies.max),
        upload_used_bytes_per_s: interval.map(used),
        upload_available_bytes_per_s: interval.map(available),
        stored_bytes: Some(sample.stored_bytes),
        ..row
    }
}

/// All classes together.
fn together(classes: &[ClassSample]) -> ClassSample {
    let mut all = ClassSample::default();
    for class in classes {
        all.leechers += class.leechers;
        all.seeds += class.seeds;
        all.finished += class.finished;
        all.wanted += class.wanted;
        all.had += class.had;
    }
    all
}
