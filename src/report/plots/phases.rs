//! Where the time of a wish goes: finding somebody who has the file, waiting for them, the transfer.

use super::Figure;
use crate::metrics::rows::SummaryRow;
use crate::report::axes::{Axis, duration, grouped};
use crate::report::bars::{Bar, BarChart, Group};
use crate::report::frame::Words;
use crate::report::manifest::SWARM;
use crate::report::palette::{BLUE, Fill, Hatch, INK, ORANGE, PAPER, SKY};
use crate::report::tables::Tables;
use crate::report::view::ALL;

const CAPTION: &str = "Each bar is the mean wish that was fulfilled. Finding lasts until a supplier is known, and again after each \
    supplier that failed; waiting is queues, choking and handshakes; the rest is the transfer. A swarm does not search: its \
    hatched part is the way to the metainfo file and to the tracker's answer. Wishes that were never fulfilled are not in the \
    bars; how many there were stands beside them.";

/// Finding in a swarm is another thing than a search, and looks so.
const KEY: [(&str, Fill); 4] = [
    ("finding by search", Fill::new(ORANGE, Hatch::Plain, INK)),
    ("finding by metainfo and tracker", Fill::new(ORANGE, Hatch::Rising, INK)),
    ("waiting", Fill::new(SKY, Hatch::Falling, INK)),
    ("transfer", Fill::new(BLUE, Hatch::Plain, PAPER)),
];

pub fn draw(tables: &Tables) -> Option<Figure> {
    let bars: Vec<Bar> = tables.systems().iter().filter_map(|system| bar(tables, system)).collect();
    let top = bars.iter().map(|bar| bar.parts.iter().sum()).fold(0.0, f64::max);
    if top == 0.0 {
        return None;
    }
    let chart = BarChart {
        words: Words {
            title: "Finding, waiting, transfer".into(),
            subtitle: tables.subtitle_pooled(),
            notes: tables.after_warm_up().into_iter().collect(),
        },
        axis: Axis::time("mean time of a wish that was fulfilled", top, 6),
        key: KEY.to_vec(),
        groups: vec![Group { heading: String::new(), bars }],
    };
    let title = chart.words.title.clone();
    Some(Figure { name: "find-wait-transfer", title, caption: CAPTION, drawing: chart.draw() })
}

fn bar(tables: &Tables, system: &str) -> Option<Bar> {
    let sum = |of: fn(&SummaryRow) -> u64| tables.summary_of(system, ALL).map(of).sum::<u64>();
    let (wishes, fetched) = (sum(|row| row.wishes), sum(|row| row.fetched));
    if fetched == 0 {
        return None;
    }
    let mean = |of: fn(&SummaryRow) -> Option<f64>| {
        let seconds = tables.summary_of(system, ALL).filter_map(|row| Some(of(row)? * row.fetched as f64));
        seconds.sum::<f64>() / fetched as f64
    };
    let find = mean(|row| row.find_mean_s);
    let by_search = if tables.manifest.kind(system) == Some(SWARM) { [0.0, find] } else { [find, 0.0] };
    let parts = [by_search, [mean(|row| row.wait_mean_s), mean(|row| row.transfer_mean_s)]].concat();
    let [fetched, wishes] = [fetched, wishes].map(|count| grouped(count as f64, 0));
    Some(Bar {
        label: system.to_owned(),
        values: parts.iter().map(|part| duration(*part)).collect(),
        total: format!(
            "{}, finding {} · {fetched} of {wishes}",
            duration(parts.iter().sum()),
            duration(find)
        ),
        parts,
        all_values: false,
    })
}
