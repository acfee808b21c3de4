//! The scenarios and templates inside the binary, so that it alone is enough.

use super::{ResolveError, Resolver};

/// A scenario that ships with the program.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    pub name: &'static str,
    /// The whole file.
    pub text: &'static str,
}

impl BuiltIn {
    /// What it teaches: its first line of comment.
    pub fn teaches(&self) -> &'static str {
        let comment = self.text.lines().find_map(|line| line.strip_prefix("# "));
        comment.expect("every shipped scenario says what it teaches")
    }
}

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        &[$(BuiltIn { name: $name, text: include_str!(concat!("../../scenarios/", $name, ".toml")) }),+]
    };
}

/// Every shipped scenario, the simplest first.
pub fn builtin() -> &'static [BuiltIn] {
    shipped![
        "first-swarm",
        "three-peers",
        "free-riding",
        "generous-seed",
        "seed-leaves",
        "slow-seed",
        "super-seeding",
        "no-optimistic",
        "poisoned",
        "measured-world",
        "compare-systems",
        "server-vs-swarm",
        "cheating-pays",
        "churn-compare",
        "music-catalogue",
        "napster-bottleneck",
        "napster-split",
        "napster-shutdown",
        "web-server-dies",
        "gnutella-flood",
        "gnutella-answers",
        "napster-lab",
        "free-rider-sweep",
        "kindness",
        "seed-and-linger",
        "alone-or-together",
        "optimistic-period",
        "unchoke-slots",
        "piece-size",
        "seed-capacity",
        "swarm-size",
        "million",
        "hundred-thousand",
    ]
}

const MINIMAL: &str = include_str!("template.toml");

/// Names of all templates for a new scenario: `minimal` and the shipped ones.
pub fn templates() -> impl Iterator<Item = &'static str> {
    std::iter::once("minimal").chain(builtin().iter().map(|scenario| scenario.name))
}

/// The text of a template.
pub fn template(name: &str) -> Option<&'static str> {
    if name == "minimal" {
        return Some(MINIMAL);
    }
    builtin().iter().find(|scenario| scenario.name == name).map(|scenario| scenario.text)
}

/// The files that shipped scenarios name, and what is in them.
pub const DATA: &[(&str, &[u8])] =
    &[("data/piatek_fig1_cdf.csv", include_bytes!("../../scenarios/data/piatek_fig1_cdf.csv"))];

/// Reads the files that shipped scenarios name.
pub struct BuiltInFiles;

impl Resolver for BuiltInFiles {
    fn read(&self, name: &str) -> Result<Vec<u8>, ResolveError> {
        let found = DATA.iter().find(|(known, _)| *known == name);
        found.map(|(_, bytes)| bytes.to_vec()).ok_or(ResolveError::NotFound)
    }
}
