//! What bandwidth sharing costs. `cargo bench --bench network`.
//!
//! Linux only: memory comes from /proc, and is what the peak rose by. Three tables: a server with 100 000 clients that come
//! and go; swarms in which peers choose anew whom they serve; and blocks that pass over flows whose rates do not change.

mod cpu;
mod memory;

use unchoke::engine::Queue;
use unchoke::net::{FlowId, LinkId, Network, RouteId};
use unchoke::rng::{Seed, Stream};
use unchoke::units::{Rate, SimTime};

use self::cpu::cpu_time;
use self::memory::peak_memory;

/// Distribution function of upload capacities in kB/s: Piatek et al. 2007 ("Do incentives build robustness in
/// BitTorrent?"), figure 1.
const PIATEK_KB_PER_S: [(f64, f64); 26] = [
    (0.001, 43.1),
    (0.05, 46.4),
    (0.1, 48.3),
    (0.15, 50.1),
    (0.2, 51.7),
    (0.25, 56.4),
    (0.3, 58.0),
    (0.35, 62.7),
    (0.4, 66.8),
    (0.45, 72.0),
    (0.5, 77.4),
    (0.55, 86.1),
    (0.6, 91.0),
    (0.65, 100.4),
    (0.7, 112.9),
    (0.75, 129.2),
    (0.8, 178.5),
    (0.85, 241.1),
    (0.9, 391.6),
    (0.925, 878.5),
    (0.95, 1294.5),
    (0.97, 3840.1),
    (0.98, 6744.7),
    (0.99, 10204.5),
    (0.995, 12101.1),
    (0.999, 12394.1),
];

fn piatek(random: &mut Stream) -> f64 {
    let p = random.unit();
    let points = &PIATEK_KB_PER_S;
    let above = points.partition_point(|&(q, _)| q < p).clamp(1, points.len() - 1);
    let ((p0, low), (p1, high)) = (points[above - 1], points[above]);
    1000.0 * (low + (high - low) * ((p - p0) / (p1 - p0)).clamp(0.0, 1.0))
}

fn random(purpose: &str) -> Stream {
    Seed { seed: 1, replicate: 0 }.stream(purpose)
}

#[derive(Clone, Copy)]
enum Event {
    Arrive(u32),
    Due(LinkId),
}

/// A network with its queue: one entry a link that counts, moved lazily.
struct World {
    network: Network,
    queue: Queue<Event>,
    now: SimTime,
    events: u64,
}

impl World {
    fn new(network: Network) -> World {
        World { network, queue: Queue::new(), now: SimTime::ZERO, events: 0 }
    }

    /// Asks for the memory of events to come: first the link, then what it names.
    fn prefetch(&self) {
        if let Some(&Event::Due(link)) = self.queue.upcoming(4) {
            self.network.prefetch_flows_on(link);
        }
        if let Some(&Event::Due(link)) = self.queue.upcoming(9) {
            self.network.prefetch_link(link);
        }
    }

    fn schedule(&mut self) {
        let queue = &mut self.queue;
        self.network.take_entries(|link, due| queue.push(due, Event::Due(link)));
    }

    /// The next event that counts, and the flows that have reached their milestone.
    fn next(&mut self, reached: &mut Vec<FlowId>) -> Option<Option<u32>> {
        reached.clear();
        loop {
            let (now, event) = self.queue.pop()?;
            self.prefetch();
            self.events += 1;
            self.now = now;
            let link = match event {
                Event::Arrive(who) => return Some(Some(who)),
                Event::Due(link) => link,
            };
            if let Some(later) = self.network.entry_came_up(now, link, reached) {
                self.queue.push(later, Event::Due(link));
            }
            if !reached.is_empty() {
                return Some(None);
            }
        }
    }
}

fn server(clients: u32, uplink: f64, downlink: impl Fn(&mut Stream) -> f64) {
    let mut random = random("server");
    let mut network = Network::new();
    let server = network.add_link(Rate(uplink));
    let lines: Vec<LinkId> = (0..clients).map(|_| network.add_link(Rate(downlink(&mut random)))).collect();
    let mut world = World::new(network);
    let mut arrivals: Vec<u64> = (0..clients).map(|_| (3600e9 * random.unit()) as u64).collect();
    arrivals.sort_unstable();
    let begun = cpu_time();
    for (who, &at) in arrivals.iter().enumerate() {
        world.queue.push(SimTime(at), Event::Arrive(who as u32));
    }
    let (mut peak, mut served, mut reached) = (0, 0, Vec::new());
    while let Some(arrival) = world.next(&mut reached) {
        if let Some(who) = arrival {
            let line = lines[who as usize];
            world.network.start(world.now, server, RouteId::DIRECT, line, Rate::UNLIMITED, 10e6);
        }
        for &flow in &reached {
            assert!((world.network.stop(world.now, flow) - 10e6).abs() < 1e-3);
            served += 1;
        }
        world.schedule();
        peak = peak.max(world.network.flows_on(server));
    }
    let secs = (cpu_time() - begun).as_secs_f64();
    assert_eq!(served, clients);
    println!(
        "{:>12.0}{peak:>12}{:>12.0}{:>12}{:>12}{secs:>12.2}",
        uplink / 1e6,
        world.now.as_secs(),
        world.events,
        world.network.links_solved()
    );
}

