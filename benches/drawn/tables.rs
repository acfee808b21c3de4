//! What was recorded, as the tables of a Markdown file: each stands between two comments that name it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use unchoke::report::axes::grouped;

use super::Row;

const END: &str = "<!-- end of table -->\n";

/// Writes every table anew in its place in `file`.
pub fn write(file: &Path, figures: &BTreeMap<&str, Vec<&Row>>) {
    let mut text = fs::read_to_string(file).expect("the file with the tables is there");
    for (of, rows) in figures {
        let begin = format!("<!-- growth.csv, by {of} -->\n");
        let (before, rest) = text.split_once(&begin).expect("the table has a place");
        let (_, after) = rest.split_once(END).expect("the place of the table has an end");
        text = [before, &begin, &table(of, rows), END, after].concat();
    }
    fs::write(file, text).expect("the file with the tables can be written");
}

fn table(of: &str, rows: &[&Row]) -> String {
    let mut table = format!(
        "\n| {of} | transfers | microseconds a transfer, twice | events a transfer | KiB a peer | commit |\n|---|---|---|---|---|---|\n"
    );
    for row in rows {
        let second = row.second_run.map_or(String::new(), |second| format!(", {second:.1}"));
        let first = row.microseconds_a_transfer;
        let (at, transfers) = (grouped(row.at, 0), grouped(row.transfers as f64, 0));
        let Row { events_a_transfer: events, kib_a_peer: kib, commit, .. } = row;
        table +=
            &format!("| {at} | {transfers} | {first:.1}{second} | {events:.2} | {kib:.1} | {commit} |\n");
    }
    table + "\n"
}
