//! What the shipped scenarios come to, as one number each: a change of any decision at any moment changes it.
//!
//! Whoever changes a constant here states in the commit why the behaviour changed, and raises the version: results of one version may be
//! gone on with, joined and verified by one another. A failing test prints the new ones.

use unchoke::scenario::builtin;

use crate::swarm_support::{Play, median};

/// Scenario, system (counted from 0), and the digest with the seed of the file.
const GOLDEN: &[(&str, usize, &str)] = &[
    ("first-swarm", 0, "da1edc5cf0a4ab65eed3c962e27c864c"),
    ("three-peers", 0, "a41d7046df79b5d9a59893277fd5d1c4"),
    ("free-riding", 0, "e04404ea96c6ee736fb3635e537d9000"),
    ("generous-seed", 0, "8a683fb4e7a05e548e39e618de8e61db"),
    ("seed-leaves", 0, "27062e2f43fd011f8fdbc4ed9d05d4c2"),
    ("slow-seed", 0, "5e04515b6bc23b5fef142da4d1684092"),
    ("super-seeding", 1, "2f3656b3058d68332eeb42cda6bcabfd"),
    ("no-optimistic", 0, "2969ca2da9a92cec351c5debdbb3b39b"),
    ("poisoned", 0, "29254d88c682a8d7fe44505aa6dab53a"),
    ("compare-systems", 0, "4bd7fb201814bd0994a16090864c832f"),
    ("compare-systems", 1, "c065a4881bdc8f6dfb7433750a2d23a2"),
    ("compare-systems", 2, "e378ad5cc18bd596f130522855b983dc"),
    ("compare-systems", 3, "1245ec623396474bc1e6a71be1f930db"),
    ("napster-shutdown", 0, "3708a3719fe1a4d0dbf08b70219122a9"),
    ("napster-shutdown", 1, "2e8f85a1ba098afee6e1efa091f04c4c"),
    ("napster-shutdown", 2, "c24c8db0be2c384de0ebc306cc69d6ff"),
    ("music-catalogue", 0, "2c212198eb88439cd88477dd96f0e8ba"),
    ("music-catalogue", 1, "9ea01c3f243102d0608e8e3f4103126d"),
    ("music-catalogue", 2, "983815e6304133a397c87de2fbf9a51e"),
    ("gnutella-flood", 0, "3986a8cae3ef1406c40f4cd16803b282"),
    ("napster-split", 0, "71655316399ff41d3dac8e5ca836a395"),
    ("churn-compare", 0, "762d47b3302853b913372272965a8500"),
];

/// In coarser forms: a scenario, the line of it that the form is put under, the form, and the digest.
const COARSER: [(&str, &str, &str, &str); 2] = [
    ("first-swarm", "[systems.bittorrent]", "granularity = \"piece\"", "95c1ab0dbd22d16c63fe3433498d9ae5"),
    // Where all lines are alike, a change of rates is either large or none; here they are not.
    ("generous-seed", "[systems.tit-for-tat]", "rates-within = 0.0001", "e927afd1f1683028b30ef19f60135474"),
];

/// The version whose digests these are, and their own checksum.
const OF_VERSION: (&str, u64) = ("0.2.0", 3_435_560_262_696_248_974);

fn text(name: &str) -> &'static str {
    builtin().iter().find(|scenario| scenario.name == name).expect("a shipped scenario").text
}

fn digest(name: &str, system: usize) -> String {
    Play { system, ..Play::default() }.run(text(name)).digest
}

#[test]
fn shipped_scenarios_come_to_what_they_came_to() {
    let found: Vec<(&str, usize, String)> =
        GOLDEN.iter().map(|&(name, system, _)| (name, system, digest(name, system))).collect();
    let same = GOLDEN.iter().zip(&found).all(|((.., golden), (.., digest))| golden == digest);
    let lines: String = found
        .iter()
        .map(|(name, system, digest)| format!("    (\"{name}\", {system}, \"{digest}\"),\n"))
        .collect();
    assert!(same, "these are the digests now; say in the commit why they changed:\n{lines}");
}

#[test]
fn a_swarm_in_a_coarser_form_comes_to_what_it_came_to() {
    for (name, under, form, golden) in COARSER {
        let coarser = text(name).replace(under, &format!("{under}\n{form}"));
        assert_eq!(Play::default().run(&coarser).digest, golden, "{name} with {form}");
    }
}

#[test]
fn other_digests_are_of_another_version() {
    let checksum = xxhash_rust::xxh3::xxh3_64(format!("{GOLDEN:?}{COARSER:?}").as_bytes());
    assert_eq!(
        (env!("CARGO_PKG_VERSION"), checksum),
        OF_VERSION,
        "a version has its digests: if they have changed, raise the version in Cargo.toml, and write both here"
    );
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
