//! Links and flows in dense arenas, and the operations that a simulation performs on them.
//!
//! Changes are collected and settled together: the rates are brought up to date ([`solve`](super::solve)) when somebody
//! asks for one, when time moves on, or when the due times are taken. So a choker that stops one flow and starts
//! another at the same instant pays for one settlement.

use crate::spec::CoreGraph;
use crate::units::{Rate, SimDuration, SimTime};

use super::core_graph::{CoreError, CoreRoutes, RouteId};
use super::crowd::Crowd;

/// A directed link: an uplink, a downlink or one direction of a core link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u32);

/// A flow: one busy period of one direction of a connection. The number is used again after [`Network::stop`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowId(pub u32);

/// No link: an unused hop.
pub(super) const NO_LINK: u32 = u32::MAX;
/// `Flow::bound` of a flow that its own cap holds.
pub(super) const BY_CAP: u32 = u32::MAX;
/// `Flow::bound` of a slot that no flow uses.
pub(super) const FREE: u32 = u32::MAX - 1;

/// 32 bytes; beside it a flow has 8 bytes a hop and 4 in the list of every link that it crosses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flow {
    /// Own limit in bytes per second.
    pub cap: f64,
    /// The milestone, on the scale of the service of what binds the flow (`progress.rs`), in bytes.
    pub target: f64,
    /// Length of the current milestone in bytes.
    pub milestone: f64,
    /// The link that holds the flow's rate down, [`BY_CAP`] or [`FREE`].
    pub bound: u32,
    /// The caller's own name for the flow.
    pub tag: u32,
}

/// A link of a flow's route, and where the flow stands in that link's list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hop {
    pub link: u32,
    pub position: u32,
}

/// A link with more flows than this keeps ordered books; with less than half, it visits each flow again.
const CROWD: usize = 64;

const NO_HOP: Hop = Hop { link: NO_LINK, position: 0 };

/// What a link lets its flows have: apart from the rest of [`Link`], because flows look at their other links' all the time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gate {
    /// The rate that no flow here exceeds, in bytes per second; infinite while the link is not full.
    pub level: f64,
    /// While the link is not full: flows may rise up to this rate, all at once, and it still is not.
    pub headroom: f64,
}

#[derive(Clone, Debug)]
pub(super) struct Link {
    pub capacity: f64,
    /// Bytes that this link has served to each flow bound at it, up to `since`.
    pub service: f64,
    pub since: SimTime,
    pub flows: Vec<u32>,
    /// Ordered books, while the link has very many flows.
    pub crowd: Option<Box<Crowd>>,
    /// Waits in `Network::unsettled`.
    pub unsettled: bool,
    /// Waits in `Network::retimed`.
    pub retimed: bool,
}

