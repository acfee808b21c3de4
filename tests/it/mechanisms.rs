//! Each mechanism by its traces: what the records of a run must show where it is on, and must not show where it is off.

use std::collections::{BTreeMap, BTreeSet};

use unchoke::record::{
    Central, ChokeReason, Departure, DisconnectReason, Message, Party, Record, UnchokeReason,
};
use unchoke::spec::Choker;
use unchoke::units::{PersonIndex, SimTime};
use unchoke::workload::Holdings;

use crate::swarm_support::{Play, Run, WATCHED};

const PRESETS: [&str; 5] = ["lecture", "mainline-3.4", "mainline-4.0", "libtorrent-2", "transmission-4"];
const SECOND: u64 = 1_000_000_000;

/// A seed and 16 leechers who come within ten seconds and leave when they are done, with more classes and settings of
/// the system.
fn crowd(classes: &str, system: &str) -> String {
    format!(
        r#"
seed = 4
stop = {{ no-later-than = "1 h", or-when = "everyone-finished" }}
[content]
size = "5000000 B"
piece = "64 KiB"
[peers.seed]
count = 1
starts-with = "whole-file"
upload = "2 Mbit/s"
download = "8 Mbit/s"
[peers.leecher]
count = 16
upload = "500 kbit/s"
download = "4 Mbit/s"
arrive = {{ randomly-within = "10 s" }}
{classes}
[systems.crowd]
kind = "bittorrent"
{system}
"#
    )
}

/// Whom each peer has unchoked at present, and why.
#[derive(Default)]
struct Unchoked(BTreeMap<PersonIndex, BTreeMap<PersonIndex, UnchokeReason>>);

impl Unchoked {
    fn see(&mut self, record: &Record) {
        match *record {
            Record::Unchoked { peer, neighbour, reason, .. }
            | Record::Rereasoned { peer, neighbour, reason, .. } => {
                self.0.entry(peer).or_default().insert(neighbour, reason);
            }
            Record::Choked { peer, neighbour, .. } => {
                let held = self.0.entry(peer).or_default().remove(&neighbour);
                assert!(held.is_some(), "{peer:?} chokes {neighbour:?}, whom it had not unchoked");
            }
            Record::Disconnected { peer, neighbour, .. } => {
                self.0.entry(peer).or_default().remove(&neighbour);
                self.0.entry(neighbour).or_default().remove(&peer);
            }
            _ => {}
        }
    }
}

/// Who decided on whom to upload to, and when.
fn decisions(run: &Run) -> impl Iterator<Item = (SimTime, PersonIndex)> {
    run.records.iter().filter_map(|(at, record)| match *record {
        Record::Unchoked { peer, .. } | Record::Rereasoned { peer, .. } | Record::Choked { peer, .. } => {
            Some((*at, peer))
        }
        _ => None,
    })
}

#[test]
fn the_lectures_client_decides_every_ten_seconds_and_not_in_between() {
    let run = WATCHED.run(&crowd("", "client = \"lecture\""));
    let mut phases: BTreeMap<PersonIndex, (u64, BTreeSet<u64>)> = BTreeMap::new();
    for (at, peer) in decisions(&run) {
        let (phase, rounds) = phases.entry(peer).or_insert((at.0 % (10 * SECOND), BTreeSet::new()));
        assert_eq!(at.0 % (10 * SECOND), *phase, "{peer:?} decided at {at}");
        rounds.insert(at.0);
    }
    assert_eq!(phases.len(), run.people.len(), "everybody decided something");
    let distinct: BTreeSet<u64> = phases.values().map(|(phase, _)| *phase).collect();
    assert_eq!(distinct.len(), run.people.len(), "everybody has a phase of its own");
    assert!(phases.values().any(|(_, rounds)| rounds.len() > 5), "there are several rounds");
}

