//! The missing piece syndrome: a club of peers who lack one piece grows for ever if peers come faster than the seed sends that piece.
//!
//! Peers come with nothing at rate lambda and leave when they have everything; a seed that never leaves sends U_s pieces a second. Of
//! the club only those leave whom the seed serves, and everybody who comes joins it, so it grows by lambda - U_s: it
//! dissolves below the threshold lambda = U_s and explodes above it, whatever piece is asked for first.

use super::branching::slope;
use crate::experiment::Played;
use crate::metrics::rows::SampleRow;
use crate::metrics::run_record::ALL;
use crate::report::axes::Axis;
use crate::spec::Scenario;
use crate::validation::figures::{Curve, Kind, figure, panel, words};
use crate::validation::{Bench, Expected, Experiment, Figure, Findings, Measured, Part, Row};

pub const EXPERIMENT: Experiment = Experiment {
    name: "missing-piece",
    part: Part::Theory,
    title: "The missing piece",
    source: "Hajek and Zhu, \"The missing piece syndrome in peer-to-peer communication\" (2010); lingering: Zhu and Hajek, \"Stability of a \
             peer-to-peer communication system\" (2012)",
    run,
};

const SCENARIO: &str = include_str!("../../../scenarios/validation/missing-piece.toml");
/// Pieces a second that the seed sends: 16 KiB/s in pieces of 16 KiB.
const SEED_RATE: f64 = 1.0;
/// Seconds until everybody in the club knows everybody, and more than one round of the chokers.
const BEGINNING: f64 = 20.0;
/// Arrivals a second.
const RATES: [f64; 5] = [0.5, 0.8, 1.25, 1.6, 2.0];
/// How near to the threshold the nearest of them is.
const NEAREST: f64 = 0.2;

/// What became of a swarm.
struct Course {
    /// Seconds, and persons online who lack something.
    leechers: Vec<(f64, f64)>,
    /// Persons who have finished, at the same moments.
    finished: Vec<(f64, f64)>,
}

/// A swarm that is played: how many of the club there are, how fast newcomers come and what they do afterwards.
struct Setting<'a> {
    club: u32,
    rate: f64,
    after_finishing: &'a str,
    /// Seconds.
    length: u32,
}

fn run(bench: &Bench<'_>) -> Findings {
    let (club, length, runs) = bench.full_or_fast((300, 400, 6), (80, 120, 10));
    let rates = bench.full_or_fast(&RATES[..], &[RATES[0], RATES[4]]);
    let leaving = |rate| Setting { club, rate, after_finishing: "leave", length };
    let courses = bench.each(rates, |&rate| {
        let scenario = scenario(bench, &leaving(rate));
        bench.measure(&scenario, runs, course)
    });
    let mut rows = Vec::new();
    for (rate, systems) in rates.iter().zip(&courses) {
        for (picker, runs) in PICKERS.iter().zip(systems) {
            rows.extend(club_rows(*rate, picker, runs));
        }
    }
    let stable: Vec<f64> = rates.iter().copied().filter(|rate| *rate < SEED_RATE).collect();
    rows.extend(stable.iter().flat_map(|&rate| bounded(bench, rate, runs)));
    rows.push(lingering(bench, &leaving(RATES[4]), runs));
    Findings {
        setup: format!(
            "A file of four pieces; a seed that sends {SEED_RATE} piece a second to whom it draws; peers with four times its line, who follow the \
             protocol and leave at once. {club} of them are there from the start and lack the same piece. Everybody \
             is connected with everybody, because contacts are drawn from the whole swarm in the model."
        ),
        rows,
        figures: vec![population(rates, &courses)],
        remarks: vec![
            "The theorem is about an endless time: a swarm above the threshold that starts empty may live long before a club forms, and \
             grows from then on as measured here."
                .into(),
        ],
    }
}

/// The systems of the scenario.
const PICKERS: [&str; 2] = ["rarest first", "random piece"];

fn scenario(bench: &Bench<'_>, setting: &Setting<'_>) -> Scenario {
    let sets = [
        ("peers.club.count", setting.club.to_string()),
        ("peers.newcomer.arrive", format!("{{ poisson = \"{} /s\" }}", setting.rate)),
        ("peers.newcomer.after-finishing", setting.after_finishing.to_owned()),
        ("peers.club.after-finishing", setting.after_finishing.to_owned()),
        ("stop.no-later-than", format!("{} s", setting.length)),
    ];
    let sets: Vec<(&str, &str)> = sets.iter().map(|(key, value)| (*key, value.as_str())).collect();
    bench.scenario(SCENARIO, &sets)
}

fn course(played: &Played) -> Course {
    let all: Vec<SampleRow> = played.record.sample_rows().filter(|row| row.class == ALL).collect();
    let line = |of: fn(&SampleRow) -> u32| all.iter().map(|row| (row.time_s, f64::from(of(row)))).collect();
    Course { leechers: line(|row| row.leechers), finished: line(|row| row.finished) }
}

