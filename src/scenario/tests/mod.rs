//! The language as a whole: every key is read and means what it says.

mod reading;
#[cfg(feature = "cli")]
mod schema;
mod sweep;
mod warnings;

use super::*;

/// Every key and every form once.
const EVERYTHING: &str = include_str!("../../../tests/corpus/good/everything.toml");

/// The forms of `[content]` that exclude each other.
const CATALOGUE: &str = include_str!("../../../tests/corpus/good/catalogue.toml");

/// The data files that `EVERYTHING` names.
struct EverythingFiles;

impl Resolver for EverythingFiles {
    fn read(&self, name: &str) -> Result<Vec<u8>, ResolveError> {
        let text = match name {
            "data/capacities.csv" => include_str!("../../../tests/corpus/good/data/capacities.csv"),
            "data/arrivals.csv" => include_str!("../../../tests/corpus/good/data/arrivals.csv"),
            _ => return Err(ResolveError::NotFound),
        };
        Ok(text.as_bytes().to_vec())
    }
}

/// A scenario without surprises, to which tests add what they are about.
const PLAIN: &str = r#"
[content]
size = "1 MiB"
[peers.seed]
count = 1
starts-with = "whole-file"
upload = "1 Mbit/s"
[peers.leecher]
count = 3
upload = "1 Mbit/s"
"#;

#[track_caller]
fn loaded(text: &str, sets: &[(&str, &str)]) -> Loaded {
    let sets: Vec<(String, String)> = sets.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    load("test", text.as_bytes(), &sets, &EverythingFiles).unwrap_or_else(|problems| panic!("{problems}"))
}

#[track_caller]
fn refused(text: &str, sets: &[(&str, &str)]) -> String {
    let sets: Vec<(String, String)> = sets.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    load("test", text.as_bytes(), &sets, &EverythingFiles).expect_err("it is wrong").to_string()
}

#[test]
fn every_declared_key_is_read() {
    let everything = loaded(EVERYTHING, &[]);
    assert_eq!(everything.inputs.len(), 2, "each file once");
    // `metainfo` and `one-way-latency` exclude others, so they have scenarios of their own.
    refused(
        PLAIN,
        &[
            ("content.size", "1 kB"),
            ("content.metainfo", "none.torrent"),
            ("network.one-way-latency", "1 ms"),
        ],
    );
    loaded(CATALOGUE, &[]);
    loaded(CATALOGUE, &[("content.size", "{ uniform = { from = \"1 MB\", to = \"2 MB\" } }")]);
    for record in language::ALL_RECORDS {
        // `like` is read from the tables themselves, before there are layers.
        for key in record.keys.iter().filter(|key| key.name != "like") {
            assert!(view::tests::was_asked(record.place, key.name), "{} {}", record.place, key.name);
        }
    }
}

#[test]
fn every_shipped_scenario_loads_without_a_warning() {
    for scenario in builtin() {
        let loaded = load(scenario.name, scenario.text.as_bytes(), &[], &BuiltInFiles)
            .unwrap_or_else(|problems| panic!("{problems}"));
        assert!(loaded.warnings.problems.is_empty(), "{}", loaded.warnings);
        assert!(scenario.text.starts_with("#:schema ../docs/scenario.schema.json\n# "), "{}", scenario.name);
        assert!(!loaded.scenario.question.is_empty() && scenario.teaches().len() > 20, "{}", scenario.name);
    }
}

#[test]
fn every_template_loads_without_a_warning() {
    for name in templates() {
        let text = template(name).expect("it is listed");
        let loaded =
            load(name, text.as_bytes(), &[], &BuiltInFiles).unwrap_or_else(|problems| panic!("{problems}"));
        assert!(loaded.warnings.problems.is_empty(), "{}", loaded.warnings);
    }
    assert!(template("no-such").is_none());
}
