//! Interest, message by message, where somebody acts on it at once or watches it. Elsewhere it is read off the sets of
//! pieces when a choker needs it.

use crate::protocol::bittorrent::bitfield;
use crate::record::{Message, Observer};

use super::Swarm;
use super::events::Event;
use super::state::{Flag, Half};

impl<O: Observer> Swarm<'_, O> {
    /// Sets what we think of a neighbour after its bitfield came.
    pub(super) fn update_interest(&mut self, peer: u32, slot: usize) {
        if !self.tracks_interest {
            return;
        }
        let Half { other, mirror, .. } = self.peers[peer as usize].halves[slot];
        if bitfield::any_missing(self.known(other, mirror), self.sets.have(peer)) {
            self.gain_interest(peer, slot);
        }
    }

    /// Says whether that is news, where interest is followed.
    pub(super) fn gain_interest(&mut self, peer: u32, slot: usize) -> bool {
        if !self.tracks_interest {
            return false;
        }
        let half = &mut self.peers[peer as usize].halves[slot];
        if half.has(Flag::AmInterested) {
            return false;
        }
        half.set(Flag::AmInterested, true);
        let (other, choked) = (half.other, half.has(Flag::PeerChoking));
        self.say(peer, other, Message::Interested);
        if self.peers[other as usize].rounds.is_some() {
            let arrives = self.leaves_at(peer, self.world.now) + self.latency(peer, other);
            let session = self.peers[other as usize].session;
            self.world.push(arrives, Event::Interested { peer: other, neighbour: peer, session });
        } else if !choked {
            self.reconsider_soon(other, peer);
        }
        true
    }

    /// While a neighbour choked us its loss of interest for us was not looked at, unless messages are watched: see
    /// `review_interest`. Now it matters whether a later HAVE is news, so that watching changes nothing.
    pub(super) fn forget_stale_interest(&mut self, peer: u32, slot: usize) {
        let half = self.peers[peer as usize].halves[slot];
        if half.has(Flag::AmInterested)
            && !bitfield::any_missing(self.known(half.other, half.mirror), self.sets.have(peer))
        {
            self.peers[peer as usize].halves[slot].set(Flag::AmInterested, false);
        }
    }

    /// We have one more piece: neighbours that have nothing else for us no longer interest us. Only where that matters
    /// at once is it looked at: at those that have unchoked us, or where messages are watched.
    pub(super) fn review_interest(&mut self, peer: u32) {
        if !self.tracks_interest {
            return;
        }
        for slot in self.slots(peer) {
            let half = self.peers[peer as usize].halves[slot];
            let matters = !half.is_free()
                && half.has(Flag::AmInterested)
                && (self.messages
                    || self.hears_interest
                    || !half.has(Flag::PeerChoking)
                    || self.glances[peer as usize].is_seed);
            if matters && !bitfield::any_missing(self.known(half.other, half.mirror), self.sets.have(peer)) {
                self.peers[peer as usize].halves[slot].set(Flag::AmInterested, false);
                self.say(peer, half.other, Message::NotInterested);
                if !half.has(Flag::PeerChoking) {
                    self.reconsider_soon(half.other, peer);
                }
            }
        }
    }
}
