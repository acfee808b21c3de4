//! One crowd under four systems: the same people do the same things, whatever system they meet.

use std::collections::BTreeMap;

use unchoke::record::{Record, WishOutcome};
use unchoke::units::{PersonIndex, SimTime};

use crate::swarm_support::{CLOSELY, Play, Run};

const SYSTEMS: [&str; 4] = ["bittorrent", "napster", "gnutella", "client-server"];

/// Thirty people who come, go away, come back and want songs of a small catalogue.
const TOWN: &str = r#"
seed = 5
stop = { no-later-than = "40 min", or-when = "time-is-up" }
[content]
files = 12
size = "1 MiB"
piece = "64 KiB"
performers = 4
popularity = { zipf = 0.8 }
[peers.archive]
count = 1
starts-with = "whole-file"
upload = "2 Mbit/s"
[peers.fan]
count = 24
starts-with = { files = 3 }
upload = { uniform = { from = "500 kbit/s", to = "1 Mbit/s" } }
download = { times-upload = 4 }
arrive = { poisson = "0.2 /s" }
wishes = { poisson = "0.3 /min", at-most = 4, by-performer = 0.3 }
online = { exponential = "12 min" }
away = { exponential = "2 min" }
after-finishing = "seed-forever"
[peers.free-rider]
like = "fan"
count = 5
behavior = "free-rider"
[systems.bittorrent]
[systems.napster]
search-again-after = "20 s"
[systems.gnutella]
search-again-after = "20 s"
[systems.client-server]
"#;

fn run(system: usize, play: Play) -> Run {
    Play { system, ..play }.run(TOWN)
}

/// What a person does of its own accord, with the moment.
fn own_doings(run: &Run) -> BTreeMap<PersonIndex, Vec<(SimTime, String)>> {
    let mut doings: BTreeMap<PersonIndex, Vec<(SimTime, String)>> = BTreeMap::new();
    for (at, record) in &run.records {
        let own = match record {
            Record::Arrived { peer } | Record::WentAway { peer } | Record::CameBack { peer } => Some(*peer),
            Record::Wished { peer, .. } => Some(*peer),
            _ => None,
        };
        if let Some(peer) = own {
            doings.entry(peer).or_default().push((*at, format!("{record:?}")));
        }
    }
    doings
}

#[test]
fn people_come_go_and_wish_alike_in_each_system() {
    let runs: Vec<Run> = (0..4).map(|system| run(system, Play::default())).collect();
    let first = own_doings(&runs[0]);
    assert!(first.values().flatten().count() > 60, "there is something to compare");
    for (run, name) in runs.iter().zip(SYSTEMS) {
        assert_eq!(run.people, runs[0].people, "{name}: lines, sessions, holdings and wishes");
        assert_eq!(own_doings(run), first, "{name}");
    }
}

#[test]
fn every_system_keeps_its_rules_and_fulfils_wishes() {
    for (system, name) in SYSTEMS.into_iter().enumerate() {
        let run = run(system, CLOSELY);
        let fetched = run.wishes.iter().filter(|wish| wish.outcome == WishOutcome::Fetched).count();
        assert!(fetched * 2 > run.wishes.len(), "{name}: {fetched} of {} wishes", run.wishes.len());
        let again = Play { system, check_every_event: false, messages: false, ..CLOSELY }.run(TOWN);
        assert_eq!(run.digest, again.digest, "{name}: being watched changes nothing");
    }
}

/// Each wish is told of once, its spans make up its time, and the totals of persons count the same wishes.
#[test]
fn every_wish_is_accounted_for() {
    for (system, name) in SYSTEMS.into_iter().enumerate() {
        let run = run(system, Play::default());
        let made: u32 = run.persons.iter().map(|person| person.wishes).sum();
        assert_eq!(run.wishes.len() as u32, made, "{name}");
        let fetched: u32 = run.persons.iter().map(|person| person.fetched).sum();
        let fulfilled = run.wishes.iter().filter(|wish| wish.outcome == WishOutcome::Fetched).count();
        assert_eq!(fulfilled as u32, fetched, "{name}");
        for wish in &run.wishes {
            let end = wish.ended.unwrap_or(run.outcome.ended_at);
            let spans = wish.finding + wish.waiting + wish.transferring;
            let absences = &run.people[wish.peer.at()].absences;
            let away: u64 = absences
                .iter()
                .map(|absence| absence.to.min(end).0.saturating_sub(absence.from.max(wish.wished).0))
                .sum();
            assert_eq!(spans.0 + away, end.since(wish.wished).0, "{name}: {wish:?}");
        }
        let useful: u64 = run.persons.iter().map(|person| person.received()).sum();
        let moved: u64 =
            run.totals.traffic.iter().flatten().sum::<u64>() + run.totals.from_servers.iter().sum::<u64>();
        assert_eq!(useful, moved, "{name}: traffic is what was useful");
    }
}

#[test]
fn ties_in_another_order_change_no_account() {
    for system in 0..4 {
        run(system, Play { shuffle_ties: true, check_every_event: true, ..Play::default() });
    }
}

/// Whoever stays for so many copies goes at the end of the transfer with which they are out, whatever the system.
#[test]
fn a_holder_leaves_when_its_copies_are_out() {
    let crowd = r#"
stop = { no-later-than = "1 h", or-when = "everyone-finished" }
[content]
size = "4 MiB"
[network]
overhead = "none"
[peers.holder]
count = 1
starts-with = "whole-file"
upload = "2 Mbit/s"
leaves = { after-copies = 2 }
[peers.client]
count = 5
upload = "1 Mbit/s"
download = "8 Mbit/s"
arrive = { randomly-within = "5 s" }
after-finishing = "leave"
"#;
    for system in ["napster", "gnutella"] {
        let run = CLOSELY.run(&format!("{crowd}[systems.{system}]\nupload-slots = 1\nqueue = 9"));
        let holder = &run.persons[0];
        assert_eq!(holder.to_requesters, 2 * (4 << 20), "{system}");
        let (left, _) = holder.left.expect("its copies are out");
        let fetched: Vec<_> = run.wishes.iter().filter(|wish| wish.outcome == WishOutcome::Fetched).collect();
        assert_eq!(fetched.len(), 2, "{system}: those who have it leave at once");
        assert_eq!(fetched[1].ended, Some(left), "{system}");
    }
}
