//! Every file of `tests/corpus/broken` is refused with the right error, at the right place, with a hint.
//!
//! A file begins with `# expect: TEXT`, which must appear in an error or its hint, and `# at: LINE` or
//! `# at: FILE:LINE`. Those that cannot begin so, being empty or not UTF-8, are listed below.

use std::path::{Path, PathBuf};

use unchoke::scenario::{FileResolver, Problems, load};

const RAW: [(&str, &str, usize); 9] = [
    ("raw-empty.toml", "the scenario is empty", 1),
    ("raw-only-comments.toml", "the scenario is empty", 1),
    ("raw-utf16-le.toml", "UTF-16", 1),
    ("raw-utf16-be.toml", "UTF-16", 1),
    ("raw-utf16-unmarked.toml", "UTF-16", 1),
    ("raw-latin-1.toml", "not UTF-8", 1),
    ("raw-binary.toml", "not UTF-8", 1),
    ("raw-crlf.toml", "did you mean `seed`", 2),
    ("raw-byte-order-mark.toml", "did you mean `title`", 1),
];

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/broken")
}

/// The names of all broken scenarios, sorted.
pub fn names() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).expect("the corpus is there");
    let names = entries.map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8"));
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".toml")).collect();
    names.sort();
    names
}

#[test]
fn every_broken_scenario_is_refused_with_place_and_hint() {
    let names = names();
    assert!(names.len() >= 190, "the corpus has {} files", names.len());
    let wrong: Vec<String> = names.iter().filter_map(|name| check(name).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), names.len(), wrong.join("\n"));
}

fn check(name: &str) -> Result<(), String> {
    let bytes = std::fs::read(folder().join(name)).expect("readable");
    let (expect, source, line) = expected(name, &bytes);
    let Err(problems) = load(name, &bytes, &[], &FileResolver::new(folder())) else {
        return Err(format!("{name}: loads"));
    };
    if problems.errors().any(|problem| problem.hint.trim().is_empty()) {
        return Err(format!("{name}: an error without a hint\n{problems}"));
    }
    if problems.errors().count() > 4 {
        return Err(format!("{name}: one mistake, many errors\n{problems}"));
    }
    let fits = |problem: &&unchoke::scenario::Problem| {
        let place = problems.place(problem);
        let told = problem.message.contains(&expect) || problem.hint.contains(&expect);
        told && place.source == source && place.line == line
    };
    match problems.errors().find(fits) {
        Some(_) => check_rendering(name, &problems),
        None => Err(format!("{name}: expected \"{expect}\" at {source}:{line}, got\n{problems}")),
    }
}

/// The text, the source and the line that the file says it expects.
fn expected(name: &str, bytes: &[u8]) -> (String, String, usize) {
    if let Some((_, expect, line)) = RAW.iter().find(|(raw, _, _)| *raw == name) {
        return ((*expect).to_owned(), name.to_owned(), *line);
    }
    let text = std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{name} is not UTF-8 and not listed"));
    let mut lines = text.lines();
    let mut header =
        |prefix: &str| lines.next().and_then(|line| line.strip_prefix(prefix)).expect(prefix).to_owned();
    let (expect, at) = (header("# expect: "), header("# at: "));
    let (source, line) = at.rsplit_once(':').unwrap_or((name, &at));
    (expect, source.to_owned(), line.parse().expect("a line number"))
}

/// What the user sees names the file and the line and underlines something.
fn check_rendering(name: &str, problems: &Problems) -> Result<(), String> {
    let rendered = unchoke::scenario::render(problems, false);
    for problem in &problems.problems {
        let place = problems.place(problem);
        let place = format!("{}:{}:{}", place.source, place.line, place.column);
        if !rendered.contains(&place)
            || !rendered.contains(&problem.message)
            || !rendered.contains(&problem.hint)
        {
            return Err(format!("{name}: {place} is not told\n{rendered}"));
        }
    }
    let underlined = rendered.lines().filter(|line| line.contains('^')).count();
    if underlined < problems.problems.len() {
        return Err(format!("{name}: not every place is underlined\n{rendered}"));
    }
    Ok(())
}
