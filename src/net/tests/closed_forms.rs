//! Cases whose answer can be written down. The equations stand above each.

use super::*;

/// A star of peers with these uplinks and downlinks.
fn star(lines: &[(f64, f64)]) -> (Network, Vec<(LinkId, LinkId)>) {
    let mut network = Network::new();
    let mut line = |&(up, down): &(f64, f64)| (network.add_link(Rate(up)), network.add_link(Rate(down)));
    let lines = lines.iter().map(&mut line).collect();
    (network, lines)
}

fn start(network: &mut Network, up: LinkId, down: LinkId, cap: f64) -> FlowId {
    network.start(SimTime::ZERO, up, RouteId::DIRECT, down, Rate(cap), 1000.0)
}

#[track_caller]
fn check_rates(network: &mut Network, flows: &[FlowId], expected: &[f64]) {
    let rates: Vec<f64> = flows.iter().map(|&flow| network.rate(flow)).collect();
    for (&found, &expected) in rates.iter().zip(expected) {
        assert_close(found, expected, &format!("{rates:?}"));
    }
    network.check().unwrap();
}

// x + y + z = 120 on the server's uplink
// => x = y = z = 40
#[test]
fn one_link_is_shared_equally() {
    let (mut network, peers) = star(&[(120.0, 0.0), (0.0, 1e6), (0.0, 1e6), (0.0, 1e6)]);
    let flows: Vec<_> = (1..4).map(|to| start(&mut network, peers[0].0, peers[to].1, NO_CAP)).collect();
    check_rates(&mut network, &flows, &[40.0; 3]);
    network.stop(SimTime::ZERO, flows[1]);
    check_rates(&mut network, &[flows[0], flows[2]], &[60.0; 2]);
}

// x + y + z = 120, x <= 10
// => x = 10, y = z = 55
#[test]
fn a_cap_leaves_the_rest_to_the_others() {
    let (mut network, peers) = star(&[(120.0, 0.0), (0.0, 1e6), (0.0, 1e6), (0.0, 1e6)]);
    let caps = [10.0, NO_CAP, NO_CAP];
    let flows: Vec<_> =
        (0..3).map(|flow| start(&mut network, peers[0].0, peers[flow + 1].1, caps[flow])).collect();
    check_rates(&mut network, &flows, &[10.0, 55.0, 55.0]);
    // x <= 200 binds no more: x = y = z = 40
    network.set_cap(SimTime::ZERO, flows[0], Rate(200.0));
    check_rates(&mut network, &flows, &[40.0; 3]);
}

// up A: x + y + z = 120, x <= 10, levels within a hundredth of themselves
// => y = z = 55, and they stay there while 2 x 55 + x is within 1.1 of 120
#[test]
fn a_level_stays_until_what_changes_adds_up_to_something() {
    let mut network = Network::new();
    network.set_sameness(0.01);
    let up = network.add_link(Rate(120.0));
    let flows: Vec<FlowId> = [10.0, NO_CAP, NO_CAP]
        .map(|cap| {
            let down = network.add_link(Rate(1e6));
            start(&mut network, up, down, cap)
        })
        .into();
    check_rates(&mut network, &flows, &[10.0, 55.0, 55.0]);
    let solved = network.links_solved();
    for (x, rest) in [(10.6, 55.0), (11.0, 55.0), (9.4, 55.0)] {
        network.set_cap(SimTime::ZERO, flows[0], Rate(x));
        check_rates(&mut network, &flows, &[x, rest, rest]);
    }
    assert_eq!(network.links_solved(), solved);
    // 9.4 and 0.8 less would leave 1.4: y = z = (120 - 8.6) / 2
    network.set_cap(SimTime::ZERO, flows[0], Rate(8.6));
    check_rates(&mut network, &flows, &[8.6, 55.7, 55.7]);
    assert!(network.links_solved() > solved);
}

