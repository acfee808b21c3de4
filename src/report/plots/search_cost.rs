//! What a search costs: messages, and their bytes.

use super::Figure;
use crate::metrics::rows::SummaryRow;
use crate::report::axes::{Axis, bytes, grouped};
use crate::report::bars::{Bar, BarChart, Group};
use crate::report::frame::Words;
use crate::report::palette::{Fill, Hatch, INK, ORANGE};
use crate::report::tables::Tables;
use crate::report::view::ALL;

const CAPTION: &str = "Messages that one search caused on average, each copy of a flooded query and each answer counted, and beside \
    the bar the bytes of all of them. An index answers the asker alone, a message a result; a flood asks everybody in reach.";

pub fn draw(tables: &Tables) -> Option<Figure> {
    let bars: Vec<Bar> = tables.systems().iter().filter_map(|system| bar(tables, system)).collect();
    let top = bars.iter().map(|bar| bar.parts[0]).fold(0.0, f64::max);
    if top == 0.0 {
        return None;
    }
    let chart = BarChart {
        words: Words {
            title: "What a search costs".into(),
            subtitle: tables.subtitle_pooled(),
            notes: tables.after_warm_up().into_iter().collect(),
        },
        axis: Axis::new("messages a search".into(), top, 1.0, 6, false),
        key: vec![("messages", Fill::new(ORANGE, Hatch::Plain, INK))],
        groups: vec![Group { heading: String::new(), bars }],
    };
    let title = chart.words.title.clone();
    Some(Figure { name: "search-cost", title, caption: CAPTION, drawing: chart.draw() })
}

/// Means over the searches of all runs; none where nothing was searched for.
fn bar(tables: &Tables, system: &str) -> Option<Bar> {
    let searches: u64 = tables.summary_of(system, ALL).map(|row| row.searches).sum();
    let mean = |of: fn(&SummaryRow) -> Option<f64>| {
        let sums = tables.summary_of(system, ALL).filter_map(|row| Some(of(row)? * row.searches as f64));
        sums.sum::<f64>() / searches as f64
    };
    (searches > 0).then(|| {
        let messages = mean(|row| row.messages_per_search);
        let decimals = if messages < 100.0 { 1 } else { 0 };
        let total = format!(
            "{} messages, {}",
            grouped(messages, decimals),
            bytes(mean(|row| row.message_bytes_per_search))
        );
        Bar {
            label: system.to_owned(),
            parts: vec![messages],
            values: vec![String::new()],
            total,
            all_values: false,
        }
    })
}
