//! Which parameters change conclusions.

pub mod coarse_forms;
pub mod free_riding;
mod morris;
mod parameters;
