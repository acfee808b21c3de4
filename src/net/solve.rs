//! Exact max-min fairness, re-solved only where a change reaches.
//!
//! Every link has a *level*: the rate that none of its flows exceeds, infinite while the link is not full. A flow's
//! rate is the least of its cap and the levels of its links. To *solve* a link is to set its level from what the others
//! permit: with `o` the least of a flow's cap and the levels of its *other* links, the level L is the water level
//! `sum(min(L, o)) = capacity`, or infinite if all `o` fit. Where levels moved, the links whose own equation is touched are solved
//! next, until none is left.
//!
//! **Why the result is the max-min allocation.** When no link is left, each flow has its cap or a full link on which
//! none is faster (the link whose level it has): the bottleneck condition, and only one allocation meets it (Bertsekas and
//! Gallager, 6.5.2). **Why it ends.** Links are solved in turn, first come first served. Once each has been
//! solved, every level is at least capacity / flows; so the link where that is least has its final level, as all its flows
//! can take it. Leave it out with its flows and the same holds of the rest: each turn finishes the next lowest
//! level. Rounding cannot keep it going, since a level that moves by less than [`SAME`] of itself does not count as
//! moved. A caller that can do with less may say so ([`Network::set_sameness`]): where uplinks and downlinks are full alike, a change
//! goes through the whole swarm in ever smaller ripples.

use super::network::{LinkId, Network};
use super::records::{BY_CAP, Hop, NO_LINK};

/// Levels that differ by less than this part of themselves are equal.
pub(super) const SAME: f64 = 1e-12;
/// More solved links in one settlement than this, and a hundred for each link there is, mean a bug: ten are usual.
const MOST_TURNS: u64 = 100_000;

impl Network {
    /// Works out all levels that may have changed.
    pub(super) fn settle(&mut self) {
        let limit = self.solved + MOST_TURNS + 100 * self.links.len() as u64;
        while let Some(link) = self.unsettled.pop_front() {
            self.links[link as usize].unsettled = false;
            self.solved += 1;
            assert!(self.solved < limit, "the levels do not settle: a bug");
            if self.crowded(link) { self.solve_crowd(link) } else { self.solve(link) }
        }
    }

    /// The link's level may have to change.
    pub(super) fn unsettle(&mut self, link: u32) {
        let l = &mut self.links[link as usize];
        if !l.unsettled {
            l.unsettled = true;
            self.unsettled.push_back(link);
            if self.asks_ahead() {
                self.prefetch_flows_on(LinkId(link));
            }
        }
    }

    fn solve(&mut self, link: u32) {
        let flows = std::mem::take(&mut self.links[link as usize].flows);
        let mut allowed = std::mem::take(&mut self.scratch);
        allowed.clear();
        allowed.extend(
            flows.iter().map(|&flow| self.flows[flow as usize].cap.min(self.others_allow(flow, link))),
        );

        let old = self.links[link as usize].level;
        let new = match water_level(self.links[link as usize].capacity, &allowed) {
            Some(level) if same(level, old, self.sameness) => old,
            Some(level) => level,
            None => f64::INFINITY,
        };
        if new != old {
            if self.asks_ahead() {
                self.prefetch_others(link, &flows, old.min(new));
            }
            self.bring_up(link);
            self.links[link as usize].level = new;
            self.remember_level(link, &flows);
            self.retime(link);
        }
        for (&flow, &allowed) in flows.iter().zip(&allowed) {
            self.bind(flow, link, allowed, new);
            if new != old {
                self.tell_others(flow, link, old, new);
            }
        }
        if new == f64::INFINITY {
            self.set_headroom(link, &flows, &mut allowed);
        } else {
            self.set_tolerance(link, &allowed);
        }
        if self.crowds > 0 {
            for (&flow, &rate) in flows.iter().zip(&allowed) {
                let grant = (link, rate.max(self.links[link as usize].headroom));
                self.refresh_all(flow, link, (new == f64::INFINITY).then_some(grant));
            }
        }
        self.links[link as usize].flows = flows;
        self.scratch = allowed;
    }

    /// Shares out what a link that is not full has left. `rates` comes back with what each flow may rise to where
    /// that is more than the headroom: a crowded link remembers it for its flows, another cannot.
    fn set_headroom(&mut self, link: u32, flows: &[u32], rates: &mut [f64]) {
        let capacity = self.links[link as usize].capacity;
        if self.crowds > 0 && capacity < f64::INFINITY {
            let held_in_crowd = |flow: u32| {
                let bound = self.flows[flow as usize].bound;
                self.route_of(flow).any(|hop| hop.link == bound && hop.is_crowded())
            };
            let count = flows.iter().filter(|&&flow| held_in_crowd(flow)).count();
            let left = (capacity - rates.iter().sum::<f64>()).max(0.0);
            for (&flow, rate) in flows.iter().zip(rates.iter_mut()) {
                if held_in_crowd(flow) {
                    *rate += left / (2 * count) as f64;
                }
            }
        }
        self.links[link as usize].headroom = headroom(capacity, rates);
    }

    /// While the load of a full link is so far from its capacity, its level is as good as solved: the flows that it binds would share
    /// out the difference.
    fn set_tolerance(&mut self, link: u32, allowed: &[f64]) {
        let l = &mut self.links[link as usize];
        let (mut load, mut bound) = (0.0, 0);
        for &allowed in allowed {
            load += allowed.min(l.level);
            bound += u32::from(allowed >= l.level);
        }
        l.drift = (load - l.capacity) as f32;
        l.tolerance = (self.sameness * l.level * f64::from(bound)) as f32;
    }

