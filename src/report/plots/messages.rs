//! A message sequence chart of a very small swarm: life lines and arrows, in the order of sending.

use super::Figure;
use crate::metrics::rows::MessageRow;
use crate::report::canvas::{Align, Canvas, Font, Rect, drawing};
use crate::report::frame::{MARGIN, SMALL, TEXT, WIDTH, Words};
use crate::report::palette::{AXIS, BLUE, Dash, GRID, PAPER, SOFT};
use crate::report::tables::Tables;

const CAPTION: &str = "Time runs downwards, one row a message, each arrow from its sender to its receiver at the moment of sending, but for \
    pieces, HAVEs, the metainfo file and the tracker's answer, which stand where they arrive, and handshakes and bitfields, which stand where the \
    connection is there; the distance between rows says nothing, the seconds at the left do. 2:0–3 are the blocks 0 to 3 of piece 2, and of many blocks in a row the first \
    are drawn. The whole list is below and in messages.csv.";

/// More life lines than this are no picture.
const MOST_PARTIES: usize = 6;
const MOST_ROWS: usize = 66;
/// So many of a run of blocks and requests are drawn.
const FIRST_OF_MANY: usize = 4;
const ROW: f64 = 36.0;
const TIME_ROOM: f64 = 170.0;

pub fn draw(tables: &Tables) -> Option<Figure> {
    let messages = merged(&first_messages(tables));
    let parties = parties(&messages);
    if messages.is_empty() || parties.len() > MOST_PARTIES {
        return None;
    }
    let rows = rows(&messages);
    let shown = &rows[..rows.len().min(MOST_ROWS)];
    let title = format!("Who said what to whom: {}", tables.messages[0].system);
    let all = first_messages(tables).len();
    let drawn: usize = shown.iter().map(Row::count).sum();
    let note = if drawn < all {
        format!("The first {drawn} of {all} messages.")
    } else {
        format!("All {all} messages.")
    };
    let words = Words { title: title.clone(), subtitle: tables.subtitle_first(), notes: vec![note] };
    let height = (words.head() + 90.0 + shown.len() as f64 * ROW + 20.0 + words.foot()).ceil();
    let drawing = drawing(WIDTH, height as u32, title.clone(), |canvas| {
        words.write(canvas, height);
        paint(canvas, shown, &parties, words.head());
    });
    Some(Figure { name: "messages", title, caption: CAPTION, drawing })
}

/// The messages of the first system and replicate that recorded any.
pub fn first_messages(tables: &Tables) -> Vec<&MessageRow> {
    let Some(first) = tables.messages.first() else { return Vec::new() };
    tables.messages.iter().filter(|m| m.system == first.system && m.replicate == first.replicate).collect()
}

/// One arrow: a message, or several alike that were sent together.
#[derive(Clone, Debug, PartialEq)]
struct Arrow<'a> {
    time_s: f64,
    from: &'a str,
    to: &'a str,
    words: String,
    count: usize,
}

impl Arrow<'_> {
    /// A block, or a request for some: a transfer is hundreds of them.
    fn is_routine(&self) -> bool {
        let words = self.words.strip_prefix("request ").unwrap_or(&self.words);
        words.starts_with("piece ")
    }

    /// `request piece 2 block 0–3` in short, so that it fits between two life lines: `request 2:0–3`.
    fn label(&self) -> String {
        let words = self.words.replace(" block ", ":");
        words.replace("request piece ", "request ").replace("cancel piece ", "cancel ")
    }
}

/// What stands on a line of its own.
#[derive(Clone, Debug, PartialEq)]
enum Row<'a> {
    Message(Arrow<'a>),
    /// So many further blocks and requests.
    More(usize),
}

impl Row<'_> {
    fn count(&self) -> usize {
        match self {
            Row::Message(arrow) => arrow.count,
            Row::More(count) => *count,
        }
    }
}

