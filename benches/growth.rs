//! How the cost of a swarm grows: with its peers, with the pieces of its file, with the connections of a peer; beside
//! what the machine itself takes for random access to as much memory.
//!
//! `cargo bench --no-default-features --bench growth` runs each case in a process of its own, so that peak memory is the
//! case's; an argument chooses the cases that begin with it (`peers`, `pieces`, `degree`, `memory`). Linux only.

mod cpu;
mod measured;
mod memory;

use unchoke::scenario::{ResolveError, Resolver};

use self::cpu::cpu_time;
use self::measured::Measured;

/// A flash crowd over ten minutes, followed piece by piece.
struct Case {
    peers: u32,
    pieces: u32,
    /// Connections that a peer opens; it accepts half as many more.
    degree: u32,
    granularity: &'static str,
}

/// What the million of `scenarios/million.toml` has.
const USUAL: Case = Case { peers: 10_000, pieces: 400, degree: 35, granularity: "piece" };

fn cases() -> Vec<(String, Case)> {
    let mut cases = Vec::new();
    for peers in [100, 1_000, 10_000, 100_000, 1_000_000] {
        cases.push((format!("peers-{peers}"), Case { peers, ..USUAL }));
    }
    for pieces in [100, 1_000, 10_000] {
        cases.push((format!("pieces-{pieces}"), Case { pieces, peers: 1_000, ..USUAL }));
    }
    for degree in [20, 40, 80] {
        cases.push((format!("degree-{degree}"), Case { degree, ..USUAL }));
    }
    for peers in [1_000, 100_000] {
        cases.push((format!("blocks-{peers}"), Case { peers, granularity: "block", ..USUAL }));
    }
    cases
}

fn main() {
    match measured::own_case() {
        Some(wanted) => {
            let case = cases().into_iter().find(|(name, _)| *name == wanted);
            let (name, case) = case.expect("the name of a case");
            run_case(&name, &case);
        }
        None => run_all(),
    }
}

fn run_all() {
    let wanted = measured::wanted();
    if "memory".starts_with(&wanted) {
        access_curve();
    }
    println!(
        "| case | peers | pieces | transfers | CPU s | us a transfer | events a transfer | KiB a peer |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let names = cases().into_iter().map(|(name, _)| name);
    measured::in_processes(names.filter(|name| name.starts_with(&wanted)));
}

impl Case {
    fn text(&self) -> String {
        let Case { peers, pieces, degree, granularity } = *self;
        let (seeds, accepted) = (peers.div_ceil(1_000).max(2), degree + degree / 2);
        let kib = pieces * 256;
        format!(
            r#"
            seed = 1
            stop = {{ no-later-than = "8 h", or-when = "everyone-finished" }}
            [content]
            size = "{kib} KiB"
            piece = "256 KiB"
            [network]
            one-way-latency = "40 ms"
            [peers.seed]
            count = {seeds}
            starts-with = "whole-file"
            upload = {{ cdf = "data/piatek_fig1_cdf.csv", unit = "KB/s", column = "upload_KBps" }}
            download = {{ times-upload = 8 }}
            after-finishing = "seed-forever"
            [peers.peer]
            count = {peers}
            upload = {{ cdf = "data/piatek_fig1_cdf.csv", unit = "KB/s", column = "upload_KBps" }}
            download = {{ times-upload = 8 }}
            arrive = {{ randomly-within = "10 min" }}
            after-finishing = {{ seed-for = "30 min" }}
            [systems.bittorrent]
            granularity = "{granularity}"
            connections = {{ max-initiate = {degree}, max-allow-in = {accepted} }}
            web-server = {{ upload = "1 Gbit/s" }}
            tracker = {{ service = {{ fixed = "10 us" }} }}
            "#
        )
    }
}

/// The data that scenarios of this repository name.
struct Shipped;

impl Resolver for Shipped {
    fn read(&self, name: &str) -> Result<Vec<u8>, ResolveError> {
        let path = format!("{}/scenarios/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read(path).map_err(|error| ResolveError::Unreadable(error.to_string()))
    }
}

fn run_case(name: &str, case: &Case) {
    let Measured { outcome, cpu, memory } = measured::run(&case.text(), &Shipped);
    let transfers = outcome.blocks as f64 / 16.0;
    println!(
        "| {name} | {} | {} | {transfers:.0} | {cpu:.2} | {:.2} | {:.2} | {:.1} |",
        case.peers,
        case.pieces,
        cpu * 1e6 / transfers,
        outcome.events as f64 / transfers,
        memory / 1024.0 / f64::from(case.peers),
    );
}

/// What an update of a random word of so much memory takes, each independent of the last, and each found only by the
/// last.
fn access_curve() {
    println!("| memory | ns an independent update | ns a dependent look |");
    println!("|---|---|---|");
    for shift in (16..=32).step_by(2) {
        let words = 1usize << (shift - 2);
        let mut memory = vec![1u32; words];
        let (updates, mask) = (1u32 << 23, words as u64 - 1);
        let start = cpu_time();
        let mut state = 1u64;
        for _ in 0..updates {
            memory[(next(&mut state) & mask) as usize] += 1;
        }
        let independent = cpu_time() - start;
        let (looks, start) = (1u32 << 20, cpu_time());
        let mut found = 0u64;
        for _ in 0..looks {
            found = next(&mut state) ^ u64::from(memory[(found & mask) as usize]);
        }
        let dependent = cpu_time() - start;
        assert!(found != 0, "the looks are made");
        println!(
            "| {} KiB | {:.1} | {:.1} |",
            (words * 4) >> 10,
            independent.as_nanos() as f64 / f64::from(updates),
            dependent.as_nanos() as f64 / f64::from(looks),
        );
    }
    println!();
}

/// SplitMix64 (Steele, Lea and Flood 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
