//! A torrent: how its file is cut, who is in its swarm as the tracker knows, and how many copies there are.

use crate::protocol::bittorrent::bitfield;
use crate::protocol::bittorrent::tracker::Tracker;
use crate::spec::{BLOCK, File};
use crate::units::{FileIndex, SimTime};

/// One torrent of the run and the swarm around it.
pub struct Torrent {
    pub index: FileIndex,
    pub file: File,
    pub geometry: Geometry,
    /// The index of its first member; the others follow.
    pub first_member: u32,
    pub tracker: Tracker,
    /// Copies of each piece among peers online.
    pub copies: Vec<u32>,
    /// When the first copy of each piece had arrived at any leecher.
    pub first_copy: Vec<Option<SimTime>>,
    /// Persons online who have all of it and upload.
    pub sharers: u32,
}

impl Torrent {
    pub fn new(index: FileIndex, file: File, first_member: u32, tracker: Tracker) -> Torrent {
        let geometry = Geometry::new(&file);
        let pieces = geometry.pieces as usize;
        Torrent {
            index,
            file,
            geometry,
            first_member,
            tracker,
            copies: vec![0; pieces],
            first_copy: vec![None; pieces],
            sharers: 0,
        }
    }

    /// Bytes of it that peers online have.
    pub fn stored_bytes(&self) -> u64 {
        let stored =
            |(piece, &copies): (usize, &u32)| u64::from(copies) * self.geometry.piece_len(piece as u32);
        self.copies.iter().enumerate().map(stored).sum()
    }
}

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

    /// Bytes of so many blocks of one piece from `id` on.
    pub fn stretch_len(&self, id: u32, count: u32) -> u64 {
        u64::from(count - 1) * BLOCK.0 + self.block_len(id + count - 1)
    }

    pub fn block_len(&self, id: u32) -> u64 {
        let (piece, block) = self.split(id);
        (self.piece_len(piece) - u64::from(block) * BLOCK.0).min(BLOCK.0)
    }
}
