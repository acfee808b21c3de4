//! How long M parts take to N users who send one part at a time, at the least, by a simple rule, and by BitTorrent.

use super::schedules::{binomial_pipeline, least_rounds, random_rule};
use crate::experiment::Played;
use crate::rng::Seed;
use crate::validation::figures::{Curve, Kind, figure, linear, logarithmic, panel, words};
use crate::validation::{Bench, Expected, Experiment, Figure, Findings, Measured, Part, Row};

pub const EXPERIMENT: Experiment = Experiment {
    name: "makespan",
    part: Part::Theory,
    title: "M parts to N users take M + floor(log2 N) part-times",
    source: "Mundinger, Weber and Weiss, \"Optimal scheduling of peer-to-peer file dissemination\" (2008); the schedule that attains it: Ganesan and Seshadri, \"On cooperative content distribution and the price of barter\" (2005)",
    run,
};

const SCENARIO: &str = include_str!("../../../scenarios/validation/makespan.toml");
/// Seconds that an uplink of the scenario takes for a part.
const PART_TIME: f64 = 1.0;
/// The scenario's parts and users.
const PARTS: usize = 64;
const USERS: usize = 60;
/// The scenario's systems.
const SYSTEMS: [&str; 3] =
    ["one slot, given anew every part-time", "one slot, rounds of 10 s", "lecture's 4 + 1 slots"];

/// What a crowd of that size took, in part-times.
struct Point {
    parts: usize,
    users: usize,
    /// Rounds of the random rule, by replicate.
    rule: Vec<f64>,
    /// Makespans of BitTorrent, by system of [`SYSTEMS`] and replicate.
    swarms: Vec<Vec<f64>>,
}

fn run(bench: &Bench<'_>) -> Findings {
    let crowds = bench.full_or_fast(&[7, 15, 31, USERS, 127, 255][..], &[7, USERS][..]);
    let counts = bench.full_or_fast(&[16, 256][..], &[16][..]);
    let by_users: Vec<Point> = crowds.iter().map(|&users| point(bench, PARTS, users)).collect();
    let by_parts: Vec<Point> = counts.iter().map(|&parts| point(bench, parts, USERS)).collect();
    let points = || by_users.iter().chain(&by_parts);
    let mut rows = vec![pipeline(bench), never_below(points())];
    rows.extend((0..SYSTEMS.len()).map(|system| swarm(system, points())));
    rows.push(more_parts(&by_users, &by_parts));
    Findings {
        setup: format!(
            "A source and N users with equal uplinks and no limit on the way in. Rounds on paper: the binomial pipeline, and a rule without a plan, in \
             which everybody sends the rarest part it can to a user drawn at random among those that lack something of its. In the simulator: {PARTS} \
             pieces of one block each, so that a part has one sender; no latency, no headers. Time counts in part-times: one uplink, one part."
        ),
        rows,
        figures: vec![over_users(&by_users), over_parts(&by_users, &by_parts)],
        remarks: vec![remark(points())],
    }
}

fn point(bench: &Bench<'_>, parts: usize, users: usize) -> Point {
    let size = format!("{} KiB", 16 * parts);
    let sets = [("population.total", users.to_string()), ("content.size", size)];
    let sets: Vec<(&str, &str)> = sets.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let scenario = bench.scenario(SCENARIO, &sets);
    let replicates = bench.full_or_fast(10, 3);
    let last = |played: &Played| {
        let seconds = played.summary.all.row.download_max_s;
        seconds.expect("everybody stays and has hours to finish") / PART_TIME
    };
    let numbers: Vec<u32> = (0..replicates).collect();
    let rule = |&replicate: &u32| {
        let mut chance = Seed { seed: scenario.seed, replicate }.stream("random rule");
        random_rule(parts, users, &mut chance) as f64
    };
    Point {
        parts,
        users,
        rule: bench.each(&numbers, rule),
        swarms: bench.measure(&scenario, replicates, last),
    }
}

impl Point {
    fn bound(&self) -> f64 {
        least_rounds(self.parts, self.users) as f64
    }

    fn swarm_ratios(&self, system: usize) -> Vec<f64> {
        self.swarms[system].iter().map(|took| took / self.bound()).collect()
    }
}

fn pipeline(bench: &Bench<'_>) -> Row {
    let dimensions = bench.full_or_fast(1..=10, 1..=6);
    let over = dimensions.map(|d| binomial_pipeline(PARTS, d) - least_rounds(PARTS, (1 << d) - 1));
    Row {
        what: format!("binomial pipeline, {PARTS} parts, 1 to 2^h - 1 users: most rounds over the bound"),
        unit: "",
        expected: Expected::About { value: 0.0, within: 0.0 },
        measured: Measured::Exactly(over.max().unwrap_or(0) as f64),
        why: "it attains the bound where 1 + N is a power of two".into(),
    }
}

fn never_below<'a>(points: impl Iterator<Item = &'a Point>) -> Row {
    let over = points.flat_map(|point| point.rule.iter().map(|rounds| rounds - point.bound()));
    Row {
        what: "random rule: fewest rounds over the bound".into(),
        unit: "",
        expected: Expected::AtLeast(0.0),
        measured: Measured::Exactly(over.fold(f64::INFINITY, f64::min)),
        why: "no schedule is faster".into(),
    }
}

