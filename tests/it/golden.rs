//! What the shipped scenarios come to, as one number each: a change of any decision at any moment changes it.
//!
//! Whoever changes a constant here states in the commit why the behaviour changed. A failing test prints the new ones.

use unchoke::scenario::builtin;

use crate::swarm_support::{Play, median};

/// Scenario, and the digest of its first system with the seed of the file.
const GOLDEN: &[(&str, &str)] = &[
    ("first-swarm", "5b5ac178878c54a305325872732684cc"),
    ("three-peers", "64d6c1f071b39c39b5a358aa8aaf1317"),
    ("free-riding", "6aa35002d7bab26647b839b160213a8c"),
    ("generous-seed", "c2c392896aaa8dcc76b115aa53c2e7da"),
    ("seed-leaves", "eb73209070e098a5f8231b93a67d5d1c"),
    ("slow-seed", "d286898389f45ba7a54c0c8bbd7e3428"),
    ("no-optimistic", "5dc8d0277b6466dbe2657015e6074680"),
    ("poisoned", "0c36268510d313ec574b3ba8e7db48ca"),
];

fn text(name: &str) -> &'static str {
    builtin().iter().find(|scenario| scenario.name == name).expect("a shipped scenario").text
}

#[test]
fn shipped_scenarios_come_to_what_they_came_to() {
    let found: Vec<(&str, String)> =
        GOLDEN.iter().map(|&(name, _)| (name, Play::default().run(text(name)).digest)).collect();
    let same = GOLDEN.iter().zip(&found).all(|((_, golden), (_, digest))| golden == digest);
    let lines: String =
        found.iter().map(|(name, digest)| format!("    (\"{name}\", \"{digest}\"),\n")).collect();
    assert!(same, "these are the digests now; say in the commit why they changed:\n{lines}");
}

#[test]
fn watching_messages_changes_nothing() {
    for name in ["first-swarm", "three-peers", "poisoned"] {
        let watched = Play { messages: true, ..Play::default() }.run(text(name));
        let unwatched = Play::default().run(text(name));
        assert_eq!(watched.digest, unwatched.digest, "{name}");
        assert!(watched.records.len() > unwatched.records.len(), "{name} has messages");
    }
}

#[test]
fn shuffled_ties_change_the_run_and_not_its_finding() {
    let plain = Play::default().run(text("free-riding"));
    let shuffled = Play { shuffle_ties: true, ..Play::default() }.run(text("free-riding"));
    assert_ne!(plain.digest, shuffled.digest, "simultaneous events come in another order");
    for run in [plain, shuffled] {
        let riders = median(run.download_times("free-rider"));
        let contributors = median(run.download_times("contributor"));
        assert!(riders > 1.2 * contributors, "{riders} s against {contributors} s");
    }
}
