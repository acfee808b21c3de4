//! The integration tests: one crate, a module a subject. They drive the program as its users do.

mod cli;
mod determinism;
mod support;
