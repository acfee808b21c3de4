//! Gnutella: floods against closed forms, hits, pushes, free riders, links that come and go, ultrapeers.

use unchoke::record::{Record, WishOutcome, WishTotals};
use unchoke::spec::{
    Arrival, Behavior, Capacity, Content, FileSize, Leaves, Overhead, Overlay, PeerClass, Scenario,
    SupplierChoice, WishTimes, WishedFiles,
};
use unchoke::units::{Bytes, PersonIndex, Rate};

use crate::gnutella_support::*;
use crate::swarm_support::{Play, Run};

/// The only wish of a run.
#[track_caller]
fn only_wish(run: &Run) -> &WishTotals {
    assert_eq!(run.wishes.len(), 1);
    &run.wishes[0]
}

/// Seconds of a span.
fn close_to(seconds: f64, expected: f64) -> bool {
    (seconds - expected).abs() < 1e-6
}

#[test]
fn a_flood_on_a_regular_tree_reaches_the_sum_of_its_levels() {
    // n = 4, TTL 7: sum over i = 1..=7 of 4 x 3^(i-1) = 4372; the eighth level has 4 x 3^7 = 8748 servents.
    let run =
        play(Play::default(), world(TREE, vec![askers("asker", 1), bystanders("others", 4_372 + 8_748)]));
    let wish = only_wish(&run);
    assert_eq!((wish.reached, wish.messages, wish.duplicates), (4_372, 4_372, 0));
    assert_eq!((wish.outcome, wish.searches, wish.available), (WishOutcome::NotFound, 1, 0));
    assert_eq!((run.totals.search.queries, run.totals.search.hits), (4_372, 0));
    // One level less and one level more.
    for (ttl, reach) in [(6, 1_456), (8, 13_120)] {
        let mut scenario = world(TREE, vec![askers("asker", 1), bystanders("others", 13_120)]);
        spec(&mut scenario).ttl = ttl;
        assert_eq!(only_wish(&play(Play::default(), scenario)).reached, reach);
    }
}

#[test]
fn in_a_complete_overlay_everybody_hears_it_from_everybody() {
    // Everybody opens links until it has one with each of the other seven.
    let complete = Overlay::Flat { links: 14.0, most: 8 };
    let run = closely(world(complete, vec![askers("asker", 1), bystanders("others", 7)]));
    let wish = only_wish(&run);
    // n - 1 copies from the asker, and n - 2 from each of the others, which are all in vain.
    assert_eq!((wish.reached, wish.messages, wish.duplicates), (7, 7 + 7 * 6, 7 * 6));
}

/// The asker, then the holder on the third place to one side: two servents are between them.
fn three_hops(holder: PeerClass) -> Scenario {
    let between = |name| bystanders(name, 2);
    // Persons 0 (asker), 1, 2, 3, 4, 5 (holder); the row is 5 - 3 - 1 - 0 - 2 - 4.
    world(
        ROW,
        vec![
            askers("asker", 1),
            between("near"),
            between("far"),
            PeerClass { name: "holder".to_owned(), ..holder },
        ],
    )
}

#[test]
fn hits_come_back_as_they_went_and_the_file_is_fetched_directly() {
    let run = closely(three_hops(holders("holder", 1)));
    let wish = only_wish(&run);
    assert_eq!((wish.outcome, wish.suppliers, wish.attempts), (WishOutcome::Fetched, 1, 1));
    // Copies to 1, 2, 3, 4, 5; the hit over 5 - 3 - 1 - 0.
    assert_eq!((run.totals.search.queries, run.totals.search.hits), (5, 3));
    assert_eq!((wish.reached, wish.messages), (5, 8));
    // Three latencies of 50 ms there, three back, and two seconds until the asker looks at the hits.
    assert!(close_to(wish.finding.as_secs(), 2.0 + 6.0 * 0.05), "{wish:?}");
    // TCP and the request are three latencies, the first byte one; 1 MB at 1 Mbit/s takes 8 s.
    assert!(
        close_to(wish.waiting.as_secs(), 4.0 * 0.05) && close_to(wish.transferring.as_secs(), 8.0),
        "{wish:?}"
    );
    let answered: Vec<u32> = run.persons.iter().map(|person| person.answered).collect();
    assert_eq!(answered, [0, 0, 0, 0, 0, 1]);
    assert_eq!(run.persons[5].to_requesters, SIZE.0);
}

