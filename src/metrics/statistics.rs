//! The little statistics that the summaries and the reading need, in portable arithmetic.

use crate::units::portable;

/// The p-quantile (0 < p <= 1) of `total` values of which `sorted` holds the finite ones, ascending; the others count as
/// never. Type 1 of Hyndman and Fan (1996): the order statistic of rank ceil(p n), so always a value that occurred.
/// `None` when that rank falls among the never, or when there is nobody.
pub fn quantile<T: Copy>(sorted: &[T], total: usize, p: f64) -> Option<T> {
    assert!(sorted.len() <= total && p > 0.0 && p <= 1.0);
    // A product such as 0.1 x 30 = 3.0000000000000004 must not jump to the next rank.
    let rank = (p * total as f64 - 1e-9).ceil().max(1.0) as usize;
    sorted.get(rank - 1).copied()
}

/// What the largest of some amounts are of all: those that make up this part (0 < part <= 1) of their number, at least one.
/// `None` where all are zero. Sorts them.
pub fn top_share(amounts: &mut [u64], part: f64) -> Option<f64> {
    amounts.sort_unstable_by_key(|amount| std::cmp::Reverse(*amount));
    let total: u64 = amounts.iter().sum();
    let most = ((part * amounts.len() as f64 - 1e-9).ceil() as usize).max(1);
    (total > 0).then(|| amounts.iter().take(most).sum::<u64>() as f64 / total as f64)
}

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

/// Geometric mean and 95 % t interval on the logarithms of positive ratios, one a run. `None` without ratios.
pub fn ratio_estimate(ratios: &[f64]) -> Option<RatioEstimate> {
    let n = ratios.len();
    if n == 0 {
        return None;
    }
    assert!(ratios.iter().all(|ratio| *ratio > 0.0), "a ratio of times is positive: {ratios:?}");
    let logs: Vec<f64> = ratios.iter().map(|&ratio| portable::ln(ratio)).collect();
    let mean = logs.iter().sum::<f64>() / n as f64;
    let interval = (n > 1).then(|| {
        let variance = logs.iter().map(|log| (log - mean) * (log - mean)).sum::<f64>() / (n - 1) as f64;
        let half = t_quantile_975(n - 1) * portable::sqrt(variance / n as f64);
        (portable::exp(mean - half), portable::exp(mean + half))
    });
    Some(RatioEstimate { ratio: portable::exp(mean), interval, runs: n })
}

/// Geometric mean of positive values; `None` of none.
pub fn geometric_mean(values: &[f64]) -> Option<f64> {
    ratio_estimate(values).map(|estimate| estimate.ratio)
}

/// The 97.5 % quantile of Student's t distribution with `freedom` >= 1 degrees of freedom.
pub fn t_quantile_975(freedom: usize) -> f64 {
    const TABLE: [f64; 30] = [
        12.706_205, 4.302_653, 3.182_446, 2.776_445, 2.570_582, 2.446_912, 2.364_624, 2.306_004, 2.262_157,
        2.228_139, 2.200_985, 2.178_813, 2.160_369, 2.144_787, 2.131_450, 2.119_905, 2.109_816, 2.100_922,
        2.093_024, 2.085_963, 2.079_614, 2.073_873, 2.068_658, 2.063_899, 2.059_539, 2.055_529, 2.051_831,
        2.048_407, 2.045_230, 2.042_272,
    ];
    assert!(freedom >= 1, "no spread without two runs");
    if let Some(&value) = TABLE.get(freedom - 1) {
        return value;
    }
    // Cornish and Fisher's expansion around the normal quantile: its error is below 1e-5 beyond the table.
    let (z, v) = (1.959_963_985, freedom as f64);
    let (z3, z5) = (z * z * z, z * z * z * z * z);
    z + (z3 + z) / (4.0 * v) + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * v * v)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_value_that_occurred() {
        let sorted = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(quantile(&sorted, 4, 0.5), Some(2.0));
        assert_eq!(quantile(&sorted, 4, 0.51), Some(3.0));
        assert_eq!(quantile(&sorted, 4, 0.1), Some(1.0));
        assert_eq!(quantile(&sorted, 4, 1.0), Some(4.0));
        let thirty: Vec<f64> = (1..=30).map(f64::from).collect();
        assert_eq!(quantile(&thirty, 30, 0.1), Some(3.0));
    }

    #[test]
    fn the_unfinished_count_as_never() {
        let finished = [1.0, 2.0];
        assert_eq!(quantile(&finished, 4, 0.5), Some(2.0));
        assert_eq!(quantile(&finished, 5, 0.5), None);
        assert_eq!(quantile(&finished, 4, 1.0), None);
        assert_eq!(quantile::<f64>(&[], 0, 0.5), None);
    }

    #[test]
    fn the_top_tenth_is_at_least_one() {
        let mut amounts: Vec<u64> = (1..=20).collect();
        assert_eq!(top_share(&mut amounts, 0.1), Some(39.0 / 210.0));
        assert_eq!(top_share(&mut [1, 3], 0.1), Some(0.75));
        assert_eq!(top_share(&mut [0, 0], 0.1), None);
        assert_eq!(top_share(&mut [], 0.1), None);
    }

    #[test]
    fn t_quantiles_agree_with_published_tables() {
        for (freedom, value) in [(1, 12.706), (9, 2.262), (30, 2.042), (40, 2.021), (60, 2.000), (120, 1.980)]
        {
            assert!((t_quantile_975(freedom) - value).abs() < 6e-4, "{freedom}: {}", t_quantile_975(freedom));
        }
        // Table and expansion meet without a step.
        assert!(t_quantile_975(30) > t_quantile_975(31));
        assert!(t_quantile_975(30) - t_quantile_975(31) < 0.004);
    }

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
}
