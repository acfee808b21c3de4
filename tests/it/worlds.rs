//! Small worlds drawn from a seed, every mechanism on, off or strange: whatever the world, the simulator keeps its own
//! rules.

mod catalogues;

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use unchoke::rng::{Seed, Stream};
use unchoke::workload::Holdings;

use crate::swarm_support::{CLOSELY, Play, Run};

/// Writes scenarios by drawing them.
struct Author {
    chance: Stream,
    text: String,
}

impl Author {
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.chance.below(from.len())]
    }

    fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.chance.below(most - least + 1)
    }

    fn line(&mut self, line: impl AsRef<str>) {
        writeln!(self.text, "{}", line.as_ref()).expect("memory takes text");
    }

    /// With this chance, a key with one of these values.
    fn perhaps(&mut self, chance: f64, key: &str, values: &[&str]) {
        if self.chance.chance(chance) {
            let value = self.pick(values);
            self.line(format!("{key} = {value}"));
        }
    }

    fn content_and_network(&mut self) {
        let pieces = self.between(2, 12);
        let piece = self.pick(&["16 KiB", "32 KiB", "64 KiB", "256 KiB"]);
        let kib: usize = piece.trim_end_matches(" KiB").parse().expect("a number");
        // The last piece is whole, or has any length from one byte.
        let short = if self.chance.chance(0.3) { 0 } else { self.chance.below(kib * 1024) };
        let size = pieces * kib * 1024 - short;
        self.line(format!("[content]\nsize = \"{size} B\"\npiece = \"{piece}\"\n[network]"));
        self.perhaps(0.5, "overhead", &["\"none\"", "\"tcp-ip\""]);
        if self.chance.chance(0.25) {
            let far = self.pick(&["0 s", "10 ms", "300 ms"]);
            let core = self.pick(&["unlimited", "2 Mbit/s", "300 kbit/s"]);
            self.line(format!(
                "topology = {{ nodes = [\"a\", \"b\", \"c\"], access-latency = \"{far}\", links = [\
                 {{ from = \"a\", to = \"b\", capacity = \"{core}\", latency = \"5 ms\" }}, \
                 {{ from = \"b\", to = \"c\", capacity = \"5 Mbit/s\", latency = \"{far}\" }}] }}"
            ));
        } else {
            self.perhaps(0.7, "one-way-latency", &["\"0 s\"", "\"1 ms\"", "\"400 ms\"", "\"4 s\""]);
        }
    }

    fn class(&mut self, name: &str, count: usize) {
        self.line(format!("[peers.{name}]\ncount = {count}"));
        let upload = self.pick(&["100 kbit/s", "512 kbit/s", "1 Mbit/s", "7 Mbit/s"]);
        self.line(format!("upload = \"{upload}\""));
        self.perhaps(0.7, "download", &["\"300 kbit/s\"", "\"8 Mbit/s\"", "{ times-upload = 4 }"]);
        self.perhaps(0.2, "latency", &["\"0 s\"", "\"30 ms\"", "\"1500 ms\""]);
        self.perhaps(
            0.6,
            "arrive",
            &[
                "{ at = \"3 s\" }",
                "{ randomly-within = \"20 s\" }",
                "{ poisson = \"0.2 /s\" }",
                "{ at = \"100 s\" }",
            ],
        );
        self.perhaps(
            0.7,
            "after-finishing",
            &["\"leave\"", "\"seed-forever\"", "{ seed-for = \"20 s\" }", "{ seed-for = \"0 s\" }"],
        );
        self.perhaps(
            0.25,
            "leaves",
            &[
                "{ at = \"60 s\" }",
                "{ after = \"25 s\" }",
                "{ after-copies = 0.7 }",
                "{ after-copies = 2 }",
                "{ after = \"0 s\" }",
            ],
        );
        self.perhaps(0.3, "departure", &["\"vanish\"", "\"vanish\"", "\"clean\""]);
        self.perhaps(
            0.25,
            "gives-up",
            &[
                "\"40 s\"",
                "{ exponential = \"60 s\" }",
                "{ weibull = { shape = 0.6, scale = \"80 s\" } }",
                "\"0 s\"",
            ],
        );
    }

    fn people(&mut self) {
        self.class("seed", 1);
        self.line("starts-with = \"whole-file\"");
        let leechers = self.between(1, 8);
        self.class("leecher", leechers);
        self.perhaps(0.3, "starts-with", &["{ fraction-of-pieces = 0.4 }", "{ all-but-pieces = [0] }"]);
        if self.chance.chance(0.6) {
            let others = self.between(1, 3);
            self.class("other", others);
            self.perhaps(0.3, "behavior", &["\"free-rider\"", "\"corrupt\""]);
            self.client_in_braces();
        }
        if self.chance.chance(0.35) {
            let spoilers = self.between(1, 2);
            self.class("spoiler", spoilers);
            self.line("behavior = \"corrupt\"");
            self.perhaps(0.7, "starts-with", &["\"whole-file\""]);
        }
    }

    /// A class may have a client of its own.
    fn client_in_braces(&mut self) {
        if self.chance.chance(0.5) {
            let name = self.class_client();
            let connectable = self.pick(&["true", "false"]);
            self.line(format!("bittorrent = {{ client = \"{name}\", connectable = {connectable} }}"));
        }
    }

    fn class_client(&mut self) -> &'static str {
        self.pick(&["lecture", "mainline-3.4", "mainline-4.0", "libtorrent-2", "transmission-4"])
    }

    fn system(&mut self) {
        let client = self.class_client();
        self.line(format!("[systems.world]\nkind = \"bittorrent\"\nclient = \"{client}\""));
        self.perhaps(0.4, "granularity", &["\"piece\""]);
        self.perhaps(0.4, "have", &["\"one-by-one\""]);
        self.perhaps(0.2, "rates-within", &["0", "0.0001", "0.01"]);
        self.perhaps(
            0.5,
            "picker",
            &["\"rarest-first\"", "\"random\"", "\"sequential\"", "\"global-rarest\""],
        );
        self.perhaps(0.4, "choker", &["\"tit-for-tat\"", "\"random\"", "\"none\""]);
        self.perhaps(
            0.5,
            "seed-choker",
            &[
                "\"fastest-upload\"",
                "\"rotation\"",
                "\"round-robin\"",
                "{ round-robin = { pieces = 1, at-least = \"5 s\" } }",
                "\"anti-leech\"",
                "\"random\"",
                "\"none\"",
            ],
        );
        self.perhaps(0.6, "endgame", &["\"ask-all\"", "\"when-idle\"", "\"off\""]);
        self.perhaps(0.5, "strict-priority", &["\"on\"", "\"off\"", "\"if-rarest\""]);
        self.perhaps(0.3, "slots", &["{ regular = 1, optimistic = 1 }", "{ regular = 0, optimistic = 2 }"]);
        if self.chance.chance(0.5) {
            let rule = self.pick(&[
                "uniform",
                "newcomers-thrice",
                "rotating-list",
                "rotating-list-uniform",
                "longest-wait",
            ]);
            self.line(format!("optimistic = \"{rule}\""));
        }
        self.perhaps(0.3, "unchokes-uninterested", &["true", "false"]);
        self.perhaps(0.4, "rechokes-on-interest", &["true", "false"]);
        self.perhaps(0.2, "rechoke-every", &["\"1 s\"", "\"3 s\""]);
        self.perhaps(0.3, "snub-after", &["\"never\"", "\"5 s\"", "\"15 s\""]);
        self.perhaps(0.4, "allowed-fast", &["0", "2", "5"]);
        if self.chance.chance(0.6) {
            let depth = self.between(1, 8);
            self.line(format!("request-queue = {depth}"));
        } else {
            self.perhaps(
                0.5,
                "request-queue",
                &[
                    "{ base = 1, horizon = \"3 s\", min = 1, max = 20 }",
                    "{ base = 2, horizon = \"4 s\", min = 2, max = 50 }",
                ],
            );
        }
        self.perhaps(0.25, "max-sources", &["1", "2"]);
        self.perhaps(0.3, "random-first", &["0", "1", "4"]);
        self.perhaps(0.35, "hash-check", &["true", "false"]);
        self.perhaps(0.3, "super-seeding", &["true"]);
        self.perhaps(
            0.3,
            "connections",
            &["{ min-peers = 2, max-initiate = 3, max-allow-in = 4, check-every = \"15 s\" }"],
        );
        self.perhaps(
            0.4,
            "tracker",
            &[
                "{ service = { exponential = \"2 s\" } }",
                "{ service = { fixed = \"5 s\" }, numwant = 3, answer = \"newest\", interval = \"20 s\" }",
                "{ answer = \"oldest\", interval = \"30 s\", expiry = \"40 s\" }",
            ],
        );
        self.perhaps(0.4, "web-server", &["\"none\"", "{ upload = \"2 kbit/s\" }"]);
        if self.chance.chance(0.2) {
            self.line("[faults]");
            self.perhaps(0.7, "tracker", &["[{ down = { from = \"0 s\", to = \"45 s\" } }]"]);
            self.perhaps(0.5, "web-server", &["[{ down = { from = \"2 s\", to = \"50 s\" } }]"]);
        }
    }
}

