//! Line plots: small multiples on common axes, every line labelled where it runs.

use super::axes::Axis;
use super::canvas::{Align, Canvas, Drawing, Font, Rect, drawing};
use super::estimated::{self, Estimated};
use super::frame::{MARGIN, SMALL, TEXT, WIDTH, Words, columns};
use super::labels;
use super::palette::{AXIS, Dash, GRID, INK, LineStyle, PAPER, SHADE, SOFT, darker};

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

/// A stretch of the x axis in which something was out of order.
#[derive(Clone, Debug)]
pub struct Shade {
    pub from: f64,
    pub to: f64,
    pub label: String,
}

/// One system's plot, or that of all.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    pub heading: String,
    /// Short facts under the heading, a line each.
    pub notes: Vec<String>,
    pub series: Vec<Series>,
    pub estimated: Vec<Estimated>,
    pub marks: Vec<Mark>,
    /// Values that have a meaning of their own: a horizontal line each.
    pub levels: Vec<f64>,
    pub shades: Vec<Shade>,
}

impl Panel {
    /// Heading and notes, broken into lines.
    fn lines(&self, room: f64) -> (Vec<String>, Vec<String>) {
        let notes = self.notes.iter().flat_map(|note| Font::plain(SMALL).wrap(note, room));
        (HEADING.wrap(&self.heading, room), notes.collect())
    }
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
/// Room for the sample of a line before its words.
pub const SWATCH: f64 = 46.0;
/// Between two plots side by side.
const BETWEEN: f64 = 46.0;
const HEADING: Font = Font { size: 30.0, bold: true, colour: INK };
const HEADING_LINE: f64 = 38.0;
/// From one line of a title that runs upwards to the next.
const TITLE_LINE: f64 = 34.0;
const NOTE_LINE: f64 = 32.0;
/// The strip above the plots in which marks have their words.
const MARKS_ROOM: f64 = 32.0;

/// Words in the strip above a plot: the middle and half their width, and in which row from below.
struct StripWords {
    text: String,
    x: f64,
    half: f64,
    row: usize,
}

/// Where the panels of a chart stand.
struct Layout {
    columns: usize,
    /// Left edge of the first plot, and from one plot's to the next.
    left: f64,
    step: f64,
    /// Height of headings and notes over the plots, the same for all.
    above: f64,
    plot_height: f64,
    row: f64,
    height: f64,
}

impl Layout {
    fn plot_width(&self) -> f64 {
        self.step - BETWEEN
    }
}

impl Chart {
    pub fn draw(&self) -> Drawing {
        let layout = self.layout();
        drawing(WIDTH, layout.height as u32, self.words.title.clone(), |canvas| {
            self.words.write(canvas, layout.height);
            for (k, panel) in self.panels.iter().enumerate() {
                let x = layout.left + (k % layout.columns) as f64 * layout.step;
                let top = self.words.head() + (k / layout.columns) as f64 * layout.row + layout.above;
                let plot = Rect::new(x, top, x + layout.plot_width(), top + layout.plot_height);
                self.panel(canvas, panel, &plot, layout.above, k % layout.columns == 0);
            }
        })
    }

    fn layout(&self) -> Layout {
        let columns = columns(self.panels.len());
        let rows = self.panels.len().div_ceil(columns).max(1);
        let plot_height = match (columns, rows) {
            (1, _) => 560.0,
            (_, 1) => 520.0,
            (_, _) => 400.0,
        };
        let more_lines = self.y_title(plot_height).len().saturating_sub(1) as f64;
        let left = MARGIN + 34.0 + more_lines * TITLE_LINE + self.y_ticks_width();
        let step = (f64::from(WIDTH) - MARGIN - left + BETWEEN) / columns as f64;
        let words = |panel: &Panel| {
            let (heading, notes) = panel.lines(step - BETWEEN);
            14.0 + heading.len() as f64 * HEADING_LINE + notes.len() as f64 * NOTE_LINE
        };
        let plot = Rect::new(0.0, 0.0, step - BETWEEN, plot_height);
        let strip_rows =
            |panel: &Panel| self.strip(panel, &plot).iter().map(|words| words.row + 1).max().unwrap_or(0);
        let strip = self.panels.iter().map(strip_rows).max().unwrap_or(0) as f64 * MARKS_ROOM;
        let above = self.panels.iter().map(words).fold(0.0, f64::max) + strip;
        let more_lines = self.x_title(step - BETWEEN).len().saturating_sub(1) as f64;
        let row = above + plot_height + TICKS_ROOM + X_TITLE_ROOM + more_lines * TITLE_LINE + 14.0;
        let height = (self.words.head() + rows as f64 * row + self.words.foot()).ceil();
        Layout { columns, left, step, above, plot_height, row, height }
    }

