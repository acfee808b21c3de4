//! How fast the holders of a part multiply in a crowd that waits for it.

use super::branching::{Growth, doubling, holders_at};
use crate::record::{Observer, Record};
use crate::rng::Seed;
use crate::units::SimTime;
use crate::validation::figures::{Curve, Kind, figure, linear, logarithmic, panel, words};
use crate::validation::{Bench, Expected, Experiment, Figure, Findings, Measured, Part, Row};

pub const EXPERIMENT: Experiment = Experiment {
    name: "flash-crowd",
    part: Part::Theory,
    title: "Service grows exponentially at first",
    source: "Yang and de Veciana, \"Service capacity of peer to peer networks\" (2004): a branching process of holders",
    run,
};

const SCENARIO: &str = include_str!("../../../scenarios/validation/flash-crowd.toml");
/// Of the scenario: seconds that an uplink takes for the part; when the first holder comes; who waits for it.
const PART_TIME: f64 = 1.0;
const BEGINS: f64 = 1.0;
const CROWD: usize = 3000;
/// Holders up to which growth is measured: a twentieth of the crowd.
const MOST: usize = CROWD / 20;
/// Holders from which on it is measured where they wait: the first few are luck.
const FEWEST: usize = 8;
/// Short enough that a slot hardly waits, and the client's.
const AT_ONCE: Rounds = Rounds { seconds: 0.05, text: "50 ms" };
const CLIENTS: Rounds = Rounds { seconds: 10.0, text: "10 s" };
/// Realisations of the process on paper.
const ON_PAPER: u32 = 400;

const AT_ONCE_CAPTION: &str = "Every k part-times the holders are multiplied by 1 + k: stairs whose middles lie on a straight line, \
    which on a logarithmic axis is exponential growth. One slot is the fastest: what is sent whole sooner is passed on sooner.";
const ROUNDS_CAPTION: &str = "The wait for an unchoke takes most of the time, and several slots share it: now more of them are faster.";

#[derive(Clone, Copy)]
struct Rounds {
    seconds: f64,
    text: &'static str,
}

/// Moments at which the crowd's members had the part, in seconds after the first holder came.
#[derive(Default)]
struct Births(Vec<f64>);

impl Observer for Births {
    fn record(&mut self, at: SimTime, record: &Record) {
        if let Record::PieceCompleted { .. } = record {
            self.0.push(at.as_secs() - BEGINS);
        }
    }
}

/// What a crowd with so many slots did.
struct Grown {
    growth: Growth,
    /// By replicate.
    births: Vec<Vec<f64>>,
}

fn run(bench: &Bench<'_>) -> Findings {
    let slots = &[1, 2, 4, 7][..];
    let played = |slots: &[u32], rounds| -> Vec<Grown> {
        slots.iter().map(|&slots| grow(bench, slots, rounds)).collect()
    };
    let at_once = played(bench.full_or_fast(slots, &[2]), AT_ONCE);
    let in_rounds = played(bench.full_or_fast(slots, &[1]), CLIENTS);
    Findings {
        setup: format!(
            "{CROWD} peers wait for a file of one part, and one more comes that holds it. Everybody has the same uplink, k slots and no latency. Counted \
             are the holders until they are a twentieth of the crowd, and a least-squares line through the logarithm of their number gives the time in \
             which they double. First with rounds of {}, in which a slot hardly waits; then with the client's rounds of {}.",
            AT_ONCE.text, CLIENTS.text
        ),
        rows: at_once.iter().map(without_waits).chain(in_rounds.iter().map(with_rounds)).collect(),
        figures: vec![
            drawn(
                "flash-crowd-at-once",
                "Holders of the part where slots hardly wait",
                AT_ONCE_CAPTION,
                &at_once,
            ),
            drawn("flash-crowd-rounds", "Holders of the part in rounds of 10 s", ROUNDS_CAPTION, &in_rounds),
        ],
        remarks: vec![format!(
            "With rounds every holder waits up to {} for its first one, and its freed slots for the next: where a part-time is {PART_TIME} s that costs more \
             than the sending, and more slots serve faster than one, against the order of the formula.",
            CLIENTS.text
        )],
    }
}

