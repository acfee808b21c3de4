//! How a plot of a sweep is laid out: what runs along its axes, in what its lines differ and in what its panels.

use std::collections::BTreeSet;

use super::{AxisUnit, Combine, PlotSpec, Split, Sweep};

/// More lines than this in one panel cannot be told apart.
pub const MOST_LINES: usize = 6;
/// More panels than this on one sheet cannot be read.
pub const MOST_PANELS: usize = 12;

/// Something in which the figures of a sweep differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    Class,
    System,
    /// The axis at that place.
    Axis(usize),
}

/// Where each dimension of a plot goes. What has only one value goes nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrangement {
    /// Place of the axis that runs to the right.
    pub x: usize,
    /// Of the axis that runs upwards: a heat map.
    pub rows: Option<usize>,
    /// In what the lines of a panel differ; `None`: there is one.
    pub lines: Option<Dimension>,
    /// Every combination of their values is a panel.
    pub panels: Vec<Dimension>,
}

/// What there is to draw.
struct Shape<'a> {
    sweep: &'a Sweep,
    systems: usize,
    classes: usize,
}

/// Why that plot cannot be drawn of a sweep of these systems and classes, in words; `None` if it can.
///
/// Which classes a measure applies to shows only in the results: all that are not left out are taken to be drawn.
pub fn problem(plot: &PlotSpec, sweep: &Sweep, systems: &[String], classes: &[String]) -> Option<String> {
    let chosen = |chosen: &[String], all: &[String]| if chosen.is_empty() { all.len() } else { chosen.len() };
    let besides = plot.over.iter().filter(|_| plot.classes.is_empty()).count();
    let classes = chosen(&plot.classes, classes).saturating_sub(besides);
    arrange(plot, sweep, chosen(&plot.systems, systems), classes).err()
}

/// Lays a plot out that draws so many systems and classes; the error says why it cannot be drawn.
pub fn arrange(
    plot: &PlotSpec,
    sweep: &Sweep,
    systems: usize,
    classes: usize,
) -> Result<Arrangement, String> {
    let shape = Shape { sweep, systems, classes };
    let x = shape.axis(&plot.x)?;
    let rows = plot.rows.as_ref().map(|key| shape.axis(key)).transpose()?;
    if rows == Some(x) {
        return Err(format!("`{}` runs to the right and upwards at once", plot.x));
    }
    let taken = [Some(x), rows];
    let split = plot.split.as_ref().map(|split| shape.dimension(split, &taken)).transpose()?;
    let panels = plot.panels.as_ref().map(|split| shape.dimension(split, &taken)).transpose()?;
    if split.is_some() && split == panels {
        return Err("`split` and `panels` name the same".into());
    }
    if rows.is_some() && (plot.scale.log_x || plot.scale.log_y) {
        return Err("a heat map has no logarithmic scale: its columns and rows are evenly spaced".into());
    }
    if rows.is_some() && split.is_some() {
        return Err("a heat map has no lines to split: say `panels`".into());
    }
    if plot.scale.log_x {
        shape.positive(x)?;
    }
    let free = shape.free(&taken);
    let lines = split.or_else(|| shape.lines(&free, panels).filter(|_| rows.is_none()));
    let others = free.into_iter().filter(|free| Some(*free) != lines && Some(*free) != panels);
    let arrangement = Arrangement { x, rows, lines, panels: panels.into_iter().chain(others).collect() };
    shape.check(&arrangement)?;
    Ok(arrangement)
}

