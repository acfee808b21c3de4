//! The axes of plots of a sweep: the values that were tried, and the figures that came out.

use super::estimates::Figure;
use super::units::{Quantity, names};
use super::words::axis_title;
use crate::metrics::measures::Unit;
use crate::report::axes::{Axis, grouped};
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

/// Ticks at 1, 2 and 5 times powers of ten; at powers alone where those would be too many.
fn decades(figure: &Figure, title: &str, least: f64, top: f64) -> Axis {
    let quantity =
        if figure.over.is_some() { Quantity::Plain } else { Quantity::of_measure(figure.measure.unit) };
    // Neither end should need many digits.
    let unit = quantity.written(portable::sqrt(least * top));
    let steps = |factors: &'static [f64]| {
        let powers = (-9..=15).map(|power| portable::pow(10.0, f64::from(power)));
        powers.flat_map(|power| factors.iter().map(move |factor| factor * power))
    };
    let factors: &'static [f64] = if top > 300.0 * least { &[1.0] } else { &[1.0, 2.0, 5.0] };
    let ends = |value: f64| value / unit.factor;
    let min = steps(factors).take_while(|step| *step <= ends(least) * (1.0 + 1e-9)).last().unwrap_or(1e-9);
    let max = steps(factors).find(|step| *step >= ends(top) * (1.0 - 1e-9)).unwrap_or(1e15);
    let max = if max > min { max } else { 2.0 * min };
    let within = steps(factors).filter(|step| (min..=max).contains(step));
    let text = |step: f64| {
        let decimals = (0..9).find(|places| portable::pow(10.0, f64::from(*places)) * step >= 0.999);
        grouped(step, decimals.unwrap_or(9) as usize)
    };
    let ticks = within.map(|step| (step * unit.factor, text(step))).collect();
    let title = format!("{}, logarithmic", unit.title(title));
    Axis { title, min: min * unit.factor, max: max * unit.factor, log: true, ticks }
}
