//! Means and their 95 % intervals by Student's t.

use super::student::t_quantile_975;
use crate::units::portable;

/// Values that an interval of a mean needs: the spread of one is not known. With two it is valid and thirteen standard
/// errors wide to either side; from five on it is within half again of the normal one.
pub const LEAST_FOR_MEAN: usize = 2;

/// A mean and half the width of its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mean {
    pub mean: f64,
    /// `None` of fewer than [`LEAST_FOR_MEAN`] values.
    pub half: Option<f64>,
}

impl Mean {
    pub fn low(&self) -> Option<f64> {
        self.half.map(|half| self.mean - half)
    }

    pub fn high(&self) -> Option<f64> {
        self.half.map(|half| self.mean + half)
    }
}

/// Mean and t interval of independent values, one a replicate: covers 95 % where they are normal, and less the more skewed they
/// are (`coverage` says how much less). `None` of none.
pub(super) fn mean_of(values: &[f64]) -> Option<Mean> {
    let n = values.len();
    if n == 0 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n as f64;
    let half = (n >= LEAST_FOR_MEAN).then(|| {
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        t_quantile_975(n - 1) * portable::sqrt(squares / (n - 1) as f64 / n as f64)
    });
    Some(Mean { mean, half })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_mean_is_the_textbooks() {
        // 4, 6, 8: standard deviation 2, standard error 2 / sqrt 3, t(2) = 4.302653.
        let mean = mean_of(&[4.0, 6.0, 8.0]).unwrap();
        assert_eq!(mean.mean, 6.0);
        assert!((mean.half.unwrap() - 4.302_653 * 2.0 / portable::sqrt(3.0)).abs() < 1e-9);
        assert_eq!(mean.high().unwrap() - 6.0, 6.0 - mean.low().unwrap());
    }

    #[test]
    fn one_value_has_no_interval_and_none_has_no_mean() {
        assert_eq!(mean_of(&[5.0]), Some(Mean { mean: 5.0, half: None }));
        assert_eq!(mean_of(&[]), None);
        assert_eq!(mean_of(&[5.0, 5.0]).unwrap().half, Some(0.0));
    }
}
