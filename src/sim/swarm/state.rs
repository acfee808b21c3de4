//! What the swarm remembers: peers, their halves of connections, and transfers, in dense arenas.

use smallvec::SmallVec;

use crate::net::{FlowId, LinkId};
use crate::protocol::bittorrent::bitfield;
use crate::protocol::bittorrent::blocks::StartedPiece;
use crate::protocol::bittorrent::rate::RateMeasure;
use crate::record::{UnchokeReason, Waiting};
use crate::spec::{BLOCK, File};
use crate::units::{SimDuration, SimTime};
use crate::workload::Person;

/// No transfer, no peer: the free value of a 32-bit index.
pub const NONE: u32 = u32::MAX;

/// How the content is cut: pieces, blocks and their lengths.
#[derive(Clone, Debug)]
pub struct Geometry {
    pub pieces: u32,
    pub words: usize,
    pub blocks_per_piece: u32,
    /// `blocks_per_piece` is two to this power.
    shift: u32,
    file: File,
}

impl Geometry {
    pub fn new(file: &File) -> Geometry {
        let pieces = file.pieces();
        let blocks_per_piece = file.piece.0.div_ceil(BLOCK.0) as u32;
        assert!(blocks_per_piece.is_power_of_two(), "a piece length is a power of two");
        Geometry {
            pieces,
            words: bitfield::words(pieces),
            blocks_per_piece,
            shift: blocks_per_piece.trailing_zeros(),
            file: file.clone(),
        }
    }

    /// Blocks are numbered through the whole content; each piece begins a new row.
    pub fn block_id(&self, piece: u32, block: u32) -> u32 {
        piece << self.shift | block
    }

    pub fn split(&self, id: u32) -> (u32, u32) {
        (id >> self.shift, id & (self.blocks_per_piece - 1))
    }

    pub fn blocks_in(&self, piece: u32) -> u32 {
        self.piece_len(piece).div_ceil(BLOCK.0) as u32
    }

    pub fn piece_len(&self, piece: u32) -> u64 {
        self.file.piece_len(piece).0
    }

    pub fn block_len(&self, id: u32) -> u64 {
        let (piece, block) = self.split(id);
        (self.piece_len(piece) - u64::from(block) * BLOCK.0).min(BLOCK.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Has not come yet.
    Absent,
    /// Online, without the metainfo or the tracker's first answer.
    Joining,
    /// In the swarm.
    Online,
    /// Switched off without a word; its neighbours have not noticed yet.
    Vanished,
    Gone,
}

/// What others look at often, apart from the rest of a peer so that a glance at each of fifty neighbours stays in cache.
#[derive(Clone, Copy, Debug)]
pub struct Glance {
    pub class: u16,
    /// Transfers to it that are unchoked and on which nothing is asked for.
    pub idle: u16,
    /// Bytes of control messages received since the last charge.
    pub control_down: u32,
    /// Has every piece.
    pub is_seed: bool,
    /// May ask for some pieces while choked (BEP 6).
    pub asks_while_choked: bool,
}

impl Glance {
    pub fn new(person: &Person) -> Glance {
        Glance {
            class: u16::try_from(person.class.0).expect("fewer than 65536 classes"),
            idle: 0,
            control_down: 0,
            is_seed: false,
            asks_while_choked: false,
        }
    }
}

/// One person's part in the swarm. What a block touches comes first and fits one cache line.
#[repr(C, align(64))]
pub struct Peer {
    pub started: Vec<StartedPiece>,
    /// Complete pieces.
    pub complete: u32,
    /// Bytes of control messages and acknowledgements sent since the last charge.
    pub control_up: u32,
    /// Transfers to us on which data is under way.
    pub receiving: u16,
    pub connections: u16,
    pub presence: Presence,
    /// Has asked all neighbours for all missing blocks.
    pub endgame: bool,
    /// A rechoke out of turn is on its way.
    pub reconsidering: bool,
    pub uplink: LinkId,
    pub downlink: LinkId,
    /// One a connection; the index is the connection's slot and never moves.
    pub halves: Vec<Half>,
    /// Slots in the order of the connection list.
    pub list: Vec<u16>,
    /// Connections being opened from here.
    pub dialling: u16,
    /// Timer rounds of the choker so far.
    pub round: u32,
    /// Peers that it unchoked as a seed since its last timer round.
    pub unchoked_since: u32,
    pub optimistic_since: SimTime,
    /// Pieces that it may ask for while choked (BEP 6).
    pub allowed_fast: Vec<u32>,
    pub banned: Vec<u32>,
    pub announced_at: SimTime,
    pub metainfo_flow: Option<FlowId>,
    pub waiting: Option<(Waiting, SimTime)>,
}

/// What is counted for one person.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    pub downloaded: [u64; 6],
    pub uploaded: [u64; 6],
    pub wasted_duplicate: u64,
    pub wasted_corrupt: u64,
    /// Payload of part-blocks that were given up, as receiver and as sender.
    pub lost_received: f64,
    pub lost_sent: f64,
    pub waited: [SimDuration; 5],
    pub corrupt_pieces: u32,
}

/// One end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Half {
    /// The peer at the other end; `NONE`: the slot is free.
    pub other: u32,
    /// The slot of the other end.
    pub mirror: u16,
    flags: u16,
    /// The transfers to us and from us, if any.
    pub down: u32,
    pub up: u32,
    /// When we last choked or unchoked the other, in milliseconds.
    changed_ms: u32,
}