fn world(seed: u64) -> String {
    let chance = Seed { seed, replicate: 0 }.stream("a small world");
    let mut author = Author { chance, text: String::new() };
    let until = author.pick(&["time-is-up", "everyone-finished", "everyone-left"]);
    author.line(format!("seed = {seed}\nstop = {{ no-later-than = \"8 min\", or-when = \"{until}\" }}"));
    author.content_and_network();
    author.people();
    author.system();
    author.text
}

/// What must hold of the figures of any run whatever.
fn check_accounts(run: &Run) {
    let totals = &run.totals;
    let moved = totals.received_bytes + totals.in_flight_bytes + totals.lost_bytes;
    assert_eq!(totals.sent_bytes, moved, "bytes sent are received, in flight or lost: {totals:?}");
    let sum = |of: &dyn Fn(&unchoke::record::PersonTotals) -> u64| run.persons.iter().map(of).sum::<u64>();
    let useful = sum(&|person| person.downloaded.iter().sum());
    let wasted = sum(&|person| person.wasted_duplicate + person.wasted_corrupt);
    assert_eq!(useful + wasted, totals.received_bytes, "what persons received");
    assert_eq!(sum(&|person| person.uploaded.iter().sum()), totals.received_bytes, "what persons sent");
    let lost = sum(&|person| person.lost_bytes);
    assert!(lost <= totals.lost_bytes && totals.lost_bytes <= lost + run.persons.len() as u64, "lost parts");
    let traffic: u64 = totals.traffic.iter().flatten().sum();
    assert_eq!(traffic, useful, "traffic between classes is what was useful");
    check_persons(run);
}

