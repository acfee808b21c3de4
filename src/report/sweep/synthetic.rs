//! Made-up sweeps for tests: nothing here claims to be a simulation, the numbers only have the shapes that figures must
//! cope with.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::experiment::Override;
use crate::experiment::sweep::{Failed, PointEntry, Shard, SweepManifest};
use crate::metrics::rows::SummaryRow;
use crate::spec::{Axis, AxisUnit, AxisValue, Combine, PlotSpec, Scale, Sweep};

/// Download time in seconds from the values of a point, the places of system and class, and luck between 0 and 1;
/// `None`: never.
type Time = fn(&[f64], usize, usize, f64) -> Option<f64>;

#[derive(Clone)]
pub struct World {
    pub axes: Vec<Axis>,
    pub combine: Combine,
    pub plots: Vec<PlotSpec>,
    pub systems: Vec<&'static str>,
    pub classes: Vec<&'static str>,
    pub replicates: u32,
    /// Points that failed, and points that were not run.
    pub failed: Vec<u32>,
    pub missing: Vec<u32>,
    pub shard: Option<Shard>,
    pub time: Time,
}

pub fn numbers(key: &str, unit: AxisUnit, values: &[f64]) -> Axis {
    let value = |number: &f64| AxisValue { text: number.to_string(), number: Some(*number) };
    Axis { key: key.into(), unit, values: values.iter().map(value).collect() }
}

pub fn words(key: &str, values: &[&str]) -> Axis {
    let value = |text: &&str| AxisValue { text: (*text).into(), number: None };
    Axis { key: key.into(), unit: AxisUnit::Words, values: values.iter().map(value).collect() }
}

pub fn plot(name: &str, x: &str, y: &str) -> PlotSpec {
    PlotSpec {
        name: name.into(),
        title: String::new(),
        x: x.into(),
        rows: None,
        y: y.into(),
        over: None,
        classes: Vec::new(),
        systems: Vec::new(),
        split: None,
        panels: None,
        scale: Scale::default(),
    }
}

impl World {
    /// Ten fractions of free riders, two systems: with tit-for-tat the free riders of a full swarm do not finish in every
    /// run, or not at all.
    pub fn free_riders() -> World {
        let fractions: Vec<f64> = (0..10).map(|k| f64::from(k) * 0.1).collect();
        World {
            axes: vec![numbers("peers.free-rider.fraction", AxisUnit::Number, &fractions)],
            combine: Combine::Grid,
            plots: Vec::new(),
            systems: vec!["tit-for-tat", "random-choking"],
            classes: vec!["seed", "contributor", "free-rider"],
            replicates: 10,
            failed: Vec::new(),
            missing: Vec::new(),
            shard: None,
            time: |values, system, class, luck| {
                let f = values[0];
                let base = 300.0 / (1.05 - f);
                let time = match (system, class) {
                    (0, 2) => base * (2.1 + 2.0 * f),
                    (0, _) => base * 0.9,
                    (_, _) => base * 1.25,
                };
                let never = system == 0 && class == 2 && (f > 0.85 || f > 0.75 && luck < 0.35);
                (!never).then_some(time * (0.9 + 0.2 * luck))
            },
        }
    }

