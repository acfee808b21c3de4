//! Systems of several kinds side by side, and what outages cost them.

use super::table::table;
use crate::metrics::outages::over_runs;
use crate::metrics::rows::OutageRow;
use crate::metrics::side_by_side::{Column, measures};
use crate::report::axes::duration;
use crate::report::tables::Tables;

/// The measures that all systems have, a column a system; nothing for swarms of one file, which are told by class.
pub fn side_by_side(tables: &Tables) -> String {
    if tables.manifest.only_swarms() {
        return String::new();
    }
    let systems = tables.systems();
    let column = |system: &String| Column {
        summary: tables.summary.iter().filter(|row| row.system == *system).collect(),
        central: tables.central.iter().filter(|row| row.system == *system).collect(),
    };
    let columns: Vec<Column<'_>> = systems.iter().map(column).collect();
    let mut head = vec![""];
    head.extend(systems.iter().map(String::as_str));
    let rows: Vec<_> =
        measures(&columns).into_iter().map(|line| ([vec![line.name], line.cells].concat(), "")).collect();
    format!(
        "<h2 id=\"comparison\">Side by side</h2>\n<p>All systems meet the same people with the same lines, arrivals, holdings and \
         wishes. Times are those of the median wish (the geometric mean over the runs), or means of the wishes that were \
         fulfilled; a wish that was not fulfilled counts as never. The centre is every tracker, web server, index and \
         server.</p>\n{}",
        table(&head, 1, &rows)
    )
}

/// What each outage met, over all runs.
pub fn outages(tables: &Tables) -> String {
    let totals = over_runs(tables.outages.iter());
    if totals.is_empty() {
        return String::new();
    }
    let head = [
        "system",
        "down",
        "from",
        "to",
        "refused",
        "under way then",
        "of them fulfilled",
        "made meanwhile",
        "of them fulfilled",
    ];
    let rows: Vec<_> = totals.iter().map(|row| (cells(row, tables.last_end_s()), "")).collect();
    format!(
        "<h2 id=\"outages\">Outages</h2>\n<p>Counted over all runs: requests that were turned away, wishes that were under way when \
         it began, and wishes made while it lasted.</p>\n{}",
        table(&head, 2, &rows)
    )
}

fn cells(row: &OutageRow, end_s: f64) -> Vec<String> {
    let to = if row.to_s >= end_s { "the end".into() } else { duration(row.to_s) };
    let counts = [row.refused, row.under_way, row.under_way_fetched, row.wished, row.wished_fetched];
    let mut cells = vec![row.system.clone(), row.part.replace('-', " "), duration(row.from_s), to];
    cells.extend(counts.map(|count| count.to_string()));
    cells
}
