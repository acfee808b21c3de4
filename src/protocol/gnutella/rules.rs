//! Who is an ultrapeer, whom a servent links to, and how many links it has.

use super::overlay::{Kind, Overlay as Links};
use crate::rng::Stream;
use crate::spec::Overlay;
use crate::units::{PersonIndex, Rate};

/// What a servent is in the overlay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// As everybody in 0.4, and as the ultrapeers of 0.6 among themselves.
    Equal,
    /// In 0.6: forwards nothing.
    Leaf,
}

/// The rules of one overlay, and what each servent is in it.
#[derive(Clone, Debug)]
pub struct Rules {
    overlay: Overlay,
    roles: Vec<Role>,
    /// Accepts links from others.
    connectable: Vec<bool>,
}

impl Rules {
    /// Of each servent its upload line and whether it can be connected to; nothing of one that never comes.
    pub fn new(overlay: &Overlay, servents: &[Option<(Rate, bool)>]) -> Rules {
        let roles = match overlay {
            Overlay::Flat { .. } | Overlay::RegularTree { .. } => vec![Role::Equal; servents.len()],
            Overlay::Ultrapeers { share, .. } => elect(*share, servents),
        };
        let connectable =
            servents.iter().map(|servent| servent.is_some_and(|(_, connectable)| connectable)).collect();
        Rules { overlay: overlay.clone(), roles, connectable }
    }

    pub fn role(&self, servent: PersonIndex) -> Role {
        self.roles[servent.at()]
    }

    /// How many links the servent opens when it comes. A link has two ends, so half of the mean is opened by each; a mean
    /// that is not even is met by drawing.
    pub fn opens(&self, servent: PersonIndex, stream: &mut Stream) -> u32 {
        match (&self.overlay, self.role(servent)) {
            (Overlay::Flat { links, .. }, _) => half_of(*links, stream),
            (Overlay::Ultrapeers { links, .. }, Role::Equal) => half_of(f64::from(*links), stream),
            (Overlay::Ultrapeers { parents, .. }, Role::Leaf) => *parents,
            (Overlay::RegularTree { .. }, _) => u32::from(servent.0 > 0),
        }
    }

    /// Whom a servent links to where that does not come from the host cache: its place in a regular tree.
    pub fn appointed(&self, servent: PersonIndex) -> Option<PersonIndex> {
        match self.overlay {
            Overlay::Flat { .. } | Overlay::Ultrapeers { .. } => None,
            Overlay::RegularTree { degree } => parent_in_tree(degree, servent),
        }
    }

    /// Others may learn of it from the host cache.
    pub fn is_listed(&self, servent: PersonIndex) -> bool {
        self.connectable[servent.at()] && self.role(servent) == Role::Equal
    }

    /// How `host` takes a servent that connects to it; `None`: it does not, for want of room.
    pub fn accepts(&self, links: &Links, host: PersonIndex, caller: PersonIndex) -> Option<Kind> {
        let present = links.links(host).len();
        match (&self.overlay, self.role(caller)) {
            (Overlay::Flat { most, .. }, _) => (present < *most as usize).then_some(Kind::Equal),
            (Overlay::Ultrapeers { links, .. }, Role::Equal) => {
                (present < 2 * *links as usize).then_some(Kind::Equal)
            }
            (Overlay::Ultrapeers { leaves, .. }, Role::Leaf) => {
                (links.leaves(host).len() < *leaves as usize).then_some(Kind::Leaf)
            }
            (Overlay::RegularTree { .. }, _) => Some(Kind::Equal),
        }
    }
}

/// The share of the servents that come, those with the fastest lines among those that can be connected to; one at least, ties by
/// index.
fn elect(share: f64, servents: &[Option<(Rate, bool)>]) -> Vec<Role> {
    let coming = servents.iter().flatten().count();
    let mut able: Vec<(usize, Rate)> = (0..)
        .zip(servents)
        .filter_map(|(servent, line)| {
            line.filter(|(_, connectable)| *connectable).map(|(rate, _)| (servent, rate))
        })
        .collect();
    able.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(&b.0)));
    let elected = (share * coming as f64).round().max(1.0) as usize;
    let mut roles = vec![Role::Leaf; servents.len()];
    able.iter().take(elected).for_each(|&(servent, _)| roles[servent] = Role::Equal);
    roles
}

