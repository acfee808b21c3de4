//! The program checks itself: cheap accounts at the end of every run, every invariant after every event under test.
//!
//! What fails here is a bug of the simulator, never of a scenario.

use crate::protocol::bittorrent::bitfield;
use crate::record::Observer;
use crate::sim::control::left_of;
use crate::sim::limits::ROUNDING;
use crate::sim::wish_clock::Span;
use crate::strategy;
use crate::units::{SimDuration, SimTime};

use super::Swarm;
use super::sample::received;
use super::state::{Directions, Flag, NONE, Presence};
use super::transfers::{Phase, Transfer};

impl<O: Observer> Swarm<'_, O> {
    /// Accounts that must balance when a run ends; each that does not is a sentence.
    pub(super) fn violations(&mut self, in_flight: f64) -> Vec<String> {
        let mut found = Vec::new();
        let mut expect = |holds: bool, what: &dyn Fn() -> String| {
            if !holds {
                found.push(what());
            }
        };
        let sent: u64 = self.totals.iter().map(|totals| totals.uploaded.iter().sum::<u64>()).sum();
        let got: u64 = self.totals.iter().map(received).sum();
        expect(sent == got, &|| format!("{sent} bytes were sent in whole blocks but {got} received"));
        let counted = self.world.books.sent_by_peers;
        expect(sent == counted, &|| format!("senders account for {sent} bytes, blocks for {counted}"));
        let lost_sent: f64 = self.totals.iter().map(|totals| totals.lost_sent).sum();
        let lost_received: f64 = self.totals.iter().map(|totals| totals.lost_received).sum();
        let balanced = (lost_sent - lost_received).abs() <= ROUNDING * (1.0 + lost_sent);
        expect(balanced, &|| format!("{lost_sent} bytes were lost by senders, {lost_received} by receivers"));
        expect(in_flight >= 0.0, &|| format!("{in_flight} bytes are in flight"));
        for person in 0..self.world.people.len() as u32 {
            let (up, down) = self.moved_by(person);
            found.extend(self.world.over_lines(person, up, down));
        }
        found
    }

    /// Payload that a person sent and received in all its swarms, bytes.
    fn moved_by(&self, person: u32) -> (f64, f64) {
        let (mut up, mut down) = (0.0, 0.0);
        for &member in self.members.of(person) {
            let totals = &self.totals[member as usize];
            up += totals.uploaded.iter().sum::<u64>() as f64 + totals.lost_sent;
            down += received(totals) as f64 + totals.lost_received;
        }
        (up, down)
    }

    /// Every invariant, at whatever cost.
    pub(super) fn check_everything(&mut self) {
        self.world.net.check().unwrap_or_else(|what| panic!("at {}: {what}", self.world.now));
        for person in 0..self.world.people.len() as u32 {
            self.check_lines(person);
        }
        let mut copies: Vec<Vec<u32>> =
            self.torrents.iter().map(|torrent| vec![0; torrent.copies.len()]).collect();
        let mut sharers = vec![0; self.torrents.len()];
        for peer in 0..self.peers.len() as u32 {
            self.check_peer(peer);
            self.check_wish(peer);
            if self.is_present(peer) {
                let torrent = self.sets.torrent(peer);
                bitfield::ones(self.sets.have(peer)).for_each(|piece| copies[torrent][piece as usize] += 1);
                let shares = self.glances[peer as usize].is_seed && strategy::uploads(self.behavior(peer));
                sharers[torrent] += u32::from(shares);
            }
        }
        for (torrent, (copies, sharers)) in self.torrents.iter().zip(copies.into_iter().zip(sharers)) {
            assert_eq!(copies, torrent.copies, "copies of the pieces of {:?}", torrent.index);
            assert_eq!(sharers, torrent.sharers, "who shares {:?}", torrent.index);
        }
    }

    fn is_present(&self, peer: u32) -> bool {
        matches!(self.peers[peer as usize].presence, Presence::Joining | Presence::Online)
    }

    /// A person is in swarms only while it is online, and the control traffic of all of them is taken off its lines.
    fn check_lines(&self, person: u32) {
        let members = self.members.of(person);
        let present = members.iter().any(|&member| self.is_present(member));
        assert!(self.world.is_online(person) || !present, "{person} is not online but in a swarm");
        let host = &self.world.people[person as usize];
        let [up, down, _] = self.charged(person);
        let lines = [
            (self.world.uplink(person), host.upload.0, up, f64::INFINITY),
            (self.world.downlink(person), host.download.0, down, self.most_received(person)),
        ];
        for (line, nominal, charged, most) in lines.into_iter().filter(|line| line.1.is_finite()) {
            let (left, expected) = (self.world.net.capacity(line).0, left_of(nominal, charged).min(most));
            let close = (left - expected).abs() <= self.world.worthwhile * nominal * (1.0 + ROUNDING);
            assert!(close, "{left} bytes/s of {nominal} are left to {person}, charged with {charged}");
        }
    }

    /// Where the time of an unfinished wish goes.
    fn check_wish(&self, peer: u32) {
        let state = &self.peers[peer as usize];
        let unfinished = self.is_present(peer) && !self.glances[peer as usize].is_seed;
        assert_eq!(state.waiting.is_some(), unfinished && state.receiving == 0, "{peer} waits or receives");
        if state.wish == NONE {
            return;
        }
        let span = self.wishes[state.wish as usize].span();
        assert!(unfinished || !self.is_present(peer), "{peer} still wishes for what it has");
        assert_eq!(span == Span::Paused, !self.is_present(peer), "the wish of {peer} is under way");
        assert_eq!(span == Span::Transferring, unfinished && state.receiving > 0, "data arrives at {peer}");
    }

    fn check_peer(&self, peer: u32) {
        let state = &self.peers[peer as usize];
        let complete = self.glances[peer as usize].complete;
        assert_eq!(complete, bitfield::count(self.sets.have(peer)), "complete pieces of {peer}");
        let mut known = vec![0u32; self.geometry(peer).pieces as usize];
        let (mut idle, mut receiving, mut connections, mut unchoked) = (0, 0, 0, 0);
        for (slot, half) in self.halves[peer].iter().enumerate() {
            let Directions { down, up, .. } = self.directions[peer][slot];
            if half.is_free() {
                assert_eq!((down, up), (NONE, NONE), "nothing passes over no connection");
                continue;
            }
            connections += 1;
            let mirror = usize::from(half.mirror);
            let (back, their_view) = (&self.halves[half.other][mirror], &self.directions[half.other][mirror]);
            assert_eq!((back.other, usize::from(back.mirror)), (peer, slot), "both ends know each other");
            assert_eq!((down, up), (their_view.up, their_view.down), "both ends know the transfers");
            let theirs = self.known(half.other, half.mirror);
            bitfield::ones(theirs).for_each(|piece| known[piece as usize] += 1);
            idle += u16::from(self.is_idle(peer, slot));
            unchoked += u32::from(
                !half.has(Flag::AmChoking)
                    && up != NONE
                    && self.transfers[up].reason != crate::record::UnchokeReason::Uninterested,
            );
            assert_eq!(back.has(Flag::PeerIdle), self.is_idle(peer, slot), "who has nothing asked for");
            assert_eq!(half.has(Flag::Sated), !self.counts_copies(half.other), "who counts our HAVEs");
            if down != NONE {
                let flow = &self.transfers[down];
                assert_eq!((flow.from, flow.to), (half.other, peer), "a transfer knows its ends");
                assert_eq!(flow.unchoked, !back.has(Flag::AmChoking), "the sender's view");
                assert_eq!(flow.open, !half.has(Flag::PeerChoking), "the receiver's view");
                self.check_word_arrived(flow, their_view.changed_at(self.world.now));
                assert_eq!(flow.flow.is_some(), flow.phase == Phase::Flowing, "data flows on a flow");
                assert!(flow.flow.is_none() || !flow.queue.is_empty(), "a flow carries a block");
                assert!(
                    flow.phase != Phase::Refused || flow.open,
                    "who is refused has not heard of the choke"
                );
                receiving += u16::from(flow.flow.is_some());
            }
        }
        self.check_super_seed(peer, connections);
        self.check_pause(peer);
        if state.presence == Presence::Online && !self.is_super_seed(peer) {
            self.check_told(peer);
        }
        assert_eq!(connections, state.connections, "connections of {peer}");
        assert_eq!(receiving, state.receiving, "flows to {peer}");
        if state.presence == Presence::Online {
            assert_eq!(idle, self.glances[peer as usize].idle, "idle transfers to {peer}");
            assert_eq!(self.order[peer].len(), usize::from(connections), "the connection list of {peer}");
            self.check_requests(peer);
            let client = self.client(peer);
            let limit = client.regular_slots + client.optimistic_slots;
            let choker_limits = client.choker != crate::spec::Choker::None
                && client.seed_choker != crate::spec::SeedChoker::None;
            // libtorrent fills all slots between rounds; the optimistic one then comes on top until the next tick.
            let on_top = if state.rounds.is_some() { client.optimistic_slots } else { 0 };
            let limit = limit + on_top;
            assert!(!choker_limits || unchoked <= limit, "{peer} unchokes {unchoked} with {limit} slots");
            if self.counts_copies(peer) {
                let availability = self.sets.availability(peer);
                let counted: Vec<u32> = (0..known.len() as u32).map(|piece| availability.of(piece)).collect();
                assert_eq!(counted, known, "availability at {peer}");
            }
        }
    }

    /// In the rounds that a peer leaves out there would have been nothing to do.
    fn check_pause(&self, peer: u32) {
        let state = &self.peers[peer as usize];
        if state.presence == Presence::Online && state.paused_round.is_some() {
            assert_eq!(state.connections, 0, "{peer} has neighbours, and rounds");
            let uncharged = state.control_up + state.control_down + state.reception_up;
            assert_eq!((uncharged, state.charged), (0, [0.0; 3]), "control traffic of {peer}");
        }
    }

    /// A super-seed has everything and announces nothing to all; it deals with its neighbours and sends what they know of.
    fn check_super_seed(&self, peer: u32, connections: u16) {
        let Some(seed) = self.super_seeds.get(&peer) else { return };
        seed.check().unwrap_or_else(|what| panic!("super-seed {peer} at {}: {what}", self.world.now));
        assert!(self.glances[peer as usize].is_seed, "{peer} has everything");
        assert_eq!(bitfield::count(self.sets.announced(peer)), 0, "{peer} hides it");
        assert_eq!(seed.neighbours(), usize::from(connections), "the neighbours of the super-seed {peer}");
        for flow in self.uploads(peer).map(|up| &self.transfers[up]) {
            let known = self.known(peer, flow.from_slot);
            let pieces = flow.queue.iter().map(|&id| self.geometry(peer).split(id).0);
            pieces
                .for_each(|piece| assert!(bitfield::get(known, piece), "{peer} is asked for what it hides"));
        }
    }

    /// A choke or an unchoke is known at the other end after one latency (and the millisecond to which its time is
    /// kept).
    fn check_word_arrived(&self, flow: &Transfer, said: SimTime) {
        let (from, to) = (flow.from, flow.to);
        let both = self.is_online(from) && self.is_online(to);
        let arrived = self.leaves_at(from, said + SimDuration::from_millis(1))
            + self.latency(from, to)
            + SimDuration::from_millis(2);
        if both && arrived < self.world.now {
            assert_eq!(flow.unchoked, flow.open, "{from} chokes {to} or not, and {to} knows");
        }
    }

    /// What is asked for is what the queues hold; nothing is asked twice but in endgame.
    fn check_requests(&self, peer: u32) {
        let (state, geometry) = (&self.peers[peer as usize], self.geometry(peer));
        let queued = |id: u32| self.downloads(peer).filter(|&down| self.transfers[down].awaits(id)).count();
        for started in self.started[peer].iter() {
            assert!(!bitfield::get(self.sets.fresh(peer), started.piece), "a started piece is not fresh");
            for block in 0..geometry.blocks_in(started.piece) {
                if started.is_received(block) {
                    continue;
                }
                let times = queued(geometry.block_id(started.piece, block));
                if started.is_requested(block) {
                    assert!(times > 0, "{peer} waits for a block that it asked nobody for");
                    assert!(times == 1 || (state.endgame && state.asks_twice), "{peer} asked twice");
                }
            }
        }
    }
}
