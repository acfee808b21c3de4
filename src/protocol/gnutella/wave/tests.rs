use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::protocol::gnutella::overlay::Kind;
use crate::protocol::gnutella::reference::{self, Outcome, Query};
use crate::protocol::gnutella::sharers::Sharers;
use crate::rng::{Seed, Stream};
use crate::units::FileIndex;

fn id(servent: usize) -> PersonIndex {
    PersonIndex::from_usize(servent)
}

/// An overlay of links between equals, all equally long.
fn graph(servents: usize, links: impl IntoIterator<Item = (usize, usize)>) -> Overlay {
    let mut overlay = Overlay::new(servents);
    for (a, b) in links {
        overlay.link(id(a), id(b), SimDuration(10), Kind::Equal);
    }
    overlay
}

/// Servent 0 asks.
fn flood(overlay: &Overlay, ttl: u8) -> Counts {
    let mut wave = Wave::default();
    wave.spread(overlay, id(0), ttl);
    wave.counts()
}

fn counts(copies: u64, duplicates: u64, reached: u32) -> Counts {
    Counts { copies, duplicates, lost: 0, reached }
}

/// The sum over i = 1..=TTL of n (n - 1)^(i - 1).
fn reach_of_tree(degree: u64, ttl: u32) -> u64 {
    (1..=ttl).map(|level| degree * (degree - 1).pow(level - 1)).sum()
}

fn tree(degree: usize, servents: usize) -> Overlay {
    let parent = |servent: usize| match servent {
        below if below <= degree => 0,
        below => 1 + (below - 1 - degree) / (degree - 1),
    };
    graph(servents, (1..servents).map(|servent| (servent, parent(servent))))
}

#[test]
fn on_a_regular_tree_the_reach_is_the_sum_of_its_levels() {
    for (degree, ttl, reach) in [(4, 7, 4_372), (8, 7, 1_098_056), (3, 5, 93), (2, 9, 18)] {
        assert_eq!(reach_of_tree(degree, ttl), reach);
        // One level more than the query can travel.
        let servents = 1 + reach_of_tree(degree, ttl + u32::from(degree < 8)) as usize;
        let overlay = tree(degree as usize, servents);
        assert_eq!(flood(&overlay, ttl as u8), counts(reach, 0, reach as u32), "n = {degree}, TTL {ttl}");
    }
}

#[test]
fn on_a_ring_two_waves_run_until_they_meet_or_end() {
    let ring = |n: usize| graph(n, (0..n).map(|at| (at, (at + 1) % n)));
    // Two copies a hop while TTL < n / 2.
    assert_eq!(flood(&ring(20), 7), counts(14, 0, 14));
    // n even: both come to the opposite servent, one of them as a duplicate, and the first goes on to the other's sender.
    assert_eq!(flood(&ring(10), 200), counts(11, 2, 9));
    // n odd: the two in the middle send each other the query.
    assert_eq!(flood(&ring(11), 200), counts(12, 2, 10));
}

#[test]
fn in_a_complete_graph_everybody_hears_it_from_everybody() {
    let n = 12u64;
    let pairs = (0..12usize).flat_map(|a| (0..a).map(move |b| (a, b)));
    let complete = graph(12, pairs);
    assert_eq!(flood(&complete, 1), counts(n - 1, 0, 11));
    // With two hops each of the n - 1 sends to all but the asker and itself: (n - 1) (n - 2) copies, all in vain.
    assert_eq!(flood(&complete, 2), counts((n - 1) * (n - 1), (n - 1) * (n - 2), 11));
    assert_eq!(flood(&complete, 7), flood(&complete, 2), "nobody is left to send it on");
}

#[test]
fn without_hops_nothing_is_sent() {
    assert_eq!(flood(&tree(3, 10), 0), counts(0, 0, 0));
}

/// 0 - 1 - 2 - 3 - 4 in a chain of short links, and a long one from 0 to 3.
#[test]
fn the_first_copy_decides_even_if_a_later_one_could_travel_further() {
    let mut overlay = Overlay::new(5);
    for at in 0..4 {
        overlay.link(id(at), id(at + 1), SimDuration(10), Kind::Equal);
    }
    overlay.link(id(0), id(3), SimDuration(31), Kind::Equal);
    // The copy over the chain is at 3 first, with no hop left; the other, that had two left, is a duplicate.
    assert_eq!(flood(&overlay, 3), counts(4, 1, 3));
    // One nanosecond sooner it is the first: then 4 is reached, and 2 and 3 tell each other.
    let mut overlay = graph(5, [(0, 1), (1, 2), (2, 3), (3, 4)]);
    overlay.link(id(0), id(3), SimDuration(29), Kind::Equal);
    assert_eq!(flood(&overlay, 3), counts(6, 2, 4));
}

