//! What a sweep shows: how a figure goes from one end of what is varied to the other, and what holds it back from being said.

use super::compare::verdict_in;
use super::words::{capital, number, percent};
use super::{Sentence, keep_weightiest};
use crate::metrics::measures::{Measure, Unit};
use crate::metrics::pooled::{Series, pairs, series, values};
use crate::metrics::rows::SummaryRow;
use crate::metrics::run_record::ALL;
use crate::metrics::statistics::{Estimate, RatioEstimate, estimate, paired};
use crate::spec::{PlotSpec, Sweep};

/// The runs of a sweep's points.
pub struct SweepRuns<'a> {
    pub sweep: &'a Sweep,
    pub systems: &'a [String],
    pub classes: &'a [String],
    /// Of the complete points, ascending: number and rows.
    pub points: Vec<(usize, Vec<&'a SummaryRow>)>,
    /// Points at which the precision that was asked for was not reached.
    pub imprecise: usize,
}

/// One class in one system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arm<'a> {
    pub system: &'a str,
    pub class: &'a str,
}

impl<'a> SweepRuns<'a> {
    /// The arms that the measure is about anywhere; all persons together only where they are of several classes. Where plots of the
    /// measure name some of them, only those.
    pub fn arms(&self, measure: &Measure) -> Vec<Arm<'a>> {
        let plots: Vec<&PlotSpec> = self.sweep.plots.iter().filter(|plot| plot.y == measure.name).collect();
        let named = |chosen: &dyn Fn(&PlotSpec, &str) -> bool, name: &str| {
            plots.is_empty() || plots.iter().any(|plot| chosen(plot, name))
        };
        let in_class = |plot: &PlotSpec, name: &str| {
            let over = plot.over.as_deref() == Some(name);
            over || plot.classes.is_empty() || plot.classes.iter().any(|class| class == name)
        };
        let in_system = |plot: &PlotSpec, name: &str| {
            plot.systems.is_empty() || plot.systems.iter().any(|system| system == name)
        };
        let mut found = Vec::new();
        for system in self.systems.iter().filter(|system| named(&in_system, system)) {
            let classes = self.classes.iter().map(String::as_str).chain([ALL]);
            let of_system: Vec<Arm<'a>> = classes
                .filter(|class| named(&in_class, class))
                .map(|class| Arm { system, class })
                .filter(|arm| {
                    self.points.iter().any(|(_, rows)| !self.series(rows, *arm, measure).is_empty())
                })
                .collect();
            // Of a single class all are the same persons.
            let several = of_system.len() != 2;
            found.extend(of_system.into_iter().filter(|arm| several || arm.class != ALL));
        }
        found
    }

    fn series(&self, rows: &[&SummaryRow], arm: Arm<'_>, measure: &Measure) -> Series {
        series(rows, arm.system, arm.class, measure)
    }

    /// The estimate of an arm at a point that is there; `None` where there is nobody that it could be about.
    pub fn estimate(&self, at: usize, arm: Arm<'_>, measure: &Measure) -> Option<Estimate> {
        let series = self.series(&self.points[at].1, arm, measure);
        (!series.is_empty()).then(|| estimate(&values(&series)))
    }
}

/// A value of that unit, for people.
pub fn amount(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Seconds => format!("{} s", number(value)),
        Unit::Share => percent(value),
        Unit::Bytes => format!("{} MB", number(value / 1e6)),
        Unit::Ratio | Unit::Count => number(value),
    }
}

/// The sentences, in order.
pub fn read(runs: &SweepRuns<'_>, measure: &Measure) -> Vec<String> {
    if runs.points.is_empty() {
        return vec!["No point is complete, so there is nothing to read.".into()];
    }
    let mut sentences = Vec::new();
    for (at, arm) in runs.arms(measure).into_iter().enumerate() {
        // All persons together say least where there are classes.
        let weight = if arm.class == ALL { 100 } else { 10 } + at as u32;
        sentences.push(Sentence { weight, text: arm_sentence(runs, arm, measure) });
    }
    for (at, system) in runs.systems.iter().enumerate() {
        let classes = runs.arms(measure).into_iter().filter(|arm| arm.system == system && arm.class != ALL);
        if let [first, others @ ..] = &classes.collect::<Vec<_>>()[..] {
            let sentences_here =
                others.iter().filter_map(|other| class_sentence(runs, *other, *first, measure));
            sentences.extend(sentences_here.map(|text| Sentence { weight: 5 + at as u32, text }));
        }
    }
    if let Some(text) = never(runs, measure) {
        sentences.push(Sentence { weight: 1, text });
    }
    for text in [missing(runs), imprecise(runs)].into_iter().flatten() {
        sentences.push(Sentence { weight: 2, text });
    }
    keep_weightiest(sentences)
}

/// A figure at a point.
struct Told {
    at: usize,
    value: f64,
    /// 95 %; a single run has none.
    interval: Option<(f64, f64)>,
    /// Without its interval, and with it.
    bare: String,
    full: String,
}

impl Told {
    fn new(at: usize, value: f64, interval: Option<(f64, f64)>, shown: impl Fn(f64) -> String) -> Told {
        let bare = shown(value);
        let full = match interval {
            Some((low, high)) => format!("{bare} (95 % CI {} to {})", shown(low.max(0.0)), shown(high)),
            None => format!("{bare} (one run)"),
        };
        Told { at, value, interval, bare, full }
    }

    /// Whether no value fits both intervals.
    fn is_apart_from(&self, other: &Told) -> bool {
        match (self.interval, other.interval) {
            (Some((low, high)), Some((other_low, other_high))) => high < other_low || other_high < low,
            _ => false,
        }
    }
}

