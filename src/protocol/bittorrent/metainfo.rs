//! The metainfo (.torrent) file, version 1 (BEP 3): what a simulation needs of it.
//!
//! Takes bytes and gives sizes, names and the infohash, or an error that says what is wrong and where. It never panics on any
//! input, never opens a file and never touches the content itself: the piece hashes are counted and not kept.

mod bencode;
mod error;
#[cfg(test)]
mod tests;

pub use error::MetainfoError;

use sha1::{Digest, Sha1};

use self::bencode::{Dict, Value};
use crate::units::Bytes;

/// Piece lengths that the simulator takes: powers of two from 16 KiB, one block, to 16 MiB.
const PIECE_LENGTH_MIN: u64 = 16 * Bytes::KIB;
const PIECE_LENGTH_MAX: u64 = 16 * Bytes::MIB;
/// Bytes of a SHA-1 digest in `pieces`.
const HASH: usize = 20;

/// What a version 1 metainfo file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metainfo {
    /// The suggested name of the file or of the folder; what is not UTF-8 is replaced.
    pub name: String,
    /// Length of the whole content, at least one byte; padding files (BEP 47) count.
    pub length: Bytes,
    /// A power of two from 16 KiB to 16 MiB.
    pub piece_length: Bytes,
    pub pieces: u32,
    /// SHA-1 of the info dictionary exactly as it stands in the file.
    pub infohash: [u8; HASH],
    /// Path (parts joined by `/`) and length of each file, in the order of the content.
    pub files: Vec<(String, Bytes)>,
    /// The tracker's URL.
    pub announce: Option<String>,
    /// Length of the metainfo file itself.
    pub file_len: Bytes,
}

impl Metainfo {
    /// Reads the bytes of a .torrent file.
    ///
    /// # Errors
    ///
    /// Whatever is not a complete and consistent version 1 metainfo file; see [`MetainfoError`].
    pub fn parse(data: &[u8]) -> Result<Metainfo, MetainfoError> {
        let root = bencode::parse(data)?;
        let announce = root.get("announce").map(|value| value.text("announce")).transpose()?;
        let info = root.get("info").ok_or(MetainfoError::Missing { key: "info" })?.dict("info")?;

        let Some(hashes) = info.get("pieces") else { return Err(without_pieces(info)) };
        let name = info.get("name").ok_or(MetainfoError::Missing { key: "info.name" })?.text("info.name")?;
        let piece_length = piece_length(info)?;
        let files = files(info, &name)?;
        let length = total(&files)?;
        let listed = hash_count(hashes)?;
        let needed = length.div_ceil(piece_length);
        if u64::from(listed) != needed {
            return Err(MetainfoError::PieceCount { listed, needed, length, piece_length });
        }

        Ok(Metainfo {
            name,
            length: Bytes(length),
            piece_length: Bytes(piece_length),
            pieces: listed,
            infohash: Sha1::digest(info.raw).into(),
            files,
            announce,
            file_len: Bytes(data.len() as u64),
        })
    }
}

/// A version 2 file (BEP 52) keeps its hashes elsewhere; anything else just lacks them.
fn without_pieces(info: &Dict<'_>) -> MetainfoError {
    if info.get("meta version").is_some() {
        MetainfoError::VersionTwoOnly
    } else {
        MetainfoError::Missing { key: "info.pieces" }
    }
}

fn piece_length(info: &Dict<'_>) -> Result<u64, MetainfoError> {
    let key = "info.piece length";
    let bytes = info.get("piece length").ok_or(MetainfoError::Missing { key })?.number(key)?;
    if !bytes.is_power_of_two() || !(PIECE_LENGTH_MIN..=PIECE_LENGTH_MAX).contains(&bytes) {
        return Err(MetainfoError::PieceLength { bytes });
    }
    Ok(bytes)
}

/// One file under `length` or several under `files`: never both.
fn files(info: &Dict<'_>, name: &str) -> Result<Vec<(String, Bytes)>, MetainfoError> {
    match (info.get("length"), info.get("files")) {
        (Some(_), Some(_)) => Err(MetainfoError::LengthAndFiles),
        (None, None) => Err(MetainfoError::Missing { key: "info.length" }),
        (Some(length), None) => Ok(vec![(name.to_owned(), Bytes(length.number("info.length")?))]),
        (None, Some(list)) => list.list("info.files")?.iter().map(file).collect(),
    }
}

fn file(entry: &Value<'_>) -> Result<(String, Bytes), MetainfoError> {
    let (length_key, path_key) = ("info.files.length", "info.files.path");
    let entry = entry.dict("info.files")?;
    let length = entry.get("length").ok_or(MetainfoError::Missing { key: length_key })?.number(length_key)?;
    let path = entry.get("path").ok_or(MetainfoError::Missing { key: path_key })?;
    let parts: Result<Vec<String>, _> = path.list(path_key)?.iter().map(|part| part.text(path_key)).collect();
    match parts?.join("/") {
        path if path.is_empty() => Err(MetainfoError::EmptyPath { offset: path_offset(entry) }),
        path => Ok((path, Bytes(length))),
    }
}

fn path_offset(entry: &Dict<'_>) -> usize {
    entry.get("path").map_or(0, Value::offset)
}

/// The length of all files together.
fn total(files: &[(String, Bytes)]) -> Result<u64, MetainfoError> {
    let sum = files.iter().try_fold(0u64, |sum, (_, length)| sum.checked_add(length.0));
    match sum.ok_or(MetainfoError::TooLarge)? {
        0 => Err(MetainfoError::NoContent),
        // Bencode's integers have no bound, but nobody means more than 2^63 bytes.
        length if length > i64::MAX as u64 => Err(MetainfoError::TooLarge),
        length => Ok(length),
    }
}

fn hash_count(hashes: &Value<'_>) -> Result<u32, MetainfoError> {
    let length = hashes.bytes("info.pieces")?.len();
    if !length.is_multiple_of(HASH) {
        return Err(MetainfoError::PiecesLength { length, offset: hashes.offset() });
    }
    u32::try_from(length / HASH).map_err(|_| MetainfoError::TooLarge)
}
