//! Which part of all wishes was fulfilled by when, in every system: what an outage stops and what it does not.

use super::Figure;
use crate::report::axes::Axis;
use crate::report::chart::{Chart, Panel, Series};
use crate::report::frame::Words;
use crate::report::outages::shades;
use crate::report::tables::Tables;
use crate::report::thin::last_of_each;
use crate::report::view::{ALL, left_out};

const CAPTION: &str = "The part of all wishes of the run that had been fulfilled by that time. A line that goes flat in a shaded \
    stretch belongs to a system that does not work without what was down; one that climbs on does, or lives on what was found before. What is lost for good \
    is missing at the right end.";

pub fn draw(tables: &Tables) -> Option<Figure> {
    let (systems, others) = tables.line_systems();
    let mut end = 0.0;
    let mut series = Vec::new();
    for (system, style) in systems {
        let samples: Vec<_> = tables.series(&system, ALL).collect();
        let all = samples.last().and_then(|last| last.wishes).filter(|wishes| *wishes > 0);
        let Some(all) = all else { continue };
        let points: Vec<_> =
            samples.iter().map(|s| (s.time_s, s.fetched.unwrap_or(0) as f64 / all as f64)).collect();
        end = points.last().map_or(end, |last| f64::max(end, last.0));
        series.push((system, style, points));
    }
    // Runs end when nothing more is to come: a line goes on as it was.
    let series: Vec<Series> = series
        .into_iter()
        .map(|(label, style, points)| {
            let mut points = last_of_each(&points, 500);
            let level = points.last().map_or(0.0, |last| last.1);
            points.push((end, level));
            Series { label, style, points }
        })
        .collect();
    if series.is_empty() || end == 0.0 {
        return None;
    }
    let chart = Chart {
        words: Words {
            title: "Wishes fulfilled in the course of the run".into(),
            subtitle: tables.subtitle_first(),
            notes: left_out(&others).into_iter().collect(),
        },
        x: Axis::time("time since the start", end, 7),
        y: Axis::percent("wishes fulfilled"),
        panels: vec![Panel { series, shades: shades(tables), ..Panel::default() }],
    };
    let title = chart.words.title.clone();
    Some(Figure { name: "fulfilled", title, caption: CAPTION, drawing: chart.draw() })
}
