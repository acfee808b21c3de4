//! The varied keys with their values, and what the values measure.

use std::collections::BTreeSet;

use super::ranges;
use super::settings::is_range;
use crate::scenario::grammar::{TableShape, similar};
use crate::scenario::language::ROOT;
use crate::scenario::node::{self, Node, Part, Table, Value};
use crate::scenario::overridden::write_outer;
use crate::scenario::problem::{Problems, Span};
use crate::scenario::quantity::{Dimension, Quantity};
use crate::spec::{Axis, AxisUnit, AxisValue, Combine};

/// A varied key.
pub struct Varied {
    /// Dotted, as `--set` takes it.
    pub key: String,
    pub path: Vec<Part>,
    /// Where the key stands in `[sweep]`.
    pub span: Span,
    /// Each with its place there.
    pub values: Vec<Node>,
}

/// The varied keys in the order of the file. `root` is the scenario that they are keys of.
pub fn varied(table: &Table, root: &Table, combine: Combine, out: &mut Problems) -> Vec<Varied> {
    let mut found = Vec::new();
    collect(table, &[], out, &mut found);
    for varied in &found {
        check_key(varied, root, out);
    }
    for (at, varied) in found.iter().enumerate() {
        check_apart(varied, &found[..at], out);
    }
    match combine {
        Combine::Grid => found.iter().for_each(|varied| check_values(&[varied], out)),
        Combine::Zip => check_values(&found.iter().collect::<Vec<_>>(), out),
    }
    found
}

/// A key inside another one's value would be overwritten by it, or the other way round.
fn check_apart(varied: &Varied, others: &[Varied], out: &mut Problems) {
    let within = |a: &Varied, b: &Varied| {
        a.path.len() <= b.path.len() && a.path.iter().zip(&b.path).all(|(a, b)| a.name == b.name)
    };
    for other in others {
        if other.key == varied.key {
            let hint = "put all its values into one list";
            out.error(varied.span, format!("`{}` is varied twice", varied.key), hint);
        } else if within(other, varied) || within(varied, other) {
            let message =
                format!("`{}` and `{}` are varied, and one is a part of the other", varied.key, other.key);
            out.error(varied.span, message, "vary the larger one alone, with whole tables as its values");
        }
    }
}

fn collect(table: &Table, before: &[Part], out: &mut Problems, found: &mut Vec<Varied>) {
    for entry in &table.entries {
        // Below another key TOML has taken the key apart already, and a dot is part of a name.
        let path = match before {
            [] => parts(&entry.key, entry.key_span, out),
            _ => Some(vec![Part { span: entry.key_span, name: entry.key.clone() }]),
        };
        let Some(path) = path else { continue };
        let path = [before, &path].concat();
        let values = match &entry.node.value {
            Value::Table(inner) if !is_range(inner) => {
                collect(inner, &path, out, found);
                continue;
            }
            Value::Table(_) => ranges::values(&entry.node, out),
            Value::List(items) => items.clone(),
            // Reported already.
            _ => continue,
        };
        let quoted = |part: &Part| {
            if part.name.contains('.') { format!("\"{}\"", part.name) } else { part.name.clone() }
        };
        let key = path.iter().map(quoted).collect::<Vec<_>>().join(".");
        if values.is_empty() && !matches!(entry.node.value, Value::Table(_)) {
            out.error(
                entry.node.span,
                format!("`{key}` has no values"),
                "give it at least one, as in [0.0, 0.2]",
            );
        }
        found.push(Varied { key, path, span: entry.key_span, values });
    }
}

/// The parts of a key with their places; the key may stand in quotes.
fn parts(key: &str, span: Span, out: &mut Problems) -> Option<Vec<Part>> {
    let Some(parts) = node::split_path(key) else {
        let hint = "a dotted key of the scenario, such as peers.free-rider.fraction";
        out.error(span, format!("`{key}` is not a key"), hint);
        return None;
    };
    let written = &out.sources[span.source].text[span.start..span.end];
    let offset = span.start + usize::from(written.starts_with(['"', '\'']));
    let part =
        |(start, end, name)| Part { span: Span { start: offset + start, end: offset + end, ..span }, name };
    Some(parts.into_iter().map(part).collect())
}

