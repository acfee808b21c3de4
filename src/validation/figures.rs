//! What several experiments draw: lines that theory gives, and marks with intervals that runs gave.

use super::{Figure, Measured};
use crate::report::axes::{Axis, round_ratios};
use crate::report::chart::{Chart, Panel, Series};
use crate::report::estimated::{Estimate, Estimated, MARKERS};
use crate::report::frame::Words;
use crate::report::palette::LINES;

/// What is drawn of one relation, in the units of the axes.
pub struct Curve {
    pub label: String,
    pub kind: Kind,
}

pub enum Kind {
    /// A line without marks.
    Line(Vec<(f64, f64)>),
    /// Marks at measured values, joined by a line; a value that never came about leaves a gap.
    Marks(Vec<(f64, Measured)>),
    /// Marks alone.
    Scatter(Vec<(f64, Measured)>),
}

/// A panel of these curves; the n-th has the same style in every panel.
pub fn panel(heading: &str, curves: Vec<Curve>) -> Panel {
    let mut panel = Panel { heading: heading.to_owned(), ..Panel::default() };
    for (number, Curve { label, kind }) in curves.into_iter().enumerate() {
        let style = LINES[number % LINES.len()];
        let marked = |stretches| Estimated {
            label: label.clone(),
            style,
            marker: MARKERS[number % MARKERS.len()],
            stretches,
            never: Vec::new(),
            categories: false,
        };
        match kind {
            Kind::Line(points) => panel.series.push(Series { label, style, points }),
            Kind::Marks(values) => {
                let known: Vec<Option<Estimate>> = values.into_iter().map(estimate).collect();
                let stretches = known.split(Option::is_none).filter(|stretch| !stretch.is_empty());
                panel
                    .estimated
                    .push(marked(stretches.map(|s| s.iter().copied().flatten().collect()).collect()));
            }
            Kind::Scatter(values) => {
                let single = values.into_iter().filter_map(estimate).map(|value| vec![value]);
                panel.estimated.push(marked(single.collect()));
            }
        }
    }
    panel
}

/// A figure of panels side by side.
pub fn figure(name: &str, caption: &str, words: Words, (x, y): (Axis, Axis), panels: Vec<Panel>) -> Figure {
    let drawing = Chart { words, x, y, panels }.draw();
    Figure { name: name.to_owned(), caption: caption.to_owned(), drawing }
}

/// The words around a figure.
pub fn words(title: &str, subtitle: &str) -> Words {
    Words { title: title.to_owned(), subtitle: subtitle.to_owned(), notes: Vec::new() }
}

/// From zero to a little beyond `top`.
pub fn linear(title: &str, top: f64) -> Axis {
    Axis::new(title.to_owned(), 1.06 * top, 1.0, 6, false)
}

/// Positive numbers from `least` to `top`; equal steps are equal ratios.
pub fn logarithmic(title: &str, least: f64, top: f64) -> Axis {
    let (min, max) = (0.8 * least, 1.25 * top);
    Axis { title: format!("{title}, logarithmic"), min, max, log: true, ticks: round_ratios(min, max) }
}

fn estimate((x, measured): (f64, Measured)) -> Option<Estimate> {
    match measured {
        Measured::Exactly(y) => Some(Estimate { x, y, interval: None }),
        Measured::Mean { mean, low, high, .. } => Some(Estimate { x, y: mean, interval: Some((low, high)) }),
        Measured::Never => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_came_about_leaves_a_gap() {
        let values = [(1.0, Measured::Exactly(1.0)), (2.0, Measured::Never), (3.0, Measured::Exactly(9.0))];
        let panel = panel("", vec![Curve { label: String::new(), kind: Kind::Marks(values.to_vec()) }]);
        let lengths: Vec<usize> = panel.estimated[0].stretches.iter().map(Vec::len).collect();
        assert_eq!(lengths, [1, 1]);
    }
}
