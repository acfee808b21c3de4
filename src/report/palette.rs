//! Colours, dashes and hatches: every distinction is made twice, so that it survives colour blindness and a grey printer.

use plotters::style::RGBColor;

use super::canvas::{Canvas, Rect};

pub const PAPER: RGBColor = RGBColor(255, 255, 255);
pub const INK: RGBColor = RGBColor(24, 24, 27);
/// Subtitles, notes and tick labels.
pub const SOFT: RGBColor = RGBColor(82, 82, 91);
/// A colour made dark enough for words on paper.
pub fn darker(colour: RGBColor) -> RGBColor {
    let dim = |part: u8| (u32::from(part) * 4 / 5) as u8;
    RGBColor(dim(colour.0), dim(colour.1), dim(colour.2))
}

/// Grid lines.
pub const GRID: RGBColor = RGBColor(225, 225, 230);
/// Stretches of time in which something was switched off.
pub const SHADE: RGBColor = RGBColor(236, 236, 240);
/// Axes and frames.
pub const AXIS: RGBColor = RGBColor(120, 120, 128);

// Okabe and Ito, "Color Universal Design" (2008).
pub const BLUE: RGBColor = RGBColor(0, 114, 178);
pub const VERMILLION: RGBColor = RGBColor(213, 94, 0);
pub const GREEN: RGBColor = RGBColor(0, 158, 115);
pub const PURPLE: RGBColor = RGBColor(204, 121, 167);
pub const ORANGE: RGBColor = RGBColor(230, 159, 0);
pub const SKY: RGBColor = RGBColor(86, 180, 233);
/// Okabe and Ito's reddish purple is too light for a thin line.
const RED_PURPLE: RGBColor = RGBColor(170, 51, 119);

/// How a line is broken, in figure units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dash {
    Solid,
    Long,
    Dotted,
    Alternating,
}

impl Dash {
    /// Lengths drawn and left out in turn; empty for an unbroken line.
    fn pattern(self) -> &'static [f64] {
        match self {
            Dash::Solid => &[],
            Dash::Long => &[18.0, 9.0],
            Dash::Dotted => &[5.0, 7.0],
            Dash::Alternating => &[20.0, 7.0, 5.0, 7.0],
        }
    }

    /// The visible parts of a polyline.
    pub fn cut(self, points: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
        let pattern = self.pattern();
        if pattern.is_empty() || points.len() < 2 {
            return vec![points.to_vec()];
        }
        let (mut parts, mut phase, mut left) = (vec![vec![points[0]]], 0, pattern[0]);
        for pair in points.windows(2) {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            let length = ((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)).sqrt();
            let mut done = 0.0;
            while length - done > left {
                done += left;
                let at = (x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length);
                if phase % 2 == 0 {
                    parts.last_mut().expect("a part is begun").push(at);
                } else {
                    parts.push(vec![at]);
                }
                phase = (phase + 1) % pattern.len();
                left = pattern[phase];
            }
            left -= length - done;
            if phase % 2 == 0 {
                parts.last_mut().expect("a part is begun").push((x1, y1));
            }
        }
        parts.retain(|part| part.len() > 1);
        parts
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug)]
pub struct LineStyle {
    pub colour: RGBColor,
    pub dash: Dash,
    pub width: f64,
}

/// The styles of at most six lines, in order.
pub const LINES: [LineStyle; 6] = [
    LineStyle { colour: BLUE, dash: Dash::Solid, width: 4.0 },
    LineStyle { colour: VERMILLION, dash: Dash::Long, width: 4.0 },
    LineStyle { colour: GREEN, dash: Dash::Alternating, width: 4.0 },
    LineStyle { colour: RED_PURPLE, dash: Dash::Dotted, width: 5.0 },
    LineStyle { colour: ORANGE, dash: Dash::Solid, width: 4.0 },
    LineStyle { colour: SKY, dash: Dash::Long, width: 4.0 },
];

/// What is drawn over a coloured area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hatch {
    Plain,
    Rising,
    Falling,
    Level,
    Crossed,
}

/// How an area is filled.
#[derive(Clone, Copy, Debug)]
pub struct Fill {
    pub colour: RGBColor,
    pub hatch: Hatch,
    /// Words upon the colour.
    pub ink: RGBColor,
}

