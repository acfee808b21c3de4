//! What a peer wants, where its time goes until that is there, and why it waits.

use crate::protocol::bittorrent::bitfield;
use crate::record::{Observer, Waiting, WishOutcome};
use crate::sim::wish_clock::{Span, WishClock};

use super::Swarm;
use super::state::{Directions, Flag, NONE, Presence};
use super::transfers::Phase;

impl<O: Observer> Swarm<'_, O> {
    /// The person wants a file from now on: it becomes a member of its torrent.
    pub(super) fn begin_wish(&mut self, person: u32, nth: usize) {
        let file = self.world.wish_of(person, nth).file;
        let of_file = |&&member: &&u32| self.torrent(member).index == file;
        let peer = *self.members.of(person).iter().find(of_file).expect("a wish makes a member");
        let mut clock = WishClock::new(person, file, self.world.now);
        clock.totals.available = self.torrent(peer).sharers;
        self.peers[peer as usize].wish = self.wishes.len() as u32;
        self.wishes.push(clock);
        self.join(peer);
    }

    /// The peer's wish, if it has one that is open.
    pub(super) fn wish_of(&mut self, peer: u32) -> Option<&mut WishClock> {
        match self.peers[peer as usize].wish {
            NONE => None,
            wish => Some(&mut self.wishes[wish as usize]),
        }
    }

    /// From now on the time of the peer's wish counts as `span`.
    pub(super) fn count_as(&mut self, peer: u32, span: Span) {
        let now = self.world.now;
        if let Some(wish) = self.wish_of(peer) {
            wish.enter(now, span);
        }
    }

    /// An announce goes to the tracker.
    pub(super) fn count_announce(&mut self, peer: u32) {
        if let Some(wish) = self.wish_of(peer) {
            wish.totals.messages += 1;
        }
    }

    /// The tracker has named a peer.
    pub(super) fn has_found(&mut self, peer: u32) {
        if self.wish_of(peer).is_some_and(|wish| wish.span() == Span::Finding) {
            self.count_as(peer, Span::Waiting);
        }
    }

    /// Ends the peer's wish, if it has one; true if it had.
    pub(super) fn end_wish(&mut self, peer: u32, outcome: WishOutcome) -> bool {
        self.count_as(peer, Span::Paused);
        let now = self.world.now;
        let wish = std::mem::replace(&mut self.peers[peer as usize].wish, NONE);
        if wish == NONE {
            return false;
        }
        let totals = &mut self.wishes[wish as usize].totals;
        totals.outcome = outcome;
        totals.ended = (outcome != WishOutcome::Open).then_some(now);
        self.world.observer.wish(totals);
        true
    }

    /// The person is gone for good.
    pub(super) fn give_up_wishes(&mut self, person: u32) {
        for at in 0..self.members.of(person).len() {
            self.end_wish(self.members.of(person)[at], WishOutcome::Left);
        }
    }

    /// Data arrives: the first of a transfer while there is no other.
    pub(super) fn data_arrives(&mut self, peer: u32) {
        if self.peers[peer as usize].waiting.is_some() {
            self.stop_waiting(peer);
            self.count_as(peer, Span::Transferring);
        }
    }

    /// The present reason to wait no longer holds.
    pub(super) fn stop_waiting(&mut self, peer: u32) {
        let state = &mut self.peers[peer as usize];
        if let Some((reason, since)) = state.waiting.take() {
            self.totals[peer as usize].waited[reason as usize] += self.world.now.since(since);
        }
    }

    /// Nothing arrives: notes why, from now on.
    pub(super) fn reconsider_waiting(&mut self, peer: u32) {
        let state = &self.peers[peer as usize];
        if state.receiving > 0 || self.glances[peer as usize].is_seed {
            return;
        }
        let known = state.waiting.map(|(reason, _)| reason);
        let Some(reason) = self.waits_for(peer).filter(|&reason| known != Some(reason)) else { return };
        self.stop_waiting(peer);
        self.peers[peer as usize].waiting = Some((reason, self.world.now));
        if known.is_none() && reason != Waiting::Joining {
            self.count_as(peer, Span::Waiting);
        }
    }

    fn waits_for(&self, peer: u32) -> Option<Waiting> {
        let state = &self.peers[peer as usize];
        match state.presence {
            Presence::Absent | Presence::Vanished | Presence::Gone => return None,
            Presence::Joining => return Some(Waiting::Joining),
            Presence::Online => {}
        }
        let mut reason = Waiting::NothingToAsk;
        if state.connections == 0 {
            return Some(Waiting::NoNeighbours);
        }
        let halves = self.halves[peer].iter().zip(&self.directions[peer]);
        for (half, &Directions { down, .. }) in halves.filter(|(half, _)| !half.is_free()) {
            if down != NONE && self.transfers[down].phase == Phase::Requested {
                return Some(Waiting::Requested);
            }
            if reason == Waiting::NothingToAsk
                && half.has(Flag::PeerChoking)
                && bitfield::any_missing(self.known(half.other, half.mirror), self.sets.have(peer))
            {
                reason = Waiting::Choked;
            }
        }
        Some(reason)
    }
}
