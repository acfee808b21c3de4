//! Quantities as text with a unit: times, sizes, data rates and frequencies, within stated bounds.
//!
//! Prefixes are those of SI (k = 1000) and IEC (Ki = 1024); `KB` means 1000 bytes, as in the papers.
//! A unit that people read in two ways (`Mb/s`) is refused with both readings in the hint.

use crate::units::Rate;

/// What a quantity measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Base unit: nanosecond.
    Time,
    /// Base unit: byte.
    Size,
    /// Base unit: byte per second.
    Rate,
    /// Base unit: one per second.
    Frequency,
    /// Base unit: the whole.
    Percentage,
}

/// A dimension with its bounds, in base units, both included.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    pub dimension: Dimension,
    pub min: f64,
    pub max: f64,
    /// The bounds for people.
    pub range: &'static str,
    pub example: &'static str,
}

const SECOND: f64 = 1e9;
/// A century: 36 525 days.
const CENTURY: f64 = 36_525.0 * 86_400.0 * SECOND;

pub const DURATION: Quantity = Quantity {
    dimension: Dimension::Time,
    min: 0.0,
    max: CENTURY,
    range: "from 0 s to 36525 d",
    example: "10 s",
};

/// A duration that something is divided by or repeated at.
pub const POSITIVE_DURATION: Quantity = Quantity { min: 1e6, range: "from 1 ms to 36525 d", ..DURATION };

/// Latencies and service times: a minute one way is already beyond any network.
pub const SHORT_DURATION: Quantity =
    Quantity { max: 60.0 * SECOND, range: "from 0 s to 60 s", example: "40 ms", ..DURATION };

pub const SIZE: Quantity = Quantity {
    dimension: Dimension::Size,
    min: 1.0,
    max: (1u64 << 50) as f64,
    range: "from 1 B to 1024 TiB",
    example: "64 MiB",
};

pub const RATE: Quantity = Quantity {
    dimension: Dimension::Rate,
    min: Rate::LEAST.0,
    max: Rate::MOST.0,
    range: "from 1 B/s to 1 Tbit/s",
    example: "1 Mbit/s",
};

pub const FREQUENCY: Quantity = Quantity {
    dimension: Dimension::Frequency,
    min: 1e-9,
    max: 1e6,
    range: "from 0.000000001 /s to 1000000 /s",
    example: "0.5 /s",
};

pub const PRECISION: Quantity = Quantity {
    dimension: Dimension::Percentage,
    min: 0.001,
    max: 1.0,
    range: "from 0.1 % to 100 %",
    example: "5 %",
};

/// What is wrong with a quantity's text, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub struct Mistake {
    pub message: String,
    pub hint: String,
}

impl Dimension {
    /// Every unit with its value in base units.
    pub const fn units(self) -> &'static [(&'static str, f64)] {
        match self {
            Dimension::Time => &[
                ("ns", 1.0),
                ("us", 1e3),
                ("ms", 1e6),
                ("s", SECOND),
                ("min", 60.0 * SECOND),
                ("h", 3600.0 * SECOND),
                ("d", 86_400.0 * SECOND),
            ],
            Dimension::Size => &[
                ("B", 1.0),
                ("kB", 1e3),
                ("KB", 1e3),
                ("MB", 1e6),
                ("GB", 1e9),
                ("TB", 1e12),
                ("KiB", 1024.0),
                ("MiB", 1_048_576.0),
                ("GiB", 1_073_741_824.0),
                ("TiB", 1_099_511_627_776.0),
            ],
            Dimension::Rate => &[
                ("bit/s", 0.125),
                ("kbit/s", 125.0),
                ("Mbit/s", 125e3),
                ("Gbit/s", 125e6),
                ("Tbit/s", 125e9),
                ("B/s", 1.0),
                ("kB/s", 1e3),
                ("KB/s", 1e3),
                ("MB/s", 1e6),
                ("GB/s", 1e9),
                ("KiB/s", 1024.0),
                ("MiB/s", 1_048_576.0),
                ("GiB/s", 1_073_741_824.0),
            ],
            Dimension::Frequency => {
                &[("/s", 1.0), ("/min", 1.0 / 60.0), ("/h", 1.0 / 3600.0), ("/d", 1.0 / 86_400.0)]
            }
            Dimension::Percentage => &[("%", 0.01)],
        }
    }

    pub const fn noun(self) -> &'static str {
        match self {
            Dimension::Time => "a time",
            Dimension::Size => "a size",
            Dimension::Rate => "a data rate",
            Dimension::Frequency => "a frequency",
            Dimension::Percentage => "a percentage",
        }
    }

    /// The value of that unit in base units.
    pub fn unit(self, name: &str) -> Option<f64> {
        self.units().iter().find(|(unit, _)| *unit == name).map(|&(_, value)| value)
    }

    fn unit_list(self) -> String {
        self.units().iter().map(|&(unit, _)| unit).collect::<Vec<_>>().join(", ")
    }

    /// Regular expression that exactly the well-formed quantities match (for the JSON Schema).
    #[cfg(feature = "cli")]
    pub fn pattern(self) -> String {
        let units: Vec<&str> = self.units().iter().map(|&(unit, _)| unit).collect();
        format!(r"^\s*[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\s*({})\s*$", units.join("|"))
    }
}