impl Fill {
    pub const fn new(colour: RGBColor, hatch: Hatch, ink: RGBColor) -> Fill {
        Fill { colour, hatch, ink }
    }

    /// Fills `rect`, hatched with lines `spacing` apart.
    pub fn paint(&self, canvas: &Canvas, rect: &Rect, spacing: f64) {
        canvas.fill(rect, self.colour);
        for (from, to) in self.hatch.lines(rect, spacing) {
            canvas.line(&[from, to], PAPER, if spacing < 9.0 { 1.25 } else { 2.0 }, Dash::Solid);
        }
        if self.hatch != Hatch::Plain {
            let edge = Rect::new(rect.left + 1.0, rect.top + 1.0, rect.right - 1.0, rect.bottom - 1.0);
            if edge.left < edge.right {
                canvas.outline(&edge, self.colour, 2.0);
            }
        }
    }
}

type Segment = ((f64, f64), (f64, f64));

impl Hatch {
    /// The strokes of the hatch inside `rect`. Their places depend on the sheet, not on the rectangle, so that the hatch
    /// of neighbouring areas lines up.
    fn lines(self, rect: &Rect, spacing: f64) -> Vec<Segment> {
        match self {
            Hatch::Plain => Vec::new(),
            Hatch::Rising => slanted(rect, spacing, -1.0),
            Hatch::Falling => slanted(rect, spacing, 1.0),
            Hatch::Crossed => {
                let mut both = slanted(rect, spacing * 1.4, 1.0);
                both.extend(slanted(rect, spacing * 1.4, -1.0));
                both
            }
            Hatch::Level => steps(rect.top, rect.bottom, spacing * 0.75)
                .map(|y| ((rect.left, y), (rect.right, y)))
                .collect(),
        }
    }
}

fn steps(from: f64, to: f64, spacing: f64) -> impl Iterator<Item = f64> {
    let first = (from / spacing).ceil() as i64;
    let last = (to / spacing).floor() as i64;
    (first..=last).map(move |k| k as f64 * spacing)
}

/// Lines y = slope x + c, clipped to the rectangle.
fn slanted(rect: &Rect, spacing: f64, slope: f64) -> Vec<Segment> {
    let c_at = |x: f64, y: f64| y - slope * x;
    let corners = [
        c_at(rect.left, rect.top),
        c_at(rect.right, rect.top),
        c_at(rect.left, rect.bottom),
        c_at(rect.right, rect.bottom),
    ];
    let low = corners.iter().copied().fold(f64::INFINITY, f64::min);
    let high = corners.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    steps(low, high, spacing * std::f64::consts::SQRT_2)
        .filter_map(|c| {
            let (xa, xb) = ((rect.top - c) / slope, (rect.bottom - c) / slope);
            let from = xa.min(xb).max(rect.left);
            let to = xa.max(xb).min(rect.right);
            (from < to).then_some(((from, slope * from + c), (to, slope * to + c)))
        })
        .collect()
}

/// Colours for numbers, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ramp {
    /// From light to dark, so that it can be printed in grey.
    Sequential,
    /// Blue below the middle, orange above; the middle is pale.
    Diverging,
}

impl Ramp {
    /// The colour of a part, 0 to 1.
    pub fn at(self, part: f64) -> RGBColor {
        // Brewer's YlGnBu and PuOr-like ends (colorbrewer2.org): both can be told apart by the colour-blind.
        let stops: &[[f64; 3]] = match self {
            Ramp::Sequential => &[
                [255.0, 255.0, 217.0],
                [199.0, 233.0, 180.0],
                [65.0, 182.0, 196.0],
                [34.0, 94.0, 168.0],
                [8.0, 29.0, 88.0],
            ],
            Ramp::Diverging => &[
                [0.0, 68.0, 136.0],
                [120.0, 178.0, 222.0],
                [247.0, 247.0, 242.0],
                [240.0, 168.0, 96.0],
                [166.0, 60.0, 0.0],
            ],
        };
        let place = part.clamp(0.0, 1.0) * (stops.len() - 1) as f64;
        let below = (place as usize).min(stops.len() - 2);
        let (from, to, between) = (stops[below], stops[below + 1], place - below as f64);
        let [red, green, blue] = [0, 1, 2].map(|k| (from[k] + (to[k] - from[k]) * between).round() as u8);
        RGBColor(red, green, blue)
    }
}
