//! How much of the file each class had, in time.

use super::Figure;
use crate::report::axes::Axis;
use crate::report::chart::{Chart, Panel, Series};
use crate::report::frame::Words;
use crate::report::tables::Tables;
use crate::report::thin::thinned;
use crate::report::view::left_out;

const CAPTION: &str = "What the peers of a class have of what they have wished for so far (pieces of one file, or else files), of those \
    who came: 100 % means that each of them has everything. A straight climb means that the class downloads at a steady rate; a curve that flattens waits \
    for something, and one that falls was joined by newcomers.";

pub fn draw(tables: &Tables) -> Option<Figure> {
    let (classes, others) = tables.line_classes();
    if classes.is_empty() || tables.samples.is_empty() {
        return None;
    }
    let mut end = 0.0;
    let panels: Vec<Panel> = tables
        .systems()
        .into_iter()
        .map(|system| {
            let line = |class: &String| {
                let points: Vec<_> = tables
                    .series(&system, class)
                    .filter_map(|sample| Some((sample.time_s, sample.progress?)))
                    .collect();
                end = points.last().map_or(end, |last| f64::max(end, last.0));
                Series {
                    label: class.clone(),
                    style: tables.line_style(class),
                    points: thinned(&points, 500),
                }
            };
            let series = classes.iter().map(line).collect();
            Panel { heading: system, series, ..Panel::default() }
        })
        .collect();
    let chart = Chart {
        words: Words {
            title: if tables.manifest.only_swarms() { "Progress of the swarm" } else { "Progress" }.into(),
            subtitle: tables.subtitle_first(),
            notes: left_out(&others).into_iter().collect(),
        },
        x: Axis::time("time since the start", end, 6),
        y: Axis::percent(if tables.manifest.only_swarms() {
            "pieces held"
        } else {
            "held of what was wished for"
        }),
        panels,
    };
    let title = chart.words.title.clone();
    Some(Figure { name: "progress", title, caption: CAPTION, drawing: chart.draw() })
}
