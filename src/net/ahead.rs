//! What an event on a link is going to touch, asked for before its turn.

use crate::units::prefetch::{prefetch, prefetch_whole};

use super::network::{LinkId, Network};

impl Network {
    /// The link's record, before its flows can be asked for.
    pub fn fetch_link(&self, link: LinkId) {
        prefetch_whole(&self.links[link.0 as usize]);
    }

    /// The records of the link's flows.
    pub fn fetch_flows(&self, link: LinkId) {
        let flows = &self.links[link.0 as usize].flows;
        if !self.crowded(link.0) {
            flows.iter().for_each(|&flow| prefetch(&self.flows[flow as usize]));
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
