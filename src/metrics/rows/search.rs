//! Rows about wishes, searches and the central parts: what systems of every kind are compared by.

use serde::{Deserialize, Serialize};

/// `searches.csv`: a row a wish, in the order in which they were decided; unless the scenario says `searches = false`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WishRow {
    pub system: String,
    pub replicate: u32,
    pub peer: u32,
    pub class: String,
    /// Place in the catalogue's order of popularity, from 0.
    pub file: u32,
    pub wished_s: f64,
    /// `fetched`, `not-found`, `failed`, `left` or `open`.
    pub outcome: String,
    pub ended_s: Option<f64>,
    /// Until a supplier was known; until data came, and before any search while the person's own download places were taken; while
    /// it came. Times away are in none of them.
    pub find_s: f64,
    pub wait_s: f64,
    pub transfer_s: f64,
    /// Searches sent, suppliers that their answers named, suppliers asked, transfers that broke off.
    pub searches: u32,
    pub suppliers: u32,
    pub attempts: u32,
    pub broken: u32,
    /// Others online who shared the file when it was first searched for, whether the search could see them or not.
    pub available: u32,
    /// Messages of its searches (each copy of a flood counts), their bytes, persons reached, copies that came in vain.
    pub messages: u64,
    pub message_bytes: u64,
    pub reached: u32,
    pub duplicates: u64,
}

/// `fetches.csv`: how many wishes had been fulfilled within a time, at some hundred points a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FetchRow {
    pub system: String,
    pub replicate: u32,
    /// From the wish to the whole file.
    pub time_s: f64,
    /// Wishes that took no longer, of those that the `all` row of `summary.csv` counts: from the warm-up on.
    pub fetched: u64,
}

/// `popularity.csv`: what became of wishes for files of similar popularity, of those that `summary.csv` counts: from the warm-up on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PopularityRow {
    pub system: String,
    pub replicate: u32,
    /// Ranks of the files, 1 for the most popular one, the last included.
    pub from_rank: u32,
    pub to_rank: u32,
    pub wishes: u64,
    /// Their file was online somewhere when it was first searched for.
    pub online: u64,
    /// Somebody who has it was named; the file arrived.
    pub found: u64,
    pub fetched: u64,
}

/// `central.csv`: a row a central part, and one (`persons`) for all persons together; amounts of the whole run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CentralRow {
    pub system: String,
    pub replicate: u32,
    /// As in `servers.csv`, or `persons`.
    pub part: String,
    /// The most content (or list entries) kept at any sample, and content sent, as in `servers.csv`.
    pub stored_most_bytes: u64,
    pub sent_bytes: u64,
    /// Empty for persons, as is all that follows.
    pub served: Option<u64>,
    pub refused: Option<u64>,
    /// As in `servers.csv`: in the whole run, and in the busiest interval between two samples.
    pub busy_share: Option<f64>,
    pub busiest_share: Option<f64>,
    /// The most at any sample.
    pub queue_most: Option<u32>,
    pub clients_most: Option<u32>,
    pub sojourn_mean_s: Option<f64>,
    /// Switched off, within the run.
    pub down_s: Option<f64>,
}

/// The `part` of the row about all persons.
pub const PERSONS: &str = "persons";

/// `outages.csv`: a row an outage of a central part, with what it cost; of the whole run, the warm-up too.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutageRow {
    pub system: String,
    pub replicate: u32,
    /// As in `servers.csv`; `indexes` and `servers` are all of them.
    pub part: String,
    pub from_s: f64,
    pub to_s: f64,
    /// Requests that it turned away from its beginning to its end, or the run's.
    pub refused: u64,
    /// Wishes under way when it began, and how many of them were fulfilled in the end.
    pub under_way: u64,
    pub under_way_fetched: u64,
    /// Wishes made while it lasted, and how many of them were fulfilled in the end.
    pub wished: u64,
    pub wished_fetched: u64,
}

/// `overlay.csv`: messages of searching and of keeping an overlay together, each copy counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OverlayRow {
    pub system: String,
    pub replicate: u32,
    pub queries: u64,
    /// Queries that reached somebody who had seen them.
    pub duplicates: u64,
    pub hits: u64,
    /// Of the overlay; in Napster those by which a supplier is chosen.
    pub pings: u64,
    pub pongs: u64,
    pub pushes: u64,
    /// Headers and payload of all of them.
    pub bytes: u64,
}
