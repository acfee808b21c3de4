//! Who uploaded how much: the Lorenz curve of uploaded bytes.

use super::Figure;
use crate::report::axes::Axis;
use crate::report::chart::{Chart, Panel, Series};
use crate::report::frame::Words;
use crate::report::palette::{AXIS, Dash, LINES, LineStyle};
use crate::report::tables::Tables;
use crate::report::thin::{steps_note, stride};

const CAPTION: &str = "Peers stand from left to right by what they uploaded, the least first; the curve adds up their share of all \
    bytes. On the diagonal all upload alike; the further the curve hangs below it, the fewer carry the swarm, and where it \
    runs along the bottom peers gave nothing. Gini: 0 is equal, 1 is one peer for all.";

pub fn draw(tables: &Tables) -> Option<Figure> {
    // Systems of several kinds have one curve each on the same axes (`concentration`).
    if !tables.manifest.only_swarms() {
        return None;
    }
    let mut panels = Vec::new();
    let downloading = tables.downloading_classes();
    for system in tables.systems() {
        let amounts = |with_seeds: bool| -> Vec<u64> {
            let counts = |class: &String| with_seeds || downloading.contains(class);
            let peers = tables.peers.iter().filter(|p| p.system == system && counts(&p.class));
            peers.map(|p| p.uploaded_bytes).collect()
        };
        let (everybody, leechers) = (amounts(true), amounts(false));
        let equality = LineStyle { colour: AXIS, dash: Dash::Dotted, width: 3.0 };
        let mut panel = Panel { heading: system, ..Panel::default() };
        let diagonal = vec![(0.0, 0.0), (1.0, 1.0)];
        panel.series.push(Series { label: "all alike".into(), style: equality, points: diagonal });
        for (label, amounts, style) in
            [("without seeds", &leechers, LINES[0]), ("everybody", &everybody, LINES[1])]
        {
            let repeats = label == "everybody" && everybody.len() == leechers.len();
            if amounts.iter().sum::<u64>() > 0 && !repeats {
                let label = if everybody.len() == leechers.len() { "everybody" } else { label };
                panel.notes.push(format!("Gini {label}: {:.2}", gini(amounts)));
                panel.series.push(Series { label: label.into(), style, points: curve(amounts) });
            }
        }
        panels.push(panel);
    }
    if panels.iter().all(|panel| panel.series.len() < 2) {
        return None;
    }
    let chart = Chart {
        words: Words {
            title: "Who uploaded how much".into(),
            subtitle: tables.subtitle_pooled(),
            notes: ["Seeds: those that had the whole file when they came.".into()]
                .into_iter()
                .chain(steps_note(tables.peers.len()))
                .collect(),
        },
        x: Axis::percent("peers, least to most"),
        y: Axis::percent("uploaded bytes"),
        panels,
    };
    let title = chart.words.title.clone();
    Some(Figure { name: "upload-lorenz", title, caption: CAPTION, drawing: chart.draw() })
}

/// Cumulative share of the amounts against the share of holders, least first.
pub fn curve(amounts: &[u64]) -> Vec<(f64, f64)> {
    let mut sorted = amounts.to_vec();
    sorted.sort_unstable();
    let total: u64 = sorted.iter().sum();
    let mut points = vec![(0.0, 0.0)];
    let mut sum = 0;
    for (k, amount) in sorted.iter().enumerate() {
        sum += amount;
        points.push(((k + 1) as f64 / sorted.len() as f64, sum as f64 / total as f64));
    }
    let every = stride(points.len());
    let last = points.len() - 1;
    points.into_iter().enumerate().filter(|(k, _)| k % every == 0 || *k == last).map(|(_, p)| p).collect()
}

/// The Gini coefficient: twice the area between the diagonal and the curve, G = 2 sum(i x_i) / (n sum x) - (n + 1) / n
/// with the amounts ascending and i from 1.
pub fn gini(amounts: &[u64]) -> f64 {
    let mut sorted = amounts.to_vec();
    sorted.sort_unstable();
    let n = sorted.len() as f64;
    let total: f64 = sorted.iter().map(|x| *x as f64).sum();
    let weighted: f64 = sorted.iter().enumerate().map(|(i, x)| (i + 1) as f64 * *x as f64).sum();
    2.0 * weighted / (n * total) - (n + 1.0) / n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_uploads_lie_on_the_diagonal() {
        assert!(gini(&[7; 40]).abs() < 1e-12);
        assert!(curve(&[7; 40]).iter().all(|(x, y)| (x - y).abs() < 1e-12));
    }

    // One of n gives everything: G = 1 - 1/n.
    #[test]
    fn one_giver_among_many() {
        let mut amounts = vec![0; 24];
        amounts.push(1000);
        assert!((gini(&amounts) - 0.96).abs() < 1e-12);
        let curve = curve(&amounts);
        assert_eq!(curve[24], (0.96, 0.0));
        assert_eq!(curve[25], (1.0, 1.0));
    }

    // x_i = i for i = 1..n: G = 2 (n (n+1) (2n+1) / 6) / (n n (n+1) / 2) - (n+1)/n = (n - 1) / (3 n).
    #[test]
    fn uploads_in_arithmetic_progression() {
        let amounts: Vec<u64> = (1..=50).collect();
        assert!((gini(&amounts) - 49.0 / 150.0).abs() < 1e-12);
    }

    #[test]
    fn a_long_curve_is_thinned_and_keeps_its_ends() {
        let amounts: Vec<u64> = (0..100_000).collect();
        let curve = curve(&amounts);
        assert!(curve.len() <= 502);
        assert_eq!((curve[0], curve[curve.len() - 1]), ((0.0, 0.0), (1.0, 1.0)));
    }
}
