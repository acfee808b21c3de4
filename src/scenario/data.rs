//! Data files that a scenario names: small CSV tables of numbers, with the place of what is wrong.

use std::ops::Range;

use super::grammar::similar;
use super::problem::{Problems, Span};

/// After so many bad rows the rest of a file is not worth telling.
const MOST_PROBLEMS: usize = 10;

/// One row of numbers: a value for each wanted column, and where the row stands.
pub struct Row<const N: usize> {
    pub values: [f64; N],
    pub span: Span,
}

/// Which column is wanted: by its heading or by its place.
pub enum Column<'a> {
    At(usize),
    Named(&'a str, Span),
}

/// Reads comma-separated numbers. Empty lines, lines after `#` and a heading are skipped; further
/// columns are ignored. `None` if anything is wrong, which is then reported.
pub fn read<const N: usize>(
    source: usize,
    columns: [Column<'_>; N],
    out: &mut Problems,
) -> Option<Vec<Row<N>>> {
    let text = out.sources[source].text.clone();
    let mut lines = lines(&text).peekable();
    let first = lines.peek().map(|range| cells(&text, range.clone()));
    // A name, that is: what begins like a number and is none has a mistake in it.
    let is_name = |cell: &str| match columns.iter().any(|column| matches!(column, Column::Named(..))) {
        true => cell.parse::<f64>().is_err(),
        false => !cell.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)),
    };
    let heading = first.filter(|cells| is_name(&text[cells[0].clone()]));
    if heading.is_some() {
        lines.next();
    }
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        *place = match column {
            Column::At(place) => place,
            Column::Named(name, span) => find_column(&text, heading.as_deref(), name, span, out)?,
        };
    }
    let before = out.problems.len();
    let mut rows = Vec::new();
    for line in lines {
        match row(&text, source, line, places, out) {
            Some(row) => rows.push(row),
            None if out.problems.len() - before >= MOST_PROBLEMS => return None,
            None => {}
        }
    }
    (out.problems.len() == before).then_some(rows)
}

fn find_column(
    text: &str,
    heading: Option<&[Range<usize>]>,
    name: &str,
    span: Span,
    out: &mut Problems,
) -> Option<usize> {
    let names: Vec<&str> = heading.unwrap_or_default().iter().map(|cell| &text[cell.clone()]).collect();
    let found = names.iter().position(|heading| *heading == name);
    if found.is_none() {
        let hint = match (similar(name, names.iter().copied()), names.is_empty()) {
            (Some(meant), _) => format!("did you mean \"{meant}\"?"),
            (None, false) => format!("its columns are {}", names.join(", ")),
            (None, true) => "the file has no heading line; leave `column` out".to_owned(),
        };
        out.error(span, format!("the file has no column \"{name}\""), hint);
    }
    found
}

fn row<const N: usize>(
    text: &str,
    source: usize,
    line: Range<usize>,
    places: [usize; N],
    out: &mut Problems,
) -> Option<Row<N>> {
    let span = Span { source, start: line.start, end: line.end };
    let cells = cells(text, line);
    let mut values = [0.0; N];
    for (value, place) in values.iter_mut().zip(places) {
        let Some(cell) = cells.get(place) else {
            let message = format!("this row has {} columns; column {} is needed", cells.len(), place + 1);
            out.error(span, message, "columns are separated by commas");
            return None;
        };
        let number = text[cell.clone()].parse::<f64>().ok().filter(|number| number.is_finite());
        let Some(number) = number else {
            let span = Span { source, start: cell.start, end: cell.end };
            out.error(
                span,
                format!("\"{}\" is not a number", &text[cell.clone()]),
                "write a decimal number, such as 12.5",
            );
            return None;
        };
        *value = number;
    }
    Some(Row { values, span })
}

/// The lines that hold something, without their ends.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let from = start;
        start += line.len();
        let content = line.trim();
        let from = from + (line.len() - line.trim_start().len());
        (!content.is_empty() && !content.starts_with('#')).then(|| from..from + content.len())
    })
}

/// The places of a line's cells, without the spaces and quotes around them.
fn cells(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let mut start = line.start;
    let cell = |cell: &str| {
        let around = |c: char| c.is_whitespace() || c == '"';
        let from = start + (cell.len() - cell.trim_start_matches(around).len());
        let inner = cell.trim_matches(around).len();
        start += cell.len() + 1;
        from..from + inner
    };
    text[line].split(',').map(cell).collect()
}
