//! The way in: what a peer brings along and shows, at its first coming and after each absence.

use crate::protocol::bittorrent::{allowed_fast, bitfield};
use crate::record::{AnnounceEvent, Observer};
use crate::sim::wish_clock::Span;
use crate::strategy;
use crate::workload::Holdings;

use super::Swarm;
use super::state::Presence;

/// What a person has of one file before the run.
#[derive(PartialEq)]
enum Holding<'a> {
    Nothing,
    Whole,
    Pieces(&'a [u32]),
}

impl<O: Observer> Swarm<'_, O> {
    /// Who comes shares every whole file that it brings along.
    pub(super) fn join_as_seed(&mut self, person: u32) {
        for at in 0..self.members.of(person).len() {
            let peer = self.members.of(person)[at];
            if self.holding_of(peer) == Holding::Whole {
                self.join(peer);
            }
        }
    }

    /// The person is back in every swarm that it was in.
    pub(super) fn rejoin(&mut self, person: u32) {
        for at in 0..self.members.of(person).len() {
            let peer = self.members.of(person)[at];
            if self.peers[peer as usize].presence == Presence::Vanished {
                // What its old neighbours send to a host that is up again is answered by a reset.
                self.notice_vanished(peer);
            }
            if self.peers[peer as usize].presence == Presence::Gone {
                self.join(peer);
            }
        }
    }

    /// A peer enters its swarm with what it has, on the way to the metainfo file and the tracker.
    pub(super) fn join(&mut self, peer: u32) {
        if self.peers[peer as usize].presence == Presence::Absent {
            self.take_holding(peer);
        }
        self.peers[peer as usize].begin_session();
        self.show_pieces(peer);
        self.count_as(peer, Span::Finding);
        self.reconsider_waiting(peer);
        match self.central.web_uplink {
            Some(_) if !self.peers[peer as usize].has_metainfo => self.ask_for_metainfo(peer),
            Some(_) | None => self.announce(peer, AnnounceEvent::Started),
        }
    }

    /// What the person had of the peer's file before the run.
    fn holding_of(&self, peer: u32) -> Holding<'_> {
        match &self.world.people[self.who(peer).at()].holds {
            Holdings::Nothing => Holding::Nothing,
            Holdings::Everything => Holding::Whole,
            Holdings::Pieces(pieces) => Holding::Pieces(pieces),
            Holdings::Files(files) => match files.binary_search(&self.torrent(peer).index) {
                Ok(_) => Holding::Whole,
                Err(_) => Holding::Nothing,
            },
        }
    }

    /// Fills the peer's set of pieces with what it brings. Whoever brings any has had the metainfo file before.
    fn take_holding(&mut self, peer: u32) {
        let pieces = self.geometry(peer).pieces;
        let mut have = vec![0; self.geometry(peer).words];
        match self.holding_of(peer) {
            Holding::Nothing => {}
            Holding::Whole => bitfield::fill(&mut have, pieces),
            Holding::Pieces(held) => held.iter().for_each(|&piece| bitfield::insert(&mut have, piece)),
        }
        self.sets.have_mut(peer).copy_from_slice(&have);
        let fresh = self.sets.fresh_mut(peer);
        bitfield::fill(fresh, pieces);
        fresh.iter_mut().zip(&have).for_each(|(fresh, mine)| *fresh &= !mine);
        let complete = bitfield::count(&have);
        let client = self.client(peer);
        self.glances[peer as usize].complete = complete;
        self.peers[peer as usize].has_metainfo = complete > 0;
        if client.allowed_fast > 0 {
            let address = allowed_fast::synthetic_ip(self.who(peer));
            let infohash = &self.torrent(peer).file.infohash;
            let set = allowed_fast::allowed_fast_set(address, infohash, pieces, client.allowed_fast);
            self.peers[peer as usize].allowed_fast = set.into_iter().map(|piece| piece.0).collect();
        }
        if complete < pieces {
            let class = usize::from(self.glances[peer as usize].class);
            self.world.books.add_progress(class, complete.into(), pieces.into());
        }
    }

    /// Its pieces are there for others from now on; it knows nobody yet.
    fn show_pieces(&mut self, peer: u32) {
        let have = self.sets.have(peer).to_vec();
        self.sets.announced_mut(peer).copy_from_slice(&have);
        self.sets.forget_neighbours(peer);
        let words = self.geometry(peer).words;
        if let Some(told) = &mut self.told {
            told.begin(peer, words);
        }
        let torrent = &mut self.torrents[self.sets.torrent(peer)];
        for piece in bitfield::ones(&have) {
            torrent.copies[piece as usize] += 1;
        }
        let asks_while_choked = self.has_use_for_allowed_fast(peer);
        let all = self.geometry(peer).pieces;
        let glance = &mut self.glances[peer as usize];
        glance.idle = 0;
        glance.is_seed = glance.complete == all;
        glance.asks_while_choked = asks_while_choked;
        if glance.is_seed {
            self.count_sharer(peer, 1);
            self.begin_super_seeding(peer);
        }
    }

    /// One person more or less is online that has the whole file and uploads it.
    pub(super) fn count_sharer(&mut self, peer: u32, change: i32) {
        if strategy::uploads(self.behavior(peer)) {
            let sharers = &mut self.torrent_mut(peer).sharers;
            *sharers = sharers.checked_add_signed(change).expect("who goes was counted");
        }
    }
}
