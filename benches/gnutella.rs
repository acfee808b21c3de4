//! What searching a large Gnutella costs: 50 000 servents, TTL 7, 3.4 links, and the same people with ultrapeers.
//!
//! `cargo bench --bench gnutella` runs each case in a process of its own, so that peak memory is the case's. Linux only: CPU
//! time and peak memory come from /proc.

mod cpu;
mod memory;

use std::env;
use std::process::Command;

use unchoke::record::{Observer, RunTotals, WishOutcome, WishTotals};
use unchoke::rng::Seed;
use unchoke::scenario::{self, NoFiles};
use unchoke::sim::{self, RunOptions};
use unchoke::units::SimTime;
use unchoke::workload;

use self::cpu::cpu_time;
use self::memory::peak_memory;

const SERVENTS: u32 = 50_000;
const MINUTES: u64 = 30;

/// (name, overlay)
const CASES: [(&str, &str); 2] = [
    ("0.4: 3.4 links", "{ flat = { links = 3.4, most = 10 } }"),
    ("0.6: 5 % ultrapeers", "{ ultrapeers = { share = 0.05, links = 8, parents = 3, leaves = 90 } }"),
];

fn main() {
    match env::var("UNCHOKE_BENCH_CASE") {
        Ok(case) => run_case(CASES[case.parse::<usize>().expect("the number of a case")]),
        Err(_) => run_all(),
    }
}

fn run_all() {
    println!(
        "| overlay of {SERVENTS} | queries | reached | messages a query | duplicates a query | found | CPU s | \
         microseconds a query | peak memory MB | KiB a servent |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for number in 0..CASES.len() {
        let this = env::current_exe().expect("the bench knows itself");
        let status = Command::new(this).env("UNCHOKE_BENCH_CASE", number.to_string()).status();
        assert!(status.expect("the bench starts itself").success());
    }
}

/// Two thirds share nothing (Adar and Huberman 2000); the others have a hundred songs each of fifty thousand. Everybody searches
/// once an hour.
fn scenario(overlay: &str) -> String {
    format!(
        r#"
        title = "bench"
        seed = 1
        stop = {{ no-later-than = "{MINUTES} min", or-when = "time-is-up" }}
        [content]
        files = 50_000
        size = {{ log-normal = {{ median = "4 MB", sigma = 0.5 }} }}
        performers = 2_000
        popularity = {{ zipf = 0.8 }}
        [network]
        one-way-latency = "40 ms"
        [population]
        total = {SERVENTS}
        [peers.sharer]
        fraction = "rest"
        starts-with = {{ files = 100 }}
        upload = {{ log-normal = {{ median = "0.4 Mbit/s", sigma = 1.0 }} }}
        download = {{ times-upload = 4 }}
        latency = "10 ms"
        arrive = {{ randomly-within = "2 min" }}
        online = {{ exponential = "60 min" }}
        away = {{ exponential = "5 min" }}
        wishes = {{ poisson = "1 /h", at-most = 3, by-performer = 0.25 }}
        after-finishing = "seed-forever"
        [peers.free-rider]
        like = "sharer"
        fraction = 0.66
        starts-with = "nothing"
        behavior = "free-rider"
        [systems.gnutella]
        overlay = {overlay}
        ttl = 7
        ping-every = "60 s"
        choice = "random"
        search-again-after = "never"
        "#
    )
}

/// What all searches came to.
#[derive(Default)]
struct Searches {
    queries: u64,
    reached: u64,
    found: u64,
    totals: Option<RunTotals>,
}

impl Observer for Searches {
    fn wish(&mut self, wish: &WishTotals) {
        if wish.searches > 0 && wish.outcome != WishOutcome::Open {
            self.found += u64::from(wish.suppliers > 0);
        }
        self.queries += u64::from(wish.searches);
        // A wish is searched for once here, or again after its person was away.
        self.reached += u64::from(wish.reached) * u64::from(wish.searches);
    }

    fn end(&mut self, _at: SimTime, totals: &RunTotals) {
        self.totals = Some(totals.clone());
    }
}

fn run_case((name, overlay): (&str, &str)) {
    let text = scenario(overlay);
    let loaded =
        scenario::load("bench", text.as_bytes(), &[], &NoFiles).expect("the bench's scenario is sound");
    let scenario = loaded.scenario;
    let seed = Seed { seed: scenario.seed, replicate: 0 };
    let workload = workload::draw(&scenario, seed);
    let idle_memory = peak_memory();
    let mut searches = Searches::default();
    let start = cpu_time();
    let outcome = sim::run(&scenario, 0, &workload, seed, RunOptions::default(), &mut searches);
    let cpu = (cpu_time() - start).as_secs_f64();
    assert_eq!(outcome.violations, Vec::<String>::new());
    let memory = peak_memory() - idle_memory;
    let (queries, traffic) = (searches.queries as f64, searches.totals.expect("the run ends").search);
    println!(
        "| {name} | {queries} | {:.0} | {:.0} | {:.0} | {:.1} % | {cpu:.1} | {:.0} | {:.0} | {:.1} |",
        searches.reached as f64 / queries,
        (traffic.queries + traffic.hits) as f64 / queries,
        traffic.duplicates as f64 / queries,
        100.0 * searches.found as f64 / queries,
        cpu * 1e6 / queries,
        memory / 1e6,
        memory / 1024.0 / f64::from(SERVENTS),
    );
}
