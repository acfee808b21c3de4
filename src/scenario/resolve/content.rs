//! `[content]`: the file that is shared.

use sha2::{Digest, Sha256};

use super::Context;
use crate::protocol::bittorrent::metainfo::Metainfo;
use crate::scenario::language::CONTENT;
use crate::scenario::problem::{Problems, Span};
use crate::scenario::view::View;
use crate::spec::{Content, File, metainfo_size};
use crate::units::Bytes;

/// More pieces than this no client handles, and a .torrent file of them is 20 MiB long.
const MOST_PIECES: u64 = 1 << 20;

pub fn content(root: &View<'_>, title: &str, seed: u64, context: &mut Context<'_>) -> Option<Content> {
    let place = root.span("content")?;
    let view = root.nested("content", &CONTENT);
    if view.whole("files").is_some_and(|files| files > 1) {
        let span = view.span("files").expect("it was read");
        context.out.error(
            span,
            "more than one file is not supported yet by this version",
            "write files = 1 or leave it out",
        );
    }
    if let Some(name) = view.text("metainfo") {
        return from_metainfo(&view, name, context);
    }
    let piece = piece_length(&view, context.out)?;
    if !view.has("size") && !view.is_misspelt("size") {
        context.out.error(
            place,
            "[content] needs `size`",
            "add size = \"64 MiB\", or metainfo = \"some.torrent\"",
        );
    }
    let size = view.bytes("size")?;
    let pieces = size.0.div_ceil(piece.0);
    check_pieces(pieces, view.span("size").expect("it was read"), context.out)?;
    Some(Content::Single(File {
        size,
        piece,
        metainfo_size: metainfo_size(pieces),
        infohash: stand_in_infohash(title, seed, size),
    }))
}

fn piece_length(view: &View<'_>, out: &mut Problems) -> Option<Bytes> {
    if !view.has("piece") {
        return Some(Bytes(256 * Bytes::KIB));
    }
    let piece = view.bytes("piece")?;
    if piece.0.is_power_of_two() {
        return Some(piece);
    }
    let down = 1u64 << piece.0.ilog2();
    let hint = format!("the nearest are \"{} KiB\" and \"{} KiB\"", down / Bytes::KIB, 2 * down / Bytes::KIB);
    out.error(view.span("piece").expect("it was read"), "a piece's length must be a power of two", hint);
    None
}

fn check_pieces(pieces: u64, span: Span, out: &mut Problems) -> Option<()> {
    if pieces <= MOST_PIECES {
        return Some(());
    }
    let hint = "give a larger `piece`, up to 16 MiB, or a smaller `size`";
    out.error(span, format!("this makes {pieces} pieces; at most {MOST_PIECES} are possible"), hint);
    None
}

/// BEP 6 derives the allowed-fast set from the infohash, so a scenario without a .torrent file needs one too.
fn stand_in_infohash(title: &str, seed: u64, size: Bytes) -> [u8; 20] {
    let mut hash = Sha256::new();
    hash.update(b"unchoke infohash\0");
    hash.update(seed.to_le_bytes());
    hash.update(size.0.to_le_bytes());
    hash.update(title.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    *digest.first_chunk().expect("32 bytes have a first 20")
}

fn from_metainfo(view: &View<'_>, name: &str, context: &mut Context<'_>) -> Option<Content> {
    for key in ["size", "piece"] {
        if let Some(span) = view.span(key) {
            let hint = format!("remove `{key}`, or remove `metainfo`");
            context.out.error(span, format!("`{key}` and `metainfo` contradict each other"), hint);
        }
    }
    let span = view.span("metainfo").expect("it was read");
    let bytes = context.file(name, span)?;
    let metainfo = match Metainfo::parse(&bytes) {
        Ok(metainfo) => metainfo,
        Err(error) => {
            context.out.error(span, format!("\"{name}\": {error}"), error.hint());
            return None;
        }
    };
    check_pieces(u64::from(metainfo.pieces), span, context.out)?;
    if metainfo.length.0 > 1 << 50 {
        context.out.error(
            span,
            "the content of this .torrent file is larger than 1024 TiB",
            "choose a smaller one",
        );
        return None;
    }
    Some(Content::Single(File {
        size: metainfo.length,
        piece: metainfo.piece_length,
        metainfo_size: metainfo.file_len,
        infohash: metainfo.infohash,
    }))
}
