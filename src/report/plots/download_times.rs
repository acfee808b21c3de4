//! Which part of each class had the whole file after how long.

use super::Figure;
use super::completion::come_together;
use crate::metrics::rows::PeerRow;
use crate::report::axes::{Axis, duration};
use crate::report::chart::{Chart, Mark, Panel, Series};
use crate::report::frame::Words;
use crate::report::tables::Tables;
use crate::report::thin::{steps_note, stride};
use crate::report::view::{ALL, left_out};

const CAPTION: &str = "Each curve climbs by one step whenever a peer of the class completes its download; read off when half of \
    a class is done where it crosses 50 %, and take a curve further right as a slower class. A download time runs from arrival to the whole file. Peers that never finished keep \
    their curve below 100 %; before a bound, which is drawn where all come together, nothing of its kind could have served everybody.";

pub fn draw(tables: &Tables) -> Option<Figure> {
    let (classes, others) = tables.line_classes();
    let systems = tables.systems();
    // In a catalogue what a person downloads has no common size; wishes are compared (`completion`).
    if classes.is_empty() || tables.manifest.catalogue().is_some() {
        return None;
    }
    let fits = |mark: &Mark| come_together(tables, mark.x);
    let bounds: Vec<_> = systems.iter().map(|system| bound(tables, system).filter(fits)).collect();
    let slowest = tables.peers.iter().filter_map(seconds).fold(0.0, f64::max);
    let top = bounds.iter().flatten().map(|mark| mark.x).fold(slowest, f64::max);
    let top = if slowest > 0.0 { 1.06 * top } else { f64::max(1.06 * top, tables.last_end_s()) };
    let mut longest = 0;
    let panels = systems.iter().zip(bounds).map(|(system, bound)| {
        let mut panel = Panel { heading: system.clone(), ..Panel::default() };
        panel.marks.extend(bound);
        for class in &classes {
            let curve = cdf(tables.peers_of(system, class));
            longest = longest.max(curve.times.len());
            panel.notes.extend(unfinished(tables, system, class, &curve));
            panel.series.push(Series {
                label: class.clone(),
                style: tables.line_style(class),
                points: curve.steps(top),
            });
        }
        panel
    });
    let panels = panels.collect();
    let chart = Chart {
        words: Words {
            title: "How long downloads took".into(),
            subtitle: tables.subtitle_pooled(),
            notes: [everybody(tables), left_out(&others), steps_note(longest)]
                .into_iter()
                .flatten()
                .collect(),
        },
        x: Axis::time("download time", top, 6),
        y: Axis::percent("peers that have finished"),
        panels,
    };
    let title = chart.words.title.clone();
    Some(Figure { name: "download-times", title, caption: CAPTION, drawing: chart.draw() })
}

/// The summary's times are those of who came after the warm-up.
fn everybody(tables: &Tables) -> Option<String> {
    let warm_up = tables.warm_up()?;
    Some(format!("Everybody is counted, those who came in the warm-up (the first {warm_up}) too."))
}

/// Seconds from arrival to the whole file, of a peer that finished.
pub fn seconds(peer: &PeerRow) -> Option<f64> {
    peer.completed_s.map(|completed| completed - peer.arrived_s)
}

/// The distribution of download times in which those who never finish count.
#[derive(Clone, Debug, PartialEq)]
pub struct Cdf {
    /// Ascending seconds of those who finished.
    pub times: Vec<f64>,
    pub peers: usize,
}

pub fn cdf<'a>(peers: impl Iterator<Item = &'a PeerRow>) -> Cdf {
    let all: Vec<Option<f64>> = peers.map(seconds).collect();
    let mut times: Vec<f64> = all.iter().flatten().copied().collect();
    times.sort_by(f64::total_cmp);
    Cdf { times, peers: all.len() }
}

impl Cdf {
    /// Corners of the staircase from zero to `end` seconds; it ends at finished over all.
    pub fn steps(&self, end: f64) -> Vec<(f64, f64)> {
        let stride = stride(self.times.len());
        let part = |count: usize| count as f64 / self.peers as f64;
        let (mut corners, mut level) = (vec![(0.0, 0.0)], 0.0);
        for (chunk, times) in self.times.chunks(stride).enumerate() {
            corners.push((times[times.len() - 1], level));
            level = part(chunk * stride + times.len());
            corners.push((times[times.len() - 1], level));
        }
        corners.push((end, level));
        corners
    }
}

/// The note on a class that did not finish as a whole.
fn unfinished(tables: &Tables, system: &str, class: &str, curve: &Cdf) -> Option<String> {
    let missing = curve.peers - curve.times.len();
    let end = tables.ends_s(system).into_values().fold(0.0, f64::max);
    (missing > 0).then(|| format!("{class}: {missing} of {} not finished by {}", curve.peers, duration(end)))
}

/// The bound of the system's kind; with random capacities it differs between runs, and the least one holds for all.
fn bound(tables: &Tables, system: &str) -> Option<Mark> {
    let rows = || tables.summary_of(system, ALL);
    let fluid: Vec<f64> = rows().filter_map(|row| row.fluid_bound_s).collect();
    let server: Vec<f64> = rows().filter_map(|row| row.server_bound_s).collect();
    let (name, bounds) = if fluid.is_empty() {
        ("server bound of the last", server)
    } else {
        ("fluid bound of the last", fluid)
    };
    let least = bounds.iter().copied().reduce(f64::min)?;
    let differ = bounds.iter().any(|bound| *bound != least);
    let name = if differ { format!("least {name}") } else { name.to_owned() };
    Some(Mark { x: least, label: format!("{name}: {}", duration(least)) })
}
