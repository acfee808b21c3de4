//! What is said of sweeps whose figures are known.

use super::*;
use crate::spec::{Axis, AxisUnit, AxisValue, Combine, Precision};

fn axis(key: &str, values: &[&str]) -> Axis {
    let value = |text: &&str| AxisValue { text: (*text).into(), number: text.parse().ok() };
    Axis { key: key.into(), unit: AxisUnit::Number, values: values.iter().map(value).collect() }
}

fn sweep(axes: Vec<Axis>) -> Sweep {
    Sweep { axes, combine: Combine::Grid, replicates: 3, precision: None, plots: Vec::new() }
}

/// Three runs of both classes at each point, `factor` apart; the median of the first run is the point's, the others lie 2 % above and below.
fn rows(medians: &[Option<f64>], factor: f64) -> Vec<Vec<SummaryRow>> {
    let row = |class: &str, replicate: u32, median: Option<f64>| SummaryRow {
        system: "swarm".into(),
        replicate,
        class: class.into(),
        peers: 10,
        download_median_s: median,
        ..SummaryRow::default()
    };
    let point = |median: &Option<f64>| {
        let run = |replicate: u32| {
            let own = median.map(|median| median * [1.0, 1.02, 0.98][replicate as usize]);
            [row("giver", replicate, own), row("taker", replicate, own.map(|own| own * factor))]
        };
        (0..3).flat_map(run).collect()
    };
    medians.iter().map(point).collect()
}

fn told(sweep: &Sweep, rows: &[Vec<SummaryRow>], imprecise: usize) -> Vec<String> {
    let (systems, classes) = (["swarm".to_owned()], ["giver".to_owned(), "taker".to_owned()]);
    let points = rows.iter().enumerate().map(|(at, rows)| (at, rows.iter().collect())).collect();
    let runs = SweepRuns { sweep, systems: &systems, classes: &classes, points, imprecise };
    read(&runs, Measure::named("download_median_s").unwrap())
}

#[test]
fn along_one_line_the_ends_are_compared_and_a_valley_is_told() {
    let sweep = sweep(vec![axis("peers.taker.count", &["1", "2", "3"])]);
    let told = told(&sweep, &rows(&[Some(200.0), Some(100.0), Some(400.0)], 1.5), 0);
    let giver = "Giver under swarm: median download time 200 s (95 % CI 190 s to 210 s) with count = 1 and 400 s (95 % CI 380 s to 420 s) \
        with count = 3: 2.00 times longer (3 runs, 95 % CI 2.00 to 2.00); least 100 s with count = 2.";
    assert_eq!(told[0], giver);
    let ratio = "Taker over giver under swarm: median download time in the ratio 1.50 (95 % CI 1.50 to 1.50) with count = 1 and 1.50";
    assert!(told.iter().any(|sentence| sentence.starts_with(ratio)), "{told:#?}");
}

#[test]
fn an_extreme_that_chance_explains_is_not_named() {
    let sweep = sweep(vec![axis("peers.taker.count", &["1", "2", "3"])]);
    // Five per cent each way at every point: 196 s is not below 200 s.
    let told = told(&sweep, &rows(&[Some(200.0), Some(196.0), Some(400.0)], 1.5), 0);
    assert!(told[0].ends_with("2.00 times longer (3 runs, 95 % CI 2.00 to 2.00)."), "{told:#?}");
}

#[test]
fn in_two_directions_the_extremes_have_no_intervals() {
    let sweep = sweep(vec![axis("a.b", &["1", "2"]), axis("c", &["5", "6"])]);
    let told = told(&sweep, &rows(&[Some(200.0), Some(100.0), Some(400.0), Some(300.0)], 1.5), 0);
    assert_eq!(
        told[0],
        "Giver under swarm: median download time from 100 s with b = 1, c = 6 to 400 s with b = 2, c = 5."
    );
}

#[test]
fn what_was_not_reached_not_run_or_not_known_is_said() {
    let mut sweep = sweep(vec![axis("peers.taker.count", &["1", "2", "3"])]);
    sweep.precision = Some(Precision { within: 0.05, of: "download_median_s".into(), most: 40 });
    let text = told(&sweep, &rows(&[Some(200.0), None], 1.5), 1).join("\n");
    for expected in [
        "not reached in some runs, so that no mean is given: giver under swarm at 1 of 2 points; taker under swarm at 1 of 2 points.",
        "1 of 3 points are not among these results.",
        "At 1 of 2 points download_median_s is not known to 5 %, not after 40 runs.",
        "Giver under swarm: median download time 200 s (95 % CI 190 s to 210 s) with count = 1.",
    ] {
        assert!(text.contains(expected), "no `{expected}` in\n{text}");
    }
    assert_eq!(told(&sweep, &[], 0), ["No point is complete, so there is nothing to read."]);
}
