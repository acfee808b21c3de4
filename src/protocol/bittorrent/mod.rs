//! BitTorrent's rules, each in a file of its own.

pub mod allowed_fast;
pub mod metainfo;
pub mod rate;
pub mod tracker;