/// Growth of the club, and how many leave it.
fn club_rows(rate: f64, picker: &str, runs: &[Course]) -> [Row; 2] {
    let slopes = |line: fn(&Course) -> &[(f64, f64)]| -> Vec<f64> {
        runs.iter().map(|course| slope_from(line(course), BEGINNING)).collect()
    };
    let growth = rate - SEED_RATE;
    [
        Row {
            what: format!("growth of the club, arrivals {rate} U_s, {picker}"),
            unit: "peers/s",
            expected: Expected::Between(growth - NEAREST, growth + NEAREST),
            measured: Measured::mean_of(&slopes(|course| &course.leechers)),
            why: "lambda - U_s, give or take a fifth of U_s: none of the rates is nearer to the threshold, so its side is certain".into(),
        },
        Row {
            what: format!("peers who leave it, arrivals {rate} U_s, {picker}"),
            unit: "peers/s",
            expected: Expected::About { value: SEED_RATE, within: 0.05 },
            measured: Measured::mean_of(&slopes(|course| &course.finished)),
            why: "U_s, since nobody else has the piece; of a hundred whom the seed meets a few are newcomers, who may give it on"
                .into(),
        },
    ]
}

/// Below the threshold a swarm that starts without a club stays as it is.
fn bounded(bench: &Bench<'_>, rate: f64, runs: u32) -> Vec<Row> {
    let length = 1000;
    let setting = Setting { club: 1, rate, after_finishing: "leave", length };
    let systems = bench.measure(&scenario(bench, &setting), runs, course);
    let row = |(picker, runs): (&&str, &Vec<Course>)| {
        let slopes: Vec<f64> =
            runs.iter().map(|run| slope_from(&run.leechers, 0.5 * f64::from(length))).collect();
        Row {
            what: format!("trend without a club, arrivals {rate} U_s, {picker}"),
            unit: "peers/s",
            expected: no_trend(rate),
            measured: Measured::mean_of(&slopes),
            why: "stable; less than half of what a club as far above the threshold grows by".into(),
        }
    };
    PICKERS.iter().zip(&systems).map(row).collect()
}

/// Far above the threshold, if peers stay until they have sent one more piece, the club dissolves and nothing grows.
fn lingering(bench: &Bench<'_>, leaving: &Setting<'_>, runs: u32) -> Row {
    // The wait for the next round of the choker, five seconds on average, and the quarter of a second that a piece takes.
    let setting = Setting { after_finishing: "{ seed-for = { exponential = \"10 s\" } }", ..*leaving };
    let systems = bench.measure(&scenario(bench, &setting), runs, course);
    let slopes: Vec<f64> =
        systems[0].iter().map(|run| slope_from(&run.leechers, 0.5 * f64::from(setting.length))).collect();
    Row {
        what: format!("trend, arrivals {} U_s, peers stay 10 s on average", setting.rate),
        unit: "peers/s",
        expected: no_trend(setting.rate),
        measured: Measured::mean_of(&slopes),
        why: "stable if peers stay until they have sent one more piece: half a round's wait and the piece are over in 5.3 s; less than half of \
              what the club grows by if they leave"
            .into(),
    }
}

fn no_trend(rate: f64) -> Expected {
    let half = 0.5 * (rate - SEED_RATE).abs();
    Expected::Between(-half, half)
}

/// Slope of the least-squares line through the points from that time on.
fn slope_from(points: &[(f64, f64)], from: f64) -> f64 {
    let late: Vec<(f64, f64)> = points.iter().copied().filter(|point| point.0 >= from).collect();
    slope(&late).expect("samples are apart")
}

fn population(rates: &[f64], courses: &[Vec<Vec<Course>>]) -> Figure {
    let line = |rate: &f64, runs: &[Course]| Curve {
        label: format!("{rate} U_s"),
        kind: Kind::Line(mean_line(runs)),
    };
    let of_picker = |(system, picker): (usize, &&str)| {
        panel(picker, rates.iter().zip(courses).map(|(rate, systems)| line(rate, &systems[system])).collect())
    };
    let all = courses.iter().flatten().flatten();
    let top = all.flat_map(|run| &run.leechers).map(|point| point.1).fold(0.0, f64::max);
    let end = courses[0][0][0].leechers.last().map_or(0.0, |point| point.0);
    figure(
        "missing-piece-population",
        "Peers who lack something. Theory: each line has the slope lambda - U_s, with either picker.",
        words(
            "A club without one piece dissolves below the threshold and grows above it",
            "leechers online, mean of the runs; a line an arrival rate, as a multiple of what the seed sends (U_s)",
        ),
        (Axis::time("time since the start", end, 6), Axis::count("leechers online", top, 6)),
        PICKERS.iter().enumerate().map(of_picker).collect(),
    )
}

/// Mean over the runs at each moment.
fn mean_line(runs: &[Course]) -> Vec<(f64, f64)> {
    let mean = |at: usize| runs.iter().map(|run| run.leechers[at].1).sum::<f64>() / runs.len() as f64;
    runs[0].leechers.iter().enumerate().map(|(at, point)| (point.0, mean(at))).collect()
}

#[cfg(test)]
mod tests {
    use super::slope_from;

    #[test]
    fn the_slope_is_that_of_the_least_squares_line_through_what_is_late_enough() {
        // 1, 2, 4 at 0, 1, 2: sum (x - 1)(y - 7/3) / sum (x - 1)^2 = (4/3 + 5/3) / 2.
        let points = [(0.0, 1.0), (1.0, 2.0), (2.0, 4.0)];
        assert!((slope_from(&points, 0.0) - 1.5).abs() < 1e-12);
        assert!((slope_from(&points, 1.0) - 2.0).abs() < 1e-12);
    }
}
