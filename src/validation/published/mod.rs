//! Published experiments with their set-up.

pub mod adar_huberman;
pub mod legout;
pub mod saroiu;
pub mod super_seeding;
