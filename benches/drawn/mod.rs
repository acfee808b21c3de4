//! The recorded costs as figures, in the style of all others, and as the tables of `benches/README.md`.

mod tables;

use std::collections::BTreeMap;
use std::path::Path;

use unchoke::report::chart::Chart;
use unchoke::report::write_figure;
use unchoke::units::portable;
use unchoke::validation::figures::{Curve, Kind, linear, logarithmic, panel, words};

/// A row of `growth.csv`.
#[derive(serde::Deserialize)]
struct Row {
    /// What grows: `peers`, `pieces` or `degree`; and how far.
    of: String,
    at: f64,
    microseconds_a_transfer: f64,
    second_run: Option<f64>,
    events_a_transfer: f64,
    kib_a_peer: f64,
    peers: f64,
    transfers: u64,
    commit: String,
}

impl Row {
    /// The mean of what was measured.
    fn microseconds(&self) -> f64 {
        let first = self.microseconds_a_transfer;
        (first + self.second_run.unwrap_or(first)) / 2.0
    }
}

/// A row of `random-access.csv`.
#[derive(serde::Deserialize)]
struct Access {
    mib: f64,
    ns_asked_for_ahead: f64,
    ns_dependent: f64,
}

/// Random words for which the machine's own curves are drawn: so many that are asked for ahead, and so many each of which only the last tells.
const AHEAD: f64 = 100.0;
const IN_TURN: f64 = 20.0;

pub fn draw() {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    let rows: Vec<Row> = read(&benches.join("growth.csv"));
    let access: Vec<Access> = read(&benches.join("random-access.csv"));
    let mut figures: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    rows.iter().for_each(|row| figures.entry(&row.of).or_default().push(row));
    tables::write(&benches.join("README.md"), &figures);
    for (of, rows) in figures {
        let names = write_figure(&benches, &format!("growth-{of}"), &chart(of, &rows, &access).draw());
        println!("{}", names.expect("the folder of the benches can be written").join(" "));
    }
}

fn read<T: serde::de::DeserializeOwned>(file: &Path) -> Vec<T> {
    let mut reader = csv::Reader::from_path(file).expect("what was recorded is there");
    reader.deserialize().map(|row| row.expect("a row of the record")).collect()
}

fn chart(of: &str, rows: &[&Row], access: &[Access]) -> Chart {
    let line = |label: &str, points| Curve { label: label.to_owned(), kind: Kind::Line(points) };
    let measured = |value: fn(&Row) -> f64| rows.iter().map(|row| (row.at, value(row))).collect::<Vec<_>>();
    let machine = |words: f64, cost: fn(&Access) -> f64| {
        let mib = |row: &Row| row.peers * row.kib_a_peer / 1024.0;
        let points = rows.iter().map(|row| (row.at, words * between(access, mib(row), cost) / 1e3));
        points.collect::<Vec<_>>()
    };
    let microseconds = vec![
        line("measured", measured(Row::microseconds)),
        line("100 at once", machine(AHEAD, |access| access.ns_asked_for_ahead)),
        line("20 in turn", machine(IN_TURN, |access| access.ns_dependent)),
    ];
    let panels = vec![
        panel("microseconds a transfer", microseconds),
        panel("events a transfer", vec![line("events", measured(|row| row.events_a_transfer))]),
        panel("memory, KiB a peer", vec![line("memory", measured(|row| row.kib_a_peer))]),
    ];
    let drawn = panels.iter().flat_map(|panel| &panel.series).flat_map(|series| &series.points);
    let top = drawn.map(|&(_, y)| y).fold(0.0, f64::max);
    let subtitle = "piece by piece; 20 in turn, 100 at once: looks and updates of random words in as much memory, same machine";
    Chart {
        words: words(&format!("What a transfer costs, by {of}"), subtitle),
        x: logarithmic(of, rows[0].at, rows[rows.len() - 1].at),
        y: linear("as the headings say", top),
        panels,
    }
}

/// The machine's cost at so much memory: straight between what was measured, over the logarithm of memory.
fn between(access: &[Access], mib: f64, cost: fn(&Access) -> f64) -> f64 {
    let above = access.partition_point(|row| row.mib < mib).clamp(1, access.len() - 1);
    let (low, high) = (&access[above - 1], &access[above]);
    let part = (portable::ln(mib / low.mib) / portable::ln(high.mib / low.mib)).clamp(0.0, 1.0);
    cost(low) + part * (cost(high) - cost(low))
}
