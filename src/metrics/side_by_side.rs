//! What compares systems of every kind, as a table of texts: a line a measure, a column a system.

use super::busiest::{Load, busiest};
use super::reading::words::{number, percent};
use super::rows::{CentralRow, PERSONS, SummaryRow};
use super::run_record::ALL;
use super::statistics::geometric_mean;
use crate::spec::{Content, Scenario, SystemKind};

/// Whether the systems that were run, by their labels, are all swarms of one file, which are told by class rather than side by side.
pub fn only_swarms(scenario: &Scenario, run: &[String]) -> bool {
    let swarm = |kind: &SystemKind| match kind {
        SystemKind::BitTorrent(_) => true,
        SystemKind::Napster(_) | SystemKind::Gnutella(_) | SystemKind::ClientServer(_) => false,
    };
    let mut systems = scenario.systems.iter().filter(|system| run.contains(&system.label));
    match scenario.content {
        Content::Single(_) => systems.all(|system| swarm(&system.kind)),
        Content::Catalogue(_) => false,
    }
}

/// One system's runs.
pub struct Column<'a> {
    /// Of every class and of all.
    pub summary: Vec<&'a SummaryRow>,
    pub central: Vec<&'a CentralRow>,
}

/// A line of the table: what is measured, and a cell a system.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    pub name: String,
    pub cells: Vec<String>,
}

/// Stands where something is not defined or has never happened.
const NONE: &str = "-";

/// The measures that are defined for any of the systems; times are geometric means of the runs' quantiles.
pub fn measures(columns: &[Column<'_>]) -> Vec<Measure> {
    let mut lines = vec![line(columns, "runs", runs)];
    lines.push(line(columns, "wishes fulfilled", |column| fulfilled(column, ALL)));
    for class in wishing_classes(columns) {
        lines.push(line(columns, &format!("  {class}"), |column| fulfilled(column, &class)));
    }
    lines.push(line(columns, "wish to file, median", |column| {
        quantile(column, ALL, |row| row.fetch_median_s)
    }));
    for class in wishing_classes(columns) {
        let cell = |column: &Column<'_>| quantile(column, &class, |row| row.fetch_median_s);
        lines.push(line(columns, &format!("  {class}"), cell));
    }
    lines.push(line(columns, "wish to file, 90 %", |column| quantile(column, ALL, |row| row.fetch_p90_s)));
    lines.push(line(columns, "supplier found", found));
    lines.push(line(columns, "time to find", |column| phase(column, |row| row.find_mean_s)));
    lines.push(line(columns, "time to wait", |column| phase(column, |row| row.wait_mean_s)));
    lines.push(line(columns, "time to transfer", |column| phase(column, |row| row.transfer_mean_s)));
    lines.push(line(columns, "messages a search", messages));
    lines.push(line(columns, "sent by the centre", |column| sent(column, false)));
    lines.push(line(columns, "sent by persons", |column| sent(column, true)));
    lines.push(line(columns, "received in vain", wasted));
    lines
        .push(line(columns, "busiest central part", |column| most_work(column, |load| load.part.to_owned())));
    lines.push(line(columns, "  at work", |column| most_work(column, |load| percent(load.busy))));
    lines.push(line(columns, "  longest queue", |column| most_work(column, |load| load.queue.to_string())));
    lines.push(line(columns, "requests refused", refused));
    lines.retain(|line| line.cells.iter().any(|cell| cell != NONE));
    lines
}

fn line(columns: &[Column<'_>], name: &str, cell: impl Fn(&Column<'_>) -> String) -> Measure {
    Measure { name: name.into(), cells: columns.iter().map(cell).collect() }
}

impl<'a> Column<'a> {
    fn of_class(&self, class: &str) -> impl Iterator<Item = &'a SummaryRow> {
        self.summary.iter().copied().filter(move |row| row.class == class)
    }

    fn sum(&self, of: fn(&SummaryRow) -> u64) -> u64 {
        self.of_class(ALL).map(of).sum()
    }
}

