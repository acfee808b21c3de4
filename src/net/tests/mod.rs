//! The fast network against the equations and against the slow reference.

mod closed_forms;
mod progress;
mod random;

use super::reference::Demand;
use super::{FlowId, LinkId, Network, RouteId};
use crate::rng::{Seed, Stream};
use crate::spec::{CoreGraph, CoreLink};
use crate::units::{Rate, SimDuration, SimTime};

const NO_CAP: f64 = f64::INFINITY;

fn secs(secs: f64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs(secs)
}

fn assert_close(found: f64, expected: f64, what: &str) {
    let close = found == expected || (found - expected).abs() <= 1e-9 * expected.abs();
    assert!(close, "{what}: {found} instead of {expected}");
}

/// A connected random core of so many routers, some of its links too small to be ignored.
fn random_core(random: &mut Stream, routers: usize) -> CoreGraph {
    let mut links = Vec::new();
    let link = |from: usize, to: usize, random: &mut Stream| CoreLink {
        from: from as u32,
        to: to as u32,
        capacity: Rate(random_capacity(random) * 2.0),
        latency: SimDuration::from_millis(1 + random.below(3) as u64),
    };
    for router in 1..routers {
        let to = random.below(router);
        links.push(link(router, to, random));
    }
    for _ in 0..random.below(routers) {
        let (from, to) = (random.below(routers), random.below(routers));
        links.push(link(from, to, random));
    }
    let nodes = (0..routers).map(|router| router.to_string()).collect();
    CoreGraph { nodes, links, access_latency: SimDuration::ZERO }
}

/// Often one of a few round values, so that levels tie; now and then nothing or no limit.
fn random_capacity(random: &mut Stream) -> f64 {
    match random.below(20) {
        0 => 0.0,
        1 => f64::INFINITY,
        2..8 => [100.0, 200.0, 400.0, 800.0][random.below(4)],
        _ => 10.0 + 1000.0 * random.unit(),
    }
}

fn random_cap(random: &mut Stream) -> f64 {
    match random.below(8) {
        0..4 => NO_CAP,
        4 => [50.0, 100.0, 200.0][random.below(3)],
        5 if random.chance(0.2) => 0.0,
        _ => 300.0 * random.unit(),
    }
}

/// A network and, beside it, what the reference needs to know of it.
struct World {
    network: Network,
    capacities: Vec<f64>,
    up: Vec<LinkId>,
    down: Vec<LinkId>,
    router: Vec<usize>,
}

impl World {
    fn random(random: &mut Stream, peers: usize, crowd_size: usize) -> World {
        let routers = if random.chance(0.5) { 1 } else { 2 + random.below(4) };
        let core = random_core(random, routers);
        let mut network = Network::with_core(&core).expect("the random core is connected");
        network.set_crowd_size(crowd_size);
        let mut capacities: Vec<f64> = core.links.iter().flat_map(|link| [link.capacity.0; 2]).collect();
        let factor = [1.0, 8.0][random.below(2)];
        let (mut up, mut down, mut router) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..peers {
            let capacity = random_capacity(random);
            up.push(network.add_link(Rate(capacity)));
            down.push(network.add_link(Rate(capacity * factor)));
            capacities.extend([capacity, capacity * factor]);
            router.push(random.below(routers));
        }
        World { network, capacities, up, down, router }
    }

    fn peers(&self) -> usize {
        self.up.len()
    }

    fn route(&self, from: usize, to: usize) -> RouteId {
        self.network.routes().route(self.router[from], self.router[to])
    }

    fn demand(&self, from: usize, to: usize, cap: f64) -> Demand {
        let core = self.network.routes().links(self.route(from, to));
        let access = [self.up[from].0 as usize, self.down[to].0 as usize];
        Demand { links: core.iter().map(|&link| link as usize).chain(access).collect(), cap }
    }

    fn start(&mut self, now: SimTime, from: usize, to: usize, cap: f64, bytes: f64) -> FlowId {
        let route = self.route(from, to);
        self.network.start(now, self.up[from], route, self.down[to], Rate(cap), bytes)
    }

    fn set_capacity(&mut self, now: SimTime, link: usize, capacity: f64) {
        self.capacities[link] = capacity;
        self.network.set_capacity(now, LinkId(link as u32), Rate(capacity));
    }
}

fn seed(number: u64) -> Stream {
    Seed { seed: number, replicate: 0 }.stream("network test")
}
