//! What unfinished peers waited for while nothing arrived.

use super::Figure;
use crate::metrics::rows::PeerRow;
use crate::report::axes::{Axis, duration};
use crate::report::bars::{Bar, BarChart, Group};
use crate::report::frame::Words;
use crate::report::reasons::WAITING;
use crate::report::tables::Tables;

const CAPTION: &str = "The mean time that a peer of the class was online and unfinished while nothing arrived, split by the cause. \
    A long part for choking means that others had what it lacked and would not send; the rest of a peer's download time it \
    was receiving. Who fetches several files at once waits for each of them, and the times add up.";

pub fn draw(tables: &Tables) -> Option<Figure> {
    let classes = tables.downloading_classes();
    let group = |system: String| Group {
        bars: classes.iter().filter_map(|class| bar(tables, &system, class)).collect(),
        heading: system,
    };
    let groups: Vec<Group> = tables.systems().into_iter().map(group).filter(|g| !g.bars.is_empty()).collect();
    let longest = |group: &Group| group.bars.iter().map(|bar| bar.parts.iter().sum()).fold(0.0, f64::max);
    let top = groups.iter().map(longest).fold(0.0, f64::max);
    if top == 0.0 {
        return None;
    }
    let chart = BarChart {
        words: Words {
            title: "What peers waited for".into(),
            subtitle: tables.subtitle_pooled(),
            notes: Vec::new(),
        },
        axis: Axis::time("mean time a peer with nothing arriving", top, 6),
        key: WAITING.to_vec(),
        groups,
    };
    let title = chart.words.title.clone();
    Some(Figure { name: "waiting", title, caption: CAPTION, drawing: chart.draw() })
}

fn bar(tables: &Tables, system: &str, class: &str) -> Option<Bar> {
    let mut sums = [0.0; 5];
    let mut peers = 0;
    for peer in tables.peers_of(system, class).filter(|peer| peer.wishes > 0) {
        peers += 1;
        for (sum, part) in sums.iter_mut().zip(by_reason(peer)) {
            *sum += part;
        }
    }
    // Only a swarm tells its waiting by these causes.
    if peers == 0 || sums.iter().all(|sum| *sum == 0.0) {
        return None;
    }
    let parts: Vec<f64> = sums.iter().map(|sum| sum / f64::from(peers)).collect();
    let values = parts.iter().map(|part| duration(*part)).collect();
    let total = duration(parts.iter().sum());
    Some(Bar { label: class.to_owned(), parts, values, total, all_values: false })
}

/// In the order of [`WAITING`].
fn by_reason(peer: &PeerRow) -> [f64; 5] {
    let of_swarms = [
        peer.waited_joining_s,
        peer.waited_no_neighbours_s,
        peer.waited_nothing_to_ask_s,
        peer.waited_choked_s,
        peer.waited_requested_s,
    ];
    of_swarms.map(Option::unwrap_or_default)
}