#[test]
fn no_client_unchokes_more_than_its_slots() {
    for preset in PRESETS {
        let run = WATCHED.run(&crowd("", &format!("client = \"{preset}\"")));
        run.assert_all_finished();
        let swarm = run.scenario.systems[0].swarm().expect("it is a swarm");
        let client = &swarm.clients[0];
        // libtorrent fills every slot between rounds; an optimistic one then comes on top, until the next tick.
        let on_top = if client.choker == Choker::FixedSlots { client.optimistic_slots } else { 0 };
        let slots = (client.regular_slots + client.optimistic_slots + on_top) as usize;
        let mut unchoked = Unchoked::default();
        let mut most = 0;
        for (at, group) in run.records.chunk_by(|a, b| a.0 == b.0).map(|group| (group[0].0, group)) {
            group.iter().for_each(|(_, record)| unchoked.see(record));
            for (peer, held) in &unchoked.0 {
                // A neighbour that is not interested costs no slot (BEP 3).
                let taken = held.values().filter(|&&reason| reason != UnchokeReason::Uninterested).count();
                assert!(taken <= slots, "{preset}: {peer:?} unchokes {held:?} at {at}");
                most = most.max(taken);
            }
        }
        assert!(most + on_top as usize >= slots, "{preset} uses its slots");
    }
}

/// The turns of a leecher's optimistic slot, and the moments at which somebody lost it. A peer with few regulars has
/// several optimistic unchokes (BEP 3) and gives those up when regulars come back, so only rounds without a new regular
/// count.
#[test]
fn the_optimistic_slot_moves_on_every_thirty_seconds() {
    let run = WATCHED.run(&crowd("", "client = \"lecture\""));
    let mut unchoked = Unchoked::default();
    let mut first_round: BTreeMap<PersonIndex, u64> = BTreeMap::new();
    let mut turns = 0;
    let regulars = |unchoked: &Unchoked, peer: PersonIndex| {
        let held = unchoked.0.get(&peer).into_iter().flat_map(|held| held.values());
        held.filter(|&&reason| reason == UnchokeReason::Regular).count()
    };
    for group in run.records.chunk_by(|a, b| a.0 == b.0) {
        let at = group[0].0;
        let rotated: BTreeSet<PersonIndex> = group.iter().filter_map(|(_, record)| rotates(record)).collect();
        let before: Vec<usize> = rotated.iter().map(|&peer| regulars(&unchoked, peer)).collect();
        group.iter().for_each(|(_, record)| unchoked.see(record));
        for (&peer, before) in rotated.iter().zip(before) {
            let is_seed = run.persons[peer.at()].completed.is_none_or(|completed| completed < at);
            if !is_seed && regulars(&unchoked, peer) <= before {
                let first = *first_round.entry(peer).or_insert(at.0);
                assert_eq!((at.0 - first) % (30 * SECOND), 0, "{peer:?} at {at}");
                turns += 1;
            }
        }
    }
    assert!(turns > 10 && first_round.len() > 5, "the slot moves: {turns} times at {}", first_round.len());
}

fn rotates(record: &Record) -> Option<PersonIndex> {
    match *record {
        Record::Choked { peer, reason: ChokeReason::OptimisticRotation, .. } => Some(peer),
        _ => None,
    }
}

#[test]
fn without_optimistic_slot_nobody_is_unchoked_optimistically() {
    let run = WATCHED.run(&crowd("", "optimistic = \"off\"\nslots = { regular = 5, optimistic = 0 }"));
    for person in &run.persons {
        assert_eq!(person.uploaded[UnchokeReason::Optimistic as usize], 0, "{person:?}");
    }
}

