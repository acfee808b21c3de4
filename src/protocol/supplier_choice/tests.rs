//! Whom a client asks, and in which order.

use super::{Candidate, Pong, Step, next};
use crate::protocol::napster::Line;
use crate::rng::{Seed, Stream};
use crate::spec::SupplierChoice;
use crate::units::{PersonIndex, SimDuration};

fn stream(number: u64) -> Stream {
    Seed { seed: number, replicate: 0 }.stream("client test")
}

fn told_of(lines: &[Line]) -> Vec<Candidate> {
    let candidate = |(at, line): (usize, &Line)| Candidate {
        supplier: PersonIndex::from_usize(at),
        speed: line.speed(),
        pong: None,
    };
    lines.iter().enumerate().map(candidate).collect()
}

/// Everybody who is asked, in turn; pings are answered by `pong`.
fn asked(
    choice: SupplierChoice,
    mut candidates: Vec<Candidate>,
    stream: &mut Stream,
    pong: impl Fn(PersonIndex) -> Option<Pong>,
) -> Vec<u32> {
    let mut order = Vec::new();
    loop {
        match next(choice, &mut candidates, stream) {
            Step::Ask(supplier) => order.push(supplier.0),
            Step::Ping(some) => {
                let silent = |candidate: &mut Candidate| candidate.pong.is_none();
                candidates[..some].iter_mut().for_each(|candidate| candidate.pong = pong(candidate.supplier));
                let mut at = 0;
                candidates.retain_mut(|candidate| {
                    at += 1;
                    at > some || !silent(candidate)
                });
            }
            Step::Nobody => return order,
        }
    }
}

fn no_pings(_: PersonIndex) -> Option<Pong> {
    unreachable!("this choice does not ping")
}

#[test]
fn the_fastest_line_goes_first_and_equals_by_chance() {
    let lines = [Line::ISDN_128K, Line::T1, Line::MODEM_33K6, Line::T1];
    let orders: Vec<Vec<u32>> = (0..40)
        .map(|number| asked(SupplierChoice::Fastest, told_of(&lines), &mut stream(number), no_pings))
        .collect();
    assert!(orders.iter().all(|order| *order == [1, 3, 0, 2] || *order == [3, 1, 0, 2]), "{orders:?}");
    let first_of_equals = orders.iter().filter(|order| order[0] == 1).count();
    // Mean 20, standard deviation sqrt(40 / 4) = 3.2; four of them.
    assert!(first_of_equals.abs_diff(20) < 13, "{first_of_equals}");
}

#[test]
fn at_random_each_is_first_equally_often() {
    let mut stream = stream(0);
    let mut first = [0u32; 4];
    for _ in 0..4_000 {
        let order = asked(SupplierChoice::Random, told_of(&[Line::T1; 4]), &mut stream, no_pings);
        first[order[0] as usize] += 1;
        assert_eq!(order.len(), 4);
    }
    // Mean 1000, standard deviation sqrt(4000 x 0.25 x 0.75) = 27; five of them.
    assert!(first.iter().all(|count| count.abs_diff(1_000) < 137), "{first:?}");
}

/// Person n is n ms away and has 10 - n uploads in two slots; person 0 does not answer.
fn pong(person: PersonIndex) -> Option<Pong> {
    let pong = Pong {
        round_trip: SimDuration::from_millis(u64::from(person.0)),
        load: f64::from(10 - person.0) / 2.0,
    };
    (person.0 > 0).then_some(pong)
}

#[test]
fn pings_find_the_nearest_or_the_least_loaded_of_all_when_all_are_pinged() {
    let candidates = || told_of(&[Line::T1; 5]);
    let nearest = asked(SupplierChoice::Nearest { pings: 5 }, candidates(), &mut stream(1), pong);
    assert_eq!(nearest, [1, 2, 3, 4], "and who is silent is not asked");
    let idle = asked(SupplierChoice::LeastLoaded { pings: 9 }, candidates(), &mut stream(1), pong);
    assert_eq!(idle, [4, 3, 2, 1]);
}

#[test]
fn with_fewer_pings_the_best_of_each_handful_goes_first() {
    for number in 0..30 {
        let order =
            asked(SupplierChoice::Nearest { pings: 2 }, told_of(&[Line::T1; 7]), &mut stream(number), pong);
        let mut sorted = order.clone();
        sorted.sort();
        assert_eq!(sorted, [1, 2, 3, 4, 5, 6], "each once, but for the silent one");
    }
}