#[test]
fn a_query_is_not_answered_beyond_its_hops() {
    let mut scenario = three_hops(holders("holder", 1));
    spec(&mut scenario).ttl = 2;
    let run = closely(scenario);
    let wish = only_wish(&run);
    assert_eq!((wish.outcome, wish.reached, wish.available), (WishOutcome::NotFound, 4, 1));
    // Without a hit the search is given up after half a minute.
    assert!(close_to(wish.finding.as_secs(), 30.0));
}

#[test]
fn free_riders_forward_queries_and_answer_none() {
    let rides = |class: PeerClass| PeerClass { behavior: Behavior::FreeRider, ..class };
    let run = closely(three_hops(rides(holders("holder", 1))));
    let wish = only_wish(&run);
    assert_eq!((wish.outcome, wish.reached, wish.available), (WishOutcome::NotFound, 5, 0));
    assert!(run.persons.iter().all(|person| person.answered == 0));

    let mut scenario = three_hops(holders("holder", 1));
    scenario.classes[1].behavior = Behavior::FreeRider;
    assert_eq!(only_wish(&closely(scenario)).outcome, WishOutcome::Fetched);
}

/// The holder and perhaps the asker cannot be connected to.
fn behind_firewalls(asker_too: bool) -> Run {
    let mut scenario = three_hops(holders("holder", 1));
    let clients = &mut spec(&mut scenario).clients;
    clients[3].connectable = false;
    clients[0].connectable = !asker_too;
    closely(scenario)
}

#[test]
fn a_supplier_behind_a_firewall_is_reached_by_a_push() {
    let run = behind_firewalls(false);
    let wish = only_wish(&run);
    assert_eq!((wish.outcome, run.totals.search.pushes), (WishOutcome::Fetched, 3));
    // Three latencies of the push, then four until the supplier has the request, one until the first byte.
    assert!(close_to(wish.waiting.as_secs(), 8.0 * 0.05), "{wish:?}");
}

#[test]
fn between_two_firewalls_a_push_is_in_vain() {
    let run = behind_firewalls(true);
    let wish = only_wish(&run);
    assert_eq!((wish.outcome, wish.attempts, run.totals.search.pushes), (WishOutcome::Failed, 1, 3));
    assert!(close_to(wish.waiting.as_secs(), 30.0), "{wish:?}");
}

#[test]
fn what_was_not_found_is_searched_for_again() {
    let late = PeerClass { arrive: Arrival::At(at(600)), ..holders("holder", 1) };
    let mut scenario = three_hops(late);
    spec(&mut scenario).clients[0].search_again_after = Some(secs(60));
    let run = closely(scenario);
    let wish = only_wish(&run);
    assert_eq!(wish.outcome, WishOutcome::Fetched);
    let searches = moments(&run, |record| matches!(record, Record::Searched { .. }));
    assert_eq!(searches.len(), wish.searches as usize);
    // Half a minute until a search is given up, a minute until the next.
    assert!(searches.windows(2).all(|two| two[1].since(two[0]) == secs(90)), "{searches:?}");
    assert!(wish.searches >= 6 && *searches.last().unwrap() > at(600));
}

#[test]
fn the_folder_grows_and_what_was_fetched_is_given_on() {
    // The holder goes after it has given one copy; whoever comes later finds it at those who fetched it.
    let mut scenario = world(FLAT, vec![holders("holder", 1), askers("first", 1), askers("second", 1)]);
    scenario.classes[0].leaves = Some(Leaves::At(at(400)));
    scenario.classes[2].arrive = Arrival::At(at(500));
    // One file only to wish for.
    for class in &mut scenario.classes {
        class.wishes.among = WishedFiles::Ranks { from: 0.0, to: 0.01 };
    }
    let run = closely(scenario);
    assert!(run.wishes.iter().all(|wish| wish.outcome == WishOutcome::Fetched), "{:?}", run.wishes);
    assert_eq!(run.persons[1].to_requesters, SIZE.0);
}

