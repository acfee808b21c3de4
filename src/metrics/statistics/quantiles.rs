//! Quantiles of what occurred, and the share of the largest.

/// The p-quantile (0 < p <= 1) of `total` values of which `sorted` holds the finite ones, ascending; the others count as
/// never. Type 1 of Hyndman and Fan (1996): the order statistic of rank ceil(p n), so always a value that occurred.
/// `None` when that rank falls among the never, or when there is nobody.
pub fn quantile<T: Copy>(sorted: &[T], total: usize, p: f64) -> Option<T> {
    assert!(sorted.len() <= total && p > 0.0 && p <= 1.0);
    // A product such as 0.1 x 30 = 3.0000000000000004 must not jump to the next rank.
    let rank = (p * total as f64 - 1e-9).ceil().max(1.0) as usize;
    sorted.get(rank - 1).copied()
}

/// What the largest of some amounts are of all: those that make up this part (0 < part <= 1) of their number, at least one.
/// `None` where all are zero. Sorts them.
pub fn top_share(amounts: &mut [u64], part: f64) -> Option<f64> {
    amounts.sort_unstable_by_key(|amount| std::cmp::Reverse(*amount));
    let total: u64 = amounts.iter().sum();
    let most = ((part * amounts.len() as f64 - 1e-9).ceil() as usize).max(1);
    (total > 0).then(|| amounts.iter().take(most).sum::<u64>() as f64 / total as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_value_that_occurred() {
        let sorted = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(quantile(&sorted, 4, 0.5), Some(2.0));
        assert_eq!(quantile(&sorted, 4, 0.51), Some(3.0));
        assert_eq!(quantile(&sorted, 4, 0.1), Some(1.0));
        assert_eq!(quantile(&sorted, 4, 1.0), Some(4.0));
        let thirty: Vec<f64> = (1..=30).map(f64::from).collect();
        assert_eq!(quantile(&thirty, 30, 0.1), Some(3.0));
    }

    #[test]
    fn the_unfinished_count_as_never() {
        let finished = [1.0, 2.0];
        assert_eq!(quantile(&finished, 4, 0.5), Some(2.0));
        assert_eq!(quantile(&finished, 5, 0.5), None);
        assert_eq!(quantile(&finished, 4, 1.0), None);
        assert_eq!(quantile::<f64>(&[], 0, 0.5), None);
    }

    #[test]
    fn the_top_tenth_is_at_least_one() {
        let mut amounts: Vec<u64> = (1..=20).collect();
        assert_eq!(top_share(&mut amounts, 0.1), Some(39.0 / 210.0));
        assert_eq!(top_share(&mut [1, 3], 0.1), Some(0.75));
        assert_eq!(top_share(&mut [0, 0], 0.1), None);
        assert_eq!(top_share(&mut [], 0.1), None);
    }
}
