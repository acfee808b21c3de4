//! Settings of Napster, Gnutella and a plain server that keep them from working, and outages of what nobody has.

use super::{Places, persons};
use crate::scenario::problem::{Problems, Span};
use crate::spec::{
    Behavior, FaultTarget, FetchSpec, GnutellaSpec, NapsterSpec, Overlay, PeerClass, Scenario, ServerSpec,
    StartsWith, SystemKind,
};
use crate::units::SimTime;

pub fn napster(scenario: &Scenario, napster: &NapsterSpec, span: Span, out: &mut Problems) {
    let users: f64 = scenario.classes.iter().map(|class| persons(class, scenario)).sum();
    let servers = napster.index.servers;
    if f64::from(servers) > users {
        let message = format!("{servers} indexes for {users:.0} users: some have no user at all");
        out.warn(span, message, "make `servers` smaller");
    }
    nobody_connectable(&napster.clients, span, out);
}

pub fn gnutella(gnutella: &GnutellaSpec, span: Span, out: &mut Problems) {
    nobody_connectable(&gnutella.clients, span, out);
    if let Overlay::Ultrapeers { share, parents, leaves, .. } = gnutella.overlay
        && share * f64::from(leaves) < (1.0 - share) * f64::from(parents)
    {
        let message = format!(
            "the ultrapeers take {:.1} leaves a leaf, and each wants {parents} parents",
            share * f64::from(leaves) / (1.0 - share)
        );
        out.warn(span, message, "give a larger `share`, more `leaves` or fewer `parents`");
    }
}

/// Of two people one must accept the connection.
fn nobody_connectable(clients: &[FetchSpec], span: Span, out: &mut Problems) {
    if !clients.is_empty() && clients.iter().all(|client| !client.connectable) {
        let hint = "let some class be connectable";
        out.warn(span, "nobody accepts a connection, so nothing can be fetched", hint);
    }
}

pub fn server(scenario: &Scenario, server: &ServerSpec, span: Span, out: &mut Problems) {
    let brings = |class: &PeerClass| {
        class.behavior == Behavior::Compliant
            && matches!(class.starts_with, StartsWith::WholeFile | StartsWith::Files(1..))
    };
    if server.upload.is_none() && !scenario.classes.iter().any(brings) {
        let hint = "write upload = \"10 Mbit/s\"";
        out.warn(
            span,
            "the server is to have the lines of those who bring whole files, and nobody does",
            hint,
        );
    }
}

pub fn faults(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    let span = places.top("faults");
    for (what, noun) in [
        (FaultTarget::Tracker, "tracker"),
        (FaultTarget::WebServer, "web server"),
        (FaultTarget::Index(None), "index"),
        (FaultTarget::Server(None), "server"),
    ] {
        let same = |fault: FaultTarget| std::mem::discriminant(&fault) == std::mem::discriminant(&what);
        let down = scenario.faults.iter().any(|fault| same(fault.what));
        if down && !scenario.systems.iter().any(|system| has(&system.kind, what)) {
            out.warn(span, format!("the {noun} is down, but no system has one"), "remove the fault");
        }
    }
    let end = SimTime::ZERO + scenario.stop.no_later_than;
    if scenario.faults.iter().any(|fault| fault.from >= end) {
        out.warn(span, "an outage begins after the stop", "let it begin earlier or stop later");
    }
}

fn has(kind: &SystemKind, what: FaultTarget) -> bool {
    match what {
        FaultTarget::Tracker => matches!(kind, SystemKind::BitTorrent(_)),
        FaultTarget::WebServer => {
            matches!(kind, SystemKind::BitTorrent(swarm) if swarm.web_server.is_some())
        }
        FaultTarget::Index(_) => matches!(kind, SystemKind::Napster(_)),
        FaultTarget::Server(_) => matches!(kind, SystemKind::ClientServer(_)),
    }
}
