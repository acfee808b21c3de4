//! What the centre and what the persons sent and stored.

use super::Figure;
use crate::metrics::rows::{CentralRow, PERSONS};
use crate::report::axes::{Axis, bytes, percent, share};
use crate::report::bars::{Bar, BarChart, Group};
use crate::report::frame::Words;
use crate::report::palette::{BLUE, Fill, Hatch, PAPER, VERMILLION};
use crate::report::tables::Tables;

const SENT: &str = "What was sent in the mean run, split into what the central parts sent (files, metainfo files, answers) and what \
    persons sent to each other. Whoever sends the bytes pays for them: a long part for the centre is the operator's bill, a \
    long part for persons is shared out among the users.";

const STORED: &str = "The most that was kept at any sample of the mean run: by the central parts (files, or lists of them), and by the \
    persons online for each other. A centre that keeps lists only is small beside what it opens up.";

const KEY: [(&str, Fill); 2] = [
    ("central parts", Fill::new(VERMILLION, Hatch::Plain, PAPER)),
    ("persons", Fill::new(BLUE, Hatch::Falling, PAPER)),
];

pub fn sent(tables: &Tables) -> Option<Figure> {
    draw(tables, ("bytes-served", "Who sent the bytes"), "sent in a run", |row| row.sent_bytes, SENT)
}

pub fn stored(tables: &Tables) -> Option<Figure> {
    let what = "kept, at the most, in a run";
    draw(tables, ("bytes-stored", "Who kept the bytes"), what, |row| row.stored_most_bytes, STORED)
}

fn draw(
    tables: &Tables,
    (name, title): (&'static str, &str),
    what: &str,
    of: fn(&CentralRow) -> u64,
    caption: &'static str,
) -> Option<Figure> {
    let bars: Vec<Bar> = tables.systems().iter().map(|system| bar(tables, system, of)).collect();
    let top = bars.iter().map(|bar| bar.parts.iter().sum()).fold(0.0, f64::max);
    if top == 0.0 {
        return None;
    }
    let chart = BarChart {
        words: Words { title: title.into(), subtitle: tables.subtitle_pooled(), notes: Vec::new() },
        axis: Axis::bytes(what, top, 6),
        key: KEY.to_vec(),
        groups: vec![Group { heading: String::new(), bars }],
    };
    Some(Figure { name, title: title.into(), caption, drawing: chart.draw() })
}

/// Means over the runs.
fn bar(tables: &Tables, system: &str, of: fn(&CentralRow) -> u64) -> Bar {
    let runs = tables.runs_of(system).max(1) as f64;
    let sum = |persons: bool| -> f64 {
        let own = |row: &&CentralRow| row.system == system && (row.part == PERSONS) == persons;
        tables.central.iter().filter(own).map(of).sum::<u64>() as f64 / runs
    };
    let parts = vec![sum(false), sum(true)];
    let whole: f64 = parts.iter().sum();
    let amount =
        if parts[0] > 0.0 && parts[1] > 0.0 { format!(" ({})", bytes(parts[0])) } else { String::new() };
    let total = format!("{}, centre {}{amount}", bytes(whole), percent(share(parts[0], whole)));
    let values = parts.iter().map(|part| bytes(*part)).collect();
    Bar { label: system.to_owned(), parts, values, total, all_values: false }
}
