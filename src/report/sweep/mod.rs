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
use super::{Drawn, PAGE, ReportError, figure_files, write, write_figure};
use chosen::Chosen;
pub use results::RUNS;
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

/// Everything that is drawn of a sweep, before it is written.
pub struct SweepDrawing {
    figures: Vec<Figure>,
    markdown: String,
    latex: String,
    page: String,
}

impl SweepDrawing {
    /// Draws what is recorded in `dir`. Fails where a recorded file is missing or broken.
    pub fn new(dir: &Path) -> Result<SweepDrawing, ReportError> {
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
        let page = page::html(&results, &figures, &tables, &refused);
        let markdown = markdown::markdown(&results.manifest.title, &tables);
        Ok(SweepDrawing { markdown, latex: latex::latex(&tables), page, figures })
    }

    /// Names of the files that [`SweepDrawing::write`] writes, the page last.
    pub fn files(&self) -> Vec<String> {
        let figures = self.figures.iter().flat_map(|figure| figure_files(&figure.name));
        figures.chain([MARKDOWN, LATEX, PAGE].map(str::to_owned)).collect()
    }

    /// Writes every figure as SVG and PNG, the tables and the page. Doing it again writes the same bytes.
    pub fn write(&self, dir: &Path) -> Result<(), ReportError> {
        for figure in &self.figures {
            write_figure(dir, &figure.name, &figure.drawing)?;
        }
        write(dir, MARKDOWN, self.markdown.as_bytes())?;
        write(dir, LATEX, self.latex.as_bytes())?;
        write(dir, PAGE, self.page.as_bytes())
    }
}

/// Draws a sweep's figures, tables and page anew.
pub fn draw(dir: &Path) -> Result<Drawn, ReportError> {
    let drawing = SweepDrawing::new(dir)?;
    drawing.write(dir)?;
    Ok(Drawn { files: drawing.files() })
}

/// As [`draw`], but writes the page alone.
pub fn draw_page(dir: &Path) -> Result<Drawn, ReportError> {
    write(dir, PAGE, SweepDrawing::new(dir)?.page.as_bytes())?;
    Ok(Drawn { files: vec![PAGE.into()] })
}

fn figure(chosen: &Chosen<'_>) -> Figure {
    let drawing = match chosen.arrangement.rows {
        Some(rows) => map::draw(chosen, rows),
        None => lines::draw(chosen),
    };
    Figure { name: chosen.spec.name.clone(), caption: captions::caption(chosen), drawing }
}
