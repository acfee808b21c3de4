//! Simulated against measured: quantiles of download times, whole distributions, curves of progress.

use std::collections::BTreeSet;

use super::drawn;
use super::measured::Course;
use super::proportion::interval;
use super::setups::Setup;
use crate::metrics::statistics::distance;
use crate::validation::{Bench, Expected, Findings, Measured, Row};

/// The aims: medians within 10 %, the last completion within 15 %.
const QUANTILES: [(&str, f64, f64); 3] =
    [("median", 0.5, 0.1), ("90th percentile", 0.9, 0.1), ("last", 1.0, 0.15)];
/// A straight curve that is stretched by a tenth lies a twentieth beside itself on average.
const CURVE_TOLERANCE: f64 = 0.05;

/// Every set-up, played and compared.
pub fn all(
    bench: &Bench<'_>,
    experiment: &str,
    setups: &[Setup],
    [completions, progress]: [&str; 2],
) -> Findings {
    let measured = Course::read(completions, progress);
    let mut findings = Findings::default();
    for setup in setups {
        let scenario = bench.scenario(setup.text, setup.sets);
        let runs = bench.measure(&scenario, bench.full_or_fast(40, 8), Course::of_run).remove(0);
        let real = &measured[setup.name];
        findings.rows.extend(rows(setup.name, real, &runs));
        findings.figures.push(drawn::overlay(experiment, setup.name, real, &runs));
    }
    findings
}

fn rows(setup: &str, real: &[Course], runs: &[Course]) -> Vec<Row> {
    let kinds: BTreeSet<&str> = real[0].leechers.iter().map(|leecher| leecher.kind.as_str()).collect();
    let mut rows = Vec::new();
    for kind in kinds.iter().copied() {
        let name = if kinds.len() > 1 { format!("{setup}, {kind}") } else { setup.to_owned() };
        let finishing = |courses: &[Course]| -> Vec<Course> {
            courses.iter().filter(|course| course.quantile(kind, 1.0).is_some()).cloned().collect()
        };
        let (done, done_runs) = (finishing(real), finishing(runs));
        if done.is_empty() {
            rows.push(share_received(&name, kind, real, runs));
            continue;
        }
        if done.len() < real.len() {
            rows.push(finishes(&name, (done.len(), real.len()), (done_runs.len(), runs.len())));
            rows.extend(times(&format!("{name}, where all finish"), kind, &done, &done_runs));
        } else {
            rows.extend(times(&name, kind, real, runs));
        }
    }
    if real.iter().all(Course::all_finished) {
        rows.push(distribution(setup, real, runs));
    }
    rows.push(curve(setup, real, runs));
    rows
}

fn times(name: &str, kind: &str, real: &[Course], runs: &[Course]) -> Vec<Row> {
    let row = |&(what, p, within): &(&str, f64, f64)| {
        let measured = real.iter().map(|course| course.quantile(kind, p).expect("all have finished"));
        let simulated: Vec<Option<f64>> = runs.iter().map(|course| course.quantile(kind, p)).collect();
        Row {
            what: format!("{name}: {what}"),
            unit: "s",
            expected: Expected::About { value: mean(measured), within },
            measured: Measured::mean_of_some(&simulated),
            why: "the aim; the client's own repetitions spread by 1 to 6 % (standard deviation)".into(),
        }
    };
    QUANTILES.iter().map(row).collect()
}

/// Nobody of this kind ever finished: what they had in the end.
fn share_received(name: &str, kind: &str, real: &[Course], runs: &[Course]) -> Row {
    let simulated: Vec<f64> = runs.iter().map(|course| course.share(kind)).collect();
    Row {
        what: format!("{name}: share of the file after 300 s"),
        unit: "",
        expected: Expected::About { value: mean(real.iter().map(|course| course.share(kind))), within: 0.15 },
        measured: Measured::mean_of(&simulated),
        why: "nobody of them finished in any repetition; the tolerance of the last completion".into(),
    }
}

