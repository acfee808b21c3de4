//! A sheet to draw on: plotters' SVG backend under coordinates in figure units (one unit, one PNG pixel).
//!
//! It knows lines, areas and words, and nothing of what a plot means.

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{PathElement, Polygon, Rectangle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, RGBColor, ShapeStyle, TextStyle};

use super::fonts;
pub use super::letters::Font;
use super::palette::{Dash, PAPER};

/// The backend knows whole pixels only, so it draws this much larger; the viewBox takes it back.
pub const SCALE: f64 = 4.0;

/// A finished figure.
#[derive(Clone, Debug)]
pub struct Drawing {
    pub width: u32,
    pub height: u32,
    /// What a screen reader says instead.
    pub label: String,
    body: String,
}

impl Drawing {
    /// The figure as a file of its own, with its font inside.
    pub fn standalone(&self) -> String {
        let head = self.head(&format!(" width=\"{}\" height=\"{}\"", self.width, self.height));
        format!("{head}\n<style>\n{}</style>\n{}", fonts::CSS, self.body)
    }

    /// The figure as a part of a page that brings the font.
    pub fn inline(&self) -> String {
        format!("{}\n{}", self.head(""), self.body)
    }

    fn head(&self, size: &str) -> String {
        let (w, h) = (f64::from(self.width) * SCALE, f64::from(self.height) * SCALE);
        let label = super::html::escape(&self.label);
        let font = fonts::FAMILY;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\"{size} viewBox=\"0 0 {w} {h}\" role=\"img\" \
             aria-label=\"{label}\" font-family=\"{font}\" stroke-linejoin=\"round\">"
        )
    }
}

/// A rectangle in figure units; y grows downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rect {
    pub fn new(left: f64, top: f64, right: f64, bottom: f64) -> Rect {
        Rect { left, top, right, bottom }
    }
    pub fn width(&self) -> f64 {
        self.right - self.left
    }
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }
    pub fn contains(&self, (x, y): (f64, f64)) -> bool {
        self.left <= x && x <= self.right && self.top <= y && y <= self.bottom
    }
    pub fn overlaps(&self, other: &Rect) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
    pub fn grown(&self, by: f64) -> Rect {
        Rect::new(self.left - by, self.top - by, self.right + by, self.bottom + by)
    }
}

/// Which side of the given point the words stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Start,
    Middle,
    End,
}

/// The sheet while it is drawn on.
pub struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

/// Lets `paint` draw a figure of `width` x `height` units; `label` describes it in words.
pub fn drawing(width: u32, height: u32, label: String, paint: impl FnOnce(&Canvas)) -> Drawing {
    fonts::register();
    let mut svg = String::new();
    {
        let size = (width * SCALE as u32, height * SCALE as u32);
        let canvas = Canvas { area: SVGBackend::with_string(&mut svg, size).into_drawing_area() };
        canvas.fill(&Rect::new(0.0, 0.0, f64::from(width), f64::from(height)), PAPER);
        paint(&canvas);
        canvas.area.present().expect("a figure in memory is written");
    }
    Drawing { width, height, label, body: tidy(&svg) }
}

/// Drops plotters' own opening tag and what the new one says once for all.
fn tidy(svg: &str) -> String {
    let (_, body) = svg.split_once(">\n").expect("the SVG backend writes its tag first");
    body.replace(" opacity=\"1\"", "")
        .replace(&format!(" font-family=\"{}\"", fonts::FAMILY), "")
        .replace("\">\n", "\">")
        .replace("\n</text>", "</text>")
        .replace(" \"/>", "\"/>")
}

fn pixel((x, y): (f64, f64)) -> (i32, i32) {
    ((x * SCALE).round() as i32, (y * SCALE).round() as i32)
}

impl Canvas<'_> {
    pub fn fill(&self, rect: &Rect, colour: RGBColor) {
        let corners = [pixel((rect.left, rect.top)), pixel((rect.right, rect.bottom))];
        self.area.draw(&Rectangle::new(corners, ShapeStyle::from(colour).filled())).expect(IN_MEMORY);
    }

    /// An outline inside which nothing is drawn.
    pub fn outline(&self, rect: &Rect, colour: RGBColor, width: f64) {
        let (l, t, r, b) = (rect.left, rect.top, rect.right, rect.bottom);
        self.line(&[(l, t), (r, t), (r, b), (l, b), (l, t)], colour, width, Dash::Solid);
    }

    pub fn polygon(&self, points: &[(f64, f64)], colour: RGBColor) {
        let points: Vec<_> = points.iter().copied().map(pixel).collect();
        self.area.draw(&Polygon::new(points, ShapeStyle::from(colour).filled())).expect(IN_MEMORY);
    }

    /// An area that lets through what lies below it; `opacity` from 0 to 1.
    pub fn veil(&self, points: &[(f64, f64)], colour: RGBColor, opacity: f64) {
        let points: Vec<_> = points.iter().copied().map(pixel).collect();
        let style = ShapeStyle::from(colour.mix(opacity)).filled();
        self.area.draw(&Polygon::new(points, style)).expect(IN_MEMORY);
    }

    /// A polyline; a dashed one is drawn dash by dash.
    pub fn line(&self, points: &[(f64, f64)], colour: RGBColor, width: f64, dash: Dash) {
        let style = ShapeStyle::from(colour).stroke_width((width * SCALE).round() as u32);
        for part in dash.cut(points) {
            let part: Vec<_> = part.into_iter().map(pixel).collect();
            self.area.draw(&PathElement::new(part, style)).expect(IN_MEMORY);
        }
    }

    /// Words around `at`, which is the middle of their height.
    pub fn text(&self, text: &str, at: (f64, f64), align: Align, font: Font) {
        self.turned(text, at, align, font, FontTransform::None);
    }

    /// Words that run upwards, `at` in the middle of them.
    pub fn text_upwards(&self, text: &str, at: (f64, f64), font: Font) {
        self.turned(text, at, Align::Middle, font, FontTransform::Rotate270);
    }

    fn turned(&self, text: &str, at: (f64, f64), align: Align, font: Font, turn: FontTransform) {
        let h_pos = match align {
            Align::Start => HPos::Left,
            Align::Middle => HPos::Center,
            Align::End => HPos::Right,
        };
        let style = TextStyle {
            font: font.desc().transform(turn),
            color: font.colour.to_backend_color(),
            pos: Pos::new(h_pos, VPos::Center),
        };
        self.area.draw_text(text, &style, pixel(at)).expect(IN_MEMORY);
    }
}

/// Drawing goes into a string, which cannot fail.
const IN_MEMORY: &str = "drawing in memory cannot fail";
