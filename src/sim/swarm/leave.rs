//! The way out: plans, patience, copies, clean departures and vanishing.

use crate::protocol::bittorrent::bitfield;
use crate::record::{AnnounceEvent, Departure, DisconnectReason, Observer};
use crate::sim::play;
use crate::sim::wish_clock::Span;
use crate::units::SimDuration;

use super::Swarm;
use super::events::Event;
use super::state::{NONE, Presence};
use super::transfers::Phase;

/// A silent connection is given up after this: BEP 3's keepalive comes every two minutes.
const SILENCE: SimDuration = SimDuration::from_whole_secs(120);

impl<O: Observer> Swarm<'_, O> {
    /// A person that was to stay for so many copies goes when they are out, of whatever it uploads.
    pub(super) fn leave_if_copies_are_out(&mut self, peer: u32) {
        let person = self.members.person(peer);
        if self.world.people[person as usize].leaves_after_copies.is_none() {
            return;
        }
        let out: f64 = self.members.of(person).iter().map(|&member| self.copies_sent(member)).sum();
        if self.world.has_sent_enough(person, out) {
            play::leave_as_planned(self, person);
        }
    }

    /// How many times the file of its torrent a peer has sent.
    fn copies_sent(&self, peer: u32) -> f64 {
        let unflushed: u64 = self.uploads(peer).map(|up| self.transfers[up].unflushed).sum();
        let sent = self.totals[peer as usize].uploaded.iter().sum::<u64>() + unflushed;
        sent as f64 / self.torrent(peer).file.size.as_f64()
    }

    /// The person switches off, for good or not: it goes from every swarm that it is in.
    pub(super) fn leave_swarms(&mut self, person: u32, how: Departure) {
        for at in 0..self.members.of(person).len() {
            let peer = self.members.of(person)[at];
            if matches!(self.peers[peer as usize].presence, Presence::Joining | Presence::Online) {
                self.leave_swarm(peer, how);
            }
        }
        self.uncharge(person);
    }

    fn leave_swarm(&mut self, peer: u32, how: Departure) {
        self.drop_metainfo_flow(peer);
        self.stop_waiting(peer);
        self.count_as(peer, Span::Paused);
        let torrent = &mut self.torrents[self.sets.torrent(peer)];
        for piece in bitfield::ones(self.sets.have(peer)) {
            torrent.copies[piece as usize] -= 1;
        }
        if self.glances[peer as usize].is_seed {
            self.count_sharer(peer, -1);
        }
        let has_announced = self.has_announced(peer);
        let state = &mut self.peers[peer as usize];
        let session = state.session;
        if how == Departure::Vanished {
            state.presence = Presence::Vanished;
            self.fall_silent(peer);
            self.world.push(self.world.now + SILENCE, Event::Noticed { peer, session });
        } else {
            if has_announced {
                self.announce(peer, AnnounceEvent::Stopped);
            }
            self.peers[peer as usize].presence = Presence::Gone;
            self.hang_up(peer, DisconnectReason::NeighbourLeft);
        }
    }

    /// All data to and from a vanished peer stops; its neighbours go on waiting for what they asked of it.
    fn fall_silent(&mut self, peer: u32) {
        for slot in self.slots(peer) {
            let (half, directions) = (self.halves[peer][slot], self.directions[peer][slot]);
            if directions.down != NONE {
                self.end_idleness(directions.down);
                self.abort_flow(directions.down);
                self.transfers[directions.down].phase = Phase::Stalled;
            }
            if directions.up != NONE {
                self.end_idleness(directions.up);
                self.abort_flow(directions.up);
                self.transfers[directions.up].phase = Phase::Stalled;
                if self.peers[half.other as usize].receiving == 0 {
                    self.reconsider_waiting(half.other);
                }
            }
        }
    }

    /// The connections of a peer that vanished are over.
    pub(super) fn notice_vanished(&mut self, peer: u32) {
        self.hang_up(peer, DisconnectReason::TimedOut);
        self.peers[peer as usize].presence = Presence::Gone;
    }

    /// Ends all connections. Started pieces stay on the disk: at its next start the client finds which of their blocks
    /// are there (mainline marks those that are missing in the file itself).
    fn hang_up(&mut self, peer: u32, reason: DisconnectReason) {
        for slot in self.slots(peer) {
            if !self.halves[peer][slot].is_free() {
                self.disconnect(peer, slot, reason);
            }
        }
        self.halves.clear(peer);
        self.directions.clear(peer);
        self.order.clear(peer);
    }
}
