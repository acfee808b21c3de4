//! Files that nobody has, and wishes that cannot be.

use super::{Places, persons};
use crate::scenario::problem::Problems;
use crate::spec::{Behavior, Content, PeerClass, Scenario, StartsWith, WishTimes};

pub fn warn(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    match &scenario.content {
        Content::Single(_) => whole_file(scenario, places, out),
        Content::Catalogue(_) => some_files(scenario, places, out),
    }
    let span = places.top("peers");
    let present = || scenario.classes.iter().filter(|class| persons(class, scenario) > 0.0);
    if !present().any(brings_something) {
        return;
    }
    if present().filter(|class| brings_something(class)).all(|class| class.behavior == Behavior::FreeRider) {
        let hint = "let some class that brings something along be compliant";
        out.warn(span, "all that hold something whole are free riders, so nobody gives it away", hint);
    }
    wishes(scenario, places, out);
}

fn brings_something(class: &PeerClass) -> bool {
    match class.starts_with {
        StartsWith::WholeFile => true,
        StartsWith::Files(files) => files > 0,
        StartsWith::Nothing | StartsWith::FractionOfPieces(_) | StartsWith::AllButPieces(_) => false,
    }
}

/// Somebody must bring the file along, and somebody must want it.
fn whole_file(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    let present = || scenario.classes.iter().filter(|class| persons(class, scenario) > 0.0);
    let span = places.top("peers");
    if !present().any(brings_something) && !pieces_are_complete(scenario) {
        let hint = "write starts-with = \"whole-file\" in one class";
        out.warn(span, "nobody holds the whole file at the start, so perhaps nobody can ever finish", hint);
    }
    if present().all(|class| class.starts_with == StartsWith::WholeFile) {
        out.warn(span, "nobody wants the file", "add a class that starts with nothing");
    }
}

fn some_files(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    let present = || scenario.classes.iter().filter(|class| persons(class, scenario) > 0.0);
    if !present().any(brings_something) {
        let hint = "write starts-with = { files = 20 } in some class";
        out.warn(places.top("peers"), "nobody holds a file at the start, so nothing can be found", hint);
    }
}

fn wishes(scenario: &Scenario, places: &Places<'_, '_>, out: &mut Problems) {
    let wishing = |(_, class): &(usize, &PeerClass)| !class.comes_finished(scenario.content.files());
    for (index, class) in scenario.classes.iter().enumerate().filter(wishing) {
        let held = match class.starts_with {
            StartsWith::Files(files) => files,
            StartsWith::Nothing
            | StartsWith::WholeFile
            | StartsWith::FractionOfPieces(_)
            | StartsWith::AllButPieces(_) => 0,
        };
        let left = scenario.content.files() - held;
        let most = match class.wishes.when {
            WishTimes::AtArrival(wishes) => wishes,
            WishTimes::Poisson { at_most, .. } if at_most < u32::MAX => at_most,
            WishTimes::Poisson { .. } => continue,
        };
        if most > left {
            let message = format!(
                "class `{}` may wish for {most} files, and there are {left} that it lacks",
                class.name
            );
            out.warn(places.class_key(index, "wishes"), message, "nobody wishes for a file twice");
        }
    }
    if expected_wishes(scenario) == 0.0 {
        out.warn(
            places.top("peers"),
            "nobody wishes for anything",
            "write wishes = { at-arrival = 1 } in some class",
        );
    }
}

/// About how many wishes there will be; who comes and goes is counted as always there.
pub fn expected_wishes(scenario: &Scenario) -> f64 {
    let of_class = |class: &PeerClass| {
        let each = match (&class.starts_with, class.wishes.when) {
            (StartsWith::WholeFile, _) => 0.0,
            (_, WishTimes::AtArrival(wishes)) => f64::from(wishes),
            (_, WishTimes::Poisson { per_second, at_most }) => {
                (per_second * scenario.stop.no_later_than.as_secs()).min(f64::from(at_most))
            }
        };
        persons(class, scenario) * each.min(f64::from(scenario.content.files()))
    };
    scenario.classes.iter().map(of_class).sum()
}

/// Whether `all-but-pieces` classes together hold every piece.
fn pieces_are_complete(scenario: &Scenario) -> bool {
    let mut missing: Option<Vec<u32>> = None;
    for class in scenario.classes.iter().filter(|class| persons(class, scenario) > 0.0) {
        let StartsWith::AllButPieces(pieces) = &class.starts_with else { continue };
        missing = Some(match missing {
            None => pieces.clone(),
            Some(before) => before.into_iter().filter(|piece| pieces.contains(piece)).collect(),
        });
    }
    missing.is_some_and(|missing| missing.is_empty())
}
