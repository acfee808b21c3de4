//! A sweep's figures, tables and page, from its directory's recorded files alone.
//!
//! `plan` says what is drawn, `chosen` fills in what was left open, `estimates` asks the runs; `lines` and `map` draw.

mod captions;
mod chosen;
mod estimates;
mod latex;
mod lines;
mod map;
mod markdown;
mod page;
mod plan;
mod results;
mod scales;
mod tables;
mod units;
mod words;

#[cfg(test)]
mod synthetic;
#[cfg(test)]
mod tests;

use std::path::Path;

use super::canvas::Drawing;
use super::{Drawn, PAGE, ReportError, write, write_figure};
use chosen::Chosen;
use results::Results;

/// Tables of the figures.
const MARKDOWN: &str = "table.md";
const LATEX: &str = "table.tex";

/// A figure of the page.
struct Figure {
    /// Stem of the file's name.
    name: String,
    caption: String,
    drawing: Drawing,
}

/// Draws every figure of a sweep as SVG and PNG and writes its tables and its page, from what is recorded in `dir`. Doing it
/// again writes the same bytes. Fails without writing anything where a recorded file is missing or broken.
pub fn draw(dir: &Path) -> Result<Drawn, ReportError> {
    draw_figures(dir, true)
}

/// As [`draw`], but writes the page alone.
pub fn draw_page(dir: &Path) -> Result<Drawn, ReportError> {
    draw_figures(dir, false)
}

fn draw_figures(dir: &Path, as_files: bool) -> Result<Drawn, ReportError> {
    let results = Results::read(dir)?;
    let plots = plan::plots(&results);
    let (mut chosen, mut refused) = (Vec::new(), Vec::new());
    for plot in &plots {
        match Chosen::new(&results, plot) {
            Ok(plot) => chosen.push(plot),
            Err(why) => refused.push((plot.name.clone(), why)),
        }
    }
    let figures: Vec<Figure> = chosen.iter().map(figure).collect();
    let tables = tables::tables(&chosen);
    let mut files = Vec::new();
    if as_files {
        for figure in &figures {
            files.extend(write_figure(dir, &figure.name, &figure.drawing)?);
        }
        let title = &results.manifest.title;
        for (name, text) in [(MARKDOWN, markdown::markdown(title, &tables)), (LATEX, latex::latex(&tables))] {
            write(dir, name, text.as_bytes())?;
            files.push(name.into());
        }
    }
    write(dir, PAGE, page::html(&results, &figures, &tables, &refused).as_bytes())?;
    files.push(PAGE.into());
    Ok(Drawn { files })
}

fn figure(chosen: &Chosen<'_>) -> Figure {
    let drawing = match chosen.arrangement.rows {
        Some(rows) => map::draw(chosen, rows),
        None => lines::draw(chosen),
    };
    Figure { name: chosen.spec.name.clone(), caption: captions::caption(chosen), drawing }
}
