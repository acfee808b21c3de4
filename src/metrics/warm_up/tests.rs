//! MSER-5 on series whose transient is known, and on runs of our own making.

use super::*;
use crate::metrics::Collector;
use crate::metrics::testing::{at, fetched, leecher, sample, scenario, seed, totals};
use crate::record::{ClassSample, Observer};
use crate::rng::{Seed, Stream};
use crate::units::portable;

fn stream(purpose: &str) -> Stream {
    Seed { seed: 5, replicate: 0 }.stream(purpose)
}

/// The batch to begin with, by the formula as it is written.
fn slowly(series: &[f64]) -> usize {
    let batches: Vec<f64> = series.chunks_exact(5).map(|batch| batch.iter().sum::<f64>() / 5.0).collect();
    let statistic = |first: usize| {
        let left = &batches[first..];
        let mean = left.iter().sum::<f64>() / left.len() as f64;
        left.iter().map(|batch| (batch - mean) * (batch - mean)).sum::<f64>()
            / (left.len() * left.len()) as f64
    };
    let candidates = 0..=batches.len() - 5;
    candidates.min_by(|&a, &b| statistic(a).total_cmp(&statistic(b))).unwrap()
}

#[test]
fn one_pass_from_the_end_gives_what_the_formula_says() {
    let mut stream = stream("formula");
    for _ in 0..200 {
        let length = 50 + stream.below(200);
        let fades = 1.0 + 60.0 * stream.unit();
        let series: Vec<f64> =
            (0..length).map(|i| 20.0 * portable::exp(-(i as f64) / fades) + 8.0 * stream.unit()).collect();
        assert_eq!(mser_5(&series), Some(5 * slowly(&series)));
    }
}

#[test]
fn a_known_transient_is_cut_off() {
    let wave = |i: usize| if i.is_multiple_of(2) { 11.0 } else { 9.0 };
    // A step at 40 is found where it is, one within a batch at the end of that batch.
    for (step, cut) in [(0, 0), (40, 40), (42, 45)] {
        let series: Vec<f64> = (0..200).map(|i| if i < step { 100.0 } else { wave(i) }).collect();
        assert_eq!(mser_5(&series), Some(cut), "{step}");
    }
    // 100 exp(-i / 20) falls to the noise's standard deviation of 5 / sqrt 3 after 20 ln 35 = 71 samples.
    let mut stream = stream("fading");
    for _ in 0..20 {
        let series: Vec<f64> = (0..600)
            .map(|i| 30.0 + 100.0 * portable::exp(-f64::from(i) / 20.0) + 10.0 * (stream.unit() - 0.5))
            .collect();
        let cut = mser_5(&series).unwrap();
        assert!((40..=150).contains(&cut), "{cut}");
    }
}

#[test]
fn nothing_is_said_of_few_samples_and_equal_ones_are_all_kept() {
    assert_eq!(mser_5(&[7.0; 49]), None);
    assert_eq!(mser_5(&[7.0; 50]), Some(0));
}

/// A run with a sample a second, in which `leechers` gives their numbers; `arrivals` and a wish in seconds.
fn run(leechers: &[u32], arrivals: &[u64], wished: u64) -> RunRecord {
    let scenario = crate::spec::Scenario {
        output: crate::spec::Output { warm_up: Some(WarmUp::Auto), ..scenario().output },
        ..scenario()
    };
    let people: Vec<_> = std::iter::once(seed()).chain(arrivals.iter().map(|_| leecher(1))).collect();
    let mut collector = Collector::new(&scenario, 0, 0, &people);
    for (second, &leechers) in (0..).zip(leechers) {
        let class = ClassSample { leechers, ..ClassSample::default() };
        collector
            .sample(at(second), &sample([ClassSample::default(), class, ClassSample::default()], 0, 0.0));
    }
    collector.person(&crate::metrics::testing::seed_totals(0));
    for (peer, &arrived) in (1..).zip(arrivals) {
        collector.person(&totals(peer, arrived, Some(arrived + 1)));
    }
    collector.wish(&fetched(1, 0, wished, wished + 1));
    collector.finish()
}

#[test]
fn a_run_is_looked_at_until_the_last_arrival_or_wish() {
    let steady = |i: u32| 10 + i % 2;
    let mut leechers: Vec<u32> = (0..200).map(|i| if i < 40 { 60 } else { steady(i) }).collect();
    // When nobody comes any more the number falls to zero and stays there: the least spread of all.
    leechers.extend([0; 150]);
    let found = Cut { at: at(40), steady: Some(true) };
    assert_eq!(cut(WarmUp::Auto, &run(&leechers, &[0, 199], 0)), found);
    assert_eq!(cut(WarmUp::Auto, &run(&leechers, &[0, 3], 199)), found, "wishes are arrivals too");
    assert_eq!(cut(WarmUp::Auto, &run(&leechers, &[0, 349], 0)).steady, Some(false));
    assert_eq!(cut(WarmUp::Until(at(7)), &run(&leechers, &[0], 0)), Cut { at: at(7), steady: None });
}

#[test]
fn a_run_that_only_grows_shows_no_steady_state() {
    let growing: Vec<u32> = (0..200).collect();
    let half = Cut { at: at(100), steady: Some(false) };
    assert_eq!(cut(WarmUp::Auto, &run(&growing, &[0, 199], 0)), half);
    // A flash crowd is over before there are fifty samples.
    assert_eq!(cut(WarmUp::Auto, &run(&growing, &[0, 9], 0)), Cut { at: at(5), steady: Some(false) });
}
