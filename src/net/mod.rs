//! The network: access links and core links with capacities, flows over them, and how they share.
//!
//! Rates are max-min fair over all links of a flow's route and the flow's own cap: a rate can grow only by
//! making a rate that is already smaller smaller still. [`Network`] keeps them exact and touches only what a
//! change reaches; [`mod@reference`] says the same in one slow page and is what the tests compare with. Nothing here knows a peer,
//! a file, a protocol or an event queue: the caller asks when a link is next due and comes back then.

mod ahead;
mod check;
mod core_graph;
mod crowd;
mod due;
mod hops;
mod network;
mod progress;
mod records;
pub mod reference;
mod solve;
mod solve_crowd;
#[cfg(test)]
mod tests;

pub use core_graph::{CoreError, CoreRoutes, RouteId};
pub use network::{FlowId, LinkId, Network};
