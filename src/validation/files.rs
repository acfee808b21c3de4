//! What the suite leaves: `rows.csv`, every figure as SVG and PNG, and the page.

use std::io;
use std::path::Path;

use serde::Serialize;

use super::page::markdown;
use super::{Expected, Figure, Measured, Outcome, Row, Suite, Verdict};
use crate::experiment::write_whole;
use crate::report::{ReportError, write_figure};

/// The page's file name.
pub const PAGE: &str = "validation.md";
const ROWS: &str = "rows.csv";
/// Where the documentation keeps the figures of the page.
const DOCS_FIGURES: &str = "images/validation";

/// A row of `rows.csv`; empty where there is no such bound or figure.
#[derive(Serialize)]
struct Line<'a> {
    experiment: &'static str,
    figure: &'a str,
    unit: &'static str,
    expected: Option<f64>,
    at_least: Option<f64>,
    at_most: Option<f64>,
    measured: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    runs: Option<usize>,
    verdict: Verdict,
    why: &'a str,
}

/// Writes everything to `results`, and the page with its figures to the folder of the documentation, if one is given.
pub fn write(suite: &Suite, results: &Path, docs: Option<&Path>) -> Result<(), ReportError> {
    make(results)?;
    put(results, ROWS, &rows(&suite.outcomes))?;
    for figure in figures(suite) {
        write_figure(results, &figure.name, &figure.drawing)?;
    }
    put(results, PAGE, markdown(suite, "").as_bytes())?;
    let Some(docs) = docs else { return Ok(()) };
    let pictures = docs.join(DOCS_FIGURES);
    make(&pictures)?;
    for Figure { name, .. } in figures(suite) {
        let file = format!("{name}.png");
        let bytes = std::fs::read(results.join(&file));
        let bytes = bytes.map_err(|source| ReportError::Read { file: file.clone(), source })?;
        put(&pictures, &file, &bytes)?;
    }
    put(docs, PAGE, markdown(suite, &format!("{DOCS_FIGURES}/")).as_bytes())
}

fn figures(suite: &Suite) -> impl Iterator<Item = &Figure> {
    suite.outcomes.iter().flat_map(|outcome| &outcome.findings.figures)
}

fn make(dir: &Path) -> Result<(), ReportError> {
    std::fs::create_dir_all(dir).map_err(failed(&dir.display().to_string()))
}

fn put(dir: &Path, file: &str, bytes: &[u8]) -> Result<(), ReportError> {
    write_whole(&dir.join(file), bytes).map_err(failed(file))
}

fn failed(file: &str) -> impl FnOnce(io::Error) -> ReportError {
    move |source| ReportError::Write { file: file.to_owned(), source }
}

fn rows(outcomes: &[Outcome]) -> Vec<u8> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for Outcome { experiment, findings, .. } in outcomes {
        for row in &findings.rows {
            csv.serialize(line(experiment.name, row)).expect("a row of plain figures is written to memory");
        }
    }
    csv.into_inner().expect("nothing is left to write")
}

fn line<'a>(experiment: &'static str, row: &'a Row) -> Line<'a> {
    let (least, most) = row.expected.bounds();
    let finite = |bound: f64| bound.is_finite().then_some(bound);
    let (interval, runs) = match row.measured {
        Measured::Mean { low, high, runs, .. } => (Some((low, high)), Some(runs)),
        Measured::Exactly(_) | Measured::Never => (None, None),
    };
    Line {
        experiment,
        figure: &row.what,
        unit: row.unit,
        expected: match row.expected {
            Expected::About { value, .. } => Some(value),
            Expected::AtLeast(_) | Expected::AtMost(_) | Expected::Between(_, _) => None,
        },
        at_least: finite(least),
        at_most: finite(most),
        measured: row.measured.value(),
        ci_low: interval.map(|ends| ends.0),
        ci_high: interval.map(|ends| ends.1),
        runs,
        verdict: row.verdict(),
        why: &row.why,
    }
}
