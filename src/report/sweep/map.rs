//! Heat maps: a figure against two varied settings.

use super::chosen::{Chosen, Fixed};
use super::estimates::Found;
use super::lines::{subtitle, title};
use super::units::{Quantity, Written, names};
use super::words::{axis_title, label, unfinished};
use crate::report::axes::{grouped, nice_step, round_ratios};
use crate::report::canvas::Drawing;
use crate::report::frame::Words;
use crate::report::heat::{Cell, HeatMap, HeatPanel, Key, Side};
use crate::report::palette::Ramp;
use crate::units::portable;

/// Values that differ by more than this factor are coloured by their ratios.
const SKEWED: f64 = 12.0;

/// Which value has which colour, and how it is written.
struct Colours {
    /// A ratio has the pale middle at 1 and equal steps for equal ratios; other figures run from the least to the greatest.
    ratio: bool,
    /// Equal steps of colour are equal ratios: else a few large values would leave the rest pale.
    log: bool,
    /// Ends of the ramp, for a ratio that of its upper half alone.
    least: f64,
    most: f64,
    unit: Written,
    decimals: usize,
}

/// The figure against two settings, a panel for whatever else differs.
pub fn draw(chosen: &Chosen<'_>, rows: usize) -> Drawing {
    let axes = &chosen.results.manifest.sweep.axes;
    let panels: Vec<(Vec<Fixed>, Vec<Vec<Found>>)> = chosen
        .panels()
        .into_iter()
        .map(|panel| {
            let found = found(chosen, rows, &panel);
            (panel, found)
        })
        .collect();
    let all: Vec<Found> = panels.iter().flat_map(|(_, rows)| rows).flatten().copied().collect();
    let colours = Colours::of(chosen, &all);
    let side = |axis: usize| Side { title: axis_title(&axes[axis]), names: written(chosen, axis) };
    let map = HeatMap {
        words: Words {
            title: title(chosen),
            subtitle: subtitle(chosen, false),
            notes: notes(chosen, &colours, &all),
        },
        x: side(chosen.arrangement.x),
        rows: side(rows),
        key: colours.key(chosen),
        panels: panels.iter().map(|(panel, found)| drawn(chosen, &colours, panel, found)).collect(),
    };
    map.draw()
}

fn written(chosen: &Chosen<'_>, axis: usize) -> Vec<String> {
    let (_, names) = names(&chosen.results.manifest.sweep.axes[axis]);
    chosen.values(axis).into_iter().map(|value| names[value].clone()).collect()
}

/// Row by row from below.
fn found(chosen: &Chosen<'_>, rows: usize, panel: &[Fixed]) -> Vec<Vec<Found>> {
    let x = chosen.arrangement.x;
    let row = |value: usize| {
        let row = Fixed::Value { axis: rows, value };
        let cell = |value: usize| {
            let column = Fixed::Value { axis: x, value };
            let fixed: Vec<&Fixed> = panel.iter().chain([&row, &column]).collect();
            chosen.found(&fixed)
        };
        chosen.values(x).into_iter().map(cell).collect()
    };
    chosen.values(rows).into_iter().map(row).collect()
}

fn drawn(chosen: &Chosen<'_>, colours: &Colours, panel: &[Fixed], found: &[Vec<Found>]) -> HeatPanel {
    let headings: Vec<String> = panel.iter().map(|fixed| label(chosen.results, fixed)).collect();
    let cells = found.iter().map(|row| row.iter().map(|found| colours.cell(found)).collect());
    HeatPanel { heading: headings.join(" · "), cells: cells.collect() }
}

fn notes(chosen: &Chosen<'_>, colours: &Colours, all: &[Found]) -> Vec<String> {
    let mut notes = Vec::new();
    if colours.ratio && all.iter().any(|found| !certain(found)) {
        notes.push(
            "Thin, underlined figures: no 95 % confidence interval of the ratio, or one that holds 1.".into(),
        );
    }
    if all.iter().any(|found| matches!(found, Found::Never { .. })) {
        notes.push("Hatched: not reached in so many of the runs, so there is no mean.".into());
    }
    notes.extend(unfinished(chosen.results));
    notes
}

