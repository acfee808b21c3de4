//! Golden texts of comparisons across kinds of systems.

use crate::metrics::reading::words::members;
use crate::metrics::reading::{read, read_all};
use crate::metrics::rows::{CentralRow, OutageRow, PERSONS, PopularityRow, SummaryRow};
use crate::metrics::summary::{GroupSummary, RunSummary};
use crate::metrics::testing::{catalogue, scenario, servers, system};
use crate::spec::{Behavior, GnutellaSpec, Overlay, Scenario, SystemKind};
use crate::units::SimDuration;

/// A swarm, and a plain server, for files of a catalogue.
fn two_kinds() -> Scenario {
    let mut scenario = scenario();
    scenario.content = catalogue(100);
    let mut server = system("server");
    server.kind = SystemKind::ClientServer(Box::new(servers()));
    scenario.systems = vec![system("swarm"), server];
    scenario
}

/// A run in which contributors and free riders had these medians, and 90 of 100 wishes were fulfilled.
fn run(label: &str, replicate: u32, contributors: f64, riders: f64) -> RunSummary {
    let group = |peers: u32, seeds: u32, median: Option<f64>, wishes: u64| GroupSummary {
        row: SummaryRow {
            peers,
            seeds_from_start: seeds,
            wishes,
            fetched: wishes - wishes / 10,
            not_found: wishes / 10,
            fetch_median_s: median,
            ..SummaryRow::default()
        },
        downloaders: peers - seeds,
        ..GroupSummary::default()
    };
    let mut all = group(20, 0, Some(contributors), 100);
    (all.row.searches, all.row.found, all.row.missed_online) = (110, 90, 4);
    let central = |part: &str, sent_bytes, busy| CentralRow {
        part: part.into(),
        sent_bytes,
        busy_share: busy,
        busiest_share: busy.map(|busy| busy + 0.1),
        queue_most: Some(7),
        refused: Some(2),
        ..CentralRow::default()
    };
    let bin = |from_rank, to_rank, found| PopularityRow {
        from_rank,
        to_rank,
        wishes: 10,
        online: 9,
        found,
        ..PopularityRow::default()
    };
    RunSummary {
        system: label.into(),
        replicate,
        classes: vec![
            group(1, 1, None, 0),
            group(10, 0, Some(contributors), 50),
            group(10, 0, Some(riders), 50),
        ],
        all,
        top_tenth_share: Some(0.4),
        popularity: vec![bin(1, 3, 10), bin(31, 100, 6)],
        central: vec![
            central("index-0", 100, Some(0.3)),
            central("index-1", 100, Some(0.8)),
            central(PERSONS, 800, None),
        ],
        ..RunSummary::default()
    }
}

fn runs(label: &str, times: &[(f64, f64)]) -> Vec<RunSummary> {
    (0..).zip(times).map(|(number, &(own, theirs))| run(label, number, own, theirs)).collect()
}

fn told(scenario: &Scenario, runs: &[RunSummary]) -> Vec<String> {
    let mut sentences = read_all(scenario, runs);
    // How many more there would be is tested beside what leaves them out.
    sentences.retain(|sentence| !sentence.contains("left out here"));
    assert!((2..=crate::metrics::reading::MOST).contains(&sentences.len()), "{sentences:#?}");
    sentences
}

#[test]
fn the_fastest_comes_first_and_every_other_is_held_against_it() {
    let mut all = runs("swarm", &[(100.0, 200.0), (101.0, 204.0), (99.0, 190.0)]);
    all.extend(runs("server", &[(400.0, 410.0), (410.0, 400.0), (390.0, 395.0)]));
    let told = told(&two_kinds(), &all);
    assert_eq!(
        told[0],
        "From the wish to the file: swarm, median 100 s; server, 400 s: 4.00 times slower (3 runs, 95 % CI 3.85 to 4.15)."
    );
    assert_eq!(
        told[1],
        "Free riders against contributors, from the wish to the file: under swarm, 1.98 times slower (3 runs, 95 % CI 1.85 to \
         2.12); under server, no difference shown (3 runs, 95 % CI of the ratio 0.942 to 1.07)."
    );
    assert!(
        told.iter()
            .any(|text| text.starts_with("Wishes fulfilled: swarm 270 of 300 (30 found nobody); server "))
    );
}

