//! Line plots: small multiples on common axes, every line labelled where it runs.

use super::axes::Axis;
use super::canvas::{Align, Canvas, Drawing, Font, Rect, drawing};
use super::frame::{MARGIN, SMALL, TEXT, WIDTH, Words, columns};
use super::labels;
use super::palette::{AXIS, Dash, GRID, INK, LineStyle, PAPER, SOFT};

/// A labelled line, its points in the units of the axes.
#[derive(Clone, Debug)]
pub struct Series {
    pub label: String,
    pub style: LineStyle,
    pub points: Vec<(f64, f64)>,
}

/// A vertical line at a value that has a meaning of its own.
#[derive(Clone, Debug)]
pub struct Mark {
    pub x: f64,
    pub label: String,
}

/// One system's plot.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    pub heading: String,
    /// Short facts under the heading, a line each.
    pub notes: Vec<String>,
    pub series: Vec<Series>,
    pub marks: Vec<Mark>,
}

/// A whole figure.
#[derive(Clone, Debug)]
pub struct Chart {
    pub words: Words,
    pub x: Axis,
    pub y: Axis,
    pub panels: Vec<Panel>,
}

const TICKS_ROOM: f64 = 40.0;
const X_TITLE_ROOM: f64 = 42.0;
const SWATCH: f64 = 46.0;

impl Chart {
    pub fn draw(&self) -> Drawing {
        let columns = columns(self.panels.len());
        let rows = self.panels.len().div_ceil(columns).max(1);
        let plot_height = match (columns, rows) {
            (1, _) => 560.0,
            (_, 1) => 520.0,
            _ => 400.0,
        };
        let above = self.above();
        let row = above + plot_height + TICKS_ROOM + X_TITLE_ROOM + 14.0;
        let height = self.words.head() + rows as f64 * row + self.words.foot();
        drawing(WIDTH, height.ceil() as u32, self.words.title.clone(), |canvas| {
            self.words.write(canvas, height.ceil());
            let left = MARGIN + 34.0 + self.y_ticks_width();
            let step = (f64::from(WIDTH) - MARGIN - left + 40.0) / columns as f64;
            for (k, panel) in self.panels.iter().enumerate() {
                let x = left + (k % columns) as f64 * step;
                let top = self.words.head() + (k / columns) as f64 * row + above;
                let plot = Rect::new(x, top, x + step - 40.0, top + plot_height);
                self.panel(canvas, panel, &plot, k % columns == 0);
            }
        })
    }

    /// Height of headings and notes over the plots, the same for all.
    fn above(&self) -> f64 {
        let notes = self.panels.iter().map(|p| p.notes.len()).max().unwrap_or(0);
        52.0 + notes as f64 * 32.0
    }

    fn y_ticks_width(&self) -> f64 {
        self.y.ticks.iter().map(|(_, text)| Font::plain(TEXT).width(text)).fold(0.0, f64::max) + 12.0
    }

    fn panel(&self, canvas: &Canvas, panel: &Panel, plot: &Rect, first: bool) {
        let heading = Font::bold(30.0);
        let top = plot.top - self.above();
        canvas.text(
            &heading.fit(&panel.heading, plot.width()),
            (plot.left, top + 18.0),
            Align::Start,
            heading,
        );
        for (k, note) in panel.notes.iter().enumerate() {
            let font = Font::plain(SMALL).colour(SOFT);
            let y = top + 52.0 + k as f64 * 32.0;
            canvas.text(&font.fit(note, plot.width()), (plot.left, y), Align::Start, font);
        }
        self.grid(canvas, plot, first);
        let taken = self.marks(canvas, panel, plot);
        self.lines(canvas, panel, plot, &taken);
    }

    fn at(&self, plot: &Rect, (x, y): (f64, f64)) -> (f64, f64) {
        (plot.left + x / self.x.max * plot.width(), plot.bottom - y / self.y.max * plot.height())
    }

