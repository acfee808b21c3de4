//! Typed reading of checked tables, through the layers that `like` puts under each other.
//!
//! A reader may only ask for keys that the language declares: asking for another is a bug.

use super::grammar::{Record, Variant, similar};
use super::node::{Entry, Node, Table, Value};
use super::problem::Span;
use super::quantity::{Dimension, Quantity};
use crate::units::{Bytes, Rate, SimDuration};

/// A table under its declaration; of several layers the last that has a key decides.
#[derive(Clone)]
pub struct View<'a> {
    layers: Vec<&'a Table>,
    record: &'static Record,
}

/// The chosen form of a table with exactly one of several keys.
pub struct Choice<'a> {
    pub name: &'static str,
    pub node: &'a Node,
    table: &'a Table,
}

impl<'a> View<'a> {
    pub fn new(layers: Vec<&'a Table>, record: &'static Record) -> View<'a> {
        View { layers, record }
    }

    pub fn layers(&self) -> impl Iterator<Item = View<'a>> + '_ {
        self.layers.iter().map(|&table| View::new(vec![table], self.record))
    }

    pub fn entry(&self, key: &str) -> Option<&'a Entry> {
        assert!(self.record.key(key).is_some(), "`{key}` is read {} but not declared", self.record.place);
        #[cfg(test)]
        tests::note(self.record.place, key);
        self.layers.iter().rev().find_map(|table| table.get(key))
    }

    /// Whether something is written, right or wrong.
    pub fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// Whether a key was written that looks like this one: it is reported already as unknown.
    pub fn is_misspelt(&self, key: &str) -> bool {
        let unknown = |entry: &&Entry| self.record.key(&entry.key).is_none();
        let mut written = self.layers.iter().flat_map(|table| &table.entries).filter(unknown);
        written.any(|entry| similar(&entry.key, std::iter::once(key)).is_some())
    }

    /// Whether the undermost table is `like` one that is not there: it is reported already, and what is missing may stand in it.
    pub fn is_cut_off(&self) -> bool {
        self.layers.first().is_some_and(|table| table.get("like").is_some())
    }

    /// What is written, if it is right.
    pub fn node(&self, key: &str) -> Option<&'a Node> {
        self.entry(key).map(|entry| &entry.node).filter(|node| !matches!(node.value, Value::Bad))
    }

    /// Where the value stands.
    pub fn span(&self, key: &str) -> Option<Span> {
        self.entry(key).map(|entry| entry.node.span)
    }

    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.node(key).and_then(|node| node.text())
    }

    pub fn number(&self, key: &str) -> Option<f64> {
        self.node(key).and_then(Node::number)
    }

    pub fn whole(&self, key: &str) -> Option<u32> {
        self.number(key).map(|number| number as u32)
    }

    pub fn boolean(&self, key: &str) -> Option<bool> {
        match self.node(key)?.value {
            Value::Boolean(yes) => Some(yes),
            _ => None,
        }
    }

    /// The meaning of a word; `None` also where another form than a word is written.
    pub fn word<T: Clone>(&self, key: &str, values: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        values.iter().find(|(word, _)| *word == text).map(|(_, value)| value.clone())
    }

    pub fn duration(&self, key: &str) -> Option<SimDuration> {
        self.node(key)?.duration()
    }

    pub fn rate(&self, key: &str) -> Option<Rate> {
        self.node(key)?.rate()
    }

    pub fn bytes(&self, key: &str) -> Option<Bytes> {
        self.node(key)?.bytes()
    }

    /// The layers of a nested record: so a child overrides single keys of it.
    pub fn nested(&self, key: &str, record: &'static Record) -> View<'a> {
        let layers = self.layers().filter_map(|layer| layer.node(key)?.table()).collect();
        View::new(layers, record)
    }

    pub fn list(&self, key: &str) -> Option<&'a [Node]> {
        self.node(key)?.list()
    }

    /// Whether no layer writes anything.
    pub fn is_empty(&self) -> bool {
        self.layers.iter().all(|table| table.entries.is_empty())
    }

    pub fn choice(&self, key: &str, variants: &'static [Variant]) -> Option<Choice<'a>> {
        self.node(key)?.choice(variants)
    }
}

impl Node {
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<f64> {
        match self.value {
            Value::Integer(number) => Some(number as f64),
            Value::Float(number) => Some(number),
            _ => None,
        }
    }

    pub fn list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    pub fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The value in base units of a text that the checker has found right.
    fn quantity(&self, dimension: Dimension) -> Option<f64> {
        Quantity::any(dimension).parse(self.text()?).ok()
    }

    pub fn duration(&self) -> Option<SimDuration> {
        self.quantity(Dimension::Time).map(|nanos| SimDuration(nanos.round() as u64))
    }

    /// Bytes per second.
    pub fn rate(&self) -> Option<Rate> {
        self.quantity(Dimension::Rate).map(Rate)
    }

    /// Rounded to whole bytes.
    pub fn bytes(&self) -> Option<Bytes> {
        self.quantity(Dimension::Size).map(|bytes| Bytes(bytes.round() as u64))
    }

    pub fn per_second(&self) -> Option<f64> {
        self.quantity(Dimension::Frequency)
    }

    /// A part of the whole.
    pub fn percentage(&self) -> Option<f64> {
        self.quantity(Dimension::Percentage)
    }

    pub fn view(&self, record: &'static Record) -> View<'_> {
        View::new(self.table().into_iter().collect(), record)
    }

    pub fn choice(&self, variants: &'static [Variant]) -> Option<Choice<'_>> {
        let table = self.table()?;
        let (name, node) = variants.iter().find_map(|variant| {
            #[cfg(test)]
            tests::note("a choice", variant.key.name);
            Some((variant.key.name, &table.get(variant.key.name)?.node))
        })?;
        Some(Choice { name, node, table })
    }
}

impl<'a> Choice<'a> {
    pub fn companion(&self, key: &str) -> Option<&'a Node> {
        Some(&self.table.get(key)?.node)
    }
}

#[cfg(test)]
pub mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    thread_local! {
        static ASKED: RefCell<BTreeSet<(&'static str, String)>> = const { RefCell::new(BTreeSet::new()) };
    }

    /// Remembers that a reader asked for this key.
    pub fn note(place: &'static str, key: &str) {
        ASKED.with_borrow_mut(|asked| asked.insert((place, key.to_owned())));
    }

    pub fn was_asked(place: &'static str, key: &str) -> bool {
        ASKED.with_borrow(|asked| asked.contains(&(place, key.to_owned())))
    }
}