#[test]
fn medians_beside_each_other_are_of_the_same_people() {
    let mut all = runs("swarm", &[(100.0, 200.0), (120.0, 204.0)]);
    all.extend(runs("server", &[(400.0, 410.0), (480.0, 400.0), (9.0, 9.0)]));
    let told = told(&two_kinds(), &all);
    assert!(told[0].contains("swarm, median 110 s; server, 438 s: 4.00 times slower (2 runs"), "{}", told[0]);
}

#[test]
fn who_wished_for_nothing_in_a_run_has_no_median_in_it() {
    let mut all = runs("swarm", &[(100.0, 200.0), (100.0, 300.0), (100.0, 300.0)]);
    all[0].classes[2].row = SummaryRow::default();
    let told = told(&two_kinds(), &all);
    assert!(told[1].contains("under swarm, 3.00 times slower (2 runs, 95 % CI 3.00 to 3.00)"), "{}", told[1]);
}

#[test]
fn one_run_allows_no_conclusion() {
    let mut all = runs("swarm", &[(100.0, 200.0)]);
    all.extend(runs("server", &[(400.0, 410.0)]));
    let told = told(&two_kinds(), &all);
    assert!(told[0].ends_with("server, 400 s: 4.00 times slower (one run; no conclusion)."), "{}", told[0]);
    let mut missing = run("server", 0, 400.0, 410.0);
    missing.all.row.fetch_median_s = None;
    let told = self::told(&two_kinds(), &[run("swarm", 0, 100.0, 200.0), missing]);
    assert!(told[0].ends_with("swarm, median 100 s; server, median not reached."), "{}", told[0]);
    let mut never = run("server", 0, 400.0, 410.0);
    for class in &mut never.classes {
        class.row.fetch_median_s = None;
    }
    let told = self::told(&two_kinds(), &[run("swarm", 0, 100.0, 200.0), never]);
    assert!(told[1].ends_with("; under server, neither median was reached."), "{}", told[1]);
}

#[test]
fn only_what_was_run_decides_how_it_is_told() {
    let mut scenario = two_kinds();
    scenario.content = crate::metrics::testing::scenario().content;
    let mut swarm = runs("swarm", &[(100.0, 200.0), (101.0, 204.0)]);
    for run in &mut swarm {
        run.all.row.download_median_s = Some(100.0);
    }
    let both = read(&scenario, &["swarm".into(), "server".into()], &swarm);
    assert!(both[0].starts_with("From the wish to the file: "), "{both:#?}");
    let alone = read(&scenario, &["swarm".into()], &swarm);
    assert!(!alone[0].starts_with("From the wish to the file: "), "{alone:#?}");
}

#[test]
fn who_came_in_the_warm_up_is_compared_by_its_later_wishes() {
    let mut all = runs("swarm", &[(100.0, 200.0), (101.0, 204.0), (99.0, 190.0)]);
    for run in &mut all {
        for group in run.classes.iter_mut().chain([&mut run.all]) {
            group.row.peers = 0;
            group.row.seeds_from_start = 0;
        }
    }
    let told = told(&two_kinds(), &all);
    assert!(
        told[1].starts_with("Free riders against contributors, from the wish to the file: under swarm, 1.98"),
        "{told:#?}"
    );
    assert!(told.last().unwrap().ends_with("the share of free riders (10 of 20 who download)."), "{told:#?}");
}

