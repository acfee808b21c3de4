//! BEP 16: what a first seed sends until somebody else has everything, as a normal seed and as a super-seed.

use crate::record::{Message, Observer, Party, Record};
use crate::report::axes::Axis;
use crate::report::bars::{Bar, BarChart, Group};
use crate::report::frame::Words;
use crate::report::palette::{BLUE, Fill, Hatch, PAPER};
use crate::spec::{BLOCK, Scenario};
use crate::units::{PersonIndex, SimTime};
use crate::validation::{Bench, Expected, Experiment, Figure, Findings, Measured, Part, Row};
use crate::workload::Workload;

pub const EXPERIMENT: Experiment = Experiment {
    name: "super-seeding",
    part: Part::Published,
    title: "What the first seed must send until there is another",
    source: "Hoffman, BEP 16, \"Superseeding\" (2008)",
    run,
};

const SCENARIO: &str = include_str!("../../../scenarios/validation/super-seeding.toml");

/// Parts of the crowd that pass nothing on; that of which BEP 16's figures are expected stands first.
const TAKERS: [f64; 4] = [0.4, 0.0, 0.2, 0.6];
const SYSTEMS: [&str; 2] = ["normal seed", "super-seed"];

fn run(bench: &Bench<'_>) -> Findings {
    let takers = bench.full_or_fast(&TAKERS[..], &TAKERS[..1]);
    let persons = bench.full_or_fast("41", "21");
    let sent: Vec<[Sent; 2]> = takers.iter().map(|&takers| sent(bench, takers, persons)).collect();
    let [normal, hiding] = &sent[0];
    let gains = normal.iter().zip(hiding).map(|(normal, hiding)| Some((*hiding)? / (*normal)?));
    let gains: Sent = gains.collect();
    let rows = vec![
        Row {
            what: "normal seed: sent before others are complete".into(),
            unit: "% of the file",
            expected: Expected::Between(150.0, 200.0),
            measured: Measured::mean_of_some(normal),
            why: "BEP 16: \"150% to 200%\"; the crowd was chosen for it".into(),
        },
        Row {
            what: "super-seed: sent before others are complete".into(),
            unit: "% of the file",
            expected: Expected::Between(100.0, 107.5),
            measured: Measured::mean_of_some(hiding),
            why: "BEP 16: \"105%\", read as rounded to five; nobody is complete before 100 % is out".into(),
        },
        Row {
            what: "super-seed over normal seed, the same crowd".into(),
            unit: "",
            expected: Expected::Between(1.0 / 2.0, 1.075 / 1.5),
            measured: Measured::mean_of_some(&gains),
            why: "100 to 107.5 over 150 to 200".into(),
        },
    ];
    Findings {
        setup: setup(persons),
        rows,
        figures: vec![figure(takers, &sent)],
        remarks: vec![CHOSEN.into(), DEPENDS.into()],
    }
}

fn setup(persons: &str) -> String {
    format!(
        "BEP 16 speaks of a large torrent and an initiator with limited bandwidth, and of no more. Here: 1024 pieces of 256 KiB, a first seed with 128 kbit/s, {persons} persons \
         with 1 Mbit/s who come within a minute, mainline 3.4. Two in five of those who fetch pass nothing on. Counted is the payload that the seed has sent when the first of the \
         others has everything."
    )
}

const CHOSEN: &str = "BEP 16 describes no crowd. This one was chosen after looking at several, as the one in which a normal seed sends what BEP 16 says of it; so the \
    first row is that choice, and what is tested are the super-seed's figure and the ratio in the same crowd.";

const DEPENDS: &str = "BEP 16's figures are those of a crowd in which many pass nothing on, and of a torrent with many more pieces than the seed has neighbours. Where everybody \
    uploads, rarest first alone asks a slow seed for little that is not new, and a normal seed does with a tenth more than the file (the figure). With few pieces a super-seed \
    loses its advantage: it shows each neighbour another one, and those that it does not unchoke keep theirs waiting.";

