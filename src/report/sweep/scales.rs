//! The axes of plots of a sweep: the values that were tried, and the figures that came out.

use super::estimates::Figure;
use super::units::{Quantity, names};
use super::words::axis_title;
use crate::metrics::measures::Unit;
use crate::report::axes::{Axis, round_ratios};
use crate::spec;
use crate::units::portable;

/// An axis with more values than this writes some of them only.
const MOST_NAMES: usize = 12;

/// The axis of the varied values at those places, in their order, and where each of them stands on it. Numbers stand to
/// scale, words side by side.
pub fn across(axis: &spec::Axis, places: &[usize], log: bool) -> (Axis, Vec<f64>) {
    let (_, names) = names(axis);
    let title = axis_title(axis);
    let numbers: Option<Vec<f64>> = places.iter().map(|place| axis.values[*place].number).collect();
    let Some(numbers) = numbers else {
        let bins = Axis::bins(&title, places.iter().map(|place| names[*place].clone()));
        let middles = (0..places.len()).map(|k| k as f64 + 0.5).collect();
        return (bins, middles);
    };
    let every = places.len().div_ceil(MOST_NAMES);
    let ticks = numbers.iter().zip(places).map(|(number, place)| (*number, names[*place].clone()));
    let ticks = ticks.step_by(every).collect();
    let (min, max) = ends(&numbers, log);
    let title = if log { format!("{title}, logarithmic") } else { title };
    (Axis { title, min, max, log, ticks }, numbers)
}

/// Where an axis of those values begins and ends. It begins at zero unless that would squeeze them into one half.
fn ends(numbers: &[f64], log: bool) -> (f64, f64) {
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if log {
        let room = if most > least { portable::pow(most / least, 0.04) } else { 2.0 };
        return (least / room, most * room);
    }
    let from = if least < 0.0 || least > 0.5 * most && most > least { least } else { 0.0 };
    let room = if most > from { 0.03 * (most - from) } else { 1.0 };
    (if from == 0.0 { 0.0 } else { from - room }, most + room)
}

/// The axis of a figure for values up to `top`, from the least positive one, `least`, on if it is logarithmic.
pub fn upwards(figure: &Figure, title: String, least: f64, top: f64, log: bool) -> Axis {
    if log {
        return decades(figure, &title, least, top);
    }
    if figure.over.is_some() {
        return Axis::new(title, f64::max(1.06 * top, 1.2), 1.0, 6, false);
    }
    match figure.measure.unit {
        Unit::Seconds => Axis::time(&title, 1.06 * top, 6),
        Unit::Bytes => Axis::bytes(&title, 1.06 * top, 6),
        Unit::Share => Axis::percent(&title),
        Unit::Ratio => Axis::new(title, 1.06 * top, 1.0, 6, false),
        Unit::Count => Axis::count(&title, top, 6),
    }
}

fn decades(figure: &Figure, title: &str, least: f64, top: f64) -> Axis {
    let quantity =
        if figure.over.is_some() { Quantity::Plain } else { Quantity::of_measure(figure.measure.unit) };
    // Neither end should need many digits.
    let unit = quantity.written(portable::sqrt(least * top));
    let (min, max) = (0.8 * least, 1.25 * top);
    let ticks = round_ratios(min / unit.factor, max / unit.factor);
    let ticks = ticks.into_iter().map(|(step, text)| (step * unit.factor, text)).collect();
    let title = format!("{}, logarithmic", unit.title(title));
    Axis { title, min, max, log: true, ticks }
}

#[cfg(test)]
mod tests {
    use super::super::synthetic::{numbers, words};
    use super::*;
    use crate::metrics::measures::Measure;
    use crate::spec::AxisUnit;

    #[test]
    fn numbers_stand_to_scale_and_words_side_by_side() {
        let axis = numbers("population.total", AxisUnit::Number, &[100.0, 10.0, 1000.0]);
        let (linear, places) = across(&axis, &[1, 0, 2], false);
        assert_eq!((linear.min, linear.max, places), (0.0, 1030.0, vec![10.0, 100.0, 1000.0]));
        let (log, _) = across(&axis, &[1, 0, 2], true);
        assert!((log.part(100.0) - 0.5).abs() < 1e-9, "the middle between 10 and 1000");
        let (bins, places) = across(&words("k", &["a", "b"]), &[0, 1], false);
        assert_eq!((bins.max, places), (2.0, vec![0.5, 1.5]));
        let (far, _) = across(&numbers("k", AxisUnit::Number, &[90.0, 100.0]), &[0, 1], false);
        assert!(far.min > 80.0, "it begins near the values");
    }

    #[test]
    fn a_logarithmic_axis_has_round_ticks_inside_its_ends() {
        let measure = Measure::named("download_median_s").unwrap();
        let figure = Figure { measure, over: None };
        let ticks = |least, top| {
            let axis = upwards(&figure, "t".into(), least, top, true);
            axis.ticks.into_iter().map(|tick| tick.1).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(ticks(20.0, 90.0), "20 50 100");
        assert_eq!(ticks(1.0, 1500.0), "1 10 100 1000");
    }
}
