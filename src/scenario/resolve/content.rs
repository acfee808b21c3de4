//! `[content]`: the file that is shared, or the catalogue of many.

use super::Context;
use crate::protocol::bittorrent::metainfo::Metainfo;
use crate::scenario::language::{CONTENT, FILE_SIZES, POPULARITIES, SIZE_LOG_NORMAL, SIZE_UNIFORM};
use crate::scenario::node::Node;
use crate::scenario::problem::{Problems, Span};
use crate::scenario::view::View;
use crate::spec::{CatalogueSpec, Content, File, FileSize, Popularity, metainfo_size, stand_in_infohash};
use crate::units::{Bytes, portable};

/// More pieces than this no client handles, and a .torrent file of them is 20 MiB long.
const MOST_PIECES: u64 = 1 << 20;
/// Queries and copies in Gnutella follow Zipf's law with exponents from 0.6 to 1.2 (Sripanidkulchai 2001), requests of web
/// pages with 0.64 to 0.83 (Breslau 1999).
const ZIPF_EXPONENT: f64 = 0.8;
/// No source: a large catalogue has about as many titles of one performer as an album or two.
const FILES_A_PERFORMER: u32 = 20;

pub fn content(root: &View<'_>, title: &str, seed: u64, context: &mut Context<'_>) -> Option<Content> {
    let place = root.span("content")?;
    let view = root.nested("content", &CONTENT);
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
    let size = size(view.node("size")?, context.out)?;
    check_pieces(pieces(largest(size), piece), view.span("size").expect("it was read"), context.out)?;
    match view.whole("files").unwrap_or(1) {
        1 => single(&view, size, piece, title, seed, context.out),
        files => catalogue(&view, files, size, piece, context.out).map(Content::Catalogue),
    }
}

fn single(
    view: &View<'_>,
    size: FileSize,
    piece: Bytes,
    title: &str,
    seed: u64,
    out: &mut Problems,
) -> Option<Content> {
    for key in ["popularity", "performers"] {
        if let Some(span) = view.span(key) {
            let hint = format!("add files = 1000, or remove `{key}`");
            out.error(span, format!("`{key}` belongs to a catalogue, and there is one file"), hint);
        }
    }
    let FileSize::Fixed(size) = size else {
        let span = view.span("size").expect("it was read");
        out.error(span, "one file has one size", "write size = \"64 MiB\", or add files = 1000");
        return None;
    };
    Some(Content::Single(File {
        size,
        piece,
        metainfo_size: metainfo_size(pieces(size.as_f64(), piece)),
        infohash: infohash(title, seed, size),
    }))
}

fn catalogue(
    view: &View<'_>,
    files: u32,
    size: FileSize,
    piece: Bytes,
    out: &mut Problems,
) -> Option<CatalogueSpec> {
    let performers = view.whole("performers").unwrap_or((files / FILES_A_PERFORMER).max(1));
    if performers > files {
        let span = view.span("performers").expect("the default is smaller");
        let message = format!("{performers} performers cannot share {files} files");
        out.error(span, message, "give each performer at least one file");
    }
    Some(CatalogueSpec { files, size, piece, performers, popularity: popularity(view) })
}

fn popularity(view: &View<'_>) -> Popularity {
    if view.text("popularity") == Some("uniform") {
        return Popularity::Uniform;
    }
    let zipf = view.choice("popularity", POPULARITIES).and_then(|choice| choice.node.number());
    Popularity::Zipf { exponent: zipf.unwrap_or(ZIPF_EXPONENT) }
}

fn size(node: &Node, out: &mut Problems) -> Option<FileSize> {
    if node.text().is_some() {
        return node.bytes().map(FileSize::Fixed);
    }
    let choice = node.choice(FILE_SIZES)?;
    match choice.name {
        "uniform" => {
            let view = choice.node.view(&SIZE_UNIFORM);
            let (from, to) = (view.bytes("from")?, view.bytes("to")?);
            if from > to {
                let hint = "give the smaller size first";
                out.error(choice.node.span, "`from` is larger than `to`", hint);
            }
            Some(FileSize::Uniform { from, to })
        }
        "log-normal" => {
            let view = choice.node.view(&SIZE_LOG_NORMAL);
            Some(FileSize::LogNormal { median: view.bytes("median")?, sigma: view.number("sigma")? })
        }
        other => unreachable!("{other} is not read"),
    }
}

/// Bytes of the largest file that can be expected: of four million normal draws one in two hundred exceeds 6 sigma.
fn largest(size: FileSize) -> f64 {
    match size {
        FileSize::Fixed(size) => size.as_f64(),
        FileSize::Uniform { from, to } => from.max(to).as_f64(),
        FileSize::LogNormal { median, sigma } => median.as_f64() * portable::exp(6.0 * sigma),
    }
}

/// Saturates far beyond what is allowed.
fn pieces(size: f64, piece: Bytes) -> u64 {
    (size / piece.as_f64()).ceil() as u64
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

fn infohash(title: &str, seed: u64, size: Bytes) -> [u8; 20] {
    let (seed, size) = (seed.to_le_bytes(), size.0.to_le_bytes());
    stand_in_infohash(&[b"unchoke infohash\0", &seed, &size, title.as_bytes()])
}

fn from_metainfo(view: &View<'_>, name: &str, context: &mut Context<'_>) -> Option<Content> {
    for key in ["files", "size", "piece", "popularity", "performers"] {
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
