//! What an event on a link is going to touch, asked for before its turn.

use crate::units::prefetch::{prefetch, prefetch_whole};

use super::network::{FlowId, LinkId, Network};
use super::records::USUAL_FLOWS;

impl Network {
    /// Asks for the memory of a link: what [`Network::start`], [`Network::due`] and others look at first.
    pub fn prefetch_link(&self, link: LinkId) {
        prefetch_whole(&self.links[link.0 as usize]);
    }

    /// Asks for the memory of the link's usual number of flows; looks at the link itself.
    pub fn prefetch_flows_on(&self, link: LinkId) {
        for &flow in self.links[link.0 as usize].flows.iter().take(USUAL_FLOWS) {
            prefetch(&self.flows[flow as usize]);
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
