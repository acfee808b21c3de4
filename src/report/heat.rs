//! Heat maps: a value for each pair of two settings, as a colour and as a number; small multiples on common colours.

use plotters::style::RGBColor;

use super::canvas::{Align, Canvas, Drawing, Font, Rect, drawing};
use super::frame::{MARGIN, SMALL, TEXT, WIDTH, Words, columns};
use super::palette::{AXIS, Dash, Fill, GRID, Hatch, INK, PAPER, Ramp, SOFT};

/// The values along one side, in their order, evenly spaced.
#[derive(Clone, Debug)]
pub struct Side {
    pub title: String,
    pub names: Vec<String>,
}

#[derive(Clone, Debug)]
pub enum Cell {
    /// Its place on the ramp from 0 to 1, what is written on it, and whether it is more than chance.
    Value { part: f64, text: String, certain: bool },
    /// No value, and why, in a word or two.
    Without(String),
    /// Nothing was tried there.
    Blank,
}

#[derive(Clone, Debug)]
pub struct HeatPanel {
    pub heading: String,
    /// Row by row from below, each from the left.
    pub cells: Vec<Vec<Cell>>,
}

/// What the colours mean.
#[derive(Clone, Debug)]
pub struct Key {
    pub title: String,
    pub ramp: Ramp,
    /// Places on the ramp, and what is written there.
    pub ticks: Vec<(f64, String)>,
}

/// A whole figure.
#[derive(Clone, Debug)]
pub struct HeatMap {
    pub words: Words,
    pub x: Side,
    pub rows: Side,
    pub key: Key,
    pub panels: Vec<HeatPanel>,
}

const KEY: f64 = 92.0;
const HEADING: Font = Font { size: 30.0, bold: true, colour: INK };
const HEADING_LINE: f64 = 38.0;
const BETWEEN: f64 = 40.0;
/// From one line of a title that runs upwards to the next.
const TITLE_LINE: f64 = 34.0;
const BELOW: f64 = 92.0;
/// No cell is lower, or higher.
const CELL: (f64, f64) = (46.0, 84.0);
/// A cell narrower than this has no room for its number.
const NARROWEST: f64 = 70.0;

struct Layout {
    columns: usize,
    left: f64,
    /// Of one panel's cells.
    width: f64,
    cell_height: f64,
    heading: f64,
    row: f64,
    height: f64,
}

impl HeatMap {
    pub fn draw(&self) -> Drawing {
        let layout = self.layout();
        drawing(WIDTH, layout.height as u32, self.words.title.clone(), |canvas| {
            self.words.write(canvas, layout.height);
            self.key(canvas);
            for (at, panel) in self.panels.iter().enumerate() {
                let (column, row) = (at % layout.columns, at / layout.columns);
                let left = layout.left + column as f64 * (layout.width + BETWEEN);
                let top = self.words.head() + KEY + row as f64 * layout.row + layout.heading;
                let height = layout.cell_height * self.rows.names.len() as f64;
                let plot = Rect::new(left, top, left + layout.width, top + height);
                self.panel(canvas, panel, &plot, &layout, column == 0);
            }
        })
    }

    fn layout(&self) -> Layout {
        let rows = self.rows.names.len().max(1) as f64;
        let cell_height = (560.0 / rows).clamp(CELL.0, CELL.1);
        let titles = self.rows_title(cell_height * rows).len().max(1) as f64;
        let left = MARGIN + 6.0 + titles * TITLE_LINE + self.names_width();
        let room = f64::from(WIDTH) - MARGIN - left;
        let cells = self.x.names.len().max(1) as f64;
        let width = |columns: usize| (room - BETWEEN * (columns as f64 - 1.0)) / columns as f64;
        let widest = (1..=columns(self.panels.len())).rev();
        let columns = widest.into_iter().find(|columns| width(*columns) / cells >= NARROWEST).unwrap_or(1);
        let width = width(columns);
        let lines =
            self.panels.iter().map(|panel| HEADING.wrap(&panel.heading, width).len()).max().unwrap_or(0);
        let heading = if lines > 0 { lines as f64 * HEADING_LINE + 8.0 } else { 0.0 };
        let more_lines = self.x_title(width).len().saturating_sub(1) as f64;
        let row = heading + cell_height * rows + BELOW + more_lines * TITLE_LINE;
        let down = self.panels.len().div_ceil(columns).max(1) as f64;
        let height = (self.words.head() + KEY + down * row + self.words.foot()).ceil();
        Layout { columns, left, width, cell_height, heading, row, height }
    }