    /// In lines that fit beside a plot of that height.
    fn y_title(&self, height: f64) -> Vec<String> {
        Font::plain(TEXT).wrap_evenly(&self.y.title, height + 40.0)
    }

    /// In lines that fit below a plot of that width.
    fn x_title(&self, width: f64) -> Vec<String> {
        Font::plain(TEXT).wrap_evenly(&self.x.title, width)
    }

    fn y_ticks_width(&self) -> f64 {
        self.y.ticks.iter().map(|(_, text)| Font::plain(TEXT).width(text)).fold(0.0, f64::max) + 12.0
    }

    fn panel(&self, canvas: &Canvas, panel: &Panel, plot: &Rect, above: f64, first: bool) {
        let (heading, notes) = panel.lines(plot.width());
        let mut y = plot.top - above;
        for line in heading {
            canvas.text(&line, (plot.left, y + 18.0), Align::Start, HEADING);
            y += HEADING_LINE;
        }
        for line in notes {
            canvas.text(&line, (plot.left, y + 14.0), Align::Start, Font::plain(SMALL).colour(SOFT));
            y += NOTE_LINE;
        }
        for shade in &panel.shades {
            let [(left, _), (right, _)] =
                [shade.from, shade.to.min(self.x.max)].map(|x| self.at(plot, (x, 0.0)));
            canvas.fill(&Rect::new(left, plot.top, right.max(left), plot.bottom), SHADE);
        }
        self.grid(canvas, plot, first);
        self.strip_words(canvas, panel, plot);
        self.lines(canvas, panel, plot);
        self.estimates(canvas, panel, plot);
    }

    fn at(&self, plot: &Rect, (x, y): (f64, f64)) -> (f64, f64) {
        (plot.left + self.x.part(x) * plot.width(), plot.bottom - self.y.part(y) * plot.height())
    }

