//! When links are due, as the caller is told.

use crate::units::SimTime;

use super::network::{FlowId, LinkId, Network};
use super::records::BY_CAP;

impl Network {
    /// Calls `tell` with every link whose due time has changed since the last call: the earliest moment at which
    /// a flow timed by that link reaches its milestone, [`SimTime::NEVER`] if none will.
    pub fn take_retimed(&mut self, mut tell: impl FnMut(LinkId, SimTime)) {
        self.settle();
        let mut retimed = std::mem::take(&mut self.retimed);
        for &link in &retimed {
            let (due, first) = self.due_time(link);
            let l = &mut self.links[link as usize];
            l.retimed = false;
            l.first = first;
            if due != l.told {
                l.told = due;
                tell(LinkId(link), due);
            }
        }
        retimed.clear();
        self.retimed = retimed;
    }

    /// When the link is due, as [`Network::take_retimed`] last told it.
    pub fn told_due(&self, link: LinkId) -> SimTime {
        self.links[link.0 as usize].told
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
