//! The core: routers joined by links, and for every pair of routers the route and its latency.
//!
//! A route is the one of least latency; among those the one with the fewest hops, and among those the one whose
//! last router has the lowest index, and so on back. It never depends on capacities or on the state of the network.

use std::ops::Add;

use petgraph::algo::dijkstra;
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::visit::EdgeRef;
use thiserror::Error;

use crate::spec::CoreGraph;
use crate::units::SimDuration;

/// A route through the core; [`RouteId::DIRECT`] has no link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteId(pub u32);

impl RouteId {
    /// Both ends hang on the same router, or the core is an ideal star.
    pub const DIRECT: RouteId = RouteId(0);
}

/// Why a core graph cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CoreError {
    #[error("the core has no router; give it at least one, or use a star")]
    Empty,
    #[error("core link {link} names router {router}, but there are only {routers} (counted from 0)")]
    NoSuchRouter { link: usize, router: u32, routers: usize },
    #[error("no path joins the routers \"{from}\" and \"{to}\"; add a link so that the core is connected")]
    Disconnected { from: String, to: String },
}

/// All routes of a core: which links each pair of routers uses, and how long a packet takes.
///
/// Core link `i` of the specification is two links: `2 i` leads from its `from` to its `to`, `2 i + 1` back.
#[derive(Clone, Debug)]
pub struct CoreRoutes {
    routers: usize,
    /// Where route `i` begins in `links`; one entry more than there are routes.
    starts: Vec<u32>,
    links: Vec<u32>,
    /// By `from * routers + to`.
    route: Vec<RouteId>,
    latency: Vec<SimDuration>,
}

/// What a path costs: latency first, then hops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    nanos: u64,
    hops: u32,
}

impl Add for Cost {
    type Output = Cost;
    fn add(self, rhs: Cost) -> Cost {
        Cost { nanos: self.nanos.saturating_add(rhs.nanos), hops: self.hops + rhs.hops }
    }
}

type Routers = UnGraph<(), Cost, u32>;

impl CoreRoutes {
    /// A core without routers' links: one ideal point in the middle, `latency` from line to line.
    pub fn star(latency: SimDuration) -> CoreRoutes {
        CoreRoutes {
            routers: 1,
            starts: vec![0, 0],
            links: Vec::new(),
            route: vec![RouteId::DIRECT],
            latency: vec![latency],
        }
    }

    /// Finds every pair's route. Memory grows with the square of the number of routers.
    ///
    /// # Errors
    /// No router at all, a link to a router that does not exist, or routers that no path joins.
    pub fn new(core: &CoreGraph) -> Result<CoreRoutes, CoreError> {
        let graph = graph_of(core)?;
        let routers = core.nodes.len();
        let mut routes = CoreRoutes {
            routers,
            starts: vec![0, 0],
            links: Vec::new(),
            route: vec![RouteId::DIRECT; routers * routers],
            latency: vec![core.access_latency; routers * routers],
        };
        for from in 0..routers {
            routes.add_routes_from(core, &graph, from)?;
        }
        Ok(routes)
    }

    fn add_routes_from(&mut self, core: &CoreGraph, graph: &Routers, from: usize) -> Result<(), CoreError> {
        let reached = dijkstra(graph, NodeIndex::new(from), None, |edge| *edge.weight());
        let cost: Vec<Option<Cost>> =
            (0..self.routers).map(|router| reached.get(&NodeIndex::new(router)).copied()).collect();
        for to in (0..self.routers).filter(|&to| to != from) {
            let Some(total) = cost[to] else {
                let name = |router: usize| core.nodes[router].clone();
                return Err(CoreError::Disconnected { from: name(from), to: name(to) });
            };
            let begin = self.links.len();
            walk_back(core, graph, &cost, from, to, &mut self.links);
            self.links[begin..].reverse();
            let pair = from * self.routers + to;
            self.route[pair] = RouteId(u32::try_from(self.starts.len() - 1).expect("fewer than 2^32 routes"));
            self.latency[pair] = core.access_latency + SimDuration(total.nanos);
            self.starts.push(u32::try_from(self.links.len()).expect("routes fit 2^32 hops"));
        }
        Ok(())
    }

    pub fn routers(&self) -> usize {
        self.routers
    }

    /// The route from a line at one router to a line at another.
    pub fn route(&self, from: usize, to: usize) -> RouteId {
        self.route[from * self.routers + to]
    }

    /// One-way latency from line to line, the lines' own included; the same in both directions.
    pub fn latency(&self, from: usize, to: usize) -> SimDuration {
        self.latency[from * self.routers + to]
    }

