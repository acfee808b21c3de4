//! What holds an overlay together when servents go: some at random, or the best connected ones first.
//!
//! Saroiu, Gummadi and Gribble crawled 1771 servents whose degrees fell off as a power law with exponent 2.3: with 30 % of
//! them removed at random most of the others stayed connected, with the best connected 4 % removed the overlay fell into
//! pieces. The first holds in any random graph of such a mean degree, the second needs hubs.

use std::cmp::Reverse;

use crate::report::axes::Axis;
use crate::report::chart::{Chart, Panel, Series};
use crate::report::frame::Words;
use crate::report::palette::LINES;
use crate::rng::Seed;
use crate::validation::overlay::{Links, expected_component};
use crate::validation::{Bench, Expected, Experiment, Figure, Findings, Measured, Part, Row};

pub const EXPERIMENT: Experiment = Experiment {
    name: "overlay-resilience",
    part: Part::Published,
    title: "Random failure and attack on the overlay",
    source: "Saroiu, Gummadi and Gribble, \"A measurement study of peer-to-peer file sharing systems\" (2002), section on the resilience of \
             the Gnutella overlay; expected components: Callaway, Newman, Strogatz and Watts, \"Network robustness and fragility\" (2000)",
    run,
};

const SCENARIO: &str = include_str!("../../../scenarios/validation/saroiu.toml");
/// Removed at random, and the best connected: 63 of 1771.
const AT_RANDOM: f64 = 0.3;
const BEST_CONNECTED: f64 = 63.0 / 1771.0;
/// 1106 of the 1300 that were left stayed together.
const STAYED: f64 = 1106.0 / 1300.0;

/// In which order servents are taken away.
#[derive(Clone, Copy)]
enum Order {
    AtRandom,
    BestConnectedFirst,
}

/// One run's overlay, with the replicate's seed for draws.
struct Overlay {
    links: Links,
    seed: Seed,
}

fn run(bench: &Bench<'_>) -> Findings {
    let scenario = bench.scenario(SCENARIO, &[]);
    let replicates: Vec<u32> = (0..bench.full_or_fast(20, 4)).collect();
    let overlays = bench.each(&replicates, |&replicate| {
        let (links, _) = bench.watch(&scenario, 0, replicate, |workload| Links::new(workload.people.len()));
        Overlay { links, seed: Seed { seed: scenario.seed, replicate } }
    });
    Findings {
        setup: "1771 servents come within an hour and stay; the overlay is the flat one of Gnutella 0.4 (mean 3.4 links, at most 8), \
                read off the run's records after 70 min. Sizes are parts of the servents that are left."
            .into(),
        rows: rows(&overlays),
        figures: vec![figure(&overlays)],
        remarks: remarks(&overlays),
    }
}

fn rows(overlays: &[Overlay]) -> Vec<Row> {
    let mean = |order, part| {
        Measured::mean_of(
            &overlays.iter().map(|overlay| overlay.left_together(order, part)).collect::<Vec<_>>(),
        )
    };
    let theory = |order, part| {
        let each = overlays.iter().map(|overlay| overlay.expected_together(order, part));
        each.sum::<f64>() / overlays.len() as f64
    };
    let random_graph = |what: &str, order, part| Row {
        what: format!("largest component, {what}: against a random graph with the same degrees"),
        unit: "",
        expected: Expected::About { value: theory(order, part), within: 0.02 },
        measured: mean(order, part),
        why: "generating functions, exact in an endless graph; 2 % is about 1 / sqrt(1771)".into(),
    };
    vec![
        Row {
            what: "largest component, 30 % removed at random".into(),
            unit: "",
            expected: Expected::About { value: STAYED, within: 0.1 },
            measured: mean(Order::AtRandom, AT_RANDOM),
            why: "1106 of 1300 in the crawl; one crawl and one draw, and a tenth is less than the three tenths removed".into(),
        },
        Row {
            what: "largest component, the best connected 63 removed".into(),
            unit: "",
            expected: Expected::AtMost(0.5),
            measured: mean(Order::BestConnectedFirst, BEST_CONNECTED),
            why: "the paper shows it in pieces and gives no size: less than half would be in pieces".into(),
        },
        random_graph("30 % removed at random", Order::AtRandom, AT_RANDOM),
        random_graph("the best connected 30 % removed", Order::BestConnectedFirst, 0.3),
    ]
}

