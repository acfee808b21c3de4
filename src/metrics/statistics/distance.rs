//! How far apart two distributions are.

/// Kolmogorov and Smirnov's distance of two samples, each ascending: the greatest difference of their cumulated distributions.
pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    let below =
        |sample: &[f64], at: f64| sample.partition_point(|&value| value <= at) as f64 / sample.len() as f64;
    a.iter().chain(b).map(|&at| (below(a, at) - below(b, at)).abs()).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_of_known_samples() {
        assert_eq!(distance(&[1.0, 2.0], &[1.0, 2.0]), 0.0);
        assert_eq!(distance(&[1.0, 2.0], &[3.0, 4.0]), 1.0);
        // F_a(2) = 1, F_b(2) = 1/2.
        assert_eq!(distance(&[1.0, 2.0], &[1.0, 3.0]), 0.5);
    }
}
