//! A scenario, people and totals for the tests of this floor: a seed, contributors and free riders, no simulation.

use crate::protocol::names::Field;
use crate::record::{
    Central, ClassSample, Copies, Departure, PersonTotals, RunTotals, Sample, SearchTraffic, ServerSample,
    SwarmTotals, WishOutcome, WishTotals,
};
use crate::spec::*;
use crate::units::{Bytes, ClassIndex, FileIndex, PersonIndex, Rate, SimDuration, SimTime};
use crate::workload::{Holdings, Person, Wish};

/// Classes `seed` (0), `contributor` (1), `free-rider` (2), a file of one piece of 1000 bytes, systems `tit-for-tat` and `random-choking`.
pub fn scenario() -> Scenario {
    let forever = AfterFinishing::SeedForever;
    Scenario {
        title: "A test".into(),
        question: String::new(),
        seed: 7,
        replicates: 1,
        stop: Stop {
            no_later_than: SimDuration::from_whole_secs(28_800),
            or_when: StopWhen::EveryoneFinished,
        },
        content: Content::Single(File {
            size: Bytes(1000),
            piece: Bytes(16 * Bytes::KIB),
            metainfo_size: Bytes(100),
            infohash: [0; 20],
        }),
        network: Network {
            core: Core::Star { one_way_latency: SimDuration::from_millis(40) },
            sharing: Sharing::MaxMin,
            overhead: Overhead::None,
        },
        classes: vec![
            class("seed", 1, StartsWith::WholeFile, forever, Behavior::Compliant),
            class("contributor", 2, StartsWith::Nothing, AfterFinishing::Leave, Behavior::Compliant),
            class("free-rider", 2, StartsWith::Nothing, AfterFinishing::Leave, Behavior::FreeRider),
        ],
        population_total: 0,
        systems: vec![system("tit-for-tat"), system("random-choking")],
        faults: Vec::new(),
        output: Output {
            sample_every: SimDuration::from_whole_secs(5),
            decisions: Vec::new(),
            messages: false,
            searches: true,
            warm_up: None,
            compression: Compression::None,
        },
    }
}

/// So many files of 1000 bytes.
pub fn catalogue(files: u32) -> Content {
    Content::Catalogue(CatalogueSpec {
        files,
        size: FileSize::Fixed(Bytes(1000)),
        piece: Bytes(16 * Bytes::KIB),
        performers: 10,
        popularity: Popularity::Zipf { exponent: 1.0 },
    })
}

fn class(
    name: &str,
    count: u32,
    starts_with: StartsWith,
    after: AfterFinishing,
    behavior: Behavior,
) -> PeerClass {
    PeerClass {
        name: name.into(),
        size: ClassSize::Count(count),
        starts_with,
        upload: Capacity::Fixed(Rate(100.0)),
        download: Capacity::Fixed(Rate(400.0)),
        access_latency: SimDuration::ZERO,
        arrive: Arrival::RandomlyWithin(SimDuration::from_whole_secs(10)),
        after_finishing: after,
        leaves: None,
        sessions: None,
        wishes: Wishes::ONE,
        gives_up: None,
        vanishes: false,
        behavior,
    }
}

/// A system of that label: the lecture's client for all three classes.
pub fn system(label: &str) -> SystemSpec {
    let client = ClientSpec {
        name: "lecture".into(),
        picker: Picker::RarestFirst,
        random_first: 1,
        strict_priority: StrictPriority::On,
        endgame: Endgame::AskAll,
        choker: Choker::TitForTat,
        seed_choker: SeedChoker::Rotation,
        regular_slots: 4,
        optimistic_slots: 1,
        optimistic: Optimistic::Uniform,
        min_uploads: None,
        equals_stay: false,
        optimistic_apart: false,
        unchokes_uninterested: true,
        rechokes_on_interest: false,
        rechoke_every: SimDuration::from_whole_secs(10),
        optimistic_every: SimDuration::from_whole_secs(30),
        rate_window: SimDuration::from_whole_secs(20),
        seed_rate_window: SimDuration::from_whole_secs(20),
        snub_after: None,
        allowed_fast: 0,
        allowed_fast_for_starters: true,
        request_queue: RequestQueue::Fixed(5),
        whole_piece_within: None,
        look_again_after: None,
        max_sources: None,
        connections: ConnectionLimits {
            min_peers: 20,
            max_initiate: 40,
            max_allow_in: 80,
            check_every: SimDuration::from_whole_secs(30),
        },
        connectable: true,
        hash_check: true,
        super_seeding: false,
        limiter_tick: None,
    };
    let tracker = TrackerSpec {
        service: ServiceTime::Fixed(SimDuration::from_millis(1)),
        numwant: 50,
        answer: TrackerAnswer::Random,
        interval: SimDuration::from_whole_secs(1800),
        expiry: SimDuration::from_whole_secs(3600),
    };
    let swarm = SwarmSpec {
        clients: vec![client; 3],
        tracker,
        web_server: Some(WebServerSpec { upload: Rate(1e6) }),
        granularity: Granularity::Block,
        have: HaveForm::InBulk,
        rates_within: 0.0,
    };
    SystemSpec { label: label.into(), kind: SystemKind::BitTorrent(Box::new(swarm)) }
}

