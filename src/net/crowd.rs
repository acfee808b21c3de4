//! The books of a link with very many flows, kept so that a change costs a logarithm and not a visit to each.
//!
//! Every flow has a *limit* here: what its cap and its other links allow. Flows *below* are held elsewhere, at exactly that
//! rate; their sum and number are kept. Flows *above* share the rest at the link's level, so one number is the rate of them
//! all. Only the flows whose limit the level passes are looked at. A limit above the level may be too low, never too
//! high: it may stand for "ask again there" (`solve_crowd.rs`). This file knows neither rates nor routes: it keeps books.

use std::collections::BTreeSet;

/// Not in the list of hot flows.
const NOT_HOT: u32 = u32::MAX;

/// What the link knows of one of its flows.
#[derive(Clone, Copy, Debug)]
struct Member {
    limit: f64,
    below: bool,
    hot: u32,
}

/// Ordered books, beside the link's list of flows; `position` is always the place in that list.
#[derive(Clone, Debug, Default)]
pub(super) struct Crowd {
    members: Vec<Member>,
    below: BTreeSet<(Ordered, u32)>,
    /// Only those with a finite limit.
    above: BTreeSet<(Ordered, u32)>,
    /// Sum of the finite limits below: the number and what its roundings left out.
    sum: (f64, f64),
    /// How many below have no limit: they change sides when the link is solved.
    unlimited: u32,
    /// Flows bound here that must tell another link of every change of the level.
    hot: Vec<u32>,
    /// Flows to which the next change of the level matters though they are not bound here; may name some twice.
    pub restless: Vec<u32>,
    /// Milestones of the flows bound here, on the scale of the link's service.
    pub by_target: BTreeSet<(Ordered, u32)>,
    /// Moments (ns) of the milestones of flows that the link only times: those at their cap.
    pub by_moment: BTreeSet<(u64, u32)>,
}

/// A number that is not NaN, in a form that sorts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ordered(pub f64);

impl Eq for Ordered {}

impl Ord for Ordered {
    fn cmp(&self, other: &Ordered) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Ordered) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Crowd {
    /// Takes in the flow at the end of the list.
    pub fn add(&mut self, flow: u32, limit: f64, below: bool) {
        self.members.push(Member { limit, below, hot: NOT_HOT });
        self.enter(flow, limit, below);
    }

    /// Forgets the flow at `position`, as the list does with `swap_remove`; it must not be hot.
    pub fn remove(&mut self, flow: u32, position: usize) {
        let member = self.members.swap_remove(position);
        assert!(member.hot == NOT_HOT, "a flow that leaves is bound nowhere");
        self.quit(flow, member);
    }

    /// Replaces the flow's limit and says on which side it stands. True if that changes what the others get.
    pub fn set_limit(&mut self, flow: u32, position: usize, limit: f64, below: bool) -> bool {
        let old = self.members[position];
        if old.limit == limit && old.below == below {
            return false;
        }
        self.quit(flow, old);
        self.members[position] = Member { limit, below, ..old };
        self.enter(flow, limit, below);
        below || old.below
    }

    pub fn limit(&self, position: usize) -> (f64, bool) {
        (self.members[position].limit, self.members[position].below)
    }

    fn enter(&mut self, flow: u32, limit: f64, below: bool) {
        if below {
            self.below.insert((Ordered(limit), flow));
            if limit < f64::INFINITY {
                self.change_sum(limit);
            } else {
                self.unlimited += 1;
            }
        } else if limit < f64::INFINITY {
            self.above.insert((Ordered(limit), flow));
        }
    }

    fn quit(&mut self, flow: u32, member: Member) {
        if member.below {
            self.below.remove(&(Ordered(member.limit), flow));
            if member.limit < f64::INFINITY {
                self.change_sum(-member.limit);
            } else {
                self.unlimited -= 1;
            }
        } else if member.limit < f64::INFINITY {
            self.above.remove(&(Ordered(member.limit), flow));
        }
    }

    /// Adds without loss (Knuth's two-sum): after any number of changes the sum is that of the flows which are there.
    fn change_sum(&mut self, by: f64) {
        let (old, left_out) = self.sum;
        let new = old + by;
        let part = new - old;
        let error = (old - (new - part)) + (by - part);
        self.sum = (new, left_out + error);
    }

    pub fn sum_below(&self) -> f64 {
        if self.unlimited > 0 { f64::INFINITY } else { self.sum.0 + self.sum.1 }
    }

    pub fn count_above(&self) -> usize {
        self.members.len() - self.below.len()
    }

    pub fn greatest_below(&self) -> Option<(f64, u32)> {
        self.below.last().map(|&(limit, flow)| (limit.0, flow))
    }

    pub fn least_above(&self) -> Option<(f64, u32)> {
        self.above.first().map(|&(limit, flow)| (limit.0, flow))
    }

    /// Makes the flow hot or not. Returns the flow whose place in the hot list changed, and that place.
    pub fn set_hot(&mut self, flow: u32, position: usize, hot: bool) -> Option<(u32, u32)> {
        let place = self.members[position].hot;
        match (place == NOT_HOT, hot) {
            (true, true) => {
                self.members[position].hot = self.hot.len() as u32;
                self.hot.push(flow);
                None
            }
            (false, false) => {
                self.members[position].hot = NOT_HOT;
                self.hot.swap_remove(place as usize);
                self.hot.get(place as usize).map(|&moved| (moved, place))
            }
            (true, false) | (false, true) => None,
        }
    }

    /// The hot flow at `position` now has that place in the hot list.
    pub fn move_hot(&mut self, position: usize, place: u32) {
        self.members[position].hot = place;
    }

    pub fn is_hot(&self, position: usize) -> bool {
        self.members[position].hot != NOT_HOT
    }

    pub fn take_hot(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.hot)
    }

    /// Gives back what [`Crowd::take_hot`] took; nothing may have become hot or cold in between.
    pub fn return_hot(&mut self, hot: Vec<u32>) {
        assert!(self.hot.is_empty(), "a flow became hot while the hot ones were visited");
        self.hot = hot;
    }
}
