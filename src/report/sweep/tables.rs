//! The numbers behind the figures as tables: a row a point, a column a system and class; as Markdown and as LaTeX.

use super::chosen::Chosen;
use super::estimates::{Figure, Found};
use super::results::Results;
use super::units::{Quantity, Written, names};
use super::words::{axis_title, capital, class};

/// One figure over all points.
#[derive(Clone, Debug)]
pub struct Table {
    /// What it is, with its unit.
    pub title: String,
    /// How to read a cell.
    pub legend: String,
    /// Titles of the axes, before the columns of figures.
    pub settings: Vec<String>,
    /// Each system, and its classes.
    pub groups: Vec<(String, Vec<String>)>,
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug)]
pub struct Row {
    pub settings: Vec<String>,
    /// Runs of each system.
    pub runs: String,
    pub cells: Vec<String>,
}

/// A table for each figure that the plots draw, each once, of all systems and classes that are drawn of it.
pub fn tables(chosen: &[Chosen<'_>]) -> Vec<Table> {
    let same = |a: &Chosen<'_>, b: &Chosen<'_>| {
        a.figure.measure.name == b.figure.measure.name && a.figure.over == b.figure.over
    };
    let first = |(at, own): &(usize, &Chosen<'_>)| !chosen[..*at].iter().any(|other| same(own, other));
    let table = |(_, own): (usize, &Chosen<'_>)| {
        let alike = || chosen.iter().filter(|other| same(own, other));
        let systems = in_order(alike().flat_map(|other| &other.systems));
        let classes = in_order(alike().flat_map(|other| &other.classes));
        of_figure(own.results, &own.figure, &systems, &classes)
    };
    chosen.iter().enumerate().filter(first).map(table).collect()
}

/// Each once, in the order of the first.
fn in_order<'a>(all: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for item in all {
        if !once.contains(item) {
            once.push(item.clone());
        }
    }
    once
}

fn of_figure(results: &Results, figure: &Figure, systems: &[String], classes: &[String]) -> Table {
    let points: Vec<usize> = results.manifest.points.iter().map(|entry| entry.point as usize).collect();
    let row = |point: &usize| -> Vec<Found> {
        let pairs = systems.iter().flat_map(|system| classes.iter().map(move |class| (system, class)));
        pairs.map(|(system, class)| figure.at(results, *point, system, class)).collect()
    };
    let found: Vec<Vec<Found>> = points.iter().map(row).collect();
    let quantity = match figure.over {
        Some(_) => Quantity::Plain,
        None => Quantity::of_measure(figure.measure.unit),
    };
    let (unit, decimals) = quantity.suiting(found.iter().flatten().filter_map(mean));
    let axes = &results.manifest.sweep.axes;
    let rows = results.manifest.points.iter().zip(&found).map(|(entry, found)| Row {
        settings: settings(results, entry.point as usize),
        runs: entry.replicates.to_string(),
        cells: found.iter().map(|found| cell(found, unit, decimals)).collect(),
    });
    // A table of one system among several says which.
    let of = match systems {
        [only] if results.manifest.systems.len() > 1 => format!(", {only}"),
        _ => String::new(),
    };
    Table {
        title: format!("{}{of}", unit.title(&capital(&figure.title()))),
        legend: legend(figure, found.iter().flatten()),
        settings: axes.iter().map(axis_title).collect(),
        groups: systems
            .iter()
            .map(|system| (system.clone(), classes.iter().map(|name| class(name)).collect()))
            .collect(),
        rows: rows.collect(),
    }
}

fn mean(found: &Found) -> Option<f64> {
    match found {
        Found::Is { mean, .. } => Some(*mean),
        Found::NotRun | Found::Nobody | Found::Never { .. } | Found::OverNothing => None,
    }
}

/// The values of a point as the axes write them.
fn settings(results: &Results, point: usize) -> Vec<String> {
    let sweep = &results.manifest.sweep;
    let place = sweep.place(point);
    sweep.axes.iter().zip(place).map(|(axis, value)| names(axis).1.swap_remove(value)).collect()
}

/// `9.5 [9.1, 9.9]`, or why there is no mean.
fn cell(found: &Found, unit: Written, decimals: usize) -> String {
    let number = |value: f64| unit.number(value, decimals);
    match found {
        Found::Is { mean, interval: Some((low, high)) } => {
            format!("{} [{}, {}]", number(*mean), number(*low), number(*high))
        }
        Found::Is { mean, interval: None } => number(*mean),
        Found::Never { missing, runs } => format!("never in {missing} of {runs}"),
        Found::NotRun | Found::Nobody | Found::OverNothing => "–".into(),
    }
}

fn legend<'a>(figure: &Figure, found: impl Iterator<Item = &'a Found>) -> String {
    let (mut intervals, mut never) = (false, false);
    for found in found {
        match found {
            Found::Is { interval, .. } => intervals |= interval.is_some(),
            Found::Never { .. } => never = true,
            Found::NotRun | Found::Nobody | Found::OverNothing => {}
        }
    }
    let mean =
        if figure.over.is_some() { "Geometric mean of the ratio in each run" } else { "Mean over the runs" };
    let intervals = if intervals { ", and its 95 % confidence interval" } else { "" };
    let never = if never { " Where it was not reached in some runs there is no mean." } else { "" };
    format!("{mean}{intervals}; n is the number of runs.{never}")
}

impl Table {
    /// Titles of all columns in one line.
    pub fn head(&self) -> Vec<String> {
        let several = self.groups.len() > 1;
        let column = |system: &String, class: &String| {
            if several { format!("{system}: {class}") } else { class.clone() }
        };
        let figures = self
            .groups
            .iter()
            .flat_map(|(system, classes)| classes.iter().map(move |class| column(system, class)));
        self.settings.iter().cloned().chain(["n".into()]).chain(figures).collect()
    }
}

impl Row {
    pub fn all_cells(&self) -> impl Iterator<Item = &String> {
        self.settings.iter().chain([&self.runs]).chain(&self.cells)
    }
}