#[test]
fn searches_central_parts_and_senders_are_told() {
    let mut scenario = two_kinds();
    // Without free riders there is room for the rest.
    scenario.classes[2].behavior = Behavior::Compliant;
    let mut better = runs("swarm", &[(100.0, 200.0), (101.0, 204.0)]);
    for run in &mut better {
        (run.all.row.found, run.all.row.missed_online) = (99, 1);
    }
    let mut all = runs("server", &[(400.0, 410.0), (410.0, 400.0)]);
    all.extend(better);
    let told = told(&scenario, &all);
    let expected = [
        "Somebody who has the file was found under swarm for 99 % (100 % of the 2 others were online somewhere and could have \
         been found); under server for 90 %, 1.10 times less often (2 runs, 95 % CI 1.10 to 1.10) (40 % of the 20 others were \
         online somewhere and could have been found).",
        "Of the wishes for rare titles (ranks 31 to 100), against those for the most popular ones (1 to 3), a search found 60 % \
         against 100 % under swarm and 60 % against 100 % under server.",
        "Busiest central part: under swarm, index-1 at work 80 % of the time (90 % at the worst), longest queue 7, 4 requests \
         refused; under server, index-1 at work 80 % of the time (90 % at the worst), longest queue 7, 4 requests refused.",
    ];
    assert_eq!(told[1..4], expected, "{told:#?}");
}

#[test]
fn what_became_of_garbage_is_told_of_swarms_and_of_whole_files() {
    let mut scenario = two_kinds();
    scenario.classes[2].behavior = Behavior::Corrupt;
    let mut gnutella = system("gnutella");
    gnutella.kind = SystemKind::Gnutella(Box::new(GnutellaSpec {
        overlay: Overlay::Flat { links: 3.0, most: 8 },
        ttl: 7,
        ping_every: SimDuration::from_whole_secs(60),
        clients: Vec::new(),
    }));
    scenario.systems.push(gnutella);
    let mut all = runs("swarm", &[(100.0, 200.0)]);
    all[0].all.wasted_corrupt = 10;
    all[0].all.row.downloaded_bytes = 90;
    all.extend(runs("server", &[(400.0, 410.0)]));
    let mut whole = runs("gnutella", &[(300.0, 310.0)]);
    for (class, sent) in [(1, 60), (2, 40)] {
        whole[0].classes[class].row.uploaded_bytes = sent;
    }
    all.extend(whole);
    let told = told(&scenario, &all);
    let text = "Under swarm, 10 % of the bytes received failed their check and 0 of 20 peers ended with corrupt pieces; under \
                gnutella, nobody checks a file, and 40 % of what persons sent came from WHO.";
    let who = members(&scenario.classes[2]).text;
    assert!(told.contains(&text.replace("WHO", &who)), "{told:#?}");
}

#[test]
fn a_run_in_which_nothing_was_found_gives_no_ratio() {
    let mut all = runs("swarm", &[(100.0, 200.0), (101.0, 204.0)]);
    let mut blind = runs("server", &[(400.0, 410.0), (410.0, 400.0)]);
    (blind[1].all.row.found, blind[1].all.row.missed_online) = (0, 100);
    all.extend(blind);
    let mut scenario = two_kinds();
    scenario.classes[2].behavior = Behavior::Compliant;
    let told = told(&scenario, &all);
    assert_eq!(
        told[1],
        "Somebody who has the file was found under swarm for 90 % (40 % of the 20 others were online somewhere and could have \
         been found); under server for 45 % (95 % of the 110 others were online somewhere and could have been found)."
    );
}

#[test]
fn an_outage_is_told_by_what_it_met() {
    let outage = OutageRow {
        part: "index-1".into(),
        from_s: 1800.0,
        to_s: 28_800.0,
        refused: 40,
        under_way: 12,
        under_way_fetched: 9,
        wished: 30,
        wished_fetched: 1,
        ..OutageRow::default()
    };
    let mut all = runs("swarm", &[(100.0, 200.0), (101.0, 204.0)]);
    for run in &mut all {
        run.outages = vec![outage.clone()];
    }
    let told = told(&two_kinds(), &all);
    assert_eq!(
        told[2],
        "Under swarm, index-1 was down from 30 min on: 80 requests refused; 18 of 24 wishes under way then were fulfilled \
         in the end, and 2 of 60 made meanwhile."
    );
}

#[test]
fn where_nobody_wishes_nothing_was_fulfilled() {
    let mut idle = run("swarm", 0, 100.0, 200.0);
    let row = &mut idle.all.row;
    (row.wishes, row.fetched, row.found, row.searches, row.not_found) = (0, 0, 0, 0, 0);
    let told = told(&two_kinds(), &[idle]);
    assert!(told.contains(&"Nobody wished for anything.".to_owned()), "{told:#?}");
}
