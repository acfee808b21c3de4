//! A sweep: which settings of a scenario are varied, how their values are combined, how many runs each point gets, and
//! what is drawn of it.

use serde::{Deserialize, Serialize};

/// The table `[sweep]` and the `[[plot]]`s.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    /// In the order of the file; at least one, none without values.
    pub axes: Vec<Axis>,
    pub combine: Combine,
    /// Runs of each system at each point; with a precision the least.
    pub replicates: u32,
    pub precision: Option<Precision>,
    /// Empty: what to draw follows from the axes.
    pub plots: Vec<PlotSpec>,
}

/// One varied key of the scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// Dotted, as `--set` takes it.
    pub key: String,
    pub unit: AxisUnit,
    pub values: Vec<AxisValue>,
}

/// What the values of an axis measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AxisUnit {
    /// Plain numbers.
    Number,
    Seconds,
    Bytes,
    BytesPerSecond,
    PerSecond,
    /// Not all of them numbers of one kind: words, tables, mixtures.
    Words,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AxisValue {
    /// As the author wrote it, without outer quotes.
    pub text: String,
    /// In the axis' unit; `None` exactly on an axis of words.
    pub number: Option<f64>,
}

/// How the values of several axes make points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Combine {
    /// Each value with each; the last axis varies fastest.
    Grid,
    /// The first values together, the second together, and so on: all axes have as many.
    Zip,
}

/// How exactly a figure is to be known at every point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Precision {
    /// Half the width of the 95 % confidence interval over the mean, at most.
    pub within: f64,
    /// Name of the measure.
    pub of: String,
    /// Runs of each system at a point after which it is given up.
    pub most: u32,
}

/// A `[[plot]]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlotSpec {
    /// Of the files, without ending.
    pub name: String,
    /// Empty: made from what is drawn.
    pub title: String,
    /// The key of an axis.
    pub x: String,
    /// The key of another axis, which runs upwards: the plot is a heat map.
    pub rows: Option<String>,
    /// Name of the measure.
    pub y: String,
    /// The class whose `y` that of each other class is divided by, run by run.
    pub over: Option<String>,
    /// Those that are drawn; empty: all that the measure applies to.
    pub classes: Vec<String>,
    pub systems: Vec<String>,
    /// What the lines of one panel differ in; `None`: follows from what there is.
    pub split: Option<Split>,
    /// What the panels differ in; `None`: what is neither on an axis nor split.
    pub panels: Option<Split>,
    pub scale: Scale,
}

/// What lines or panels of a plot differ in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Split {
    Class,
    System,
    /// The values of the axis of this key.
    Axis(String),
}

/// Which axes of a plot are logarithmic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    pub log_x: bool,
    pub log_y: bool,
}

impl Sweep {
    /// How many points there are.
    pub fn points(&self) -> usize {
        let mut lengths = self.axes.iter().map(|axis| axis.values.len());
        match self.combine {
            Combine::Grid => lengths.product(),
            Combine::Zip => lengths.next().unwrap_or(0),
        }
    }

    /// The axes' keys for people: the shortest ends that tell them apart.
    pub fn short_keys(&self) -> Vec<&str> {
        fn end(key: &str, parts: usize) -> &str {
            key.rmatch_indices('.').nth(parts - 1).map_or(key, |(dot, _)| &key[dot + 1..])
        }
        let short = |axis: &Axis| {
            let is_shared = |parts| {
                self.axes.iter().filter(|other| end(&other.key, parts) == end(&axis.key, parts)).count() > 1
            };
            let parts = 1 + axis.key.matches('.').count();
            (1..parts).find(|&parts| !is_shared(parts)).unwrap_or(parts)
        };
        self.axes.iter().map(|axis| end(&axis.key, short(axis))).collect()
    }

    /// How many directions the points spread in: a zip has one.
    pub fn lines(&self) -> usize {
        match self.combine {
            Combine::Grid => self.axes.iter().filter(|axis| axis.values.len() > 1).count().max(1),
            Combine::Zip => 1,
        }
    }

    /// The value of each axis at a point, by index, in the order of the axes.
    pub fn place(&self, point: usize) -> Vec<usize> {
        match self.combine {
            Combine::Zip => vec![point; self.axes.len()],
            Combine::Grid => {
                let mut rest = point;
                let mut place: Vec<usize> = Vec::with_capacity(self.axes.len());
                for axis in self.axes.iter().rev() {
                    place.push(rest % axis.values.len());
                    rest /= axis.values.len();
                }
                place.reverse();
                place
            }
        }
    }

    /// The values of a point, in the order of the axes.
    pub fn values(&self, point: usize) -> impl Iterator<Item = &AxisValue> {
        self.axes.iter().zip(self.place(point)).map(|(axis, value)| &axis.values[value])
    }
}

impl Axis {
    /// Its column in tables: the key, and the unit if there is one.
    pub fn column(&self) -> String {
        format!("{}{}", self.key, self.unit.suffix())
    }

    /// A value as its column shows it.
    pub fn cell(&self, value: &AxisValue) -> String {
        value.number.map_or_else(|| value.text.clone(), |number| number.to_string())
    }
}

impl AxisUnit {
    fn suffix(self) -> &'static str {
        match self {
            AxisUnit::Number | AxisUnit::Words => "",
            AxisUnit::Seconds => "_s",
            AxisUnit::Bytes => "_bytes",
            AxisUnit::BytesPerSecond => "_bytes_per_s",
            AxisUnit::PerSecond => "_per_s",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sweep(lengths: &[usize], combine: Combine) -> Sweep {
        let value = |at: usize| AxisValue { text: at.to_string(), number: Some(at as f64) };
        let axis = |(at, length): (usize, &usize)| Axis {
            key: format!("k{at}"),
            unit: AxisUnit::Seconds,
            values: (0..*length).map(value).collect(),
        };
        let axes = lengths.iter().enumerate().map(axis).collect();
        Sweep { axes, combine, replicates: 1, precision: None, plots: Vec::new() }
    }

    #[test]
    fn a_grid_has_each_value_with_each() {
        let grid = sweep(&[2, 3], Combine::Grid);
        let places: Vec<_> = (0..grid.points()).map(|point| grid.place(point)).collect();
        assert_eq!(places, [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]);
        let texts: Vec<&str> = grid.values(5).map(|value| value.text.as_str()).collect();
        assert_eq!(texts, ["1", "2"]);
    }

    #[test]
    fn a_zip_has_the_first_with_the_first() {
        let zip = sweep(&[3, 3], Combine::Zip);
        assert_eq!(
            (0..zip.points()).map(|point| zip.place(point)).collect::<Vec<_>>(),
            [[0, 0], [1, 1], [2, 2]]
        );
    }

    #[test]
    fn short_keys_tell_the_axes_apart() {
        let mut sweep = sweep(&[2, 2, 2], Combine::Grid);
        for (axis, key) in
            sweep.axes.iter_mut().zip(["peers.seed.upload", "peers.leecher.upload", "content.piece"])
        {
            axis.key = key.into();
        }
        assert_eq!(sweep.short_keys(), ["seed.upload", "leecher.upload", "piece"]);
        sweep.axes[2].key = "upload".into();
        assert_eq!(sweep.short_keys(), ["seed.upload", "leecher.upload", "upload"]);
    }

    #[test]
    fn columns_say_their_units() {
        let sweep = sweep(&[1], Combine::Grid);
        assert_eq!(sweep.axes[0].column(), "k0_s");
        assert_eq!(sweep.axes[0].cell(&AxisValue { text: "2 min".into(), number: Some(120.0) }), "120");
    }
}
