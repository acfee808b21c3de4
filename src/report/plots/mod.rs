//! One file a kind of plot; each turns tables into a figure or finds that the tables hold nothing for it.

pub mod bytes_by_reason;
pub mod choke_chart;
pub mod copies;
pub mod download_times;
pub mod lorenz;
pub mod messages;
pub mod online;
pub mod progress;
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

/// Every figure that the tables have something for, in the order of the page.
pub fn all(tables: &Tables) -> Vec<Figure> {
    let kinds = [
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
    kinds.iter().filter_map(|draw| draw(tables)).collect()
}
