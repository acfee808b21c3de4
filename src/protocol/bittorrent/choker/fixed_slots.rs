//! libtorrent's choker: leechers and seeds by one rule, and an optimistic slot with a clock of its own.
//!
//! Written from `session_impl.cpp` (`recalculate_unchoke_slots`, `recalculate_optimistic_unchoke_slots`) and `choker.cpp`.

use std::cmp::Reverse;

use super::{Candidate, Table, slots_of};
use crate::record::UnchokeReason;
use crate::rng::Stream;
use crate::spec::{ClientSpec, SeedChoker};
use crate::units::SimDuration;

impl Table<'_> {
    /// The regular set if it is due, and the optimistic slot if it is due or its holder was promoted.
    pub(super) fn choose_fixed_slots(&mut self, client: &ClientSpec, stream: &mut Stream) {
        self.rank_by_round(client.seed_choker);
        let promoted = if self.round.regular {
            self.choose_regular_set(client, stream)
        } else {
            self.keep_regular_set()
        };
        if self.round.rotate || promoted {
            self.choose_optimistic_set(client.optimistic_slots, stream);
            *self.rotated = true;
        } else {
            self.keep_optimistic_set();
        }
    }

    fn reason(&self) -> [UnchokeReason; 2] {
        if self.round.as_seed {
            [UnchokeReason::Seed; 2]
        } else {
            [UnchokeReason::Regular, UnchokeReason::Optimistic]
        }
    }

    /// What came from a neighbour in the last round decides, then the seed's rule; who is equal to the last has
    /// waited longest since its last unchoke.
    fn rank_by_round(&mut self, seed_choker: SeedChoker) {
        let round = self.round;
        let sent = |c: &Candidate| if c.unchoked { c.sent_in_round } else { 0 };
        match seed_choker {
            SeedChoker::RoundRobin { pieces, at_least } => {
                self.rank(|c| {
                    let served = has_had_its_turn(
                        c,
                        round.now.since(c.unchoked_at),
                        pieces,
                        at_least,
                        round.piece_bytes,
                    );
                    (Reverse(c.received_in_round), served, Reverse(sent(c)), c.unchoked_at)
                });
            }
            SeedChoker::AntiLeech => {
                let pieces = i64::from(round.pieces);
                self.rank(|c| {
                    let extreme = (2 * i64::from(c.pieces) - pieces).abs();
                    (Reverse(c.received_in_round), Reverse(extreme), c.unchoked_at)
                });
            }
            SeedChoker::FastestUpload | SeedChoker::Rotation | SeedChoker::Random | SeedChoker::None => {
                self.rank(|c| (Reverse(c.received_in_round), Reverse(c.sent_in_round), c.unchoked_at));
            }
        }
    }

    /// As many of the best as there are slots are found in no particular order (`nth_element`); the first of them get
    /// the regular slots. Says whether an optimistic one is among those.
    fn choose_regular_set(&mut self, client: &ClientSpec, stream: &mut Stream) -> bool {
        let candidates = self.candidates;
        let holders = candidates.iter().filter(|c| c.optimistic && c.interested).count() as u32;
        let reserved = if holders == 0 { client.optimistic_slots } else { holders };
        let slots = slots_of(client);
        let ranked = self.order.iter().map(|&at| usize::from(at));
        let mut best: Vec<usize> =
            ranked.filter(|&at| candidates[at].interested).take(slots as usize).collect();
        stream.shuffle(&mut best);
        best.truncate(slots.saturating_sub(reserved) as usize);
        let [regular, _] = self.reason();
        best.iter().for_each(|&at| self.unchoke(at, regular));
        best.iter().any(|&at| candidates[at].optimistic)
    }

    /// Between rounds nobody is promoted.
    fn keep_regular_set(&mut self) -> bool {
        let [regular, _] = self.reason();
        for (at, candidate) in self.candidates.iter().enumerate() {
            if candidate.unchoked && candidate.interested && !candidate.optimistic {
                self.verdicts[at].unchoke = Ok(regular);
            }
        }
        false
    }

    fn keep_optimistic_set(&mut self) {
        for (at, candidate) in self.candidates.iter().enumerate() {
            if candidate.optimistic && candidate.interested {
                self.unchoke_in_turn(at);
            }
        }
    }

    /// Whose last optimistic unchoke is longest ago, among those that hold no regular slot.
    fn choose_optimistic_set(&mut self, slots: u32, stream: &mut Stream) {
        let mut waiting: Vec<usize> = (0..self.candidates.len())
            .filter(|&at| self.candidates[at].interested && !self.is_unchoked(at))
            .collect();
        stream.shuffle(&mut waiting);
        waiting.sort_by_key(|&at| self.candidates[at].optimistic_at);
        waiting.iter().take(slots as usize).for_each(|&at| self.unchoke_in_turn(at));
    }

    fn unchoke_in_turn(&mut self, at: usize) {
        let [_, optimistic] = self.reason();
        self.unchoke(at, optimistic);
        self.verdicts[at].optimistic = true;
    }
}

/// Whether a neighbour has had its quota and its time (`unchoke_compare_rr`).
fn has_had_its_turn(
    c: &Candidate,
    held: SimDuration,
    pieces: u32,
    at_least: SimDuration,
    piece_bytes: u64,
) -> bool {
    c.unchoked && c.sent_since_unchoke > u64::from(pieces) * piece_bytes && held > at_least
}
