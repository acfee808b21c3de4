//! `unchoke new`, `list` and `schema`: what somebody needs to begin.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::Serialize;

use super::args::{ListArgs, NewArgs};
use super::{Failure, note, print, print_json, source, table};
use crate::report::quoted_if_needed;
use crate::scenario;

/// Where the first line of a built-in scenario tells editors to look for the schema.
const SCHEMA_OF_BUILT_IN: &str = "../docs/scenario.schema.json";
/// Where that of a new one does: beside it.
const SCHEMA_OF_NEW: &str = "scenario.schema.json";

/// Writes a commented scenario, and beside it the data that it names; never over a file that is there.
pub fn new(args: &NewArgs) -> Result<(), Failure> {
    let text = template(args.template.as_deref())?.replacen(SCHEMA_OF_BUILT_IN, SCHEMA_OF_NEW, 1);
    if Path::new(&args.name).file_stem().is_none() {
        return Err(Failure::Input(format!(
            "`{}` is no name for a file\n  hint: unchoke new my-swarm",
            args.name
        )));
    }
    let path = match Path::new(&args.name).extension() {
        Some(ending) if ending == "toml" => args.name.clone(),
        Some(_) | None => format!("{}.toml", args.name),
    };
    let path = Path::new(&path);
    let data: Vec<_> = scenario::DATA.iter().filter(|(name, _)| text.contains(name)).collect();
    create(path, text.as_bytes())?;
    for (name, bytes) in data {
        let beside = path.with_file_name(name);
        let written = match std::fs::read(&beside) {
            Ok(there) if there == *bytes => continue,
            _ => make_folder(&beside).and_then(|()| create(&beside, bytes)),
        };
        if written.is_err() {
            // A scenario that cannot be run is worse than none; the error that is reported is the first.
            let _ = std::fs::remove_file(path);
        }
        written?;
        note(format_args!("With it: {}", beside.display()));
    }
    let path = path.display();
    print(&format!("{path}\n"))?;
    note(format_args!("Next: unchoke run {}", quoted_if_needed(&path.to_string())));
    note(format_args!("For an editor's help, beside it: unchoke schema > {SCHEMA_OF_NEW}"));
    Ok(())
}

fn make_folder(of: &Path) -> Result<(), Failure> {
    let folder = of.parent().expect("it has a name");
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::Other(format!("cannot create `{}`: {error}", folder.display())))
}

fn create(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let name = path.display();
    let mut file =
        OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Failure::Input(format!(
                "`{name}` exists already and is left as it is\n  hint: choose another name"
            )),
            ErrorKind::NotFound => Failure::Input(format!(
                "there is no folder for `{name}`\n  hint: make the folder first, or choose another name"
            )),
            _ => Failure::Other(format!("cannot create `{name}`: {error}")),
        })?;
    if let Err(error) = file.write_all(bytes).and_then(|()| file.sync_all()) {
        drop(file);
        // Half a file is worse than none; the error that is reported is the first.
        let _ = std::fs::remove_file(path);
        return Err(Failure::Other(format!("cannot write `{name}`: {error}")));
    }
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
