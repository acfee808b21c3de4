//! The rows of the exported tables: one type a CSV file, fields in column order.
//!
//! Units are in the names: `_s` seconds of simulated time, `_bytes` payload bytes, `_bytes_per_s`.
//! An empty cell means that it never happened or is not defined. Nothing here is an internal type of
//! the simulation: these columns are a promise to the people who read the files.

mod search;

pub use search::{CentralRow, FetchRow, OutageRow, OverlayRow, PERSONS, PopularityRow, WishRow};

use serde::{Deserialize, Serialize};

/// `summary.csv`: a row per system, replicate and class, and one with class `all` for every person who is not a
/// seed from the start.
///
/// Where the scenario leaves out a warm-up, counts of persons and of wishes, and every time and mean made of them, are of the persons
/// who arrived and of the wishes made from `warm_up_s` on; seeds from the start are still counted. Bytes and what is made of
/// bytes alone, and the bounds and the ratio to them, are of the whole run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SummaryRow {
    pub system: String,
    pub replicate: u32,
    pub class: String,
    /// Persons who came.
    pub peers: u32,
    /// Had all that they wanted when they came.
    pub seeds_from_start: u32,
    /// Everything that they wished for was there.
    pub completed: u32,
    /// Unfinished and not gone for good when the run ended.
    pub cut_off: u32,
    /// Left unfinished: out of patience, gone by plan, or with a wish that came to nothing.
    pub gave_up: u32,
    /// Download times, from arrival to the last wish fulfilled, of those who wanted something; quantiles count the unfinished as never (empty when the
    /// quantile falls among them), the mean is empty unless all finished.
    pub download_mean_s: Option<f64>,
    pub download_p10_s: Option<f64>,
    pub download_median_s: Option<f64>,
    pub download_p90_s: Option<f64>,
    pub download_max_s: Option<f64>,
    /// From arrival to the first piece received whole (or file, where there are no pieces), of the same persons; who never got one
    /// counts as never.
    pub first_piece_median_s: Option<f64>,
    pub first_piece_p90_s: Option<f64>,
    pub downloaded_bytes: u64,
    pub uploaded_bytes: u64,
    pub wasted_bytes: u64,
    /// Uploaded over downloaded.
    pub share_ratio: Option<f64>,
    /// Lower bound of the last completion where persons send too (Kumar and Ross 2006); one file that all want from the same
    /// moment on; only in the `all` row.
    pub fluid_bound_s: Option<f64>,
    /// Last completion over the bound that holds for the system; only where all finished.
    pub bound_ratio: Option<f64>,
    /// The same bound where servers alone send: max{ N F / u_s, F / d_min }.
    pub server_bound_s: Option<f64>,
    /// Wishes made, and how many ended how: the file is there; the search named nobody, or was refused; nobody of those asked
    /// delivered; the person left first; the run ended first.
    pub wishes: u64,
    pub fetched: u64,
    pub not_found: u64,
    pub failed: u64,
    pub abandoned: u64,
    pub open: u64,
    /// Fetched over wishes.
    pub success_ratio: Option<f64>,
    /// Wishes for which somebody who has the file was named (in a swarm or at a server, which name nobody: that were fulfilled); and of
    /// the others those whose file was online somewhere when it was first searched for.
    pub found: u64,
    pub missed_online: u64,
    /// From the wish to the whole file, times away included; a wish that is not fulfilled counts as never.
    pub fetch_p10_s: Option<f64>,
    pub fetch_median_s: Option<f64>,
    pub fetch_p90_s: Option<f64>,
    /// What fetched wishes spent on average until a supplier was known, until data came, and while it came.
    pub find_mean_s: Option<f64>,
    pub wait_mean_s: Option<f64>,
    pub transfer_mean_s: Option<f64>,
    /// Searches sent, and what one cost on average: messages, each copy of a flood counted, with their headers.
    pub searches: u64,
    pub messages_per_search: Option<f64>,
    pub message_bytes_per_search: Option<f64>,
    /// `downloaded_bytes` that came from servers.
    pub from_servers_bytes: u64,
    /// Where the warm-up ends that is left out; empty without one.
    pub warm_up_s: Option<f64>,
    /// Where that was to be found: whether the run shows a steady state.
    pub steady: Option<bool>,
}

