//! What a sweep recorded: `sweep.json`, `runs.csv`, and the texts beside them.

use std::path::Path;

use crate::experiment::sweep::{PointEntry, SWEEP, SweepManifest};
use crate::metrics::measures::{Measure, Value};
use crate::metrics::rows::SummaryRow;
use crate::report::ReportError;
use crate::report::manifest::{Input, Manifest, Pair};
use crate::report::tables::{Times, bad_row, csv_files, optional_text, required_text};
use crate::report::view::ALL;

/// Every run of every point.
pub const RUNS: &str = "runs.csv";

/// Everything that the figures, the tables and the page of a sweep are made from.
#[derive(Clone, Debug)]
pub struct Results {
    pub manifest: SweepManifest,
    /// The same in the form that the sections of every page understand.
    pub common: Manifest,
    /// What the sweep tells first: how long it took, most often.
    pub told: &'static Measure,
    /// In order of their points.
    pub runs: Vec<Run>,
    /// What the numbers say, in words; empty when the sweep left none.
    pub reading: String,
    pub scenario_text: String,
    pub csv_files: Vec<String>,
}

/// A row of `runs.csv`.
#[derive(Clone, Debug)]
pub struct Run {
    pub point: usize,
    pub row: SummaryRow,
}

impl Results {
    /// Reads `dir`. Fails where a required file is missing or a row does not parse, naming file and line.
    pub fn read(dir: &Path) -> Result<Results, ReportError> {
        let text = required_text(dir, SWEEP)?;
        let broken = |problem| ReportError::BadRow { file: SWEEP.into(), line: 1, problem };
        let manifest = SweepManifest::from_json(text.as_bytes()).map_err(broken)?;
        let told = Measure::named(&manifest.measure).ok_or_else(|| ReportError::BadRow {
            file: SWEEP.into(),
            line: 1,
            problem: format!("there is no measure `{}`", manifest.measure),
        })?;
        let mut runs = runs(dir, manifest.sweep.axes.len())?;
        check(&runs, &manifest)?;
        runs.sort_by_key(|run| run.point);
        Ok(Results {
            common: common(&manifest),
            manifest,
            told,
            runs,
            reading: optional_text(dir, "reading.txt")?,
            scenario_text: optional_text(dir, "scenario.toml")?,
            csv_files: csv_files(dir)?,
        })
    }

    pub fn of_point(&self, point: usize) -> &[Run] {
        let from = self.runs.partition_point(|run| run.point < point);
        let to = self.runs.partition_point(|run| run.point <= point);
        &self.runs[from..to]
    }

    /// The classes that a measure applies to in some run, in the scenario's order; `all` where it applies to nothing else.
    pub fn classes_with(&self, measure: &Measure) -> Vec<String> {
        let applies = |class: &String| {
            let mut rows = self.runs.iter().map(|run| &run.row).filter(|row| row.class == *class);
            rows.any(|row| measure.of(row) != Value::NotApplicable)
        };
        let found: Vec<String> =
            self.manifest.classes.iter().filter(|class| applies(class)).cloned().collect();
        if found.is_empty() { vec![ALL.into()] } else { found }
    }

    /// Every class, those that download first: a class has the line of its place in every figure.
    pub fn classes_by_line(&self) -> Vec<String> {
        // Where all came in the warm-up, wishes alone are counted.
        let counted = |row: &SummaryRow| row.peers > row.seeds_from_start || row.wishes > 0;
        let downloads =
            |class: &String| self.runs.iter().any(|run| run.row.class == *class && counted(&run.row));
        let (first, others): (Vec<_>, Vec<_>) = self.manifest.classes.iter().cloned().partition(downloads);
        first.into_iter().chain(others).collect()
    }

    /// How many runs of each system the points have: the least and the most; `None` without any.
    pub fn replicates(&self) -> Option<(u32, u32)> {
        let counts = || self.manifest.points.iter().map(|point| point.replicates);
        counts().min().zip(counts().max())
    }

    /// Points that are neither there nor failed, of those that this part of the sweep has.
    pub fn missing(&self) -> usize {
        let manifest = &self.manifest;
        manifest.own_points().len().saturating_sub(manifest.points.len() + manifest.failed.len())
    }
}

/// The columns of the point and its axes stand before those of the summary.
fn runs(dir: &Path, axes: usize) -> Result<Vec<Run>, ReportError> {
    let text = required_text(dir, RUNS)?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let whole = reader.headers().cloned().unwrap_or_default();
    let headers: csv::StringRecord = whole.iter().skip(1 + axes).collect();
    let times = Times::new(&headers);
    let mut runs = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| bad_row(RUNS, &whole, &error))?;
        let line = record.position().map_or(1, csv::Position::line);
        let point = record.get(0).and_then(|cell| cell.parse().ok()).ok_or_else(|| ReportError::BadRow {
            file: RUNS.into(),
            line,
            problem: "column `point`: not a number".into(),
        })?;
        let mut rest: csv::StringRecord = record.iter().skip(1 + axes).collect();
        rest.set_position(record.position().cloned());
        times.check(RUNS, &rest)?;
        let row = rest.deserialize(Some(&headers)).map_err(|error| bad_row(RUNS, &headers, &error))?;
        runs.push(Run { point, row });
    }
    Ok(runs)
}

/// Whether there are as many rows of each point as its runs left, and no others.
fn check(runs: &[Run], manifest: &SweepManifest) -> Result<(), ReportError> {
    let known = |row: &SummaryRow| {
        manifest.systems.contains(&row.system) && (row.class == ALL || manifest.classes.contains(&row.class))
    };
    let wrong = |problem| Err(ReportError::BadRow { file: RUNS.into(), line: 1, problem });
    if let Some(run) = runs.iter().find(|run| !known(&run.row)) {
        return wrong(format!(
            "the sweep has no system `{}` with a class `{}`",
            run.row.system, run.row.class
        ));
    }
    let mut left = runs.len();
    for PointEntry { point, replicates, .. } in &manifest.points {
        let found = runs.iter().filter(|run| run.point == *point as usize).count();
        let written = *replicates as usize * manifest.systems.len() * (manifest.classes.len() + 1);
        if found != written {
            return wrong(format!("{found} rows of point {point}, where {written} were written"));
        }
        left -= found;
    }
    if left > 0 { wrong(format!("{left} rows of points that the sweep does not have")) } else { Ok(()) }
}

fn common(manifest: &SweepManifest) -> Manifest {
    let pairs = |list: &[crate::experiment::Override]| {
        list.iter().map(|o| Pair { key: o.key.clone(), value: o.value.clone() }).collect()
    };
    let inputs = manifest.inputs.iter();
    let inputs = inputs.map(|input| Input { name: input.name.clone(), copy: input.copy.clone() }).collect();
    Manifest {
        version: manifest.version.clone(),
        title: manifest.title.clone(),
        question: manifest.question.clone(),
        seed: manifest.seed,
        shuffle_ties: manifest.shuffle_ties,
        systems: manifest.systems.clone(),
        replicates: manifest.sweep.replicates,
        inputs,
        overrides: pairs(&manifest.overrides),
        settings: pairs(&manifest.settings),
        warnings: manifest.warnings.clone(),
        resolved: manifest.resolved.clone(),
        ..Manifest::default()
    }
}
