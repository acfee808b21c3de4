//! Upload capacity: what was there and what was used of it, in time.

use super::Figure;
use crate::metrics::rows::SampleRow;
use crate::report::axes::{Axis, percent, share};
use crate::report::chart::{Chart, Panel, Series};
use crate::report::frame::Words;
use crate::report::palette::{Dash, LINES, LineStyle, SOFT};
use crate::report::tables::Tables;
use crate::report::thin::thinned;
use crate::report::view::ALL;

const CAPTION: &str = "The upper line is the upload capacity of all peers online, whether or not they are willing to use it; the \
    lower one is the payload that they sent. The gap between them is capacity that the swarm let lie: nothing to offer, \
    nobody unchoked, or protocol overhead.";

/// Blocks arrive in bursts: means over somewhat longer stretches show what a reader can use.
const MOST_POINTS: usize = 180;

pub fn draw(tables: &Tables) -> Option<Figure> {
    let (mut end, mut most) = (0.0, 0.0);
    let mut panels = Vec::new();
    for system in tables.systems() {
        let samples: Vec<&SampleRow> = tables.series(&system, ALL).collect();
        let line = |value: fn(&SampleRow) -> Option<f64>| -> Vec<(f64, f64)> {
            // An unlimited line has no place on an axis.
            let at = |s: &&SampleRow| Some((s.time_s, value(s).filter(|rate| rate.is_finite())?));
            samples.iter().filter_map(at).collect()
        };
        let available = line(|s| s.upload_available_bytes_per_s);
        let used = line(|s| s.upload_used_bytes_per_s);
        for (time, rate) in thinned(&available, MOST_POINTS).iter().chain(&thinned(&used, MOST_POINTS)) {
            end = f64::max(end, *time);
            most = f64::max(most, *rate);
        }
        let spent = share(area(&used), area(&available));
        let notes = vec![format!("{} of what was available was used", percent(spent))];
        let soft = LineStyle { colour: SOFT, dash: Dash::Long, width: 4.0 };
        let series = vec![
            Series { label: "available".into(), style: soft, points: thinned(&available, MOST_POINTS) },
            Series { label: "used".into(), style: LINES[0], points: thinned(&used, MOST_POINTS) },
        ];
        panels.push(Panel { heading: system, notes, series, ..Panel::default() });
    }
    if most == 0.0 {
        return None;
    }
    let chart = Chart {
        words: Words {
            title: "Upload used against upload available".into(),
            subtitle: tables.subtitle_first(),
            notes: Vec::new(),
        },
        x: Axis::time("time since the start", end, 6),
        y: Axis::rate("upload of all peers", most, 6),
        panels,
    };
    let title = chart.words.title.clone();
    Some(Figure { name: "upload", title, caption: CAPTION, drawing: chart.draw() })
}

/// The sum of a rate over time, where each value holds for the interval that ends at its point; the first begins with the run.
fn area(points: &[(f64, f64)]) -> f64 {
    let begins = std::iter::once(0.0).chain(points.iter().map(|(time, _)| *time));
    begins.zip(points).map(|(begin, (end, rate))| (end - begin) * rate).sum()
}

#[cfg(test)]
mod tests {
    use super::area;

    #[test]
    fn the_first_interval_begins_with_the_run() {
        assert_eq!(area(&[(5.0, 2.0), (10.0, 3.0), (12.0, 10.0)]), 10.0 + 15.0 + 20.0);
    }
}
