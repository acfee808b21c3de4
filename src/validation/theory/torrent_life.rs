//! How long a torrent lives when interest in it decays.
//!
//! Peers come at rate lambda0 exp(-t / tau), and who has the file seeds for 1 / gamma on average. The *expected life*
//! tau ln(lambda0 / gamma) is the moment at which the expected arrivals fall to the rate at which a seed departs: from then on
//! the next peer comes, on average, when the last seed has gone. It is a statement about rates. With y' = lambda(t) - gamma y
//! the expected number of seeds falls to one a little later,
//!
//!   y(t) = lambda0 / (gamma - 1 / tau) exp(-t / tau),   at   tau ln(lambda0 / (gamma - 1 / tau)),
//!
//! and a single torrent may lose its last copy long before or after.

use crate::experiment::Played;
use crate::metrics::rows::{PeerRow, SampleRow};
use crate::metrics::run_record::ALL;
use crate::report::axes::{Axis, duration};
use crate::report::chart::{Mark, Panel};
use crate::units::portable;
use crate::validation::figures::{Curve, Kind, figure, panel, words};
use crate::validation::{Bench, Expected, Experiment, Figure, Findings, Measured, Part, Row};

pub const EXPERIMENT: Experiment = Experiment {
    name: "torrent-life",
    part: Part::Theory,
    title: "How long a torrent lives",
    source: "Guo, Chen, Xiao, Tan, Ding and Zhang, \"Measurements, analysis, and modeling of BitTorrent-like systems\" (2005)",
    run,
};

const SCENARIO: &str = include_str!("../../../scenarios/validation/torrent-life.toml");
/// Arrivals a second at the beginning, and the seconds in which they fall to 1 / e.
const INITIAL: f64 = 0.3;
const TAU: f64 = 1200.0;
/// Departures a second of one seed.
const GAMMA: f64 = 1.0 / 100.0;

/// What one run shows of the rates.
struct Rates {
    /// When the arrival rate falls to the departure rate of a seed, by the run's own estimates of the three parameters.
    life_s: f64,
    /// Mean time from the arrival to the whole file.
    download_s: f64,
    /// Seconds, and visitors who have the file and are there.
    seeds: Vec<(f64, f64)>,
}

fn run(bench: &Bench<'_>) -> Findings {
    let runs = bench.full_or_fast(300, 30);
    let rates = &bench.measure(&bench.scenario(SCENARIO, &[]), runs, rates)[0];
    let mortal = bench.scenario(SCENARIO, &[("peers.publisher.leaves", "{ at = \"10 min\" }")]);
    let losses = &bench.measure(&mortal, bench.full_or_fast(300, 20), lost_at)[0];
    let download_s = rates.iter().map(|run| run.download_s).sum::<f64>() / rates.len() as f64;
    let life = TAU * portable::ln(INITIAL / GAMMA);
    let one_seed = TAU * portable::ln(INITIAL / (GAMMA - 1.0 / TAU)) + download_s;
    Findings {
        setup: format!(
            "A file of 512 KiB; {INITIAL} arrivals a second at first, falling to 1/e in {}; who has the file seeds for an exponential time of {} on \
             average. The publisher never leaves, so that no torrent dies before its time; for the losses it leaves after 10 min.",
            duration(TAU),
            duration(1.0 / GAMMA)
        ),
        rows: rows(rates, life, one_seed),
        figures: vec![seeds_figure(rates, life), losses_figure(losses, life)],
        remarks: vec![extinction(losses, life)],
    }
}

fn rates(played: &Played) -> Rates {
    let visitors: Vec<PeerRow> = played.record.peer_rows().filter(|row| row.class == "visitor").collect();
    let count = visitors.len() as f64;
    // Maximum likelihood: arrival times are exponential with mean tau, since the run is ten times as long.
    let tau = visitors.iter().map(|row| row.arrived_s).sum::<f64>() / count;
    let stays: Vec<f64> = visitors.iter().filter_map(|row| Some(row.left_s? - row.completed_s?)).collect();
    let gamma = stays.len() as f64 / stays.iter().sum::<f64>();
    let downloads: Vec<f64> =
        visitors.iter().filter_map(|row| Some(row.completed_s? - row.arrived_s)).collect();
    let samples = played.record.sample_rows().filter(|row| row.class == "visitor");
    Rates {
        life_s: tau * portable::ln(count / tau / gamma),
        download_s: downloads.iter().sum::<f64>() / downloads.len() as f64,
        seeds: samples.map(|row| (row.time_s, f64::from(row.seeds))).collect(),
    }
}

/// The last sample at which every piece was there, in a run whose publisher goes.
fn lost_at(played: &Played) -> f64 {
    let all = played.record.sample_rows().filter(|row| row.class == ALL);
    let whole = |row: &SampleRow| row.copies_min.is_some_and(|copies| copies > 0);
    all.filter(whole).map(|row| row.time_s).fold(0.0, f64::max)
}

