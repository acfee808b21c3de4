//! Ratios: geometric means, intervals of logarithms.

use super::means::mean_of;
use crate::units::portable;

/// A ratio with its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatioEstimate {
    /// Geometric mean of the ratios.
    pub ratio: f64,
    /// `None` with a single run: nothing is known about the spread.
    pub interval: Option<(f64, f64)>,
    pub runs: usize,
}

impl RatioEstimate {
    /// Whether the interval shows that the ratio is not one.
    pub fn differs_from_one(&self) -> bool {
        self.interval.is_some_and(|(low, high)| low > 1.0 || high < 1.0)
    }
}

/// Geometric mean and 95 % t interval on the logarithms of the ratios, one a run. `None` without ratios, and where one has no
/// logarithm: of nothing, over nothing, or missing.
pub fn ratio_estimate(ratios: &[f64]) -> Option<RatioEstimate> {
    if !ratios.iter().all(|ratio| *ratio > 0.0 && ratio.is_finite()) {
        return None;
    }
    let logs: Vec<f64> = ratios.iter().map(|&ratio| portable::ln(ratio)).collect();
    let log = mean_of(&logs)?;
    let ends = log.low().zip(log.high());
    let interval = ends.map(|(low, high)| (portable::exp(low), portable::exp(high)));
    Some(RatioEstimate { ratio: portable::exp(log.mean), interval, runs: ratios.len() })
}

/// Geometric mean; `None` of no values, and where one is not positive.
pub fn geometric_mean(values: &[f64]) -> Option<f64> {
    ratio_estimate(values).map(|estimate| estimate.ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_the_t_interval_of_the_logarithms() {
        // Logs 0 and ln 4: mean ln 2, standard deviation ln 4 / sqrt 2, standard error ln 2; t(1) = 12.706.
        let estimate = ratio_estimate(&[1.0, 4.0]).unwrap();
        assert!((estimate.ratio - 2.0).abs() < 1e-12);
        let (low, high) = estimate.interval.unwrap();
        let half = 12.706_205 * portable::ln(2.0);
        assert!((portable::ln(high) - (portable::ln(2.0) + half)).abs() < 1e-9);
        assert!((portable::ln(low) - (portable::ln(2.0) - half)).abs() < 1e-9);
        assert!(!estimate.differs_from_one());
        assert!(ratio_estimate(&[2.0, 2.0, 2.0]).unwrap().differs_from_one());
        assert_eq!(ratio_estimate(&[3.0]).unwrap().interval, None);
        assert_eq!(ratio_estimate(&[]), None);
    }

    #[test]
    fn a_run_with_nothing_leaves_no_ratio() {
        for odd in [0.0, -1.0, f64::INFINITY, f64::NAN] {
            assert_eq!(ratio_estimate(&[2.0, odd, 3.0]), None, "{odd}");
        }
        assert_eq!(geometric_mean(&[4.0, 0.0]), None);
    }
}
