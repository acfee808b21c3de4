//! From TOML text to a checked [`Scenario`], with every problem of the file reported at once.
//!
//! The way: text -> spanned tree (`node`) -> held against the declared language (`check`,
//! `language/`) -> read into the spec (`resolve/`) -> warnings. Nothing here prints, and files are
//! read only through a [`Resolver`].

mod builtin;
mod check;
mod data;
mod defaults;
#[cfg(feature = "cli")]
mod files;
mod grammar;
mod language;
mod like;
mod named;
mod node;
mod overridden;
mod presets;
mod problem;
mod quantity;
#[cfg(feature = "cli")]
mod render;
mod resolve;
#[cfg(feature = "cli")]
mod schema;
mod sweep;
mod text;
mod view;
mod warnings;

pub use builtin::{BuiltIn, BuiltInFiles, DATA, builtin, template, templates};
#[cfg(feature = "cli")]
pub use files::FileResolver;
pub use grammar::near;
pub use presets::Preset;
pub use problem::{Place, Problem, Problems, Severity, Source, Span};
#[cfg(feature = "cli")]
pub use render::render;
#[cfg(feature = "cli")]
pub use schema::{schema, schema_text};
pub use sweep::Points;

use crate::spec::Scenario;

/// Where the files that a scenario names come from. Names are relative to the scenario.
pub trait Resolver {
    fn read(&self, name: &str) -> Result<Vec<u8>, ResolveError>;
}

/// Why a named file could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    #[error("there is no such file")]
    NotFound,
    #[error("{0}")]
    Unreadable(String),
}

/// No file exists: for embedding, and for scenarios that name none.
pub struct NoFiles;

impl Resolver for NoFiles {
    fn read(&self, _name: &str) -> Result<Vec<u8>, ResolveError> {
        Err(ResolveError::NotFound)
    }
}

/// A file that the scenario names, as it was when it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// As the scenario names it: relative, without `..`.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A scenario that can be run.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub scenario: Scenario,
    /// What `[sweep]` makes of it.
    pub sweep: Option<Points>,
    /// Only problems of [`Severity::Warning`], with the sources that they point into.
    pub warnings: Problems,
    /// In the order in which the scenario names them, each once.
    pub inputs: Vec<InputFile>,
    /// Settings that differ from the defaults: dotted key, and value as text without outer quotes.
    pub overridden: Vec<(String, String)>,
}

/// Reads a scenario and every point of its sweep. `source_name` is what messages call the file; `sets` are the KEY and VALUE of each
/// `--set`, in order. With any error nothing is loaded, and the problems contain the warnings too.
pub fn load(
    source_name: &str,
    text: &[u8],
    sets: &[(String, String)],
    resolver: &dyn Resolver,
) -> Result<Loaded, Problems> {
    let mut out = Problems::default();
    let Some(mut root) = text::parse(source_name, text, &mut out) else { return Err(out) };
    for (number, (key, value)) in sets.iter().enumerate() {
        node::set(&mut root, key, value, number + 1, &mut out);
    }
    let mut inputs = Vec::new();
    let written = root.clone();
    check::check_root(&mut root, &language::ROOT, &mut out);
    let scenario = resolve::scenario(&root, resolver, &mut inputs, &mut out);
    let sweep = scenario
        .as_ref()
        .and_then(|scenario| sweep::points(&root, &written, scenario, resolver, &mut inputs, &mut out));
    out.sort();
    match scenario {
        Some(scenario) if !out.has_errors() => {
            let overridden = overridden::overridden(&root);
            Ok(Loaded { scenario, sweep, warnings: out, inputs, overridden })
        }
        _ => Err(out),
    }
}

#[cfg(test)]
mod tests;
