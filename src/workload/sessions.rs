//! How long each person stays: patience, lingering, planned departures, times away.

use super::{Absence, samplers};
use crate::rng::Stream;
use crate::spec::{AfterFinishing, Duration, Leaves, Sessions};
use crate::units::{SimDuration, SimTime};

/// A person's length of time; `own` is called only where there is something to draw.
pub fn length(length: Duration, own: impl FnOnce() -> Stream) -> SimDuration {
    drawn(length, || samplers::unit(&mut own()))
}

fn drawn(length: Duration, uniform: impl FnOnce() -> f64) -> SimDuration {
    match length {
        Duration::Fixed(fixed) => fixed,
        Duration::Exponential { mean } => {
            SimDuration::from_secs(samplers::exponential(uniform(), mean.as_secs()))
        }
        Duration::Weibull { shape, scale } => {
            SimDuration::from_secs(samplers::weibull(uniform(), shape, scale.as_secs()))
        }
        Duration::Pareto { shape, minimum } => {
            SimDuration::from_secs(samplers::pareto(uniform(), shape, minimum.as_secs()))
        }
        Duration::LogNormal { median, sigma } => {
            SimDuration::from_secs(samplers::log_normal(uniform(), median.as_secs(), sigma))
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

/// The arrival of somebody who would come at `arrives`. Who would come only after the end of the run, or when it is time to go,
/// stays away.
pub fn arrival(leaves: Option<Leaves>, arrives: Option<SimTime>, end: SimTime) -> Option<SimTime> {
    let gone = |came: SimTime| matches!(leaves, Some(Leaves::At(moment)) if moment <= came);
    arrives.filter(|&came| came <= end && !gone(came))
}

/// The planned departure of somebody who comes at `arrives` and is away meanwhile.
pub fn departure(leaves: Option<Leaves>, arrives: SimTime, absences: &[Absence]) -> Option<SimTime> {
    match leaves {
        Some(Leaves::At(moment)) => Some(moment),
        Some(Leaves::After(online)) => {
            // The last instant of that time online, and one more: a time away may begin right then.
            let last = moment_online(arrives, absences, SimDuration(online.0.saturating_sub(1)));
            last.map(|last| last + SimDuration(1))
        }
        Some(Leaves::AfterCopies(_)) | None => None,
    }
}

/// How many times the content's size it uploads before it goes.
pub fn leaves_after_copies(leaves: Option<Leaves>) -> Option<f64> {
    match leaves {
        Some(Leaves::AfterCopies(copies)) => Some(copies),
        Some(Leaves::At(_) | Leaves::After(_)) | None => None,
    }
}

/// The times away of somebody who comes at `arrives`: those that begin before `until`. The lengths are drawn in turn, so that a
/// later end only adds some.
pub fn absences(sessions: Sessions, arrives: SimTime, until: SimTime, mut stream: Stream) -> Vec<Absence> {
    let mut absences = Vec::new();
    // A length of nothing, which only a drawn one can have, would leave times that are not apart.
    let mut next = |length| drawn(length, || samplers::unit(&mut stream)).max(SimDuration(1));
    let mut online_from = arrives;
    while online_from < SimTime::NEVER {
        let from = online_from + next(sessions.online);
        if from >= until {
            break;
        }
        let to = sessions.away.map_or(SimTime::NEVER, |away| from + next(away));
        absences.push(Absence { from, to });
        online_from = to;
    }
    absences
}

/// The moment at which somebody who comes at `arrives` has been online for `online`; `None`: it goes for good before.
pub fn moment_online(arrives: SimTime, absences: &[Absence], online: SimDuration) -> Option<SimTime> {
    let mut moment = arrives + online;
    for absence in absences {
        if moment < absence.from {
            break;
        }
        if absence.to == SimTime::NEVER {
            return None;
        }
        moment = moment + absence.to.since(absence.from);
    }
    (moment < SimTime::NEVER).then_some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    const CAME: Option<SimTime> = Some(SimTime(50));

    #[test]
    fn departures_count_from_the_start_or_from_the_arrival() {
        let departs = |leaves| departure(leaves, SimTime(50), &[]);
        assert_eq!(departs(Some(Leaves::At(SimTime(80)))), Some(SimTime(80)));
        assert_eq!(departs(Some(Leaves::After(SimDuration(80)))), Some(SimTime(130)));
        assert_eq!(departs(Some(Leaves::AfterCopies(1.5))), None);
        assert_eq!(departs(None), None);
        assert_eq!(leaves_after_copies(Some(Leaves::AfterCopies(1.5))), Some(1.5));
        assert_eq!(leaves_after_copies(Some(Leaves::At(SimTime(80)))), None);
    }

    #[test]
    fn a_departure_after_so_long_online_leaves_out_the_times_away() {
        let absences = [away(60, 80), away(90, 110), away(120, 140)];
        let after = |online| departure(Some(Leaves::After(SimDuration(online))), SimTime(50), &absences);
        assert_eq!(after(5), Some(SimTime(55)));
        assert_eq!(after(15), Some(SimTime(85)));
        // As long as three times online together: it goes when it would have gone away.
        assert_eq!(after(30), Some(SimTime(120)));
    }

    #[test]
    fn nobody_comes_after_its_own_departure_or_the_end() {
        let comes = |leaves, end| arrival(leaves, CAME, SimTime(end));
        assert_eq!(comes(Some(Leaves::At(SimTime(50))), 100), None);
        assert_eq!(comes(Some(Leaves::At(SimTime(51))), 100), CAME);
        assert_eq!(comes(None, 49), None);
        assert_eq!(comes(None, 50), CAME);
        assert_eq!(arrival(Some(Leaves::After(SimDuration(1))), None, SimTime(100)), None);
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
    fn away(from: u64, to: u64) -> Absence {
        Absence { from: SimTime(from), to: SimTime(to) }
    }

    fn fixed(online: u64, away: Option<u64>) -> Sessions {
        let fixed = |length| Duration::Fixed(SimDuration(length));
        Sessions { online: fixed(online), away: away.map(fixed) }
    }

    #[test]
    fn sessions_alternate_from_the_arrival_to_the_end() {
        let stream = || Seed { seed: 1, replicate: 0 }.stream("sessions");
        let times = |sessions, until| absences(sessions, SimTime(100), SimTime(until), stream());
        assert_eq!(times(fixed(10, Some(5)), 130), [away(110, 115), away(125, 130)]);
        assert_eq!(times(fixed(10, Some(5)), 110), []);
        assert_eq!(times(fixed(10, None), 130), [away(110, SimTime::NEVER.0)]);
    }

    #[test]
    fn a_longer_run_leaves_the_earlier_sessions_as_they_are() {
        let stream = || Seed { seed: 1, replicate: 0 }.stream("sessions");
        let minute = SimDuration::from_whole_secs(60);
        let online = Duration::Exponential { mean: minute };
        let sessions = Sessions { online, away: Some(Duration::LogNormal { median: minute, sigma: 1.0 }) };
        let until = |secs| {
            absences(sessions, CAME.unwrap(), SimTime::ZERO + SimDuration::from_whole_secs(secs), stream())
        };
        let (short, long) = (until(3_600), until(7_200));
        assert!(short.len() > 10 && long.len() > short.len());
        assert_eq!(short, long[..short.len()]);
        assert!(long.iter().all(|absence| absence.from < absence.to));
        assert!(long.windows(2).all(|pair| pair[0].to < pair[1].from));
    }

    #[test]
    fn time_online_leaves_out_the_times_away() {
        let came = SimTime(100);
        let absences = [away(110, 115), away(125, 130)];
        let at = |online| moment_online(came, &absences, SimDuration(online));
        assert_eq!(at(9), Some(SimTime(109)));
        // Ten units are over at the moment of going; the next session begins with them.
        assert_eq!(at(10), Some(SimTime(115)));
        assert_eq!(at(19), Some(SimTime(124)));
        assert_eq!(at(21), Some(SimTime(131)));
        let gone = [away(110, SimTime::NEVER.0)];
        assert_eq!(moment_online(came, &gone, SimDuration(10)), None);
    }

    #[test]
    fn heavy_tailed_lengths_have_their_medians() {
        let own = Seed { seed: 1, replicate: 0 }.per_person("lengths");
        let minute = SimDuration::from_whole_secs(60);
        let median = |kind: Duration| {
            let person = |n| length(kind, || own(crate::units::PersonIndex(n))).as_secs();
            let mut lengths: Vec<f64> = (0..20_001).map(person).collect();
            lengths.sort_by(f64::total_cmp);
            lengths[10_000]
        };
        // Standard error of a median: 1 / (2 f sqrt(n)); log-normal of sigma 1: 0.53 s, Pareto of shape 2: 0.3 s.
        assert!((median(Duration::LogNormal { median: minute, sigma: 1.0 }) - 60.0).abs() < 2.2);
        let pareto = median(Duration::Pareto { shape: 2.0, minimum: minute });
        assert!((pareto - 60.0 * 2f64.sqrt()).abs() < 1.2, "{pareto}");
    }
}
