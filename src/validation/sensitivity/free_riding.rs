//! `free-riding` screened: what moves the cost of free riding, and what moves the gain of tit-for-tat.

use super::morris::{self, Effect, Point, Trajectory};
use super::parameters::{PARAMETERS, place};
use crate::metrics::reading::words::number;
use crate::report::axes::Axis;
use crate::report::bars::{Bar, BarChart, Group};
use crate::report::frame::Words;
use crate::report::palette::{BLUE, Fill, GRID, Hatch, INK, PAPER};
use crate::rng::Seed;
use crate::spec::Scenario;
use crate::units::portable::{exp, ln};
use crate::validation::{Bench, Expected, Experiment, Figure, Findings, Measured, Part, Row};

pub const EXPERIMENT: Experiment = Experiment {
    name: "free-riding-sensitivity",
    part: Part::Sensitivity,
    title: "Which parameters change what a free rider loses",
    source: "Morris, \"Factorial sampling plans for preliminary computational experiments\" (1991); Locher, Moor, Schmid and Wattenhofer, \"Free riding in BitTorrent is cheap\" (2006)",
    run,
};

const SCENARIO: &str = include_str!("../../../scenarios/free-riding.toml");
const CHANCE: &str = "chance alone (the seed)";
/// The free riders lose at least a tenth of their time: the conclusion of the scenario.
const LOSES: f64 = 1.1;

/// What one point shows, as natural logarithms of ratios of median download times.
#[derive(Clone, Copy)]
struct Shown {
    /// Free riders over contributors, under tit-for-tat.
    loss: f64,
    /// Contributors under random choking over contributors under tit-for-tat.
    gain: f64,
}

fn run(bench: &Bench<'_>) -> Findings {
    let mut stream = Seed { seed: 1, replicate: 0 }.stream("trajectories");
    let count = bench.full_or_fast(8, 2);
    let paths: Vec<Trajectory> =
        (0..count).map(|_| morris::trajectory(PARAMETERS.len(), &mut stream)).collect();
    let points: Vec<&Point> = paths.iter().flat_map(|path| &path.points).collect();
    let shown = bench.each(&points, |point| show(bench, point));
    let by_path: Vec<&[Shown]> = shown.chunks(PARAMETERS.len() + 1).collect();
    let of = |figure: fn(&Shown) -> f64| -> Vec<Vec<f64>> {
        by_path.iter().map(|path| path.iter().map(figure).collect()).collect()
    };
    let (losses, gains) = (of(|shown| shown.loss), of(|shown| shown.gain));
    let (loss, gain) = (morris::effects(&paths, &losses), morris::effects(&paths, &gains));
    let losing = losses.iter().flatten().filter(|loss| **loss > ln(LOSES)).count();
    Findings {
        setup: setup(points.len()),
        rows: rows(&loss),
        figures: vec![
            figure(
                "loss",
                "What changes the cost of free riding, and what does not",
                "a free rider's time over a contributor's, under tit-for-tat",
                &loss,
            ),
            figure(
                "gain",
                "What changes the gain from tit-for-tat, and what does not",
                "a contributor's time under random choking over that under tit-for-tat",
                &gain,
            ),
        ],
        remarks: vec![
            format!(
                "In {losing} of {} points free riders need at least a tenth longer than contributors; the ratio lies between {} and {}.",
                points.len(),
                times(losses.iter().flatten().copied().fold(f64::INFINITY, f64::min)),
                times(losses.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max)),
            ),
            table(&loss, &gain, &paths, &losses),
        ],
    }
}

fn setup(points: usize) -> String {
    format!(
        "The shipped scenario `free-riding` with {} parameters at four levels each, and the seed of all random numbers as one that \
         must not matter: {points} settings on Morris's paths, on which one parameter at a time crosses two thirds of its range. Two figures: how many \
         times longer a free rider's median download takes than a contributor's under tit-for-tat, and how many times \
         longer a contributor's takes under random choking than under tit-for-tat.",
        PARAMETERS.len() - 1,
    )
}

/// A few runs of each system at one point.
fn show(bench: &Bench<'_>, point: &Point) -> Shown {
    let sets: Vec<(&str, &str)> = PARAMETERS
        .iter()
        .zip(point)
        .map(|(parameter, level)| (parameter.key, parameter.levels[*level]))
        .collect();
    let scenario = bench.scenario(SCENARIO, &fast(bench, sets));
    let medians = bench.measure(&scenario, bench.full_or_fast(4, 1), |played| {
        let median = |class: usize| played.summary.classes[class].row.download_median_s;
        let [_, contributor, free_rider] = [0, 1, 2].map(median);
        (at_most(&scenario, contributor), at_most(&scenario, free_rider))
    });
    let mean = |logs: Vec<f64>| logs.iter().sum::<f64>() / logs.len() as f64;
    let runs = medians[0].iter().zip(&medians[1]);
    Shown {
        loss: mean(medians[0].iter().map(|(contributor, rider)| ln(rider / contributor)).collect()),
        gain: mean(runs.map(|(tit_for_tat, random)| ln(random.0 / tit_for_tat.0)).collect()),
    }
}

