//! How a client tells others what line it has.

use crate::units::Rate;

/// The link type of a login and of each search result, 0 to 10 in `napster.txt`; a faster one is greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line(u8);

/// The least rate of each type from 1 on, in bits per second. The document names 7 "cable" and 8 "DSL" without a rate;
/// the slowest that were sold in 2000 stand for them: 256 and 384 kbit/s upstream.
const LEAST_BIT_PER_S: [f64; 10] = [
    14_400.0,
    28_800.0,
    33_600.0,
    56_700.0,
    64_000.0,
    128_000.0,
    256_000.0,
    384_000.0,
    1_544_000.0,
    44_736_000.0,
];

impl Line {
    pub const UNKNOWN: Line = Line(0);
    pub const MODEM_33K6: Line = Line(3);
    pub const ISDN_128K: Line = Line(6);
    pub const T1: Line = Line(9);
    pub const T3: Line = Line(10);

    /// The number of the type: a faster line has a greater one.
    pub fn speed(self) -> u32 {
        u32::from(self.0)
    }

    /// What somebody with this uplink truthfully says: the fastest type that it is not slower than.
    pub fn of(upload: Rate) -> Line {
        let bit_per_s = upload.0 * 8.0;
        Line(LEAST_BIT_PER_S.iter().take_while(|&&least| bit_per_s >= least).count() as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_the_fastest_type_that_it_reaches() {
        let line = |kbit_per_s: f64| Line::of(Rate(kbit_per_s * 125.0));
        assert_eq!(line(9.6), Line::UNKNOWN);
        assert_eq!(
            [33.6, 56.6, 128.0, 1_544.0].map(line),
            [Line(3), Line::MODEM_33K6, Line::ISDN_128K, Line::T1]
        );
        assert_eq!(Line::of(Rate::UNLIMITED), Line::T3);
    }
}