const FLOWS: usize = 4;

/// A star of Piatek's peers, each with four flows to random others; the flows by peer.
fn swarm(
    peers: usize,
    down_factor: f64,
    block: f64,
    random: &mut Stream,
) -> (World, Vec<(LinkId, LinkId)>, Vec<FlowId>) {
    let mut network = Network::new();
    let lines: Vec<(LinkId, LinkId)> = (0..peers)
        .map(|_| {
            let up = piatek(random);
            (network.add_link(Rate(up)), network.add_link(Rate(up * down_factor)))
        })
        .collect();
    let mut flows = Vec::new();
    for peer in 0..peers * FLOWS {
        let (from, to) = (peer / FLOWS, other(random, peers, peer / FLOWS));
        let now = SimTime::ZERO;
        flows.push(network.start(now, lines[from].0, RouteId::DIRECT, lines[to].1, Rate::UNLIMITED, block));
    }
    (World::new(network), lines, flows)
}

fn other(random: &mut Stream, peers: usize, than: usize) -> usize {
    (than + 1 + random.below(peers - 1)) % peers
}

/// Each change ends one flow and begins another from the same peer.
fn changes(peers: usize, down_factor: f64) {
    let mut random = random("changes");
    let memory = peak_memory();
    let (mut world, lines, mut flows) = swarm(peers, down_factor, 1e15, &mut random);
    world.network.take_retimed(|_, _| {});
    let memory = (peak_memory() - memory) / peers as f64;
    let count = 200_000;
    let choices: Vec<(usize, usize)> = (0..count)
        .map(|_| {
            let slot = random.below(flows.len());
            (slot, other(&mut random, peers, slot / FLOWS))
        })
        .collect();
    let solved = world.network.links_solved();
    let begun = cpu_time();
    let mut retimed = 0u64;
    for (turn, (slot, to)) in choices.into_iter().enumerate() {
        let now = SimTime(turn as u64 * 1000);
        world.network.stop(now, flows[slot]);
        let (up, down) = (lines[slot / FLOWS].0, lines[to].1);
        flows[slot] = world.network.start(now, up, RouteId::DIRECT, down, Rate::UNLIMITED, 1e15);
        world.network.take_retimed(|_, _| retimed += 1);
    }
    let micros = (cpu_time() - begun).as_secs_f64() * 1e6 / f64::from(count);
    world.network.check().expect("the rates are max-min fair");
    let per_change = |total: u64| total as f64 / f64::from(count);
    println!(
        "{peers:>12}{down_factor:>12}{:>12.1}{:>12.1}{micros:>12.2}{memory:>14.0}",
        per_change(world.network.links_solved() - solved),
        per_change(retimed)
    );
}

/// Blocks of 16 KiB one after the other on every flow.
fn blocks(peers: usize) {
    let mut random = random("blocks");
    let (mut world, _, _) = swarm(peers, 8.0, 16384.0, &mut random);
    world.schedule();
    let (mut done, mut reached) = (0u64, Vec::new());
    let begun = cpu_time();
    while done < 4_000_000 {
        world.next(&mut reached).expect("blocks never end");
        for &flow in &reached {
            world.network.extend(world.now, flow, 16384.0);
        }
        done += reached.len() as u64;
        world.schedule();
    }
    let nanos = (cpu_time() - begun).as_nanos() as f64 / done as f64;
    println!("{peers:>12}{done:>12}{:>12.2}{nanos:>12.0}", world.events as f64 / done as f64);
}

fn main() {
    println!(
        "A server, 100 000 clients that each fetch 10 MB, arrivals over an hour (needs 278 MB/s to keep up)"
    );
    println!(
        "{:>12}{:>12}{:>12}{:>12}{:>12}{:>12}",
        "uplink MB/s", "peak online", "ends at s", "events", "solved", "CPU s"
    );
    server(100_000, 150e6, |_| 1e6);
    server(100_000, 400e6, |_| 1e6);
    server(100_000, 150e6, |random| 8.0 * piatek(random));
    server(100_000, 280e6, |random| 2.0 * piatek(random));

    println!("\nA star of Piatek's peers with four flows each; a change ends one flow and begins another");
    println!(
        "{:>12}{:>12}{:>12}{:>12}{:>12}{:>14}",
        "peers", "down / up", "solved", "retimed", "us a change", "bytes a peer"
    );
    for peers in [1_000, 20_000] {
        for down_factor in [1.0, 8.0] {
            changes(peers, down_factor);
        }
    }
    changes(200_000, 8.0);
    changes(1_000_000, 8.0);

    println!("\nThe same star, rates at rest: what a block costs with its events");
    println!("{:>12}{:>12}{:>12}{:>12}", "peers", "blocks", "events each", "ns a block");
    for peers in [1_000, 20_000, 200_000, 1_000_000] {
        blocks(peers);
    }
}
