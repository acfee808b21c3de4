//! Super-seeding (BEP 16): a seed that shows itself as a peer with nothing and reveals its pieces one by one.
//!
//! The rules are those of the client of BEP 16's author (BitTornado: `next_have` in `PiecePicker.py`, `_round_robin` in
//! `Choker.py`). Here is decided which piece is revealed to whom; how the word travels, and whom the seed unchokes, is
//! decided elsewhere.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::rng::Stream;
use crate::units::{SimDuration, SimTime};

use super::bitfield;
use super::copies::Copies;

/// Time between two looks at all neighbours (`Choker._round_robin`).
pub const ROUND_EVERY: SimDuration = SimDuration::from_whole_secs(5);
/// How long it only listens after it first had neighbours, to learn what they have (`seed_time` in `next_have`).
const LISTENS_FOR: SimDuration = SimDuration::from_whole_secs(10);
/// With fewer interested neighbours it does not wait until a revealed piece has spread (`min_uploads`).
const ENOUGH_INTERESTED: u32 = 4;

/// What a super-seed remembers.
pub struct SuperSeed {
    /// By the slot of the connection.
    neighbours: Vec<Option<Neighbour>>,
    /// By piece: neighbours that were found to have it since it was last revealed.
    seen: Vec<u32>,
    /// By piece: how often it was revealed.
    revelations: Vec<u32>,
    /// The last piece revealed to neighbours that have gone, by their identity.
    gone: BTreeMap<u32, u32>,
    first_round: Option<SimTime>,
}

struct Neighbour {
    identity: u32,
    /// The last piece that was revealed to it.
    offer: Option<u32>,
    /// Everything that was revealed over this connection, and what of it has arrived there.
    revealed: Vec<u64>,
    known: Vec<u64>,
    /// The words that have set out and not arrived: when they will, and of which piece.
    under_way: Vec<(SimTime, u32)>,
}

/// A HAVE for one neighbour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revelation {
    pub slot: u16,
    pub piece: u32,
}

/// A look at all neighbours.
pub struct Round<'a> {
    pub now: SimTime,
    /// The slots in the order of the connection list, and what the neighbour there has announced.
    pub neighbours: Vec<(u16, &'a [u64])>,
    /// Neighbours that are interested in what they know of.
    pub interested: u32,
    /// Copies of each piece among the neighbours.
    pub availability: Copies<'a>,
}

impl SuperSeed {
    pub fn new(pieces: u32) -> SuperSeed {
        SuperSeed {
            neighbours: Vec::new(),
            seen: vec![0; pieces as usize],
            revelations: vec![0; pieces as usize],
            gone: BTreeMap::new(),
            first_round: None,
        }
    }

    /// A connection is made; its other end has these pieces. Who was here before still owes the spreading of its last
    /// piece, and its own copy of that is no news: coming back wins nothing.
    pub fn meet(&mut self, slot: u16, identity: u32, theirs: &[u64]) {
        let offer = self.gone.remove(&identity);
        for piece in bitfield::ones(theirs).filter(|&piece| offer != Some(piece)) {
            self.seen[piece as usize] += 1;
        }
        let nothing = vec![0; theirs.len()];
        let at = usize::from(slot);
        if self.neighbours.len() <= at {
            self.neighbours.resize_with(at + 1, || None);
        }
        let neighbour =
            Neighbour { identity, offer, revealed: nothing.clone(), known: nothing, under_way: Vec::new() };
        assert!(self.neighbours[at].replace(neighbour).is_none(), "a slot has one connection");
    }

    /// A connection is over.
    pub fn part(&mut self, slot: u16) {
        let neighbour =
            self.neighbours[usize::from(slot)].take().expect("a connection was made before it ends");
        let Some(offer) = neighbour.offer else { return };
        self.gone.insert(neighbour.identity, offer);
        let seen = &mut self.seen[offer as usize];
        if *seen == 1 {
            // The only copy was its own.
            *seen = 0;
        }
    }

    /// A neighbour has announced a piece.
    pub fn hear(&mut self, piece: u32) {
        self.seen[piece as usize] += 1;
    }