/// A random overlay of equals and perhaps leaves, some of which have vanished, with few or many different latencies.
fn random_overlay(chance: &mut Stream) -> Overlay {
    let servents = 2 + chance.below(40);
    let leaves = if chance.chance(0.5) { chance.below(servents) } else { 0 };
    let equals = servents - leaves;
    let latencies = [1, 3, 1_000][chance.below(3)];
    let mut overlay = Overlay::new(servents);
    let links = chance.below(3 * servents);
    for _ in 0..links {
        let (a, b) = (id(chance.below(servents)), id(chance.below(equals)));
        let kind = if a.at() < equals { Kind::Equal } else { Kind::Leaf };
        if a != b && !overlay.are_linked(a, b) {
            overlay.link(a, b, SimDuration(10 * chance.below(latencies) as u64), kind);
        }
    }
    for servent in 0..servents {
        if chance.chance(0.1) {
            overlay.vanish(id(servent));
        }
    }
    overlay
}

fn random_query(chance: &mut Stream, overlay: &Overlay) -> Query {
    let servents = overlay.servents();
    let asker = id(chance.below(servents));
    let matches = (0..servents).filter(|_| chance.chance(0.3)).map(id).collect();
    Query { asker, ttl: chance.below(8) as u8, sent_at: chance.below(100) as u64, matches }
}

/// The wave's account of a query in the reference's terms.
fn by_wave(wave: &mut Wave, overlay: &Overlay, query: &Query) -> Outcome {
    wave.spread(overlay, query.asker, query.ttl);
    let mut sharers = Sharers::new(1);
    query.matches.iter().for_each(|&servent| sharers.add(servent, FileIndex(0)));
    let (mut matches, mut answers) = (Vec::new(), Vec::new());
    sharers.answer(&[FileIndex(0)], wave, overlay, &mut matches, &mut answers);
    let mut outcome = Outcome::default();
    for answer in &answers {
        let back = 2 * answer.after.0;
        outcome.answers.insert(answer.servent, (answer.after.0, answer.hops, back));
        let way: Vec<PersonIndex> = wave.way_back(answer.servent).collect();
        assert_eq!(way.len(), usize::from(answer.hops) + 1);
        for hop in way.windows(2) {
            outcome.hits.entry(hop[0]).or_default().0 += 1;
            outcome.hits.entry(hop[1]).or_default().1 += 1;
        }
    }
    let Counts { copies, duplicates, lost, .. } = wave.counts();
    let there = |servent: &PersonIndex| *servent != query.asker && !overlay.has_vanished(*servent);
    outcome.reached =
        (0..overlay.servents()).map(id).filter(there).filter(|&servent| wave.covers(servent)).collect();
    assert_eq!(wave.counts().reached as usize, outcome.reached.len());
    let tally = wave.tally().map(|(servent, sent, received)| (servent, (sent, received)));
    outcome.tally = tally.filter(|&(_, moved)| moved != (0, 0)).collect::<BTreeMap<_, _>>();
    Outcome { copies, duplicates, lost, ..outcome }
}

#[test]
fn a_wave_decides_as_message_by_message() {
    let mut wave = Wave::default();
    for number in 0..1_500 {
        let mut chance = Seed { seed: number, replicate: 0 }.stream("a random overlay");
        let overlay = random_overlay(&mut chance);
        overlay.check().unwrap();
        let there = |query: &Query| !overlay.has_vanished(query.asker);
        let queries: Vec<Query> = (0..4).map(|_| random_query(&mut chance, &overlay)).filter(there).collect();
        let expected = reference::play(&overlay, &queries);
        for (query, expected) in queries.iter().zip(expected) {
            assert_eq!(by_wave(&mut wave, &overlay, query), expected, "overlay {number}");
        }
    }
}

#[test]
fn answers_are_those_of_a_look_into_every_folder() {
    for number in 0..200 {
        let mut chance = Seed { seed: number, replicate: 0 }.stream("folders");
        let overlay = random_overlay(&mut chance);
        let asker = id(chance.below(overlay.servents()));
        if overlay.has_vanished(asker) {
            continue;
        }
        let matching: Vec<FileIndex> = (0..20).filter(|_| chance.chance(0.3)).map(FileIndex).collect();
        let mut sharers = Sharers::new(20);
        let mut folders = vec![BTreeSet::new(); overlay.servents()];
        for _ in 0..60 {
            let (servent, file) = (chance.below(overlay.servents()), FileIndex(chance.below(20) as u32));
            if folders[servent].insert(file) {
                sharers.add(id(servent), file);
            }
        }
        let mut wave = Wave::default();
        wave.spread(&overlay, asker, 3);
        let (mut matches, mut answers) = (Vec::new(), Vec::new());
        sharers.answer(&matching, &mut wave, &overlay, &mut matches, &mut answers);

        let mut expected = Vec::new();
        for servent in (0..overlay.servents()).map(id).filter(|&servent| servent != asker) {
            let found: Vec<FileIndex> =
                folders[servent.at()].iter().filter(|file| matching.contains(file)).copied().collect();
            if wave.covers(servent) && !overlay.has_vanished(servent) && !found.is_empty() {
                expected.push((servent, found));
            }
        }
        let named = answers.iter().map(|answer| {
            let range = answer.first as usize..(answer.first + answer.files) as usize;
            (answer.servent, matches[range].iter().map(|found| found.1).collect())
        });
        assert_eq!(named.collect::<Vec<_>>(), expected, "folders {number}");
    }
}
