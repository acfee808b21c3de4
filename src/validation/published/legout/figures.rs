//! The figures beside the paper's: who unchokes whom, and who is done when.

use super::{CLASSES, EXPERIMENT, Run, SEEDS, mean};
use crate::report::axes::{Axis, duration, percent};
use crate::report::bars::{Bar, BarChart, Group};
use crate::report::frame::Words;
use crate::report::heat::{Cell, HeatMap, HeatPanel, Key, Side};
use crate::report::palette::{BLUE, Fill, Hatch, PAPER, Ramp};
use crate::validation::Figure;

/// Who unchoked whom, class by class, for both seeds.
pub fn matrix(runs: [&[Run]; 2]) -> Figure {
    let names = || CLASSES.map(str::to_owned).to_vec();
    let cell = |runs: &[Run], from: usize, to: usize| match mean(runs, |run| run.unchoked[from][to]).value() {
        Some(part) => Cell::Value { part, text: percent(part), certain: true },
        None => Cell::Without("none".into()),
    };
    let panel = |(runs, (upload, name)): (&[Run], (&str, &str))| HeatPanel {
        heading: format!("{name}, {upload}"),
        cells: (0..3).map(|from| (0..3).map(|to| cell(runs, from, to)).collect()).collect(),
    };
    let map = HeatMap {
        words: Words {
            title: "Whom leechers unchoke for what they give".into(),
            subtitle: "13 slow, 14 medium and 13 fast leechers".into(),
            notes: vec![
                "Each row is a class's regular unchoke time; without preference a third would go to each."
                    .into(),
            ],
        },
        x: Side { title: "unchoked".into(), names: names() },
        rows: Side { title: "unchoking".into(), names: names() },
        key: Key {
            title: "part of the row's regular unchoke time".into(),
            ramp: Ramp::Sequential,
            ticks: [0.0, 0.25, 0.5, 0.75, 1.0].map(|part| (part, percent(part))).to_vec(),
        },
        panels: runs.into_iter().zip(SEEDS).map(panel).collect(),
    };
    Figure {
        name: format!("{}-matrix", EXPERIMENT.name),
        caption: "The paper's matrices (peer by peer, dark where peers unchoke each other long) have three dark squares along the diagonal with the fast seed and none with the \
            slow one; here the classes are the squares."
            .into(),
        drawing: map.draw(),
    }
}

/// When each class is done, for both seeds.
pub fn times(runs: [&[Run]; 2]) -> Figure {
    let time = |runs: &[Run], class: usize| mean(runs, |run| run.time[class]).value();
    let bar = |runs: &[Run], class: usize| {
        let time = time(runs, class);
        Bar {
            label: format!("{} leechers", CLASSES[class]),
            parts: vec![time.unwrap_or(0.0)],
            values: vec![time.map_or_else(String::new, duration)],
            total: time.map_or_else(|| "not half of them in some run".into(), |_| String::new()),
            all_values: true,
        }
    };
    let group = |(runs, (upload, name)): (&[Run], (&str, &str))| Group {
        heading: format!("{name}, {upload}"),
        bars: (0..CLASSES.len()).map(|class| bar(runs, class)).collect(),
    };
    let most = runs
        .iter()
        .flat_map(|runs| (0..CLASSES.len()).filter_map(|class| time(runs, class)))
        .fold(0.0, f64::max);
    let chart = BarChart {
        words: Words {
            title: "Who gives more is done sooner, if the seed is fast".into(),
            subtitle: "median download time of each class, mean over runs".into(),
            notes: Vec::new(),
        },
        axis: Axis::time("median download time", most, 6),
        key: vec![("time", Fill::new(BLUE, Hatch::Plain, PAPER))],
        groups: runs.into_iter().zip(SEEDS).map(group).collect(),
    };
    Figure {
        name: format!("{}-times", EXPERIMENT.name),
        caption: "The paper's cumulative curves of completion times: three steps with the fast seed, the fast leechers first; one step for all with the slow one.".into(),
        drawing: chart.draw(),
    }
}
