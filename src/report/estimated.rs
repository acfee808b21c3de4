//! Lines through estimates: a mark at every value that was tried, a band from the low to the high end of each interval, and
//! a gap where there is no estimate.

use super::canvas::{Canvas, Font, Rect};
use super::chart::{self, SWATCH};
use super::frame::TEXT;
use super::labels;
use super::palette::{Dash, LineStyle, PAPER};

/// A labelled line of estimates.
#[derive(Clone, Debug)]
pub struct Estimated {
    pub label: String,
    pub style: LineStyle,
    pub marker: Marker,
    /// Neighbours on the x axis that all have an estimate; between two stretches one has none.
    pub stretches: Vec<Vec<Estimate>>,
    /// Where the value was not reached in every run.
    pub never: Vec<f64>,
    /// The values stand in no order: each has an interval of its own instead of a part of the band.
    pub categories: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub x: f64,
    pub y: f64,
    /// Low and high end.
    pub interval: Option<(f64, f64)>,
}

/// The shape of a line's marks, so that lines differ without colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
}

/// The marks of the lines of a panel, in order.
pub const MARKERS: [Marker; 6] =
    [Marker::Circle, Marker::Square, Marker::Triangle, Marker::Diamond, Marker::Circle, Marker::Square];

/// Half the width of a mark.
const RADIUS: f64 = 8.0;
/// How much of what lies below a band it hides.
const BAND: f64 = 0.17;
/// From one line's mark to the next one's where they stand at the same category.
const BESIDE: f64 = 22.0;

impl Marker {
    /// Its corners around a point.
    fn outline(self, (x, y): (f64, f64), radius: f64) -> Vec<(f64, f64)> {
        // A circle of sixteen corners: sine and cosine of 22.5 and 45 degrees.
        const S: f64 = 0.382_683_432;
        const C: f64 = 0.923_879_533;
        const D: f64 = std::f64::consts::FRAC_1_SQRT_2;
        let unit: &[(f64, f64)] = match self {
            Marker::Circle => &[
                (1.0, 0.0),
                (C, S),
                (D, D),
                (S, C),
                (0.0, 1.0),
                (-S, C),
                (-D, D),
                (-C, S),
                (-1.0, 0.0),
                (-C, -S),
                (-D, -D),
                (-S, -C),
                (0.0, -1.0),
                (S, -C),
                (D, -D),
                (C, -S),
            ],
            Marker::Square => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
            Marker::Triangle => &[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)],
            Marker::Diamond => &[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)],
        };
        unit.iter().map(|(dx, dy)| (x + dx * radius, y + dy * radius)).collect()
    }

    fn paint(self, canvas: &Canvas, at: (f64, f64), style: LineStyle) {
        canvas.polygon(&self.outline(at, RADIUS), style.colour);
    }
}

/// Draws bands, lines and marks, in this order, then the words of each line where they hide nothing. `at` takes values to
/// places on the sheet, and values beyond the ends of the axes to their ends.
pub fn paint(canvas: &Canvas, lines: &[Estimated], at: &dyn Fn((f64, f64)) -> (f64, f64), plot: &Rect) {
    let placed = Placed::all(lines, at, plot);
    placed.iter().for_each(|line| line.paint_bands(canvas));
    placed.iter().for_each(|line| line.paint_lines(canvas));
    placed.iter().for_each(|line| line.paint_marks(canvas));
    let font = Font::bold(TEXT);
    let words = |line: &Placed<'_>| font.fit(&line.of.label, 0.66 * plot.width() - SWATCH);
    let named = |line: &&Placed<'_>| !line.of.label.is_empty() && !line.of.stretches.is_empty();
    let (named, others): (Vec<_>, Vec<_>) = placed.iter().partition(named);
    let sizes: Vec<_> = named.iter().map(|line| (font.width(&words(line)) + SWATCH + 8.0, 32.0)).collect();
    let own: Vec<_> = named.iter().map(|line| line.line()).collect();
    let obstacles: Vec<_> =
        placed.iter().flat_map(Placed::obstacles).chain(others.iter().map(|line| line.line())).collect();
    let places = labels::place_among(&own, &sizes, &obstacles, &plot.grown(-8.0));
    for (line, place) in named.iter().zip(&places) {
        let middle = chart::label(canvas, place, &words(line), line.of.style);
        line.of.marker.paint(canvas, middle, line.of.style);
    }
}

/// Estimates on the sheet.
struct Placed<'a> {
    of: &'a Estimated,
    at: &'a dyn Fn((f64, f64)) -> (f64, f64),
    plot: &'a Rect,
    /// How far to the right of their places marks at categories stand, so that lines do not hide each other; and open
    /// triangles.
    aside: [f64; 2],
}

