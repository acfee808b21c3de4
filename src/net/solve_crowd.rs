//! Solving a link with very many flows: only those are visited whose side changes, or who must pass the change on.
//!
//! What other links need to know of a crowded link's level, and how they come to know it:
//! - A flow held elsewhere does not notice the level until it falls to the flow's limit; then it changes sides.
//! - A flow held here that crosses another link which is *not full*: that link's trigger is part of the flow's
//!   limit. When the level passes it, the other link is solved again and says how far the flow may rise next.
//! - A flow held here that crosses another *full* link, or another crowded one, is *hot*: each change is passed on.
//!
//! So a server with n clients whose downlinks have room costs O(log n) a change. The cost that remains: flows that
//! cross two crowded links are visited at each change of the level that holds them, and a full link that holds thousands
//! passes every change on to thousands of other full links, because their rates do change.

use super::crowd::Crowd;
use super::network::Network;
use super::records::{Hop, NO_LINK};
use super::solve::{SAME, same};

impl Network {
    pub(super) fn crowded(&self, link: u32) -> bool {
        self.crowds > 0 && self.links[link as usize].crowd.is_some()
    }

    pub(super) fn books(&mut self, link: u32) -> &mut Crowd {
        self.links[link as usize].crowd.as_mut().expect("the link is crowded")
    }

    fn position(&self, flow: u32, link: u32) -> usize {
        let hop = self.route_of(flow).find(|hop| hop.link == link);
        hop.expect("the flow crosses the link").position as usize
    }

    /// Enters a flow that starts into the books of its crowded links, and opens books where there are many now.
    pub(super) fn enter_books(&mut self, flow: u32) {
        for slot in 0..self.stride() {
            let hop = self.slot(flow, slot);
            if hop.is_crowded() {
                let (limit, below) = self.limit_of(flow, hop.link, None);
                self.books(hop.link).add(flow, limit, below);
            }
        }
        self.add_timer(flow);
        for slot in 0..self.stride() {
            let hop = self.slot(flow, slot);
            if hop.link != NO_LINK && !hop.is_crowded() && self.wants_books(hop.link) {
                self.open_books(hop.link);
            }
        }
        if self.crowds > 0 {
            // Two crowded links of equal level would each leave the flow to the other.
            self.bind_to_least(flow, None);
        }
    }

    /// Strikes a flow that stops out of all books.
    pub(super) fn leave_books(&mut self, flow: u32) {
        self.remove_timer(flow);
        for slot in 0..self.stride() {
            let hop = self.slot(flow, slot);
            if hop.is_crowded() {
                self.set_hot(flow, hop.link, false);
                self.books(hop.link).remove(flow, hop.position as usize);
            }
        }
    }

    /// Keeps ordered books for the link from now on.
    pub(super) fn open_books(&mut self, link: u32) {
        self.links[link as usize].crowd = Some(Box::default());
        self.crowds += 1;
        let flows = std::mem::take(&mut self.links[link as usize].flows);
        self.remember_level(link, &flows);
        for &flow in &flows {
            let (limit, below) = self.limit_of(flow, link, None);
            self.books(link).add(flow, limit, below);
            if self.timer_of(flow) == link {
                self.add_timer(flow);
            }
        }
        self.links[link as usize].flows = flows;
        for index in 0..self.links[link as usize].flows.len() {
            let flow = self.links[link as usize].flows[index];
            self.refresh_all(flow, NO_LINK, None);
        }
        self.unsettle(link);
    }

    /// Few flows are left: from now on the link visits each of them again.
    pub(super) fn close_books(&mut self, link: u32) {
        self.links[link as usize].crowd = None;
        self.crowds -= 1;
        let flows = std::mem::take(&mut self.links[link as usize].flows);
        self.remember_level(link, &flows);
        self.links[link as usize].flows = flows;
        self.unsettle(link);
    }

