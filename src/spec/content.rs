//! What is shared: one file, or a catalogue of many.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::units::{Bytes, portable};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Content {
    Single(File),
    Catalogue(CatalogueSpec),
}

impl Content {
    /// The file, where there is only one.
    pub fn single(&self) -> Option<&File> {
        match self {
            Content::Single(file) => Some(file),
            Content::Catalogue(_) => None,
        }
    }

    /// Number of files; at least 1.
    pub fn files(&self) -> u32 {
        match self {
            Content::Single(_) => 1,
            Content::Catalogue(catalogue) => catalogue.files,
        }
    }
}

/// A file, and how a torrent cuts it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Length of the content; at least one byte.
    pub size: Bytes,
    /// Piece length: a power of two from 16 KiB to 16 MiB.
    pub piece: Bytes,
    /// Length of the metainfo (.torrent) file as it travels from the web server.
    pub metainfo_size: Bytes,
    /// The SHA-1 of the info dictionary, or a stand-in derived from the seed: BEP 6 needs one.
    pub infohash: [u8; 20],
}

/// A request is for a block of this size: 2^14 bytes (BEP 3).
pub const BLOCK: Bytes = Bytes(16 * Bytes::KIB);

impl File {
    pub fn pieces(&self) -> u32 {
        u32::try_from(self.size.0.div_ceil(self.piece.0)).expect("fewer than 2^32 pieces")
    }

    /// Length of that piece: all are `piece` long but the last.
    pub fn piece_len(&self, index: u32) -> Bytes {
        let start = u64::from(index) * self.piece.0;
        Bytes(self.piece.0.min(self.size.0 - start))
    }
}

/// Length of a metainfo file for so many pieces: a hash of 20 bytes a piece, and about 200 bytes of names and lengths (BEP 3).
pub fn metainfo_size(pieces: u64) -> Bytes {
    Bytes(20 * pieces + 200)
}

/// The infohash of a torrent without a .torrent file, made of what tells it from others: BEP 6 derives the allowed-fast set from it, so
/// each torrent needs one of its own.
pub fn stand_in_infohash(parts: &[&[u8]]) -> [u8; 20] {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    let digest: [u8; 32] = hash.finalize().into();
    *digest.first_chunk().expect("32 bytes have a first 20")
}

/// Many files with titles and performers; `workload::Catalogue` draws them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CatalogueSpec {
    /// At least 2. File 0 is the most popular one.
    pub files: u32,
    pub size: FileSize,
    pub piece: Bytes,
    /// Performers share the files out among themselves; at least 1, at most `files`.
    pub performers: u32,
    pub popularity: Popularity,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum FileSize {
    Fixed(Bytes),
    Uniform {
        from: Bytes,
        to: Bytes,
    },
    /// Median and sigma of the logarithm; at least one byte.
    LogNormal {
        median: Bytes,
        sigma: f64,
    },
}

impl FileSize {
    /// In bytes.
    pub fn mean(self) -> f64 {
        match self {
            FileSize::Fixed(size) => size.as_f64(),
            FileSize::Uniform { from, to } => 0.5 * (from.as_f64() + to.as_f64()),
            FileSize::LogNormal { median, sigma } => median.as_f64() * portable::exp(0.5 * sigma * sigma),
        }
    }
}

/// How likely a file is to be held and wished for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Popularity {
    Uniform,
    /// The file of rank k (from 1) with weight k^-exponent.
    Zipf {
        exponent: f64,
    },
}
