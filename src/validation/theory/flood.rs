//! How far a flooded query gets: in a tree by a closed form, in a random overlay by its links.
//!
//! In a tree of degree n a query with t hops to live reaches sum over i = 1..t of n (n - 1)^(i-1) servents, each once. In any overlay it
//! reaches who is within t links, and each of those sends a copy over all its links but one. In a random graph without
//! short loops that is, on average, z1 + z1 r + z1 r^2 + ..., with z1 the mean of the degrees k and
//! r = mean(k (k - 1)) / mean(k) (Newman, Strogatz and Watts 2001; from the third hop on only if the degrees of neighbours
//! are independent); with many hops everybody is reached, and of the k - 1 copies a servent all but one come in vain.

use crate::record::{Observer, Record, WishTotals};
use crate::report::axes::Axis;
use crate::report::chart::{Panel, Series};
use crate::report::estimated::{Estimate, Estimated, MARKERS};
use crate::report::palette::LINES;
use crate::units::{PersonIndex, SimTime};
use crate::validation::figures::{figure, words};
use crate::validation::overlay::{Flood, Links};
use crate::validation::{Bench, Expected, Experiment, Figure, Findings, Measured, Part, Row};

pub const EXPERIMENT: Experiment = Experiment {
    name: "flood",
    part: Part::Theory,
    title: "How far a query gets, and how often in vain",
    source: "Gnutella 0.4 (Clip2), for the tree; Newman, Strogatz and Watts, \"Random graphs with arbitrary degree distributions and their \
             applications\" (2001); links a servent: Ripeanu, \"Peer-to-peer architecture case study: Gnutella network\" (2001)",
    run,
};

const TREE: &str = include_str!("../../../scenarios/validation/flood-tree.toml");
const FLAT: &str = include_str!("../../../scenarios/validation/flood-flat.toml");
/// Degrees of trees, and the most hops with which everybody who is reached can be built.
const TREES: [(u32, u8); 3] = [(3, 10), (4, 7), (8, 4)];
/// Ripeanu 2001.
const FLAT_LINKS: f64 = 3.4;
/// When everybody in the flat overlay has the links that it wants, after two rounds of pings.
const SETTLED: SimTime = SimTime(120_000_000_000);
/// Hops after which nobody in an overlay of thousands is left.
const ENDLESS: u8 = 30;

/// What the queries of a run came to, and what they should have by the links at that moment.
struct Watched {
    links: Links,
    ttl: u8,
    asked: Vec<Asked>,
    wishes: Vec<WishTotals>,
}

/// A query at the moment at which it is sent.
struct Asked {
    by: PersonIndex,
    at: SimTime,
    flood: Flood,
    degrees: Vec<usize>,
}

impl Observer for Watched {
    fn record(&mut self, at: SimTime, record: &Record) {
        self.links.record(at, record);
        if let Record::Searched { peer, .. } = *record {
            let flood = self.links.flood(peer, self.ttl);
            self.asked.push(Asked { by: peer, at, flood, degrees: self.links.degrees() });
        }
    }

    fn wish(&mut self, wish: &WishTotals) {
        self.wishes.push(*wish);
    }
}

/// A query as it went, and how it was sent.
struct Query {
    simulated: Flood,
    duplicates: u64,
    sent: Asked,
}

fn run(bench: &Bench<'_>) -> Findings {
    let floods: Vec<(u32, u8)> =
        TREES.iter().flat_map(|&(degree, most)| (1..=most).map(move |ttl| (degree, ttl))).collect();
    let in_trees = bench.each(&floods, |&(degree, ttl)| in_tree(bench, degree, ttl));
    let mut rows = Vec::new();
    for ((degree, ttl), query) in
        floods.iter().zip(&in_trees).filter(|((degree, ttl), _)| TREES.contains(&(*degree, *ttl)))
    {
        rows.extend(tree_rows(*degree, *ttl, query));
    }
    rows.extend(flat_rows(bench));
    Findings {
        setup: format!(
            "Somebody in the middle of a tree asks for what nobody has; and half of 2000 do so in a flat overlay (mean {FLAT_LINKS} links), \
             whose links are read off the run's records. Everybody is online."
        ),
        rows,
        figures: vec![reach(&floods, &in_trees)],
        remarks: vec![
            "In a tree of degree 8 a query with 7 hops reaches 1 098 056; the protocol's own test has it, without the simulator around it.".into(),
        ],
    }
}