/// Of each run; `None`: nobody else was ever complete.
type Sent = Vec<Option<f64>>;

/// What the seed sent in each run, % of the file, by system.
fn sent(bench: &Bench<'_>, takers: f64, persons: &str) -> [Sent; 2] {
    let takers = takers.to_string();
    let scenario =
        bench.scenario(SCENARIO, &[("peers.taker.fraction", &takers), ("population.total", persons)]);
    let replicates: Vec<u32> = (0..bench.full_or_fast(10, 3)).collect();
    let size = scenario.content.single().expect("one file").size.as_f64();
    [0, 1].map(|system| {
        bench.each(&replicates, |&replicate| {
            let (seed, _) = bench.watch(&scenario, system, replicate, |people| Seed::new(&scenario, people));
            seed.until_another.map(|blocks| 100.0 * blocks as f64 * BLOCK.as_f64() / size)
        })
    })
}

/// Counts the blocks of the first seed.
struct Seed {
    person: PersonIndex,
    blocks: u64,
    until_another: Option<u64>,
}

impl Seed {
    fn new(scenario: &Scenario, workload: &Workload) -> Seed {
        let file = scenario.content.single().expect("one file");
        assert_eq!(file.size.0 % BLOCK.0, 0, "every block is whole");
        let seed = workload.people.iter().position(|person| person.class.at() == 0);
        Seed {
            person: PersonIndex::from_usize(seed.expect("the first class is the seed")),
            blocks: 0,
            until_another: None,
        }
    }
}

impl Observer for Seed {
    fn record(&mut self, _at: SimTime, record: &Record) {
        if let Record::Message { from: Party::Peer(from), message: Message::Piece { .. }, .. } = *record {
            self.blocks += u64::from(from == self.person);
        } else if let Record::Finished { .. } = *record {
            self.until_another.get_or_insert(self.blocks);
        }
    }

    fn wants_messages(&self) -> bool {
        true
    }
}

fn figure(takers: &[f64], sent: &[[Sent; 2]]) -> Figure {
    let mean = |values: &Sent| Measured::mean_of_some(values).value();
    let bar = |system: usize, values: &Sent| {
        let mean = mean(values);
        Bar {
            label: SYSTEMS[system].into(),
            parts: vec![mean.unwrap_or(0.0)],
            values: vec![mean.map_or_else(String::new, |mean| format!("{mean:.0} %"))],
            total: mean.map_or_else(|| "nobody else complete in some run".into(), |_| String::new()),
            all_values: true,
        }
    };
    let mut groups: Vec<(f64, Group)> = takers
        .iter()
        .zip(sent)
        .map(|(&takers, sent)| {
            let heading = format!("{:.0} % pass nothing on", 100.0 * takers);
            let bars = sent.iter().enumerate().map(|(system, values)| bar(system, values)).collect();
            (takers, Group { heading, bars })
        })
        .collect();
    groups.sort_by(|a, b| a.0.total_cmp(&b.0));
    let most = sent.iter().flatten().filter_map(mean).fold(0.0, f64::max);
    let chart = BarChart {
        words: Words {
            title: "What the first seed sends until there is another".into(),
            subtitle: "1024 pieces, a slow seed; means over runs".into(),
            notes: vec!["BEP 16: 150 to 200 % as a normal seed, 105 % as a super-seed.".into()],
        },
        axis: Axis::new("payload sent, % of the file".into(), most, 1.0, 6, true),
        key: vec![("sent", Fill::new(BLUE, Hatch::Plain, PAPER))],
        groups: groups.into_iter().map(|(_, group)| group).collect(),
    };
    Figure {
        name: EXPERIMENT.name.into(),
        caption: "A super-seed gives little to those who pass nothing on: each gets a new piece only when the last has been seen elsewhere.".into(),
        drawing: chart.draw(),
    }
}
