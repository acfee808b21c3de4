//! libtorrent's choker: leechers and seeds by one rule, and an optimistic slot with a clock of its own.
//!
//! Written from `session_impl.cpp` (`recalculate_unchoke_slots`, `recalculate_optimistic_unchoke_slots`) and `choker.cpp`.

use std::cmp::Reverse;

use super::select::select;
use super::{Candidate, Table, slots_of};
use crate::record::UnchokeReason;
use crate::spec::{ClientSpec, SeedChoker};
use crate::units::SimDuration;

impl Table<'_> {
    /// The regular set if it is due, and the optimistic slot if it is due or its holder was promoted.
    pub(super) fn choose_fixed_slots(&mut self, client: &ClientSpec) {
        self.rank_by_round(client.seed_choker);
        let promoted =
            if self.round.regular { self.choose_regular_set(client) } else { self.keep_regular_set() };
        if self.round.rotate || promoted {
            self.choose_optimistic_set(client.optimistic_slots);
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

    /// As many of the best as there are slots come to the front of the interested, in the order in which `select` leaves
    /// them; the first of them get the regular slots. Says whether an optimistic one is among those.
    fn choose_regular_set(&mut self, client: &ClientSpec) -> bool {
        let candidates = self.candidates;
        let holders = candidates.iter().filter(|c| c.optimistic && c.interested).count() as u32;
        let reserved = if holders == 0 { client.optimistic_slots } else { holders };
        let slots = slots_of(client);
        let mut place = vec![0; candidates.len()];
        self.order.iter().enumerate().for_each(|(rank, &at)| place[usize::from(at)] = rank);
        let mut best: Vec<usize> = (0..candidates.len()).filter(|&at| candidates[at].interested).collect();
        select(&mut best, slots as usize, |a, b| place[a] < place[b]);
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

    /// Whose last optimistic unchoke is longest ago, among those that hold no regular slot; of equals the first in the list.
    fn choose_optimistic_set(&mut self, slots: u32) {
        let mut waiting: Vec<usize> = (0..self.candidates.len())
            .filter(|&at| self.candidates[at].interested && !self.is_unchoked(at))
            .collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::bittorrent::choker::{Round, Scratch, choose};
    use crate::rng::Seed;
    use crate::scenario::Preset;
    use crate::units::SimTime;

    /// A round of a leecher at 1000 s in which the optimistic slot stays.
    const ROUND: Round = Round {
        now: SimTime(1_000_000_000_000),
        as_seed: false,
        regular: true,
        rotate: false,
        number: 0,
        unchoked_since: 0,
        pieces: 64,
        piece_bytes: 1 << 18,
    };
    const DRAWS: usize = 400;

    fn seconds(at: u64) -> SimTime {
        SimTime(at * 1_000_000_000)
    }

    /// libtorrent with four slots, one of them optimistic.
    fn client() -> ClientSpec {
        ClientSpec { regular_slots: 3, optimistic_slots: 1, ..Preset::Libtorrent2.client() }
    }

    /// Neighbours as letters: `i` interested and choked, `u` unchoked, `o` in the optimistic slot, `.` not interested. A
    /// digit of `received` is what came in the last round; the n-th was last unchoked, and in the optimistic slot, at n
    /// seconds.
    fn setup(received: &str, states: &str) -> Vec<Candidate> {
        let both = received.chars().zip(states.chars()).enumerate();
        both.map(|(slot, (received, state))| Candidate {
            slot: slot as u16,
            interested: state != '.',
            unchoked: "uo".contains(state),
            optimistic: state == 'o',
            newcomer: false,
            snubbing: false,
            rate: 0.0,
            changed_at: SimTime::ZERO,
            has_requests: false,
            sent_since_unchoke: 0,
            pieces: 0,
            received_in_round: u64::from(received.to_digit(10).expect("a digit")),
            sent_in_round: 0,
            unchoked_at: seconds(slot as u64),
            optimistic_at: seconds(slot as u64),
        })
        .collect()
    }

    /// Verdicts on the same neighbours in many orders of the list: `R` regular, `O` optimistic, `S` and `F` the same of a seed, `-` choked; and
    /// whether the optimistic slot was given anew.
    fn decide(round: Round, candidates: &[Candidate]) -> Vec<(String, bool)> {
        let mut stream = Seed { seed: 5, replicate: 0 }.stream("fixed slots");
        let mut scratch = Scratch::default();
        let mut decide = || {
            let mut list = candidates.to_vec();
            stream.shuffle(&mut list);
            choose(&client(), round, &list, &mut stream, &mut scratch);
            let mut letters = vec!['?'; list.len()];
            for (candidate, verdict) in list.iter().zip(&scratch.verdicts) {
                letters[usize::from(candidate.slot)] = match (verdict.unchoke, verdict.optimistic) {
                    (Ok(UnchokeReason::Regular), false) => 'R',
                    (Ok(UnchokeReason::Optimistic), true) => 'O',
                    (Ok(UnchokeReason::Seed), false) => 'S',
                    (Ok(UnchokeReason::Seed), true) => 'F',
                    (Ok(other), _) => panic!("{other:?}"),
                    (Err(_), _) => '-',
                };
            }
            (letters.into_iter().collect(), scratch.rotated)
        };
        (0..DRAWS).map(|_| decide()).collect()
    }

    #[test]
    fn three_of_the_best_four_are_unchoked_whichever_come_first() {
        // The fourth is the one of the silent neighbours that has waited longest.
        let verdicts = decide(ROUND, &setup("7890000", "iiiiii."));
        assert!(verdicts.iter().all(|(text, _)| text.matches('R').count() == 3 && text.ends_with("---")));
        for place in 0..4 {
            let chosen = verdicts.iter().filter(|(text, _)| text.as_bytes()[place] == b'R').count();
            assert!(DRAWS / 4 < chosen && chosen < DRAWS, "{chosen} of {DRAWS}");
        }
    }

    #[test]
    fn the_same_list_gives_the_same_choice_round_after_round() {
        let mut stream = Seed { seed: 5, replicate: 0 }.stream("fixed slots");
        let mut scratch = Scratch::default();
        let candidates = setup("4321567", "iiiiiii");
        let mut chosen = || {
            choose(&client(), ROUND, &candidates, &mut stream, &mut scratch);
            scratch.verdicts.iter().map(|verdict| verdict.unchoke.is_ok()).collect::<Vec<_>>()
        };
        let first = chosen();
        assert!((0..20).all(|_| chosen() == first));
    }

    #[test]
    fn an_optimistic_neighbour_that_is_promoted_makes_room_for_the_next() {
        for (text, rotated) in decide(ROUND, &setup("98700", "ouuii")) {
            let promoted = text.starts_with('R');
            assert_eq!(promoted, rotated);
            match promoted {
                // Somebody of the best four lost its slot, and who was never optimistic for longest gets the other.
                true => assert!(text.matches('R').count() == 3 && text.matches('O').count() == 1, "{text}"),
                false => assert_eq!(text, "ORRR-"),
            }
        }
    }

    #[test]
    fn the_optimistic_slot_goes_to_whose_last_turn_is_longest_ago() {
        // Between rounds the regular ones stay whatever they send.
        let rotation = Round { regular: false, rotate: true, ..ROUND };
        for (text, rotated) in decide(rotation, &setup("00099", "uuiio")) {
            assert_eq!((text.as_str(), rotated), ("RRO--", true));
        }
        for (text, rotated) in decide(Round { rotate: false, ..rotation }, &setup("00099", "uuiio")) {
            assert_eq!((text.as_str(), rotated), ("RR--O", false));
        }
    }

    #[test]
    fn a_seed_ranks_by_what_it_sent_until_a_neighbour_has_had_its_turn() {
        let mut candidates = setup("00000", "uuuui");
        for (at, candidate) in candidates.iter_mut().enumerate() {
            candidate.sent_in_round = 1000 - at as u64;
        }
        let as_seed = Round { as_seed: true, ..ROUND };
        assert!(decide(as_seed, &candidates).iter().all(|(text, _)| text.ends_with('-')));
        // More than twenty pieces and more than a minute: the first makes room for who waits.
        candidates[0].sent_since_unchoke = 20 * ROUND.piece_bytes + 1;
        assert!(decide(as_seed, &candidates).iter().all(|(text, _)| text.starts_with('-')));
        candidates[0].unchoked_at = seconds(950);
        assert!(decide(as_seed, &candidates).iter().all(|(text, _)| text.ends_with('-')));
    }
}
