//! The absences of `docs/ARCHITECTURE.md` as a test: it reads the sources and names every line that breaks one.
//!
//! It looks at code only: comments, texts in quotes and what is compiled for tests alone are left out.

mod source;

use std::fmt;
use std::path::{Path, PathBuf};

use source::{Source, is_word, names_after, words};

/// Lowest first; a file names no floor above its own.
const FLOORS: [&str; 16] = [
    "units",
    "rng",
    "spec",
    "record",
    "engine",
    "net",
    "protocol",
    "strategy",
    "workload",
    "sim",
    "metrics",
    "scenario",
    "experiment",
    "report",
    "validation",
    "cli",
];

/// Lower than its own and yet nothing that a floor should know: (floor, what it does not name).
const STRANGERS: [(&str, &str); 2] = [("protocol", "engine"), ("protocol", "net")];

/// The one file outside the upper floors that opens files.
const FILE_RESOLVER: &str = "scenario/files.rs";

/// Methods of `f64` whose last bit is the platform's own. (`sqrt` is exact everywhere.)
const PLATFORM_MATHEMATICS: [&str; 24] = [
    "ln", "ln_1p", "log", "log2", "log10", "exp", "exp2", "exp_m1", "powf", "powi", "cbrt", "hypot", "sin",
    "cos", "tan", "asin", "acos", "atan", "atan2", "sin_cos", "sinh", "cosh", "tanh", "gamma",
];

#[derive(Debug, PartialEq)]
struct Violation {
    file: PathBuf,
    line: usize,
    what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "src/{}:{}: {}", self.file.display(), self.line, self.what)
    }
}

fn floor_of(file: &Path) -> Option<usize> {
    let first = file.iter().next()?.to_str()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    if name == "main" {
        return Some(FLOORS.len() - 1);
    }
    FLOORS.iter().position(|&floor| floor == name)
}

/// Everything in one file (its path below `src`) that should not be there.
fn violations(file: &Path, source: &Source) -> Vec<Violation> {
    let Some(own) = floor_of(file) else {
        return vec![Violation { file: file.to_owned(), line: 1, what: "stands on no floor".to_owned() }];
    };
    let at_least = |floor: &str| own >= FLOORS.iter().position(|&name| name == floor).expect("a floor");
    let mut found = Vec::new();
    let mut note = |line: usize, what: String| found.push(Violation { file: file.to_owned(), line, what });

    for (line, name) in source.names_from_root(module_depth(file)) {
        let Some(other) = FLOORS.iter().position(|&floor| floor == name) else { continue };
        if other > own {
            note(line, format!("{} names {name}, a floor above it", FLOORS[own]));
        }
        if STRANGERS.contains(&(FLOORS[own], name.as_str())) {
            note(line, format!("{} names {name}, of which it knows nothing", FLOORS[own]));
        }
    }
    for (line, name) in names_after(&source.code, "std") {
        match name.as_str() {
            "fs" | "io" if !at_least("experiment") && file != Path::new(FILE_RESOLVER) => {
                note(line, format!("std::{name} below experiment"));
            }
            "env" | "net" | "process" | "thread" if !at_least("experiment") => {
                note(line, format!("std::{name} below experiment"));
            }
            _ => {}
        }
    }
    for (line, word, before, after) in words(&source.code) {
        match word {
            "println" | "eprintln" | "print" | "eprint" | "dbg"
                if after.starts_with('!') && !at_least("cli") =>
            {
                note(line, format!("{word}! below cli"));
            }
            "Instant" | "SystemTime" if !at_least("cli") => note(line, format!("{word} below cli")),
            "HashMap" | "HashSet" if !at_least("cli") => note(line, format!("{word} below cli")),
            "libm" if FLOORS[own] != "units" => note(line, "libm beside units::portable".to_owned()),
            name if PLATFORM_MATHEMATICS.contains(&name) && !at_least("report") => {
                let of_f64 = before.ends_with("f64::") || before.ends_with("f32::");
                if of_f64 || before.ends_with('.') && after.starts_with('(') {
                    note(line, format!("{name} of the platform: units::portable has one for all"));
                }
            }
            _ => {}
        }
    }
    found
}

/// How many `super` lead from the file's module to the crate: `net/solve.rs` is `net::solve`, two.
fn module_depth(file: &Path) -> usize {
    file.iter().count() - usize::from(file.ends_with("mod.rs"))
}

fn rust_files(below: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn nothing_in_the_sources_breaks_the_architecture() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    rust_files(&src, &mut paths);
    paths.sort();
    let files: Vec<(PathBuf, Source)> = (paths.iter())
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            (path.strip_prefix(&src).unwrap().to_owned(), Source::read(&text))
        })
        .collect();
    let only_for_tests: Vec<PathBuf> =
        files.iter().flat_map(|(file, source)| source.test_files(file)).collect();
    let is_test = |file: &Path| only_for_tests.iter().any(|test| file.starts_with(test));

    let checked: Vec<_> =
        files.iter().filter(|(file, _)| !is_test(file) && file != Path::new("lib.rs")).collect();
    assert!(checked.len() > 100 && only_for_tests.len() > 10, "{} {}", checked.len(), only_for_tests.len());
    let found: Vec<String> = (checked.iter())
        .flat_map(|(file, source)| violations(file, source))
        .map(|violation| violation.to_string())
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// What the scanner says about `text` as `src/file`: "line: what".
fn check(file: &str, text: &str, expected: &[&str]) {
    let found: Vec<String> = violations(Path::new(file), &Source::read(text))
        .iter()
        .map(|violation| format!("{}: {}", violation.line, violation.what))
        .collect();
    assert_eq!(found, expected, "{file}: {text}");
}

