//! Several torrents: one line serves all swarms of a user, who seeds here and leeches there, and comes back after an
//! absence with what it had.

use unchoke::protocol::names::Field;
use unchoke::record::{Central, DisconnectReason, Message, Party, Record, UnchokeReason, WishOutcome};
use unchoke::spec::Scenario;
use unchoke::units::{FileIndex, PersonIndex, SimDuration, SimTime};
use unchoke::workload::{Absence, Holdings, Wish, Workload};

use crate::swarm_support::{CLOSELY, Run, load};

/// 10^6 bit/s.
const MBIT: f64 = 125_000.0;

/// So many people on lines of 1/100 Mbit/s, and so many files; nobody holds or wants anything: the tests say who does.
fn crowd(people: u32, files: u32, size: &str) -> (Scenario, Workload) {
    let text = format!(
        r#"
seed = 3
stop = {{ no-later-than = "3 h", or-when = "everyone-finished" }}
[content]
files = {files}
size = {size}
piece = "64 KiB"
[network]
one-way-latency = "1 ms"
overhead = "none"
[peers.user]
count = {people}
upload = "1 Mbit/s"
download = "100 Mbit/s"
after-finishing = "seed-forever"
[systems.swarms]
kind = "bittorrent"
web-server = {{ upload = "1 Gbit/s" }}
"#
    );
    let scenario = load(&text).scenario;
    let mut workload = CLOSELY.draw(&scenario);
    for person in &mut workload.people {
        person.wishes.clear();
    }
    (scenario, workload)
}

const TWO_MIB: &str = "\"2 MiB\"";

fn wants(people: &mut Workload, person: usize, files: &[u32]) {
    let at = people.people[person].arrives.expect("everybody comes");
    let wish = |&file: &u32| Wish { at, file: FileIndex(file), by: Field::Title, typed: 0 };
    people.people[person].wishes = files.iter().map(wish).collect();
}

fn holds(people: &mut Workload, person: usize, files: &[u32]) {
    people.people[person].holds = Holdings::Files(files.iter().copied().map(FileIndex).collect());
}

fn is_away(people: &mut Workload, person: usize, from: u64, to: u64) {
    let at = |secs| SimTime::ZERO + SimDuration::from_whole_secs(secs);
    people.people[person].absences.push(Absence { from: at(from), to: at(to) });
}

fn completed(run: &Run, person: usize) -> f64 {
    run.persons[person].completed.unwrap_or_else(|| panic!("{person} finishes")).as_secs()
}

/// When `by` first unchoked the person.
fn unchoked(run: &Run, by: usize, person: usize) -> f64 {
    let (by, person) = (PersonIndex::from_usize(by), PersonIndex::from_usize(person));
    let first = run.records.iter().find_map(|&(at, record)| match record {
        Record::Unchoked { peer, neighbour, .. } if (peer, neighbour) == (by, person) => Some(at.as_secs()),
        _ => None,
    });
    first.expect("it is unchoked")
}

/// A seed of two torrents, with one leecher each. From s1 the first has the uplink U alone, from s2 both have U / 2:
/// S = U (s2 - s1) + U / 2 (t1 - s2), and the second has what is left when the first is done: t2 = s1 + 2 S / U.
#[test]
fn two_torrents_share_one_uplink_equally() {
    let (scenario, mut people) = crowd(3, 2, TWO_MIB);
    people.people[0].holds = Holdings::Everything;
    wants(&mut people, 1, &[0]);
    wants(&mut people, 2, &[1]);
    let run = CLOSELY.play_with(scenario, people).sound();
    let (a, b) = (unchoked(&run, 0, 1), unchoked(&run, 0, 2));
    let (first, second) = if a < b { (1, 2) } else { (2, 1) };
    let (s1, s2, line) = (a.min(b), a.max(b), 2.0 * 1048576.0 / MBIT);
    let (t1, t2) = (s2 + 2.0 * (line - (s2 - s1)), s1 + 2.0 * line);
    let (found1, found2) = (completed(&run, first), completed(&run, second));
    assert!((found1 - t1).abs() < 0.1 && (found2 - t2).abs() < 0.1, "{found1} {t1}, {found2} {t2}");
    let met = |record: &Record| match record {
        Record::Connected { from, to } => from.0 != 0 && to.0 != 0,
        _ => false,
    };
    assert!(!run.records.iter().any(|(_, record)| met(record)), "the leechers are in different swarms");
}

