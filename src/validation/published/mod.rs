//! Published experiments with their set-up.

pub mod adar_huberman;
pub mod saroiu;
