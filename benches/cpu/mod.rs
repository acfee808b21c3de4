//! CPU time for the benches: what a thread has computed, which other work on the machine does not lengthen.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// What this thread has computed so far. Where the system does not say, the time that has passed.
#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
pub fn cpu_time() -> Duration {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let nanos = std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|stat| stat.split_whitespace().next()?.parse().ok());
    nanos.map_or_else(|| BEGUN.elapsed(), Duration::from_nanos)
}
