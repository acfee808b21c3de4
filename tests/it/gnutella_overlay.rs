//! Gnutella's overlay: links that come and go, their number, and ultrapeers.

use unchoke::record::{DisconnectReason, Record, WishOutcome, WishTotals};
use unchoke::spec::{Capacity, Leaves, Overlay, PeerClass};
use unchoke::units::{PersonIndex, Rate};

use crate::gnutella_support::*;
use crate::swarm_support::{Play, Run};

#[test]
fn who_vanishes_is_missed_after_two_rounds_and_its_links_are_replaced() {
    let gone = PeerClass { leaves: Some(Leaves::At(at(300))), vanishes: true, ..bystanders("gone", 1) };
    let run = closely(world(FLAT, vec![gone, bystanders("others", 30)]));
    let of_gone = |record: &Record| matches!(record, Record::Disconnected { neighbour: PersonIndex(0), .. });
    let ends: Vec<_> = run.records.iter().filter(|(_, record)| of_gone(record)).collect();
    assert!(!ends.is_empty());
    for (when, record) in ends {
        // Pings go out every 20 s.
        assert_eq!(*when, at(340));
        assert!(matches!(record, Record::Disconnected { reason: DisconnectReason::TimedOut, .. }));
    }
    // Whoever had opened a link to it has opened another since.
    let count = |kind: fn(&Record) -> bool| moments(&run, kind).len();
    let opened = count(|record| matches!(record, Record::Connected { .. }));
    let lost = count(|record| matches!(record, Record::Disconnected { .. }));
    assert!(opened - lost >= 30, "{opened} links opened, {lost} lost");
}

#[test]
fn a_clean_goodbye_is_known_at_once() {
    let gone = PeerClass { leaves: Some(Leaves::At(at(300))), ..bystanders("gone", 1) };
    let run = closely(world(FLAT, vec![gone, bystanders("others", 30)]));
    let ends = moments(&run, |record| {
        matches!(record, Record::Disconnected { reason: DisconnectReason::NeighbourLeft, .. })
    });
    assert!(!ends.is_empty() && ends.iter().all(|&when| when == at(300)));
}

#[test]
fn links_have_their_mean_and_their_limit() {
    let run = play(Play::default(), world(FLAT, vec![bystanders("everybody", 3_000)]));
    let mut links = vec![0u32; 3_000];
    for (_, record) in &run.records {
        if let Record::Connected { from, to } = record {
            links[from.at()] += 1;
            links[to.at()] += 1;
        }
    }
    // Everybody opens one link or two, 1.7 on average; the standard error of the mean of both ends is 2 x 0.46 / sqrt(3000) = 0.017.
    let mean = f64::from(links.iter().sum::<u32>()) / 3_000.0;
    assert!((mean - 3.4).abs() < 0.085, "{mean}");
    assert!(links.iter().all(|&links| (1..=12).contains(&links)), "{:?}", links.iter().max());
}

#[test]
fn ultrapeers_search_for_their_leaves() {
    let people = || vec![askers("asker", 60), bystanders("others", 540), holders("holder", 6)];
    let flat = play(Play::default(), world(FLAT, people()));
    let ultrapeers = Overlay::Ultrapeers { share: 0.1, links: 6, parents: 3, leaves: 60 };
    let mut scenario = world(ultrapeers, people());
    // Holders have the slower lines, so they are leaves: what they share is known by their tables.
    scenario.classes[2].upload = Capacity::Fixed(Rate::from_mbit(0.5));
    let tiered = play(Play::default(), scenario);
    let fetched = |run: &Run| run.wishes.iter().filter(|wish| wish.outcome == WishOutcome::Fetched).count();
    assert_eq!((fetched(&flat), fetched(&tiered)), (60, 60));
    let mean = |run: &Run, of: fn(&WishTotals) -> f64| {
        run.wishes.iter().map(of).sum::<f64>() / run.wishes.len() as f64
    };
    let (flat_cost, tiered_cost) =
        (mean(&flat, |wish| wish.messages as f64), mean(&tiered, |wish| wish.messages as f64));
    assert!(tiered_cost < 0.4 * flat_cost, "{tiered_cost} messages a wish beside {flat_cost}");
    assert!(mean(&tiered, |wish| f64::from(wish.reached)) > 590.0, "and as many are searched");
    // Leaves forward nothing: a query has a copy at most for each end of a link among the 60 ultrapeers, three from its asker, and
    // three to each leaf with a file that matches: the holders, and askers who have fetched it.
    let most = 60.0 * 6.0 + 3.0 + 3.0 * (6.0 + 59.0);
    let copies = tiered.totals.search.queries as f64 / 60.0;
    assert!(copies < most, "{copies} copies a query");
}
