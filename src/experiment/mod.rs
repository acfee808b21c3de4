//! Experiments: every system times every replicate, on threads, into one results directory.
pub mod manifest;
