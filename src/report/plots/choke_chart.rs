//! One peer's choking, as bars in time: whom it unchoked and why, and who unchoked it.

use std::collections::BTreeMap;

use super::Figure;
use crate::metrics::rows::DecisionRow;
use crate::report::axes::Axis;
use crate::report::bars::draw_key;
use crate::report::canvas::{Align, Canvas, Font, Rect, drawing};
use crate::report::frame::{MARGIN, SMALL, TEXT, WIDTH, Words};
use crate::report::palette::{AXIS, Dash, Fill, GRID, INK, SOFT};
use crate::report::reasons::{UNCHOKE, unchoke};
use crate::report::tables::Tables;
use crate::report::view::ALL;

const CAPTION: &str = "Each row is a neighbour; a bar runs from the unchoke to the choke, and its colour and hatch tell the reason. \
    Above: whom this peer uploaded to, with a tick at each of its decisions; below: who was willing to upload to it. Long \
    regular bars facing each other in both halves are a pair that trades.";

/// Most rows of a half.
const MOST_ROWS: usize = 25;
const ROW: f64 = 36.0;
const BAR: f64 = 26.0;
const HEADING: f64 = 62.0;
const AXIS_ROOM: f64 = 100.0;

/// From an unchoke to what ended it.
#[derive(Clone, Debug, PartialEq)]
pub struct Spell {
    pub from_s: f64,
    pub to_s: f64,
    pub reason: String,
}

/// A neighbour and when it was unchoked, or unchoked the peer.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub label: String,
    pub spells: Vec<Spell>,
}

/// The half above or below.
struct Half {
    heading: String,
    rows: Vec<Row>,
    /// Neighbours beyond the last row.
    hidden: usize,
    ticks: Vec<f64>,
}

pub fn draw(tables: &Tables) -> Option<Figure> {
    let first = tables.first_replicate();
    let system = tables.systems().into_iter().find(|s| tables.decisions.iter().any(|d| d.system == *s))?;
    let rows: Vec<&DecisionRow> =
        tables.decisions.iter().filter(|d| d.system == system && d.replicate == first).collect();
    let peer = chosen(tables, &rows)?;
    let end = leaves_s(tables, &system, peer);
    let by: Vec<&DecisionRow> = rows.iter().copied().filter(|d| d.peer == peer).collect();
    let about: Vec<&DecisionRow> =
        rows.iter().copied().filter(|d| d.neighbour == peer && d.peer != peer).collect();
    let class = |person: u32| class_of(tables, &system, person);
    let mut ticks: Vec<f64> =
        by.iter().filter(|d| d.action != "disconnect").map(|d| d.time_s).filter(|t| *t <= end).collect();
    ticks.dedup();
    let label = |person: u32| format!("{} {person}", class(person));
    let name = label(peer);
    let halves = [
        half(format!("{name} unchokes"), spells(&by, |d| d.neighbour, end), &label, ticks),
        half(format!("unchokes {name}"), spells(&about, |d| d.peer, end), &label, Vec::new()),
    ];
    if halves.iter().all(|half| half.rows.is_empty()) {
        return None;
    }
    let title = format!("Who unchoked whom: {name} in {system}");
    let drawing = paint(&halves, &title, tables.subtitle_first(), end);
    Some(Figure { name: "choke-chart", title, caption: CAPTION, drawing })
}

/// The first person whose decisions were asked for and recorded; without a manifest's word, the one named in most rows.
fn chosen(tables: &Tables, rows: &[&DecisionRow]) -> Option<u32> {
    let named = |person: u32| rows.iter().filter(|d| d.peer == person || d.neighbour == person).count();
    let asked = tables.manifest.decision_peers();
    if let Some(person) = asked.into_iter().find(|person| named(*person) > 0) {
        return Some(person);
    }
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for person in rows.iter().flat_map(|d| [d.peer, d.neighbour]) {
        *counts.entry(person).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(person, count)| (*count, std::cmp::Reverse(*person)))
        .map(|(person, _)| person)
}

fn class_of<'a>(tables: &'a Tables, system: &str, person: u32) -> &'a str {
    let row = tables.peers.iter().find(|p| p.system == system && p.peer == person);
    row.map_or("peer", |p| &p.class)
}

/// When the peer's story ends: when it left, or with the run.
fn leaves_s(tables: &Tables, system: &str, peer: u32) -> f64 {
    let first = tables.first_replicate();
    let row = tables.peers.iter().find(|p| p.system == system && p.replicate == first && p.peer == peer);
    let run_ends = tables.series(system, ALL).map(|s| s.time_s).fold(0.0, f64::max);
    row.and_then(|p| p.left_s).unwrap_or(run_ends)
}

/// The unchoked spells of each counterpart. `keep` ends one reason and begins another; what is still open ends with the story.
pub fn spells(
    rows: &[&DecisionRow],
    other: impl Fn(&DecisionRow) -> u32,
    end: f64,
) -> BTreeMap<u32, Vec<Spell>> {
    let mut open: BTreeMap<u32, Spell> = BTreeMap::new();
    let mut done: BTreeMap<u32, Vec<Spell>> = BTreeMap::new();
    for row in rows {
        let who = other(row);
        if let Some(mut spell) = open.remove(&who) {
            spell.to_s = row.time_s.min(end);
            done.entry(who).or_default().push(spell);
        }
        if row.action == "unchoke" || row.action == "keep" {
            open.insert(who, Spell { from_s: row.time_s, to_s: end, reason: row.reason.clone() });
        }
    }
    for (who, spell) in open {
        done.entry(who).or_default().push(spell);
    }
    for spells in done.values_mut() {
        spells.retain(|spell| spell.from_s < spell.to_s);
    }
    done.retain(|_, spells| !spells.is_empty());
    done
}