/// A server with the uplink of the initial holders, for everybody at once.
pub fn servers() -> ServerSpec {
    ServerSpec {
        servers: 1,
        upload: None,
        clients_at_once: None,
        queue: None,
        retry_after: SimDuration::from_whole_secs(60),
    }
}

/// A seed of 100 B/s that is there from the start.
pub fn seed() -> Person {
    Person { class: ClassIndex(0), holds: Holdings::Everything, wishes: Vec::new(), ..leecher(0) }
}

/// Somebody of that class who comes at zero with a line of 100/400 B/s and no pieces.
pub fn leecher(class: u32) -> Person {
    Person {
        class: ClassIndex(class),
        arrives: Some(SimTime::ZERO),
        upload: Rate(100.0),
        download: Rate(400.0),
        access_latency: SimDuration::ZERO,
        holds: Holdings::Nothing,
        behavior: if class == 2 { Behavior::FreeRider } else { Behavior::Compliant },
        patience: None,
        lingers: None,
        leaves_at: None,
        leaves_after_copies: None,
        vanishes: false,
        absences: Vec::new(),
        wishes: vec![Wish { at: SimTime::ZERO, file: FileIndex(0), by: Field::Title, typed: 0 }],
    }
}

pub fn at(seconds: u64) -> SimTime {
    SimTime(seconds * 1_000_000_000)
}

/// One who arrives at `arrived` and has everything at `completed` (seconds), with 1000 bytes from regular slots.
pub fn totals(peer: u32, arrived: u64, completed: Option<u64>) -> PersonTotals {
    PersonTotals {
        arrived: Some(at(arrived)),
        completed: completed.map(at),
        first_piece: completed.map(at),
        left: completed.map(|moment| (at(moment), Departure::Clean)),
        downloaded: [if completed.is_some() { 1000 } else { 0 }, 0, 0, 0, 0, 0],
        wishes: 1,
        fetched: u32::from(completed.is_some()),
        ..PersonTotals::nobody(PersonIndex(peer))
    }
}

/// The seed's totals: it came with everything.
pub fn seed_totals(peer: u32) -> PersonTotals {
    PersonTotals { uploaded: [0, 0, 4000, 0, 0, 0], wanted_nothing: true, wishes: 0, ..totals(peer, 0, None) }
}

/// Three classes at a moment; the swarm's columns in round numbers.
pub fn sample(classes: [ClassSample; 3], uploaded_bytes: u64, capacity_bytes: f64) -> Sample {
    Sample {
        classes: classes.to_vec(),
        copies: Some(Copies { min: 1, mean: 1.5, max: 2 }),
        capacity_bytes,
        uploaded_bytes,
        stored_bytes: 1000,
        servers: vec![server(Central::Tracker, 3, 1), server(Central::WebServer, 2, 0)],
    }
}

/// A central part with so many clients and so long a queue.
pub fn server(part: Central, clients: u32, queue: u32) -> ServerSample {
    ServerSample {
        part,
        up: true,
        clients,
        queue,
        served: 5,
        refused: 0,
        busy_s: 0.5,
        sojourn_s: 1.0,
        stored_bytes: 0,
        sent_bytes: 0,
    }
}

pub fn run_totals() -> RunTotals {
    RunTotals {
        events: 10,
        blocks: 4,
        peak_online: 5,
        sent_bytes: 4000,
        received_bytes: 4000,
        in_flight_bytes: 0,
        lost_bytes: 0,
        servers: vec![server(Central::Tracker, 3, 0)],
        traffic: vec![vec![0, 1500, 2500], vec![0, 0, 0], vec![0, 0, 0]],
        from_servers: vec![0; 3],
        swarm: Some(SwarmTotals { pieces: 4, copies: vec![1], first_copy: vec![Some(at(10))] }),
        search: SearchTraffic::default(),
    }
}

/// A wish that was fulfilled: searched for once (2 messages, 200 bytes) and found at 2 suppliers; of its time a tenth each went
/// on the search and on waiting.
pub fn fetched(peer: u32, file: u32, wished: u64, ended: u64) -> WishTotals {
    let tenths = |parts: u64| SimDuration((ended - wished) * 100_000_000 * parts);
    WishTotals {
        outcome: WishOutcome::Fetched,
        ended: Some(at(ended)),
        finding: tenths(1),
        waiting: tenths(1),
        transferring: tenths(8),
        searches: 1,
        suppliers: 2,
        attempts: 1,
        available: 2,
        messages: 2,
        message_bytes: 200,
        ..WishTotals::new(PersonIndex(peer), FileIndex(file), at(wished))
    }
}

/// A search at `wished` that named nobody, while `available` others online had the file.
pub fn not_found(peer: u32, file: u32, wished: u64, available: u32) -> WishTotals {
    WishTotals {
        outcome: WishOutcome::NotFound,
        ended: Some(at(wished)),
        searches: 1,
        available,
        messages: 2,
        message_bytes: 200,
        ..WishTotals::new(PersonIndex(peer), FileIndex(file), at(wished))
    }
}
