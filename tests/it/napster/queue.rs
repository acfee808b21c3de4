//! The index as a queue, through the whole simulator: Poisson searches for files that nobody shares.
//!
//! With the load rho = lambda / mu, lambda searches a second and a mean service of 1 / mu, the mean time in the system
//! is
//!
//!   M/M/1:  (1 / mu) / (1 - rho)
//!   M/D/1:  (1 / mu) (1 + rho / (2 (1 - rho)))          (Pollaczek and Khinchine)
//!
//! and an M/M/1/K, with room for K searches, turns away the share (1 - rho) rho^K / (1 - rho^(K+1)).

use unchoke::rng::Seed;
use unchoke::spec::ServiceTime;
use unchoke::units::SimDuration;

use super::town::{Make, Measured, Town};

/// Mean service.
const SERVICE: SimDuration = SimDuration::from_millis(1);
const EXPONENTIAL: ServiceTime = ServiceTime::Exponential { mean: SERVICE };
const FIXED: ServiceTime = ServiceTime::Fixed(SERVICE);

/// Users who share nothing and search in turn, at this load, about so many times.
fn searches(service: ServiceTime, load: f64, count: u32, room: Option<u32>) -> Measured {
    const USERS: usize = 500;
    let mut town = Town::new(1_000);
    town.spec.index.service = service;
    town.spec.index.queue = room;
    town.clients(|client| client.downloads = u32::MAX);
    (0..USERS).for_each(|_| {
        town.person(0.0, &[]);
    });
    let mut stream = Seed { seed: 5, replicate: 0 }.stream("searches");
    let gap = SERVICE.as_secs() / load;
    // Everybody is logged in by then.
    let mut at = 1.0;
    for number in 0..count {
        at += stream.exponential(gap);
        town.people[stream.below(USERS)].wants(at, number % 1_000);
    }
    town.scenario.output.sample_every = SimDuration::from_secs(at / 10.0);
    town.measure(at)
}

/// The mean time in the system over the one expected.
fn ratio(service: ServiceTime, load: f64, count: u32) -> f64 {
    let server = searches(service, load, count, None).end();
    assert!(f64::from(count) - (server.served as f64) < 0.01 * f64::from(count), "{server:?}");
    let expected = match service {
        ServiceTime::Exponential { mean } => mean.as_secs() / (1.0 - load),
        ServiceTime::Fixed(time) => time.as_secs() * (1.0 + load / (2.0 * (1.0 - load))),
    };
    server.sojourn_s / server.served as f64 / expected
}

#[track_caller]
fn assert_within(ratio: f64, tolerance: f64) {
    assert!((ratio - 1.0).abs() < tolerance, "{ratio}");
}

#[test]
fn at_moderate_load_the_time_in_the_index_is_that_of_the_formulas() {
    for load in [0.3, 0.6] {
        assert_within(ratio(EXPONENTIAL, load, 200_000), 0.03);
        assert_within(ratio(FIXED, load, 200_000), 0.03);
    }
}

/// The standard error of the mean of 2 000 000 exponential services is 1.3 %: they are strongly correlated.
#[test]
fn at_high_load_exponential_services_take_the_time_of_m_m_1() {
    assert_within(ratio(EXPONENTIAL, 0.9, 2_000_000), 0.03);
}

#[test]
fn at_high_load_fixed_services_take_the_time_of_m_d_1() {
    assert_within(ratio(FIXED, 0.9, 2_000_000), 0.03);
}

#[test]
fn above_load_1_an_unbounded_queue_grows_by_what_cannot_be_served() {
    let load = 1.5;
    let samples = searches(EXPONENTIAL, load, 150_000, None).0;
    let ((from, first), (to, last)) = (samples[2], samples[9]);
    let growth = f64::from(last.queue - first.queue) / to.since(from).as_secs();
    // lambda - mu = 500 a second; standard deviation sqrt((lambda + mu) T) over 70 s: 6.
    let expected = (load - 1.0) / SERVICE.as_secs();
    assert_within(growth / expected, 0.04);
}

#[test]
fn a_bounded_queue_refuses_the_share_of_m_m_1_k() {
    for (load, room) in [(0.8, 4), (1.5, 9)] {
        let server = searches(EXPONENTIAL, load, 200_000, Some(room)).end();
        // One more is worked on.
        let k = room as i32 + 1;
        let power = |n: i32| (0..n).fold(1.0, |product, _| product * load);
        let share = (1.0 - load) * power(k) / (1.0 - power(k + 1));
        let refused = server.refused as f64 / (server.refused + server.served) as f64;
        assert_within(refused / share, 0.03);
    }
}