fn half(
    heading: String,
    spells: BTreeMap<u32, Vec<Spell>>,
    label: &dyn Fn(u32) -> String,
    ticks: Vec<f64>,
) -> Half {
    let mut rows: Vec<Row> =
        spells.into_iter().map(|(person, spells)| Row { label: label(person), spells }).collect();
    rows.sort_by(|a, b| a.spells[0].from_s.total_cmp(&b.spells[0].from_s));
    let hidden = rows.len().saturating_sub(MOST_ROWS);
    rows.truncate(MOST_ROWS);
    let heading = match hidden {
        0 => heading,
        _ => format!("{heading} (the first {MOST_ROWS} of {} neighbours)", MOST_ROWS + hidden),
    };
    Half { heading, rows, hidden, ticks }
}

fn paint(halves: &[Half; 2], title: &str, subtitle: String, end: f64) -> crate::report::canvas::Drawing {
    let mut notes =
        vec!["Ticks over the upper half: the moments at which the peer decided (rechokes).".to_owned()];
    if halves.iter().any(|half| half.hidden > 0) {
        notes.push("Neighbours are sorted by their first unchoke; later ones are in decisions.csv.".into());
    }
    let words = Words { title: title.to_owned(), subtitle, notes };
    let all: Vec<&Row> = halves.iter().flat_map(|half| &half.rows).collect();
    let used = |name: &str| all.iter().any(|row| row.spells.iter().any(|s| s.reason == name));
    let key: Vec<(&str, Fill)> = UNCHOKE.iter().filter(|(name, _)| used(name)).copied().collect();
    let key_room = 62.0;
    let plot: f64 = halves.iter().map(|half| HEADING + half.rows.len().max(1) as f64 * ROW).sum();
    let height = (words.head() + key_room + plot + AXIS_ROOM + words.foot()).ceil();
    let widest = all.iter().map(|row| Font::plain(SMALL).width(&row.label)).fold(0.0, f64::max).min(320.0);
    drawing(WIDTH, height as u32, title.to_owned(), |canvas| {
        words.write(canvas, height);
        draw_key(canvas, &key, MARGIN, words.head());
        let axis = Axis::time("time since the start", end, 8);
        let left = MARGIN + widest + 16.0;
        let mut top = words.head() + key_room;
        for half in halves {
            let rows = half.rows.len().max(1) as f64 * ROW;
            let frame = Rect::new(left, top + HEADING, f64::from(WIDTH) - MARGIN, top + HEADING + rows);
            paint_half(canvas, half, &axis, &frame);
            top += HEADING + rows;
        }
        let font = Font::plain(TEXT).colour(SOFT);
        for (value, text) in &axis.ticks {
            let x = left + value / axis.max * (f64::from(WIDTH) - MARGIN - left);
            canvas.text(text, (x, top + 24.0), Align::Middle, font);
        }
        let middle = 0.5 * (left + f64::from(WIDTH) - MARGIN);
        canvas.text(&axis.title, (middle, top + 62.0), Align::Middle, Font::plain(TEXT));
    })
}

fn paint_half(canvas: &Canvas, half: &Half, axis: &Axis, frame: &Rect) {
    let heading = Font::bold(30.0);
    canvas.text(
        &heading.fit(&half.heading, f64::from(WIDTH) - 2.0 * MARGIN),
        (MARGIN, frame.top - 36.0),
        Align::Start,
        heading,
    );
    let at = |seconds: f64| frame.left + seconds / axis.max * frame.width();
    for (value, _) in &axis.ticks {
        canvas.line(&[(at(*value), frame.top), (at(*value), frame.bottom)], GRID, 2.0, Dash::Solid);
    }
    for tick in &half.ticks {
        canvas.line(&[(at(*tick), frame.top - 10.0), (at(*tick), frame.top)], INK, 1.25, Dash::Solid);
    }
    let label = Font::plain(SMALL);
    if half.rows.is_empty() {
        let middle = (frame.left + 12.0, 0.5 * (frame.top + frame.bottom));
        canvas.text("nobody", middle, Align::Start, label.colour(SOFT));
    }
    for (k, row) in half.rows.iter().enumerate() {
        let middle = frame.top + (k as f64 + 0.5) * ROW;
        canvas.text(&label.fit(&row.label, 320.0), (frame.left - 12.0, middle), Align::End, label);
        for spell in &row.spells {
            // A very short turn must still be seen.
            let right = at(spell.to_s).max(at(spell.from_s) + 1.5).min(frame.right);
            let bar = Rect::new(at(spell.from_s), middle - 0.5 * BAR, right, middle + 0.5 * BAR);
            unchoke(&spell.reason).paint(canvas, &bar, 8.0);
        }
    }
    canvas.outline(frame, AXIS, 2.0);
}
