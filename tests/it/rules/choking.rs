//! When chokers decide, and who counts as snubbing.

use std::collections::{BTreeMap, BTreeSet};

use unchoke::record::{Message, Party, Record, UnchokeReason};
use unchoke::units::{PersonIndex, SimTime};

use super::{SECOND, messages, swarm};
use crate::swarm_support::{Run, WATCHED};

const LATENCY: u64 = 40_000_000;

/// When each peer decided on whom to upload to.
fn decisions(run: &Run) -> BTreeMap<PersonIndex, BTreeSet<u64>> {
    let mut decisions: BTreeMap<PersonIndex, BTreeSet<u64>> = BTreeMap::new();
    for (at, record) in &run.records {
        if let Record::Unchoked { peer, .. } | Record::Rereasoned { peer, .. } | Record::Choked { peer, .. } =
            *record
        {
            decisions.entry(peer).or_default().insert(at.0);
        }
    }
    decisions
}

/// The part of a round at which most of these moments lie.
fn phase(moments: &BTreeSet<u64>, round: u64) -> u64 {
    let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
    moments.iter().for_each(|at| *counts.entry(at % round).or_default() += 1);
    *counts.iter().max_by_key(|(_, count)| **count).expect("it decided").0
}

/// mainline's `Choker`: `interested`, `not_interested` and `connection_lost` of an unchoked peer rechoke at once.
#[test]
fn mainline_rechokes_out_of_turn_only_on_news_of_a_neighbours_interest() {
    let crowd = "[peers.leecher]\ncount = 16\nupload = \"500 kbit/s\"\ndownload = \"4 Mbit/s\"\n\
                 arrive = { randomly-within = \"10 s\" }";
    let run = WATCHED.run(&swarm("5000000 B", "40 ms", "1 Mbit/s", crowd, "client = \"mainline-3.4\""));
    // When such news reached each peer.
    let mut news: BTreeSet<(PersonIndex, u64)> = BTreeSet::new();
    for (at, record) in &run.records {
        match *record {
            Record::Message {
                to: Party::Peer(to),
                message: Message::Interested | Message::NotInterested,
                ..
            } => {
                news.insert((to, at.0 + LATENCY));
            }
            Record::Disconnected { peer, neighbour, .. } => news.extend([(peer, at.0), (neighbour, at.0)]),
            _ => {}
        }
    }
    let mut out_of_turn = 0;
    for (peer, moments) in decisions(&run) {
        let phase = phase(&moments, 10 * SECOND);
        for at in moments.into_iter().filter(|at| at % (10 * SECOND) != phase) {
            assert!(news.contains(&(peer, at)), "{peer:?} decided without a reason at {}", SimTime(at));
            out_of_turn += 1;
        }
    }
    assert!(out_of_turn > 50, "{out_of_turn}");
}

/// A source that vanishes in the middle of its blocks; it is missed at the first round after the client's patience.
#[test]
fn what_is_owed_for_the_clients_patience_is_asked_of_others() {
    let holder = "[peers.ghost]\ncount = 2\nstarts-with = \"whole-file\"\nupload = \"400 kbit/s\"\n\
                  leaves = { at = \"25 s\" }\ndeparture = \"vanish\"\n\
                  [peers.leecher]\ncount = 4\nupload = \"300 kbit/s\"\ndownload = \"8 Mbit/s\"";
    for (client, patience, round) in [
        ("lecture", Some(60), 10),
        ("mainline-3.4", Some(30), 10),
        ("mainline-4.0", Some(30), 10),
        ("transmission-4", None, 10),
    ] {
        let run = WATCHED.run(&swarm(
            "20000000 B",
            "40 ms",
            "300 kbit/s",
            holder,
            &format!("client = \"{client}\""),
        ));
        let ghost = run.class("ghost");
        let mut last: BTreeMap<(PersonIndex, PersonIndex), u64> = BTreeMap::new();
        messages(&run).filter(|(.., message)| matches!(message, Message::Piece { .. })).for_each(
            |(at, from, to, _)| {
                last.insert((to, from), at.0);
            },
        );
        let mut overdue_blocks = 0;
        for (at, record) in &run.records {
            if let Record::Overdue { peer, neighbour, overdue: true } = *record
                && run.class_of(neighbour) == ghost
                && let Some(heard) = last.get(&(peer, neighbour))
            {
                let (silent, patience) = (at.0 - heard, patience.expect("this client waits for ever"));
                assert!(
                    (patience * SECOND..(patience + round) * SECOND).contains(&silent),
                    "{client}: {record:?} after {} s",
                    silent / SECOND
                );
                overdue_blocks += 1;
            }
        }
        assert_eq!(overdue_blocks > 0, patience.is_some(), "{client}");
    }
}