fn queries(watched: Watched) -> Vec<Query> {
    let query = |sent: Asked| {
        let wish = watched.wishes.iter().find(|wish| wish.peer == sent.by).expect("who asks has a wish");
        assert_eq!(wish.searches, 1, "nobody searches again");
        let simulated = Flood { reached: wish.reached.into(), copies: wish.messages };
        Query { simulated, duplicates: wish.duplicates, sent }
    };
    watched.asked.into_iter().map(query).collect()
}

fn watch(bench: &Bench<'_>, text: &str, sets: &[(&str, &str)], ttl: u8, replicate: u32) -> Vec<Query> {
    let hops = ttl.to_string();
    let sets: Vec<(&str, &str)> =
        sets.iter().copied().chain([("systems.gnutella.ttl", hops.as_str())]).collect();
    let scenario = bench.scenario(text, &sets);
    let make =
        |people: usize| Watched { links: Links::new(people), ttl, asked: Vec::new(), wishes: Vec::new() };
    let (watched, _) = bench.watch(&scenario, 0, replicate, |workload| make(workload.people.len()));
    queries(watched)
}

fn in_tree(bench: &Bench<'_>, degree: u32, ttl: u8) -> Query {
    let overlay = format!("{{ regular-tree = {{ degree = {degree} }} }}");
    let others = tree_reach(degree, ttl).to_string();
    let sets = [("systems.gnutella.overlay", overlay.as_str()), ("population.total", &others)];
    watch(bench, TREE, &sets, ttl, 0).pop().expect("one asks")
}

fn tree_reach(degree: u32, ttl: u8) -> u64 {
    let degree = u64::from(degree);
    (1..=u32::from(ttl)).map(|hop| degree * (degree - 1).pow(hop - 1)).sum()
}

fn tree_rows(degree: u32, ttl: u8, query: &Query) -> [Row; 2] {
    [
        Row {
            what: format!("servents reached, tree of degree {degree}, {ttl} hops"),
            unit: "",
            expected: Expected::About { value: tree_reach(degree, ttl) as f64, within: 0.0 },
            measured: Measured::Exactly(query.simulated.reached as f64),
            why: "exact".into(),
        },
        Row {
            what: format!("copies in vain, tree of degree {degree}, {ttl} hops"),
            unit: "",
            expected: Expected::AtMost(0.0),
            measured: Measured::Exactly(query.duplicates as f64),
            why: "a tree has no loops".into(),
        },
    ]
}

fn flat_rows(bench: &Bench<'_>) -> Vec<Row> {
    let play = |ttl: u8, runs: u32| {
        let replicates: Vec<u32> = (0..runs).collect();
        bench.each(&replicates, |&replicate| watch(bench, FLAT, &[], ttl, replicate))
    };
    let few = bench.full_or_fast(10, 3);
    // What is near varies most from one who asks to another.
    let (far, near, endless) = (play(7, few), play(2, bench.full_or_fast(20, 10)), play(ENDLESS, few));
    let differs = |query: &&Query| query.simulated != query.sent.flood;
    let wrong = [&far, &near, &endless].into_iter().flatten().flatten().filter(differs).count();
    vec![
        Row {
            what: "queries that reach others, or send more or fewer copies, than the links say".into(),
            unit: "",
            expected: Expected::AtMost(0.0),
            measured: Measured::Exactly(wrong as f64),
            why: "exact: all who are within so many links, each once".into(),
        },
        Row {
            what: "reach with 2 hops over that of a random graph with the same degrees".into(),
            unit: "",
            expected: Expected::About { value: 1.0, within: 0.05 },
            measured: Measured::mean_of(&near.iter().map(|run| over_branching(run, 2)).collect::<Vec<_>>()),
            why: "z1 + z1 r, exact for the mean of all servents but for triangles, of which there are hardly any among thousands; those who ask are a sample"
                .into(),
        },
        Row {
            what: "copies in vain of all, when everybody is reached".into(),
            unit: "%",
            expected: Expected::About { value: 100.0 * (1.0 - 1.0 / (FLAT_LINKS - 1.0)), within: 0.03 },
            measured: Measured::mean_of(&endless.iter().map(|run| 100.0 * in_vain(run)).collect::<Vec<_>>()),
            why: "1 - 1 / (k - 1) at 3.4 links a servent; 3 % because a mean of 1.7 opened links is drawn and some find no room".into(),
        },
    ]
}

