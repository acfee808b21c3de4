//! A message sequence chart of a very small swarm: life lines and arrows, in the order of sending.

use super::Figure;
use crate::metrics::rows::MessageRow;
use crate::report::canvas::{Align, Canvas, Font, Rect, drawing};
use crate::report::frame::{MARGIN, SMALL, TEXT, WIDTH, Words};
use crate::report::palette::{AXIS, BLUE, Dash, GRID, INK, PAPER, SOFT};
use crate::report::tables::Tables;

const CAPTION: &str = "Time runs downwards, one row a message, each arrow from its sender to its receiver at the moment of sending; \
    the distance between rows says nothing, the seconds at the left do. The whole list is below and in messages.csv.";

/// More life lines than this are no picture.
const MOST_PARTIES: usize = 6;
const MOST_MESSAGES: usize = 40;
const ROW: f64 = 44.0;
const TIME_ROOM: f64 = 170.0;

pub fn draw(tables: &Tables) -> Option<Figure> {
    let messages = first_messages(tables);
    let parties = parties(&messages);
    if messages.is_empty() || parties.len() > MOST_PARTIES {
        return None;
    }
    let shown = &messages[..messages.len().min(MOST_MESSAGES)];
    let title = format!("Who said what to whom: {}", shown[0].system);
    let note = match messages.len() {
        all if all > shown.len() => format!("The first {} of {all} messages.", shown.len()),
        all => format!("All {all} messages."),
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

/// Central parts at the left, then peers as they appear.
fn parties<'a>(messages: &[&'a MessageRow]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for name in messages.iter().flat_map(|m| [m.from.as_str(), m.to.as_str()]) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.sort_by_key(|name| match *name {
        "web server" => 0,
        "tracker" => 1,
        _ => 2,
    });
    names
}

fn paint(canvas: &Canvas, messages: &[&MessageRow], parties: &[&str], top: f64) {
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
    for (k, message) in messages.iter().enumerate() {
        let y = rows_top + (k as f64 + 0.5) * ROW;
        if k > 0 {
            canvas.line(&[(MARGIN, y - 0.5 * ROW), (left - 22.0, y - 0.5 * ROW)], GRID, 1.0, Dash::Solid);
        }
        let time = format!("{:.3}", message.time_s);
        canvas.text(&time, (left - 30.0, y), Align::End, Font::plain(SMALL).colour(SOFT));
        arrow(canvas, (x(&message.from), x(&message.to)), y + 14.0, &message.message, parties.len());
    }
}

/// An arrow between two life lines with its words above it.
fn arrow(canvas: &Canvas, (from, to): (f64, f64), y: f64, words: &str, parties: usize) {
    let head = if to < from { -16.0 } else { 16.0 };
    canvas.line(&[(from, y), (to - head, y)], BLUE, 3.0, Dash::Solid);
    canvas.polygon(&[(to, y), (to - head, y - 8.0), (to - head, y + 8.0)], BLUE);
    let font = Font::plain(if parties > 4 { 20.0 } else { SMALL }).colour(INK);
    let room = (to - from).abs() - 20.0;
    let words = font.fit(words, room);
    let (middle, half) = (0.5 * (from + to), 0.5 * font.width(&words) + 6.0);
    canvas.fill(&Rect::new(middle - half, y - 29.0, middle + half, y - 4.0), PAPER);
    canvas.text(&words, (middle, y - 17.0), Align::Middle, font);
}