/// Cohen's anti-snubbing: who has sent nothing for a minute is uploaded to as an optimistic unchoke only, whether it chokes or not. In
/// mainline a stranger has sent nothing for ever.
#[test]
fn who_never_sends_has_no_regular_slot_after_the_clients_patience() {
    let crowd = "[peers.leecher]\ncount = 8\nupload = \"500 kbit/s\"\ndownload = \"4 Mbit/s\"\n\
                 [peers.rider]\nlike = \"leecher\"\ncount = 10\nbehavior = \"free-rider\"\narrive = { randomly-within = \"40 s\" }";
    for (client, patience, slots) in [("lecture", 60, 5), ("mainline-3.4", 0, 4), ("mainline-4.0", 0, 2)] {
        let run =
            WATCHED.run(&swarm("20000000 B", "40 ms", "1 Mbit/s", crowd, &format!("client = \"{client}\"")));
        let rider = run.class("rider");
        let (mut met, mut holds) = (BTreeMap::new(), BTreeMap::new());
        let (mut regular, mut most_optimistic) = (0, 0);
        let mut last = SimTime::ZERO;
        for (at, record) in &run.records {
            // Within an instant who comes may stand before who goes.
            if last != *at {
                last = *at;
                let mut slots: BTreeMap<PersonIndex, usize> = BTreeMap::new();
                let optimistic = holds.iter().filter(|(_, reason)| **reason == UnchokeReason::Optimistic);
                optimistic.for_each(|((peer, _), _)| *slots.entry(*peer).or_default() += 1);
                most_optimistic = slots.into_values().max().unwrap_or(0).max(most_optimistic);
            }
            let given = match *record {
                Record::Connected { from, to } => {
                    met.extend([((from, to), at.0), ((to, from), at.0)]);
                    continue;
                }
                Record::Unchoked { peer, neighbour, reason, .. }
                | Record::Rereasoned { peer, neighbour, reason, .. } => (peer, neighbour, Some(reason)),
                Record::Choked { peer, neighbour, .. } => (peer, neighbour, None),
                Record::Disconnected { peer, neighbour, .. } => {
                    holds.remove(&(peer, neighbour));
                    holds.remove(&(neighbour, peer));
                    continue;
                }
                _ => continue,
            };
            let (peer, neighbour, reason) = given;
            if run.class_of(neighbour) != rider {
                continue;
            }
            let before = match reason {
                Some(reason) => holds.insert((peer, neighbour), reason),
                None => holds.remove(&(peer, neighbour)),
            };
            if before == Some(UnchokeReason::Regular) {
                let age = at.0 - met[&(peer, neighbour)];
                assert!(age < (patience + 10) * SECOND, "{client}: {record:?} after {} s", age / SECOND);
                regular += 1;
            }
        }
        assert_eq!(regular > 0, patience > 0, "{client}");
        assert!((2..=slots).contains(&most_optimistic), "{client}: {most_optimistic} optimistic at once");
    }
}

/// A seed's window is its own: the leechers that it sends to, whose window is shorter, do not cut it.
#[test]
fn the_window_of_a_seeds_rates_matters() {
    let crowd = "[peers.fast]\ncount = 8\nupload = \"500 kbit/s\"\ndownload = \"1 Mbit/s\"\n\
                 [peers.slow]\nlike = \"fast\"\ncount = 8\ndownload = \"600 kbit/s\"";
    let digest = |window: &str| {
        let system = format!("seed-rate-window = \"{window}\"");
        WATCHED.run(&swarm("20000000 B", "40 ms", "4 Mbit/s", crowd, &system)).digest
    };
    let digests: BTreeSet<String> = ["20 s", "100 s", "300 s"].map(digest).into_iter().collect();
    assert_eq!(digests.len(), 3);
}
