//! What the page lists: the summary and the files.

use super::table::table;
use crate::metrics::rows::SummaryRow;
use crate::report::axes::{bytes, grouped};
use crate::report::html::escape;
use crate::report::tables::Tables;
use crate::report::view::ALL;

/// More rows than this are folded away.
const MOST_ROWS: usize = 30;

/// `summary.csv` in two tables: times, and bytes.
pub fn summary(tables: &Tables) -> String {
    let rows = |cells: fn(&SummaryRow) -> Vec<String>| -> Vec<(Vec<String>, &str)> {
        let kind = |row: &SummaryRow| if row.class == ALL { "all" } else { "" };
        tables.summary.iter().map(|row| (cells(row), kind(row))).collect()
    };
    let times = [
        "system",
        "run",
        "class",
        "peers",
        "finished",
        "cut off",
        "gave up",
        "p10",
        "median",
        "p90",
        "last",
        "bound",
        "last / bound",
    ];
    let amounts = ["system", "run", "class", "downloaded", "uploaded", "wasted", "share ratio"];
    let counted = tables.warm_up().map_or_else(String::new, |warm_up| {
        format!(" Of peers that want something, those who came after the warm-up (the first {warm_up}) are counted.")
    });
    let open = if tables.summary.len() <= MOST_ROWS { " open" } else { "" };
    format!(
        "<h2>Summary</h2>\n<p>Download times are in seconds. Peers that did not finish count as never: a dash stands where a \
         quantile falls among them. The row <em>all</em> leaves out those that had the whole file from the start. Bound: that of \
         the system's kind, before which no scheme could have served everybody.{counted}</p>\n\
         <details{open}><summary>Download times (s)</summary>\n{}</details>\n\
         <details{open}><summary>Bytes</summary>\n{}</details>\n",
        table(&times, 3, &rows(time_cells)),
        table(&amounts, 3, &rows(byte_cells)),
    )
}

fn whose(row: &SummaryRow) -> Vec<String> {
    vec![row.system.clone(), (row.replicate + 1).to_string(), row.class.clone()]
}

fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "–".into(), |v| grouped(v, decimals))
}

fn time_cells(row: &SummaryRow) -> Vec<String> {
    let mut cells = whose(row);
    cells.extend([row.peers, row.completed, row.cut_off, row.gave_up].map(|count| count.to_string()));
    let times = [
        row.download_p10_s,
        row.download_median_s,
        row.download_p90_s,
        row.download_max_s,
        row.fluid_bound_s.or(row.server_bound_s),
    ];
    cells.extend(times.map(|seconds| number(seconds, 1)));
    cells.push(number(row.bound_ratio, 2));
    cells
}

fn byte_cells(row: &SummaryRow) -> Vec<String> {
    let mut cells = whose(row);
    cells.extend([row.downloaded_bytes, row.uploaded_bytes, row.wasted_bytes].map(|n| bytes(n as f64)));
    cells.push(number(row.share_ratio, 2));
    cells
}

pub fn files(tables: &Tables) -> String {
    let scenario = if tables.scenario_text.is_empty() { None } else { Some("scenario.toml") };
    let also = ["manifest.json"].into_iter().chain(scenario);
    files_of(tables.csv_files.iter().map(String::as_str).chain(also))
}

/// Links to files of the directory.
pub fn files_of<'a>(files: impl Iterator<Item = &'a str>) -> String {
    let link = |file: &str| {
        let escaped = escape(file);
        format!("<li><a href=\"{escaped}\">{escaped}</a></li>\n")
    };
    let items: String = files.map(link).collect();
    format!("<h2>The recorded files</h2>\n<p>Columns carry their unit in the name.</p>\n<ul>\n{items}</ul>\n")
}
