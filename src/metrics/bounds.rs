//! Lower bounds that no scheme can beat, and where they apply to a run.
//!
//! Both count from the moment at which the first leecher comes, because nothing can be delivered before.

use crate::spec::{Arrival, PeerClass, Scenario, ServerSpec, StartsWith, WishTimes};
use crate::workload::{Holdings, Person, holders_upload};

/// Last completion of a server with upload `u_s` that serves `leechers` >= 1 clients alone, in seconds:
/// max{ N F / u_s, F / d_min }. All quantities in one unit, such as bytes and bytes per second.
pub fn client_server_bound(size: f64, u_s: f64, d_min: f64, leechers: usize) -> f64 {
    (leechers as f64 * size / u_s).max(size / d_min)
}

/// Last completion of any scheme whatever in which the leechers upload too, in seconds (Kumar and Ross 2006):
/// max{ F / u_s, F / d_min, N F / (u_s + sum of u_i) }.
pub fn peer_to_peer_bound(size: f64, u_s: f64, d_min: f64, leechers: usize, u_sum: f64) -> f64 {
    (size / u_s).max(size / d_min).max(leechers as f64 * size / (u_s + u_sum))
}

/// The peer-to-peer bound of a run in seconds after the arrival of the first leecher, and that arrival in seconds.
///
/// Defined only for one file and where all start together: every class that wants it comes at one and the same moment or as a
/// flash crowd, wants it then, and brings nothing along. It stays a valid lower bound when arrivals spread over the crowd's span,
/// and when peers leave early, because `u_s` and the sum of `u_i` count everybody's capacity as if it were there throughout.
pub fn fluid_bound(scenario: &Scenario, people: &[Person]) -> Option<Bound> {
    let crowd = Crowd::of(scenario, people)?;
    let u_s = seeds_upload(people);
    crowd
        .bound(peer_to_peer_bound(crowd.size, u_s, crowd.d_min, crowd.leechers, crowd.u_sum))
        .filter(|_| u_s > 0.0)
}

/// The client-server bound of a run, defined as [`fluid_bound`] is; several servers count as one with their uplinks together.
pub fn server_bound(scenario: &Scenario, servers: &ServerSpec, people: &[Person]) -> Option<Bound> {
    let crowd = Crowd::of(scenario, people)?;
    let u_s = servers.upload.unwrap_or_else(|| holders_upload(people)).as_f64();
    crowd.bound(client_server_bound(crowd.size, u_s, crowd.d_min, crowd.leechers))
}

/// A lower bound on the last completion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// Seconds from the first arrival.
    pub seconds: f64,
    /// When the first leecher came, in seconds.
    pub first_arrival: f64,
}

impl Bound {
    /// How many times the bound the last completion (in seconds of the run) took; `None` where the bound is zero.
    pub fn ratio(&self, last_completion: f64) -> Option<f64> {
        (self.seconds > 0.0).then(|| (last_completion - self.first_arrival) / self.seconds)
    }
}

/// Upload of those who have everything when they come, together; whoever of them sends less makes no bound invalid.
fn seeds_upload(people: &[Person]) -> f64 {
    let seeds =
        people.iter().filter(|person| person.arrives.is_some() && person.holds == Holdings::Everything);
    seeds.map(|person| person.upload.as_f64()).sum()
}

/// Those who all want one file from the same moment on.
struct Crowd {
    size: f64,
    leechers: usize,
    d_min: f64,
    /// Their upload together.
    u_sum: f64,
    first_arrival: f64,
}

impl Crowd {
    fn of(scenario: &Scenario, people: &[Person]) -> Option<Crowd> {
        let size = scenario.content.single()?.size.as_f64();
        if !starts_together(scenario) {
            return None;
        }
        let mut crowd =
            Crowd { size, leechers: 0, d_min: f64::INFINITY, u_sum: 0.0, first_arrival: f64::INFINITY };
        for person in people.iter().filter(|person| !person.wishes.is_empty()) {
            let Some(arrives) = person.arrives else { continue };
            crowd.leechers += 1;
            crowd.u_sum += person.upload.as_f64();
            crowd.d_min = person.download.as_f64().min(crowd.d_min);
            crowd.first_arrival = arrives.as_secs().min(crowd.first_arrival);
        }
        (crowd.leechers > 0).then_some(crowd)
    }

    fn bound(&self, seconds: f64) -> Option<Bound> {
        seconds.is_finite().then_some(Bound { seconds, first_arrival: self.first_arrival })
    }
}

fn starts_together(scenario: &Scenario) -> bool {
    let leeching = || scenario.classes.iter().filter(|class| wants_something(class));
    let moment = leeching().find_map(|class| match class.arrive {
        Arrival::At(moment) => Some(moment),
        Arrival::RandomlyWithin(_) | Arrival::Poisson { .. } | Arrival::Decay { .. } | Arrival::Trace(_) => {
            None
        }
    });
    leeching().all(|class| {
        class.starts_with == StartsWith::Nothing
            && matches!(class.wishes.when, WishTimes::AtArrival(_))
            && match class.arrive {
                Arrival::At(at) => Some(at) == moment,
                // A flash crowd counts from zero, so it goes together with others who come then.
                Arrival::RandomlyWithin(_) => moment.is_none_or(|moment| moment.0 == 0),
                Arrival::Poisson { .. } | Arrival::Decay { .. } | Arrival::Trace(_) => false,
            }
    })
}

