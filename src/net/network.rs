//! Links and flows in dense arenas, and the operations that a simulation performs on them.
//!
//! Changes are collected and settled together: the rates are brought up to date ([`solve`](super::solve)) when somebody
//! asks for one, when time moves on, or when the due times are taken. So a choker that stops one flow and starts
//! another at the same instant pays for one settlement.

use crate::spec::CoreGraph;
use crate::units::{Rate, SimDuration, SimTime, huge};

use super::core_graph::{CoreError, CoreRoutes, RouteId};
use super::records::{BY_CAP, FREE, Flow, Hop, Link, NO_LINK};
use super::solve::SAME;

/// A directed link: an uplink, a downlink or one direction of a core link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u32);

/// A flow: one busy period of one direction of a connection. The number is used again after [`Network::stop`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowId(pub u32);

/// A link with more flows than this keeps ordered books; with less than half, it visits each flow again.
pub(super) const CROWD: usize = 64;

/// All links and flows, their max-min fair rates and their progress.
#[derive(Clone, Debug)]
pub struct Network {
    pub(super) links: Vec<Link>,
    pub(super) flows: Vec<Flow>,
    /// `core_stride` a flow.
    pub(super) core_hops: Vec<Hop>,
    pub(super) core_stride: usize,
    free: Vec<u32>,
    /// The core's links come first.
    core_links: u32,
    routes: CoreRoutes,
    /// Nothing that happens later has been seen; the rates hold from here on once all is settled.
    pub(super) clock: SimTime,
    /// Links whose level may have to change, first come first served.
    pub(super) unsettled: std::collections::VecDeque<u32>,
    /// Links whose due time may have changed.
    pub(super) retimed: Vec<u32>,
    pub(super) scratch: Vec<f64>,
    /// How many links keep ordered books, and from how many flows on they do.
    pub(super) crowds: u32,
    pub(super) crowd_size: usize,
    /// Levels that differ by less than this part of themselves are equal.
    pub(super) sameness: f64,
    /// Links whose level was worked out, since the beginning.
    pub(super) solved: u64,
}

impl Default for Network {
    fn default() -> Network {
        Network::new()
    }
}

impl Network {
    /// A star: access links meet in an ideal point.
    pub fn new() -> Network {
        Network::over(CoreRoutes::star(SimDuration::ZERO))
    }

    /// Access links around a core graph. Its links come first: [`CoreRoutes`] says how they are numbered.
    ///
    /// # Errors
    /// As [`CoreRoutes::new`].
    pub fn with_core(core: &CoreGraph) -> Result<Network, CoreError> {
        let mut network = Network::over(CoreRoutes::new(core)?);
        for link in &core.links {
            network.add_link(link.capacity);
            network.add_link(link.capacity);
        }
        network.core_links = network.links.len() as u32;
        Ok(network)
    }

    fn over(routes: CoreRoutes) -> Network {
        Network {
            links: Vec::new(),
            flows: Vec::new(),
            core_hops: Vec::new(),
            core_stride: routes.longest(),
            free: Vec::new(),
            core_links: 0,
            routes,
            clock: SimTime::ZERO,
            unsettled: std::collections::VecDeque::new(),
            retimed: Vec::new(),
            scratch: Vec::new(),
            crowds: 0,
            crowd_size: CROWD,
            sameness: SAME,
            solved: 0,
        }
    }

    /// The core's routes and latencies.
    pub fn routes(&self) -> &CoreRoutes {
        &self.routes
    }

    /// A new access link; its capacity may be zero or infinite.
    pub fn add_link(&mut self, capacity: Rate) -> LinkId {
        assert!(capacity.0 >= 0.0, "a capacity cannot be {} B/s", capacity.0);
        let id = u32::try_from(self.links.len()).expect("fewer than 2^32 links");
        huge::push(&mut self.links, Link::new(capacity.0, self.clock));
        LinkId(id)
    }

