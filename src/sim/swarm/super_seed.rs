//! Super-seeds in the swarm: what a neighbour knows them to have, and the words that reveal their pieces.

use std::collections::BTreeMap;

use crate::protocol::bittorrent::bitfield;
use crate::protocol::bittorrent::super_seed::{ROUND_EVERY, Revelation, Round, SuperSeed};
use crate::record::Observer;

use super::Swarm;
use super::events::Event;
use super::sets::PieceSets;
use super::state::Half;
use super::told::{Told, heard};

/// The super-seeds among the peers, by peer. Without any, a look costs one comparison.
pub type SuperSeeds = BTreeMap<u32, SuperSeed>;

/// What the peer at the other end of a connection knows `peer` to have: what it has announced to all, or, of a super-seed and where
/// HAVEs arrive one by one, what that neighbour has been told.
pub fn known<'a>(
    super_seeds: &'a SuperSeeds,
    told: &'a Option<Told>,
    sets: &'a PieceSets,
    peer: u32,
    slot: u16,
) -> &'a [u64] {
    match super_seeds.get(&peer) {
        None => heard(told, sets, peer, slot),
        Some(seed) => seed.known(slot),
    }
}

impl<O: Observer> Swarm<'_, O> {
    /// See [`known`].
    pub(super) fn known(&self, peer: u32, slot: u16) -> &[u64] {
        known(&self.super_seeds, &self.told, &self.sets, peer, slot)
    }

    pub(super) fn is_super_seed(&self, peer: u32) -> bool {
        self.super_seeds.contains_key(&peer)
    }

    /// Who has everything picks nothing, unless it picks what to reveal.
    pub(super) fn counts_copies(&self, peer: u32) -> bool {
        !self.shows_as_seed(peer)
    }

    /// Whether others can see that the peer has everything.
    pub(super) fn shows_as_seed(&self, peer: u32) -> bool {
        self.glances[peer as usize].is_seed && !self.is_super_seed(peer)
    }

    /// At the beginning of its session a seed hides what it has if its client is told to.
    pub(super) fn begin_super_seeding(&mut self, peer: u32) {
        if self.client(peer).super_seeding {
            let pieces = self.geometry(peer).pieces;
            self.super_seeds.insert(peer, SuperSeed::new(pieces));
            self.sets.announced_mut(peer).fill(0);
        }
    }

    /// The rounds run from the tracker's first answer on.
    pub(super) fn schedule_revelations(&mut self, peer: u32) {
        if self.is_super_seed(peer) {
            let session = self.peers[peer as usize].session;
            self.world.push(self.world.now + ROUND_EVERY, Event::RevealRound { peer, session });
        }
    }

    /// A connection is made: a super-seed looks at the other's bitfield. That one is no seed: two seeds hang up.
    pub(super) fn super_seed_meets(&mut self, peer: u32, slot: usize) {
        let Half { other, mirror, .. } = self.halves[peer][slot];
        if let Some(seed) = self.super_seeds.get_mut(&peer) {
            seed.meet(slot as u16, other, heard(&self.told, &self.sets, other, mirror));
        }
    }

    pub(super) fn super_seed_parts(&mut self, peer: u32, slot: usize) {
        if let Some(seed) = self.super_seeds.get_mut(&peer) {
            seed.part(slot as u16);
        }
    }

    /// A neighbour of a seed has announced a piece, which matters to a super-seed only.
    pub(super) fn seed_hears(&mut self, peer: u32, piece: u32) {
        if let Some(seed) = self.super_seeds.get_mut(&peer) {
            seed.hear(piece);
        }
    }

    /// A neighbour has become a seed: the connection ends with the HAVE of its last pieces, which a super-seed still hears.
    pub(super) fn super_seed_sees_seed(&mut self, peer: u32, (other, slot): (u32, u16)) {
        if let Some(seed) = self.super_seeds.get_mut(&peer) {
            let (all, heard) = (self.sets.have(other), heard(&self.told, &self.sets, other, slot));
            let last = bitfield::ones(all).filter(|&piece| !bitfield::get(heard, piece));
            last.for_each(|piece| seed.hear(piece));
        }
    }

    /// The super-seed looks whom it may show a new piece.
    pub(super) fn reveal_round(&mut self, peer: u32) {
        if !self.is_online(peer) {
            return;
        }
        for revelation in self.choose_revelations(peer) {
            let Revelation { slot, piece } = revelation;
            let other = self.halves[peer][usize::from(slot)].other;
            let arrives = self.world.now + self.latency(peer, other);
            let seed = self.super_seeds.get_mut(&peer).expect("only a super-seed reveals");
            seed.send(revelation, arrives);
            self.world.push(arrives, Event::RevelationArrives { peer, slot, piece });
        }
        self.schedule_revelations(peer);
    }

    fn choose_revelations(&mut self, peer: u32) -> Vec<Revelation> {
        let (halves, order) = (&self.halves[peer], &self.order[peer]);
        let other_at = |slot: u16| halves[usize::from(slot)].other;
        let is_interested = |&&slot: &&u16| self.is_interested(other_at(slot), peer, slot);
        let interested = order.iter().filter(is_interested).count() as u32;
        let (sets, told) = (&self.sets, &self.told);
        let heard_at = |slot: u16| {
            let half = &halves[usize::from(slot)];
            heard(told, sets, half.other, half.mirror)
        };
        let round = Round {
            now: self.world.now,
            neighbours: order.iter().map(|&slot| (slot, heard_at(slot))).collect(),
            interested,
            availability: sets.availability(peer),
        };
        let seed = self.super_seeds.get_mut(&peer).expect("only a super-seed has such rounds");
        seed.round(round, &mut self.world.chance)
    }

    /// The HAVE for one neighbour is there, if the connection still is.
    pub(super) fn revelation_arrives(&mut self, peer: u32, slot: u16, piece: u32) {
        let online = self.is_online(peer);
        let seed = self.super_seeds.get_mut(&peer).expect("it was a super-seed when it sent this");
        if online && seed.arrive(Revelation { slot, piece }, self.world.now) {
            self.neighbour_hears(peer, usize::from(slot), piece);
        }
    }
}
