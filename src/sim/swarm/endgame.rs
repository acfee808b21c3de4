//! Requests beyond the first: endgame, and taking back what will not be answered or is no longer needed.

use crate::protocol::bittorrent::bitfield;
use crate::record::{Message, Observer, Record};
use crate::spec::Endgame;
use crate::units::PieceIndex;

use super::Swarm;
use super::state::NONE;
use super::transfers::Phase;

impl<O: Observer> Swarm<'_, O> {
    /// Endgame: every missing block is asked for already, so this neighbour is asked too for those that it has.
    pub(super) fn fill_from_endgame(&mut self, transfer: u32, depth: usize) {
        let (from, to) = (self.transfers[transfer].from, self.transfers[transfer].to);
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
        if !self.peers[to as usize].endgame {
            self.peers[to as usize].endgame = true;
            self.world.note(Record::EndgameStarted { peer: self.who(to) });
        }
        let geometry = self.geometry(to);
        let theirs = self.known(from, self.transfers[transfer].from_slot);
        let mut outstanding = Vec::new();
        for started in &self.peers[to as usize].started {
            if !bitfield::get(theirs, started.piece) || started.reserved_for.is_some() {
                continue;
            }
            for block in 0..geometry.blocks_in(started.piece) {
                let id = geometry.block_id(started.piece, block);
                if !started.is_received(block) && !self.transfers[transfer].queue.contains(&id) {
                    outstanding.push(id);
                }
            }
        }
        self.world.chance.shuffle(&mut outstanding);
        let room = depth.saturating_sub(self.transfers[transfer].queue.len());
        for id in outstanding.into_iter().take(room) {
            self.ask(transfer, id);
        }
    }

    fn everything_is_asked_for(&self, peer: u32) -> bool {
        let nothing_fresh = self.sets.fresh(peer).iter().all(|&word| word == 0);
        nothing_fresh && self.peers[peer as usize].started.iter().all(|piece| piece.unrequested() == 0)
    }

    /// Takes back what was asked for on a transfer, but for the first `keep` blocks and what `spare` says.
    /// The blocks are free for others; the caller wakes them.
    pub(super) fn release_requests(
        &mut self,
        transfer: u32,
        keep: usize,
        spare: impl Fn(&Self, u32) -> bool,
    ) {
        let to = self.transfers[transfer].to;
        let mut queue = std::mem::take(&mut self.transfers[transfer].queue);
        let mut at = 0;
        let mut kept = 0;
        while at < queue.len() {
            let id = queue[at];
            if at < keep || spare(self, id) {
                queue.swap(kept, at);
                kept += 1;
            } else if !self.asked_elsewhere(to, transfer, id) {
                let (piece, block) = self.geometry(to).split(id);
                let started = self.peers[to as usize].started.iter_mut().find(|s| s.piece == piece);
                if let Some(started) = started {
                    started.release(block);
                }
            }
            at += 1;
        }
        queue.truncate(kept);
        self.transfers[transfer].queue = queue;
    }

    /// Only in endgame is a block asked for twice.
    fn asked_elsewhere(&self, peer: u32, but: u32, id: u32) -> bool {
        let state = &self.peers[peer as usize];
        state.endgame
            && state.halves.iter().any(|half| {
                half.down != NONE && half.down != but && self.transfers[half.down].queue.contains(&id)
            })
    }

    /// A block arrived in endgame: all other requests for it are taken back, except where it is on the wire.
    pub(super) fn cancel_elsewhere(&mut self, peer: u32, but: u32, id: u32) {
        for slot in self.slots(peer) {
            let half = self.peers[peer as usize].halves[slot];
            if half.down == NONE || half.down == but {
                continue;
            }
            let flow = &mut self.transfers[half.down];
            let on_the_wire = usize::from(flow.phase == Phase::Flowing);
            let Some(at) = flow.queue.iter().skip(on_the_wire).position(|&asked| asked == id) else {
                continue;
            };
            flow.queue.remove(at + on_the_wire);
            let (piece, block) = self.geometry(peer).split(id);
            self.say(peer, half.other, Message::Cancel { piece: PieceIndex(piece), block });
        }
    }
}
