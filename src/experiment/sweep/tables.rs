//! The tables of a sweep, from the records of its points alone.

use serde::Serialize;

use super::manifest::SweepManifest;
use super::point::PointRecord;
use crate::experiment::tables::{Table, TableError, columns};
use crate::metrics::pooled::Pooled;
use crate::metrics::rows::SummaryRow;
use crate::metrics::statistics::{Estimate, PairedEstimate};

/// A table's name and its bytes.
pub type Written = (&'static str, Vec<u8>);

/// `runs.csv`, `sweep.csv` and `differences.csv`; `points` are ascending.
pub fn write(manifest: &SweepManifest, points: &[PointRecord]) -> Result<[Written; 3], TableError> {
    let mut runs = begin::<SummaryRow>(manifest, "runs.csv", &[])?;
    let mut sweep = begin::<Estimate>(manifest, "sweep.csv", &["system", "class", "measure"])?;
    let mut differences =
        begin::<PairedEstimate>(manifest, "differences.csv", &["system", "class", "measure", "against"])?;
    let mut origin: Option<Pooled<'_>> = None;
    for record in points {
        let cells = cells(manifest, record.point);
        let rows: Vec<&SummaryRow> = record.rows().collect();
        runs.add(rows.iter().map(|row| (record.point, &cells, row)))?;
        let pooled = Pooled::new(&rows, &manifest.systems, &manifest.classes);
        sweep.add(pooled.estimates().map(|(figure, estimate)| {
            (record.point, &cells, (figure.system, figure.class, figure.measure), estimate)
        }))?;
        let against = origin.as_ref().map(|origin| ("point 0", origin));
        differences.add(pooled.differences(against).into_iter().map(|(figure, against, paired)| {
            (record.point, &cells, (figure.system, figure.class, figure.measure, against), paired)
        }))?;
        if record.point == 0 {
            origin = Some(pooled);
        }
    }
    Ok([
        ("runs.csv", runs.flushed()?),
        ("sweep.csv", sweep.flushed()?),
        ("differences.csv", differences.flushed()?),
    ])
}

/// A table with the point, the varied keys, what identifies a row, and the fields of `R`.
fn begin<R: Default + Serialize>(
    manifest: &SweepManifest,
    name: &'static str,
    who: &[&str],
) -> Result<Table<Vec<u8>>, TableError> {
    let mut names = vec!["point".to_owned()];
    names.extend(manifest.sweep.axes.iter().map(|axis| axis.column()));
    names.extend(who.iter().map(|&name| name.to_owned()));
    names.extend(columns::<R>());
    Table::with_columns(name.to_owned(), Vec::new(), &names)
}

/// The values of a point, as their columns show them.
fn cells(manifest: &SweepManifest, point: u32) -> Vec<String> {
    let values = manifest.sweep.values(point as usize);
    manifest.sweep.axes.iter().zip(values).map(|(axis, value)| axis.cell(value)).collect()
}
