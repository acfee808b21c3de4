//! Transfers: one direction of a connection in use, in an arena of their own.

use std::ops::Range;

use smallvec::SmallVec;

use crate::net::FlowId;
use crate::protocol::bittorrent::rate::RateMeasure;
use crate::protocol::bittorrent::slow_start::SlowStart;
use crate::record::UnchokeReason;
use crate::units::{SimTime, huge};

use super::state::NONE;

/// How far one direction of a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing is asked for.
    Idle,
    /// Asked; the first byte is under way.
    Requested,
    /// Data arrives.
    Flowing,
    /// The sender chokes and has dropped what was asked for; the word of that is under way.
    Refused,
    /// The sender vanished: what was asked for will not come.
    Stalled,
}

/// One direction of a connection in use: from `from` to `to`. Two cache lines: a look at a rate or a phase needs the first alone.
#[repr(C, align(64))]
pub struct Transfer {
    pub from: u32,
    pub to: u32,
    pub from_slot: u16,
    pub to_slot: u16,
    /// Counts uses of this place in the arena, so that a late event knows that it is late.
    pub generation: u32,
    pub phase: Phase,
    pub reason: UnchokeReason,
    /// The sender does not choke; the receiver knows that it is not choked; the sender has owed it blocks for too long.
    pub unchoked: bool,
    pub open: bool,
    pub overdue: bool,
    /// Blocks asked for ahead when the flow's cap was last set.
    pub depth: u16,
    /// Blocks, from the first of the queue on, for which that stands: 1, but with piece granularity (`stretch`), where
    /// the queue has no other.
    pub stretch: u16,
    /// How often all that was asked for was taken back before the first byte, which then does not come.
    pub withdrawn: u16,
    /// The block that was asked for last, or the first of a stretch; `NONE`: none was.
    pub asked_last: u32,
    pub flow: Option<FlowId>,
    pub measure: RateMeasure,
    /// When the last block arrived, or when we began to wait for one.
    pub last_block: SimTime,
    /// Blocks asked for, oldest first; while data arrives the first is the one on the wire.
    pub queue: SmallVec<[u32; 8]>,
    pub sent_since_unchoke: u64,
    /// Bytes not yet added to the sender's totals, and the useful ones among them to the receiver's.
    pub unflushed: u64,
    pub useful: u64,
}

impl Transfer {
    /// Blocks that were asked for and have not arrived.
    pub fn outstanding(&self) -> usize {
        if self.queue.is_empty() { 0 } else { self.queue.len() - 1 + usize::from(self.stretch) }
    }

    /// The block `id` of the queue is not asked for any more; of a stretch that begins with it, nothing before `end` is, and the rest
    /// still is. Returns the blocks that were struck off.
    pub fn strike_off(&mut self, id: u32, end: u32) -> Range<u32> {
        let is_head = self.queue.first() == Some(&id);
        let past = id + if is_head { u32::from(self.stretch) } else { 1 };
        if end < past {
            self.queue[0] = end;
            self.stretch = (past - end) as u16;
        } else {
            self.queue.retain(|asked| *asked != id);
        }
        id..past.min(end)
    }

    /// Whether that block was asked for and has not arrived.
    pub fn awaits(&self, id: u32) -> bool {
        let Some((&head, others)) = self.queue.split_first() else { return false };
        (head..head + u32::from(self.stretch)).contains(&id) || others.contains(&id)
    }
}

const _: () = assert!(size_of::<Transfer>() == 128 && std::mem::offset_of!(Transfer, queue) <= 64);

/// What libtorrent keeps of a direction besides.
#[derive(Clone, Copy, Debug, Default)]
pub struct Details {
    /// Bytes since the receiver's and the sender's last round.
    pub received_in_round: u64,
    pub sent_in_round: u64,
    pub slow_start: SlowStart,
    /// When the receiver last asked for something.
    pub asked_at: SimTime,
    /// The receiver had nothing to ask for and is going to look again.
    pub looks_again: bool,
}

/// Transfers by index; freed places are used again, with their memory.
pub struct Transfers {
    all: Vec<Transfer>,
    /// One a transfer, where some client acts on them.
    details: Option<Vec<Details>>,
    free: Vec<u32>,
}

impl Transfers {
    pub fn new(with_details: bool) -> Transfers {
        Transfers { all: Vec::new(), details: with_details.then(Vec::new), free: Vec::new() }
    }

    /// Room for about so many at once.
    pub fn reserve(&mut self, count: usize) {
        huge::reserve(&mut self.all, count);
    }

    /// `None` where no client acts on them.
    pub fn details(&mut self, index: u32) -> Option<&mut Details> {
        self.details.as_mut().map(|details| &mut details[index as usize])
    }

    pub fn open(&mut self, from: (u32, u16), to: (u32, u16), now: SimTime) -> u32 {
        let fresh = |generation, queue| Transfer {
            from: from.0,
            from_slot: from.1,
            to: to.0,
            to_slot: to.1,
            generation,
            phase: Phase::Idle,
            reason: UnchokeReason::AllowedFast,
            unchoked: false,
            open: false,
            overdue: false,
            depth: 0,
            flow: None,
            queue,
            stretch: 1,
            withdrawn: 0,
            asked_last: NONE,
            measure: RateMeasure::new(now),
            last_block: now,
            sent_since_unchoke: 0,
            unflushed: 0,
            useful: 0,
        };
        if let Some(index) = self.free.pop() {
            let place = &mut self.all[index as usize];
            let queue = std::mem::take(&mut place.queue);
            *place = fresh(place.generation + 1, queue);
            if let Some(details) = self.details(index) {
                *details = Details { asked_at: now, ..Details::default() };
            }
            return index;
        }
        huge::push(&mut self.all, fresh(0, SmallVec::new()));
        if let Some(details) = &mut self.details {
            details.push(Details { asked_at: now, ..Details::default() });
        }
        (self.all.len() - 1) as u32
    }

    /// Gives the place back; nothing may be under way.
    pub fn close(&mut self, index: u32) {
        let transfer = &mut self.all[index as usize];
        assert!(transfer.flow.is_none() && transfer.unflushed == 0, "a transfer in use was closed");
        transfer.queue.clear();
        transfer.generation += 1;
        self.free.push(index);
    }

    /// Whether an event about this use of the place is still about somebody.
    pub fn is_current(&self, index: u32, generation: u32) -> bool {
        self.all[index as usize].generation == generation
    }
}

impl std::ops::Index<u32> for Transfers {
    type Output = Transfer;
    fn index(&self, index: u32) -> &Transfer {
        &self.all[index as usize]
    }
}

impl std::ops::IndexMut<u32> for Transfers {
    fn index_mut(&mut self, index: u32) -> &mut Transfer {
        &mut self.all[index as usize]
    }
}
