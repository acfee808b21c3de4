//! What stands before the figures, and the message list; each gives HTML, or nothing where there is nothing to say.

use serde_json::Value;

use super::table::table;
use crate::experiment::Form;
use crate::report::axes::{bytes, duration, grouped};
use crate::report::html::escape;
use crate::report::manifest::{Manifest, Pair};
use crate::report::plots::messages::first_messages;
use crate::report::settings::{differences, flatten, leaf};
use crate::report::tables::Tables;

/// More messages than this are read in the CSV file.
const MOST_MESSAGES: usize = 400;

/// What the numbers show, in words.
pub fn reading(text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    format!("<div class=\"reading\"><strong>Reading.</strong> {}</div>\n", escape(text.trim()))
}

pub fn warnings(tables: &Tables) -> String {
    let mut all = tables.manifest.warnings.clone();
    all.splice(0..0, interruptions(&tables.manifest));
    warnings_of(&all)
}

/// What is missing because the runs were stopped by hand.
fn interruptions(manifest: &Manifest) -> Vec<String> {
    if !manifest.interrupted {
        return Vec::new();
    }
    let (runs, wanted) = (&manifest.runs, manifest.systems.len() * manifest.replicates as usize);
    let complete = runs.iter().filter(|run| !run.cut_short).count();
    let mut told = vec![format!("Stopped by hand: {complete} of {wanted} runs are complete.")];
    told.extend(runs.iter().filter(|run| run.cut_short).map(|run| {
        let shown = match manifest.leaves_out(run) {
            true => "no figure and no summary on this page shows it, but the tables have what it recorded",
            false => "what it recorded is shown, and what would have come later is missing",
        };
        let (run, moment) = (format!("{}, run {}", run.system, run.replicate + 1), duration(run.ended_at_s));
        format!("{run} was cut short at {moment} of simulated time: {shown}.")
    }));
    told
}

pub fn warnings_of(all: &[String]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let items: String = all.iter().map(|warning| format!("<li>{}</li>\n", escape(warning))).collect();
    format!("<div class=\"warnings\"><strong>Warnings</strong>\n<ul>\n{items}</ul></div>\n")
}

/// Content, classes and systems.
pub fn what_was_run(tables: &Tables) -> String {
    let manifest = &tables.manifest;
    let mut out = String::from("<h2>What was run</h2>\n");
    let who = content(tables);
    let lead = if who.is_empty() { String::new() } else { format!("{who}. ") };
    let runs = match tables.several_runs() {
        None => "One run of each system.".to_owned(),
        Some(runs) => {
            format!(
                "{runs} of each system, each with a population of its own; all systems meet the same people."
            )
        }
    };
    out += &format!(
        "<p>{} {}; {}. {}</p>\n",
        escape(&lead),
        escape(&tables.who(false)),
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
    out += &forms(manifest);
    out
}

/// Which systems were simulated in a coarser form, and what that leaves out.
fn forms(manifest: &Manifest) -> String {
    let by_piece = in_form(manifest, |form| form.granularity == "piece");
    let inexact = in_form(manifest, |form| form.rates_within > 0.0);
    let pieces = form(
        "Simulated piece by piece, not block by block",
        &by_piece,
        "What is missing of a piece is asked for in one go, and its blocks are counted when somebody looks; choking, requests and \
         completion times are those of pieces.",
    );
    let rates = form(
        "Simulated with fair rates that are not exact",
        &inexact,
        "A line's rate that a change would move by less than a small part of itself (<code>rates-within</code>) stays as it is.",
    );
    pieces + &rates
}

fn form(what: &str, systems: &[String], meaning: &str) -> String {
    if systems.is_empty() {
        return String::new();
    }
    format!("<p>{what}: {}. {meaning}</p>\n", escape(&systems.join(", ")))
}

/// The systems that have a run in such a form.
fn in_form(manifest: &Manifest, is_such: impl Fn(&Form) -> bool) -> Vec<String> {
    let has_one = |label: &&String| {
        let mut of_system = manifest.runs.iter().filter(|run| run.system == **label);
        of_system.any(|run| run.form.as_ref().is_some_and(&is_such))
    };
    manifest.systems.iter().filter(has_one).cloned().collect()
}

/// What is shared: one file, or how many.
fn content(tables: &Tables) -> String {
    let size = |value: &Value, key: &str| value[key].as_f64().map(bytes);
    if let Some(file) = tables.manifest.single_file() {
        let whole = size(file, "size").map(|size| format!("A file of {size}"));
        let piece = size(file, "piece").map(|piece| format!(" in pieces of {piece}"));
        return format!("{}{}", whole.unwrap_or_default(), piece.unwrap_or_default());
    }
    let files = tables.manifest.catalogue().and_then(|catalogue| catalogue["files"].as_f64());
    files.map_or_else(String::new, |files| format!("A catalogue of {} files", grouped(files, 0)))
}

fn class_cells(tables: &Tables, class: &Value) -> Vec<String> {
    let text = |key: &str| shortened(&leaf(key, &class[key]));
    let name = class["name"].as_str().unwrap_or("?").to_owned();
    let peers = tables.persons(false).get(name.as_str()).copied().unwrap_or(0);
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
        Some(settings) if settings.len() > 1 => {
            let classes = tables.manifest.classes().iter();
            let classes: Vec<&str> = classes.map(|class| class["name"].as_str().unwrap_or("?")).collect();
            differences(&settings, &classes)
        }
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

/// What differs from the defaults, the author's text, and every setting in full.
pub fn settings(tables: &Tables) -> String {
    settings_of(&tables.manifest, &tables.scenario_text)
}

/// The same, of a manifest and the author's text.
pub fn settings_of(manifest: &Manifest, scenario_text: &str) -> String {
    let pairs = |list: &[Pair]| {
        let rows: Vec<_> = list.iter().map(|o| (vec![o.key.clone(), o.value.clone()], "")).collect();
        table(&["setting", "value"], 2, &rows)
    };
    let mut out = String::new();
    if !manifest.settings.is_empty() {
        out += "<h2>Settings that differ from the defaults</h2>\n";
        out += &pairs(&manifest.settings);
    }
    if !manifest.overrides.is_empty() {
        out += "<h3>Replaced on the command line</h3>\n";
        out += &pairs(&manifest.overrides);
    }
    let text = scenario_text.trim_end();
    if !text.is_empty() {
        out += "<details><summary>The scenario as it was written</summary>\n";
        out += &format!("<pre>{}</pre></details>\n", escape(text));
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