    /// The title of the rows, in lines that fit beside a plot of that height.
    fn rows_title(&self, height: f64) -> Vec<String> {
        Font::plain(TEXT).wrap_evenly(&self.rows.title, height + 40.0)
    }

    /// The title of the columns, in lines that fit below a plot of that width.
    fn x_title(&self, width: f64) -> Vec<String> {
        Font::plain(TEXT).wrap_evenly(&self.x.title, width)
    }

    fn names_width(&self) -> f64 {
        let widest = self.rows.names.iter().map(|name| Font::plain(TEXT).width(name)).fold(0.0, f64::max);
        widest.min(320.0) + 12.0
    }

    /// The colours from one end to the other, with their values.
    fn key(&self, canvas: &Canvas) {
        let top = self.words.head() + 8.0;
        let font = Font::plain(TEXT);
        let title = font.fit(&self.key.title, 0.5 * f64::from(WIDTH));
        canvas.text(&title, (MARGIN, top + 16.0), Align::Start, font);
        let left = MARGIN + font.width(&title) + 28.0;
        let bar = Rect::new(left, top, f64::min(left + 620.0, f64::from(WIDTH) - MARGIN - 30.0), top + 32.0);
        const STEPS: usize = 124;
        for step in 0..STEPS {
            // Each to the right end, below the next one: strips side by side would show their seams.
            let from = bar.left + bar.width() * step as f64 / STEPS as f64;
            let colour = self.key.ramp.at((step as f64 + 0.5) / STEPS as f64);
            canvas.fill(&Rect::new(from, bar.top, bar.right, bar.bottom), colour);
        }
        canvas.outline(&bar, AXIS, 2.0);
        for (part, text) in &self.key.ticks {
            let x = bar.left + part * bar.width();
            canvas.line(&[(x, bar.bottom), (x, bar.bottom + 8.0)], AXIS, 2.0, Dash::Solid);
            canvas.text(text, (x, bar.bottom + 24.0), Align::Middle, Font::plain(SMALL).colour(SOFT));
        }
    }

