//! `[systems.*]`: presets, settings above them, and the classes' own settings above those.
//!
//! The order, weakest first: the preset named nearest to the class (its own `bittorrent.client`, else
//! the system's `client`, else `lecture`); the keys of the system through its `like`, the farthest
//! first; the keys of the class's `bittorrent` through its `like`. A written key beats any preset.

use super::Context;
use super::people::ClassPlace;
use crate::scenario::grammar::similar;
use crate::scenario::language::{
    ANSWERS, CHOKERS, CLIENTS, CONNECTIONS, ENDGAMES, KINDS, LATER_KINDS, OPTIMISTICS, OVERRIDES, PICKERS,
    RATE_DEPENDENT, ROUND_ROBIN, SEED_CHOKER_TABLES, SEED_CHOKERS, SERVICES, SLOTS, STRICT_PRIORITIES,
    SYSTEM, TRACKER, WEB_SERVER,
};
use crate::scenario::like;
use crate::scenario::node::{Entry, Node, Table};
use crate::scenario::presets::Preset;
use crate::scenario::problem::{Problems, Span};
use crate::scenario::view::View;
use crate::spec::{
    ClientSpec, Optimistic, PeerClass, RequestQueue, SeedChoker, ServiceTime, SwarmSpec, SystemKind,
    SystemSpec, TrackerAnswer, TrackerSpec, WebServerSpec,
};
use crate::units::{Rate, SimDuration};

/// The systems in the order of the file, and where each stands.
pub fn systems(
    root: &View<'_>,
    tree: &Table,
    classes: &[PeerClass],
    places: &[ClassPlace<'_>],
    context: &mut Context<'_>,
) -> (Vec<SystemSpec>, Vec<Span>) {
    let empty = Table::default();
    let written = root.node("systems").and_then(Node::table).filter(|table| !table.entries.is_empty());
    let Some(table) = written else {
        let view = View::new(vec![&empty], &SYSTEM);
        let swarm = swarm(&view, classes, places, context.out);
        let system =
            SystemSpec { label: "bittorrent".to_owned(), kind: SystemKind::BitTorrent(Box::new(swarm)) };
        let start = tree.entries.first().map_or(Span { source: 0, start: 0, end: 0 }, |entry| entry.key_span);
        return (vec![system], vec![start]);
    };
    let mut systems = Vec::new();
    let mut spans = Vec::new();
    for (entry, layers) in like::chains(table, "system", context.out) {
        let view = View::new(layers, &SYSTEM);
        check_kind(entry, &view, table, context.out);
        let swarm = swarm(&view, classes, places, context.out);
        systems.push(SystemSpec { label: entry.key.clone(), kind: SystemKind::BitTorrent(Box::new(swarm)) });
        spans.push(entry.key_span);
    }
    (systems, spans)
}

/// A kind comes from `kind`, from `like`, or from the label.
fn check_kind(entry: &Entry, view: &View<'_>, systems: &Table, out: &mut Problems) {
    let label = entry.key.as_str();
    if view.has("kind") || view.has("like") || KINDS.iter().any(|(kind, ())| *kind == label) {
        return;
    }
    if LATER_KINDS.contains(&label) {
        let hint = "this version knows kind = \"bittorrent\"";
        return out.error(
            entry.key_span,
            format!("the system `{label}` is not supported yet by this version"),
            hint,
        );
    }
    let others = systems.entries.iter().map(|other| other.key.as_str()).filter(|other| *other != label);
    let hint = match similar(label, others.chain(KINDS.iter().map(|(kind, ())| *kind))) {
        Some(meant) => format!("did you mean `{meant}`? Otherwise add kind = \"bittorrent\""),
        None => "add kind = \"bittorrent\", or like = \"another system\"".to_owned(),
    };
    out.error(entry.key_span, format!("system `{label}` does not say what kind it is"), hint);
}

fn swarm(
    system: &View<'_>,
    classes: &[PeerClass],
    places: &[ClassPlace<'_>],
    out: &mut Problems,
) -> SwarmSpec {
    let preset = system.word("client", CLIENTS);
    // Without a class the settings are checked all the same.
    let own = client(preset.unwrap_or(Preset::Lecture), &[system], out);
    let mut of_class = |(_, place): (&PeerClass, &ClassPlace<'_>)| {
        let overrides = place.view.nested("bittorrent", &OVERRIDES);
        if overrides.is_empty() {
            return own.clone();
        }
        let preset = overrides.word("client", CLIENTS).or(preset).unwrap_or(Preset::Lecture);
        client(preset, &[system, &overrides], out)
    };
    let clients = classes.iter().zip(places).map(&mut of_class).collect();
    SwarmSpec {
        clients,
        tracker: tracker(&system.nested("tracker", &TRACKER), preset.unwrap_or(Preset::Lecture)),
        web_server: web_server(system),
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

/// Puts a written value in the place of the preset's.
fn put<T>(target: &mut T, written: Option<T>) {
    if let Some(written) = written {
        *target = written;
    }
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
    put(&mut client.unchokes_uninterested, view.boolean("unchokes-uninterested"));
    put(&mut client.rechokes_on_interest, view.boolean("rechokes-on-interest"));
    put(&mut client.rechoke_every, view.duration("rechoke-every"));
    put(&mut client.optimistic_every, view.duration("optimistic-every"));
    put(&mut client.rate_window, view.duration("rate-window"));
    put(&mut client.seed_rate_window, view.duration("seed-rate-window"));
    put(&mut client.snub_after, view.node("snub-after").map(Node::duration));
    put(&mut client.allowed_fast, view.whole("allowed-fast"));
    put(&mut client.request_queue, request_queue(view, out));
    put(&mut client.max_sources, view.whole("max-sources").map(Some));
    let connections = view.nested("connections", &CONNECTIONS);
    put(&mut client.connections.min_peers, connections.whole("min-peers"));
    put(&mut client.connections.max_initiate, connections.whole("max-initiate"));
    put(&mut client.connections.max_allow_in, connections.whole("max-allow-in"));
    put(&mut client.connections.check_every, connections.duration("check-every"));
    put(&mut client.connectable, view.boolean("connectable"));
    put(&mut client.hash_check, view.boolean("hash-check"));
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
    let (base, horizon) = (queue.whole("base")?, queue.duration("horizon")?);
    let (min, max) = (queue.whole("min")?, queue.whole("max")?);
    if min > max {
        out.error(node.span, format!("min = {min} is above max = {max}"), "give `min` the smaller number");
    }
    Some(RequestQueue::RateDependent { base, horizon, min, max })
}

fn tracker(view: &View<'_>, preset: Preset) -> TrackerSpec {
    let service = view.choice("service", SERVICES).and_then(|choice| {
        let time = choice.node.duration()?;
        Some(match choice.name {
            "fixed" => ServiceTime::Fixed(time),
            "exponential" => ServiceTime::Exponential { mean: time },
            other => unreachable!("{other} is not read"),
        })
    });
    TrackerSpec {
        service: service.unwrap_or(ServiceTime::Fixed(SimDuration::from_millis(1))),
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
