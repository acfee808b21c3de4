//! The overlay: who is linked with whom, who hangs on which ultrapeer, and how far apart they are.
//!
//! A link has one entry at each end. Who opened it replaces it when it is lost. A servent that vanishes keeps its links until
//! its silence is noticed; until then its neighbours go on sending to it, in vain.

use smallvec::SmallVec;

use crate::units::{PersonIndex, SimDuration};

/// One end's entry of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub to: PersonIndex,
    /// Index of the latency, and three flags.
    packed: u32,
}

const OPENED: u32 = 1 << 31;
const SILENT: u32 = 1 << 30;
const LEADS_UP: u32 = 1 << 29;

impl Link {
    fn new(to: PersonIndex, lane: u32, flags: u32) -> Link {
        assert!(lane < LEADS_UP, "too many different latencies");
        Link { to, packed: lane | flags }
    }

    /// This end opened the link.
    pub fn is_opened(self) -> bool {
        self.packed & OPENED != 0
    }

    /// The other end has vanished, and this end does not know it yet.
    pub fn is_silent(self) -> bool {
        self.packed & SILENT != 0
    }

    /// This end is a leaf of the other.
    pub fn leads_up(self) -> bool {
        self.packed & LEADS_UP != 0
    }

    /// Which latency the link has: see [`Overlay::latency`].
    pub fn lane(self) -> u32 {
        self.packed & !(OPENED | SILENT | LEADS_UP)
    }
}

/// Most servents have so few links that their entries fit a cache line, which a flood reads at random.
#[derive(Clone, Debug, Default)]
#[repr(align(64))]
struct Links(SmallVec<[Link; 6]>);

#[derive(Clone, Debug, Default)]
pub struct Overlay {
    /// Over these a servent sends its own queries and, unless it is a leaf, forwards those of others.
    links: Vec<Links>,
    /// The leaves that hang on each ultrapeer.
    leaves: Vec<Vec<Link>>,
    /// Leaves that hang on anybody, each as often as it does.
    leaf_links: usize,
    vanished: Vec<bool>,
    /// The different latencies of links, in the order in which they appeared.
    latencies: Vec<SimDuration>,
}

/// How an end of a link refers to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Both forward each other's queries.
    Equal,
    /// The opener is a leaf of the other, an ultrapeer.
    Leaf,
}

/// A link that is no more, as its surviving end saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    pub at: PersonIndex,
    /// That end opened it, and so looks for another.
    pub opened: bool,
}

impl Overlay {
    /// Servents 0..`servents`, without links.
    pub fn new(servents: usize) -> Overlay {
        Overlay {
            links: vec![Links::default(); servents],
            leaves: vec![Vec::new(); servents],
            leaf_links: 0,
            vanished: vec![false; servents],
            latencies: Vec::new(),
        }
    }

    /// Number of servents, linked or not.
    pub fn servents(&self) -> usize {
        self.links.len()
    }

    pub fn links(&self, of: PersonIndex) -> &[Link] {
        &self.links[of.at()].0
    }

    pub fn leaves(&self, of: PersonIndex) -> &[Link] {
        &self.leaves[of.at()]
    }

    pub fn has_leaves(&self) -> bool {
        self.leaf_links > 0
    }

    /// Links that this servent opened itself.
    pub fn opened(&self, by: PersonIndex) -> usize {
        self.links(by).iter().filter(|link| link.is_opened()).count()
    }

    pub fn are_linked(&self, a: PersonIndex, b: PersonIndex) -> bool {
        let leads_to = |from: PersonIndex, to| self.links(from).iter().any(|link| link.to == to);
        leads_to(a, b) || leads_to(b, a)
    }

    /// Hangs on an ultrapeer.
    pub fn is_leaf(&self, servent: PersonIndex) -> bool {
        self.links(servent).first().is_some_and(|link| link.leads_up())
    }

    /// Went without a word, and its links are still kept.
    pub fn has_vanished(&self, servent: PersonIndex) -> bool {
        self.vanished[servent.at()]
    }

    /// How many different latencies there are: lanes are 0..this.
    pub fn lanes(&self) -> usize {
        self.latencies.len()
    }

    /// One way over a link.
    pub fn latency(&self, link: Link) -> SimDuration {
        self.latencies[link.lane() as usize]
    }

    /// Joins two servents that are not linked.
    pub fn link(&mut self, opener: PersonIndex, other: PersonIndex, latency: SimDuration, kind: Kind) {
        assert!(opener != other && !self.are_linked(opener, other), "{opener:?} and {other:?} are linked");
        let lane = self.lane_of(latency);
        let back = Link::new(opener, lane, 0);
        match kind {
            Kind::Equal => {
                self.links[opener.at()].0.push(Link::new(other, lane, OPENED));
                self.links[other.at()].0.push(back);
            }
            Kind::Leaf => {
                self.links[opener.at()].0.push(Link::new(other, lane, OPENED | LEADS_UP));
                self.leaves[other.at()].push(back);
                self.leaf_links += 1;
            }
        }
    }

    fn lane_of(&mut self, latency: SimDuration) -> u32 {
        let known = self.latencies.iter().position(|&known| known == latency);
        let lane = known.unwrap_or_else(|| {
            self.latencies.push(latency);
            self.latencies.len() - 1
        });
        lane as u32
    }

