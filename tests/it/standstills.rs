//! Swarms in which somebody could once wait for ever, or lose what was there.

use unchoke::record::Record;
use unchoke::units::{PersonIndex, SimTime};

use crate::swarm_support::{CLOSELY, Play, Run, bare_swarm};

fn swarm(content: &str, people: &str, system: &str) -> String {
    bare_swarm(content, "20 ms", people, system)
}

fn first_piece(run: &Run) -> f64 {
    let completed = |(at, record): &(SimTime, Record)| {
        matches!(record, Record::PieceCompleted { .. }).then_some(at.as_secs())
    };
    run.records.iter().find_map(completed).expect("a piece is completed")
}

/// Pieces take longer than a turn at a seed, and after the first bad ones everybody is a suspect: what one has sent of a piece must not be
/// thrown away while it chokes.
#[test]
fn a_swarm_of_suspects_finishes() {
    let one_slot = "bittorrent = { slots = { regular = 1, optimistic = 0 }, optimistic = \"off\", seed-choker = \"rotation\" }";
    let people = format!(
        "[peers.seed]\ncount = 1\nstarts-with = \"whole-file\"\nupload = \"800 kbit/s\"\n{one_slot}\n\
         [peers.bad]\ncount = 1\nstarts-with = \"whole-file\"\nbehavior = \"corrupt\"\nupload = \"800 kbit/s\"\n{one_slot}\n\
         [peers.leecher]\ncount = 8\nupload = \"400 kbit/s\"\nafter-finishing = \"seed-forever\""
    );
    for (client, granularity) in [("lecture", "block"), ("lecture", "piece"), ("mainline-4.0", "block")] {
        let system = format!("client = \"{client}\"\ngranularity = \"{granularity}\"");
        let run = Play::default().run(&swarm("size = \"48 MiB\"\npiece = \"16 MiB\"", &people, &system));
        run.assert_all_finished();
        assert!(run.records.iter().any(|(_, record)| matches!(record, Record::HashFailed { .. })));
    }
}

/// A client that looks again at its own times looks at those too whom its limit of sources turned away.
#[test]
fn who_was_turned_away_by_the_limit_of_sources_is_looked_at_again() {
    let people = "[peers.first]\ncount = 1\nstarts-with = \"whole-file\"\nupload = \"1 Mbit/s\"\nleaves = { after = \"60 s\" }\n\
                  [peers.second]\ncount = 1\nstarts-with = \"whole-file\"\nupload = \"1 Mbit/s\"\n\
                  [peers.leecher]\ncount = 1\nupload = \"1 Mbit/s\"\narrive = { at = \"5 s\" }";
    let system = "choker = \"none\"\nseed-choker = \"none\"\nmax-sources = 1\nlook-again-after = \"5 s\"";
    Play::default()
        .run(&swarm("size = \"20 MB\"\npiece = \"256 KiB\"", people, system))
        .assert_all_finished();
}

/// Without strict priority a connection goes on with its piece, by piece too and with one request at a time.
#[test]
fn a_piece_in_hand_is_gone_on_with_when_nothing_is_outstanding() {
    let people = "[peers.seed]\ncount = 1\nstarts-with = \"whole-file\"\nupload = \"10 Mbit/s\"\n\
                  [peers.leecher]\ncount = 5\nupload = \"2 Mbit/s\"\nafter-finishing = \"seed-forever\"";
    let first = |piece: &str, system: &str| {
        let content = format!("size = \"64 MiB\"\npiece = \"{piece}\"");
        first_piece(&Play::default().run(&swarm(
            &content,
            people,
            &format!("strict-priority = \"off\"\n{system}"),
        )))
    };
    let by_block = first("16 MiB", "granularity = \"block\"");
    let by_piece = first("16 MiB", "granularity = \"piece\"");
    assert!(by_piece < 1.1 * by_block, "{by_piece} s by piece, {by_block} s by block");
    let (two, one) = (first("1 MiB", "request-queue = 2"), first("1 MiB", "request-queue = 1"));
    assert!(one < 2.0 * two, "{one} s with one request at a time, {two} s with two");
}

/// The tracker is slow, and thirty people are gone before it serves them.
#[test]
fn who_leaves_before_the_first_answer_is_not_listed() {
    let people = "[peers.seed]\ncount = 1\nstarts-with = \"whole-file\"\nupload = \"100 kbit/s\"\n\
                  [peers.hasty]\ncount = 30\nupload = \"1 Mbit/s\"\narrive = { at = \"10 s\" }\nleaves = { after = \"3 s\" }\n\
                  [peers.late]\ncount = 1\nupload = \"1 Mbit/s\"\narrive = { at = \"20 min\" }";
    let system = "tracker = { service = { fixed = \"2 s\" } }";
    let run = Play::default().run(&swarm("size = \"1 MiB\"\npiece = \"256 KiB\"", people, system));
    let late = PersonIndex(31);
    let named = run.records.iter().find_map(|(_, record)| match *record {
        Record::Announced { peer, peers } if peer == late => Some(peers),
        _ => None,
    });
    assert_eq!(named, Some(1), "the seed alone is there");
}

/// A choker's times, held against every word that arrives, two months after the beginning.
#[test]
fn chokers_know_their_times_after_two_months() {
    let people = "[peers.seed]\ncount = 1\nstarts-with = \"whole-file\"\nupload = \"1 Mbit/s\"\narrive = { at = \"60 d\" }\n\
                  [peers.leecher]\ncount = 8\nupload = \"500 kbit/s\"\narrive = { at = \"60 d\" }\nafter-finishing = \"seed-forever\"";
    let scenario = swarm("size = \"4 MiB\"\npiece = \"256 KiB\"", people, "client = \"mainline-4.0\"");
    let scenario = scenario.replace("\"2 h\"", "\"61 d\"") + "[output]\nsample-every = \"1 d\"\n";
    CLOSELY.run(&scenario).assert_all_finished();
}

/// A horizon for which no queue is long enough asks for the longest.
#[test]
fn a_queue_for_a_month_is_as_long_as_it_may_be() {
    let people = "[peers.seed]\ncount = 1\nstarts-with = \"whole-file\"\nupload = \"1 Gbit/s\"\n\
                  [peers.leecher]\ncount = 1\nupload = \"1 Gbit/s\"";
    let took = |horizon: &str| {
        let queue = format!("request-queue = {{ base = 2, horizon = \"{horizon}\", min = 2, max = 1000 }}");
        let run = Play::default().run(&swarm("size = \"400 MB\"\npiece = \"4 MiB\"", people, &queue));
        run.assert_all_finished();
        run.records.last().expect("it finishes").0.as_secs()
    };
    let (seconds, month) = (took("4 s"), took("30 d"));
    assert!(month < 1.1 * seconds, "{month} s with a month, {seconds} s with four seconds");
}
