//! What the protocol's documents say, looked up in the messages and decisions of whole runs.

mod audit;
pub mod bep_3;
