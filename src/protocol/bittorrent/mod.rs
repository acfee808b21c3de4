//! BitTorrent as BEP 3, BEP 6 and the clients' sources give it.

pub mod bitfield;
pub mod blocks;
pub mod choker;
pub mod piece_picker;
