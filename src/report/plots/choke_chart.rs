//! One peer's choking, as bars in time: whom it unchoked and why, and who unchoked it.

use std::collections::BTreeMap;

use super::Figure;
use crate::metrics::rows::DecisionRow;
use crate::report::axes::{Axis, duration};
use crate::report::bars::draw_key;
use crate::report::canvas::{Align, Canvas, Drawing, Font, Rect, drawing};
use crate::report::frame::{MARGIN, SMALL, TEXT, WIDTH, Words};
use crate::report::palette::{AXIS, Dash, Fill, GRID, INK, SOFT};
use crate::report::reasons::{UNCHOKE, unchoke};
use crate::report::tables::Tables;
use crate::report::view::ALL;

const CAPTION: &str = "Each row is a neighbour; a bar runs from the unchoke to the choke, and its colour and hatch tell the reason. \
    Above: whom this peer was willing to upload to, with a tick at each rechoke; below: who was willing to upload to it, the \
    same neighbours in the same rows. Long regular bars in both halves are a pair that trades; thin grey means unchoked \
    but not interested.";

/// Most neighbours: with more the picture is too tall for a projector.
const MOST_ROWS: usize = 16;
const ROW: f64 = 30.0;
const BAR: f64 = 22.0;
const HEADING: f64 = 84.0;
const AXIS_ROOM: f64 = 100.0;
const KEY: f64 = 44.0;
/// Most room for a neighbour's name.
const LABEL: f64 = 320.0;
/// The reason of turns that cost no slot and move no bytes: drawn thin.
const UNINTERESTED: &str = "uninterested";

/// From an unchoke to what ended it.
#[derive(Clone, Debug, PartialEq)]
pub struct Spell {
    pub from_s: f64,
    pub to_s: f64,
    pub reason: String,
}

/// The half above or below: whom the peer unchoked, or who unchoked it, by neighbour.
struct Half {
    heading: String,
    spells: BTreeMap<u32, Vec<Spell>>,
    ticks: Vec<f64>,
}

/// What is drawn: the same neighbours in both halves, in the same order.
struct Story {
    halves: [Half; 2],
    neighbours: Vec<u32>,
    labels: Vec<String>,
    end_s: f64,
}

pub fn draw(tables: &Tables) -> Option<Figure> {
    let first = tables.first_replicate();
    let system = tables.systems().into_iter().find(|s| tables.decisions.iter().any(|d| d.system == *s))?;
    let rows: Vec<&DecisionRow> =
        tables.decisions.iter().filter(|d| d.system == system && d.replicate == first).collect();
    let peer = chosen(tables, &rows)?;
    let end = leaves_s(tables, &system, peer);
    let class = |person: u32| class_of(tables, &system, person);
    let name = format!("{} {peer}", class(peer));
    let period = tables.manifest.rechoke_every_s(&system, class(peer));
    let by: Vec<&DecisionRow> = rows.iter().copied().filter(|d| d.peer == peer).collect();
    let ticks = period.map_or_else(Vec::new, |period| rechokes(&by, period, end));
    let [spells_by, spells_about] = [Side::Gives, Side::Receives].map(|side| spells(&rows, peer, side, end));
    let (neighbours, all) = chosen_neighbours(&[&spells_by, &spells_about]);
    if neighbours.is_empty() {
        return None;
    }
    let mut notes = Vec::new();
    if let (Some(period), false) = (period, ticks.is_empty()) {
        notes.push(format!("Ticks above: the rechokes of {name}, one every {}.", duration(period)));
    }
    if neighbours.len() < all {
        notes.push(format!(
            "The {} of {all} neighbours with the longest turns, in the order of their first; all are in decisions.csv.",
            neighbours.len()
        ));
    }
    let story = Story {
        labels: neighbours.iter().map(|person| format!("{} {person}", class(*person))).collect(),
        halves: [
            Half { heading: format!("{name} unchokes"), spells: spells_by, ticks },
            Half { heading: format!("{name} is unchoked by"), spells: spells_about, ticks: Vec::new() },
        ],
        neighbours,
        end_s: end,
    };
    let words = Words {
        title: format!("Who unchoked whom: {name} in {system}"),
        subtitle: tables.subtitle_first(),
        notes,
    };
    let title = words.title.clone();
    Some(Figure { name: "choke-chart", title, caption: CAPTION, drawing: paint(&story, &words) })
}

