//! The page: one self-contained HTML file that says what was asked, run and found, and how to run it again.
//!
//! No script, no request to anywhere; all text that comes from files is escaped.

mod comparison;
mod results;
mod sections;
mod table;

use super::fonts;
use super::html::escape;
use super::plots::Figure;
use super::tables::Tables;

const STYLE: &str = include_str!("page.css");

/// The page with the figures inside.
pub fn html(tables: &Tables, figures: &[Figure]) -> String {
    let manifest = &tables.manifest;
    let title = escape(if manifest.title.is_empty() { "A run of unchoke" } else { &manifest.title });
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"unchoke {}\">\n<title>{title}</title>\n<style>\n{}{STYLE}</style>\n</head>\n<body>\n\
         <h1>{title}</h1>\n",
        escape(&manifest.version),
        fonts::CSS,
    );
    if !manifest.question.is_empty() {
        out += &format!("<p class=\"question\">{}</p>\n", escape(&manifest.question));
    }
    let before = [
        sections::reading,
        sections::warnings,
        comparison::side_by_side,
        comparison::outages,
        sections::what_was_run,
        sections::settings,
    ];
    for section in before {
        out += &section(tables);
    }
    out += "<h2 id=\"figures\">Figures</h2>\n";
    for figure in figures {
        out += &format!(
            "<figure id=\"{}\">\n{}<figcaption>{}</figcaption>\n</figure>\n",
            figure.name,
            figure.drawing.inline(),
            escape(figure.caption)
        );
    }
    for section in [sections::messages, results::summary, results::again, results::files] {
        out += &section(tables);
    }
    out + "</body>\n</html>\n"
}
