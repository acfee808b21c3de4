//! The way out: plans, patience, copies, clean departures and vanishing.

use crate::protocol::bittorrent::bitfield;
use crate::record::{AnnounceEvent, Departure, DisconnectReason, Observer};
use crate::sim::life;
use crate::units::SimDuration;

use super::state::{NONE, Phase, Presence};
use super::{Event, Swarm};

/// A silent connection is given up after this: BEP 3's keepalive comes every two minutes.
const SILENCE: SimDuration = SimDuration::from_whole_secs(120);

impl<O: Observer> Swarm<'_, O> {
    /// A seed that was to stay for so many copies goes when they are out.
    pub(super) fn leave_if_copies_are_out(&mut self, peer: u32) {
        let Some(copies) = self.world.people[peer as usize].leaves_after_copies else { return };
        let state = &self.peers[peer as usize];
        let unflushed: u64 = (state.halves.iter().filter(|half| half.up != NONE))
            .map(|half| self.transfers[half.up].unflushed)
            .sum();
        let sent = self.totals[peer as usize].uploaded.iter().sum::<u64>() + unflushed;
        if sent as f64 >= copies * self.file.size.as_f64() {
            life::leave_as_planned(self, peer);
        }
    }

    /// Its person is gone.
    pub(super) fn leave_swarm(&mut self, peer: u32, how: Departure) {
        let presence = self.peers[peer as usize].presence;
        if !matches!(presence, Presence::Joining | Presence::Online) {
            return;
        }
        self.drop_metainfo_flow(peer);
        self.stop_waiting(peer);
        for piece in bitfield::ones(self.sets.have(peer)) {
            self.copies[piece as usize] -= 1;
        }
        if how == Departure::Vanished {
            self.peers[peer as usize].presence = Presence::Vanished;
            self.fall_silent(peer);
            self.world.push(self.world.now + SILENCE, Event::Noticed { peer });
        } else {
            if presence == Presence::Online {
                self.announce(peer, AnnounceEvent::Stopped);
            }
            self.peers[peer as usize].presence = Presence::Gone;
            self.hang_up(peer, DisconnectReason::NeighbourLeft);
        }
    }

    /// All data to and from a vanished peer stops; its neighbours go on waiting for what they asked of it.
    fn fall_silent(&mut self, peer: u32) {
        for slot in self.slots(peer) {
            let half = self.peers[peer as usize].halves[slot];
            if half.is_free() {
                continue;
            }
            if half.down != NONE {
                self.abort_flow(half.down);
                self.transfers[half.down].phase = Phase::Stalled;
            }
            if half.up != NONE {
                let mirror = usize::from(half.mirror);
                if self.is_idle(half.other, mirror) {
                    self.glances[half.other as usize].idle -= 1;
                }
                self.abort_flow(half.up);
                self.transfers[half.up].phase = Phase::Stalled;
                if self.peers[half.other as usize].receiving == 0 {
                    self.reconsider_waiting(half.other);
                }
            }
        }
    }

    pub(super) fn notice_vanished(&mut self, peer: u32) {
        self.hang_up(peer, DisconnectReason::TimedOut);
        self.peers[peer as usize].presence = Presence::Gone;
    }

    fn hang_up(&mut self, peer: u32, reason: DisconnectReason) {
        for slot in self.slots(peer) {
            if !self.peers[peer as usize].halves[slot].is_free() {
                self.disconnect(peer, slot, reason);
            }
        }
        let state = &mut self.peers[peer as usize];
        state.halves = Vec::new();
        state.list = Vec::new();
        state.started = Vec::new();
    }
}
