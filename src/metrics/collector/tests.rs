//! The collector, driven with records of our own making.

use super::*;
use crate::metrics::rows::{PeerRow, PieceRow, SampleRow, TrafficRow};
use crate::metrics::testing::{at, leecher, run_totals, sample, scenario, seed, seed_totals, totals};
use crate::record::{ClassSample, DisconnectReason, Message, Party, UnchokeReason, Waiting};

const SEED: PersonIndex = PersonIndex(0);
const LEECHER: PersonIndex = PersonIndex(1);

fn class(leechers: u32, seeds: u32, had: u64, wanted: u64) -> ClassSample {
    ClassSample { leechers, seeds, finished: 0, had, wanted }
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
    assert_eq!((row.arrived_s, row.completed_s, row.waited_choked_s), (5.0, Some(25.0), Some(7.0)));
}

#[test]
fn the_swarm_is_sampled_per_class_and_as_a_whole() {
    let record = collect(&scenario(), |collector| {
        let start = [class(0, 1, 0, 0), class(1, 0, 0, 4), class(1, 0, 0, 4)];
        collector.sample(at(0), &sample(start, 0, 0.0));
        let later = [class(0, 1, 0, 0), class(1, 0, 2, 4), class(1, 0, 0, 4)];
        collector.sample(at(5), &sample(later, 750, 1500.0));
    });
    let rows: Vec<SampleRow> = record.sample_rows().collect();
    assert_eq!(rows.len(), 8);
    let all = &rows[7];
    assert_eq!((all.class.as_str(), all.leechers, all.seeds), ("all", 2, 1));
    assert_eq!((all.progress, rows[4].progress), (Some(0.25), None), "a seed wants nothing");
    assert_eq!(all.upload_used_bytes_per_s, Some(150.0));
    assert_eq!(all.upload_available_bytes_per_s, Some(300.0));
    assert_eq!(rows[3].upload_used_bytes_per_s, None, "no interval ends at zero");
    assert_eq!(rows[6].copies_min, None, "only the row of all carries the swarm's columns");
    assert_eq!(record.server_rows().count(), 4);
    assert!(record.violations(1.0 + 1e-9).is_empty());
}

#[test]
fn sending_more_than_the_capacity_present_is_a_violation() {
    let record = collect(&scenario(), |collector| {
        collector.sample(at(5), &sample([ClassSample::default(); 3], 1501, 1500.0));
    });
    assert_eq!(record.violations(1.0 + 1e-9).len(), 1);
    assert!(record.violations(1.0)[0].contains("1501 bytes sent by 5 s"), "{:?}", record.violations(1.0));
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
    let texts: Vec<_> =
        record.message_rows().iter().map(|row| format!("{}>{}: {}", row.from, row.to, row.message)).collect();
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
