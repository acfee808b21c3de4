//! Who takes part: classes of peers, their lines, arrivals, holdings and what they do afterwards.

use serde::{Deserialize, Serialize};

use crate::units::{Rate, SimDuration, SimTime};

/// A class of peers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeerClass {
    pub name: String,
    pub size: ClassSize,
    pub starts_with: StartsWith,
    pub upload: Capacity,
    pub download: Capacity,
    /// What this person's access line adds to the one-way latency of the network.
    pub access_latency: SimDuration,
    pub arrive: Arrival,
    pub after_finishing: AfterFinishing,
    pub leaves: Option<Leaves>,
    /// Goes away and comes back with what it had; `None`: stays until it leaves.
    pub sessions: Option<Sessions>,
    /// What it wants and when; nothing for those who start with everything.
    pub wishes: Wishes,
    /// Patience: how long after its arrival an unfinished peer gives up.
    pub gives_up: Option<Duration>,
    /// Leaves by vanishing: neighbours and tracker are not told.
    pub vanishes: bool,
    pub behavior: Behavior,
}

impl PeerClass {
    /// Whether its persons have nothing to wish for from the start, where the content is so many files, and are finished when they come.
    pub fn comes_finished(&self, files: u32) -> bool {
        let has_all = match &self.starts_with {
            StartsWith::WholeFile => true,
            StartsWith::FractionOfPieces(fraction) => *fraction >= 1.0,
            StartsWith::AllButPieces(missing) => missing.is_empty(),
            StartsWith::Files(own) => *own >= files,
            StartsWith::Nothing => false,
        };
        has_all || self.wishes.when == WishTimes::AtArrival(0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum ClassSize {
    /// So many persons, beside the population's total.
    Count(u32),
    /// This part of the population's total, in [0, 1]; "rest" is resolved to a number.
    Fraction(f64),
}

/// What a person has at arrival.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StartsWith {
    Nothing,
    WholeFile,
    /// A uniformly random subset of this size (rounded down), in [0, 1].
    FractionOfPieces(f64),
    AllButPieces(Vec<u32>),
    /// So many different files of the catalogue, drawn by popularity.
    Files(u32),
}

/// Alternating times online and away, each drawn anew; the first session begins at the arrival.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sessions {
    pub online: Duration,
    /// `None`: does not come back.
    pub away: Option<Duration>,
}

/// Which files a person wants: drawn by popularity, never one that it holds or has wished for before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wishes {
    pub when: WishTimes,
    /// This part of the wishes is searched for by the performer's name, the others by title.
    pub by_performer: f64,
    pub among: WishedFiles,
}

impl Wishes {
    /// One file at arrival, searched for by title.
    pub const ONE: Wishes =
        Wishes { when: WishTimes::AtArrival(1), by_performer: 0.0, among: WishedFiles::ByPopularity };

    /// How many there are on average in so many seconds online from the arrival, where there are files enough.
    pub fn expected(&self, seconds: f64) -> f64 {
        match self.when {
            WishTimes::AtArrival(count) => f64::from(count),
            WishTimes::Poisson { per_second, at_most } => (per_second * seconds).min(f64::from(at_most)),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum WishTimes {
    /// So many at once at arrival; 0: wants nothing.
    AtArrival(u32),
    /// A Poisson stream while online.
    Poisson { per_second: f64, at_most: u32 },
}

/// From which part of the catalogue wishes are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum WishedFiles {
    ByPopularity,
    /// By popularity among the ranks from..to (the most popular file has rank 0), as parts of the catalogue in [0, 1].
    Ranks {
        from: f64,
        to: f64,
    },
}

/// Where a line's capacity comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Capacity {
    Fixed(Rate),
    /// The person's own upload capacity times a factor (download only).
    TimesUpload(f64),
    /// Piecewise linear distribution function: (p, rate), both ascending, 0 <= p <= 1. Below the first and
    /// above the last point the rate is that point's.
    Cdf(Vec<(f64, Rate)>),
    /// (share, rate): shares add up to 1.
    Classes(Vec<(f64, Rate)>),
    /// Median and sigma of the logarithm.
    LogNormal {
        median: Rate,
        sigma: f64,
    },
    /// Uniform between the two.
    Uniform {
        from: Rate,
        to: Rate,
    },
    /// Pareto with shape > 0, at least `minimum`.
    Pareto {
        shape: f64,
        minimum: Rate,
    },
}

/// When the persons of a class come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Arrival {
    At(SimTime),
    /// Each independently and uniformly within this span from the start: a flash crowd.
    RandomlyWithin(SimDuration),
    /// A Poisson process, arrivals per second.
    Poisson {
        per_second: f64,
    },
    /// A Poisson process whose rate decays: lambda(t) = initial x exp(-t / tau) (Guo 2005). A finite number comes, so
    /// persons whose turn never arrives stay away.
    Decay {
        initial_per_second: f64,
        tau: SimDuration,
    },
    /// Moments from a trace, ascending; persons beyond its end stay away.
    Trace(Vec<SimTime>),
}

/// What a peer does once it has the whole file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum AfterFinishing {
    Leave,
    SeedFor(Duration),
    SeedForever,
}

/// When a peer that holds the whole file from the start (or any other) goes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Leaves {
    At(SimTime),
    /// After it was online so long.
    After(SimDuration),
    /// Once it has uploaded that many times the content's size.
    AfterCopies(f64),
}

/// A length of time, fixed or drawn for each person.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Duration {
    Fixed(SimDuration),
    Exponential {
        mean: SimDuration,
    },
    Weibull {
        shape: f64,
        scale: SimDuration,
    },
    /// With shape > 0, at least `minimum`.
    Pareto {
        shape: f64,
        minimum: SimDuration,
    },
    /// Median and sigma of the logarithm.
    LogNormal {
        median: SimDuration,
        sigma: f64,
    },
}

/// What a person chooses to do with the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Behavior {
    /// Follows its client's rules.
    Compliant,
    /// Downloads like anyone and never unchokes anybody.
    FreeRider,
    /// Serves garbage: every block that it uploads is corrupt.
    Corrupt,
}

/// Persons of all classes together; `total` are shared out among those that give a fraction.
pub fn persons(classes: &[PeerClass], total: u32) -> u64 {
    let counted = classes.iter().map(|class| match class.size {
        ClassSize::Count(count) => u64::from(count),
        ClassSize::Fraction(_) => 0,
    });
    u64::from(total) + counted.sum::<u64>()
}
