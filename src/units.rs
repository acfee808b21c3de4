//! Quantities and indices: what a number means is in its type.
//!
//! Time is an integer count of nanoseconds, so that the order of events never depends on rounding.
//! Amounts of data are integers of bytes. Rates are `f64` bytes per second (`docs/ARCHITECTURE.md`
//! says why). This file knows nothing of events, networks or protocols.

use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};

use serde::{Deserialize, Serialize};

pub mod huge;
pub mod lists;
pub mod prefetch;

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// A moment of simulated time: nanoseconds since the run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SimTime(pub u64);

/// A length of simulated time in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SimDuration(pub u64);

impl SimTime {
    pub const ZERO: SimTime = SimTime(0);
    /// Later than anything that can happen.
    pub const NEVER: SimTime = SimTime(u64::MAX);

    /// Seconds since the run began.
    pub fn as_secs(self) -> f64 {
        self.0 as f64 / NANOS_PER_SECOND as f64
    }

    /// The time that passed since `earlier`; a bug if `earlier` is later.
    pub fn since(self, earlier: SimTime) -> SimDuration {
        assert!(earlier <= self, "time went back: {earlier} is after {self}");
        SimDuration(self.0 - earlier.0)
    }
}

impl SimDuration {
    pub const ZERO: SimDuration = SimDuration(0);
    /// Longer than any run.
    pub const FOREVER: SimDuration = SimDuration(u64::MAX);

    pub const fn from_millis(millis: u64) -> SimDuration {
        SimDuration(millis * 1_000_000)
    }

    pub const fn from_whole_secs(secs: u64) -> SimDuration {
        SimDuration(secs * NANOS_PER_SECOND)
    }

    /// Rounds up to the next nanosecond; negative or not-a-number is a bug, too large saturates.
    pub fn from_secs(secs: f64) -> SimDuration {
        assert!(secs >= 0.0, "a duration cannot be {secs} s");
        SimDuration((secs * NANOS_PER_SECOND as f64).ceil() as u64)
    }

    /// Seconds.
    pub fn as_secs(self) -> f64 {
        self.0 as f64 / NANOS_PER_SECOND as f64
    }

    pub fn times(self, factor: u64) -> SimDuration {
        SimDuration(self.0.saturating_mul(factor))
    }
}

impl Add<SimDuration> for SimTime {
    type Output = SimTime;
    /// Saturates at [`SimTime::NEVER`].
    fn add(self, rhs: SimDuration) -> SimTime {
        SimTime(self.0.saturating_add(rhs.0))
    }
}

impl Add for SimDuration {
    type Output = SimDuration;
    fn add(self, rhs: SimDuration) -> SimDuration {
        SimDuration(self.0.saturating_add(rhs.0))
    }
}

impl AddAssign for SimDuration {
    fn add_assign(&mut self, rhs: SimDuration) {
        *self = *self + rhs;
    }
}

impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SimDuration(self.0).fmt(f)
    }
}

impl fmt::Display for SimDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.as_secs())
    }
}

/// An amount of data in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Bytes(pub u64);

impl Bytes {
    pub const ZERO: Bytes = Bytes(0);
    pub const KIB: u64 = 1 << 10;
    pub const MIB: u64 = 1 << 20;

    pub fn as_f64(self) -> f64 {
        self.0 as f64
    }
}

impl Add for Bytes {
    type Output = Bytes;
    fn add(self, rhs: Bytes) -> Bytes {
        Bytes(self.0 + rhs.0)
    }
}

impl AddAssign for Bytes {
    fn add_assign(&mut self, rhs: Bytes) {
        self.0 += rhs.0;
    }
}

impl Sub for Bytes {
    type Output = Bytes;
    /// An amount below zero is a bug.
    fn sub(self, rhs: Bytes) -> Bytes {
        Bytes(self.0.checked_sub(rhs.0).expect("an amount of data cannot be negative"))
    }
}

impl SubAssign for Bytes {
    fn sub_assign(&mut self, rhs: Bytes) {
        *self = *self - rhs;
    }
}

impl std::iter::Sum for Bytes {
    fn sum<I: Iterator<Item = Bytes>>(iter: I) -> Bytes {
        iter.fold(Bytes::ZERO, Add::add)
    }
}

/// A data rate in bytes per second; never negative, may be infinite (no limit).
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Rate(pub f64);

impl Rate {
    pub const ZERO: Rate = Rate(0.0);
    pub const UNLIMITED: Rate = Rate(f64::INFINITY);
    /// The slowest and the fastest line that a scenario may have: 1 B/s and 1 Tbit/s.
    pub const LEAST: Rate = Rate(1.0);
    pub const MOST: Rate = Rate(125e9);

    /// One megabit per second is 10^6 bits, so 125 000 bytes, per second.
    pub const fn from_mbit(mbit: f64) -> Rate {
        Rate(mbit * 125_000.0)
    }

    /// Bytes per second.
    pub fn as_f64(self) -> f64 {
        self.0
    }
}

/// Declares a dense index: a `u32` that says what it counts.
macro_rules! index {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            pub fn at(self) -> usize {
                self.0 as usize
            }

            /// Panics when `index` does not fit 32 bits: no world is that large.
            pub fn from_usize(index: usize) -> $name {
                $name(u32::try_from(index).expect("an index fits 32 bits"))
            }
        }
    )*};
}

index! {
    /// A person of the population, with one machine and one line; in order of the scenario's classes.
    PersonIndex
    /// A peer of one torrent, among the persons who are in its swarm at some time.
    MemberIndex
    /// A class of the scenario, in the order of the file.
    ClassIndex
    /// A piece of the torrent, from 0.
    PieceIndex
    /// A file of the catalogue, from 0; the order is that of popularity.
    FileIndex
}

/// The largest number that divides both; of a number and 0, the number.
pub fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// Functions whose last bit differs between platforms' own mathematics: always taken from `libm`.
pub mod portable {
    pub use libm::{exp, log as ln, pow, sqrt};
}