#[test]
fn two_seeds_are_never_connected() {
    let lingering =
        crowd("after-finishing = \"seed-forever\"\n[peers.another]\nlike = \"seed\"\ncount = 3", "");
    let run = WATCHED.run(&lingering);
    let mut seeds: BTreeSet<PersonIndex> = (0..run.people.len())
        .filter(|&at| run.people[at].holds == Holdings::Everything)
        .map(PersonIndex::from_usize)
        .collect();
    let mut connections: BTreeSet<(PersonIndex, PersonIndex)> = BTreeSet::new();
    let ordered = |a: PersonIndex, b: PersonIndex| (a.min(b), a.max(b));
    let mut hung_up = 0;
    for group in run.records.chunk_by(|a, b| a.0 == b.0) {
        for (_, record) in group {
            match *record {
                Record::Finished { peer } => assert!(seeds.insert(peer), "nobody finishes twice"),
                Record::Connected { from, to } => assert!(connections.insert(ordered(from, to))),
                Record::Disconnected { peer, neighbour, reason } => {
                    hung_up += u32::from(reason == DisconnectReason::BothSeeds);
                    assert!(connections.remove(&ordered(peer, neighbour)));
                }
                _ => {}
            }
        }
        let both = connections.iter().find(|(a, b)| seeds.contains(a) && seeds.contains(b));
        assert_eq!(both, None, "at {}", group[0].0);
    }
    assert!(hung_up > 10 && seeds.len() == run.people.len(), "seeds hang up on seeds");
}

const POISONER: &str = "[peers.poisoner]\ncount = 2\nstarts-with = \"whole-file\"\nupload = \"1 Mbit/s\"\ndownload = \"4 Mbit/s\"\nbehavior = \"corrupt\"";

#[test]
fn who_sends_garbage_is_found_and_banned() {
    for preset in PRESETS {
        let run = WATCHED.run(&crowd(POISONER, &format!("client = \"{preset}\"")));
        run.assert_all_finished();
        let poisoner = run.class("poisoner");
        let mut banned: BTreeMap<(PersonIndex, PersonIndex), SimTime> = BTreeMap::new();
        let mut failed = 0;
        for (at, record) in &run.records {
            match *record {
                Record::PieceCompleted { intact, .. } => assert!(intact, "{preset}: {record:?}"),
                Record::HashFailed { .. } => failed += 1,
                Record::Banned { peer, neighbour } => {
                    assert_eq!(run.class_of(neighbour), poisoner, "{preset}: an honest peer is banned");
                    assert!(banned.insert((peer, neighbour), *at).is_none(), "banned once");
                }
                Record::Connected { from, to } => {
                    let back = banned.contains_key(&(from, to)) || banned.contains_key(&(to, from));
                    assert!(!back, "{preset}: who was banned is connected again at {at}");
                }
                _ => {}
            }
        }
        let culprits: BTreeSet<PersonIndex> = banned.keys().map(|&(_, culprit)| culprit).collect();
        assert!(failed > 0 && culprits.len() == 2, "{preset}: {failed} failures, {culprits:?} banned");
        let wasted: u64 = run.persons.iter().map(|person| person.wasted_corrupt).sum();
        assert!(wasted > 0 && run.persons.iter().all(|person| person.corrupt_pieces == 0), "{preset}");
    }
}

#[test]
fn unchecked_garbage_is_accepted_and_passed_on() {
    let run = WATCHED.run(&crowd(POISONER, "hash-check = false"));
    run.assert_all_finished();
    let honest = run.class("leecher");
    let mut holds: BTreeSet<(PersonIndex, u32)> = BTreeSet::new();
    let mut passed_on = 0;
    for (_, record) in &run.records {
        match *record {
            Record::PieceCompleted { peer, piece, intact: false } => {
                assert!(holds.insert((peer, piece.0)));
            }
            Record::HashFailed { .. } | Record::Banned { .. } => panic!("nobody checks: {record:?}"),
            Record::Message { from: Party::Peer(from), message: Message::Piece { piece, .. }, .. } => {
                passed_on += u32::from(run.class_of(from) == honest && holds.contains(&(from, piece.0)));
            }
            _ => {}
        }
    }
    let spoilt: u32 = run.persons.iter().map(|person| person.corrupt_pieces).sum();
    assert_eq!(spoilt as usize, holds.len());
    assert!(
        !holds.is_empty() && passed_on > 0,
        "{} corrupt pieces, {passed_on} blocks passed on",
        holds.len()
    );
    assert!(run.persons.iter().all(|person| person.wasted_corrupt == 0), "nobody throws anything away");
}