/// A fact about one end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Flag {
    AmChoking = 1,
    PeerChoking = 2,
    AmInterested = 4,
    Optimistic = 8,
    Newcomer = 16,
    /// It unchoked us and sends nothing.
    Snubbing = 32,
    /// It took part in a piece that failed its check: it gets pieces of its own until it is cleared.
    Parole = 64,
}

impl Half {
    pub const FREE: Half = Half { other: NONE, mirror: 0, flags: 0, down: NONE, up: NONE, changed_ms: 0 };

    pub fn new(other: u32, mirror: u16, now: SimTime) -> Half {
        let flags = Flag::AmChoking as u16 | Flag::PeerChoking as u16 | Flag::Newcomer as u16;
        Half { other, mirror, flags, changed_ms: millis(now), ..Half::FREE }
    }

    pub fn is_free(&self) -> bool {
        self.other == NONE
    }

    pub fn has(&self, flag: Flag) -> bool {
        self.flags & flag as u16 != 0
    }

    pub fn set(&mut self, flag: Flag, value: bool) {
        if value {
            self.flags |= flag as u16;
        } else {
            self.flags &= !(flag as u16);
        }
    }

    pub fn changed_at(&self) -> SimTime {
        SimTime(u64::from(self.changed_ms) * 1_000_000)
    }

    pub fn touch(&mut self, now: SimTime) {
        self.changed_ms = millis(now);
    }
}

/// Enough for 49 days; later moments are all taken for the last.
fn millis(now: SimTime) -> u32 {
    u32::try_from(now.0 / 1_000_000).unwrap_or(u32::MAX)
}

/// How far one direction of a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing is asked for.
    Idle,
    /// Asked; the first byte is under way.
    Requested,
    /// Data arrives.
    Flowing,
    /// The sender vanished: what was asked for will not come.
    Stalled,
}

/// One direction of a connection in use: from `from` to `to`.
pub struct Transfer {
    pub from: u32,
    pub to: u32,
    pub from_slot: u16,
    pub to_slot: u16,
    /// Counts uses of this place in the arena, so that a late event knows that it is late.
    pub generation: u32,
    pub phase: Phase,
    pub reason: UnchokeReason,
    /// The sender does not choke; the receiver knows that it is not choked; the receiver counts itself snubbed.
    pub unchoked: bool,
    pub open: bool,
    pub snubbing: bool,
    /// Blocks asked for ahead when the flow's cap was last set.
    pub depth: u16,
    pub flow: Option<FlowId>,
    /// Blocks asked for, oldest first; while data arrives the first is the one on the wire.
    pub queue: SmallVec<[u32; 8]>,
    pub measure: RateMeasure,
    /// When the last block arrived, or when we began to wait for one.
    pub last_block: SimTime,
    pub sent_since_unchoke: u64,
    /// Bytes not yet added to the sender's totals, and the useful ones among them to the receiver's.
    pub unflushed: u64,
    pub useful: u64,
}

/// Transfers by index; freed places are used again, with their memory.
#[derive(Default)]
pub struct Transfers {
    all: Vec<Transfer>,
    free: Vec<u32>,
}

impl Transfers {
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
            snubbing: false,
            depth: 0,
            flow: None,
            queue,
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
            return index;
        }
        self.all.push(fresh(0, SmallVec::new()));
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

/// Every peer's sets of pieces side by side: what it has, what it has announced, what it has neither got nor started.
pub struct PieceSets {
    words: usize,
    bits: Vec<u64>,
}

impl PieceSets {
    pub fn new(peers: usize, words: usize) -> PieceSets {
        PieceSets { words, bits: vec![0; peers * 3 * words] }
    }

    fn set(&self, peer: u32, which: usize) -> &[u64] {
        let start = (peer as usize * 3 + which) * self.words;
        &self.bits[start..start + self.words]
    }

    fn set_mut(&mut self, peer: u32, which: usize) -> &mut [u64] {
        let start = (peer as usize * 3 + which) * self.words;
        &mut self.bits[start..start + self.words]
    }

    /// Complete and checked.
    pub fn have(&self, peer: u32) -> &[u64] {
        self.set(peer, 0)
    }

    pub fn have_mut(&mut self, peer: u32) -> &mut [u64] {
        self.set_mut(peer, 0)
    }

    /// What the neighbours know of: each HAVE has reached them.
    pub fn announced(&self, peer: u32) -> &[u64] {
        self.set(peer, 1)
    }

    pub fn announced_mut(&mut self, peer: u32) -> &mut [u64] {
        self.set_mut(peer, 1)
    }

    /// Neither complete nor started.
    pub fn fresh(&self, peer: u32) -> &[u64] {
        self.set(peer, 2)
    }

    pub fn fresh_mut(&mut self, peer: u32) -> &mut [u64] {
        self.set_mut(peer, 2)
    }
}
