//! How many replicates a figure needs until its mean is known closely enough.
//!
//! A sequential procedure (Chow and Robbins 1965; Law, Simulation Modeling and Analysis, 9.4.1): look at the interval, stop when it is
//! narrow enough, else make more replicates and look again. Each look may stop by chance at an interval that is too narrow because
//! the spread happened to look small, so the final interval covers a little less than 95 %. Few looks keep that little: the first is
//! not before [`LEAST_FOR_PRECISION`] replicates, and from one look to the next their number grows to what the spread seen so far
//! asks for, by a fifth at least. It doubles at most, because that spread may also look too large.

use super::means::mean_of;

/// Replicates before the first look. With normal figures the final interval then covers 93.5 % at least, whatever their spread and
/// the width asked for; with a first look at five it would be 92 %, at twenty 94.3 % (see `coverage`).
pub const LEAST_FOR_PRECISION: u32 = 10;

/// How many replicates a point that has `done` should have next, so that half the 95 % t interval of each series' mean gets to
/// `relative` (0.05: 5 %) of that mean or below; `None` where all are there, or `most` replicates are done.
///
/// A series is a figure of the point, one value a replicate. One with a missing value has no mean and never gets there: it
/// takes all of `most`, which is what its median can still use.
pub fn next_replicates<S: AsRef<[Option<f64>]>>(
    series: &[S],
    relative: f64,
    done: u32,
    most: u32,
) -> Option<u32> {
    assert!(relative > 0.0, "no number of replicates makes an interval {relative} wide");
    if done >= most {
        return None;
    }
    if done < LEAST_FOR_PRECISION {
        return Some(LEAST_FOR_PRECISION.min(most));
    }
    let mut next = None;
    for values in series.iter().map(AsRef::as_ref) {
        assert!(values.len() <= done as usize, "at most a value a replicate");
        let Some(known) = values.iter().copied().collect::<Option<Vec<f64>>>() else { return Some(most) };
        // Where only some replicates have a value, so will those that are added.
        let scale = f64::from(done) / known.len().max(1) as f64;
        next = next.max(needed(&known, relative).map(|needed| (f64::from(needed) * scale) as u32));
    }
    let slowest = done + (done / 5).max(2);
    next.map(|needed| needed.clamp(slowest, done.saturating_mul(2)).min(most))
}

/// Whether there is a series, and half the 95 % t interval of each one's mean is at most `relative` of that mean.
pub fn is_precise<S: AsRef<[Option<f64>]>>(series: &[S], relative: f64) -> bool {
    let narrow = |values: &[Option<f64>]| {
        let known = values.iter().copied().collect::<Option<Vec<f64>>>();
        known.is_some_and(|known| known.len() > 1 && needed(&known, relative).is_none())
    };
    !series.is_empty() && series.iter().all(|values| narrow(values.as_ref()))
}

/// The number of values whose interval would be narrow enough if their spread were that of `values`: its width falls with the
/// square root of their number. `None` where it is narrow enough already.
fn needed(values: &[f64], relative: f64) -> Option<u32> {
    let mean = mean_of(values)?;
    let (half, target) = (mean.half?, relative * mean.mean.abs());
    // Around a mean of zero no width is narrow enough: the quotient is infinite and the conversion takes the greatest number.
    (half > target).then(|| (values.len() as f64 * (half / target) * (half / target)).ceil() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `done` values around 100 whose standard deviation is `spread`.
    fn around_100(done: u32, spread: f64) -> Vec<Option<f64>> {
        // Half at one standard deviation above, half below; n - 1 in the variance makes it a little more.
        let deviation = spread * f64::sqrt(f64::from(done - 1) / f64::from(done));
        (0..done).map(|i| Some(if i % 2 == 0 { 100.0 + deviation } else { 100.0 - deviation })).collect()
    }

    #[test]
    fn the_projection_is_by_the_square_of_the_width() {
        // Half width 2.262157 x 9 / sqrt 10 = 6.438; 10 (6.438 / 5)^2 = 16.6.
        assert_eq!(next_replicates(&[around_100(10, 9.0)], 0.05, 10, 100), Some(17));
        // 2.262157 x 6.9 / sqrt 10 = 4.936: there.
        assert_eq!(next_replicates(&[around_100(10, 6.9)], 0.05, 10, 100), None);
        // 2.262157 x 7.2 / sqrt 10 = 5.151 asks for one more, which is not worth a look.
        assert_eq!(next_replicates(&[around_100(10, 7.2)], 0.05, 10, 100), Some(12));
        assert_eq!(next_replicates(&[around_100(40, 16.5)], 0.05, 40, 100), Some(48));
        assert_eq!(next_replicates(&[around_100(10, 50.0)], 0.05, 10, 100), Some(20), "doubles at most");
        assert_eq!(next_replicates(&[around_100(10, 50.0)], 0.05, 10, 15), Some(15));
    }

    #[test]
    fn the_widest_series_decides() {
        let series = [around_100(10, 1.0), around_100(10, 9.0), around_100(10, 8.0)];
        assert_eq!(next_replicates(&series, 0.05, 10, 100), Some(17));
        assert_eq!(next_replicates(&series[..1], 0.05, 10, 100), None);
        assert_eq!(next_replicates::<Vec<Option<f64>>>(&[], 0.05, 10, 100), None, "nothing to know");
    }

    #[test]
    fn not_before_the_first_look_and_not_beyond_the_cap() {
        assert_eq!(next_replicates(&[around_100(4, 0.0)], 0.05, 4, 100), Some(10));
        assert_eq!(next_replicates(&[around_100(4, 0.0)], 0.05, 4, 8), Some(8));
        assert_eq!(next_replicates(&[around_100(20, 90.0)], 0.05, 20, 20), None);
    }

    #[test]
    fn nothing_is_precise_that_was_not_measured() {
        assert!(is_precise(&[around_100(4, 0.0)], 0.05), "also below the first look");
        assert!(!is_precise(&[around_100(10, 1.0), around_100(10, 50.0)], 0.05));
        assert!(!is_precise::<Vec<Option<f64>>>(&[], 0.05) && !is_precise(&[vec![Some(1.0)]], 0.05));
        assert!(!is_precise(&[vec![Some(1.0), None, Some(1.0)]], 0.05));
        // Half of the replicates have a value: twice as many are needed.
        assert_eq!(next_replicates(&[around_100(10, 9.0)], 0.05, 20, 100), Some(34));
    }

    #[test]
    fn what_cannot_get_there_takes_the_cap() {
        let mut missing = around_100(10, 1.0);
        missing[3] = None;
        assert_eq!(next_replicates(&[missing], 0.05, 10, 100), Some(100));
        let zero: Vec<Option<f64>> = (0..10).map(|i| Some(if i % 2 == 0 { 1.0 } else { -1.0 })).collect();
        assert_eq!(next_replicates(&[zero], 0.05, 10, 100), Some(20));
        assert_eq!(next_replicates(&[vec![Some(0.0); 10]], 0.05, 10, 100), None, "always zero");
    }
}
