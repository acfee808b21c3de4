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
use unchoke::sim::{self, RunOptions};
use unchoke::spec::{
    AfterFinishing, Arrival, Behavior, Capacity, CatalogueSpec, ClassSize, Content, Core, Duration,
    FetchSpec, FileSize, GnutellaSpec, Network, Output, Overhead, Overlay, PeerClass, Popularity, Scenario,
    Sessions, StartsWith, Stop, StopWhen, SupplierChoice, SystemKind, SystemSpec, WishTimes, WishedFiles,
    Wishes,
};
use unchoke::units::{Bytes, Rate, SimDuration, SimTime};
use unchoke::workload;

use self::cpu::cpu_time;
use self::memory::peak_memory;

const SERVENTS: u32 = 50_000;
const MINUTES: u64 = 30;

const CASES: [(&str, Overlay); 2] = [
    ("0.4: 3.4 links", Overlay::Flat { links: 3.4, most: 10 }),
    ("0.6: 5 % ultrapeers", Overlay::Ultrapeers { share: 0.05, links: 8, parents: 3, leaves: 90 }),
];

fn main() {
    match env::var("UNCHOKE_BENCH_CASE") {
        Ok(case) => {
            let (name, overlay) = CASES[case.parse::<usize>().expect("the number of a case")].clone();
            run_case(name, overlay);
        }
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

/// Two thirds share nothing (Adar and Huberman 2000); the others have a hundred songs each of fifty thousand.
fn class(name: &str, fraction: f64, starts_with: StartsWith, behavior: Behavior) -> PeerClass {
    let minutes = |minutes: u64| SimDuration::from_whole_secs(60 * minutes);
    PeerClass {
        name: name.to_owned(),
        size: ClassSize::Fraction(fraction),
        starts_with,
        upload: Capacity::LogNormal { median: Rate::from_mbit(0.4), sigma: 1.0 },
        download: Capacity::TimesUpload(4.0),
        access_latency: SimDuration::from_millis(10),
        arrive: Arrival::RandomlyWithin(minutes(2)),
        after_finishing: AfterFinishing::SeedForever,
        leaves: None,
        sessions: Some(Sessions {
            online: Duration::Exponential { mean: minutes(60) },
            away: Some(Duration::Exponential { mean: minutes(5) }),
        }),
        wishes: Wishes {
            when: WishTimes::Poisson { per_second: 1.0 / 3_600.0, at_most: 3 },
            by_performer: 0.25,
            among: WishedFiles::ByPopularity,
        },
        gives_up: None,
        vanishes: false,
        behavior,
    }
}

fn scenario(overlay: Overlay) -> Scenario {
    let client = FetchSpec {
        upload_slots: 4,
        queue: 20,
        downloads: 4,
        choice: SupplierChoice::Random,
        resumes: true,
        attempts: 5,
        search_again_after: None,
        connectable: true,
    };
    let spec = GnutellaSpec {
        overlay,
        ttl: 7,
        ping_every: SimDuration::from_whole_secs(60),
        clients: vec![client; 2],
    };
    Scenario {
        title: "bench".to_owned(),
        question: String::new(),
        seed: 1,
        replicates: 1,
        stop: Stop { no_later_than: SimDuration::from_whole_secs(60 * MINUTES), or_when: StopWhen::TimeIsUp },
        content: Content::Catalogue(CatalogueSpec {
            files: 50_000,
            size: FileSize::LogNormal { median: Bytes(4_000_000), sigma: 0.5 },
            piece: Bytes(256 * Bytes::KIB),
            performers: 2_000,
            popularity: Popularity::Zipf { exponent: 0.8 },
        }),
        network: Network {
            core: Core::Star { one_way_latency: SimDuration::from_millis(40) },
            overhead: Overhead::TcpIp,
        },
        classes: vec![
            class("sharer", 0.34, StartsWith::Files(100), Behavior::Compliant),
            class("free-rider", 0.66, StartsWith::Nothing, Behavior::FreeRider),
        ],
        population_total: SERVENTS,
        systems: vec![SystemSpec {
            label: "gnutella".to_owned(),
            kind: SystemKind::Gnutella(Box::new(spec)),
        }],
        faults: Vec::new(),
        output: Output {
            sample_every: SimDuration::from_whole_secs(60),
            decisions: Vec::new(),
            messages: false,
            searches: false,
        },
    }
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

fn run_case(name: &str, overlay: Overlay) {
    let scenario = scenario(overlay);
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