impl Overlay {
    /// The largest component with that part of the servents gone, over the number of those that are left.
    fn left_together(&self, order: Order, part: f64) -> f64 {
        let order = self.in_order(order);
        let gone = (part * order.len() as f64).round() as usize;
        self.links.largest_component(&order[..gone]) as f64 / (order.len() - gone) as f64
    }

    /// The same of a random graph with these degrees.
    fn expected_together(&self, order: Order, part: f64) -> f64 {
        let degrees = self.links.degrees();
        let gone = (part * degrees.len() as f64).round();
        let kept = |degree: usize| match order {
            Order::AtRandom => 1.0 - gone / degrees.len() as f64,
            Order::BestConnectedFirst => {
                let above = degrees.iter().filter(|other| **other > degree).count() as f64;
                let alike = degrees.iter().filter(|other| **other == degree).count() as f64;
                1.0 - ((gone - above) / alike).clamp(0.0, 1.0)
            }
        };
        expected_component(&degrees, kept) * degrees.len() as f64 / (degrees.len() as f64 - gone)
    }

    /// All servents as they are taken away; those with equally many links at random.
    fn in_order(&self, order: Order) -> Vec<usize> {
        let degrees = self.links.degrees();
        let mut all: Vec<usize> = (0..degrees.len()).collect();
        self.seed.stream("removal").shuffle(&mut all);
        match order {
            Order::AtRandom => {}
            Order::BestConnectedFirst => all.sort_by_key(|servent| Reverse(degrees[*servent])),
        }
        all
    }
}

/// How our overlay's degrees differ from those of the crawl.
fn remarks(overlays: &[Overlay]) -> Vec<String> {
    let degrees: Vec<usize> = overlays.iter().flat_map(|overlay| overlay.links.degrees()).collect();
    let share = |of: &dyn Fn(usize) -> bool| {
        100.0 * degrees.iter().filter(|degree| of(**degree)).count() as f64 / degrees.len() as f64
    };
    let mean = degrees.iter().sum::<usize>() as f64 / degrees.len() as f64;
    vec![format!(
        "The simulated overlay has no hubs: {mean:.2} links on average, {:.0} % of the servents have one, {:.0} % five or more, and nobody more than 8, where a power \
         law with exponent 2.3 goes on to a hundred and more. Newcomers draw their links evenly from the host cache and a servent takes at most \
         `most`; what made hubs of some in 2001 (users who allowed many connections, and pongs that named the well connected more often) is not modelled. \
         So an attack finds nobody whose loss matters much, and conclusions about attacks on Gnutella 0.4 should not be drawn from it.",
        share(&|degree| degree == 1),
        share(&|degree| degree >= 5),
    )]
}

fn figure(overlays: &[Overlay]) -> Figure {
    let parts = (0..=32).map(|k| f64::from(k) * 0.025);
    let line = |label: &str, style: usize, order: Order, of: fn(&Overlay, Order, f64) -> f64| {
        let mean =
            |part: f64| overlays.iter().map(|one| of(one, order, part)).sum::<f64>() / overlays.len() as f64;
        Series {
            label: label.into(),
            style: LINES[style],
            points: parts.clone().map(|part| (part, mean(part))).collect(),
        }
    };
    let chart = Chart {
        words: Words {
            title: "What stays connected".into(),
            subtitle: format!(
                "{} overlays of 1771 servents; the crawl: 0.85 with 30 % removed at random",
                overlays.len()
            ),
            notes: Vec::new(),
        },
        x: Axis::percent("servents removed"),
        y: Axis::percent("largest component, of those left"),
        panels: vec![Panel {
            series: vec![
                line("at random", 0, Order::AtRandom, Overlay::left_together),
                line("best connected first", 1, Order::BestConnectedFirst, Overlay::left_together),
                line("random graph, at random", 2, Order::AtRandom, Overlay::expected_together),
                line("random graph, best first", 3, Order::BestConnectedFirst, Overlay::expected_together),
            ],
            ..Panel::default()
        }],
    };
    Figure {
        name: "overlay-resilience-removal".into(),
        caption: "The simulated overlay is a random graph with its degrees, and without hubs an attack needs nearly a third of the servents.".into(),
        drawing: chart.draw(),
    }
}
