//! Scales and units: where ticks stand and how quantities are written for people.
//!
//! Every axis begins at zero: what is twice as long is twice as much. Only what a sweep varies may begin elsewhere, or be
//! logarithmic.

use crate::units::portable;

/// One axis of a plot, from `min` to `max` in the units of the data.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What it measures, with the unit.
    pub title: String,
    /// Zero, but on axes of sweeps.
    pub min: f64,
    pub max: f64,
    /// Equal steps are equal ratios; `min` is positive.
    pub log: bool,
    /// Place in the units of the data, and what is written there.
    pub ticks: Vec<(f64, String)>,
}

impl Axis {
    /// An axis for values up to `top`, divided by `unit` when written; it ends at a tick if `whole`, at `top` if not.
    pub fn new(title: String, top: f64, unit: f64, wanted: usize, whole: bool) -> Axis {
        let step = nice_step(if top > 0.0 { top / unit } else { 1.0 } / wanted as f64);
        Axis::with_step(title, top, unit, step, whole)
    }

    fn with_step(title: String, top: f64, unit: f64, step: f64, whole: bool) -> Axis {
        let top = if top > 0.0 { top / unit } else { 1.0 };
        let count = if whole { (top / step - 1e-9).ceil() } else { (top / step + 1e-9).floor() } as usize;
        let decimals = decimals(step);
        let ticks = (0..=count).map(|k| {
            let value = k as f64 * step;
            (value * unit, grouped(value, decimals))
        });
        let max = if whole { count as f64 * step } else { top } * unit;
        Axis { title, min: 0.0, max, log: false, ticks: ticks.collect() }
    }

    /// Simulated time in seconds, written in the unit that suits the length.
    pub fn time(what: &str, top_s: f64, wanted: usize) -> Axis {
        let (unit, name) = time_unit(top_s);
        let title = format!("{what} ({name})");
        let least = top_s / unit / wanted as f64;
        let steps: &[f64] = if name == "h" {
            &[1.0, 2.0, 3.0, 6.0, 12.0, 24.0]
        } else {
            &[1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0]
        };
        // Parts of an hour or minute that a clock shows; below one unit, decimals.
        match steps.iter().find(|step| **step >= least) {
            Some(step) if least > 0.5 && name != "days" => Axis::with_step(title, top_s, unit, *step, false),
            Some(_) | None => Axis::new(title, top_s, unit, wanted, false),
        }
    }

    /// Parts of a whole, 0 to 1, written in percent; the title says so.
    pub fn percent(what: &str) -> Axis {
        let ticks = (0..=4).map(|k| (f64::from(k) * 0.25, format!("{}", k * 25)));
        Axis { title: format!("{what} (%)"), min: 0.0, max: 1.0, log: false, ticks: ticks.collect() }
    }

    /// Counts: ticks at whole numbers only.
    pub fn count(what: &str, top: f64, wanted: usize) -> Axis {
        let wanted = wanted.min(top.max(1.0) as usize).max(1);
        Axis::new(what.to_owned(), top.max(1.0), 1.0, wanted, true)
    }

    /// Amounts of data in bytes, written in a binary unit.
    pub fn bytes(what: &str, top: f64, wanted: usize) -> Axis {
        let (unit, name) = byte_unit(top);
        Axis::new(format!("{what} ({name})"), top, unit, wanted, false)
    }

    /// Bins side by side, each one unit wide, with their names in the middle.
    pub fn bins(title: &str, names: impl Iterator<Item = String>) -> Axis {
        let ticks: Vec<(f64, String)> = names.enumerate().map(|(k, name)| (k as f64 + 0.5, name)).collect();
        let max = ticks.len().max(1) as f64;
        Axis { title: title.to_owned(), min: 0.0, max, log: false, ticks }
    }

    /// Data rates in bytes per second, written in bits.
    pub fn rate(what: &str, top: f64, wanted: usize) -> Axis {
        let (unit, name) = rate_unit(top);
        Axis::new(format!("{what} ({name})"), top, unit, wanted, true)
    }

