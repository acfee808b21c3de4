//! BitTorrent's rules, each in a file of its own.

pub mod metainfo;
