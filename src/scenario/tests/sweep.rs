//! From `[sweep]` to the scenarios of its points.

use super::*;
use crate::spec::{AxisUnit, ClassSize, Split};
use crate::units::Rate;

fn points(sweep: &str) -> Points {
    loaded(&format!("{PLAIN}\n{sweep}"), &[]).sweep.expect("it has one")
}

/// The texts of an axis' values, one after the other.
fn values(points: &Points, axis: usize) -> String {
    let texts = points.sweep.axes[axis].values.iter().map(|value| value.text.as_str());
    texts.collect::<Vec<_>>().join(" | ")
}

#[test]
fn every_point_has_its_values() {
    let points = points(
        "[sweep]\nvary = { \"peers.leecher.count\" = [2, 3], \"peers.seed.upload\" = [\"1 Mbit/s\", \"2 Mbit/s\"] }",
    );
    let of_point = |at: usize| {
        let [seed, leecher] = &points.scenarios[at].classes[..] else { panic!("two classes") };
        let crate::spec::Capacity::Fixed(upload) = seed.upload else { panic!("a fixed capacity") };
        (leecher.size, upload)
    };
    let expected = [(2, 1.0), (2, 2.0), (3, 1.0), (3, 2.0)];
    let expected = expected.map(|(count, upload)| (ClassSize::Count(count), Rate::from_mbit(upload)));
    assert_eq!([0, 1, 2, 3].map(of_point), expected);
    let units: Vec<_> = points.sweep.axes.iter().map(|axis| (axis.column(), axis.unit)).collect();
    assert_eq!(units[0], ("peers.leecher.count".into(), AxisUnit::Number));
    assert_eq!(units[1], ("peers.seed.upload_bytes_per_s".into(), AxisUnit::BytesPerSecond));
    assert_eq!(points.sweep.axes[1].values[1].number, Some(250_000.0));
}

#[test]
fn a_zip_goes_along_all_axes_and_a_mixture_is_of_words() {
    let points = points(
        "[sweep]\ncombine = \"zip\"\n[sweep.vary]\npeers.leecher.count = [2, 3]\npeers.leecher.after-finishing = [\"leave\", { seed-for = \"1 min\" }]",
    );
    assert_eq!(points.scenarios.len(), 2);
    assert_eq!(points.sweep.axes[1].unit, AxisUnit::Words);
    assert_eq!(values(&points, 1), "leave | { seed-for = \"1 min\" }");
    assert_ne!(
        points.scenarios[0].classes[1].after_finishing,
        points.scenarios[1].classes[1].after_finishing
    );
}

#[test]
fn a_zip_may_repeat_a_value_and_a_name_may_have_a_dot() {
    let zip = points(
        "[sweep]\ncombine = \"zip\"\n[sweep.vary]\npeers.leecher.count = [2, 2]\npeers.seed.upload = [\"1 Mbit/s\", \"2 Mbit/s\"]",
    );
    assert_eq!(zip.scenarios.len(), 2);
    let dotted = "[peers.\"x.y\"]\nlike = \"leecher\"\n[sweep.vary]\npeers.\"x.y\".count = [2, 3]";
    assert_eq!(points(dotted).sweep.axes[0].key, "peers.\"x.y\".count");
}