/// How an arm's mean goes along the sweep.
fn arm_sentence(runs: &SweepRuns<'_>, arm: Arm<'_>, measure: &Measure) -> String {
    let told = |at: usize| {
        let known = runs.estimate(at, arm, measure)?;
        let interval = known.mean_low.zip(known.mean_high);
        Some(Told::new(at, known.mean?, interval, |value| amount(measure.unit, value)))
    };
    let known: Vec<Told> = (0..runs.points.len()).filter_map(told).collect();
    let who = format!("{} under {}: {}", capital(arm.class), arm.system, measure.title);
    course(runs, &known, |from, to| change(runs, arm, measure, from, to)).map_or_else(
        || format!("{who} not reached in every run of any point."),
        |course| format!("{who} {course}."),
    )
}

/// How one class stands to another of the same runs, along the sweep.
fn class_sentence(runs: &SweepRuns<'_>, this: Arm<'_>, that: Arm<'_>, measure: &Measure) -> Option<String> {
    let of = |at: usize, arm: Arm<'_>| series(&runs.points[at].1, arm.system, arm.class, measure);
    let told = |at: usize| {
        let paired = paired(&pairs(&of(at, this), &of(at, that)));
        Some(Told::new(at, paired.ratio?, paired.ratio_low.zip(paired.ratio_high), number))
    };
    let known: Vec<Told> = (0..runs.points.len()).filter_map(told).collect();
    let course = course(runs, &known, |_, _| String::new())?;
    let (this, that, system) = (capital(this.class), that.class, this.system);
    Some(format!("{this} over {that} under {system}: {} in the ratio {course}.", measure.title))
}

/// Along one line: the ends, which nobody chose for their values, with their intervals and the change between them, and where a
/// figure between them lies outside by more than chance explains. In more directions the least and the greatest, without intervals: those of figures
/// that were chosen for being extreme would promise too much.
fn course(runs: &SweepRuns<'_>, known: &[Told], change: impl Fn(usize, usize) -> String) -> Option<String> {
    let (first, last) = (known.first()?, known.last()?);
    let least = known.iter().min_by(|a, b| a.value.total_cmp(&b.value))?;
    let most = known.iter().max_by(|a, b| a.value.total_cmp(&b.value))?;
    let with = |text: &str, told: &Told| format!("{text} with {}", place(runs, told.at));
    if known.len() == 1 {
        return Some(with(&first.full, first));
    }
    if runs.sweep.lines() > 1 {
        return Some(format!("from {} to {}", with(&least.bare, least), with(&most.bare, most)));
    }
    let mut text = format!("{} and {}", with(&first.full, first), with(&last.full, last));
    text.push_str(&change(first.at, last.at));
    for (word, extreme) in [("least", least), ("greatest", most)] {
        if [first, last].into_iter().all(|end| extreme.is_apart_from(end)) {
            text.push_str(&format!("; {word} {}", with(&extreme.bare, extreme)));
        }
    }
    Some(text)
}

/// How the second point's figure stands to the first's, over the runs that met the same people.
fn change(runs: &SweepRuns<'_>, arm: Arm<'_>, measure: &Measure, from: usize, to: usize) -> String {
    let of = |at: usize| series(&runs.points[at].1, arm.system, arm.class, measure);
    let paired = paired(&pairs(&of(to), &of(from)));
    let Some(ratio) = paired.ratio else { return String::new() };
    let interval = paired.ratio_low.zip(paired.ratio_high);
    let estimate = RatioEstimate { ratio, interval, runs: paired.n as usize };
    let (more, less) = match measure.unit {
        Unit::Seconds => ("longer", "shorter"),
        Unit::Bytes | Unit::Share | Unit::Ratio | Unit::Count => ("more", "less"),
    };
    format!(": {}", verdict_in(&estimate, more, less))
}

/// `fraction = 0.4, seed-for = 5 min`.
fn place(runs: &SweepRuns<'_>, at: usize) -> String {
    let sweep = runs.sweep;
    let pairs = sweep.short_keys().into_iter().zip(sweep.values(runs.points[at].0));
    pairs.map(|(key, value)| format!("{key} = {}", value.text)).collect::<Vec<_>>().join(", ")
}

/// Where the figure did not come about in every run, so that no mean is given.
fn never(runs: &SweepRuns<'_>, measure: &Measure) -> Option<String> {
    let mut places = Vec::new();
    for arm in runs.arms(measure) {
        let missing = (0..runs.points.len())
            .filter(|at| runs.estimate(*at, arm, measure).is_some_and(|estimate| estimate.missing > 0))
            .count();
        if missing > 0 {
            places.push(format!(
                "{} under {} at {missing} of {} points",
                arm.class,
                arm.system,
                runs.points.len()
            ));
        }
    }
    (!places.is_empty()).then(|| {
        format!(
            "The {} was not reached in some runs, so that no mean is given: {}.",
            measure.title,
            places.join("; ")
        )
    })
}

/// Points at which runs were added to no avail.
fn imprecise(runs: &SweepRuns<'_>) -> Option<String> {
    let precision = runs.sweep.precision.as_ref().filter(|_| runs.imprecise > 0)?;
    Some(format!(
        "At {} of {} points {} is not known to {}, not after {} runs.",
        runs.imprecise,
        runs.points.len(),
        precision.of,
        percent(precision.within),
        precision.most
    ))
}

/// Points that are not there.
fn missing(runs: &SweepRuns<'_>) -> Option<String> {
    let missing = runs.sweep.points() - runs.points.len();
    (missing > 0).then(|| format!("{missing} of {} points are not among these results.", runs.sweep.points()))
}

#[cfg(test)]
mod tests;
