//! What replicates say about one figure.

use serde::{Deserialize, Serialize};

use super::means::mean_of;
use super::medians::{median, median_interval};

/// One figure over independent replicates, with 95 % confidence intervals of its mean and of its median.
///
/// A replicate in which the figure is not defined (a median download time where fewer than half finished) is missing: for the mean
/// that leaves nothing to say, for the order statistics it counts as never, beyond every value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Replicates, with those where the figure is missing.
    pub n: u32,
    pub missing: u32,
    /// Arithmetic mean; `None` if any is missing.
    pub mean: Option<f64>,
    /// Student's t interval of the mean; `None` of fewer than `LEAST_FOR_MEAN`.
    pub mean_low: Option<f64>,
    pub mean_high: Option<f64>,
    /// The middle value, or the mean of the two in the middle; `None` where it is never.
    pub median: Option<f64>,
    /// Order statistics that enclose the median; `None` of fewer than `LEAST_FOR_MEDIAN`, and of enough where that end is never: an
    /// interval with a lower end alone is open above.
    pub median_low: Option<f64>,
    pub median_high: Option<f64>,
    /// The least value that came about.
    pub min: Option<f64>,
    /// The greatest value; `None` if any is missing.
    pub max: Option<f64>,
}

/// Estimates a figure from its values, one a replicate, `None` where it is not defined.
pub fn estimate(values: &[Option<f64>]) -> Estimate {
    let n = values.len();
    let known: Vec<f64> = values.iter().copied().flatten().collect();
    assert!(known.iter().all(|value| value.is_finite()), "a figure is a number or missing: {values:?}");
    let complete = known.len() == n;
    let mean = mean_of(&known).filter(|_| complete);
    let mut sorted = known;
    sorted.sort_by(f64::total_cmp);
    let (median_low, median_high) = median_interval(&sorted, n);
    Estimate {
        n: count(n),
        missing: count(n - sorted.len()),
        mean: mean.map(|mean| mean.mean),
        mean_low: mean.and_then(|mean| mean.low()),
        mean_high: mean.and_then(|mean| mean.high()),
        median: median(&sorted, n),
        median_low,
        median_high,
        min: sorted.first().copied(),
        max: sorted.last().copied().filter(|_| complete),
    }
}

pub(super) fn count(replicates: usize) -> u32 {
    u32::try_from(replicates).expect("replicates fit 32 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_missing() {
        let values: Vec<Option<f64>> = [3.0, 1.0, 2.0, 6.0, 5.0, 4.0].map(Some).to_vec();
        let six = estimate(&values);
        assert_eq!((six.n, six.missing, six.min, six.max), (6, 0, Some(1.0), Some(6.0)));
        assert_eq!((six.mean, six.median), (Some(3.5), Some(3.5)));
        assert_eq!((six.median_low, six.median_high), (Some(1.0), Some(6.0)));
        // Variance 3.5, t(5) = 2.570582.
        let half = 2.570_582 * f64::sqrt(3.5 / 6.0);
        assert!((six.mean_high.unwrap() - 3.5 - half).abs() < 1e-9);
        assert!((3.5 - six.mean_low.unwrap() - half).abs() < 1e-9);
    }

    #[test]
    fn what_is_missing_is_beyond_every_value() {
        let values: Vec<Option<f64>> = (0..10).map(|i| (i < 7).then_some(f64::from(i))).collect();
        let seven = estimate(&values);
        assert_eq!((seven.n, seven.missing, seven.min, seven.max), (10, 3, Some(0.0), None));
        assert_eq!((seven.mean, seven.mean_low, seven.mean_high), (None, None, None));
        assert_eq!((seven.median, seven.median_low, seven.median_high), (Some(4.5), Some(1.0), None));
        let never = estimate(&[None, None]);
        assert_eq!(never, Estimate { n: 2, missing: 2, ..Estimate::default() });
    }

    #[test]
    fn too_few_for_an_interval() {
        let one = estimate(&[Some(4.0)]);
        assert_eq!((one.mean, one.mean_low, one.median, one.median_low), (Some(4.0), None, Some(4.0), None));
        let five = estimate(&[Some(4.0); 5]);
        assert_eq!((five.mean_low, five.median_low, five.median_high), (Some(4.0), None, None));
        assert_eq!(estimate(&[]), Estimate::default());
    }
}
