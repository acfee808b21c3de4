//! Looks at a swarm in its steady state: numbers over a stretch of time, and the times of those who come in it.

use crate::record::{Observer, PersonTotals, Sample, UnchokeReason};
use crate::units::{SimDuration, SimTime};
use crate::workload::Person;

/// Counts between two moments.
pub struct SteadySwarm {
    window: (SimTime, SimTime),
    /// Whose download is counted came this many seconds before the end at the latest, so that it is over.
    last_before: f64,
    samples: f64,
    leechers: f64,
    seeds: f64,
    drawn: Drawn,
    counted: Cohort,
}

/// What chance gave a run: means over those who come between the two moments.
#[derive(Clone, Copy, Debug)]
pub struct Drawn {
    /// A second.
    pub arrivals: f64,
    /// Mean seconds that they are to stay as seeds, and their mean patience in seconds, if they have any.
    pub seeding: f64,
    pub patience: Option<f64>,
}

impl Drawn {
    fn of(people: &[Person], (from, to): (SimTime, SimTime)) -> Drawn {
        let came = || people.iter().filter(|p| p.arrives.is_some_and(|at| from <= at && at < to));
        let count = came().count() as f64;
        let mean = |seconds: fn(&Person) -> Option<SimDuration>| {
            came()
                .map(|person| seconds(person).map(SimDuration::as_secs))
                .sum::<Option<f64>>()
                .map(|all| all / count)
        };
        Drawn {
            arrivals: count / to.since(from).as_secs(),
            seeding: mean(|person| person.lingers).expect("nobody stays for ever"),
            patience: mean(|person| person.patience),
        }
    }
}

/// Sums over those whose downloads are counted.
#[derive(Default)]
struct Cohort {
    persons: f64,
    /// Seconds as a leecher, of those who gave up too.
    times: f64,
    /// Persons who got a first piece, and the seconds until then.
    started: f64,
    first_pieces: f64,
    /// Bytes sent as a leecher.
    sent: f64,
}

/// What one run came to.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// Means over the time.
    pub leechers: f64,
    pub seeds: f64,
    /// Mean seconds as a leecher, and until the first piece.
    pub time: f64,
    pub first_piece: f64,
    /// Part of their uplinks that leechers used.
    pub effectiveness: f64,
    pub drawn: Drawn,
}

impl SteadySwarm {
    pub fn new(people: &[Person], window: (SimTime, SimTime), last_before: f64) -> SteadySwarm {
        SteadySwarm {
            window,
            last_before,
            samples: 0.0,
            leechers: 0.0,
            seeds: 0.0,
            drawn: Drawn::of(people, window),
            counted: Cohort::default(),
        }
    }

    /// What it came to, with everybody's upload in bytes a second.
    pub fn found(&self, upload: f64) -> Found {
        let Cohort { persons, times, started, first_pieces, sent } = self.counted;
        Found {
            leechers: self.leechers / self.samples,
            seeds: self.seeds / self.samples,
            time: times / persons,
            first_piece: first_pieces / started,
            effectiveness: sent / (upload * times),
            drawn: self.drawn,
        }
    }
}

impl Observer for SteadySwarm {
    fn sample(&mut self, at: SimTime, sample: &Sample) {
        if at < self.window.0 {
            return;
        }
        self.samples += 1.0;
        for class in &sample.classes {
            self.leechers += f64::from(class.leechers);
            self.seeds += f64::from(class.seeds);
        }
    }

    fn person(&mut self, person: &PersonTotals) {
        let (from, to) = self.window;
        let Some(arrived) = person.arrived.filter(|arrived| *arrived >= from) else { return };
        if to.since(arrived).as_secs() < self.last_before {
            return;
        }
        // Who is not done by the end has waited at least so long.
        let ended = person.completed.or(person.left.map(|left| left.0)).unwrap_or(to);
        self.counted.persons += 1.0;
        self.counted.times += ended.since(arrived).as_secs();
        if let Some(first) = person.first_piece {
            self.counted.started += 1.0;
            self.counted.first_pieces += first.since(arrived).as_secs();
        }
        let as_leecher = UnchokeReason::ALL.iter().filter(|reason| **reason != UnchokeReason::Seed);
        self.counted.sent += as_leecher.map(|reason| person.uploaded[*reason as usize] as f64).sum::<f64>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::ClassSample;
    use crate::spec::Behavior;
    use crate::units::{ClassIndex, PersonIndex, Rate};
    use crate::workload::Holdings;

    fn at(seconds: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_whole_secs(seconds)
    }

    fn sample(leechers: u32, seeds: u32) -> Sample {
        let class = ClassSample { leechers, seeds, ..ClassSample::default() };
        Sample {
            classes: vec![class],
            copies: None,
            capacity_bytes: 0.0,
            uploaded_bytes: 0,
            stored_bytes: 0,
            servers: Vec::new(),
        }
    }

    #[test]
    fn it_counts_between_two_moments_and_those_who_come_early_enough() {
        let person = |arrives: u64| Person {
            class: ClassIndex(0),
            arrives: Some(at(arrives)),
            upload: Rate(40.0),
            download: Rate(400.0),
            access_latency: SimDuration::ZERO,
            holds: Holdings::Nothing,
            behavior: Behavior::Compliant,
            patience: None,
            lingers: Some(SimDuration::from_whole_secs(arrives)),
            leaves_at: None,
            leaves_after_copies: None,
            vanishes: false,
            absences: Vec::new(),
            wishes: Vec::new(),
        };
        let people = [person(1), person(10), person(90)];
        let mut swarm = SteadySwarm::new(&people, (at(5), at(105)), 50.0);
        swarm.sample(at(4), &sample(100, 100));
        swarm.sample(at(50), &sample(3, 2));
        swarm.sample(at(60), &sample(5, 4));
        for (number, arrived) in [(0, 1), (1, 10), (2, 90)] {
            let mut totals = PersonTotals::nobody(PersonIndex(number));
            totals.arrived = Some(at(arrived));
            totals.first_piece = Some(at(arrived + 10));
            totals.completed = Some(at(arrived + 30));
            totals.uploaded[UnchokeReason::Regular as usize] = 600;
            totals.uploaded[UnchokeReason::Seed as usize] = 100;
            swarm.person(&totals);
        }
        let found = swarm.found(40.0);
        assert_eq!((found.leechers, found.seeds), (4.0, 3.0));
        assert_eq!((found.time, found.first_piece, found.effectiveness), (30.0, 10.0, 0.5));
        assert_eq!((found.drawn.arrivals, found.drawn.seeding, found.drawn.patience), (0.02, 50.0, None));
        assert_eq!(swarm.counted.persons, 1.0, "the first came too early and the last too late");
    }
}