    /// Where a value stands between the ends, 0 to 1.
    pub fn part(&self, value: f64) -> f64 {
        if self.log {
            return portable::ln(value / self.min) / portable::ln(self.max / self.min);
        }
        (value - self.min) / (self.max - self.min)
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `least`.
pub fn nice_step(least: f64) -> f64 {
    let mut power = 1.0;
    while power > least {
        power /= 10.0;
    }
    while power * 10.0 <= least {
        power *= 10.0;
    }
    for factor in [1.0, 2.0, 5.0] {
        if power * factor >= least * (1.0 - 1e-9) {
            return power * factor;
        }
    }
    power * 10.0
}

/// Powers of ten between two positive numbers, or where those would be too few 1, 2 and 5 times them; and how they are
/// written: millions with an M, because seven digits find no room beside each other.
pub fn round_ratios(min: f64, max: f64) -> Vec<(f64, String)> {
    let power = |exponent: i32| portable::pow(10.0, f64::from(exponent));
    let within = |factors: &'static [f64]| {
        let steps =
            (-9..=15).flat_map(move |exponent| factors.iter().map(move |factor| factor * power(exponent)));
        steps.filter(move |step| (min..=max).contains(step))
    };
    let factors: &'static [f64] = if within(&[1.0]).count() >= 3 { &[1.0] } else { &[1.0, 2.0, 5.0] };
    let text = |step: f64| {
        if step >= 1e6 {
            return grouped(step / 1e6, 0) + "M";
        }
        let decimals = (0..9).find(|places| power(*places) * step >= 0.999);
        grouped(step, decimals.unwrap_or(9) as usize)
    };
    within(factors).map(|step| (step, text(step))).collect()
}

pub fn decimals(step: f64) -> usize {
    let mut places = 0;
    let mut scaled = step;
    while (scaled - scaled.round()).abs() > 1e-6 && places < 9 {
        scaled *= 10.0;
        places += 1;
    }
    places
}

/// A unit of time in seconds and its name, for lengths up to `top_s`.
pub fn time_unit(top_s: f64) -> (f64, &'static str) {
    match top_s {
        s if s <= 180.0 => (1.0, "s"),
        s if s <= 3.0 * 3600.0 => (60.0, "min"),
        s if s <= 96.0 * 3600.0 => (3600.0, "h"),
        _ => (86_400.0, "days"),
    }
}

/// A binary unit in bytes and its name, for amounts up to `top`.
pub fn byte_unit(top: f64) -> (f64, &'static str) {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let sizes = std::iter::successors(Some(1.0), |size: &f64| Some(size * 1024.0));
    let fitting = sizes.zip(units).take_while(|(size, _)| *size <= top.max(1.0));
    fitting.last().expect("one byte fits")
}

/// A unit of data rates in bytes per second and its name, for rates up to `top`.
pub fn rate_unit(top: f64) -> (f64, &'static str) {
    match top * 8.0 {
        bits if bits >= 2e9 => (1e9 / 8.0, "Gbit/s"),
        bits if bits >= 2e6 => (1e6 / 8.0, "Mbit/s"),
        _ => (1e3 / 8.0, "kbit/s"),
    }
}

/// A number with so many decimals and thin spaces between thousands.
pub fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) && whole.len() > 4 && digit.is_ascii_digit() {
            out.push('\u{2009}');
        }
        out.push(digit);
    }
    out + rest
}

/// A length of time as people say it: `42 s`, `9 min 8 s`, `1 h 22 min`, `2 d 3 h`.
pub fn duration(seconds: f64) -> String {
    if seconds < 9.95 {
        let text = format!("{seconds:.1}");
        return format!("{} s", text.strip_suffix(".0").unwrap_or(&text));
    }
    let whole = seconds.round() as u64;
    let (large, small) = match whole {
        s if s < 60 => return format!("{s} s"),
        s if s < 3600 => ((s / 60, "min"), (s % 60, "s")),
        s if s < 86_400 => {
            let minutes = (s + 30) / 60;
            ((minutes / 60, "h"), (minutes % 60, "min"))
        }
        s => {
            let hours = (s + 1800) / 3600;
            ((hours / 24, "d"), (hours % 24, "h"))
        }
    };
    match small.0 {
        0 => format!("{} {}", large.0, large.1),
        _ => format!("{} {} {} {}", large.0, large.1, small.0, small.1),
    }
}