/// Keys that say what is run, and not under which conditions; and names that do not exist, under which a value would found a
/// new class or system.
fn check_key(varied: &Varied, root: &Table, out: &mut Problems) {
    let first = &varied.path[0];
    let hint = match first.name.as_str() {
        "seed" | "replicates" => {
            "`replicates` in [sweep] runs each point with people and chance of its own each time"
        }
        "title" | "question" | "sweep" | "plot" => "vary a key that changes what happens",
        _ => "",
    };
    if !hint.is_empty() {
        return out.error(first.span, format!("`{}` cannot be varied", first.name), hint);
    }
    let Some(declared) = ROOT.key(&first.name) else { return };
    if !matches!(declared.shape.table, Some(TableShape::Named(_) | TableShape::Kinds(_))) {
        return;
    }
    let Some(second) = varied.path.get(1) else {
        let hint = "every point has the same classes and systems: vary keys of theirs";
        return out.error(first.span, format!("`{}` cannot be varied as a whole", first.name), hint);
    };
    let tables = root.get(&first.name).and_then(|entry| entry.node.table());
    let names: Vec<&str> =
        tables.map_or_else(Vec::new, |table| table.entries.iter().map(|entry| entry.key.as_str()).collect());
    if !names.contains(&second.name.as_str()) {
        let hint = match similar(&second.name, names.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("there is {}", list(&names)),
        };
        out.error(second.span, format!("there is no [{}.{}] to vary", first.name, second.name), hint);
    }
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        return "none; write one to vary it".into();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The same values twice, of one axis or of several that go along together, would be the same point twice.
fn check_values(together: &[&Varied], out: &mut Problems) {
    let Some(last) = together.last() else { return };
    // Equal quantities may be written in different units.
    let cells: Vec<Vec<String>> = together.iter().map(|varied| cells(varied)).collect();
    let length = cells.iter().map(Vec::len).min().unwrap_or(0);
    let mut found = BTreeSet::new();
    for at in 0..length {
        if !found.insert(cells.iter().map(|cells| &cells[at]).collect::<Vec<_>>()) {
            let texts =
                together.iter().map(|varied| format!("`{}` = {}", varied.key, text(&varied.values[at])));
            let message = format!("{} is there twice", texts.collect::<Vec<_>>().join(", "));
            let hint = "a point is run as often as `replicates` says: take one out, or make fewer steps";
            return out.error(last.values[at].span, message, hint);
        }
    }
}

fn cells(varied: &Varied) -> Vec<String> {
    let axis = axis(varied);
    axis.values.iter().map(|value| axis.cell(value)).collect()
}

/// As the author wrote it, without outer quotes.
fn text(node: &Node) -> String {
    match &node.value {
        Value::DateTime | Value::Bad => String::new(),
        value => write_outer(value),
    }
}

/// The axis of a varied key.
pub fn axis(varied: &Varied) -> Axis {
    let (unit, numbers) = numbers(varied);
    let value = |(at, node): (usize, &Node)| AxisValue {
        text: text(node),
        number: numbers.as_ref().map(|numbers| numbers[at]),
    };
    Axis { key: varied.key.clone(), unit, values: varied.values.iter().enumerate().map(value).collect() }
}

/// What the values measure, and how much, if they are all of one kind.
fn numbers(varied: &Varied) -> (AxisUnit, Option<Vec<f64>>) {
    let all = |of: &dyn Fn(&Node) -> Option<f64>| varied.values.iter().map(of).collect::<Option<Vec<f64>>>();
    if let Some(numbers) = all(&Node::number) {
        return (AxisUnit::Number, Some(numbers));
    }
    let kinds = [
        (Dimension::Time, AxisUnit::Seconds, 1e9),
        (Dimension::Size, AxisUnit::Bytes, 1.0),
        (Dimension::Rate, AxisUnit::BytesPerSecond, 1.0),
        (Dimension::Frequency, AxisUnit::PerSecond, 1.0),
    ];
    let found = kinds.into_iter().find_map(|(dimension, unit, base)| {
        let quantity = Quantity::any(dimension);
        let numbers = all(&|node| Some(quantity.parse(node.text()?).ok()? / base))?;
        Some((unit, Some(numbers)))
    });
    found.unwrap_or((AxisUnit::Words, None))
}
