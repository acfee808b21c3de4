//! When each person comes.
//!
//! Classes of the population that come in the same way share one process: its i-th arrival is that of the i-th of their
//! persons in order of index, so that who is of which class does not move anybody's arrival. A counted class has a process
//! of its own. A process names its stream after its first class.

use super::classes::Member;
use super::{own_streams, samplers};
use crate::rng::{Seed, Stream};
use crate::spec::{Arrival, ClassSize, PeerClass, Scenario};
use crate::units::{SimDuration, SimTime, portable};

/// The arrival of each member, in their order; `None`: it never comes.
pub fn arrivals(scenario: &Scenario, members: &[Member], seed: Seed) -> Vec<Option<SimTime>> {
    let process_of_class = processes(&scenario.classes);
    let mut processes: Vec<Option<Process>> = scenario
        .classes
        .iter()
        .zip(&process_of_class)
        .enumerate()
        .map(|(index, (class, &first))| (index == first).then(|| Process::new(class, seed)))
        .collect();

    let own = own_streams(scenario, seed, "arrival");
    let arrival = |&member: &Member| {
        let process = processes[process_of_class[member.class.at()]].as_mut();
        process.expect("the first class of a process holds it").next(|| own(member))
    };
    members.iter().map(arrival).collect()
}

/// Of each class the first class that shares its process.
fn processes(classes: &[PeerClass]) -> Vec<usize> {
    let in_population = |class: &PeerClass| matches!(class.size, ClassSize::Fraction(_));
    let shares = |a: &PeerClass, b: &PeerClass| in_population(a) && in_population(b) && a.arrive == b.arrive;
    let first_like = |(index, class)| {
        let earlier = &classes[..index];
        earlier.iter().position(|other| shares(other, class)).unwrap_or(index)
    };
    classes.iter().enumerate().map(first_like).collect()
}

/// An arrival process on its way: hands out one arrival after the other.
struct Process<'a> {
    kind: &'a Arrival,
    stream: Stream,
    /// The last point of a Poisson process of rate one.
    unit_point: f64,
    handed_out: usize,
}

impl<'a> Process<'a> {
    fn new(class: &'a PeerClass, seed: Seed) -> Process<'a> {
        let stream = seed.stream(&format!("arrival process/{}", class.name));
        Process { kind: &class.arrive, stream, unit_point: 0.0, handed_out: 0 }
    }

    /// The next person's arrival; `own` is that person's stream, for arrivals that are independent of each other.
    fn next(&mut self, own: impl FnOnce() -> Stream) -> Option<SimTime> {
        let turn = self.handed_out;
        self.handed_out += 1;
        match self.kind {
            Arrival::At(moment) => Some(*moment),
            Arrival::RandomlyWithin(span) => at_secs(samplers::unit(&mut own()) * span.as_secs()),
            Arrival::Poisson { per_second } => at_secs(self.next_unit_point() / per_second),
            Arrival::Decay { initial_per_second, tau } => {
                decayed(self.next_unit_point(), *initial_per_second, tau.as_secs())
            }
            Arrival::Trace(moments) => moments.get(turn).copied(),
        }
    }

    fn next_unit_point(&mut self) -> f64 {
        self.unit_point += samplers::exponential(samplers::unit(&mut self.stream), 1.0);
        self.unit_point
    }
}

/// Where a point of the unit Poisson process falls when the rate is `initial` exp(-t / `tau`): the expected number of
/// arrivals by t is `initial` `tau` (1 - exp(-t / `tau`)), and its inverse maps the points. Points beyond the total
/// number expected are persons who stay away.
fn decayed(unit_point: f64, initial: f64, tau: f64) -> Option<SimTime> {
    let expected_ever = initial * tau;
    if unit_point >= expected_ever {
        return None;
    }
    at_secs(-tau * portable::ln(1.0 - unit_point / expected_ever))
}

/// `None` for a moment beyond the end of time.
fn at_secs(secs: f64) -> Option<SimTime> {
    let moment = SimTime::ZERO + SimDuration::from_secs(secs);
    (moment < SimTime::NEVER).then_some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: Seed = Seed { seed: 7, replicate: 0 };

    fn first(kind: &Arrival, n: usize) -> Vec<Option<f64>> {
        let stream = SEED.stream("test");
        let mut process = Process { kind, stream, unit_point: 0.0, handed_out: 0 };
        let own = SEED.per_person("test");
        (0..n)
            .map(|i| process.next(|| own(crate::units::PersonIndex(i as u32))).map(SimTime::as_secs))
            .collect()
    }

    /// Largest distance between the empirical distribution of `values` (ascending) and `cdf` (Kolmogorov and Smirnov).
    fn distance(values: &[f64], cdf: impl Fn(f64) -> f64) -> f64 {
        let n = values.len() as f64;
        let gap =
            |(i, &x): (usize, &f64)| (cdf(x) - i as f64 / n).abs().max((cdf(x) - (i + 1) as f64 / n).abs());
        values.iter().enumerate().map(gap).fold(0.0, f64::max)
    }

    #[test]
    fn poisson_arrivals_have_exponential_gaps_of_their_rate() {
        let moments: Vec<f64> =
            first(&Arrival::Poisson { per_second: 0.5 }, 20_000).into_iter().map(Option::unwrap).collect();
        let mut gaps: Vec<f64> = moments.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.iter().all(|&gap| gap >= 0.0));
        gaps.sort_by(f64::total_cmp);
        // The 0.1 % point of the Kolmogorov distance is 1.95 / sqrt(n) = 0.0138.
        assert!(distance(&gaps, |t| 1.0 - portable::exp(-0.5 * t)) < 0.0138);
    }

