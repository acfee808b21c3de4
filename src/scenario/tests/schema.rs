//! The JSON Schema agrees with the checker, because both come from the same declarations.

use serde_json::Value as Json;

use super::*;
use crate::scenario::quantity::{DURATION, Dimension, Quantity};

#[test]
fn the_committed_schema_is_current() {
    let committed = include_str!("../../../docs/scenario.schema.json");
    assert!(committed == schema_text(), "run `unchoke schema > docs/scenario.schema.json`");
}

#[test]
fn whatever_loads_is_valid() {
    let schema = schema();
    let shipped = builtin().iter().map(|scenario| scenario.text);
    for text in shipped.chain([EVERYTHING, CATALOGUE, PLAIN, template("minimal").expect("it ships")]) {
        let value: toml::Table = text.parse().expect("TOML");
        let value = serde_json::to_value(value).expect("plain data");
        if let Err(problem) = validate(&schema, &value) {
            panic!("{problem}\nin {text}");
        }
    }
}

#[test]
fn the_schema_refuses_what_the_checker_refuses() {
    let refuse = |text: &str| {
        let value: toml::Table = format!("{PLAIN}{text}").parse().expect("TOML");
        let value = serde_json::to_value(value).expect("plain data");
        assert!(validate(&schema(), &value).is_err(), "{text}");
        refused(&format!("{PLAIN}{text}"), &[]);
    };
    refuse("uplaod = \"1 Mbit/s\"");
    refuse("latency = \"1 parsec\"");
    refuse("latency = 5");
    refuse("behavior = \"evil\"");
    refuse("arrive = { poisson = \"1 /s\", at = \"1 s\" }");
    refuse("download = { cdf = \"a.csv\" }");
    refuse("[systems.n]\nkind = \"napster\"\nttl = 7");
    refuse("[systems.gnutella]\noverlay = { flat = {}, regular-tree = { degree = 3 } }");
    refuse("[output]\nmessages = \"yes\"");
    refuse("[systems.bittorrent]\nslots = { regular = -1 }");
}

#[test]
fn every_key_has_a_text_for_editors() {
    fn walk(value: &Json) {
        if let Some(properties) = value.get("properties").and_then(Json::as_object) {
            for (name, property) in properties {
                let text = property["description"].as_str().unwrap_or_default();
                assert!(text.len() > 10, "{name} has no description");
            }
        }
        let inner = value.as_object().into_iter().flat_map(|object| object.values());
        let items = value.as_array().into_iter().flatten();
        inner.chain(items).for_each(walk);
    }
    walk(&schema());
}

/// As much of a JSON Schema validator as this schema needs; an unknown keyword fails.
fn validate(schema: &Json, value: &Json) -> Result<(), String> {
    for (keyword, rule) in schema.as_object().expect("a schema is an object") {
        let right = match keyword.as_str() {
            "description" | "examples" | "$schema" | "title" => true,
            "type" => has_type(rule.as_str().expect("a name"), value),
            "const" => rule == value,
            "pattern" => matches_unit(rule.as_str().expect("a pattern"), value),
            "minimum" => value.as_f64() >= rule.as_f64(),
            "maximum" => value.as_f64() <= rule.as_f64(),
            "anyOf" => rule.as_array().expect("a list").iter().any(|form| validate(form, value).is_ok()),
            "items" => {
                value.as_array().into_iter().flatten().try_for_each(|item| validate(rule, item))?;
                true
            }
            "required" => {
                let has = |key: &Json| value.get(key.as_str().expect("a key")).is_some();
                rule.as_array().expect("a list").iter().all(has)
            }
            "properties" | "additionalProperties" => {
                validate_members(schema, value)?;
                true
            }
            other => panic!("the schema uses {other}"),
        };
        if !right {
            return Err(format!("{value} breaks {keyword} {rule}"));
        }
    }
    Ok(())
}

fn validate_members(schema: &Json, value: &Json) -> Result<(), String> {
    for (key, member) in value.as_object().into_iter().flatten() {
        match (schema.get("properties").and_then(|known| known.get(key)), &schema["additionalProperties"]) {
            (Some(known), _) => validate(known, member)?,
            (None, Json::Bool(false)) => return Err(format!("unknown key {key}")),
            (None, other) => validate(other, member)?,
        }
    }
    Ok(())
}

fn has_type(name: &str, value: &Json) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("the schema uses type {other}"),
    }
}

/// The patterns are those of the dimensions; the parser stands in for a regular expression engine.
fn matches_unit(pattern: &str, value: &Json) -> bool {
    let all =
        [Dimension::Time, Dimension::Size, Dimension::Rate, Dimension::Frequency, Dimension::Percentage];
    let dimension =
        all.into_iter().find(|dimension| dimension.pattern() == pattern).expect("a known pattern");
    let anything = Quantity { dimension, min: 0.0, max: f64::MAX, ..DURATION };
    value.as_str().is_some_and(|text| anything.parse(text).is_ok())
}
