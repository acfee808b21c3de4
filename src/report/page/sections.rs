//! The page's sections beside the figures; each gives HTML, or nothing where there is nothing to say.

use serde_json::Value;

use crate::metrics::rows::SummaryRow;
use crate::report::axes::{bytes, duration, grouped};
use crate::report::html::escape;
use crate::report::plots::messages::first_messages;
use crate::report::settings::{differences, flatten, kebab, leaf};
use crate::report::tables::Tables;
use crate::report::view::ALL;

/// More messages than this are read in the CSV file.
const MOST_MESSAGES: usize = 400;

/// What the numbers show, in words.
pub fn reading(tables: &Tables) -> String {
    if tables.reading.trim().is_empty() {
        return String::new();
    }
    format!("<div class=\"reading\"><strong>Reading.</strong> {}</div>\n", escape(tables.reading.trim()))
}

pub fn warnings(tables: &Tables) -> String {
    let mut all = tables.manifest.warnings.clone();
    if tables.manifest.interrupted {
        all.insert(0, "Stopped by hand: only the runs that were complete are shown.".into());
    }
    if all.is_empty() {
        return String::new();
    }
    let items: String = all.iter().map(|warning| format!("<li>{}</li>\n", escape(warning))).collect();
    format!("<div class=\"warnings\"><strong>Warnings</strong>\n<ul>\n{items}</ul></div>\n")
}

/// Rows of cells; cells of the columns from `numbers` on stand at the right.
fn table(head: &[&str], numbers: usize, rows: &[(Vec<String>, &str)]) -> String {
    let class = |k: usize| if k >= numbers { " class=\"n\"" } else { "" };
    let mut out = String::from("<div class=\"wide\"><table>\n<thead><tr>");
    for (k, cell) in head.iter().enumerate() {
        out += &format!("<th{}>{}</th>", class(k), escape(cell));
    }
    out += "</tr></thead>\n<tbody>\n";
    for (cells, kind) in rows {
        out += &if kind.is_empty() { "<tr>".to_owned() } else { format!("<tr class=\"{kind}\">") };
        for (k, cell) in cells.iter().enumerate() {
            out += &format!("<td{}>{}</td>", class(k), escape(cell));
        }
        out += "</tr>\n";
    }
    out + "</tbody>\n</table></div>\n"
}

/// Content, classes and systems.
pub fn what_was_run(tables: &Tables) -> String {
    let manifest = &tables.manifest;
    let mut out = String::from("<h2>What was run</h2>\n");
    let content = &manifest.resolved["content"];
    let size = content["size"].as_f64().map(|size| format!("A file of {}", bytes(size)));
    let piece = content["piece"].as_f64().map(|piece| format!(" in pieces of {}", bytes(piece)));
    let who = format!("{}{}", size.unwrap_or_default(), piece.unwrap_or_default());
    let lead = if who.is_empty() { String::new() } else { format!("{who}. ") };
    let runs = match tables.replicates() {
        0 | 1 => "One run of each system.".to_owned(),
        n => format!(
            "{n} runs of each system, each with a population of its own; all systems meet the same people."
        ),
    };
    out += &format!(
        "<p>{} {}; {}. {}</p>\n",
        escape(&lead),
        escape(&tables.who()),
        escape(&tables.until()),
        runs
    );
    let classes: Vec<_> = manifest.classes().iter().map(|class| (class_cells(tables, class), "")).collect();
    if !classes.is_empty() {
        let head = [
            "class",
            "behaviour",
            "starts with",
            "upload",
            "download",
            "arrives",
            "after finishing",
            "peers (run 1)",
        ];
        out += &table(&head, 7, &classes);
    }
    out += &system_differences(tables);
    out
}

fn class_cells(tables: &Tables, class: &Value) -> Vec<String> {
    let text = |key: &str| match &class[key] {
        Value::Object(map) => map
            .iter()
            .map(|(kind, inner)| match kind.as_str() {
                "Fixed" => leaf(&format!("{key}.{kind}"), inner),
                _ => format!("{} {}", kebab(kind), shortened(&leaf(kind, inner))),
            })
            .collect::<Vec<_>>()
            .join(", "),
        other => leaf(key, other),
    };
    let name = class["name"].as_str().unwrap_or("?").to_owned();
    let first = tables.first_replicate();
    let system = tables.systems().into_iter().next().unwrap_or_default();
    let peers: u32 =
        tables.summary_of(&system, &name).filter(|r| r.replicate == first).map(|r| r.peers).sum();
    let mut cells = vec![name];
    cells.extend(["behavior", "starts_with", "upload", "download", "arrive", "after_finishing"].map(text));
    cells.push(peers.to_string());
    cells
}

/// A long list of numbers, such as a distribution function, is not for a table.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(48) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text.to_owned(),
    }
}

