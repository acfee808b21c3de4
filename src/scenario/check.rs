//! Holds the tree against the declarations: unknown keys, wrong types, words, units and bounds.
//!
//! What is wrong is reported and taken out (`Value::Bad`), so that readers meet only what is right
//! and one mistake gives one message.

use super::grammar::{Number, Record, Shape, TableShape, Variant, similar};
use super::named;
use super::node::{Entry, Node, Table, Value};
use super::problem::{Problems, Span};
use super::sweep;

/// Checks all of `table`. `required` keys of nested records are checked too; those of classes and
/// systems, which may come through `like`, have none.
pub fn check_record(table: &mut Table, record: &'static Record, out: &mut Problems) {
    for entry in &mut table.entries {
        match record.key(&entry.key) {
            Some(key) => check_value(&mut entry.node, key.shape, &entry.key, out),
            None if matches!(entry.node.value, Value::Bad) => {}
            None => {
                report_unknown(
                    entry,
                    record.keys.iter().map(|key| key.name),
                    record.later,
                    record.place,
                    out,
                );
                entry.node.value = Value::Bad;
            }
        }
    }
}

fn report_unknown<'a>(
    entry: &Entry,
    known: impl Iterator<Item = &'a str> + Clone,
    later: &[&str],
    place: &str,
    out: &mut Problems,
) {
    let name = &entry.key;
    if later.contains(&name.as_str()) {
        let hint = "take it out, or wait for a version that knows it";
        return out.error(entry.key_span, format!("`{name}` is not supported yet by this version"), hint);
    }
    let hint = match similar(name, known.clone()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("known {place}: {}", known.collect::<Vec<_>>().join(", ")),
    };
    out.error(entry.key_span, format!("unknown key `{name}` {place}"), hint);
}

fn missing_keys(node_span: Span, table: &Table, record: &Record, name: &str, out: &mut Problems) {
    if out.broken.is_some() {
        return;
    }
    for key in record.keys.iter().filter(|key| key.required && table.get(key.name).is_none()) {
        let hint = format!("add {} = {}", key.name, key.shape.example());
        out.error(node_span, format!("`{name}` needs `{}`", key.name), hint);
    }
}

/// Checks one value; a wrong one becomes `Value::Bad`.
pub fn check_value(node: &mut Node, shape: &Shape, name: &str, out: &mut Problems) {
    let from_set = out.is_set(node.span);
    let right = match &mut node.value {
        Value::Bad => return,
        // A date is no value of any key.
        value if shape.anything && !matches!(value, Value::DateTime) => true,
        Value::Text(_) => check_text(node, shape, name, out),
        &mut Value::Integer(value) => check_number(node, value as f64, shape, name, out),
        &mut Value::Float(value) => check_number(node, value, shape, name, out),
        Value::Boolean(_) if shape.boolean => true,
        Value::Boolean(_) | Value::DateTime => wrong_type(node, shape, name, out),
        Value::List(items) => match shape.list {
            Some(item) => {
                items.iter_mut().for_each(|node| check_value(node, item, name, out));
                true
            }
            None => wrong_type(node, shape, name, out),
        },
        Value::Table(table) => match shape.table {
            Some(TableShape::Record(record)) => {
                check_record(table, record, out);
                missing_keys(node.span, table, record, name, out);
                true
            }
            Some(TableShape::Named(record)) => named::check(table, record, node.span, name, out),
            Some(TableShape::Kinds(kinds)) => named::check_kinds(table, kinds, node.span, name, out),
            Some(TableShape::Settings(values)) => {
                sweep::check_settings(table, values, out);
                true
            }
            Some(TableShape::OneOf(variants, later)) => {
                let span = node.span;
                check_one_of(table, span, variants, later, name, out)
            }
            None => wrong_type(node, shape, name, out),
        },
    };
    if right || (from_set && text_was_meant(node, shape, out)) {
        return;
    }
    node.value = Value::Bad;
}

/// `--set title=2024` is unquoted text, although TOML reads a number. Takes back the report.
fn text_was_meant(node: &mut Node, shape: &Shape, out: &mut Problems) -> bool {
    if shape.text.is_none()
        || !matches!(node.value, Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::DateTime)
    {
        return false;
    }
    out.problems.pop();
    let span = node.span;
    node.value = Value::Text(out.sources[span.source].text[span.start..span.end].to_owned());
    true
}

fn wrong_type(node: &Node, shape: &Shape, name: &str, out: &mut Problems) -> bool {
    let without = shape.words.iter().find(|word| ["off", "none", "never"].contains(&word.text));
    let hint = match (&node.value, without) {
        (Value::Boolean(false), Some(word)) => {
            format!("write {name} = \"{}\"; allowed: {}", word.text, shape.describe())
        }
        (_, _) => format!("write {}, for example {name} = {}", shape.describe(), shape.example()),
    };
    out.error(node.span, format!("`{name}` cannot be {}", node.value.noun()), hint);
    false
}

