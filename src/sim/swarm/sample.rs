//! What the swarm says of itself: samples, the accounts at the end, what became of each person.

use crate::record::{Central, Copies, Observer, PersonTotals, SearchTraffic, ServerSample, SwarmTotals};
use crate::sim::life::{Closing, SystemSample};
use crate::spec::FaultTarget;

use super::Swarm;
use super::state::NONE;

impl<O: Observer> Swarm<'_, O> {
    pub(super) fn system_sample(&self) -> SystemSample {
        let copies_sum: u64 = self.copies.iter().map(|&count| u64::from(count)).sum();
        let stored =
            |(piece, &copies): (usize, &u32)| u64::from(copies) * self.geometry.piece_len(piece as u32);
        SystemSample {
            copies: Some(Copies {
                min: self.copies.iter().copied().min().unwrap_or(0),
                mean: copies_sum as f64 / f64::from(self.geometry.pieces),
                max: self.copies.iter().copied().max().unwrap_or(0),
            }),
            stored_bytes: self.copies.iter().enumerate().map(stored).sum(),
            servers: self.servers(),
        }
    }

    fn servers(&self) -> Vec<ServerSample> {
        let now = self.world.now;
        let up = |part| !self.world.is_down(part);
        let tracker = ServerSample {
            clients: self.tracker.len() as u32,
            ..self.central.desk.sample(now, Central::Tracker, up(FaultTarget::Tracker))
        };
        let metainfo = self.file.metainfo_size.0;
        let web = self.spec.web_server.as_ref().map(|web| ServerSample {
            part: Central::WebServer,
            up: up(FaultTarget::WebServer),
            clients: self.central.web_clients,
            queue: 0,
            served: self.central.web_fetches,
            refused: self.central.web_refused,
            busy_s: (metainfo * self.central.web_fetches) as f64 / web.upload.0,
            sojourn_s: 0.0,
            stored_bytes: metainfo,
            sent_bytes: metainfo * self.central.web_fetches,
        });
        [Some(tracker), web].into_iter().flatten().collect()
    }

    pub(super) fn close_accounts(&mut self) -> Closing {
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
        let lost: f64 = self.totals.iter().map(|totals| totals.lost_received).sum();
        Closing {
            received_bytes: self.totals.iter().map(received).sum(),
            in_flight_bytes: in_flight as u64,
            lost_bytes: lost as u64,
            swarm: Some(SwarmTotals {
                pieces: self.pieces_completed,
                copies: self.copies.clone(),
                first_copy: self.first_copy.clone(),
            }),
            search: SearchTraffic::default(),
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
                    wire +=
                        self.wire_bytes(transfer.queue[0]) - self.world.net.remaining(self.world.now, flow);
                }
            }
        }
        self.payload_part(wire)
    }

    pub(super) fn add_to_totals(&self, person: &mut PersonTotals) {
        let totals = &self.totals[person.peer.at()];
        person.downloaded = totals.downloaded;
        person.uploaded = totals.uploaded;
        person.wasted_duplicate = totals.wasted_duplicate;
        person.wasted_corrupt = totals.wasted_corrupt;
        person.lost_bytes = totals.lost_received as u64;
        person.waited = totals.waited;
        person.corrupt_pieces = totals.corrupt_pieces;
    }
}

/// Payload of complete blocks that a person received, useful or not.
pub fn received(totals: &super::state::Totals) -> u64 {
    totals.downloaded.iter().sum::<u64>() + totals.wasted_duplicate + totals.wasted_corrupt
}