    /// Settles whether this link, now at `level`, binds the flow, to which everything else allows `allowed`.
    fn bind(&mut self, flow: u32, link: u32, allowed: f64, level: f64) {
        let bound_here = self.flows[flow as usize].bound == link;
        if level == f64::INFINITY || allowed < level {
            if bound_here {
                self.bind_to_least(flow, Some(link));
            }
        } else if !bound_here {
            self.rebase(flow, link);
        }
    }

    /// Binds the flow to the least of its cap and the levels of its links, `except` one.
    pub(super) fn bind_to_least(&mut self, flow: u32, except: Option<u32>) {
        let mut least = (self.flows[flow as usize].cap, BY_CAP);
        for hop in self.route_of(flow) {
            let level = hop.link_level(&self.links);
            if Some(hop.link) != except && level < least.0 {
                least = (level, hop.link);
            }
        }
        if self.flows[flow as usize].bound != least.1 {
            self.rebase(flow, least.1);
        }
    }

    /// The least level among the flow's links other than this one.
    #[inline]
    pub(super) fn others_allow(&self, flow: u32, link: u32) -> f64 {
        if self.core_stride == 0 {
            // In a star a flow has one other link.
            return self.flows[flow as usize].across(link).link_level(&self.links);
        }
        self.least_level(flow, [link, NO_LINK])
    }

    /// The least level among the flow's links other than these.
    #[inline]
    fn least_level(&self, flow: u32, but: [u32; 2]) -> f64 {
        let access = self.least_of(&self.flows[flow as usize].access, but);
        if self.core_stride == 0 { access } else { access.min(self.least_of(self.core_hops_of(flow), but)) }
    }

    /// Slots without a hop have no level.
    #[inline]
    fn least_of(&self, hops: &[Hop], but: [u32; 2]) -> f64 {
        let mut least = f64::INFINITY;
        for hop in hops {
            if !but.contains(&hop.link) {
                let level = hop.link_level(&self.links);
                if level < least {
                    least = level;
                }
            }
        }
        least
    }

    /// The level of `link` went from `old` to `new`: tells the flow's other links if that changes what they see.
    pub(super) fn tell_others(&mut self, flow: u32, link: u32, old: f64, new: f64) {
        if self.core_stride == 0 {
            return self.tell_other(flow, self.flows[flow as usize].across(link), f64::INFINITY, [old, new]);
        }
        for slot in 0..self.stride() {
            let other = self.slot(flow, slot);
            if other.link != link && other.link != NO_LINK {
                self.tell_other(flow, other, self.least_level(flow, [link, other.link]), [old, new]);
            }
        }
    }

    /// The same for one of the others; `rest` is the least level of those that are left.
    #[inline]
    fn tell_other(&mut self, flow: u32, other: Hop, rest: f64, [old, new]: [f64; 2]) {
        if other.is_crowded() {
            return self.refresh(flow, other.link, None);
        }
        let rest = self.flows[flow as usize].cap.min(rest);
        self.offer_changed(other, rest.min(old), rest.min(new));
    }

    /// What everything but the link of this hop, which is not crowded, allows to a flow went from `old` to `new`.
    pub(super) fn offer_changed(&mut self, hop: Hop, old: f64, new: f64) {
        if old == new || !hop.is_concerned(old.min(new)) {
            return;
        }
        // For a full link what changes has to add up to something; one that is not full is concerned only by a flow that rises above
        // its headroom.
        let concerned = match hop.link_level(&self.links) {
            f64::INFINITY => new > old && new > self.links[hop.link as usize].headroom,
            level => self.links[hop.link as usize].drifts(new.min(level) - old.min(level)),
        };
        if concerned {
            self.unsettle(hop.link);
        }
    }
}

pub(super) fn same(a: f64, b: f64, sameness: f64) -> bool {
    // Equal infinities are the same; the difference of one of them to a number is not small.
    a == b || (a - b).abs() <= sameness * a.abs().min(b.abs())
}

/// Solves `sum(min(L, allowed)) = capacity` for L; `None` if all fit.
fn water_level(capacity: f64, allowed: &[f64]) -> Option<f64> {
    let total: f64 = allowed.iter().sum();
    if total <= capacity * (1.0 + SAME) {
        return None;
    }
    // From below: each turn takes out the flows that stay under the level, and what they leave raises it.
    let mut level = capacity / allowed.len() as f64;
    let mut below = 0;
    loop {
        let (count, sum) = count_and_sum(allowed.iter().copied().filter(|&rate| rate < level));
        if count == allowed.len() {
            // All fit after all, but for rounding.
            return None;
        }
        if count == below {
            return Some(level);
        }
        below = count;
        level = level.max((capacity - sum) / (allowed.len() - count) as f64);
    }
}

/// The rate H with `sum(max(rate, H)) = capacity`: if each flow rises at most to H, or stays, all fit.
fn headroom(capacity: f64, rates: &[f64]) -> f64 {
    if capacity == f64::INFINITY || rates.is_empty() {
        return capacity;
    }
    let mut level = capacity / rates.len() as f64;
    let mut above = 0;
    loop {
        let (count, sum) = count_and_sum(rates.iter().copied().filter(|&rate| rate > level));
        if count == above || count == rates.len() {
            return level;
        }
        above = count;
        level = level.min((capacity - sum).max(0.0) / (rates.len() - count) as f64);
    }
}

fn count_and_sum(rates: impl Iterator<Item = f64>) -> (usize, f64) {
    rates.fold((0, 0.0), |(count, sum), rate| (count + 1, sum + rate))
}
