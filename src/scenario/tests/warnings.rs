//! What is legal but surely not meant is told, and nothing else.

use super::*;

#[test]
fn warnings_are_told_and_do_not_stop() {
    #[track_caller]
    fn warns(sets: &[(&str, &str)], expect: &str) {
        let told = loaded(PLAIN, sets).warnings.to_string();
        assert!(told.contains(expect), "{expect}: {told}");
    }
    assert!(loaded(PLAIN, &[]).warnings.problems.is_empty());
    warns(&[("peers.seed.starts-with", "nothing")], "nobody holds the whole file");
    warns(&[("peers.seed.behavior", "free-rider")], "nobody gives it away");
    warns(&[("peers.leecher.starts-with", "whole-file")], "nobody wants the file");
    warns(&[("stop.no-later-than", "8 s")], "nobody can finish before 8");
    warns(
        &[("stop.no-later-than", "9 s"), ("content.size", "2 MB"), ("peers.seed.upload", "2 Mbit/s")],
        "not everybody can finish",
    );
    warns(&[("peers.leecher.count", "0")], "class `leecher` is empty");
    warns(&[("population.total", "5")], "no class takes a part");
    warns(&[("output.sample-every", "1 s")], "86400 samples");
    warns(&[("output.messages", "true"), ("peers.leecher.count", "30")], "messages of 31 persons");
    warns(&[("peers.seed.after-finishing", "leave")], "leaves at once");
    warns(&[("systems.bittorrent.tracker.interval", "30 s")], "later than the tracker's `interval`");
    let server = ("systems.s.kind", "client-server");
    assert!(loaded(PLAIN, &[server]).warnings.problems.is_empty());
    warns(&[server, ("peers.seed.starts-with", "{ fraction-of-pieces = 0.9 }")], "nobody does");
    let poisson = ("peers.leecher.arrive", "{ poisson = \"1 /min\" }");
    warns(&[("output.warm-up", "1 min")], "within the warm-up: nothing is left");
    warns(&[("output.warm-up", "auto")], "a flash crowd has no steady state");
    warns(&[("output.warm-up", "auto"), ("output.sample-every", "1 h"), poisson], "a run has 25");
    for warm_up in ["1 min", "auto"] {
        assert!(loaded(PLAIN, &[("output.warm-up", warm_up), poisson]).warnings.problems.is_empty());
    }
    warns(&[("peers.leecher.arrive", "{ at = \"30 h\" }")], "arrives after the stop");
    warns(&[("peers.leecher.leaves", "{ at = \"0 s\" }")], "leaves before it arrives");
    warns(&[("peers.leecher.arrive", "{ poisson = \"1 /d\" }")], "about 1 persons");
    let free_rider =
        [("peers.x.like", "leecher"), ("peers.x.upload", "2 Mbit/s"), ("peers.x.behavior", "free-rider")];
    warns(&free_rider, "differ in behaviour and in their lines");
    let matched = [
        free_rider[0],
        free_rider[1],
        free_rider[2],
        ("peers.y.like", "leecher"),
        ("peers.y.upload", "2 Mbit/s"),
    ];
    assert!(loaded(PLAIN, &matched).warnings.problems.is_empty(), "{}", loaded(PLAIN, &matched).warnings);
    let unchoked = [("peers.leecher.behavior", "free-rider"), ("systems.bittorrent.choker", "none")];
    warns(&unchoked, "nobody is ever choked");
    warns(&[("systems.bittorrent.connectable", "false")], "nobody can connect");
    warns(&[("systems.bittorrent.slots", "{ regular = 0, optimistic = 0 }")], "nobody has an upload slot");
    warns(&[("systems.a.kind", "bittorrent"), ("systems.b.like", "a")], "the same settings");
    let outage = "[{ down = { from = \"1 min\", to = \"2 min\" } }]";
    warns(&[("systems.bittorrent.web-server", "none"), ("faults.web-server", outage)], "no system has one");
    warns(&[("stop.no-later-than", "50 s"), ("faults.tracker", outage)], "begins after the stop");
    warns(&[("systems.bittorrent.connections.min-peers", "50")], "asks the tracker again and again");
    warns(&[("systems.bittorrent.tracker.expiry", "1 min")], "drops peers before");
    warns(&[("peers.leecher.bittorrent.super-seeding", "true")], "nobody super-seeds");
    assert!(loaded(PLAIN, &[("systems.bittorrent.super-seeding", "true")]).warnings.problems.is_empty());
    warns(&[("systems.bittorrent.optimistic-every", "1 s")], "more often than there are rechokes");
}

#[test]
fn what_is_unmeant_in_a_catalogue_is_told() {
    let told = |sets: &[(&str, &str)]| loaded(CATALOGUE, sets).warnings.to_string();
    assert_eq!(told(&[]), "");
    let nobody = told(&[("peers.fan.starts-with", "nothing")]);
    assert!(nobody.contains("nobody holds a file at the start"), "{nobody}");
    let riders = told(&[("peers.fan.behavior", "free-rider")]);
    assert!(riders.contains("all that hold something whole are free riders"), "{riders}");
    let greedy = told(&[("peers.fan.wishes", "{ at-arrival = 190 }")]);
    assert!(greedy.contains("may wish for 190 files, and there are 180 that it lacks"), "{greedy}");
    let content = told(&[("peers.fan.wishes", "{ at-arrival = 0 }")]);
    assert!(content.contains("nobody wishes for anything"), "{content}");
    let rows = [("peers.fan.count", "100000"), ("peers.fan.wishes", "{ at-arrival = 20 }")];
    assert!(told(&rows).contains("searches.csv would have about 2000000 rows"), "{}", told(&rows));
    let silent = [rows[0], rows[1], ("output.searches", "false")];
    assert_eq!(told(&silent), "");
    let twice = loaded(PLAIN, &[("peers.leecher.wishes", "{ at-arrival = 2 }")]).warnings.to_string();
    assert!(twice.contains("may wish for 2 files, and there are 1"), "{twice}");
}

#[test]
fn what_is_unmeant_in_a_system_is_told() {
    let told = |sets: &[(&str, &str)]| loaded(CATALOGUE, sets).warnings.to_string();
    let empty = told(&[("systems.napster.index", "{ servers = 31 }")]);
    assert!(empty.contains("31 indexes for 30 users"), "{empty}");
    let closed = told(&[("systems.napster.connectable", "false")]);
    assert!(closed.contains("nobody accepts a connection"), "{closed}");
    let crowded = told(&[("systems.gnutella.overlay", "{ ultrapeers = { share = 0.05, leaves = 10 } }")]);
    assert!(crowded.contains("the ultrapeers take 0.5 leaves a leaf"), "{crowded}");
    let server = ("systems.client-server.servers", "1");
    let poor = told(&[("peers.fan.starts-with", "nothing"), server]);
    assert!(poor.contains("the lines of those who bring whole files"), "{poor}");
    let outage = "[{ down = { from = \"1 min\", to = \"2 min\" } }]";
    let nothing = told(&[("faults.server", outage)]);
    assert!(nothing.contains("the server is down, but no system has one"), "{nothing}");
    assert_eq!(told(&[("faults.index", outage)]), "");
}
