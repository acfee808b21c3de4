//! Endgame (Cohen 2003; mainline's `fix_download_endgame`): when every missing block is asked for, all are asked for all, and
//! what arrives is cancelled elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use unchoke::record::{Message, Party, Record};
use unchoke::spec::BLOCK;
use unchoke::units::PersonIndex;
use unchoke::workload::Holdings;

use super::{Asked, swarm};
use crate::swarm_support::{CLOSELY, Run, WATCHED, bare_swarm, only_file};

/// Nobody chokes, snubs or goes before it is done, so that every request stands until it is answered or cancelled.
fn run(endgame: &str) -> Run {
    let leechers = "[peers.leecher]\ncount = 5\nupload = \"700 kbit/s\"\ndownload = \"3 Mbit/s\"\n\
                    arrive = { randomly-within = \"3 s\" }\nafter-finishing = \"seed-forever\"";
    let system = format!(
        "endgame = \"{endgame}\"\nchoker = \"none\"\nseed-choker = \"none\"\nsnub-after = \"never\"\nrequest-queue = {DEPTH}"
    );
    let run = WATCHED.run(&swarm("3000000 B", "20 ms", "1 Mbit/s", leechers, &system));
    run.assert_all_finished();
    run
}

const DEPTH: usize = 5;

/// What a follower of the messages knows.
#[derive(Default)]
struct Books {
    asked: Asked,
    received: BTreeMap<PersonIndex, BTreeSet<(u32, u32)>>,
    /// Pieces that each has announced.
    announced: BTreeMap<PersonIndex, BTreeSet<u32>>,
    in_endgame: BTreeSet<PersonIndex>,
}

impl Books {
    fn missing<'a>(&'a self, run: &'a Run, me: PersonIndex) -> impl Iterator<Item = (u32, u32)> + 'a {
        let file = only_file(&run.scenario);
        let blocks = |piece: u32| {
            (0..file.piece_len(piece).0.div_ceil(BLOCK.0) as u32).map(move |block| (piece, block))
        };
        let received = self.received.get(&me);
        (0..file.pieces())
            .flat_map(blocks)
            .filter(move |block| !received.is_some_and(|known| known.contains(block)))
    }
}

/// Follows a run; `look` sees each record after it was entered.
fn follow(run: &Run, mut look: impl FnMut(&Books, &Record)) {
    let mut books = Books::default();
    for (index, person) in run.people.iter().enumerate() {
        if person.holds == Holdings::Everything {
            let all = (0..only_file(&run.scenario).pieces()).collect();
            books.announced.insert(PersonIndex::from_usize(index), all);
        }
    }
    for (_, record) in &run.records {
        books.asked.see(record);
        match *record {
            Record::EndgameStarted { peer } => assert!(books.in_endgame.insert(peer), "it starts once"),
            Record::Message { from: Party::Peer(from), to: Party::Peer(to), message } => match message {
                Message::Piece { piece, block } => {
                    books.received.entry(to).or_default().insert((piece.0, block));
                }
                Message::Have { piece } => {
                    books.announced.entry(from).or_default().insert(piece.0);
                }
                _ => {}
            },
            _ => {}
        }
        look(&books, record);
    }
    assert_eq!(books.in_endgame.len(), if started(run) { 5 } else { 0 });
}

fn started(run: &Run) -> bool {
    run.records.iter().any(|(_, record)| matches!(record, Record::EndgameStarted { .. }))
}

#[test]
fn it_begins_when_every_missing_block_is_asked_for_and_nothing_is_asked_twice_before() {
    for endgame in ["ask-all", "when-idle", "off"] {
        let run = run(endgame);
        assert_eq!(started(&run), endgame != "off");
        follow(&run, |books, record| match *record {
            Record::EndgameStarted { peer } => {
                let asked: BTreeSet<(u32, u32)> =
                    books.asked.by(peer).flat_map(|(_, asked)| asked).copied().collect();
                let open = books.missing(&run, peer).find(|block| !asked.contains(block));
                assert_eq!(open, None, "{endgame}: {peer:?} begins with a block that it asked nobody for");
            }
            Record::Message { from: Party::Peer(me), message: Message::Request { piece, block }, .. }
                if !books.in_endgame.contains(&me) =>
            {
                let times = books.asked.by(me).filter(|(_, asked)| asked.contains(&(piece.0, block))).count();
                assert_eq!(times, 1, "{endgame}: {me:?} asks twice for {piece:?} {block}");
            }
            _ => {}
        });
    }
}

/// Mainline asks every unchoking peer for all outstanding blocks that it has, as far as the pipeline allows.
#[test]
fn a_source_that_has_just_sent_is_asked_for_all_that_it_has_up_to_the_pipeline() {
    let run = run("ask-all");
    let mut looks = 0;
    // Cancels and the new requests follow the piece: the look is at the next record of another kind.
    let mut sent: Option<(PersonIndex, PersonIndex)> = None;
    follow(&run, |books, record| match *record {
        Record::Message {
            from: Party::Peer(from),
            message: Message::Request { .. } | Message::Cancel { .. },
            ..
        } if sent.is_some_and(|(me, _)| me == from) => {}
        _ => {
            if let Some((me, source)) = sent.take() {
                let (theirs, asked) = (&books.announced[&source], books.asked.of(me, source));
                // What comes from another at this very moment has yet to be cancelled.
                let arriving = match *record {
                    Record::Message {
                        to: Party::Peer(to), message: Message::Piece { piece, block }, ..
                    } if to == me => Some((piece.0, block)).filter(|block| asked.contains(block)),
                    _ => None,
                };
                let missing = books.missing(&run, me).chain(arriving);
                let missing = missing.filter(|(piece, _)| theirs.contains(piece)).count();
                assert_eq!(asked.len(), missing.min(DEPTH), "{me:?} asks {source:?}");
                looks += 1;
            }
            if let Record::Message {
                from: Party::Peer(source),
                to: Party::Peer(me),
                message: Message::Piece { .. },
            } = *record
            {
                sent = books.in_endgame.contains(&me).then_some((me, source));
            }
        }
    });
    assert!(looks > 20, "{looks}");
}

