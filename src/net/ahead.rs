//! What an event on a link is going to touch, asked for before its turn.

use crate::units::prefetch::{prefetch, prefetch_whole};

use super::network::{CROWD, FlowId, LinkId, Network};

/// What so few lines connect, some 6 KiB a person with two of them, stays in the processor's cache, and asking for it would cost more
/// than it gains.
const IN_CACHE: usize = 1_000;

impl Network {
    /// Whether the network is so large that it asks for memory ahead, and whoever simulates what is at its ends had better do so too.
    pub fn asks_ahead(&self) -> bool {
        self.links.len() > IN_CACHE
    }

    /// Asks for the memory of a link: what [`Network::start`], [`Network::due`] and others look at first.
    pub fn prefetch_link(&self, link: LinkId) {
        prefetch_whole(&self.links[link.0 as usize]);
    }

    /// Asks for the flows whose milestones make the link due; looks at the link itself.
    pub fn prefetch_first_due(&self, link: LinkId) {
        let l = &self.links[link.0 as usize];
        if l.capped > 0 {
            return self.prefetch_flows_on(link);
        }
        if let Some(flow) = self.flows.get(l.first as usize) {
            prefetch(flow);
        }
    }

    /// Asks for the memory of the link's flows, but for those of a crowd, which are not all visited; looks at the link itself.
    pub fn prefetch_flows_on(&self, link: LinkId) {
        for &flow in self.links[link.0 as usize].flows.iter().take(CROWD) {
            prefetch(&self.flows[flow as usize]);
        }
    }

    /// Asks for the other access links of these flows of `link` that are concerned when a level goes to or comes from this.
    pub(super) fn prefetch_others(&self, link: u32, flows: &[u32], level: f64) {
        for &flow in flows {
            let other = self.flows[flow as usize].across(link);
            if other.is_concerned(level) {
                prefetch(&self.links[other.link as usize]);
            }
        }
    }

    /// Asks for the memory of a flow: what [`Network::remaining`] looks at first.
    pub fn prefetch_flow(&self, flow: FlowId) {
        prefetch(&self.flows[flow.0 as usize]);
    }

    /// Asks for what holds the flow's rate; looks at the flow itself.
    pub fn prefetch_bound(&self, flow: FlowId) {
        if let Some(link) = self.links.get(self.flows[flow.0 as usize].bound as usize) {
            prefetch(link);
        }
    }

    /// The caller's name for the flow that is the next to reach its milestone among those that this link binds, as far as that is
    /// known: a hint.
    pub fn first_due(&self, link: LinkId) -> Option<u32> {
        let flow = self.flows.get(self.links[link.0 as usize].first as usize)?;
        (flow.bound == link.0).then_some(flow.tag)
    }
}
