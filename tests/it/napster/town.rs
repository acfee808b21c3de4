//! A small town of Napster users, each made to order: who holds what, who wants what and when.
//!
//! Unless a test says otherwise, lines have 10 000 bytes/s both ways, the latency is 50 ms one way, a search takes the
//! index 2 ms and an entry of a list 1 ms, and nothing is charged but payload.

use unchoke::protocol::names::Field;
use unchoke::record::{Observer, Record, RunTotals, Sample, ServerSample, WishTotals};
use unchoke::rng::Seed;
use unchoke::sim::{self, RunOptions};
use unchoke::spec::{
    AfterFinishing, Arrival, Behavior, Capacity, CatalogueSpec, ClassSize, Compression, Content, Core, Fault,
    FaultTarget, FetchSpec, FileSize, IndexSpec, NapsterSpec, Network, Output, Overhead, PeerClass,
    Popularity, Scenario, ServiceTime, Sharing, StartsWith, Stop, StopWhen, SupplierChoice, SystemKind,
    SystemSpec, Wishes,
};
use unchoke::units::{Bytes, ClassIndex, FileIndex, PersonIndex, Rate, SimDuration, SimTime};
use unchoke::workload::{Absence, Catalogue, Holdings, Person, Wish, Workload};

use crate::swarm_support::{Play, Run};

/// Bytes of every file: 100 s over a line of the town.
pub const SIZE: u64 = 1_000_000;
/// The line of everybody, both ways.
pub const LINE: Rate = Rate(10_000.0);
/// One way, between any two.
pub const LATENCY: SimDuration = SimDuration::from_millis(50);

pub struct Town {
    pub scenario: Scenario,
    pub spec: NapsterSpec,
    pub people: Vec<Person>,
}

pub fn secs(secs: f64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs(secs)
}

impl Town {
    /// Nobody lives there yet; one performer sings all of its `files`.
    pub fn new(files: u32) -> Town {
        let index = IndexSpec {
            servers: 1,
            service: ServiceTime::Fixed(SimDuration::from_millis(2)),
            entry_service: SimDuration::from_millis(1),
            workers: 1,
            queue: None,
            answers: 100,
            entry_memory: Bytes(100),
            upload: Rate::from_mbit(100.0),
            download: Rate::from_mbit(100.0),
        };
        let client = FetchSpec {
            upload_slots: 1,
            queue: 1,
            downloads: 1,
            choice: SupplierChoice::Fastest,
            resumes: true,
            attempts: 5,
            search_again_after: None,
            connectable: true,
        };
        Town {
            scenario: scenario(files),
            // The second class is behind a firewall.
            spec: NapsterSpec {
                index,
                clients: vec![client.clone(), FetchSpec { connectable: false, ..client }],
            },
            people: Vec::new(),
        }
    }

    /// Somebody who comes at `at`, holds those files, and never leaves.
    pub fn person(&mut self, at: f64, holds: &[u32]) -> &mut Person {
        self.people.push(Person {
            class: ClassIndex(0),
            arrives: Some(secs(at)),
            upload: LINE,
            download: LINE,
            access_latency: SimDuration::ZERO,
            holds: Holdings::Files(holds.iter().map(|&file| FileIndex(file)).collect()),
            behavior: Behavior::Compliant,
            patience: None,
            lingers: None,
            leaves_at: None,
            leaves_after_copies: None,
            vanishes: false,
            absences: Vec::new(),
            wishes: Vec::new(),
        });
        self.people.last_mut().expect("just moved in")
    }

    /// Both classes of clients at once.
    pub fn clients(&mut self, change: impl Fn(&mut FetchSpec)) {
        self.spec.clients.iter_mut().for_each(change);
    }

    pub fn index_is_down(&mut self, which: Option<u32>, from: f64, to: f64) {
        self.scenario.faults.push(Fault { what: FaultTarget::Index(which), from: secs(from), to: secs(to) });
    }

    fn finish(self) -> (Scenario, Workload) {
        let Town { mut scenario, spec, people } = self;
        scenario.systems =
            vec![SystemSpec { label: "napster".to_owned(), kind: SystemKind::Napster(Box::new(spec)) }];
        let catalogue = Catalogue::draw(&scenario.content, Seed { seed: scenario.seed, replicate: 0 });
        (scenario, Workload { catalogue, people })
    }

    #[track_caller]
    pub fn play(self, play: Play) -> Run {
        let (scenario, workload) = self.finish();
        let run = play.play_with(scenario, workload);
        assert_eq!(run.outcome.violations, Vec::<String>::new());
        run
    }

    /// Plays it for so many seconds and tells only how it was at each sample and at the end: for very many searches.
    #[track_caller]
    pub fn measure(mut self, seconds: f64) -> Measured {
        self.scenario.stop.no_later_than = SimDuration::from_secs(seconds);
        let (scenario, workload) = self.finish();
        let seed = Seed { seed: scenario.seed, replicate: 0 };
        let mut measured = Measured::default();
        let outcome = sim::run(&scenario, 0, &workload, seed, RunOptions::default(), &mut measured);
        assert_eq!(outcome.violations, Vec::<String>::new());
        measured
    }

    /// Plays it for so many seconds, with every invariant checked after every event.
    #[track_caller]
    pub fn watch(mut self, seconds: f64) -> Run {
        self.scenario.stop.no_later_than = SimDuration::from_secs(seconds);
        self.play(Play { check_every_event: true, ..Play::default() })
    }
}

/// The index at each sample, and at the end.
#[derive(Default)]
pub struct Measured(pub Vec<(SimTime, ServerSample)>);

