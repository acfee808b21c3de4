//! Connections: dialling, both handshakes, bitfields, and the end of a connection.

use smallvec::SmallVec;

use crate::protocol::bittorrent::{bitfield, choker};
use crate::record::{DisconnectReason, Message, Observer, Record};
use crate::units::MemberIndex;

use super::Swarm;
use super::events::Event;
use super::sets::Change;
use super::state::{Directions, Flag, Half, NONE};

impl<O: Observer> Swarm<'_, O> {
    /// Opens connections to the peers of a tracker's answer, in its order, up to the client's limit.
    pub(super) fn dial(&mut self, peer: u32, addresses: &[MemberIndex]) {
        let limit = self.client(peer).connections.max_initiate;
        let first = self.torrent(peer).first_member;
        for &MemberIndex(member) in addresses {
            let other = first + member;
            let state = &self.peers[peer as usize];
            if u32::from(state.connections) + u32::from(state.dialling) >= limit {
                return;
            }
            if self.may_connect(peer, other) {
                self.peers[peer as usize].dialling += 1;
                // One round trip for TCP, one for the handshakes (BEP 3).
                let connected = self.world.now + self.round_trip(peer, other);
                let handshake = self.leaves_at(peer, connected) + self.latency(peer, other);
                let done = self.leaves_at(other, handshake) + self.latency(peer, other);
                let session = self.peers[peer as usize].session;
                self.world.push(done, Event::Connect { from: peer, to: other, session });
            }
        }
    }

    /// What the dialling peer can know: itself, whom it is connected to, whom it banned.
    fn may_connect(&self, peer: u32, other: u32) -> bool {
        peer != other
            && self.slot_of(peer, other).is_none()
            && !self.peers[peer as usize].banned.contains(&other)
    }

    pub(super) fn slot_of(&self, peer: u32, other: u32) -> Option<usize> {
        self.halves[peer].iter().position(|half| half.other == other)
    }

    /// The handshakes are through if the other is there, accepts connections, and has room. Two seeds hang up.
    pub(super) fn connect(&mut self, from: u32, to: u32) {
        let dialling = &mut self.peers[from as usize].dialling;
        *dialling = dialling.saturating_sub(1);
        let room = |swarm: &Self, peer: u32| {
            u32::from(swarm.peers[peer as usize].connections) < swarm.client(peer).connections.max_allow_in
        };
        let welcome = self.is_online(from)
            && self.is_online(to)
            && self.client(to).connectable
            && room(self, from)
            && room(self, to)
            && self.may_connect(from, to)
            && self.may_connect(to, from)
            && !(self.glances[from as usize].is_seed && self.glances[to as usize].is_seed);
        if welcome {
            self.world.note(Record::Connected { from: self.who(from), to: self.who(to) });
            self.say(from, to, Message::Handshake);
            self.say(to, from, Message::Handshake);
            let at_from = self.add_half(from, to);
            let at_to = self.add_half(to, from);
            self.halves[from][at_from].mirror = at_to as u16;
            self.halves[to][at_to].mirror = at_from as u16;
            self.show_bitfield(from, at_from);
            self.show_bitfield(to, at_to);
            self.super_seed_meets(from, at_from);
            self.super_seed_meets(to, at_to);
            self.hear_bitfield(from, at_from);
            self.hear_bitfield(to, at_to);
            self.learn_bitfield(from, at_from);
            self.learn_bitfield(to, at_to);
        }
    }

    /// Makes room for one more connection and returns its slot.
    fn add_half(&mut self, peer: u32, other: u32) -> usize {
        let mut half = Half::new(other, 0);
        half.set(Flag::Sated, !self.counts_copies(other));
        let rule = self.client(peer).optimistic;
        let latency = self.latency(peer, other);
        let state = &mut self.peers[peer as usize];
        state.farthest = state.farthest.map(|farthest| farthest.max(latency));
        state.connections += 1;
        let free = self.halves[peer].iter().position(Half::is_free);
        let slot = free.unwrap_or(self.halves[peer].len());
        let directions = Directions::new(self.world.now);
        match free {
            Some(slot) => {
                self.halves[peer][slot] = half;
                self.directions[peer][slot] = directions;
            }
            None => {
                self.halves.push(peer, half);
                self.directions.push(peer, directions);
            }
        }
        let place = choker::place_of_newcomer(rule, self.order[peer].len(), &mut self.world.chance);
        self.order.insert(peer, place, slot as u16);
        self.begin_turns(peer, slot);
        self.resume_rounds(peer);
        slot
    }

    /// The neighbour's bitfield arrives with the handshake, before anything else is said (BEP 3).
    fn hear_bitfield(&mut self, peer: u32, slot: usize) {
        if !self.messages {
            return;
        }
        let Half { other, mirror, .. } = self.halves[peer][slot];
        let pieces = bitfield::count(self.known(other, mirror));
        self.say(other, peer, Message::Bitfield { pieces });
        let fast = self.peers[peer as usize].allowed_fast.len() as u32;
        if fast > 0 && self.grants_allowed_fast(other) {
            self.say(other, peer, Message::AllowedFast { pieces: fast });
        }
    }

    /// What the peer makes of it.
    fn learn_bitfield(&mut self, peer: u32, slot: usize) {
        let Half { other, mirror, .. } = self.halves[peer][slot];
        self.count_bitfield(peer, (other, mirror), Change::Comes);
        self.update_interest(peer, slot);
        self.try_request(peer, slot);
        if self.peers[peer as usize].receiving == 0 {
            self.reconsider_waiting(peer);
        }
    }

    /// Counts each piece that `other` has shown, at its slot for the peer, or takes it back.
    fn count_bitfield(&mut self, peer: u32, (other, slot): (u32, u16), change: Change) {
        if !self.counts_copies(peer) {
            return;
        }
        let alone = match (self.super_seeds.get(&other), &self.told) {
            (Some(seed), _) => Some(seed.known(slot)),
            (None, Some(told)) => Some(told.known(other, slot)),
            (None, None) => None,
        };
        self.sets.count_neighbour(peer, alone, other, change);
    }

    /// Ends a connection at both ends at once; `peer` is the one that goes or hangs up.
    pub(super) fn disconnect(&mut self, peer: u32, slot: usize, reason: DisconnectReason) {
        let half = self.halves[peer][slot];
        let (other, mirror) = (half.other, usize::from(half.mirror));
        let told = Record::Disconnected { peer: self.who(peer), neighbour: self.who(other), reason };
        self.world.note(told);
        self.say(peer, other, Message::Close);
        let directions = self.directions[peer][slot];
        for transfer in [directions.down, directions.up] {
            if transfer != NONE {
                self.drop_transfer(transfer);
            }
        }
        self.remove_half(peer, slot);
        self.remove_half(other, mirror);
        for (left, gone, at) in [(peer, other, mirror), (other, peer, slot)] {
            self.end_reservations(left, gone);
            if self.is_online(left) {
                self.count_bitfield(left, (gone, at as u16), Change::Goes);
                self.wake_idle(left);
            }
            self.super_seed_parts(gone, at);
        }
    }

    fn remove_half(&mut self, peer: u32, slot: usize) {
        let half = self.halves[peer][slot];
        let freed_slot = !half.has(Flag::AmChoking);
        let optimistic = half.has(Flag::Optimistic);
        let latency = self.latency(peer, half.other);
        let state = &mut self.peers[peer as usize];
        state.farthest = state.farthest.filter(|&farthest| latency < farthest);
        state.connections -= 1;
        self.halves[peer][slot] = Half::FREE;
        let place = self.order[peer].iter().position(|&listed| usize::from(listed) == slot);
        self.order.remove(peer, place.expect("a connection is on the list"));
        if freed_slot && self.peers[peer as usize].rounds.is_some() {
            self.bring_round_forward(peer, optimistic);
        } else if freed_slot && self.client(peer).rechokes_on_interest {
            self.reconsider_soon(peer, peer);
        }
    }

    /// Every connection of `peer` in turn, as long as it is there.
    pub(super) fn slots(&self, peer: u32) -> std::ops::Range<usize> {
        0..self.halves[peer].len()
    }

    /// The slots of the connections of which that holds at this end, so that what lies elsewhere is looked up for those alone.
    pub(super) fn slots_where(
        &self,
        peer: u32,
        holds: impl Fn(&Half, &Directions) -> bool,
    ) -> SmallVec<[u16; 32]> {
        let ends = self.halves[peer].iter().zip(&self.directions[peer]);
        let chosen = (0..).zip(ends).filter(|(_, (half, directions))| holds(half, directions));
        chosen.map(|(slot, _)| slot).collect()
    }

    /// The transfers to the peer, in the order of its slots.
    pub(super) fn downloads(&self, peer: u32) -> impl Iterator<Item = u32> {
        self.directions[peer].iter().map(|directions| directions.down).filter(|&down| down != NONE)
    }

    /// All but one of them; they are about to be gone through.
    pub(super) fn other_downloads(&self, peer: u32, but: u32) -> SmallVec<[u32; 32]> {
        let others: SmallVec<[u32; 32]> = self.downloads(peer).filter(|&down| down != but).collect();
        self.fetch_transfers(others.iter().copied());
        others
    }

    /// The transfers from the peer, likewise.
    pub(super) fn uploads(&self, peer: u32) -> impl Iterator<Item = u32> {
        self.directions[peer].iter().map(|directions| directions.up).filter(|&up| up != NONE)
    }
}
