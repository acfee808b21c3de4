//! One file a kind of plot; each turns tables into a figure or finds that the tables hold nothing for it.

pub mod bytes_by_reason;
pub mod central_load;
pub mod centre_and_persons;
pub mod choke_chart;
pub mod completion;
pub mod concentration;
pub mod copies;
pub mod download_times;
pub mod fulfilled;
pub mod lorenz;
pub mod messages;
pub mod online;
pub mod phases;
pub mod popularity;
pub mod progress;
pub mod search_cost;
pub mod upload;
pub mod waiting;

use super::canvas::Drawing;
use super::tables::Tables;

/// A figure of the report.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Stem of the file's name.
    pub name: &'static str,
    pub title: String,
    /// How to read it, in about two sentences.
    pub caption: &'static str,
    pub drawing: Drawing,
}

type Draw = fn(&Tables) -> Option<Figure>;

/// What compares systems of every kind, on one set of axes.
const SIDE_BY_SIDE: [Draw; 10] = [
    completion::draw,
    phases::draw,
    fulfilled::draw,
    popularity::draw,
    central_load::at_work,
    central_load::queue,
    centre_and_persons::sent,
    centre_and_persons::stored,
    concentration::draw,
    search_cost::draw,
];

/// What tells a swarm by class, a panel a system; of other systems only what they have, too.
const BY_CLASS: [Draw; 10] = [
    download_times::draw,
    bytes_by_reason::draw,
    progress::draw,
    online::draw,
    upload::draw,
    copies::draw,
    lorenz::draw,
    waiting::draw,
    choke_chart::draw,
    messages::draw,
];

/// Every figure that the tables have something for, in the order of the page.
pub fn all(tables: &Tables) -> Vec<Figure> {
    let compared: &[Draw] = if tables.manifest.only_swarms() { &[] } else { &SIDE_BY_SIDE };
    compared.iter().chain(&BY_CLASS).filter_map(|draw| draw(tables)).collect()
}
