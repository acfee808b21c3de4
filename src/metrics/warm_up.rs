//! Where the beginning of a run ends that is not yet its steady state.
//!
//! A run begins empty, or with everybody at once, and what happens then says little about later. The scenario gives the time at
//! which that is over, or leaves it to MSER-5 on the number of leechers online: the marginal standard error rule (White 1997) on
//! means of five samples each (White, Cobb and Spratt 2000). It cuts where the confidence interval of the mean of what is left
//! would be narrowest, if the batches were independent: the transient makes it wide, and so does having little left.

use super::person::PersonRecord;
use super::popularity::RankBins;
use super::run_record::RunRecord;
use super::wishes::WishTally;
use crate::spec::WarmUp;
use crate::units::SimTime;

/// Samples in a batch.
const BATCH: usize = 5;
/// Batches that are never cut off: of fewer, the spread is too often small by chance (Hoad, Robinson and Davies 2010).
const LEAST_LEFT: usize = 5;
/// Batches without which nothing is said.
const LEAST_BATCHES: usize = 10;
/// Samples that `WarmUp::Auto` needs at least.
pub const LEAST_SAMPLES: usize = BATCH * LEAST_BATCHES;

/// The end of the warm-up of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cut {
    /// Who arrives and what is wished for before is left out.
    pub at: SimTime,
    /// Where the run itself was asked: whether it shows a steady state.
    pub steady: Option<bool>,
}

/// Where to cut a run.
pub(super) fn cut(warm_up: WarmUp, record: &RunRecord) -> Cut {
    match warm_up {
        WarmUp::Until(at) => Cut { at, steady: None },
        WarmUp::Auto => found(record),
    }
}

/// By MSER-5 on the samples until the last person comes and the last wish is made: what follows is a run that empties. A cut in the
/// second half of these shows no steady state, and neither do too few of them (Hoad, Robinson and Davies 2010). Then the first
/// half is left out: where the run is steady after all it costs precision alone, and where it is not it keeps the worst out.
fn found(record: &RunRecord) -> Cut {
    let came =
        record.persons.iter().filter(|person| !person.wanted_nothing).filter_map(PersonRecord::arrived);
    let wished = record.wishes.iter().map(|wish| wish.wished);
    let last = came.chain(wished).max().unwrap_or(SimTime::ZERO);
    let (times, leechers): (Vec<SimTime>, Vec<f64>) = (record.samples.iter())
        .take_while(|sampled| sampled.at <= last)
        .map(|sampled| {
            let leechers: u32 = sampled.sample.classes.iter().map(|class| class.leechers).sum();
            (sampled.at, f64::from(leechers))
        })
        .unzip();
    let half = leechers.len() / 2;
    let (first, steady) = match mser_5(&leechers) {
        Some(first) if first <= half => (first, true),
        Some(_) | None => (half, false),
    };
    Cut { at: times.get(first).copied().unwrap_or(SimTime::ZERO), steady: Some(steady) }
}

/// How many values at the beginning of `series` to leave out: those before the batch d that makes
/// sum over j >= d of (Z_j - mean of these)^2 / (k - d)^2 least, Z_0 to Z_{k - 1} being the means of the batches. `None` of fewer than
/// [`LEAST_SAMPLES`].
fn mser_5(series: &[f64]) -> Option<usize> {
    let batches: Vec<f64> =
        series.chunks_exact(BATCH).map(|batch| batch.iter().sum::<f64>() / BATCH as f64).collect();
    if batches.len() < LEAST_BATCHES {
        return None;
    }
    let (mut count, mut mean, mut squares) = (0.0, 0.0, 0.0);
    let (mut least, mut first) = (f64::INFINITY, 0);
    // From the end on, each batch updates the sum of squares (Welford 1962); of equals the earliest is taken.
    for (place, batch) in batches.iter().enumerate().rev() {
        count += 1.0;
        let off = batch - mean;
        mean += off / count;
        squares += off * (batch - mean);
        let statistic = squares / (count * count);
        if batches.len() - place >= LEAST_LEFT && statistic <= least {
            (least, first) = (statistic, place);
        }
    }
    Some(first * BATCH)
}

/// The wishes of each class made at that time or later, added up.
pub(super) fn tallies_from(record: &RunRecord, from: SimTime) -> Vec<WishTally> {
    let mut tallies = vec![WishTally::default(); record.tallies.len()];
    for wish in record.wishes.iter().filter(|wish| wish.wished >= from) {
        tallies[record.lines[wish.peer.at()].class.at()].add(wish);
    }
    tallies
}

/// The wishes made at that time or later, by the rank of their file.
pub(super) fn ranks_from(record: &RunRecord, from: SimTime) -> RankBins {
    let mut ranks = record.ranks.emptied();
    record.wishes.iter().filter(|wish| wish.wished >= from).for_each(|wish| ranks.add(wish));
    ranks
}

#[cfg(test)]
mod tests;
