//! What a scenario may contain, as data: keys, shapes of values, allowed words, bounds, explanations.
//!
//! The checker, the JSON Schema and the hints are all derived from these declarations
//! (`language/`), and readers may only ask for declared keys; so they cannot disagree.

use super::quantity::Quantity;

/// An allowed text and what it means.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    pub text: &'static str,
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the JSON Schema shows it"))]
    pub doc: &'static str,
}

/// A plain number.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    pub min: f64,
    pub max: f64,
    pub whole: bool,
    pub example: &'static str,
}

impl Number {
    /// The bounds for people.
    pub fn range(&self) -> String {
        let Number { min, max, whole, .. } = *self;
        match whole {
            true => format!("from {} to {}", Number::in_toml(min), Number::in_toml(max)),
            false => format!("from {min} to {max}"),
        }
    }

    /// A whole bound. TOML's integers have 64 bits with a sign, an end that a float misses by one: the cast stops at it.
    pub fn in_toml(bound: f64) -> i64 {
        bound as i64
    }
}

/// The forms that a value may have: any of those that are given.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub words: &'static [Word],
    pub quantity: Option<Quantity>,
    /// Free text: what it names, such as "a title".
    pub text: Option<&'static str>,
    pub number: Option<Number>,
    pub boolean: bool,
    /// Whatever another key may hold: it is checked in that key's place.
    pub anything: bool,
    pub list: Option<&'static Shape>,
    pub table: Option<TableShape>,
}