/// Mean reach of a run's queries over the branching estimate for the degrees of its overlay.
fn over_branching(queries: &[Query], ttl: u8) -> f64 {
    let late: Vec<&Query> = queries.iter().filter(|query| query.sent.at > SETTLED).collect();
    let ratio = |query: &&Query| {
        let sum = |of: fn(f64) -> f64| query.sent.degrees.iter().map(|&k| of(k as f64)).sum::<f64>();
        let (z1, r) = (sum(|k| k) / query.sent.degrees.len() as f64, sum(|k| k * (k - 1.0)) / sum(|k| k));
        let expected = (0..ttl).fold((0.0, z1), |(all, next), _| (all + next, next * r)).0;
        query.simulated.reached as f64 / expected
    };
    late.iter().map(ratio).sum::<f64>() / late.len() as f64
}

fn in_vain(queries: &[Query]) -> f64 {
    let late = || queries.iter().filter(|query| query.sent.at > SETTLED);
    let sum = |of: fn(&Query) -> u64| late().map(of).sum::<u64>() as f64;
    sum(|query| query.duplicates) / sum(|query| query.simulated.copies)
}

fn reach(floods: &[(u32, u8)], queries: &[Query]) -> Figure {
    let of = |degree: u32| floods.iter().zip(queries).filter(move |((other, _), _)| *other == degree);
    let formula = |(number, &(degree, _)): (usize, &(u32, u8))| Series {
        label: format!("degree {degree}"),
        style: LINES[number],
        points: of(degree).map(|((_, ttl), _)| (f64::from(*ttl), tree_reach(degree, *ttl) as f64)).collect(),
    };
    let marks = |(number, &(degree, _)): (usize, &(u32, u8))| {
        let mark = |((_, ttl), query): (&(u32, u8), &Query)| Estimate {
            x: f64::from(*ttl),
            y: query.simulated.reached as f64,
            interval: None,
        };
        Estimated {
            label: String::new(),
            style: LINES[number],
            marker: MARKERS[number],
            stretches: of(degree).map(|flood| vec![mark(flood)]).collect(),
            never: Vec::new(),
            categories: false,
        }
    };
    let top = queries.iter().map(|query| query.simulated.reached as f64).fold(0.0, f64::max);
    let most = floods.iter().map(|flood| f64::from(flood.1)).fold(0.0, f64::max);
    let both = Panel {
        series: TREES.iter().enumerate().map(formula).collect(),
        estimated: TREES.iter().enumerate().map(marks).collect(),
        ..Panel::default()
    };
    figure(
        "flood-reach",
        "Each hop multiplies the reach by the degree less one.",
        words("Reach of a flood in trees", "lines: sum of n (n - 1)^(i - 1); marks: simulated"),
        (Axis::count("hops to live", most, 10), Axis::count("servents reached", top, 6)),
        vec![both],
    )
}

#[cfg(test)]
mod tests {
    use super::tree_reach;

    #[test]
    fn the_reach_in_trees_is_that_of_the_table() {
        assert_eq!((tree_reach(4, 7), tree_reach(8, 7)), (4_372, 1_098_056));
    }
}
