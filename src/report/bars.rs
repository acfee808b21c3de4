//! Stacked horizontal bars, hatched, with their values written on them.

use super::axes::Axis;
use super::canvas::{Align, Canvas, Drawing, Font, Rect, drawing};
use super::frame::{MARGIN, SMALL, TEXT, WIDTH, Words};
use super::palette::{AXIS, Dash, Fill, GRID, PAPER, SOFT};

/// One bar: its parts in the units of the axis, in the order of the key.
#[derive(Clone, Debug)]
pub struct Bar {
    pub label: String,
    pub parts: Vec<f64>,
    /// What is written on each part, if there is room.
    pub values: Vec<String>,
    /// Written at the bar's end.
    pub total: String,
    /// Values that find no room on their part are written at the bar's end too.
    pub all_values: bool,
}

/// Bars under a heading, if it has one.
#[derive(Clone, Debug)]
pub struct Group {
    pub heading: String,
    pub bars: Vec<Bar>,
}

impl Group {
    /// Height of the heading.
    fn above(&self) -> f64 {
        if self.heading.is_empty() { 0.0 } else { HEADING }
    }
}

#[derive(Clone, Debug)]
pub struct BarChart {
    pub words: Words,
    pub axis: Axis,
    /// Name and look of each part; parts that occur nowhere are left out of the key.
    pub key: Vec<(&'static str, Fill)>,
    pub groups: Vec<Group>,
}

const BAR: f64 = 50.0;
const STEP: f64 = 66.0;
const HEADING: f64 = 54.0;
const KEY: f64 = 56.0;
const AXIS_ROOM: f64 = 92.0;

/// Draws the samples of a key in one line from `left` on, as far as they fit; returns nothing hidden: it wraps.
pub fn draw_key(canvas: &Canvas, entries: &[(&str, Fill)], left: f64, top: f64) -> f64 {
    let (mut x, mut y) = (left, top + 22.0);
    let font = Font::plain(TEXT);
    for (name, fill) in entries {
        let width = 52.0 + font.width(name) + 34.0;
        if x + width > f64::from(WIDTH) - MARGIN && x > left {
            x = left;
            y += 40.0;
        }
        fill.paint(canvas, &Rect::new(x, y - 14.0, x + 42.0, y + 14.0), 10.0);
        canvas.text(name, (x + 52.0, y), Align::Start, font);
        x += width;
    }
    y + 34.0 - top
}

impl BarChart {
    pub fn draw(&self) -> Drawing {
        let rows: usize = self.groups.iter().map(|g| g.bars.len()).sum();
        let plot = self.groups.iter().map(Group::above).sum::<f64>() + rows as f64 * STEP;
        // A single kind of part is named by the axis.
        let key = if self.key.len() > 1 { KEY } else { 12.0 };
        let height = (self.words.head() + key + plot + AXIS_ROOM + self.words.foot()).ceil();
        drawing(WIDTH, height as u32, self.words.title.clone(), |canvas| {
            self.words.write(canvas, height);
            if self.key.len() > 1 {
                draw_key(canvas, &self.used_key(), MARGIN, self.words.head());
            }
            let top = self.words.head() + key;
            let (left, right) = self.ends();
            let frame = Rect::new(left, top, right, top + plot);
            self.axis(canvas, &frame);
            let mut y = top;
            for group in &self.groups {
                let font = Font::bold(30.0);
                let heading = font.fit(&group.heading, f64::from(WIDTH) - 2.0 * MARGIN);
                canvas.text(&heading, (MARGIN, y + 30.0), Align::Start, font);
                y += group.above();
                self.grid(canvas, &Rect::new(left, y, right, y + group.bars.len() as f64 * STEP));
                for bar in &group.bars {
                    self.bar(canvas, bar, &frame, y + 8.0);
                    y += STEP;
                }
            }
        })
    }

    fn used_key(&self) -> Vec<(&'static str, Fill)> {
        let used = |k: usize| self.groups.iter().flat_map(|g| &g.bars).any(|bar| bar.parts[k] > 0.0);
        self.key.iter().enumerate().filter(|(k, _)| used(*k)).map(|(_, entry)| *entry).collect()
    }

    fn bars(&self) -> impl Iterator<Item = &Bar> {
        self.groups.iter().flat_map(|g| &g.bars)
    }

    fn label_room(&self) -> f64 {
        let widest = self.bars().map(|bar| Font::plain(TEXT).width(&bar.label)).fold(0.0, f64::max);
        widest.min(380.0) + 18.0
    }

