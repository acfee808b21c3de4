//! What a whole swarm costs: CPU a block and memory a peer, with choking, picking, latencies and max-min sharing.
//!
//! `cargo bench --bench swarm` runs each case in a process of its own, so that peak memory is the case's. Linux only: CPU
//! time and peak memory come from /proc.

mod cpu;
mod memory;

use std::env;
use std::process::Command;

use unchoke::record::NoObserver;
use unchoke::rng::Seed;
use unchoke::scenario::{self, NoFiles};
use unchoke::sim::{self, RunOptions};
use unchoke::workload;

use self::cpu::cpu_time;
use self::memory::peak_memory;

/// (name, leechers, MiB, the seed's uplink in Mbit/s)
const CASES: [(&str, u32, u32, u32); 4] = [
    ("100 x 64 MiB", 100, 64, 5),
    ("1 000 x 64 MiB", 1_000, 64, 50),
    ("5 000 x 16 MiB", 5_000, 16, 250),
    ("20 000 x 64 MiB", 20_000, 64, 1_000),
];

fn main() {
    match env::var("UNCHOKE_BENCH_CASE") {
        Ok(case) => run_case(CASES[case.parse::<usize>().expect("the number of a case")]),
        Err(_) => run_all(),
    }
}

fn run_all() {
    println!(
        "| leechers | blocks | CPU s | microseconds a block | events a block | peak memory MB | KiB a peer |"
    );
    println!("|---|---|---|---|---|---|---|");
    let wanted = env::args().skip(1).find(|arg| !arg.starts_with("--"));
    for (number, case) in CASES.iter().enumerate() {
        if wanted.as_ref().is_some_and(|wanted| !case.0.replace(' ', "").starts_with(wanted.as_str())) {
            continue;
        }
        let this = env::current_exe().expect("the bench knows itself");
        let status = Command::new(this).env("UNCHOKE_BENCH_CASE", number.to_string()).status();
        assert!(status.expect("the bench starts itself").success());
    }
}

fn run_case((name, leechers, mib, seed_mbit): (&str, u32, u32, u32)) {
    let text = format!(
        r#"
        title = "bench"
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
    let loaded =
        scenario::load("bench", text.as_bytes(), &[], &NoFiles).expect("the bench's scenario is sound");
    let seed = Seed { seed: loaded.scenario.seed, replicate: 0 };
    let workload = workload::draw(&loaded.scenario, seed);
    let idle_memory = peak_memory();
    let start = cpu_time();
    let outcome = sim::run(&loaded.scenario, 0, &workload, seed, RunOptions::default(), &mut NoObserver);
    let cpu = (cpu_time() - start).as_secs_f64();
    assert_eq!(outcome.violations, Vec::<String>::new());
    let memory = peak_memory() - idle_memory;
    println!(
        "| {name} | {} | {cpu:.2} | {:.2} | {:.2} | {:.0} | {:.1} |",
        outcome.blocks,
        cpu * 1e6 / outcome.blocks as f64,
        outcome.events as f64 / outcome.blocks as f64,
        memory / 1e6,
        memory / 1024.0 / f64::from(leechers),
    );
}
