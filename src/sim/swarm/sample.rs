//! What the swarm says of itself: samples, the accounts at the end, what became of each person.

use std::ops::AddAssign;

use crate::record::WishOutcome;
use crate::record::{Central, Copies, Observer, PersonTotals, SearchTraffic, ServerSample, SwarmTotals};
use crate::sim::system::{Closing, SystemSample};
use crate::spec::FaultTarget;

use super::Swarm;
use super::state::NONE;
use super::torrent::Torrent;

impl<O: Observer> Swarm<'_, O> {
    pub(super) fn system_sample(&mut self) -> SystemSample {
        SystemSample {
            copies: self.only_torrent().map(copies),
            stored_bytes: self.torrents.iter().map(Torrent::stored_bytes).sum(),
            servers: self.servers(),
        }
    }

    /// The torrent, where the scenario has one file.
    fn only_torrent(&self) -> Option<&Torrent> {
        self.world.scenario.content.single().map(|_| &self.torrents[0])
    }

    /// The tracker, and the web server.
    fn servers(&mut self) -> Vec<ServerSample> {
        let (now, web_sent) = (self.world.now, self.web_sent());
        let up = |part| !self.world.is_down(part);
        let registered = |torrent: &Torrent| torrent.tracker.len() as u32;
        let tracker = ServerSample {
            clients: self.torrents.iter().map(registered).sum(),
            ..self.central.desk.sample(now, Central::Tracker, up(FaultTarget::Tracker))
        };
        let web = self.spec.web_server.as_ref().map(|web| ServerSample {
            part: Central::WebServer,
            up: up(FaultTarget::WebServer),
            clients: self.central.web_clients(),
            queue: 0,
            served: self.central.web_fetches,
            refused: self.central.web_refused,
            busy_s: web_sent.on_line / web.upload.0,
            sojourn_s: 0.0,
            stored_bytes: self.central.web_stored,
            sent_bytes: web_sent.payload.round() as u64,
        });
        [Some(tracker), web].into_iter().flatten().collect()
    }

    pub(super) fn close_accounts(&mut self) -> Closing {
        for peer in 0..self.peers.len() as u32 {
            self.stop_waiting(peer);
            for slot in self.slots(peer) {
                let up = self.directions[peer][slot].up;
                if up != NONE {
                    self.flush(up);
                }
            }
        }
        for person in 0..self.world.people.len() as u32 {
            for at in 0..self.members.of(person).len() {
                self.end_wish(self.members.of(person)[at], WishOutcome::Open);
            }
        }
        let in_flight = self.payload_in_flight();
        let violations = self.violations(in_flight);
        let lost: f64 = self.totals.iter().map(|totals| totals.lost_received).sum();
        Closing {
            received_bytes: self.totals.iter().map(received).sum(),
            in_flight_bytes: in_flight as u64,
            lost_bytes: lost as u64,
            swarm: self.only_torrent().map(|torrent| SwarmTotals {
                pieces: self.pieces_completed,
                copies: torrent.copies.clone(),
                first_copy: torrent.first_copy.clone(),
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
                let down = self.directions[peer][slot].down;
                if down == NONE {
                    continue;
                }
                if let Some(flow) = self.transfers[down].flow {
                    wire += self.wire_bytes_ahead(down) - self.world.net.remaining(self.world.now, flow);
                }
            }
        }
        self.payload_part(wire)
    }

    /// What the person came to in all its swarms together.
    pub(super) fn add_to_totals(&self, person: &mut PersonTotals) {
        let mut lost = 0.0;
        for &member in self.members.of(person.peer.0) {
            let totals = &self.totals[member as usize];
            add_each(&mut person.downloaded, totals.downloaded);
            add_each(&mut person.uploaded, totals.uploaded);
            add_each(&mut person.waited, totals.waited);
            person.wasted_duplicate += totals.wasted_duplicate;
            person.wasted_corrupt += totals.wasted_corrupt;
            person.corrupt_pieces += totals.corrupt_pieces;
            lost += totals.lost_received;
        }
        person.lost_bytes = lost as u64;
    }
}

fn add_each<T: AddAssign, const N: usize>(sums: &mut [T; N], more: [T; N]) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

fn copies(torrent: &Torrent) -> Copies {
    let sum: u64 = torrent.copies.iter().map(|&count| u64::from(count)).sum();
    Copies {
        min: torrent.copies.iter().copied().min().unwrap_or(0),
        mean: sum as f64 / f64::from(torrent.geometry.pieces),
        max: torrent.copies.iter().copied().max().unwrap_or(0),
    }
}

/// Payload of complete blocks that a peer received, useful or not.
pub fn received(totals: &super::state::Totals) -> u64 {
    totals.downloaded.iter().sum::<u64>() + totals.wasted_duplicate + totals.wasted_corrupt
}
