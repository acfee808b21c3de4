//! The varied keys with their values, and what the values measure.

use super::ranges;
use super::settings::is_range;
use crate::scenario::grammar::{TableShape, similar};
use crate::scenario::language::ROOT;
use crate::scenario::node::{self, Node, Part, Table, Value};
use crate::scenario::overridden::write_outer;
use crate::scenario::problem::{Problems, Span};
use crate::scenario::quantity::{Dimension, Quantity};
use crate::spec::{Axis, AxisUnit, AxisValue};

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
pub fn varied(table: &Table, root: &Table, out: &mut Problems) -> Vec<Varied> {
    let mut found = Vec::new();
    collect(table, &[], out, &mut found);
    for varied in &found {
        check_key(varied, root, out);
        check_values(varied, out);
    }
    for (at, varied) in found.iter().enumerate() {
        if found[..at].iter().any(|other| other.key == varied.key) {
            out.error(
                varied.span,
                format!("`{}` is varied twice", varied.key),
                "put all its values into one list",
            );
        }
    }
    found
}

fn collect(table: &Table, before: &[Part], out: &mut Problems, found: &mut Vec<Varied>) {
    for entry in &table.entries {
        let Some(path) = parts(&entry.key, entry.key_span, out) else { continue };
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
    let (Some(declared), Some(second)) = (ROOT.key(&first.name), varied.path.get(1)) else { return };
    if !matches!(declared.shape.table, Some(TableShape::Named(_) | TableShape::Kinds(_))) {
        return;
    }
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

fn check_values(varied: &Varied, out: &mut Problems) {
    let texts: Vec<String> = varied.values.iter().map(text).collect();
    let numbers = numbers(varied).1;
    for (at, node) in varied.values.iter().enumerate() {
        let twice = texts[..at].contains(&texts[at])
            || numbers.as_ref().is_some_and(|numbers| numbers[..at].contains(&numbers[at]));
        if twice {
            let message = format!("`{}` has the value {} twice", varied.key, texts[at]);
            out.error(node.span, message, "a point is run once, as often as `replicates` says: take one out");
            return;
        }
    }
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
