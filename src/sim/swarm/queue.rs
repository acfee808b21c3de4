//! How much is asked of one neighbour ahead, and what libtorrent asks of whom: whole pieces of a fast neighbour, and
//! nothing more for a while of one that had nothing.

use std::ops::Range;

use crate::protocol::bittorrent::blocks::StartedPiece;
use crate::protocol::bittorrent::piece_picker;
use crate::record::Observer;
use crate::spec::{BLOCK, RequestQueue, StrictPriority};
use crate::units::{SimDuration, SimTime};

use super::Swarm;
use super::events::Event;
use super::transfers::{Details, Phase};

/// Started blocks above which no new piece is started: 32 MiB.
const MANY_BLOCKS: usize = 2048;

/// For so long a limiter grants quota ahead.
const QUOTA_LASTS: SimDuration = SimDuration::from_whole_secs(1);

impl<O: Observer> Swarm<'_, O> {
    /// How many blocks the client keeps asked for on this transfer. One that owes blocks for too long gets one (libtorrent).
    pub(super) fn queue_depth(&mut self, transfer: u32) -> usize {
        let flow = &self.transfers[transfer];
        if flow.overdue {
            return 1;
        }
        let now = self.world.now;
        let rate = || flow.measure.rate(now);
        let depth = match self.client(flow.to).request_queue {
            RequestQueue::Fixed(depth) => depth,
            RequestQueue::RateDependent { base, horizon, min, max } => {
                base.saturating_add((rate() * horizon.as_secs() / BLOCK.as_f64()) as u32).clamp(min, max)
            }
            RequestQueue::SlowStart { begin, horizon, min, max } => {
                let ahead = (rate() * horizon.as_secs() / BLOCK.as_f64()) as u32;
                let growth = self.details(transfer).slow_start.growth();
                growth.map_or(ahead, |blocks| begin.saturating_add(blocks)).clamp(min, max)
            }
        };
        depth as usize
    }

    /// When the answer to a request that is written now begins to arrive. A connection that was in use a moment ago has
    /// quota left of what its limiters granted it for its rate (`wanted_transfer`: a second's worth).
    pub(super) fn first_byte_at(&mut self, transfer: u32) -> SimTime {
        let (flow, now) = (&self.transfers[transfer], self.world.now);
        let (from, to, last_block) = (flow.from, flow.to, flow.last_block);
        let one_way = self.latency(to, from);
        let in_use = |details: &mut Details| details.sent_in_round > 0 && now.since(last_block) < QUOTA_LASTS;
        if self.transfers.details(transfer).is_none_or(in_use) {
            return now + one_way.times(2);
        }
        self.leaves_at(from, self.leaves_at(to, now) + one_way) + one_way
    }

    /// How many pieces the neighbour sends while the client wants whole ones (`request_a_block`); none if too many are
    /// started.
    fn whole_pieces(&self, transfer: u32) -> u32 {
        let flow = &self.transfers[transfer];
        let Some(within) = self.client(flow.to).whole_piece_within.filter(|_| !self.by_piece) else {
            return 0;
        };
        let piece = self.torrent(flow.to).file.piece.as_f64();
        let pieces = flow.measure.rate(self.world.now) * within.as_secs() / piece;
        if self.has_many_started(flow.to) { 0 } else { pieces as u32 }
    }

    /// The new pieces that a neighbour is asked for together: as many in a row as it sends in time.
    pub(super) fn run_around(&self, transfer: u32, piece: u32) -> Range<u32> {
        let (from, to) = (self.transfers[transfer].from, self.transfers[transfer].to);
        let longest = self.whole_pieces(transfer).max(1);
        if longest == 1 || !self.transfers[transfer].open {
            return piece..piece + 1;
        }
        let theirs = self.known(from, self.transfers[transfer].from_slot);
        piece_picker::run_around(theirs, self.sets.fresh(to), piece, longest)
    }

    /// More than three started pieces for two neighbours, or more than 32 MiB of them (`pick_pieces`).
    pub(super) fn has_many_started(&self, peer: u32) -> bool {
        if self.client(peer).strict_priority != StrictPriority::Bounded {
            return false;
        }
        let open = self.started[peer].iter().filter(|started| started.is_open()).count();
        let blocks = self.torrent(peer).file.piece.0.div_ceil(BLOCK.0) as usize;
        2 * open > 3 * usize::from(self.peers[peer as usize].connections) || open * blocks > MANY_BLOCKS
    }

    /// The started pieces that a fast neighbour goes on with; other started pieces only when it has nothing else. In
    /// random first every started piece comes before a new one.
    pub(super) fn pieces_of_its_own(&self, transfer: u32) -> Option<Vec<u32>> {
        let to = self.transfers[transfer].to;
        let random_first = self.glances[to as usize].complete < self.client(to).random_first;
        if random_first || self.whole_pieces(transfer) == 0 {
            return None;
        }
        let own = self.started[to].iter().filter(|started| self.is_alone_on(transfer, started));
        Some(own.map(|started| started.piece).collect())
    }

    /// Whether all that is under way of a started piece was asked of this one neighbour.
    fn is_alone_on(&self, transfer: u32, started: &StartedPiece) -> bool {
        let flow = &self.transfers[transfer];
        let geometry = self.geometry(flow.to);
        let own = flow.queue.iter().filter(|&&id| geometry.split(id).0 == started.piece).count();
        started.outstanding() as usize <= own
    }

    /// A fast neighbour is asked for the rest of a piece on which it is alone, and for the run of new ones after it,
    /// however long its queue is.
    pub(super) fn ask_for_whole_pieces(&mut self, transfer: u32, id: u32, run: Range<u32>) {
        if self.whole_pieces(transfer) == 0 {
            return;
        }
        let to = self.transfers[transfer].to;
        let (piece, _) = self.geometry(to).split(id);
        let at = self.started[to].iter().position(|started| started.piece == piece);
        let at = at.expect("a block of it was just asked for");
        if !self.is_alone_on(transfer, &self.started[to][at]) {
            return;
        }
        self.ask_for_all(transfer, at);
        for piece in run {
            self.start_piece(to, piece);
            self.ask_for_all(transfer, self.started[to].len() - 1);
        }
    }

    fn ask_for_all(&mut self, transfer: u32, at: usize) {
        let to = self.transfers[transfer].to;
        while self.started[to][at].is_open() {
            let (block, count) = self.request_in(to, at, 1);
            self.ask(transfer, block, count);
        }
    }

    /// An unchoked neighbour had nothing to be asked for. libtorrent does not notice when that changes, but looks again
    /// some time after its last request (`second_tick`).
    pub(super) fn look_again_later(&mut self, transfer: u32) {
        let flow = &self.transfers[transfer];
        let Some(pause) = self.client(flow.to).look_again_after else { return };
        let (to, generation) = (flow.to, flow.generation);
        if !flow.open || flow.phase != Phase::Idle || self.details(transfer).looks_again {
            return;
        }
        let due = (self.details(transfer).asked_at + pause).max(self.world.now);
        let at = self.next_tick(to, SimDuration::from_whole_secs(1), due);
        self.details(transfer).looks_again = true;
        self.world.push(at, Event::LookAgain { transfer, generation });
    }

    pub(super) fn look_again(&mut self, transfer: u32) {
        self.details(transfer).looks_again = false;
        let (to, slot) = (self.transfers[transfer].to, usize::from(self.transfers[transfer].to_slot));
        if self.is_online(to) && self.is_idle(to, slot) {
            self.details(transfer).asked_at = self.world.now;
            self.try_request(to, slot);
        }
    }
}
