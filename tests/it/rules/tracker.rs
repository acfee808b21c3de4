//! The tracker and who asks it when (mainline's `Rerequester.py` and `track.py`).

use std::collections::BTreeMap;

use unchoke::record::{AnnounceEvent, Message, Party, Record};
use unchoke::units::PersonIndex;

use super::{SECOND, swarm};
use crate::swarm_support::{Run, WATCHED};

/// When each person first heard from the tracker, and its periodic announces after that, in nanoseconds.
fn announces(run: &Run) -> BTreeMap<PersonIndex, (u64, Vec<u64>)> {
    let mut known: BTreeMap<PersonIndex, (u64, Vec<u64>)> = BTreeMap::new();
    for (at, record) in &run.records {
        match *record {
            Record::Announced { peer, .. } => drop(known.entry(peer).or_insert((at.0, Vec::new()))),
            Record::Message {
                from: Party::Peer(peer),
                message: Message::Announce { event: AnnounceEvent::Periodic },
                ..
            } => known.get_mut(&peer).expect("the first announce is no periodic one").1.push(at.0),
            _ => {}
        }
    }
    known
}

/// A swarm in which nothing ends before the time is up.
fn endless(minutes: u32, classes: &str, system: &str) -> Run {
    let text = swarm("60000000 B", "5 ms", "20 kbit/s", classes, system);
    WATCHED.run(&text.replace(
        "\"2 h\", or-when = \"everyone-finished\"",
        &format!("\"{minutes} min\", or-when = \"time-is-up\""),
    ))
}

const LEECHERS: &str = "[peers.leecher]\ncount = 3\nupload = \"20 kbit/s\"";

#[test]
fn with_few_neighbours_it_asks_again_at_every_look_after_300_s() {
    let run = endless(21, LEECHERS, "client = \"mainline-3.4\"");
    let known = announces(&run);
    assert_eq!(known.len(), 4);
    for (peer, (first, periodic)) in known {
        let looks: Vec<u64> = (1..=4).map(|look| first + look * 300 * SECOND).collect();
        assert_eq!(periodic, looks, "{peer:?} has 3 neighbours, and mainline's min_peers are 20");
    }
}

#[test]
fn with_enough_neighbours_it_asks_again_after_the_interval() {
    let run = endless(65, LEECHERS, "client = \"mainline-3.4\"\nconnections = { min-peers = 3 }");
    for (peer, (first, periodic)) in announces(&run) {
        // The interval of 1 800 s is a multiple of 300 s, and it counts from the announce, which is before the answer.
        assert_eq!(periodic, [first + 1_800 * SECOND, first + 3_600 * SECOND], "{peer:?}");
    }
}

/// Everybody announces once only, so that whoever is not heard of for 45 min is one that says nothing.
#[test]
fn a_peer_is_named_until_it_is_silent_for_45_minutes() {
    let late = |minutes: u32, name: &str| {
        format!("[peers.{name}]\nlike = \"leecher\"\ncount = 1\narrive = {{ at = \"{minutes} min\" }}\n")
    };
    let classes = format!(
        "{LEECHERS}\n[peers.ghost]\nlike = \"leecher\"\ncount = 1\nleaves = {{ at = \"1 min\" }}\ndeparture = \"vanish\"\n{}{}",
        late(44, "before"),
        late(46, "after"),
    );
    let run = endless(47, &classes, "connections = { min-peers = 1 }");
    let named = |class: &str| {
        let class = run.class(class);
        let mut answers = run.records.iter().filter_map(|(_, record)| match *record {
            Record::Announced { peer, peers } => (run.class_of(peer) == class).then_some(peers),
            _ => None,
        });
        answers.next().expect("it announced itself")
    };
    // The seed, three leechers and the ghost; then without the ghost, but with who came in between.
    assert_eq!((named("before"), named("after")), (5, 5));
}

#[test]
fn limits_on_connections_hold() {
    let crowd = "[peers.leecher]\ncount = 20\nupload = \"500 kbit/s\"\ndownload = \"4 Mbit/s\"\n\
                 arrive = { randomly-within = \"20 s\" }";
    let limits =
        "connections = { min-peers = 2, max-initiate = 3, max-allow-in = 5, check-every = \"20 s\" }";
    let run = WATCHED.run(&swarm("2000000 B", "0 ms", "1 Mbit/s", crowd, limits));
    // Open connections, and those that it opened itself.
    let mut open: BTreeMap<PersonIndex, [u32; 2]> = BTreeMap::new();
    let mut by: BTreeMap<(PersonIndex, PersonIndex), PersonIndex> = BTreeMap::new();
    let mut most = [0, 0];
    for (at, record) in &run.records {
        match *record {
            Record::Connected { from, to } => {
                by.insert((from.min(to), from.max(to)), from);
                open.entry(from).or_default()[1] += 1;
                for peer in [from, to] {
                    let [all, own] = open.entry(peer).or_default();
                    *all += 1;
                    assert!(*all <= 5 && *own <= 3, "{peer:?} has {all} connections, {own} its own, at {at}");
                    most = [most[0].max(*all), most[1].max(*own)];
                }
            }
            Record::Disconnected { peer, neighbour, .. } => {
                let from = by.remove(&(peer.min(neighbour), peer.max(neighbour))).expect("it was open");
                open.entry(from).or_default()[1] -= 1;
                [peer, neighbour].iter().for_each(|end| open.entry(*end).or_default()[0] -= 1);
            }
            _ => {}
        }
    }
    assert_eq!(most, [5, 3], "the limits are reached");
}
