//! HAVE one by one: each neighbour hears of a piece after the latency to it, so that each knows something else.
//!
//! A word that arrives late is known by its time: it is due when it left plus the latency to whoever is at that slot now. So one
//! whose connection is over is nobody's, and one for an earlier neighbour at the slot is either due for the present one too, or
//! that one hears of the piece by a word of its own or has seen it in the bitfield.

use crate::protocol::bittorrent::bitfield;
use crate::record::Observer;
use crate::units::{SimDuration, SimTime};

use super::Swarm;
use super::events::Event;
use super::sets::PieceSets;
use super::state::NONE;

/// By peer. There is none where HAVEs arrive in bulk.
pub struct Told {
    speakers: Vec<Speaker>,
}

/// What a peer has told its neighbours.
#[derive(Clone, Default)]
struct Speaker {
    /// The pieces that it completed in this session, and when their HAVEs left, in the order of time.
    said: Vec<(SimTime, u32)>,
    /// What the neighbour at each slot knows of, slot after slot.
    known: Vec<u64>,
    /// Words of one set.
    words: usize,
}

/// What bitfield and HAVEs have told of the peer at that slot.
#[inline]
pub fn heard<'a>(told: &'a Option<Told>, sets: &'a PieceSets, peer: u32, slot: u16) -> &'a [u64] {
    match told {
        None => sets.announced(peer),
        Some(told) => told.known(peer, slot),
    }
}

impl Told {
    pub fn new(peers: usize) -> Told {
        Told { speakers: vec![Speaker::default(); peers] }
    }

    /// What the neighbour at that slot knows of the peer.
    pub fn known(&self, peer: u32, slot: u16) -> &[u64] {
        self.speakers[peer as usize].known(slot)
    }

    /// A session begins: what the peer has is in its bitfield, and nothing is under way.
    pub fn begin(&mut self, peer: u32, words: usize) {
        self.speakers[peer as usize] = Speaker { words, ..Speaker::default() };
    }
}

impl Speaker {
    fn known(&self, slot: u16) -> &[u64] {
        &self.known[usize::from(slot) * self.words..][..self.words]
    }

    fn known_mut(&mut self, slot: u16) -> &mut [u64] {
        let end = (usize::from(slot) + 1) * self.words;
        if self.known.len() < end {
            self.known.resize(end, 0);
        }
        &mut self.known[end - self.words..end]
    }

    /// The pieces whose word reaches a neighbour at that distance at `now` or later, with that time, the last first.
    fn under_way(&self, now: SimTime, latency: SimDuration) -> impl Iterator<Item = (SimTime, u32)> + '_ {
        let arriving = self.said.iter().rev().map(move |&(left, piece)| (left + latency, piece));
        arriving.take_while(move |&(arrives, _)| arrives >= now)
    }

    /// Whether the word of the piece is due now for a neighbour at that distance, and news to the one at the slot.
    fn is_due(&self, slot: u16, piece: u32, now: SimTime, latency: SimDuration) -> bool {
        let said = self.said.iter().rev().find(|said| said.1 == piece);
        said.is_some_and(|&(left, _)| left + latency == now) && !bitfield::get(self.known(slot), piece)
    }
}

impl<O: Observer> Swarm<'_, O> {
    /// The HAVE of a new piece sets out for the neighbours.
    pub(super) fn send_haves(&mut self, peer: u32, piece: u32) {
        let leaves = self.leaves_at(peer, self.world.now);
        let Some(told) = &mut self.told else {
            let session = self.peers[peer as usize].session;
            let arrives = leaves + self.have_latency(peer);
            return self.world.push(arrives, Event::HaveArrives { peer, piece, session });
        };
        told.speakers[peer as usize].said.push((leaves, piece));
        for slot in self.slots(peer) {
            let other = self.halves[peer][slot].other;
            if other != NONE {
                let arrives = leaves + self.latency(peer, other);
                self.world.push(arrives, Event::WordArrives { peer, slot: slot as u16, piece });
            }
        }
    }

    /// A connection is made. The bitfield shows what the peer had when it set out; the HAVEs of later pieces follow it.
    pub(super) fn show_bitfield(&mut self, peer: u32, slot: usize) {
        let (now, slot) = (self.world.now, slot as u16);
        let latency = self.latency(peer, self.halves[peer][usize::from(slot)].other);
        let Some(told) = &mut self.told else { return };
        let speaker = &mut told.speakers[peer as usize];
        let following: Vec<(SimTime, u32)> = speaker.under_way(now, latency).collect();
        let known = speaker.known_mut(slot);
        known.copy_from_slice(self.sets.have(peer));
        for (arrives, piece) in following.into_iter().rev() {
            bitfield::remove(known, piece);
            self.world.push(arrives, Event::WordArrives { peer, slot, piece });
        }
    }

    /// The HAVE for one neighbour is there, if it is one for the neighbour that is at the slot now.
    pub(super) fn word_arrives(&mut self, peer: u32, slot: u16, piece: u32) {
        let half = self.halves[peer].get(usize::from(slot)).copied().filter(|half| !half.is_free());
        let Some(half) = half.filter(|_| self.is_online(peer)) else { return };
        let (now, latency) = (self.world.now, self.latency(peer, half.other));
        let told = self.told.as_mut().expect("somebody said a word to one neighbour");
        let speaker = &mut told.speakers[peer as usize];
        if speaker.is_due(slot, piece, now, latency) {
            bitfield::insert(speaker.known_mut(slot), piece);
            self.neighbour_hears(peer, usize::from(slot), piece);
        }
    }

    /// Each neighbour of who is in the swarm knows of all that it has, but for the words that are under way.
    pub(super) fn check_told(&self, peer: u32) {
        let Some(told) = &self.told else { return };
        let (now, speaker) = (self.world.now, &told.speakers[peer as usize]);
        let halves = self.halves[peer].iter().enumerate();
        for (slot, half) in halves.filter(|(_, half)| !half.is_free()) {
            let (known, latency) = (speaker.known(slot as u16), self.latency(peer, half.other));
            assert!(!bitfield::any_missing(known, self.sets.have(peer)), "{peer} told of what it has not");
            for (arrives, piece) in speaker.under_way(now, latency) {
                let early = bitfield::get(known, piece) && arrives > now;
                assert!(!early, "{} knows too soon that {peer} has {piece}", half.other);
            }
            for piece in bitfield::ones(self.sets.have(peer)).filter(|&piece| !bitfield::get(known, piece)) {
                let said = speaker.said.iter().rfind(|said| said.1 == piece);
                let arrives = said.expect("a piece from before is in the bitfield").0 + latency;
                assert!(arrives >= now, "{} has missed that {peer} has {piece}", half.other);
            }
        }
    }
}
