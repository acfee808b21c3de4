//! What `docs/reading-results.md` tells people to do gives the numbers that the tables give. Skipped, saying so, where a tool is
//! not installed.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use unchoke::metrics::measures::MEASURES;

use crate::engines::with_sweep;
use crate::support::Folder;
use crate::tools::{installed, of_repository, python_with, skipped, succeed};

/// Student's t of 5 degrees of freedom at 97.5 %: the sweep has six replicates.
const STUDENT: f64 = 2.570_581_835_636_314;

fn document() -> String {
    std::fs::read_to_string(of_repository("docs/reading-results.md")).expect("the document")
}

#[test]
fn every_measure_is_named() {
    let document = document();
    for measure in MEASURES {
        assert!(document.contains(&format!("`{}`", measure.name)), "{} is not", measure.name);
    }
}

/// The fenced blocks of a language under a heading of the document, one after the other.
fn snippets(heading: &str, fence: &str) -> String {
    let document = document();
    let section =
        document.split("\n## ").find_map(|section| section.strip_prefix(heading)).expect("a heading");
    let mut text = String::new();
    for block in section.split("\n```").skip(1).step_by(2) {
        let (language, block) = block.split_once('\n').expect("a fence ends its line");
        if language == fence {
            text.push_str(block);
            text.push('\n');
        }
    }
    assert!(!text.is_empty(), "no {fence} under `{heading}`");
    text
}

type Row = BTreeMap<String, String>;

/// Rows of a CSV text by the names in its header.
fn rows(text: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().expect("a table with a header")
}

/// The tables that were printed one after the other: each begins where a header names a class or a system.
fn tables(printed: &str) -> Vec<Vec<Row>> {
    let is_header =
        |line: &str| line.split(',').any(|cell| ["class", "system"].contains(&cell.trim_matches('"')));
    let mut texts: Vec<String> = Vec::new();
    for line in printed.lines().filter(|line| !line.is_empty()) {
        if is_header(line) {
            texts.push(String::new());
        }
        texts.last_mut().expect("a header comes first").push_str(&format!("{line}\n"));
    }
    texts.iter().map(|text| rows(text)).collect()
}

/// The number in the column whose name ends so, if there is such a column and a number.
fn number(row: &Row, name: &str) -> Option<f64> {
    let ends = |column: &&String| column.rsplit('.').next() == Some(name);
    let column = row.keys().find(ends)?;
    row[column].parse().ok()
}

/// Mean and standard error.
fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// By fraction and class: a time of each replicate.
type Times = BTreeMap<(String, String), Vec<f64>>;

fn times(dir: &Path, system: &str) -> Times {
    let mut times = Times::new();
    for row in rows(&std::fs::read_to_string(dir.join("runs.csv")).expect("runs.csv")) {
        if let Some(time) = number(&row, "download_median_s").filter(|_| row["system"] == system) {
            let fraction = number(&row, "fraction").expect("the varied key").to_string();
            times.entry((fraction, row["class"].clone())).or_default().push(time);
        }
    }
    times
}

fn differences(dir: &Path) -> Times {
    let (random, tit_for_tat) = (times(dir, "random-choking"), times(dir, "tit-for-tat"));
    let pairs = |(who, times): (_, &Vec<f64>)| {
        let theirs: &Vec<f64> = &tit_for_tat[who];
        assert_eq!((times.len(), theirs.len()), (6, 6), "everybody finishes in every run");
        (who.clone(), times.iter().zip(theirs).map(|(a, b)| a - b).collect())
    };
    random.iter().map(pairs).collect()
}

#[track_caller]
fn check_near(printed: f64, expected: f64, what: &str) {
    assert!((printed - expected).abs() < 1e-6 * expected.abs().max(1.0), "{what}: {printed}, not {expected}");
}

/// Each expected group has its row with mean, and with interval or standard error; nobody else has one.
#[track_caller]
fn check_estimates(printed: &[Row], expected: &Times) {
    let mut seen = 0;
    for row in printed.iter().filter(|row| number(row, "mean").is_some()) {
        let who = (number(row, "fraction").expect("a fraction").to_string(), row["class"].clone());
        let (mean, error) = mean(expected.get(&who).unwrap_or_else(|| panic!("nobody is {who:?}")));
        check_near(number(row, "mean").expect("a mean"), mean, "mean");
        match number(row, "sem") {
            Some(printed) => check_near(printed, error, "standard error"),
            None => {
                check_near(number(row, "mean_low").expect("a lower end"), mean - STUDENT * error, "low");
                check_near(number(row, "mean_high").expect("an upper end"), mean + STUDENT * error, "high");
            }
        }
        seen += 1;
    }
    assert_eq!(seen, expected.len(), "{printed:?}");
}

