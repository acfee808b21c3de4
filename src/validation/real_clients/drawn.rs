//! Cumulated distributions and curves of progress, simulated over measured.

use super::compare::pooled;
use super::measured::Course;
use crate::validation::Figure;
use crate::validation::figures::{Curve, Kind, figure, linear, panel, words};

/// Both of one set-up, in two panels over the same time.
pub fn overlay(experiment: &str, setup: &str, real: &[Course], runs: &[Course]) -> Figure {
    let end =
        |courses: &[Course]| pooled(courses).into_iter().filter(|time| time.is_finite()).fold(0.0, f64::max);
    let latest = [real, runs].map(|courses| {
        courses
            .iter()
            .filter_map(|course| course.progress.last())
            .map(|last| last.0)
            .fold(end(courses), f64::max)
    });
    let top = latest[0].max(latest[1].min(1.3 * latest[0]));
    let curves = |simulated: Vec<(f64, f64)>, measured: Vec<(f64, f64)>| {
        vec![
            Curve { label: "simulated".into(), kind: Kind::Line(simulated) },
            Curve { label: "libtorrent".into(), kind: Kind::Line(measured) },
        ]
    };
    figure(
        &format!("{experiment}-{}", setup.to_lowercase().replace('_', "-")),
        &format!("`{setup}`: {} runs over {} repetitions of the real client.", runs.len(), real.len()),
        words(setup, "real client and simulator"),
        (linear("seconds", top), linear("share", 1.0)),
        vec![
            panel("leechers that have finished, by download time", curves(finished(runs), finished(real))),
            panel(
                "mean share of the file that leechers have",
                curves(progress(runs, top), progress(real, top)),
            ),
        ],
    )
}

/// Steps of the pooled distribution; who never finished counts.
fn finished(courses: &[Course]) -> Vec<(f64, f64)> {
    let times = pooled(courses);
    let part = |place: usize| place as f64 / times.len() as f64;
    let mut points = vec![(0.0, 0.0)];
    for (place, &time) in times.iter().enumerate().take_while(|(_, time)| time.is_finite()) {
        points.push((time, part(place)));
        points.push((time, part(place + 1)));
    }
    points
}

fn progress(courses: &[Course], top: f64) -> Vec<(f64, f64)> {
    let at =
        |time: f64| courses.iter().map(|course| course.progress_at(time)).sum::<f64>() / courses.len() as f64;
    (0..=(top / 5.0) as u32).map(|step| f64::from(5 * step)).map(|time| (time, at(time))).collect()
}
