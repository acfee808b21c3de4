//! Whom to upload to: tit-for-tat, the optimistic unchoke, and the rules of seeds.
//!
//! A pure function from what a peer knows about its neighbours to a verdict on each, with its reason.
//! It never looks at a clock or sends a message: `Round` says what time means for it.

use std::cmp::Reverse;

use crate::record::{ChokeReason, UnchokeReason};
use crate::rng::Stream;
use crate::spec::{Choker, ClientSpec, Optimistic, SeedChoker};
use crate::units::SimTime;

/// What a peer knows about one neighbour when it rechokes. The slice is in the order of the connection list,
/// which matters for rules that walk it.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// The caller's name for the neighbour; not used here.
    pub slot: u16,
    pub interested: bool,
    pub unchoked: bool,
    /// Holds an optimistic slot at present.
    pub optimistic: bool,
    /// Connected since the last rotation of the optimistic slot.
    pub newcomer: bool,
    /// Unchoked us and has sent nothing for too long.
    pub snubbing: bool,
    /// Bytes per second: received from it if we are a leecher, sent to it if we are a seed.
    pub rate: f64,
    /// When we last choked or unchoked it.
    pub changed_at: SimTime,
    /// Bytes sent to it since it was unchoked.
    pub sent_since_unchoke: u64,
    /// Pieces that it has.
    pub pieces: u32,
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
    let slots = client.regular_slots + client.optimistic_slots;
    match (round.as_seed, client.choker, client.seed_choker) {
        (false, Choker::None, _) | (true, _, SeedChoker::None) => table.unchoke_everybody(),
        (false, Choker::Random, _) => table.draw_lots(slots, UnchokeReason::Unranked, stream),
        (true, _, SeedChoker::Random) => table.draw_lots(slots, UnchokeReason::Seed, stream),
        (true, _, SeedChoker::Rotation) => table.rotate_seed(slots),
        (false, Choker::TitForTat, _) => {
            table.rank(|c| (Reverse(Ordered(c.rate)), 0));
            table.unchoke_regular(client.regular_slots, UnchokeReason::Regular);
            if client.unchokes_uninterested {
                table.unchoke_uninterested(client.regular_slots);
            }
            table.unchoke_optimistic(client, UnchokeReason::Optimistic, stream);
        }
        (true, _, SeedChoker::FastestUpload) => {
            table.rank(|c| (Reverse(Ordered(c.rate)), 0));
            table.unchoke_regular(client.regular_slots, UnchokeReason::Seed);
            table.unchoke_optimistic(client, UnchokeReason::Seed, stream);
        }
        (true, _, SeedChoker::RoundRobin { pieces, at_least }) => {
            // libtorrent's unchoke_compare_rr: whoever has had its quota goes last; then whoever
            // received most in its present turn; then whoever has waited longest.
            let quota = u64::from(pieces) * round.piece_bytes;
            table.rank(|c| {
                let served =
                    c.unchoked && c.sent_since_unchoke > quota && round.now.since(c.changed_at) > at_least;
                let sent = if c.unchoked { c.sent_since_unchoke } else { 0 };
                (served, Reverse(sent), c.changed_at)
            });
            table.unchoke_regular(client.regular_slots, UnchokeReason::Seed);
            table.unchoke_optimistic(client, UnchokeReason::Seed, stream);
        }
        (true, _, SeedChoker::AntiLeech) => {
            // libtorrent's anti_leech: peers at the beginning and at the end of their download first.
            table.rank(|c| Reverse((2 * i64::from(c.pieces) - i64::from(round.pieces)).abs()));
            table.unchoke_regular(client.regular_slots, UnchokeReason::Seed);
            table.unchoke_optimistic(client, UnchokeReason::Seed, stream);
        }
    }
    table.finish();
}

/// Turns the connection list so that the first choked and interested neighbour heads it (mainline 3.4, every
/// third round).
pub fn rotate_list<T>(list: &mut [T], choked_and_interested: impl FnMut(&T) -> bool) {
    if let Some(head) = list.iter().position(choked_and_interested) {
        list.rotate_left(head);
    }
}