    /// Left and right end of the plot. The words beside the bars need room, and which words stand there depends on the room:
    /// the width is the largest of some that is enough.
    fn ends(&self) -> (f64, f64) {
        let left = MARGIN + self.label_room();
        let most = f64::from(WIDTH) - MARGIN - left;
        let enough = |width: &f64| {
            let end = |bar: &Bar| {
                let length = bar.parts.iter().sum::<f64>() / self.axis.max * width;
                length + 16.0 + Font::plain(SMALL).width(&self.beside(bar, *width).1)
            };
            self.bars().map(end).fold(0.0, f64::max) <= most
        };
        let mut widths = (0..20).map(|k| most * (1.0 - 0.03 * f64::from(k)));
        let width = widths.find(enough).unwrap_or(0.4 * most);
        (left, left + width)
    }

    /// Which values stand on their parts in a plot of that width, and the words at the bar's end: the total and, where all
    /// values are wanted, what found no room.
    fn beside(&self, bar: &Bar, width: f64) -> (Vec<bool>, String) {
        let font = Font::bold(TEXT);
        let fits: Vec<bool> = bar
            .parts
            .iter()
            .zip(&bar.values)
            .map(|(part, value)| part / self.axis.max * width >= font.width(value) + 14.0)
            .collect();
        let mut words = bar.total.clone();
        for (k, value) in bar.values.iter().enumerate() {
            if bar.all_values && !fits[k] && bar.parts[k] > 0.0 {
                words = format!("{words} · {} {value}", self.key[k].0);
            }
        }
        (fits, words)
    }

    fn grid(&self, canvas: &Canvas, rows: &Rect) {
        for (value, _) in &self.axis.ticks {
            let x = rows.left + value / self.axis.max * rows.width();
            canvas.line(&[(x, rows.top), (x, rows.bottom)], GRID, 2.0, Dash::Solid);
        }
    }

    fn axis(&self, canvas: &Canvas, frame: &Rect) {
        let font = Font::plain(TEXT).colour(SOFT);
        for (value, text) in &self.axis.ticks {
            let x = frame.left + value / self.axis.max * frame.width();
            canvas.line(&[(x, frame.bottom), (x, frame.bottom + 9.0)], AXIS, 2.0, Dash::Solid);
            canvas.text(text, (x, frame.bottom + 26.0), Align::Middle, font);
        }
        canvas.line(&[(frame.left, frame.bottom), (frame.right, frame.bottom)], AXIS, 2.5, Dash::Solid);
        let half = 0.5 * Font::plain(TEXT).width(&self.axis.title);
        let middle = (0.5 * (frame.left + frame.right)).max(MARGIN + half);
        canvas.text(&self.axis.title, (middle, frame.bottom + 62.0), Align::Middle, Font::plain(TEXT));
    }

    fn bar(&self, canvas: &Canvas, bar: &Bar, frame: &Rect, top: f64) {
        let middle = top + 0.5 * BAR;
        let label = Font::plain(TEXT);
        canvas.text(&label.fit(&bar.label, 380.0), (frame.left - 14.0, middle), Align::End, label);
        let (fits, words) = self.beside(bar, frame.width());
        let mut sum = 0.0;
        for (k, part) in bar.parts.iter().enumerate().filter(|(_, part)| **part > 0.0) {
            let left = frame.left + sum / self.axis.max * frame.width();
            sum += part;
            let right = frame.left + sum / self.axis.max * frame.width();
            let (_, fill) = self.key[k];
            let area = Rect::new(left, top, right, top + BAR);
            fill.paint(canvas, &area, 14.0);
            canvas.line(&[(right, top), (right, top + BAR)], PAPER, 2.0, Dash::Solid);
            if fits[k] {
                let font = Font::bold(TEXT).colour(fill.ink);
                let half = 0.5 * font.width(&bar.values[k]) + 8.0;
                let x = 0.5 * (left + right);
                canvas.fill(&Rect::new(x - half, middle - 18.0, x + half, middle + 18.0), fill.colour);
                canvas.text(&bar.values[k], (x, middle), Align::Middle, font);
            }
        }
        canvas.line(&[(frame.left, top - 4.0), (frame.left, top + BAR + 4.0)], AXIS, 2.5, Dash::Solid);
        let font = Font::plain(SMALL).colour(SOFT);
        let x = frame.left + sum / self.axis.max * frame.width() + 14.0;
        let words = font.fit(&words, f64::from(WIDTH) - 8.0 - x);
        canvas.fill(&Rect::new(x - 6.0, middle - 16.0, x + font.width(&words) + 6.0, middle + 16.0), PAPER);
        canvas.text(&words, (x, middle), Align::Start, font);
    }
}
