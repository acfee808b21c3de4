//! The integration tests: one crate, a module a subject. They drive the program as its users do.

mod architecture;
mod broken_scenarios;
mod cli;
mod determinism;
mod mutated_scenarios;
mod support;
mod swarm_support;
mod worlds;
