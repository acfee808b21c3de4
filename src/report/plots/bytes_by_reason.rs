//! Which kind of unchoke brought each class its bytes.

use super::Figure;
use crate::metrics::rows::PeerRow;
use crate::report::axes::{Axis, bytes, percent, share};
use crate::report::bars::{Bar, BarChart, Group};
use crate::report::frame::Words;
use crate::report::reasons::UNCHOKE;
use crate::report::tables::Tables;

const CAPTION: &str = "Each bar is what the peers of a class downloaded, split by the sender's reason for unchoking them. Regular \
    slots go to those who send most; what is left over of them, optimistic slots and seeds serve those who give nothing \
    too. Unranked: the sender does not rank its neighbours.";

pub fn draw(tables: &Tables) -> Option<Figure> {
    let classes = tables.downloading_classes();
    let group = |system: String| Group {
        bars: classes.iter().filter_map(|class| bar(tables, &system, class)).collect(),
        heading: system,
    };
    let groups: Vec<Group> = tables.systems().into_iter().map(group).filter(|g| !g.bars.is_empty()).collect();
    if groups.is_empty() {
        return None;
    }
    let chart = BarChart {
        words: Words {
            title: "Where the bytes came from".into(),
            subtitle: tables.subtitle_pooled(),
            notes: Vec::new(),
        },
        axis: Axis::percent("part of the class's downloaded bytes"),
        key: UNCHOKE[..5].to_vec(),
        groups,
    };
    let title = chart.words.title.clone();
    Some(Figure { name: "bytes-by-reason", title, caption: CAPTION, drawing: chart.draw() })
}

fn bar(tables: &Tables, system: &str, class: &str) -> Option<Bar> {
    let mut sums = [0u64; 5];
    for peer in tables.peers_of(system, class) {
        for (sum, part) in sums.iter_mut().zip(by_reason(peer)) {
            *sum += part;
        }
    }
    // Only what was unchoked for: whole files from one supplier or a server have no such reason.
    let total: u64 = sums.iter().sum();
    let parts: Vec<f64> = sums.iter().map(|sum| share(*sum as f64, total as f64)).collect();
    let values = parts.iter().map(|part| percent(*part)).collect();
    (total > 0).then(|| Bar {
        label: class.to_owned(),
        parts,
        values,
        total: bytes(total as f64),
        all_values: true,
    })
}

/// In the order of [`UNCHOKE`].
fn by_reason(peer: &PeerRow) -> [u64; 5] {
    [
        peer.from_regular_bytes,
        peer.from_optimistic_bytes,
        peer.from_seed_bytes,
        peer.from_allowed_fast_bytes,
        peer.from_unranked_bytes,
    ]
}
