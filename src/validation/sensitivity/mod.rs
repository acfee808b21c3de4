//! Which parameters change conclusions.