fn rows(rates: &[Rates], life: f64, one_seed: f64) -> Vec<Row> {
    let lives: Vec<f64> = rates.iter().map(|run| run.life_s).collect();
    // In the last two tau before the moment the expected number falls from e^2 to 1; its mean is (e^2 - 1) / 2.
    let seeds: Vec<f64> =
        rates.iter().map(|run| mean_between(&run.seeds, one_seed - 2.0 * TAU, one_seed)).collect();
    vec![
        Row {
            what: "arrivals fall to the departure rate of a seed (estimated from arrivals and stays, run by run)".into(),
            unit: "s",
            expected: Expected::About { value: life, within: 0.05 },
            measured: Measured::mean_of(&lives),
            why: "tau ln(lambda0 / gamma); 5 % is what a rate wrong by a sixth would do".into(),
        },
        Row {
            what: "visitors who seed, mean over the last 2 tau before there is one".into(),
            unit: "",
            expected: Expected::About { value: 0.5 * (portable::exp(2.0) - 1.0), within: 0.1 },
            measured: Measured::mean_of(&seeds),
            why: "(e² - 1) / 2, if y(t) reaches 1 at tau ln(lambda0 / (gamma - 1 / tau)) and a download later; 10 % is a moment wrong by 0.1 tau".into(),
        },
    ]
}

/// What becomes of single torrents, beside the expectation.
fn extinction(losses: &[f64], life: f64) -> String {
    let mut sorted = losses.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |part: f64| duration(sorted[(part * (sorted.len() - 1) as f64).round() as usize]);
    format!(
        "The expected life ({}) is not the moment at which a torrent loses a piece for good. Without the publisher, whose seeds are \
         the visitors alone, that came after {} in the median of {} runs, after {} in a tenth and after {} in nine tenths of them: the last seed of \
         a few may go at any moment, and who comes afterwards finds nothing to spread.",
        duration(life),
        at(0.5),
        losses.len(),
        at(0.1),
        at(0.9),
    )
}

/// Mean of the values at times in that span.
fn mean_between(points: &[(f64, f64)], from: f64, to: f64) -> f64 {
    let inside: Vec<f64> =
        points.iter().filter(|point| from <= point.0 && point.0 < to).map(|point| point.1).collect();
    inside.iter().sum::<f64>() / inside.len() as f64
}

/// Visitors who seed, in time, against the fluid expectation.
fn seeds_figure(rates: &[Rates], life: f64) -> Figure {
    let expected = |at: f64| {
        let left = |rate: f64| portable::exp(-at * rate);
        INITIAL / (GAMMA - 1.0 / TAU) * (left(1.0 / TAU) - left(GAMMA))
    };
    let mean = |k: usize| rates.iter().map(|run| run.seeds[k].1).sum::<f64>() / rates.len() as f64;
    let moments = rates[0].seeds.iter().map(|point| point.0).enumerate();
    let drawn: Vec<(usize, f64)> = moments.take_while(|(_, at)| *at < 2.0 * life).collect();
    let measured: Vec<(f64, f64)> = drawn.iter().map(|(k, at)| (*at, mean(*k))).collect();
    let theory: Vec<(f64, f64)> = drawn.iter().map(|(_, at)| (*at, expected(*at))).collect();
    let top = theory.iter().chain(&measured).map(|point| point.1).fold(0.0, f64::max);
    let curves = vec![
        Curve { label: "simulated".into(), kind: Kind::Line(measured) },
        Curve { label: "expected, y(t)".into(), kind: Kind::Line(theory) },
    ];
    figure(
        "torrent-life-seeds",
        "Visitors who have the file and stay. About at the expected life there is one of them.",
        words(
            "Seeds of a torrent in which interest decays",
            &format!("mean of {} runs, without the publisher, who stays", rates.len()),
        ),
        (time(life), Axis::count("visitors who seed", top, 6)),
        vec![Panel { marks: expected_life(life), ..panel("", curves) }],
    )
}

/// What part of the torrents still has every piece.
fn losses_figure(losses: &[f64], life: f64) -> Figure {
    let whole = |at: f64| losses.iter().filter(|lost| **lost > at).count() as f64 / losses.len() as f64;
    let moments = (0..=120).map(|k| 2.0 * life * f64::from(k) / 120.0);
    let line = Kind::Line(moments.map(|at| (at, whole(at))).collect());
    figure(
        "torrent-life-losses",
        "The expected life is no moment at which torrents die.",
        words(
            "Single torrents lose their last copy at any time",
            &format!("{} runs whose publisher goes after 10 min", losses.len()),
        ),
        (time(life), Axis::percent("torrents with every piece")),
        vec![Panel {
            marks: expected_life(life),
            ..panel("", vec![Curve { label: "still whole".into(), kind: line }])
        }],
    )
}

/// Twice the expected life.
fn time(life: f64) -> Axis {
    Axis::time("time since the start", 2.0 * life, 6)
}

fn expected_life(life: f64) -> Vec<Mark> {
    vec![Mark { x: life, label: "expected life".into() }]
}

#[cfg(test)]
mod tests {
    use super::mean_between;

    #[test]
    fn a_mean_is_of_the_span_alone() {
        let points = [(0.0, 9.0), (1.0, 2.0), (2.0, 4.0), (3.0, 9.0)];
        assert_eq!(mean_between(&points, 1.0, 3.0), 3.0);
    }
}