#[derive(Clone, Copy, Debug)]
pub enum TableShape {
    /// Any of these keys together.
    Record(&'static Record),
    /// Exactly one of these keys, with its companions.
    OneOf(&'static [Variant], &'static [&'static str]),
    /// Names that the author chooses, each with such a record.
    Named(&'static Record),
    /// Names that the author chooses, each with the record of its kind.
    Kinds(&'static Kinds),
    /// Dotted keys of the scenario, nested or not, each with such a value.
    Settings(&'static Shape),
}

/// Kinds of named tables: which it is stands in the table's `kind`, in its name, or in the table that it is `like`.
#[derive(Debug)]
pub struct Kinds {
    /// Where such a table stands, for hints: "[systems.LABEL]".
    pub place: &'static str,
    pub noun: &'static str,
    pub records: &'static [(&'static str, &'static Record)],
}

/// A table with fixed keys.
#[derive(Debug)]
pub struct Record {
    /// Where it stands, for hints: "[content]".
    pub place: &'static str,
    pub keys: &'static [Key],
    /// Keys that later versions will know.
    pub later: &'static [&'static str],
}

#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub name: &'static str,
    pub shape: &'static Shape,
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the JSON Schema shows it"))]
    pub doc: &'static str,
    /// What holds when the key is left out, as TOML text.
    pub default: Option<&'static str>,
    pub required: bool,
}

/// One way of a [`TableShape::OneOf`].
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    pub key: Key,
    pub companions: &'static [Key],
}

pub const fn key(name: &'static str, shape: &'static Shape, doc: &'static str) -> Key {
    Key { name, shape, doc, default: None, required: false }
}

pub const fn variant(name: &'static str, shape: &'static Shape, doc: &'static str) -> Variant {
    Variant { key: key(name, shape, doc), companions: &[] }
}

impl Key {
    pub const fn or(self, default: &'static str) -> Key {
        Key { default: Some(default), ..self }
    }

    pub const fn required(self) -> Key {
        Key { required: true, ..self }
    }
}

impl Variant {
    pub const fn with(self, companions: &'static [Key]) -> Variant {
        Variant { companions, ..self }
    }
}

const EMPTY: Shape = Shape {
    words: &[],
    quantity: None,
    text: None,
    number: None,
    boolean: false,
    anything: false,
    list: None,
    table: None,
};

impl Shape {
    pub const BOOLEAN: Shape = Shape { boolean: true, ..EMPTY };

    pub const ANYTHING: Shape = Shape { anything: true, ..EMPTY };

    pub const fn words(words: &'static [Word]) -> Shape {
        Shape { words, ..EMPTY }
    }

    pub const fn quantity(quantity: Quantity) -> Shape {
        Shape { quantity: Some(quantity), ..EMPTY }
    }

    pub const fn text(noun: &'static str) -> Shape {
        Shape { text: Some(noun), ..EMPTY }
    }

    pub const fn whole(min: u64, max: u64, example: &'static str) -> Shape {
        Shape { number: Some(Number { min: min as f64, max: max as f64, whole: true, example }), ..EMPTY }
    }

    pub const fn number(min: f64, max: f64, example: &'static str) -> Shape {
        Shape { number: Some(Number { min, max, whole: false, example }), ..EMPTY }
    }

    pub const fn list(item: &'static Shape) -> Shape {
        Shape { list: Some(item), ..EMPTY }
    }

    pub const fn record(record: &'static Record) -> Shape {
        Shape { table: Some(TableShape::Record(record)), ..EMPTY }
    }

    pub const fn named(record: &'static Record) -> Shape {
        Shape { table: Some(TableShape::Named(record)), ..EMPTY }
    }

    pub const fn kinds(kinds: &'static Kinds) -> Shape {
        Shape { table: Some(TableShape::Kinds(kinds)), ..EMPTY }
    }

    pub const fn settings(values: &'static Shape) -> Shape {
        Shape { table: Some(TableShape::Settings(values)), ..EMPTY }
    }

    pub const fn one_of(variants: &'static [Variant]) -> Shape {
        Shape { table: Some(TableShape::OneOf(variants, &[])), ..EMPTY }
    }

    pub const fn or_words(self, words: &'static [Word]) -> Shape {
        Shape { words, ..self }
    }

    pub const fn or_quantity(self, quantity: Quantity) -> Shape {
        Shape { quantity: Some(quantity), ..self }
    }

    pub const fn or_one_of(self, variants: &'static [Variant], later: &'static [&'static str]) -> Shape {
        Shape { table: Some(TableShape::OneOf(variants, later)), ..self }
    }

    pub const fn or_record(self, record: &'static Record) -> Shape {
        Shape { table: Some(TableShape::Record(record)), ..self }
    }

    /// Forms of a table with exactly one of several keys that later versions will know.
    pub const fn later_forms(self, later: &'static [&'static str]) -> Shape {
        match self.table {
            Some(TableShape::OneOf(variants, _)) => self.or_one_of(variants, later),
            Some(
                TableShape::Record(_) | TableShape::Named(_) | TableShape::Kinds(_) | TableShape::Settings(_),
            )
            | None => panic!("only such a table has forms"),
        }
    }

    /// What may stand here, for people: `"leave", "seed-forever" or { seed-for = "5 min" }`.
    pub fn describe(&self) -> String {
        let mut ways: Vec<String> = self.words.iter().map(|word| format!("\"{}\"", word.text)).collect();
        if let Some(quantity) = self.quantity {
            ways.push(format!("{} such as \"{}\"", quantity.dimension.noun(), quantity.example));
        }
        if let Some(noun) = self.text {
            ways.push(format!("{noun} in quotes"));
        }
        if let Some(number) = self.number {
            let noun = if number.whole { "a whole number" } else { "a number" };
            ways.push(format!("{noun} {}, such as {}", number.range(), number.example));
        }
        if self.boolean {
            ways.push("true or false".to_owned());
        }
        if self.anything {
            ways.push("a value of the key".to_owned());
        }
        if let Some(item) = self.list {
            ways.push(format!("a list such as [{}]", item.example()));
        }
        match self.table {
            None => {}
            Some(TableShape::OneOf(variants, _)) => {
                ways.extend(variants.iter().map(|variant| variant.example()));
            }
            Some(TableShape::Record(record)) => ways.push(format!("a table such as {}", record.example())),
            Some(TableShape::Named(record)) => {
                ways.push(format!("a table for each name, as {}", record.place))
            }
            Some(TableShape::Kinds(kinds)) => ways.push(format!("a table for each name, as {}", kinds.place)),
            Some(TableShape::Settings(values)) => ways.push(format!(
                "a table of keys such as {{ \"peers.free-rider.fraction\" = {} }}",
                values.example()
            )),
        }
        match ways.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            Some((only, _)) => only.clone(),
            None => unreachable!("a shape without any form"),
        }
    }

    /// A value of this shape in TOML.
    pub fn example(&self) -> String {
        if let Some(quantity) = self.quantity {
            format!("\"{}\"", quantity.example)
        } else if let Some(word) = self.words.first() {
            format!("\"{}\"", word.text)
        } else if let Some(number) = self.number {
            number.example.to_owned()
        } else if self.text.is_some() {
            "\"...\"".to_owned()
        } else if self.anything {
            "0.2".to_owned()
        } else if self.boolean {
            "true".to_owned()
        } else if let Some(item) = self.list {
            format!("[{}]", item.example())
        } else {
            match self.table {
                Some(TableShape::OneOf(variants, _)) => variants[0].example(),
                Some(TableShape::Record(record) | TableShape::Named(record)) => record.example(),
                Some(TableShape::Kinds(kinds)) => format!("{{ kind = \"{}\" }}", kinds.records[0].0),
                Some(TableShape::Settings(values)) => {
                    format!("{{ \"peers.free-rider.fraction\" = {} }}", values.example())
                }
                None => unreachable!("a shape without any form"),
            }
        }
    }
}

impl Kinds {
    pub fn names(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.records.iter().map(|(name, _)| *name)
    }

    /// The keys of that kind.
    pub fn record(&self, kind: &str) -> Option<&'static Record> {
        self.records.iter().find(|(name, _)| *name == kind).map(|(_, record)| *record)
    }
}

impl Variant {
    fn example(&self) -> String {
        let required = self.companions.iter().filter(|companion| companion.required);
        let pairs: Vec<String> = std::iter::once(&self.key)
            .chain(required)
            .map(|k| format!("{} = {}", k.name, k.shape.example()))
            .collect();
        format!("{{ {} }}", pairs.join(", "))
    }
}

impl Record {
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    fn example(&self) -> String {
        let required = self.keys.iter().filter(|key| key.required);
        let shown: Vec<&Key> = if required.clone().next().is_some() {
            required.collect()
        } else {
            self.keys.iter().take(1).collect()
        };
        let pairs: Vec<String> =
            shown.iter().map(|k| format!("{} = {}", k.name, k.shape.example())).collect();
        format!("{{ {} }}", pairs.join(", "))
    }
}

/// The most similar of `known`, if any is similar enough to be meant.
pub fn similar<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    near(written, known).first().copied()
}

/// Those of `known` that are similar enough to be meant, the most similar first.
pub fn near<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let written = written.to_lowercase().replace('_', "-");
    let mut near: Vec<(f64, &str)> = known
        .map(|name| (strsim::jaro_winkler(&written, &name.to_lowercase()), name))
        .filter(|&(score, name)| score > 0.82 || strsim::damerau_levenshtein(&written, name) <= 1)
        .collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Of those that are alike the last: versions stand in their order.
    near.into_iter().rev().map(|(_, name)| name).collect()
}