/// Where a new connection enters a list of `len`: at the front with probability 3 / (len + 3) (mainline's
/// `max(0, randrange(-2, len + 1))`), so that newcomers are three times as likely to be the next optimistic unchoke.
pub fn place_of_newcomer(len: usize, stream: &mut Stream) -> usize {
    stream.below(len + 3).saturating_sub(2)
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

/// One rechoke in progress.
struct Table<'a> {
    round: Round,
    candidates: &'a [Candidate],
    /// Candidates by rank.
    order: &'a mut [u16],
    verdicts: &'a mut [Verdict],
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
        Table { round, candidates, order: &mut scratch.order, verdicts: &mut scratch.verdicts }
    }

    fn rank<K: Ord>(&mut self, key: impl Fn(&Candidate) -> K) {
        let candidates = self.candidates;
        self.order.sort_by_key(|&at| key(&candidates[usize::from(at)]));
    }

    fn is_unchoked(&self, at: usize) -> bool {
        self.verdicts[at].unchoke.is_ok()
    }

    fn unchoke(&mut self, at: usize, reason: UnchokeReason) {
        self.verdicts[at].unchoke = Ok(reason);
    }

    fn unchoke_everybody(&mut self) {
        for at in 0..self.candidates.len() {
            self.unchoke(at, UnchokeReason::Unranked);
        }
    }

    /// Keeps its choice between timer rounds and only fills slots that fell free.
    fn draw_lots(&mut self, slots: u32, reason: UnchokeReason, _stream: &mut Stream) {
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

    /// The best `slots` of those that are interested and do not snub us.
    fn unchoke_regular(&mut self, slots: u32, reason: UnchokeReason) {
        let mut free = slots;
        for place in 0..self.order.len() {
            let at = usize::from(self.order[place]);
            let candidate = &self.candidates[at];
            if free == 0 {
                break;
            }
            if candidate.interested && !candidate.snubbing {
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
            } else if !candidate.interested && !candidate.snubbing {
                self.unchoke(at, UnchokeReason::Uninterested);
            }
        }
    }

    /// Fills the optimistic slots, and with them the regular ones that nobody deserved: a peer that is snubbed by
    /// all has several optimistic unchokes (BEP 3).
    fn unchoke_optimistic(&mut self, client: &ClientSpec, reason: UnchokeReason, stream: &mut Stream) {
        if client.optimistic == Optimistic::Off {
            return;
        }
        let regulars = (0..self.candidates.len())
            .filter(|&at| self.is_unchoked(at) && self.candidates[at].interested)
            .count() as u32;
        let mut free = client.optimistic_slots + client.regular_slots.saturating_sub(regulars);
        if !self.round.rotate && client.optimistic != Optimistic::RotatingList {
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
            Optimistic::RotatingList => {
                all.clone().find(|at| self.candidates[*at].interested && !self.is_unchoked(*at))
            }
            // The order is by wait, then random: it was shuffled before it was sorted.
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

    /// Mainline 4.0: two new peers every 30 s with four slots. The most recently unchoked stay (those of the last
    /// three rounds before older ones, which are kept by rate); the rest of the slots goes round the list.
    fn rotate_seed(&mut self, slots: u32) {
        let forced = if self.round.regular {
            // (slots + 2) / 3 a period of three rounds, spread over them as 1 + 1 + 2 for four.
            (slots.div_ceil(3) + self.round.number % 3) / 3
        } else {
            0
        };
        let recent_since = SimTime(self.round.now.0.saturating_sub(30_000_000_000));
        self.rank(|c| {
            let held = c.unchoked && c.interested;
            let recent = c.changed_at > recent_since;
            (!held, !recent, if recent { Reverse(c.changed_at.0) } else { Reverse(c.rate.to_bits()) })
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

    /// Writes the ranks, and why those that stay choked do.
    fn finish(self) {
        for (rank, &at) in self.order.iter().enumerate() {
            let at = usize::from(at);
            let candidate = &self.candidates[at];
            let verdict = &mut self.verdicts[at];
            verdict.rank = rank as u32;
            if verdict.unchoke.is_err() {
                verdict.unchoke = Err(if !candidate.interested {
                    ChokeReason::NotInterested
                } else if candidate.snubbing {
                    ChokeReason::Snubbing
                } else if candidate.optimistic {
                    ChokeReason::OptimisticRotation
                } else if self.round.as_seed {
                    ChokeReason::SeedRotation
                } else {
                    ChokeReason::Outranked
                });
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