impl Quantity {
    /// Within no bounds but those of numbers.
    pub const fn any(dimension: Dimension) -> Quantity {
        Quantity { dimension, min: 0.0, max: f64::MAX, range: "any", example: "" }
    }

    /// The value in base units.
    pub fn parse(&self, text: &str) -> Result<f64, Mistake> {
        let text = text.trim();
        let (number, unit) = split(text);
        if number.is_empty() {
            return Err(self.not_a_quantity(text));
        }
        let Some(scale) = self.dimension.unit(unit) else { return Err(self.bad_unit(text, number, unit)) };
        let value: f64 = number.parse().map_err(|_| self.not_a_quantity(text))?;
        let value = value * scale;
        if value.is_finite() && (self.min..=self.max).contains(&value) {
            return Ok(value);
        }
        Err(Mistake {
            message: format!("\"{text}\" is out of range"),
            hint: format!("{} here is {}", self.dimension.noun(), self.range),
        })
    }

    fn not_a_quantity(&self, text: &str) -> Mistake {
        let noun = self.dimension.noun();
        let hint = if text.starts_with('-') {
            format!("{noun} cannot be negative; allowed is {}", self.range)
        } else if text.contains(',') {
            let unit = split(self.example).1;
            format!("write a decimal point, as in \"1.5 {unit}\"")
        } else {
            format!(
                "a number and a unit, such as \"{}\"; units: {}",
                self.example,
                self.dimension.unit_list()
            )
        };
        Mistake { message: format!("\"{text}\" is not {noun}"), hint }
    }

    fn bad_unit(&self, text: &str, number: &str, unit: &str) -> Mistake {
        let noun = self.dimension.noun();
        if unit.is_empty() {
            return Mistake {
                message: format!("\"{text}\" has no unit"),
                hint: format!(
                    "{noun} needs one, such as \"{}\"; units: {}",
                    self.example,
                    self.dimension.unit_list()
                ),
            };
        }
        if unit.starts_with([',', '.']) || unit.starts_with(|c: char| c.is_ascii_digit()) {
            return self.not_a_quantity(text);
        }
        let hint = match misread_unit(unit).filter(|_| self.dimension == Dimension::Rate) {
            Some(readings) => readings.to_owned(),
            None => match self.similar_unit(unit) {
                Some(known) => format!("did you mean \"{number} {known}\"?"),
                None => format!("{noun} such as \"{}\"; units: {}", self.example, self.dimension.unit_list()),
            },
        };
        Mistake { message: format!("`{unit}` is not a unit of {}", noun.trim_start_matches("a ")), hint }
    }

    fn similar_unit(&self, unit: &str) -> Option<&'static str> {
        if self.dimension == Dimension::Time {
            for (word, known) in TIME_WORDS {
                if unit.eq_ignore_ascii_case(word) {
                    return Some(known);
                }
            }
        }
        let units = self.dimension.units();
        let same_but_case = units.iter().find(|(known, _)| known.eq_ignore_ascii_case(unit));
        same_but_case
            .or_else(|| {
                units.iter().find(|(known, _)| unit.len() > 1 && strsim::levenshtein(known, unit) == 1)
            })
            .map(|u| u.0)
    }
}

