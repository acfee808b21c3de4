//! Tasks on threads: begun in their order, received on the caller's thread as they finish.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;

use rayon::ScopeFifo;

use super::ExperimentError;

const MOST_THREADS: usize = 1024;

/// What a task came to, or what it panicked with.
pub type Outcome<R> = Result<R, Box<dyn Any + Send>>;

/// Plays `first` and whatever `receive` asks for afterwards, on `threads` threads (0: one a core). `receive` gets every task with
/// its result, and returns tasks to be played after all that wait.
pub fn play_all<T: Copy + Send, R: Send>(
    threads: usize,
    first: &[T],
    player: &(impl Fn(T) -> R + Sync),
    receive: &mut dyn FnMut(T, Outcome<R>) -> Vec<T>,
) -> Result<(), ExperimentError> {
    let pool = rayon::ThreadPoolBuilder::new()
        // More threads than this help nobody and take minutes to begin.
        .num_threads(threads.min(MOST_THREADS))
        .build()
        .map_err(|error| ExperimentError::Threads { threads, reason: error.to_string() })?;
    let (send, arrive) = mpsc::channel();
    pool.in_place_scope_fifo(|scope: &ScopeFifo<'_>| {
        let spawn = |task: T| {
            let send = send.clone();
            scope.spawn_fifo(move |_| {
                let played = catch_unwind(AssertUnwindSafe(|| player(task)));
                // Nobody receives any more after a panic there, which is on its way up already.
                let _ = send.send((task, played));
            });
        };
        first.iter().copied().for_each(&spawn);
        let mut under_way = first.len();
        while under_way > 0 {
            let (task, played) = arrive.recv().expect("every task sends once");
            let more = receive(task, played);
            under_way = under_way - 1 + more.len();
            more.into_iter().for_each(&spawn);
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_may_ask_for_more() {
        let mut received = Vec::new();
        play_all(2, &[1u32, 2], &|task| task * 10, &mut |task, played| {
            received.push((task, played.unwrap()));
            if task <= 2 { vec![task + 2] } else { Vec::new() }
        })
        .unwrap();
        received.sort_unstable();
        assert_eq!(received, [(1, 10), (2, 20), (3, 30), (4, 40)]);
    }

    #[test]
    fn a_panic_is_received_and_the_others_go_on() {
        let mut failed = Vec::new();
        play_all(2, &[1u32, 2, 3], &|task| assert!(task != 2, "two"), &mut |task, played| {
            if played.is_err() {
                failed.push(task);
            }
            Vec::new()
        })
        .unwrap();
        assert_eq!(failed, [2]);
    }
}