#[track_caller]
fn check_sweep(printed: &str, dir: &Path) {
    let tables = tables(printed);
    let [printed_times, printed_differences] = tables.as_slice() else { panic!("two tables: {printed}") };
    // Six fractions, two classes and all; at fraction 0 there is no free rider.
    let expected = times(dir, "tit-for-tat");
    assert_eq!(expected.len(), 6 * 3 - 1);
    check_estimates(printed_times, &expected);
    check_estimates(printed_differences, &differences(dir));
}

/// How much of the upload capacity was used, by system and replicate.
#[track_caller]
fn check_run(printed: &str, dir: &Path) {
    let mut sums: BTreeMap<(String, String), (f64, f64)> = BTreeMap::new();
    let mut before: BTreeMap<(String, String), f64> = BTreeMap::new();
    for row in rows(&std::fs::read_to_string(dir.join("timeseries.csv")).expect("timeseries.csv")) {
        if row["class"] == "all" {
            let run = (row["system"].clone(), row["replicate"].clone());
            let time = number(&row, "time_s").expect("a time");
            let seconds = time - before.insert(run.clone(), time).unwrap_or(time);
            let (used, available) = sums.entry(run).or_default();
            *used += number(&row, "upload_used_bytes_per_s").unwrap_or(0.0) * seconds;
            *available += number(&row, "upload_available_bytes_per_s").unwrap_or(0.0) * seconds;
        }
    }
    let tables = tables(printed);
    let [table] = tables.as_slice() else { panic!("one table: {printed}") };
    assert_eq!((table.len(), sums.len()), (4, 4), "two systems, two replicates");
    for row in table {
        let (used, available) = sums[&(row["system"].clone(), row["replicate"].clone())];
        assert!(used > 0.0 && used < available);
        check_near(number(row, "used").expect("a share"), used / available, "used");
    }
}

/// With `whole`, a sweep, and `run`, a run of two replicates.
fn with_results() -> Folder {
    let folder = with_sweep();
    folder.unchoke(&["run", "tiny.toml", "-o", "run", "--replicates", "2", "--quiet"]).code(0);
    folder
}

/// Runs the document's snippets, each in its directory, and checks what they print.
#[track_caller]
fn check(fence: &str, tool: impl Fn(&str) -> Command) {
    let folder = with_results();
    let run = |heading: &str, dir: &str| succeed(tool(&snippets(heading, fence)).current_dir(folder.at(dir)));
    check_sweep(&run("A sweep", "whole"), &folder.at("whole"));
    check_run(&run("A run", "run"), &folder.at("run"));
    if fence == "r" {
        assert!(folder.at("whole/times.pdf").is_file() && folder.at("run/finished.pdf").is_file());
    }
}

#[test]
fn the_snippets_of_pandas_are_right() {
    let Some(python) = python_with("pandas") else {
        return skipped(
            "the_snippets_of_pandas_are_right needs a Python with pandas; UNCHOKE_PYTHON may name it",
        );
    };
    check("python", |script| {
        let mut command = Command::new(&python);
        command.args(["-c", script]);
        command
    });
}

#[test]
fn the_plot_of_pandas_is_drawn() {
    let Some(python) = python_with("pandas, matplotlib") else {
        return skipped(
            "the_plot_of_pandas_is_drawn needs a Python with pandas and matplotlib; UNCHOKE_PYTHON may name it",
        );
    };
    let folder = with_sweep();
    let script = snippets("A sweep", "python") + &snippets("A sweep", "python matplotlib");
    succeed(
        Command::new(python).args(["-c", &script]).env("MPLBACKEND", "agg").current_dir(folder.at("whole")),
    );
    assert!(folder.at("whole/times.png").is_file());
}

#[test]
fn the_snippets_of_r_are_right() {
    if !installed(&["Rscript"]) {
        return skipped("the_snippets_of_r_are_right needs Rscript");
    }
    check("r", |script| {
        let mut command = Command::new("Rscript");
        command.args(["-e", script]);
        command
    });
}

/// By DuckDB's own program, else by its package for Python.
#[test]
fn the_snippets_of_duckdb_are_right() {
    const EACH: &str = "import duckdb, sys
for statement in duckdb.extract_statements(sys.argv[1]):
    print(duckdb.execute(statement).df().to_csv(index=False))";
    let python = python_with("duckdb, pandas");
    if !installed(&["duckdb"]) && python.is_none() {
        return skipped(
            "the_snippets_of_duckdb_are_right needs duckdb, or a Python with it that UNCHOKE_PYTHON may name",
        );
    }
    check("sql", |script| match &python {
        Some(python) => {
            let mut command = Command::new(python);
            command.args(["-c", EACH, script]);
            command
        }
        None => {
            let mut command = Command::new("duckdb");
            command.args(["-csv", "-c", script]);
            command
        }
    });
}