    /// Seed capacity by lingering time.
    pub fn two_axes() -> World {
        let mbit = |n: f64| n * 125_000.0;
        let capacities: Vec<f64> = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0].map(mbit).to_vec();
        World {
            axes: vec![
                numbers("peers.seed.upload", AxisUnit::BytesPerSecond, &capacities),
                numbers(
                    "peers.contributor.after-finishing",
                    AxisUnit::Seconds,
                    &[0.0, 60.0, 300.0, 900.0, 1800.0],
                ),
            ],
            time: |values, _, class, luck| {
                let (seed, linger) = (values[0] / 125_000.0, values[1] / 60.0);
                let base = 400.0 + 2400.0 / seed / (1.0 + linger / 5.0);
                let slow = 1.0 + 2.5 / (1.0 + 0.12 * seed) / (1.0 + 0.4 * linger) - 0.05 * luck;
                (seed > 1.0 || linger > 0.0 || luck > 0.3).then_some(if class == 2 {
                    base * slow
                } else {
                    base
                })
            },
            systems: vec!["tit-for-tat"],
            ..World::free_riders()
        }
    }

    /// A setting whose values are words.
    pub fn categories() -> World {
        World {
            axes: vec![words("systems.tit-for-tat.optimistic-every", &["10 s", "30 s", "120 s", "off"])],
            time: |_, system, class, luck| {
                Some(300.0 + 120.0 * system as f64 + 90.0 * class as f64 * (1.0 + luck))
            },
            ..World::free_riders()
        }
    }

    /// From ten persons to ten thousand.
    pub fn logarithmic() -> World {
        let mut sizes = plot("swarm-size", "population.total", "download_median_s");
        sizes.scale = Scale { log_x: true, log_y: true };
        sizes.classes = vec!["all".into()];
        World {
            axes: vec![numbers(
                "population.total",
                AxisUnit::Number,
                &[10.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4],
            )],
            systems: vec!["bittorrent", "client-server"],
            plots: vec![sizes],
            time: |values, system, _, luck| {
                Some(if system == 0 { 320.0 + 20.0 * luck } else { 40.0 * values[0] * (1.0 + 0.02 * luck) })
            },
            ..World::free_riders()
        }
    }

    fn sweep(&self) -> Sweep {
        Sweep {
            axes: self.axes.clone(),
            combine: self.combine,
            replicates: self.replicates,
            precision: None,
            plots: self.plots.clone(),
        }
    }

    /// Writes the directory that `draw` reads.
    pub fn write(&self, dir: &Path) {
        let sweep = self.sweep();
        fs::write(dir.join("sweep.json"), self.manifest(&sweep).to_json()).unwrap();
        fs::write(dir.join("scenario.toml"), "title = \"Free riders & co\"\n").unwrap();
        let mut out = csv::Writer::from_path(dir.join("runs.csv")).unwrap();
        let axes = self.axes.iter().map(Axis::column);
        out.write_record(["point".to_owned()].into_iter().chain(axes).chain(summary_columns())).unwrap();
        for entry in self.points(&sweep) {
            let cells: Vec<String> = sweep
                .axes
                .iter()
                .zip(sweep.values(entry.point as usize))
                .map(|(axis, value)| axis.cell(value))
                .collect();
            for row in self.rows(&sweep, entry.point) {
                let before = [entry.point.to_string()].into_iter().chain(cells.clone());
                out.write_record(before.chain(cells_of(&row))).unwrap();
            }
        }
        out.flush().unwrap();
    }

    fn points(&self, sweep: &Sweep) -> Vec<PointEntry> {
        let there = |point: &u32| {
            let own = self.shard.is_none_or(|shard| shard.has(*point as usize));
            own && !self.failed.contains(point) && !self.missing.contains(point)
        };
        let points = (0..sweep.points() as u32).filter(there);
        let entry = |point: u32| PointEntry {
            point,
            values: sweep.values(point as usize).map(|value| value.text.clone()).collect(),
            replicates: self.replicates,
            precise: None,
            runs: Vec::new(),
        };
        points.map(entry).collect()
    }

    fn rows(&self, sweep: &Sweep, point: u32) -> Vec<SummaryRow> {
        let place = sweep.place(point as usize);
        let number = |(axis, at): (&Axis, &usize)| axis.values[*at].number.unwrap_or(1.0 + *at as f64);
        let values: Vec<f64> = sweep.axes.iter().zip(&place).map(number).collect();
        let mut rows = Vec::new();
        for (system, label) in self.systems.iter().enumerate() {
            for replicate in 0..self.replicates {
                for (class, name) in self.classes.iter().chain(&["all"]).enumerate() {
                    let luck = luck(replicate, point);
                    let all = class == self.classes.len();
                    // At the first value of a fraction there are no free riders.
                    let nobody = class == 2 && values[0] == 0.0;
                    let peers = if nobody { 0 } else { 50 };
                    let time = (self.time)(&values, system, if all { 1 } else { class }, luck);
                    let time = time.filter(|_| class > 0 && !nobody);
                    rows.push(SummaryRow {
                        system: (*label).into(),
                        replicate,
                        class: (*name).into(),
                        peers,
                        seeds_from_start: if class == 0 { peers } else { 0 },
                        completed: if time.is_some() { peers } else { peers * 2 / 5 },
                        download_median_s: time,
                        uploaded_bytes: if class == 2 { 0 } else { 1 << 30 },
                        ..SummaryRow::default()
                    });
                }
            }
        }
        rows
    }

    fn manifest(&self, sweep: &Sweep) -> SweepManifest {
        let class = |name: &&str| {
            let behavior = if *name == "free-rider" { "FreeRider" } else { "Compliant" };
            json!({ "name": name, "behavior": behavior })
        };
        let system = |label: &&str| json!({ "label": label, "kind": { "BitTorrent": { "clients": [] } } });
        let classes: Vec<_> = self.classes.iter().map(class).collect();
        let systems: Vec<_> = self.systems.iter().map(system).collect();
        let owned = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
        let failed = |point: &u32| Failed {
            point: *point,
            values: vec!["0.3".into()],
            reason: "no peer can <start>".into(),
        };
        SweepManifest {
            program: "unchoke".into(),
            version: "0.1.0".into(),
            format: 1,
            title: "Free riders & a <sweep>".into(),
            question: "How many free riders can a swarm carry?".into(),
            scenario_sha256: "0".repeat(64),
            overrides: vec![Override { key: "population.total".into(), value: "200".into() }],
            settings: vec![Override { key: "content.size".into(), value: "32 MiB".into() }],
            inputs: Vec::new(),
            warnings: Vec::new(),
            seed: 7,
            shuffle_ties: false,
            systems: owned(&self.systems),
            classes: owned(&self.classes),
            sweep: sweep.clone(),
            measure: "download_median_s".into(),
            shard: self.shard,
            complete: self.failed.is_empty() && self.missing.is_empty(),
            points: self.points(sweep),
            failed: self.failed.iter().map(failed).collect(),
            files: Vec::new(),
            resolved: json!({ "content": { "Single": { "size": 33_554_432, "piece": 262_144 } }, "classes": classes,
                "systems": systems }),
        }
    }
}

/// Luck in [0, 1) that looks random and is the same in every system, as with common random numbers.
fn luck(replicate: u32, point: u32) -> f64 {
    f64::from((replicate * 7919 + point * 104_729 + 17) % 1009 % 101) / 101.0
}

/// The columns of `summary.csv`, as the writer of tables would name them.
fn summary_columns() -> Vec<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.serialize(SummaryRow::default()).unwrap();
    let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    text.lines().next().unwrap().split(',').map(str::to_owned).collect()
}

fn cells_of(row: &SummaryRow) -> Vec<String> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.serialize(row).unwrap();
    let text = writer.into_inner().unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&text[..]);
    reader.records().next().unwrap().unwrap().iter().map(str::to_owned).collect()
}
