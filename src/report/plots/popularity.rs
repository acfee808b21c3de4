//! How often a search finds the popular and the rare titles.

use super::Figure;
use crate::metrics::rows::PopularityRow;
use crate::report::axes::{Axis, grouped, share};
use crate::report::chart::{Chart, Panel, Series};
use crate::report::frame::Words;
use crate::report::manifest::SERVER;
use crate::report::palette::{Dash, LineStyle, SOFT};
use crate::report::tables::Tables;
use crate::report::view::left_out;

const CAPTION: &str = "Titles stand from left to right by popularity, in groups that grow as ranks do. A line gives, of the wishes \
    for the titles of a group, the part for which somebody who has the file was named. The dashed line is the part whose file \
    was online anywhere when it was first searched for: what lies between it and a line below could have been found and was not; a line above it \
    found some later, when somebody who had them had come.";

pub fn draw(tables: &Tables) -> Option<Figure> {
    let (systems, others) = tables.line_systems();
    let bins = bins(tables);
    // Where all titles are alike a rank means nothing.
    let ranked = tables.manifest.catalogue().is_some_and(|catalogue| catalogue["popularity"] != "Uniform");
    if bins.len() < 2 || !ranked {
        return None;
    }
    let mut series = Vec::new();
    // A plain server has everything: there is nothing to search for.
    let searched = |system: &str| tables.manifest.kind(system) != Some(SERVER);
    for (system, style) in systems.into_iter().filter(|(system, _)| searched(system)) {
        let rows: Vec<&PopularityRow> = tables.popularity.iter().filter(|row| row.system == system).collect();
        series.push(Series { label: system, style, points: line(&rows, &bins, |row| row.found) });
    }
    let everywhere: Vec<&PopularityRow> =
        tables.popularity.iter().filter(|row| searched(&row.system)).collect();
    if everywhere.is_empty() {
        return None;
    }
    let online = LineStyle { colour: SOFT, dash: Dash::Long, width: 3.0 };
    let label = "online at all".to_owned();
    series.push(Series { label, style: online, points: line(&everywhere, &bins, |row| row.online) });
    let mut notes: Vec<String> = tables.after_warm_up().into_iter().chain(left_out(&others)).collect();
    let mean = match tables.systems().len() {
        1 => "",
        _ => "; the mean of the systems, because what was fetched before is shared too",
    };
    notes.push(format!("Online at all: when it was first searched for{mean}."));
    let name = |(_, to): &(u32, u32)| grouped(f64::from(*to), 0);
    let chart = Chart {
        words: Words { title: "Popular and rare titles".into(), subtitle: tables.subtitle_pooled(), notes },
        x: Axis::bins("titles up to that rank, the most popular ones first", bins.iter().map(name)),
        y: Axis::percent("wishes for which it was found"),
        panels: vec![Panel { series, ..Panel::default() }],
    };
    let title = chart.words.title.clone();
    Some(Figure { name: "search-success", title, caption: CAPTION, drawing: chart.draw() })
}

/// First and last ranks of the groups in which any system had a wish, ascending.
fn bins(tables: &Tables) -> Vec<(u32, u32)> {
    let mut bins: Vec<(u32, u32)> =
        tables.popularity.iter().map(|row| (row.from_rank, row.to_rank)).collect();
    bins.sort_unstable();
    bins.dedup();
    bins
}

/// In the middle of each group the part of its wishes for which `of` counts.
fn line(rows: &[&PopularityRow], bins: &[(u32, u32)], of: fn(&PopularityRow) -> u64) -> Vec<(f64, f64)> {
    let point = |(k, (from, _)): (usize, &(u32, u32))| {
        let group = || rows.iter().filter(move |row| row.from_rank == *from);
        let wishes: u64 = group().map(|row| row.wishes).sum();
        let counted: u64 = group().map(|row| of(row)).sum();
        (wishes > 0).then(|| (k as f64 + 0.5, share(counted as f64, wishes as f64)))
    };
    bins.iter().enumerate().filter_map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_a_part_of_the_wishes_of_all_runs() {
        let row = |from_rank, wishes, found| PopularityRow {
            from_rank,
            to_rank: 3 * from_rank,
            wishes,
            found,
            ..PopularityRow::default()
        };
        let rows = [row(1, 10, 10), row(4, 5, 1), row(1, 30, 20)];
        let rows: Vec<&PopularityRow> = rows.iter().collect();
        let bins = [(1, 3), (2, 6), (4, 12)];
        assert_eq!(line(&rows, &bins, |row| row.found), [(0.5, 0.75), (2.5, 0.2)]);
    }
}
