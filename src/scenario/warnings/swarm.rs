//! Settings of a swarm that keep it from working.

use crate::scenario::problem::{Problems, Span};
use crate::spec::{Behavior, Choker, ClientSpec, PeerClass, Scenario, StartsWith, SwarmSpec};

pub fn settings(scenario: &Scenario, swarm: &SwarmSpec, span: Span, out: &mut Problems) {
    let clients = || scenario.classes.iter().zip(&swarm.clients);
    let free_riders = scenario.classes.iter().any(|class| class.behavior == Behavior::FreeRider);
    if free_riders && clients().all(|(_, client)| client.choker == Choker::None) {
        let hint = "choose choker = \"tit-for-tat\" or \"random\"";
        out.warn(span, "nobody is ever choked here, so nothing can be withheld from free riders", hint);
    }
    if clients().all(|(_, client)| !client.connectable) {
        out.warn(span, "nobody accepts a connection, so nobody can connect", "let some class be connectable");
    }
    let gives = |(class, client): (&PeerClass, &ClientSpec)| {
        let slots = client.regular_slots + client.optimistic_slots;
        class.behavior != Behavior::FreeRider && (slots > 0 || client.choker == Choker::None)
    };
    if !clients().any(gives) {
        out.warn(span, "nobody has an upload slot", "write slots = { regular = 4, optimistic = 1 }");
    }
    if clients().any(|(_, client)| client.connections.min_peers > client.connections.max_initiate) {
        let hint = "make `min-peers` no larger than `max-initiate`";
        out.warn(
            span,
            "`min-peers` is above `max-initiate`: such a client asks the tracker again and again",
            hint,
        );
    }
    let holds = |class: &PeerClass| matches!(class.starts_with, StartsWith::WholeFile | StartsWith::Files(_));
    let hidden = clients().any(|(class, client)| client.super_seeding && holds(class));
    if !hidden && clients().any(|(_, client)| client.super_seeding) {
        let hint = "write it for a class that starts with \"whole-file\"";
        out.warn(span, "nobody super-seeds: who does comes with a whole file", hint);
    }
    if swarm.tracker.expiry < swarm.tracker.interval {
        let hint = "make the tracker's `expiry` longer than its `interval`";
        out.warn(span, "the tracker drops peers before they announce again", hint);
    }
    if clients().any(|(_, client)| swarm.tracker.interval < client.connections.check_every) {
        let hint = "make `check-every` of `connections` as short as the tracker's `interval`";
        out.warn(span, "peers announce later than the tracker's `interval` says", hint);
    }
    if clients().any(|(_, client)| client.optimistic_every < client.rechoke_every) {
        let hint = "`optimistic-every` is usually a multiple of `rechoke-every`";
        out.warn(span, "optimistic unchokes change more often than there are rechokes", hint);
    }
}
