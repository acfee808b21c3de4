//! Lines with bands: a figure against one varied setting.

use super::chosen::{Chosen, Fixed, style};
use super::estimates::Found;
use super::scales::{across, upwards};
use super::units::names;
use super::words::{capital, label, runs, setting, short, unfinished};
use crate::report::canvas::Drawing;
use crate::report::chart::{Chart, Panel};
use crate::report::estimated::{Estimate, Estimated, MARKERS};
use crate::report::frame::Words;
use crate::spec::{Combine, Dimension};

/// What was found along the x axis, in its order.
struct Line {
    of: Option<Fixed>,
    found: Vec<Found>,
}

/// The figure against the varied setting, a panel and a line for whatever else differs.
pub fn draw(chosen: &Chosen<'_>) -> Drawing {
    let (sweep, x) = (&chosen.results.manifest.sweep, chosen.arrangement.x);
    let scale = chosen.spec.scale;
    let values = chosen.values(x);
    let (x_axis, places) = across(&sweep.axes[x], &values, scale.log_x);
    let with_lines = |panel: Vec<Fixed>| {
        let lines = lines(chosen, &panel, &values);
        (panel, lines)
    };
    let panels: Vec<(Vec<Fixed>, Vec<Line>)> = chosen.panels().into_iter().map(with_lines).collect();
    let all = || panels.iter().flat_map(|(_, lines)| lines).flat_map(|line| &line.found);
    let mut extent = Extent::of(all());
    if chosen.figure.over.is_some() {
        // The line at 1 is a part of the picture.
        (extent.least, extent.top) = (extent.least.min(1.0), extent.top.max(1.0));
    }
    let y_axis = upwards(&chosen.figure, chosen.what(), extent.least, extent.top, scale.log_y);
    let mut notes = Vec::new();
    if all().any(|found| matches!(found, Found::Never { .. })) {
        notes.push("Open triangles at the top: not reached in every run, so there is no mean; the line is broken there.".into());
    }
    if all().any(|found| matches!(found, Found::OverNothing)) {
        notes.push("Gaps: a ratio of nothing, or over nothing.".into());
    }
    if extent.cut && !scale.log_y {
        notes.push("Bands are cut off where they reach beyond the plot.".into());
    }
    notes.extend(unfinished(chosen.results));
    let panels = panels.iter().map(|(panel, lines)| drawn(chosen, panel, lines, &places));
    let chart = Chart {
        words: Words { title: title(chosen), subtitle: subtitle(chosen, extent.intervals), notes },
        x: x_axis,
        y: y_axis,
        panels: panels.collect(),
    };
    chart.draw()
}

fn lines(chosen: &Chosen<'_>, panel: &[Fixed], values: &[usize]) -> Vec<Line> {
    let axis = chosen.arrangement.x;
    let line = |of: Option<Fixed>| {
        let found = values.iter().map(|value| {
            let x = Fixed::Value { axis, value: *value };
            let fixed: Vec<&Fixed> = panel.iter().chain(&of).chain([&x]).collect();
            chosen.found(&fixed)
        });
        Line { found: found.collect(), of }
    };
    chosen.lines().into_iter().map(line).collect()
}

/// What the y axis must have room for.
struct Extent {
    /// The least positive mean or low end.
    least: f64,
    top: f64,
    /// Some interval reaches beyond the top.
    cut: bool,
    intervals: bool,
}

impl Extent {
    fn of<'a>(found: impl Iterator<Item = &'a Found> + Clone) -> Extent {
        let known = found.filter_map(|found| match found {
            Found::Is { mean, interval } => Some((*mean, *interval)),
            Found::NotRun | Found::Nobody | Found::Never { .. } | Found::OverNothing => None,
        });
        let most = known.clone().map(|(mean, _)| mean).fold(0.0, f64::max);
        let highest = known.clone().filter_map(|(_, ends)| ends).map(|ends| ends.1).fold(0.0, f64::max);
        // With two runs a point an interval is wider than everything that there is to see.
        let top = f64::max(most, f64::min(highest, 1.6 * most));
        let low =
            |(mean, ends): (f64, Option<(f64, f64)>)| ends.map_or(mean, |ends| f64::max(ends.0, 0.5 * mean));
        let least = known.clone().map(low).filter(|low| *low > 0.0).fold(f64::INFINITY, f64::min);
        let least = if least.is_finite() { least } else { 1.0 };
        let top = if top > 0.0 { top } else { 1.0 };
        Extent {
            least,
            top,
            cut: highest > 1.06 * top,
            intervals: known.clone().any(|(_, ends)| ends.is_some()),
        }
    }
}

