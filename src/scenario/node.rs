//! TOML as a tree that remembers where everything stands, with `--set` values put into it.

use toml::de::{DeTable, DeValue};

use super::problem::{Problems, Span};

#[derive(Clone, Debug)]
pub struct Node {
    pub span: Span,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub enum Value {
    Text(String),
    /// Beyond 64 bits an integer becomes a `Float`, which every bound refuses.
    Integer(i64),
    Float(f64),
    Boolean(bool),
    DateTime,
    List(Vec<Node>),
    Table(Table),
    /// Reported already; whoever reads it goes on as if nothing were written.
    Bad,
}

#[derive(Clone, Debug, Default)]
pub struct Table {
    /// In the order of the text.
    pub entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub key: String,
    pub key_span: Span,
    pub node: Node,
}

impl Value {
    /// What it is, for people.
    pub fn noun(&self) -> &'static str {
        match self {
            Value::Text(_) => "text",
            Value::Integer(_) | Value::Float(_) => "a number",
            Value::Boolean(_) => "true or false",
            Value::DateTime => "a date",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Bad => "nothing",
        }
    }
}

impl Table {
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }
}

/// The tree of a parsed document.
pub fn from_toml(table: &DeTable<'_>, source: usize) -> Table {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_span: span(source, key.span()),
            node: Node { span: span(source, value.span()), value: value_from_toml(value.get_ref(), source) },
        })
        .collect();
    // The parser's table is sorted by name; classes and systems keep the order of the file.
    entries.sort_by_key(|entry| entry.key_span.start);
    Table { entries }
}

fn value_from_toml(value: &DeValue<'_>, source: usize) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) if number.as_str().starts_with('-') => Value::Float(f64::NEG_INFINITY),
            Err(_) => Value::Float(f64::INFINITY),
        },
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(yes) => Value::Boolean(*yes),
        DeValue::Datetime(_) => Value::DateTime,
        DeValue::Array(items) => {
            let node = |item: &toml::Spanned<DeValue<'_>>| Node {
                span: span(source, item.span()),
                value: value_from_toml(item.get_ref(), source),
            };
            Value::List(items.iter().map(node).collect())
        }
        DeValue::Table(table) => Value::Table(from_toml(table, source)),
    }
}

fn span(source: usize, range: std::ops::Range<usize>) -> Span {
    Span { source, start: range.start, end: range.end }
}

/// Puts the value of `--set KEY=VALUE` into the tree; tables on the way are made.
pub fn set(root: &mut Table, key: &str, value: &str, number: usize, out: &mut Problems) {
    let text = format!("{key}={value}");
    let source = out.add_source(&format!("--set #{number}"), &text);
    let place = |start: usize, end: usize| Span { source, start, end };
    let Some(path) = split_path(key) else {
        let hint = "a dotted key and a value, such as --set peers.free-rider.fraction=0.4";
        return out.error(place(0, key.len()), format!("`{key}` is not a key"), hint);
    };
    let node =
        Node { span: place(key.len() + 1, text.len()), value: set_value(value, source, key.len() + 1) };
    let path: Vec<Part> =
        path.into_iter().map(|(start, end, name)| Part { span: place(start, end), name }).collect();
    put(root, &path, node);
}

/// A part of a dotted key.
#[derive(Clone, Debug)]
pub struct Part {
    pub span: Span,
    pub name: String,
}

/// Puts a value into the tree in place of what is there; tables on the way are made.
pub fn put(root: &mut Table, path: &[Part], node: Node) {
    let (last, tables) = path.split_last().expect("a path has at least one part");
    let mut table = root;
    for Part { span, name } in tables {
        let empty = || Node { span: *span, value: Value::Table(Table::default()) };
        let at = match table.entries.iter().position(|entry| entry.key == *name) {
            Some(at) => at,
            None => {
                table.entries.push(Entry { key: name.clone(), key_span: *span, node: empty() });
                table.entries.len() - 1
            }
        };
        // A value such as upload = "1 Mbit/s" makes room for a table: it is meant to be replaced.
        let node = &mut table.entries[at].node;
        if !matches!(node.value, Value::Table(_)) {
            *node = empty();
        }
        table = match &mut node.value {
            Value::Table(table) => table,
            _ => unreachable!("it was made a table above"),
        };
    }
    let entry = Entry { key: last.name.clone(), key_span: last.span, node };
    match table.entries.iter_mut().find(|entry| entry.key == last.name) {
        Some(old) => *old = entry,
        None => table.entries.push(entry),
    }
}

/// TOML if it is TOML, else the text itself.
fn set_value(text: &str, source: usize, offset: usize) -> Value {
    let Ok(parsed) = DeValue::parse(text) else { return Value::Text(text.to_owned()) };
    let mut value = value_from_toml(parsed.get_ref(), source);
    shift(&mut value, offset);
    value
}

/// Spans inside a parsed value count from its own start; `offset` is where that lies in the source.
fn shift(value: &mut Value, offset: usize) {
    let shift_node = |node: &mut Node| {
        node.span.start += offset;
        node.span.end += offset;
        shift(&mut node.value, offset);
    };
    match value {
        Value::List(items) => items.iter_mut().for_each(shift_node),
        Value::Table(table) => {
            for entry in &mut table.entries {
                entry.key_span.start += offset;
                entry.key_span.end += offset;
                shift_node(&mut entry.node);
            }
        }
        Value::Text(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::DateTime
        | Value::Bad => {}
    }
}

/// The parts of a dotted key with their places; a part in quotes may contain dots. `None` if malformed.
pub fn split_path(key: &str) -> Option<Vec<(usize, usize, String)>> {
    let mut parts = Vec::new();
    let mut start = 0;
    loop {
        let rest = &key[start..];
        let (name, end) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let close = quoted.find('"')?;
                (&quoted[..close], start + close + 2)
            }
            None => {
                let end = rest.find('.').unwrap_or(rest.len());
                (&rest[..end], start + end)
            }
        };
        // The deepest key of the language has six parts.
        if name.trim().is_empty() || parts.len() > 20 {
            return None;
        }
        parts.push((start, end, name.trim().to_owned()));
        match key[end..].strip_prefix('.') {
            Some(_) => start = end + 1,
            None if end == key.len() => return Some(parts),
            None => return None,
        }
    }
}
