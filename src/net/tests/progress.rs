//! Completion times, against a simulator that integrates the reference's rates one step at a time.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::net::reference::max_min;

/// A transfer of several milestones; each peer pair repeats it until the plan is used up.
#[derive(Clone)]
struct Transfer {
    begins: f64,
    from: usize,
    to: usize,
    cap: f64,
    milestones: Vec<f64>,
}

/// What happens at given moments, whatever the rates are.
#[derive(Clone, Copy)]
enum Step {
    Begin(usize),
    Capacity(usize, f64),
}

struct Plan {
    transfers: Vec<Transfer>,
    steps: Vec<(f64, Step)>,
}

fn plan(random: &mut Stream, world: &World) -> Plan {
    let mut steps = Vec::new();
    let transfers: Vec<Transfer> = (0..30)
        .map(|index| {
            let from = random.below(world.peers());
            let to = (from + 1 + random.below(world.peers() - 1)) % world.peers();
            let begins = (100.0 * random.unit()).floor();
            steps.push((begins, Step::Begin(index)));
            let milestones = (0..1 + random.below(5)).map(|_| 1.0 + 2000.0 * random.unit()).collect();
            Transfer { begins, from, to, cap: random_cap(random), milestones }
        })
        .collect();
    for _ in 0..10 {
        let link = random.below(world.capacities.len());
        steps.push((100.0 * random.unit(), Step::Capacity(link, random_capacity(random))));
    }
    // At the end everything gets its capacity, so that every transfer comes to its end.
    for link in 0..world.capacities.len() {
        steps.push((150.0, Step::Capacity(link, 500.0 + link as f64)));
    }
    steps.sort_by(|a, b| a.0.total_cmp(&b.0));
    Plan { transfers, steps }
}

type Finished = BTreeMap<(usize, usize), f64>;

fn naive(world: &World, plan: &Plan) -> Finished {
    let mut capacities = world.capacities.clone();
    let mut steps = plan.steps.iter().peekable();
    let mut now = 0.0;
    let mut finished = Finished::new();
    // (transfer, milestone, bytes left)
    let mut active: Vec<(usize, usize, f64)> = Vec::new();
    while steps.peek().is_some() || !active.is_empty() {
        let demands: Vec<Demand> = active
            .iter()
            .map(|&(index, ..)| {
                let transfer = &plan.transfers[index];
                world.demand(transfer.from, transfer.to, transfer.cap)
            })
            .collect();
        let rates = max_min(&capacities, &demands);
        let first = active.iter().zip(&rates).map(|(&(.., left), &rate)| left / rate).fold(NO_CAP, f64::min);
        let step = steps.peek().map_or(NO_CAP, |(at, _)| at - now);
        let length = first.min(step);
        if length == NO_CAP {
            break;
        }
        now += length;
        for (flow, &rate) in active.iter_mut().zip(&rates) {
            flow.2 = if rate == NO_CAP { 0.0 } else { flow.2 - rate * length };
        }
        if step <= first {
            match steps.next().expect("a step is there").1 {
                Step::Begin(index) => active.push((index, 0, plan.transfers[index].milestones[0])),
                Step::Capacity(link, capacity) => capacities[link] = capacity,
            }
        }
        active.retain_mut(|(index, milestone, left)| {
            if *left > 1e-9 {
                return true;
            }
            finished.insert((*index, *milestone), now);
            *milestone += 1;
            match plan.transfers[*index].milestones.get(*milestone) {
                Some(more) => *left += more,
                None => return false,
            }
            true
        });
    }
    finished
}

