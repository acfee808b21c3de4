//! Transfers: from an unchoke to the first byte, block after block, to a choke.

use crate::record::{Message, Observer, Record, UnchokeReason};
use crate::spec::BLOCK;
use crate::units::{PieceIndex, Rate, SimTime};

use super::Swarm;
use super::events::Event;
use super::state::{Flag, NONE};
use super::transfers::{Phase, Transfer};

impl<O: Observer> Swarm<'_, O> {
    /// Makes the transfer record of one direction; both ends know it.
    pub(super) fn open_transfer(&mut self, from: (u32, u16), to: (u32, u16)) -> u32 {
        let transfer = self.transfers.open(from, to, self.world.now);
        self.directions[from.0][usize::from(from.1)].up = transfer;
        self.directions[to.0][usize::from(to.1)].down = transfer;
        transfer
    }

    /// An unchoke that was taken back meanwhile is passed over, as is a choke: two words of one moment may come in
    /// either order when ties are shuffled, and the last one holds.
    pub(super) fn unchoke_arrives(&mut self, transfer: u32) {
        let (to, slot) = (self.transfers[transfer].to, usize::from(self.transfers[transfer].to_slot));
        if !self.is_online(to) || !self.transfers[transfer].unchoked {
            return;
        }
        let half = &mut self.halves[to][slot];
        if half.has(Flag::PeerChoking) {
            half.set(Flag::PeerChoking, false);
            self.transfers[transfer].open = true;
            if self.transfers[transfer].phase == Phase::Idle {
                self.set_idle(transfer, true);
            }
            self.forget_stale_interest(to, slot);
        } else if self.transfers[transfer].phase == Phase::Refused {
            self.transfers[transfer].phase = Phase::Idle;
            self.set_idle(transfer, true);
        }
        self.try_request(to, slot);
        if self.peers[to as usize].receiving == 0 {
            self.reconsider_waiting(to);
        }
    }

    /// What was asked for is free again, except the block on the wire and what is allowed fast (BEP 6).
    pub(super) fn choke_arrives(&mut self, transfer: u32) {
        let flow = &self.transfers[transfer];
        let (from, to, slot) = (flow.from, flow.to, usize::from(flow.to_slot));
        if !self.is_online(to) || self.transfers[transfer].unchoked {
            return;
        }
        if self.halves[to][slot].has(Flag::PeerChoking) {
            return;
        }
        self.end_idleness(transfer);
        if self.transfers[transfer].phase == Phase::Refused {
            self.transfers[transfer].phase = Phase::Idle;
        }
        let half = &mut self.halves[to][slot];
        half.set(Flag::PeerChoking, true);
        self.transfers[transfer].open = false;
        self.transfers[transfer].overdue = false;
        let on_the_wire = usize::from(self.transfers[transfer].phase == Phase::Flowing);
        let fast = self.may_ask_while_choked(to, from);
        self.release_requests(transfer, on_the_wire, |swarm, id| {
            fast && swarm.is_allowed_fast(to, swarm.geometry(to).split(id).0)
        });
        self.withdraw_if_empty(transfer);
        self.end_reservations(to, from);
        self.wake_idle(to);
        self.try_request(to, slot);
        if self.peers[to as usize].receiving == 0 {
            self.reconsider_waiting(to);
        }
    }

    /// Pieces that only `neighbour` was to send are open to all: it chokes us or is gone.
    pub(super) fn end_reservations(&mut self, peer: u32, neighbour: u32) {
        for started in self.started[peer].iter_mut() {
            if started.reserved_for() == Some(neighbour) {
                started.reserve_for(None);
            }
        }
    }

    /// The sender's side of the bargain: it has unchoked the other, or the block on top is allowed fast.
    fn may_send(&self, transfer: u32) -> bool {
        let flow = &self.transfers[transfer];
        let Some(&head) = flow.queue.first() else { return false };
        flow.unchoked
            || (self.grants_allowed_fast(flow.from)
                && self.is_allowed_fast(flow.to, self.geometry(flow.to).split(head).0))
    }

    /// What was asked for is answered from then on.
    pub(super) fn await_first_byte(&mut self, transfer: u32, at: SimTime) {
        let &Transfer { generation, withdrawn, .. } = &self.transfers[transfer];
        self.world.push(at, Event::FirstByte { transfer, generation, withdrawn });
    }

    /// Whether all that was asked for was taken back before the first byte: that will not come, and what is asked for next waits for one
    /// of its own.
    pub(super) fn withdraw_if_empty(&mut self, transfer: u32) -> bool {
        let flow = &mut self.transfers[transfer];
        if flow.phase != Phase::Requested || !flow.queue.is_empty() {
            return false;
        }
        flow.phase = Phase::Idle;
        flow.withdrawn = flow.withdrawn.wrapping_add(1);
        if flow.open {
            self.set_idle(transfer, true);
            self.look_again_later(transfer);
        }
        true
    }

    /// The request has reached the sender and its answer begins to arrive.
    pub(super) fn first_byte(&mut self, transfer: u32) {
        if self.transfers[transfer].phase != Phase::Requested {
            return;
        }
        if !self.may_send(transfer) {
            return self.go_idle(transfer);
        }
        self.mark_allowed_fast(transfer);
        let (from, to) = (self.transfers[transfer].from, self.transfers[transfer].to);
        let depth = self.queue_depth(transfer);
        let cap = self.pipeline_cap(from, to, depth);
        let size = self.wire_bytes_ahead(transfer);
        let route = self.world.core_route(self.members.person(from), self.members.person(to));
        let (up, down) = (self.peers[from as usize].uplink, self.peers[to as usize].downlink);
        let flow = self.world.net.start(self.world.now, up, route, down, cap, size);
        self.world.net.set_tag(flow, transfer);
        let under_way = &mut self.transfers[transfer];
        under_way.flow = Some(flow);
        under_way.phase = Phase::Flowing;
        under_way.depth = depth as u16;
        self.peers[to as usize].receiving += 1;
        self.data_arrives(to);
    }

    /// A block that begins on a choked transfer is sent for no other reason than BEP 6. (One that was on the wire when
    /// the choke came ends under the reason for which it began.)
    fn mark_allowed_fast(&mut self, transfer: u32) {
        let flow = &self.transfers[transfer];
        if !flow.unchoked && flow.reason != UnchokeReason::AllowedFast {
            self.add_to_totals_of_both(transfer);
            self.transfers[transfer].reason = UnchokeReason::AllowedFast;
        }
    }

    /// W requests of one block each keep at most W - 1 blocks in a round trip under way, since the next request
    /// leaves when a block is complete. A single request at a time is played out as such: see `continue_or_stop`.
    fn pipeline_cap(&self, from: u32, to: u32, depth: usize) -> Rate {
        let round_trip = self.round_trip(to, from).as_secs();
        if depth < 2 || round_trip == 0.0 {
            return Rate::UNLIMITED;
        }
        Rate((depth - 1) as f64 * BLOCK.as_f64() / round_trip)
    }

    /// The last byte of what is on the wire is here: one block, or a stretch of them.
    pub(super) fn blocks_arrive(&mut self, transfer: u32) {
        let flow = &mut self.transfers[transfer];
        let (from, to) = (flow.from, flow.to);
        let (head, count) = (flow.queue.remove(0), u32::from(flow.stretch));
        let completed = self.receive_blocks(transfer, head, count);
        self.continue_or_stop(transfer);
        if let Some(piece) = completed {
            self.complete_piece(to, piece);
        }
        if self.copies_matter {
            self.leave_if_copies_are_out(from);
        }
    }

    /// Counts so many blocks of one piece, from `id` on, at both ends; returns their piece if it is complete now.
    pub(super) fn receive_blocks(&mut self, transfer: u32, id: u32, count: u32) -> Option<u32> {
        let (from, to) = (self.transfers[transfer].from, self.transfers[transfer].to);
        if self.messages {
            for id in id..id + count {
                let (piece, block) = self.geometry(to).split(id);
                self.say(from, to, Message::Piece { piece: PieceIndex(piece), block });
            }
        }
        self.world.books.blocks += u64::from(count);
        self.account_sent(transfer, self.geometry(to).stretch_len(id, count));
        self.charge_blocks(from, to, id, count);
        self.take_blocks(transfer, id, count)
    }

    fn account_sent(&mut self, transfer: u32, bytes: u64) {
        self.world.books.sent_by_peers += bytes;
        let flow = &self.transfers[transfer];
        let window = if self.glances[flow.from as usize].is_seed {
            self.client(flow.from).seed_rate_window
        } else {
            self.client(flow.to).rate_window
        };
        let flow = &mut self.transfers[transfer];
        flow.measure.update(self.world.now, bytes, window);
        flow.last_block = self.world.now;
        flow.sent_since_unchoke += bytes;
        flow.unflushed += bytes;
        let choked = !flow.open;
        if let Some(details) = self.transfers.details(transfer) {
            details.received_in_round += bytes;
            details.sent_in_round += bytes;
            details.slow_start.receive(self.world.now, bytes, choked);
        }
        let flow = &mut self.transfers[transfer];
        if flow.overdue {
            flow.overdue = false;
            let (peer, neighbour) = (flow.to, flow.from);
            let (peer, neighbour) = (self.who(peer), self.who(neighbour));
            self.world.note(Record::Overdue { peer, neighbour, overdue: false });
        }
    }

    /// After a block: the next one follows without a gap, or the flow ends.
    fn continue_or_stop(&mut self, transfer: u32) {
        let (from, to) = (self.transfers[transfer].from, self.transfers[transfer].to);
        if self.transfers[transfer].open || self.may_ask_while_choked(to, from) {
            self.fill_queue(transfer);
        }
        let flow = self.transfers[transfer].flow.expect("a block arrived on a flow");
        if !self.may_send(transfer) {
            self.end_flow(transfer);
            self.go_idle(transfer);
            return;
        }
        self.mark_allowed_fast(transfer);
        let depth = self.queue_depth(transfer);
        if depth == 1 && self.round_trip(from, to).0 > 0 {
            // One request at a time: the next block begins a whole round trip after the last one ended.
            self.end_flow(transfer);
            self.transfers[transfer].phase = Phase::Requested;
            let first_byte = self.first_byte_at(transfer);
            self.await_first_byte(transfer, first_byte);
            return self.reconsider_waiting(to);
        }
        if depth != usize::from(self.transfers[transfer].depth) {
            self.transfers[transfer].depth = depth as u16;
            let cap = self.pipeline_cap(from, to, depth);
            self.world.net.set_cap(self.world.now, flow, cap);
        }
        let size = self.wire_bytes_ahead(transfer);
        self.world.net.extend(self.world.now, flow, size);
    }

    /// Takes the flow off the network in the middle of a block: the part that had arrived is lost.
    pub(super) fn abort_flow(&mut self, transfer: u32) {
        self.count_arrived(transfer);
        let (from, to) = (self.transfers[transfer].from, self.transfers[transfer].to);
        if let Some(wire) = self.end_flow(transfer) {
            let lost = self.payload_part(wire);
            self.totals[from as usize].lost_sent += lost;
            self.totals[to as usize].lost_received += lost;
        }
    }

    /// Takes the flow off the network, if there is one; returns what it had sent of its present block.
    fn end_flow(&mut self, transfer: u32) -> Option<f64> {
        let flow = self.transfers[transfer].flow.take()?;
        let wire = self.world.net.stop(self.world.now, flow);
        self.peers[self.transfers[transfer].to as usize].receiving -= 1;
        Some(wire)
    }

    /// Nothing more comes on this transfer: nothing is asked for, or the sender chokes. A receiver that has not heard of that yet does
    /// not ask again before it has.
    fn go_idle(&mut self, transfer: u32) {
        let flow = &mut self.transfers[transfer];
        let (to, open) = (flow.to, flow.open);
        let refused = open && !flow.queue.is_empty();
        flow.phase = if refused { Phase::Refused } else { Phase::Idle };
        if open {
            if !refused {
                self.set_idle(transfer, true);
                self.look_again_later(transfer);
            }
            if self.client(to).max_sources.is_some() {
                // Another neighbour may take its place among the sources.
                self.wake_idle(to);
            }
        } else {
            self.release_requests(transfer, 0, |_, _| false);
            self.wake_idle(to);
        }
        if self.peers[to as usize].receiving == 0 {
            self.reconsider_waiting(to);
        }
    }

    /// The receiver is unchoked and asks for nothing, or that is over; both ends know.
    pub(super) fn set_idle(&mut self, transfer: u32, idle: bool) {
        let flow = &self.transfers[transfer];
        let glance = &mut self.glances[flow.to as usize];
        glance.idle = if idle { glance.idle + 1 } else { glance.idle - 1 };
        self.halves[flow.from][usize::from(flow.from_slot)].set(Flag::PeerIdle, idle);
    }

    /// The receiver is not idle on this transfer any more, if it was.
    pub(super) fn end_idleness(&mut self, transfer: u32) {
        let (to, slot) = (self.transfers[transfer].to, usize::from(self.transfers[transfer].to_slot));
        if self.is_idle(to, slot) {
            self.set_idle(transfer, false);
        }
    }

    /// Ends a transfer for good: its connection is over.
    pub(super) fn drop_transfer(&mut self, transfer: u32) {
        self.abort_flow(transfer);
        let to = self.transfers[transfer].to;
        self.end_idleness(transfer);
        self.release_requests(transfer, 0, |_, _| false);
        self.flush(transfer);
        self.close_transfer(transfer);
        if self.peers[to as usize].receiving == 0 && self.is_online(to) {
            self.reconsider_waiting(to);
        }
    }

    pub(super) fn close_transfer(&mut self, transfer: u32) {
        let flow = &self.transfers[transfer];
        let (from, to) = (flow.from, flow.to);
        let (from_slot, to_slot) = (usize::from(flow.from_slot), usize::from(flow.to_slot));
        self.directions[from][from_slot].up = NONE;
        let last_block = flow.last_block;
        self.directions[to][to_slot].forget_down(last_block);
        self.transfers.close(transfer);
    }

    /// Adds what was sent since the last flush to both ends' totals, under the reason of that time.
    pub(super) fn flush(&mut self, transfer: u32) {
        self.count_arrived(transfer);
        self.add_to_totals_of_both(transfer);
    }

    fn add_to_totals_of_both(&mut self, transfer: u32) {
        let flow = &mut self.transfers[transfer];
        let bytes = std::mem::take(&mut flow.unflushed);
        let useful = std::mem::take(&mut flow.useful);
        let (from, to, reason) = (flow.from as usize, flow.to as usize, flow.reason as usize);
        self.totals[from].uploaded[reason] += bytes;
        self.totals[to].downloaded[reason] += useful;
        let class = |peer: usize| usize::from(self.glances[peer].class);
        self.world.books.add_traffic(class(from), class(to), useful);
    }
}
