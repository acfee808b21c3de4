//! A message sequence chart of a very small swarm: life lines and arrows, in the order of sending.

use super::Figure;
use crate::metrics::rows::MessageRow;
use crate::report::canvas::{Align, Canvas, Font, Rect, drawing};
use crate::report::frame::{MARGIN, SMALL, TEXT, WIDTH, Words};
use crate::report::palette::{AXIS, BLUE, Dash, GRID, PAPER, SOFT};
use crate::report::tables::Tables;

const CAPTION: &str = "Time runs downwards, one row a message, each arrow from its sender to its receiver at the moment of sending, but for \
    pieces and HAVEs, which stand where they arrive; the distance between rows says nothing, the seconds at the left do. The whole list is below and in messages.csv.";

/// More life lines than this are no picture.
const MOST_PARTIES: usize = 6;
const MOST_MESSAGES: usize = 40;
const ROW: f64 = 44.0;
const TIME_ROOM: f64 = 170.0;

pub fn draw(tables: &Tables) -> Option<Figure> {
    let messages = merged(&first_messages(tables));
    let parties = parties(&messages);
    if messages.is_empty() || parties.len() > MOST_PARTIES {
        return None;
    }
    let shown = &messages[..messages.len().min(MOST_MESSAGES)];
    let title = format!("Who said what to whom: {}", tables.messages[0].system);
    let all = first_messages(tables).len();
    let drawn: usize = shown.iter().map(|m| m.count).sum();
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

/// Messages of one moment between the same two that differ in their last number only (`request piece 3 block 0`, `1`, ..)
/// become one arrow.
fn merged<'a>(messages: &[&'a MessageRow]) -> Vec<Arrow<'a>> {
    let numbered =
        |message: &'a str| message.rsplit_once(' ').filter(|(_, last)| last.parse::<u32>().is_ok());
    let mut arrows: Vec<Arrow> = Vec::new();
    let mut begun: Option<(&MessageRow, &str)> = None;
    for message in messages {
        if let (Some((first, stem)), Some((other, last)), Some(arrow)) =
            (begun, numbered(&message.message), arrows.last_mut())
            && (first.time_s, &first.from, &first.to, stem)
                == (message.time_s, &message.from, &message.to, other)
        {
            let (_, from) = numbered(&first.message).unwrap_or((stem, ""));
            arrow.words = format!("{stem} {from}–{last}");
            arrow.count += 1;
            continue;
        }
        begun = numbered(&message.message).map(|(stem, _)| (*message, stem));
        let words = message.message.clone();
        arrows.push(Arrow { time_s: message.time_s, from: &message.from, to: &message.to, words, count: 1 });
    }
    arrows
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

fn paint(canvas: &Canvas, messages: &[Arrow], parties: &[&str], top: f64) {
    let left = MARGIN + TIME_ROOM;
    let column = (f64::from(WIDTH) - MARGIN - left) / parties.len() as f64;
    let x = |name: &str| {
        let place = parties.iter().position(|party| *party == name).expect("every party has a line");
        left + (place as f64 + 0.5) * column
    };
    let rows_top = top + 72.0;
    let bottom = rows_top + messages.len() as f64 * ROW + 14.0;
    canvas.text("time (s)", (left - 30.0, top + 28.0), Align::End, Font::plain(TEXT).colour(SOFT));
    for party in parties {
        let font = Font::bold(TEXT);
        let name = font.fit(party, column - 34.0);
        let half = 0.5 * font.width(&name) + 14.0;
        canvas.line(&[(x(party), top + 52.0), (x(party), bottom)], AXIS, 2.5, Dash::Solid);
        canvas.outline(&Rect::new(x(party) - half, top + 4.0, x(party) + half, top + 52.0), AXIS, 2.5);
        canvas.text(&name, (x(party), top + 28.0), Align::Middle, font);
    }
    let widest = messages.iter().map(|m| Font::plain(SMALL).width(&m.words)).fold(0.0, f64::max);
    let font = Font::plain(if widest > column + 30.0 { 20.0 } else { SMALL });
    for (k, message) in messages.iter().enumerate() {
        let y = rows_top + (k as f64 + 0.5) * ROW;
        if k > 0 {
            canvas.line(&[(MARGIN, y - 0.5 * ROW), (left - 22.0, y - 0.5 * ROW)], GRID, 1.0, Dash::Solid);
        }
        let time = format!("{:.3}", message.time_s);
        canvas.text(&time, (left - 30.0, y), Align::End, Font::plain(SMALL).colour(SOFT));
        arrow(canvas, (x(message.from), x(message.to)), y + 14.0, &message.words, font);
    }
}

/// An arrow between two life lines with its words above it.
fn arrow(canvas: &Canvas, (from, to): (f64, f64), y: f64, words: &str, font: Font) {
    let head = if to < from { -16.0 } else { 16.0 };
    canvas.line(&[(from, y), (to - head, y)], BLUE, 3.0, Dash::Solid);
    canvas.polygon(&[(to, y), (to - head, y - 8.0), (to - head, y + 8.0)], BLUE);
    // Words may stand a little over the life lines.
    let room = (to - from).abs() + 30.0;
    let words = font.fit(words, room);
    let (middle, half) = (0.5 * (from + to), 0.5 * font.width(&words) + 6.0);
    canvas.fill(&Rect::new(middle - half, y - 29.0, middle + half, y - 4.0), PAPER);
    canvas.text(&words, (middle, y - 17.0), Align::Middle, font);
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
            row(2.0, "request piece 3 block 0"),
            row(2.5, "request piece 3 block 1"),
        ];
        let arrows = merged(&rows.iter().collect::<Vec<_>>());
        let words: Vec<(&str, usize)> = arrows.iter().map(|a| (a.words.as_str(), a.count)).collect();
        let expected = [
            ("interested", 1),
            ("request piece 0 block 0–2", 3),
            ("request piece 3 block 0", 1),
            ("request piece 3 block 1", 1),
        ];
        assert_eq!(words, expected);
    }
}
