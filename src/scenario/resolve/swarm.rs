//! A BitTorrent system: presets, settings above them, and the classes' own settings above those.
//!
//! The order, weakest first: the preset named nearest to the class (its own `bittorrent.client`, else
//! the system's `client`, else `lecture`); the keys of the system through its `like`, the farthest
//! first; the keys of the class's `bittorrent` through its `like`. A written key beats any preset.

use super::people::ClassPlace;
use super::sharing::limit;
use super::systems::{put, service};
use crate::scenario::language::{
    ANSWERS, CHOKERS, CLIENTS, CONNECTIONS, ENDGAMES, GRANULARITIES, HAVE_FORMS, OPTIMISTICS, OVERRIDES,
    PICKERS, RATE_DEPENDENT, ROUND_ROBIN, SEED_CHOKER_TABLES, SEED_CHOKERS, SLOTS, STRICT_PRIORITIES,
    TRACKER, WEB_SERVER,
};
use crate::scenario::node::Node;
use crate::scenario::presets::Preset;
use crate::scenario::problem::Problems;
use crate::scenario::view::View;
use crate::spec::{
    ClientSpec, Granularity, HaveForm, Optimistic, RequestQueue, SeedChoker, ServiceTime, SwarmSpec,
    TrackerAnswer, TrackerSpec, WebServerSpec,
};
use crate::units::{Rate, SimDuration};

pub fn swarm(system: &View<'_>, classes: &[ClassPlace<'_>], out: &mut Problems) -> SwarmSpec {
    let preset = system.word("client", CLIENTS);
    // Without a class the settings are checked all the same.
    let own = client(preset.unwrap_or(Preset::Lecture), &[system], out);
    let mut of_class = |class: &ClassPlace<'_>| {
        let overrides = class.view.nested("bittorrent", &OVERRIDES);
        if overrides.is_empty() {
            return own.clone();
        }
        let preset = overrides.word("client", CLIENTS).or(preset).unwrap_or(Preset::Lecture);
        client(preset, &[system, &overrides], out)
    };
    let clients = classes.iter().map(&mut of_class).collect();
    let granularity = system.word("granularity", GRANULARITIES).unwrap_or(Granularity::Block);
    SwarmSpec {
        clients,
        tracker: tracker(&system.nested("tracker", &TRACKER), preset.unwrap_or(Preset::Lecture)),
        web_server: web_server(system),
        granularity,
        have: system.word("have", HAVE_FORMS).unwrap_or(HaveForm::InBulk),
        rates_within: system.number("rates-within").unwrap_or(granularity.usual_tolerance()),
    }
}

