//! Who is there: leechers and seeds online, in time.

use super::Figure;
use crate::report::axes::Axis;
use crate::report::chart::{Chart, Panel, Series};
use crate::report::frame::Words;
use crate::report::palette::LINES;
use crate::report::tables::Tables;
use crate::report::thin::{stepped, thinned};
use crate::report::view::ALL;

const CAPTION: &str = "Leechers are the peers online that still want something, seeds those online with all that they wanted. Where \
    finished peers stay the seeds' line rises as the leechers' falls; where they leave at once, both fall and the last \
    peers have few to download from.";

pub fn draw(tables: &Tables) -> Option<Figure> {
    if tables.samples.is_empty() {
        return None;
    }
    let (mut end, mut most) = (0.0, 0);
    let mut panels = Vec::new();
    for system in tables.systems() {
        let samples: Vec<_> = tables.series(&system, ALL).collect();
        for sample in &samples {
            end = f64::max(end, sample.time_s);
            most = most.max(sample.leechers).max(sample.seeds);
        }
        let leechers: Vec<_> = samples.iter().map(|s| (s.time_s, f64::from(s.leechers))).collect();
        let seeds: Vec<_> = samples.iter().map(|s| (s.time_s, f64::from(s.seeds))).collect();
        let series = vec![
            Series { label: "leechers".into(), style: LINES[0], points: stepped(&leechers, thinned) },
            Series { label: "seeds".into(), style: LINES[1], points: stepped(&seeds, thinned) },
        ];
        panels.push(Panel { heading: system, series, ..Panel::default() });
    }
    let chart = Chart {
        words: Words {
            title: "Leechers and seeds online".into(),
            subtitle: tables.subtitle_first(),
            notes: Vec::new(),
        },
        x: Axis::time("time since the start", end, 6),
        y: Axis::count("peers online", f64::from(most), 6),
        panels,
    };
    let title = chart.words.title.clone();
    Some(Figure { name: "online", title, caption: CAPTION, drawing: chart.draw() })
}
