//! The resolved scenario's settings as people read them: a flat list of names and values with units.

use serde_json::Value;

use super::axes::{bytes, duration, rate};

/// Durations in nanoseconds, by the last part of their name.
const DURATIONS: [&str; 18] = [
    "rechoke_every",
    "optimistic_every",
    "rate_window",
    "seed_rate_window",
    "snub_after",
    "check_every",
    "interval",
    "expiry",
    "no_later_than",
    "horizon",
    "at_least",
    "one_way_latency",
    "access_latency",
    "sample_every",
    "latency",
    "mean",
    "RandomlyWithin",
    "tau",
];

/// One setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    pub name: String,
    pub value: String,
}

/// Every leaf below `value`, in the order of its keys.
pub fn flatten(value: &Value) -> Vec<Setting> {
    let mut settings = Vec::new();
    walk("", value, &mut settings);
    settings
}

fn walk(name: &str, value: &Value, out: &mut Vec<Setting>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                walk(&name, inner, out);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (k, inner) in items.iter().enumerate() {
                walk(&format!("{name}[{k}]"), inner, out);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            out.push(Setting { name: words(name), value: leaf(name, value) });
        }
    }
}

fn words(name: &str) -> String {
    name.replace('_', "-")
}

/// A value as text, with its unit where the name tells it.
pub fn leaf(name: &str, value: &Value) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    match value {
        Value::Null => "none".into(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
        Value::String(text) => kebab(text),
        Value::Number(number) => {
            let amount = number.as_f64().unwrap_or(f64::NAN);
            if DURATIONS.contains(&last) {
                match number.as_u64() {
                    Some(u64::MAX) => "for ever".into(),
                    Some(nanos) if nanos > 0 && nanos < 1_000_000_000 => format!("{} ms", nanos as f64 / 1e6),
                    Some(nanos) => duration(nanos as f64 / 1e9),
                    None => number.to_string(),
                }
            } else if ["upload", "download", "capacity", "Fixed"].contains(&last) && number.is_f64() {
                rate(amount)
            } else if last == "Fixed" {
                duration(amount / 1e9)
            } else if ["size", "piece", "metainfo_size"].contains(&last) {
                bytes(amount)
            } else {
                number.to_string()
            }
        }
        Value::Array(items) => items.iter().map(|item| leaf(name, item)).collect::<Vec<_>>().join(", "),
        Value::Object(map) => map
            .iter()
            .map(|(key, inner)| format!("{} {}", kebab(key), leaf(key, inner)))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// `TitForTat` as scenarios write it: `tit-for-tat`.
pub fn kebab(text: &str) -> String {
    if text.contains([' ', '-', '.', '/']) {
        return text.to_owned();
    }
    let mut out = String::new();
    for (k, c) in text.chars().enumerate() {
        if c.is_uppercase() {
            if k > 0 {
                out.push('-');
            }
            out.extend(c.to_lowercase());
        } else {
            out.push(if c == '_' { '-' } else { c });
        }
    }
    out
}

/// One setting in which systems differ: its name, and each system's value.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub name: String,
    pub values: Vec<String>,
}

/// The settings that are not the same in all `systems`; values in their order, `–` where one has no such setting.
pub fn differences(systems: &[&Value]) -> Vec<Difference> {
    let lists: Vec<Vec<Setting>> = systems.iter().map(|system| flatten(system)).collect();
    let mut names: Vec<&String> = Vec::new();
    for setting in lists.iter().flatten() {
        if !names.contains(&&setting.name) {
            names.push(&setting.name);
        }
    }
    let value = |list: &[Setting], name: &str| {
        list.iter().find(|s| s.name == name).map_or_else(|| "–".to_owned(), |s| s.value.clone())
    };
    names
        .into_iter()
        .map(|name| Difference { name: name.clone(), values: lists.iter().map(|l| value(l, name)).collect() })
        .filter(|difference| difference.values.iter().any(|value| *value != difference.values[0]))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_read_as_a_scenario_writes_them() {
        let value = json!({ "clients": [{ "choker": "TitForTat", "rechoke_every": 10_000_000_000u64, "max_sources": null }],
            "web_server": { "upload": 1_250_000.0 } });
        let list: Vec<String> =
            flatten(&value).into_iter().map(|s| format!("{} = {}", s.name, s.value)).collect();
        assert_eq!(
            list,
            [
                "clients[0].choker = tit-for-tat",
                "clients[0].max-sources = none",
                "clients[0].rechoke-every = 10 s",
                "web-server.upload = 10 Mbit/s"
            ]
        );
    }

    #[test]
    fn only_what_differs_is_listed() {
        let (a, b) =
            (json!({ "choker": "TitForTat", "slots": 4 }), json!({ "choker": "Random", "slots": 4 }));
        let found = differences(&[&a, &b]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].values, ["tit-for-tat", "random"]);
    }
}
