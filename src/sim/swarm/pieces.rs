//! Blocks become pieces: arrival, the hash check, blame, HAVE and interest.

use crate::protocol::bittorrent::bitfield;
use crate::protocol::bittorrent::blocks::StartedPiece;
use crate::record::{AnnounceEvent, DisconnectReason, Message, Observer, Record, WishOutcome};
use crate::strategy;
use crate::units::{PieceIndex, SimDuration};

use super::Swarm;
use super::state::{Flag, NONE};
use super::transfers::Phase;

impl<O: Observer> Swarm<'_, O> {
    /// Files so many arrived blocks of one piece, from `id` on; returns the piece if it is complete now.
    pub(super) fn take_blocks(&mut self, transfer: u32, id: u32, count: u32) -> Option<u32> {
        let flow = &self.transfers[transfer];
        let (from, to, reason) = (flow.from, flow.to, flow.reason);
        let geometry = self.geometry(to);
        let ((piece, block), bytes) = (geometry.split(id), geometry.stretch_len(id, count));
        let spoilt = self.sends_garbage(from, piece);
        let mut started = self.started[to].iter_mut();
        let Some(started) = started.find(|started| started.piece == piece) else {
            self.totals[to as usize].wasted_duplicate += bytes;
            return None;
        };
        if count > 1 && started.has_any(block, count) {
            // One on the wire when its piece was begun anew (a failed check) has filled a gap in the stretch.
            return (id..id + count).filter_map(|id| self.take_blocks(transfer, id, 1)).last();
        }
        let new = started.receive(block, count);
        if new == 0 {
            self.totals[to as usize].wasted_duplicate += bytes;
            return None;
        }
        assert_eq!(new, count, "the blocks of a stretch are all new, or taken one by one");
        if self.sets.may_be_corrupt() {
            started.evidence().add(from, reason as usize, bytes as u32, spoilt);
        }
        let complete = started.is_complete();
        self.transfers[transfer].useful += bytes;
        if self.peers[to as usize].asks_twice {
            self.cancel_elsewhere(to, transfer, id, count);
        }
        complete.then_some(piece)
    }

    fn sends_garbage(&self, from: u32, piece: u32) -> bool {
        self.sets.may_be_corrupt()
            && (strategy::spoils(self.behavior(from)) || bitfield::get(self.sets.corrupt(from), piece))
    }

    /// All blocks of the piece are there: it is checked against its hash if the client does that.
    pub(super) fn complete_piece(&mut self, peer: u32, piece: u32) {
        let at = self.started[peer].iter().position(|started| started.piece == piece);
        let started = self.started.swap_remove(peer, at.expect("it was under way"));
        if started.is_spoilt() && self.client(peer).hash_check {
            self.reject_piece(peer, &started);
        } else {
            self.accept_piece(peer, &started);
        }
    }

    fn accept_piece(&mut self, peer: u32, started: &StartedPiece) {
        let piece = started.piece;
        let intact = !started.is_spoilt();
        bitfield::insert(self.sets.have_mut(peer), piece);
        if !intact {
            bitfield::insert(self.sets.corrupt_mut(peer), piece);
            self.totals[peer as usize].corrupt_pieces += 1;
        }
        if let Some(evidence) = started.known_evidence().filter(|_| intact) {
            // Everybody who had a part in a good piece is cleared (libtorrent).
            evidence.sources.iter().for_each(|&source| self.set_parole(peer, source, false));
        }
        let now = self.world.now;
        let glance = &mut self.glances[peer as usize];
        glance.complete += 1;
        let complete = glance.complete;
        let who = self.who(peer);
        if !std::mem::replace(&mut self.peers[peer as usize].has_completed, true) {
            self.world.lives[who.0].first_piece.get_or_insert(now);
        }
        let torrent = self.torrent_mut(peer);
        torrent.copies[piece as usize] += 1;
        torrent.first_copy[piece as usize].get_or_insert(now);
        let all = torrent.geometry.pieces;
        self.pieces_completed += 1;
        self.world.books.add_progress(usize::from(self.glances[peer as usize].class), 1, 0);
        self.world.note(Record::PieceCompleted { peer: who, piece: PieceIndex(piece), intact });
        self.send_haves(peer, piece);
        if self.glances[peer as usize].asks_while_choked {
            self.glances[peer as usize].asks_while_choked = self.has_use_for_allowed_fast(peer);
        }
        if complete == all {
            self.become_seed(peer);
        } else {
            self.review_interest(peer);
        }
    }

    /// A HAVE goes to all neighbours at once and is taken to arrive everywhere when it reaches the farthest.
    pub(super) fn have_latency(&mut self, peer: u32) -> SimDuration {
        if let Some(farthest) = self.peers[peer as usize].farthest {
            return farthest;
        }
        let halves = self.halves[peer].iter().filter(|half| !half.is_free());
        let farthest = halves.map(|half| self.latency(peer, half.other)).max().unwrap_or_default();
        self.peers[peer as usize].farthest = Some(farthest);
        farthest
    }

    /// The piece failed its check: all of it is wasted. A single source is to blame and banned; several sources
    /// are put on parole, each with pieces of its own, until one is found out (libtorrent).
    fn reject_piece(&mut self, peer: u32, started: &StartedPiece) {
        let piece = started.piece;
        self.world.note(Record::HashFailed { peer: self.who(peer), piece: PieceIndex(piece) });
        self.take_back_credit(peer, started);
        let evidence = started.known_evidence().expect("a spoilt piece has sources");
        bitfield::insert(self.sets.fresh_mut(peer), piece);
        // Endgame is not over: blocks of other pieces are still asked of several neighbours.
        match evidence.sources[..] {
            [culprit] => self.ban(peer, culprit),
            _ => evidence.sources.iter().for_each(|&suspect| self.set_parole(peer, suspect, true)),
        }
        self.wake_idle(peer);
    }

    /// What arrived of the piece was in vain.
    pub(super) fn take_back_credit(&mut self, peer: u32, started: &StartedPiece) {
        let Some(evidence) = started.known_evidence() else { return };
        for slot in self.slots(peer) {
            let down = self.directions[peer][slot].down;
            if down != NONE {
                self.flush(down);
            }
        }
        let totals = &mut self.totals[peer as usize];
        for (reason, &bytes) in evidence.credited.iter().enumerate() {
            totals.downloaded[reason] -= u64::from(bytes);
            totals.wasted_corrupt += u64::from(bytes);
        }
        let class = |peer: u32| usize::from(self.glances[peer as usize].class);
        for (&source, &bytes) in evidence.sources.iter().zip(&evidence.amounts) {
            self.world.books.take_traffic_back(class(source), class(peer), u64::from(bytes));
        }
    }

    fn set_parole(&mut self, peer: u32, neighbour: u32, on: bool) {
        let halves = &mut self.halves[peer];
        if let Some(half) = halves.iter_mut().find(|half| half.other == neighbour) {
            half.set(Flag::Parole, on);
        }
    }

    fn ban(&mut self, peer: u32, culprit: u32) {
        self.world.note(Record::Banned { peer: self.who(peer), neighbour: self.who(culprit) });
        self.peers[peer as usize].banned.push(culprit);
        let slot = self.halves[peer].iter().position(|half| half.other == culprit);
        if let Some(slot) = slot {
            self.disconnect(peer, slot, DisconnectReason::Banned);
        }
    }

    /// The whole file is there: seeds hang up on seeds, the tracker is told, and the person's plan decides what
    /// follows.
    fn become_seed(&mut self, peer: u32) {
        self.glances[peer as usize].is_seed = true;
        self.sets.stop_counting(peer);
        for slot in self.slots(peer) {
            let half = self.halves[peer][slot];
            if !half.is_free() {
                self.halves[half.other][usize::from(half.mirror)].set(Flag::Sated, true);
            }
        }
        let state = &mut self.peers[peer as usize];
        state.endgame = false;
        state.asks_twice = false;
        self.started.clear(peer);
        self.count_sharer(peer, 1);
        let person = self.members.person(peer);
        if self.end_wish(peer, WishOutcome::Fetched) {
            self.world.decided(person, true);
        }
        self.stop_waiting(peer);
        self.review_interest(peer);
        for slot in self.slots(peer) {
            let half = self.halves[peer][slot];
            if !half.is_free() && self.glances[half.other as usize].is_seed {
                self.super_seed_sees_seed(half.other, (peer, slot as u16));
                self.disconnect(peer, slot, DisconnectReason::BothSeeds);
            }
        }
        self.announce(peer, AnnounceEvent::Completed);
        self.world.plan_departure(person);
    }

    /// A HAVE reaches every neighbour: each counts a copy, and an idle one that it makes useful asks at once.
    pub(super) fn have_arrives(&mut self, peer: u32, piece: u32) {
        if !self.is_online(peer) {
            return;
        }
        bitfield::insert(self.sets.announced_mut(peer), piece);
        self.charge_haves(peer, u32::from(self.peers[peer as usize].connections));
        let mut listeners = std::mem::take(&mut self.listeners);
        listeners.clear();
        let neighbours = self.halves[peer].iter().filter(|half| !half.is_free());
        let hearing = neighbours.map(|half| (half.other, !half.has(Flag::Sated)));
        self.sets.hear_have(self.sets.span(peer), hearing, piece);
        for (slot, half) in self.halves[peer].iter().enumerate() {
            let may_ask = || half.is_idle_on_us() && !bitfield::get(self.sets.have(half.other), piece);
            if (self.hears_all && !half.is_free()) || may_ask() {
                listeners.push(slot as u16);
            }
        }
        for &slot in &listeners {
            self.neighbour_listens(peer, usize::from(slot), piece);
        }
        self.listeners = listeners;
    }

    /// A HAVE reaches one neighbour alone.
    pub(super) fn neighbour_hears(&mut self, peer: u32, slot: usize, piece: u32) {
        let half = self.halves[peer][slot];
        self.charge_haves(peer, 1);
        let hearing = [(half.other, !half.has(Flag::Sated))];
        self.sets.hear_have(self.sets.span(peer), hearing, piece);
        self.neighbour_listens(peer, slot, piece);
    }

    /// What the neighbour does about a HAVE that may be news.
    fn neighbour_listens(&mut self, peer: u32, slot: usize, piece: u32) {
        let half = self.halves[peer][slot];
        let (other, mirror) = (half.other, usize::from(half.mirror));
        self.acknowledge_have(peer, other);
        self.say(peer, other, Message::Have { piece: PieceIndex(piece) });
        if self.glances[other as usize].is_seed {
            return self.seed_hears(other, piece);
        }
        let looks = half.is_idle_on_us() || self.may_ask_us_while_choked(peer, slot);
        if (self.tracks_interest || looks)
            && !bitfield::get(self.sets.have(other), piece)
            // Who vanished wants nothing more, although its neighbours do not know.
            && self.is_online(other)
        {
            let is_news = self.gain_interest(other, mirror);
            if looks && (is_news || self.client(other).look_again_after.is_none()) {
                self.try_request(other, mirror);
            }
        }
    }

    /// Whether the neighbour asks for some pieces although we choke it (BEP 6), and asks us for nothing at present.
    fn may_ask_us_while_choked(&self, peer: u32, slot: usize) -> bool {
        let up = self.directions[peer][slot].up;
        self.glances[self.halves[peer][slot].other as usize].asks_while_choked
            && (up == NONE || self.transfers[up].phase == Phase::Idle)
    }
}