    fn grid(&self, canvas: &Canvas, plot: &Rect, first: bool) {
        let font = Font::plain(TEXT).colour(SOFT);
        for (value, text) in &self.y.ticks {
            let (_, y) = self.at(plot, (self.x.min, *value));
            canvas.line(&[(plot.left, y), (plot.right, y)], GRID, 2.0, Dash::Solid);
            if first {
                canvas.text(text, (plot.left - 12.0, y), Align::End, font);
            }
        }
        let mut free_from = f64::NEG_INFINITY;
        for (value, text) in &self.x.ticks {
            let (x, _) = self.at(plot, (*value, self.y.min));
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
        let title = Font::plain(TEXT);
        let below = plot.bottom + TICKS_ROOM + 22.0;
        let middle = 0.5 * (plot.left + plot.right);
        for (line, text) in self.x_title(plot.width()).iter().enumerate() {
            canvas.text(text, (middle, below + line as f64 * TITLE_LINE), Align::Middle, title);
        }
        if first {
            let (x, y) = (plot.left - self.y_ticks_width() - 20.0, 0.5 * (plot.top + plot.bottom));
            for (line, text) in self.y_title(plot.height()).iter().rev().enumerate() {
                canvas.text_upwards(text, (x - line as f64 * TITLE_LINE, y), title);
            }
        }
    }

    /// Where the words of marks and shades stand in the strip above the plot: each over its place, and above those that it
    /// would cover.
    fn strip(&self, panel: &Panel, plot: &Rect) -> Vec<StripWords> {
        let font = Font::plain(SMALL);
        let middle = |shade: &Shade| 0.5 * (shade.from + shade.to.min(self.x.max));
        let shades = panel.shades.iter().map(|shade| (middle(shade), &shade.label));
        let wanted = panel.marks.iter().map(|mark| (mark.x, &mark.label)).chain(shades);
        let mut placed: Vec<StripWords> = Vec::new();
        for (x, label) in wanted {
            let text = font.fit(label, plot.width());
            let half = 0.5 * font.width(&text);
            let (x, _) = self.at(plot, (x, self.y.min));
            let x = x.min(plot.right - half).max(plot.left + half);
            let covers = |other: &StripWords| (other.x - x).abs() < other.half + half + 16.0;
            let taken = |row: usize| placed.iter().any(|other| other.row == row && covers(other));
            let row = (0..).find(|row| !taken(*row)).expect("there are more rows than words");
            placed.push(StripWords { text, x, half, row });
        }
        placed
    }

    fn strip_words(&self, canvas: &Canvas, panel: &Panel, plot: &Rect) {
        for words in self.strip(panel, plot) {
            let y = plot.top - 22.0 - words.row as f64 * MARKS_ROOM;
            canvas.text(&words.text, (words.x, y), Align::Middle, Font::plain(SMALL));
        }
    }

    /// Draws a mark; returns its line.
    fn mark(&self, canvas: &Canvas, mark: &Mark, plot: &Rect) -> labels::Line {
        let (x, _) = self.at(plot, (mark.x, self.y.min));
        let line = vec![(x, plot.bottom), (x, plot.top - 6.0)];
        canvas.line(&line, INK, 2.5, Dash::Dotted);
        line
    }

    /// Draws lines and marks, then the words of each where they hide nothing.
    fn lines(&self, canvas: &Canvas, panel: &Panel, plot: &Rect) {
        let bold = Font::bold(TEXT);
        let most = 0.66 * plot.width() - SWATCH;
        let mut lines: Vec<labels::Line> = Vec::new();
        let mut sizes = Vec::new();
        for mark in &panel.marks {
            lines.push(self.mark(canvas, mark, plot));
            sizes.push((0.0, 0.0));
        }
        for series in &panel.series {
            let line: labels::Line = series.points.iter().map(|p| self.at(plot, *p)).collect();
            canvas.line(&line, series.style.colour, series.style.width, series.style.dash);
            lines.push(line);
            sizes.push((bold.width(&bold.fit(&series.label, most)) + SWATCH + 8.0, 32.0));
        }
        let places = labels::place(&lines, &sizes, &plot.grown(-8.0));
        for (series, place) in panel.series.iter().zip(&places[panel.marks.len()..]) {
            label(canvas, place, &bold.fit(&series.label, most), series.style);
        }
    }

    /// Draws levels, and the lines through estimates over them.
    fn estimates(&self, canvas: &Canvas, panel: &Panel, plot: &Rect) {
        for level in &panel.levels {
            let line = [self.x.min, self.x.max].map(|x| self.at(plot, (x, *level)));
            canvas.line(&line, AXIS, 2.5, Dash::Dotted);
        }
        // Beyond the ends of the axis stands what is drawn at its ends.
        let inside = |(x, y): (f64, f64)| {
            let (x, y) = self.at(plot, (x, y.max(self.y.min)));
            (x, y.max(plot.top))
        };
        estimated::paint(canvas, &panel.estimated, &inside, plot);
    }
}

/// Words at their place, with a sample of the line before them; returns its middle.
pub fn label(canvas: &Canvas, place: &Rect, words: &str, style: LineStyle) -> (f64, f64) {
    let y = 0.5 * (place.top + place.bottom);
    canvas.fill(place, PAPER);
    let sample = [(place.left + 2.0, y), (place.left + SWATCH - 4.0, y)];
    canvas.line(&sample, style.colour, style.width, style.dash);
    let font = Font::bold(TEXT).colour(darker(style.colour));
    canvas.text(words, (place.left + SWATCH + 4.0, y), Align::Start, font);
    (0.5 * (sample[0].0 + sample[1].0), y)
}
