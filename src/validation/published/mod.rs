//! Published experiments with their set-up.
