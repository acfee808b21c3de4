//! Gnutella worlds, put together from their parts.

use unchoke::record::Record;
use unchoke::spec::{
    AfterFinishing, Arrival, Behavior, Capacity, CatalogueSpec, ClassSize, Compression, Content, Core,
    FetchSpec, FileSize, GnutellaSpec, Network, Output, Overhead, Overlay, PeerClass, Popularity, Scenario,
    Sharing, StartsWith, Stop, StopWhen, SupplierChoice, SystemKind, SystemSpec, WishTimes, WishedFiles,
    Wishes,
};
use unchoke::units::{Bytes, Rate, SimDuration, SimTime};

use crate::swarm_support::{Play, Run};

pub const MEGABIT: Rate = Rate::from_mbit(1.0);
/// Of every file, unless a test says otherwise.
pub const SIZE: Bytes = Bytes(1_000_000);
/// One way, between any two.
pub const LATENCY: SimDuration = SimDuration::from_millis(50);

pub fn secs(secs: u64) -> SimDuration {
    SimDuration::from_whole_secs(secs)
}

pub fn at(secs: u64) -> SimTime {
    SimTime::ZERO + SimDuration::from_whole_secs(secs)
}

/// Persons with equal lines who are there from the beginning, hold nothing, want nothing and stay.
pub fn bystanders(name: &str, count: u32) -> PeerClass {
    PeerClass {
        name: name.to_owned(),
        size: ClassSize::Count(count),
        starts_with: StartsWith::Nothing,
        upload: Capacity::Fixed(MEGABIT),
        download: Capacity::Fixed(Rate::from_mbit(8.0)),
        access_latency: SimDuration::ZERO,
        arrive: Arrival::At(SimTime::ZERO),
        after_finishing: AfterFinishing::SeedForever,
        leaves: None,
        sessions: None,
        wishes: wants(WishTimes::AtArrival(0)),
        gives_up: None,
        vanishes: false,
        behavior: Behavior::Compliant,
    }
}

/// Persons who hold every file.
pub fn holders(name: &str, count: u32) -> PeerClass {
    PeerClass { starts_with: StartsWith::WholeFile, ..bystanders(name, count) }
}

/// Persons who want one file, about a minute after the beginning, when the overlay stands.
pub fn askers(name: &str, count: u32) -> PeerClass {
    let wishes = wants(WishTimes::Poisson { per_second: 1.0 / 60.0, at_most: 1 });
    PeerClass { wishes, ..bystanders(name, count) }
}

pub fn wants(when: WishTimes) -> Wishes {
    Wishes { when, by_performer: 0.0, among: WishedFiles::ByPopularity }
}

/// A client that takes one after the other whom a search names, and does not search again.
pub fn client() -> FetchSpec {
    FetchSpec {
        upload_slots: 4,
        queue: 10,
        downloads: 4,
        choice: SupplierChoice::Random,
        resumes: true,
        attempts: 10,
        search_again_after: None,
        connectable: true,
    }
}

/// A world of these people in this overlay, with a hundred songs, for half an hour.
pub fn world(overlay: Overlay, classes: Vec<PeerClass>) -> Scenario {
    let gnutella =
        GnutellaSpec { overlay, ttl: 7, ping_every: secs(20), clients: vec![client(); classes.len()] };
    Scenario {
        title: "Gnutella".to_owned(),
        question: String::new(),
        seed: 1,
        replicates: 1,
        stop: Stop { no_later_than: secs(1_800), or_when: StopWhen::TimeIsUp },
        content: Content::Catalogue(CatalogueSpec {
            files: 100,
            size: FileSize::Fixed(SIZE),
            piece: Bytes(256 * Bytes::KIB),
            performers: 20,
            popularity: Popularity::Zipf { exponent: 0.8 },
        }),
        network: Network {
            core: Core::Star { one_way_latency: LATENCY },
            sharing: Sharing::MaxMin,
            overhead: Overhead::None,
        },
        population_total: 0,
        classes,
        systems: vec![SystemSpec {
            label: "gnutella".to_owned(),
            kind: SystemKind::Gnutella(Box::new(gnutella)),
        }],
        faults: Vec::new(),
        output: Output {
            sample_every: secs(60),
            decisions: Vec::new(),
            messages: false,
            searches: true,
            warm_up: None,
            compression: Compression::None,
        },
    }
}

/// The settings of the world's Gnutella.
pub fn spec(scenario: &mut Scenario) -> &mut GnutellaSpec {
    match &mut scenario.systems[0].kind {
        SystemKind::Gnutella(spec) => spec,
        other => panic!("{other:?} is no Gnutella"),
    }
}

pub const TREE: Overlay = Overlay::RegularTree { degree: 4 };
/// Servents in a row: person 0 in the middle, odd ones on one side, even ones on the other.
pub const ROW: Overlay = Overlay::RegularTree { degree: 2 };
pub const FLAT: Overlay = Overlay::Flat { links: 3.4, most: 10 };

/// Plays the world with every invariant checked after every event.
#[track_caller]
pub fn closely(scenario: Scenario) -> Run {
    play(Play { check_every_event: true, ..Play::default() }, scenario)
}

#[track_caller]
pub fn play(how: Play, scenario: Scenario) -> Run {
    let run = how.play(scenario);
    assert!(run.outcome.violations.is_empty(), "{:?}", run.outcome.violations);
    run
}

/// When something of that kind happened.
pub fn moments(run: &Run, kind: impl Fn(&Record) -> bool) -> Vec<SimTime> {
    run.records.iter().filter(|(_, record)| kind(record)).map(|(at, _)| *at).collect()
}
