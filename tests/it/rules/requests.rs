//! Requests: blocks of 16 KiB (BEP 3), pipelining (Cohen 2003; the clients' sources), one answer to each (BEP 6).

use std::collections::{BTreeMap, BTreeSet};

use unchoke::record::{Message, Party, Record};
use unchoke::units::{PersonIndex, SimTime};

use super::{Asked, messages, swarm};
use crate::swarm_support::{Run, WATCHED};

const PAIR: &str = "[peers.leecher]\ncount = 1\nupload = \"1 Mbit/s\"";

#[test]
fn blocks_have_16_kib_and_the_last_is_what_is_left() {
    // 100 000 bytes in pieces of 65 536: four blocks, then 34 464 bytes in two whole blocks and a rest.
    let run = WATCHED.run(&swarm("100000 B", "1 ms", "1 Mbit/s", PAIR, ""));
    let asked: BTreeSet<(u32, u32)> = messages(&run)
        .filter_map(|(.., message)| match message {
            Message::Request { piece, block } => Some((piece.0, block)),
            _ => None,
        })
        .collect();
    let expected = [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 2)];
    assert_eq!(asked, BTreeSet::from(expected));
    assert_eq!(run.totals.received_bytes, 100_000);
}

/// Most requests outstanding on the only connection, in the last fifth of a long download over 125 000 bytes/s.
fn outstanding(system: &str) -> usize {
    let run = WATCHED.run(&swarm("40000000 B", "10 ms", "1 Mbit/s", PAIR, system));
    run.assert_all_finished();
    let (mut asked, mut most) = (Asked::default(), 0);
    let settled = SimTime((run.last_completion() * 0.8e9) as u64);
    let (seed, leecher) = (PersonIndex(0), PersonIndex(1));
    for (at, record) in &run.records {
        asked.see(record);
        if *at > settled {
            most = most.max(asked.of(leecher, seed).len());
        }
    }
    most
}

#[test]
fn the_first_clients_keep_five_requests_outstanding() {
    assert_eq!(outstanding("client = \"lecture\""), 5);
    assert_eq!(outstanding("client = \"mainline-3.4\""), 5);
}

#[test]
fn later_clients_ask_for_some_seconds_of_the_rate() {
    // Mainline 4: 2 + floor(4 s x 125 000 / 16 384) = 2 + 30. Transmission: max(32, floor(10 s x 125 000 / 16 384) = 76).
    assert_eq!(outstanding("client = \"mainline-4.0\""), 32);
    assert_eq!(outstanding("client = \"transmission-4\""), 76);
}

/// A crowd that chokes and snubs, in which two of three speak BEP 6.
fn fast_crowd() -> Run {
    let leechers = "[peers.leecher]\ncount = 12\nupload = \"500 kbit/s\"\ndownload = \"4 Mbit/s\"\n\
                    arrive = { randomly-within = \"10 s\" }\n\
                    [peers.old]\nlike = \"leecher\"\ncount = 6\nbittorrent = { allowed-fast = 0 }";
    let run = WATCHED.run(&swarm(
        "5000000 B",
        "0 ms",
        "1 Mbit/s",
        leechers,
        // Without a limiter's tick a choke is known at once.
        "client = \"libtorrent-2\"\nallowed-fast-for-starters = true\nlimiter-tick = \"never\"",
    ));
    run.assert_all_finished();
    run
}

/// BEP 6: each request gets exactly one answer. A rejection is not recorded as such: what was asked is asked of others then,
/// and may be asked here once more.
#[test]
fn no_request_is_answered_twice_and_nothing_comes_unasked() {
    let run = fast_crowd();
    let mut open: BTreeMap<(PersonIndex, PersonIndex), BTreeMap<(u32, u32), u32>> = BTreeMap::new();
    let mut answers = 0;
    for (at, from, to, message) in messages(&run) {
        match message {
            Message::Request { piece, block } => {
                *open.entry((from, to)).or_default().entry((piece.0, block)).or_default() += 1;
            }
            Message::Piece { piece, block } => {
                let asked = open.entry((to, from)).or_default().get_mut(&(piece.0, block));
                let asked = asked.unwrap_or_else(|| panic!("{from:?} sends {piece:?} unasked at {at}"));
                *asked = asked.checked_sub(1).expect("an answer to each request");
                answers += 1;
            }
            _ => {}
        }
    }
    assert!(answers > 5_000, "{answers}");
}

/// BEP 6: the set is for the beginning. Who has as many pieces as it is large asks no more of those that choke it; and who does
/// not speak the extension neither asks nor is asked.
#[test]
fn the_allowed_fast_set_ends_when_its_size_is_reached() {
    let run = fast_crowd();
    let old = run.class("old");
    let mut choked_by: BTreeMap<(PersonIndex, PersonIndex), (bool, SimTime)> = BTreeMap::new();
    let mut complete: BTreeMap<PersonIndex, u32> = BTreeMap::new();
    let mut fast = 0;
    for (at, record) in &run.records {
        match *record {
            Record::PieceCompleted { peer, .. } => *complete.entry(peer).or_default() += 1,
            Record::Message { from: Party::Peer(from), to: Party::Peer(to), message } => match message {
                Message::Handshake => drop(choked_by.insert((to, from), (true, SimTime::ZERO))),
                Message::Choke => drop(choked_by.insert((to, from), (true, *at))),
                Message::Unchoke { .. } => drop(choked_by.insert((to, from), (false, *at))),
                Message::Request { .. } => {
                    let (choked, since) = choked_by[&(from, to)];
                    // Without latency the word has arrived when the moment of the decision is over.
                    if choked && since < *at {
                        assert!(run.class_of(from) != old && run.class_of(to) != old, "{record:?} at {at}");
                        assert!(complete.get(&from).is_none_or(|&pieces| pieces < 5), "{record:?} at {at}");
                        fast += 1;
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    assert!(fast > 20, "{fast} requests to neighbours that choke");
}
