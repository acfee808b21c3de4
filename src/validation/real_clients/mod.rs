//! Measured swarms of a real client, played again.
