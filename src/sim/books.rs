//! Counting what every system has: who is online, what capacity is present, what was sent from class to class.

use crate::record::ClassSample;
use crate::units::SimTime;
use crate::workload::Person;

/// Running totals of a run.
pub struct Books {
    pub events: u64,
    /// Complete blocks of a swarm.
    pub blocks: u64,
    /// Payload that persons sent, and that servers sent.
    pub sent_by_peers: u64,
    pub sent_by_servers: u64,
    /// Persons who came or are to come and whose wishes are not all decided.
    pub expected: u32,
    pub still_to_leave: u32,
    /// Persons who have come for the first time.
    pub arrived: u32,
    online: u32,
    pub peak_online: u32,
    /// Upload capacity online, bytes per second, and its integral up to `since`.
    capacity: f64,
    capacity_bytes: f64,
    since: SimTime,
    classes: Vec<ClassCounts>,
    /// Useful payload by sender's and receiver's class, and from servers.
    traffic: Vec<Vec<u64>>,
    from_servers: Vec<u64>,
    pub last_sample: Option<SimTime>,
}

#[derive(Clone, Copy, Default)]
struct ClassCounts {
    leechers: u32,
    seeds: u32,
    finished: u32,
    /// Pieces or files that those who came have, of those that they have wished for.
    had: u64,
    wanted: u64,
}

impl Books {
    pub fn new(classes: usize) -> Books {
        Books {
            events: 0,
            blocks: 0,
            sent_by_peers: 0,
            sent_by_servers: 0,
            expected: 0,
            still_to_leave: 0,
            arrived: 0,
            online: 0,
            peak_online: 0,
            capacity: 0.0,
            capacity_bytes: 0.0,
            since: SimTime::ZERO,
            classes: vec![ClassCounts::default(); classes],
            traffic: vec![vec![0; classes]; classes],
            from_servers: vec![0; classes],
            last_sample: None,
        }
    }

    /// Upload capacity that was online, integrated up to the last change or sample: bytes.
    pub fn capacity_present(&self) -> f64 {
        self.capacity_bytes
    }

    pub fn finished_total(&self) -> u32 {
        self.classes.iter().map(|class| class.finished).sum()
    }

    /// Pieces or files that those who came have, of those that they have wished for.
    pub fn had_of_wanted(&self) -> (u64, u64) {
        self.classes.iter().fold((0, 0), |(had, wanted), class| (had + class.had, wanted + class.wanted))
    }

    /// Somebody of that class has `had` more of `wanted` more pieces or files.
    pub fn add_progress(&mut self, class: usize, had: u64, wanted: u64) {
        self.classes[class].had += had;
        self.classes[class].wanted += wanted;
    }

    pub fn add_traffic(&mut self, from: usize, to: usize, bytes: u64) {
        self.traffic[from][to] += bytes;
    }

    pub fn add_traffic_from_server(&mut self, to: usize, bytes: u64) {
        self.from_servers[to] += bytes;
    }

    /// What was counted as traffic turned out to be of no use.
    pub fn take_traffic_back(&mut self, from: usize, to: usize, bytes: u64) {
        self.traffic[from][to] -= bytes;
    }

    pub fn take_back_from_server(&mut self, to: usize, bytes: u64) {
        self.from_servers[to] -= bytes;
    }

    pub fn traffic(&self) -> &[Vec<u64>] {
        &self.traffic
    }

    pub fn traffic_from_servers(&self) -> &[u64] {
        &self.from_servers
    }

    /// Somebody is online from now on, with an open wish or without.
    pub(super) fn comes(&mut self, now: SimTime, person: &Person, wants: bool) {
        *self.side(person, wants) += 1;
        self.online += 1;
        self.peak_online = self.peak_online.max(self.online);
        self.change_capacity(now, finite(person));
    }

    pub(super) fn goes(&mut self, now: SimTime, person: &Person, wants: bool) {
        *self.side(person, wants) -= 1;
        self.online -= 1;
        self.change_capacity(now, -finite(person));
    }

    /// Somebody online begins or ceases to want something.
    pub(super) fn turns(&mut self, person: &Person, wants: bool) {
        *self.side(person, !wants) -= 1;
        *self.side(person, wants) += 1;
    }

    pub(super) fn finishes(&mut self, person: &Person) {
        self.classes[person.class.at()].finished += 1;
    }

    fn side(&mut self, person: &Person, wants: bool) -> &mut u32 {
        let class = &mut self.classes[person.class.at()];
        if wants { &mut class.leechers } else { &mut class.seeds }
    }

    /// The capacity online changes at `now` by so much.
    pub(super) fn change_capacity(&mut self, now: SimTime, change: f64) {
        self.capacity_bytes += self.capacity * now.since(self.since).as_secs();
        self.since = now;
        self.capacity += change;
        if self.online == 0 {
            // What is left is rounding.
            self.capacity = 0.0;
        }
    }

    pub(super) fn class_samples(&self) -> Vec<ClassSample> {
        let of_class = |class: &ClassCounts| ClassSample {
            leechers: class.leechers,
            seeds: class.seeds,
            finished: class.finished,
            wanted: class.wanted,
            had: class.had,
        };
        self.classes.iter().map(of_class).collect()
    }
}

/// An unlimited line counts for nothing here: what it could have sent has no number.
fn finite(person: &Person) -> f64 {
    if person.upload.0.is_finite() { person.upload.0 } else { 0.0 }
}
