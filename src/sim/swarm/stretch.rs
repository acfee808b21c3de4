//! Piece granularity: the missing blocks of a piece are asked for in one go, as a *stretch*, and arrive as one event.
//!
//! Nothing else is coarse. Whoever looks (a choker at a rate, a choke, a snub, a goodbye) first counts the whole blocks that have
//! arrived by then, so rates integrate bytes, a choke keeps what is there and lets the block on the wire finish, and
//! any other neighbour may go on with the rest. What is lost is the knowledge of a block at the moment of its arrival,
//! and the choice of the next piece while the last blocks of this one are under way.

use crate::record::Observer;
use crate::spec::RequestQueue;

use super::Swarm;

/// The longest stretch: what one word of `StartedPiece` holds, 1 MiB.
const LONGEST: u32 = 64;

impl<O: Observer> Swarm<'_, O> {
    /// Blocks that the receiver, which keeps so many outstanding, asks for in one go. A single request at a time is played out
    /// as such; a queue whose length goes by the rate is asked again when it has run out, since the rate may have grown.
    pub(super) fn longest_stretch(&self, transfer: u32, depth: usize) -> u32 {
        if !self.by_piece || depth < 2 {
            return 1;
        }
        match self.client(self.transfers[transfer].to).request_queue {
            RequestQueue::Fixed(_) => LONGEST,
            RequestQueue::RateDependent { .. } | RequestQueue::SlowStart { .. } => LONGEST.min(depth as u32),
        }
    }

    /// Bytes on the line of what the head of a transfer's queue stands for.
    pub(super) fn wire_bytes_ahead(&self, transfer: u32) -> f64 {
        let flow = &self.transfers[transfer];
        self.wire_bytes(flow.to, flow.queue[0], u32::from(flow.stretch))
    }

    /// Counts the blocks of the stretch that have arrived by now, but for the last, whose arrival is an event.
    #[inline]
    pub(super) fn count_arrived(&mut self, transfer: u32) {
        // A single block is either here or not.
        if self.transfers[transfer].stretch > 1 {
            self.count_part_of_stretch(transfer);
        }
    }

    fn count_part_of_stretch(&mut self, transfer: u32) {
        let flow = &self.transfers[transfer];
        let (to, count) = (flow.to, u32::from(flow.stretch));
        let (Some(id), Some(&head)) = (flow.flow, flow.queue.first()) else { return };
        if self.is_there(to, head + count - 1) {
            // The piece may be complete without the last block, and that is for the event to find.
            return;
        }
        let left = self.world.net.remaining(self.world.now, id);
        let (block, last) = (self.wire_bytes(to, head, 1), self.wire_bytes(to, head + count - 1, 1));
        // A block whose last byte is a rounding error away has arrived.
        let whole = ((left - last) / block - 1e-6).ceil().max(0.0) as u32;
        let arrived = count - (whole + 1).min(count);
        if arrived == 0 {
            return;
        }
        let bytes = self.wire_bytes(to, head, arrived);
        self.world.net.count_off(id, bytes);
        let flow = &mut self.transfers[transfer];
        flow.queue[0] += arrived;
        flow.stretch -= arrived as u16;
        let completed = self.receive_blocks(transfer, head, arrived);
        assert!(completed.is_none(), "the last block of a stretch is missing");
    }

    fn is_there(&self, peer: u32, id: u32) -> bool {
        let (piece, block) = self.geometry(peer).split(id);
        let started = self.started[peer].iter().find(|started| started.piece == piece);
        started.is_none_or(|started| started.is_received(block))
    }

    /// Only the first block of the stretch, which is on the wire, is still to come.
    pub(super) fn cut_off(&mut self, transfer: u32, head: u32, count: u32) {
        if count > 1 {
            self.shorten(transfer, head, count, count - 1);
            self.release_blocks(self.transfers[transfer].to, transfer, head + 1, count - 1);
        }
    }

    /// The last `by` of the `count` blocks from `head` on are no longer asked for on this transfer.
    fn shorten(&mut self, transfer: u32, head: u32, count: u32, by: u32) {
        let bytes = self.wire_bytes(self.transfers[transfer].to, head + count - by, by);
        self.transfers[transfer].stretch -= by as u16;
        if let Some(flow) = self.transfers[transfer].flow {
            self.world.net.shorten(self.world.now, flow, bytes);
        }
    }

    /// Endgame: a neighbour with nothing to send takes half of the longest stretch that another has still to send,
    /// and where only single blocks are left, one of them as well.
    pub(super) fn share_remainder(&mut self, transfer: u32) {
        if !self.transfers[transfer].queue.is_empty() {
            return;
        }
        match self.longest_elsewhere(transfer) {
            Some((other, head, count)) if count > 1 => {
                let by = count / 2;
                self.shorten(other, head, count, by);
                self.ask(transfer, head + count - by, by);
            }
            Some(_) | None => self.ask_for_one_missing(transfer),
        }
    }

    /// The longest stretch that other neighbours have been asked for and this one could send: its transfer, first block
    /// and length.
    fn longest_elsewhere(&mut self, transfer: u32) -> Option<(u32, u32, u32)> {
        let to = self.transfers[transfer].to;
        let (mut longest, mut most) = (None, 0);
        for other in self.other_downloads(to, transfer) {
            // What is left of a stretch is at most what it was when it was last looked at.
            if u32::from(self.transfers[other].stretch) <= most {
                continue;
            }
            self.count_arrived(other);
            let flow = &self.transfers[other];
            let (Some(&head), count) = (flow.queue.first(), u32::from(flow.stretch)) else { continue };
            let (piece, _) = self.geometry(to).split(head);
            let mut started = self.started[to].iter();
            let may_send =
                started.any(|started| started.piece == piece && self.may_send_too(transfer, started));
            if may_send && count > most {
                (longest, most) = (Some((other, head, count)), count);
            }
        }
        longest
    }

    fn ask_for_one_missing(&mut self, transfer: u32) {
        let missing = self.missing_blocks(transfer);
        if !missing.is_empty() {
            self.peers[self.transfers[transfer].to as usize].asks_twice = true;
            let id = missing[self.world.chance.below(missing.len())];
            self.ask(transfer, id, 1);
        }
    }
}
