//! No bytes make the reader panic: shipped and broken scenarios with random damage.
//!
//! The fuzz targets under `fuzz/` go deeper; this is the share of them that every test run can afford.

use unchoke::rng::{Seed, Stream};
use unchoke::scenario::{BuiltInFiles, builtin, load, render};

const ROUNDS: usize = 4000;

/// Pieces of scenarios that make damage reach further than noise does.
const WORDS: &[&str] = &[
    "\"",
    "[",
    "]",
    "{",
    "}",
    "=",
    "\n",
    "#",
    ",",
    ".",
    "-",
    "0",
    "1e999",
    "nan",
    "-inf",
    "\"rest\"",
    "like = \"a\"",
    "[peers.a]",
    "[systems.a]",
    "count = 0",
    "fraction = 1",
    "\"1 Mbit/s\"",
    "\"\"",
    "\u{FEFF}",
    "é",
    "\\u0000",
    "'''",
    "99999999999999999999",
    "1979-05-27",
    "true",
    "\r",
    "\0",
    "size",
    "upload",
    "piece = \"16 KiB\"",
    "files = 3",
    "{ files = 2 }",
    "wishes = { poisson = \"1 /s\" }",
    "kind = \"napster\"",
    "kind = \"gnutella\"",
    "[systems.napster]",
    "like = \"napster\"",
    "online = \"1 ms\"",
    "ttl = 0",
    "queue = \"unlimited\"",
];

#[test]
fn damaged_scenarios_do_not_panic() {
    let mut stream = Seed { seed: 1, replicate: 0 }.stream("damage");
    let mut texts: Vec<Vec<u8>> =
        builtin().iter().map(|scenario| scenario.text.as_bytes().to_vec()).collect();
    let folder = super::broken_scenarios::folder();
    texts.extend(
        super::broken_scenarios::names()
            .iter()
            .map(|name| std::fs::read(folder.join(name)).expect("readable")),
    );
    for _ in 0..ROUNDS {
        let mut text = texts[stream.below(texts.len())].clone();
        for _ in 0..=stream.below(6) {
            damage(&mut text, &mut stream);
        }
        match load("damaged", &text, &[], &BuiltInFiles) {
            Ok(loaded) => assert!(loaded.warnings.errors().next().is_none()),
            Err(problems) => {
                assert!(problems.has_errors());
                // Placing and drawing must survive every span too.
                assert!(render(&problems, true).len() > problems.problems.len());
            }
        }
    }
}

fn damage(text: &mut Vec<u8>, stream: &mut Stream) {
    let at = stream.below(text.len() + 1);
    let end = (at + stream.below(20)).min(text.len());
    match stream.below(5) {
        0 => drop(text.drain(at..end)),
        1 => text.insert(at, stream.bits() as u8),
        2 => {
            let word = WORDS[stream.below(WORDS.len())];
            text.splice(at..end.min(at + 1), word.bytes());
        }
        3 => text.truncate(at),
        _ => {
            let copy = text[at..end].to_vec();
            let to = stream.below(text.len() + 1);
            text.splice(to..to, copy);
        }
    }
}