fn check_persons(run: &Run) {
    for (index, (totals, person)) in run.persons.iter().zip(&run.people).enumerate() {
        assert_eq!(totals.peer.at(), index);
        let Some(arrived) = totals.arrived else {
            assert_eq!(totals.downloaded, [0; 6], "{index} never came");
            continue;
        };
        let useful: u64 = totals.downloaded.iter().sum();
        let size: u64 = person.wishes.iter().map(|wish| run.catalogue.size(wish.file).0).sum();
        assert!(useful <= size, "{index} has more than all");
        if totals.completed.is_some() && !matches!(person.holds, Holdings::Pieces(_)) {
            assert_eq!(useful, size, "{index} has all, once");
        }
        if totals.wanted_nothing {
            assert_eq!(useful + totals.wasted_duplicate + totals.wasted_corrupt, 0, "{index} needs nothing");
        }
        assert!(totals.completed.is_none_or(|completed| completed >= arrived));
        assert!(totals.left.is_none_or(|(left, _)| left >= arrived));
        if let (Some(completed), Some((left, _))) = (totals.completed, totals.left) {
            assert!(completed <= left, "{index} finished after it had left");
        }
        let until = totals.completed.or(totals.left.map(|(at, _)| at)).unwrap_or(run.outcome.ended_at);
        let waited: u64 = totals.waited.iter().map(|time| time.0).sum();
        // It may wait in each of its swarms.
        let longest = until.since(arrived).0 * person.wishes.len() as u64;
        assert!(waited <= longest, "{index} waited longer than it was there: {totals:?}");
        if !unchoke::strategy::uploads(person.behavior) {
            assert_eq!(totals.uploaded, [0; 6], "{index} rides free");
        }
    }
}

fn check(seed: u64) {
    let text = world(seed);
    let play = Play { shuffle_ties: seed.is_multiple_of(3), ..CLOSELY };
    let attempt = catch_unwind(AssertUnwindSafe(|| {
        let run = play.run(&text);
        check_accounts(&run);
        let unwatched = Play { messages: false, check_every_event: false, ..play }.run(&text);
        assert_eq!(run.digest, unwatched.digest, "checking and watching change nothing");
    }));
    if let Err(panic) = attempt {
        eprintln!("world {seed}:\n{text}");
        resume_unwind(panic);
    }
}

fn check_all(seeds: std::ops::Range<u64>) {
    seeds.for_each(check);
}

#[test]
fn any_world_keeps_the_rules() {
    check_all(0..150);
}

#[test]
fn any_other_world_keeps_the_rules() {
    check_all(150..300);
}
