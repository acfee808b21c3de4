//! What is known of a link and of a flow, laid out by cache lines.
//!
//! At a million peers a record is seldom in the cache, so the cost of a change is the number of lines that it touches, and whether
//! one must be there before the next can be asked for. A flow is one line: it remembers the levels of its links, so that
//! solving a link looks at that link and at its flows, and not at their other ends. A link is four lines: its state, its list of
//! flows, and where these stand that it binds, so that a milestone is found without a look at the flows. Lists leave the record only
//! where they are long.

use smallvec::SmallVec;

use crate::units::SimTime;

use super::crowd::Crowd;

/// No link: an unused hop.
pub(super) const NO_LINK: u32 = u32::MAX;
/// `Flow::bound` of a flow that its own cap holds.
pub(super) const BY_CAP: u32 = u32::MAX;
/// `Flow::bound` of a slot that no flow uses.
pub(super) const FREE: u32 = u32::MAX - 1;

/// As many flows as the record of a link has room for.
pub(super) const USUAL_FLOWS: usize = 12;

/// The level that a hop remembers of a crowded link: such a link changes its level without a visit to its flows.
const ASK_THE_LINK: f64 = f64::NAN;

/// Beside it a flow has 4 bytes in the list of every link that it crosses.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
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
    /// Uplink and downlink; the core's hops stand apart.
    pub access: [Hop; 2],
}

/// A link of a flow's route, and where the flow stands in that link's list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hop {
    /// [`Link::level_for_hops`].
    pub level: f64,
    pub link: u32,
    pub position: u32,
}

#[derive(Clone, Debug)]
#[repr(C, align(128))]
pub(super) struct Link {
    /// The rate that no flow here exceeds, in bytes per second; infinite while the link is not full.
    pub level: f64,
    /// While the link is not full: flows may rise up to this rate, all at once, and it still is not.
    pub headroom: f64,
    /// In bytes per second.
    pub capacity: f64,
    /// Bytes that this link has served to each flow bound at it, up to `since`.
    pub service: f64,
    pub since: SimTime,
    /// When the link is due, as last told to the caller.
    pub told: SimTime,
    /// While the link is full: by how many bytes per second its flows would be over its capacity at this level, and from how many on that
    /// matters. Nothing is exact in them; they spare a solution that would leave the level as it is.
    pub drift: f32,
    pub tolerance: f32,
    /// Waits in `Network::unsettled`.
    pub unsettled: bool,
    /// Waits in `Network::retimed`.
    pub retimed: bool,
    /// The flow bound here that is to reach its milestone first, as of the last time that `told` was worked out; [`FREE`]: not known.
    pub first: u32,
    pub flows: SmallVec<[u32; USUAL_FLOWS]>,
    /// Ordered books, while the link has very many flows.
    pub crowd: Option<Box<Crowd>>,
    /// How many flows it times because their own cap holds them and it is their uplink.
    pub capped: u32,
    /// When the entry that counts comes up that the caller's queue has for this link; [`SimTime::NEVER`]: it has none.
    pub entry: SimTime,
    /// The target of each of its flows, in the same order; infinite where something else binds the flow.
    pub targets: SmallVec<[f64; USUAL_FLOWS]>,
}

const _: () = assert!(size_of::<Flow>() == 64 && size_of::<Link>() == 256);
const _: () = assert!(std::mem::offset_of!(Link, flows) == 64 && std::mem::offset_of!(Link, capped) == 128);

impl Flow {
    /// A slot that no flow uses.
    pub const UNUSED: Flow =
        Flow { cap: 0.0, target: 0.0, milestone: 0.0, bound: FREE, tag: 0, access: [Hop::NONE; 2] };

    /// The hop to the access link that is not this one.
    #[inline]
    pub fn across(&self, link: u32) -> Hop {
        let [up, down] = self.access;
        if up.link == link { down } else { up }
    }

    /// Whether its own cap holds the flow and this is its uplink, which then times it.
    pub fn is_capped_at(&self, link: u32) -> bool {
        self.bound == BY_CAP && self.access[0].link == link
    }
}

impl Hop {
    pub const NONE: Hop = Hop { level: f64::INFINITY, link: NO_LINK, position: 0 };

    /// The hop of a flow that now stands last in the link's list.
    pub fn to_last(id: u32, link: &Link) -> Hop {
        Hop { level: link.level_for_hops(), link: id, position: link.flows.len() as u32 - 1 }
    }

    /// Whether the link keeps ordered books.
    pub fn is_crowded(&self) -> bool {
        self.level.is_nan()
    }

    /// Whether it may matter to the link that another link of the flow went to this level or came from it, and the other of the two
    /// is higher: to a link that is full at a lower level nothing above counts.
    pub fn is_concerned(&self, level: f64) -> bool {
        self.is_crowded() || self.level > level
    }

    /// The level of the link.
    pub fn link_level(&self, links: &[Link]) -> f64 {
        if self.is_crowded() { links[self.link as usize].level } else { self.level }
    }
}

impl Link {
    /// What the flows that others hold take of a full link has changed by so many bytes per second: whether its level has to be
    /// worked out anew.
    #[inline]
    pub fn drifts(&mut self, by: f64) -> bool {
        self.drift += by as f32;
        self.drift.abs() > self.tolerance
    }

    pub fn new(capacity: f64, now: SimTime) -> Link {
        Link {
            level: f64::INFINITY,
            headroom: capacity,
            capacity,
            service: 0.0,
            since: now,
            told: SimTime::NEVER,
            unsettled: false,
            retimed: false,
            first: FREE,
            drift: 0.0,
            tolerance: 0.0,
            flows: SmallVec::new(),
            crowd: None,
            capped: 0,
            entry: SimTime::NEVER,
            targets: SmallVec::new(),
        }
    }

    /// What the hops of the flows here remember of its level.
    pub fn level_for_hops(&self) -> f64 {
        if self.crowd.is_some() { ASK_THE_LINK } else { self.level }
    }
}