    fn grid(&self, canvas: &Canvas, plot: &Rect, first: bool) {
        let font = Font::plain(TEXT).colour(SOFT);
        for (value, text) in &self.y.ticks {
            let (_, y) = self.at(plot, (0.0, *value));
            canvas.line(&[(plot.left, y), (plot.right, y)], GRID, 2.0, Dash::Solid);
            if first {
                canvas.text(text, (plot.left - 12.0, y), Align::End, font);
            }
        }
        let mut free_from = f64::NEG_INFINITY;
        for (value, text) in &self.x.ticks {
            let (x, _) = self.at(plot, (*value, 0.0));
            canvas.line(&[(x, plot.bottom), (x, plot.bottom + 9.0)], AXIS, 2.0, Dash::Solid);
            // In a narrow panel not every tick has room for its number.
            let half = 0.5 * font.width(text);
            let x = x.min(f64::from(WIDTH) - 6.0 - half);
            if x - half > free_from {
                canvas.text(text, (x, plot.bottom + 26.0), Align::Middle, font);
                free_from = x + half + 10.0;
            }
        }
        canvas.line(
            &[(plot.left, plot.top), (plot.left, plot.bottom), (plot.right, plot.bottom)],
            AXIS,
            2.5,
            Dash::Solid,
        );
        let (x_title, y_title) = (Font::plain(TEXT), Font::plain(TEXT));
        let below = plot.bottom + TICKS_ROOM + 22.0;
        let middle = 0.5 * (plot.left + plot.right);
        canvas.text(&x_title.fit(&self.x.title, plot.width()), (middle, below), Align::Middle, x_title);
        if first {
            let x = plot.left - self.y_ticks_width() - 20.0;
            let y = 0.5 * (plot.top + plot.bottom);
            canvas.text_upwards(&y_title.fit(&self.y.title, plot.height() + 40.0), (x, y), y_title);
        }
    }

    /// Draws the vertical lines with their labels; returns the places that they take.
    fn marks(&self, canvas: &Canvas, panel: &Panel, plot: &Rect) -> Vec<Rect> {
        let font = Font::plain(SMALL);
        let mut taken = Vec::new();
        for (k, mark) in panel.marks.iter().enumerate() {
            let (x, _) = self.at(plot, (mark.x, 0.0));
            canvas.line(&[(x, plot.top), (x, plot.bottom)], INK, 2.5, Dash::Dotted);
            taken.push(Rect::new(x - 6.0, plot.top, x + 6.0, plot.bottom));
            let text = font.fit(&mark.label, plot.width());
            let width = font.width(&text);
            let y = plot.bottom - 26.0 - k as f64 * 32.0;
            let left =
                if x + 14.0 + width <= plot.right { x + 14.0 } else { (x - 14.0 - width).max(plot.left) };
            let place = Rect::new(left, y - 16.0, left + width, y + 16.0);
            canvas.fill(&place, PAPER);
            canvas.text(&text, (left, y), Align::Start, font);
            taken.push(place);
        }
        taken
    }

    fn lines(&self, canvas: &Canvas, panel: &Panel, plot: &Rect, taken: &[Rect]) {
        let font = Font::bold(TEXT);
        let lines: Vec<labels::Line> =
            panel.series.iter().map(|s| s.points.iter().map(|p| self.at(plot, *p)).collect()).collect();
        let texts: Vec<String> =
            panel.series.iter().map(|s| font.fit(&s.label, plot.width() - SWATCH - 20.0)).collect();
        let sizes: Vec<_> = texts.iter().map(|text| (font.width(text) + SWATCH + 8.0, 32.0)).collect();
        for (series, line) in panel.series.iter().zip(&lines) {
            canvas.line(line, series.style.colour, series.style.width, series.style.dash);
        }
        let places = labels::place(&lines, &sizes, plot, taken);
        for ((series, text), place) in panel.series.iter().zip(&texts).zip(places) {
            let y = 0.5 * (place.top + place.bottom);
            canvas.fill(&place, PAPER);
            let sample = [(place.left + 2.0, y), (place.left + SWATCH - 4.0, y)];
            canvas.line(&sample, series.style.colour, series.style.width, series.style.dash);
            canvas.text(text, (place.left + SWATCH + 4.0, y), Align::Start, font.colour(series.style.colour));
        }
    }
}

/// At most `most` points of a long series: means over equal stretches, so that no level is invented or lost.
pub fn thinned(points: &[(f64, f64)], most: usize) -> Vec<(f64, f64)> {
    if points.len() <= most {
        return points.to_vec();
    }
    let per = points.len().div_ceil(most - 2);
    let mut thin = vec![points[0]];
    for chunk in points[1..].chunks(per) {
        let n = chunk.len() as f64;
        let sum = chunk.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
        thin.push((sum.0 / n, sum.1 / n));
    }
    thin.push(points[points.len() - 1]);
    thin
}