/// All links and flows, their max-min fair rates and their progress.
#[derive(Clone, Debug)]
pub struct Network {
    pub(super) links: Vec<Link>,
    pub(super) gates: Vec<Gate>,
    /// When each link is due, as last told to the caller.
    told: Vec<SimTime>,
    pub(super) flows: Vec<Flow>,
    /// `stride` a flow: uplink, downlink, then the core.
    pub(super) hops: Vec<Hop>,
    pub(super) stride: usize,
    free: Vec<u32>,
    /// The core's links come first.
    core_links: u32,
    routes: CoreRoutes,
    /// Nothing that happens later has been seen; the rates hold from here on once all is settled.
    pub(super) clock: SimTime,
    /// Links whose level may have to change, first come first served.
    pub(super) unsettled: std::collections::VecDeque<u32>,
    /// Links whose due time may have changed.
    retimed: Vec<u32>,
    pub(super) scratch: Vec<f64>,
    /// How many links keep ordered books, and from how many flows on they do.
    pub(super) crowds: u32,
    crowd_size: usize,
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
            gates: Vec::new(),
            told: Vec::new(),
            flows: Vec::new(),
            hops: Vec::new(),
            stride: 2 + routes.longest(),
            free: Vec::new(),
            core_links: 0,
            routes,
            clock: SimTime::ZERO,
            unsettled: std::collections::VecDeque::new(),
            retimed: Vec::new(),
            scratch: Vec::new(),
            crowds: 0,
            crowd_size: CROWD,
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
        self.links.push(Link {
            capacity: capacity.0,
            service: 0.0,
            since: self.clock,
            flows: Vec::new(),
            crowd: None,
            unsettled: false,
            retimed: false,
        });
        self.gates.push(Gate { level: f64::INFINITY, headroom: capacity.0 });
        self.told.push(SimTime::NEVER);
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
        self.advance(now);
        let flow = self.free_slot();
        // Until the links are settled, which takes no time, the cap is all that is known to hold the flow.
        let target = self.cap_service(cap.0, now) + milestone;
        self.flows[flow as usize] = Flow { cap: cap.0, target, milestone, bound: BY_CAP, tag: 0 };
        self.enter(flow, 0, up.0);
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
        self.flows.push(Flow { cap: 0.0, target: 0.0, milestone: 0.0, bound: FREE, tag: 0 });
        self.hops.resize(self.hops.len() + self.stride, NO_HOP);
        flow
    }

    fn enter(&mut self, flow: u32, hop: usize, link: u32) {
        let list = &mut self.links[link as usize].flows;
        self.hops[flow as usize * self.stride + hop] = Hop { link, position: list.len() as u32 };
        list.push(flow);
        // A link without limit holds nobody, however many come.
        if self.links[link as usize].capacity < f64::INFINITY {
            self.unsettle(link);
        }
    }

    /// Ends the flow and returns how many bytes of its current milestone it has transferred.
    pub fn stop(&mut self, now: SimTime, flow: FlowId) -> f64 {
        let left = self.remaining(now, flow);
        let f = flow.0 as usize;
        let transferred = (self.flows[f].milestone - left).clamp(0.0, self.flows[f].milestone);
        self.retime(self.timer_of(flow.0));
        self.leave_books(flow.0);
        for slot in f * self.stride..(f + 1) * self.stride {
            let hop = std::mem::replace(&mut self.hops[slot], NO_HOP);
            if hop.link != NO_LINK {
                self.leave(hop);
            }
        }
        self.flows[f].bound = FREE;
        self.free.push(flow.0);
        transferred
    }

    fn leave(&mut self, hop: Hop) {
        let link = &mut self.links[hop.link as usize];
        let full = self.gates[hop.link as usize].level < f64::INFINITY;
        link.flows.swap_remove(hop.position as usize);
        if let Some(&moved) = link.flows.get(hop.position as usize) {
            let first = moved as usize * self.stride;
            let slot = self.hops[first..first + self.stride].iter_mut().find(|other| other.link == hop.link);
            slot.expect("a listed flow crosses the link").position = hop.position;
        }
        // A link that was not full is not full with one flow less.
        if full {
            self.unsettle(hop.link);
        }
        let link = &self.links[hop.link as usize];
        if link.crowd.is_some() && link.flows.len() < self.crowd_size / 2 {
            self.close_books(hop.link);
        }
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

    /// The flow may send at most at `cap` from now on.
    pub fn set_cap(&mut self, now: SimTime, flow: FlowId, cap: Rate) {
        assert!(cap.0 >= 0.0, "a cap cannot be {} B/s", cap.0);
        self.advance(now);
        let old = self.flow(flow).cap;
        if old == cap.0 {
            return;
        }
        self.change_cap(flow.0, cap.0);
        for slot in 0..self.stride {
            let link = self.hops[flow.0 as usize * self.stride + slot].link;
            if link != NO_LINK && !self.crowded(link) {
                let others = self.others_allow(flow.0, link);
                self.offer_changed(link, others.min(old), others.min(cap.0));
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

    /// Calls `tell` with every link whose due time has changed since the last call: the earliest moment at which
    /// a flow timed by that link reaches its milestone, [`SimTime::NEVER`] if none will.
    pub fn take_retimed(&mut self, mut tell: impl FnMut(LinkId, SimTime)) {
        self.settle();
        let mut retimed = std::mem::take(&mut self.retimed);
        for &link in &retimed {
            let due = self.due_time(link);
            self.links[link as usize].retimed = false;
            let told = &mut self.told[link as usize];
            if due != *told {
                *told = due;
                tell(LinkId(link), due);
            }
        }
        retimed.clear();
        self.retimed = retimed;
    }

    /// When the link is due, as [`Network::take_retimed`] last told it.
    pub fn told_due(&self, link: LinkId) -> SimTime {
        self.told[link.0 as usize]
    }

    /// Adds to `out` the flows timed by this link whose milestone is reached. The caller extends or stops each of
    /// them; the link's due time is told again afterwards, even if it is the same.
    pub fn due(&mut self, now: SimTime, link: LinkId, out: &mut Vec<FlowId>) {
        self.advance(now);
        self.settle();
        let first = out.len();
        self.reached(link.0, out);
        for flow in &out[first..] {
            let f = self.flows[flow.0 as usize];
            if f.bound == BY_CAP && f.cap == f64::INFINITY {
                // Nothing limits it, so all its bytes went at once.
                self.set_target(flow.0, 0.0);
            }
        }
        self.told[link.0 as usize] = SimTime::NEVER;
        self.retime(link.0);
    }

    /// Moves the clock; what was changed before is settled at its own moment.
    fn advance(&mut self, now: SimTime) {
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

    /// The links of a flow's route.
    pub(super) fn route_of(&self, flow: u32) -> impl Iterator<Item = u32> {
        let first = flow as usize * self.stride;
        self.hops[first..first + self.stride].iter().map(|hop| hop.link).filter(|&link| link != NO_LINK)
    }

    pub(super) fn unsettle(&mut self, link: u32) {
        let l = &mut self.links[link as usize];
        if !l.unsettled {
            l.unsettled = true;
            self.unsettled.push_back(link);
        }
    }

    pub(super) fn retime(&mut self, link: u32) {
        let l = &mut self.links[link as usize];
        if !l.retimed {
            l.retimed = true;
            self.retimed.push(link);
        }
    }
}