/// libtorrent's `strict_end_game_mode`: one duplicate, and only of a peer with nothing outstanding.
#[test]
fn when_idle_a_duplicate_is_asked_only_of_a_source_with_nothing_to_send() {
    let run = run("when-idle");
    let mut duplicates = 0;
    follow(&run, |books, record| {
        if let Record::Message {
            from: Party::Peer(me),
            to: Party::Peer(source),
            message: Message::Request { piece, block },
        } = *record
        {
            let times = books.asked.by(me).filter(|(_, asked)| asked.contains(&(piece.0, block))).count();
            if times > 1 {
                duplicates += 1;
                assert_eq!(books.asked.of(me, source).len(), 1, "{me:?} asks {source:?}");
            }
        }
    });
    assert!(duplicates > 0);
}

#[test]
fn what_arrives_is_cancelled_elsewhere_unless_it_is_on_the_wire() {
    let run = run("ask-all");
    let mut cancels = 0;
    let mut arrived: Option<(PersonIndex, (u32, u32))> = None;
    follow(&run, |books, record| {
        let cancel = matches!(record, Record::Message { message: Message::Cancel { .. }, .. });
        cancels += u32::from(cancel);
        if let Some((me, block)) = arrived.filter(|_| !cancel) {
            for (source, asked) in books.asked.by(me) {
                let at = asked.iter().position(|known| *known == block);
                assert!(at.is_none_or(|at| at == 0), "{me:?} still asks {source:?} for {block:?}");
            }
            arrived = None;
        }
        if let Record::Message { to: Party::Peer(me), message: Message::Piece { piece, block }, .. } = *record
        {
            arrived = books.in_endgame.contains(&me).then_some((me, (piece.0, block)));
        }
    });
    assert!(cancels > 20, "{cancels}");
}

/// Four blocks are left when the slow source, the only one that had the first piece, is asked for the last of them. Who has had nothing to be
/// asked for since long before has them all.
#[test]
fn who_had_nothing_to_be_asked_for_is_asked_when_it_begins() {
    let people = "[peers.leecher]\ncount = 1\nupload = \"1 B/s\"\n\
                  [peers.slow]\ncount = 1\nstarts-with = \"whole-file\"\nupload = \"2 kbit/s\"\n\
                  [peers.fast]\ncount = 1\narrive = { at = \"12 s\" }\nstarts-with = { all-but-pieces = [1] }\n\
                  upload = \"8 Mbit/s\"\ndownload = \"1 B/s\"\n\
                  [peers.other]\ncount = 1\narrive = { at = \"30 s\" }\nstarts-with = { all-but-pieces = [0] }\n\
                  upload = \"8 Mbit/s\"\ndownload = \"1 B/s\"";
    for granularity in ["block", "piece"] {
        let seconds = alone("128 KiB", "64 KiB", people, granularity);
        assert!(seconds < 40.0, "{seconds} s by {granularity}, of which the slow source would need 250");
    }
}

/// All that a far seed is asked for comes from a nearer source before its first byte is there; then it is asked for the block that is
/// still missing.
#[test]
fn whose_requests_were_all_cancelled_is_asked_for_what_is_missing() {
    let people = "[peers.leecher]\ncount = 1\nupload = \"1 B/s\"\n\
                  [peers.slow]\ncount = 1\nstarts-with = { all-but-pieces = [0] }\nupload = \"2 kbit/s\"\ndownload = \"1 B/s\"\n\
                  [peers.near]\ncount = 1\narrive = { at = \"15.82 s\" }\nstarts-with = { all-but-pieces = [1] }\n\
                  upload = \"350 kbit/s\"\ndownload = \"1 B/s\"\n\
                  [peers.far]\ncount = 1\nstarts-with = \"whole-file\"\nupload = \"8 Mbit/s\"\nlatency = \"2 s\"";
    let seconds = alone("272 KiB", "256 KiB", people, "block");
    assert!(seconds < 40.0, "{seconds} s, of which the slow source would need 65 for its block");
}

/// How long the first person takes, in seconds, where nobody chokes.
fn alone(size: &str, piece: &str, people: &str, granularity: &str) -> f64 {
    let content = format!("size = \"{size}\"\npiece = \"{piece}\"");
    let system = format!(
        "choker = \"none\"\nseed-choker = \"none\"\npicker = \"sequential\"\nrequest-queue = {DEPTH}\n\
         snub-after = \"never\"\ngranularity = \"{granularity}\""
    );
    let run = CLOSELY.run(&bare_swarm(&content, "5 ms", people, &system));
    assert_eq!(run.persons[0].peer, PersonIndex(0));
    run.persons[0].completed.expect("it finishes").as_secs()
}
