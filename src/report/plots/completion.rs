//! How long wishes took in every system: one curve a system on the same axes.

use super::Figure;
use crate::metrics::rows::FetchRow;
use crate::report::axes::{Axis, duration};
use crate::report::chart::{Chart, Mark, Panel, Series};
use crate::report::frame::Words;
use crate::report::tables::Tables;
use crate::report::thin::stride;
use crate::report::view::{ALL, left_out};

const CAPTION: &str = "Each curve climbs with every wish that is fulfilled; where it crosses 50 % half of all wishes were, and a curve \
    further left is a faster system. A time runs from the wish to the whole file, times away included. Wishes that were never \
    fulfilled keep a curve below 100 %. Before a bound nothing of its kind could have served everybody.";

pub fn draw(tables: &Tables) -> Option<Figure> {
    let (systems, others) = tables.line_systems();
    let slowest = tables.fetches.iter().map(|row| row.time_s).fold(0.0, f64::max);
    if slowest == 0.0 {
        return None;
    }
    let marks = bounds(tables);
    let least = marks.iter().map(|mark| mark.x).fold(f64::INFINITY, f64::min);
    let marks = if come_together(tables, least) { marks } else { Vec::new() };
    let top = 1.06 * marks.iter().map(|mark| mark.x).fold(slowest, f64::max);
    let series = systems.into_iter().map(|(system, style)| {
        let points = steps(&of_system(tables, &system), wishes(tables, &system), top);
        Series { label: system, style, points }
    });
    let panel = Panel { series: series.collect(), marks, ..Panel::default() };
    let chart = Chart {
        words: Words {
            title: "From the wish to the file".into(),
            subtitle: tables.subtitle_pooled(),
            notes: tables.after_warm_up().into_iter().chain(left_out(&others)).collect(),
        },
        x: Axis::time("time since the wish", top, 7),
        y: Axis::percent("wishes fulfilled"),
        panels: vec![panel],
    };
    let title = chart.words.title.clone();
    Some(Figure { name: "completion", title, caption: CAPTION, drawing: chart.draw() })
}

/// Wishes of all runs.
pub fn wishes(tables: &Tables, system: &str) -> u64 {
    tables.summary_of(system, ALL).map(|row| row.wishes).sum()
}

/// Times of all runs of a system, ascending, each with the number of wishes that took so long.
fn of_system(tables: &Tables, system: &str) -> Vec<(f64, u64)> {
    let mut points = Vec::new();
    let mut last: Option<&FetchRow> = None;
    for row in tables.fetches.iter().filter(|row| row.system == system) {
        let before = last.filter(|last| last.replicate == row.replicate).map_or(0, |last| last.fetched);
        points.push((row.time_s, row.fetched - before));
        last = Some(row);
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points
}

/// Corners of the staircase from zero to `end` seconds; it ends at fulfilled over all.
fn steps(points: &[(f64, u64)], wishes: u64, end: f64) -> Vec<(f64, f64)> {
    let stride = stride(points.len());
    let (mut corners, mut level, mut sum) = (vec![(0.0, 0.0)], 0.0, 0);
    for chunk in points.chunks(stride) {
        let time = chunk[chunk.len() - 1].0;
        corners.push((time, level));
        sum += chunk.iter().map(|(_, count)| count).sum::<u64>();
        level = sum as f64 / wishes as f64;
        corners.push((time, level));
    }
    corners.push((end, level));
    corners
}

/// Whether those who wish for something come within so small a part of a bound in seconds that it may stand on an axis that
/// begins with each wish.
pub fn come_together(tables: &Tables, bound: f64) -> bool {
    let wishing = || tables.peers.iter().filter(|peer| peer.wishes > 0).map(|peer| peer.arrived_s);
    let (first, last) = wishing().fold((f64::INFINITY, 0.0), |(a, b), t| (t.min(a), t.max(b)));
    last - first <= 0.1 * bound
}

/// The least bound of each kind over the runs.
fn bounds(tables: &Tables) -> Vec<Mark> {
    let all = || tables.summary.iter().filter(|row| row.class == ALL);
    let least = |bounds: &mut dyn Iterator<Item = f64>| bounds.reduce(f64::min);
    let kinds = [
        ("bound of the last with peers", least(&mut all().filter_map(|row| row.fluid_bound_s))),
        ("bound of the last with servers alone", least(&mut all().filter_map(|row| row.server_bound_s))),
    ];
    let mark = |(name, bound): (&str, Option<f64>)| {
        bound.map(|x| Mark { x, label: format!("{name}: {}", duration(x)) })
    };
    kinds.into_iter().filter_map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::rows::PeerRow;

    #[test]
    fn a_bound_stands_on_the_axis_only_if_all_come_together() {
        let peer = |arrived_s, wishes| PeerRow { arrived_s, wishes, ..PeerRow::default() };
        let tables = |last: f64| Tables {
            peers: vec![peer(0.0, 1), peer(last, 1), peer(500.0, 0)],
            ..Tables::default()
        };
        assert!(come_together(&tables(10.0), 100.0), "who wants nothing may come late");
        assert!(!come_together(&tables(11.0), 100.0));
    }

    #[test]
    fn runs_are_pooled_and_the_curve_ends_at_fulfilled_over_all() {
        let row = |replicate, time_s, fetched| FetchRow { system: "a".into(), replicate, time_s, fetched };
        let tables = Tables {
            fetches: vec![row(0, 1.0, 2), row(0, 5.0, 3), row(1, 2.0, 1), row(1, 9.0, 4)],
            ..Tables::default()
        };
        let points = of_system(&tables, "a");
        assert_eq!(points, [(1.0, 2), (2.0, 1), (5.0, 1), (9.0, 3)]);
        let steps = steps(&points, 10, 20.0);
        assert_eq!(steps[..4], [(0.0, 0.0), (1.0, 0.0), (1.0, 0.2), (2.0, 0.2)]);
        assert_eq!(*steps.last().unwrap(), (20.0, 0.7));
    }
}
