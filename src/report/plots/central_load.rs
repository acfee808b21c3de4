//! Load of the central parts in time: how much of their time they were at work, and how many waited.

use super::Figure;
use crate::metrics::busiest::{busiest, parts};
use crate::metrics::rows::ServerRow;
use crate::report::axes::Axis;
use crate::report::chart::{Chart, Panel, Series};
use crate::report::frame::Words;
use crate::report::outages::shades;
use crate::report::palette::LineStyle;
use crate::report::tables::Tables;
use crate::report::thin::{peaks, stepped, thinned};

const WORK: &str = "The part of each interval in which the central part was at work: of an index or a tracker its workers' time, of a \
    server its uplink. At 100 % it is the bottleneck, and whoever comes must wait or is refused. Of a system with several \
    such parts the busiest one is shown; shaded stretches are outages.";

const QUEUE: &str = "Requests that waited at the central part or were worked on, and clients that waited for a server. A queue that \
    grows means that more is asked for than the part can do; it stops growing where requests are refused. Of a system with \
    several such parts the busiest one is shown; shaded stretches are outages.";

const MOST_POINTS: usize = 300;

pub fn at_work(tables: &Tables) -> Option<Figure> {
    let mut lines = lines(tables, |row| row.busy_share);
    for line in &mut lines {
        line.points = thinned(&line.points, MOST_POINTS);
    }
    let some = lines.iter().flat_map(|line| &line.points).any(|(_, share)| *share > 0.0);
    let y = Axis::percent("time at work");
    some.then(|| figure(tables, ("central-load", "How busy the central parts were"), y, lines, WORK))
}

pub fn queue(tables: &Tables) -> Option<Figure> {
    let mut lines = lines(tables, |row| Some(f64::from(row.queue)));
    for line in &mut lines {
        line.points = stepped(&peaks(&line.points, MOST_POINTS), thinned);
    }
    let most = lines.iter().flat_map(|line| &line.points).map(|point| point.1).fold(0.0, f64::max);
    let y = Axis::count("requests or clients in the queue", most, 6);
    (most > 0.0).then(|| figure(tables, ("central-queue", "Queues at the central parts"), y, lines, QUEUE))
}

/// The busiest part of each system, in the run that time series show.
fn lines(tables: &Tables, value: fn(&ServerRow) -> Option<f64>) -> Vec<Series> {
    let line = |(system, style): (String, LineStyle)| {
        let part = busiest(tables.central_of(&system))?.part;
        let points: Vec<(f64, f64)> = (tables.servers.iter())
            .filter(|row| {
                row.system == system && row.server == part && row.replicate == tables.first_replicate()
            })
            .filter_map(|row| Some((row.time_s, value(row)?)))
            .collect();
        let label = format!("{system}: {}", part.replace('-', " "));
        Some(Series { label, style, points })
    };
    tables.line_systems().0.into_iter().filter_map(line).collect()
}

/// Said where a system has more parts than are drawn.
fn chosen(tables: &Tables) -> &'static str {
    let systems = tables.line_systems().0;
    match systems.iter().any(|(system, _)| parts(tables.central_of(system)).len() > 1) {
        true => " · of several parts the busiest alone",
        false => "",
    }
}

fn figure(
    tables: &Tables,
    (name, title): (&'static str, &str),
    y: Axis,
    series: Vec<Series>,
    caption: &'static str,
) -> Figure {
    let end = series.iter().flat_map(|line| &line.points).map(|point| point.0).fold(0.0, f64::max);
    let subtitle = tables.subtitle_first() + chosen(tables);
    let words = Words { title: title.into(), subtitle, notes: Vec::new() };
    let panel = Panel { series, shades: shades(tables), ..Panel::default() };
    let chart = Chart { words, x: Axis::time("time since the start", end, 7), y, panels: vec![panel] };
    Figure { name, title: title.into(), caption, drawing: chart.draw() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::rows::{CentralRow, PERSONS, SummaryRow};

    #[test]
    fn a_figure_of_one_part_of_several_says_so() {
        let part = |part: &str| CentralRow { system: "a".into(), part: part.into(), ..CentralRow::default() };
        let mut tables = Tables {
            summary: vec![SummaryRow { system: "a".into(), ..SummaryRow::default() }],
            central: vec![part("index-0"), part(PERSONS)],
            ..Tables::default()
        };
        assert_eq!(chosen(&tables), "");
        tables.central.push(part("index-1"));
        assert_eq!(chosen(&tables), " · of several parts the busiest alone");
    }
}
