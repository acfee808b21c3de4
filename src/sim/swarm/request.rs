//! What a downloader asks for: filling the request queue of a transfer, and waking connections that idle.

use std::ops::Range;

use crate::protocol::bittorrent::bitfield;
use crate::protocol::bittorrent::blocks::StartedPiece;
use crate::protocol::bittorrent::copies::Copies;
use crate::protocol::bittorrent::piece_picker::{self, Pick, View};
use crate::record::{Message, Observer};
use crate::spec::{Picker, StrictPriority};
use crate::strategy;
use crate::units::PieceIndex;

use super::Swarm;
use super::state::{Directions, Flag, Half, NONE, Presence};
use super::super_seed::known;
use super::transfers::Phase;

impl<O: Observer> Swarm<'_, O> {
    /// Asks the neighbour at `slot` for blocks if it lets us and has something that we need. An idle transfer begins to
    /// flow one round trip later.
    pub(super) fn try_request(&mut self, peer: u32, slot: usize) {
        let half = self.halves[peer][slot];
        let fast = half.has(Flag::PeerChoking);
        if self.glances[peer as usize].is_seed || (fast && !self.may_ask_while_choked(peer, half.other)) {
            return;
        }
        if self.directions[peer][slot].down == NONE {
            if fast && !self.has_allowed_piece(peer, half) {
                return;
            }
            let from = (half.other, half.mirror);
            self.open_transfer(from, (peer, slot as u16));
        }
        let transfer = self.directions[peer][slot].down;
        match self.transfers[transfer].phase {
            Phase::Refused => return,
            Phase::Idle if self.at_source_limit(peer) => return self.look_again_later(transfer),
            Phase::Idle | Phase::Requested | Phase::Flowing | Phase::Stalled => {}
        }
        self.fill_queue(transfer);
        let first_byte = self.first_byte_at(transfer);
        let under_way = &mut self.transfers[transfer];
        if under_way.phase == Phase::Idle && !under_way.queue.is_empty() {
            under_way.phase = Phase::Requested;
            under_way.last_block = self.world.now;
            if !fast {
                self.set_idle(transfer, false);
            }
            self.await_first_byte(transfer, first_byte);
            self.reconsider_waiting(peer);
        }
        self.look_again_later(transfer);
    }

    fn at_source_limit(&self, peer: u32) -> bool {
        let Some(limit) = self.client(peer).max_sources else { return false };
        let busy = |&down: &u32| matches!(self.transfers[down].phase, Phase::Requested | Phase::Flowing);
        self.downloads(peer).filter(busy).count() as u32 >= limit
    }

    /// Asks for blocks until so many are outstanding as the client's queue holds.
    pub(super) fn fill_queue(&mut self, transfer: u32) {
        let depth = self.queue_depth(transfer);
        // One stretch at a time: the next is chosen when it has arrived, and follows without a gap.
        let entries = if self.by_piece { 1 } else { depth };
        while self.transfers[transfer].queue.len() < entries {
            let most = self.longest_stretch(transfer, depth);
            let Some((block, count, run)) = self.next_blocks(transfer, most) else {
                self.fill_from_endgame(transfer, depth);
                return;
            };
            self.ask(transfer, block, count);
            self.ask_for_whole_pieces(transfer, block, run);
        }
    }

    /// Asks for so many blocks of one piece from `id` on.
    pub(super) fn ask(&mut self, transfer: u32, id: u32, count: u32) {
        let under_way = &mut self.transfers[transfer];
        under_way.queue.push(id);
        under_way.stretch = count as u16;
        under_way.asked_last = id;
        if let Some(details) = self.transfers.details(transfer) {
            details.asked_at = self.world.now;
        }
        if self.messages {
            let (from, to) = (self.transfers[transfer].from, self.transfers[transfer].to);
            for id in id..id + count {
                let (piece, block) = self.geometry(to).split(id);
                self.say(to, from, Message::Request { piece: PieceIndex(piece), block });
            }
        }
    }

    /// The next blocks for this transfer by the client's rules, marked as requested: the first, how many, and the new
    /// pieces that are to follow them whole.
    fn next_blocks(&mut self, transfer: u32, most: u32) -> Option<(u32, u32, Range<u32>)> {
        let (from, to) = (self.transfers[transfer].from, self.transfers[transfer].to);
        let parole = self.sets.may_be_corrupt() && self.is_on_parole(transfer);
        let in_hand = match self.client(to).strict_priority {
            StrictPriority::Off => self.piece_in_hand(transfer, parole),
            StrictPriority::On | StrictPriority::IfRarest | StrictPriority::Bounded => None,
        };
        let mut run = 0..0;
        let at = match in_hand.map(Pick::Started).or_else(|| self.choose_piece(transfer, parole)) {
            None if parole => self.piece_for_suspect(transfer)?,
            None => return None,
            Some(Pick::Started(at)) => at,
            Some(Pick::Fresh(piece)) => {
                run = self.run_around(transfer, piece);
                self.start_piece(to, run.start);
                run.start += 1;
                self.started[to].len() - 1
            }
        };
        if parole {
            self.started[to][at].reserve_for(Some(from));
        }
        self.started[to][at].asked_of_seed |= self.shows_as_seed(from);
        let (first, count) = self.request_in(to, at, most);
        Some((first, count, run))
    }

    fn choose_piece(&mut self, transfer: u32, parole: bool) -> Option<Pick> {
        let (from, to) = (self.transfers[transfer].from, self.transfers[transfer].to);
        let client = self.client(to);
        let theirs =
            known(&self.super_seeds, &self.told, &self.sets, from, self.transfers[transfer].from_slot);
        let allowed = (!self.transfers[transfer].open).then(|| self.allowed_among(theirs, to));
        let view = View {
            theirs: allowed.as_deref().unwrap_or(theirs),
            fresh: self.sets.fresh(to),
            copies: match client.picker {
                Picker::GlobalRarest => Copies::Swarm(&self.torrents[self.sets.torrent(to)].copies),
                Picker::RarestFirst | Picker::Random | Picker::Sequential => self.sets.availability(to),
            },
            complete: self.glances[to as usize].complete,
            at_seed: self.shows_as_seed(from),
            crowded: self.has_many_started(to),
        };
        let may_join = |piece: &StartedPiece| may_join(piece, from, parole);
        let own = self.pieces_of_its_own(transfer);
        let chance = &mut self.world.chance;
        own.and_then(|own| {
            let is_own = |piece: &StartedPiece| own.contains(&piece.piece) && may_join(piece);
            piece_picker::pick(client, &view, &self.started[to], is_own, chance)
        })
        .or_else(|| piece_picker::pick(client, &view, &self.started[to], may_join, chance))
    }

    /// For a neighbour on parole no new piece is left and none that is its own work, so it goes on with a started one on which nobody
    /// works; rather with one of several senders, which the hash check cannot tell apart anyway. Without this, a peer all of whose
    /// neighbours are suspects would never finish.
    fn piece_for_suspect(&self, transfer: u32) -> Option<usize> {
        let (neighbour, peer) = (self.transfers[transfer].from, self.transfers[transfer].to);
        let theirs = self.known(neighbour, self.transfers[transfer].from_slot);
        let nobody_works_on = |started: &StartedPiece| {
            // A piece without an open block is complete and about to be checked.
            started.reserved_for().is_none()
                && started.is_open()
                && started.outstanding() == 0
                && bitfield::get(theirs, started.piece)
        };
        let left = self.started[peer].iter().enumerate().filter(|(_, started)| nobody_works_on(started));
        left.min_by_key(|(_, started)| started.senders().len() == 1).map(|(at, _)| at)
    }

    /// Without strict priority a connection still goes on with the piece that it asked for last; it does not join those
    /// that others began.
    fn piece_in_hand(&self, transfer: u32, parole: bool) -> Option<usize> {
        let flow = &self.transfers[transfer];
        if flow.asked_last == NONE {
            return None;
        }
        let (piece, _) = self.geometry(flow.to).split(flow.asked_last);
        let goes_on = |started: &StartedPiece| {
            started.piece == piece && started.is_open() && may_join(started, flow.from, parole)
        };
        self.started[flow.to].iter().position(goes_on)
    }

    pub(super) fn is_on_parole(&self, transfer: u32) -> bool {
        let flow = &self.transfers[transfer];
        self.halves[flow.to][usize::from(flow.to_slot)].has(Flag::Parole)
    }

    pub(super) fn request_in(&mut self, peer: u32, at: usize, most: u32) -> (u32, u32) {
        let started = &mut self.started[peer][at];
        let next = started.request_next(most);
        let (block, count) = next.expect("the picker chose a piece with an unrequested block");
        let piece = started.piece;
        (self.geometry(peer).block_id(piece, block), count)
    }

    pub(super) fn start_piece(&mut self, peer: u32, piece: u32) {
        bitfield::remove(self.sets.fresh_mut(peer), piece);
        let blocks = self.geometry(peer).blocks_in(piece);
        self.started.push(peer, StartedPiece::new(piece, blocks));
    }

    /// Whether the set that is allowed fast is still granted to the peer, and of use to it.
    pub(super) fn has_use_for_allowed_fast(&self, peer: u32) -> bool {
        let allowed_fast = &self.peers[peer as usize].allowed_fast;
        if self.client(peer).allowed_fast_for_starters {
            return self.glances[peer as usize].complete < allowed_fast.len() as u32;
        }
        let have = self.sets.have(peer);
        allowed_fast.iter().any(|&piece| !bitfield::get(have, piece))
    }

    /// Whether BEP 6 lets the peer ask this neighbour although it is choked: both speak it, and the set is still of
    /// use.
    pub(super) fn may_ask_while_choked(&self, peer: u32, neighbour: u32) -> bool {
        self.glances[peer as usize].asks_while_choked
            && self.grants_allowed_fast(neighbour)
            && strategy::uploads(self.behavior(neighbour))
    }

    /// Whether a sender speaks BEP 6 and honours the set. A super-seed does not (libtorrent's `send_allowed_set`).
    pub(super) fn grants_allowed_fast(&self, sender: u32) -> bool {
        self.client(sender).allowed_fast > 0 && !self.is_super_seed(sender)
    }

    /// Whether a piece is in the set that the peer may ask for while choked.
    pub(super) fn is_allowed_fast(&self, peer: u32, piece: u32) -> bool {
        self.peers[peer as usize].allowed_fast.contains(&piece)
    }

    fn has_allowed_piece(&self, peer: u32, half: Half) -> bool {
        let theirs = self.known(half.other, half.mirror);
        let have = self.sets.have(peer);
        let wanted = |&piece: &u32| bitfield::get(theirs, piece) && !bitfield::get(have, piece);
        self.peers[peer as usize].allowed_fast.iter().any(wanted)
    }

    /// What the neighbour has of the pieces that the peer may ask for while choked.
    fn allowed_among(&self, theirs: &[u64], to: u32) -> Vec<u64> {
        let mut allowed = vec![0; self.geometry(to).words];
        let pieces = &self.peers[to as usize].allowed_fast;
        pieces.iter().for_each(|&piece| bitfield::insert(&mut allowed, piece));
        allowed.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine &= theirs);
        allowed
    }

    /// Blocks were set free or a piece turned up: every unchoked transfer without work looks for some.
    pub(super) fn wake_idle(&mut self, peer: u32) {
        let waits_its_time = self.client(peer).look_again_after.is_some();
        let online = self.peers[peer as usize].presence == Presence::Online;
        if self.glances[peer as usize].idle == 0 || waits_its_time || !online {
            return;
        }
        let may_ask =
            |half: &Half, directions: &Directions| directions.down != NONE && !half.has(Flag::PeerChoking);
        let slots = self.slots_where(peer, may_ask);
        self.fetch_transfers(slots.iter().map(|&slot| self.directions[peer][usize::from(slot)].down));
        for slot in slots.into_iter().map(usize::from) {
            if self.is_idle(peer, slot) {
                self.try_request(peer, slot);
            }
        }
    }

    /// Unchoked by this neighbour, and nothing asked of it.
    pub(super) fn is_idle(&self, peer: u32, slot: usize) -> bool {
        let down = self.directions[peer][slot].down;
        down != NONE
            && !self.halves[peer][slot].has(Flag::PeerChoking)
            && self.transfers[down].phase == Phase::Idle
    }
}

/// Whether the neighbour may be asked for blocks of a started piece. One on parole works alone, so that the hash check tells of it: on
/// what is kept for it, or on what it alone has sent so far.
fn may_join(started: &StartedPiece, neighbour: u32, parole: bool) -> bool {
    match started.reserved_for() {
        Some(owner) => owner == neighbour,
        None => !parole || (started.senders() == [neighbour] && started.outstanding() == 0),
    }
}