/// The same plan on the network, with one queue entry a link.
fn fast(world: &mut World, plan: &Plan) -> Finished {
    let mut queue: BTreeSet<(SimTime, LinkId)> = BTreeSet::new();
    let mut told: BTreeMap<LinkId, SimTime> = BTreeMap::new();
    let mut steps = plan.steps.iter().peekable();
    let mut finished = Finished::new();
    let mut who: BTreeMap<FlowId, (usize, usize)> = BTreeMap::new();
    let mut reached = Vec::new();
    let mut without_progress = 0;
    loop {
        world.network.take_retimed(|link, due| {
            if let Some(old) = told.insert(link, due) {
                queue.remove(&(old, link));
            }
            if due != SimTime::NEVER {
                queue.insert((due, link));
            }
        });
        let step = steps.peek().map_or(SimTime::NEVER, |(at, _)| secs(*at));
        let Some(&(due, link)) = queue.first().filter(|(due, _)| *due < step) else {
            match steps.next() {
                None => return finished,
                Some((_, Step::Begin(index))) => {
                    let transfer = plan.transfers[*index].clone();
                    let now = secs(transfer.begins);
                    let flow =
                        world.start(now, transfer.from, transfer.to, transfer.cap, transfer.milestones[0]);
                    who.insert(flow, (*index, 0));
                }
                Some((_, Step::Capacity(link, capacity))) => world.set_capacity(step, *link, *capacity),
            }
            continue;
        };
        queue.remove(&(due, link));
        reached.clear();
        world.network.due(due, link, &mut reached);
        without_progress = if reached.is_empty() { without_progress + 1 } else { 0 };
        assert!(without_progress == 0, "a due link had nothing to do at {due}");
        for &flow in &reached {
            let (index, milestone) = who[&flow];
            finished.insert((index, milestone), due.as_secs());
            match plan.transfers[index].milestones.get(milestone + 1) {
                Some(&more) => {
                    world.network.extend(due, flow, more);
                    who.insert(flow, (index, milestone + 1));
                }
                None => {
                    let all = plan.transfers[index].milestones[milestone];
                    assert_close(world.network.stop(due, flow), all, "bytes of the last milestone");
                    who.remove(&flow);
                }
            }
        }
    }
}

fn play(number: u64, crowd_size: usize) {
    let mut random = seed(number);
    let peers = 3 + random.below(5);
    let mut world = World::random(&mut random, peers, crowd_size);
    let plan = plan(&mut random, &world);
    let expected = naive(&world, &plan);
    let found = fast(&mut world, &plan);
    assert_eq!(found.len(), expected.len(), "seed {number}: not as many milestones");
    for (which, &expected) in &expected {
        let found = found[which];
        assert!(
            (found - expected).abs() <= 1e-6 * expected.max(1.0),
            "seed {number}, {which:?}: {found} s instead of {expected} s"
        );
    }
}

#[test]
fn milestones_come_when_a_step_by_step_simulation_says() {
    for number in 0..400 {
        play(number, 64);
        play(number, 3);
    }
}

#[test]
fn a_due_link_always_has_a_milestone_however_late_fast_or_small() {
    let mut random = seed(1);
    for late in [0.0, 1e3, 1e6, 1e8] {
        for rate in [0.3, 1e3 / 3.0, 1e6, 1.25e10 / 7.0] {
            for cap in [NO_CAP, rate * 0.7] {
                let mut network = Network::new();
                let (up, down) = (network.add_link(Rate(rate)), network.add_link(Rate(2.0 * rate)));
                let now = secs(late * random.unit());
                let flow = network.start(now, up, RouteId::DIRECT, down, Rate(cap), 1.0);
                let mut before = now;
                for _ in 0..300 {
                    let mut due = SimTime::NEVER;
                    network.take_retimed(|link, at| {
                        assert_eq!(link, up);
                        due = at;
                    });
                    let mut reached = Vec::new();
                    network.due(due, up, &mut reached);
                    assert_eq!(reached, [flow], "nothing at {due} after {before}, rate {rate}, cap {cap}");
                    before = due;
                    network.extend(due, flow, [1.0, 16384.0, 1e3 * random.unit()][random.below(3)]);
                }
            }
        }
    }
}
