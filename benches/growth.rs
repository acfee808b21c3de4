//! How the cost of a swarm grows: with its peers, with the pieces of its file, with the connections of a peer; beside
//! what the machine itself takes for random access to as much memory.
//!
//! `cargo bench --no-default-features --bench growth` runs each case in a process of its own, so that peak memory is the
//! case's; an argument chooses the cases that begin with it (`peers`, `pieces`, `degree`, `memory`). Linux only.
//! `cargo bench --bench growth -- draw` runs nothing and draws what `growth.csv` and `random-access.csv` have recorded.

mod access;
mod cpu;
#[cfg(feature = "cli")]
mod drawn;
mod measured;
mod memory;

use unchoke::record::DomainDigest;
use unchoke::scenario::{ResolveError, Resolver};

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
    #[cfg(feature = "cli")]
    if measured::wanted() == "draw" {
        return drawn::draw();
    }
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
        access::curve();
    }
    println!(
        "| case | peers | pieces | transfers | CPU s | us a transfer | events a transfer | KiB a peer | digest |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
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
    let mut digest = DomainDigest::default();
    let Measured { outcome, cpu, memory } = measured::run(&case.text(), &Shipped, &mut digest);
    let transfers = outcome.blocks as f64 / 16.0;
    println!(
        "| {name} | {} | {} | {transfers:.0} | {cpu:.2} | {:.2} | {:.2} | {:.1} | {} |",
        case.peers,
        case.pieces,
        cpu * 1e6 / transfers,
        outcome.events as f64 / transfers,
        memory / 1024.0 / f64::from(case.peers),
        digest.hex(),
    );
}