fn swarm<'a>(system: usize, points: impl Iterator<Item = &'a Point>) -> Row {
    let least = points.flat_map(|point| point.swarm_ratios(system)).fold(f64::INFINITY, f64::min);
    Row {
        what: format!("BitTorrent, {}: least makespan over the bound", SYSTEMS[system]),
        unit: "",
        expected: Expected::AtLeast(1.0),
        measured: Measured::Exactly(least),
        why: "no schedule is faster, whether an uplink serves one user at a time or shares itself out; the source gives no upper bound for BitTorrent".into(),
    }
}

/// The logarithm and the waits weigh less, the more parts there are.
fn more_parts(by_users: &[Point], by_parts: &[Point]) -> Row {
    let mut same_crowd: Vec<&Point> =
        by_users.iter().chain(by_parts).filter(|point| point.users == USERS).collect();
    same_crowd.sort_by_key(|point| point.parts);
    let (few, many) = (same_crowd[0], same_crowd[same_crowd.len() - 1]);
    let lecture = SYSTEMS.len() - 1;
    let differences: Vec<f64> = few
        .swarm_ratios(lecture)
        .iter()
        .zip(many.swarm_ratios(lecture))
        .map(|(few, many)| many - few)
        .collect();
    Row {
        what: format!(
            "BitTorrent, {}, {USERS} users: makespan over the bound with {} parts less that with {}",
            SYSTEMS[lecture], many.parts, few.parts
        ),
        unit: "",
        expected: Expected::AtMost(0.0),
        measured: Measured::mean_of(&differences),
        why: "1 + floor(log2 N) / M file-times: with more parts the start and the waits weigh less".into(),
    }
}

fn over_users(points: &[Point]) -> Figure {
    let bound = points.iter().map(|point| (point.users as f64, point.bound())).collect();
    let mut curves = vec![
        Curve { label: "bound".into(), kind: Kind::Line(bound) },
        Curve { label: "random rule".into(), kind: marks(points, |point| point.rule.clone()) },
    ];
    curves.extend(SYSTEMS.iter().enumerate().map(|(system, label)| Curve {
        label: (*label).into(),
        kind: marks(points, |point| point.swarms[system].clone()),
    }));
    let most = points.iter().flat_map(|point| point.swarms.iter().flatten()).copied().fold(0.0, f64::max);
    let axes = (
        logarithmic("users", points[0].users as f64, points[points.len() - 1].users as f64),
        linear("makespan (part-times)", most),
    );
    let caption = "A rule without a plan comes within a few rounds of the bound. BitTorrent does not know who lacks what beyond its neighbours, and \
        its chokers let slots go to the same few for a round or more.";
    let words = words(
        "Makespan against the number of users",
        &format!("{PARTS} parts, equal uplinks; bands: 95 % intervals"),
    );
    figure("makespan-users", caption, words, axes, vec![panel("", curves)])
}

fn over_parts(by_users: &[Point], by_parts: &[Point]) -> Figure {
    let mut points: Vec<&Point> = by_users.iter().chain(by_parts).filter(|p| p.users == USERS).collect();
    points.sort_by_key(|point| point.parts);
    let at = |point: &&Point, values: &[f64]| (point.parts as f64, Measured::mean_of(values));
    let rule = |point: &&Point| {
        at(point, &point.rule.iter().map(|rounds| rounds / point.bound()).collect::<Vec<_>>())
    };
    let mut curves =
        vec![Curve { label: "random rule".into(), kind: Kind::Marks(points.iter().map(rule).collect()) }];
    curves.extend(SYSTEMS.iter().enumerate().map(|(system, label)| Curve {
        label: (*label).into(),
        kind: Kind::Marks(points.iter().map(|point| at(point, &point.swarm_ratios(system))).collect()),
    }));
    let most =
        points.iter().flat_map(|p| (0..SYSTEMS.len()).flat_map(|s| p.swarm_ratios(s))).fold(1.0, f64::max);
    let axes = (
        logarithmic("parts", points[0].parts as f64, points[points.len() - 1].parts as f64),
        linear("makespan over the bound", most),
    );
    let words = words(
        "Makespan over the bound against the number of parts",
        &format!("{USERS} users, equal uplinks"),
    );
    let caption = "With more parts the start, the waits for an unchoke and the last pieces weigh less.";
    figure("makespan-parts", caption, words, axes, vec![panel("", curves)])
}

fn marks(points: &[Point], values: impl Fn(&Point) -> Vec<f64>) -> Kind {
    Kind::Marks(points.iter().map(|point| (point.users as f64, Measured::mean_of(&values(point)))).collect())
}

fn remark<'a>(points: impl Iterator<Item = &'a Point>) -> String {
    let mut most = 0.0;
    let mut ratios: [Vec<f64>; SYSTEMS.len()] = Default::default();
    for point in points {
        most = point.rule.iter().map(|rounds| rounds - point.bound()).fold(most, f64::max);
        if (point.parts, point.users) == (PARTS, USERS) {
            ratios.iter_mut().enumerate().for_each(|(system, all)| *all = point.swarm_ratios(system));
        }
    }
    let means = ratios.map(|all| all.iter().sum::<f64>() / all.len() as f64);
    let told: Vec<String> = SYSTEMS
        .iter()
        .zip(means)
        .map(|(label, mean)| format!("{mean:.2} times the bound ({label})"))
        .collect();
    format!(
        "How far away: the random rule takes at most {most:.0} rounds more than the bound in any run; BitTorrent with {PARTS} parts and {USERS} users takes {}.",
        told.join(", ")
    )
}
