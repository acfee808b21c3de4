//! When links are due, as the caller is told.
//!
//! A caller with a queue keeps one entry a link that counts. It is moved lazily: a link that is due earlier gets a new entry at once
//! ([`Network::take_entries`]), one that is due later finds out when its present entry comes up ([`Network::entry_came_up`]).

use crate::units::SimTime;

use super::network::{FlowId, LinkId, Network};
use super::records::{BY_CAP, Link};

impl Network {
    /// Calls `queue` with every link that needs an entry earlier than the one that counts, and with its moment. From then on the new
    /// one counts.
    pub fn take_entries(&mut self, mut queue: impl FnMut(LinkId, SimTime)) {
        self.take_changed(|id, link| {
            if link.told < link.entry {
                link.entry = link.told;
                queue(id, link.told);
            }
        });
    }

    /// The link's entry for this moment came up: adds to `reached` the flows whose milestone is reached, as [`Network::due`] does, if
    /// it is the entry that counts. Returns when the link's next entry is to come up if the milestone has moved back.
    pub fn entry_came_up(
        &mut self,
        now: SimTime,
        link: LinkId,
        reached: &mut Vec<FlowId>,
    ) -> Option<SimTime> {
        let l = &mut self.links[link.0 as usize];
        if l.entry != now {
            return None;
        }
        if l.told > now {
            l.entry = l.told;
            return (l.told < SimTime::NEVER).then_some(l.told);
        }
        l.entry = SimTime::NEVER;
        self.due(now, link, reached);
        None
    }

    /// Whether the link's entry is going to find a milestone reached, as far as is known: not if that has moved back.
    pub fn finds_due(&self, link: LinkId) -> bool {
        let l = &self.links[link.0 as usize];
        l.told <= l.entry
    }

    /// Calls `tell` with every link whose due time has changed since the last call: the earliest moment at which
    /// a flow timed by that link reaches its milestone, [`SimTime::NEVER`] if none will.
    pub fn take_retimed(&mut self, mut tell: impl FnMut(LinkId, SimTime)) {
        self.take_changed(|id, link| tell(id, link.told));
    }

    fn take_changed(&mut self, mut tell: impl FnMut(LinkId, &mut Link)) {
        self.settle();
        let mut retimed = std::mem::take(&mut self.retimed);
        for &link in &retimed {
            let (due, first) = self.due_time(link);
            let l = &mut self.links[link as usize];
            l.retimed = false;
            l.first = first;
            if due != l.told {
                l.told = due;
                tell(LinkId(link), l);
            }
        }
        retimed.clear();
        self.retimed = retimed;
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
        self.links[link.0 as usize].told = SimTime::NEVER;
        self.retime(link.0);
    }

    pub(super) fn retime(&mut self, link: u32) {
        let l = &mut self.links[link as usize];
        if !l.retimed {
            l.retimed = true;
            self.retimed.push(link);
        }
    }
}
