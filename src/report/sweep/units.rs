//! In what units figures and settings are written, and with how many digits.

use crate::metrics::measures::Unit;
use crate::report::axes::{byte_unit, bytes, duration, grouped, rate, rate_unit, time_unit};
use crate::spec::{Axis, AxisUnit};
use crate::units::portable;

/// More digits behind the point than these say nothing.
const MOST_DECIMALS: usize = 3;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    Plain,
    Seconds,
    Bytes,
    BytesPerSecond,
    PerSecond,
    /// Parts of a whole, 0 to 1.
    Share,
}

/// A unit: how much of the canonical one it is, and its name, empty for plain numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Written {
    pub factor: f64,
    pub name: &'static str,
}

impl Quantity {
    pub fn of_measure(unit: Unit) -> Quantity {
        match unit {
            Unit::Seconds => Quantity::Seconds,
            Unit::Bytes => Quantity::Bytes,
            Unit::Share => Quantity::Share,
            Unit::Ratio | Unit::Count => Quantity::Plain,
        }
    }

    pub fn of_axis(axis: &Axis) -> Quantity {
        let part = axis.key.ends_with("fraction") || axis.key.ends_with("share");
        match axis.unit {
            AxisUnit::Number if part => Quantity::Share,
            AxisUnit::Number | AxisUnit::Words => Quantity::Plain,
            AxisUnit::Seconds => Quantity::Seconds,
            AxisUnit::Bytes => Quantity::Bytes,
            AxisUnit::BytesPerSecond => Quantity::BytesPerSecond,
            AxisUnit::PerSecond => Quantity::PerSecond,
        }
    }

    /// The unit that suits values up to `top`.
    pub fn written(self, top: f64) -> Written {
        let (factor, name) = match self {
            Quantity::Plain => (1.0, ""),
            Quantity::Seconds => time_unit(top),
            Quantity::Bytes => byte_unit(top),
            Quantity::BytesPerSecond => rate_unit(top),
            Quantity::PerSecond => (1.0, "per s"),
            Quantity::Share => (0.01, "%"),
        };
        Written { factor, name }
    }

    /// The unit and the decimals that suit all of these values: one in the middle of them has a handy unit, and the least positive one
    /// has two digits.
    pub fn suiting(self, values: impl Iterator<Item = f64> + Clone) -> (Written, usize) {
        let top = values.clone().fold(0.0, f64::max);
        let least = values.filter(|value| *value > 0.0).fold(f64::INFINITY, f64::min).min(top);
        let unit = self.written(portable::sqrt(least * top));
        let enough = |decimals: &usize| {
            let shift = portable::pow(10.0, *decimals as f64);
            least / unit.factor * shift >= 9.95 && top / unit.factor * shift >= 99.5
        };
        let most = if self == Quantity::Share { 1 } else { MOST_DECIMALS };
        (unit, (0..most).find(enough).unwrap_or(most))
    }

    /// One value with its own unit, for where no common one suits all.
    fn alone(self, value: f64) -> String {
        match self {
            Quantity::Seconds => duration(value),
            Quantity::Bytes => bytes(value),
            Quantity::BytesPerSecond => rate(value),
            Quantity::Plain | Quantity::PerSecond | Quantity::Share => trimmed(value),
        }
    }
}

impl Written {
    /// A title with the unit behind it.
    pub fn title(self, what: &str) -> String {
        if self.name.is_empty() { what.to_owned() } else { format!("{what} ({})", self.name) }
    }

    /// A number, or several, with the unit behind them.
    pub fn behind(self, numbers: &str) -> String {
        if self.name.is_empty() { numbers.to_owned() } else { format!("{numbers} {}", self.name) }
    }

    pub fn number(self, value: f64, decimals: usize) -> String {
        grouped(value / self.factor, decimals)
    }
}

/// The values of an axis as they are written along it: the unit that all share, and each value without it.
pub fn names(axis: &Axis) -> (Written, Vec<String>) {
    let numbers: Vec<f64> = axis.values.iter().filter_map(|value| value.number).collect();
    let quantity = Quantity::of_axis(axis);
    let none = Written { factor: 1.0, name: "" };
    if numbers.len() < axis.values.len() {
        return (none, axis.values.iter().map(|value| plain(&value.text)).collect());
    }
    let sizes = || numbers.iter().map(|number| number.abs()).filter(|size| *size > 0.0);
    let (least, top) = (sizes().fold(f64::INFINITY, f64::min), sizes().fold(0.0, f64::max));
    let unit = quantity.written(top);
    // 16 KiB beside 4 MiB is 0.0156 MiB to nobody.
    let apart = least < 0.2 * unit.factor
        && !matches!(quantity, Quantity::Plain | Quantity::Share | Quantity::PerSecond);
    if apart {
        return (none, numbers.iter().map(|number| quantity.alone(*number)).collect());
    }
    (unit, numbers.iter().map(|number| trimmed(number / unit.factor)).collect())
}

/// A value of the scenario without what only its language needs: `{ seed-for = "5 min" }` is `seed-for 5 min`.
fn plain(text: &str) -> String {
    let bare = text.replace(['{', '}', '"', '='], " ");
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// With as many of four decimals as it needs.
fn trimmed(value: f64) -> String {
    let text = grouped(value, 4);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::synthetic::{numbers, words};
    use super::*;

    #[test]
    fn the_least_value_has_two_digits_as_far_as_that_makes_sense() {
        let suiting = |quantity: Quantity, values: &[f64]| {
            let (unit, decimals) = quantity.suiting(values.iter().copied());
            (unit.name, decimals)
        };
        assert_eq!(suiting(Quantity::Seconds, &[240.0, 3000.0]), ("min", 1));
        assert_eq!(suiting(Quantity::Seconds, &[36.0, 72_000.0]), ("min", 2));
        assert_eq!(suiting(Quantity::Plain, &[0.0, 0.0001]), ("", 3));
        assert_eq!(suiting(Quantity::Plain, &[800.0, 20.0]), ("", 0));
        assert_eq!(suiting(Quantity::Share, &[1.0, 0.004]), ("%", 1));
        assert_eq!(suiting(Quantity::Share, &[1.0]), ("%", 0));
        assert_eq!(suiting(Quantity::Seconds, &[]).0, "s");
    }

    #[test]
    fn values_share_a_unit_unless_it_would_suit_only_some() {
        let written = |axis: Axis| {
            let (unit, names) = names(&axis);
            format!("{} {}", names.join(" "), unit.name)
        };
        let fraction = numbers("peers.free-rider.fraction", AxisUnit::Number, &[0.0, 0.05, 0.9]);
        assert_eq!(written(fraction), "0 5 90 %");
        assert_eq!(written(numbers("k", AxisUnit::Seconds, &[10.0, 30.0, 120.0])), "10 30 120 s");
        assert_eq!(written(numbers("k", AxisUnit::Seconds, &[1.0, 7200.0])), "1 s 2 h ");
        let pieces = [16_384.0, 262_144.0, 4_194_304.0];
        assert_eq!(written(numbers("content.piece", AxisUnit::Bytes, &pieces)), "16 KiB 256 KiB 4 MiB ");
        assert_eq!(written(numbers("k", AxisUnit::Number, &[1.0, 20_000.0])), "1 20\u{2009}000 ");
        assert_eq!(written(words("k", &["leave", "{ seed-for = \"5 min\" }"])), "leave seed-for 5 min ");
    }
}