const TIME_WORDS: &[(&str, &str)] = &[
    ("sec", "s"),
    ("secs", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("m", "min"),
    ("mins", "min"),
    ("minute", "min"),
    ("minutes", "min"),
    ("hr", "h"),
    ("hrs", "h"),
    ("hour", "h"),
    ("hours", "h"),
    ("day", "d"),
    ("days", "d"),
    ("µs", "us"),
    ("msec", "ms"),
];

/// Units of rates that are written in many ways, some of them ambiguous.
fn misread_unit(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "Mb/s" | "mb/s" | "Mb" => "`Mb` is read in two ways: write Mbit/s (bits) or MB/s (bytes)",
        "kb/s" | "Kb/s" | "kb" => "`kb` is read in two ways: write kbit/s (bits) or kB/s (bytes)",
        "Gb/s" | "gb/s" => "`Gb` is read in two ways: write Gbit/s (bits) or GB/s (bytes)",
        "Mbps" | "mbps" | "Mbit" => "write Mbit/s for megabits per second",
        "kbps" | "Kbps" | "kbit" => "write kbit/s for kilobits per second",
        "Gbps" | "gbps" | "Gbit" => "write Gbit/s for gigabits per second",
        "kB" | "KB" | "MB" | "KiB" | "MiB" => "this is a size; a data rate ends in /s, as in \"200 kB/s\"",
        _ => return None,
    })
}

/// The longest prefix that is a plain decimal number, and the rest without space around it.
pub fn split(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    let digits = |from: usize| from + bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut end = digits(0);
    if end == 0 {
        return ("", text);
    }
    if bytes.get(end) == Some(&b'.') && digits(end + 1) > end + 1 {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = (end + 1 + sign).min(bytes.len());
        if digits(exponent) > exponent {
            end = digits(exponent);
        }
    }
    (&text[..end], text[end..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(quantity: &Quantity, text: &str, expect: f64) {
        assert_eq!(quantity.parse(text).expect(text), expect, "{text}");
    }

    #[track_caller]
    fn refuse(quantity: &Quantity, text: &str, expect: &str) {
        let mistake = quantity.parse(text).expect_err(text);
        let told = format!("{} | {}", mistake.message, mistake.hint);
        assert!(told.contains(expect), "{text}: {told}");
    }

    #[test]
    fn quantities_mean_what_their_units_say() {
        check(&DURATION, "40 ms", 40e6);
        check(&DURATION, "1.5min", 90e9);
        check(&DURATION, " 0 s ", 0.0);
        check(&SIZE, "64 MiB", 67_108_864.0);
        check(&SIZE, "1e3 kB", 1e6);
        check(&RATE, "8 Mbit/s", 1e6);
        check(&RATE, "200 kB/s", 2e5);
        check(&FREQUENCY, "30 /min", 0.5);
    }

    #[test]
    fn a_refused_quantity_comes_with_the_way_out() {
        refuse(&RATE, "1 Mb/s", "Mbit/s (bits) or MB/s (bytes)");
        refuse(&RATE, "1 mbit/s", "did you mean \"1 Mbit/s\"");
        refuse(&RATE, "5", "has no unit");
        refuse(&RATE, "0 bit/s", "out of range");
        refuse(&RATE, "1e400 Mbit/s", "out of range");
        refuse(&DURATION, "8 hours", "did you mean \"8 h\"");
        refuse(&DURATION, "-1 s", "cannot be negative");
        refuse(&DURATION, "1,5 s", "decimal point");
        refuse(&DURATION, "soon", "is not a time");
        refuse(&DURATION, "inf s", "is not a time");
        refuse(&SIZE, "64 MBit", "is not a unit of size");
        refuse(&SIZE, "", "is not a size");
        refuse(&SIZE, "1.e5 B", "is not a size");
    }
}
