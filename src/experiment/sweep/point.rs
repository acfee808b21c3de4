//! What is kept of a complete point: enough for every table and plot of the sweep.

use serde::{Deserialize, Serialize};

use crate::experiment::manifest::RunEntry;
use crate::metrics::rows::SummaryRow;

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
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string(self).expect("a point is plain data");
        text.push('\n');
        text
    }

    /// `None` if that is no point's file, or not a whole one.
    pub fn from_json(text: &[u8]) -> Option<PointRecord> {
        serde_json::from_slice(text).ok()
    }

    pub fn rows(&self) -> impl Iterator<Item = &SummaryRow> {
        self.runs.iter().flat_map(|run| &run.rows)
    }
}
