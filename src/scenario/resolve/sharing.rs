//! Napster, Gnutella and client-server systems: defaults, settings above them, and the classes' own settings above those.

use super::people::ClassPlace;
use super::systems::{put, service};
use crate::scenario::defaults;
use crate::scenario::grammar::Record;
use crate::scenario::language::{
    CHOICES, FLAT, GNUTELLA_CLIENT, INDEX, NAPSTER_CLIENT, OVERLAYS, TREE, ULTRAPEERS,
};
use crate::scenario::node::Node;
use crate::scenario::problem::Problems;
use crate::scenario::view::View;
use crate::spec::{FetchSpec, GnutellaSpec, IndexSpec, NapsterSpec, Overlay, ServerSpec, SupplierChoice};

pub fn napster(system: &View<'_>, classes: &[ClassPlace<'_>]) -> NapsterSpec {
    NapsterSpec {
        index: index(&system.nested("index", &INDEX)),
        clients: clients(defaults::napster_client(), system, classes, "napster", &NAPSTER_CLIENT),
    }
}

fn index(view: &View<'_>) -> IndexSpec {
    let mut index = defaults::index();
    put(&mut index.servers, view.whole("servers"));
    put(&mut index.service, service(view));
    put(&mut index.entry_service, view.duration("entry-service"));
    put(&mut index.workers, view.whole("workers"));
    put(&mut index.queue, limit(view, "queue"));
    put(&mut index.answers, view.whole("answers"));
    put(&mut index.entry_memory, view.bytes("entry-memory"));
    put(&mut index.upload, view.rate("upload"));
    put(&mut index.download, view.rate("download"));
    index
}

pub fn gnutella(system: &View<'_>, classes: &[ClassPlace<'_>], out: &mut Problems) -> GnutellaSpec {
    let overlay = overlay(system, out)
        .unwrap_or(Overlay::Flat { links: defaults::FLAT_LINKS, most: defaults::FLAT_MOST });
    GnutellaSpec {
        ttl: system.whole("ttl").map_or(defaults::ttl(&overlay), |ttl| ttl as u8),
        ping_every: system.duration("ping-every").unwrap_or(defaults::PING_EVERY),
        clients: clients(defaults::servent(), system, classes, "gnutella", &GNUTELLA_CLIENT),
        overlay,
    }
}

fn overlay(system: &View<'_>, out: &mut Problems) -> Option<Overlay> {
    let choice = system.choice("overlay", OVERLAYS)?;
    match choice.name {
        "flat" => {
            let view = choice.node.view(&FLAT);
            let links = view.number("links").unwrap_or(defaults::FLAT_LINKS);
            let most = view.whole("most").unwrap_or(defaults::FLAT_MOST);
            if links > f64::from(most) {
                let message = format!("links = {links} is more than the {most} that a servent accepts");
                out.error(choice.node.span, message, "make `links` smaller or `most` larger");
            }
            Some(Overlay::Flat { links, most })
        }
        "ultrapeers" => {
            let view = choice.node.view(&ULTRAPEERS);
            let share = view.number("share").unwrap_or(defaults::ULTRAPEER_SHARE);
            if share <= 0.0 {
                out.error(choice.node.span, "a share of 0 leaves no ultrapeer", "write share = 0.15");
            }
            Some(Overlay::Ultrapeers {
                share,
                links: view.whole("links").unwrap_or(defaults::ULTRAPEER_LINKS),
                parents: view.whole("parents").unwrap_or(defaults::LEAF_PARENTS),
                leaves: view.whole("leaves").unwrap_or(defaults::ULTRAPEER_LEAVES),
            })
        }
        "regular-tree" => Some(Overlay::RegularTree { degree: choice.node.view(&TREE).whole("degree")? }),
        other => unreachable!("{other} is not read"),
    }
}

/// What the program of each class does.
fn clients(
    usual: FetchSpec,
    system: &View<'_>,
    classes: &[ClassPlace<'_>],
    key: &str,
    record: &'static Record,
) -> Vec<FetchSpec> {
    let mut own = usual;
    apply(&mut own, system);
    let of_class = |class: &ClassPlace<'_>| {
        let mut client = own.clone();
        apply(&mut client, &class.view.nested(key, record));
        client
    };
    classes.iter().map(of_class).collect()
}

fn apply(client: &mut FetchSpec, view: &View<'_>) {
    put(&mut client.upload_slots, view.whole("upload-slots"));
    put(&mut client.queue, limit(view, "queue").map(|queue| queue.unwrap_or(u32::MAX)));
    put(&mut client.downloads, view.whole("downloads"));
    put(&mut client.choice, view.node("choice").and_then(choice));
    put(&mut client.resumes, view.boolean("resumes"));
    put(&mut client.attempts, view.whole("attempts"));
    put(&mut client.search_again_after, view.node("search-again-after").map(Node::duration));
    put(&mut client.connectable, view.boolean("connectable"));
}

fn choice(node: &Node) -> Option<SupplierChoice> {
    match node.text() {
        Some("fastest") => return Some(SupplierChoice::Fastest),
        Some("random") => return Some(SupplierChoice::Random),
        Some(other) => unreachable!("\"{other}\" was checked"),
        None => {}
    }
    let choice = node.choice(CHOICES)?;
    let pings = choice.node.number()? as u32;
    Some(match choice.name {
        "least-loaded" => SupplierChoice::LeastLoaded { pings },
        "nearest" => SupplierChoice::Nearest { pings },
        other => unreachable!("{other} is not read"),
    })
}

/// A number, or `Some(None)` for a word that stands for none; `None`: nothing is written.
pub fn limit(view: &View<'_>, key: &str) -> Option<Option<u32>> {
    view.node(key).map(|node| node.number().map(|number| number as u32))
}

pub fn server(view: &View<'_>) -> ServerSpec {
    let mut server = defaults::server();
    put(&mut server.servers, view.whole("servers"));
    put(&mut server.upload, view.node("upload").map(Node::rate));
    put(&mut server.clients_at_once, limit(view, "clients-at-once"));
    put(&mut server.queue, limit(view, "queue"));
    put(&mut server.retry_after, view.duration("retry-after"));
    server
}
