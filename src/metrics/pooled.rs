//! The runs of a sweep's points pooled: estimates over replicates, and differences between arms that met the same people.

use super::measures::{MEASURES, Measure, Value};
use super::rows::SummaryRow;
use super::run_record::ALL;
use super::statistics::{Estimate, PairedEstimate, estimate, paired};

/// A measure of one class in one system over the runs of a point, by replicate: `None` where it never came about. Runs in
/// which there was nobody that it could be about are left out.
pub type Series = Vec<(u32, Option<f64>)>;

/// The series of that measure among the rows of one point.
pub fn series(rows: &[&SummaryRow], system: &str, class: &str, measure: &Measure) -> Series {
    let mine = rows.iter().filter(|row| row.system == system && row.class == class);
    let value = |row: &&&SummaryRow| match measure.of(row) {
        Value::NotApplicable => None,
        Value::Never => Some((row.replicate, None)),
        Value::Is(value) => Some((row.replicate, Some(value))),
    };
    mine.filter_map(|row| value(&row)).collect()
}

/// The values alone.
pub fn values(series: &Series) -> Vec<Option<f64>> {
    series.iter().map(|(_, value)| *value).collect()
}

/// Pairs of values with the same replicate: the same people with the same chance of their own.
pub fn pairs(a: &Series, b: &Series) -> Vec<(Option<f64>, Option<f64>)> {
    let other =
        |replicate: u32| b.binary_search_by_key(&replicate, |(other, _)| *other).ok().map(|at| b[at].1);
    a.iter().filter_map(|(replicate, value)| Some((*value, other(*replicate)?))).collect()
}

/// What identifies a figure of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure<'a> {
    pub system: &'a str,
    pub class: &'a str,
    pub measure: &'static str,
}

/// All series of a point, by system, class and measure; those that are about nobody are left out.
pub struct Pooled<'a> {
    pub series: Vec<(Figure<'a>, Series)>,
}

impl<'a> Pooled<'a> {
    /// `rows` are all of a point; `systems` and `classes` give the order, `all` comes last.
    pub fn new(rows: &[&SummaryRow], systems: &'a [String], classes: &'a [String]) -> Pooled<'a> {
        let mut all = Vec::new();
        for system in systems {
            for class in classes.iter().map(String::as_str).chain([ALL]) {
                for measure in MEASURES {
                    let series = series(rows, system, class, measure);
                    if !series.is_empty() {
                        all.push((Figure { system, class, measure: measure.name }, series));
                    }
                }
            }
        }
        Pooled { series: all }
    }

    fn get(&self, wanted: Figure<'_>) -> Option<&Series> {
        self.series.iter().find(|(figure, _)| *figure == wanted).map(|(_, series)| series)
    }

    pub fn estimates(&self) -> impl Iterator<Item = (Figure<'a>, Estimate)> {
        self.series.iter().map(|(figure, series)| (*figure, estimate(&values(series))))
    }

    /// Every figure against the same of the first class that has it, against the same of the first system, and against that of
    /// `origin`, the first point: with whom, and the paired estimate.
    pub fn differences(
        &self,
        origin: Option<(&str, &Pooled<'_>)>,
    ) -> Vec<(Figure<'a>, String, PairedEstimate)> {
        let mut found = Vec::new();
        for (figure, series) in &self.series {
            let mut against = |name: String, other: Option<&Series>| {
                let pairs = other.map_or_else(Vec::new, |other| pairs(series, other));
                if !pairs.is_empty() {
                    found.push((*figure, name, paired(&pairs)));
                }
            };
            let first_class = self.series.iter().find(|(other, _)| {
                other.class != ALL && other.system == figure.system && other.measure == figure.measure
            });
            if let Some((other, theirs)) =
                first_class.filter(|(other, _)| ![other.class, ALL].contains(&figure.class))
            {
                against(format!("class {}", other.class), Some(theirs));
            }
            let system = self.series[0].0.system;
            if figure.system != system {
                against(format!("system {system}"), self.get(Figure { system, ..*figure }));
            }
            if let Some((name, origin)) = origin {
                against(name.to_owned(), origin.get(*figure));
            }
        }
        found
    }
}
