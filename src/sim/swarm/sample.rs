//! Counting: what is kept up to date as things happen, the samples, and the totals at the end.

use crate::protocol::bittorrent::bitfield;
use crate::record::{
    Central, ClassSample, Copies, Observer, PersonTotals, RunTotals, Sample, SearchTraffic, ServerSample,
    SwarmTotals,
};
use crate::units::{PersonIndex, SimTime};

use super::state::NONE;
use super::{Event, RunOutcome, Swarm};

/// Running totals of the swarm.
pub struct Counts {
    pub events: u64,
    pub blocks: u64,
    /// Payload of complete blocks.
    pub sent_bytes: u64,
    pieces_total: u64,
    /// Persons who came or are to come and have not finished or left.
    pub expected: u32,
    pub still_to_leave: u32,
    online: u32,
    pub peak_online: u32,
    /// Upload capacity online, bytes per second, and its integral up to `since`.
    capacity: f64,
    capacity_bytes: f64,
    since: SimTime,
    classes: Vec<ClassCounts>,
    /// Payload by sender's and receiver's class.
    traffic: Vec<Vec<u64>>,
    last_sample: Option<SimTime>,
}

#[derive(Clone, Copy, Default)]
struct ClassCounts {
    leechers: u32,
    seeds: u32,
    finished: u32,
    arrived: u32,
    pieces: u64,
}

