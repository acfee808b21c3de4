//! Two arms in the same worlds: replicate by replicate, so that what the world did to both cancels.

use serde::{Deserialize, Serialize};

use super::estimate::count;
use super::means::mean_of;
use super::ratios::ratio_estimate;

/// A figure of one arm against that of another, over replicates that both played in the same worlds (common random numbers),
/// with 95 % confidence intervals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PairedEstimate {
    /// Replicates, with those where the figure is missing in either arm.
    pub n: u32,
    pub missing: u32,
    /// Mean of first minus second; `None` if any is missing.
    pub difference: Option<f64>,
    /// Student's t interval of the mean difference; `None` of fewer than `LEAST_FOR_MEAN`.
    pub difference_low: Option<f64>,
    pub difference_high: Option<f64>,
    /// Geometric mean of first over second; `None` if any is missing, or not positive.
    pub ratio: Option<f64>,
    /// Student's t interval of the mean logarithm, as a ratio.
    pub ratio_low: Option<f64>,
    pub ratio_high: Option<f64>,
}

/// Compares two arms by their pairs of values, one a replicate, `None` where the figure is not defined.
pub fn paired(pairs: &[(Option<f64>, Option<f64>)]) -> PairedEstimate {
    let known: Vec<(f64, f64)> = pairs.iter().filter_map(|&(a, b)| a.zip(b)).collect();
    assert!(known.iter().all(|(a, b)| (a - b).is_finite()), "a figure is a number or missing: {pairs:?}");
    let counted = PairedEstimate {
        n: count(pairs.len()),
        missing: count(pairs.len() - known.len()),
        ..PairedEstimate::default()
    };
    if counted.missing > 0 {
        return counted;
    }
    let differences: Vec<f64> = known.iter().map(|(a, b)| a - b).collect();
    let difference = mean_of(&differences);
    let ratios: Vec<f64> = known.iter().map(|(a, b)| a / b).collect();
    let ratio = ratio_estimate(&ratios);
    let ends = ratio.and_then(|ratio| ratio.interval);
    PairedEstimate {
        difference: difference.map(|mean| mean.mean),
        difference_low: difference.and_then(|mean| mean.low()),
        difference_high: difference.and_then(|mean| mean.high()),
        ratio: ratio.map(|ratio| ratio.ratio),
        ratio_low: ends.map(|(low, _)| low),
        ratio_high: ends.map(|(_, high)| high),
        ..counted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_world_does_to_both_cancels() {
        // Worlds that differ by hundreds, arms that differ by two and by a factor.
        let shifted =
            paired(&[(Some(102.0), Some(100.0)), (Some(502.0), Some(500.0)), (Some(9.0), Some(7.0))]);
        assert_eq!((shifted.n, shifted.missing), (3, 0));
        let difference = (shifted.difference, shifted.difference_low, shifted.difference_high);
        assert_eq!(difference, (Some(2.0), Some(2.0), Some(2.0)));
        let scaled = paired(&[(Some(200.0), Some(100.0)), (Some(8.0), Some(4.0))]);
        for end in [scaled.ratio, scaled.ratio_low, scaled.ratio_high] {
            assert!((end.unwrap() - 2.0).abs() < 1e-12);
        }
        // 100 and 4: mean 52, standard error 48, t(1) = 12.706205.
        assert_eq!(scaled.difference, Some(52.0));
        assert!((scaled.difference_high.unwrap() - 52.0 - 12.706_205 * 48.0).abs() < 1e-6);
    }

    #[test]
    fn a_pair_with_one_missing_is_missing() {
        let some = paired(&[(Some(1.0), Some(2.0)), (None, Some(2.0)), (Some(1.0), None)]);
        assert_eq!(some, PairedEstimate { n: 3, missing: 2, ..PairedEstimate::default() });
        assert_eq!(paired(&[]), PairedEstimate::default());
    }

    #[test]
    fn a_ratio_needs_positive_figures() {
        let zero = paired(&[(Some(0.0), Some(2.0)), (Some(4.0), Some(2.0))]);
        assert_eq!((zero.difference, zero.ratio, zero.ratio_low), (Some(0.0), None, None));
        let one = paired(&[(Some(4.0), Some(2.0))]);
        assert_eq!(
            (one.difference, one.difference_low, one.ratio, one.ratio_low),
            (Some(2.0), None, Some(2.0), None)
        );
    }
}