fn check_text(node: &Node, shape: &Shape, name: &str, out: &mut Problems) -> bool {
    let Value::Text(text) = &node.value else { unreachable!("only called for text") };
    if shape.words.iter().any(|word| word.text == text) {
        return true;
    }
    let meant = similar(text, shape.words.iter().map(|word| word.text));
    if let Some(quantity) = shape.quantity {
        // "fast" is a wrong word, "5 Mb" is a wrong quantity.
        let starts_like_a_number =
            text.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.');
        let mistake = match quantity.parse(text) {
            Ok(_) => return true,
            Err(mistake) => mistake,
        };
        let hint = match (starts_like_a_number, meant) {
            (false, Some(meant)) => format!("did you mean \"{meant}\"?"),
            (false, None) if !shape.words.is_empty() || shape.table.is_some() => {
                format!("write {}", shape.describe())
            }
            (_, _) => mistake.hint,
        };
        out.error(node.span, format!("`{name}`: {}", mistake.message), hint);
        return false;
    }
    if let Some(noun) = shape.text {
        if !text.trim().is_empty() || noun == "text" {
            return true;
        }
        out.error(node.span, format!("`{name}` is empty"), format!("write {noun}"));
        return false;
    }
    if shape.words.is_empty() || (shape.number.is_some() && text.trim().parse::<f64>().is_ok()) {
        let hint = match (&shape.number, shape.boolean) {
            (Some(number), _) => {
                format!("write a number without quotes, such as {name} = {}", number.example)
            }
            (None, true) => format!("write {name} = true or {name} = false, without quotes"),
            (None, false) => format!("write {}", shape.describe()),
        };
        out.error(node.span, format!("`{name}` cannot be text"), hint);
        return false;
    }
    let hint = match meant {
        Some(meant) => format!("did you mean \"{meant}\"? Allowed: {}", shape.describe()),
        None => format!("allowed: {}", shape.describe()),
    };
    out.error(node.span, format!("`{name}` cannot be \"{text}\""), hint);
    false
}

fn check_number(node: &Node, value: f64, shape: &Shape, name: &str, out: &mut Problems) -> bool {
    let Some(number) = shape.number else {
        let Some(quantity) = shape.quantity else { return wrong_type(node, shape, name, out) };
        let noun = quantity.dimension.noun();
        let hint = format!("{noun} is text with a unit, such as {name} = \"{}\"", quantity.example);
        out.error(node.span, format!("`{name}` needs a unit"), hint);
        return false;
    };
    let Number { min, max, whole, .. } = number;
    if whole && matches!(node.value, Value::Float(_)) && value.is_finite() {
        out.error(
            node.span,
            format!("`{name}` must be a whole number"),
            format!("write {}", shape.describe()),
        );
        return false;
    }
    if !(min..=max).contains(&value) {
        let message = format!("`{name}` is out of range: it must be {}", number.range());
        out.error(node.span, message, format!("write {}", shape.describe()));
        return false;
    }
    true
}

fn check_one_of(
    table: &mut Table,
    span: Span,
    variants: &'static [Variant],
    later: &[&str],
    name: &str,
    out: &mut Problems,
) -> bool {
    let names = variants.iter().map(|variant| variant.key.name);
    let chosen: Vec<&Variant> =
        variants.iter().filter(|variant| table.get(variant.key.name).is_some()).collect();
    let choices =
        || variants.iter().map(|variant| format!("`{}`", variant.key.name)).collect::<Vec<_>>().join(", ");
    let before = out.problems.len();
    let companions = chosen.first().map_or(&[][..], |variant| variant.companions);
    for entry in &mut table.entries {
        let known = names.clone().chain(companions.iter().map(|key| key.name));
        let declared =
            chosen.iter().map(|variant| &variant.key).chain(companions).find(|key| key.name == entry.key);
        match declared {
            Some(key) => check_value(&mut entry.node, key.shape, &entry.key, out),
            None => {
                report_unknown(entry, known, later, &format!("in {name}"), out);
                entry.node.value = Value::Bad;
            }
        }
    }
    match chosen[..] {
        [variant] => {
            for key in variant.companions.iter().filter(|key| key.required && table.get(key.name).is_none()) {
                let hint = format!("add {} = {}", key.name, key.shape.example());
                out.error(span, format!("`{}` needs `{}`", variant.key.name, key.name), hint);
            }
        }
        [] if out.problems.len() == before => {
            out.error(span, format!("`{name}` is empty"), format!("give one of {}", choices()));
        }
        [] => {}
        [first, second, ..] => {
            let message = format!("`{name}` has both `{}` and `{}`", first.key.name, second.key.name);
            out.error(span, message, format!("give only one of {}", choices()));
        }
    }
    chosen.len() == 1 && out.problems.len() == before
}

/// Checks the whole file.
pub fn check_root(root: &mut Table, record: &'static Record, out: &mut Problems) {
    let before = out.problems.len();
    check_record(root, record, out);
    if let Some(unread) = out.broken {
        // Next to a syntax error the recovered tree is not what was written.
        let mut found = out.problems.split_off(before);
        let line = |span: Span, out: &Problems| {
            (span.source, out.sources[span.source].text[..span.start].matches('\n').count())
        };
        let bad_lines: Vec<_> = out.problems.iter().map(|problem| line(problem.span, out)).collect();
        found.retain(|problem| {
            let unread = problem.span.source == 0 && problem.span.start >= unread;
            !unread && !bad_lines.contains(&line(problem.span, out))
        });
        out.problems.extend(found);
    }
    if out.broken.is_some() {
        return;
    }
    let end = out.sources[0].text.trim_end().len();
    let end = Span { source: 0, start: end.saturating_sub(1), end };
    for key in record.keys.iter().filter(|key| key.required && root.get(key.name).is_none()) {
        let hint = format!("add a table [{}]; `unchoke new` writes a scenario to start from", key.name);
        out.error(end, format!("there is no [{}]", key.name), hint);
    }
}
