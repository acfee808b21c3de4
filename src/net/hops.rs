//! Which links a flow crosses, and where it stands in their lists.

use super::network::Network;
use super::records::{Hop, NO_LINK};

impl Network {
    /// The flow crosses `link` from now on; its hop is the one in that slot.
    pub(super) fn enter(&mut self, flow: u32, slot: usize, link: u32) {
        self.links[link as usize].flows.push(flow);
        self.links[link as usize].targets.push(f64::INFINITY);
        *self.slot_mut(flow, slot) = Hop::to_last(link, &self.links[link as usize]);
        // A link without limit holds nobody, however many come.
        if self.links[link as usize].capacity < f64::INFINITY {
            self.unsettle(link);
        }
    }

    /// Strikes the flow of this hop, which has forgotten it already, out of the link's list.
    pub(super) fn leave(&mut self, hop: Hop) {
        let link = &mut self.links[hop.link as usize];
        let full = link.level < f64::INFINITY;
        link.flows.swap_remove(hop.position as usize);
        link.targets.swap_remove(hop.position as usize);
        if let Some(&moved) = link.flows.get(hop.position as usize) {
            self.hop_mut(moved, hop.link).position = hop.position;
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

    /// The hops of a flow's route.
    pub(super) fn route_of(&self, flow: u32) -> impl Iterator<Item = &Hop> {
        let slots = self.flows[flow as usize].access.iter().chain(self.core_hops_of(flow));
        slots.filter(|hop| hop.link != NO_LINK)
    }

    /// The flow's slots for hops in the core, used or not.
    #[inline]
    pub(super) fn core_hops_of(&self, flow: u32) -> &[Hop] {
        let core = flow as usize * self.core_stride;
        &self.core_hops[core..core + self.core_stride]
    }

    /// How many slots for hops a flow has: uplink, downlink, then the core.
    pub(super) fn stride(&self) -> usize {
        2 + self.core_stride
    }

    /// The hop in one of the flow's slots, [`Hop::NONE`] if it has none there.
    pub(super) fn slot(&self, flow: u32, slot: usize) -> Hop {
        match self.flows[flow as usize].access.get(slot) {
            Some(&hop) => hop,
            None => self.core_hops[flow as usize * self.core_stride + slot - 2],
        }
    }

    pub(super) fn slot_mut(&mut self, flow: u32, slot: usize) -> &mut Hop {
        match self.flows[flow as usize].access.get_mut(slot) {
            Some(hop) => hop,
            None => &mut self.core_hops[flow as usize * self.core_stride + slot - 2],
        }
    }

    /// The hop to a link that the flow crosses.
    pub(super) fn hop_mut(&mut self, flow: u32, link: u32) -> &mut Hop {
        let access = self.flows[flow as usize].access.iter_mut().find(|hop| hop.link == link);
        access.unwrap_or_else(|| {
            let core = flow as usize * self.core_stride;
            let mut core = self.core_hops[core..core + self.core_stride].iter_mut();
            core.find(|hop| hop.link == link).expect("the flow crosses the link")
        })
    }

    /// Tells the link's flows, which are these, what its level is now and whether it is crowded.
    pub(super) fn remember_level(&mut self, link: u32, flows: &[u32]) {
        let level = self.links[link as usize].level_for_hops();
        for &flow in flows {
            self.hop_mut(flow, link).level = level;
        }
    }
}
