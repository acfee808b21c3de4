//! The integration tests: one crate, a module a subject. They drive the program as its users do.

mod architecture;
mod bounds;
mod broken_scenarios;
mod cli;
mod completions;
mod determinism;
mod engines;
mod four_systems;
mod gnutella;
mod gnutella_overlay;
mod gnutella_support;
mod gnutella_worlds;
mod golden;
mod incentive;
mod mechanisms;
mod mutated_scenarios;
mod napster;
mod reading_results;
mod server;
mod steady_state;
mod support;
mod swarm_support;
mod tools;
mod torrents;
mod wake;
mod worlds;
