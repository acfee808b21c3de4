//! Text in columns, and the summary of an experiment as such.

use crate::experiment::Finding;
use crate::metrics::RunSummary;
use crate::metrics::reading::words::{number, seconds};
use crate::metrics::rows::SummaryRow;
use crate::metrics::side_by_side::{Column, measures, only_swarms};
use crate::metrics::statistics::geometric_mean;
use crate::spec::Scenario;

/// Columns as wide as their widest cell; the first `left` of them flush left, the others right.
pub fn columns(rows: &[Vec<String>], left: usize) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
            if column < left { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The widest line that a terminal shows whole.
const TERMINAL: usize = 100;

/// What the runs came to: swarms of one file by class, systems of other kinds side by side.
pub fn summary(scenario: &Scenario, finding: &Finding) -> String {
    if only_swarms(scenario) { by_class(finding) } else { side_by_side(finding) }
}

/// A column a system; more systems than a terminal has room for stand below.
fn side_by_side(finding: &Finding) -> String {
    let column = |label: &String| {
        let runs = || finding.summaries.iter().filter(move |run| run.system == *label);
        Column {
            summary: runs().flat_map(RunSummary::rows).collect(),
            central: runs().flat_map(|run| &run.central).collect(),
        }
    };
    let columns: Vec<Column<'_>> = finding.manifest.systems.iter().map(column).collect();
    let mut head = vec![String::new()];
    head.extend(finding.manifest.systems.iter().cloned());
    let mut rows = vec![head];
    rows.extend(measures(&columns).into_iter().map(|line| [vec![line.name], line.cells].concat()));
    blocks(&rows, TERMINAL).join("\n")
}

/// The rows as columns, in as many blocks as keep every line within `width`, each with the first column.
fn blocks(rows: &[Vec<String>], width: usize) -> Vec<String> {
    let part = |chosen: &[usize]| -> String {
        let cells = |row: &Vec<String>| {
            std::iter::once(0).chain(chosen.iter().copied()).map(|column| row[column].clone()).collect()
        };
        columns(&rows.iter().map(cells).collect::<Vec<Vec<String>>>(), 1)
    };
    let fits = |chosen: &[usize]| part(chosen).lines().all(|line| line.chars().count() <= width);
    let mut told: Vec<Vec<usize>> = Vec::new();
    for column in 1..rows.first().map_or(0, Vec::len) {
        let wider = told.last().map(|last| [last.as_slice(), &[column]].concat());
        match wider.filter(|wider| fits(wider)) {
            Some(wider) => *told.last_mut().expect("it was widened") = wider,
            None => told.push(vec![column]),
        }
    }
    told.iter().map(|chosen| part(chosen)).collect()
}

/// A line per system and class that downloads, over all complete runs: medians are geometric means of the runs' medians, as in
/// the reading, and `-` where a run has none.
fn by_class(finding: &Finding) -> String {
    let head = ["system", "class", "runs", "finished", "median", "90 %", "share ratio"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for system in &finding.manifest.systems {
        let runs: Vec<&RunSummary> = finding.summaries.iter().filter(|run| run.system == *system).collect();
        let Some(first) = runs.first() else { continue };
        let of_group = |place: usize| -> Vec<&SummaryRow> {
            runs.iter().map(|run| run.rows().nth(place).expect("every run has every class")).collect()
        };
        let mut lines: Vec<Vec<String>> =
            (0..first.rows().count()).filter_map(|place| line(system, &of_group(place))).collect();
        if let [_, _] = lines.as_slice() {
            // A single class that downloads is all of them.
            lines.pop();
        }
        rows.extend(lines);
    }
    columns(&rows, 2)
}

fn line(system: &str, rows: &[&SummaryRow]) -> Option<Vec<String>> {
    let sum = |of: fn(&SummaryRow) -> u64| rows.iter().map(|row| of(row)).sum::<u64>();
    let leechers = sum(|row| u64::from(row.peers - row.seeds_from_start));
    if leechers == 0 {
        return None;
    }
    let completed = sum(|row| row.completed.into());
    let (up, down) = (sum(|row| row.uploaded_bytes), sum(|row| row.downloaded_bytes));
    Some(vec![
        system.to_owned(),
        rows[0].class.clone(),
        rows.len().to_string(),
        format!("{completed} of {leechers}"),
        time(rows.iter().map(|row| row.download_median_s)),
        time(rows.iter().map(|row| row.download_p90_s)),
        if down > 0 { number(up as f64 / down as f64) } else { "-".into() },
    ])
}

fn time(of_runs: impl Iterator<Item = Option<f64>>) -> String {
    let times: Option<Vec<f64>> = of_runs.map(|time| time.filter(|time| *time > 0.0)).collect();
    times.and_then(|times| geometric_mean(&times)).map_or_else(|| "-".into(), seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [["a", "10", "x"], ["bcd", "9", ""]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(columns(&rows, 1), "a    10  x\nbcd   9\n");
    }

    #[test]
    fn columns_that_find_no_room_stand_below() {
        let rows =
            [["", "aaaa", "bbbb", "cccc"], ["x", "1", "2", "3"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(blocks(&rows, 15), ["   aaaa  bbbb\nx     1     2\n", "   cccc\nx     3\n"]);
        assert_eq!(blocks(&rows, 3).len(), 3, "a column alone may be too wide");
    }

    #[test]
    fn a_line_sums_over_the_runs() {
        let row = |median| SummaryRow {
            class: "all".into(),
            peers: 3,
            seeds_from_start: 1,
            completed: 2,
            download_median_s: median,
            downloaded_bytes: 200,
            uploaded_bytes: 100,
            ..SummaryRow::default()
        };
        let (a, b) = (row(Some(100.0)), row(Some(400.0)));
        assert_eq!(line("s", &[&a, &b]).unwrap(), ["s", "all", "2", "4 of 4", "200 s", "-", "0.500"]);
        assert_eq!(line("s", &[&a, &row(None)]).unwrap()[4], "-", "one run without a median leaves none");
        assert_eq!(line("s", &[&SummaryRow { seeds_from_start: 3, ..a }]), None);
    }
}
