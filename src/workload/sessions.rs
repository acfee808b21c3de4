//! How long each person stays: patience, lingering, planned departures.

use super::samplers;
use crate::rng::Stream;
use crate::spec::{AfterFinishing, Duration, Leaves};
use crate::units::{SimDuration, SimTime};

/// A person's length of time; `own` is called only where there is something to draw.
pub fn length(length: Duration, own: impl FnOnce() -> Stream) -> SimDuration {
    let uniform = || samplers::unit(&mut own());
    match length {
        Duration::Fixed(fixed) => fixed,
        Duration::Exponential { mean } => {
            SimDuration::from_secs(samplers::exponential(uniform(), mean.as_secs()))
        }
        Duration::Weibull { shape, scale } => {
            SimDuration::from_secs(samplers::weibull(uniform(), shape, scale.as_secs()))
        }
    }
}

/// How long a person stays once it has finished; `None`: for ever.
pub fn lingers(after: AfterFinishing, own: impl FnOnce() -> Stream) -> Option<SimDuration> {
    match after {
        AfterFinishing::Leave => Some(SimDuration::ZERO),
        AfterFinishing::SeedFor(time) => Some(length(time, own)),
        AfterFinishing::SeedForever => None,
    }
}

/// Arrival and planned departure. Who would come only when it is time to go stays away.
pub fn presence(leaves: Option<Leaves>, arrives: Option<SimTime>) -> (Option<SimTime>, Option<SimTime>) {
    match (arrives, leaves) {
        (None, _) => (None, None),
        (Some(came), Some(Leaves::At(moment))) if moment <= came => (None, None),
        (Some(_), Some(Leaves::At(moment))) => (arrives, Some(moment)),
        (Some(came), Some(Leaves::After(online))) => (arrives, Some(came + online)),
        (Some(_), Some(Leaves::AfterCopies(_)) | None) => (arrives, None),
    }
}

/// How many times the content's size it uploads before it goes.
pub fn leaves_after_copies(leaves: Option<Leaves>) -> Option<f64> {
    match leaves {
        Some(Leaves::AfterCopies(copies)) => Some(copies),
        Some(Leaves::At(_) | Leaves::After(_)) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    const CAME: Option<SimTime> = Some(SimTime(50));

    #[test]
    fn departures_count_from_the_start_or_from_the_arrival() {
        assert_eq!(presence(Some(Leaves::At(SimTime(80))), CAME), (CAME, Some(SimTime(80))));
        assert_eq!(presence(Some(Leaves::After(SimDuration(80))), CAME), (CAME, Some(SimTime(130))));
        assert_eq!(presence(Some(Leaves::AfterCopies(1.5)), CAME), (CAME, None));
        assert_eq!(presence(None, CAME), (CAME, None));
        assert_eq!(leaves_after_copies(Some(Leaves::AfterCopies(1.5))), Some(1.5));
        assert_eq!(leaves_after_copies(Some(Leaves::At(SimTime(80)))), None);
    }

    #[test]
    fn nobody_comes_after_its_own_departure() {
        assert_eq!(presence(Some(Leaves::At(SimTime(50))), CAME), (None, None));
        assert_eq!(presence(Some(Leaves::After(SimDuration(1))), None), (None, None));
    }

    #[test]
    fn lingering_is_none_only_for_ever() {
        let stream = || Seed { seed: 1, replicate: 0 }.stream("linger");
        assert_eq!(lingers(AfterFinishing::Leave, stream), Some(SimDuration::ZERO));
        assert_eq!(lingers(AfterFinishing::SeedForever, stream), None);
        let fixed = Duration::Fixed(SimDuration(7));
        assert_eq!(lingers(AfterFinishing::SeedFor(fixed), stream), Some(SimDuration(7)));
    }

    #[test]
    fn drawn_lengths_scale_with_their_parameter() {
        let stream = || Seed { seed: 1, replicate: 0 }.stream("patience");
        let minutes = |n: u64| SimDuration::from_whole_secs(60 * n);
        let one = length(Duration::Exponential { mean: minutes(1) }, stream).as_secs();
        let two = length(Duration::Exponential { mean: minutes(2) }, stream).as_secs();
        assert!(one > 0.0 && (two - 2.0 * one).abs() < 1e-8);
        // A Weibull of shape 1 is the exponential.
        let weibull = length(Duration::Weibull { shape: 1.0, scale: minutes(1) }, stream).as_secs();
        assert!((weibull - one).abs() < 1e-8);
    }
}
