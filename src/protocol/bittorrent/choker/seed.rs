//! How a seed shares itself out: it receives nothing that it could rank by.

use std::cmp::Reverse;

use super::{Ordered, Table, slots_of};
use crate::record::UnchokeReason;
use crate::rng::Stream;
use crate::spec::{ClientSpec, SeedChoker};
use crate::units::{SimDuration, SimTime};

impl Table<'_> {
    pub(super) fn choose_as_seed(&mut self, client: &ClientSpec, stream: &mut Stream) {
        match client.seed_choker {
            SeedChoker::None => return self.unchoke_everybody(),
            SeedChoker::Random => return self.draw_lots(slots_of(client), UnchokeReason::Seed),
            SeedChoker::Rotation => return self.rotate_slots(slots_of(client), client.rechoke_every),
            SeedChoker::FastestUpload => self.rank_by_rate(client),
            SeedChoker::RoundRobin { pieces, at_least } => self.rank_by_turn(pieces, at_least),
            SeedChoker::AntiLeech => self.rank_by_progress(),
        }
        self.unchoke_regular(client, UnchokeReason::Seed);
        self.unchoke_optimistic(client, UnchokeReason::Seed, stream);
    }

    /// libtorrent's `unchoke_compare_rr`: whoever has had its quota goes last; then whoever received most in its
    /// present turn; then whoever has waited longest.
    fn rank_by_turn(&mut self, pieces: u32, at_least: SimDuration) {
        let round = self.round;
        let quota = u64::from(pieces) * round.piece_bytes;
        self.rank(|c| {
            let served =
                c.unchoked && c.sent_since_unchoke > quota && round.now.since(c.changed_at) > at_least;
            let sent = if c.unchoked { c.sent_since_unchoke } else { 0 };
            (served, Reverse(sent), c.changed_at)
        });
    }

    /// libtorrent's `anti_leech`: peers at the beginning and at the end of their download first.
    fn rank_by_progress(&mut self) {
        let pieces = i64::from(self.round.pieces);
        self.rank(|c| Reverse((2 * i64::from(c.pieces) - pieces).abs()));
    }

    /// Mainline 4.0: two new peers every 30 s with four slots. The most recently unchoked stay, among those that were
    /// unchoked within the last three rounds or have requests waiting; others come after them, the fastest first. The rest
    /// of the slots goes round the list.
    ///
    /// (`_rechoke_seed` also wants the connection flushed for a waiting request to count. It is, in a client that keeps its
    /// uploads below its line, as mainline does.)
    fn rotate_slots(&mut self, slots: u32, rechoke_every: SimDuration) {
        let forced = if self.round.regular {
            // (slots + 2) / 3 a period of three rounds, spread over them: 0 + 1 + 1 with four slots, 1 + 1 + 2 with ten.
            // What neighbours that went have moved on already counts.
            ((slots.div_ceil(3) + self.round.number % 3) / 3).saturating_sub(self.round.unchoked_since)
        } else {
            0
        };
        let recent_since = SimTime(self.round.now.0.saturating_sub(rechoke_every.times(3).0));
        self.rank(|c| {
            let held = c.unchoked && c.interested;
            let by_turn = c.changed_at > recent_since || c.has_requests;
            let turn = if by_turn { Reverse(c.changed_at) } else { Reverse(SimTime::ZERO) };
            (!held, !by_turn, turn, Reverse(Ordered(c.rate)))
        });
        let held = self
            .candidates
            .iter()
            .filter(|c| c.unchoked && c.interested)
            .count()
            .min((slots - forced) as usize);
        for place in 0..held {
            self.unchoke(usize::from(self.order[place]), UnchokeReason::Seed);
        }
        let mut free = slots as usize - held;
        for at in 0..self.candidates.len() {
            let candidate = &self.candidates[at];
            if free > 0 && candidate.interested && !candidate.unchoked {
                self.unchoke(at, UnchokeReason::Seed);
                free -= 1;
                if free == 0 {
                    // The walk goes on from here the next time, so that it comes to everybody.
                    *self.turn_after = Some(at);
                }
            }
        }
        // Nobody new was waiting: the old ones keep what is left.
        for place in 0..self.order.len() {
            let at = usize::from(self.order[place]);
            if free > 0 && self.candidates[at].interested && !self.is_unchoked(at) {
                self.unchoke(at, UnchokeReason::Seed);
                free -= 1;
            }
        }
    }
}
