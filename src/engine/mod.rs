//! The engine: what comes next in simulated time. It knows no peer, no file and no protocol.

mod queue;
mod radix;

pub use queue::Queue;
