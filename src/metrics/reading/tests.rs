//! Golden texts of the main shapes that a reading takes.

use super::*;
use crate::metrics::rows::SummaryRow;
use crate::metrics::statistics::RatioEstimate;
use crate::metrics::summary::GroupSummary;
use crate::metrics::testing::scenario;
use crate::spec::{AfterFinishing, Capacity, Duration, Sessions, SystemKind};
use crate::units::{Rate, SimDuration, SimTime};

/// A run in which contributors and free riders have these medians; optimistic 120, seed 880 bytes for the latter.
fn run(system: &str, replicate: u32, contributors: Option<f64>, free_riders: Option<f64>) -> RunSummary {
    let group = |peers: u32, seeds, median: Option<f64>| {
        let completed = if median.is_some() { peers - seeds } else { 0 };
        GroupSummary {
            row: SummaryRow {
                peers,
                seeds_from_start: seeds,
                completed,
                cut_off: peers - seeds - completed,
                download_median_s: median,
                ..SummaryRow::default()
            },
            downloaders: peers - seeds,
            ..GroupSummary::default()
        }
    };
    let mut riders = group(20, 0, free_riders);
    riders.received = [0, 120, 880, 0, 0, 0];
    let mut all = group(100, 0, contributors);
    if free_riders.is_none() {
        (all.row.completed, all.row.cut_off) = (80, 20);
    }
    RunSummary {
        system: system.into(),
        replicate,
        classes: vec![group(1, 1, None), group(80, 0, contributors), riders],
        all,
        seed_capacity_share: Some(0.0196),
        ..RunSummary::default()
    }
}

fn runs(system: &str, times: &[(f64, f64)]) -> Vec<RunSummary> {
    let number = |index| u32::try_from(index).unwrap();
    times
        .iter()
        .enumerate()
        .map(|(index, &(own, theirs))| run(system, number(index), Some(own), Some(theirs)))
        .collect()
}

fn check(scenario: &Scenario, runs: &[RunSummary], expected: &[&str]) {
    let sentences = read_all(scenario, runs);
    assert_eq!(sentences, expected, "\n{}\n", sentences.join("\n"));
    assert!((2..=MOST + 1).contains(&sentences.len()));
}

const CONTEXT: &str = "Depends on: contributors leave when done; those who serve the whole file from the start have 2 % of \
                       the upload capacity. Assumed, not found: capacities, arrivals and the share of free riders \
                       (20 of 100 who download).";

#[test]
fn a_difference_that_the_replicates_show() {
    let mut all = runs("tit-for-tat", &[(540.0, 4800.0), (548.0, 4931.0), (556.0, 5100.0)]);
    all.extend(runs("random-choking", &[(600.0, 590.0), (610.0, 640.0), (590.0, 575.0)]));
    check(
        &scenario(),
        &all,
        &[
            "Under tit-for-tat, free riders: median 4940 s (1 h 22 min), contributors: 548 s: 9.02 times slower \
             (3 runs, 95 % CI 8.67 to 9.38).",
            "Their bytes: 12 % from optimistic slots, 88 % from seeds.",
            "Under random-choking, free riders: median 601 s, contributors: 600 s: no difference shown (3 runs, 95 % \
             CI of the ratio 0.906 to 1.11).",
            "Contributors, under random-choking: median 600 s, under tit-for-tat: 548 s: 1.09 times slower (3 runs, \
             95 % CI 1.02 to 1.17).",
            "Everybody finished.",
            CONTEXT,
            "One more sentence is left out here; the tables and plots have its figures.",
        ],
    );
}

#[test]
fn one_run_allows_no_conclusion() {
    check(
        &scenario(),
        &runs("tit-for-tat", &[(548.0, 4931.0)]),
        &[
            "Free riders: median 4930 s (1 h 22 min), contributors: 548 s: 9.00 times slower (one run; no conclusion).",
            "Their bytes: 12 % from optimistic slots, 88 % from seeds.",
            "Everybody finished.",
            CONTEXT,
        ],
    );
}

#[test]
fn a_run_to_which_nobody_of_a_class_came_is_left_out() {
    let mut all = runs("tit-for-tat", &[(540.0, 4800.0), (548.0, 4931.0), (556.0, 5100.0)]);
    all[0].classes[2] = GroupSummary::default();
    let sentences = read_all(&scenario(), &all);
    assert!(
        sentences[0].starts_with(
            "Free riders: median 5010 s (1 h 24 min), contributors: 552 s: 9.08 times slower (2 runs"
        ),
        "{}",
        sentences[0]
    );
    assert!(sentences.last().unwrap().contains("the share of free riders (20 of 100"), "{sentences:?}");
}

