//! The optimistic unchoke: who gets a slot whatever it sends, for how long, and who is next.

use super::{Candidate, Table, slots_of};
use crate::record::UnchokeReason;
use crate::rng::Stream;
use crate::spec::{ClientSpec, Optimistic};

/// Turns the connection list so that the first choked and interested neighbour heads it (mainline 3.4, every
/// third round).
pub fn rotate_list<T>(list: &mut [T], choked_and_interested: impl FnMut(&T) -> bool) {
    if let Some(head) = list.iter().position(choked_and_interested) {
        list.rotate_left(head);
    }
}

/// Where a new connection enters a list of `len`: at the front with probability 3 / (len + 3) (mainline 3.4's
/// `max(0, randrange(-2, len + 1))`), so that newcomers are three times as likely to be the next optimistic unchoke; anywhere
/// in mainline 4.0 (`randrange(len + 1)`). Rules that do not go by the list do not mind.
pub fn place_of_newcomer(rule: Optimistic, len: usize, stream: &mut Stream) -> usize {
    match rule {
        Optimistic::RotatingListUniform => stream.below(len + 1),
        Optimistic::RotatingList
        | Optimistic::Off
        | Optimistic::Uniform
        | Optimistic::NewcomersThrice
        | Optimistic::LongestWait => stream.below(len + 3).saturating_sub(2),
    }
}

impl Table<'_> {
    /// Fills the optimistic slots, and with them regular ones that nobody deserved: a peer that is snubbed by all has several
    /// optimistic unchokes (Cohen 2003). Mainline leaves slots empty beyond its `min_uploads`.
    pub(super) fn unchoke_optimistic(
        &mut self,
        client: &ClientSpec,
        reason: UnchokeReason,
        stream: &mut Stream,
    ) {
        if client.optimistic == Optimistic::Off {
            return;
        }
        let regulars = (0..self.candidates.len())
            .filter(|&at| self.is_unchoked(at) && self.candidates[at].interested)
            .count() as u32;
        let slots = slots_of(client);
        let least = client.min_uploads.map_or(slots, |least| least.min(slots));
        let mut free = client.optimistic_slots.max(least.saturating_sub(regulars));
        if !self.round.rotate && !client.optimistic.goes_by_list() {
            for at in 0..self.candidates.len() {
                let candidate = &self.candidates[at];
                if free > 0 && candidate.optimistic && candidate.interested && !self.is_unchoked(at) {
                    self.unchoke_optimistically(at, reason);
                    free -= 1;
                }
            }
        }
        while free > 0 {
            let next = self
                .next_optimistic(client.optimistic, stream, |c| !c.optimistic)
                .or_else(|| self.next_optimistic(client.optimistic, stream, |_| true));
            let Some(at) = next else { break };
            self.unchoke_optimistically(at, reason);
            free -= 1;
        }
    }

    fn unchoke_optimistically(&mut self, at: usize, reason: UnchokeReason) {
        self.unchoke(at, reason);
        self.verdicts[at].optimistic = true;
    }

    fn next_optimistic(
        &self,
        rule: Optimistic,
        stream: &mut Stream,
        among: impl Fn(&Candidate) -> bool,
    ) -> Option<usize> {
        let waiting = |at: &usize| {
            let candidate = &self.candidates[*at];
            candidate.interested && !self.is_unchoked(*at) && among(candidate)
        };
        let all = 0..self.candidates.len();
        match rule {
            Optimistic::Off => None,
            // Whoever heads the list keeps the slot until the list is turned, so `among` does not matter here.
            Optimistic::RotatingList | Optimistic::RotatingListUniform => {
                all.clone().find(|at| self.candidates[*at].interested && !self.is_unchoked(*at))
            }
            // Of those that have waited equally long the best; the order is random where the rank does not tell.
            Optimistic::LongestWait => {
                let order = self.order.iter().map(|&at| usize::from(at));
                order.filter(waiting).min_by_key(|&at| self.candidates[at].changed_at)
            }
            Optimistic::Uniform => draw(all.filter(waiting), |_| 1, stream),
            Optimistic::NewcomersThrice => {
                draw(all.filter(waiting), |at| if self.candidates[at].newcomer { 3 } else { 1 }, stream)
            }
        }
    }
}

/// One of `items`, with probability proportional to `weight`; a single random number.
fn draw(
    items: impl Iterator<Item = usize> + Clone,
    weight: impl Fn(usize) -> usize,
    stream: &mut Stream,
) -> Option<usize> {
    let total: usize = items.clone().map(&weight).sum();
    if total == 0 {
        return None;
    }
    let mut left = stream.below(total);
    for item in items {
        match left.checked_sub(weight(item)) {
            Some(rest) => left = rest,
            None => return Some(item),
        }
    }
    unreachable!("the draw lies below the sum of the weights")
}