impl Counts {
    pub fn new(classes: usize) -> Counts {
        Counts {
            events: 0,
            blocks: 0,
            sent_bytes: 0,
            pieces_total: 0,
            expected: 0,
            still_to_leave: 0,
            online: 0,
            peak_online: 0,
            capacity: 0.0,
            capacity_bytes: 0.0,
            since: SimTime::ZERO,
            classes: vec![ClassCounts::default(); classes],
            traffic: vec![vec![0; classes]; classes],
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

    pub fn piece(&mut self, class: u16) {
        self.pieces_total += 1;
        self.classes[usize::from(class)].pieces += 1;
    }

    pub fn add_traffic(&mut self, to: u16, from: u16, bytes: u64) {
        self.traffic[usize::from(from)][usize::from(to)] += bytes;
    }

    /// What was counted as traffic turned out to be of no use.
    pub fn take_traffic_back(&mut self, to: u16, from: u16, bytes: u64) {
        self.traffic[usize::from(from)][usize::from(to)] -= bytes;
    }

    /// The capacity online changes at `now` by so much.
    fn change_capacity(&mut self, now: SimTime, change: f64) {
        self.capacity_bytes += self.capacity * now.since(self.since).as_secs();
        self.since = now;
        self.capacity += change;
    }
}

impl<O: Observer> Swarm<'_, O> {
    pub(super) fn counts_arrival(&mut self, peer: u32) {
        let state = &self.peers[peer as usize];
        let class = &mut self.counts.classes[usize::from(self.glances[peer as usize].class)];
        class.arrived += 1;
        class.pieces += u64::from(state.complete);
        if self.glances[peer as usize].is_seed {
            class.seeds += 1;
        } else {
            class.leechers += 1;
        }
        self.counts.online += 1;
        self.counts.peak_online = self.counts.peak_online.max(self.counts.online);
        self.counts.change_capacity(self.now, self.upload_capacity(peer));
    }

    pub(super) fn counts_finish(&mut self, peer: u32) {
        let class = &mut self.counts.classes[usize::from(self.glances[peer as usize].class)];
        class.leechers -= 1;
        class.seeds += 1;
        class.finished += 1;
        self.counts.expected -= 1;
    }

    pub(super) fn counts_departure(&mut self, peer: u32) {
        let class = &mut self.counts.classes[usize::from(self.glances[peer as usize].class)];
        if self.glances[peer as usize].is_seed {
            class.seeds -= 1;
        } else {
            class.leechers -= 1;
            self.counts.expected -= 1;
        }
        self.counts.online -= 1;
        self.counts.still_to_leave -= 1;
        self.counts.change_capacity(self.now, -self.upload_capacity(peer));
        for piece in bitfield::ones(self.sets.have(peer)) {
            self.copies[piece as usize] -= 1;
        }
    }

    /// An unlimited line counts for nothing here: what it could have sent has no number.
    fn upload_capacity(&self, peer: u32) -> f64 {
        let rate = self.people[peer as usize].upload.0;
        if rate.is_finite() { rate } else { 0.0 }
    }

    pub(super) fn take_sample(&mut self) {
        self.sample_now();
        self.queue.push(self.now + self.scenario.output.sample_every, Event::Sample);
    }

    fn sample_now(&mut self) {
        self.counts.change_capacity(self.now, 0.0);
        self.counts.last_sample = Some(self.now);
        let pieces = u64::from(self.geometry.pieces);
        let of_class = |class: &ClassCounts| ClassSample {
            leechers: class.leechers,
            seeds: class.seeds,
            finished: class.finished,
            progress: match u64::from(class.arrived) * pieces {
                0 => 0.0,
                all => class.pieces as f64 / all as f64,
            },
        };
        let copies_sum: u64 = self.copies.iter().map(|&count| u64::from(count)).sum();
        let sample = Sample {
            classes: self.counts.classes.iter().map(of_class).collect(),
            copies: Some(Copies {
                min: self.copies.iter().copied().min().unwrap_or(0),
                mean: copies_sum as f64 / pieces as f64,
                max: self.copies.iter().copied().max().unwrap_or(0),
            }),
            capacity_bytes: self.counts.capacity_bytes,
            uploaded_bytes: self.counts.sent_bytes,
            stored_bytes: (0..self.geometry.pieces)
                .map(|piece| u64::from(self.copies[piece as usize]) * self.geometry.piece_len(piece))
                .sum(),
            servers: self.servers(),
        };
        self.observer.sample(self.now, &sample);
    }

    fn servers(&self) -> Vec<ServerSample> {
        let tracker = ServerSample {
            part: Central::Tracker,
            up: true,
            clients: self.tracker.len() as u32,
            queue: self.central.tracker_queue,
            served: self.central.tracker_announces,
            refused: self.central.tracker_refused,
            busy_s: 0.0,
            sojourn_s: 0.0,
            stored_bytes: 0,
            sent_bytes: 0,
        };
        let web = self.spec.web_server.as_ref().map(|_| ServerSample {
            part: Central::WebServer,
            clients: self.central.web_clients,
            queue: 0,
            served: self.central.web_fetches,
            refused: self.central.web_refused,
            ..tracker
        });
        [Some(tracker), web].into_iter().flatten().collect()
    }

    /// Closes the books: the last sample, every person's totals, the run's totals and its checks.
    pub(super) fn finish(mut self, interrupted: bool) -> RunOutcome {
        if self.counts.last_sample != Some(self.now) {
            self.sample_now();
        }
        for peer in 0..self.peers.len() as u32 {
            self.stop_waiting(peer);
            for slot in self.slots(peer) {
                let up = self.peers[peer as usize].halves[slot].up;
                if !self.peers[peer as usize].halves[slot].is_free() && up != NONE {
                    self.flush(up);
                }
            }
        }
        let in_flight = self.payload_in_flight();
        let violations = self.violations(in_flight);
        for peer in 0..self.peers.len() {
            let totals = self.person_totals(peer);
            self.observer.person(&totals);
        }
        let totals = self.run_totals(in_flight);
        self.observer.end(self.now, &totals);
        RunOutcome {
            ended_at: self.now,
            interrupted,
            events: self.counts.events,
            blocks: self.counts.blocks,
            peak_online: self.counts.peak_online,
            violations,
        }
    }

    /// Payload of the part-blocks on all wires.
    fn payload_in_flight(&mut self) -> f64 {
        let mut wire = 0.0;
        for peer in 0..self.peers.len() as u32 {
            for slot in self.slots(peer) {
                let half = self.peers[peer as usize].halves[slot];
                if half.is_free() || half.down == NONE {
                    continue;
                }
                let transfer = &self.transfers[half.down];
                if let Some(flow) = transfer.flow {
                    wire += self.wire_bytes(transfer.queue[0]) - self.net.remaining(self.now, flow);
                }
            }
        }
        self.payload_part(wire)
    }

    fn person_totals(&self, peer: usize) -> PersonTotals {
        let totals = &self.totals[peer];
        PersonTotals {
            arrived: totals.arrived,
            completed: totals.completed,
            first_piece: totals.first_piece,
            left: totals.left,
            downloaded: totals.downloaded,
            uploaded: totals.uploaded,
            wasted_duplicate: totals.wasted_duplicate,
            wasted_corrupt: totals.wasted_corrupt,
            lost_bytes: totals.lost_received as u64,
            waited: totals.waited,
            corrupt_pieces: totals.corrupt_pieces,
            wanted_nothing: totals.wanted_nothing,
            wishes: self.people[peer].wishes.len() as u32,
            fetched: u32::from(totals.completed.is_some()),
            ..PersonTotals::nobody(PersonIndex(peer as u32))
        }
    }

    fn run_totals(&self, in_flight: f64) -> RunTotals {
        let lost: f64 = self.totals.iter().map(|totals| totals.lost_received).sum();
        let received = self.totals.iter().map(received).sum();
        RunTotals {
            events: self.counts.events,
            blocks: self.counts.blocks,
            peak_online: self.counts.peak_online,
            sent_bytes: self.counts.sent_bytes + lost as u64 + in_flight as u64,
            received_bytes: received,
            in_flight_bytes: in_flight as u64,
            lost_bytes: lost as u64,
            servers: self.servers(),
            traffic: self.counts.traffic.clone(),
            from_servers: vec![0; self.counts.classes.len()],
            swarm: Some(SwarmTotals {
                pieces: self.counts.pieces_total,
                copies: self.copies.clone(),
                first_copy: self.first_copy.clone(),
            }),
            search: SearchTraffic::default(),
        }
    }
}

/// Payload of complete blocks that a person received, useful or not.
pub fn received(totals: &super::state::Totals) -> u64 {
    totals.downloaded.iter().sum::<u64>() + totals.wasted_duplicate + totals.wasted_corrupt
}