impl Shape<'_> {
    fn axis(&self, key: &str) -> Result<usize, String> {
        let place = self.sweep.axes.iter().position(|axis| axis.key == key);
        place.ok_or_else(|| format!("`{key}` is not varied by the sweep"))
    }

    fn dimension(&self, split: &Split, taken: &[Option<usize>]) -> Result<Dimension, String> {
        match split {
            Split::Class => Ok(Dimension::Class),
            Split::System => Ok(Dimension::System),
            Split::Axis(key) => match self.axis(key)? {
                axis if taken.contains(&Some(axis)) => Err(format!("`{key}` is an axis of the plot already")),
                axis => Ok(Dimension::Axis(axis)),
            },
        }
    }

    /// How many values a dimension has.
    fn count(&self, dimension: Dimension) -> usize {
        match dimension {
            Dimension::Class => self.classes,
            Dimension::System => self.systems,
            Dimension::Axis(axis) => {
                let first = |at: &usize| self.sweep.first_alike(axis, *at) == *at;
                (0..self.sweep.axes[axis].values.len()).filter(first).count()
            }
        }
    }

    /// What differs and stands on no axis of the plot. In a zip the axes go together: one stands for all.
    fn free(&self, taken: &[Option<usize>]) -> Vec<Dimension> {
        let axes = match self.sweep.combine {
            Combine::Grid => 0..self.sweep.axes.len(),
            Combine::Zip => 0..0,
        };
        let axes = axes.filter(|axis| !taken.contains(&Some(*axis))).map(Dimension::Axis);
        let all = [Dimension::Class, Dimension::System].into_iter().chain(axes);
        all.filter(|dimension| self.count(*dimension) > 1).collect()
    }

    /// In what lines differ if nobody says it: classes, else systems, else the values of an axis; not of too many.
    fn lines(&self, free: &[Dimension], panels: Option<Dimension>) -> Option<Dimension> {
        let few = |dimension: &Dimension| self.count(*dimension) <= MOST_LINES;
        free.iter().copied().find(|dimension| Some(*dimension) != panels && few(dimension))
    }

    fn positive(&self, axis: usize) -> Result<(), String> {
        let axis = &self.sweep.axes[axis];
        let positive = |number: Option<f64>| number.is_some_and(|number| number > 0.0);
        match axis.unit {
            AxisUnit::Words => {
                Err(format!("the values of `{}` are no numbers for a logarithmic axis", axis.key))
            }
            _ if axis.values.iter().all(|value| positive(value.number)) => Ok(()),
            _ => Err(format!("`{}` has values that a logarithmic axis has no place for", axis.key)),
        }
    }

    fn check(&self, arrangement: &Arrangement) -> Result<(), String> {
        let panels: usize = arrangement.panels.iter().map(|dimension| self.count(*dimension)).product();
        let lines = arrangement.lines.map_or(1, |dimension| self.count(dimension));
        if panels > MOST_PANELS {
            return Err(format!(
                "it would have {panels} panels, more than {MOST_PANELS}: choose `systems` and `classes`, or another `split`"
            ));
        }
        if lines > MOST_LINES {
            return Err(format!(
                "it would have {lines} lines a panel, more than {MOST_LINES}: choose `systems` and `classes`, or another `split`"
            ));
        }
        self.one_point_a_place(arrangement)
    }

    /// In a zip two points may have the same value on the axis that is drawn.
    fn one_point_a_place(&self, arrangement: &Arrangement) -> Result<(), String> {
        let mut seen: BTreeSet<Vec<usize>> = BTreeSet::new();
        for point in 0..self.sweep.points() {
            let place = arrangement.axes().map(|axis| self.sweep.value_at(point, axis)).collect();
            if !seen.insert(place) {
                let key = &self.sweep.axes[arrangement.x].key;
                return Err(format!(
                    "several points have the same `{key}`: split them by another axis, or draw along one that tells them apart"
                ));
            }
        }
        Ok(())
    }
}

impl Arrangement {
    /// The axes of the sweep that the plot tells apart.
    pub fn axes(&self) -> impl Iterator<Item = usize> {
        let axis = |dimension: Dimension| match dimension {
            Dimension::Axis(axis) => Some(axis),
            Dimension::Class | Dimension::System => None,
        };
        let others = self.lines.into_iter().chain(self.panels.iter().copied()).filter_map(axis);
        std::iter::once(self.x).chain(self.rows).chain(others)
    }
}

impl Sweep {
    /// The first value of an axis that is the same as that at `at`: a zip may repeat one.
    pub fn first_alike(&self, axis: usize, at: usize) -> usize {
        let values = &self.axes[axis].values;
        let alike = |value: &super::AxisValue| match (value.number, values[at].number) {
            (Some(number), Some(own)) => number == own,
            (Some(_) | None, Some(_) | None) => value.text == values[at].text,
        };
        values.iter().position(alike).expect("a value is like itself")
    }

    /// Which value of an axis a point has: its place, the first of those alike.
    pub fn value_at(&self, point: usize, axis: usize) -> usize {
        self.first_alike(axis, self.place(point)[axis])
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Axis, AxisValue, Scale};
    use super::*;