    #[test]
    fn decaying_arrivals_follow_guo_and_end() {
        // lambda0 = 10 /s, tau = 1000 s: 10 000 come in all, 1 - exp(-t / 1000) of them by t.
        let decay = Arrival::Decay { initial_per_second: 10.0, tau: SimDuration::from_whole_secs(1_000) };
        let moments = first(&decay, 11_000);
        let came: Vec<f64> = moments.iter().copied().map_while(|moment| moment).collect();
        // A Poisson count of mean 10 000 has a standard deviation of 100.
        assert!(came.len().abs_diff(10_000) < 400, "{}", came.len());
        assert!(moments[came.len()..].iter().all(Option::is_none));
        assert!(distance(&came, |t| 1.0 - portable::exp(-t / 1_000.0)) < 1.95 / 100.0);
    }

    #[test]
    fn a_decayed_point_inverts_the_expected_count() {
        // Half of all: t = tau ln 2.
        let half = decayed(50.0, 1.0, 100.0).unwrap().as_secs();
        assert!((half - 100.0 * std::f64::consts::LN_2).abs() < 1e-8);
        assert_eq!(decayed(100.0, 1.0, 100.0), None);
        assert_eq!(decayed(0.0, 0.0, 100.0), None);
        assert_eq!(decayed(0.0, 1.0, 100.0), Some(SimTime::ZERO));
    }

    #[test]
    fn a_flash_crowd_is_uniform_over_its_span() {
        let crowd = Arrival::RandomlyWithin(SimDuration::from_whole_secs(10));
        let mut moments: Vec<f64> = first(&crowd, 10_000).into_iter().map(Option::unwrap).collect();
        moments.sort_by(f64::total_cmp);
        assert!(moments[9_999] < 10.0);
        assert!(distance(&moments, |t| t / 10.0) < 1.95 / 100.0);
    }

    #[test]
    fn a_trace_gives_its_moments_in_turn_and_then_nobody() {
        let trace = Arrival::Trace(vec![SimTime(5), SimTime(9)]);
        assert_eq!(first(&trace, 3), [Some(5e-9), Some(9e-9), None]);
    }

    #[test]
    fn a_process_of_rate_zero_brings_nobody() {
        assert_eq!(first(&Arrival::Poisson { per_second: 0.0 }, 2), [None, None]);
    }
}
