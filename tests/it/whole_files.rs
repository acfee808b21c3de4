//! Whole files from one supplier at a time, in Napster, Gnutella and from a server: what fetching promises in all of them.

use unchoke::record::{Departure, WishOutcome};

use crate::swarm_support::{CLOSELY, Play, Run};

/// Both systems in which persons give files to each other.
const AMONG_PERSONS: &str = "[systems.napster]\n[systems.gnutella]\n";

fn scenario(stop: &str, content: &str, people: &str, systems: &str) -> String {
    format!(
        "seed = 3\nstop = {{ no-later-than = \"{stop}\", or-when = \"time-is-up\" }}\n[content]\n{content}\n{people}\n{systems}"
    )
}

fn closely(system: usize, text: &str) -> Run {
    Play { system, messages: false, ..CLOSELY }.run(text)
}

fn fetched(run: &Run) -> usize {
    run.wishes.iter().filter(|wish| wish.outcome == WishOutcome::Fetched).count()
}

/// Of ten wishes five are for files that nobody has. They rest between their searches and must not keep the others out.
#[test]
fn a_fruitless_wish_leaves_its_place_to_the_next() {
    let people = "[peers.holder]\ncount = 1\nstarts-with = { files = 5 }\nupload = \"10 Mbit/s\"\nwishes = { at-arrival = 0 }\n\
        after-finishing = \"seed-forever\"\n\
        [peers.asker]\ncount = 1\nupload = \"512 kbit/s\"\ndownload = \"8 Mbit/s\"\nwishes = { at-arrival = 10 }";
    let systems = "[systems.napster]\nsearch-again-after = \"1 min\"\ndownloads = 2\n\
        [systems.gnutella]\nsearch-again-after = \"1 min\"\ndownloads = 2\n";
    let text = scenario("30 min", "files = 10\nsize = \"1 MB\"\npopularity = \"uniform\"", people, systems);
    for system in [0, 1] {
        let run = closely(system, &text);
        assert_eq!(fetched(&run), 5, "{:?}", run.wishes);
        assert!(run.wishes.iter().all(|wish| wish.searches > 0), "each was searched for");
    }
}

/// A slow line needs some ten sessions for the file, and goes away in the middle of a transfer each time.
#[test]
fn who_goes_away_itself_has_not_been_failed() {
    let people = "[peers.seed]\ncount = 1\nstarts-with = \"whole-file\"\nupload = \"10 Mbit/s\"\n\
        [peers.slow]\ncount = 1\nupload = \"1 Mbit/s\"\ndownload = \"64 kbit/s\"\nonline = \"2 min\"\naway = \"2 min\"";
    let systems =
        "[systems.napster]\nresumes = true\nattempts = 3\n[systems.gnutella]\nresumes = true\nattempts = 3\n";
    let text = scenario("3 h", "size = \"10 MB\"", people, systems);
    for system in [0, 1] {
        let run = closely(system, &text);
        assert_eq!(fetched(&run), 1, "{:?}", run.wishes);
        assert!(run.wishes[0].attempts > 3, "{:?}", run.wishes);
    }
}

/// The second copy is cut off by its receiver when more than the promised half is out.
#[test]
fn copies_count_where_a_transfer_breaks_off() {
    let people = "[peers.giver]\ncount = 1\nstarts-with = \"whole-file\"\nupload = \"1 Mbit/s\"\nleaves = { after-copies = 1.5 }\n\
        [peers.first]\ncount = 1\nupload = \"1 Mbit/s\"\ndownload = \"8 Mbit/s\"\nafter-finishing = \"leave\"\n\
        [peers.second]\ncount = 1\nupload = \"1 Mbit/s\"\ndownload = \"8 Mbit/s\"\narrive = { at = \"5 min\" }\nleaves = { at = \"6 min\" }";
    let text = scenario("1 h", "size = \"10 MB\"", people, AMONG_PERSONS);
    for system in [0, 1] {
        let run = closely(system, &text);
        let (left, how) = run.of_class("giver").next().unwrap().left.expect("it has given enough");
        assert_eq!((left.as_secs(), how), (360.0, Departure::Clean));
    }
}

/// Of those who hold the file one comes in time: the server has its line, and none of the others'.
#[test]
fn a_server_has_no_line_of_who_never_comes() {
    let people = "[peers.seed]\ncount = 1\nstarts-with = \"whole-file\"\nupload = \"1 Mbit/s\"\n\
        [peers.late]\ncount = 9\nstarts-with = \"whole-file\"\nupload = \"1 Mbit/s\"\narrive = { at = \"2 h\" }\n\
        [peers.client]\ncount = 10\nupload = \"1 Mbit/s\"\ndownload = \"8 Mbit/s\"";
    let text = scenario("1 h", "size = \"1 MB\"", people, "[systems.client-server]\n");
    let run = closely(0, &text);
    run.assert_all_finished();
    // Ten megabytes over one megabit a second.
    assert!(run.last_completion() >= 80.0, "{}", run.last_completion());
}

/// The fastest lines belong to people who come after the end. An overlay of leaves without ultrapeers would find nothing.
#[test]
fn who_never_comes_is_no_ultrapeer() {
    let people = "[peers.holder]\ncount = 20\nstarts-with = \"whole-file\"\nupload = \"1 Mbit/s\"\n\
        [peers.asker]\ncount = 40\nupload = \"512 kbit/s\"\ndownload = \"8 Mbit/s\"\narrive = { at = \"5 min\" }\nafter-finishing = \"seed-forever\"\n\
        [peers.late]\ncount = 20\nupload = \"10 Mbit/s\"\ndownload = \"8 Mbit/s\"\narrive = { at = \"2 h\" }";
    let systems = "[systems.gnutella]\noverlay = { ultrapeers = { share = 0.15, links = 6, parents = 2, leaves = 30 } }\n\
        search-again-after = \"1 min\"\n";
    let text = scenario("1 h", "files = 20\nsize = \"1 MB\"", people, systems);
    let run = Play::default().run(&text);
    assert_eq!(fetched(&run), 40);
}
