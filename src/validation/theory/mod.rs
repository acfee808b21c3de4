//! What theory says a run must obey.

pub mod bounds;
pub mod flood;
pub mod index_queues;
pub mod missing_piece;
pub mod torrent_life;
