//! Whom a client asks for a file, of those that an answer named, and whom next when that one fails.

use crate::rng::Stream;
use crate::spec::SupplierChoice;
use crate::units::{PersonIndex, SimDuration};

/// A supplier that has not been asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    pub supplier: PersonIndex,
    /// How fast it says its line is: the greater the faster, in whatever unit the protocol has.
    pub speed: u32,
    /// What a ping has told, once there was one. Who does not answer a ping is no candidate any more.
    pub pong: Option<Pong>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pong {
    pub round_trip: SimDuration,
    /// Uploads and waiting requests a slot.
    pub load: f64,
}

/// What the client does next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Asks this one, who is no candidate any more.
    Ask(PersonIndex),
    /// Pings the first so many candidates, and decides when it knows more.
    Ping(usize),
    /// Everybody has been asked.
    Nobody,
}

/// Decides by `choice` among the candidates; equals are told apart by chance.
pub fn next(choice: SupplierChoice, candidates: &mut Vec<Candidate>, stream: &mut Stream) -> Step {
    match choice {
        // The least key is the best.
        SupplierChoice::Fastest => {
            ask_best(candidates, stream, |candidate| Some(std::cmp::Reverse(candidate.speed)))
                .unwrap_or(Step::Nobody)
        }
        SupplierChoice::Random => ask_best(candidates, stream, |_| Some(())).unwrap_or(Step::Nobody),
        SupplierChoice::LeastLoaded { pings } => {
            // Loads are quotients of small numbers: never negative, so their bits are in their order.
            let load = |candidate: &Candidate| candidate.pong.map(|pong| pong.load.to_bits());
            ask_best(candidates, stream, load).unwrap_or_else(|| ping_some(pings, candidates, stream))
        }
        SupplierChoice::Nearest { pings } => {
            let far = |candidate: &Candidate| candidate.pong.map(|pong| pong.round_trip);
            ask_best(candidates, stream, far).unwrap_or_else(|| ping_some(pings, candidates, stream))
        }
    }
}

/// Takes out one of those with the least key, each equally likely; nobody if none has a key.
fn ask_best<K: Ord>(
    candidates: &mut Vec<Candidate>,
    stream: &mut Stream,
    key: impl Fn(&Candidate) -> Option<K>,
) -> Option<Step> {
    let least = candidates.iter().filter_map(&key).min()?;
    let is_best = |candidate: &Candidate| key(candidate).is_some_and(|key| key == least);
    let best = candidates.iter().filter(|&candidate| is_best(candidate)).count();
    let chosen = stream.below(best);
    let at = (0..candidates.len()).filter(|&at| is_best(&candidates[at])).nth(chosen);
    Some(Step::Ask(candidates.swap_remove(at.expect("one of the best")).supplier))
}

/// Brings as many as are pinged to the front, a random choice.
fn ping_some(pings: u32, candidates: &mut [Candidate], stream: &mut Stream) -> Step {
    let some = candidates.len().min(pings as usize);
    for place in 0..some {
        candidates.swap(place, place + stream.below(candidates.len() - place));
    }
    if some == 0 { Step::Nobody } else { Step::Ping(some) }
}

#[cfg(test)]
mod tests;