#[test]
fn ranges_are_written_as_people_would() {
    let range = |key: &str, range: &str| {
        let points = points(&format!("[sweep]\nvary = {{ \"{key}\" = {{ {range} }} }}"));
        values(&points, 0)
    };
    assert_eq!(range("peers.leecher.count", "from = 2, to = 8, steps = 3"), "2 | 5 | 8");
    assert_eq!(
        range("peers.leecher.count", "from = 1, to = 1000, steps = 4, spacing = \"log\""),
        "1 | 10 | 100 | 1000"
    );
    assert_eq!(
        range("peers.leecher.count", "from = 10, to = 1000, steps = 5, spacing = \"log\""),
        "10 | 32 | 100 | 316 | 1000"
    );
    assert_eq!(range("peers.leecher.count", "from = 2, to = 9, step = 3"), "2 | 5 | 8");
    let fractions = "[population]\ntotal = 10\n[peers.x]\nlike = \"leecher\"\nfraction = \"rest\"\n[peers.y]\nlike = \"leecher\"\nfraction = 0.1\n";
    let text = format!(
        "{PLAIN}\n{fractions}[sweep]\nvary = {{ \"peers.y.fraction\" = {{ from = 0.0, to = 0.9, step = 0.1 }} }}"
    );
    let points = loaded(&text, &[]).sweep.unwrap();
    assert_eq!(values(&points, 0), "0 | 0.1 | 0.2 | 0.3 | 0.4 | 0.5 | 0.6 | 0.7 | 0.8 | 0.9");
    assert_eq!(
        range("peers.seed.upload", "from = \"500 kbit/s\", to = \"2 Mbit/s\", steps = 4"),
        "0.5 Mbit/s | 1 Mbit/s | 1.5 Mbit/s | 2 Mbit/s"
    );
    assert_eq!(
        range("peers.seed.upload", "from = \"1 Mbit/s\", to = \"64 Mbit/s\", steps = 4, spacing = \"log\""),
        "1 Mbit/s | 4 Mbit/s | 16 Mbit/s | 64 Mbit/s"
    );
    assert_eq!(
        range("stop.no-later-than", "from = \"1 h\", to = \"2 h\", step = \"20 min\""),
        "1 h | 1.33333333333 h | 1.66666666667 h | 2 h"
    );
}

#[test]
fn what_a_point_breaks_elsewhere_is_told_with_its_values() {
    let text = format!(
        "{PLAIN}[population]\ntotal = 10\n[peers.x]\nlike = \"leecher\"\nfraction = 0.5\n[peers.y]\nlike = \"leecher\"\nfraction = 0.5\n"
    );
    let told = refused(&format!("{text}[sweep]\nvary = {{ \"peers.x.fraction\" = [0.5, 0.7] }}"), &[]);
    assert!(
        told.contains("the fractions add up to 1.2, more than 1 (with peers.x.fraction = 0.7)"),
        "{told}"
    );
    assert_eq!(told.matches("error").count(), 1, "{told}");
}

#[test]
fn a_varied_value_is_meant_and_what_follows_from_it_is_told_once() {
    let told = |sweep: &str| {
        let extra = "[peers.extra]\nlike = \"leecher\"\ncount = 1\n";
        loaded(&format!("{PLAIN}\n{extra}[sweep]\n{sweep}"), &[]).warnings.to_string()
    };
    assert_eq!(told("vary = { \"peers.extra.count\" = [0, 5] }"), "", "no class is empty by mistake");
    let nobody = told("vary = { \"peers.extra.count\" = [0, 1], \"peers.leecher.count\" = [0, 1] }");
    let place = "nobody wants the file (with peers.extra.count = 0, peers.leecher.count = 0)";
    assert_eq!(nobody.matches(place).count(), 1, "{nobody}");
    let held = told("vary = { \"peers.seed.count\" = [0, 1], \"peers.extra.count\" = [1, 2] }");
    assert_eq!(held.matches("warning: ").count(), 1, "the same at two points is told once: {held}");
}

#[test]
fn plots_have_usual_names_and_places() {
    let points = points(
        "[sweep]\nvary = { \"peers.leecher.count\" = [2, 3] }\n[[plot]]\ny = \"download_median_s\"\nover = \"all\"\nsplit = \"class\"",
    );
    let [plot] = &points.sweep.plots[..] else { panic!("one plot") };
    assert_eq!((plot.name.as_str(), plot.x.as_str()), ("download_median_s-ratio", "peers.leecher.count"));
    assert_eq!(plot.split, Some(Split::Class));
}

#[test]
fn a_total_that_nobody_takes_part_of_makes_nobody() {
    let loaded = loaded(PLAIN, &[("population.total", "40")]);
    assert!(loaded.warnings.to_string().contains("nobody comes of it"), "{}", loaded.warnings);
    assert_eq!(loaded.scenario.persons(), 4);
}
