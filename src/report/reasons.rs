//! How the reasons of an unchoke, and of waiting, look and are called in every figure.

use super::palette::{BLUE, Fill, GREEN, Hatch, INK, ORANGE, PAPER, PURPLE, SKY, SOFT, VERMILLION};

/// Why bytes came, in the order of the stacks; names as in the tables.
pub const UNCHOKE: [(&str, Fill); 6] = [
    ("regular", Fill::new(BLUE, Hatch::Plain, PAPER)),
    ("optimistic", Fill::new(ORANGE, Hatch::Rising, INK)),
    ("seed", Fill::new(GREEN, Hatch::Level, INK)),
    ("allowed-fast", Fill::new(PURPLE, Hatch::Crossed, INK)),
    ("unranked", Fill::new(SKY, Hatch::Falling, INK)),
    ("uninterested", Fill::new(SOFT, Hatch::Upright, PAPER)),
];

/// What an unfinished peer waited for, in the order of the columns of `peers.csv`.
pub const WAITING: [(&str, Fill); 5] = [
    ("joining", Fill::new(SKY, Hatch::Falling, INK)),
    ("no neighbours", Fill::new(PURPLE, Hatch::Crossed, INK)),
    ("nothing to ask for", Fill::new(ORANGE, Hatch::Rising, INK)),
    ("choked by all", Fill::new(VERMILLION, Hatch::Plain, PAPER)),
    ("request under way", Fill::new(BLUE, Hatch::Level, PAPER)),
];

/// The look of an unchoke's reason; a name that this version does not know is drawn as unranked.
pub fn unchoke(name: &str) -> Fill {
    UNCHOKE.iter().find(|(known, _)| *known == name).map_or(UNCHOKE[4].1, |(_, fill)| *fill)
}