    pub fn capacity(&self, link: LinkId) -> Rate {
        Rate(self.links[link.0 as usize].capacity)
    }

    /// How many flows cross the link.
    pub fn flows_on(&self, link: LinkId) -> usize {
        self.links[link.0 as usize].flows.len()
    }

    /// How many links have been worked out since the beginning: what the changes cost.
    pub fn links_solved(&self) -> u64 {
        self.solved
    }

    pub fn set_capacity(&mut self, now: SimTime, link: LinkId, capacity: Rate) {
        assert!(capacity.0 >= 0.0, "a capacity cannot be {} B/s", capacity.0);
        self.advance(now);
        self.links[link.0 as usize].capacity = capacity.0;
        self.unsettle(link.0);
        if !self.crowded(link.0) && self.wants_books(link.0) {
            self.open_books(link.0);
        }
    }

    /// A flow from `up` over the core to `down` that may send at most at `cap` and reaches its first milestone
    /// after `milestone` bytes.
    pub fn start(
        &mut self,
        now: SimTime,
        up: LinkId,
        route: RouteId,
        down: LinkId,
        cap: Rate,
        milestone: f64,
    ) -> FlowId {
        assert!(cap.0 >= 0.0, "a cap cannot be {} B/s", cap.0);
        assert!(milestone >= 0.0 && milestone.is_finite(), "a milestone cannot be {milestone} B away");
        assert!(up != down, "a flow needs two access links, not {up:?} twice");
        if self.asks_ahead() {
            self.prefetch_link(up);
            self.prefetch_link(down);
        }
        self.advance(now);
        let flow = self.free_slot();
        // Until the links are settled, which takes no time, the cap is all that is known to hold the flow.
        let target = self.cap_service(cap.0, now) + milestone;
        self.flows[flow as usize] = Flow { cap: cap.0, target, milestone, bound: BY_CAP, ..Flow::UNUSED };
        self.enter(flow, 0, up.0);
        self.remember_target(flow);
        self.enter(flow, 1, down.0);
        for hop in 0..self.routes.links(route).len() {
            self.enter(flow, 2 + hop, self.routes.links(route)[hop]);
        }
        self.enter_books(flow);
        self.retime(up.0);
        FlowId(flow)
    }

    /// Gives a flow the caller's own name for it, which [`Network::tag`] tells.
    pub fn set_tag(&mut self, flow: FlowId, tag: u32) {
        self.flow(flow);
        self.flows[flow.0 as usize].tag = tag;
    }

    /// The caller's name for the flow; `None` if it has ended.
    pub fn tag(&self, flow: FlowId) -> Option<u32> {
        let flow = &self.flows[flow.0 as usize];
        (flow.bound != FREE).then_some(flow.tag)
    }

    fn free_slot(&mut self) -> u32 {
        if let Some(flow) = self.free.pop() {
            return flow;
        }
        let flow = u32::try_from(self.flows.len()).expect("fewer than 2^32 flows");
        assert!(flow < FREE, "too many flows");
        huge::push(&mut self.flows, Flow::UNUSED);
        self.core_hops.resize(self.core_hops.len() + self.core_stride, Hop::NONE);
        flow
    }

    /// Ends the flow and returns how many bytes of its current milestone it has transferred.
    pub fn stop(&mut self, now: SimTime, flow: FlowId) -> f64 {
        let f = flow.0 as usize;
        if self.asks_ahead() {
            self.route_of(flow.0).for_each(|hop| self.prefetch_link(LinkId(hop.link)));
        }
        let left = self.remaining(now, flow);
        let transferred = (self.flows[f].milestone - left).clamp(0.0, self.flows[f].milestone);
        self.retime(self.timer_of(flow.0));
        self.leave_books(flow.0);
        self.forget_target(flow.0);
        for slot in 0..self.stride() {
            let hop = std::mem::replace(self.slot_mut(flow.0, slot), Hop::NONE);
            if hop.link != NO_LINK {
                self.leave(hop);
            }
        }
        self.flows[f].bound = FREE;
        self.free.push(flow.0);
        transferred
    }

