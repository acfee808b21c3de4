//! What a whole swarm costs: CPU a block and memory a person, with choking, picking, latencies and max-min sharing.
//!
//! `cargo bench --bench swarm` runs each case in a process of its own, so that peak memory is the case's. Linux only: CPU
//! time and peak memory come from /proc.

mod cpu;
mod measured;
mod memory;

use unchoke::record::NoObserver;
use unchoke::scenario::NoFiles;

use self::measured::Measured;

struct Case {
    name: &'static str,
    persons: u32,
    text: String,
}

fn cases() -> [Case; 5] {
    [
        crowd("100 x 64 MiB", 100, 64, 5),
        crowd("1 000 x 64 MiB", 1_000, 64, 50),
        crowd("5 000 x 16 MiB", 5_000, 16, 250),
        crowd("20 000 x 64 MiB", 20_000, 64, 1_000),
        catalogue("1 000 x 20 of 1 000 x 4 MiB", 1_000, 20),
    ]
}

fn main() {
    match measured::own_case() {
        Some(name) => {
            let case = cases().into_iter().find(|case| case.name == name);
            run_case(&case.expect("the name of a case"));
        }
        None => run_all(),
    }
}

fn run_all() {
    println!(
        "| persons | blocks | CPU s | microseconds a block | events a block | peak memory MB | KiB a person |"
    );
    println!("|---|---|---|---|---|---|---|");
    let wanted = measured::wanted();
    let is_wanted = |case: &&Case| case.name.replace(' ', "").starts_with(&wanted);
    measured::in_processes(cases().iter().filter(is_wanted).map(|case| case.name.to_owned()));
}

/// A flash crowd for one file of so many MiB; the uplink of its seed in Mbit/s.
fn crowd(name: &'static str, leechers: u32, mib: u32, seed_mbit: u32) -> Case {
    let text = format!(
        r#"
        seed = 1
        stop = {{ no-later-than = "8 h", or-when = "everyone-finished" }}
        [content]
        size = "{mib} MiB"
        [population]
        total = {leechers}
        [peers.seed]
        count = 1
        starts-with = "whole-file"
        upload = "{seed_mbit} Mbit/s"
        after-finishing = "seed-forever"
        [peers.leecher]
        fraction = "rest"
        upload = "1 Mbit/s"
        download = "8 Mbit/s"
        arrive = {{ randomly-within = "10 s" }}
        after-finishing = "seed-forever"
        [systems.bittorrent]
        client = "lecture"
        web-server = {{ upload = "1 Gbit/s" }}
        tracker = {{ service = {{ fixed = "10 us" }} }}
        "#
    );
    Case { name, persons: leechers, text }
}

/// An hour of users with so many files each of a thousand, who want ten more an hour and switch off now and then.
fn catalogue(name: &'static str, users: u32, held: u32) -> Case {
    let text = format!(
        r#"
        seed = 1
        stop = {{ no-later-than = "1 h", or-when = "time-is-up" }}
        [content]
        files = 1000
        size = "4 MiB"
        piece = "64 KiB"
        [peers.user]
        count = {users}
        starts-with = {{ files = {held} }}
        wishes = {{ poisson = "10 /h" }}
        online = {{ exponential = "20 min" }}
        away = {{ exponential = "5 min" }}
        upload = "1 Mbit/s"
        download = "8 Mbit/s"
        arrive = {{ randomly-within = "1 min" }}
        after-finishing = "seed-forever"
        [systems.bittorrent]
        client = "lecture"
        web-server = {{ upload = "1 Gbit/s" }}
        tracker = {{ service = {{ fixed = "10 us" }} }}
        "#
    );
    Case { name, persons: users, text }
}

fn run_case(case: &Case) {
    let Measured { outcome, cpu, memory } = measured::run(&case.text, &NoFiles, &mut NoObserver);
    println!(
        "| {} | {} | {cpu:.2} | {:.2} | {:.2} | {:.0} | {:.1} |",
        case.name,
        outcome.blocks,
        cpu * 1e6 / outcome.blocks as f64,
        outcome.events as f64 / outcome.blocks as f64,
        memory / 1e6,
        memory / 1024.0 / f64::from(case.persons),
    );
}
