//! Ranges: from a first and a last value to all of them.

use crate::scenario::language::{RANGE, SPACINGS, Spacing};
use crate::scenario::node::{Node, Value};
use crate::scenario::problem::{Problems, Span};
use crate::scenario::quantity::{Dimension, Quantity, split};
use crate::scenario::view::View;
use crate::units::portable;

/// More values than this are surely not meant.
const MOST: f64 = 10_000.0;

/// A first, a last or a step value: a number, or so many of a unit.
#[derive(Clone, PartialEq)]
struct Amount {
    number: f64,
    unit: Unit,
}

#[derive(Clone, PartialEq)]
enum Unit {
    /// A number as TOML has them.
    None { whole: bool },
    /// Its value in base units is the number times `base`.
    Of { dimension: Dimension, name: String, base: f64 },
}

impl Amount {
    fn base(&self) -> f64 {
        match self.unit {
            Unit::None { .. } => self.number,
            Unit::Of { base, .. } => self.number * base,
        }
    }

    fn dimension(&self) -> Option<Dimension> {
        match self.unit {
            Unit::None { .. } => None,
            Unit::Of { dimension, .. } => Some(dimension),
        }
    }
}

/// The values of the range in that node; none if something is wrong with it, which is reported.
pub fn values(node: &Node, out: &mut Problems) -> Vec<Node> {
    let view = node.view(&RANGE);
    let (Some(from), Some(to)) = (amount(&view, "from", out), amount(&view, "to", out)) else {
        return Vec::new();
    };
    if from.dimension() != to.dimension() {
        let hint = "give both as numbers, or both with units of the same kind";
        out.error(node.span, "`from` and `to` are not of the same kind", hint);
        return Vec::new();
    }
    if !(to.base() - from.base()).is_finite() {
        out.error(node.span, "the range is longer than any number", "bring `from` and `to` closer together");
        return Vec::new();
    }
    if from.base() >= to.base() {
        let hint = "`from` must be less than `to`; a list such as [0.9, 0.1] may go down";
        out.error(node.span, "the range is empty", hint);
        return Vec::new();
    }
    let log = view.word("spacing", SPACINGS).unwrap_or(Spacing::Even) == Spacing::Log;
    if log && from.base() <= 0.0 {
        let span = view.span("from").unwrap_or(node.span);
        out.error(span, "a logarithmic range cannot begin at zero or below", "give a `from` above zero");
        return Vec::new();
    }
    let Some(fractions) = fractions(&view, &from, &to, log, node.span, out) else { return Vec::new() };
    let value =
        |fraction: f64| if log { log_value(fraction, &from, &to) } else { even_value(fraction, &from, &to) };
    fractions.into_iter().map(|fraction| Node { span: node.span, value: value(fraction) }).collect()
}

fn amount(view: &View<'_>, key: &str, out: &mut Problems) -> Option<Amount> {
    let node = view.node(key)?;
    let found = match &node.value {
        Value::Integer(number) => Some(Amount { number: *number as f64, unit: Unit::None { whole: true } }),
        Value::Float(number) => Some(Amount { number: *number, unit: Unit::None { whole: false } }),
        Value::Text(text) => quantity(text),
        Value::Boolean(_) | Value::DateTime | Value::List(_) | Value::Table(_) | Value::Bad => None,
    };
    if found.as_ref().is_none_or(|amount| !amount.base().is_finite()) {
        let hint = "a number such as 0.5, or a quantity with its unit such as \"10 s\"";
        out.error(node.span, format!("`{key}` is neither a number nor a quantity"), hint);
        return None;
    }
    found
}

fn quantity(text: &str) -> Option<Amount> {
    let (number, name) = split(text.trim());
    let number = number.parse().ok()?;
    let kinds = [Dimension::Time, Dimension::Size, Dimension::Rate, Dimension::Frequency];
    let (dimension, base) = kinds.into_iter().find_map(|of| Some((of, of.unit(name)?)))?;
    Quantity::any(dimension).parse(text).ok()?;
    Some(Amount { number, unit: Unit::Of { dimension, name: name.to_owned(), base } })
}

/// How far each value lies between the first and the last, 0 to 1.
fn fractions(
    view: &View<'_>,
    from: &Amount,
    to: &Amount,
    log: bool,
    span: Span,
    out: &mut Problems,
) -> Option<Vec<f64>> {
    let steps = view.whole("steps");
    match (steps, view.has("step")) {
        (Some(steps), false) => Some((0..steps).map(|step| f64::from(step) / f64::from(steps - 1)).collect()),
        (None, true) if !log => {
            let step = amount(view, "step", out)?;
            let place = view.span("step").unwrap_or(span);
            if step.dimension() != from.dimension() || step.base() <= 0.0 {
                let hint = "a value of the same kind as `from`, above zero";
                out.error(place, "`step` does not lead from `from` to `to`", hint);
                return None;
            }
            let length = to.base() - from.base();
            // 0.9 / 0.1 must not lose its last step to a rounding.
            let last = (length / step.base() + 1e-9).floor();
            if last >= MOST {
                out.error(place, format!("these are more than {MOST} values"), "make the step larger");
                return None;
            }
            Some((0..=last as u32).map(|at| f64::from(at) * step.base() / length).collect())
        }
        (None, true) => {
            let place = view.span("step").unwrap_or(span);
            out.error(place, "a logarithmic range has no step", "say with `steps` how many values there are");
            None
        }
        (Some(_), true) => {
            out.error(span, "the range has both `steps` and `step`", "give one of them");
            None
        }
        (None, false) => {
            if !view.has("steps") {
                out.error(span, "the range does not say how many values there are", "add steps = 10");
            }
            None
        }
    }
}

fn even_value(fraction: f64, from: &Amount, to: &Amount) -> Value {
    written(from.base() + (to.base() - from.base()) * fraction, from, to, false)
}

fn log_value(fraction: f64, from: &Amount, to: &Amount) -> Value {
    let whole = |amount: &Amount| amount.unit == Unit::None { whole: true };
    let rounded = whole(from) && whole(to);
    written(from.base() * portable::pow(to.base() / from.base(), fraction), from, to, rounded)
}

/// A value in base units as it would be written: in the unit of `to`, without the dust of floating point.
fn written(base: f64, from: &Amount, to: &Amount, rounded: bool) -> Value {
    let clean = |value: f64| -> f64 { format!("{value:.11e}").parse().expect("it is a number") };
    match &to.unit {
        Unit::Of { name, base: unit, .. } => Value::Text(format!("{} {name}", clean(base / unit))),
        Unit::None { .. } => {
            let value = if rounded { base.round() } else { clean(base) };
            let both_whole = from.unit == to.unit && to.unit == (Unit::None { whole: true });
            let whole = both_whole && value.fract() == 0.0;
            if whole { Value::Integer(value as i64) } else { Value::Float(value) }
        }
    }
}