#[test]
fn an_interval_above_one_is_seen_to_be_above_one() {
    let text = |low| {
        compare::verdict_in(
            &RatioEstimate { ratio: 1.05, interval: Some((low, 1.2)), runs: 4 },
            "slower",
            "faster",
        )
    };
    assert_eq!(text(1.0031), "1.05 times slower (4 runs, 95 % CI 1.003 to 1.20)");
    let same = RatioEstimate { ratio: 1.0, interval: Some((1.0, 1.0)), runs: 4 };
    assert_eq!(compare::verdict_in(&same, "slower", "faster"), "the same in each of 4 runs");
    assert_eq!(text(1.000_2), "1.05 times slower (4 runs, 95 % CI just above 1 to 1.20)");
}

#[test]
fn classes_that_differ_otherwise_are_confounded() {
    let mut scenario = scenario();
    scenario.classes[2].upload = Capacity::Fixed(Rate(50.0));
    let sentences = read_all(&scenario, &runs("tit-for-tat", &[(548.0, 4931.0), (550.0, 5000.0)]));
    assert_eq!(
        sentences[2],
        "Confounded: free riders and contributors also differ in upload capacity, so the difference is not the \
         behaviour's alone."
    );
}

#[test]
fn people_and_clients_that_differ_are_confounded_too() {
    let mut scenario = scenario();
    let rider = &mut scenario.classes[2];
    rider.wishes.by_performer = 0.5;
    rider.sessions = Some(Sessions { online: Duration::Fixed(SimDuration::from_whole_secs(60)), away: None });
    rider.after_finishing = AfterFinishing::SeedForever;
    rider.vanishes = true;
    let told = |scenario: &Scenario, runs: &[RunSummary]| {
        read_all(scenario, runs).into_iter().find(|text| text.starts_with("Confounded")).unwrap()
    };
    let mut all = runs("tit-for-tat", &[(548.0, 4931.0), (550.0, 5000.0)]);
    assert_eq!(
        told(&scenario, &all),
        "Confounded: free riders and contributors also differ in wishes, times online and away, what they do when done and \
         how they leave, so the difference is not the behaviour's alone."
    );
    let mut scenario = crate::metrics::testing::scenario();
    let SystemKind::BitTorrent(swarm) = &mut scenario.systems[0].kind else { unreachable!() };
    swarm.clients[2].regular_slots = 9;
    assert!(told(&scenario, &all).contains("also differ in clients, so"), "{}", told(&scenario, &all));
    all.extend(runs("random-choking", &[(548.0, 4931.0), (550.0, 5000.0)]));
    assert!(told(&scenario, &all).contains("also differ in clients (under tit-for-tat), so"));
}

#[test]
fn a_free_rider_is_held_against_who_differs_least() {
    let mut scenario = scenario();
    let SystemKind::BitTorrent(swarm) = &mut scenario.systems[0].kind else { unreachable!() };
    swarm.clients[2].regular_slots = 9;
    swarm.clients.push(swarm.clients[1].clone());
    let large =
        PeerClass { name: "slow".into(), upload: Capacity::Fixed(Rate(9.0)), ..scenario.classes[1].clone() };
    scenario.classes.push(large);
    let mut all = runs("tit-for-tat", &[(548.0, 4931.0), (550.0, 5000.0)]);
    for run in &mut all {
        let mut slow = run.classes[1].clone();
        slow.downloaders = 900;
        run.classes.push(slow);
    }
    let told = read_all(&scenario, &all);
    assert!(told[0].starts_with("Free riders: median 4970 s (1 h 23 min), contributors: 549 s"), "{told:#?}");
}

#[test]
fn a_median_that_was_not_reached_gives_no_ratio() {
    let all = [run("tit-for-tat", 0, Some(548.0), None), run("tit-for-tat", 1, Some(548.0), Some(4931.0))];
    let sentences = read_all(&scenario(), &all);
    assert_eq!(
        sentences[0],
        "Free riders: median not reached in 1 of 2 runs, contributors: median 548 s; no ratio can be given."
    );
    assert!(
        sentences.contains(
            &"Finished: 180 of 200, 20 cut off by the end of the run (at 8 h at the latest).".to_owned()
        ),
        "{sentences:#?}"
    );
}

