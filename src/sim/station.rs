//! A central part that works requests off: workers, a queue that may be bounded, and its accounts.
//!
//! Requests are taken in the order of arrival by the worker that is free first, so the moment at which each is done is
//! known when it arrives, and only that moment is an event. With one worker this is the queue of `M/M/1` and `M/D/1`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::record::{Central, ServerSample};
use crate::rng::Stream;
use crate::spec::ServiceTime;
use crate::units::{SimDuration, SimTime};

pub struct Station {
    /// When each worker has done all that it was given.
    free_at: Vec<SimTime>,
    /// Requests that may wait besides those that are worked on.
    room: Option<u32>,
    /// When each accepted request will be done and when it came, the next to be done on top.
    under_way: BinaryHeap<Reverse<(SimTime, SimTime)>>,
    /// Counts the times that everything was dropped.
    epoch: u32,
    served: u64,
    refused: u64,
    busy: SimDuration,
    /// Seconds in the system of all requests that are done.
    sojourn_s: f64,
}

/// An accepted request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// When it is done; [`Station::complete`] is to be called then.
    pub done: SimTime,
    pub epoch: u32,
}

impl Station {
    /// `room`: requests that may wait besides those that are worked on; `None`: any number.
    pub fn new(workers: u32, room: Option<u32>) -> Station {
        assert!(workers > 0, "a station without workers serves nobody");
        Station {
            free_at: vec![SimTime::ZERO; workers as usize],
            room,
            under_way: BinaryHeap::new(),
            epoch: 0,
            served: 0,
            refused: 0,
            busy: SimDuration::ZERO,
            sojourn_s: 0.0,
        }
    }

    /// A request that needs so much work comes at `now`; `None` if the queue is full.
    pub fn accept(&mut self, now: SimTime, work: SimDuration) -> Option<Ticket> {
        let limit = self.room.map(|room| room as usize + self.free_at.len());
        if limit.is_some_and(|limit| self.under_way.len() >= limit) {
            self.refused += 1;
            return None;
        }
        let done = self.burden(now, work);
        self.under_way.push(Reverse((done, now)));
        Some(Ticket { done, epoch: self.epoch })
    }

    /// A request is done at `now`; false if it was dropped before.
    pub fn complete(&mut self, now: SimTime, epoch: u32) -> bool {
        if epoch != self.epoch {
            return false;
        }
        let Reverse((done, came)) = self.under_way.pop().expect("a request is under way");
        assert_eq!(done, now, "requests are completed when they are done");
        self.served += 1;
        self.sojourn_s += done.since(came).as_secs();
        true
    }

    /// Work of the part's own, which no queue refuses and for which nobody waits: it keeps a worker busy. Tells when it is done.
    pub fn burden(&mut self, now: SimTime, work: SimDuration) -> SimTime {
        let worker = self.free_at.iter_mut().min().expect("there is a worker");
        *worker = (*worker).max(now) + work;
        self.busy += work;
        *worker
    }

    /// A request that came while the part was switched off.
    pub fn refuse(&mut self) {
        self.refused += 1;
    }

    /// The part is switched off: what waits or is worked on is lost.
    pub fn drop_all(&mut self, now: SimTime) {
        for worker in &mut self.free_at {
            self.busy = SimDuration(self.busy.0 - worker.0.saturating_sub(now.0));
            *worker = (*worker).min(now);
        }
        self.refused += self.under_way.len() as u64;
        self.under_way.clear();
        self.epoch += 1;
    }

    /// The accounts; what is not a station's is left at zero.
    pub fn sample(&self, now: SimTime, part: Central, up: bool) -> ServerSample {
        // Work that is accepted but not done yet is the time until the workers are free.
        let ahead: u64 = self.free_at.iter().map(|worker| worker.0.saturating_sub(now.0)).sum();
        ServerSample {
            part,
            up,
            clients: 0,
            queue: self.under_way.len() as u32,
            served: self.served,
            refused: self.refused,
            busy_s: SimDuration(self.busy.0 - ahead).as_secs(),
            sojourn_s: self.sojourn_s,
            stored_bytes: 0,
            sent_bytes: 0,
        }
    }
}

/// One request's work.
pub fn work(service: ServiceTime, chance: &mut Stream) -> SimDuration {
    match service {
        ServiceTime::Fixed(time) => time,
        ServiceTime::Exponential { mean } => SimDuration::from_secs(chance.exponential(mean.as_secs())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(secs: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_whole_secs(secs)
    }

    fn done(ticket: Option<Ticket>) -> Option<SimTime> {
        ticket.map(|ticket| ticket.done)
    }

    #[test]
    fn requests_are_served_in_turn_by_the_worker_that_is_free_first() {
        let mut station = Station::new(2, None);
        let work = SimDuration::from_whole_secs(10);
        assert_eq!(done(station.accept(secs(0), work)), Some(secs(10)));
        assert_eq!(done(station.accept(secs(1), work)), Some(secs(11)));
        assert_eq!(done(station.accept(secs(2), work)), Some(secs(20)), "the first worker is free first");
        for at in [10, 11, 20] {
            assert!(station.complete(secs(at), 0));
        }
        assert_eq!(done(station.accept(secs(30), work)), Some(secs(40)), "an idle station begins at once");
        let sample = station.sample(secs(35), Central::Tracker, true);
        assert_eq!((sample.queue, sample.served, sample.busy_s, sample.sojourn_s), (1, 3, 35.0, 38.0));
    }

    #[test]
    fn a_burden_delays_requests_and_is_none() {
        let mut station = Station::new(1, Some(0));
        assert_eq!(station.burden(secs(0), SimDuration::from_whole_secs(5)), secs(5));
        assert_eq!(done(station.accept(secs(1), SimDuration::from_whole_secs(2))), Some(secs(7)));
        assert_eq!(station.burden(secs(1), SimDuration::from_whole_secs(1)), secs(8), "no queue refuses it");
        assert!(station.complete(secs(7), 0));
        let sample = station.sample(secs(8), Central::Tracker, true);
        assert_eq!((sample.served, sample.refused, sample.busy_s, sample.sojourn_s), (1, 0, 8.0, 6.0));
    }

    #[test]
    fn a_full_queue_refuses_and_an_outage_drops_everything() {
        let mut station = Station::new(1, Some(1));
        let work = SimDuration::from_whole_secs(10);
        assert!(station.accept(secs(0), work).is_some());
        assert!(station.accept(secs(0), work).is_some());
        assert!(station.accept(secs(0), work).is_none());
        station.drop_all(secs(5));
        assert!(!station.complete(secs(10), 0), "its request is lost");
        assert_eq!(station.accept(secs(12), work), Some(Ticket { done: secs(22), epoch: 1 }));
        assert!(station.complete(secs(22), 1));
        let sample = station.sample(secs(22), Central::Tracker, true);
        assert_eq!((sample.served, sample.refused, sample.busy_s), (1, 3, 15.0));
    }
}
