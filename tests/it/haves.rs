//! The news of a piece, in bulk and one by one: the same where all neighbours are equally far, and each in its own time where they are
//! not.

use std::collections::{BTreeMap, BTreeSet};

use unchoke::record::{Message, Party, Record};
use unchoke::units::{PersonIndex, SimDuration, SimTime};

use crate::swarm_support::{CLOSELY, Play, Run};

const CLIENTS: [&str; 5] = ["lecture", "mainline-3.4", "mainline-4.0", "libtorrent-2", "transmission-4"];

/// A seed, leechers near by and leechers that come and go; each person has its latency to the middle of a star.
fn star(client: &str, have: &str, more: &str, far: &str) -> String {
    format!(
        r#"
seed = 9
stop = {{ no-later-than = "30 min", or-when = "everyone-finished" }}
[network]
one-way-latency = "0 s"
[content]
size = "1000000 B"
piece = "32 KiB"
[peers.seed]
count = 1
starts-with = "whole-file"
upload = "1 Mbit/s"
latency = "15 ms"
[peers.near]
count = 6
upload = "700 kbit/s"
latency = "15 ms"
arrive = {{ randomly-within = "20 s" }}
[peers.far]
count = 6
upload = "400 kbit/s"
download = "2 Mbit/s"
latency = "{far}"
arrive = {{ randomly-within = "20 s" }}
after-finishing = "leave"
[systems.star]
kind = "bittorrent"
client = "{client}"
have = "{have}"
{more}
"#
    )
}

/// Where clients write at the ticks of a limiter, many words arrive at one instant, and a header may count in the round before or after.
const TICKS: &str = "libtorrent-2";
const TICKS_MAY_SHIFT_NS: u64 = 1_000_000;

/// In the order of persons, without those who wanted nothing.
fn completions(run: &Run) -> Vec<u64> {
    run.persons.iter().filter_map(|person| person.completed).map(|at| at.0).collect()
}

#[test]
fn where_all_are_equally_far_both_forms_decide_the_same() {
    for client in CLIENTS {
        for more in ["", "granularity = \"piece\"", "super-seeding = true"] {
            let play = |have| CLOSELY.run(&star(client, have, more, "15 ms"));
            let [bulk, single] = ["in-bulk", "one-by-one"].map(play);
            bulk.assert_all_finished();
            single.assert_all_finished();
            for (bulk, single) in completions(&bulk).into_iter().zip(completions(&single)) {
                let apart = bulk.abs_diff(single);
                let most = if client == TICKS { TICKS_MAY_SHIFT_NS } else { 0 };
                assert!(apart <= most, "{client}, {more}: {apart} ns apart");
            }
            assert!(
                bulk.outcome.events < single.outcome.events,
                "{client}: more events, one for each neighbour"
            );
        }
    }
}

/// A HAVE that arrived, and how long after its piece was complete.
struct Word {
    from: PersonIndex,
    to: PersonIndex,
    piece: u32,
    takes: SimDuration,
}

/// All of a run's HAVEs.
fn words(run: &Run) -> Vec<Word> {
    let mut completed: BTreeMap<(PersonIndex, u32), SimTime> = BTreeMap::new();
    let mut words = Vec::new();
    for &(at, record) in &run.records {
        match record {
            Record::PieceCompleted { peer, piece, .. } => {
                completed.insert((peer, piece.0), at);
            }
            Record::Message {
                from: Party::Peer(from),
                to: Party::Peer(to),
                message: Message::Have { piece },
            } => {
                let takes = at.since(completed[&(from, piece.0)]);
                words.push(Word { from, to, piece: piece.0, takes });
            }
            _ => {}
        }
    }
    words
}

/// From the middle of the star to a person of the class.
fn to_the_middle(run: &Run, person: PersonIndex) -> SimDuration {
    let far = run.class_of(person) == run.class("far");
    SimDuration::from_millis(if far { 300 } else { 15 })
}

/// Nobody here limits its rates itself, so that a HAVE leaves when the piece is complete.
#[test]
fn one_by_one_each_hears_after_the_latency_to_it() {
    let run = CLOSELY.run(&star("mainline-4.0", "one-by-one", "", "300 ms"));
    run.assert_all_finished();
    let mut heard: BTreeSet<(PersonIndex, PersonIndex, u32)> = BTreeSet::new();
    let mut distances: BTreeSet<SimDuration> = BTreeSet::new();
    for Word { from, to, piece, takes } in words(&run) {
        let latency = to_the_middle(&run, from) + to_the_middle(&run, to);
        assert_eq!(takes, latency, "{from:?} to {to:?}");
        assert!(heard.insert((from, to, piece)), "{to:?} hears of a piece once");
        distances.insert(latency);
    }
    assert_eq!(distances.len(), 3, "near and near, near and far, far and far");
}

/// A neighbour that is far away delays nobody else's news.
#[test]
fn in_bulk_the_farthest_sets_the_time_and_one_by_one_it_does_not() {
    let slowest_word_near_by = |have| {
        let run = Play { messages: true, ..Play::default() }.run(&star("mainline-4.0", have, "", "500 ms"));
        let near = |peer: PersonIndex| run.class_of(peer) == run.class("near");
        let near_by = words(&run).into_iter().filter(|word| near(word.from) && near(word.to));
        near_by.map(|word| word.takes).max().expect("leechers near by have something to tell")
    };
    assert_eq!(slowest_word_near_by("one-by-one"), SimDuration::from_millis(30));
    assert_eq!(slowest_word_near_by("in-bulk"), SimDuration::from_millis(515));
}