// up A: x + y = 100;  up B: z = 100;  down C: x + z = 60;  down D: y = 1000
// => x = z = 30, y = 70
#[test]
fn up_and_down_cross() {
    let (mut network, peers) = star(&[(100.0, 0.0), (100.0, 0.0), (0.0, 60.0), (0.0, 1000.0)]);
    let x = start(&mut network, peers[0].0, peers[2].1, NO_CAP);
    let y = start(&mut network, peers[0].0, peers[3].1, NO_CAP);
    let z = start(&mut network, peers[1].0, peers[2].1, NO_CAP);
    check_rates(&mut network, &[x, y, z], &[30.0, 70.0, 30.0]);
    // down C: x + z = 300 is not full: up A: x = y = 50, up B: z = 100
    network.set_capacity(SimTime::ZERO, peers[2].1, Rate(300.0));
    check_rates(&mut network, &[x, y, z], &[50.0, 50.0, 100.0]);
}

// Three core links in a row: x + a = 10;  x + b = 20;  x + c = 6
// => x = c = 3, a = 7, b = 17
#[test]
fn a_parking_lot_of_three_links() {
    let link = |from, capacity| CoreLink {
        from,
        to: from + 1,
        capacity: Rate(capacity),
        latency: SimDuration::from_millis(1),
    };
    let nodes = ["r0", "r1", "r2", "r3"].map(String::from).to_vec();
    let links = vec![link(0, 10.0), link(1, 20.0), link(2, 6.0)];
    let mut network =
        Network::with_core(&CoreGraph { nodes, links, access_latency: SimDuration::ZERO }).unwrap();
    let mut flow = |from, to| {
        let (up, down) = (network.add_link(Rate::UNLIMITED), network.add_link(Rate::UNLIMITED));
        let route = network.routes().route(from, to);
        network.start(SimTime::ZERO, up, route, down, Rate::UNLIMITED, 1.0)
    };
    let flows = [flow(0, 3), flow(0, 1), flow(1, 2), flow(2, 3)];
    check_rates(&mut network, &flows, &[3.0, 7.0, 17.0, 3.0]);
}

// Nothing flows where a link has no capacity; what no link and no cap limits is instantaneous.
#[test]
fn zero_and_infinite_capacities() {
    let (mut network, peers) = star(&[(0.0, NO_CAP), (NO_CAP, NO_CAP)]);
    let stuck = start(&mut network, peers[0].0, peers[1].1, NO_CAP);
    let instant = start(&mut network, peers[1].0, peers[0].1, NO_CAP);
    check_rates(&mut network, &[stuck, instant], &[0.0, NO_CAP]);
    let mut told = Vec::new();
    network.take_retimed(|link, due| told.push((link, due)));
    assert_eq!(told, [(peers[1].0, SimTime::ZERO)]);
    let mut reached = Vec::new();
    network.due(SimTime::ZERO, peers[1].0, &mut reached);
    assert_eq!(reached, [instant]);
    assert_eq!(network.remaining(secs(5.0), stuck), 1000.0);
}

// 1000 B at 120/2 B/s until 10 s, then alone at 120 B/s: 10 + (1000 - 600) / 120 = 13.333... s, rounded up
#[test]
fn a_milestone_is_due_when_its_bytes_have_gone() {
    let (mut network, peers) = star(&[(120.0, 0.0), (0.0, 1e6), (0.0, 1e6)]);
    let stays = start(&mut network, peers[0].0, peers[1].1, NO_CAP);
    let leaves = start(&mut network, peers[0].0, peers[2].1, NO_CAP);
    assert_close(network.stop(secs(10.0), leaves), 600.0, "bytes of the one that leaves");
    let mut told = Vec::new();
    network.take_retimed(|link, due| told.push((link, due)));
    let due = SimTime(13_333_333_334);
    assert_eq!(told, [(peers[0].0, due)]);
    let mut reached = Vec::new();
    network.due(due, peers[0].0, &mut reached);
    assert_eq!(reached, [stays]);
    // 240 B more take 2 s, counted from the milestone and not from the rounded moment.
    network.extend(due, stays, 240.0);
    told.clear();
    network.take_retimed(|link, due| told.push((link, due)));
    assert_eq!(told, [(peers[0].0, SimTime(15_333_333_334))]);
}
