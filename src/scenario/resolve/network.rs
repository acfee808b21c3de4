//! `[network]`: latency, overhead and the core graph.

use super::Context;
use crate::scenario::grammar::similar;
use crate::scenario::language::{LINK, NETWORK, OVERHEAD, TOPOLOGY};
use crate::scenario::node::Node;
use crate::scenario::view::View;
use crate::spec::{Core, CoreGraph, CoreLink, Network, Overhead, Sharing};
use crate::units::{Rate, SimDuration};

pub fn network(root: &View<'_>, context: &mut Context<'_>) -> Option<Network> {
    let view = root.nested("network", &NETWORK);
    let overhead = view.word("overhead", OVERHEAD).unwrap_or(Overhead::TcpIp);
    let sharing = Sharing::MaxMin;
    let latency = view.duration("one-way-latency");
    if !view.has("topology") {
        let one_way_latency = latency.unwrap_or(SimDuration::from_millis(40));
        return Some(Network { core: Core::Star { one_way_latency }, sharing, overhead });
    }
    if let Some(span) = view.span("one-way-latency") {
        let hint =
            "with a topology, latency comes from its links and its `access-latency`; remove one of the two";
        context.out.error(span, "`one-way-latency` and `topology` contradict each other", hint);
    }
    let topology = view.node("topology")?.view(&TOPOLOGY);
    Some(Network { core: Core::Graph(graph(&topology, context)?), sharing, overhead })
}

fn graph(view: &View<'_>, context: &mut Context<'_>) -> Option<CoreGraph> {
    let mut nodes: Vec<String> = Vec::new();
    for node in view.list("nodes")? {
        let Some(name) = node.text() else { continue };
        if nodes.iter().any(|known| known == name) {
            context.out.error(
                node.span,
                format!("the router \"{name}\" is listed twice"),
                "give each router a name of its own",
            );
        }
        nodes.push(name.to_owned());
    }
    let place = view.span("nodes").expect("it was read");
    if nodes.is_empty() {
        context.out.error(place, "a topology needs at least one router", "write nodes = [\"a\", \"b\"]");
        return None;
    }
    let links: Vec<CoreLink> =
        view.list("links")?.iter().filter_map(|link| core_link(link, &nodes, context)).collect();
    if !context.out.has_errors() && !is_connected(nodes.len(), &links) {
        let hint = "add links until every router can be reached from every other";
        context.out.error(
            view.span("links").expect("it was read"),
            "the links leave the topology in pieces",
            hint,
        );
    }
    let access_latency = view.duration("access-latency").unwrap_or(SimDuration::from_millis(20));
    Some(CoreGraph { nodes, links, access_latency })
}

fn core_link(node: &Node, nodes: &[String], context: &mut Context<'_>) -> Option<CoreLink> {
    let view = node.view(&LINK);
    let mut end = |key: &str| {
        let written = view.node(key)?;
        let name = written.text()?;
        let found = nodes.iter().position(|node| node == name);
        if found.is_none() {
            let hint = match similar(name, nodes.iter().map(String::as_str)) {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => format!("the routers are {}", nodes.join(", ")),
            };
            context.out.error(written.span, format!("there is no router \"{name}\""), hint);
        }
        found.map(|index| u32::try_from(index).expect("few routers"))
    };
    let (from, to) = (end("from"), end("to"));
    let (from, to) = (from?, to?);
    if from == to {
        context.out.error(node.span, "a link joins a router with itself", "give two different routers");
    }
    let unlimited = view.text("capacity") == Some("unlimited");
    let capacity = if unlimited { Rate::UNLIMITED } else { view.rate("capacity")? };
    Some(CoreLink { from, to, capacity, latency: view.duration("latency")? })
}

/// Whether every router can be reached from the first.
fn is_connected(nodes: usize, links: &[CoreLink]) -> bool {
    let mut reached = vec![false; nodes];
    let mut open = vec![0u32];
    reached[0] = true;
    while let Some(node) = open.pop() {
        for link in links.iter().filter(|link| link.from == node || link.to == node) {
            let other = if link.from == node { link.to } else { link.from };
            if !std::mem::replace(&mut reached[other as usize], true) {
                open.push(other);
            }
        }
    }
    reached.into_iter().all(|reached| reached)
}
