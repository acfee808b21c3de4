//! The one integration crate.

mod broken_scenarios;
mod mutated_scenarios;
