//! The table of varied keys: dotted keys in quotes, or without, which makes tables in tables.

use crate::scenario::check::check_value;
use crate::scenario::grammar::Shape;
use crate::scenario::language::RANGE;
use crate::scenario::node::{Table, Value};
use crate::scenario::problem::Problems;

/// Checks that every key has such a value: a list or a range.
pub fn check(table: &mut Table, values: &Shape, out: &mut Problems) {
    for entry in &mut table.entries {
        match &mut entry.node.value {
            Value::Table(inner) if !is_range(inner) => check(inner, values, out),
            _ => check_value(&mut entry.node, values, &entry.key, out),
        }
    }
}

/// Whether a table under a varied key is a range, and not the beginning of a longer key.
pub fn is_range(table: &Table) -> bool {
    table
        .entries
        .iter()
        .any(|entry| RANGE.key(&entry.key).is_some() && !matches!(entry.node.value, Value::Table(_)))
}
