//! A stop before anybody can have finished.

use super::{Places, persons};
use crate::scenario::problem::Problems;
use crate::spec::{Arrival, Behavior, Capacity, Scenario, StartsWith, StopWhen};
use crate::units::{SimTime, portable};

/// The fastest and the mean rate that a capacity gives, in bytes per second.
fn rates(capacity: &Capacity, upload: (f64, f64)) -> (f64, f64) {
    match capacity {
        Capacity::Fixed(rate) => (rate.0, rate.0),
        Capacity::TimesUpload(factor) => (factor * upload.0, factor * upload.1),
        Capacity::Cdf(points) => {
            let (first, last) = (points[0], points[points.len() - 1]);
            let between =
                points.windows(2).map(|pair| (pair[1].0 - pair[0].0) * (pair[0].1.0 + pair[1].1.0) / 2.0);
            (last.1.0, first.0 * first.1.0 + between.sum::<f64>() + (1.0 - last.0) * last.1.0)
        }
        Capacity::Classes(shares) => (
            shares.iter().map(|(_, rate)| rate.0).fold(0.0, f64::max),
            shares.iter().map(|(share, rate)| share * rate.0).sum(),
        ),
        Capacity::LogNormal { median, sigma } => {
            (f64::INFINITY, median.0 * portable::exp(sigma * sigma / 2.0))
        }
        Capacity::Uniform { from, to } => (to.0, (from.0 + to.0) / 2.0),
        Capacity::Pareto { shape, minimum } if *shape > 1.0 => {
            (f64::INFINITY, shape * minimum.0 / (shape - 1.0))
        }
        Capacity::Pareto { .. } => (f64::INFINITY, f64::INFINITY),
    }
}

/// Lower bounds of Kumar and Ross (2006) on the first and the last completion, against the stop.
pub fn too_early(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    let Some(file) = scenario.content.single() else { return };
    let size = file.size.as_f64();
    let limit = scenario.stop.no_later_than.as_secs();
    let (mut holders_best, mut total_mean, mut wanted, mut partial) = (0.0, 0.0, 0.0, false);
    let mut first = f64::INFINITY;
    for class in &scenario.classes {
        let count = persons(class, scenario);
        let upload = rates(&class.upload, (0.0, 0.0));
        if class.behavior != Behavior::FreeRider {
            total_mean += count * upload.1;
        }
        let needs = match &class.starts_with {
            StartsWith::WholeFile => {
                holders_best += count * upload.0;
                continue;
            }
            StartsWith::Nothing | StartsWith::Files(_) => 1.0,
            StartsWith::FractionOfPieces(part) => 1.0 - part,
            StartsWith::AllButPieces(_) => 0.0,
        };
        partial |= needs < 1.0;
        wanted += count * needs * size;
        first =
            first.min(earliest(&class.arrive).as_secs() + needs * size / rates(&class.download, upload).0);
    }
    if !partial && holders_best > 0.0 {
        first = first.max(size / holders_best);
    }
    let span = places.root.span("stop").unwrap_or_else(|| places.top("content"));
    let hint = "give a later `no-later-than`, a smaller file or faster lines";
    if first > limit && first.is_finite() {
        out.warn(
            span,
            format!("nobody can finish before {first:.0} s, and the run stops at {limit:.0} s"),
            hint,
        );
    } else if wanted / total_mean > limit && scenario.stop.or_when == StopWhen::EveryoneFinished {
        let bound = wanted / total_mean;
        out.warn(span, format!("not everybody can finish: all lines together need {bound:.0} s, and the run stops at {limit:.0} s"), hint);
    }
}

/// Nobody of the class comes before this.
pub fn earliest(arrive: &Arrival) -> SimTime {
    match arrive {
        Arrival::At(at) => *at,
        Arrival::Trace(times) => times.first().copied().unwrap_or(SimTime::ZERO),
        Arrival::RandomlyWithin(_) | Arrival::Poisson { .. } | Arrival::Decay { .. } => SimTime::ZERO,
    }
}
