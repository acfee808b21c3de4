//! Copies of the rarest, the mean and the commonest piece online, in time.

use super::Figure;
use crate::report::axes::Axis;
use crate::report::chart::{Chart, Panel, Series};
use crate::report::frame::Words;
use crate::report::palette::{LINES, LineStyle};
use crate::report::tables::Tables;
use crate::report::thin::{Thin, peaks, stepped, thinned, troughs};
use crate::report::view::ALL;

const CAPTION: &str = "How many peers online hold the rarest piece, the commonest piece, and a piece on average. Lines close \
    together mean that pieces are spread evenly, which is what rarest first is for; where the rarest line touches zero, a \
    piece is gone and nobody can finish until it comes back.";

/// A line's label, its look, and how it is made shorter.
type Kind = (&'static str, LineStyle, Thin);

pub fn draw(tables: &Tables) -> Option<Figure> {
    let (mut end, mut most) = (0.0, 0.0);
    let mut panels = Vec::new();
    for system in tables.systems() {
        let mut lines = [Vec::new(), Vec::new(), Vec::new()];
        for sample in tables.series(&system, ALL) {
            let values =
                [sample.copies_max.map(f64::from), sample.copies_mean, sample.copies_min.map(f64::from)];
            for (line, value) in lines.iter_mut().zip(values) {
                line.extend(value.map(|copies| (sample.time_s, copies)));
            }
        }
        for (time, copies) in lines.iter().flatten() {
            end = f64::max(end, *time);
            most = f64::max(most, *copies);
        }
        // Of a long run the extremes stay: a piece that is gone for a moment is gone in the figure.
        let kinds: [Kind; 3] = [
            ("commonest piece", LINES[2], peaks),
            ("mean", LINES[0], thinned),
            ("rarest piece", LINES[1], troughs),
        ];
        let series = kinds.into_iter().zip(&lines).map(|((label, style, thin), points)| Series {
            label: label.into(),
            style,
            points: stepped(points, thin),
        });
        // Only swarms have pieces.
        if !lines[0].is_empty() {
            panels.push(Panel { heading: system, series: series.collect(), ..Panel::default() });
        }
    }
    if most == 0.0 {
        return None;
    }
    let chart = Chart {
        words: Words {
            title: "Copies of the pieces".into(),
            subtitle: tables.subtitle_first(),
            notes: Vec::new(),
        },
        x: Axis::time("time since the start", end, 6),
        y: Axis::count("copies among peers online", most, 6),
        panels,
    };
    let title = chart.words.title.clone();
    Some(Figure { name: "copies", title, caption: CAPTION, drawing: chart.draw() })
}