    /// The limit of a flow on a crowded link, and whether it is held elsewhere. `granted` is how far another link that is
    /// not full has just said that the flow may rise.
    fn limit_of(&self, flow: u32, link: u32, granted: Option<(u32, f64)>) -> (f64, bool) {
        let f = &self.flows[flow as usize];
        let allowed = f.cap.min(self.others_allow(flow, link));
        if self.flows[flow as usize].bound != link {
            return (allowed, true);
        }
        // Without a grant the flow may rise to the headroom; and it may be as fast as it is.
        let rate = self.bound_rate(flow);
        let trigger = |other: &Hop| match granted {
            _ if other.is_crowded() || other.link_level(&self.links) < f64::INFINITY => f64::INFINITY,
            Some((who, grant)) if who == other.link => grant,
            Some(_) | None => self.links[other.link as usize].headroom.max(rate),
        };
        let others = self.route_of(flow).filter(|other| other.link != link);
        (others.map(trigger).fold(allowed, f64::min), false)
    }

    /// Brings the flow's entry in the books of a crowded link up to date.
    pub(super) fn refresh(&mut self, flow: u32, link: u32, granted: Option<(u32, f64)>) {
        let position = self.position(flow, link);
        let (limit, below) = self.limit_of(flow, link, granted);
        let concerns_others = self.books(link).set_limit(flow, position, limit, below);
        if below && limit > self.links[link as usize].level {
            // Until this link is solved its level holds the flow back, whatever else binds it: if the level makes way, the
            // flow's other links must hear of it although the flow does not change sides.
            self.books(link).restless.push(flow);
        }
        self.refresh_hot(flow, link);
        let l = &self.links[link as usize];
        let full = self.links[link as usize].level < f64::INFINITY;
        let books = l.crowd.as_ref().expect("the link is crowded");
        if concerns_others && (full || books.sum_below() > l.capacity) {
            self.unsettle(link);
        }
    }

    /// The same on every crowded link of the flow but one.
    pub(super) fn refresh_all(&mut self, flow: u32, except: u32, granted: Option<(u32, f64)>) {
        for slot in 0..self.stride() {
            let hop = self.slot(flow, slot);
            if hop.link != except && hop.is_crowded() {
                self.refresh(flow, hop.link, granted);
            }
        }
    }

    /// Hot is a flow bound at a crowded link that crosses another link which must hear of each change.
    pub(super) fn refresh_hot(&mut self, flow: u32, link: u32) {
        let must_hear = |other: &Hop| {
            other.link != link && (other.is_crowded() || other.link_level(&self.links) < f64::INFINITY)
        };
        let hot = self.flows[flow as usize].bound == link && self.route_of(flow).any(must_hear);
        self.set_hot(flow, link, hot);
    }

    fn set_hot(&mut self, flow: u32, link: u32, hot: bool) {
        let position = self.position(flow, link);
        if let Some((moved, place)) = self.books(link).set_hot(flow, position, hot) {
            let position = self.position(moved, link);
            self.books(link).move_hot(position, place);
        }
    }

    pub(super) fn solve_crowd(&mut self, link: u32) {
        let old = self.links[link as usize].level;
        let mut restless = std::mem::take(&mut self.books(link).restless);
        // Some may have stopped since they were noted.
        restless.retain(|&flow| self.route_of(flow).any(|hop| hop.link == link));
        self.lower_hot_limits(link);
        let level = self.crowd_level(link, &mut restless);
        let new = if same(level, old, self.sameness) { old } else { level };
        if new != old {
            self.bring_up(link);
            self.links[link as usize].level = new;
            self.retime(link);
        }
        for &flow in &restless {
            let position = self.position(flow, link);
            let (_, below) = self.books(link).limit(position);
            let bound_here = self.flows[flow as usize].bound == link;
            if below && bound_here {
                self.bind_to_least(flow, Some(link));
            } else if !below && !bound_here {
                self.rebase(flow, link);
            }
        }
        if new != old {
            for &flow in &restless {
                self.tell_others(flow, link, old, new);
            }
            let hot = self.books(link).take_hot();
            for &flow in &hot {
                self.tell_others(flow, link, old, new);
            }
            self.books(link).return_hot(hot);
        }
        restless.clear();
        self.books(link).restless = restless;
    }