    fn panel(&self, canvas: &Canvas, panel: &HeatPanel, plot: &Rect, layout: &Layout, first: bool) {
        for (line, text) in HEADING.wrap(&panel.heading, plot.width()).iter().enumerate() {
            let y = plot.top - layout.heading + line as f64 * HEADING_LINE + 18.0;
            canvas.text(text, (plot.left, y), Align::Start, HEADING);
        }
        let (columns, rows) = (self.x.names.len(), self.rows.names.len());
        let font = self.number_font(plot.width() / columns as f64, layout.cell_height);
        for (row, cells) in panel.cells.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let [left, right] =
                    [column, column + 1].map(|k| plot.left + plot.width() * k as f64 / columns as f64);
                let [top, bottom] =
                    [row + 1, row].map(|k| plot.bottom - plot.height() * k as f64 / rows as f64);
                self.cell(canvas, cell, &Rect::new(left, top, right, bottom), font);
            }
        }
        canvas.outline(plot, AXIS, 2.5);
        self.sides(canvas, plot, first);
    }

    /// The largest letters in which every number of every panel fits its cell.
    fn number_font(&self, width: f64, height: f64) -> f64 {
        let texts = || {
            self.panels.iter().flat_map(|panel| panel.cells.iter().flatten()).filter_map(|cell| match cell {
                Cell::Value { text, .. } => Some(text),
                Cell::Without(_) | Cell::Blank => None,
            })
        };
        let fits = |size: &f64| {
            let font = Font::bold(*size);
            size * 1.3 < height && texts().all(|text| font.width(text) < width - 10.0)
        };
        [32.0, 29.0, 26.0, 23.0, 20.0].into_iter().find(fits).unwrap_or(17.0)
    }

    fn cell(&self, canvas: &Canvas, cell: &Cell, area: &Rect, size: f64) {
        let middle = (0.5 * (area.left + area.right), 0.5 * (area.top + area.bottom));
        match cell {
            Cell::Value { part, text, certain } => {
                let colour = self.key.ramp.at(*part);
                canvas.fill(area, colour);
                let ink = ink_on(colour);
                let font = Font { size, bold: *certain, colour: ink };
                canvas.text(text, middle, Align::Middle, font);
                if !certain {
                    let half = 0.5 * font.width(text);
                    let below = middle.1 + 0.62 * size;
                    canvas.line(
                        &[(middle.0 - half, below), (middle.0 + half, below)],
                        ink,
                        2.0,
                        Dash::Dotted,
                    );
                }
            }
            Cell::Without(why) => {
                Fill::new(GRID, Hatch::Rising, INK).paint(canvas, area, 12.0);
                let font = Font::plain(f64::min(size, 22.0)).colour(INK);
                let text = font.fit(why, area.width() - 6.0);
                let half = 0.5 * font.width(&text) + 4.0;
                let box_ = Rect::new(middle.0 - half, middle.1 - 14.0, middle.0 + half, middle.1 + 14.0);
                canvas.fill(&box_, PAPER);
                canvas.text(&text, middle, Align::Middle, font);
            }
            Cell::Blank => canvas.fill(area, PAPER),
        }
        canvas.outline(area, PAPER, 2.0);
    }

    fn sides(&self, canvas: &Canvas, plot: &Rect, first: bool) {
        let font = Font::plain(TEXT).colour(SOFT);
        let step = plot.width() / self.x.names.len().max(1) as f64;
        let mut free_from = f64::NEG_INFINITY;
        for (column, name) in self.x.names.iter().enumerate() {
            let x = plot.left + (column as f64 + 0.5) * step;
            let name = font.fit(name, f64::max(step, 60.0) * 1.9);
            let half = 0.5 * font.width(&name);
            if x - half > free_from {
                let inside = x.min(f64::from(WIDTH) - 6.0 - half);
                canvas.text(&name, (inside, plot.bottom + 24.0), Align::Middle, font);
                free_from = x + half + 8.0;
            }
        }
        let title = Font::plain(TEXT);
        let middle = 0.5 * (plot.left + plot.right);
        for (line, text) in self.x_title(plot.width()).iter().enumerate() {
            let y = plot.bottom + 60.0 + line as f64 * TITLE_LINE;
            canvas.text(text, (middle, y), Align::Middle, title);
        }
        if first {
            let height = plot.height() / self.rows.names.len().max(1) as f64;
            for (row, name) in self.rows.names.iter().enumerate() {
                let y = plot.bottom - (row as f64 + 0.5) * height;
                canvas.text(&font.fit(name, 320.0), (plot.left - 12.0, y), Align::End, font);
            }
            let lines = self.rows_title(plot.height());
            for (line, text) in lines.iter().rev().enumerate() {
                let x = plot.left - self.names_width() - 22.0 - line as f64 * TITLE_LINE;
                canvas.text_upwards(text, (x, 0.5 * (plot.top + plot.bottom)), title);
            }
        }
    }
}

/// Black or white, whichever stands out.
fn ink_on(colour: RGBColor) -> RGBColor {
    let light = 0.299 * f64::from(colour.0) + 0.587 * f64::from(colour.1) + 0.114 * f64::from(colour.2);
    if light > 140.0 { INK } else { PAPER }
}
