//! Ctrl-C and its kin: the first signal ends the work in order, a second one at once.

#![expect(clippy::disallowed_methods, reason = "people press keys by the wall clock")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::note;

/// Signals that come within this time of the first are the same one.
const SAME_SIGNAL: Duration = Duration::from_millis(500);

/// A flag that Ctrl-C, SIGTERM and a lost terminal raise, which `then` says what comes of; a second signal ends the program at once. Some
/// send the first one twice: `timeout` to the program and to its group. A lost terminal that was to be ignored when the program began, as
/// `nohup` has it, is still ignored. (Not so the others: shells without job control have their children ignore Ctrl-C, and whoever sends
/// it to such a process by hand means it.)
pub fn on_interrupt(then: &'static str) -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&stop);
    let mut first: Option<Instant> = None;
    let handler = move || {
        raised.store(true, Ordering::Relaxed);
        match first {
            Some(first) if first.elapsed() > SAME_SIGNAL => std::process::exit(1),
            Some(_) => {}
            None => {
                first = Some(Instant::now());
                note(format_args!("stopping: {then} (once more to stop at once)"));
            }
        }
    };
    let without_terminal = hangup_is_ignored();
    // Without a handler the signals end the program, and still no half-written file has its final name.
    let _ = ctrlc::set_handler(handler);
    if without_terminal {
        ignore_hangup();
    }
    stop
}

#[cfg(unix)]
fn hangup_is_ignored() -> bool {
    // SAFETY: nothing runs in the signal's stead: it is ignored, and then does again what it did before.
    unsafe {
        let before = libc::signal(libc::SIGHUP, libc::SIG_IGN);
        libc::signal(libc::SIGHUP, before);
        before == libc::SIG_IGN
    }
}

#[cfg(unix)]
fn ignore_hangup() {
    // SAFETY: nothing runs in its stead.
    unsafe { libc::signal(libc::SIGHUP, libc::SIG_IGN) };
}

#[cfg(not(unix))]
fn hangup_is_ignored() -> bool {
    false
}

#[cfg(not(unix))]
fn ignore_hangup() {}
