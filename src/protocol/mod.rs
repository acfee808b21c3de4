//! The logic of the protocols as their documents give it: no clock, no queue, no network, no files.

pub mod bittorrent;
pub mod gnutella;
pub mod names;
pub mod napster;
pub mod supplier_choice;
