//! What theory says a run must obey.

pub mod bounds;