    /// Whether the link has so many flows that visiting them all costs more than ordered books do. A core link without limit
    /// neither holds nor times any.
    pub(super) fn wants_books(&self, link: u32) -> bool {
        let l = &self.links[link as usize];
        let bystander = link < self.core_links && l.capacity == f64::INFINITY;
        l.flows.len() > self.crowd_size && !bystander
    }

    /// Links keep ordered books from `size` flows on. For tests and benches; only before the first flow.
    pub fn set_crowd_size(&mut self, size: usize) {
        assert!(self.flows.is_empty(), "the regime of links that have flows is not changed");
        self.crowd_size = size;
    }

    /// Room for about so many flows at once.
    pub fn reserve_flows(&mut self, count: usize) {
        huge::reserve(&mut self.flows, count);
    }

    /// A level that would move by less than this part of itself stays: rates are max-min fair, and links loaded, to about twice
    /// that part. 0: as exact as rounding allows. Only before the first flow.
    pub fn set_sameness(&mut self, part: f64) {
        assert!(self.flows.is_empty() && (0.0..0.1).contains(&part), "{part} is no sameness");
        self.sameness = part.max(SAME);
    }

    /// What [`Network::set_sameness`] has set.
    pub fn sameness(&self) -> f64 {
        self.sameness
    }

    /// The flow may send at most at `cap` from now on.
    pub fn set_cap(&mut self, now: SimTime, flow: FlowId, cap: Rate) {
        assert!(cap.0 >= 0.0, "a cap cannot be {} B/s", cap.0);
        self.advance(now);
        let old = self.flow(flow).cap;
        if old == cap.0 {
            return;
        }
        self.change_cap(flow.0, cap.0);
        for slot in 0..self.stride() {
            let hop = self.slot(flow.0, slot);
            if hop.link != NO_LINK && !hop.is_crowded() {
                let others = self.others_allow(flow.0, hop.link);
                self.offer_changed(hop, others.min(old), others.min(cap.0));
            }
        }
        self.refresh_all(flow.0, NO_LINK, None);
    }

    /// The milestone was reached and the next one is `bytes` further: what was sent beyond it counts.
    pub fn extend(&mut self, now: SimTime, flow: FlowId, bytes: f64) {
        assert!(bytes >= 0.0 && bytes.is_finite(), "a milestone cannot be {bytes} B away");
        self.advance(now);
        let f = *self.flow(flow);
        let instant = f.bound == BY_CAP && f.cap == f64::INFINITY;
        self.set_target(flow.0, if instant { bytes } else { f.target + bytes });
        self.flows[flow.0 as usize].milestone = bytes;
    }

    /// The flow's rate in bytes per second.
    pub fn rate(&mut self, flow: FlowId) -> f64 {
        self.settle();
        self.flow(flow);
        self.bound_rate(flow.0)
    }

    /// Bytes to the flow's milestone; zero or a rounding error below it once it is reached.
    pub fn remaining(&mut self, now: SimTime, flow: FlowId) -> f64 {
        self.advance(now);
        let f = *self.flow(flow);
        f.target - self.service(f.bound, f.cap)
    }

    /// Moves the clock; what was changed before is settled at its own moment.
    pub(super) fn advance(&mut self, now: SimTime) {
        assert!(self.clock <= now, "the network is at {}, so it cannot go back to {now}", self.clock);
        if self.clock < now {
            self.settle();
            self.clock = now;
        }
    }

    /// The flow's record; a bug if it was stopped.
    pub(super) fn flow(&self, flow: FlowId) -> &Flow {
        let record = &self.flows[flow.0 as usize];
        assert!(record.bound != FREE, "{flow:?} has been stopped");
        record
    }
}
