//! The resolved scenario's settings as people read them: a flat list of names and values with units.

use serde_json::{Number, Value};

use super::axes::{bytes, duration, rate};

/// Durations and moments in nanoseconds, by the last part of their name: a scenario's JSON has them as whole numbers.
const NANOSECONDS: [&str; 36] = [
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
    "scale",
    "tau",
    "from",
    "to",
    "Fixed",
    "At",
    "After",
    "RandomlyWithin",
    "Trace",
    "gives_up",
    "search_again_after",
    "entry_service",
    "ping_every",
    "retry_after",
    "limiter_tick",
    "look_again_after",
    "whole_piece_within",
    "minimum",
    "median",
    "Until",
];
/// Rates in bytes per second, by any part of their name, unless the last part says that it is a pure number.
const RATES: [&str; 3] = ["upload", "download", "capacity"];
const PURE: [&str; 3] = ["sigma", "shape", "TimesUpload"];
const BYTES: [&str; 4] = ["size", "piece", "metainfo_size", "entry_memory"];
/// Here a fixed value is a number of blocks.
const COUNT: &str = "request_queue";
/// What a size of files is made of; under another name these would be lengths of time.
const SIZES: [&str; 4] = ["Fixed", "from", "to", "median"];
/// Longer lists are data, not settings.
const LONG: usize = 12;

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
        Value::Array(items) if items.iter().any(Value::is_object) && items.len() <= LONG => {
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

/// A value as text, with its unit where the dotted name tells it.
pub fn leaf(name: &str, value: &Value) -> String {
    let is_rate = name.split(['.', '[']).any(|part| RATES.contains(&part));
    match value {
        Value::Null => if is_rate { "no limit" } else { "none" }.into(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
        Value::String(text) => kebab(text),
        Value::Number(number) => quantity(name, is_rate, number),
        Value::Array(items) if name.ends_with("infohash") => {
            items.iter().map(|byte| format!("{:02x}", byte.as_u64().unwrap_or(0))).collect()
        }
        Value::Array(items) if items.len() > LONG || items.iter().any(Value::is_array) => {
            format!("{} values", items.len())
        }
        Value::Array(items) => items.iter().map(|item| leaf(name, item)).collect::<Vec<_>>().join(", "),
        Value::Object(map) => {
            let pair = |(key, inner): (&String, &Value)| {
                let inner = leaf(&format!("{name}.{key}"), inner);
                if key == "Fixed" { inner } else { format!("{} {inner}", kebab(key)) }
            };
            map.iter().map(pair).collect::<Vec<_>>().join(", ")
        }
    }
}

fn quantity(name: &str, is_rate: bool, number: &Number) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    let last = last.split('[').next().unwrap_or(last);
    let is_size =
        BYTES.contains(&last) || (SIZES.contains(&last) && name.split('.').any(|part| part == "size"));
    let is_count = last == "Fixed" && name.split('.').any(|part| part == COUNT);
    match (number.as_u64(), number.as_f64()) {
        (Some(count), _) if is_count => count.to_string(),
        (Some(amount), _) if is_size => bytes(amount as f64),
        (Some(u64::MAX), _) if NANOSECONDS.contains(&last) => "for ever".into(),
        (Some(nanos), _) if NANOSECONDS.contains(&last) && nanos > 0 && nanos < 1_000_000_000 => {
            format!("{} ms", nanos as f64 / 1e6)
        }
        (Some(nanos), _) if NANOSECONDS.contains(&last) => duration(nanos as f64 / 1e9),
        (None, Some(amount)) if is_rate && !PURE.contains(&last) => rate(amount),
        // A whole number stored as one with a point reads better without it.
        (None, Some(amount)) => amount.to_string(),
        (Some(_), _) | (None, None) => number.to_string(),
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

/// The settings that are not the same in all `systems`; values in their order, `–` where one has no such setting. A client's
/// setting that differs alike in every class is listed once, any other under its class.
pub fn differences(systems: &[&Value], classes: &[&str]) -> Vec<Difference> {
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
    let found: Vec<Difference> = names
        .into_iter()
        .map(|name| Difference { name: name.clone(), values: lists.iter().map(|l| value(l, name)).collect() })
        .filter(|difference| difference.values.iter().any(|value| *value != difference.values[0]))
        .collect();
    by_class(&found, classes)
}

/// Takes `BitTorrent.clients[k].choker` apart.
fn client_setting(name: &str) -> Option<(usize, &str)> {
    let (_, rest) = name.split_once("clients[")?;
    let (number, setting) = rest.split_once("].")?;
    Some((number.parse().ok()?, setting))
}

fn by_class(found: &[Difference], classes: &[&str]) -> Vec<Difference> {
    let mut out: Vec<Difference> = Vec::new();
    for difference in found {
        let name = match client_setting(&difference.name) {
            Some((class, setting)) => {
                let alike = |other: &&Difference| {
                    client_setting(&other.name).is_some_and(|(_, s)| s == setting)
                        && other.values == difference.values
                };
                let everywhere = found.iter().filter(alike).count() == classes.len();
                match classes.get(class) {
                    Some(class) if !everywhere => format!("{setting} ({class})"),
                    Some(_) | None => setting.to_owned(),
                }
            }
            None => {
                difference.name.split_once('.').map_or(difference.name.as_str(), |(_, rest)| rest).to_owned()
            }
        };
        let difference = Difference { name, values: difference.values.clone() };
        if !out.contains(&difference) {
            out.push(difference);
        }
    }
    out
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
    fn the_values_of_a_real_scenario_have_their_units() {
        use crate::spec::{AfterFinishing, Arrival, Capacity, Duration, FileSize, RequestQueue, ServiceTime};
        use crate::units::{Bytes, Rate, SimDuration};
        let text = |name: &str, value: Value| leaf(name, &value);
        let minutes = |n: u64| SimDuration::from_whole_secs(60 * n);
        let cases = [
            (text("upload", json!(Capacity::Fixed(Rate::from_mbit(2.0)))), "2 Mbit/s"),
            (text("upload", json!(Capacity::Fixed(Rate::UNLIMITED))), "no limit"),
            (text("download", json!(Capacity::TimesUpload(8.0))), "times-upload 8"),
            (
                text("upload", json!(Capacity::Uniform { from: Rate(125.0), to: Rate(250.0) })),
                "from 1 kbit/s, to 2 kbit/s",
            ),
            (
                text("arrive", json!(Arrival::RandomlyWithin(SimDuration::from_whole_secs(10)))),
                "randomly-within 10 s",
            ),
            (
                text("after_finishing", json!(AfterFinishing::SeedFor(Duration::Fixed(minutes(5))))),
                "seed-for 5 min",
            ),
            (text("service", json!(ServiceTime::Fixed(SimDuration::from_millis(1)))), "1 ms"),
            (text("size", json!(FileSize::Fixed(Bytes(5 << 20)))), "5 MiB"),
            (
                text("size", json!(FileSize::Uniform { from: Bytes(1 << 20), to: Bytes(2 << 20) })),
                "from 1 MiB, to 2 MiB",
            ),
            (text("entry_memory", json!(Bytes(200))), "200 B"),
            (text("search_again_after", json!(minutes(2))), "2 min"),
            (text("infohash", json!([255u8, 1])), "ff01"),
            (text("clients[0].request_queue", json!(RequestQueue::Fixed(5))), "5"),
            (text("clients[0].limiter_tick", json!(SimDuration::from_millis(500))), "500 ms"),
            (text("clients[0].look_again_after", json!(SimDuration::from_whole_secs(5))), "5 s"),
            (text("clients[0].whole_piece_within", json!(SimDuration::from_whole_secs(20))), "20 s"),
            (
                text("gives_up", json!(Duration::Pareto { minimum: minutes(1), shape: 2.0 })),
                "minimum 1 min, shape 2",
            ),
        ];
        for (found, expected) in cases {
            assert!(found.ends_with(expected), "{found:?} is not {expected:?}");
        }
    }

    #[test]
    fn only_what_differs_is_listed() {
        let system = |choker: &str, fast: u32, numwant: u32| {
            json!({ "BitTorrent": { "clients": [
                { "choker": choker, "allowed_fast": fast, "slots": 4 }, { "choker": choker, "allowed_fast": 0, "slots": 4 }],
                "tracker": { "numwant": numwant } } })
        };
        let (a, b) = (system("TitForTat", 0, 50), system("Random", 10, 80));
        let found = differences(&[&a, &b], &["seed", "peer"]);
        let list: Vec<_> = found.iter().map(|d| format!("{}: {}", d.name, d.values.join(" / "))).collect();
        let expected =
            ["allowed-fast (seed): 0 / 10", "choker: tit-for-tat / random", "tracker.numwant: 50 / 80"];
        assert_eq!(list, expected);
    }
}