/// The arrows in their order; of many blocks and requests in a row the first, and how many more there are.
fn rows<'a>(arrows: &[Arrow<'a>]) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    for run in arrows.chunk_by(|a, b| a.is_routine() && b.is_routine()) {
        // One left out would save no row.
        let shown = if run.len() > FIRST_OF_MANY + 1 { FIRST_OF_MANY } else { run.len() };
        rows.extend(run[..shown].iter().cloned().map(Row::Message));
        if shown < run.len() {
            rows.push(Row::More(run[shown..].iter().map(|arrow| arrow.count).sum()));
        }
    }
    rows
}

/// Messages of one moment between the same two whose last number alone counts on (`request piece 3 block 0`, `1`, ..) become one arrow.
fn merged<'a>(messages: &[&'a MessageRow]) -> Vec<Arrow<'a>> {
    let numbered = |message: &'a str| {
        let (stem, number) = message.rsplit_once(' ')?;
        Some((stem, number.parse::<u32>().ok()?))
    };
    let are_alike = |a: &MessageRow, b: &MessageRow| (a.time_s, &a.from, &a.to) == (b.time_s, &b.from, &b.to);
    let runs = messages.chunk_by(|a, b| match (numbered(&a.message), numbered(&b.message)) {
        (Some((stem, number)), Some((other, next))) => {
            are_alike(a, b) && stem == other && number.checked_add(1) == Some(next)
        }
        _ => false,
    });
    let arrow = |run: &[&'a MessageRow]| {
        let (first, last) = (run[0], run[run.len() - 1]);
        let words = match numbered(&last.message).filter(|_| run.len() > 1) {
            Some((_, last)) => format!("{}–{last}", first.message),
            None => first.message.clone(),
        };
        Arrow { time_s: first.time_s, from: &first.from, to: &first.to, words, count: run.len() }
    };
    runs.map(arrow).collect()
}

/// Central parts at the left, then peers as they appear.
fn parties<'a>(messages: &[Arrow<'a>]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for name in messages.iter().flat_map(|m| [m.from, m.to]) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // A person's name ends in its number.
    let number = |name: &str| name.rsplit(' ').next().and_then(|n| n.parse::<u32>().ok()).unwrap_or(u32::MAX);
    names.sort_by_key(|name| match *name {
        "web server" => (0, 0),
        "tracker" => (1, 0),
        person => (2, number(person)),
    });
    names
}

fn paint(canvas: &Canvas, rows: &[Row], parties: &[&str], top: f64) {
    let left = MARGIN + TIME_ROOM;
    let column = (f64::from(WIDTH) - MARGIN - left) / parties.len() as f64;
    let x = |name: &str| {
        let place = parties.iter().position(|party| *party == name).expect("every party has a line");
        left + (place as f64 + 0.5) * column
    };
    let rows_top = top + 72.0;
    let bottom = rows_top + rows.len() as f64 * ROW + 14.0;
    canvas.text("time (s)", (left - 30.0, top + 28.0), Align::End, Font::plain(TEXT).colour(SOFT));
    for party in parties {
        let font = Font::bold(TEXT);
        let name = font.fit(party, column - 34.0);
        let half = 0.5 * font.width(&name) + 14.0;
        canvas.line(&[(x(party), top + 52.0), (x(party), bottom)], AXIS, 2.5, Dash::Solid);
        canvas.outline(&Rect::new(x(party) - half, top + 4.0, x(party) + half, top + 52.0), AXIS, 2.5);
        canvas.text(&name, (x(party), top + 28.0), Align::Middle, font);
    }
    for (k, row) in rows.iter().enumerate() {
        let y = rows_top + (k as f64 + 0.5) * ROW;
        if k > 0 {
            canvas.line(&[(MARGIN, y - 0.5 * ROW), (left - 22.0, y - 0.5 * ROW)], GRID, 1.0, Dash::Solid);
        }
        let font = Font::plain(SMALL);
        match row {
            Row::Message(message) => {
                let time = format!("{:.3}", message.time_s);
                canvas.text(&time, (left - 30.0, y), Align::End, font.colour(SOFT));
                arrow(canvas, (x(message.from), x(message.to)), y + 12.0, &message.label(), column);
            }
            Row::More(count) => {
                let words = format!("… {count} more blocks and requests");
                let middle = 0.5 * (left + f64::from(WIDTH) - MARGIN);
                over(canvas, &words, (middle, y), font.colour(SOFT));
            }
        }
    }
}