impl Observer for Measured {
    fn sample(&mut self, at: SimTime, sample: &Sample) {
        self.0.push((at, sample.servers[0]));
    }
    fn end(&mut self, at: SimTime, totals: &RunTotals) {
        self.0.push((at, totals.servers[0]));
    }
}

impl Measured {
    pub fn end(&self) -> ServerSample {
        self.0.last().expect("a run ends").1
    }
}

pub trait Make {
    fn wants(&mut self, at: f64, file: u32) -> &mut Self;
    fn wants_by_performer(&mut self, at: f64, file: u32) -> &mut Self;
    fn away(&mut self, from: f64, to: f64) -> &mut Self;
    fn leaves(&mut self, at: f64) -> &mut Self;
    fn vanishes(&mut self, at: f64) -> &mut Self;
    fn behind_firewall(&mut self) -> &mut Self;
    fn behaves(&mut self, behavior: Behavior) -> &mut Self;
    fn has_line(&mut self, up: Rate, down: Rate) -> &mut Self;
}

impl Make for Person {
    fn wants(&mut self, at: f64, file: u32) -> &mut Self {
        self.wishes.push(Wish { at: secs(at), file: FileIndex(file), by: Field::Title, typed: TYPED });
        self
    }

    fn wants_by_performer(&mut self, at: f64, file: u32) -> &mut Self {
        self.wishes.push(Wish { at: secs(at), file: FileIndex(file), by: Field::Performer, typed: TYPED });
        self
    }

    fn away(&mut self, from: f64, to: f64) -> &mut Self {
        self.absences.push(Absence { from: secs(from), to: secs(to) });
        self
    }

    fn leaves(&mut self, at: f64) -> &mut Self {
        self.leaves_at = Some(secs(at));
        self
    }

    fn vanishes(&mut self, at: f64) -> &mut Self {
        self.vanishes = true;
        self.leaves(at)
    }

    fn behind_firewall(&mut self) -> &mut Self {
        self.class = ClassIndex(1);
        self
    }

    fn behaves(&mut self, behavior: Behavior) -> &mut Self {
        self.behavior = behavior;
        self
    }

    fn has_line(&mut self, up: Rate, down: Rate) -> &mut Self {
        (self.upload, self.download) = (up, down);
        self
    }
}

/// What of the name is typed does not matter here.
const TYPED: u32 = u32::MAX;

fn scenario(files: u32) -> Scenario {
    let class = |name: &str| PeerClass {
        name: name.to_owned(),
        size: ClassSize::Count(0),
        starts_with: StartsWith::Nothing,
        upload: Capacity::Fixed(LINE),
        download: Capacity::Fixed(LINE),
        access_latency: SimDuration::ZERO,
        arrive: Arrival::At(SimTime::ZERO),
        after_finishing: AfterFinishing::SeedForever,
        leaves: None,
        sessions: None,
        wishes: Wishes::ONE,
        gives_up: None,
        vanishes: false,
        behavior: Behavior::Compliant,
    };
    Scenario {
        title: "A town".to_owned(),
        question: String::new(),
        seed: 1,
        replicates: 1,
        stop: Stop { no_later_than: SimDuration::from_whole_secs(3_600), or_when: StopWhen::TimeIsUp },
        content: Content::Catalogue(CatalogueSpec {
            files,
            size: FileSize::Fixed(Bytes(SIZE)),
            piece: Bytes(16 * Bytes::KIB),
            performers: 1,
            popularity: Popularity::Uniform,
        }),
        network: Network {
            core: Core::Star { one_way_latency: LATENCY },
            sharing: Sharing::MaxMin,
            overhead: Overhead::None,
        },
        classes: vec![class("reachable"), class("firewalled")],
        population_total: 0,
        systems: Vec::new(),
        faults: Vec::new(),
        output: Output {
            sample_every: SimDuration::from_whole_secs(60),
            decisions: Vec::new(),
            messages: false,
            searches: true,
            warm_up: None,
            compression: Compression::None,
        },
    }
}

/// A list or an answer of so many bytes over a line of the town.
pub fn on_the_line(bytes: u64) -> f64 {
    bytes as f64 / LINE.0
}

/// One way.
pub fn latency() -> f64 {
    LATENCY.as_secs()
}

/// The file over a line of the town.
pub const TRANSFER: f64 = SIZE as f64 / 10_000.0;

pub fn listed(record: &Record) -> bool {
    matches!(record, Record::Listed { .. })
}

/// The only wish of a person.
#[track_caller]
pub fn wish_of(run: &Run, person: u32) -> &WishTotals {
    let mut own = run.wishes.iter().filter(|wish| wish.peer == PersonIndex(person));
    let wish = own.next().expect("it made a wish");
    assert!(own.next().is_none(), "it made one wish");
    wish
}

/// When records of that kind were made, in seconds.
pub fn times(run: &Run, is_it: impl Fn(&Record) -> bool) -> Vec<f64> {
    run.records.iter().filter(|(_, record)| is_it(record)).map(|(at, _)| at.as_secs()).collect()
}

/// From whom each file came, in the order of their first bytes.
pub fn suppliers(run: &Run) -> Vec<u32> {
    let supplier = |(_, record): &(SimTime, Record)| match record {
        Record::TransferStarted { from, .. } => from.map(|from| from.0),
        _ => None,
    };
    run.records.iter().filter_map(supplier).collect()
}

/// Two times in seconds must be the same but for rounding.
#[track_caller]
pub fn assert_close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-6 * expected.max(1.0), "{found} instead of {expected}");
}
