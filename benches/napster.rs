//! What Napster costs at its historical size: CPU and memory for half an hour of hundreds of thousands of users online.
//!
//! `cargo bench --bench napster` runs each case in a process of its own, so that peak memory is the case's. Linux only:
//! CPU time and peak memory come from /proc. The figures include drawing catalogue and people. Lines are those of 2000:
//! modems, DSL, cable, T1, in about the shares that Napster's users had (Saroiu, Gummadi and Gribble 2002).

mod cpu;
mod memory;

use std::env;
use std::process::Command;

use unchoke::record::{Observer, Sample, WishOutcome, WishTotals};
use unchoke::rng::Seed;
use unchoke::sim::{self, RunOptions};
use unchoke::spec::*;
use unchoke::units::{Bytes, Rate, SimDuration, SimTime};
use unchoke::workload;

use self::cpu::cpu_time;
use self::memory::peak_memory;

/// (users online, files of the catalogue)
const CASES: [(u32, u32); 2] = [(30_000, 100_000), (300_000, 1_000_000)];
/// Name, share, uplink and downlink in kbit/s.
const LINES: [(&str, f64, f64, f64); 4] = [
    ("modem", 0.25, 33.6, 50.0),
    ("dsl", 0.25, 128.0, 768.0),
    ("cable", 0.3, 256.0, 1_500.0),
    ("t1", 0.2, 1_544.0, 1_544.0),
];
/// Users are online for an hour and away for six minutes, on average.
const ONLINE: SimDuration = SimDuration::from_whole_secs(3_600);
const AWAY: SimDuration = SimDuration::from_whole_secs(360);
/// Everybody is there after two minutes; then come thirty more.
const GATHER: SimDuration = SimDuration::from_whole_secs(120);
const LENGTH: SimDuration = SimDuration::from_whole_secs(1_920);

fn main() {
    match env::var("UNCHOKE_BENCH_CASE") {
        Ok(case) => run_case(CASES[case.parse::<usize>().expect("the number of a case")]),
        Err(_) => run_all(),
    }
}

fn run_all() {
    println!(
        "| users online | files | searches | fetched | CPU s, drawing | CPU s, run | microseconds a search | events | \
         peak memory MB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let wanted = env::args().skip(1).find(|arg| !arg.starts_with("--"));
    for (number, case) in CASES.iter().enumerate() {
        if wanted.as_ref().is_some_and(|wanted| *wanted != case.0.to_string()) {
            continue;
        }
        let this = env::current_exe().expect("the bench knows itself");
        let status = Command::new(this).env("UNCHOKE_BENCH_CASE", number.to_string()).status();
        assert!(status.expect("the bench starts itself").success());
    }
}

/// What the row needs to know.
#[derive(Default)]
struct Watch {
    most_online: u32,
    searches: u64,
    fetched: u64,
}

impl Observer for Watch {
    fn sample(&mut self, _at: SimTime, sample: &Sample) {
        self.most_online = self.most_online.max(sample.servers[0].clients);
    }
    fn wish(&mut self, wish: &WishTotals) {
        self.searches += u64::from(wish.searches);
        self.fetched += u64::from(wish.outcome == WishOutcome::Fetched);
    }
}

fn run_case((users, files): (u32, u32)) {
    let scenario = scenario(users, files);
    let seed = Seed { seed: scenario.seed, replicate: 0 };
    let start = cpu_time();
    let workload = workload::draw(&scenario, seed);
    let drawing = (cpu_time() - start).as_secs_f64();
    let mut watch = Watch::default();
    let start = cpu_time();
    let outcome = sim::run(&scenario, 0, &workload, seed, RunOptions::default(), &mut watch);
    let run = (cpu_time() - start).as_secs_f64();
    assert_eq!(outcome.violations, Vec::<String>::new());
    println!(
        "| {} | {files} | {} | {} | {drawing:.1} | {run:.1} | {:.1} | {} | {:.0} |",
        watch.most_online,
        watch.searches,
        watch.fetched,
        run * 1e6 / watch.searches as f64,
        outcome.events,
        peak_memory() / 1e6,
    );
}

fn scenario(users: u32, files: u32) -> Scenario {
    let all = f64::from(users) * (1.0 + AWAY.as_secs() / ONLINE.as_secs());
    Scenario {
        title: "bench".to_owned(),
        question: String::new(),
        seed: 1,
        replicates: 1,
        stop: Stop { no_later_than: LENGTH, or_when: StopWhen::TimeIsUp },
        content: Content::Catalogue(CatalogueSpec {
            files,
            size: FileSize::Fixed(Bytes(4_000_000)),
            piece: Bytes(256 * Bytes::KIB),
            performers: files / 50,
            popularity: Popularity::Zipf { exponent: 0.8 },
        }),
        network: Network {
            core: Core::Star { one_way_latency: SimDuration::from_millis(40) },
            sharing: Sharing::MaxMin,
            overhead: Overhead::TcpIp,
        },
        classes: LINES.map(class).to_vec(),
        population_total: all as u32,
        systems: vec![SystemSpec { label: "napster".to_owned(), kind: napster() }],
        faults: Vec::new(),
        output: Output {
            sample_every: SimDuration::from_whole_secs(60),
            decisions: Vec::new(),
            messages: false,
            searches: false,
            warm_up: None,
            compression: Compression::None,
        },
    }
}

fn class((name, share, up, down): (&str, f64, f64, f64)) -> PeerClass {
    PeerClass {
        name: name.to_owned(),
        size: ClassSize::Fraction(share),
        starts_with: StartsWith::Files(200),
        upload: Capacity::Fixed(Rate::from_mbit(up / 1_000.0)),
        download: Capacity::Fixed(Rate::from_mbit(down / 1_000.0)),
        access_latency: SimDuration::ZERO,
        arrive: Arrival::RandomlyWithin(GATHER),
        after_finishing: AfterFinishing::SeedForever,
        leaves: None,
        sessions: Some(Sessions {
            online: Duration::Exponential { mean: ONLINE },
            away: Some(Duration::Exponential { mean: AWAY }),
        }),
        // A wish every five minutes.
        wishes: Wishes {
            when: WishTimes::Poisson { per_second: 1.0 / 300.0, at_most: 50 },
            by_performer: 0.2,
            among: WishedFiles::ByPopularity,
        },
        gives_up: None,
        vanishes: false,
        behavior: Behavior::Compliant,
    }
}

fn napster() -> SystemKind {
    let client = FetchSpec {
        upload_slots: 3,
        queue: 10,
        downloads: 4,
        choice: SupplierChoice::Fastest,
        resumes: true,
        attempts: 10,
        search_again_after: Some(SimDuration::from_whole_secs(300)),
        connectable: true,
    };
    SystemKind::Napster(Box::new(NapsterSpec {
        index: IndexSpec {
            servers: 1,
            service: ServiceTime::Exponential { mean: SimDuration::from_millis(2) },
            entry_service: SimDuration(2_000),
            workers: 8,
            queue: Some(100_000),
            answers: 100,
            entry_memory: Bytes(100),
            upload: Rate::from_mbit(1_000.0),
            download: Rate::from_mbit(1_000.0),
        },
        clients: vec![client; LINES.len()],
    }))
}