/// An arrow between two life lines, with its words beside the sender's, so that they stand across no third.
fn arrow(canvas: &Canvas, (from, to): (f64, f64), y: f64, words: &str, column: f64) {
    let ahead = (to - from).signum();
    let room = column - 8.0;
    let font = Font::plain(if Font::plain(SMALL).width(words) > room { 20.0 } else { SMALL });
    over(canvas, &font.fit(words, room), (from + 0.5 * ahead * column, y - 15.0), font);
    let head = 16.0 * ahead;
    canvas.line(&[(from, y), (to - head, y)], BLUE, 3.0, Dash::Solid);
    canvas.polygon(&[(to, y), (to - head, y - 8.0), (to - head, y + 8.0)], BLUE);
}

/// Words on a patch of paper, over whatever runs behind them.
fn over(canvas: &Canvas, words: &str, (x, y): (f64, f64), font: Font) {
    let half = 0.5 * font.width(words) + 6.0;
    canvas.fill(&Rect::new(x - half, y - 12.0, x + half, y + 12.0), PAPER);
    canvas.text(words, (x, y), Align::Middle, font);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_sent_together_are_one_arrow() {
        let row = |time_s: f64, message: &str| {
            let (from, to) = ("A 1".into(), "C 0".into());
            MessageRow { time_s, from, to, message: message.into(), ..MessageRow::default() }
        };
        let rows = [
            row(1.0, "interested"),
            row(2.0, "request piece 0 block 0"),
            row(2.0, "request piece 0 block 1"),
            row(2.0, "request piece 0 block 2"),
            row(2.0, "request piece 0 block 1"),
            row(2.0, "request piece 3 block 0"),
            row(2.5, "request piece 3 block 1"),
        ];
        let arrows = merged(&rows.iter().collect::<Vec<_>>());
        let words: Vec<(&str, usize)> = arrows.iter().map(|a| (a.words.as_str(), a.count)).collect();
        let expected = [
            ("interested", 1),
            ("request piece 0 block 0–2", 3),
            ("request piece 0 block 1", 1),
            ("request piece 3 block 0", 1),
            ("request piece 3 block 1", 1),
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn of_many_blocks_in_a_row_the_first_are_drawn() {
        let arrow =
            |words: &str| Arrow { time_s: 1.0, from: "A 1", to: "C 0", words: words.into(), count: 1 };
        let requests = Arrow { count: 4, ..arrow("request piece 2 block 0–3") };
        let blocks = (0..6).map(|block| arrow(&format!("piece 2 block {block}")));
        let arrows: Vec<Arrow> = [arrow("unchoke (seed)"), requests]
            .into_iter()
            .chain(blocks)
            .chain([arrow("have piece 2")])
            .collect();
        let rows = rows(&arrows);
        let words: Vec<String> = rows
            .iter()
            .map(|row| match row {
                Row::Message(arrow) => arrow.label(),
                Row::More(count) => format!("{count} more"),
            })
            .collect();
        let expected = [
            "unchoke (seed)",
            "request 2:0–3",
            "piece 2:0",
            "piece 2:1",
            "piece 2:2",
            "3 more",
            "have piece 2",
        ];
        assert_eq!(words, expected);
        assert_eq!(rows.iter().map(Row::count).sum::<usize>(), 12, "every message counts");
    }
}