/// `peers.csv`: a row a person who came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PeerRow {
    pub system: String,
    pub replicate: u32,
    pub peer: u32,
    pub class: String,
    /// Capacities of its line; `inf`: no limit.
    pub upload_bytes_per_s: f64,
    pub download_bytes_per_s: f64,
    pub arrived_s: f64,
    pub first_piece_s: Option<f64>,
    pub completed_s: Option<f64>,
    pub left_s: Option<f64>,
    /// Useful payload received, and payload sent and received; what was received in vain; what was sent in a swarm and still under way
    /// when its connection ended, which is in none of the others.
    pub downloaded_bytes: u64,
    pub uploaded_bytes: u64,
    pub wasted_bytes: u64,
    pub lost_bytes: u64,
    /// Pieces that it ended with and that are not what the author made; empty where files are fetched whole, which nobody checks.
    pub corrupt_pieces: Option<u32>,
    /// `downloaded_bytes` by the sender's reason.
    pub from_regular_bytes: u64,
    pub from_optimistic_bytes: u64,
    pub from_seed_bytes: u64,
    pub from_allowed_fast_bytes: u64,
    pub from_unranked_bytes: u64,
    /// `downloaded_bytes` as parts of whole files from one supplier each, and from servers.
    pub from_suppliers_bytes: u64,
    pub from_servers_bytes: u64,
    /// `uploaded_bytes` as parts of whole files to those who asked for them.
    pub to_requesters_bytes: u64,
    /// Wishes made and fulfilled, and searches of others that it answered.
    pub wishes: u32,
    pub fetched: u32,
    pub answered: u32,
    /// Unfinished, online and nothing arriving, by cause; of several files at once the times add up. Empty where files are fetched whole.
    pub waited_joining_s: Option<f64>,
    pub waited_no_neighbours_s: Option<f64>,
    pub waited_nothing_to_ask_s: Option<f64>,
    pub waited_choked_s: Option<f64>,
    pub waited_requested_s: Option<f64>,
}

/// `timeseries.csv`: a row per sample and class, and one with class `all` that alone carries the swarm's columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SampleRow {
    pub system: String,
    pub replicate: u32,
    pub time_s: f64,
    pub class: String,
    /// Persons online who still want something, and who do not; persons who have got all that they will ever wish for.
    pub leechers: u32,
    pub seeds: u32,
    pub finished: u32,
    /// What those who came have of what they have wished for so far, 0 to 1: pieces in a swarm, else files; empty where nobody has
    /// wished for anything.
    pub progress: Option<f64>,
    pub copies_min: Option<u32>,
    pub copies_mean: Option<f64>,
    pub copies_max: Option<u32>,
    /// Over the interval that ends here. Blocks count when they are whole, so a short interval may hold a little more than was available.
    pub upload_used_bytes_per_s: Option<f64>,
    pub upload_available_bytes_per_s: Option<f64>,
    /// Wishes made and fulfilled so far.
    pub wishes: Option<u64>,
    pub fetched: Option<u64>,
    /// Content that persons online hold for others; none where servers alone give.
    pub stored_bytes: Option<u64>,
}

/// `pieces.csv`: a row a piece.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PieceRow {
    pub system: String,
    pub replicate: u32,
    pub piece: u32,
    /// When the first peer without it from the start had completed it.
    pub first_copy_s: Option<f64>,
    pub copies_at_end: u32,
}

/// `servers.csv`: a row per sample and central part (`tracker`, `web-server`, `index-0`, `server-0`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServerRow {
    pub system: String,
    pub replicate: u32,
    pub time_s: f64,
    pub server: String,
    /// Switched on.
    pub up: bool,
    /// Peers registered at a tracker, users logged in at an index, downloads under way at a server.
    pub clients: u32,
    /// Requests that wait or are worked on; clients that wait for a server.
    pub queue: u32,
    /// Requests answered and refused since the beginning.
    pub served: u64,
    pub refused: u64,
    /// Part of the interval that ends here in which it was at work, of all its workers; of a server and a web server the part of their
    /// line that was used.
    pub busy_share: Option<f64>,
    /// Mean time in the system of the requests answered in that interval; empty for a server and a web server, which only send.
    pub sojourn_mean_s: Option<f64>,
    /// Content or list entries kept.
    pub stored_bytes: u64,
    /// Content (files, metainfo files, an index's answers) sent since the beginning, without headers; 0 for a tracker.
    pub sent_bytes: u64,
}

/// `traffic.csv`: useful payload from class to class.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrafficRow {
    pub system: String,
    pub replicate: u32,
    pub from_class: String,
    pub to_class: String,
    pub bytes: u64,
}

/// `decisions.csv`: choking decisions of and about the chosen persons.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DecisionRow {
    pub system: String,
    pub replicate: u32,
    pub time_s: f64,
    /// Who decided.
    pub peer: u32,
    /// About whom.
    pub neighbour: u32,
    pub neighbour_class: String,
    /// `unchoke`, `keep` (unchoked for another reason now), `choke`, `disconnect`.
    pub action: String,
    /// `regular`, `optimistic`, `seed`, ..., or why it was choked: the kebab-case names of the reason codes.
    pub reason: String,
    /// 0 is best; empty for a disconnect.
    pub rank: Option<u32>,
    pub rate_bytes_per_s: Option<f64>,
}

/// `messages.csv`: who said what to whom, for very small swarms.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MessageRow {
    pub system: String,
    pub replicate: u32,
    /// When it is sent; of pieces, HAVEs, the metainfo file and a tracker's answer when they arrive, of handshakes and bitfields when the
    /// connection is there.
    pub time_s: f64,
    /// A person's name as the page shows it (`seed 0`), `tracker` or `web server`.
    pub from: String,
    pub to: String,
    pub message: String,
}
