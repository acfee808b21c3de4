//! What an event on a link is going to touch, asked for before its turn.

use crate::units::prefetch::{prefetch, prefetch_whole};

use super::network::{LinkId, Network};
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

    /// The caller's name for the flow that is the next to reach its milestone among those that this link binds.
    pub fn first_due(&self, link: LinkId) -> Option<u32> {
        if self.crowded(link.0) {
            return None;
        }
        let flows = self.links[link.0 as usize].flows.iter().map(|&flow| &self.flows[flow as usize]);
        let bound = flows.filter(|flow| flow.bound == link.0);
        bound.min_by(|a, b| a.target.total_cmp(&b.target)).map(|flow| flow.tag)
    }
}
