//! What a run of very many persons costs once it has been played: no simulator, but every table, the summary, the figures and the page.
//!
//! `cargo test --release --lib a_million_persons -- --ignored --nocapture` says where time and memory go; figures are in
//! `benches/README.md`.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use super::manifest::RunEntry;
use super::perform::perform_with;
use super::plan::{Job, Plan, Source};
use super::play::Played;
use super::{ExperimentError, Finding, Staging};
use crate::metrics::testing::{at, fetched, run_totals, sample, scenario, totals};
use crate::metrics::{Collector, summary};
use crate::record::{ClassSample, Observer, PersonTotals, Record};
use crate::report;
use crate::rng::Seed;
use crate::spec::{Capacity, ClassSize, Scenario};
use crate::units::{Bytes, PersonIndex, Rate, SimDuration, SimTime};
use crate::workload::{self, Person};

/// Between two samples there are 5 s.
const SAMPLES: u64 = 1000;

fn crowd(persons: u32) -> Scenario {
    let mut scenario = scenario();
    scenario.systems.truncate(1);
    scenario.output.searches = false;
    for (class, size) in scenario.classes.iter_mut().zip([persons / 1000, persons * 4 / 5, persons / 5]) {
        class.size = ClassSize::Count(size.max(1));
        class.upload = Capacity::Uniform { from: Rate(20e3), to: Rate(1e6) };
        class.download = Capacity::TimesUpload(8.0);
    }
    scenario
}

/// Numbers that look like those of a swarm and cost nothing to draw.
fn person(index: u32, person: &Person) -> PersonTotals {
    let spread = u64::from(index.wrapping_mul(2_654_435_761) >> 12);
    let arrived = person.arrives.unwrap_or(SimTime::ZERO);
    let wants = !person.wishes.is_empty();
    // One in fifty does not finish.
    let completed =
        (wants && spread % 50 > 0).then(|| arrived + SimDuration(600_000_000_000 + spread * 1_000_000));
    PersonTotals {
        peer: PersonIndex(index),
        arrived: Some(arrived),
        completed,
        first_piece: completed.map(|_| arrived + SimDuration(20_000_000_000 + spread * 7_000)),
        downloaded: [spread * 100, spread * 7, spread, 0, 0, 0],
        uploaded: [spread * 90, spread * 9, 0, 0, 0, 0],
        waited: [SimDuration(spread * 1_000); 5],
        wanted_nothing: !wants,
        ..totals(index, 0, None)
    }
}

/// A run in which nothing is simulated.
fn played(scenario: &Scenario, label: &str) -> Played {
    let mut clock = Clock::new();
    let workload = workload::draw(scenario, Seed { seed: 1, replicate: 0 });
    let people = &workload.people;
    clock.tell("population drawn");
    let mut collector = Collector::new(scenario, 0, 0, people);
    for index in 0..people.len() as u32 {
        collector.record(at(0), &Record::Arrived { peer: PersonIndex(index) });
        collector.wish(&fetched(index, 0, 5, 15 + u64::from(index % 5000)));
    }
    for tick in 0..SAMPLES {
        let classes = [ClassSample { leechers: tick as u32, ..ClassSample::default() }; 3];
        collector.sample(at(5 * tick), &sample(classes, 100 * tick, 1e3 * tick as f64));
    }
    clock.tell("while it runs");
    for (index, of) in people.iter().enumerate() {
        collector.person(&person(index as u32, of));
    }
    collector.end(at(5 * SAMPLES), &run_totals());
    clock.tell("at its end");
    let record = collector.finish();
    let summary = summary::summarise(scenario, people, &record);
    clock.tell("summary");
    let entry = RunEntry {
        system: label.into(),
        replicate: 0,
        form: None,
        digest: String::new(),
        ended_at_s: 5.0 * SAMPLES as f64,
        cut_short: false,
        events: 0,
        blocks: 0,
        peak_online: people.len() as u32,
    };
    Played { record, summary, entry, violations: Vec::new() }
}

/// Says what each step took.
struct Clock(Instant);

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "what is measured is the wall clock's time")]
    fn new() -> Clock {
        Clock(Instant::now())
    }

    /// Resident memory now and at its largest so far, where the system tells.
    fn tell(&mut self, step: &str) {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let of = |key| status.lines().find_map(|line: &str| line.strip_prefix(key)).unwrap_or("?").trim();
        eprintln!(
            "{step:<20} {:>8.2} s, {} (at most {})",
            self.0.elapsed().as_secs_f64(),
            of("VmRSS:"),
            of("VmHWM:")
        );
        *self = Clock::new();
    }
}

fn written_and_drawn(persons: u32) -> (tempfile::TempDir, Finding) {
    let scenario = crowd(persons);
    let label = scenario.systems[0].label.clone();
    let plan = Plan::new(scenario, Source::default(), vec![0], 1);
    let dir = tempfile::tempdir().expect("a place");
    let mut staging = Staging::begin(&dir.path().join("r")).expect("a place");
    let play = |_: Job, _: &AtomicBool| Some(played(&plan.scenario, &label));
    let mut clock = Clock::new();
    let finding: Result<Finding, ExperimentError> = perform_with(&plan, 1, &staging, &play);
    let finding = finding.expect("the disk takes it");
    clock.tell("all until written");
    report::draw(staging.path()).expect("it can be drawn");
    clock.tell("drawn");
    staging.commit().expect("it takes its place");
    (dir, finding)
}

/// Every person has a row, and no figure and no page grows with them.
fn check(persons: u32) {
    let (dir, finding) = written_and_drawn(persons);
    let (mut rows, mut figures) = (0, 0);
    for entry in std::fs::read_dir(dir.path().join("r")).expect("the results") {
        let entry = entry.expect("a file");
        let (name, size) = (
            entry.file_name().into_string().expect("plain letters"),
            entry.metadata().expect("a file").len(),
        );
        if name == "peers.csv" {
            rows =
                std::fs::read(entry.path()).expect("a table").iter().filter(|byte| **byte == b'\n').count();
        } else if name.ends_with(".svg") || name.ends_with(".png") || name.ends_with(".html") {
            figures += 1;
            assert!(Bytes(size).0 < 2 * Bytes::MIB, "{name} has {size} bytes");
        }
    }
    assert_eq!(rows, 1 + finding.manifest.runs[0].peak_online as usize);
    assert!(figures > 8, "{figures} figures");
    let all = &finding.summaries[0].all.row;
    assert_eq!(all.peers + persons / 1000, finding.manifest.runs[0].peak_online);
    assert!(all.completed > all.peers * 9 / 10 && all.download_median_s.is_some());
}

#[test]
fn twenty_thousand_persons_are_written_and_drawn() {
    check(20_000);
}

#[test]
#[ignore = "a minute, and a gigabyte of memory"]
fn a_million_persons_are_written_and_drawn() {
    check(1_000_000);
}
