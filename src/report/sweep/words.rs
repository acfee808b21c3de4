//! What figures and tables call things: settings, measures, runs.

use super::chosen::Fixed;
use super::estimates::Figure;
use super::results::Results;
use super::units::names;
use crate::metrics::measures::Measure;
pub use crate::metrics::reading::words::capital;
use crate::report::view::ALL;
use crate::spec::Axis;

/// A key of the scenario for people: `peers.free-rider.fraction` is the fraction of free-rider peers. No two keys have one name.
pub fn setting(key: &str) -> String {
    let parts: Vec<&str> = key.split('.').collect();
    match parts[..] {
        ["population", "total"] => "number of peers".into(),
        ["content", "size", ref form @ ..] => format!("size of the file{}", bracketed(form)),
        ["content", "piece"] => "size of a piece".into(),
        // Of which each value is a whole table.
        ["peers", class] => format!("{class} peers"),
        ["systems", system] => format!("the system {system}"),
        ["peers", class, "count"] => format!("number of {class} peers"),
        ["peers", class, ref path @ ..] => format!("{} of {class} peers", named(path)),
        ["systems", system, ref path @ ..] => format!("{} of {system}", named(path)),
        [_, ref path @ ..] if !path.is_empty() => named(path),
        _ => named(&parts),
    }
}

/// What the path within a class, a system or a section is about, sections before what is in them; the form of what is drawn, and
/// its parameter, in brackets.
fn named(path: &[&str]) -> String {
    let (thing, form) = path.split_at(path.iter().position(|part| is_form(part)).unwrap_or(path.len()));
    let words: Vec<String> = match thing {
        [sections @ .., "slots", kind] => {
            sections.iter().map(|part| word(part)).chain([format!("{kind} slots")]).collect()
        }
        _ => thing.iter().map(|part| word(part)).collect(),
    };
    let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
    format!("{}{}", words.join(" "), bracketed(form))
}

/// Whether a part of a key says how something is drawn, rather than what.
fn is_form(part: &str) -> bool {
    const FORMS: [&str; 9] =
        ["exponential", "log-normal", "weibull", "pareto", "uniform", "poisson", "decay", "zipf", "fixed"];
    FORMS.contains(&part)
}

fn bracketed(form: &[&str]) -> String {
    if form.is_empty() {
        return String::new();
    }
    format!(" ({})", form.iter().map(|part| word(part)).collect::<Vec<_>>().join(" "))
}

/// A part of a key, where its hyphens alone do not make words of it.
fn word(part: &str) -> String {
    let word = match part {
        "after-finishing" => "lingering time",
        // Of what it stands in.
        "seed-for" => "",
        "arrive" => "arrivals",
        "away" => "time away",
        "gives-up" => "patience",
        "leaves" => "departure",
        "numwant" => "peers asked for",
        "online" => "online time",
        "optimistic" => "optimistic unchoke",
        "service" => "service time",
        "starts-with" => "initial holdings",
        "ttl" => "TTL",
        "exponential" => "exponential mean",
        "log-normal" => "log-normal",
        "pareto" => "Pareto",
        "poisson" => "Poisson rate",
        "weibull" => "Weibull",
        "zipf" => "Zipf exponent",
        _ => {
            return match part.strip_suffix("-every") {
                Some(what) => format!("{} period", what.replace('-', " ")),
                None => part.replace('-', " "),
            };
        }
    };
    word.to_owned()
}

/// The same, with the unit in which the values of the axis are written.
pub fn axis_title(axis: &Axis) -> String {
    names(axis).0.title(&setting(&axis.key))
}

pub fn class(name: &str) -> String {
    if name == ALL { "all peers".into() } else { name.to_owned() }
}

impl Measure {
    /// For names of files: `download-median`.
    pub fn stem(&self) -> String {
        let bare = self.name.trim_end_matches("_s").trim_end_matches("_bytes");
        bare.replace('_', "-")
    }
}

/// Those of a class.
pub fn peers(name: &str) -> String {
    format!("{} peers", if name == ALL { "all" } else { name })
}

impl Figure {
    /// Without its unit.
    pub fn title(&self) -> String {
        match &self.over {
            None => self.measure.title.to_owned(),
            Some(over) => format!("{}, over that of {}", self.measure.title, class(over)),
        }
    }
}

/// How many runs stand behind a mean.
pub fn runs(results: &Results) -> String {
    match results.replicates() {
        None => "no runs".into(),
        Some((1, 1)) => "one run a point, so no intervals".into(),
        Some((least, most)) if least == most => format!("{least} runs a point"),
        Some((least, most)) => format!("{least} to {most} runs a point"),
    }
}