    /// The directed core links of a route, in the order in which a packet meets them.
    pub fn links(&self, route: RouteId) -> &[u32] {
        let route = route.0 as usize;
        &self.links[self.starts[route] as usize..self.starts[route + 1] as usize]
    }

    /// The most core links that any route has.
    pub fn longest(&self) -> usize {
        self.starts.windows(2).map(|pair| (pair[1] - pair[0]) as usize).max().unwrap_or(0)
    }
}

fn graph_of(core: &CoreGraph) -> Result<Routers, CoreError> {
    let routers = core.nodes.len();
    if routers == 0 {
        return Err(CoreError::Empty);
    }
    let mut graph = Routers::with_capacity(routers, core.links.len());
    for _ in 0..routers {
        graph.add_node(());
    }
    for (index, link) in core.links.iter().enumerate() {
        for router in [link.from, link.to] {
            if router as usize >= routers {
                return Err(CoreError::NoSuchRouter { link: index, router, routers });
            }
        }
        let cost = Cost { nanos: link.latency.0, hops: 1 };
        graph.add_edge(NodeIndex::new(link.from as usize), NodeIndex::new(link.to as usize), cost);
    }
    Ok(graph)
}

/// Appends the directed links of the route from `from` to `to`, last first.
fn walk_back(
    core: &CoreGraph,
    graph: &Routers,
    cost: &[Option<Cost>],
    from: usize,
    to: usize,
    links: &mut Vec<u32>,
) {
    let mut here = to;
    while here != from {
        let (before, edge) = graph
            .edges(NodeIndex::new(here))
            .map(|edge| {
                let other = if edge.source().index() == here { edge.target() } else { edge.source() };
                (other.index(), edge.id().index(), *edge.weight())
            })
            .filter(|&(other, _, step)| other != here && cost[other].map(|c| c + step) == cost[here])
            .map(|(other, edge, _)| (other, edge))
            .min()
            .expect("a reached router has a router before it");
        let forward = core.links[edge].to as usize == here && core.links[edge].from as usize == before;
        links.push(2 * edge as u32 + u32::from(!forward));
        here = before;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::CoreLink;
    use crate::units::Rate;

    fn core(nodes: usize, links: &[(u32, u32, u64)]) -> CoreGraph {
        CoreGraph {
            nodes: (0..nodes).map(|node| format!("r{node}")).collect(),
            links: links
                .iter()
                .map(|&(from, to, millis)| CoreLink {
                    from,
                    to,
                    capacity: Rate(1e6),
                    latency: SimDuration::from_millis(millis),
                })
                .collect(),
            access_latency: SimDuration::from_millis(10),
        }
    }

    fn route(routes: &CoreRoutes, from: usize, to: usize) -> Vec<u32> {
        routes.links(routes.route(from, to)).to_vec()
    }

    #[test]
    fn the_route_is_the_quickest_and_each_direction_is_a_link_of_its_own() {
        // 0 --5-- 1 --5-- 2, and 0 --20-- 2 directly.
        let routes = CoreRoutes::new(&core(3, &[(0, 1, 5), (1, 2, 5), (0, 2, 20)])).unwrap();
        assert_eq!(route(&routes, 0, 2), [0, 2]);
        assert_eq!(route(&routes, 2, 0), [3, 1]);
        assert_eq!(routes.latency(0, 2), SimDuration::from_millis(20));
        assert_eq!(routes.latency(2, 0), SimDuration::from_millis(20));
        assert_eq!(routes.route(1, 1), RouteId::DIRECT);
        assert_eq!(routes.latency(1, 1), SimDuration::from_millis(10));
        assert_eq!(routes.longest(), 2);
    }

    #[test]
    fn ties_go_to_fewer_hops_and_then_to_the_lower_router() {
        let direct = CoreRoutes::new(&core(3, &[(0, 1, 5), (1, 2, 5), (2, 0, 10)])).unwrap();
        assert_eq!(route(&direct, 0, 2), [5]);
        let square = CoreRoutes::new(&core(4, &[(0, 2, 5), (2, 3, 5), (0, 1, 5), (1, 3, 5)])).unwrap();
        assert_eq!(route(&square, 0, 3), [4, 6]);
    }

    #[test]
    fn a_core_that_cannot_be_used_is_named() {
        assert_eq!(CoreRoutes::new(&core(0, &[])).unwrap_err(), CoreError::Empty);
        let split = CoreRoutes::new(&core(3, &[(0, 1, 5)])).unwrap_err();
        assert_eq!(split, CoreError::Disconnected { from: "r0".into(), to: "r2".into() });
        let outside = CoreRoutes::new(&core(2, &[(0, 7, 5)])).unwrap_err();
        assert_eq!(outside, CoreError::NoSuchRouter { link: 0, router: 7, routers: 2 });
    }
}
