//! What became of wishes for popular and for rare files: counts by rank.

use super::rows::PopularityRow;
use super::wishes::is_found;
use crate::record::{WishOutcome, WishTotals};

/// Wishes by the rank of their file, in bins whose bounds grow as 3, 10, 30, 100, ...: ranks mean ratios.
#[derive(Clone, Debug)]
pub(super) struct RankBins {
    /// The last rank of each bin, from 1; the last bin ends with the catalogue.
    last_ranks: Vec<u32>,
    counts: Vec<RankCount>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct RankCount {
    wishes: u64,
    online: u64,
    found: u64,
    fetched: u64,
}

impl RankBins {
    /// For a catalogue of so many files.
    pub fn new(files: u32) -> RankBins {
        let decades = std::iter::successors(Some(1u32), |ten| ten.checked_mul(10));
        let bounds = decades.flat_map(|ten| [ten.saturating_mul(3), ten.saturating_mul(10)]);
        // A last bin much narrower than the one before would hold next to nothing.
        let mut last_ranks: Vec<u32> = bounds.take_while(|bound| *bound < files - files / 3).collect();
        last_ranks.push(files);
        RankBins { counts: vec![RankCount::default(); last_ranks.len()], last_ranks }
    }

    /// The same bins without a wish in them.
    pub fn emptied(&self) -> RankBins {
        let counts = vec![RankCount::default(); self.counts.len()];
        RankBins { counts, last_ranks: self.last_ranks.clone() }
    }

    pub fn add(&mut self, wish: &WishTotals) {
        let rank = wish.file.0 + 1;
        let bin = self.last_ranks.partition_point(|last| *last < rank);
        let count = &mut self.counts[bin];
        count.wishes += 1;
        count.online += u64::from(wish.available > 0);
        count.found += u64::from(is_found(wish));
        count.fetched += u64::from(wish.outcome == WishOutcome::Fetched);
    }

    /// A row a bin in which something was wished for; none where there is only one file.
    pub fn rows(&self, system: &str, replicate: u32) -> Vec<PopularityRow> {
        let firsts = std::iter::once(1).chain(self.last_ranks.iter().map(|last| last + 1));
        let bins = firsts.zip(&self.last_ranks).zip(&self.counts);
        let several = self.last_ranks.last().is_some_and(|files| *files > 1);
        let row = |((from_rank, to_rank), count): ((u32, &u32), &RankCount)| PopularityRow {
            system: system.into(),
            replicate,
            from_rank,
            to_rank: *to_rank,
            wishes: count.wishes,
            online: count.online,
            found: count.found,
            fetched: count.fetched,
        };
        bins.filter(|(_, count)| several && count.wishes > 0).map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::testing::{fetched, not_found};

    #[test]
    fn bins_grow_by_ratios_and_end_with_the_catalogue() {
        let bounds = |files| RankBins::new(files).last_ranks;
        assert_eq!(bounds(1), [1]);
        assert_eq!(bounds(10), [3, 10]);
        assert_eq!(bounds(100), [3, 10, 30, 100]);
        assert_eq!(bounds(110), [3, 10, 30, 110]);
        assert_eq!(bounds(1_000_000).len(), 12);
    }

    #[test]
    fn a_wish_falls_into_the_bin_of_its_rank() {
        let mut bins = RankBins::new(100);
        bins.add(&fetched(1, 2, 0, 5));
        bins.add(&not_found(1, 3, 0, 7));
        bins.add(&not_found(1, 99, 0, 0));
        let rows = bins.rows("napster", 4);
        let told: Vec<_> =
            rows.iter().map(|r| (r.from_rank, r.to_rank, r.wishes, r.online, r.found, r.fetched)).collect();
        assert_eq!(told, [(1, 3, 1, 1, 1, 1), (4, 10, 1, 1, 0, 0), (31, 100, 1, 0, 0, 0)]);
        assert_eq!((rows[0].system.as_str(), rows[0].replicate), ("napster", 4));
        assert!(RankBins::new(1).rows("a", 0).is_empty());
    }
}
