//! What is expected of a figure, what was measured, and whether the one bears out the other.

use serde::Serialize;

use crate::metrics::statistics::estimate;

/// One line of an experiment's table: a figure, what it should be and what it is.
#[derive(Clone, Debug)]
pub struct Row {
    /// The figure and for what: `last finish, 100 leechers`.
    pub what: String,
    /// `s`, `bytes`, `%`; empty for a pure number.
    pub unit: &'static str,
    pub expected: Expected,
    pub measured: Measured,
    /// What justifies the bounds: the source of a tolerance, or why there is none.
    pub why: String,
}

/// What the source says, as bounds that a figure may leave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    /// This value, within a part of it on either side: 0.1 is ten per cent.
    About {
        value: f64,
        within: f64,
    },
    AtLeast(f64),
    AtMost(f64),
    Between(f64, f64),
}

/// A figure from runs, or a single one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measured {
    /// One figure without spread: a count, an extreme over all runs, a quotient of totals.
    Exactly(f64),
    /// A mean over so many independent runs with Student's t interval (95 %).
    Mean { mean: f64, low: f64, high: f64, runs: usize },
    /// The figure did not come about in every run; the text says how that looks.
    Never,
}

/// Whether a figure is as expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The whole interval lies within the bounds.
    Holds,
    /// The interval reaches over a bound: more runs would tell.
    Unclear,
    /// The whole interval lies beyond a bound, or there is no figure.
    Fails,
}

impl Measured {
    /// The mean of one figure a run, of at least two runs. One that is no finite number, as a quotient with nothing below the line,
    /// did not come about.
    pub fn mean_of(values: &[f64]) -> Measured {
        let all: Vec<Option<f64>> = values.iter().map(|&value| finite(value)).collect();
        Measured::mean_of_some(&all)
    }

    /// As [`Measured::mean_of`], of figures that may not have come about: with one missing there is no mean.
    pub fn mean_of_some(values: &[Option<f64>]) -> Measured {
        let estimate = estimate(values);
        match (estimate.mean, estimate.mean_low, estimate.mean_high) {
            (Some(mean), Some(low), Some(high)) => Measured::Mean { mean, low, high, runs: values.len() },
            (None, _, _) | (_, None, _) | (_, _, None) => Measured::Never,
        }
    }

    /// One figure, if it came about.
    pub fn exactly(value: Option<f64>) -> Measured {
        value.map_or(Measured::Never, Measured::Exactly)
    }

    /// The figure itself, if there is one.
    pub fn value(self) -> Option<f64> {
        match self {
            Measured::Exactly(value) | Measured::Mean { mean: value, .. } => finite(value),
            Measured::Never => None,
        }
    }

    /// Both ends of what the figure may be.
    fn ends(self) -> Option<(f64, f64)> {
        match self {
            Measured::Exactly(value) => finite(value).map(|value| (value, value)),
            Measured::Mean { low, high, .. } => finite(low).zip(finite(high)),
            Measured::Never => None,
        }
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

impl Expected {
    /// The least and the greatest value that bears it out.
    pub fn bounds(self) -> (f64, f64) {
        match self {
            Expected::About { value, within } => {
                let room = (value * within).abs();
                (value - room, value + room)
            }
            Expected::AtLeast(low) => (low, f64::INFINITY),
            Expected::AtMost(high) => (f64::NEG_INFINITY, high),
            Expected::Between(low, high) => (low, high),
        }
    }
}

impl Row {
    pub fn verdict(&self) -> Verdict {
        let (least, most) = self.expected.bounds();
        match self.measured.ends() {
            None => Verdict::Fails,
            Some((low, high)) if least <= low && high <= most => Verdict::Holds,
            Some((low, high)) if high < least || most < low => Verdict::Fails,
            Some(_) => Verdict::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(expected: Expected, measured: Measured) -> Verdict {
        Row { what: String::new(), unit: "", expected, measured, why: String::new() }.verdict()
    }

    #[test]
    fn the_whole_interval_must_lie_within_the_bounds() {
        let mean = |low, high| Measured::Mean { mean: 0.5 * (low + high), low, high, runs: 10 };
        let about = Expected::About { value: 100.0, within: 0.1 };
        assert_eq!(verdict(about, mean(91.0, 109.0)), Verdict::Holds);
        assert_eq!(verdict(about, mean(85.0, 109.0)), Verdict::Unclear);
        assert_eq!(verdict(about, mean(85.0, 115.0)), Verdict::Unclear);
        assert_eq!(verdict(about, mean(111.0, 115.0)), Verdict::Fails);
        assert_eq!(verdict(about, Measured::Never), Verdict::Fails);
    }

    #[test]
    fn one_sided_bounds_hold_at_the_bound() {
        assert_eq!(verdict(Expected::AtLeast(1.0), Measured::Exactly(1.0)), Verdict::Holds);
        assert_eq!(verdict(Expected::AtLeast(1.0), Measured::Exactly(0.999)), Verdict::Fails);
        assert_eq!(verdict(Expected::AtMost(0.0), Measured::Exactly(1.0)), Verdict::Fails);
        assert_eq!(verdict(Expected::Between(1.0, 2.0), Measured::Exactly(1.5)), Verdict::Holds);
        // A figure that is no number, or the least of none, bears nothing out.
        for nothing in [f64::NAN, f64::INFINITY] {
            assert_eq!(verdict(Expected::AtLeast(1.0), Measured::Exactly(nothing)), Verdict::Fails);
        }
        let negative = Expected::About { value: -2.0, within: 0.5 };
        assert_eq!(negative.bounds(), (-3.0, -1.0));
    }

    #[test]
    fn means_of_runs_have_the_interval_of_the_summaries() {
        // 4, 6, 8: t(2) = 4.302653 times 2 / sqrt 3.
        let Measured::Mean { mean, low, high, runs } = Measured::mean_of(&[4.0, 6.0, 8.0]) else {
            panic!("three figures have a mean")
        };
        assert_eq!((mean, runs), (6.0, 3));
        assert!((high - mean - 4.968_276).abs() < 1e-5 && (mean - low - 4.968_276).abs() < 1e-5);
        assert_eq!(Measured::mean_of_some(&[Some(1.0), None, Some(2.0)]), Measured::Never);
        assert_eq!(Measured::mean_of(&[1.0, f64::NAN, 2.0]), Measured::Never);
    }
}
