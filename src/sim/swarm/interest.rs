//! Interest, message by message, where somebody acts on it at once or watches it. Elsewhere it is read off the sets of
//! pieces when a choker needs it.

use crate::protocol::bittorrent::bitfield;
use crate::record::{Message, Observer};

use super::Swarm;
use super::events::Event;
use super::state::{Flag, Half};

impl<O: Observer> Swarm<'_, O> {
    /// Whether `peer` wants anything that it knows `neighbour` to have, whose slot for it is this.
    pub(super) fn is_interested(&self, peer: u32, neighbour: u32, slot: u16) -> bool {
        bitfield::any_missing(self.known(neighbour, slot), self.sets.have(peer))
    }

    /// How many pieces all neighbours know the peer to have, if they know of the same ones.
    pub(super) fn shown_to_all(&self, peer: u32) -> Option<u32> {
        let alike = self.told.is_none() && !self.is_super_seed(peer);
        alike.then(|| bitfield::count(self.sets.announced(peer)))
    }

    /// The same as `is_interested`, for a choker that looks at all neighbours of one that shows so many pieces: numbers mostly
    /// tell. Who has fewer wants some of them, and who has all wants none.
    pub(super) fn is_drawn_by(&self, peer: u32, shown: Option<u32>, neighbour: u32, slot: u16) -> bool {
        match self.is_drawn_by_number(peer, shown) {
            Some(interested) => interested,
            None => self.is_interested(peer, neighbour, slot),
        }
    }

    /// Whether the peer wants any of so many pieces, where their number tells.
    #[inline]
    pub(super) fn is_drawn_by_number(&self, peer: u32, shown: Option<u32>) -> Option<bool> {
        let glance = &self.glances[peer as usize];
        match shown {
            _ if glance.is_seed => Some(false),
            Some(shown) if glance.complete < shown => Some(true),
            Some(_) | None => None,
        }
    }

    /// Sets what we think of a neighbour after its bitfield came.
    pub(super) fn update_interest(&mut self, peer: u32, slot: usize) {
        if !self.tracks_interest {
            return;
        }
        let Half { other, mirror, .. } = self.halves[peer][slot];
        if bitfield::any_missing(self.known(other, mirror), self.sets.have(peer)) {
            self.gain_interest(peer, slot);
        }
    }

    /// Says whether that is news, where interest is followed.
    pub(super) fn gain_interest(&mut self, peer: u32, slot: usize) -> bool {
        if !self.tracks_interest {
            return false;
        }
        let half = &mut self.halves[peer][slot];
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
        let half = self.halves[peer][slot];
        if half.has(Flag::AmInterested)
            && !bitfield::any_missing(self.known(half.other, half.mirror), self.sets.have(peer))
        {
            self.halves[peer][slot].set(Flag::AmInterested, false);
        }
    }

    /// We have one more piece: neighbours that have nothing else for us no longer interest us. Only where that matters
    /// at once is it looked at: at those that have unchoked us, or where messages are watched.
    pub(super) fn review_interest(&mut self, peer: u32) {
        if !self.tracks_interest {
            return;
        }
        for slot in self.slots(peer) {
            let half = self.halves[peer][slot];
            let matters = !half.is_free()
                && half.has(Flag::AmInterested)
                && (self.messages
                    || self.hears_interest
                    || !half.has(Flag::PeerChoking)
                    || self.glances[peer as usize].is_seed);
            if matters && !bitfield::any_missing(self.known(half.other, half.mirror), self.sets.have(peer)) {
                self.halves[peer][slot].set(Flag::AmInterested, false);
                self.say(peer, half.other, Message::NotInterested);
                if !half.has(Flag::PeerChoking) {
                    self.reconsider_soon(half.other, peer);
                }
            }
        }
    }
}
