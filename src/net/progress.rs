//! Progress without visits: all flows bound at a link move together in that link's *service per flow*.
//!
//! The service V of a link grows at its level; it is a number of bytes that every flow bound there has received
//! since the beginning of time. A flow stores the V at which its milestone is reached, so a change of the level touches
//! no flow (this is the virtual time of fair queueing: Demers, Keshav and Shenker 1989). A flow held by its own cap
//! progresses in `cap x time` in the same way. When something else begins to bind a flow, the flow is *re-based*: the
//! bytes that remain are carried to the new scale.
//!
//! **Why no event is empty.** A due time is rounded up to a whole nanosecond, so at that moment V has passed the target
//! in exact arithmetic; in floating point it misses it by at most a few units in the last place of V or of the target.
//! `reached` accepts a target within one nanosecond of service plus eight such units, which is more. So at a due time
//! at least one milestone is reached, and since each milestone is reached once, events cannot go on without bytes.

use crate::units::SimTime;

use super::crowd::{Crowd, Ordered};
use super::network::{FlowId, Network};
use super::records::{BY_CAP, FREE, Flow, Link};

const NANO: f64 = 1e-9;

impl Network {
    /// Service so far, at the clock, on the scale of whatever binds: bytes.
    pub(super) fn service(&self, bound: u32, cap: f64) -> f64 {
        if bound == BY_CAP {
            return self.cap_service(cap, self.clock);
        }
        let link = &self.links[bound as usize];
        served(link.service, self.links[bound as usize].level, link.since, self.clock)
    }

    /// The service of a cap. Without any limit a milestone takes no time, so there is nothing to count.
    pub(super) fn cap_service(&self, cap: f64, now: SimTime) -> f64 {
        if cap == f64::INFINITY { 0.0 } else { cap * now.as_secs() }
    }

    /// Brings the link's service up to the clock, before its level changes.
    pub(super) fn bring_up(&mut self, link: u32) {
        let (clock, level) = (self.clock, self.links[link as usize].level);
        let l = &mut self.links[link as usize];
        l.service = served(l.service, level, l.since, clock);
        l.since = clock;
    }

    /// From now on `bound` holds the flow: its target moves to that scale.
    pub(super) fn rebase(&mut self, flow: u32, bound: u32) {
        let old = self.flows[flow as usize];
        let remaining = old.target - self.service(old.bound, old.cap);
        let target = self.service(bound, old.cap) + remaining;
        self.move_milestone(flow, Flow { bound, target, ..old });
        for link in [old.bound, bound] {
            if link != BY_CAP && self.crowded(link) {
                self.refresh(flow, link, None);
            }
        }
    }

    /// Replaces the flow's cap and settles whether it binds against the present levels.
    pub(super) fn change_cap(&mut self, flow: u32, cap: f64) {
        let old = self.flows[flow as usize];
        let mut new = Flow { cap, ..old };
        if old.bound == BY_CAP {
            let remaining = old.target - self.service(BY_CAP, old.cap);
            new.target = self.service(BY_CAP, cap) + remaining;
        }
        self.move_milestone(flow, new);
        self.bind_to_least(flow, None);
    }

    /// The first `bytes` of the flow's milestone were taken note of: what is told of the rest does not include them.
    pub fn count_off(&mut self, flow: FlowId, bytes: f64) {
        self.flow(flow);
        let milestone = &mut self.flows[flow.0 as usize].milestone;
        assert!(bytes <= *milestone, "{bytes} of {milestone} bytes are counted off");
        *milestone -= bytes;
    }

    /// The milestone comes `bytes` earlier than it was to; at once if that many are no longer to come.
    pub fn shorten(&mut self, now: SimTime, flow: FlowId, bytes: f64) {
        self.remaining(now, flow);
        self.count_off(flow, bytes);
        let target = self.flows[flow.0 as usize].target - bytes;
        self.set_target(flow.0, target);
    }

    pub(super) fn set_target(&mut self, flow: u32, target: f64) {
        self.move_milestone(flow, Flow { target, ..self.flows[flow as usize] });
    }

    /// Replaces the record of a flow whose milestone falls on another moment by that.
    fn move_milestone(&mut self, flow: u32, record: Flow) {
        self.remove_timer(flow);
        self.retime(self.timer_of(flow));
        self.forget_target(flow);
        self.flows[flow as usize] = record;
        self.remember_target(flow);
        self.add_timer(flow);
        self.retime(self.timer_of(flow));
    }

    /// Notes at the link that times the flow where its milestone stands.
    pub(super) fn remember_target(&mut self, flow: u32) {
        match self.flows[flow as usize].bound {
            BY_CAP => self.uplink_of(flow).capped += 1,
            link => *self.target_at(link, flow) = self.flows[flow as usize].target,
        }
    }

    /// Strikes that out, before the flow is bound by something else or ends.
    pub(super) fn forget_target(&mut self, flow: u32) {
        match self.flows[flow as usize].bound {
            BY_CAP => self.uplink_of(flow).capped -= 1,
            link => *self.target_at(link, flow) = f64::INFINITY,
        }
    }

    fn uplink_of(&mut self, flow: u32) -> &mut Link {
        &mut self.links[self.flows[flow as usize].access[0].link as usize]
    }