fn system_differences(tables: &Tables) -> String {
    let systems = tables.systems();
    let settings: Option<Vec<&Value>> = systems.iter().map(|label| tables.manifest.settings(label)).collect();
    let names = || systems.iter().map(|label| escape(label)).collect::<Vec<_>>().join(", ");
    let found = match settings {
        Some(settings) if settings.len() > 1 => differences(&settings),
        Some(_) | None => return format!("<p>Systems: {}.</p>\n", names()),
    };
    if found.is_empty() {
        return format!("<p>Systems: {}; their settings are the same.</p>\n", names());
    }
    let mut head = vec!["setting"];
    head.extend(systems.iter().map(String::as_str));
    let rows: Vec<_> = found
        .into_iter()
        .map(|difference| {
            let mut cells = vec![difference.name];
            cells.extend(difference.values);
            (cells, "")
        })
        .collect();
    format!("<h3>In what the systems differ</h3>\n{}", table(&head, usize::MAX, &rows))
}

/// What the author set; everything else is a default, listed in full.
pub fn settings(tables: &Tables) -> String {
    let manifest = &tables.manifest;
    let mut out = String::new();
    if !tables.scenario_text.trim().is_empty() {
        out += "<h2>Settings that differ from the defaults</h2>\n\
                <p>The scenario as it was written; what it does not name has its default.</p>\n";
        out += &format!(
            "<details open><summary>scenario.toml</summary>\n<pre>{}</pre></details>\n",
            escape(tables.scenario_text.trim_end())
        );
    }
    if !manifest.overrides.is_empty() {
        let rows: Vec<_> =
            manifest.overrides.iter().map(|o| (vec![o.key.clone(), o.value.clone()], "")).collect();
        out += "<h3>Replaced on the command line</h3>\n";
        out += &table(&["key", "value"], 2, &rows);
    }
    let all = flatten(&manifest.resolved);
    if !all.is_empty() {
        let rows: Vec<_> = all.into_iter().map(|s| (vec![s.name, shortened(&s.value)], "")).collect();
        out += "<details><summary>Every setting, defaults included</summary>\n";
        out += &table(&["setting", "value"], 2, &rows);
        out += "</details>\n";
    }
    out
}

/// The message list of a very small swarm.
pub fn messages(tables: &Tables) -> String {
    let all = first_messages(tables);
    if all.is_empty() {
        return String::new();
    }
    let rows: Vec<_> = all
        .iter()
        .take(MOST_MESSAGES)
        .map(|m| (vec![format!("{:.6}", m.time_s), m.from.clone(), m.to.clone(), m.message.clone()], ""))
        .collect();
    let mut out =
        format!("<h2 id=\"message-list\">Messages, step by step: {}</h2>\n", escape(&all[0].system));
    if all.len() > rows.len() {
        out +=
            &format!("<p>The first {} of {} messages; messages.csv holds all.</p>\n", rows.len(), all.len());
    }
    let list = table(&["time (s)", "from", "to", "message"], 4, &rows);
    out + &format!("<details open><summary>{} messages</summary>\n{list}</details>\n", rows.len())
}

/// `summary.csv` with times as people read them.
pub fn summary(tables: &Tables) -> String {
    let head = [
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
        "downloaded",
        "uploaded",
        "wasted",
        "share ratio",
        "fluid bound",
        "last / bound",
    ];
    let rows: Vec<_> = tables
        .summary
        .iter()
        .map(|row| (summary_cells(row), if row.class == ALL { "all" } else { "" }))
        .collect();
    format!(
        "<h2>Summary</h2>\n<p>Times are download times. Peers that did not finish count as never: a dash stands where a \
         quantile falls among them. The row <em>all</em> leaves out those that had the whole file from the start.</p>\n{}",
        table(&head, 3, &rows)
    )
}

fn summary_cells(row: &SummaryRow) -> Vec<String> {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".into());
    let time = |seconds: Option<f64>| or_dash(seconds.map(duration));
    let ratio = |value: Option<f64>| or_dash(value.map(|v| grouped(v, 2)));
    vec![
        row.system.clone(),
        (row.replicate + 1).to_string(),
        row.class.clone(),
        row.peers.to_string(),
        row.completed.to_string(),
        row.cut_off.to_string(),
        row.gave_up.to_string(),
        time(row.download_p10_s),
        time(row.download_median_s),
        time(row.download_p90_s),
        time(row.download_max_s),
        bytes(row.downloaded_bytes as f64),
        bytes(row.uploaded_bytes as f64),
        bytes(row.wasted_bytes as f64),
        ratio(row.share_ratio),
        time(row.fluid_bound_s),
        ratio(row.bound_ratio),
    ]
}

/// How to run it again, and how to tell that it was the same.
pub fn again(tables: &Tables) -> String {
    let manifest = &tables.manifest;
    let mut command = String::from("unchoke run scenario.toml");
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
    let rows: Vec<_> = manifest
        .runs
        .iter()
        .map(|run| {
            let number = (run.replicate + 1).to_string();
            let cells = [run.system.clone(), number, duration(run.ended_at_s), run.peak_online.to_string()];
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
    let link = |file: &String| {
        let escaped = escape(file);
        format!("<li><a href=\"{escaped}\">{escaped}</a></li>\n")
    };
    let also = ["manifest.json".to_owned(), "scenario.toml".to_owned()];
    let extra = also.iter().filter(|file| *file != "scenario.toml" || !tables.scenario_text.is_empty());
    let items: String = tables.csv_files.iter().chain(extra).map(link).collect();
    format!("<h2>The recorded files</h2>\n<p>Columns carry their unit in the name.</p>\n<ul>\n{items}</ul>\n")
}