#[test]
fn a_difference_too_small_for_three_digits() {
    let sentences = read_all(&scenario(), &runs("tit-for-tat", &[(1000.0, 1003.0), (1000.0, 1003.001)]));
    assert_eq!(
        sentences[0],
        "Free riders: median 1000 s, contributors: 1000 s: slower, but by less than half a per cent (2 runs)."
    );
}

#[test]
fn without_deviants_the_systems_are_compared_for_everybody() {
    let mut scenario = scenario();
    scenario.classes.remove(2);
    scenario.classes[1].after_finishing = AfterFinishing::SeedForever;
    let mut all = runs("tit-for-tat", &[(100.0, 1.0), (101.0, 1.0)]);
    all.extend(runs("random-choking", &[(50.0, 1.0), (50.5, 1.0)]));
    for run in &mut all {
        run.classes.remove(2);
        run.all.row.bound_ratio = Some(1.25);
    }
    check(
        &scenario,
        &all,
        &[
            "Everybody, under random-choking: median 50.2 s, under tit-for-tat: 100 s: 2.00 times faster (2 runs, 95 % \
             CI 2.00 to 2.00).",
            "Everybody finished.",
            "The last completion took 1.25 under tit-for-tat and 1.25 under random-choking times the fluid lower bound \
             (no scheme can do better than 1).",
            "Depends on: contributors stay and seed when done; those who serve the whole file from the start have 2 % of the \
             upload capacity. Assumed, not found: capacities and arrivals.",
        ],
    );
    let alone = read_all(&scenario, &all[..2]);
    assert_eq!(alone[0], "Median download time 100 s (2 runs, medians from 100 s to 101 s).");
    assert_eq!(
        alone[2],
        "The last completion took 1.25 times the fluid lower bound (no scheme can do better than 1)."
    );
}

#[test]
fn two_compliant_classes_are_compared_one_by_one() {
    let mut scenario = scenario();
    scenario.classes[1].name = "crowd".into();
    scenario.classes[2].name = "newcomer".into();
    scenario.classes[2].behavior = Behavior::Compliant;
    let mut all = runs("tit-for-tat", &[(100.0, 120.0), (100.0, 121.0)]);
    all.extend([run("random-choking", 0, Some(99.0), None), run("random-choking", 1, Some(101.0), None)]);
    let sentences = read_all(&scenario, &all);
    assert_eq!(
        &sentences[..2],
        [
            "Crowd peers, under random-choking: median 100 s, under tit-for-tat: 100 s: no difference shown (2 runs, 95 % CI of the \
             ratio 0.881 to 1.14).",
            "Newcomers, under random-choking: median not reached, under tit-for-tat: median 120 s; no ratio can be given.",
        ]
    );
}

#[test]
fn runs_are_paired_by_replicate_when_some_are_missing() {
    let mut all = runs("tit-for-tat", &[(100.0, 100.0), (200.0, 200.0)]);
    all.push(run("random-choking", 1, Some(200.0), Some(200.0)));
    let sentences = read_all(&scenario(), &all);
    assert!(
        sentences.iter().any(|text| text.starts_with(
            "Contributors, under random-choking: median 200 s, \
         under tit-for-tat: 200 s: about the same (one run; no conclusion)"
        )),
        "{sentences:#?}"
    );
    assert_eq!(read_all(&scenario(), &[]), ["No run is complete, so there is nothing to read."]);
}

#[test]
fn what_is_left_out_is_counted() {
    let told = |many: u32| -> Vec<String> {
        let sentence = |nth: u32| Sentence { weight: many - nth, text: format!("sentence {nth}") };
        keep_weightiest((0..many).map(sentence).collect())
    };
    assert_eq!(told(6).len(), MOST);
    assert_eq!(told(7)[0], "sentence 1", "the least weighty goes");
    assert_eq!(told(7)[6], "One more sentence is left out here; the tables and plots have its figures.");
    assert_eq!(told(8)[6], "2 more sentences are left out here; the tables and plots have their figures.");
}

#[test]
fn who_had_not_finished_when_the_run_was_cut_short_is_said_so() {
    let mut cut = run("tit-for-tat", 0, Some(200.0), None);
    cut.cut_at = Some(SimTime::ZERO + SimDuration::from_secs(300.0));
    let sentences = read_all(&scenario(), &[cut]);
    assert!(
        sentences.contains(&"Finished: 80 of 100, 20 unfinished when the run was cut short.".to_owned()),
        "{}",
        sentences.join("\n")
    );
}