    fn target_at(&mut self, link: u32, flow: u32) -> &mut f64 {
        let position = self.hop_mut(flow, link).position;
        &mut self.links[link as usize].targets[position as usize]
    }

    /// The link whose due time counts this flow's milestone: the one that binds it, or its uplink.
    pub(super) fn timer_of(&self, flow: u32) -> u32 {
        match self.flows[flow as usize].bound {
            BY_CAP => self.flows[flow as usize].access[0].link,
            link => link,
        }
    }

    /// Enters the flow's milestone into the books of the link that times it, if that keeps any.
    pub(super) fn add_timer(&mut self, flow: u32) {
        let link = self.timer_of(flow);
        if self.crowded(link) {
            let f = self.flows[flow as usize];
            let books = self.books(link);
            if f.bound == BY_CAP {
                books.by_moment.insert((moment(f.target, 0.0, f.cap, SimTime::ZERO).0, flow));
            } else {
                books.by_target.insert((Ordered(f.target), flow));
            }
        }
    }

    /// Takes the flow's milestone out again, before anything that it depends on changes.
    pub(super) fn remove_timer(&mut self, flow: u32) {
        let link = self.timer_of(flow);
        if self.crowded(link) {
            let f = self.flows[flow as usize];
            let books = self.books(link);
            let found = if f.bound == BY_CAP {
                books.by_moment.remove(&(moment(f.target, 0.0, f.cap, SimTime::ZERO).0, flow))
            } else {
                books.by_target.remove(&(Ordered(f.target), flow))
            };
            assert!(found, "the milestone of flow {flow} is not in the books of link {link}");
        }
    }

    pub(super) fn bound_rate(&self, flow: u32) -> f64 {
        let f = &self.flows[flow as usize];
        if f.bound == BY_CAP { f.cap } else { self.links[f.bound as usize].level }
    }

    /// The earliest milestone among the flows that this link times, and which of those that it binds comes first, if that is
    /// known.
    pub(super) fn due_time(&self, link: u32) -> (SimTime, u32) {
        let l = &self.links[link as usize];
        let level = self.links[link as usize].level;
        if self.crowds > 0
            && let Some(books) = &l.crowd
        {
            return (first_in_books(books, l, level).max(self.clock), FREE);
        }
        let (mut first, mut first_target) = (None, f64::INFINITY);
        for (position, &target) in l.targets.iter().enumerate() {
            if target < first_target {
                (first, first_target) = (Some(position), target);
            }
        }
        let mut due = SimTime::NEVER;
        if first_target < f64::INFINITY {
            due = moment(first_target, l.service, level, l.since);
        }
        if l.capped > 0 {
            let capped =
                l.flows.iter().map(|&flow| &self.flows[flow as usize]).filter(|f| f.is_capped_at(link));
            due = capped.map(|f| moment(f.target, 0.0, f.cap, SimTime::ZERO)).fold(due, SimTime::min);
        }
        (due.max(self.clock), first.map_or(FREE, |position| l.flows[position]))
    }

    /// The flows that this link times and whose milestone is reached at the clock.
    pub(super) fn reached(&self, link: u32, out: &mut Vec<FlowId>) {
        let service = self.service(link, 0.0);
        let l = &self.links[link as usize];
        let level = self.links[link as usize].level;
        if let Some(books) = &l.crowd {
            let there = books.by_target.iter().take_while(|(target, _)| passed(target.0, service, level));
            out.extend(there.map(|&(_, flow)| FlowId(flow)));
            let there = books.by_moment.iter().take_while(|&&(moment, _)| moment <= self.clock.0);
            out.extend(there.map(|&(_, flow)| FlowId(flow)));
            return;
        }
        for (&flow, &target) in l.flows.iter().zip(&l.targets) {
            let there = if target < f64::INFINITY {
                passed(target, service, level)
            } else if l.capped > 0 {
                let f = &self.flows[flow as usize];
                f.is_capped_at(link) && passed(f.target, self.service(BY_CAP, f.cap), f.cap)
            } else {
                false
            };
            if there {
                out.push(FlowId(flow));
            }
        }
    }
}

fn first_in_books(books: &Crowd, link: &Link, level: f64) -> SimTime {
    let bound = books.by_target.first().map(|(target, _)| moment(target.0, link.service, level, link.since));
    let capped = books.by_moment.first().map(|&(moment, _)| SimTime(moment));
    bound.into_iter().chain(capped).min().unwrap_or(SimTime::NEVER)
}

fn served(service: f64, level: f64, since: SimTime, now: SimTime) -> f64 {
    // A link that is not full binds nobody: its service stands still.
    if level == f64::INFINITY { service } else { service + level * now.since(since).as_secs() }
}

/// When a service that is `service` at `since` and grows at `rate` comes to `target`; rounded up.
pub(super) fn moment(target: f64, service: f64, rate: f64, since: SimTime) -> SimTime {
    if target <= service || rate == f64::INFINITY {
        return since;
    }
    if rate == 0.0 {
        return SimTime::NEVER;
    }
    // Too far for a u64 saturates, and so never comes.
    SimTime(since.0.saturating_add(((target - service) / rate / NANO).ceil() as u64))
}

fn passed(target: f64, service: f64, rate: f64) -> bool {
    let rounding = 8.0 * f64::EPSILON * target.abs().max(service.abs());
    target - service <= rate * NANO + rounding
}
