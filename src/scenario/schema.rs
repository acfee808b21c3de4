//! The JSON Schema of scenarios, for editors: made from the same declarations that the checker uses.

use serde_json::{Map, Value, json};

use super::grammar::{Key, Number, Record, Shape, TableShape, Variant};
use super::language::ROOT;

/// The schema (JSON Schema draft 2020-12).
pub fn schema() -> Value {
    let mut schema = record(&ROOT);
    let object = schema.as_object_mut().expect("a record is an object");
    object.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    object.insert("title".to_owned(), json!("unchoke scenario"));
    schema
}

/// The schema as the file `docs/scenario.schema.json` holds it.
pub fn schema_text() -> String {
    let mut text = serde_json::to_string_pretty(&schema()).expect("plain JSON");
    text.push('\n');
    text
}

fn record(record: &Record) -> Value {
    let required = record.keys.iter().filter(|key| key.required);
    object(record.keys.iter().map(property).collect(), required.map(|key| key.name).collect())
}

fn object(properties: Map<String, Value>, required: Vec<&str>) -> Value {
    let mut object = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

fn property(key: &Key) -> (String, Value) {
    let mut schema = shape(key.shape);
    let default = key.default.map(|default| format!(" Default: {default}.")).unwrap_or_default();
    schema["description"] = json!(format!("{}{default}", key.doc));
    (key.name.to_owned(), schema)
}

/// Any of the shape's forms; `anyOf` only where there is a choice.
fn shape(shape: &Shape) -> Value {
    // One `const` a word, so that editors show what each means.
    let word = |word: &super::grammar::Word| json!({ "const": word.text, "description": word.doc });
    let mut forms: Vec<Value> = shape.words.iter().map(word).collect();
    if let Some(quantity) = shape.quantity {
        let noun = quantity.dimension.noun();
        forms.push(json!({
            "type": "string",
            "pattern": quantity.dimension.pattern(),
            "examples": [quantity.example],
            "description": format!("{noun} {}, such as \"{}\"", quantity.range, quantity.example),
        }));
    }
    if shape.text.is_some() {
        forms.push(json!({ "type": "string" }));
    }
    if let Some(number) = shape.number {
        let kind = if number.whole { "integer" } else { "number" };
        let bound = |bound: f64| if number.whole { json!(Number::in_toml(bound)) } else { json!(bound) };
        forms.push(json!({ "type": kind, "minimum": bound(number.min), "maximum": bound(number.max) }));
    }
    if shape.anything {
        forms.push(json!({ "description": "A value that the key may have." }));
    }
    if shape.boolean {
        forms.push(json!({ "type": "boolean" }));
    }
    if let Some(item) = shape.list {
        forms.push(json!({ "type": "array", "items": self::shape(item) }));
    }
    match shape.table {
        None => {}
        Some(TableShape::Record(inner)) => forms.push(record(inner)),
        Some(TableShape::Named(inner)) => {
            forms.push(json!({ "type": "object", "additionalProperties": record(inner) }));
        }
        Some(TableShape::Kinds(kinds)) => {
            let of_kind = |(kind, inner): &(&str, &Record)| {
                let mut schema = record(inner);
                schema["properties"]["kind"]["const"] = json!(kind);
                schema
            };
            let records: Vec<Value> = kinds.records.iter().map(of_kind).collect();
            forms.push(json!({ "type": "object", "additionalProperties": { "anyOf": records } }));
        }
        Some(TableShape::Settings(values)) => {
            // Dotted keys without quotes make tables in tables.
            let value = json!({ "anyOf": [self::shape(values), { "type": "object" }] });
            forms.push(json!({ "type": "object", "additionalProperties": value }));
        }
        Some(TableShape::OneOf(variants, _)) => forms.extend(variants.iter().map(variant)),
    }
    match forms.len() {
        1 => forms.remove(0),
        _ => json!({ "anyOf": forms }),
    }
}

fn variant(variant: &Variant) -> Value {
    let properties = std::iter::once(&variant.key).chain(variant.companions).map(property).collect();
    let companions = variant.companions.iter().filter(|key| key.required);
    let required = std::iter::once(variant.key.name).chain(companions.map(|key| key.name)).collect();
    object(properties, required)
}
