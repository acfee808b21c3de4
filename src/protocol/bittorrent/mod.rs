//! BitTorrent as BEP 3, BEP 6, BEP 16 and the clients' sources give it, each rule in a file of its own.

pub mod allowed_fast;
pub mod bitfield;
pub mod blocks;
pub mod choker;
pub mod copies;
pub mod metainfo;
pub mod piece_picker;
pub mod rate;
pub mod slow_start;
pub mod super_seed;
pub mod tracker;
