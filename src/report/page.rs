//! The page: one self-contained HTML file that says what was asked, run and found, and how to run it again.
//!
//! No script, no request to anywhere; all text that comes from files is escaped.

pub mod again;
mod comparison;
pub mod results;
pub mod sections;
pub mod table;

use super::canvas::Drawing;
use super::fonts;
use super::html::escape;
use super::manifest::Manifest;
use super::plots::Figure;
use super::tables::Tables;

const STYLE: &str = include_str!("page.css");

/// The page with the figures inside.
pub fn html(tables: &Tables, figures: &[Figure]) -> String {
    let manifest = &tables.manifest;
    let mut out = sections::reading(&tables.reading);
    let before = [
        sections::warnings,
        comparison::side_by_side,
        comparison::outages,
        sections::what_was_run,
        sections::settings,
    ];
    for section in before {
        out += &section(tables);
    }
    out += FIGURES;
    for drawn in figures {
        out += &figure(drawn.name, &drawn.drawing, drawn.caption);
    }
    for section in [sections::messages, results::summary, again::again, results::files] {
        out += &section(tables);
    }
    document(manifest, "A run of unchoke", &out)
}

pub const FIGURES: &str = "<h2 id=\"figures\">Figures</h2>\n";

/// A whole page: title and question, or `untitled` where there is no title, and what stands below them.
pub fn document(manifest: &Manifest, untitled: &str, body: &str) -> String {
    let title = escape(if manifest.title.is_empty() { untitled } else { &manifest.title });
    let question = match manifest.question.as_str() {
        "" => String::new(),
        question => format!("<p class=\"question\">{}</p>\n", escape(question)),
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"unchoke {}\">\n<title>{title}</title>\n<style>\n{}{STYLE}</style>\n</head>\n<body>\n\
         <h1>{title}</h1>\n{question}{body}</body>\n</html>\n",
        escape(&manifest.version),
        fonts::CSS,
    )
}

/// A figure with its caption.
pub fn figure(name: &str, drawing: &Drawing, caption: &str) -> String {
    format!(
        "<figure id=\"{}\">\n{}<figcaption>{}</figcaption>\n</figure>\n",
        escape(name),
        drawing.inline(),
        escape(caption)
    )
}
