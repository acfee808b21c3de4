//! What the next events are going to touch, asked for while the events before them are handled.
//!
//! In a large swarm nothing that an event needs is in the cache, and most of it is found only through something else: a link's
//! flow, its transfer, the peer at its end, that peer's sets. So each event is met several times on its way to the front of
//! the queue, and each time the next step is asked for. Nothing here changes what a run finds.

use crate::net::{FlowId, LinkId};
use crate::protocol::bittorrent::bitfield;
use crate::record::Observer;
use crate::sim::system::{Nearness, System};
use crate::units::prefetch::{prefetch, prefetch_whole};

use super::state::{Flag, NONE};
use super::transfers::Transfer;
use super::{Event, METAINFO, Swarm};

impl<O: Observer> Swarm<'_, O> {
    pub(super) fn fetch_for_link(&self, link: LinkId, nearness: Nearness) {
        match nearness {
            Nearness::Far => self.world.net.prefetch_link(link),
            _ if !self.world.net.finds_due(link) => {}
            Nearness::Nearer => self.world.net.prefetch_first_due(link),
            Nearness::Near => self.transfer_due(link, |transfer| self.fetch_transfer(transfer)),
            Nearness::Next => self.transfer_due(link, |transfer| self.fetch_ends(transfer)),
            Nearness::Now => {
                self.transfer_due(link, |transfer| self.fetch_started(self.transfers[transfer].to))
            }
        }
    }

    fn transfer_due(&self, link: LinkId, fetch: impl FnOnce(u32)) {
        if let Some(tag) = self.world.net.first_due(link).filter(|tag| tag & METAINFO == 0) {
            fetch(tag);
        }
    }

    pub(super) fn fetch_for_event(&self, event: Event, nearness: Nearness) {
        match event {
            Event::HaveArrives { peer, piece, .. } => match nearness {
                Nearness::Far => {
                    prefetch(&self.peers[peer as usize]);
                    self.halves.prefetch_place(peer);
                    self.sets.prefetch_announced(peer);
                }
                Nearness::Nearer => self.halves.prefetch(peer),
                Nearness::Near => self.fetch_listeners(peer, piece),
                Nearness::Next => self.fetch_askers(peer, piece),
                Nearness::Now => {}
            },
            Event::Rechoke { peer, .. } | Event::Reconsider { peer, .. } | Event::ChokerTick { peer, .. } => {
                match nearness {
                    Nearness::Far => {
                        prefetch_whole(&self.peers[peer as usize]);
                        self.halves.prefetch_place(peer);
                        self.directions.prefetch_place(peer);
                        self.order.prefetch_place(peer);
                        self.started.prefetch_place(peer);
                    }
                    Nearness::Nearer => {
                        self.halves.prefetch(peer);
                        self.directions.prefetch(peer);
                        self.order.prefetch(peer);
                        self.started.prefetch(peer);
                        self.sets.prefetch_announced(peer);
                        if !self.glances[peer as usize].is_seed {
                            self.sets.prefetch_availability(peer);
                        }
                    }
                    Nearness::Near => self.fetch_candidates(peer),
                    Nearness::Next => self.fetch_their_flows(peer),
                    Nearness::Now => self.fetch_their_links(peer),
                }
            }
            Event::UnchokeArrives { transfer, .. }
            | Event::ChokeArrives { transfer, .. }
            | Event::FirstByte { transfer, .. }
            | Event::LookAgain { transfer, .. } => match nearness {
                Nearness::Far => self.fetch_transfer(transfer),
                Nearness::Nearer => self.fetch_ends(transfer),
                Nearness::Near => self.fetch_started(self.transfers[transfer].to),
                Nearness::Next | Nearness::Now => {}
            },
            Event::MetainfoRequested { .. }
            | Event::TrackerHears { .. }
            | Event::TrackerServes { .. }
            | Event::TrackerAnswers { .. }
            | Event::TrackerTimer { .. }
            | Event::Connect { .. }
            | Event::Interested { .. }
            | Event::WordArrives { .. }
            | Event::RevealRound { .. }
            | Event::RevelationArrives { .. }
            | Event::EndgameBegins { .. }
            | Event::Emptied { .. }
            | Event::Noticed { .. } => {}
        }
    }

    fn fetch_transfer(&self, transfer: u32) {
        prefetch_whole(&self.transfers[transfer]);
    }

    /// What a block and the choice of the next touch at both ends.
    fn fetch_ends(&self, transfer: u32) {
        let (from, to) = (self.transfers[transfer].from, self.transfers[transfer].to);
        prefetch(&self.peers[to as usize]);
        prefetch(&self.peers[from as usize]);
        self.started.prefetch_place(to);
        prefetch(&self.glances[from as usize]);
        prefetch(&self.glances[to as usize]);
        self.world.prefetch_latency(self.members.person(from));
        self.world.prefetch_latency(self.members.person(to));
        self.sets.prefetch_sets(to);
        self.sets.prefetch_availability(to);
        self.sets.prefetch_announced(from);
    }

    fn fetch_started(&self, peer: u32) {
        self.started.prefetch(peer);
    }

    /// These are about to be gone through.
    pub(super) fn fetch_transfers(&self, transfers: impl IntoIterator<Item = u32>) {
        if self.fetches_ahead() {
            transfers.into_iter().for_each(|transfer| prefetch(&self.transfers[transfer]));
        }
    }

    /// Whom a HAVE reaches.
    fn fetch_listeners(&self, peer: u32, piece: u32) {
        let span = self.sets.span(peer);
        for half in self.halves[peer].iter().filter(|half| !half.is_free()) {
            if !half.has(Flag::Sated) {
                self.sets.prefetch_count(span, half.other, piece);
            }
            if half.is_idle_on_us() {
                self.sets.prefetch_whether_has(half.other, piece);
            }
        }
    }

    /// Those of them that will ask for the piece.
    fn fetch_askers(&self, peer: u32, piece: u32) {
        for half in self.halves[peer].iter().filter(|half| half.is_idle_on_us()) {
            if !bitfield::get(self.sets.have(half.other), piece) {
                prefetch(&self.glances[half.other as usize]);
                prefetch(&self.peers[half.other as usize]);
                self.directions.prefetch_place(half.other);
                self.started.prefetch_place(half.other);
                self.sets.prefetch_sets(half.other);
                self.sets.prefetch_availability(half.other);
            }
        }
    }

    /// Whom a rechoke looks at.
    fn fetch_candidates(&self, peer: u32) {
        let is_seed = self.glances[peer as usize].is_seed;
        for half in self.halves[peer].iter().filter(|half| !half.is_free()) {
            prefetch(&self.glances[half.other as usize]);
        }
        for measured in self.measured(peer) {
            // A leecher looks at the queue only where data flows.
            if is_seed { self.fetch_transfer(measured) } else { prefetch(&self.transfers[measured]) }
        }
    }

    /// The sets of those whose number of pieces does not tell whether they are interested, and the flows whose rates count.
    fn fetch_their_flows(&self, peer: u32) {
        let shown = self.shown_to_all(peer);
        for half in self.halves[peer].iter().filter(|half| !half.is_free()) {
            if self.is_drawn_by_number(half.other, shown).is_none() {
                self.sets.prefetch_have(half.other);
            }
        }
        for (transfer, flow) in self.measured_flows(peer) {
            self.world.net.prefetch_flow(flow);
            prefetch(&transfer.queue);
            prefetch(&self.peers[transfer.from as usize]);
            prefetch(&self.peers[transfer.to as usize]);
        }
    }

    /// The links that hold those flows.
    fn fetch_their_links(&self, peer: u32) {
        self.measured_flows(peer).for_each(|(_, flow)| self.world.net.prefetch_bound(flow));
    }

    /// The transfers by whose rates the peer chokes.
    fn measured(&self, peer: u32) -> impl Iterator<Item = u32> {
        let is_seed = self.glances[peer as usize].is_seed;
        let measured = self.directions[peer].iter().map(move |directions| directions.measured(is_seed));
        measured.filter(|&measured| measured != NONE)
    }

    /// Those that have a flow, with it.
    fn measured_flows(&self, peer: u32) -> impl Iterator<Item = (&Transfer, FlowId)> {
        self.measured(peer).filter_map(|measured| {
            let transfer = &self.transfers[measured];
            Some((transfer, transfer.flow?))
        })
    }
}
