//! What is kept of each person of a run: no more than the tables need, because a large run has a million of them when the simulation is
//! still in memory.

use crate::record::PersonTotals;
use crate::units::{SimDuration, SimTime};

/// What became of one person, in three quarters of the memory of its totals: [`SimTime::NEVER`] instead of an option, and one
/// sum of what it sent.
#[derive(Clone, Debug)]
pub(super) struct PersonRecord {
    arrived: SimTime,
    completed: SimTime,
    first_piece: SimTime,
    left: SimTime,
    /// Useful payload received by the sender's reason, as in [`PersonTotals`].
    pub(super) downloaded: [u64; 6],
    /// Payload sent, to requesters too.
    pub(super) sent: u64,
    pub(super) to_requesters: u64,
    pub(super) from_suppliers: u64,
    pub(super) from_servers: u64,
    pub(super) wasted_duplicate: u64,
    pub(super) wasted_corrupt: u64,
    pub(super) lost_bytes: u64,
    pub(super) waited: [SimDuration; 5],
    pub(super) corrupt_pieces: u32,
    pub(super) wishes: u32,
    pub(super) fetched: u32,
    pub(super) answered: u32,
    pub(super) wanted_nothing: bool,
}

impl PersonRecord {
    pub(super) fn new(totals: &PersonTotals) -> PersonRecord {
        let moment = |at: Option<SimTime>| at.unwrap_or(SimTime::NEVER);
        PersonRecord {
            arrived: moment(totals.arrived),
            completed: moment(totals.completed),
            first_piece: moment(totals.first_piece),
            left: moment(totals.left.map(|(at, _)| at)),
            downloaded: totals.downloaded,
            sent: totals.sent(),
            to_requesters: totals.to_requesters,
            from_suppliers: totals.from_suppliers,
            from_servers: totals.from_servers,
            wasted_duplicate: totals.wasted_duplicate,
            wasted_corrupt: totals.wasted_corrupt,
            lost_bytes: totals.lost_bytes,
            waited: totals.waited,
            corrupt_pieces: totals.corrupt_pieces,
            wishes: totals.wishes,
            fetched: totals.fetched,
            answered: totals.answered,
            wanted_nothing: totals.wanted_nothing,
        }
    }

    /// `None`: never came within the run.
    pub(super) fn arrived(&self) -> Option<SimTime> {
        happened(self.arrived)
    }

    pub(super) fn completed(&self) -> Option<SimTime> {
        happened(self.completed)
    }

    pub(super) fn first_piece(&self) -> Option<SimTime> {
        happened(self.first_piece)
    }

    pub(super) fn left(&self) -> Option<SimTime> {
        happened(self.left)
    }

    /// Useful payload received.
    pub(super) fn received(&self) -> u64 {
        self.downloaded.iter().sum::<u64>() + self.from_suppliers + self.from_servers
    }
}

fn happened(at: SimTime) -> Option<SimTime> {
    (at != SimTime::NEVER).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_takes_two_hundred_bytes() {
        assert!(size_of::<PersonRecord>() <= 200, "{} bytes", size_of::<PersonRecord>());
    }
}
