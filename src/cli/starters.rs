//! `unchoke new`, `list` and `schema`: what somebody needs to begin.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::Serialize;

use super::args::{ListArgs, NewArgs};
use super::{Failure, print, print_json, source, table};
use crate::scenario;

/// Where the first line of a built-in scenario tells editors to look for the schema.
const SCHEMA_OF_BUILT_IN: &str = "../docs/scenario.schema.json";
/// Where that of a new one does: beside it.
const SCHEMA_OF_NEW: &str = "scenario.schema.json";

/// Writes a commented scenario; never over a file that is there.
pub fn new(args: &NewArgs) -> Result<(), Failure> {
    let text = template(args.template.as_deref())?.replacen(SCHEMA_OF_BUILT_IN, SCHEMA_OF_NEW, 1);
    let path = match Path::new(&args.name).extension() {
        Some(ending) if ending == "toml" => args.name.clone(),
        Some(_) | None => format!("{}.toml", args.name),
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(|error| {
        if error.kind() == ErrorKind::AlreadyExists {
            Failure::Input(format!(
                "`{path}` exists already and is left as it is\n  hint: choose another name"
            ))
        } else {
            Failure::Other(format!("cannot create `{path}`: {error}"))
        }
    })?;
    if let Err(error) = file.write_all(text.as_bytes()).and_then(|()| file.sync_all()) {
        drop(file);
        // Half a scenario is worse than none; the error that is reported is the first.
        let _ = std::fs::remove_file(&path);
        return Err(Failure::Other(format!("cannot write `{path}`: {error}")));
    }
    print(&format!("{path}\n"))?;
    anstream::eprintln!("Next: unchoke run {path}");
    anstream::eprintln!("For an editor's help, beside it: unchoke schema > {SCHEMA_OF_NEW}");
    Ok(())
}

fn template(name: Option<&str>) -> Result<&'static str, Failure> {
    let name = name.unwrap_or("minimal");
    scenario::template(name).ok_or_else(|| {
        let names: Vec<&str> = scenario::templates().collect();
        let near = source::near(name, names.iter().copied());
        let hint = match near.as_slice() {
            [] => format!("there are {}", names.join(", ")),
            near => format!("did you mean {}?", near.join(" or ")),
        };
        Failure::Input(format!("there is no template `{name}`\n  hint: {hint}"))
    })
}

/// A built-in scenario, for machines.
#[derive(Serialize)]
struct Listed {
    name: &'static str,
    teaches: &'static str,
}

/// Names and lessons of the built-in scenarios.
pub fn list(args: &ListArgs) -> Result<(), Failure> {
    if args.json {
        let listed =
            |built_in: &scenario::BuiltIn| Listed { name: built_in.name, teaches: built_in.teaches() };
        return print_json(&scenario::builtin().iter().map(listed).collect::<Vec<_>>());
    }
    let row = |built_in: &scenario::BuiltIn| vec![built_in.name.to_owned(), built_in.teaches().to_owned()];
    let rows: Vec<Vec<String>> = scenario::builtin().iter().map(row).collect();
    print(&table::columns(&rows, 2))
}

/// The JSON Schema of scenario files.
pub fn schema() -> Result<(), Failure> {
    print(&scenario::schema_text())
}