/// Classes that wish for something, where there are several.
fn wishing_classes(columns: &[Column<'_>]) -> Vec<String> {
    let mut classes: Vec<String> = Vec::new();
    for row in columns.iter().flat_map(|column| &column.summary) {
        if row.class != ALL && row.wishes > 0 && !classes.contains(&row.class) {
            classes.push(row.class.clone());
        }
    }
    if classes.len() > 1 { classes } else { Vec::new() }
}

fn runs(column: &Column<'_>) -> String {
    column.of_class(ALL).count().to_string()
}

fn fulfilled(column: &Column<'_>, class: &str) -> String {
    let sum = |of: fn(&SummaryRow) -> u64| column.of_class(class).map(of).sum::<u64>();
    format!("{} of {}", sum(|row| row.fetched), sum(|row| row.wishes))
}

fn seconds(value: f64) -> String {
    format!("{} s", number(value))
}

fn quantile(column: &Column<'_>, class: &str, of: fn(&SummaryRow) -> Option<f64>) -> String {
    // Of a run in which the class wished for nothing there is no time.
    let of_runs: Option<Vec<f64>> = column.of_class(class).filter(|row| row.wishes > 0).map(of).collect();
    of_runs.and_then(|times| geometric_mean(&times)).map_or_else(|| NONE.into(), seconds)
}

/// The mean over all fetched wishes.
fn phase(column: &Column<'_>, of: fn(&SummaryRow) -> Option<f64>) -> String {
    let totals: Option<Vec<f64>> = column
        .of_class(ALL)
        .filter(|row| row.fetched > 0)
        .map(|row| Some(of(row)? * row.fetched as f64))
        .collect();
    let mean = totals.and_then(|totals| ratio(totals.iter().sum(), column.sum(|row| row.fetched)));
    mean.map_or_else(|| NONE.into(), seconds)
}

fn found(column: &Column<'_>) -> String {
    match column.sum(|row| row.searches) {
        0 => NONE.into(),
        _ => ratio(column.sum(|row| row.found) as f64, column.sum(|row| row.wishes))
            .map_or_else(|| NONE.into(), percent),
    }
}

fn messages(column: &Column<'_>) -> String {
    let total: f64 =
        column.of_class(ALL).filter_map(|row| Some(row.messages_per_search? * row.searches as f64)).sum();
    ratio(total, column.sum(|row| row.searches))
        .filter(|mean| *mean > 0.0)
        .map_or_else(|| NONE.into(), number)
}

fn sent(column: &Column<'_>, persons: bool) -> String {
    let bytes = |persons: bool| -> u64 {
        column.central.iter().filter(|row| (row.part == PERSONS) == persons).map(|row| row.sent_bytes).sum()
    };
    let whole = bytes(true) + bytes(false);
    ratio(bytes(persons) as f64, whole).map_or_else(|| NONE.into(), percent)
}

/// The part of all bytes received that was thrown away.
fn wasted(column: &Column<'_>) -> String {
    let (useful, wasted) = (column.sum(|row| row.downloaded_bytes), column.sum(|row| row.wasted_bytes));
    ratio(wasted as f64, useful + wasted).map_or_else(|| NONE.into(), percent)
}

/// A cell about the part with the most work over all runs.
fn most_work(column: &Column<'_>, cell: impl Fn(&Load<'_>) -> String) -> String {
    busiest(column.central.iter().copied()).map_or_else(|| NONE.into(), |load| cell(&load))
}

/// By all central parts in all runs.
fn refused(column: &Column<'_>) -> String {
    let counted: Vec<u64> = column.central.iter().filter_map(|row| row.refused).collect();
    if counted.is_empty() { NONE.into() } else { counted.iter().sum::<u64>().to_string() }
}

fn ratio(part: f64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(class: &str, wishes: u64, median: Option<f64>) -> SummaryRow {
        SummaryRow {
            class: class.into(),
            wishes,
            fetched: wishes / 2,
            downloaded_bytes: 30 * wishes,
            wasted_bytes: 10 * wishes,
            found: wishes,
            searches: 2 * wishes,
            fetch_median_s: median,
            find_mean_s: Some(4.0),
            messages_per_search: Some(7.5),
            ..SummaryRow::default()
        }
    }

    fn part(name: &str, sent_bytes: u64, busy: f64) -> CentralRow {
        let busy_share = Some(busy);
        CentralRow { part: name.into(), sent_bytes, busy_share, queue_most: Some(9), ..CentralRow::default() }
    }

    #[test]
    fn a_line_a_measure_and_a_cell_a_system() {
        let nobody = SummaryRow { wishes: 0, ..row("a", 0, None) };
        let rows = [row("a", 10, Some(100.0)), nobody, row("b", 10, None), row("all", 20, Some(200.0))];
        let silent =
            SummaryRow { searches: 0, messages_per_search: None, find_mean_s: None, ..rows[3].clone() };
        let parts = [part("index-0", 10, 0.25), part("index-1", 30, 0.5), part(PERSONS, 60, 0.0)];
        let columns = [
            Column { summary: rows.iter().collect(), central: parts.iter().collect() },
            Column { summary: vec![&silent], central: Vec::new() },
        ];
        let told: Vec<String> = measures(&columns)
            .into_iter()
            .map(|line| format!("{}: {}", line.name, line.cells.join(" | ")))
            .collect();
        assert_eq!(
            told,
            [
                "runs: 1 | 1",
                "wishes fulfilled: 10 of 20 | 10 of 20",
                "  a: 5 of 10 | 0 of 0",
                "  b: 5 of 10 | 0 of 0",
                "wish to file, median: 200 s | 200 s",
                "  a: 100 s | -",
                "supplier found: 100 % | -",
                "time to find: 4.00 s | -",
                "messages a search: 7.50 | -",
                "sent by the centre: 40 % | -",
                "sent by persons: 60 % | -",
                "received in vain: 25 % | 25 %",
                "busiest central part: index-1 | -",
                "  at work: 50 % | -",
                "  longest queue: 9 | -",
            ]
        );
    }
}
