//! What can be wrong with a metainfo file, where, and what to do about it.

use thiserror::Error;

/// Why bytes are not a metainfo file that the simulator can use.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MetainfoError {
    #[error("the file is empty")]
    Empty,
    #[error("this is not a .torrent file but {looks_like}: a .torrent file begins with `d`")]
    NotATorrent { looks_like: &'static str },
    #[error("the file ends after {length} bytes in the middle of a value")]
    Truncated { length: usize },
    #[error("broken bencoding at byte {offset}: {reason}")]
    Broken { offset: usize, reason: &'static str },
    #[error("{count} bytes follow the end of the metainfo at byte {offset}")]
    TrailingBytes { offset: usize, count: usize },
    #[error("`{key}` is missing")]
    Missing { key: &'static str },
    #[error("`{key}` at byte {offset} is {found}, not {expected}")]
    WrongKind { key: &'static str, expected: &'static str, found: &'static str, offset: usize },
    #[error("`{key}` at byte {offset} is negative or too large")]
    BadNumber { key: &'static str, offset: usize },
    #[error("this is a version 2 torrent (BEP 52) without the version 1 part")]
    VersionTwoOnly,
    #[error("a piece length of {bytes} bytes is not a power of two from 16 KiB to 16 MiB")]
    PieceLength { bytes: u64 },
    #[error("`info.pieces` at byte {offset} has {length} bytes, which is not a multiple of 20")]
    PiecesLength { length: usize, offset: usize },
    #[error("{listed} pieces are listed, but {length} bytes in pieces of {piece_length} bytes make {needed}")]
    PieceCount { listed: u32, needed: u64, length: u64, piece_length: u64 },
    #[error("both `info.length` and `info.files` are given")]
    LengthAndFiles,
    #[error("a file at byte {offset} has an empty path")]
    EmptyPath { offset: usize },
    #[error("the content is empty")]
    NoContent,
    #[error("the content is larger than 2^63 bytes")]
    TooLarge,
}

impl MetainfoError {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            MetainfoError::Empty | MetainfoError::Truncated { .. } => "copy or download the file again",
            MetainfoError::NotATorrent { .. } => {
                "give the .torrent file itself, as a browser saves it or mktorrent writes it"
            }
            MetainfoError::Broken { .. } | MetainfoError::TrailingBytes { .. } => {
                "the file was damaged or edited as text; copy or download it again"
            }
            MetainfoError::VersionTwoOnly => "create it again as version 1 or as hybrid",
            MetainfoError::PieceLength { .. } => {
                "create it again with another piece length, such as 256 KiB (mktorrent -l 18)"
            }
            MetainfoError::NoContent => "a swarm needs at least one byte to share",
            MetainfoError::Missing { .. }
            | MetainfoError::WrongKind { .. }
            | MetainfoError::BadNumber { .. }
            | MetainfoError::PiecesLength { .. }
            | MetainfoError::PieceCount { .. }
            | MetainfoError::LengthAndFiles
            | MetainfoError::EmptyPath { .. }
            | MetainfoError::TooLarge => "create it again with mktorrent or transmission-create",
        }
    }

    /// Names what was given instead of a metainfo file.
    pub(super) fn not_a_torrent(data: &[u8]) -> MetainfoError {
        let text = data.trim_ascii_start();
        let begins = |start: &str| {
            text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
        };
        let looks_like = match data {
            [] => return MetainfoError::Empty,
            [0x1f, 0x8b, ..] => "gzip data",
            [b'P', b'K', 3, 4, ..] => "a zip archive",
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "UTF-16 text",
            _ if begins("<") => "a web page",
            _ if begins("magnet:") => "a magnet link",
            _ if text.starts_with(b"d") => "a metainfo file with blanks before it",
            _ => "something else",
        };
        MetainfoError::NotATorrent { looks_like }
    }

    /// Names what the decoder refused in the token that begins at `offset`.
    pub(super) fn broken(data: &[u8], offset: usize, error: &bendy::decoding::Error) -> MetainfoError {
        // The decoder's kinds of error are private: its sentence is all there is. The tests hold it to these words.
        let sentence = error.to_string();
        let reason = match sentence.as_str() {
            said if said.contains("EOF") => return MetainfoError::Truncated { length: data.len() },
            said if said.contains("not sorted") => "the keys of a dictionary are not in ascending order",
            said if said.contains("nesting depth") => "lists and dictionaries are nested too deeply",
            said if said.contains("keys must be strings") => "a dictionary has a key that is not a string",
            said if said.contains("Missing map value") => "a dictionary has a key without a value",
            _ => "here no number, string, list or dictionary can stand",
        };
        MetainfoError::Broken { offset, reason }
    }
}