/// At least one, so that everybody belongs to the overlay.
fn half_of(mean: f64, stream: &mut Stream) -> u32 {
    let half = (mean / 2.0).max(1.0);
    half.floor() as u32 + u32::from(stream.chance(half.fract()))
}

/// The tree is numbered level by level: servent 0 has servents 1 to `degree` below it, every other inner one `degree` - 1.
fn parent_in_tree(degree: u32, servent: PersonIndex) -> Option<PersonIndex> {
    match servent.0 {
        0 => None,
        below if below <= degree => Some(PersonIndex(0)),
        below => Some(PersonIndex(1 + (below - 1 - degree) / (degree - 1))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;
    use crate::units::SimDuration;

    fn stream() -> Stream {
        Seed { seed: 1, replicate: 0 }.stream("rules")
    }

    fn alike(servents: usize) -> Vec<Option<(Rate, bool)>> {
        vec![Some((Rate(1.0), true)); servents]
    }

    #[test]
    fn half_of_the_links_are_opened_on_average() {
        let rules = Rules::new(&Overlay::Flat { links: 3.4, most: 9 }, &alike(1));
        let mut stream = stream();
        let opened: Vec<u32> = (0..10_000).map(|_| rules.opens(PersonIndex(0), &mut stream)).collect();
        assert!(opened.iter().all(|&links| links == 1 || links == 2));
        // Twice the mean of 1.7; the standard error of the mean is sqrt(0.7 x 0.3 / 10000) = 0.0046; five of them, twice.
        let mean = 2.0 * f64::from(opened.iter().sum::<u32>()) / 10_000.0;
        assert!((mean - 3.4).abs() < 0.046, "{mean}");
    }

    #[test]
    fn ultrapeers_are_the_fastest_that_can_be_connected_to() {
        let servents =
            [(Rate(5.0), true), (Rate(9.0), false), (Rate(7.0), true), (Rate(7.0), true), (Rate(1.0), true)]
                .map(Some);
        let roles =
            |share| elect(share, &servents).iter().map(|&role| role == Role::Equal).collect::<Vec<_>>();
        assert_eq!(roles(0.4), [false, false, true, true, false]);
        assert_eq!(roles(0.2), [false, false, true, false, false]);
        assert_eq!(roles(0.0), roles(0.2), "one at least");
        assert_eq!(roles(1.0), [true, false, true, true, true]);
    }

    #[test]
    fn in_a_regular_tree_every_inner_servent_has_its_degree() {
        for degree in [2u32, 3, 4, 8] {
            // Down to the third level: 1, n, n (n - 1), n (n - 1)^2 servents.
            let inner = 1 + degree + degree * (degree - 1);
            let servents = inner + degree * (degree - 1) * (degree - 1);
            let mut links = vec![0; servents as usize];
            for servent in 1..servents {
                let parent = parent_in_tree(degree, PersonIndex(servent)).expect("all but the root have one");
                assert!(parent.0 < servent);
                links[parent.at()] += 1;
                links[servent as usize] += 1;
            }
            let (inner, ends) = links.split_at(inner as usize);
            assert!(inner.iter().all(|&links| links == degree) && ends.iter().all(|&links| links == 1));
        }
    }

    #[test]
    fn a_full_host_refuses() {
        let id = PersonIndex;
        let spec = Overlay::Ultrapeers { share: 0.5, links: 1, parents: 2, leaves: 1 };
        let fast = |fast: bool| Some((Rate(if fast { 2.0 } else { 1.0 }), true));
        let rules = Rules::new(&spec, &[true, true, true, true, false, false, false, false].map(fast));
        let mut links = Links::new(8);
        assert_eq!(rules.accepts(&links, id(0), id(1)), Some(Kind::Equal));
        links.link(id(1), id(0), SimDuration::ZERO, Kind::Equal);
        links.link(id(2), id(0), SimDuration::ZERO, Kind::Equal);
        assert_eq!(rules.accepts(&links, id(0), id(3)), None, "twice the mean is the most");
        assert_eq!(rules.accepts(&links, id(0), id(4)), Some(Kind::Leaf), "leaves have places of their own");
        links.link(id(4), id(0), SimDuration::ZERO, Kind::Leaf);
        assert_eq!(rules.accepts(&links, id(0), id(5)), None);
        assert!(rules.is_listed(id(0)) && !rules.is_listed(id(4)));
    }
}