    /// The servent is gone and nobody has been told: its links stay, and carry nothing.
    pub fn vanish(&mut self, servent: PersonIndex) {
        self.vanished[servent.at()] = true;
        for link in self.links[servent.at()].0.clone().into_iter().chain(self.leaves[servent.at()].clone()) {
            self.entry_at(link.to, servent).packed |= SILENT;
        }
    }

    /// The entry of `other` at `end`.
    fn entry_at(&mut self, end: PersonIndex, other: PersonIndex) -> &mut Link {
        let links = self.links[end.at()].0.iter_mut();
        let mut all = links.chain(&mut self.leaves[end.at()]);
        all.find(|link| link.to == other).expect("a link has an entry at each end")
    }

    /// Ends all links of the servent and adds the other ends' loss to `lost`.
    pub fn remove(&mut self, servent: PersonIndex, lost: &mut Vec<Lost>) {
        self.vanished[servent.at()] = false;
        let links = std::mem::take(&mut self.links[servent.at()].0);
        let leaves = std::mem::take(&mut self.leaves[servent.at()]);
        self.leaf_links -= leaves.len() + links.iter().filter(|link| link.leads_up()).count();
        for link in links.into_iter().chain(leaves) {
            let opened = self.entry_at(link.to, servent).is_opened();
            lost.push(Lost { at: link.to, opened });
            self.links[link.to.at()].0.retain(|entry| entry.to != servent);
            self.leaves[link.to.at()].retain(|entry| entry.to != servent);
        }
    }

    /// Every invariant: both ends have the link once and agree on it.
    ///
    /// # Errors
    /// What does not hold, as a sentence.
    pub fn check(&self) -> Result<(), String> {
        for end in (0..self.servents()).map(PersonIndex::from_usize) {
            let own = self.links(end).iter().chain(self.leaves(end));
            for link in own {
                let back: Vec<&Link> = self.links(link.to).iter().chain(self.leaves(link.to)).collect();
                let back: Vec<&&Link> = back.iter().filter(|back| back.to == end).collect();
                let [back] = back[..] else {
                    return Err(format!(
                        "{end:?} has a link to {:?}, which has {} back",
                        link.to,
                        back.len()
                    ));
                };
                if back.lane() != link.lane() || back.is_opened() == link.is_opened() {
                    return Err(format!("{end:?} and {:?} do not agree on their link", link.to));
                }
                if link.is_silent() != self.has_vanished(link.to) {
                    return Err(format!("{end:?} hears {:?} or not, and it is the other way", link.to));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: SimDuration = SimDuration(7);

    fn id(servent: u32) -> PersonIndex {
        PersonIndex(servent)
    }

    /// 0 - 1 - 2, opened from the left; leaf 3 hangs on 1.
    fn small() -> Overlay {
        let mut overlay = Overlay::new(4);
        overlay.link(id(0), id(1), FAR, Kind::Equal);
        overlay.link(id(1), id(2), SimDuration(9), Kind::Equal);
        overlay.link(id(3), id(1), FAR, Kind::Leaf);
        overlay.check().unwrap();
        overlay
    }

    /// A message from one to the other would arrive: they are linked and the receiver is there.
    fn delivers(overlay: &Overlay, from: u32, to: u32) -> bool {
        overlay.are_linked(id(from), id(to)) && !overlay.has_vanished(id(to))
    }

    #[test]
    fn a_link_is_seen_from_both_ends_and_a_leaf_from_below_only_among_links() {
        let overlay = small();
        let ends =
            |links: &[Link]| links.iter().map(|link| (link.to.0, link.is_opened())).collect::<Vec<_>>();
        assert_eq!(ends(overlay.links(id(1))), [(0, false), (2, true)]);
        assert_eq!(ends(overlay.leaves(id(1))), [(3, false)]);
        assert_eq!(ends(overlay.links(id(3))), [(1, true)]);
        assert_eq!(overlay.opened(id(1)), 1);
        assert!(overlay.are_linked(id(1), id(3)) && !overlay.are_linked(id(0), id(2)));
        assert_eq!(overlay.latency(overlay.links(id(2))[0]), SimDuration(9));
        assert_eq!(overlay.lanes(), 2, "equal latencies share a lane");
    }

    #[test]
    fn who_vanished_is_silent_until_its_links_are_removed() {
        let mut overlay = small();
        overlay.vanish(id(1));
        overlay.check().unwrap();
        for end in [0, 2, 3] {
            assert!(overlay.links(id(end))[0].is_silent() && !delivers(&overlay, end, 1));
        }
        let mut lost = Vec::new();
        overlay.remove(id(1), &mut lost);
        overlay.check().unwrap();
        let loss = |at, opened| Lost { at: id(at), opened };
        assert_eq!(lost, [loss(0, true), loss(2, false), loss(3, true)]);
        assert!((0..4).all(|end| overlay.links(id(end)).is_empty()));
        overlay.link(id(0), id(1), FAR, Kind::Equal);
        assert!(delivers(&overlay, 0, 1));
    }

    #[test]
    fn a_leaf_that_goes_is_forgotten_by_its_ultrapeer() {
        let mut overlay = small();
        overlay.vanish(id(3));
        assert!(overlay.leaves(id(1))[0].is_silent());
        overlay.remove(id(3), &mut Vec::new());
        overlay.check().unwrap();
        assert!(overlay.leaves(id(1)).is_empty() && overlay.links(id(1)).len() == 2);
    }
}
