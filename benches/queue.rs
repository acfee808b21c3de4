//! Which event queue? The run loop's mix of events on three candidates. `cargo bench --bench queue`.
//!
//! The winner lives in `src/engine/queue.rs`, the others only here, so that the choice can be made again.

mod cpu;

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::hint::black_box;

use unchoke::engine::Queue;
use unchoke::rng::{Seed, Stream};
use unchoke::units::SimTime;

use self::cpu::cpu_time;

/// As large as the simulation's events are: 16 bytes, 24 with their time.
type Event = [u64; 2];

trait Candidate {
    const NAME: &'static str;
    fn new() -> Self;
    fn push(&mut self, at: u64, event: Event);
    fn pop(&mut self) -> (u64, Event);
}

impl Candidate for Queue<Event> {
    const NAME: &'static str = "radix heap (in use)";
    fn new() -> Self {
        Queue::new()
    }
    fn push(&mut self, at: u64, event: Event) {
        Queue::push(self, SimTime(at), event);
    }
    fn pop(&mut self) -> (u64, Event) {
        let (at, event) = Queue::pop(self).expect("the queue is never empty here");
        (at.0, event)
    }
}

/// Time, then sequence; reversed, because `BinaryHeap` gives the greatest first.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Entry {
    at: u64,
    sequence: u64,
    event: Event,
}

impl Entry {
    fn key(&self) -> (u64, u64) {
        (self.at, self.sequence)
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Entry) -> Ordering {
        other.key().cmp(&self.key())
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Entry) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

struct Binary {
    heap: BinaryHeap<Entry>,
    sequence: u64,
}

impl Candidate for Binary {
    const NAME: &'static str = "std BinaryHeap";
    fn new() -> Self {
        Binary { heap: BinaryHeap::new(), sequence: 0 }
    }
    fn push(&mut self, at: u64, event: Event) {
        self.sequence += 1;
        self.heap.push(Entry { at, sequence: self.sequence, event });
    }
    fn pop(&mut self) -> (u64, Event) {
        let entry = self.heap.pop().expect("the queue is never empty here");
        (entry.at, entry.event)
    }
}

struct Quaternary {
    heap: Vec<Entry>,
    sequence: u64,
}

const ARITY: usize = 4;

impl Candidate for Quaternary {
    const NAME: &'static str = "4-ary heap";
    fn new() -> Self {
        Quaternary { heap: Vec::new(), sequence: 0 }
    }
    fn push(&mut self, at: u64, event: Event) {
        self.sequence += 1;
        let entry = Entry { at, sequence: self.sequence, event };
        let mut hole = self.heap.len();
        self.heap.push(entry);
        while hole > 0 {
            let parent = (hole - 1) / ARITY;
            if self.heap[parent].key() <= entry.key() {
                break;
            }
            self.heap[hole] = self.heap[parent];
            hole = parent;
        }
        self.heap[hole] = entry;
    }
    fn pop(&mut self) -> (u64, Event) {
        let first = self.heap[0];
        let last = self.heap.pop().expect("the queue is never empty here");
        let mut hole = 0;
        loop {
            let children = ARITY * hole + 1..(ARITY * hole + 1 + ARITY).min(self.heap.len());
            let Some(least) = children.min_by_key(|&child| self.heap[child].key()) else { break };
            if self.heap[least].key() >= last.key() {
                break;
            }
            self.heap[hole] = self.heap[least];
            hole = least;
        }
        if let Some(slot) = self.heap.get_mut(hole) {
            *slot = last;
        }
        (first.at, first.event)
    }
}

/// How far ahead the next event of a swarm lies, in nanoseconds: due times of links, deliveries after a latency, and
/// timers of ten seconds.
fn ahead(random: &mut Stream) -> u64 {
    let nanos = |secs: f64| (secs * 1e9) as u64;
    match random.below(10) {
        0..6 => nanos(2.0 * random.unit()),
        6..9 => nanos(0.04 + 0.04 * random.unit()),
        _ => 10_000_000_000,
    }
}

/// Nanoseconds a pop with the push that replaces it ("hold"), at so many pending events, and a checksum of the order.
fn hold<Q: Candidate>(pending: usize) -> (f64, u64) {
    let mut random = Seed { seed: 1, replicate: 0 }.stream("queue bench");
    let steps: Vec<u64> = (0..1 << 16).map(|_| ahead(&mut random)).collect();
    let mut queue = Q::new();
    for event in 0..pending as u64 {
        queue.push(ahead(&mut random) / 2, [event; 2]);
    }
    let mut checksum = 0u64;
    let mut turn = |queue: &mut Q, count: usize| {
        for turn in 0..count {
            let (at, event) = queue.pop();
            checksum = checksum.rotate_left(5) ^ at ^ event[0];
            queue.push(at + steps[turn % steps.len()], event);
        }
    };
    // Until the pending events are those of the steady state.
    turn(&mut queue, 2 * pending);
    let count = 4_000_000;
    let begun = cpu_time();
    turn(&mut queue, count);
    let nanos = (cpu_time() - begun).as_nanos() as f64 / count as f64;
    black_box(queue);
    (nanos, checksum)
}

const PENDING: [usize; 4] = [500, 5_000, 100_000, 5_000_000];

fn main() {
    println!(
        "{:<22}{:>12}{:>12}{:>12}{:>12}   ns a pop and push, by pending events",
        "", PENDING[0], PENDING[1], PENDING[2], PENDING[3]
    );
    let mut sums = Vec::new();
    for (name, run) in [
        (<Queue<Event>>::NAME, hold::<Queue<Event>> as fn(usize) -> (f64, u64)),
        (Binary::NAME, hold::<Binary>),
        (Quaternary::NAME, hold::<Quaternary>),
    ] {
        let results = PENDING.map(run);
        let [a, b, c, d] = results.map(|(nanos, _)| nanos);
        println!("{name:<22}{a:>12.0}{b:>12.0}{c:>12.0}{d:>12.0}");
        sums.push(results.map(|(_, sum)| sum));
    }
    assert!(sums.iter().all(|sum| *sum == sums[0]), "the candidates disagree about the order");
}