fn drawn(chosen: &Chosen<'_>, panel: &[Fixed], lines: &[Line], places: &[f64]) -> Panel {
    let headings: Vec<String> = panel.iter().map(|fixed| label(chosen.results, fixed)).collect();
    let categories = chosen.categories();
    let estimated = lines.iter().map(|line| {
        let place = chosen.place_of(&line.of);
        let at = |never: &(&f64, &Found)| matches!(never.1, Found::Never { .. });
        Estimated {
            label: line.of.as_ref().map_or_else(String::new, |of| short(chosen.results, of)),
            style: style(place),
            marker: MARKERS[place % MARKERS.len()],
            stretches: stretches(&line.found, places),
            never: places.iter().zip(&line.found).filter(at).map(|(x, _)| *x).collect(),
            categories,
        }
    });
    Panel {
        heading: headings.join(" · "),
        notes: lines.iter().filter_map(|line| never(chosen, line)).collect(),
        estimated: estimated.collect(),
        levels: chosen.figure.over.iter().map(|_| 1.0).collect(),
        ..Panel::default()
    }
}

/// The line without its gaps.
fn stretches(found: &[Found], places: &[f64]) -> Vec<Vec<Estimate>> {
    let mut stretches = vec![Vec::new()];
    for (found, x) in found.iter().zip(places) {
        match found {
            Found::Is { mean, interval } => {
                let estimate = Estimate { x: *x, y: *mean, interval: *interval };
                stretches.last_mut().expect("there is one").push(estimate);
            }
            Found::NotRun | Found::Nobody | Found::Never { .. } | Found::OverNothing => {
                stretches.push(Vec::new())
            }
        }
    }
    stretches.retain(|stretch| !stretch.is_empty());
    stretches
}

/// Where a line has no mean, and in how many runs: `free-rider: not reached in 3 of 10 runs at 80 %; in 10 of 10 runs at 90 %`.
fn never(chosen: &Chosen<'_>, line: &Line) -> Option<String> {
    let axis = chosen.arrangement.x;
    let (unit, names) = names(&chosen.results.manifest.sweep.axes[axis]);
    let mut counts: Vec<(String, Vec<&str>)> = Vec::new();
    for (value, found) in chosen.values(axis).into_iter().zip(&line.found) {
        if let Found::Never { missing, runs } = found {
            let count = format!("{missing} of {runs}");
            match counts.last_mut().filter(|(last, _)| *last == count) {
                Some((_, at)) => at.push(&names[value]),
                None => counts.push((count, vec![&names[value]])),
            }
        }
    }
    let part =
        |(count, at): &(String, Vec<&str>)| format!("in {count} runs at {}", unit.behind(&at.join(", ")));
    let parts: Vec<String> = counts.iter().map(part).collect();
    let whose = line.of.as_ref().map_or_else(String::new, |of| format!("{}: ", short(chosen.results, of)));
    (!parts.is_empty()).then(|| format!("{whose}not reached {}", parts.join("; ")))
}

/// That of the author, or what is drawn against what.
pub fn title(chosen: &Chosen<'_>) -> String {
    if !chosen.spec.title.is_empty() {
        return chosen.spec.title.clone();
    }
    let axes = &chosen.results.manifest.sweep.axes;
    let against = setting(&axes[chosen.arrangement.x].key);
    let rows = chosen.arrangement.rows.map(|rows| format!(" and {}", setting(&axes[rows].key)));
    format!("{}, by {against}{}", capital(&chosen.what()), rows.unwrap_or_default())
}

/// In a zip what changes along with the axes that are drawn.
fn together(chosen: &Chosen<'_>) -> Option<String> {
    let sweep = &chosen.results.manifest.sweep;
    let drawn: Vec<usize> = chosen.arrangement.axes().collect();
    let others = (0..sweep.axes.len()).filter(|axis| !drawn.contains(axis));
    let others: Vec<String> = others.map(|axis| setting(&sweep.axes[axis].key)).collect();
    let zip = sweep.combine == Combine::Zip && !others.is_empty();
    zip.then(|| format!("varied together with {}", others.join(", ")))
}

/// Who is drawn, of how many runs, and what the bands are.
pub fn subtitle(chosen: &Chosen<'_>, intervals: bool) -> String {
    let mut phrases = chosen.only();
    if let Some(Dimension::Axis(axis)) = chosen.arrangement.lines {
        phrases.push(format!("lines: {}", setting(&chosen.results.manifest.sweep.axes[axis].key)));
    }
    phrases.extend(together(chosen));
    phrases.push(runs(chosen.results));
    if intervals && chosen.arrangement.rows.is_none() {
        let look = if chosen.categories() { "bars" } else { "bands" };
        phrases.push(format!("{look}: 95 % confidence intervals of the mean"));
    }
    phrases.join(" · ")
}
