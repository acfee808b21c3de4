//! `docs/protocol-rules.md`: each rule has a test that is there, or says why it has none.

use std::collections::BTreeSet;
use std::path::Path;

/// Names of all test functions below a folder.
fn tests_below(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the repository") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            tests_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source");
            let after = text.split("#[test]").skip(1).filter_map(|rest| rest.split_once("fn "));
            found.extend(after.filter_map(|(_, rest)| rest.split_once('(')).map(|(name, _)| name.to_owned()));
        }
    }
}

/// The words in backquotes.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn every_rule_names_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    ["src", "tests/it"].iter().for_each(|folder| tests_below(&root.join(folder), &mut tests));
    let table = std::fs::read_to_string(root.join("docs/protocol-rules.md")).expect("the table is there");
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| rule"))
        .map(|line| line.trim_matches('|').split(" | ").collect())
        .collect();
    assert!(rows.len() > 40, "{} rules", rows.len());
    for row in rows {
        let [rule, _source, test] = row[..] else { panic!("three columns: {row:?}") };
        let names: Vec<&str> = quoted(test).collect();
        let excused = test.trim().starts_with("not modelled");
        assert!(excused || !names.is_empty(), "no test would notice: {rule}");
        for name in names.iter().filter(|_| !excused) {
            assert!(tests.contains(*name), "{rule}: there is no test {name}");
        }
    }
}
