//! What the runs of a point say of a class in a system: one figure with its interval, or why there is none.

use super::results::Results;
use crate::metrics::measures::{Measure, Value};
use crate::metrics::rows::SummaryRow;
use crate::metrics::statistics::{estimate, paired};

/// Which figure: a measure, or that of a class over that of another in the same run.
#[derive(Clone, Debug)]
pub struct Figure {
    pub measure: &'static Measure,
    pub over: Option<String>,
}

/// A figure over the runs of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found {
    /// The point has not been run.
    NotRun,
    /// There is nobody that it could be about.
    Nobody,
    /// Not reached in so many of the runs.
    Never { missing: u32, runs: u32 },
    /// A ratio of nothing, or over nothing.
    OverNothing,
    /// The mean (of ratios the geometric one), and its 95 % confidence interval.
    Is { mean: f64, interval: Option<(f64, f64)> },
}

impl Figure {
    pub fn at(&self, results: &Results, point: usize, system: &str, class: &str) -> Found {
        let runs = results.of_point(point);
        if runs.is_empty() {
            return Found::NotRun;
        }
        let rows = |class: &str| -> Vec<&SummaryRow> {
            let own = |row: &&SummaryRow| row.system == system && row.class == class;
            runs.iter().map(|run| &run.row).filter(own).collect()
        };
        match &self.over {
            None => self.mean(&rows(class)),
            Some(over) => self.ratio(&rows(class), &rows(over)),
        }
    }

    /// The value, if the measure applies; it may be never.
    fn value(&self, row: &SummaryRow) -> Option<Option<f64>> {
        match self.measure.of(row) {
            Value::NotApplicable => None,
            Value::Never => Some(None),
            Value::Is(value) => Some(Some(value)),
        }
    }

    fn mean(&self, rows: &[&SummaryRow]) -> Found {
        let values: Vec<Option<f64>> = rows.iter().filter_map(|row| self.value(row)).collect();
        if values.is_empty() {
            return Found::Nobody;
        }
        let found = estimate(&values);
        match found.mean {
            Some(mean) => Found::Is { mean, interval: found.mean_low.zip(found.mean_high) },
            None => Found::Never { missing: found.missing, runs: found.n },
        }
    }

    fn ratio(&self, rows: &[&SummaryRow], over: &[&SummaryRow]) -> Found {
        let pair = |row: &&SummaryRow| {
            let other = over.iter().find(|other| other.replicate == row.replicate)?;
            Some((self.value(row)?, self.value(other)?))
        };
        let pairs: Vec<_> = rows.iter().filter_map(pair).collect();
        if pairs.is_empty() {
            return Found::Nobody;
        }
        let found = paired(&pairs);
        match found.ratio {
            Some(mean) => Found::Is { mean, interval: found.ratio_low.zip(found.ratio_high) },
            None if found.missing > 0 => Found::Never { missing: found.missing, runs: found.n },
            None => Found::OverNothing,
        }
    }
}