#[test]
fn a_vanished_peer_is_noticed_after_two_minutes() {
    let vanishing =
        "[peers.ghost]\nlike = \"seed\"\ncount = 3\nleaves = { after = \"21 s\" }\ndeparture = \"vanish\"";
    let text = crowd(vanishing, "").replace("or-when = \"everyone-finished\"", "or-when = \"time-is-up\"");
    let text = text.replace("\"1 h\"", "\"10 min\"").replace("5000000 B", "20000000 B");
    let run = WATCHED.run(&text);
    let ghost = run.class("ghost");
    let mut gone: BTreeMap<PersonIndex, SimTime> = BTreeMap::new();
    let (mut noticed, mut snubbed) = (0, 0);
    for (at, record) in &run.records {
        match *record {
            Record::Left { peer, how: Departure::Vanished } => assert!(gone.insert(peer, *at).is_none()),
            Record::Disconnected { peer, neighbour, reason } => {
                let vanished = gone.get(&peer).or(gone.get(&neighbour));
                if reason == DisconnectReason::TimedOut {
                    let since = vanished.expect("somebody vanished");
                    assert_eq!(at.since(*since).0, 120 * SECOND, "{record:?}");
                    noticed += 1;
                }
            }
            Record::Overdue { neighbour, overdue: true, .. } if run.class_of(neighbour) == ghost => {
                // Those who waited for its blocks ask others after a minute already.
                assert!(at.since(gone[&neighbour]).0 >= 49 * SECOND, "{at}: {record:?}");
                snubbed += 1;
            }
            Record::Message { from: Party::Peer(from), .. } => {
                // A HAVE under way reaches its neighbours; nothing else comes.
                let silent = gone.get(&from).is_none_or(|since| since == at);
                let close = matches!(record, Record::Message { message: Message::Close, .. });
                assert!(silent || close, "{record:?} at {at}");
            }
            _ => {}
        }
    }
    assert_eq!(gone.len(), 3);
    assert!(noticed > 3 && snubbed > 0, "{noticed} noticed, {snubbed} snubbed");
}

/// Newcomers wait where a central part does not answer; the swarm itself goes on.
#[test]
fn newcomers_wait_for_central_parts_that_are_down() {
    let late = "[peers.late]\nlike = \"leecher\"\ncount = 4\narrive = { at = \"20 s\" }\n";
    for part in ["tracker", "web-server"] {
        let down = format!("[faults]\n{part} = [{{ down = {{ from = \"15 s\", to = \"100 s\" }} }}]\n");
        let run = WATCHED.run(&crowd(&format!("{late}{down}"), ""));
        run.assert_all_finished();
        let class = run.class("late");
        for (at, record) in &run.records {
            if let Record::Announced { peer, .. } = *record
                && run.class_of(peer) == class
            {
                assert!(at.as_secs() > 100.0, "{part}: {record:?} at {at}");
            }
            if let Record::MetainfoFetched { peer } = *record
                && run.class_of(peer) == class
            {
                assert!(part == "tracker" || at.as_secs() > 100.0, "{record:?} at {at}");
            }
        }
        let refused = (run.refused(Central::Tracker) > 0, run.refused(Central::WebServer) > 0);
        assert_eq!(refused, (part == "tracker", part == "web-server"), "{part}");
        for person in run.of_class("late") {
            let joining = person.waited[0].as_secs();
            assert!((80.0..=110.0).contains(&joining), "{part}: {joining} s, {person:?}");
        }
        let traded = run.of_class("leecher").filter_map(|person| person.first_piece);
        assert!(traded.filter(|at| at.as_secs() < 100.0).count() > 8, "{part}: the others trade");
    }
}