/// Each has what the other wants: both send at full speed all the time, one as seed of the one torrent, the other of
/// the other.
#[test]
fn a_user_seeds_one_torrent_while_leeching_another() {
    let (scenario, mut people) = crowd(2, 2, TWO_MIB);
    for person in [0, 1] {
        holds(&mut people, person, &[person as u32]);
        wants(&mut people, person, &[1 - person as u32]);
    }
    let run = CLOSELY.play_with(scenario, people).sound();
    let line = 2.0 * 1048576.0 / MBIT;
    for (me, other) in [(0, 1), (1, 0)] {
        let took = completed(&run, me) - unchoked(&run, other, me);
        assert!((took - line).abs() < 0.1, "{took} s where the line needs {line} s");
        let totals = &run.persons[me];
        assert_eq!(totals.uploaded[UnchokeReason::Seed as usize], 2 << 20);
        assert_eq!(totals.downloaded[UnchokeReason::Seed as usize], 2 << 20);
    }
}

/// How often each block arrived at a person.
fn blocks_received(run: &Run, person: u32) -> Vec<(u32, u32)> {
    let block = |record: &Record| match record {
        Record::Message { to: Party::Peer(to), message: Message::Piece { piece, block }, .. } => {
            (to.0 == person).then_some((piece.0, *block))
        }
        _ => None,
    };
    let mut blocks: Vec<(u32, u32)> = run.records.iter().filter_map(|(_, record)| block(record)).collect();
    blocks.sort_unstable();
    blocks
}

/// A leecher that goes in the middle, with a word or without, for less than the two minutes in which its silence is
/// noticed or for more: no block comes twice, and the metainfo file is fetched once.
#[test]
fn who_comes_back_goes_on_with_what_it_had() {
    for (vanishes, to) in [(false, 25), (false, 400), (true, 25), (true, 400)] {
        let (scenario, mut people) = crowd(2, 2, TWO_MIB);
        people.people[0].holds = Holdings::Everything;
        wants(&mut people, 1, &[1]);
        is_away(&mut people, 1, 20, to);
        people.people[1].vanishes = vanishes;
        let run = CLOSELY.play_with(scenario, people).sound();
        run.assert_all_finished();
        let blocks = blocks_received(&run, 1);
        assert_eq!(blocks.len(), (2 << 20) / (16 << 10), "every block");
        assert!(blocks.is_sorted_by(|a, b| a < b), "no block twice");
        let totals = &run.persons[1];
        assert_eq!(totals.downloaded.iter().sum::<u64>(), 2 << 20);
        assert_eq!(totals.wasted_duplicate, 0);
        assert!(totals.lost_bytes > 0 && totals.lost_bytes < 16 << 10, "part of one block: {totals:?}");
        let fetches = run.records.iter().filter(|(_, r)| matches!(r, Record::MetainfoFetched { .. }));
        assert_eq!(fetches.count(), 1);
        // The old connection of a peer that vanished ends when it is noticed, or when it is back.
        let ended = run.records.iter().find_map(|&(at, record)| match record {
            Record::Disconnected { reason, .. } => Some((at.as_secs(), reason)),
            _ => None,
        });
        let expected = match (vanishes, to) {
            (false, _) => (20.0, DisconnectReason::NeighbourLeft),
            (true, 25) => (25.0, DisconnectReason::TimedOut),
            (true, _) => (140.0, DisconnectReason::TimedOut),
        };
        assert_eq!(ended, Some(expected));
        let wish = &run.wishes[0];
        let away = SimDuration::from_whole_secs(to - 20);
        let online = run.persons[1].completed.expect("it finished").since(wish.wished).0 - away.0;
        assert_eq!((wish.finding + wish.waiting + wish.transferring).0, online);
    }
}

