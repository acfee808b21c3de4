//! Which piece to ask a neighbour for: random first, rarest first, strict priority.
//!
//! Pure functions over sets and counts. Blocks inside a piece are `blocks.rs`; when to ask is the simulation's.

#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::rng::Stream;
use crate::spec::{ClientSpec, Picker, StrictPriority};

use super::bitfield;
use super::blocks::StartedPiece;
use super::copies::Copies;

/// What a downloader knows when it looks for a piece at one neighbour.
pub struct View<'a> {
    /// Pieces that the neighbour has announced.
    pub theirs: &'a [u64],
    /// Pieces that we neither have nor have started.
    pub fresh: &'a [u64],
    /// Copies of each piece among our neighbours; in the whole swarm under `Picker::GlobalRarest`.
    pub copies: Copies<'a>,
    /// Complete pieces that we have.
    pub complete: u32,
    /// The neighbour has everything.
    pub at_seed: bool,
    /// Too many pieces are started: see `StrictPriority::Bounded`.
    pub crowded: bool,
}

/// A piece to work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// Index into the started pieces.
    Started(usize),
    Fresh(u32),
}

/// Chooses a piece with a block that nobody was asked for yet, or `None` if the neighbour has no such piece.
///
/// `may_join` says whether a started piece is open to this neighbour (after a failed hash check it may be reserved).
pub fn pick(
    client: &ClientSpec,
    view: &View<'_>,
    started: &[StartedPiece],
    may_join: impl Fn(&StartedPiece) -> bool,
    stream: &mut Stream,
) -> Option<Pick> {
    let open =
        |piece: &StartedPiece| piece.is_open() && bitfield::get(view.theirs, piece.piece) && may_join(piece);
    // What comes first under the client's rule has the lowest place.
    let place = |piece: u32| match client.picker {
        Picker::Sequential => piece,
        Picker::RarestFirst | Picker::Random | Picker::GlobalRarest => view.copies.of(piece),
    };
    if client.strict_priority == StrictPriority::On {
        // Mainline keeps the pieces that it asks of seeds apart: at a seed only those have priority. Otherwise a seed would
        // spend itself on completing pieces that everybody has.
        let first = |piece: &StartedPiece| open(piece) && (!view.at_seed || piece.asked_of_seed);
        if let Some(at) = best_started(started, first, place, stream) {
            return Some(Pick::Started(at));
        }
    }
    // Where all that are open had priority, none is.
    let none_is_open = client.strict_priority == StrictPriority::On && !view.at_seed;
    let under_way = if none_is_open { None } else { best_started(started, open, place, stream) };
    if client.strict_priority == StrictPriority::Bounded
        && (view.crowded || view.complete < client.random_first)
        && let Some(at) = under_way
    {
        return Some(Pick::Started(at));
    }
    let goes_first = |at: usize, new: u32| {
        client.strict_priority != StrictPriority::Off && place(started[at].piece) <= new
    };
    if by_rarity(client, view) {
        // Most requests go on with a started piece, so what only a new one needs comes after the comparison.
        return match (under_way, view.copies.fewest(view.theirs, view.fresh)) {
            (under_way, None) => under_way.map(Pick::Started),
            (Some(at), Some(fewest)) if goes_first(at, fewest) => Some(Pick::Started(at)),
            (_, Some(fewest)) => {
                let rarest = view.copies.one_with(fewest, view.theirs, view.fresh, |ties| stream.below(ties));
                rarest.map(Pick::Fresh)
            }
        };
    }
    let new = match client.picker {
        Picker::Sequential => bitfield::common(view.theirs, view.fresh).next(),
        Picker::Random | Picker::RarestFirst | Picker::GlobalRarest => {
            one_of(bitfield::common(view.theirs, view.fresh), stream)
        }
    };
    match (under_way, new) {
        (under_way, None) => under_way.map(Pick::Started),
        (Some(at), Some(new)) if goes_first(at, place(new)) => Some(Pick::Started(at)),
        (_, Some(new)) => Some(Pick::Fresh(new)),
    }
}

/// The run of at most `longest` new pieces around a chosen one, all of which the neighbour has: downwards first, then
/// upwards (libtorrent's `expand_piece`). Rarity counts for the chosen one alone.
pub fn run_around(theirs: &[u64], fresh: &[u64], piece: u32, longest: u32) -> Range<u32> {
    let may_be_picked = |piece: u32| bitfield::get(theirs, piece) && bitfield::get(fresh, piece);
    let lowest = (piece + 1).saturating_sub(longest);
    let start = (lowest..piece).rev().take_while(|&below| may_be_picked(below)).last().unwrap_or(piece);
    let pieces = theirs.len() as u32 * 64;
    let limit = (start + longest).min(pieces);
    let end = (piece + 1..limit)
        .take_while(|&above| may_be_picked(above))
        .last()
        .map_or(piece + 1, |last| last + 1);
    start..end
}

/// Whether the rarest piece is wanted, rather than any (the first few) or the first.
fn by_rarity(client: &ClientSpec, view: &View<'_>) -> bool {
    let ranks = matches!(client.picker, Picker::RarestFirst | Picker::GlobalRarest);
    ranks && view.complete >= client.random_first
}

/// The started piece with the lowest place among those that are open; ties are broken at random.
fn best_started(
    started: &[StartedPiece],
    open: impl Fn(&StartedPiece) -> bool,
    place: impl Fn(u32) -> u32,
    stream: &mut Stream,
) -> Option<usize> {
    let mut best = None;
    let (mut lowest, mut ties) = (u32::MAX, 0);
    for (at, piece) in started.iter().enumerate() {
        if !open(piece) {
            continue;
        }
        let here = place(piece.piece);
        if here < lowest {
            (best, lowest, ties) = (Some(at), here, 1);
        } else if here == lowest {
            ties += 1;
            if stream.below(ties) == 0 {
                best = Some(at);
            }
        }
    }
    best
}

/// One of the candidates. They are counted first, so that one random number is enough.
fn one_of(mut candidates: impl Iterator<Item = u32> + Clone, stream: &mut Stream) -> Option<u32> {
    let count = candidates.clone().count();
    if count == 0 { None } else { candidates.nth(stream.below(count)) }
}
