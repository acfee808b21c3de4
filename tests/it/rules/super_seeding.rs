//! Super-seeding (BEP 16), by the messages of a swarm.

use std::collections::{BTreeMap, BTreeSet};

use unchoke::record::{Message, Record};
use unchoke::units::PersonIndex;

use super::{messages, swarm};
use crate::swarm_support::{CLOSELY, Run, WATCHED};

const SEED: PersonIndex = PersonIndex(0);
const PIECES: usize = 46;

fn run(client: &str) -> Run {
    let crowd = "[peers.leecher]\ncount = 9\nupload = \"500 kbit/s\"\ndownload = \"4 Mbit/s\"\n\
                 arrive = { randomly-within = \"5 s\" }\nafter-finishing = \"seed-forever\"";
    let system = format!("client = \"{client}\"\nsuper-seeding = true");
    let run = WATCHED.run(&swarm("3000000 B", "40 ms", "300 kbit/s", crowd, &system));
    run.assert_all_finished();
    run
}

const CLIENTS: [&str; 5] = ["lecture", "mainline-3.4", "mainline-4.0", "libtorrent-2", "transmission-4"];

#[test]
fn it_shows_nothing_and_is_asked_for_what_it_revealed_to_the_asker_alone() {
    for client in CLIENTS {
        let run = run(client);
        let mut revealed: BTreeMap<PersonIndex, BTreeSet<u32>> = BTreeMap::new();
        for (at, from, to, message) in messages(&run) {
            match message {
                Message::Bitfield { pieces } if from == SEED => assert_eq!(pieces, 0, "{client}"),
                Message::AllowedFast { .. } => assert_ne!(from, SEED, "{client}"),
                Message::Have { piece } if from == SEED => {
                    assert!(revealed.entry(to).or_default().insert(piece.0), "{client}: old news at {at}");
                }
                Message::Request { piece, .. } if to == SEED => {
                    assert!(revealed[&from].contains(&piece.0), "{client}: {from:?} asks for {piece:?}");
                }
                _ => {}
            }
        }
        assert_eq!(revealed.len(), 9, "{client}: everybody was shown something");
        let shown: BTreeSet<u32> = revealed.into_values().flatten().collect();
        assert_eq!(shown.len(), PIECES, "{client}: every piece came out");
    }
}

#[test]
fn the_first_pieces_are_all_different() {
    let run = run("mainline-3.4");
    let mut first: BTreeMap<PersonIndex, u32> = BTreeMap::new();
    for (_, from, to, message) in messages(&run) {
        if let Message::Have { piece } = message
            && from == SEED
        {
            first.entry(to).or_insert(piece.0);
        }
    }
    let distinct: BTreeSet<u32> = first.values().copied().collect();
    assert_eq!((first.len(), distinct.len()), (9, 9));
}

/// Between two revelations to a neighbour the first piece was completed there or elsewhere; by two peers wherever at least
/// four are interested, which is most of the time.
#[test]
fn the_next_piece_waits_until_the_last_was_seen() {
    let run = run("mainline-3.4");
    let mut last: BTreeMap<PersonIndex, u32> = BTreeMap::new();
    let mut copies: BTreeMap<u32, u32> = BTreeMap::new();
    let (mut spread, mut all) = (0, 0);
    for (_, record) in &run.records {
        match *record {
            Record::PieceCompleted { piece, .. } => *copies.entry(piece.0).or_default() += 1,
            Record::Message {
                from: unchoke::record::Party::Peer(SEED),
                to: unchoke::record::Party::Peer(to),
                message: Message::Have { piece },
            } => {
                if let Some(before) = last.insert(to, piece.0) {
                    let copies = copies.get(&before).copied().unwrap_or(0);
                    assert!(copies >= 1, "{to:?} is shown {piece:?} and nobody has {before}");
                    spread += u32::from(copies >= 2);
                    all += 1;
                }
            }
            _ => {}
        }
    }
    assert!(all > 30 && 2 * spread > all, "{spread} of {all} had spread");
}

/// Seed and leechers come and go, and the seed comes back: every invariant after every event.
#[test]
fn a_super_seed_that_goes_and_comes_back_keeps_the_rules() {
    let crowd = "online = \"70 s\"\naway = \"20 s\"\nafter-finishing = \"seed-forever\"\n\
                 [peers.leecher]\ncount = 6\nupload = \"500 kbit/s\"\ndownload = \"4 Mbit/s\"\n\
                 online = { exponential = \"60 s\" }\naway = { exponential = \"10 s\" }\ndeparture = \"vanish\"";
    for client in CLIENTS {
        let system = format!("client = \"{client}\"\nsuper-seeding = true");
        let run = CLOSELY.run(&swarm("1500000 B", "40 ms", "300 kbit/s", crowd, &system));
        run.assert_all_finished();
    }
}

#[test]
fn who_comes_without_the_whole_file_never_hides_anything() {
    let crowd = "[peers.leecher]\ncount = 4\nupload = \"500 kbit/s\"\nbittorrent = { super-seeding = true }\n\
                 arrive = { randomly-within = \"5 s\" }";
    let hidden = WATCHED.run(&swarm("1000000 B", "40 ms", "300 kbit/s", crowd, ""));
    let plain = WATCHED.run(&swarm("1000000 B", "40 ms", "300 kbit/s", &crowd.replace("true", "false"), ""));
    assert_eq!(hidden.digest, plain.digest);
}