#[test]
fn pings_choose_the_supplier_that_is_nearest_or_least_busy() {
    let nearest = |choice| {
        let mut scenario = world(TREE, vec![askers("asker", 1), holders("far", 1), holders("near", 1)]);
        scenario.classes[1].access_latency = secs(1);
        spec(&mut scenario).clients[0].choice = choice;
        let run = closely(scenario);
        assert_eq!(only_wish(&run).outcome, WishOutcome::Fetched);
        (run.persons[1].to_requesters > 0, only_wish(&run).waiting)
    };
    let (far, waited) = nearest(SupplierChoice::Nearest { pings: 2 });
    assert!(!far, "the near one answers sooner");
    // The pong of the far one takes 2.1 s and is waited for 2 s; then the near one is asked.
    assert!((2.0..2.5).contains(&waited.as_secs()), "{waited}");

    let mut scenario = world(TREE, vec![askers("asker", 8), holders("holder", 4)]);
    spec(&mut scenario).clients[0].choice = SupplierChoice::LeastLoaded { pings: 4 };
    // Each transfer takes minutes, so whom the others have chosen is known to the next.
    let Content::Catalogue(songs) = &mut scenario.content else { unreachable!() };
    songs.size = FileSize::Fixed(Bytes(20 * SIZE.0));
    let run = closely(scenario);
    let given: Vec<u64> = run.persons[8..].iter().map(|person| person.to_requesters / SIZE.0 / 20).collect();
    assert!(given.iter().all(|&copies| (1..=3).contains(&copies)), "{given:?}");
}

#[test]
fn searching_slows_the_lines_it_crosses() {
    let time = |overhead, askers_count| {
        let asking = PeerClass {
            wishes: wants(WishTimes::Poisson { per_second: 0.2, at_most: 90 }),
            ..bystanders("asking", askers_count)
        };
        let modem = Capacity::Fixed(Rate::from_mbit(0.0336));
        let mut scenario = world(FLAT, vec![askers("asker", 1), holders("holder", 1), asking]);
        scenario.classes.iter_mut().for_each(|class| class.upload = modem.clone());
        scenario.network.overhead = overhead;
        // The others only search.
        (spec(&mut scenario).clients[2].downloads, spec(&mut scenario).clients[2].attempts) = (90, 0);
        let run = play(Play::default(), scenario);
        assert_eq!(run.persons[1].to_requesters, SIZE.0);
        let first = run.wishes.iter().find(|wish| wish.peer == PersonIndex(0)).expect("it wished");
        first.transferring.as_secs()
    };
    let (quiet, busy) = (time(Overhead::TcpIp, 0), time(Overhead::TcpIp, 60));
    assert!(busy > 1.1 * quiet, "{quiet} s without queries of others, {busy} s with");
}

#[test]
fn the_same_seed_gives_the_same_run_and_checks_change_nothing() {
    let scenario = || {
        let mut scenario =
            world(FLAT, vec![askers("asker", 20), holders("holder", 3), bystanders("others", 20)]);
        scenario.classes[2].vanishes = true;
        scenario.classes[2].leaves = Some(Leaves::At(at(50)));
        scenario
    };
    let run = play(Play::default(), scenario());
    assert_eq!(run.digest, closely(scenario()).digest);
    assert_eq!(run.wishes, play(Play::default(), scenario()).wishes);
    let other = play(Play { replicate: 1, ..Play::default() }, scenario());
    assert_ne!(run.digest, other.digest);
}

/// An ultrapeer without another ultrapeer has its leaves to ask, and those that come after its wish.
#[test]
fn a_lonely_ultrapeer_finds_what_its_leaf_has() {
    let run = crate::swarm_support::CLOSELY.run(
        r#"
stop = { no-later-than = "20 min", or-when = "everyone-finished" }
[content]
size = "1 MiB"
[peers.fast]
count = 1
upload = "10 Mbit/s"
[peers.slow]
count = 1
starts-with = "whole-file"
upload = "1 Mbit/s"
arrive = { at = "30 s" }
[systems.gnutella]
overlay = { ultrapeers = { share = 0.1 } }
"#,
    );
    assert_eq!(run.wishes.len(), 1);
    assert_eq!(run.wishes[0].outcome, unchoke::record::WishOutcome::Fetched, "{:?}", run.wishes);
}