fn client(preset: Preset, views: &[&View<'_>], out: &mut Problems) -> ClientSpec {
    let mut client = preset.client();
    for view in views {
        for layer in view.layers() {
            apply(&mut client, &layer, out);
        }
    }
    if client.optimistic == Optimistic::Off {
        client.optimistic_slots = 0;
    }
    let limits = client.connections;
    let written = || views.iter().rev().find_map(|view| view.span("connections"));
    if limits.min_peers > limits.max_allow_in.max(limits.max_initiate)
        && let Some(span) = written()
    {
        let message = format!("min-peers = {} is more connections than the limits allow", limits.min_peers);
        out.error(span, message, "make `min-peers` smaller or `max-initiate` and `max-allow-in` larger");
    }
    client
}

/// What one table writes about the client.
fn apply(client: &mut ClientSpec, view: &View<'_>, out: &mut Problems) {
    put(&mut client.picker, view.word("picker", PICKERS));
    put(&mut client.random_first, view.whole("random-first"));
    put(&mut client.strict_priority, view.word("strict-priority", STRICT_PRIORITIES));
    put(&mut client.endgame, view.word("endgame", ENDGAMES));
    put(&mut client.choker, view.word("choker", CHOKERS));
    put(&mut client.seed_choker, seed_choker(view));
    let slots = view.nested("slots", &SLOTS);
    put(&mut client.regular_slots, slots.whole("regular"));
    put(&mut client.optimistic_slots, slots.whole("optimistic"));
    let optimistic = view.word("optimistic", OPTIMISTICS);
    if optimistic == Some(Optimistic::Off) && slots.whole("optimistic").is_some_and(|slots| slots > 0) {
        let span = slots.span("optimistic").expect("it was read");
        out.error(
            span,
            "optimistic slots contradict optimistic = \"off\"",
            "write slots = { optimistic = 0 } or leave it out",
        );
    }
    put(&mut client.optimistic, optimistic);
    put(&mut client.min_uploads, limit(view, "min-uploads"));
    put(&mut client.equals_stay, view.boolean("equals-stay"));
    put(&mut client.optimistic_apart, view.boolean("optimistic-apart"));
    put(&mut client.unchokes_uninterested, view.boolean("unchokes-uninterested"));
    put(&mut client.rechokes_on_interest, view.boolean("rechokes-on-interest"));
    put(&mut client.rechoke_every, view.duration("rechoke-every"));
    put(&mut client.optimistic_every, view.duration("optimistic-every"));
    put(&mut client.rate_window, view.duration("rate-window"));
    put(&mut client.seed_rate_window, view.duration("seed-rate-window"));
    put(&mut client.snub_after, view.node("snub-after").map(Node::duration));
    put(&mut client.allowed_fast, view.whole("allowed-fast"));
    put(&mut client.allowed_fast_for_starters, view.boolean("allowed-fast-for-starters"));
    put(&mut client.request_queue, request_queue(view, out));
    put(&mut client.whole_piece_within, view.node("whole-piece-within").map(Node::duration));
    put(&mut client.look_again_after, view.node("look-again-after").map(Node::duration));
    put(&mut client.max_sources, view.whole("max-sources").map(Some));
    let connections = view.nested("connections", &CONNECTIONS);
    put(&mut client.connections.min_peers, connections.whole("min-peers"));
    put(&mut client.connections.max_initiate, connections.whole("max-initiate"));
    put(&mut client.connections.max_allow_in, connections.whole("max-allow-in"));
    put(&mut client.connections.check_every, connections.duration("check-every"));
    put(&mut client.connectable, view.boolean("connectable"));
    put(&mut client.hash_check, view.boolean("hash-check"));
    put(&mut client.super_seeding, view.boolean("super-seeding"));
    put(&mut client.limiter_tick, view.node("limiter-tick").map(Node::duration));
}

fn seed_choker(view: &View<'_>) -> Option<SeedChoker> {
    if let Some(choice) = view.choice("seed-choker", SEED_CHOKER_TABLES) {
        let round_robin = choice.node.view(&ROUND_ROBIN);
        let (pieces, at_least) = (round_robin.whole("pieces")?, round_robin.duration("at-least")?);
        return Some(SeedChoker::RoundRobin { pieces, at_least });
    }
    view.word("seed-choker", SEED_CHOKERS)
}

fn request_queue(view: &View<'_>, out: &mut Problems) -> Option<RequestQueue> {
    if let Some(fixed) = view.whole("request-queue") {
        return Some(RequestQueue::Fixed(fixed));
    }
    let node = view.node("request-queue")?;
    let queue = node.view(&RATE_DEPENDENT);
    let horizon = queue.duration("horizon")?;
    let (min, max) = (queue.whole("min")?, queue.whole("max")?);
    if min > max {
        out.error(node.span, format!("min = {min} is above max = {max}"), "give `min` the smaller number");
    }
    match (queue.whole("base"), queue.whole("begin")) {
        (Some(base), None) => Some(RequestQueue::RateDependent { base, horizon, min, max }),
        (None, Some(begin)) => Some(RequestQueue::SlowStart { begin, horizon, min, max }),
        (Some(_), Some(_)) | (None, None) => {
            out.error(node.span, "a queue has a `base` or a `begin`", "write one of them");
            None
        }
    }
}

fn tracker(view: &View<'_>, preset: Preset) -> TrackerSpec {
    TrackerSpec {
        service: service(view).unwrap_or(ServiceTime::Fixed(SimDuration::from_millis(1))),
        numwant: view.whole("numwant").unwrap_or(preset.numwant()),
        answer: view.word("answer", ANSWERS).unwrap_or(TrackerAnswer::Random),
        // mainline's tracker: reannounce_interval 1800 s, and peers time out after 45 min.
        interval: view.duration("interval").unwrap_or(SimDuration::from_whole_secs(1800)),
        expiry: view.duration("expiry").unwrap_or(SimDuration::from_whole_secs(2700)),
    }
}

fn web_server(system: &View<'_>) -> Option<WebServerSpec> {
    if system.text("web-server") == Some("none") {
        return None;
    }
    let view = system.nested("web-server", &WEB_SERVER);
    Some(WebServerSpec { upload: view.rate("upload").unwrap_or(Rate::from_mbit(10.0)) })
}
