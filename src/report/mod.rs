//! From a results directory's recorded files alone to plots and one page.
//!
//! It never simulates and never reads anything but the recorded files, so that figures can be drawn again anywhere, with
//! the same bytes. Layers inside: canvas, palette, axes, labels; chart, bars and heat maps; `plots`, one file a
//! kind; `page`; and `sweep`, which draws a whole sweep with them.

pub mod axes;
pub mod bars;
pub mod canvas;
pub mod chart;
pub mod estimated;
mod fonts;
pub mod frame;
pub mod heat;
mod html;
mod labels;
mod letters;
mod manifest;
mod outages;
pub mod page;
pub mod palette;
pub mod plots;
mod png;
mod reasons;
mod settings;
mod sweep;
mod tables;
mod thin;
mod view;

#[cfg(test)]
mod synthetic;
#[cfg(test)]
mod tests;

use std::io;
use std::path::Path;

pub use canvas::Drawing;
pub use page::again::quoted_if_needed;
pub use sweep::{RUNS, SweepDrawing, draw as draw_sweep, draw_page as draw_sweep_page};
pub use tables::Tables;

use crate::experiment::write_whole;

/// The page's file name.
pub const PAGE: &str = "report.html";

/// What was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Names of the files written into the directory, in the order of the page, the page last.
    pub files: Vec<String>,
}

/// Why nothing, or not everything, could be drawn.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("{dir} has no {file}; is it a directory that `unchoke run` wrote?")]
    Missing { file: String, dir: String },
    #[error("{file}, line {line}: {problem}; run the scenario again to restore the file")]
    BadRow { file: String, line: u64, problem: String },
    #[error("cannot read {file}: {source}")]
    Read { file: String, source: io::Error },
    #[error("cannot write {file}: {source}")]
    Write { file: String, source: io::Error },
}

/// Draws every figure as SVG and PNG and writes the page, from what is recorded in `dir`. Doing it again writes the same
/// bytes. Fails without writing anything where a recorded file is missing or broken.
pub fn draw(dir: &Path) -> Result<Drawn, ReportError> {
    draw_figures(dir, true)
}

/// As [`draw`], but writes the page alone.
pub fn draw_page(dir: &Path) -> Result<Drawn, ReportError> {
    draw_figures(dir, false)
}

fn draw_figures(dir: &Path, as_files: bool) -> Result<Drawn, ReportError> {
    let tables = Tables::read(dir)?;
    let figures = plots::all(&tables);
    let mut files = Vec::new();
    if as_files {
        for figure in &figures {
            files.extend(write_figure(dir, figure.name, &figure.drawing)?);
        }
    }
    write(dir, PAGE, page::html(&tables, &figures).as_bytes())?;
    files.push(PAGE.into());
    Ok(Drawn { files })
}

/// The names of a figure's files.
fn figure_files(name: &str) -> [String; 2] {
    ["svg", "png"].map(|ending| format!("{name}.{ending}"))
}

/// Writes a figure as SVG and as PNG; returns their names.
pub fn write_figure(dir: &Path, name: &str, drawing: &Drawing) -> Result<[String; 2], ReportError> {
    let svg = drawing.standalone();
    let files = figure_files(name);
    write(dir, &files[0], svg.as_bytes())?;
    write(dir, &files[1], &png::render(&svg))?;
    Ok(files)
}

/// Writes a file whole.
fn write(dir: &Path, name: &str, bytes: &[u8]) -> Result<(), ReportError> {
    let failed = |source| ReportError::Write { file: name.to_owned(), source };
    write_whole(&dir.join(name), bytes).map_err(failed)
}
