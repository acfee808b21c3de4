//! What is kept of a complete point: enough for every table and plot of the sweep.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::experiment::manifest::RunEntry;
use crate::metrics::rows::SummaryRow;

/// Where the points stand in the directory of a sweep.
pub const POINTS: &str = "points";

/// The content of a point's file. All results of a sweep are made from these files alone, so they are the same whether the points
/// were run at once, after a stop, or on several machines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointRecord {
    pub point: u32,
    /// Runs of each system.
    pub replicates: u32,
    /// Whether the precision that was asked for was reached; `None` where none was.
    pub precise: Option<bool>,
    /// By system, then replicate.
    pub runs: Vec<PointRun>,
}

/// One run of a point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointRun {
    pub entry: RunEntry,
    /// A row a class, then `all`, as in `summary.csv`.
    pub rows: Vec<SummaryRow>,
}

impl PointRecord {
    /// Its file in the directory of the sweep.
    pub fn file(point: u32) -> String {
        format!("{POINTS}/{point:04}.json")
    }

    /// The record of a point in that directory, if it is whole: with all runs that `systems` systems have in it.
    pub fn read(dir: &Path, point: usize, systems: usize) -> Option<PointRecord> {
        let text = fs::read(dir.join(PointRecord::file(point as u32))).ok()?;
        let record: PointRecord = serde_json::from_slice(&text).ok()?;
        let runs = systems * record.replicates as usize;
        (record.point as usize == point && record.runs.len() == runs).then_some(record)
    }

    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string(self).expect("a point is plain data");
        text.push('\n');
        text
    }

    pub fn rows(&self) -> impl Iterator<Item = &SummaryRow> {
        self.runs.iter().flat_map(|run| &run.rows)
    }
}