fn finishes(name: &str, (done, of): (usize, usize), (runs_done, runs): (usize, usize)) -> Row {
    let (least, most) = interval(done as u32, of as u32);
    Row {
        what: format!("{name}: part of the runs in which all finish"),
        unit: "",
        expected: Expected::Between(least, most),
        measured: Measured::Exactly(runs_done as f64 / runs as f64),
        why: format!("{done} of {of} repetitions did: what that is compatible with"),
    }
}

/// The greatest distance between two cumulated distributions of download times, pooled over repetitions or runs.
fn distribution(setup: &str, real: &[Course], runs: &[Course]) -> Row {
    let own = (0..real.len()).map(|left_out| {
        let (one, others) = split(real, left_out);
        distance(&pooled(&[one]), &pooled(&others))
    });
    Row {
        what: format!("{setup}: Kolmogorov-Smirnov distance"),
        unit: "",
        expected: Expected::AtMost(own.fold(0.0, f64::max)),
        measured: Measured::Exactly(distance(&pooled(real), &pooled(runs))),
        why: "no farther than the farthest repetition is from the others".into(),
    }
}

/// The mean distance of the curves of progress until the last real one ends.
fn curve(setup: &str, real: &[Course], runs: &[Course]) -> Row {
    let times: BTreeSet<u32> =
        real.iter().flat_map(|c| &c.progress).map(|(at, _)| *at as u32 / 5 * 5).collect();
    let at = |courses: &[Course], time: f64| mean(courses.iter().map(|course| course.progress_at(time)));
    let apart = times.iter().map(|&time| (at(real, time.into()) - at(runs, time.into())).abs());
    Row {
        what: format!("{setup}: mean distance of the curves of progress"),
        unit: "",
        expected: Expected::AtMost(CURVE_TOLERANCE),
        measured: Measured::Exactly(mean(apart)),
        why: "a straight curve stretched by 10 % lies 0.05 beside itself".into(),
    }
}

fn split(all: &[Course], at: usize) -> (Course, Vec<Course>) {
    let others = all.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, course)| course.clone());
    (all[at].clone(), others.collect())
}

/// Ascending, infinite for who never finished.
pub fn pooled(courses: &[Course]) -> Vec<f64> {
    let leechers = courses.iter().flat_map(|course| &course.leechers);
    let mut times: Vec<f64> = leechers.map(|leecher| leecher.took_s.unwrap_or(f64::INFINITY)).collect();
    times.sort_by(f64::total_cmp);
    times
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}

#[cfg(test)]
mod tests {
    use super::super::measured::Leecher;
    use super::*;
    use crate::validation::Verdict;

    fn course(times: &[Option<f64>]) -> Course {
        let leecher = |&took_s| Leecher { kind: "leech".into(), took_s, share: 1.0 };
        Course { leechers: times.iter().map(leecher).collect(), progress: Vec::new() }
    }

    #[test]
    fn who_never_finished_is_far_from_everybody_who_did() {
        let real = [course(&[Some(1.0), Some(2.0)]), course(&[Some(1.0), Some(2.0)])];
        let half = [course(&[Some(1.0), None]), course(&[Some(2.0), None])];
        let row = distribution("", &real, &half);
        assert_eq!((row.measured, row.verdict()), (Measured::Exactly(0.5), Verdict::Fails));
    }

    #[test]
    fn how_often_all_finish_is_held_against_what_the_repetitions_allow() {
        let verdict = |done, runs_done| finishes("", done, (runs_done, 8)).verdict();
        assert_eq!([verdict((2, 3), 3), verdict((2, 3), 8)], [Verdict::Holds, Verdict::Fails]);
        assert_eq!([verdict((19, 20), 3), verdict((19, 20), 7)], [Verdict::Fails, Verdict::Holds]);
    }
}
