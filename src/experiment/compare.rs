//! Two results directories, byte by byte.

use std::fs;
use std::io;
use std::path::Path;

use super::table_file::content;

/// Wall-clock figures: the one file of ours that may differ.
pub const TIMING: &str = "timing.json";

/// The first place where two results differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Recorded, and not made again.
    Missing { file: String },
    /// Made again, and not recorded.
    Extra { file: String },
    /// The first line that differs, from 1, as recorded and as made again; an absent line is empty.
    Line { file: String, line: usize, recorded: String, again: String },
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Difference::Missing { file } => write!(f, "{file} is recorded but was not made again"),
            Difference::Extra { file } => write!(f, "{file} was made again but is not recorded"),
            Difference::Line { file, line, recorded, again } => {
                write!(f, "{file} differs in line {line}\n  recorded:  {recorded}\n  run again: {again}")
            }
        }
    }
}

/// Compares the listed files (names below both directories) of `recorded`, and no others there, with all of `again`, but for those of
/// `but`. Reports the first difference in order of names.
pub fn compare(
    recorded: &Path,
    again: &Path,
    listed: &[String],
    but: &[&str],
) -> io::Result<Option<Difference>> {
    let mut names = files(again, "")?;
    names.extend_from_slice(listed);
    names.sort_unstable();
    names.dedup();
    for file in names.into_iter().filter(|name| !but.contains(&name.as_str())) {
        let (there, here) = (recorded.join(&file), again.join(&file));
        match (there.is_file(), here.is_file()) {
            (true, false) => return Ok(Some(Difference::Missing { file })),
            (false, true) => return Ok(Some(Difference::Extra { file })),
            (false, false) => return Ok(Some(Difference::Missing { file })),
            (true, true) => {}
        }
        if fs::read(&there)? != fs::read(&here)? {
            return Ok(Some(first_line(file, &content(&there)?, &content(&here)?)));
        }
    }
    Ok(None)
}

/// Files below `dir`/`within`, with `/` between the parts of their names.
fn files(dir: &Path, within: &str) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir.join(within))? {
        let entry = entry?;
        let own = entry.file_name().to_string_lossy().into_owned();
        let name = if within.is_empty() { own } else { format!("{within}/{own}") };
        if entry.file_type()?.is_dir() {
            names.extend(files(dir, &name)?);
        } else {
            names.push(name);
        }
    }
    Ok(names)
}

fn first_line(file: String, recorded: &[u8], again: &[u8]) -> Difference {
    let lines = |bytes: &[u8]| -> Vec<String> {
        bytes
            .split_inclusive(|&byte| byte == b'\n')
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect()
    };
    let (recorded, again) = (lines(recorded), lines(again));
    let same = recorded.iter().zip(&again).take_while(|(a, b)| a == b).count();
    let excerpt = |lines: &[String]| -> String {
        let line = lines.get(same).map_or("(the file ends here)", |line| line.trim_end());
        if line.contains(|letter: char| letter == char::REPLACEMENT_CHARACTER || letter.is_control()) {
            return "(no text)".into();
        }
        line.chars().take(200).collect()
    };
    Difference::Line { file, line: same + 1, recorded: excerpt(&recorded), again: excerpt(&again) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dir(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("inputs")).unwrap();
        for (name, text) in files {
            fs::write(dir.path().join(name), text).unwrap();
        }
        dir
    }

    fn check(a: &[(&str, &str)], b: &[(&str, &str)], listed: &[&str], expected: Option<Difference>) {
        let listed: Vec<String> = listed.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(compare(dir(a).path(), dir(b).path(), &listed, &[TIMING]).unwrap(), expected);
    }

    #[test]
    fn the_first_difference_is_found() {
        let a = [("a.csv", "x\ny\n"), ("inputs/0-b.csv", "1"), (TIMING, "3 s")];
        check(
            &a,
            &[("a.csv", "x\ny\n"), ("inputs/0-b.csv", "1"), (TIMING, "4 s")],
            &["a.csv", "inputs/0-b.csv"],
            None,
        );
        let line = |line, recorded: &str, again: &str| {
            let (recorded, again) = (recorded.into(), again.into());
            Some(Difference::Line { file: "a.csv".into(), line, recorded, again })
        };
        check(&a, &[("a.csv", "x\nz\n"), ("inputs/0-b.csv", "2")], &["a.csv"], line(2, "y", "z"));
        check(
            &a,
            &[("a.csv", "x\n"), ("inputs/0-b.csv", "1")],
            &["a.csv"],
            line(2, "y", "(the file ends here)"),
        );
        check(
            &a,
            &[("a.csv", "x\ny\n")],
            &["inputs/0-b.csv"],
            Some(Difference::Missing { file: "inputs/0-b.csv".into() }),
        );
        check(
            &[("a.csv", "\u{1}\n")],
            &[("a.csv", "\u{2}\n")],
            &["a.csv"],
            line(1, "(no text)", "(no text)"),
        );
        // What somebody put beside it does not count.
        check(&[("inputs/mine.csv", "")], &[], &[], None);
        let more = [("a.csv", "x\ny\n"), ("b.csv", ""), ("inputs/0-b.csv", "1")];
        check(&a, &more, &[], Some(Difference::Extra { file: "b.csv".into() }));
    }

    #[test]
    fn files_of_others_are_not_compared() {
        check(&[("a.csv", "1"), ("notes.txt", "mine")], &[("a.csv", "1")], &["a.csv"], None);
        let gone = Some(Difference::Missing { file: "b.svg".into() });
        check(&[("a.csv", "1")], &[("a.csv", "1")], &["a.csv", "b.svg"], gone);
    }
}
