//! `[systems.*]`: one after the other, each by the reader of its kind.

use super::Context;
use super::people::ClassPlace;
use super::{sharing, swarm};
use crate::scenario::language::{KINDS, SERVICES, SWARM};
use crate::scenario::node::{Node, Table};
use crate::scenario::problem::{Problems, Span};
use crate::scenario::view::View;
use crate::scenario::{like, named};
use crate::spec::{ServiceTime, SystemKind, SystemSpec};

/// The systems in the order of the file, and where each stands.
pub fn systems(
    root: &View<'_>,
    tree: &Table,
    classes: &[ClassPlace<'_>],
    context: &mut Context<'_>,
) -> (Vec<SystemSpec>, Vec<Span>) {
    let empty = Table::default();
    let written = root.node("systems").and_then(Node::table).filter(|table| !table.entries.is_empty());
    let Some(table) = written else {
        let swarm = swarm::swarm(&View::new(vec![&empty], &SWARM), classes, context.out);
        let system =
            SystemSpec { label: "bittorrent".to_owned(), kind: SystemKind::BitTorrent(Box::new(swarm)) };
        let start = tree.entries.first().map_or(Span { source: 0, start: 0, end: 0 }, |entry| entry.key_span);
        return (vec![system], vec![start]);
    };
    let mut systems = Vec::new();
    let mut spans = Vec::new();
    for (entry, layers) in like::chains(table, "system", context.out) {
        // Without a kind it is reported already.
        let Some(name) = named::kind(entry, table, &KINDS) else { continue };
        let view = View::new(layers, KINDS.record(name).expect("it is one of them"));
        let kind = kind(name, &view, classes, context.out);
        systems.push(SystemSpec { label: entry.key.clone(), kind });
        spans.push(entry.key_span);
    }
    (systems, spans)
}

fn kind(name: &str, view: &View<'_>, classes: &[ClassPlace<'_>], out: &mut Problems) -> SystemKind {
    view.text("kind");
    match name {
        "bittorrent" => SystemKind::BitTorrent(Box::new(swarm::swarm(view, classes, out))),
        "napster" => SystemKind::Napster(Box::new(sharing::napster(view, classes))),
        "gnutella" => SystemKind::Gnutella(Box::new(sharing::gnutella(view, classes, out))),
        "client-server" => SystemKind::ClientServer(Box::new(sharing::server(view))),
        other => unreachable!("{other} is no kind"),
    }
}

/// Puts a written value in the place of the default.
pub fn put<T>(target: &mut T, written: Option<T>) {
    if let Some(written) = written {
        *target = written;
    }
}

/// The key `service` of the tracker and of an index.
pub fn service(view: &View<'_>) -> Option<ServiceTime> {
    let choice = view.choice("service", SERVICES)?;
    let time = choice.node.duration()?;
    Some(match choice.name {
        "fixed" => ServiceTime::Fixed(time),
        "exponential" => ServiceTime::Exponential { mean: time },
        other => unreachable!("{other} is not read"),
    })
}
