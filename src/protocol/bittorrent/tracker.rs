//! The tracker: who is in the swarm, and whom it names to a peer that asks (BEP 3).
//!
//! Knows neither time nor network: moments are numbers that it is given, and queueing for its service lies elsewhere. An
//! announce costs O(numwant) whatever the size of the swarm, a departure and each expired peer O(1).

mod order;
#[cfg(test)]
mod tests;

use self::order::Order;
use crate::record::AnnounceEvent;
use crate::rng::Stream;
use crate::spec::TrackerAnswer;
use crate::units::{MemberIndex, SimDuration, SimTime};

/// The peers of one torrent, as the tracker knows them.
#[derive(Clone, Debug)]
pub struct Tracker {
    answer: TrackerAnswer,
    /// Most peers in an answer.
    numwant: usize,
    /// The registered peers in no particular order, so that one can be drawn and removed in O(1).
    registered: Vec<MemberIndex>,
    /// What is known of each peer, by its index; grows as peers appear.
    known: Vec<Known>,
    by_registration: Order,
    /// Ordered by the last announce: who expires first is at the old end.
    by_last_announce: Order,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    /// Place in `registered`; `None`: not registered.
    place: Option<u32>,
    heard: SimTime,
}

impl Tracker {
    /// A tracker that knows nobody and names at most `numwant` peers in an answer.
    pub fn new(answer: TrackerAnswer, numwant: u32) -> Tracker {
        Tracker {
            answer,
            numwant: numwant as usize,
            registered: Vec::new(),
            known: Vec::new(),
            by_registration: Order::default(),
            by_last_announce: Order::default(),
        }
    }

    /// Peers registered.
    pub fn len(&self) -> usize {
        self.registered.len()
    }

    pub fn is_empty(&self) -> bool {
        self.registered.is_empty()
    }

    /// Whether the tracker would name that peer.
    pub fn knows(&self, peer: MemberIndex) -> bool {
        self.known.get(peer.at()).is_some_and(|known| known.place.is_some())
    }

    /// Takes note of an announce and replaces `out` by the answer: distinct peers other than `peer`, none on `Stopped`.
    ///
    /// Any other event registers a peer that is not known: it may have expired, or the tracker was down when it started.
    /// A peer that is known keeps its place in the order of registration. `now` never goes back. Only random answers
    /// draw from `stream`, one number a peer named.
    pub fn announce(
        &mut self,
        now: SimTime,
        peer: MemberIndex,
        event: AnnounceEvent,
        stream: &mut Stream,
        out: &mut Vec<MemberIndex>,
    ) {
        out.clear();
        match event {
            AnnounceEvent::Stopped => return self.remove(peer),
            AnnounceEvent::Started | AnnounceEvent::Periodic | AnnounceEvent::Completed => {
                self.note(now, peer)
            }
        }
        match self.answer {
            TrackerAnswer::Random => self.name_random(peer, stream, out),
            TrackerAnswer::Newest => {
                out.extend(named(self.by_registration.newest_first(), peer, self.numwant))
            }
            TrackerAnswer::Oldest => {
                out.extend(named(self.by_registration.oldest_first(), peer, self.numwant))
            }
        }
    }

    /// Drops the peers not heard of for longer than `expiry`, and says how many.
    pub fn expire(&mut self, now: SimTime, expiry: SimDuration) -> usize {
        let before = self.len();
        while let Some(silent) = self.by_last_announce.oldest() {
            if now.since(self.known[silent.at()].heard) <= expiry {
                break;
            }
            self.remove(silent);
        }
        before - self.len()
    }

    /// Registers the peer, or refreshes what is known of it.
    fn note(&mut self, now: SimTime, peer: MemberIndex) {
        if let Some(latest) = self.by_last_announce.newest() {
            assert!(self.known[latest.at()].heard <= now, "announces come in the order of time");
        }
        if self.known.len() <= peer.at() {
            self.known.resize(peer.at() + 1, Known { place: None, heard: SimTime::ZERO });
        }
        if self.knows(peer) {
            self.by_last_announce.remove(peer);
        } else {
            let place = u32::try_from(self.registered.len()).expect("peers have 32-bit indices");
            self.known[peer.at()] = Known { place: Some(place), heard: now };
            self.registered.push(peer);
            self.by_registration.push_newest(peer);
        }
        self.known[peer.at()].heard = now;
        self.by_last_announce.push_newest(peer);
    }

    /// Forgets the peer; nothing happens if it is not known.
    fn remove(&mut self, peer: MemberIndex) {
        if !self.knows(peer) {
            return;
        }
        self.swap(self.place(peer), self.registered.len() - 1);
        self.registered.pop();
        self.known[peer.at()].place = None;
        self.by_registration.remove(peer);
        self.by_last_announce.remove(peer);
    }

    /// A uniform sample without replacement in random order: the first steps of Fisher and Yates, done in place because
    /// the order of `registered` means nothing. The asker is put last, out of reach.
    fn name_random(&mut self, asker: MemberIndex, stream: &mut Stream, out: &mut Vec<MemberIndex>) {
        let others = self.registered.len() - 1;
        self.swap(self.place(asker), others);
        for drawn in 0..self.numwant.min(others) {
            self.swap(drawn, drawn + stream.below(others - drawn));
            out.push(self.registered[drawn]);
        }
    }

    fn place(&self, peer: MemberIndex) -> usize {
        self.known[peer.at()].place.expect("a registered peer has a place") as usize
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.registered.swap(a, b);
        for place in [a, b] {
            self.known[self.registered[place].at()].place = Some(place as u32);
        }
    }
}

/// The first `numwant` of an order that are not the asker.
fn named(
    order: impl Iterator<Item = MemberIndex>,
    asker: MemberIndex,
    numwant: usize,
) -> impl Iterator<Item = MemberIndex> {
    order.filter(move |&peer| peer != asker).take(numwant)
}
