//! Text in columns, and the summary of an experiment as such.

use crate::experiment::Finding;
use crate::experiment::sweep::Finished;
use crate::metrics::measures::Unit;
use crate::metrics::reading::sweep::amount;
use crate::metrics::reading::words::{capital, number, percent, seconds};
use crate::metrics::rows::SummaryRow;
use crate::metrics::side_by_side::{Column, measures, only_swarms};
use crate::metrics::statistics::{Estimate, geometric_mean};
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
    if only_swarms(scenario, &finding.manifest.systems) { by_class(finding) } else { side_by_side(finding) }
}

/// A column a system; more systems than a terminal has room for stand below.
fn side_by_side(finding: &Finding) -> String {
    let column = |label: &String| {
        let runs = finding.runs_of(label);
        Column {
            summary: runs.iter().flat_map(|run| run.rows()).collect(),
            central: runs.iter().flat_map(|run| &run.central).collect(),
        }
    };
    let columns: Vec<Column<'_>> = finding.manifest.systems.iter().map(column).collect();
    let mut head = vec![String::new()];
    head.extend(finding.manifest.systems.iter().cloned());
    let mut rows = vec![head];
    rows.extend(measures(&columns).into_iter().map(|line| [vec![line.name], line.cells].concat()));
    blocks(&rows, 1, TERMINAL).join("\n")
}

/// The rows as columns, in as many blocks as keep every line within `width`, each with the `first` columns.
fn blocks(rows: &[Vec<String>], first: usize, width: usize) -> Vec<String> {
    let part = |chosen: &[usize]| -> String {
        let cells = |row: &Vec<String>| {
            (0..first).chain(chosen.iter().copied()).map(|column| row[column].clone()).collect()
        };
        columns(&rows.iter().map(cells).collect::<Vec<Vec<String>>>(), first)
    };
    let fits = |chosen: &[usize]| part(chosen).lines().all(|line| line.chars().count() <= width);
    let mut told: Vec<Vec<usize>> = Vec::new();
    for column in first..rows.first().map_or(0, Vec::len) {
        let wider = told.last().map(|last| [last.as_slice(), &[column]].concat());
        match wider.filter(|wider| fits(wider)) {
            Some(wider) => *told.last_mut().expect("it was widened") = wider,
            None => told.push(vec![column]),
        }
    }
    told.iter().map(|chosen| part(chosen)).collect()
}

/// A line per system and class that downloads, over all runs that tell of it: medians are geometric means of the runs' medians, as in
/// the reading, and `-` where a run has none.
fn by_class(finding: &Finding) -> String {
    let head = ["system", "class", "runs", "finished", "median", "90 %", "share ratio"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for system in &finding.manifest.systems {
        let runs = finding.runs_of(system);
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
    // Of a run to which nobody came there is no time.
    let came: Vec<&&SummaryRow> = rows.iter().filter(|row| row.peers > row.seeds_from_start).collect();
    if came.is_empty() {
        return None;
    }
    let leechers = sum(|row| u64::from(row.peers - row.seeds_from_start));
    let completed = sum(|row| row.completed.into());
    let (up, down) = (sum(|row| row.uploaded_bytes), sum(|row| row.downloaded_bytes));
    Some(vec![
        system.to_owned(),
        rows[0].class.clone(),
        came.len().to_string(),
        format!("{completed} of {leechers}"),
        time(came.iter().map(|row| row.download_median_s)),
        time(came.iter().map(|row| row.download_p90_s)),
        if down > 0 { number(up as f64 / down as f64) } else { "-".into() },
    ])
}

fn time(of_runs: impl Iterator<Item = Option<f64>>) -> String {
    let times: Option<Vec<f64>> = of_runs.collect();
    times.and_then(|times| geometric_mean(&times)).map_or_else(|| "-".into(), seconds)
}

/// A line a point: what is varied, and the mean of every arm with its 95 % interval.
pub fn sweep(finished: &Finished) -> String {
    let (runs, measure) = (finished.runs(), finished.measure());
    let arms = runs.arms(measure);
    let sweep = &finished.manifest.sweep;
    let mut head: Vec<String> = sweep.short_keys().into_iter().map(str::to_owned).collect();
    head.push("runs".into());
    head.extend(arms.iter().map(|arm| format!("{}, {}", arm.system, arm.class)));
    let mut rows = vec![head];
    for (at, entry) in finished.manifest.points.iter().enumerate() {
        let mut row = entry.values.clone();
        row.push(entry.replicates.to_string());
        row.extend(arms.iter().map(|arm| {
            runs.estimate(at, *arm, measure).map_or_else(|| "-".into(), |known| mean(measure.unit, &known))
        }));
        rows.push(row);
    }
    let varied = sweep.axes.len() + 1;
    format!("{} (mean, 95 % CI)\n\n{}", capital(measure.title), blocks(&rows, varied, TERMINAL).join("\n"))
}

/// `213 s (205 to 221)`, or in how many runs there is nothing to take a mean of.
fn mean(unit: Unit, estimate: &Estimate) -> String {
    let interval = estimate.mean_low.zip(estimate.mean_high);
    match (estimate.mean, interval) {
        (Some(mean), Some((low, high))) => {
            format!("{} ({} to {})", amount(unit, mean), bare(unit, low), bare(unit, high))
        }
        (Some(mean), None) => amount(unit, mean),
        (None, _) => format!("not reached in {} of {}", estimate.missing, estimate.n),
    }
}

/// The ends of an interval have the unit of the mean before them.
fn bare(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Seconds | Unit::Ratio | Unit::Count => number(value.max(0.0)),
        Unit::Bytes => number(value.max(0.0) / 1e6),
        Unit::Share => percent(value.max(0.0)),
    }
}

/// Breaks a text at spaces so that no line is longer than `width`, where words allow it; a number keeps its unit.
pub fn wrapped(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    let mut words = text.split(' ').peekable();
    while let Some(word) = words.next() {
        let mut word = word.to_owned();
        while let Some(unit) = words.next_if(|next| is_unit(next)) {
            word.push(' ');
            word.push_str(unit);
        }
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(&word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(&word);
        } else {
            lines.push(word);
        }
    }
    lines.join("\n")
}

fn is_unit(word: &str) -> bool {
    let letters: String = word.chars().filter(|letter| !",.;:)".contains(*letter)).collect();
    ["%", "s", "min", "h", "times"].contains(&letters.as_str())
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
        assert_eq!(blocks(&rows, 1, 15), ["   aaaa  bbbb\nx     1     2\n", "   cccc\nx     3\n"]);
        assert_eq!(blocks(&rows, 1, 3).len(), 3, "a column alone may be too wide");
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
        let nobody = SummaryRow { seeds_from_start: 3, completed: 0, download_median_s: None, ..a.clone() };
        assert_eq!(line("s", &[&nobody]), None);
        assert_eq!(
            line("s", &[&a, &nobody]).unwrap()[2..5],
            ["1", "2 of 2", "100 s"],
            "nobody came to the other"
        );
    }

    #[test]
    fn text_is_wrapped_at_spaces() {
        assert_eq!(wrapped("aa bb cc", 5), "aa bb\ncc");
        assert_eq!(wrapped("aaaaaaaa b", 5), "aaaaaaaa\nb");
        assert_eq!(wrapped("for 25 %, then", 7), "for\n25 %,\nthen");
    }
}
