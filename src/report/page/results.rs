//! What stands after the figures: the summary, how to run it again, and the files.

use super::table::table;
use crate::metrics::rows::SummaryRow;
use crate::report::axes::{bytes, duration, grouped};
use crate::report::html::escape;
use crate::report::manifest::Manifest;
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

/// The command line that did what the manifest records.
pub fn command(verb: &str, manifest: &Manifest) -> String {
    let mut command = format!("unchoke {verb} scenario.toml");
    if !manifest.overrides.iter().any(|o| o.key == "seed") {
        command += &format!(" --seed {}", manifest.seed);
    }
    for change in &manifest.overrides {
        command += &format!(" --set '{}={}'", change.key, change.value.replace('\'', r"'\''"));
    }
    if manifest.replicates > 1 {
        command += &format!(" --replicates {}", manifest.replicates);
    }
    if manifest.shuffle_ties {
        command += " --shuffle-ties";
    }
    command
}

/// How to run it again, and how to tell that it was the same.
pub fn again(tables: &Tables) -> String {
    let manifest = &tables.manifest;
    let command = command("run", manifest);
    let rows: Vec<_> = manifest
        .runs
        .iter()
        .map(|run| {
            let number = (run.replicate + 1).to_string();
            let cut = if run.cut_short { " (cut short)" } else { "" };
            let ended = duration(run.ended_at_s) + cut;
            let cells = [run.system.clone(), number, ended, run.peak_online.to_string()];
            (cells.into_iter().chain([run.digest.clone()]).collect(), "")
        })
        .collect();
    let mut out = format!(
        "<h2>How to reproduce it</h2>\n<p>unchoke {}, seed {}. In this directory:</p>\n<pre>{}\nunchoke verify .</pre>\n\
         <p>The first line runs it again; the second does so and compares every byte.</p>\n",
        escape(&manifest.version),
        manifest.seed,
        escape(&command)
    );
    if !rows.is_empty() {
        out += "<p>Equal digests mean equal runs.</p>\n";
        out += &table(&["system", "run", "ended at", "most online", "digest"], 5, &rows);
    }
    out
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
