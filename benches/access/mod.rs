//! What the machine itself takes for a random access to so much memory, on huge pages where they are to be had, as the
//! simulation has them.

use std::time::Duration;

use unchoke::units::huge;
use unchoke::units::prefetch::prefetch;

use super::cpu::cpu_time;

const UPDATES: u32 = 1 << 22;
/// Updates between asking for a word and using it.
const AHEAD: usize = 32;

/// Prints nanoseconds an update of a random word: each independent of the last; the same, asked for ahead; and a look at a word that only the
/// last look tells.
pub fn curve() {
    println!("| memory, MiB | ns an independent update | ns asked for ahead | ns a dependent look |");
    println!("|---|---|---|---|");
    for mib in [1, 4, 16, 64, 256, 1_024, 4_096, 8_192] {
        let words = (mib << 20) / size_of::<u32>();
        let mut memory = huge::collect((0..words).map(|_| 1u32));
        let each = |took: Duration| took.as_nanos() as f64 / f64::from(UPDATES);
        println!(
            "| {mib} | {:.1} | {:.1} | {:.1} |",
            each(independent(&mut memory)),
            each(asked_for_ahead(&mut memory)),
            each(dependent(&memory)),
        );
    }
    println!();
}

fn independent(memory: &mut [u32]) -> Duration {
    let (mut state, start) = (1, cpu_time());
    for _ in 0..UPDATES {
        let place = place(&mut state, memory);
        memory[place] += 1;
    }
    cpu_time() - start
}

fn asked_for_ahead(memory: &mut [u32]) -> Duration {
    let (mut state, start) = (1, cpu_time());
    let mut asked = [0; AHEAD];
    for update in 0..UPDATES as usize {
        let next = place(&mut state, memory);
        prefetch(&memory[next]);
        let ready = std::mem::replace(&mut asked[update % AHEAD], next);
        memory[ready] += 1;
    }
    cpu_time() - start
}

fn dependent(memory: &[u32]) -> Duration {
    let (mut state, start) = (1, cpu_time());
    for _ in 0..UPDATES {
        let place = place(&mut state, memory);
        // Where the next look goes depends on what this one finds.
        state ^= u64::from(memory[place]);
    }
    let took = cpu_time() - start;
    assert!(state != 0, "the looks are made");
    took
}

fn place(state: &mut u64, memory: &[u32]) -> usize {
    (next(state) % memory.len() as u64) as usize
}

/// SplitMix64 (Steele, Lea and Flood 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