fn grow(bench: &Bench<'_>, slots: u32, rounds: Rounds) -> Grown {
    let growth = Growth { slots, part_time: PART_TIME, round: rounds.seconds };
    // Without waits hardly anything is luck. With them, long enough for a slow run; beyond that all peers would be served, at some cost.
    let (seconds, replicates) = if rounds.seconds < PART_TIME {
        let last = middles(growth).last().expect("the first generation has a middle");
        (last + 0.1, bench.full_or_fast(5, 3))
    } else {
        let doublings = f64::from(MOST.ilog2());
        (15.0 + 1.5 * expected_doubling(growth) * doublings, bench.full_or_fast(30, 5))
    };
    let replicates: Vec<u32> = (0..replicates).collect();
    let stop = format!("{{ no-later-than = \"{} s\" }}", BEGINS + seconds);
    let sets = [
        ("systems.swarm.slots.regular", &*slots.to_string()),
        ("systems.swarm.rechoke-every", rounds.text),
        ("stop", &stop),
    ];
    let scenario = bench.scenario(SCENARIO, &sets);
    let births = |&replicate: &u32| bench.watch(&scenario, 0, replicate, |_| Births::default()).0.0;
    Grown { growth, births: bench.each(&replicates, births) }
}

/// The middle of each generation without waits, in seconds, as long as there are to be no more than [`MOST`] holders.
fn middles(growth: Growth) -> impl Iterator<Item = f64> {
    let generations = (0..).take_while(move |&n| (1 + growth.slots as usize).pow(n) <= MOST);
    generations.map(move |n| (f64::from(n) + 0.5) * growth.serving_time())
}

/// A row without waits: in the middle of a generation, waits that add up to less than half of one change no count.
fn without_waits(grown: &Grown) -> Row {
    let doublings: Vec<Option<f64>> =
        grown.births.iter().map(|births| doubling(births, middles(grown.growth))).collect();
    let slots = grown.growth.slots;
    Row {
        what: format!("k = {slots}, no waits: doubling time"),
        unit: "part-times",
        expected: Expected::About { value: Growth::least_doubling(slots), within: 0.02 },
        measured: part_times(&doublings),
        why: "k ln 2 / ln(1 + k). At a twentieth of the crowd up to every twentieth slot serves somebody whom another serves: \
            a twentieth of the count at the end, and less than a fiftieth of its logarithm"
            .into(),
    }
}

/// A row with the client's rounds, against the process on paper with the same waits, measured in the same way.
fn with_rounds(grown: &Grown) -> Row {
    let doublings: Vec<Option<f64>> = grown.births.iter().map(|births| doubling_between(births)).collect();
    Row {
        what: format!("k = {}, rounds of {}: doubling time", grown.growth.slots, CLIENTS.text),
        unit: "part-times",
        expected: Expected::About { value: expected_doubling(grown.growth) / PART_TIME, within: 0.05 },
        measured: part_times(&doublings),
        why: format!(
            "mean of {ON_PAPER} realisations of the branching process with these waits; a twentieth of the slots, at the end, serve somebody whom another \
             serves"
        ),
    }
}

fn part_times(doublings: &[Option<f64>]) -> Measured {
    let values: Vec<Option<f64>> = doublings.iter().map(|time| time.map(|time| time / PART_TIME)).collect();
    Measured::mean_of_some(&values)
}

/// Mean doubling time of the process on paper, in seconds.
fn expected_doubling(growth: Growth) -> f64 {
    let times = (0..ON_PAPER).filter_map(|replicate| {
        let mut chance = Seed { seed: 1, replicate }.stream("branching");
        doubling_between(&growth.births(2 * MOST, &mut chance))
    });
    let times: Vec<f64> = times.collect();
    times.iter().sum::<f64>() / times.len() as f64
}

/// From [`FEWEST`] to [`MOST`] holders, looked at forty times.
fn doubling_between(births: &[f64]) -> Option<f64> {
    let (from, to) = (*births.get(FEWEST - 2)?, *births.get(MOST - 2)?);
    doubling(births, (0..40).map(|look| from + (to - from) * f64::from(look) / 40.0))
}

fn drawn(name: &str, title: &str, caption: &str, grown: &[Grown]) -> Figure {
    let curve = |of: &Grown| Curve {
        label: format!("k = {}", of.growth.slots),
        kind: Kind::Line(steps(&of.births[0])),
    };
    let ends = grown.iter().flat_map(|of| steps(&of.births[0])).map(|step| step.0);
    let axes = (
        linear("time since the first holder came (part-times)", ends.fold(1.0, f64::max)),
        logarithmic("holders", 1.0, MOST as f64),
    );
    let words = words(title, &format!("{CROWD} peers wait, one run each; k slots"));
    figure(name, caption, words, axes, vec![panel("", grown.iter().map(curve).collect())])
}

/// The staircase of holders, until there are [`MOST`].
fn steps(births: &[f64]) -> Vec<(f64, f64)> {
    let early = births.iter().take(MOST - 1);
    let step = |birth: &f64| {
        let now = holders_at(births, *birth).min(MOST) as f64;
        let before = births.partition_point(|other| other < birth) + 1;
        [(*birth / PART_TIME, before as f64), (*birth / PART_TIME, now)]
    };
    std::iter::once((0.0, 1.0)).chain(early.flat_map(step)).collect()
}
