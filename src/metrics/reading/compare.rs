//! Median download times of two groups side by side, and what may be said of their ratio.

use super::words::{number, seconds};
use crate::metrics::statistics::{RatioEstimate, geometric_mean, ratio_estimate};

/// The medians of one group: one a run, `None` where fewer than half of it finished.
pub struct Medians {
    /// How the group is called in the sentence.
    pub who: String,
    pub of_runs: Vec<Option<f64>>,
}

impl Medians {
    /// The geometric mean of the runs' medians (so that two of them stand in the ratio that is reported); `None` unless every run
    /// has one.
    pub fn typical(&self) -> Option<f64> {
        let all: Option<Vec<f64>> = self.of_runs.iter().copied().collect();
        geometric_mean(&all?)
    }

    pub fn missing(&self) -> usize {
        self.of_runs.iter().filter(|median| median.is_none()).count()
    }

    /// `548 s`, or in how many runs the median was not reached.
    pub fn text(&self) -> String {
        let runs = self.of_runs.len();
        match (self.typical(), self.missing()) {
            (Some(typical), _) => seconds(typical),
            // Nothing to wait for: a typical time of zero has no logarithm.
            (None, 0) => seconds(0.0),
            (None, missing) if missing == runs => "median not reached".into(),
            (None, missing) => format!("median not reached in {missing} of {runs} runs"),
        }
    }
}

/// `this` against `that`: `free riders: median 4930 s, contributors 548 s: 9.00 times slower (...)`. Runs are paired by their order.
pub fn sentence(this: &Medians, that: &Medians) -> String {
    let median = |of: &Medians| if of.missing() == 0 { "median " } else { "" };
    let other = if this.missing() == 0 && that.missing() == 0 { "" } else { median(that) };
    let both = format!("{}: {}{}, {}: {other}{}", this.who, median(this), this.text(), that.who, that.text());
    match ratio(this, that) {
        Some(estimate) => format!("{both}: {}", verdict(&estimate)),
        None => format!("{both}{}", no_ratio(this.of_runs.len())),
    }
}

/// How `this` compares with `that`: `9.00 times slower (...)`; `None` where a median is missing.
pub fn verdict_on(this: &Medians, that: &Medians) -> Option<String> {
    ratio(this, that).map(|estimate| verdict(&estimate))
}

fn no_ratio(runs: usize) -> &'static str {
    if runs == 1 { " (one run; no conclusion)" } else { "; no ratio can be given" }
}

/// The ratio of the medians over the runs; `None` where any median is missing, because the runs that are left would
/// not be a fair sample.
fn ratio(this: &Medians, that: &Medians) -> Option<RatioEstimate> {
    assert_eq!(this.of_runs.len(), that.of_runs.len(), "runs are paired");
    let pairs = this.of_runs.iter().zip(&that.of_runs);
    let ratios: Option<Vec<f64>> =
        pairs.map(|pair| if let (Some(a), Some(b)) = pair { Some(a / b) } else { None }).collect();
    ratio_estimate(&ratios?)
}

/// The lower end of an interval above 1, with as many digits as show that it is above 1: `1.003`, where [`number`] says 1.00.
fn beyond_one(low: f64) -> String {
    match number(low).as_str() {
        "1.00" if low < 1.001 => "just above 1".into(),
        "1.00" => format!("{low:.3}"),
        plain => plain.to_owned(),
    }
}

fn verdict(estimate: &RatioEstimate) -> String {
    verdict_in(estimate, "slower", "faster")
}

/// `more` is the word for a ratio above 1, `less` for one below.
pub fn verdict_in(estimate: &RatioEstimate, more: &str, less: &str) -> String {
    let runs = estimate.runs;
    let (word, ratio) =
        if estimate.ratio >= 1.0 { (more, estimate.ratio) } else { (less, 1.0 / estimate.ratio) };
    // 1.00 times slower would be an odd thing to say.
    let alike = number(ratio) == "1.00";
    let Some((low, high)) = estimate.interval else {
        let apart = if alike { "about the same".into() } else { format!("{} times {word}", number(ratio)) };
        return format!("{apart} (one run; no conclusion)");
    };
    if (low, high) == (1.0, 1.0) {
        return format!("the same in each of {runs} runs");
    }
    if !estimate.differs_from_one() {
        return format!(
            "no difference shown ({runs} runs, 95 % CI of the ratio {} to {})",
            number(low),
            number(high)
        );
    }
    if alike {
        return format!("{word}, but by less than half a per cent ({runs} runs)");
    }
    let (low, high) = if estimate.ratio >= 1.0 { (low, high) } else { (1.0 / high, 1.0 / low) };
    format!("{} times {word} ({runs} runs, 95 % CI {} to {})", number(ratio), beyond_one(low), number(high))
}
