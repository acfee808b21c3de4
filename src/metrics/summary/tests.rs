//! Runs of our own making, summed up.

use super::*;
use crate::metrics::Collector;
use crate::metrics::testing::{
    at, catalogue, fetched, leecher, not_found, scenario, seed, seed_totals, servers, totals,
};
use crate::record::PersonTotals;
use crate::record::{Departure, Observer, WishTotals};
use crate::spec::{Behavior, WarmUp};
use crate::units::{FileIndex, PersonIndex};

fn summary(of: &[PersonTotals], people: &[Person]) -> RunSummary {
    let scenario = scenario();
    let mut collector = Collector::new(&scenario, 1, 0, people);
    for person in of {
        collector.person(person);
    }
    summarise(&scenario, people, &collector.finish())
}

/// As [`summary`], of wishes beside persons, in a catalogue of a hundred files.
fn of_wishes(wishes: &[WishTotals], people: &[Person]) -> RunSummary {
    of_wishes_after(None, wishes, people)
}

fn of_wishes_after(warm_up: Option<WarmUp>, wishes: &[WishTotals], people: &[Person]) -> RunSummary {
    let mut scenario = scenario();
    scenario.content = catalogue(100);
    scenario.output.warm_up = warm_up;
    let mut collector = Collector::new(&scenario, 0, 0, people);
    for wish in wishes {
        collector.wish(wish);
    }
    for peer in 0..people.len() {
        let sent = [0, 0, 1000 * peer as u64, 0, 0, 0];
        collector.person(&PersonTotals { uploaded: sent, ..totals(u32::try_from(peer).unwrap(), 0, None) });
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
    assert!(summary.violations(1.0 + 1e-9).is_empty());
}

#[test]
fn who_serves_garbage_or_nothing_is_no_capacity_of_the_seeds() {
    let [mut poisoner, mut idle] = [seed(), seed()];
    (poisoner.behavior, idle.behavior) = (Behavior::Corrupt, Behavior::FreeRider);
    let summary = summary(&[seed_totals(0)], &[seed(), poisoner, idle, leecher(1)]);
    assert_eq!(summary.seed_capacity_share, Some(0.25));
}

#[test]
fn the_unfinished_count_as_never_and_are_told_apart() {
    let people = [seed(), leecher(1), leecher(1), leecher(1)];
    let mut patient = totals(2, 0, None);
    patient.left = Some((crate::metrics::testing::at(9), Departure::GaveUp));
    let of = [seed_totals(0), totals(1, 0, Some(20)), patient, totals(3, 0, None)];
    let all = summary(&of, &people).all.row;
    assert_eq!((all.completed, all.gave_up, all.cut_off), (1, 1, 1));
    assert_eq!((all.download_p10_s, all.download_median_s, all.download_mean_s), (Some(20.0), None, None));
    assert_eq!((all.fluid_bound_s, all.bound_ratio), (Some(10.0), None));
}

#[test]
fn who_never_got_a_piece_waits_for_it_for_ever() {
    let people = [seed(), leecher(1), leecher(1), leecher(1), leecher(2)];
    let first = |peer, arrived, piece, completed| PersonTotals {
        first_piece: Some(at(piece)),
        ..totals(peer, arrived, completed)
    };
    let brought = PersonTotals { first_piece: None, ..seed_totals(0) };
    let of = [
        brought,
        first(1, 0, 4, Some(20)),
        first(2, 10, 19, None),
        first(3, 5, 12, None),
        totals(4, 0, None),
    ];
    let summary = summary(&of, &people);
    let contributors = &summary.classes[1].row;
    // 4, 7 and 9 s after their arrivals, two of them without ever finishing.
    assert_eq!((contributors.first_piece_median_s, contributors.first_piece_p90_s), (Some(7.0), Some(9.0)));
    let all = &summary.all.row;
    assert_eq!((all.first_piece_median_s, all.first_piece_p90_s), (Some(7.0), None), "one of four got none");
    assert_eq!(summary.classes[0].row.first_piece_median_s, None);
}

/// As [`summary`], with wishes beside persons, leaving out a warm-up.
fn without_the_first(
    seconds: Option<u64>,
    of: &[PersonTotals],
    wishes: &[WishTotals],
    people: &[Person],
) -> RunSummary {
    let mut scenario = scenario();
    scenario.output.warm_up = seconds.map(|seconds| WarmUp::Until(at(seconds)));
    // Kept for the warm-up, not because they are asked for.
    scenario.output.searches = false;
    let mut collector = Collector::new(&scenario, 0, 0, people);
    wishes.iter().for_each(|wish| collector.wish(wish));
    of.iter().for_each(|person| collector.person(person));
    summarise(&scenario, people, &collector.finish())
}

#[test]
fn a_warm_up_leaves_who_came_later() {
    let people = [seed(), leecher(1), leecher(1), leecher(2), leecher(1)];
    let early = [totals(1, 0, None), totals(3, 29, Some(900))];
    let late = [totals(2, 30, Some(70)), totals(4, 50, None)];
    let nobody = |peer| PersonTotals { arrived: None, ..totals(peer, 0, None) };
    let everybody = [seed_totals(0), early[0].clone(), late[0].clone(), early[1].clone(), late[1].clone()];
    let alone = [seed_totals(0), nobody(1), late[0].clone(), nobody(3), late[1].clone()];
    let wishes =
        [fetched(1, 0, 29, 900), not_found(3, 0, 0, 1), fetched(2, 0, 30, 70), not_found(4, 0, 50, 1)];

    let cut = without_the_first(Some(30), &everybody, &wishes, &people);
    let later = without_the_first(None, &alone, &wishes[2..], &people);
    for (cut, later) in cut.rows().zip(later.rows()) {
        let same = SummaryRow {
            downloaded_bytes: cut.downloaded_bytes,
            share_ratio: cut.share_ratio,
            warm_up_s: Some(30.0),
            ..later.clone()
        };
        assert_eq!(*cut, same);
    }
    let all = &cut.all.row;
    assert_eq!((all.peers, all.completed, all.cut_off, all.download_p10_s), (2, 1, 1, Some(40.0)));
    assert_eq!((all.wishes, all.fetched, all.fetch_p10_s, all.missed_online), (2, 1, Some(40.0), 1));
    assert_eq!(all.downloaded_bytes, 2000, "bytes are of the whole run");
    assert_eq!(cut.classes[0].row.seeds_from_start, 1, "what serves is still there");
    assert_eq!((cut.all.downloaders, cut.classes[2].downloaders), (4, 1), "who came, in the warm-up too");
    assert_eq!(cut.fetches.len(), 1, "the curve is of the wishes that are counted");
    let whole = without_the_first(None, &everybody, &wishes, &people);
    let none = without_the_first(Some(0), &everybody, &wishes, &people);
    assert_eq!(none.all.row, SummaryRow { warm_up_s: Some(0.0), ..whole.all.row });
}

#[test]
fn bounds_are_about_everybody_warm_up_or_not() {
    let people = [seed(), leecher(1), leecher(1)];
    // The one who is left out was faster than anything can be, and is the last to finish.
    let of = [seed_totals(0), totals(1, 0, Some(9)), totals(2, 5, Some(8))];
    let cut = without_the_first(Some(3), &of, &[], &people);
    assert_eq!((cut.all.row.peers, cut.all.row.bound_ratio), (1, Some(0.9)));
    assert_eq!(cut.violations(1.0 + 1e-9).len(), 1);
    // Nor is there a ratio where one of those left out never finished.
    let of = [seed_totals(0), totals(1, 0, None), totals(2, 5, Some(800))];
    let cut = without_the_first(Some(3), &of, &[], &people);
    assert_eq!((cut.all.row.download_mean_s, cut.all.row.bound_ratio), (Some(795.0), None));
}

#[test]
fn faster_than_anything_can_be_is_a_violation() {
    let of = [seed_totals(0), totals(1, 0, Some(9))];
    let violations = summary(&of, &[seed(), leecher(1)]).violations(1.0 + 1e-9);
    assert_eq!(violations.len(), 1);
    assert!(violations[0].contains("0.9 times"), "{violations:?}");
}

#[test]
fn wishes_are_summed_by_class_and_together() {
    let people = [seed(), leecher(1), leecher(2)];
    let failed = WishTotals { outcome: WishOutcome::Failed, suppliers: 1, ..not_found(2, 50, 10, 1) };
    let left = WishTotals { outcome: WishOutcome::Left, ..not_found(2, 3, 10, 0) };
    let open = WishTotals::new(PersonIndex(1), FileIndex(0), at(90));
    let wishes = [fetched(1, 0, 0, 10), fetched(2, 1, 0, 40), not_found(1, 99, 5, 2), failed, left, open];
    let run = of_wishes(&wishes, &people);
    let all = &run.all.row;
    assert_eq!(
        (all.wishes, all.fetched, all.not_found, all.failed, all.abandoned, all.open),
        (6, 2, 1, 1, 1, 1)
    );
    assert_eq!((all.found, all.missed_online, all.success_ratio), (3, 1, Some(2.0 / 6.0)));
    assert_eq!((all.fetch_p10_s, all.fetch_median_s, all.fetch_p90_s), (Some(10.0), None, None));
    // Means over the two that were fetched: a tenth of 10 s and of 40 s on the search.
    assert_eq!((all.find_mean_s, all.transfer_mean_s), (Some(2.5), Some(20.0)));
    assert_eq!(
        (all.searches, all.messages_per_search, all.message_bytes_per_search),
        (5, Some(2.0), Some(200.0))
    );
    let contributors = &run.classes[1].row;
    assert_eq!((contributors.wishes, contributors.fetched, contributors.fetch_p10_s), (3, 1, Some(10.0)));
    assert_eq!(run.classes[0].row.wishes, 0);
    assert_eq!(run.classes[0].row.success_ratio, None);
    let ranks = |run: &RunSummary| -> Vec<_> {
        run.popularity.iter().map(|row| (row.from_rank, row.wishes, row.found)).collect()
    };
    assert_eq!(ranks(&run), [(1, 3, 2), (4, 1, 0), (31, 2, 1)]);
    let later = of_wishes_after(Some(WarmUp::Until(at(5))), &wishes, &people);
    assert_eq!(ranks(&later), [(1, 1, 0), (4, 1, 0), (31, 2, 1)], "wishes of the warm-up are not counted");
    assert_eq!(run.top_tenth_share, Some(2.0 / 3.0), "one of three persons sent 2000 of 3000 bytes");
}

#[test]
fn the_curve_of_times_has_few_points_and_loses_nobody() {
    let people = [seed(), leecher(1)];
    let wishes: Vec<_> = (1..=1000).rev().map(|seconds| fetched(1, 0, 0, seconds)).collect();
    let run = of_wishes(&wishes, &people);
    let points: Vec<_> = run.fetches.iter().map(|row| (row.time_s, row.fetched)).collect();
    assert!(points.len() <= CURVE && points.iter().all(|(time, count)| *time == *count as f64), "{points:?}");
    assert_eq!(points.last(), Some(&(1000.0, 1000)));
    assert_eq!(of_wishes(&wishes[..3], &people).fetches.len(), 3);
}

#[test]
fn a_plain_server_has_the_bound_of_servers_alone() {
    let mut scenario = scenario();
    scenario.systems[1].kind = SystemKind::ClientServer(Box::new(servers()));
    let people = [seed(), leecher(1), leecher(1)];
    let mut collector = Collector::new(&scenario, 1, 0, &people);
    for person in [seed_totals(0), totals(1, 0, Some(20)), totals(2, 0, Some(30))] {
        collector.person(&person);
    }
    let row = summarise(&scenario, &people, &collector.finish()).all.row;
    // max{ 2 x 1000 / 100, 1000 / 400 } = 20 s; the last completion is at 30 s.
    assert_eq!((row.fluid_bound_s, row.server_bound_s, row.bound_ratio), (None, Some(20.0), Some(1.5)));
}