    fn sweep(axes: &[&[f64]], combine: Combine) -> Sweep {
        let value = |number: &f64| AxisValue { text: number.to_string(), number: Some(*number) };
        let axis = |(at, values): (usize, &&[f64])| Axis {
            key: format!("k{at}"),
            unit: AxisUnit::Number,
            values: values.iter().map(value).collect(),
        };
        let axes = axes.iter().enumerate().map(axis).collect();
        Sweep { axes, combine, replicates: 1, precision: None, plots: Vec::new() }
    }

    fn plot() -> PlotSpec {
        PlotSpec {
            name: "p".into(),
            title: String::new(),
            x: "k0".into(),
            rows: None,
            y: "peers".into(),
            over: None,
            classes: Vec::new(),
            systems: Vec::new(),
            split: None,
            panels: None,
            scale: Scale::default(),
        }
    }

    #[test]
    fn classes_are_lines_systems_are_panels_and_every_other_axis_too() {
        let sweep = sweep(&[&[1.0, 2.0], &[1.0, 2.0, 3.0]], Combine::Grid);
        let lines = |systems, classes| {
            let arranged = arrange(&plot(), &sweep, systems, classes).unwrap();
            (arranged.lines, arranged.panels)
        };
        let (class, system, axis) = (Dimension::Class, Dimension::System, Dimension::Axis(1));
        assert_eq!(lines(2, 2), (Some(class), vec![system, axis]));
        assert_eq!(lines(2, 1), (Some(system), vec![axis]));
        assert_eq!(lines(1, 1), (Some(axis), vec![]));
        assert_eq!(lines(7, 1), (Some(axis), vec![system]), "more lines than can be told apart");
        let by_axis = PlotSpec { split: Some(Split::Axis("k1".into())), ..plot() };
        assert_eq!(arrange(&by_axis, &sweep, 2, 2).unwrap().panels, [class, system]);
        let map = PlotSpec { rows: Some("k1".into()), ..plot() };
        let map = arrange(&map, &sweep, 2, 1).unwrap();
        assert_eq!((map.rows, map.lines, map.panels), (Some(1), None, vec![system]));
    }

    #[test]
    fn what_cannot_be_drawn_is_refused_with_the_reason() {
        let grid = sweep(&[&[0.0, 2.0], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]], Combine::Grid);
        let zip = sweep(&[&[1.0, 1.0, 2.0], &[1.0, 2.0, 3.0]], Combine::Zip);
        let refused = |plot: PlotSpec, sweep: &Sweep| {
            problem(&plot, sweep, &["a".into(), "b".into()], &["c".into()]).unwrap_or_default()
        };
        let key = |key: &str| Some(Split::Axis(key.into()));
        let log = Scale { log_x: true, log_y: false };
        let cases = [
            (PlotSpec { x: "k9".into(), ..plot() }, &grid, "not varied"),
            (PlotSpec { rows: Some("k0".into()), ..plot() }, &grid, "at once"),
            (PlotSpec { split: key("k0"), ..plot() }, &grid, "already"),
            (PlotSpec { split: key("k1"), panels: key("k1"), ..plot() }, &grid, "the same"),
            (PlotSpec { rows: Some("k1".into()), split: Some(Split::System), ..plot() }, &grid, "no lines"),
            (PlotSpec { rows: Some("k1".into()), scale: log, ..plot() }, &grid, "evenly spaced"),
            (PlotSpec { scale: log, ..plot() }, &grid, "no place for"),
            (PlotSpec { split: key("k1"), ..plot() }, &grid, "7 lines"),
            (PlotSpec { panels: key("k1"), split: Some(Split::Class), ..plot() }, &grid, "14 panels"),
            (plot(), &zip, "several points"),
        ];
        for (plot, sweep, reason) in cases {
            let found = refused(plot, sweep);
            assert!(found.contains(reason), "{found:?} does not say {reason:?}");
        }
        assert_eq!(refused(plot(), &grid), "", "two lines in seven panels");
        assert_eq!(refused(PlotSpec { x: "k1".into(), ..plot() }, &zip), "");
        assert_eq!(refused(PlotSpec { split: key("k1"), ..plot() }, &zip), "");
    }
}
