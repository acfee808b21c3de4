//! Ctrl-C and its kin: the first signal ends the work in order, a second one at once.

#![expect(clippy::disallowed_methods, reason = "people press keys by the wall clock")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::note;

/// Signals that come within this time of the first are the same one.
const SAME_SIGNAL: Duration = Duration::from_millis(500);

/// A flag that Ctrl-C, SIGTERM and a lost terminal raise, which `then` says what comes of; a second signal ends the program at once. Some
/// send the first one twice: `timeout` to the program and to its group. A signal that was to be ignored when the program began, as
/// `nohup` has it, is still ignored.
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
    let ignored = ignored();
    // Without a handler the signals end the program, and still no half-written file has its final name.
    let _ = ctrlc::set_handler(handler);
    ignore(&ignored);
    stop
}

/// Signals of the handler's that are ignored now.
#[cfg(unix)]
fn ignored() -> Vec<libc::c_int> {
    let is_ignored = |signal: &libc::c_int| {
        // SAFETY: nothing runs in a signal's stead: it is ignored, and then does again what it did before.
        unsafe {
            let before = libc::signal(*signal, libc::SIG_IGN);
            libc::signal(*signal, before);
            before == libc::SIG_IGN
        }
    };
    [libc::SIGINT, libc::SIGTERM, libc::SIGHUP].into_iter().filter(is_ignored).collect()
}

#[cfg(unix)]
fn ignore(signals: &[libc::c_int]) {
    for &signal in signals {
        // SAFETY: nothing runs in its stead.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
}

#[cfg(not(unix))]
fn ignored() -> Vec<i32> {
    Vec::new()
}

#[cfg(not(unix))]
fn ignore(_signals: &[i32]) {}