/// The neighbours to show, by their first turn, and how many there are. Turns that move no bytes do not count.
fn chosen_neighbours(halves: &[&BTreeMap<u32, Vec<Spell>>; 2]) -> (Vec<u32>, usize) {
    let mut totals: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
    for (person, spell) in
        halves.iter().flat_map(|half| half.iter()).flat_map(|(p, all)| all.iter().map(move |s| (p, s)))
    {
        let (total, first) = totals.entry(*person).or_insert((0.0, f64::INFINITY));
        if spell.reason != UNINTERESTED {
            *total += spell.to_s - spell.from_s;
        }
        *first = first.min(spell.from_s);
    }
    let all = totals.len();
    let mut rows: Vec<(u32, (f64, f64))> = totals.into_iter().collect();
    rows.sort_by(|a, b| b.1.0.total_cmp(&a.1.0));
    rows.truncate(MOST_ROWS);
    rows.sort_by(|a, b| a.1.1.total_cmp(&b.1.1));
    (rows.into_iter().map(|(person, _)| person).collect(), all)
}

/// The moments of regular rechokes up to `end`: decisions fall at other moments too (a neighbour comes, goes or changes its
/// interest), so the phase is the one that most decisions share.
pub fn rechokes(by: &[&DecisionRow], period: f64, end: f64) -> Vec<f64> {
    let mut moments: Vec<f64> = by.iter().map(|d| d.time_s).collect();
    moments.dedup();
    let mut phases: BTreeMap<u64, usize> = BTreeMap::new();
    for moment in &moments {
        *phases.entry(((moment % period) * 1000.0).round() as u64).or_default() += 1;
    }
    let Some((phase, _)) =
        phases.into_iter().max_by_key(|(phase, count)| (*count, std::cmp::Reverse(*phase)))
    else {
        return Vec::new();
    };
    let (phase, first) = (phase as f64 / 1000.0, moments[0]);
    let rounds = (0u32..).map(|k| phase + f64::from(k) * period);
    rounds.skip_while(|t| *t < first - 1e-3).take_while(|t| *t <= end).collect()
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

/// Whose unchokes: the peer's own, or its neighbours' of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Gives,
    Receives,
}