    /// Who is shown what now.
    pub fn round(&mut self, mut round: Round<'_>, stream: &mut Stream) -> Vec<Revelation> {
        if round.neighbours.is_empty() {
            return Vec::new();
        }
        let first = *self.first_round.get_or_insert(round.now);
        if round.now.since(first) < LISTENS_FOR {
            return Vec::new();
        }
        let mut short_of = ENOUGH_INTERESTED.saturating_sub(round.interested);
        if short_of > 0 {
            stream.shuffle(&mut round.neighbours);
        }
        let mut revelations = Vec::new();
        for &(slot, theirs) in &round.neighbours {
            if let Some(piece) = self.next_for(slot, theirs, short_of > 0, round.availability, stream) {
                revelations.push(Revelation { slot, piece });
                short_of = short_of.saturating_sub(1);
            }
        }
        revelations
    }

    /// The piece to be revealed to one neighbour, if its time has come: the last one has been seen at it and at one
    /// more, or, where too few are interested, at it.
    fn next_for(
        &mut self,
        slot: u16,
        theirs: &[u64],
        loosely: bool,
        availability: Copies<'_>,
        stream: &mut Stream,
    ) -> Option<u32> {
        let neighbour = self.neighbours[usize::from(slot)].as_mut().expect("a neighbour on the list");
        if let Some(offer) = neighbour.offer {
            if !bitfield::get(theirs, offer) && !bitfield::get(&neighbour.revealed, offer) {
                // It was here before and went without the piece: it is shown that one again.
                bitfield::insert(&mut neighbour.revealed, offer);
                return Some(offer);
            }
            if self.seen[offer as usize] < if loosely { 1 } else { 2 } {
                return None;
            }
        }
        let level = |piece: u32| availability.of(piece) + self.revelations[piece as usize];
        let is_news =
            |&piece: &u32| !bitfield::get(theirs, piece) && !bitfield::get(&neighbour.revealed, piece);
        let news = (0..self.seen.len() as u32).filter(is_news);
        let lowest = news.clone().map(level).min()?;
        let rarest: Vec<u32> = news.filter(|&piece| level(piece) == lowest).collect();
        let piece = rarest[stream.below(rarest.len())];
        bitfield::insert(&mut neighbour.revealed, piece);
        neighbour.offer = Some(piece);
        self.seen[piece as usize] = 0;
        self.revelations[piece as usize] += 1;
        Some(piece)
    }

    /// The word of what a round reveals sets out and will be there at that time.
    pub fn send(&mut self, Revelation { slot, piece }: Revelation, arrives: SimTime) {
        let neighbour = self.neighbours[usize::from(slot)].as_mut().expect("a neighbour is shown a piece");
        neighbour.under_way.push((arrives, piece));
    }

    /// A word of a piece reaches the slot; `false` if it is not for the neighbour that is there now, but for one whose connection is over.
    pub fn arrive(&mut self, Revelation { slot, piece }: Revelation, now: SimTime) -> bool {
        let neighbour = self.neighbours.get_mut(usize::from(slot)).and_then(Option::as_mut);
        let Some(neighbour) = neighbour else { return false };
        let Some(word) = neighbour.under_way.iter().position(|&word| word == (now, piece)) else {
            return false;
        };
        neighbour.under_way.swap_remove(word);
        bitfield::insert(&mut neighbour.known, piece);
        true
    }

    /// Connections at present.
    pub fn neighbours(&self) -> usize {
        self.neighbours.iter().flatten().count()
    }

    /// Nobody knows more than was revealed to it, the word of all else is under way, and who was shown anything has a last piece.
    pub fn check(&self) -> Result<(), String> {
        for neighbour in self.neighbours.iter().flatten() {
            if bitfield::any_missing(&neighbour.known, &neighbour.revealed) {
                return Err(format!("{} knows what was not revealed to it", neighbour.identity));
            }
            let unknown = bitfield::count(&neighbour.revealed) - bitfield::count(&neighbour.known);
            if neighbour.under_way.len() != unknown as usize {
                return Err(format!("{} waits for other words than are under way", neighbour.identity));
            }
            if neighbour.offer.is_none() && bitfield::count(&neighbour.revealed) > 0 {
                return Err(format!("{} was shown pieces of which none is the last", neighbour.identity));
            }
        }
        Ok(())
    }

    /// What the neighbour at that slot knows the seed to have.
    pub fn known(&self, slot: u16) -> &[u64] {
        &self.neighbours[usize::from(slot)].as_ref().expect("a neighbour looks at its own connection").known
    }
}
