//! Random operations on random networks: every rate after every operation, against progressive filling.

use super::*;
use crate::net::reference::max_min;

/// Plays one random world; the seed names it in every failure.
fn play(number: u64, operations: usize, crowd_size: usize) {
    let mut random = seed(number);
    let peers = 3 + random.below(6);
    let mut world = World::random(&mut random, peers, crowd_size);
    let mut flows: Vec<(FlowId, Demand)> = Vec::new();
    let mut now = SimTime::ZERO;
    for operation in 0..operations {
        if random.chance(0.7) {
            now = now + SimDuration::from_secs(random.unit());
        }
        one_operation(&mut random, &mut world, &mut flows, now);
        let demands: Vec<Demand> = flows.iter().map(|(_, demand)| demand.clone()).collect();
        let expected = max_min(&world.capacities, &demands);
        for ((flow, demand), expected) in flows.iter().zip(expected) {
            let what = || format!("seed {number}, operation {operation}, {flow:?} over {demand:?}");
            assert_close(world.network.rate(*flow), expected, &what());
        }
        world.network.check().unwrap_or_else(|why| panic!("seed {number}, operation {operation}: {why}"));
    }
}

fn one_operation(random: &mut Stream, world: &mut World, flows: &mut Vec<(FlowId, Demand)>, now: SimTime) {
    let grow = if flows.len() < 25 { 5 } else { 2 };
    match random.below(grow + 7) {
        0..3 if !flows.is_empty() => {
            let (flow, _) = flows.swap_remove(random.below(flows.len()));
            let bytes = world.network.stop(now, flow);
            assert!((0.0..=1e6).contains(&bytes), "{bytes}");
        }
        3 if !flows.is_empty() => {
            let chosen = random.below(flows.len());
            let (flow, demand) = &mut flows[chosen];
            demand.cap = random_cap(random);
            world.network.set_cap(now, *flow, Rate(demand.cap));
        }
        4 => {
            let link = random.below(world.capacities.len());
            world.set_capacity(now, link, random_capacity(random));
        }
        5 if !flows.is_empty() => {
            let (flow, _) = flows[random.below(flows.len())];
            world.network.extend(now, flow, 1e6 * random.unit());
        }
        _ => {
            let from = random.below(world.peers());
            let to = (from + 1 + random.below(world.peers() - 1)) % world.peers();
            let cap = random_cap(random);
            let demand = world.demand(from, to, cap);
            let flow = world.start(now, from, to, cap, 1e6);
            flows.push((flow, demand));
        }
    }
}

#[test]
fn every_rate_is_the_references_after_every_operation() {
    for number in 0..1500 {
        play(number, 40, 64);
    }
}

/// One server and clients by the hundred, some of which serve each other too. Returns the most flows of the server.
fn play_server(number: u64, operations: u32) -> usize {
    let mut random = seed(number);
    let mut world = World::random(&mut random, 150, 64);
    let mut flows: Vec<(FlowId, Demand)> = Vec::new();
    let mut peak = 0;
    for operation in 0..operations {
        let now = secs(f64::from(operation));
        let grow = if flows.len() < 120 { 5 } else { 3 };
        match random.below(grow + 4) {
            0 => {
                let uplink = world.up[0].0 as usize;
                world.set_capacity(now, uplink, 20.0 * random_capacity(&mut random));
            }
            1..4 if !flows.is_empty() => {
                let (flow, _) = flows.swap_remove(random.below(flows.len()));
                world.network.stop(now, flow);
            }
            _ => {
                let to = 1 + random.below(149);
                let from = if random.chance(0.8) { 0 } else { 1 + to % 149 };
                let cap = random_cap(&mut random);
                let demand = world.demand(from, to, cap);
                flows.push((world.start(now, from, to, cap, 1e6), demand));
            }
        }
        world.network.check().unwrap_or_else(|why| panic!("seed {number}, operation {operation}: {why}"));
        if operation % 20 == 0 {
            let demands: Vec<Demand> = flows.iter().map(|(_, demand)| demand.clone()).collect();
            let expected = max_min(&world.capacities, &demands);
            for ((flow, _), expected) in flows.iter().zip(expected) {
                let what = format!("seed {number}, operation {operation}, {flow:?}");
                assert_close(world.network.rate(*flow), expected, &what);
            }
        }
        peak = peak.max(world.network.flows_on(world.up[0]));
    }
    peak
}

#[test]
fn every_rate_is_the_references_in_a_real_crowd() {
    for number in 0..8 {
        let peak = play_server(number, 800);
        assert!(peak > 64, "seed {number}: {peak} flows are no crowd");
    }
}

#[test]
fn the_same_where_a_few_flows_are_a_crowd() {
    for number in 0..1500 {
        play(number, 40, 3);
        play(number, 40, 0);
    }
}
