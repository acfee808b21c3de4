//! What so many successes of so many trials say about their probability.

/// Bisections of [0, 1]: then the ends differ by less than a double can tell of a probability.
const STEPS: u32 = 60;

/// Clopper and Pearson's 95 % interval of a probability (Biometrika 1934): at its lower end so many successes or more have a chance of
/// 2.5 %, at its upper end so many or fewer.
pub fn interval(successes: u32, trials: u32) -> (f64, f64) {
    assert!(successes <= trials && trials > 0, "{successes} successes of {trials} trials");
    let low = if successes == 0 { 0.0 } else { end(|p| at_most(successes - 1, trials, p) > 0.975) };
    let high = if successes == trials { 1.0 } else { end(|p| at_most(successes, trials, p) > 0.025) };
    (low, high)
}

/// The probability up to which `below` holds.
fn end(below: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..STEPS {
        let middle = 0.5 * (low + high);
        if below(middle) { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The chance of at most so many successes; 0 < p < 1.
fn at_most(successes: u32, trials: u32, p: f64) -> f64 {
    let mut term = (0..trials).fold(1.0, |product, _| product * (1.0 - p));
    let mut sum = term;
    for done in 0..successes {
        term *= f64::from(trials - done) / f64::from(done + 1) * p / (1.0 - p);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_of_published_tables() {
        let close = |(low, high): (f64, f64), expected: (f64, f64)| {
            assert!((low - expected.0).abs() < 1e-4 && (high - expected.1).abs() < 1e-4, "{low} to {high}");
        };
        close(interval(2, 3), (0.0943, 0.9916));
        close(interval(0, 10), (0.0, 0.3085));
        close(interval(10, 10), (0.6915, 1.0));
        close(interval(5, 10), (0.1871, 0.8129));
        // One of one: p >= 0.025.
        close(interval(1, 1), (0.025, 1.0));
    }
}
