//! `[faults]`: when central parts do not answer.

use crate::scenario::language::{FAULTS, NUMBERED_OUTAGE_KINDS, OUTAGE_KINDS, OUTAGE_SPAN};
use crate::scenario::node::Node;
use crate::scenario::problem::Problems;
use crate::scenario::view::View;
use crate::spec::{Fault, FaultTarget, SystemKind, SystemSpec};
use crate::units::SimTime;

pub fn faults(root: &View<'_>, systems: &[SystemSpec], out: &mut Problems) -> Vec<Fault> {
    let view = root.nested("faults", &FAULTS);
    let mut faults: Vec<Fault> = Vec::new();
    for key in ["tracker", "web-server", "index", "server"] {
        for node in view.list(key).unwrap_or_default() {
            let Some(fault) = fault(key, node, systems, out) else { continue };
            // Not the last alone: of several numbers the earlier in the list may end later.
            let mut before = faults.iter().filter(|other| other.what.meets(fault.what));
            if fault.from >= fault.to {
                out.error(node.span, "this outage ends before it begins", "give `from` before `to`");
            } else if before.any(|before| fault.from < before.to) {
                out.error(
                    node.span,
                    "this outage begins before one above it ends",
                    "list outages in order, apart from each other",
                );
            }
            faults.push(fault);
        }
    }
    faults
}

fn fault(key: &str, node: &Node, systems: &[SystemSpec], out: &mut Problems) -> Option<Fault> {
    let numbered = matches!(key, "index" | "server");
    let choice = node.choice(if numbered { NUMBERED_OUTAGE_KINDS } else { OUTAGE_KINDS })?;
    let number = choice.companion("number").filter(|_| numbered);
    let what = target(key, number.and_then(Node::number).map(|number| number as u32));
    if let Some(node) = number {
        check_number(what, node, systems, out);
    }
    let span = choice.node.view(&OUTAGE_SPAN);
    Some(Fault { what, from: SimTime(span.duration("from")?.0), to: SimTime(span.duration("to")?.0) })
}

fn target(key: &str, number: Option<u32>) -> FaultTarget {
    match key {
        "tracker" => FaultTarget::Tracker,
        "web-server" => FaultTarget::WebServer,
        "index" => FaultTarget::Index(number),
        "server" => FaultTarget::Server(number),
        other => unreachable!("{other} is not read"),
    }
}

/// Some system must have a machine of that number.
fn check_number(what: FaultTarget, node: &Node, systems: &[SystemSpec], out: &mut Problems) {
    let (number, noun) = match what {
        FaultTarget::Index(Some(number)) => (number, "index"),
        FaultTarget::Server(Some(number)) => (number, "server"),
        FaultTarget::Index(None)
        | FaultTarget::Server(None)
        | FaultTarget::Tracker
        | FaultTarget::WebServer => return,
    };
    let machines = |system: &SystemSpec| match (&system.kind, what) {
        (SystemKind::Napster(napster), FaultTarget::Index(_)) => napster.index.servers,
        (SystemKind::ClientServer(server), FaultTarget::Server(_)) => server.servers,
        (
            SystemKind::BitTorrent(_)
            | SystemKind::Napster(_)
            | SystemKind::Gnutella(_)
            | SystemKind::ClientServer(_),
            FaultTarget::Tracker | FaultTarget::WebServer | FaultTarget::Index(_) | FaultTarget::Server(_),
        ) => 0,
    };
    let most = systems.iter().map(machines).max().unwrap_or(0);
    if number >= most {
        let hint = match most {
            0 => format!("no system has such a part; leave the {noun}'s outage out"),
            most => format!("they are numbered from 0 to {}; without `number` all are down", most - 1),
        };
        out.error(node.span, format!("there is no {noun} {number} in any system"), hint);
    }
}
