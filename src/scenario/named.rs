//! Tables under names that the author chooses; and, where they are of several kinds, of which kind each is.

use super::check::{check_record, check_value};
use super::grammar::{Kinds, Record, similar};
use super::node::{Entry, Table, Value};
use super::problem::{Problems, Span};

/// Checks tables that all have the same keys; false if there are too many.
pub fn check(
    tables: &mut Table,
    record: &'static Record,
    span: Span,
    name: &str,
    out: &mut Problems,
) -> bool {
    for entry in &mut tables.entries {
        check_name(entry, &record.place[3..], out);
        if let Value::Table(table) = &mut entry.node.value {
            check_record(table, record, out);
        }
    }
    check_number_of_names(tables.entries.len(), span, name, out)
}

/// Checks tables of several kinds; false if there are too many.
pub fn check_kinds(
    tables: &mut Table,
    kinds: &'static Kinds,
    span: Span,
    name: &str,
    out: &mut Problems,
) -> bool {
    for entry in &mut tables.entries {
        check_name(entry, kinds.place, out);
    }
    let found: Vec<_> = tables.entries.iter().map(|entry| kind(entry, tables, kinds)).collect();
    for (at, found) in found.into_iter().enumerate() {
        if !matches!(tables.entries[at].node.value, Value::Table(_)) {
            continue;
        }
        match found {
            Some(kind) => {
                check_like(&tables.entries[at], tables, kind, kinds, out);
                check_keys(&mut tables.entries[at], kind, kinds, out);
            }
            None => take_out_kindless(at, tables, kinds, out),
        }
    }
    check_number_of_names(tables.entries.len(), span, name, out)
}

/// A plot has room for a few names, a table for some more.
fn check_number_of_names(names: usize, span: Span, name: &str, out: &mut Problems) -> bool {
    const MOST: usize = 1000;
    if names > MOST {
        let hint = "classes are kinds of peers, not single peers: write `count` or `fraction`";
        out.error(span, format!("`{name}` has {names} names; at most {MOST} are possible"), hint);
    }
    names <= MOST
}

/// `place` is how such a table is headed: "[peers.NAME]".
fn check_name(entry: &mut Entry, place: &str, out: &mut Problems) {
    let bad_character = |c: char| c.is_control() || matches!(c, '/' | '\\');
    if entry.key.trim().is_empty() || entry.key.chars().count() > 60 || entry.key.contains(bad_character) {
        let hint = "a name has 1 to 60 characters, none of them a slash or a control character";
        out.error(entry.key_span, "this cannot be a name", hint);
    }
    if !matches!(entry.node.value, Value::Table(_)) {
        let message = format!("`{}` must be a table, not {}", entry.key, entry.node.value.noun());
        let hint = format!("write the keys of `{}` under a heading {place}", entry.key);
        out.error(entry.node.span, message, hint);
        entry.node.value = Value::Bad;
    }
}

/// The kind of that table: as its `kind` says, else its name, else the table that it is `like`.
pub fn kind(entry: &Entry, tables: &Table, kinds: &Kinds) -> Option<&'static str> {
    let mut next = Some(entry);
    // A ring of `like` has no more members than there are tables.
    for _ in 0..=tables.entries.len() {
        let entry = next?;
        if let Some(kind) = own_kind(entry, kinds) {
            return Some(kind);
        }
        next = liked(entry, tables);
    }
    None
}

fn own_kind(entry: &Entry, kinds: &Kinds) -> Option<&'static str> {
    let written = entry.node.table().and_then(|table| table.get("kind"));
    let name = match written {
        Some(written) => written.node.text()?,
        None => entry.key.as_str(),
    };
    kinds.names().find(|kind| *kind == name)
}

fn liked<'a>(entry: &Entry, tables: &'a Table) -> Option<&'a Entry> {
    tables.get(entry.node.table()?.get("like")?.node.text()?)
}

fn check_like(entry: &Entry, tables: &Table, own: &str, kinds: &Kinds, out: &mut Problems) {
    let Some(other) = liked(entry, tables) else { return };
    let Some(others) = kind(other, tables, kinds).filter(|kind| *kind != own) else { return };
    let like = entry.node.table().and_then(|table| table.get("like")).expect("it is like another");
    let message = format!(
        "`{}` is a {own} {}, and `{}`, which it is to be like, is a {others} {}",
        entry.key, kinds.noun, other.key, kinds.noun
    );
    let hint = format!("`like` takes over settings of the same kind: choose another {own} {}", kinds.noun);
    out.error(like.node.span, message, hint);
}

/// A key of another kind is told from one that nobody knows.
fn check_keys(entry: &mut Entry, own: &str, kinds: &Kinds, out: &mut Problems) {
    let known = kinds.record(own).expect("it is one of them");
    let Value::Table(table) = &mut entry.node.value else { unreachable!("only called for tables") };
    for key in table.entries.iter_mut().filter(|key| known.key(&key.key).is_none()) {
        let others = kinds.records.iter().filter(|(_, record)| record.key(&key.key).is_some());
        let others: Vec<&str> = others.map(|(kind, _)| *kind).collect();
        if others.is_empty() {
            continue;
        }
        let others = others.join(" and ");
        let message =
            format!("`{}` is a key of {others}, and `{}` is a {own} {}", key.key, entry.key, kinds.noun);
        let keys: Vec<&str> = known.keys.iter().map(|key| key.name).collect();
        out.error(key.key_span, message, format!("known {}: {}", known.place, keys.join(", ")));
        key.node.value = Value::Bad;
    }
    check_record(table, known, out);
}

/// Leaves of the table only what says where it should have got its kind from: its `like`, which is checked later.
fn take_out_kindless(at: usize, tables: &mut Table, kinds: &Kinds, out: &mut Problems) {
    let entry = &mut tables.entries[at];
    let Value::Table(table) = &mut entry.node.value else { unreachable!("only called for tables") };
    if let Some(kind) = table.entries.iter_mut().find(|key| key.key == "kind") {
        let declared = kinds.records[0].1.key("kind").expect("every kind has it");
        check_value(&mut kind.node, declared.shape, "kind", out);
    } else if table.get("like").is_none() {
        let declared = |name: &str| kinds.records.iter().find_map(|(_, record)| record.key(name));
        for key in &mut table.entries {
            if let Some(declared) = declared(&key.key) {
                check_value(&mut key.node, declared.shape, &key.key, out);
            }
        }
        report_unknown_kind(&tables.entries[at], tables, kinds, out);
    }
    let Value::Table(table) = &mut tables.entries[at].node.value else { unreachable!("it was one above") };
    table.entries.retain(|key| key.key == "like");
}

fn report_unknown_kind(entry: &Entry, tables: &Table, kinds: &Kinds, out: &mut Problems) {
    let label = entry.key.as_str();
    let mut known: Vec<&str> = tables.entries.iter().map(|other| other.key.as_str()).collect();
    known.retain(|other| *other != label);
    known.extend(kinds.records.iter().map(|(kind, _)| *kind));
    let all: Vec<String> = kinds.names().map(|kind| format!("\"{kind}\"")).collect();
    let hint = match similar(label, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`? Otherwise add `kind`: {}", all.join(", ")),
        None => format!("add `kind`, one of {}, or like = \"another {}\"", all.join(", "), kinds.noun),
    };
    out.error(entry.key_span, format!("{} `{label}` does not say what kind it is", kinds.noun), hint);
}