/// The only seed is away while it is wished for, and again in the middle.
#[test]
fn a_seed_that_comes_back_seeds_again() {
    let (scenario, mut people) = crowd(2, 2, TWO_MIB);
    holds(&mut people, 0, &[0]);
    wants(&mut people, 1, &[0, 1]);
    is_away(&mut people, 0, 1, 200);
    is_away(&mut people, 0, 205, 210);
    let run = CLOSELY.play_with(scenario, people).sound();
    let told: Vec<_> = run.wishes.iter().map(|wish| (wish.file.0, wish.outcome, wish.available)).collect();
    assert_eq!(told, [(0, WishOutcome::Fetched, 1), (1, WishOutcome::Open, 0)]);
    let (found, missed) = (&run.wishes[0], &run.wishes[1]);
    assert!(found.ended.expect("it was fetched") > SimTime::ZERO + SimDuration::from_whole_secs(210));
    // Nobody else is ever in the swarm of the second file: nobody is found there.
    assert_eq!((missed.waiting, missed.transferring), (SimDuration::ZERO, SimDuration::ZERO));
    assert!(found.finding.as_secs() > 0.0 && found.waiting.as_secs() > 200.0, "{found:?}");
    let line = 2.0 * 1048576.0 / MBIT;
    assert!(found.transferring.as_secs() >= line, "{found:?}");
    assert_eq!(run.persons[1].completed, None, "one wish is open");
}

/// Files of 1, 2 and 3 pieces: what each swarm has is its own, and the web server has all metainfo files.
#[test]
fn each_torrent_has_its_own_size() {
    let (scenario, mut people) = crowd(4, 6, "{ uniform = { from = \"1 B\", to = \"190 kB\" } }");
    people.people[0].holds = Holdings::Everything;
    for person in 1..4 {
        wants(&mut people, person, &[0, 1, 2, 3, 4, 5]);
    }
    let all: u64 = (0..6).map(|file| people.catalogue.size(FileIndex(file)).0).sum();
    let metainfo: u64 = (0..6).map(|file| people.catalogue.file(FileIndex(file)).metainfo_size.0).sum();
    let run = CLOSELY.play_with(scenario, people).sound();
    run.assert_all_finished();
    for person in &run.persons[1..] {
        assert_eq!(person.downloaded.iter().sum::<u64>(), all);
        assert_eq!((person.wishes, person.fetched), (6, 6));
    }
    let web = run.totals.servers.iter().find(|server| server.part == Central::WebServer);
    let web = web.expect("there is a web server");
    assert_eq!((web.stored_bytes, web.sent_bytes, web.served), (metainfo, 3 * metainfo, 18));
    assert_eq!(run.samples.last().expect("samples").1.stored_bytes, 4 * all);
    assert_eq!(run.totals.swarm, None, "pieces of several torrents are not counted together");
}

/// Copies of whatever it uploads: one of each of two files makes two.
#[test]
fn copies_are_counted_over_all_torrents() {
    let (scenario, mut people) = crowd(3, 2, TWO_MIB);
    people.people[0].holds = Holdings::Everything;
    people.people[0].leaves_after_copies = Some(1.5);
    wants(&mut people, 1, &[0]);
    wants(&mut people, 2, &[1]);
    let run = CLOSELY.play_with(scenario, people).sound();
    let sent: u64 = run.persons[0].uploaded.iter().sum();
    assert!((3 << 20..(3 << 20) + (16 << 10)).contains(&sent), "1.5 copies of 2 MiB: {sent}");
    assert!(run.persons[0].left.is_some());
}
