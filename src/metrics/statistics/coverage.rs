//! How often 95 % intervals hold what they are of, by simulation, at the ten replicates that a sweep has by default.
//!
//! Where theory gives the coverage it stands in the test; elsewhere it was measured once with two million trials (the
//! bootstrap with two hundred thousand). A test repeats that with fewer and allows three standard errors, sqrt(p (1 - p) / trials) each.

use super::*;
use crate::rng::{Seed, Stream};
use crate::units::portable;

/// Replicates of a sweep by default.
const TEN: usize = 10;

/// Standard normal, by Marsaglia's polar method.
fn normal(stream: &mut Stream) -> f64 {
    loop {
        let (u, v) = (2.0 * stream.unit() - 1.0, 2.0 * stream.unit() - 1.0);
        let square = u * u + v * v;
        if square > 0.0 && square < 1.0 {
            return u * portable::sqrt(-2.0 * portable::ln(square) / square);
        }
    }
}

/// Log-normal with median one.
fn log_normal(stream: &mut Stream, sigma: f64) -> f64 {
    portable::exp(sigma * normal(stream))
}

fn ten(stream: &mut Stream, draw: impl Fn(&mut Stream) -> f64) -> Vec<Option<f64>> {
    (0..TEN).map(|_| Some(draw(stream))).collect()
}

/// Whether `truth` lies between the ends; an upper end that is not there is infinitely far, and so are both without a lower one.
fn holds(low: Option<f64>, high: Option<f64>, truth: f64) -> bool {
    low.is_some_and(|low| low <= truth) && high.is_none_or(|high| truth <= high)
}

/// Asserts that `covers` is true in a part `expected` of `trials`, within three standard errors.
fn check(what: &str, trials: u32, expected: f64, mut covers: impl FnMut(&mut Stream) -> bool) {
    let mut stream = Seed { seed: 95, replicate: 0 }.stream(what);
    let covered = (0..trials).filter(|_| covers(&mut stream)).count();
    let found = covered as f64 / f64::from(trials);
    let tolerance = 3.0 * portable::sqrt(expected * (1.0 - expected) / f64::from(trials));
    assert!((found - expected).abs() <= tolerance, "{what}: {found}, expected {expected} +- {tolerance}");
}

#[test]
fn t_covers_the_mean_of_normal_figures() {
    check("normal", 20_000, 0.95, |stream| {
        let of = estimate(&ten(stream, |stream| 3.0 + 2.0 * normal(stream)));
        holds(of.mean_low, of.mean_high, 3.0)
    });
}

/// Skew costs a mean some coverage: little where figures spread as means over the persons of a run do, five points for exponential
/// ones. That is said here and in the documentation, not mended: what mends it (Johnson's modified t, the bootstrap-t) is wide
/// or wild at ten.
#[test]
fn t_covers_less_of_skewed_figures() {
    for (sigma, coverage) in [(0.2, 0.9456), (0.5, 0.9208)] {
        let mean = portable::exp(sigma * sigma / 2.0);
        check(&format!("log-normal {sigma}"), 20_000, coverage, |stream| {
            let of = estimate(&ten(stream, |stream| log_normal(stream, sigma)));
            holds(of.mean_low, of.mean_high, mean)
        });
    }
    check("exponential", 20_000, 0.9004, |stream| {
        let of = estimate(&ten(stream, |stream| stream.exponential(1.0)));
        holds(of.mean_low, of.mean_high, 1.0)
    });
}

/// From the second to the ninth of ten: 1 - 2 (1 + 10) / 2^10 = 97.85 % of any continuous distribution.
#[test]
fn order_statistics_cover_the_median_of_whatever_it_is() {
    let exactly = 1.0 - 22.0 / 1024.0;
    check("median, exponential", 20_000, exactly, |stream| {
        let of = estimate(&ten(stream, |stream| stream.exponential(1.0)));
        holds(of.median_low, of.median_high, portable::ln(2.0))
    });
    check("median, log-normal 1.5", 20_000, exactly, |stream| {
        let of = estimate(&ten(stream, |stream| log_normal(stream, 1.5)));
        holds(of.median_low, of.median_high, 1.0)
    });
    // Four of ten never happen on average; the median of the others and those is still 2, and so is the coverage.
    check("median, with the missing", 20_000, exactly, |stream| {
        let of = ten(stream, |stream| 4.0 * stream.unit());
        let of =
            estimate(&of.into_iter().map(|value| value.filter(|value| *value < 2.4)).collect::<Vec<_>>());
        holds(of.median_low, of.median_high, 2.0)
    });
}

/// With common random numbers the worlds' spread, ten times that of the arms, is in neither interval.
#[test]
fn pairs_cover_differences_and_ratios() {
    let mut widest: f64 = 0.0;
    check("paired difference", 20_000, 0.95, |stream| {
        let pairs: Vec<_> = (0..TEN)
            .map(|_| {
                let world = 100.0 + 10.0 * normal(stream);
                (Some(world + 3.0 + normal(stream)), Some(world + normal(stream)))
            })
            .collect();
        let of = paired(&pairs);
        widest = widest.max(of.difference_high.unwrap() - of.difference_low.unwrap());
        holds(of.difference_low, of.difference_high, 3.0)
    });
    // Unpaired, half the width would be about 2.1 x 10 sqrt(2 / 10) = 9.4.
    assert!(widest < 9.4, "{widest}");
    check("paired ratio", 20_000, 0.95, |stream| {
        let pairs: Vec<_> = (0..TEN)
            .map(|_| {
                let world = log_normal(stream, 1.0);
                (Some(3.0 * world * log_normal(stream, 0.3)), Some(world * log_normal(stream, 0.3)))
            })
            .collect();
        let of = paired(&pairs);
        holds(of.ratio_low, of.ratio_high, 3.0)
    });
}

/// Why it is not used: the spread of a sample of ten is sqrt(9 / 10) of what it should be, and the percentiles are the normal's instead of t's.
#[test]
fn percentiles_of_a_bootstrap_of_ten_cover_too_little() {
    const RESAMPLES: usize = 399;
    check("bootstrap", 2_000, 0.902, |stream| {
        let of: Vec<f64> = (0..TEN).map(|_| normal(stream)).collect();
        let mut means: Vec<f64> =
            (0..RESAMPLES).map(|_| (0..TEN).map(|_| of[stream.below(TEN)]).sum::<f64>()).collect();
        means.sort_by(f64::total_cmp);
        // The 2.5 % and 97.5 % points of 399: ranks 10 and 390.
        means[9] <= 0.0 && 0.0 <= means[389]
    });
}

/// The final interval after as many looks as it took, for figures that need about 10, 16, 24 and 64 replicates: repeated looks cost
/// a point and a half, where the number needed is not much above that of the first look.
#[test]
fn replicates_until_it_is_narrow_cover_almost_as_much() {
    for (spread, coverage) in [(0.07, 0.9458), (0.1, 0.9366), (0.12, 0.9359), (0.2, 0.9444)] {
        check(&format!("precision, spread {spread}"), 4_000, coverage, |stream| {
            let mut values: Vec<Option<f64>> = Vec::new();
            while let Some(next) = next_replicates(&[&values], 0.05, values.len() as u32, 1000) {
                values.resize_with(next as usize, || Some(1.0 + spread * normal(stream)));
            }
            let of = estimate(&values);
            holds(of.mean_low, of.mean_high, 1.0)
        });
    }
}
