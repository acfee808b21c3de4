//! Numbers, times and classes as a lecturer would say them.

use crate::spec::{ClassSize, PeerClass};

/// Three significant digits, never an exponent: `0.0123`, `1.08`, `548`, `4930`.
pub fn number(value: f64) -> String {
    assert!(value.is_finite() && value >= 0.0, "the reading has no number like {value}");
    if value == 0.0 {
        return "0".into();
    }
    let mut magnitude = 0i32;
    while value >= power_of_ten(magnitude + 1) {
        magnitude += 1;
    }
    while value < power_of_ten(magnitude) {
        magnitude -= 1;
    }
    // 99.97 rounds to 100, which has one place less behind the point than 99.9.
    if (value * power_of_ten(2 - magnitude)).round() >= 1000.0 {
        magnitude += 1;
    }
    let places = 2 - magnitude;
    if places >= 0 {
        format!("{value:.*}", places as usize)
    } else {
        let unit = power_of_ten(-places);
        format!("{:.0}", (value / unit).round() * unit)
    }
}

/// By multiplication, because the platform's `powi` may differ in the last bit.
fn power_of_ten(exponent: i32) -> f64 {
    let whole = (0..exponent.unsigned_abs()).fold(1.0, |power, _| power * 10.0);
    if exponent >= 0 { whole } else { 1.0 / whole }
}

/// Seconds, and from an hour on hours and minutes too: `548 s`, `4930 s (1 h 22 min)`.
pub fn seconds(value: f64) -> String {
    let text = format!("{} s", number(value));
    if value < 3600.0 {
        return text;
    }
    let minutes = (value / 60.0).round() as u64;
    format!("{text} ({})", hours_and_minutes(minutes))
}

fn hours_and_minutes(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// A setting's length of time in its largest whole unit: `8 h`, `90 min`, `12.5 s`.
pub fn span(seconds: f64) -> String {
    let whole = |unit: f64| seconds >= unit && seconds % unit == 0.0;
    if whole(3600.0) {
        format!("{} h", seconds / 3600.0)
    } else if whole(60.0) {
        format!("{} min", seconds / 60.0)
    } else {
        format!("{seconds} s")
    }
}

/// A moment, so that one is seen to be later than another: `30 min`, `3 h`, `3 h 30 min`, `1 min 12.5 s`.
pub fn moment(seconds: f64) -> String {
    let (hours, minutes) = ((seconds / 3600.0).floor(), (seconds / 60.0).floor());
    let rest = ((seconds - 60.0 * minutes) * 1000.0).round() / 1000.0;
    let parts = [(hours, "h"), (minutes - 60.0 * hours, "min"), (rest, "s")];
    let told: Vec<String> = parts
        .iter()
        .filter(|(value, _)| *value > 0.0)
        .map(|(value, unit)| format!("{value} {unit}"))
        .collect();
    if told.is_empty() { "0 s".into() } else { told.join(" ") }
}

/// A share in [0, 1] in per cent: whole, but with a digit more near either end, where nothing and nearly nothing, all and nearly all
/// are not the same.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        p if p > 0.0 && p < 0.05 => "<0.1 %".into(),
        p if p > 0.0 && p < 0.95 => format!("{p:.1} %"),
        p if (99.95..100.0).contains(&p) => ">99.9 %".into(),
        p if (99.5..100.0).contains(&p) => format!("{p:.1} %"),
        p => format!("{p:.0} %"),
    }
}

/// Some persons as the subject of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub text: String,
    /// One person only: the verb takes its s.
    pub singular: bool,
}

/// The members of a class: `free riders`, `the seed`; where the name is no word for a person, `dsl peers`, `peer A`.
pub fn members(class: &PeerClass) -> Subject {
    const PERSONS: [&str; 6] = ["er", "or", "seed", "client", "host", "tyrant"];
    let words = class.name.replace(['-', '_'], " ");
    let persons = PERSONS.iter().any(|ending| words.ends_with(ending));
    let singular = class.size == ClassSize::Count(1);
    let text = match (singular, persons) {
        (true, true) => format!("the {words}"),
        (true, false) => format!("peer {words}"),
        (false, true) => format!("{words}s"),
        (false, false) if words.ends_with("ers") => words,
        (false, false) => format!("{words} peers"),
    };
    Subject { text, singular }
}

/// With a capital first letter, to begin a sentence.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::testing::scenario;

    #[test]
    fn numbers_have_three_significant_digits() {
        let cases = [
            (0.0, "0"),
            (0.012_34, "0.0123"),
            (0.5, "0.500"),
            (1.084, "1.08"),
            (9.04, "9.04"),
            (12.34, "12.3"),
            (548.3, "548"),
            (4931.0, "4930"),
            (9.996, "10.0"),
            (99.97, "100"),
            (999.6, "1000"),
        ];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn times_are_seconds_and_then_hours() {
        assert_eq!(seconds(548.0), "548 s");
        assert_eq!(seconds(4931.0), "4930 s (1 h 22 min)");
        assert_eq!(seconds(7200.0), "7200 s (2 h)");
        assert_eq!(
            (span(28_800.0), span(5400.0), span(12.5)),
            ("8 h".into(), "90 min".into(), "12.5 s".into())
        );
    }

    #[test]
    fn moments_are_told_part_by_part() {
        let cases = [
            (0.0, "0 s"),
            (72.1, "1 min 12.1 s"),
            (1800.0, "30 min"),
            (3660.0, "1 h 1 min"),
            (10_800.0, "3 h"),
            (12_600.0, "3 h 30 min"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(moment(seconds), expected);
        }
    }

    #[test]
    fn shares_and_classes() {
        assert_eq!(
            [0.0, 0.0004, 0.004, 0.123, 0.994, 0.9952, 0.9996, 1.0].map(percent),
            ["0 %", "<0.1 %", "0.4 %", "12 %", "99 %", "99.5 %", ">99.9 %", "100 %"]
        );
        let mut class = scenario().classes[2].clone();
        assert_eq!(members(&class).text, "free riders");
        class.name = "dsl".into();
        assert_eq!(members(&class), Subject { text: "dsl peers".into(), singular: false });
        class.name = "newcomers".into();
        assert_eq!(members(&class).text, "newcomers");
        assert_eq!(members(&scenario().classes[0]), Subject { text: "the seed".into(), singular: true });
        assert_eq!(capital("free riders"), "Free riders");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }
}
