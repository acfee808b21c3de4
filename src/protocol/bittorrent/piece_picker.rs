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

/// Counts of copies by piece, in whichever width they are kept.
#[derive(Clone, Copy)]
pub enum Copies<'a> {
    Neighbours(&'a [u16]),
    Swarm(&'a [u32]),
}

impl Copies<'_> {
    fn of(&self, piece: u32) -> u32 {
        match self {
            Copies::Neighbours(counts) => u32::from(counts[piece as usize]),
            Copies::Swarm(counts) => counts[piece as usize],
        }
    }
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
    let open = |piece: &StartedPiece| {
        piece.unrequested() > 0 && bitfield::get(view.theirs, piece.piece) && may_join(piece)
    };
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
    let under_way = best_started(started, open, place, stream);
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
        return match (under_way, fewest_copies(view)) {
            (under_way, None) => under_way.map(Pick::Started),
            (Some(at), Some(fewest)) if goes_first(at, fewest) => Some(Pick::Started(at)),
            (_, Some(fewest)) => {
                let rarest = bitfield::common(view.theirs, view.fresh)
                    .filter(|&piece| view.copies.of(piece) == fewest);
                one_of(rarest, stream).map(Pick::Fresh)
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

/// Copies of the rarest piece that they have and we have not started. This runs for nearly every block, so the usual counts are
/// gone through eight at a time, those of other pieces masked, in a form that compilers turn into vector code.
fn fewest_copies(view: &View<'_>) -> Option<u32> {
    match view.copies {
        Copies::Swarm(counts) => {
            bitfield::common(view.theirs, view.fresh).map(|piece| counts[piece as usize]).min()
        }
        Copies::Neighbours(counts) => {
            let mut lanes = [NOT_A_CANDIDATE; 8];
            let words = view.theirs.iter().zip(view.fresh).map(|(theirs, fresh)| theirs & fresh);
            for (word, counts) in words.zip(counts.chunks(64)).filter(|(word, _)| *word != 0) {
                for (bits, counts) in word.to_le_bytes().into_iter().zip(counts.chunks(8)) {
                    let masks = &MASKS[usize::from(bits)];
                    for ((lane, &count), &mask) in lanes.iter_mut().zip(counts).zip(masks) {
                        *lane = (*lane).min(count as i16 | mask);
                    }
                }
            }
            let least = lanes.into_iter().min().expect("there are eight");
            (least != NOT_A_CANDIDATE).then_some(least as u32)
        }
    }
}

/// More copies than anybody has neighbours.
const NOT_A_CANDIDATE: i16 = i16::MAX;

/// For each byte of a set, eight masks that turn the counts of absent pieces into `NOT_A_CANDIDATE`.
static MASKS: [[i16; 8]; 256] = {
    let mut masks = [[0; 8]; 256];
    let mut bits = 0;
    while bits < 256 {
        let mut bit = 0;
        while bit < 8 {
            masks[bits][bit] = if bits >> bit & 1 == 1 { 0 } else { NOT_A_CANDIDATE };
            bit += 1;
        }
        bits += 1;
    }
    masks
};
