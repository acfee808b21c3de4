//! What the coarse forms of very large swarms cost in truth: HAVEs that reach all neighbours at once, rates that small changes do not
//! move, and pieces instead of blocks.
//!
//! All forms meet the same people. Two plays of the exact form that differ in their dice alone say how far apart forms may be that are
//! the same.

use crate::experiment::Played;
use crate::metrics::statistics::{distance, quantile};
use crate::validation::figures::{Curve, Kind, figure, linear, panel, words};
use crate::validation::{Bench, Expected, Experiment, Figure, Findings, Measured, Part, Row};

pub const EXPERIMENT: Experiment = Experiment {
    name: "coarse-forms",
    part: Part::Sensitivity,
    title: "What the coarse forms of large swarms change",
    source: "our own exact form: blocks one by one, HAVEs one by one",
    run,
};

const SCENARIO: &str = include_str!("../../../scenarios/validation/coarse-forms.toml");

/// Each crowd and what is set over the scenario for it.
const CROWDS: [(&str, &[(&str, &str)]); 5] = [
    ("lecture", &[]),
    ("mainline-4.0", &[("systems.exact.client", "mainline-4.0")]),
    ("libtorrent-2", &[("systems.exact.client", "libtorrent-2")]),
    ("a quarter free riders", &[("peers.rider.fraction", "0.25")]),
    ("half 300 ms away", &[("peers.far.fraction", "0.5")]),
];

/// The systems of the scenario: the exact form, the same again, and the coarse forms.
const COARSE: [(&str, usize); 3] = [("HAVEs in bulk", 2), ("rates within 0.0001", 3), ("by piece", 4)];

/// A median may move by this part of itself: half of what the real clients' are reproduced to.
const MEDIAN_WITHIN: f64 = 0.05;
/// Distributions may be so much farther apart than two plays of one form.
const FARTHER: f64 = 0.05;

fn run(bench: &Bench<'_>) -> Findings {
    let crowds = bench.full_or_fast(&CROWDS[..], &CROWDS[..1]);
    let replicates = bench.full_or_fast(20, 4);
    let mut findings = Findings { setup: setup(replicates), ..Findings::default() };
    for (name, sets) in crowds {
        let times = bench.measure(&bench.scenario(SCENARIO, sets), replicates, times);
        let together: Vec<Vec<f64>> = times.iter().map(|runs| pooled(runs)).collect();
        findings.rows.extend(rows(name, &times, &together));
        findings.figures.push(drawn(name, &together));
    }
    findings.remarks.push(READ.into());
    findings
}

fn setup(replicates: u32) -> String {
    format!(
        "200 people with Piatek's uplinks and downlinks eight times as fast come within two minutes for 64 MiB, two seeds have it, and who is done stays for five \
         minutes. {replicates} runs of five forms on the same people: blocks and HAVEs one by one, the same with other dice, HAVEs in bulk, the same with rates within a \
         ten-thousandth, which is the form of `hundred-thousand`, and by piece (with HAVEs in bulk and rates within a thousandth), which is that of `million`. What is compared are download times."
    )
}

const READ: &str = "The ratio of medians is taken run by run, since the people are the same; distances are of all runs' times together. A form that is the same as the exact one lies about as \
    far from it as the exact one from itself. By piece is a little early: what is missing of a piece is asked of one neighbour and flows without the gaps of a \
    short request queue, where the exact form shares a started piece among neighbours.";

/// Download times of one run, ascending, infinite for who never finished.
fn times(played: &Played) -> Vec<f64> {
    let rows = played.record.peer_rows().filter(|row| row.class != "seed");
    let took = rows.map(|row| row.completed_s.map_or(f64::INFINITY, |at| at - row.arrived_s));
    let mut times: Vec<f64> = took.collect();
    times.sort_by(f64::total_cmp);
    times
}

/// `times`: by system, then by run; `together`: by system, those of all runs.
fn rows(crowd: &str, times: &[Vec<Vec<f64>>], together: &[Vec<f64>]) -> Vec<Row> {
    let own = distance(&together[0], &together[1]);
    let mut rows = Vec::new();
    for (form, system) in COARSE {
        let ratios: Vec<f64> = times[system]
            .iter()
            .zip(&times[0])
            .map(|(coarse, exact)| median(coarse) / median(exact))
            .collect();
        rows.push(Row {
            what: format!("{crowd}, {form}: median over that of the exact form"),
            unit: "",
            expected: Expected::About { value: 1.0, within: MEDIAN_WITHIN },
            measured: Measured::mean_of(&ratios),
            why: "half of the tolerance for real clients".into(),
        });
        rows.push(Row {
            what: format!("{crowd}, {form}: Kolmogorov-Smirnov distance from the exact form"),
            unit: "",
            expected: Expected::AtMost(own + FARTHER),
            measured: Measured::Exactly(distance(&together[0], &together[system])),
            why: format!("{own:.3} between two plays of the exact form, and a twentieth"),
        });
    }
    rows
}

fn median(times: &[f64]) -> f64 {
    quantile(times, times.len(), 0.5).expect("somebody fetches")
}

/// The times of all runs, ascending.
fn pooled(runs: &[Vec<f64>]) -> Vec<f64> {
    let mut all: Vec<f64> = runs.iter().flatten().copied().collect();
    all.sort_by(f64::total_cmp);
    all
}

fn drawn(crowd: &str, together: &[Vec<f64>]) -> Figure {
    // The slowest hundredth would press all others together.
    let exact = &together[0];
    let top = quantile(exact, exact.len(), 0.99).expect("somebody fetches");
    let curve = |label: &str, system: usize| {
        let all = &together[system];
        let part = |place: usize| (place + 1) as f64 / all.len() as f64;
        let points = all.iter().enumerate().map(|(place, &time)| (time, part(place)));
        Curve { label: label.into(), kind: Kind::Line(points.take_while(|&(time, _)| time <= top).collect()) }
    };
    let coarse = COARSE.iter().map(|&(form, system)| curve(form, system));
    let curves: Vec<Curve> = std::iter::once(curve("exact", 0)).chain(coarse).collect();
    figure(
        &format!("{}-{}", EXPERIMENT.name, crowd.replace([' ', '.'], "-")),
        &format!(
            "`{crowd}`: download times in the exact form, with HAVEs in bulk, with rates within a ten-thousandth, and by piece."
        ),
        words(crowd, "the same people in four forms"),
        (linear("download time, s", top), linear("share of people", 1.0)),
        vec![panel("people that have finished", curves)],
    )
}
