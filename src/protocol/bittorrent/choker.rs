//! Whom to upload to: tit-for-tat here, the optimistic unchoke and the rules of seeds in files of their own.
//!
//! A pure function from what a peer knows about its neighbours to a verdict on each, with its reason.
//! It never looks at a clock or sends a message: `Round` says what time means for it.

mod fixed_slots;
mod optimistic;
mod seed;
mod select;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use smallvec::SmallVec;

pub use self::optimistic::{place_of_newcomer, rotate_list};
use crate::record::{ChokeReason, UnchokeReason};
use crate::rng::Stream;
use crate::spec::{Choker, ClientSpec};
use crate::units::SimTime;

/// What a peer knows about one neighbour when it rechokes. The slice is in the order of the connection list,
/// which matters for rules that walk it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Candidate {
    /// The caller's name for the neighbour; not used here.
    pub slot: u16,
    pub interested: bool,
    pub unchoked: bool,
    /// Holds an optimistic slot at present.
    pub optimistic: bool,
    /// Connected since the last rotation of the optimistic slot.
    pub newcomer: bool,
    /// Has sent nothing for too long, whether it chokes us or not; `FixedSlots` does not ask.
    pub snubbing: bool,
    /// Bytes per second: received from it if we are a leecher, sent to it if we are a seed.
    pub rate: f64,
    /// When we last choked or unchoked it.
    pub changed_at: SimTime,
    /// Requests of its wait behind the block that is being sent. This and the next two are known to a seed, and where the
    /// choker is `FixedSlots`.
    pub has_requests: bool,
    /// Bytes sent to it since it was unchoked.
    pub sent_since_unchoke: u64,
    /// Pieces that it has.
    pub pieces: u32,
    /// Bytes received from it and sent to it since our last timer round. This and what follows is known only where
    /// the choker is `FixedSlots`.
    pub received_in_round: u64,
    pub sent_in_round: u64,
    /// When we last unchoked it, or it connected; when it last got an optimistic slot.
    pub unchoked_at: SimTime,
    pub optimistic_at: SimTime,
}

/// The circumstances of one rechoke.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    pub now: SimTime,
    pub as_seed: bool,
    /// The timer fired, rather than a neighbour that left or lost interest.
    pub regular: bool,
    /// The optimistic slot moves on.
    pub rotate: bool,
    /// Counts timer rounds from zero.
    pub number: u32,
    /// Peers that we unchoked as a seed out of turn since the last timer round.
    pub unchoked_since: u32,
    pub pieces: u32,
    pub piece_bytes: u64,
}

/// What becomes of the candidate of the same index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    pub unchoke: Result<UnchokeReason, ChokeReason>,
    /// Unchoked in an optimistic slot (a seed's reason does not tell).
    pub optimistic: bool,
    /// Its place in the order that was used, 0 the best.
    pub rank: u32,
}

/// Memory that is reused from call to call.
#[derive(Default)]
pub struct Scratch {
    order: Vec<u16>,
    pub verdicts: Vec<Verdict>,
    /// The connection list is to be turned so that it begins after this candidate.
    pub turn_after: Option<usize>,
    /// The optimistic slot was given anew.
    pub rotated: bool,
}

/// Decides on every candidate; the verdicts are in `scratch.verdicts`, one a candidate.
pub fn choose(
    client: &ClientSpec,
    round: Round,
    candidates: &[Candidate],
    stream: &mut Stream,
    scratch: &mut Scratch,
) {
    let mut table = Table::lay(round, candidates, stream, scratch);
    if round.as_seed && client.choker != Choker::FixedSlots {
        table.choose_as_seed(client, stream);
    } else {
        table.choose_as_leecher(client, stream);
    }
    table.finish(client);
}

/// A rate as a sort key: rates are never NaN.
#[derive(PartialEq)]
struct Ordered(f64);
impl Eq for Ordered {}
impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

fn slots_of(client: &ClientSpec) -> u32 {
    client.regular_slots + client.optimistic_slots
}

/// One rechoke in progress.
struct Table<'a> {
    round: Round,
    candidates: &'a [Candidate],
    /// Candidates by rank.
    order: &'a mut [u16],
    verdicts: &'a mut [Verdict],
    turn_after: &'a mut Option<usize>,
    rotated: &'a mut bool,
}

/// Stands in a verdict until `Table::finish` finds the reason.
const UNDECIDED: Verdict = Verdict { unchoke: Err(ChokeReason::Outranked), optimistic: false, rank: 0 };