impl<'a> Placed<'a> {
    /// The lines of a panel.
    fn all(
        lines: &'a [Estimated],
        at: &'a dyn Fn((f64, f64)) -> (f64, f64),
        plot: &'a Rect,
    ) -> Vec<Placed<'a>> {
        let aside = |before: usize, all: usize| BESIDE * (before as f64 - 0.5 * (all as f64 - 1.0));
        let broken = |lines: &[Estimated]| lines.iter().filter(|line| !line.never.is_empty()).count();
        let place = |(number, of): (usize, &'a Estimated)| {
            let marks = if of.categories { aside(number, lines.len()) } else { 0.0 };
            Placed { of, at, plot, aside: [marks, aside(broken(&lines[..number]), broken(lines))] }
        };
        lines.iter().enumerate().map(place).collect()
    }

    fn place(&self, x: f64, y: f64) -> (f64, f64) {
        let (across, down) = (self.at)((x, y));
        (across + self.aside[0], down)
    }

    /// The line as far as it has no gap, a stretch after the other.
    fn stretches(&self) -> impl Iterator<Item = Vec<(f64, f64)>> {
        let place = |stretch: &Vec<Estimate>| stretch.iter().map(|e| self.place(e.x, e.y)).collect();
        self.of.stretches.iter().map(place)
    }

    /// The whole line, for whoever looks for a place beside it.
    fn line(&self) -> Vec<(f64, f64)> {
        self.stretches().flatten().collect()
    }

    /// Upper and lower edge of each stretch of the band, as far as intervals are known.
    fn bands(&self) -> Vec<[Vec<(f64, f64)>; 2]> {
        let edge = |stretch: &[Estimate], end: fn((f64, f64)) -> f64| {
            let known = stretch.iter().filter_map(|e| e.interval.map(|interval| (e.x, end(interval))));
            known.map(|(x, y)| self.place(x, y)).collect()
        };
        let known = |estimate: &Estimate| estimate.interval.is_some();
        let parts =
            self.of.stretches.iter().flat_map(|stretch| stretch.chunk_by(move |a, b| known(a) == known(b)));
        parts.filter(|part| known(&part[0])).map(|part| [edge(part, |i| i.1), edge(part, |i| i.0)]).collect()
    }

    /// The areas between the ends of the intervals; single values get a bar.
    fn paint_bands(&self, canvas: &Canvas) {
        let colour = self.of.style.colour;
        for [upper, lower] in self.bands() {
            if self.of.categories || upper.len() == 1 {
                for (high, low) in upper.into_iter().zip(lower) {
                    canvas.line(&[high, low], colour, 3.0, Dash::Solid);
                    for (x, y) in [high, low] {
                        canvas.line(&[(x - 9.0, y), (x + 9.0, y)], colour, 3.0, Dash::Solid);
                    }
                }
            } else {
                let around: Vec<_> = upper.into_iter().chain(lower.into_iter().rev()).collect();
                canvas.veil(&around, colour, BAND);
            }
        }
    }

    fn paint_lines(&self, canvas: &Canvas) {
        let style = self.of.style;
        for line in self.stretches() {
            let width = if self.of.categories { 2.0 } else { style.width };
            canvas.line(&line, style.colour, width, style.dash);
        }
    }

    fn paint_marks(&self, canvas: &Canvas) {
        for place in self.line() {
            // A rim of paper lifts the mark off the lines below; it would hide a short bar.
            if !self.of.categories {
                canvas.polygon(&self.of.marker.outline(place, RADIUS + 2.5), PAPER);
            }
            self.of.marker.paint(canvas, place, self.of.style);
        }
        for [tip, left, right] in self.open_triangles() {
            canvas.polygon(&[tip, left, right], PAPER);
            canvas.line(&[tip, left, right, tip], self.of.style.colour, 3.0, Dash::Solid);
        }
    }

    /// What says at the top edge that there is no mean.
    fn open_triangles(&self) -> impl Iterator<Item = [(f64, f64); 3]> {
        self.of.never.iter().map(|x| {
            let (x, top) = ((self.at)((*x, 0.0)).0 + self.aside[1], self.plot.top + 3.0);
            [(x, top), (x - 9.0, top + 17.0), (x + 9.0, top + 17.0)]
        })
    }

    /// What words should not cover, besides lines: bands, as some lines from edge to edge, and open triangles.
    fn obstacles(&self) -> Vec<Vec<(f64, f64)>> {
        const ACROSS: u32 = 6;
        let layer = |[upper, lower]: &[Vec<(f64, f64)>; 2], part: f64| -> Vec<(f64, f64)> {
            let between =
                |(high, low): (&(f64, f64), &(f64, f64))| (high.0, high.1 + (low.1 - high.1) * part);
            upper.iter().zip(lower).map(between).collect()
        };
        let bands = self.bands();
        let parts = (0..=ACROSS).map(|k| f64::from(k) / f64::from(ACROSS));
        let layers = parts.flat_map(|part| bands.iter().map(move |band| layer(band, part)));
        layers.chain(self.open_triangles().map(Vec::from)).collect()
    }
}
