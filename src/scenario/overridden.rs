//! Which settings a scenario changes: for the page that says under which assumptions it ran.

use super::grammar::{Key, Record, Shape, TableShape};
use super::language::ROOT;
use super::named;
use super::node::{Node, Table, Value};

/// Dotted key and value of all that is written and differs from its default, in the order of the file.
pub fn overridden(root: &Table) -> Vec<(String, String)> {
    let mut found = Vec::new();
    // Title and question head the page anyway; what is varied and drawn is no setting of a run.
    let told = |path: &str| matches!(path, "title" | "question" | "plot") || path.starts_with("sweep.");
    walk(root, &ROOT, "", &mut |path, node, key| {
        if !told(path) && !is_default(node, key) {
            found.push((path.to_owned(), write_outer(&node.value)));
        }
    });
    found
}

fn walk(table: &Table, record: &'static Record, prefix: &str, visit: &mut impl FnMut(&str, &Node, &Key)) {
    for entry in &table.entries {
        let key = record.key(&entry.key).expect("checked to be declared");
        let path = format!("{prefix}{}", entry.key);
        match (&entry.node.value, key.shape.table) {
            (Value::Table(inner), Some(TableShape::Record(record))) => {
                walk(inner, record, &format!("{path}."), visit)
            }
            (Value::Table(inner), Some(TableShape::Named(record))) => {
                for named in &inner.entries {
                    if let Some(table) = named.node.table() {
                        walk(table, record, &format!("{path}.{}.", named.key), visit);
                    }
                }
            }
            (Value::Table(inner), Some(TableShape::Kinds(of))) => {
                for entry in &inner.entries {
                    if let (Some(table), Some(kind)) = (entry.node.table(), named::kind(entry, inner, of)) {
                        let record = of.record(kind).expect("it is one of them");
                        walk(table, record, &format!("{path}.{}.", entry.key), visit);
                    }
                }
            }
            _ => visit(&path, &entry.node, key),
        }
    }
}

fn is_default(node: &Node, key: &Key) -> bool {
    let Some(default) = key.default else { return false };
    write_inner(&node.value) == default || same_quantity(node, key.shape, default.trim_matches('"'))
}

/// "0.04 s" is "40 ms".
fn same_quantity(node: &Node, shape: &Shape, default: &str) -> bool {
    let (Some(quantity), Some(text)) = (shape.quantity, node.text()) else { return false };
    quantity.parse(text).is_ok_and(|value| quantity.parse(default) == Ok(value))
}

/// Text stands for itself, everything else as in TOML.
pub fn write_outer(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => write_inner(other),
    }
}

fn write_inner(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("\"{text}\""),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(yes) => yes.to_string(),
        Value::List(items) => {
            format!("[{}]", items.iter().map(|item| write_inner(&item.value)).collect::<Vec<_>>().join(", "))
        }
        Value::Table(table) => {
            let pair =
                |entry: &super::node::Entry| format!("{} = {}", entry.key, write_inner(&entry.node.value));
            format!("{{ {} }}", table.entries.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
        Value::DateTime | Value::Bad => unreachable!("refused by the checker"),
    }
}