/// A central part that falls while many wait for it.
fn falling(part: &str, system: &str) -> Run {
    let text = format!(
        "stop = {{ no-later-than = \"1 h\", or-when = \"everyone-finished\" }}\n\
         [content]\nsize = \"5000000 B\"\npiece = \"64 KiB\"\n\
         [peers.seed]\ncount = 1\nstarts-with = \"whole-file\"\nupload = \"8 Mbit/s\"\n\
         [peers.leecher]\ncount = 40\nupload = \"1 Mbit/s\"\ndownload = \"8 Mbit/s\"\n\
         [faults]\n{part} = [{{ down = {{ from = \"10 s\", to = \"5 min\" }} }}]\n\
         [systems.crowd]\nkind = \"bittorrent\"\n{system}"
    );
    let run = WATCHED.run(&text);
    run.assert_all_finished();
    run
}

/// When a central part falls, what it is at is lost and counts as refused; nobody is served until it is back.
#[test]
fn an_outage_ends_what_a_central_part_was_at() {
    let meanwhile = |at: SimTime| (10.2..300.0).contains(&at.as_secs());
    let run = falling("tracker", "tracker = { service = { fixed = \"1 s\" } }");
    let answers = |run: &Run| {
        run.records
            .iter()
            .filter(|(at, record)| meanwhile(*at) && matches!(record, Record::Announced { .. }))
            .count()
    };
    assert_eq!(answers(&run), 0);
    assert!(run.refused(Central::Tracker) > 30);

    // Forty metainfo files take a minute.
    let run = falling("web-server", "web-server = { upload = \"8 kbit/s\" }");
    let fetched = |(at, record): &&(SimTime, Record)| {
        meanwhile(*at) && matches!(record, Record::MetainfoFetched { .. })
    };
    assert_eq!(run.records.iter().filter(fetched).count(), 0);
    assert!(run.refused(Central::WebServer) > 30);
    let mut before = (0.0, 0.0);
    for (at, sample) in &run.samples {
        let web =
            sample.servers.iter().find(|server| server.part == Central::WebServer).expect("there is one");
        let (interval, busy) = (at.as_secs() - before.0, web.busy_s - before.1);
        assert!((-1e-9..=interval + 1e-6).contains(&busy), "busy for {busy} of {interval} s at {at}");
        if (1.0..10.0).contains(&at.as_secs()) {
            assert!(busy > 0.9 * interval, "busy for {busy} of {interval} s at {at}");
        }
        before = (at.as_secs(), web.busy_s);
    }
}

#[test]
fn endgame_duplicates_little_and_without_it_nothing() {
    for endgame in ["ask-all", "when-idle", "off"] {
        let (mut twice, mut all, mut started) = (0, 0, 0);
        for replicate in 0..3 {
            let text = crowd("", &format!("endgame = \"{endgame}\""));
            let run = Play { replicate, ..WATCHED }.run(&text);
            run.assert_all_finished();
            twice += run.persons.iter().map(|person| person.wasted_duplicate).sum::<u64>();
            all += run.totals.received_bytes;
            started += run
                .records
                .iter()
                .filter(|(_, record)| matches!(record, Record::EndgameStarted { .. }))
                .count();
        }
        match endgame {
            "off" => assert_eq!((twice, started), (0, 0), "nothing is asked for twice"),
            _ => assert!(
                started > 16 && 50 * twice < all,
                "{endgame}: {twice} of {all} bytes in vain, {started} times"
            ),
        }
    }
}

#[test]
fn bytes_come_while_choked_only_with_the_fast_extension() {
    for (client, speaks) in [("libtorrent-2", true), ("lecture", false), ("transmission-4", false)] {
        let run = WATCHED.run(&crowd("", &format!("client = \"{client}\"")));
        let fast: u64 =
            run.persons.iter().map(|person| person.downloaded[UnchokeReason::AllowedFast as usize]).sum();
        assert_eq!(fast > 0, speaks, "{client}: {fast} bytes");
    }
}

