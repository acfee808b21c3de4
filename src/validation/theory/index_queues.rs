//! The index as a queue: Poisson searches at stations whose queues have closed forms.
//!
//! With load rho and a mean service of 1 / mu at each of c workers, the mean time in the system is
//!
//!   M/M/1:  (1 / mu) / (1 - rho)
//!   M/D/1:  (1 / mu) (1 + rho / (2 (1 - rho)))                       (Pollaczek and Khinchine)
//!   M/M/c:  (1 / mu) (1 + C / (c (1 - rho))),  C of Erlang           (the probability that all workers are busy)
//!
//! and by Little's law lambda times that is the mean number of searches there.

use crate::experiment::Played;
use crate::metrics::rows::ServerRow;
use crate::report::axes::Axis;
use crate::report::chart::{Panel, Series};
use crate::report::estimated::{Estimate, Estimated, MARKERS};
use crate::report::palette::{LINES, LineStyle};
use crate::validation::figures::{figure, words};
use crate::validation::{Bench, Expected, Experiment, Figure, Findings, Measured, Part, Row};

pub const EXPERIMENT: Experiment = Experiment {
    name: "index-queues",
    part: Part::Theory,
    title: "The index is the queue that it is said to be",
    source: "Kleinrock, \"Queueing systems\" 1 (1975), chapters 3 (M/M/1, M/M/c) and 5 (M/G/1)",
    run,
};

const SCENARIO: &str = include_str!("../../../scenarios/validation/index-queues.toml");
const USERS: f64 = 100.0;
/// Searches a second that one worker with a service of a millisecond, or four with four, can answer.
const CAPACITY: f64 = 1000.0;
/// Part of the run that is left out: the station is empty at its beginning.
const WARM_UP: f64 = 0.1;
const LOADS: [f64; 4] = [0.3, 0.5, 0.7, 0.9];

/// A system of the scenario.
struct Queue {
    name: &'static str,
    /// Mean time in the system in seconds at a load.
    sojourn_s: fn(f64) -> f64,
}

const QUEUES: [Queue; 3] = [
    Queue { name: "M/M/1", sojourn_s: |load| 0.001 / (1.0 - load) },
    Queue { name: "M/D/1", sojourn_s: |load| 0.001 * (1.0 + load / (2.0 * (1.0 - load))) },
    Queue { name: "M/M/4", sojourn_s: |load| 0.004 * (1.0 + erlang_c(4, load) / (4.0 * (1.0 - load))) },
];

/// What one run came to, after the warm-up.
struct Seen {
    sojourn_s: f64,
    /// Searches at the index at a moment.
    present: f64,
}

fn run(bench: &Bench<'_>) -> Findings {
    let loads = bench.full_or_fast(&LOADS[..], &LOADS[..2]);
    let (length, runs) = bench.full_or_fast((200, 20), (40, 8));
    let measured: Vec<Vec<Vec<Seen>>> = bench.each(loads, |load| {
        let each = format!("{{ poisson = \"{} /s\" }}", load * CAPACITY / USERS);
        let length = format!("{length} s");
        let sets = [("peers.user.wishes", each.as_str()), ("stop.no-later-than", &length)];
        bench.measure(&bench.scenario(SCENARIO, &sets), runs, seen)
    });
    let mut rows = Vec::new();
    for (load, systems) in loads.iter().zip(&measured) {
        rows.extend(QUEUES.iter().zip(systems).flat_map(|(queue, runs)| rows_of(queue, *load, runs)));
    }
    Findings {
        setup: format!(
            "{USERS} users search a Napster index for files that nobody shares, each by a Poisson stream; the first tenth of each run of {length} s is left \
             out. No latency, no limit to the queue, nothing to list. M/M/1: one worker, exponential service of 1 ms; M/D/1: fixed; M/M/4: four \
             workers, exponential service of 4 ms."
        ),
        rows,
        figures: vec![sojourns(loads, &measured)],
        remarks: vec![
            "The tracker's announces are worked off by the same station (`sim/station.rs`).".into(),
        ],
    }
}

fn seen(played: &Played) -> Seen {
    let rows: Vec<ServerRow> = played.record.server_rows().collect();
    let late = &rows[(WARM_UP * rows.len() as f64) as usize..];
    // A sample gives the mean of what was answered since the one before.
    let answered = |pair: &[ServerRow]| (pair[1].served - pair[0].served) as f64;
    let spent = |pair: &[ServerRow]| pair[1].sojourn_mean_s.unwrap_or(0.0) * answered(pair);
    Seen {
        sojourn_s: late.windows(2).map(spent).sum::<f64>() / late.windows(2).map(answered).sum::<f64>(),
        present: late.iter().map(|row| f64::from(row.queue)).sum::<f64>() / late.len() as f64,
    }
}

