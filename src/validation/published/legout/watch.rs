//! Looks on while leechers unchoke each other.

use std::collections::BTreeMap;

use super::{CLASSES, Run};
use crate::record::{Observer, PersonTotals, Record, UnchokeReason};
use crate::units::{PersonIndex, SimTime};
use crate::workload::{Person, Workload};

/// Seconds of unchokes.
#[derive(Clone)]
struct Times {
    /// Of regular unchokes of each person, by the class of the other.
    regular: Vec<[f64; CLASSES.len()]>,
    /// Of the seed for each person.
    served: Vec<f64>,
}

/// Unchoke times, and what became of everybody.
pub struct Unchokes {
    people: Vec<Person>,
    /// Who is unchoked by whom at present, since when and why.
    open: BTreeMap<(PersonIndex, PersonIndex), (SimTime, UnchokeReason)>,
    now: Times,
    /// As it was when the first leecher was done.
    early: Option<Times>,
    /// Download times by class, s.
    times: [Vec<f64>; CLASSES.len()],
    /// Bytes that leechers sent and could have sent.
    sent: f64,
    capacity: f64,
}

impl Unchokes {
    pub fn new(workload: &Workload) -> Unchokes {
        let people = workload.people.clone();
        Unchokes {
            open: BTreeMap::new(),
            now: Times { regular: vec![[0.0; CLASSES.len()]; people.len()], served: vec![0.0; people.len()] },
            early: None,
            times: Default::default(),
            sent: 0.0,
            capacity: 0.0,
            people,
        }
    }

    /// The leecher's class; `None`: it is the seed, whose class is the scenario's first.
    fn class(&self, person: PersonIndex) -> Option<usize> {
        self.people[person.at()].class.at().checked_sub(1)
    }

    fn begin(&mut self, at: SimTime, pair: (PersonIndex, PersonIndex), reason: UnchokeReason) {
        self.end(at, pair);
        self.open.insert(pair, (at, reason));
    }

    fn end(&mut self, at: SimTime, (peer, neighbour): (PersonIndex, PersonIndex)) {
        let Some((since, reason)) = self.open.remove(&(peer, neighbour)) else { return };
        let seconds = at.since(since).as_secs();
        match (self.class(peer), self.class(neighbour)) {
            (None, Some(_)) => self.now.served[neighbour.at()] += seconds,
            (Some(_), Some(class)) if reason == UnchokeReason::Regular => {
                self.now.regular[peer.at()][class] += seconds;
            }
            (Some(_), Some(_)) | (_, None) => {}
        }
    }

    /// The first leecher is done: what is under way is counted up to now.
    fn first_is_done(&mut self, at: SimTime) {
        for (pair, (_, reason)) in self.open.clone() {
            self.begin(at, pair, reason);
        }
        self.early = Some(self.now.clone());
    }

    pub fn finish(self) -> Run {
        let early = self.early.as_ref().unwrap_or(&self.now);
        let of_all = |times: &Times| {
            let of_class =
                |class: usize| Some(self.clustering(times, class)? * self.members(class).count() as f64);
            (0..CLASSES.len()).map(of_class).sum::<Option<f64>>().map(|sum| sum / self.leechers())
        };
        Run {
            clustering: [0, 1, 2].map(|class| self.clustering(&self.now, class)),
            mean_clustering: of_all(&self.now),
            early_clustering: of_all(early),
            unchoked: [0, 1, 2].map(|class| self.unchoked(class)),
            time: [0, 1, 2].map(|class| median(&self.times[class], self.members(class).count())),
            served: [0, 1, 2].map(|class| self.served(early, class)),
            used: quotient(self.sent, self.capacity),
        }
    }

    fn members(&self, class: usize) -> impl Iterator<Item = usize> {
        (0..self.people.len()).filter(move |&person| self.people[person].class.at() == class + 1)
    }

    fn leechers(&self) -> f64 {
        (0..CLASSES.len()).map(|class| self.members(class).count()).sum::<usize>() as f64
    }

    /// Mean part of its regular unchoke time that a leecher gave its own class, over the part of that class among the others.
    fn clustering(&self, times: &Times, class: usize) -> Option<f64> {
        let of_person = |person: usize| {
            let regular = &times.regular[person];
            quotient(regular[class], regular.iter().sum())
        };
        // Who unchoked nobody for what it gave has no index.
        let indices: Vec<f64> = self.members(class).filter_map(of_person).collect();
        let without_preference = (self.members(class).count() as f64 - 1.0) / (self.leechers() - 1.0);
        quotient(indices.iter().sum(), indices.len() as f64).map(|mean| mean / without_preference)
    }

    /// Parts of the regular unchoke time of a class that went to each class.
    fn unchoked(&self, class: usize) -> [Option<f64>; CLASSES.len()] {
        let to =
            |other: usize| self.members(class).map(|person| self.now.regular[person][other]).sum::<f64>();
        let times = [0, 1, 2].map(to);
        times.map(|time| quotient(time, times.iter().sum()))
    }

    /// The seed's unchoke time for a leecher of the class, over that for any leecher.
    fn served(&self, times: &Times, class: usize) -> Option<f64> {
        let of_class: f64 = self.members(class).map(|person| times.served[person]).sum();
        let mean = times.served.iter().sum::<f64>() / self.leechers();
        quotient(of_class / self.members(class).count() as f64, mean)
    }
}

/// The median of the times of so many; `None` if half of them never finished.
fn median(times: &[f64], of: usize) -> Option<f64> {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(of / 2).copied()
}

/// `None` of nothing, which no choker under which nobody is unchoked for what it gives has parts of.
fn quotient(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

impl Observer for Unchokes {
    fn record(&mut self, at: SimTime, record: &Record) {
        if let Record::Unchoked { peer, neighbour, reason, .. }
        | Record::Rereasoned { peer, neighbour, reason, .. } = *record
        {
            self.begin(at, (peer, neighbour), reason);
        } else if let Record::Choked { peer, neighbour, .. } = *record {
            self.end(at, (peer, neighbour));
        } else if let Record::Disconnected { peer, neighbour, .. } = *record {
            self.end(at, (peer, neighbour));
            self.end(at, (neighbour, peer));
        } else if let Record::Finished { .. } = *record
            && self.early.is_none()
        {
            self.first_is_done(at);
        }
    }

    fn person(&mut self, person: &PersonTotals) {
        let (Some(class), Some(arrived), Some(completed)) =
            (self.class(person.peer), person.arrived, person.completed)
        else {
            return;
        };
        let seconds = completed.since(arrived).as_secs();
        self.times[class].push(seconds);
        self.sent += person.sent() as f64;
        self.capacity += seconds * self.people[person.peer.at()].upload.0;
    }
}