impl<'a> Table<'a> {
    /// The order is random at first, so that a stable sort leaves equals in random order.
    fn lay(
        round: Round,
        candidates: &'a [Candidate],
        stream: &mut Stream,
        scratch: &'a mut Scratch,
    ) -> Table<'a> {
        scratch.order.clear();
        scratch.order.extend(0..candidates.len() as u16);
        stream.shuffle(&mut scratch.order);
        scratch.verdicts.clear();
        scratch.verdicts.resize(candidates.len(), UNDECIDED);
        scratch.turn_after = None;
        scratch.rotated = false;
        Table {
            round,
            candidates,
            order: &mut scratch.order,
            verdicts: &mut scratch.verdicts,
            turn_after: &mut scratch.turn_after,
            rotated: &mut scratch.rotated,
        }
    }

    fn rank<K: Ord>(&mut self, key: impl Fn(&Candidate) -> K) {
        let candidates = self.candidates;
        self.order.sort_by_key(|&at| key(&candidates[usize::from(at)]));
    }

    /// The fastest first, equals by lot or, where the client has it so, those that are unchoked already.
    fn rank_by_rate(&mut self, client: &ClientSpec) {
        if client.equals_stay {
            return self.rank(|c| (Reverse(Ordered(c.rate)), !c.unchoked));
        }
        // Most neighbours send nothing and need no sorting: they stay as they are, behind the others.
        let rate = |at: u16| self.candidates[usize::from(at)].rate;
        let mut silent: SmallVec<[u16; 64]> = SmallVec::new();
        let mut sending = 0;
        for place in 0..self.order.len() {
            let at = self.order[place];
            if rate(at) > 0.0 {
                self.order[sending] = at;
                sending += 1;
            } else {
                silent.push(at);
            }
        }
        let (senders, rest) = self.order.split_at_mut(sending);
        senders.sort_by_key(|&at| Reverse(Ordered(rate(at))));
        rest.copy_from_slice(&silent);
    }

    /// A seed asks nobody for anything, so nobody snubs it (mainline's `Choker._snubbed`).
    fn is_snubbed_by(&self, at: usize) -> bool {
        self.candidates[at].snubbing && !self.round.as_seed
    }

    fn is_unchoked(&self, at: usize) -> bool {
        self.verdicts[at].unchoke.is_ok()
    }

    fn unchoke(&mut self, at: usize, reason: UnchokeReason) {
        self.verdicts[at].unchoke = Ok(reason);
    }

    fn choose_as_leecher(&mut self, client: &ClientSpec, stream: &mut Stream) {
        match client.choker {
            Choker::None => self.unchoke_everybody(),
            Choker::FixedSlots => self.choose_fixed_slots(client),
            Choker::Random => self.draw_lots(slots_of(client), UnchokeReason::Unranked),
            Choker::TitForTat => {
                self.rank_by_rate(client);
                self.unchoke_regular(client, UnchokeReason::Regular);
                if client.unchokes_uninterested {
                    self.unchoke_uninterested(client.regular_slots);
                }
                self.unchoke_optimistic(client, UnchokeReason::Optimistic, stream);
            }
        }
    }

    fn unchoke_everybody(&mut self) {
        for at in 0..self.candidates.len() {
            self.unchoke(at, UnchokeReason::Unranked);
        }
    }

    /// Anyone interested, since the order was shuffled. Between timer rounds it keeps its choice and only fills slots
    /// that fell free.
    fn draw_lots(&mut self, slots: u32, reason: UnchokeReason) {
        let mut free = slots;
        if !self.round.regular {
            for (at, candidate) in self.candidates.iter().enumerate() {
                if candidate.unchoked && candidate.interested && free > 0 {
                    self.verdicts[at].unchoke = Ok(reason);
                    free -= 1;
                }
            }
        }
        for place in 0..self.order.len() {
            let at = usize::from(self.order[place]);
            if free > 0 && self.candidates[at].interested && !self.is_unchoked(at) {
                self.unchoke(at, reason);
                free -= 1;
            }
        }
    }

    /// The best of those that are interested and do not snub us, one a regular slot.
    fn unchoke_regular(&mut self, client: &ClientSpec, reason: UnchokeReason) {
        let mut free = client.regular_slots;
        for place in 0..self.order.len() {
            let at = usize::from(self.order[place]);
            if free == 0 {
                break;
            }
            let candidate = &self.candidates[at];
            let apart = client.optimistic_apart && candidate.optimistic && !self.round.rotate;
            if candidate.interested && !apart && !self.is_snubbed_by(at) {
                self.unchoke(at, reason);
                free -= 1;
            }
        }
    }

    /// BEP 3: peers with a better rate than our regulars that are not interested are unchoked as well; as soon
    /// as one becomes interested, the worst regular is choked.
    fn unchoke_uninterested(&mut self, slots: u32) {
        let mut regulars = 0;
        for place in 0..self.order.len() {
            let at = usize::from(self.order[place]);
            let candidate = &self.candidates[at];
            if regulars == slots || candidate.rate == 0.0 {
                break;
            }
            if self.is_unchoked(at) {
                regulars += 1;
            } else if !candidate.interested && !self.is_snubbed_by(at) {
                self.unchoke(at, UnchokeReason::Uninterested);
            }
        }
    }

    /// Writes the ranks, and why those that stay choked do.
    fn finish(self, client: &ClientSpec) {
        // Who heads mainline's list may change with every newcomer; otherwise an optimistic turn ends early only where somebody has
        // earned the slot meanwhile.
        let turns_end = self.round.rotate || client.optimistic.goes_by_list();
        for (rank, &at) in self.order.iter().enumerate() {
            let at = usize::from(at);
            let candidate = &self.candidates[at];
            let snubbing = self.is_snubbed_by(at);
            let verdict = &mut self.verdicts[at];
            verdict.rank = rank as u32;
            if verdict.unchoke.is_err() {
                verdict.unchoke = Err(if !candidate.interested {
                    ChokeReason::NotInterested
                } else if candidate.optimistic && turns_end {
                    ChokeReason::OptimisticRotation
                } else if snubbing {
                    ChokeReason::Snubbing
                } else if self.round.as_seed {
                    ChokeReason::SeedRotation
                } else {
                    ChokeReason::Outranked
                });
            }
        }
    }
}