fn wants_something(class: &PeerClass) -> bool {
    class.starts_with != StartsWith::WholeFile && class.wishes.when != WishTimes::AtArrival(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::testing::{leecher, scenario, seed, servers};
    use crate::units::{Rate, SimDuration, SimTime};

    /// F = 15 x 1024 Mbit, u_s = 30 Mbit/s, d = 2 Mbit/s.
    const SIZE: f64 = 15.0 * 1024.0;

    #[test]
    fn the_client_server_bound_meets_its_check_table() {
        // max{ N F / u_s, F / d_min }
        for (n, expected) in [(10, 7680.0), (100, 51_200.0), (1000, 512_000.0)] {
            assert_eq!(client_server_bound(SIZE, 30.0, 2.0, n), expected);
        }
    }

    #[test]
    fn the_peer_to_peer_bound_meets_its_check_table() {
        // max{ F / u_s, F / d_min, N F / (u_s + N u) }
        let table = [
            (300.0 / 1024.0, [7680.0, 25_904.0, 47_559.0]),
            (700.0 / 1024.0, [7680.0, 15_616.0, 21_525.0]),
            (2.0, [7680.0, 7680.0, 7680.0]),
        ];
        for (u, row) in table {
            for (n, expected) in [10usize, 100, 1000].into_iter().zip(row) {
                let bound = peer_to_peer_bound(SIZE, 30.0, 2.0, n, n as f64 * u);
                assert!((bound - expected).abs() <= 0.5, "u = {u}, N = {n}: {bound}");
            }
        }
    }

    #[test]
    fn the_bound_of_a_run_counts_those_who_came() {
        // One seed of 100 B/s, two leechers of 100/400 B/s, 1000 B: max{ 10, 2.5, 2000/300 } = 10 s.
        let mut people = vec![seed(), leecher(1), leecher(1)];
        people[1].arrives = Some(SimTime(3_000_000_000));
        people[2].arrives = Some(SimTime(5_000_000_000));
        let bound = fluid_bound(&scenario(), &people).unwrap();
        assert_eq!(bound, Bound { seconds: 10.0, first_arrival: 3.0 });
        assert_eq!(bound.ratio(23.0), Some(2.0));
        // Nobody to bring the file: no bound.
        assert_eq!(fluid_bound(&scenario(), &people[1..]), None);
    }

    #[test]
    fn servers_alone_send_what_the_holders_have_unless_told_otherwise() {
        // One seed of 100 B/s, two leechers of 400 B/s, 1000 B: max{ 2 x 1000 / 100, 1000 / 400 } = 20 s.
        let people = [seed(), leecher(1), leecher(1)];
        let mut servers = servers();
        assert_eq!(server_bound(&scenario(), &servers, &people).unwrap().seconds, 20.0);
        servers.upload = Some(Rate(1e6));
        assert_eq!(server_bound(&scenario(), &servers, &people).unwrap().seconds, 2.5);
        // Who wants nothing is not served.
        let idle = Person { wishes: Vec::new(), ..leecher(1) };
        let people = [seed(), leecher(1), idle];
        servers.upload = None;
        assert_eq!(server_bound(&scenario(), &servers, &people).unwrap().seconds, 10.0);
    }

    #[test]
    fn it_is_left_out_where_it_is_not_defined() {
        let people = [seed(), leecher(1)];
        let mut part = scenario();
        part.classes[1].starts_with = StartsWith::FractionOfPieces(0.5);
        assert_eq!(fluid_bound(&part, &people), None);
        let mut poisson = scenario();
        poisson.classes[2].arrive = Arrival::Poisson { per_second: 1.0 };
        assert_eq!(fluid_bound(&poisson, &people), None);
        let mut later = scenario();
        later.classes[1].wishes.when = WishTimes::Poisson { per_second: 1.0, at_most: 1 };
        assert_eq!(fluid_bound(&later, &people), None);
        let mut apart = scenario();
        apart.classes[1].arrive = Arrival::At(SimTime(1));
        assert_eq!(fluid_bound(&apart, &people), None, "the other class is a flash crowd from zero");
        apart.classes[2].arrive = Arrival::At(SimTime(1));
        assert!(fluid_bound(&apart, &people).is_some());
        apart.classes[2].arrive = Arrival::At(SimTime(2));
        assert_eq!(fluid_bound(&apart, &people), None);
        let mut crowd = scenario();
        crowd.classes[1].arrive = Arrival::RandomlyWithin(SimDuration::from_whole_secs(10));
        assert!(fluid_bound(&crowd, &people).is_some());
    }
}