#[test]
fn a_floor_above_is_found_however_it_is_named() {
    let above = ["1: net names sim, a floor above it"];
    check("net/solve.rs", "use crate::sim::swarm;", &above);
    check("net/solve.rs", "fn f() -> crate::sim::Swarm {}", &above);
    check("net/solve.rs", "use crate::{units::{SimTime, Rate}, sim};", &above);
    check("net/solve.rs", "use super::super::sim::swarm;", &above);
    check("net/mod.rs", "use super::sim;", &above);
    check("net.rs", "use super::sim;", &above);
    check(
        "net/solve.rs",
        "\nuse crate::{\n    units,\n    cli,\n};",
        &["4: net names cli, a floor above it"],
    );
    check("units.rs", "use crate::rng::Seed;", &["1: units names rng, a floor above it"]);
}

#[test]
fn its_own_floor_and_those_below_are_free() {
    check(
        "sim/swarm/mod.rs",
        "use crate::sim::Run; use crate::{net, engine::Queue}; use super::metrics;",
        &[],
    );
    check("main.rs", "fn main() { println!(\"{}\", crate::cli::main()) }", &[]);
    check("report/mod.rs", "use crate::metrics::rows; use std::fs; fn f(x: f64) { x.ln(); }", &[]);
}

#[test]
fn protocol_knows_no_engine_and_no_network() {
    check(
        "protocol/bittorrent/rate.rs",
        "use crate::engine::Queue;\nuse crate::net::Network;",
        &[
            "1: protocol names engine, of which it knows nothing",
            "2: protocol names net, of which it knows nothing",
        ],
    );
}

#[test]
fn files_terminal_and_clock_are_for_the_upper_floors() {
    check("sim/mod.rs", "use std::{fmt, io::Write};", &["1: std::io below experiment"]);
    check("scenario/mod.rs", "let text = std::fs::read(path);", &["1: std::fs below experiment"]);
    check("scenario/files.rs", "let text = std::fs::read(path);", &[]);
    check("workload/mod.rs", "use std::thread;", &["1: std::thread below experiment"]);
    check("report/mod.rs", "eprintln!(\"no font\");", &["1: eprintln! below cli"]);
    check("metrics/mod.rs", "dbg!(x);", &["1: dbg! below cli"]);
    check("experiment/perform.rs", "let t = Instant::now();", &["1: Instant below cli"]);
    check("cli/progress.rs", "let t = Instant::now(); println!();", &[]);
}

#[test]
fn random_order_and_platform_mathematics_are_found() {
    check("record/mod.rs", "use std::collections::HashMap;", &["1: HashMap below cli"]);
    check("report/mod.rs", "let s: HashSet<u8>;", &["1: HashSet below cli"]);
    let mathematics = |name: &str| [format!("1: {name} of the platform: units::portable has one for all")];
    for (text, name) in [("x.ln()", "ln"), ("x . powi(2)", "powi"), ("xs.map(f64::exp)", "exp")] {
        check("metrics/bounds.rs", text, &mathematics(name).each_ref().map(String::as_str));
    }
    check("metrics/bounds.rs", "portable::ln(x) + x.sqrt() + point.log", &[]);
    check("sim/mod.rs", "libm::sin(x)", &["1: libm beside units::portable"]);
}

#[test]
fn comments_texts_and_tests_are_not_code() {
    let text = r###"
//! Unlike crate::cli, println! and HashMap.
/* crate::sim /* nested */ x.ln() */
const A: &str = "crate::sim \" HashMap";
const B: &str = r#"crate::sim " HashMap"#;
const C: [char; 2] = ['"', '\''];
fn f<'a>(x: &'a str) {}
#[cfg(test)]
mod tests {
    use crate::cli; fn f() { HashMap::new(); "}" }
}
#[cfg(test)]
use std::fs;
use crate::sim;
"###;
    check("net/mod.rs", text, &["14: net names sim, a floor above it"]);
}

#[test]
fn a_module_for_tests_alone_is_known_by_its_declaration() {
    let declared = |file: &str| {
        let mut files =
            Source::read("mod a;\n#[cfg(test)]\nmod tests;\n#[cfg(test)]\npub(crate) mod synthetic;")
                .test_files(Path::new(file));
        files.sort();
        files
    };
    let expected = ["net/synthetic", "net/synthetic.rs", "net/tests", "net/tests.rs"].map(PathBuf::from);
    assert_eq!(declared("net/mod.rs"), expected);
    assert_eq!(declared("net.rs"), expected);
}

#[test]
fn a_file_outside_all_floors_is_found() {
    check("extras.rs", "", &["1: stands on no floor"]);
    assert!(is_word('_') && !is_word(':'));
}