/// Whether a ratio differs from 1 by more than chance; one run says nothing either way.
fn certain(found: &Found) -> bool {
    match found {
        Found::Is { interval: Some((low, high)), .. } => *low > 1.0 || *high < 1.0,
        Found::Is { interval: None, .. } => false,
        Found::NotRun | Found::Nobody | Found::Never { .. } | Found::OverNothing => true,
    }
}

impl Colours {
    fn of(chosen: &Chosen<'_>, all: &[Found]) -> Colours {
        let means = || {
            all.iter().filter_map(|found| match found {
                Found::Is { mean, .. } => Some(*mean),
                Found::NotRun | Found::Nobody | Found::Never { .. } | Found::OverNothing => None,
            })
        };
        let least = means().fold(f64::INFINITY, f64::min);
        let most = means().fold(f64::NEG_INFINITY, f64::max);
        let (least, most) = if least <= most { (least, most) } else { (0.0, 1.0) };
        let ratio = chosen.figure.over.is_some();
        let quantity = if ratio { Quantity::Plain } else { Quantity::of_measure(chosen.figure.measure.unit) };
        let (unit, decimals) = quantity.suiting(means());
        let decimals = if ratio { 2 } else { decimals };
        if ratio {
            // A difference of a few per cent must not look like one of a factor.
            let most = f64::max(1.25, f64::max(most, 1.0 / f64::max(least, 1e-9)));
            return Colours { ratio, log: true, least: 1.0 / most, most, unit, decimals };
        }
        let log = least > 0.0 && most > SKEWED * least;
        Colours { ratio, log, least, most, unit, decimals }
    }

    /// Where a value stands on the ramp.
    fn part(&self, value: f64) -> f64 {
        if self.log {
            return portable::ln(value / self.least) / portable::ln(self.most / self.least);
        }
        let span = self.most - self.least;
        if span > 0.0 { (value - self.least) / span } else { 0.5 }
    }

    /// A cell stands alone: three digits are enough, whatever the least value needs.
    fn decimals_of(&self, value: f64) -> usize {
        let enough =
            |decimals: &usize| value / self.unit.factor * portable::pow(10.0, *decimals as f64) >= 99.5;
        if self.ratio { self.decimals } else { (0..self.decimals).find(enough).unwrap_or(self.decimals) }
    }

    fn cell(&self, found: &Found) -> Cell {
        match found {
            Found::Is { mean, .. } => Cell::Value {
                part: self.part(*mean),
                text: self.unit.number(*mean, self.decimals_of(*mean)),
                certain: !self.ratio || certain(found),
            },
            Found::Never { missing, runs } => Cell::Without(format!("{missing}/{runs}")),
            Found::OverNothing => Cell::Without("–".into()),
            Found::NotRun | Found::Nobody => Cell::Blank,
        }
    }

    fn key(&self, chosen: &Chosen<'_>) -> Key {
        let title = self.unit.title(&chosen.what());
        if self.ratio {
            let text = |value: f64| grouped(value, 2);
            let ticks = [self.least, 1.0, self.most].map(|value| (self.part(value), text(value)));
            return Key { title, ramp: Ramp::Diverging, ticks: ticks.into() };
        }
        let title = if self.log { format!("{title}, logarithmic") } else { title };
        Key { title, ramp: Ramp::Sequential, ticks: self.ticks() }
    }

    /// Round numbers between the ends.
    fn ticks(&self) -> Vec<(f64, String)> {
        let (least, most) = (self.least / self.unit.factor, self.most / self.unit.factor);
        if self.log {
            let place = |(value, text): (f64, String)| (self.part(value * self.unit.factor), text);
            return round_ratios(least, most).into_iter().map(place).collect();
        }
        let step = nice_step(if most > least { (most - least) / 5.0 } else { 1.0 });
        let decimals = crate::report::axes::decimals(step);
        let (first, last) = ((least / step - 1e-9).ceil() as i64, (most / step + 1e-9).floor() as i64);
        let value = |k: i64| k as f64 * step;
        (first..=last)
            .map(|k| (self.part(value(k) * self.unit.factor), grouped(value(k), decimals)))
            .collect()
    }
}
