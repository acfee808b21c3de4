//! Requests beyond the first: endgame, and taking back what will not be answered or is no longer needed.

use smallvec::SmallVec;

use crate::protocol::bittorrent::bitfield;
use crate::protocol::bittorrent::blocks::StartedPiece;
use crate::record::{Message, Observer, Record};
use crate::spec::Endgame;
use crate::units::PieceIndex;

use super::Swarm;
use super::events::Event;
use super::transfers::Phase;

impl<O: Observer> Swarm<'_, O> {
    /// Endgame: every missing block is asked for already, so this neighbour is asked too for those that it has.
    pub(super) fn fill_from_endgame(&mut self, transfer: u32, depth: usize) {
        let to = self.transfers[transfer].to;
        if self.glances[to as usize].is_seed {
            // The block was on the wire when the last one came: nothing is missing any more.
            return;
        }
        let depth = match self.client(to).endgame {
            Endgame::Off => return,
            Endgame::AskAll => depth,
            Endgame::WhenIdle if self.transfers[transfer].queue.is_empty() => 1,
            Endgame::WhenIdle => return,
        };
        if !self.transfers[transfer].open || self.is_on_parole(transfer) || !self.everything_is_asked_for(to)
        {
            return;
        }
        let begins = !std::mem::replace(&mut self.peers[to as usize].endgame, true);
        if begins {
            self.world.note(Record::EndgameStarted { peer: self.who(to) });
        }
        if self.by_piece {
            self.share_remainder(transfer);
        } else {
            self.ask_for_all_missing(transfer, depth);
        }
        if begins {
            // Not only who has just sent is asked, but also who had nothing to be asked for before: once this request is settled.
            let session = self.peers[to as usize].session;
            self.world.push(self.world.now, Event::EndgameBegins { peer: to, session });
        }
    }

    fn ask_for_all_missing(&mut self, transfer: u32, depth: usize) {
        let to = self.transfers[transfer].to;
        self.peers[to as usize].asks_twice = true;
        let mut missing = self.missing_blocks(transfer);
        self.world.chance.shuffle(&mut missing);
        let room = depth.saturating_sub(self.transfers[transfer].queue.len());
        for id in missing.into_iter().take(room) {
            self.ask(transfer, id, 1);
        }
    }

    /// The blocks that are missing, that this neighbour has and that it was not asked for.
    pub(super) fn missing_blocks(&self, transfer: u32) -> Vec<u32> {
        let flow = &self.transfers[transfer];
        let geometry = self.geometry(flow.to);
        let mut missing = Vec::new();
        for started in self.started[flow.to].iter() {
            if self.may_send_too(transfer, started) {
                let blocks =
                    (0..geometry.blocks_in(started.piece)).filter(|&block| !started.is_received(block));
                let ids = blocks.map(|block| geometry.block_id(started.piece, block));
                missing.extend(ids.filter(|&id| !flow.awaits(id)));
            }
        }
        missing
    }

    /// Whether the neighbour has the started piece, and the piece is open to all.
    pub(super) fn may_send_too(&self, transfer: u32, started: &StartedPiece) -> bool {
        let theirs = self.known(self.transfers[transfer].from, self.transfers[transfer].from_slot);
        started.reserved_for().is_none() && bitfield::get(theirs, started.piece)
    }

    fn everything_is_asked_for(&self, peer: u32) -> bool {
        let nothing_fresh = self.sets.fresh(peer).iter().all(|&word| word == 0);
        nothing_fresh && self.started[peer].iter().all(|piece| !piece.is_open())
    }

    /// Takes back what was asked for on a transfer, but for the first `keep` blocks and what `spare` says.
    /// The blocks are free for others; the caller wakes them.
    pub(super) fn release_requests(
        &mut self,
        transfer: u32,
        keep: usize,
        spare: impl Fn(&Self, u32) -> bool,
    ) {
        self.count_arrived(transfer);
        let to = self.transfers[transfer].to;
        let mut queue = std::mem::take(&mut self.transfers[transfer].queue);
        let mut at = 0;
        let mut kept = 0;
        while at < queue.len() {
            let id = queue[at];
            let count = if at == 0 { u32::from(self.transfers[transfer].stretch) } else { 1 };
            if spare(self, id) {
                queue.swap(kept, at);
                kept += 1;
            } else if at < keep {
                self.cut_off(transfer, id, count);
                queue.swap(kept, at);
                kept += 1;
            } else {
                self.release_blocks(to, transfer, id, count);
            }
            at += 1;
        }
        queue.truncate(kept);
        self.transfers[transfer].queue = queue;
    }

    /// Blocks that are asked of nobody else are free again.
    pub(super) fn release_blocks(&mut self, peer: u32, but: u32, id: u32, count: u32) {
        let (piece, first) = self.geometry(peer).split(id);
        let Some(at) = self.started[peer].iter().position(|s| s.piece == piece) else {
            return;
        };
        if !self.peers[peer as usize].asks_twice {
            self.started[peer][at].release(first, count);
            return;
        }
        for block in 0..count {
            if !self.asked_elsewhere(peer, but, id + block) {
                self.started[peer][at].release(first + block, 1);
            }
        }
    }

    /// Only in endgame is a block asked for twice.
    fn asked_elsewhere(&self, peer: u32, but: u32, id: u32) -> bool {
        self.downloads(peer).any(|down| down != but && self.transfers[down].awaits(id))
    }

    /// So many blocks from `id` on arrived in endgame: all other requests for them are taken back, except for one on the wire.
    pub(super) fn cancel_elsewhere(&mut self, peer: u32, but: u32, id: u32, count: u32) {
        let arrived = id..id + count;
        for down in self.other_downloads(peer, but) {
            let flow = &self.transfers[down];
            let from = flow.from;
            let on_the_wire = usize::from(flow.phase == Phase::Flowing);
            let waiting = flow.queue.iter().skip(on_the_wire);
            let taken_back: SmallVec<[u32; 1]> = waiting.copied().filter(|id| arrived.contains(id)).collect();
            for first in taken_back {
                for id in self.transfers[down].strike_off(first, arrived.end) {
                    let (piece, block) = self.geometry(peer).split(id);
                    self.say(peer, from, Message::Cancel { piece: PieceIndex(piece), block });
                }
            }
            if self.withdraw_if_empty(down) {
                let generation = self.transfers[down].generation;
                self.world.push(self.world.now, Event::Emptied { transfer: down, generation });
            }
        }
    }

    /// All that was asked for on this transfer has come from elsewhere, before the first byte: the neighbour is asked for what is
    /// still missing.
    pub(super) fn ask_instead(&mut self, transfer: u32) {
        let (to, slot) = (self.transfers[transfer].to, usize::from(self.transfers[transfer].to_slot));
        if self.is_online(to) && self.is_idle(to, slot) {
            self.try_request(to, slot);
            if self.peers[to as usize].receiving == 0 {
                self.reconsider_waiting(to);
            }
        }
    }
}
