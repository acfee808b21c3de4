//! The figures of a run that can be compared across the points of a sweep, by the names of their columns in `summary.csv`.

use super::rows::SummaryRow;
use super::run_record::ALL;

/// One figure of a class, or of all, in one run.
#[derive(Debug)]
pub struct Measure {
    /// Its name: the column of `summary.csv`, where it is one.
    pub name: &'static str,
    /// For people, as the title of an axis without its unit.
    pub title: &'static str,
    pub unit: Unit,
    applies: fn(&SummaryRow) -> bool,
    value: fn(&SummaryRow) -> Option<f64>,
}

/// What a measure counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Seconds,
    Bytes,
    /// A part of a whole, 0 to 1.
    Share,
    /// One thing over another.
    Ratio,
    Count,
}

/// What a measure makes of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// There is nobody, or nothing, that it could be about.
    NotApplicable,
    /// It never came about: fewer than half finished, say.
    Never,
    Is(f64),
}

impl Measure {
    /// The measure of that name.
    pub fn named(name: &str) -> Option<&'static Measure> {
        MEASURES.iter().find(|measure| measure.name == name)
    }

    pub fn of(&self, row: &SummaryRow) -> Value {
        match (self.value)(row) {
            _ if !(self.applies)(row) => Value::NotApplicable,
            Some(value) => Value::Is(value),
            None => Value::Never,
        }
    }
}

fn came(row: &SummaryRow) -> bool {
    row.peers > 0
}

fn downloads(row: &SummaryRow) -> bool {
    row.peers > row.seeds_from_start
}

fn wishes(row: &SummaryRow) -> bool {
    row.wishes > 0
}

fn searches(row: &SummaryRow) -> bool {
    row.searches > 0
}

fn bounded(row: &SummaryRow) -> bool {
    row.class == ALL && (row.fluid_bound_s.is_some() || row.server_bound_s.is_some())
}

macro_rules! measures {
    ($($name:ident, $title:literal, $unit:ident, $applies:ident, $value:expr;)+) => {
        /// Every measure.
        pub static MEASURES: &[Measure] = &[$(Measure {
            name: stringify!($name), title: $title, unit: Unit::$unit, applies: $applies, value: $value,
        }),+];
    };
}

measures! {
    download_mean_s, "mean download time", Seconds, downloads, |row| row.download_mean_s;
    download_p10_s, "download time of the fastest tenth", Seconds, downloads, |row| row.download_p10_s;
    download_median_s, "median download time", Seconds, downloads, |row| row.download_median_s;
    download_p90_s, "download time of the slowest tenth", Seconds, downloads, |row| row.download_p90_s;
    download_max_s, "longest download time", Seconds, downloads, |row| row.download_max_s;
    first_piece_median_s, "median time to the first piece", Seconds, downloads, |row| row.first_piece_median_s;
    first_piece_p90_s, "time to the first piece of the slowest tenth", Seconds, downloads, |row| row.first_piece_p90_s;
    completed, "persons who finished", Count, downloads, |row| Some(row.completed.into());
    completed_share, "part of the persons who finished", Share, downloads,
        |row| Some(f64::from(row.completed) / f64::from(row.peers - row.seeds_from_start));
    peers, "persons who came", Count, came, |row| Some(row.peers.into());
    downloaded_bytes, "bytes downloaded", Bytes, came, |row| Some(row.downloaded_bytes as f64);
    uploaded_bytes, "bytes uploaded", Bytes, came, |row| Some(row.uploaded_bytes as f64);
    wasted_bytes, "bytes received in vain", Bytes, came, |row| Some(row.wasted_bytes as f64);
    share_ratio, "uploaded over downloaded", Ratio, downloads, |row| row.share_ratio;
    bound_ratio, "last completion over its lower bound", Ratio, bounded, |row| row.bound_ratio;
    success_ratio, "part of the wishes fulfilled", Share, wishes, |row| row.success_ratio;
    fetch_p10_s, "time to the file of the fastest tenth of wishes", Seconds, wishes, |row| row.fetch_p10_s;
    fetch_median_s, "median time from the wish to the file", Seconds, wishes, |row| row.fetch_median_s;
    fetch_p90_s, "time to the file of the slowest tenth of wishes", Seconds, wishes, |row| row.fetch_p90_s;
    find_mean_s, "mean time until a supplier is known", Seconds, wishes, |row| row.find_mean_s;
    wait_mean_s, "mean time until data comes", Seconds, wishes, |row| row.wait_mean_s;
    transfer_mean_s, "mean time of the transfer", Seconds, wishes, |row| row.transfer_mean_s;
    messages_per_search, "messages for one search", Count, searches, |row| row.messages_per_search;
    message_bytes_per_search, "bytes of messages for one search", Bytes, searches, |row| row.message_bytes_per_search;
    from_servers_bytes, "bytes from servers", Bytes, came, |row| Some(row.from_servers_bytes as f64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_not_never() {
        let median = Measure::named("download_median_s").unwrap();
        let row = SummaryRow { peers: 3, seeds_from_start: 3, ..SummaryRow::default() };
        assert_eq!(median.of(&row), Value::NotApplicable);
        let row = SummaryRow { seeds_from_start: 1, ..row };
        assert_eq!(median.of(&row), Value::Never);
        assert_eq!(median.of(&SummaryRow { download_median_s: Some(7.0), ..row.clone() }), Value::Is(7.0));
        let share = Measure::named("completed_share").unwrap();
        assert_eq!(share.of(&SummaryRow { completed: 1, ..row }), Value::Is(0.5));
        assert!(Measure::named("download_media_s").is_none());
    }
}
