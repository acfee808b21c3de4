//! What is drawn of a sweep whose author asked for nothing: it follows from the sweep's shape.

use super::results::Results;
use crate::metrics::measures::{Measure, Value};
use crate::report::view::ALL;
use crate::spec::{Axis, Combine, MOST_LINES, PlotSpec, Scale, Split};

/// An axis with no more values than this makes small multiples; with more it is a side of a heat map.
const FEW: usize = 4;

/// The plots of the sweep: those of the author, else those that suit its shape.
pub fn plots(results: &Results) -> Vec<PlotSpec> {
    let sweep = &results.manifest.sweep;
    if !sweep.plots.is_empty() {
        return sweep.plots.clone();
    }
    let varied: Vec<usize> = match sweep.combine {
        Combine::Zip => vec![0],
        Combine::Grid => (0..sweep.axes.len()).filter(|axis| sweep.axes[*axis].values.len() > 1).collect(),
    };
    let mut plots = match varied[..] {
        [] => along(results, 0, None),
        [x] => along(results, x, None),
        [few, x] if sweep.axes[few].values.len() <= FEW => along(results, x, Some(few)),
        [x, few] if sweep.axes[few].values.len() <= FEW => along(results, x, Some(few)),
        [x, rows] => maps(results, x, rows),
        [x, lines, ..] => vec![many(results, x, lines)],
    };
    if !everybody_finished(results) {
        plots.extend(plots.first().map(|first| completed(results, first)));
    }
    plots
}

fn plot(results: &Results, name: &str, x: usize) -> PlotSpec {
    PlotSpec {
        name: format!("{}-{name}", results.told.stem()),
        title: String::new(),
        x: results.manifest.sweep.axes[x].key.clone(),
        rows: None,
        y: results.told.name.into(),
        over: None,
        classes: Vec::new(),
        systems: Vec::new(),
        split: None,
        panels: None,
        scale: Scale { log_x: ratios(&results.manifest.sweep.axes[x]), log_y: false },
    }
}

/// Whether the values of an axis are spread by equal factors rather than by equal steps.
fn ratios(axis: &Axis) -> bool {
    let numbers: Option<Vec<f64>> = axis.values.iter().map(|value| value.number).collect();
    let mut numbers = numbers.unwrap_or_default();
    numbers.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (numbers.first(), numbers.last()) else { return false };
    numbers.len() >= 4 && *least > 0.0 && numbers[numbers.len() / 2] <= 0.3 * most
}

fn axis(results: &Results, axis: usize) -> Split {
    Split::Axis(results.manifest.sweep.axes[axis].key.clone())
}

/// By class, a panel a system, and where there are several systems all of them together.
fn along(results: &Results, x: usize, panels: Option<usize>) -> Vec<PlotSpec> {
    let panels = panels.map(|panels| axis(results, panels));
    let by_class = PlotSpec { panels: panels.clone(), ..plot(results, "by-class", x) };
    let by_system = PlotSpec {
        panels,
        classes: vec![ALL.into()],
        split: Some(Split::System),
        ..plot(results, "by-system", x)
    };
    // More lines than that nobody tells apart; the panels of the classes show them all.
    let systems_are_lines = (2..=MOST_LINES).contains(&results.manifest.systems.len());
    let several_classes = results.classes_with(results.told).len() > 1;
    match (several_classes, systems_are_lines) {
        (true, true) => vec![by_class, by_system],
        (true, false) | (false, false) => vec![by_class],
        (false, true) => vec![by_system],
    }
}

/// Of all peers, and what free riders lose against contributors.
fn maps(results: &Results, x: usize, rows: usize) -> Vec<PlotSpec> {
    let rows = Some(results.manifest.sweep.axes[rows].key.clone());
    let map = |name| PlotSpec { scale: Scale::default(), rows: rows.clone(), ..plot(results, name, x) };
    let all = PlotSpec { classes: vec![ALL.into()], ..map("map") };
    let (takes, gives) = (class_that(results, "FreeRider"), class_that(results, "Compliant"));
    let ratio = takes.zip(gives).map(|(takes, gives)| PlotSpec {
        classes: vec![takes],
        over: Some(gives),
        ..map("ratio-map")
    });
    ratio.into_iter().chain([all]).collect()
}

/// The first downloading class of that behaviour.
fn class_that(results: &Results, behavior: &str) -> Option<String> {
    let downloading = results.classes_with(results.told);
    let class = results.common.classes().iter().find(|class| {
        let name = class["name"].as_str().unwrap_or("");
        class["behavior"] == behavior && downloading.iter().any(|other| other == name)
    })?;
    class["name"].as_str().map(str::to_owned)
}

/// Lines for the second axis, a panel for each combination of whatever else is varied.
fn many(results: &Results, x: usize, lines: usize) -> PlotSpec {
    let few = results.manifest.sweep.axes[lines].values.len() <= MOST_LINES;
    PlotSpec {
        classes: vec![ALL.into()],
        split: few.then(|| axis(results, lines)),
        ..plot(results, "lines", x)
    }
}

fn everybody_finished(results: &Results) -> bool {
    let share = Measure::named(share(results)).expect("it is one of them");
    results.runs.iter().all(|run| match share.of(&run.row) {
        Value::Is(share) => share >= 1.0,
        Value::NotApplicable | Value::Never => true,
    })
}

fn share(results: &Results) -> &'static str {
    if results.common.only_swarms() { "completed_share" } else { "success_ratio" }
}

/// The first plot again, of the part that finished.
fn completed(results: &Results, like: &PlotSpec) -> PlotSpec {
    let classes = if like.over.is_some() { Vec::new() } else { like.classes.clone() };
    PlotSpec { name: "finished".into(), y: share(results).into(), over: None, classes, ..like.clone() }
}
