//! A warm-up that leaves nothing, or where nothing is ever steady.

use super::{Places, persons};
use crate::metrics::warm_up::LEAST_SAMPLES;
use crate::scenario::problem::Problems;
use crate::spec::{Arrival, PeerClass, Scenario, StartsWith, WarmUp, WishTimes};
use crate::units::SimTime;

pub fn warn(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    let Some(warm_up) = scenario.output.warm_up else { return };
    let span = places.top("output");
    let wants = |class: &&PeerClass| {
        persons(class, scenario) > 0.0
            && class.starts_with != StartsWith::WholeFile
            && class.wishes.when != WishTimes::AtArrival(0)
    };
    let wanting = || scenario.classes.iter().filter(wants);
    let last = wanting().map(last_wish).try_fold(SimTime::ZERO, |last, of| of.map(|of| last.max(of)));
    match (warm_up, last) {
        (WarmUp::Until(end), Some(last)) if last < end => {
            let message = "everybody comes, and wishes, within the warm-up: nothing is left to sum up";
            out.warn(span, message, "give a shorter `warm-up`, or leave it out");
        }
        (WarmUp::Until(_) | WarmUp::Auto, Some(_)) if wanting().all(comes_in_a_crowd) => {
            let message = "a warm-up is left out, and a flash crowd has no steady state that could follow it";
            out.warn(
                span,
                message,
                "leave `warm-up` out, or let persons go on arriving: { poisson = \"1 /min\" }",
            );
        }
        (WarmUp::Until(_) | WarmUp::Auto, _) => {}
    }
    let samples = scenario.stop.no_later_than.0 / scenario.output.sample_every.0 + 1;
    if warm_up == WarmUp::Auto && samples < LEAST_SAMPLES as u64 {
        out.warn(
            span,
            format!("warm-up = \"auto\" needs {LEAST_SAMPLES} samples at least, and a run has {samples}"),
            "write a shorter `sample-every`, or the warm-up as a time",
        );
    }
}

/// The latest moment at which somebody of the class makes a wish, where there is one.
fn last_wish(class: &PeerClass) -> Option<SimTime> {
    match (class.wishes.when, &class.arrive) {
        (WishTimes::AtArrival(_), Arrival::At(at)) => Some(*at),
        (WishTimes::AtArrival(_), Arrival::RandomlyWithin(span)) => Some(SimTime::ZERO + *span),
        (WishTimes::AtArrival(_), Arrival::Trace(times)) => times.last().copied(),
        (WishTimes::AtArrival(_), Arrival::Poisson { .. } | Arrival::Decay { .. })
        | (WishTimes::Poisson { .. }, _) => None,
    }
}

fn comes_in_a_crowd(class: &PeerClass) -> bool {
    match class.arrive {
        Arrival::At(_) | Arrival::RandomlyWithin(_) => true,
        Arrival::Poisson { .. } | Arrival::Decay { .. } | Arrival::Trace(_) => false,
    }
}
