//! A plot of the sweep with everything filled in that its author left open.

use super::estimates::{Figure, Found};
use super::results::Results;
use super::words::{class, peers};
use crate::metrics::measures::Measure;
use crate::report::palette::{LINES, LineStyle};
use crate::spec::{Arrangement, Dimension, PlotSpec, arrange};

/// What is to be drawn, and where each part of it goes.
pub struct Chosen<'a> {
    pub results: &'a Results,
    pub spec: &'a PlotSpec,
    pub figure: Figure,
    pub systems: Vec<String>,
    pub classes: Vec<String>,
    pub arrangement: Arrangement,
    /// Of each point: which value of each axis it has.
    points: Vec<Vec<usize>>,
}

/// One value of a dimension: what a line or a panel stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fixed {
    Class(String),
    System(String),
    /// Places of the axis and of its value.
    Value {
        axis: usize,
        value: usize,
    },
}

impl<'a> Chosen<'a> {
    /// The error says in words why it cannot be drawn.
    pub fn new(results: &'a Results, spec: &'a PlotSpec) -> Result<Chosen<'a>, String> {
        let measure = Measure::named(&spec.y).ok_or_else(|| format!("there is no measure `{}`", spec.y))?;
        let mut systems = or_all(&spec.systems, || results.manifest.systems.clone());
        // Not every system of the scenario need have been run.
        systems.retain(|system| results.manifest.systems.contains(system));
        let mut classes = or_all(&spec.classes, || results.classes_with(measure));
        classes.retain(|class| spec.over.as_ref() != Some(class));
        if systems.is_empty() || classes.is_empty() {
            return Err("there is nothing to draw in it".into());
        }
        let sweep = &results.manifest.sweep;
        let arrangement = arrange(spec, sweep, systems.len(), classes.len())?;
        let place = |point| (0..sweep.axes.len()).map(|axis| sweep.value_at(point, axis)).collect();
        let points = (0..sweep.points()).map(place).collect();
        let figure = Figure { measure, over: spec.over.clone() };
        Ok(Chosen { results, spec, figure, systems, classes, arrangement, points })
    }

    /// The places of an axis' values: ascending where they are numbers, else as they were written, each once.
    pub fn values(&self, axis: usize) -> Vec<usize> {
        let sweep = &self.results.manifest.sweep;
        let values = &sweep.axes[axis].values;
        let mut places: Vec<usize> =
            (0..values.len()).filter(|at| sweep.first_alike(axis, *at) == *at).collect();
        if values.iter().all(|value| value.number.is_some()) {
            places.sort_by(|a, b| f64::total_cmp(&number(values[*a].number), &number(values[*b].number)));
        }
        places
    }

    fn along(&self, dimension: Dimension) -> Vec<Fixed> {
        match dimension {
            Dimension::Class => self.classes.iter().cloned().map(Fixed::Class).collect(),
            Dimension::System => self.systems.iter().cloned().map(Fixed::System).collect(),
            Dimension::Axis(axis) => {
                self.values(axis).into_iter().map(|value| Fixed::Value { axis, value }).collect()
            }
        }
    }

    /// What each panel stands for: every combination of the dimensions that make panels.
    pub fn panels(&self) -> Vec<Vec<Fixed>> {
        let mut panels = vec![Vec::new()];
        for dimension in &self.arrangement.panels {
            let with = |panel: &Vec<Fixed>| -> Vec<Vec<Fixed>> {
                let longer = |fixed| panel.iter().cloned().chain([fixed]).collect();
                self.along(*dimension).into_iter().map(longer).collect()
            };
            panels = panels.iter().flat_map(with).collect();
        }
        panels
    }

    /// What each line of a panel stands for; `None`: the only one.
    pub fn lines(&self) -> Vec<Option<Fixed>> {
        match self.arrangement.lines {
            Some(dimension) => self.along(dimension).into_iter().map(Some).collect(),
            None => vec![None],
        }
    }

    /// What was found where all that holds. What nobody fixes has one value only.
    pub fn found(&self, fixed: &[&Fixed]) -> Found {
        let (mut class, mut system, mut place) = (&self.classes[0], &self.systems[0], Vec::new());
        for fixed in fixed {
            match fixed {
                Fixed::Class(name) => class = name,
                Fixed::System(label) => system = label,
                Fixed::Value { axis, value } => place.push((*axis, *value)),
            }
        }
        let there = |values: &Vec<usize>| place.iter().all(|(axis, value)| values[*axis] == *value);
        match self.points.iter().position(there) {
            Some(point) => self.figure.at(self.results, point, system, class),
            None => Found::NotRun,
        }
    }

    /// Systems and classes that the whole plot is about, where they are one of several; for its subtitle.
    pub fn only(&self) -> Vec<String> {
        let manifest = &self.results.manifest;
        let system = (self.systems.len() == 1 && manifest.systems.len() > 1).then(|| self.systems[0].clone());
        let class = (self.classes.len() == 1 && manifest.classes.len() > 1).then(|| peers(&self.classes[0]));
        system.into_iter().chain(class).collect()
    }

    /// What is drawn: the measure, and where one class is held against another both of them.
    pub fn what(&self) -> String {
        match (&self.figure.over, &self.classes[..]) {
            (Some(over), [only]) => {
                format!("{}, {} over {}", self.figure.measure.title, class(only), class(over))
            }
            (Some(_) | None, _) => self.figure.title(),
        }
    }

    /// Whether the values along the x axis stand in no order.
    pub fn categories(&self) -> bool {
        let axis = &self.results.manifest.sweep.axes[self.arrangement.x];
        axis.values.iter().any(|value| value.number.is_none())
    }

    /// Which of the house's lines, and marks, a line has: a class or a system looks the same in every figure.
    pub fn place_of(&self, line: &Option<Fixed>) -> usize {
        let position = |list: &[String], name: &String| list.iter().position(|other| other == name);
        match line {
            None => 0,
            Some(Fixed::System(label)) => position(&self.results.manifest.systems, label).unwrap_or(0),
            Some(Fixed::Class(name)) => position(&self.results.classes_by_line(), name).unwrap_or(0),
            Some(Fixed::Value { axis, value }) => {
                self.values(*axis).iter().position(|other| other == value).unwrap_or(0)
            }
        }
    }
}

pub fn style(place: usize) -> LineStyle {
    LINES[place % LINES.len()]
}

fn or_all(chosen: &[String], all: impl FnOnce() -> Vec<String>) -> Vec<String> {
    if chosen.is_empty() { all() } else { chosen.to_vec() }
}

fn number(value: Option<f64>) -> f64 {
    value.expect("an axis of numbers")
}
