//! The page of a sweep: what was asked, varied and found.

use super::Figure;
use super::results::Results;
use super::tables::Table;
use super::units::names;
use super::words::{runs, setting, unfinished};
use super::{LATEX, MARKDOWN};
use crate::experiment::sweep::SWEEP;
use crate::report::html::escape;
use crate::report::page::again::{commands, how_to_reproduce};
use crate::report::page::results::files_of;
use crate::report::page::sections::{reading, settings_of, warnings_of};
use crate::report::page::table::table;
use crate::report::page::{FIGURES, document, figure};
use crate::spec::Combine;

/// Tables with more rows than this are folded away.
const MOST_ROWS: usize = 30;

/// `refused`: names of plots, and why they could not be drawn.
pub fn html(results: &Results, figures: &[Figure], tables: &[Table], refused: &[(String, String)]) -> String {
    let mut out = reading(&results.reading);
    out += &warnings(results, refused);
    out += FIGURES;
    for drawn in figures {
        out += &figure(&drawn.name, &drawn.drawing, &drawn.caption);
    }
    out += &numbers(tables);
    out += &varied(results);
    out += &settings_of(&results.common, &results.scenario_text);
    out += &again(results);
    out += &files(results);
    document(&results.common, "A sweep of unchoke", &out)
}

fn warnings(results: &Results, refused: &[(String, String)]) -> String {
    let failed = results.manifest.failed.iter().map(|failed| {
        format!("Point {} ({}) failed: {}", failed.point, failed.values.join(", "), failed.reason)
    });
    let refused = refused.iter().map(|(name, why)| {
        format!("The plot `{name}` is not drawn: {why}. A [[plot]] in the scenario can say what to draw.")
    });
    let imprecise = imprecise(results);
    let all: Vec<String> = unfinished(results)
        .into_iter()
        .chain(failed)
        .chain(imprecise)
        .chain(refused)
        .chain(results.manifest.warnings.iter().cloned())
        .collect();
    warnings_of(&all)
}

/// Points at which the precision that was asked for was not reached.
fn imprecise(results: &Results) -> Option<String> {
    let count = results.manifest.points.iter().filter(|point| point.precise == Some(false)).count();
    let precision = results.manifest.sweep.precision.as_ref().filter(|_| count > 0)?;
    Some(format!(
        "At {count} points {} runs were not enough for an interval within {} % of the mean.",
        precision.most,
        100.0 * precision.within
    ))
}

fn numbers(tables: &[Table]) -> String {
    if tables.is_empty() {
        return String::new();
    }
    let mut out = String::from("<h2 id=\"tables\">Tables</h2>\n");
    for one in tables {
        let open = if one.rows.len() <= MOST_ROWS { " open" } else { "" };
        let head = one.head();
        let head: Vec<&str> = head.iter().map(String::as_str).collect();
        let rows: Vec<(Vec<String>, &str)> =
            one.rows.iter().map(|row| (row.all_cells().cloned().collect(), "")).collect();
        out += &format!(
            "<details{open}><summary>{}</summary>\n<p>{}</p>\n{}</details>\n",
            escape(&one.title),
            escape(&one.legend),
            table(&head, one.settings.len(), &rows)
        );
    }
    out
}

/// The axes, and how many points and runs they make.
fn varied(results: &Results) -> String {
    let (manifest, sweep) = (&results.manifest, &results.manifest.sweep);
    let rows: Vec<(Vec<String>, &str)> = sweep
        .axes
        .iter()
        .map(|axis| {
            let (unit, names) = names(axis);
            (vec![setting(&axis.key), axis.key.clone(), unit.behind(&names.join(", "))], "")
        })
        .collect();
    let how = match (sweep.axes.len(), sweep.combine) {
        (1, Combine::Grid | Combine::Zip) => "",
        (_, Combine::Grid) => ", each value with each",
        (_, Combine::Zip) => ", the first values together, the second together, and so on",
    };
    format!(
        "<h2 id=\"varied\">What was varied</h2>\n{}<p>{} of {} points are there{how}; {} of each system ({}). At every point and in every \
         system a run meets the same people as the run of the same number elsewhere, as far as the setting lets it.</p>\n",
        table(&["setting", "key", "values"], 3, &rows),
        manifest.points.len(),
        sweep.points(),
        runs(results),
        escape(&manifest.systems.join(", ")),
    )
}

fn again(results: &Results) -> String {
    let shard = results.manifest.shard.map_or_else(String::new, |shard| format!(" --shard {shard}"));
    let lines = commands("sweep", &results.common) + &shard;
    how_to_reproduce(&results.common, lines, results.manifest.complete)
}

fn files(results: &Results) -> String {
    let tables = [MARKDOWN, LATEX];
    let scenario = if results.scenario_text.is_empty() { None } else { Some("scenario.toml") };
    let recorded = results.csv_files.iter().map(String::as_str);
    files_of(recorded.chain(tables).chain([SWEEP]).chain(scenario))
}
