//! Which parameters change conclusions.

pub mod free_riding;
mod morris;
mod parameters;
