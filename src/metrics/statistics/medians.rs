//! Medians and their intervals between order statistics, which need no assumption about the distribution.
//!
//! Of n independent values the number below the median of their distribution is binomial (n, 1/2), so the k-th smallest and the
//! k-th largest enclose it with probability 1 - 2 P(B < k) (Thompson 1936; Conover, Practical Nonparametric Statistics, 3.2). With
//! ties, or with values that never came about, that probability is only greater.

/// The least number of values with a 95 % interval: from least to greatest it is 1 - 2^-4 = 93.75 % of five, 96.9 % of six.
pub const LEAST_FOR_MEDIAN: usize = 6;

/// The median of `total` values of which `sorted` holds the finite ones, ascending; the others count as never, beyond all of these. Of
/// an even number it is the mean of the two in the middle. `None` where it falls, even in part, among the never.
pub(super) fn median(sorted: &[f64], total: usize) -> Option<f64> {
    assert!(sorted.len() <= total);
    let upper = *sorted.get(total / 2)?;
    // Halved first, so that no sum overflows.
    Some(if total % 2 == 1 { upper } else { sorted[total / 2 - 1] / 2.0 + upper / 2.0 })
}

/// The 95 % interval of the median of such values: the order statistics of ranks k and n + 1 - k, with the greatest k whose
/// coverage is at least 95 %. `None` where an end falls among the never, both of fewer than [`LEAST_FOR_MEDIAN`].
pub(super) fn median_interval(sorted: &[f64], total: usize) -> (Option<f64>, Option<f64>) {
    assert!(sorted.len() <= total);
    let Some(rank) = lower_rank(total) else { return (None, None) };
    (sorted.get(rank - 1).copied(), sorted.get(total - rank).copied())
}

/// The greatest rank k >= 1 with 2 P(B < k) <= 5 %, B binomial (n, 1/2).
fn lower_rank(n: usize) -> Option<usize> {
    let weights = lower_half(n);
    // With an odd n the halves share nothing; with an even one, the weight in the middle.
    let half: f64 = weights.iter().rev().sum();
    let all = 2.0 * half - if n.is_multiple_of(2) { weights[0] } else { 0.0 };
    let mut tail = 0.0;
    let mut inside = weights.len();
    // From the far end on, so that small terms are not lost among great ones.
    while inside > 0 && 2.0 * (tail + weights[inside - 1]) <= 0.05 * all {
        inside -= 1;
        tail += weights[inside];
    }
    // Ranks n/2 + 1 - inside and below are outside: the one with `inside` weights up to the middle is the first within.
    let rank = n / 2 + 1 - inside;
    (rank >= 1).then_some(rank)
}

/// C(n, j) over the greatest of them for j = n/2, n/2 - 1, ..., until it is too small to count or j = 0: neither over- nor
/// underflows, whatever n is.
fn lower_half(n: usize) -> Vec<f64> {
    let mut weights = vec![1.0];
    let mut weight = 1.0;
    for j in (1..=n / 2).rev() {
        weight *= j as f64 / (n - j + 1) as f64;
        if weight < 1e-20 {
            break;
        }
        weights.push(weight);
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_and_never_if_that_never_came() {
        assert_eq!(median(&[1.0, 2.0, 4.0], 3), Some(2.0));
        assert_eq!(median(&[1.0, 2.0, 4.0, 8.0], 4), Some(3.0));
        assert_eq!(median(&[1.0, 2.0, 4.0], 4), Some(3.0));
        assert_eq!(median(&[1.0, 2.0, 4.0], 5), Some(4.0));
        assert_eq!(median(&[1.0, 2.0, 4.0], 6), None, "half of it never came");
        assert_eq!(median(&[], 0), None);
        assert_eq!(median(&[f64::MAX, f64::MAX], 2), Some(f64::MAX));
    }

    #[test]
    fn the_ranks_are_those_of_the_printed_tables() {
        // Conover's and others' tables of the sign test at 5 %, two-sided.
        let printed =
            [(6, 1), (8, 1), (9, 2), (10, 2), (12, 3), (15, 4), (20, 6), (25, 8), (50, 18), (100, 40)];
        for (n, rank) in printed {
            assert_eq!(lower_rank(n), Some(rank), "{n}");
        }
        for n in 0..LEAST_FOR_MEDIAN {
            assert_eq!(lower_rank(n), None, "{n}");
        }
    }

    #[test]
    fn the_ranks_are_exact_where_whole_numbers_can_say_so() {
        for n in LEAST_FOR_MEDIAN..120 {
            // Row n of Pascal's triangle, and the greatest k with 40 (C(n, 0) + ... + C(n, k - 1)) <= 2^n.
            let (mut choose, mut sum, mut rank) = (1u128, 0u128, 0);
            while 40 * (sum + choose) <= 1u128 << n {
                sum += choose;
                choose = choose * (n - rank) as u128 / (rank + 1) as u128;
                rank += 1;
            }
            assert_eq!(lower_rank(n), Some(rank), "{n}");
        }
    }

    #[test]
    fn the_ranks_of_many_follow_the_normal_approximation() {
        for n in [1_000, 10_000, 99_999, 100_000] {
            // Below the middle by 1.96 standard deviations of sqrt(n) / 2, less the half of a continuity correction.
            let expected = 0.5 * n as f64 - 0.979_982 * f64::sqrt(n as f64);
            let rank = lower_rank(n).unwrap() as f64;
            assert!((rank - expected).abs() <= 1.0, "{n}: {rank}, {expected}");
        }
    }

    #[test]
    fn the_interval_of_ten_goes_from_the_second_to_the_ninth() {
        let ten: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(median_interval(&ten, 10), (Some(2.0), Some(9.0)));
        assert_eq!(median_interval(&ten[..9], 10), (Some(2.0), Some(9.0)));
        assert_eq!(median_interval(&ten[..8], 10), (Some(2.0), None), "open above");
        assert_eq!(median_interval(&ten[..1], 10), (None, None), "never, surely");
        assert_eq!(median_interval(&ten[..5], 5), (None, None));
    }
}