/// The fast form: a small crowd and file, whatever the design says.
fn fast<'a>(bench: &Bench<'_>, mut sets: Vec<(&'a str, &'a str)>) -> Vec<(&'a str, &'a str)> {
    let small: &[(&str, &str)] = &[("population.total", "30"), ("content.size", "8 MiB")];
    sets.extend(bench.full_or_fast(&small[..0], small));
    sets
}

/// A median that was not reached counts as the end of the run: a lower bound of it.
fn at_most(scenario: &Scenario, median: Option<f64>) -> f64 {
    median.unwrap_or(scenario.stop.no_later_than.as_secs())
}

fn rows(loss: &[Effect]) -> Vec<Row> {
    let strongest = loss.iter().map(Effect::strength).fold(0.0, f64::max);
    let effect_of = |name: &str| {
        let (mean, low, high) = loss[place(name)].mean();
        Measured::Mean { mean, low, high, runs: loss[place(name)].each.len() }
    };
    vec![
        Row {
            what: "effect of seeding after finishing on ln(free rider's loss)".into(),
            unit: "",
            expected: Expected::AtMost(0.0),
            measured: effect_of("seeding after finishing"),
            why: "seeds rank nobody by what it gave: they feed free riders (Locher and others 2006)".into(),
        },
        Row {
            what: "effect of more optimistic slots on ln(free rider's loss)".into(),
            unit: "",
            expected: Expected::AtMost(0.0),
            measured: effect_of("optimistic slots"),
            why: "optimistic unchokes are what a leecher gives a free rider (Locher and others 2006)".into(),
        },
        Row {
            what: "effect of chance alone over that of the strongest parameter".into(),
            unit: "",
            expected: Expected::AtMost(1.0 / 3.0),
            measured: Measured::Exactly(loss[place(CHANCE)].strength() / strongest),
            why: "otherwise the screening would rank noise".into(),
        },
    ]
}

fn times(log: f64) -> String {
    format!("{} times", number(exp(log)))
}

/// Parameters by the strength of their effect.
fn ranked(effects: &[Effect]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..effects.len()).collect();
    order.sort_by(|a, b| effects[*b].strength().total_cmp(&effects[*a].strength()));
    order
}

/// The parameters by the strength of their effects on one of the figures.
fn figure(name: &str, title: &str, of: &str, effects: &[Effect]) -> Figure {
    let top = effects.iter().map(|effect| exp(effect.strength()) - 1.0).fold(0.0, f64::max);
    let chart = BarChart {
        words: Words {
            title: title.into(),
            subtitle: format!(
                "{of} · free-riding, {} parameters over {} paths",
                PARAMETERS.len() - 1,
                effects[0].each.len()
            ),
            notes: vec!["What is not longer than \"chance alone\" cannot be told from chance.".into()],
        },
        axis: Axis::new(
            "change when the parameter crosses two thirds of its range (%)".into(),
            top,
            0.01,
            6,
            false,
        ),
        key: vec![
            ("parameter", Fill::new(BLUE, Hatch::Plain, PAPER)),
            ("chance alone", Fill::new(GRID, Hatch::Rising, INK)),
        ],
        groups: vec![Group {
            heading: String::new(),
            bars: ranked(effects).into_iter().map(|at| bar(at, &effects[at])).collect(),
        }],
    };
    Figure {
        name: format!("{}-{name}", EXPERIMENT.name),
        caption: "Each bar: how much the ratio changes on average, up or down.".into(),
        drawing: chart.draw(),
    }
}

fn bar(parameter: usize, effect: &Effect) -> Bar {
    let size = exp(effect.strength()) - 1.0;
    let chance = PARAMETERS[parameter].name == CHANCE;
    Bar {
        label: PARAMETERS[parameter].name.into(),
        parts: if chance { vec![0.0, size] } else { vec![size, 0.0] },
        values: vec![String::new(), String::new()],
        total: format!("{} %", number(100.0 * size)),
        all_values: false,
    }
}

/// The effects in full, as a Markdown table.
fn table(loss: &[Effect], gain: &[Effect], paths: &[Trajectory], losses: &[Vec<f64>]) -> String {
    let mut out = String::from(
        "| parameter | from | to | changes the loss | raises it | spread (σ) | turns the conclusion | changes the gain |\n\
         |:--|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    let turns: Vec<Vec<f64>> =
        losses.iter().map(|path| path.iter().map(|loss| f64::from(*loss > ln(LOSES))).collect()).collect();
    let turns = morris::effects(paths, &turns);
    for at in ranked(loss) {
        let parameter = &PARAMETERS[at];
        let (mean, low, high) = loss[at].mean();
        out += &format!(
            "| {} | {} | {} | {} | {} ({} to {}) | {} | {} of {} | {} |\n",
            parameter.name,
            parameter.levels[0],
            parameter.levels[parameter.levels.len() - 1],
            times(loss[at].strength()),
            times(mean),
            number(exp(low)),
            number(exp(high)),
            number(loss[at].spread()),
            turns[at].each.iter().filter(|turn| **turn != 0.0).count(),
            paths.len(),
            times(gain[at].strength()),
        );
    }
    out + "\nA conclusion is turned where one end of the step shows free riders losing a tenth or more and the other does not."
}
