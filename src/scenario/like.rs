//! `like`: which tables lie under which.

use super::grammar::similar;
use super::node::{Entry, Table};
use super::problem::Problems;

/// For each entry that is a table, in order: the tables that it is like, the farthest first, itself last.
pub fn chains<'a>(tables: &'a Table, noun: &str, out: &mut Problems) -> Vec<(&'a Entry, Vec<&'a Table>)> {
    let entries = tables.entries.iter();
    entries
        .filter(|entry| entry.node.table().is_some())
        .map(|entry| (entry, chain(entry, tables, noun, out)))
        .collect()
}

fn chain<'a>(start: &'a Entry, tables: &'a Table, noun: &str, out: &mut Problems) -> Vec<&'a Table> {
    let mut names = vec![start.key.as_str()];
    let mut layers: Vec<&Table> = start.node.table().into_iter().collect();
    while let Some(like) = layers.last().and_then(|table| table.get("like")) {
        let Some(target) = like.node.text() else { break };
        if names.contains(&target) {
            // Each member of the ring meets it; the first in the file reports it, at its own `like`.
            let ring = &names[names.iter().position(|name| *name == target).expect("it is among them")..];
            let first =
                tables.entries.iter().find(|entry| ring.contains(&entry.key.as_str())).expect("of the table");
            if first.key == start.key {
                let way = ring.iter().chain([&target]).copied().collect::<Vec<_>>().join(" -> ");
                let own = start.node.table().and_then(|table| table.get("like")).expect("it is in the ring");
                out.error(
                    own.node.span,
                    format!("`like` goes round in a ring: {way}"),
                    format!("one {noun} must state its own settings"),
                );
            }
            break;
        }
        let Some(found) = tables.get(target) else {
            if layers.len() == 1 {
                let others = || {
                    tables.entries.iter().map(|entry| entry.key.as_str()).filter(|name| *name != start.key)
                };
                let hint = match similar(target, others()) {
                    Some(meant) => format!("did you mean \"{meant}\"?"),
                    None => format!("other {noun}s here: {}", others().collect::<Vec<_>>().join(", ")),
                };
                out.error(like.node.span, format!("there is no {noun} \"{target}\""), hint);
            }
            break;
        };
        let Some(table) = found.node.table() else { break };
        names.push(target);
        layers.push(table);
    }
    layers.reverse();
    layers
}