/// The peer's unchoked spells with each neighbour. `keep` ends one reason and begins another; a disconnect ends both sides' spells,
/// whoever hung up and so has the row; what is still open ends with the story.
pub fn spells(rows: &[&DecisionRow], peer: u32, side: Side, end: f64) -> BTreeMap<u32, Vec<Spell>> {
    let mut open: BTreeMap<u32, Spell> = BTreeMap::new();
    let mut done: BTreeMap<u32, Vec<Spell>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.peer == peer || row.neighbour == peer) {
        let (decides, who) =
            if row.peer == peer { (Side::Gives, row.neighbour) } else { (Side::Receives, row.peer) };
        if decides != side && row.action != "disconnect" {
            continue;
        }
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

fn paint(story: &Story, words: &Words) -> Drawing {
    let used = |name: &str| {
        let spells = |half: &Half| {
            story.neighbours.iter().filter_map(|n| half.spells.get(n)).flatten().any(|s| s.reason == name)
        };
        story.halves.iter().any(spells)
    };
    let key: Vec<(&str, Fill)> = UNCHOKE.iter().filter(|(name, _)| used(name)).copied().collect();
    let rows = story.neighbours.len() as f64 * ROW;
    let height = (words.head() + KEY + 2.0 * (HEADING + rows) + AXIS_ROOM + words.foot()).ceil();
    let widest = story.labels.iter().map(|label| Font::plain(SMALL).width(label)).fold(0.0, f64::max);
    drawing(WIDTH, height as u32, words.title.clone(), |canvas| {
        words.write(canvas, height);
        draw_key(canvas, &key, MARGIN, words.head());
        let axis = Axis::time("time since the start", story.end_s, 8);
        let (left, right) = (MARGIN + widest.min(LABEL) + 16.0, f64::from(WIDTH) - MARGIN);
        let mut top = words.head() + KEY;
        for half in &story.halves {
            let frame = Rect::new(left, top + HEADING, right, top + HEADING + rows);
            paint_half(canvas, story, half, &axis, &frame);
            top += HEADING + rows;
        }
        let font = Font::plain(TEXT).colour(SOFT);
        for (value, text) in &axis.ticks {
            let x = (left + value / axis.max * (right - left))
                .min(f64::from(WIDTH) - 6.0 - 0.5 * font.width(text));
            canvas.text(text, (x, top + 24.0), Align::Middle, font);
        }
        canvas.text(&axis.title, (0.5 * (left + right), top + 62.0), Align::Middle, Font::plain(TEXT));
    })
}

fn paint_half(canvas: &Canvas, story: &Story, half: &Half, axis: &Axis, frame: &Rect) {
    let heading = Font::bold(30.0);
    let words = heading.fit(&half.heading, f64::from(WIDTH) - 2.0 * MARGIN);
    canvas.text(&words, (MARGIN, frame.top - 34.0), Align::Start, heading);
    let at = |seconds: f64| frame.left + seconds / axis.max * frame.width();
    for (value, _) in &axis.ticks {
        canvas.line(&[(at(*value), frame.top), (at(*value), frame.bottom)], GRID, 2.0, Dash::Solid);
    }
    for tick in &half.ticks {
        canvas.line(&[(at(*tick), frame.top - 10.0), (at(*tick), frame.top)], INK, 1.5, Dash::Solid);
    }
    let label = Font::plain(SMALL);
    for (k, (neighbour, words)) in story.neighbours.iter().zip(&story.labels).enumerate() {
        let middle = frame.top + (k as f64 + 0.5) * ROW;
        canvas.text(&label.fit(words, LABEL), (frame.left - 12.0, middle), Align::End, label);
        for spell in half.spells.get(neighbour).into_iter().flatten() {
            // A very short turn must still be seen.
            let right = at(spell.to_s).max(at(spell.from_s) + 1.5).min(frame.right);
            let half_height = if spell.reason == UNINTERESTED { 0.2 * BAR } else { 0.5 * BAR };
            let bar = Rect::new(at(spell.from_s), middle - half_height, right, middle + half_height);
            unchoke(&spell.reason).paint(canvas, &bar, 8.0);
        }
    }
    canvas.outline(frame, AXIS, 2.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(time_s: f64, neighbour: u32, action: &str, reason: &str) -> DecisionRow {
        between(time_s, (1, neighbour), action, reason)
    }

    fn between(time_s: f64, (peer, neighbour): (u32, u32), action: &str, reason: &str) -> DecisionRow {
        DecisionRow {
            time_s,
            peer,
            neighbour,
            action: action.into(),
            reason: reason.into(),
            ..DecisionRow::default()
        }
    }

    #[test]
    fn a_turn_runs_from_the_unchoke_to_what_ends_it() {
        let rows = [
            row(10.0, 7, "unchoke", "optimistic"),
            row(20.0, 8, "unchoke", "regular"),
            row(30.0, 7, "keep", "regular"),
            row(40.0, 7, "choke", "outranked"),
            row(50.0, 8, "disconnect", "neighbour-left"),
            row(60.0, 7, "unchoke", "regular"),
        ];
        let rows: Vec<&DecisionRow> = rows.iter().collect();
        let spells = spells(&rows, 1, Side::Gives, 100.0);
        let of =
            |n: u32| spells[&n].iter().map(|s| (s.from_s, s.to_s, s.reason.as_str())).collect::<Vec<_>>();
        assert_eq!(of(7), [(10.0, 30.0, "optimistic"), (30.0, 40.0, "regular"), (60.0, 100.0, "regular")]);
        assert_eq!(of(8), [(20.0, 50.0, "regular")]);
    }

    #[test]
    fn a_disconnect_ends_the_turns_of_both_whoever_hung_up() {
        let rows = [
            between(10.0, (1, 7), "unchoke", "regular"),
            between(15.0, (7, 1), "unchoke", "optimistic"),
            between(20.0, (1, 8), "unchoke", "regular"),
            between(25.0, (8, 1), "unchoke", "seed"),
            between(30.0, (1, 7), "disconnect", "banned"),
            between(40.0, (8, 1), "disconnect", "neighbour-left"),
        ];
        let rows: Vec<&DecisionRow> = rows.iter().collect();
        for (side, seven, eight) in [(Side::Gives, 10.0, 20.0), (Side::Receives, 15.0, 25.0)] {
            let spells = spells(&rows, 1, side, 100.0);
            let of = |n: u32| spells[&n].iter().map(|s| (s.from_s, s.to_s)).collect::<Vec<_>>();
            assert_eq!((of(7), of(8)), (vec![(seven, 30.0)], vec![(eight, 40.0)]));
        }
    }

    #[test]
    fn the_phase_of_rechokes_is_found_among_other_decisions() {
        let rows = [3.5, 13.5, 14.1, 23.5, 29.9, 33.5].map(|t| row(t, 7, "unchoke", "regular"));
        let rows: Vec<&DecisionRow> = rows.iter().collect();
        assert_eq!(rechokes(&rows, 10.0, 50.0), [3.5, 13.5, 23.5, 33.5, 43.5]);
    }
}