/// Piece 0 is the rarest: all others hold everything else and give nothing. Who asks for what first?
#[test]
fn the_first_piece_is_random_and_the_next_the_rarest() {
    let first_asked = |random_first: u32| -> BTreeSet<u32> {
        let text = format!(
            r#"
stop = {{ no-later-than = "1 min", or-when = "time-is-up" }}
[content]
size = "1 MiB"
piece = "64 KiB"
[peers.seed]
count = 1
starts-with = "whole-file"
upload = "1 Mbit/s"
[peers.holder]
count = 4
starts-with = {{ all-but-pieces = [0] }}
upload = "1 Mbit/s"
behavior = "free-rider"
[peers.newcomer]
count = 1
upload = "1 Mbit/s"
[systems.swarm]
kind = "bittorrent"
web-server = "none"
random-first = {random_first}
"#
        );
        let first = |replicate| {
            let run = Play { replicate, ..WATCHED }.run(&text);
            let newcomer = run.class("newcomer");
            run.records.iter().find_map(|(_, record)| match *record {
                Record::Message {
                    from: Party::Peer(from), message: Message::Request { piece, .. }, ..
                } => (run.class_of(from) == newcomer).then_some(piece.0),
                _ => None,
            })
        };
        (0..12).map(|replicate| first(replicate).expect("the newcomer asks")).collect()
    };
    assert_eq!(first_asked(0), BTreeSet::from([0]), "the rarest piece");
    assert!(first_asked(1).len() > 4, "any piece");
}

#[test]
fn who_cannot_be_reached_connects_to_others() {
    let hidden = "[peers.hidden]\nlike = \"leecher\"\ncount = 6\nbittorrent = { connectable = false }";
    let run = WATCHED.run(&crowd(hidden, ""));
    run.assert_all_finished();
    let class = run.class("hidden");
    let mut outgoing = BTreeSet::new();
    for (_, record) in &run.records {
        if let Record::Connected { from, to } = *record {
            assert_ne!(run.class_of(to), class, "{record:?}");
            if run.class_of(from) == class {
                outgoing.insert(from);
            }
        }
    }
    assert_eq!(outgoing.len(), 6);
}

#[test]
fn at_most_so_many_sources_send_at_once() {
    let run = WATCHED.run(&crowd("", "max-sources = 1\nendgame = \"off\""));
    run.assert_all_finished();
    // Between a request and its block no other neighbour is asked, so blocks come from one at a time.
    let mut asked: BTreeMap<PersonIndex, BTreeMap<PersonIndex, i64>> = BTreeMap::new();
    let mut refused: BTreeSet<(PersonIndex, PersonIndex)> = BTreeSet::new();
    for (at, record) in &run.records {
        match *record {
            Record::Message {
                from: Party::Peer(me),
                to: Party::Peer(source),
                message: Message::Request { .. },
            } if !refused.contains(&(source, me)) => {
                *asked.entry(me).or_default().entry(source).or_default() += 1;
                let busy = asked[&me].values().filter(|&&blocks| blocks > 0).count();
                assert!(busy <= 1, "{me:?} asks {:?} at {at}", asked[&me]);
            }
            Record::Message {
                from: Party::Peer(source),
                to: Party::Peer(me),
                message: Message::Piece { .. },
            } => {
                *asked.entry(me).or_default().entry(source).or_default() -= 1;
            }
            Record::Message { from: Party::Peer(source), to: Party::Peer(me), message: Message::Choke } => {
                // The block on the wire may still come; the others are free, and so is what is asked for until the word is there.
                asked.entry(me).or_default().remove(&source);
                refused.insert((source, me));
            }
            Record::Message {
                from: Party::Peer(source),
                to: Party::Peer(me),
                message: Message::Unchoke { .. },
            } => {
                refused.remove(&(source, me));
            }
            Record::Disconnected { peer, neighbour, .. } => {
                asked.entry(peer).or_default().remove(&neighbour);
                asked.entry(neighbour).or_default().remove(&peer);
            }
            _ => {}
        }
    }
}
