//! How unequally persons send in each system, beside how unequal their lines are.

use super::Figure;
use super::lorenz::{curve, gini};
use crate::metrics::rows::PeerRow;
use crate::report::axes::Axis;
use crate::report::chart::{Chart, Panel, Series};
use crate::report::frame::Words;
use crate::report::palette::{Dash, LineStyle, SOFT};
use crate::report::tables::Tables;
use crate::report::view::left_out;

const CAPTION: &str = "Persons stand from left to right by what they sent, the least first; a curve adds up their share of all that \
    persons sent. The control is the same curve of their upload capacities: it is what would be seen if everybody sent in \
    proportion to the own line. Where all lines are alike it is the diagonal. What hangs below the control is not the \
    lines' doing but that of the system and of how people behave. Gini: 0 is equal, 1 is one person for all.";

pub fn draw(tables: &Tables) -> Option<Figure> {
    let (systems, others) = tables.line_systems();
    let mut panel = Panel::default();
    let mut idle = Vec::new();
    for (system, style) in systems {
        let sent: Vec<u64> = persons(tables, &system).map(|peer| peer.uploaded_bytes).collect();
        if sent.iter().sum::<u64>() == 0 {
            idle.push(system);
            continue;
        }
        let label = format!("{system} ({:.2})", gini(&sent));
        panel.series.push(Series { label, style, points: curve(&sent) });
    }
    if panel.series.is_empty() {
        return None;
    }
    panel.series.extend(control(tables));
    let mut notes: Vec<String> = left_out(&others).into_iter().collect();
    if !idle.is_empty() {
        notes.push(format!("Persons sent nothing under {}.", idle.join(", ")));
    }
    notes.push("In brackets: the Gini coefficient.".into());
    let chart = Chart {
        words: Words {
            title: "Who carries the load".into(),
            subtitle: format!(
                "{} · control: the curve if all sent in proportion to their lines",
                tables.subtitle_pooled()
            ),
            notes,
        },
        x: Axis::percent("persons, least to most"),
        y: Axis::percent("bytes that persons sent"),
        panels: vec![panel],
    };
    let title = chart.words.title.clone();
    Some(Figure { name: "concentration", title, caption: CAPTION, drawing: chart.draw() })
}

fn persons<'a>(tables: &'a Tables, system: &'a str) -> impl Iterator<Item = &'a PeerRow> {
    tables.peers.iter().filter(move |peer| peer.system == system)
}

/// The curve of capacities: every system meets the same persons, so the first stands for all.
fn control(tables: &Tables) -> Option<Series> {
    let system = tables.systems().into_iter().next()?;
    let capacities = persons(tables, &system).map(|peer| peer.upload_bytes_per_s);
    let limited: Option<Vec<u64>> = capacities.map(|rate| rate.is_finite().then_some(rate as u64)).collect();
    let limited = limited.filter(|rates| rates.iter().sum::<u64>() > 0)?;
    let style = LineStyle { colour: SOFT, dash: Dash::Long, width: 3.0 };
    Some(Series {
        label: format!("control: upload lines ({:.2})", gini(&limited)),
        style,
        points: curve(&limited),
    })
}
