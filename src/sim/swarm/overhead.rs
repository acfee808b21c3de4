//! What travels beside payload: TCP/IP headers, acknowledgements and control messages, charged to the links.
//!
//! Headers of data travel with it: a block is longer on the wire. What flows the other way (acknowledgements, requests)
//! and what goes to many at once (HAVE) is counted and lowers a line's capacity in the next round of the choker.

use crate::record::Observer;
use crate::sim::control::{HEADERS, SEGMENT, in_segments, left_of};
use crate::spec::BLOCK;

use super::Swarm;

/// Length prefix, type, index, begin of a `piece` message (BEP 3).
const PIECE_MESSAGE: u64 = 13;
/// A `request` message in a segment of its own.
const REQUEST: u64 = 17 + HEADERS;
/// A `have` message in a segment of its own.
const HAVE: u64 = 9 + HEADERS;

impl<O: Observer> Swarm<'_, O> {
    /// Bytes that so many blocks of one piece of the peer's torrent, from `id` on, take on the line.
    pub(super) fn wire_bytes(&self, peer: u32, id: u32, count: u32) -> f64 {
        let geometry = self.geometry(peer);
        if !self.world.charges_overhead() {
            return geometry.stretch_len(id, count) as f64;
        }
        let last = in_segments(geometry.block_len(id + count - 1) + PIECE_MESSAGE);
        (u64::from(count - 1) * in_segments(BLOCK.0 + PIECE_MESSAGE) + last) as f64
    }

    /// The payload in a part of a block, given what of it went over the line.
    pub(super) fn payload_part(&self, wire: f64) -> f64 {
        if !self.world.charges_overhead() {
            return wire;
        }
        let full = BLOCK.0 + PIECE_MESSAGE;
        wire * BLOCK.as_f64() / in_segments(full) as f64
    }

    /// The requests of so many blocks from `id` on, and the acknowledgements of their segments, run against the data.
    pub(super) fn charge_blocks(&mut self, from: u32, to: u32, id: u32, count: u32) {
        if !self.world.charges_overhead() {
            return;
        }
        let segments = |payload: u64| (payload + PIECE_MESSAGE).div_ceil(SEGMENT);
        let last = segments(self.geometry(to).block_len(id + count - 1));
        let count = u64::from(count);
        let of_end = |peer| {
            let whole = if count > 1 { self.acknowledgements(peer, segments(BLOCK.0)) } else { 0 };
            (count - 1) * whole + self.acknowledgements(peer, last)
        };
        let [sent, received] = [to, from].map(of_end);
        self.charge_messages(to, from, REQUEST, count);
        self.charge(to, from, sent, received);
        self.peers[to as usize].reception_up += REQUEST * count + sent;
    }

    /// HAVEs to so many neighbours, at their sender. Their receivers find at their next round how many they have heard.
    pub(super) fn charge_haves(&mut self, from: u32, count: u32) {
        if self.world.charges_overhead() {
            self.peers[from as usize].control_up += HAVE * u64::from(count);
        }
    }

    /// The acknowledgement of a HAVE, at the ends that count it.
    pub(super) fn acknowledge_have(&mut self, from: u32, to: u32) {
        if self.counts_headers && self.world.charges_overhead() {
            self.charge_headers(from, to, 1);
        }
    }

    /// Small messages, each in a segment of its own. Their acknowledgements travel with others, unless headers are counted.
    #[inline]
    fn charge_messages(&mut self, from: u32, to: u32, bytes: u64, count: u64) {
        self.charge(from, to, bytes * count, bytes * count);
        if self.counts_headers {
            self.charge_headers(from, to, count);
        }
    }

    /// The acknowledgements of so many messages, at the ends that count them.
    fn charge_headers(&mut self, from: u32, to: u32, count: u64) {
        let counted =
            [from, to].map(|peer| u64::from(self.client(peer).limiter_tick.is_some()) * HEADERS * count);
        self.charge(to, from, counted[1], counted[0]);
    }

    /// Bytes of acknowledgements of so many segments, as this end counts them: TCP sends one for two (RFC 1122).
    fn acknowledgements(&self, peer: u32, segments: u64) -> u64 {
        let every = self.counts_headers && self.client(peer).limiter_tick.is_some();
        HEADERS * if every { segments } else { segments.div_ceil(2) }
    }

    /// Bytes that one end counts as sent and the other as received.
    fn charge(&mut self, from: u32, to: u32, sent: u64, received: u64) {
        self.peers[from as usize].control_up += sent;
        self.peers[to as usize].control_down += received;
    }

    /// Once a round: what the last one's control traffic took is taken off the capacity of its person's lines for the
    /// next, together with that of the other swarms that the person is in.
    pub(super) fn charge_control(&mut self, peer: u32) {
        if !self.world.charges_overhead() {
            return;
        }
        let seconds = self.client(peer).rechoke_every.as_secs();
        let heard = self.sets.haves_heard(peer, self.counts_copies(peer));
        let state = &mut self.peers[peer as usize];
        let up = std::mem::take(&mut state.control_up) as f64 / seconds;
        let received = std::mem::take(&mut state.control_down) + HAVE * u64::from(heard);
        let down = received as f64 / seconds;
        let reception = std::mem::take(&mut state.reception_up) as f64 / seconds;
        if state.charged != [up, down, reception] {
            state.charged = [up, down, reception];
            self.charge_lines(self.members.person(peer));
        }
    }

    /// The person is in no swarm any more: its lines are free of control traffic.
    pub(super) fn uncharge(&mut self, person: u32) {
        for &member in self.members.of(person) {
            self.peers[member as usize].charged = [0.0; 3];
        }
        self.charge_lines(person);
    }

    pub(super) fn charge_lines(&mut self, person: u32) {
        let [up, down, _] = self.charged(person);
        self.world.take_off_lines(person, up, down, self.most_received(person));
    }

    /// What is taken off a person's lines for all its swarms, up and down, and how much of the first is owed to what
    /// it receives; bytes/s.
    pub(super) fn charged(&self, person: u32) -> [f64; 3] {
        let members = self.members.of(person);
        [0, 1, 2].map(|what| members.iter().map(|&member| self.peers[member as usize].charged[what]).sum())
    }

    /// Requests and headers of what a client receives count against its upload limit (`use_quota_overhead`), so with a
    /// limit near nothing it hardly receives either; bytes/s.
    pub(super) fn most_received(&self, person: u32) -> f64 {
        let limits = |&member: &u32| self.client(member).limiter_tick.is_some();
        if !self.world.charges_overhead() || !self.members.of(person).iter().any(limits) {
            return f64::INFINITY;
        }
        let [up, _, reception] = self.charged(person);
        let left = left_of(self.world.people[person as usize].upload.0, up - reception);
        let block = BLOCK.0 + PIECE_MESSAGE;
        let returned = REQUEST + block.div_ceil(SEGMENT) * HEADERS;
        left * in_segments(block) as f64 / returned as f64
    }
}