    /// The level of another crowded link moves without notice as long as it does not bind the flow: before this link may
    /// raise a flow that crosses one, it looks there.
    fn lower_hot_limits(&mut self, link: u32) {
        let hot = self.books(link).take_hot();
        for &flow in &hot {
            if self.route_of(flow).any(|other| other.link != link && other.is_crowded()) {
                let position = self.position(flow, link);
                let allowed = self.flows[flow as usize].cap.min(self.others_allow(flow, link));
                if allowed < self.books(link).limit(position).0 {
                    self.books(link).set_limit(flow, position, allowed, false);
                }
            }
        }
        self.books(link).return_hot(hot);
    }

    /// Finds the level and puts every flow on its side; `restless` gets those that change sides.
    fn crowd_level(&mut self, link: u32, restless: &mut Vec<u32>) -> f64 {
        let capacity = self.links[link as usize].capacity;
        if capacity == f64::INFINITY {
            self.all_below(link, restless);
            return f64::INFINITY;
        }
        // First up: flows below whose limit the level has fallen to. Each raises the level again, but not above its own limit.
        while let Some((limit, flow)) = self.books(link).greatest_below() {
            let books = self.books(link);
            let fits = match books.count_above() {
                0 => books.sum_below() <= capacity * (1.0 + SAME),
                above => limit <= (capacity - books.sum_below()).max(0.0) / above as f64 * (1.0 + SAME),
            };
            if fits {
                break;
            }
            let position = self.position(flow, link);
            self.books(link).set_limit(flow, position, limit, false);
            restless.push(flow);
        }
        // Then down: flows whose limit the level has passed. Each raises the level, so none comes back up.
        loop {
            let books = self.books(link);
            if books.count_above() == 0 {
                return f64::INFINITY;
            }
            let level = (capacity - books.sum_below()).max(0.0) / books.count_above() as f64;
            match books.least_above() {
                Some((limit, flow)) if limit < level => self.pass_limit(flow, link, level, restless),
                Some(_) | None => return level,
            }
        }
    }

    /// The level has passed the flow's limit: either something else holds the flow now, or another link has to
    /// say how far it may rise.
    fn pass_limit(&mut self, flow: u32, link: u32, level: f64, restless: &mut Vec<u32>) {
        let position = self.position(flow, link);
        let allowed = self.flows[flow as usize].cap.min(self.others_allow(flow, link));
        if allowed < level {
            self.books(link).set_limit(flow, position, allowed, true);
            restless.push(flow);
            return;
        }
        let mut limit = allowed;
        for slot in 0..self.stride() {
            let other = self.slot(flow, slot);
            if other.link == link || other.link == NO_LINK || other.is_crowded() {
                continue;
            }
            if other.link_level(&self.links) == f64::INFINITY {
                let headroom = self.links[other.link as usize].headroom;
                if headroom < level {
                    self.unsettle(other.link);
                } else {
                    limit = limit.min(headroom);
                }
            }
        }
        self.books(link).set_limit(flow, position, limit, false);
    }

    /// A link without limit holds nobody.
    fn all_below(&mut self, link: u32, restless: &mut Vec<u32>) {
        for index in 0..self.links[link as usize].flows.len() {
            let flow = self.links[link as usize].flows[index];
            let allowed = self.flows[flow as usize].cap.min(self.others_allow(flow, link));
            let (_, was_below) = self.books(link).limit(index);
            self.books(link).set_limit(flow, index, allowed, true);
            if !was_below {
                restless.push(flow);
            }
        }
    }
}
