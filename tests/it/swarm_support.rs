//! Plays swarms through the library, as an embedding program would: scenario text in, everything that can be observed
//! out.

use unchoke::record::Central;
use unchoke::record::{DomainDigest, Observer, PersonTotals, Record, RunTotals, Sample, WishTotals};
use unchoke::rng::Seed;
use unchoke::scenario::{self, BuiltInFiles, Loaded};
use unchoke::sim::{self, RunOptions, RunOutcome};
use unchoke::spec::{File, Scenario};
use unchoke::units::{ClassIndex, PersonIndex, SimTime};
use unchoke::workload::{self, Catalogue, Person, Workload};

/// One run and all that was seen of it.
pub struct Run {
    pub scenario: Scenario,
    pub people: Vec<Person>,
    pub catalogue: Catalogue,
    /// In the order in which things happened; messages among them only if they were wanted.
    pub records: Vec<(SimTime, Record)>,
    pub samples: Vec<(SimTime, Sample)>,
    pub wishes: Vec<WishTotals>,
    pub persons: Vec<PersonTotals>,
    pub totals: RunTotals,
    pub outcome: RunOutcome,
    pub digest: String,
}

/// What to play and how.
#[derive(Clone, Copy, Default)]
pub struct Play {
    /// Which of the scenario's systems.
    pub system: usize,
    pub replicate: u32,
    pub messages: bool,
    pub check_every_event: bool,
    pub shuffle_ties: bool,
}

/// The first system, once, with messages and every invariant checked after every event: for small swarms.
pub const CLOSELY: Play =
    Play { system: 0, replicate: 0, messages: true, check_every_event: true, shuffle_ties: false };

/// The first system, once, with messages.
pub const WATCHED: Play = Play { check_every_event: false, ..CLOSELY };