fn rows_of(queue: &Queue, load: f64, runs: &[Seen]) -> [Row; 2] {
    let Queue { name, sojourn_s } = queue;
    let mean = |of: fn(&Seen) -> f64| Measured::mean_of(&runs.iter().map(of).collect::<Vec<_>>());
    let row = |what: String, unit, value, measured| {
        Row {
        what,
        unit,
        expected: Expected::About { value, within: 0.05 },
        measured,
        why: "exact; room for the interval, a third of the least distance between M/M/1 and M/D/1 (at load 0.3)".into(),
    }
    };
    let expected = sojourn_s(load);
    [
        row(
            format!("mean time in the index, {name}, load {load}"),
            "ms",
            expected * 1000.0,
            scaled(mean(|run| run.sojourn_s), 1000.0),
        ),
        row(
            format!("searches there, {name}, load {load}"),
            "",
            load * CAPACITY * expected,
            mean(|run| run.present),
        ),
    ]
}

/// The same figure in a unit of which so many make the old one.
fn scaled(measured: Measured, factor: f64) -> Measured {
    match measured {
        Measured::Exactly(value) => Measured::Exactly(value * factor),
        Measured::Mean { mean, low, high, runs } => {
            Measured::Mean { mean: mean * factor, low: low * factor, high: high * factor, runs }
        }
        Measured::Never => Measured::Never,
    }
}

/// The probability that all of `workers` are busy at a load of each (Erlang C).
fn erlang_c(workers: u32, load: f64) -> f64 {
    let offered = load * f64::from(workers);
    // Terms offered^k / k!, from k = 0.
    let (mut term, mut below) = (1.0, 0.0);
    for k in 1..=workers {
        below += term;
        term *= offered / f64::from(k);
    }
    let all = term / (1.0 - load);
    all / (below + all)
}

fn sojourns(loads: &[f64], measured: &[Vec<Vec<Seen>>]) -> Figure {
    let loads_drawn = |from: f64, to: f64| (0..=60).map(move |k| from + (to - from) * f64::from(k) / 60.0);
    let highest = loads.last().copied().unwrap_or(1.0);
    let theory = |(queue, style): (&Queue, LineStyle)| Series {
        label: format!("{}, formula", queue.name),
        style,
        points: loads_drawn(0.0, highest).map(|load| (load, 1000.0 * (queue.sojourn_s)(load))).collect(),
    };
    let marks = |number: usize| Estimated {
        label: String::new(),
        style: LINES[number],
        marker: MARKERS[number],
        stretches: loads
            .iter()
            .zip(measured)
            .map(|(load, systems)| {
                let times: Vec<f64> = systems[number].iter().map(|run| 1000.0 * run.sojourn_s).collect();
                vec![estimate(*load, &times)]
            })
            .collect(),
        never: Vec::new(),
        categories: false,
    };
    let top = QUEUES.iter().map(|queue| 1000.0 * (queue.sojourn_s)(highest)).fold(0.0, f64::max);
    let both = Panel {
        series: QUEUES.iter().zip(LINES).map(theory).collect(),
        estimated: (0..QUEUES.len()).map(marks).collect(),
        ..Panel::default()
    };
    figure(
        "index-queues-sojourn",
        "Mean time from a search's arrival at the index to its answer.",
        words(
            "Time in the index against its load",
            "lines: the closed forms; marks: means of the runs with their 95 % intervals",
        ),
        (
            Axis::new("load (rho)".into(), 1.0, 1.0, 5, true),
            Axis::new("mean time in the index (ms)".into(), 1.1 * top, 1.0, 6, true),
        ),
        vec![both],
    )
}

fn estimate(x: f64, values: &[f64]) -> Estimate {
    let Measured::Mean { mean, low, high, .. } = Measured::mean_of(values) else {
        panic!("several runs have a mean")
    };
    Estimate { x, y: mean, interval: Some((low, high)) }
}

#[cfg(test)]
mod tests {
    use super::erlang_c;

    #[test]
    fn erlangs_c_formula_has_its_known_values() {
        // One worker is busy for the load's part of the time.
        assert!((erlang_c(1, 0.6) - 0.6).abs() < 1e-12);
        // Two at load a / 2: a^2 / (2 + a).
        assert!((erlang_c(2, 0.5) - 1.0 / 3.0).abs() < 1e-12);
    }
}
