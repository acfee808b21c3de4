//! What theory says a run must obey.

pub mod bounds;
mod branching;
pub mod flash_crowd;
pub mod flood;
mod fluid;
pub mod index_queues;
pub mod makespan;
pub mod missing_piece;
pub mod qiu_srikant;
mod schedules;
mod steady_swarm;
pub mod torrent_life;