/// Reads a scenario; what it warns of is nobody's business here.
#[track_caller]
pub fn load(text: &str) -> Loaded {
    scenario::load("test.toml", text.as_bytes(), &[], &BuiltInFiles)
        .unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

/// The range of seeds in `UNCHOKE_WORLDS`, such as `4000..9000`: for tests that look further than the suite does.
pub fn worlds_asked_for() -> std::ops::Range<u64> {
    let range = std::env::var("UNCHOKE_WORLDS").expect("a range of seeds, such as 4000..9000");
    let (from, to) = range.split_once("..").expect("from..to");
    let number = |text: &str| text.parse().expect("a seed");
    number(from)..number(to)
}

/// A scenario of one swarm without web server, headers and churn.
pub fn bare_swarm(content: &str, latency: &str, people: &str, system: &str) -> String {
    format!(
        r#"
seed = 5
stop = {{ no-later-than = "2 h", or-when = "everyone-finished" }}
[content]
{content}
[network]
one-way-latency = "{latency}"
overhead = "none"
{people}
[systems.swarm]
kind = "bittorrent"
web-server = "none"
{system}
"#
    )
}

#[derive(Default)]
struct Everything {
    messages: bool,
    records: Vec<(SimTime, Record)>,
    samples: Vec<(SimTime, Sample)>,
    wishes: Vec<WishTotals>,
    persons: Vec<PersonTotals>,
    totals: Option<RunTotals>,
}

impl Observer for Everything {
    fn record(&mut self, at: SimTime, record: &Record) {
        self.records.push((at, *record));
    }
    fn sample(&mut self, at: SimTime, sample: &Sample) {
        self.samples.push((at, sample.clone()));
    }
    fn wish(&mut self, wish: &WishTotals) {
        self.wishes.push(*wish);
    }
    fn person(&mut self, person: &PersonTotals) {
        self.persons.push(person.clone());
    }
    fn end(&mut self, _at: SimTime, totals: &RunTotals) {
        assert!(self.totals.replace(totals.clone()).is_none(), "a run ends once");
    }
    fn wants_messages(&self) -> bool {
        self.messages
    }
}

impl Play {
    /// Plays it. Fails if the run finds fault with itself.
    #[track_caller]
    pub fn run(self, text: &str) -> Run {
        self.run_unchecked(text).sound()
    }

    /// Plays it, whatever the run says of itself.
    #[track_caller]
    pub fn run_unchecked(self, text: &str) -> Run {
        let scenario = load(text).scenario;
        self.play(scenario)
    }

    /// Plays a scenario that no text was written for, whatever the run says of itself.
    pub fn play(self, scenario: Scenario) -> Run {
        let workload = self.draw(&scenario);
        self.play_with(scenario, workload)
    }

    /// The files and the people of the scenario.
    pub fn draw(self, scenario: &Scenario) -> Workload {
        workload::draw(scenario, self.seed(scenario))
    }

    fn seed(self, scenario: &Scenario) -> Seed {
        Seed { seed: scenario.seed, replicate: self.replicate }
    }

    /// Plays a scenario and a workload that were made in another way.
    pub fn play_with(self, scenario: Scenario, workload: Workload) -> Run {
        let seed = self.seed(&scenario);
        let options = RunOptions {
            shuffle_ties: self.shuffle_ties,
            check_every_event: self.check_every_event,
            progress: None,
        };
        let mut observer =
            (Everything { messages: self.messages, ..Everything::default() }, DomainDigest::default());
        let outcome = sim::run(&scenario, self.system, &workload, seed, options, &mut observer);
        let (seen, digest) = observer;
        Run {
            scenario,
            people: workload.people,
            catalogue: workload.catalogue,
            records: seen.records,
            samples: seen.samples,
            wishes: seen.wishes,
            persons: seen.persons,
            totals: seen.totals.expect("a run ends"),
            outcome,
            digest: digest.hex(),
        }
    }
}

impl Run {
    /// Fails if the run finds fault with itself.
    #[track_caller]
    pub fn sound(self) -> Run {
        let found = &self.outcome.violations;
        assert!(found.is_empty(), "the run found fault with itself: {found:?}");
        self
    }

    /// The class of that name.
    #[track_caller]
    pub fn class(&self, name: &str) -> ClassIndex {
        let at = self.scenario.classes.iter().position(|class| class.name == name);
        ClassIndex::from_usize(at.expect("the scenario has such a class"))
    }

    pub fn class_of(&self, person: PersonIndex) -> ClassIndex {
        self.people[person.at()].class
    }

    /// Requests that a central part refused.
    pub fn refused(&self, part: Central) -> u64 {
        self.totals.servers.iter().filter(|server| server.part == part).map(|server| server.refused).sum()
    }

    /// What became of the persons of a class.
    pub fn of_class(&self, name: &str) -> impl Iterator<Item = &PersonTotals> {
        let class = self.class(name);
        self.persons.iter().filter(move |person| self.class_of(person.peer) == class)
    }

    /// Seconds from arrival to completion of those of a class that finished.
    pub fn download_times(&self, class: &str) -> Vec<f64> {
        let time = |person: &PersonTotals| {
            let arrived = person.arrived.expect("who finished has come");
            person.completed.map(|completed| completed.since(arrived).as_secs())
        };
        self.of_class(class).filter_map(time).collect()
    }

    /// When the last person finished, in seconds of the run.
    #[track_caller]
    pub fn last_completion(&self) -> f64 {
        let completed = self.persons.iter().filter_map(|person| person.completed);
        completed.max().expect("somebody finished").as_secs()
    }

    /// Everybody who came without the whole file has it now.
    #[track_caller]
    pub fn assert_all_finished(&self) {
        for person in &self.persons {
            let done = person.completed.is_some() || person.wanted_nothing;
            assert!(done || person.arrived.is_none(), "{person:?}");
        }
    }
}

/// The middle of some numbers.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    if numbers.len() % 2 == 1 { numbers[middle] } else { (numbers[middle - 1] + numbers[middle]) / 2.0 }
}

/// The scenario's only file.
#[track_caller]
pub fn only_file(scenario: &Scenario) -> &File {
    scenario.content.single().expect("the scenario has one file")
}