/// An amount of data with a binary unit and three figures.
pub fn bytes(amount: f64) -> String {
    let (mut value, mut unit) = (amount, "B");
    for next in ["KiB", "MiB", "GiB", "TiB", "PiB"] {
        if value < 1023.5 {
            break;
        }
        value /= 1024.0;
        unit = next;
    }
    let decimals = if unit == "B" || value >= 99.95 {
        0
    } else if value >= 9.995 {
        1
    } else {
        2
    };
    let text = format!("{value:.decimals$}");
    let text = if decimals > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text} {unit}")
}

/// A data rate as people write it, from bytes per second: `1 Mbit/s`, `512 kbit/s`.
pub fn rate(bytes_per_s: f64) -> String {
    if bytes_per_s.is_infinite() {
        return "no limit".into();
    }
    let (value, unit) = match bytes_per_s * 8.0 {
        bits if bits >= 1e9 => (bits / 1e9, "Gbit/s"),
        bits if bits >= 1e6 => (bits / 1e6, "Mbit/s"),
        bits => (bits / 1e3, "kbit/s"),
    };
    let text = format!("{value:.1}");
    format!("{} {unit}", text.strip_suffix(".0").unwrap_or(&text))
}

/// A part of a whole in percent; never `0 %` or `100 %` unless it is exactly that.
pub fn percent(part: f64) -> String {
    match part * 100.0 {
        p if p > 0.0 && p < 0.5 => "<1 %".into(),
        p if p < 100.0 && p > 99.5 => ">99 %".into(),
        p => format!("{p:.0} %"),
    }
}

/// The part of a whole, 0 where there is no whole.
pub fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_numbers_from_zero() {
        let axis = Axis::time("time", 548.0, 5);
        let written: Vec<_> = axis.ticks.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(axis.title, "time (min)");
        assert_eq!(written, ["0", "2", "4", "6", "8"]);
        assert_eq!(axis.max, 548.0);
        let written = |top: f64| Axis::time("t", top, 6).ticks.into_iter().map(|t| t.1).collect::<Vec<_>>();
        assert_eq!(written(7200.0), ["0", "20", "40", "60", "80", "100", "120"]);
        assert_eq!(written(28_800.0), ["0", "2", "4", "6", "8"]);
        assert_eq!(written(2.0), ["0.0", "0.5", "1.0", "1.5", "2.0"]);
        let axis = Axis::bytes("sent", 3.5 * 1024.0 * 1024.0, 5);
        let written: Vec<_> = axis.ticks.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!((axis.title.as_str(), written), ("sent (MiB)", vec!["0", "1", "2", "3"]));
        let axis = Axis::count("peers", 101.0, 5);
        assert_eq!((axis.max, axis.ticks.len()), (150.0, 4));
        assert_eq!(Axis::count("copies", 1.0, 5).ticks.len(), 2);
    }

    #[test]
    fn ratios_are_written_short_enough_to_stand_side_by_side() {
        let written = |min, max| round_ratios(min, max).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        assert_eq!(written(80.0, 1.25e6), ["100", "1000", "10\u{2009}000", "100\u{2009}000", "1M"]);
        assert_eq!(written(0.04, 0.6), ["0.05", "0.1", "0.2", "0.5"]);
    }

    #[test]
    fn quantities_are_written_for_people() {
        let cases =
            [(3.0, "3 s"), (9.97, "10 s"), (548.2, "9 min 8 s"), (4931.0, "1 h 22 min"), (28_800.0, "8 h")];
        for (seconds, text) in cases {
            assert_eq!(duration(seconds), text);
        }
        assert_eq!(bytes(0.0), "0 B");
        assert_eq!(bytes(5_368.0 * 1_000_000.0), "5 GiB");
        assert_eq!(bytes(67_108_864.0), "64 MiB");
        assert_eq!(bytes(1023.9 * 1024.0), "1 MiB");
        assert_eq!(rate(125_000.0), "1 Mbit/s");
        assert_eq!(grouped(1_234_567.0, 0), "1\u{2009}234\u{2009}567");
        assert_eq!(
            (percent(0.001), percent(0.999), percent(1.0)),
            ("<1 %".into(), ">99 %".into(), "100 %".into())
        );
    }
}
