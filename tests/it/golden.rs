//! What the shipped scenarios come to, as one number each: a change of any decision at any moment changes it.
//!
//! Whoever changes a constant here states in the commit why the behaviour changed. A failing test prints the new ones.

use unchoke::scenario::builtin;

use crate::swarm_support::{Play, median};

/// Scenario, and the digest of its first system with the seed of the file.
const GOLDEN: &[(&str, &str)] = &[
    ("first-swarm", "88edf221b56a7defdd6bf9b83c4ef23c"),
    ("three-peers", "9d56e92ccd41a87c8525c4df33516ff3"),
    ("free-riding", "606aba31a9b0bf22c35ad0ce2efe3f5a"),
    ("generous-seed", "ae76d9c2d6a0a219ff025d90cbbf0388"),
    ("seed-leaves", "fabd6b2273b6079c54011e5b2b8b202d"),
    ("slow-seed", "e45b27b3250fe0c5867ad1725bd3cde2"),
    ("no-optimistic", "9fac7304ccf7cd5b492360c62a90ce8e"),
    ("poisoned", "88148f60c5ad2169cfcbc9254751b9df"),
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