/// What a figure says where it shows a part of the sweep only.
pub fn unfinished(results: &Results) -> Option<String> {
    let manifest = &results.manifest;
    let (missing, failed) = (results.missing(), manifest.failed.len());
    let part = manifest.shard.map(|shard| format!("part {shard} of the sweep alone"));
    let missing =
        (missing > 0).then(|| format!("{missing} of {} points not run yet", manifest.sweep.points()));
    let failed = (failed > 0).then(|| format!("{failed} points failed"));
    let all: Vec<String> = [part, missing, failed].into_iter().flatten().collect();
    (!all.is_empty()).then(|| format!("Unfinished: {}.", all.join(", ")))
}

/// What a panel or a line stands for.
pub fn label(results: &Results, fixed: &Fixed) -> String {
    match fixed {
        Fixed::Class(name) => class(name),
        Fixed::System(label) => label.clone(),
        Fixed::Value { axis, .. } => {
            let value = short(results, fixed).replace(' ', "\u{a0}");
            format!("{}: {value}", setting(&results.manifest.sweep.axes[*axis].key))
        }
    }
}

/// The same, where what differs is said elsewhere.
pub fn short(results: &Results, fixed: &Fixed) -> String {
    match fixed {
        Fixed::Class(_) | Fixed::System(_) => label(results, fixed),
        Fixed::Value { axis, value } => {
            let (unit, names) = names(&results.manifest.sweep.axes[*axis]);
            unit.behind(&names[*value])
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::Value;

    use super::*;

    #[test]
    fn keys_read_as_people_would_say_them() {
        let cases = [
            ("peers.free-rider.fraction", "fraction of free-rider peers"),
            ("peers.seed.count", "number of seed peers"),
            ("peers.seed.upload", "upload of seed peers"),
            ("peers.contributor.after-finishing.seed-for", "lingering time of contributor peers"),
            ("systems.tit-for-tat.optimistic-every", "optimistic period of tit-for-tat"),
            ("systems.swarm.slots.regular", "regular slots of swarm"),
            ("systems.swarm.optimistic", "optimistic unchoke of swarm"),
            ("systems.napster.queue", "queue of napster"),
            ("systems.napster.index.queue", "index queue of napster"),
            ("systems.napster.index.service.exponential", "index service time (exponential mean) of napster"),
            ("peers.user.online.exponential", "online time (exponential mean) of user peers"),
            ("peers.user.away.log-normal.median", "time away (log-normal median) of user peers"),
            (
                "peers.user.after-finishing.seed-for.exponential",
                "lingering time (exponential mean) of user peers",
            ),
            ("peers.user.napster.downloads", "napster downloads of user peers"),
            ("peers.user.bittorrent.slots.optimistic", "bittorrent optimistic slots of user peers"),
            ("content.size.uniform.from", "size of the file (uniform from)"),
            ("population.total", "number of peers"),
            ("content.piece", "size of a piece"),
            ("network.one-way-latency", "one way latency"),
        ];
        for (key, words) in cases {
            assert_eq!(setting(key), words);
        }
    }

    /// The keys below a part of the schema that can hold a value, with those of classes and systems named `NAME`.
    fn keys(part: &Value, key: &str, found: &mut BTreeSet<String>) {
        if (part["type"].is_string() && part["type"] != "object") || part["const"].is_string() {
            found.insert(key.to_owned());
        }
        for form in part["anyOf"].as_array().into_iter().flatten() {
            keys(form, key, found);
        }
        let inside = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
        for (name, part) in part["properties"].as_object().into_iter().flatten() {
            keys(part, &inside(name), found);
        }
        if part["additionalProperties"].is_object() {
            keys(&part["additionalProperties"], &inside("NAME"), found);
        }
    }

    #[test]
    fn no_two_keys_of_a_scenario_have_one_name() {
        let mut found = BTreeSet::new();
        keys(&crate::scenario::schema(), "", &mut found);
        assert!(found.contains("systems.NAME.index.service.exponential"), "{found:#?}");
        // What finishing leads to, and for how long if it is to seeding: a sweep has one of them.
        found.remove("peers.NAME.after-finishing");
        found.retain(|key| !key.starts_with("sweep."));
        let mut names = BTreeMap::new();
        for key in &found {
            if let Some(other) = names.insert(setting(key), key) {
                panic!("{key} and {other} are both {}", setting(key));
            }
        }
    }
}
