//! Which piece to ask a neighbour for: random first, rarest first, strict priority.
//!
//! Pure functions over sets and counts. Blocks inside a piece are `blocks.rs`; when to ask is the simulation's.

#[cfg(test)]
mod tests;

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
    let Some(new) = fresh(client, view, stream) else { return under_way.map(Pick::Started) };
    match (client.strict_priority, under_way) {
        (StrictPriority::On | StrictPriority::IfRarest, Some(at))
            if place(started[at].piece) <= place(new) =>
        {
            Some(Pick::Started(at))
        }
        _ => Some(Pick::Fresh(new)),
    }
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

/// A piece that was not started yet, by the client's rule.
fn fresh(client: &ClientSpec, view: &View<'_>, stream: &mut Stream) -> Option<u32> {
    let random_first = view.complete < client.random_first;
    match client.picker {
        Picker::Sequential => bitfield::common(view.theirs, view.fresh).next(),
        Picker::Random => any_of(view, stream),
        Picker::RarestFirst | Picker::GlobalRarest if random_first => any_of(view, stream),
        Picker::RarestFirst | Picker::GlobalRarest => rarest_of(view, stream),
    }
}

fn any_of(view: &View<'_>, stream: &mut Stream) -> Option<u32> {
    let candidates: u32 = view.theirs.iter().zip(view.fresh).map(|(a, b)| (a & b).count_ones()).sum();
    if candidates == 0 {
        return None;
    }
    nth_common(view, stream.below(candidates as usize))
}

fn nth_common(view: &View<'_>, mut nth: usize) -> Option<u32> {
    for (at, (theirs, fresh)) in view.theirs.iter().zip(view.fresh).enumerate() {
        let mut word = theirs & fresh;
        let here = word.count_ones() as usize;
        if nth >= here {
            nth -= here;
            continue;
        }
        for _ in 0..nth {
            word &= word - 1;
        }
        return Some(at as u32 * 64 + word.trailing_zeros());
    }
    None
}

/// Counts the ties of the minimum first and then draws one of them, so that one random number is enough.
fn rarest_of(view: &View<'_>, stream: &mut Stream) -> Option<u32> {
    let (mut fewest, mut ties) = (u32::MAX, 0usize);
    for piece in bitfield::common(view.theirs, view.fresh) {
        let count = view.copies.of(piece);
        if count < fewest {
            (fewest, ties) = (count, 1);
        } else if count == fewest {
            ties += 1;
        }
    }
    if ties == 0 {
        return None;
    }
    let chosen = stream.below(ties);
    bitfield::common(view.theirs, view.fresh).filter(|&piece| view.copies.of(piece) == fewest).nth(chosen)
}
