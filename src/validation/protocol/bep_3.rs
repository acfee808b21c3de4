//! Rules of BEP 3 that show in a swarm's messages and decisions.

use super::audit::{Audit, Found};
use crate::validation::{Bench, Expected, Experiment, Findings, Measured, Part, Row};

pub const EXPERIMENT: Experiment = Experiment {
    name: "bep-3-in-a-swarm",
    part: Part::Protocol,
    title: "Choking rounds, the four best, the rarest first",
    source: "BEP 3; Cohen, \"Incentives build robustness in BitTorrent\" (2003)",
    run,
};

const SCENARIO: &str = include_str!("../../../scenarios/validation/bep-3.toml");

fn run(bench: &Bench<'_>) -> Findings {
    let scenario = bench.scenario(SCENARIO, &[]);
    let pieces = scenario.content.single().expect("one file").pieces();
    let replicates: Vec<u32> = (0..bench.full_or_fast(10, 2)).collect();
    let found = bench.each(&replicates, |&replicate| {
        bench.watch(&scenario, 0, replicate, |workload| Audit::new(workload, pieces)).0.found
    });
    Findings {
        setup: "Forty leechers with uplinks of four speeds and a seed, all of them the lecture's client. A listener follows every message \
            and decision with books of its own: who has shown which piece to whom, who asked for what, what came from whom \
            in the last 20 s."
            .into(),
        rows: rows(&found),
        ..Findings::default()
    }
}

fn rows(found: &[Found]) -> Vec<Row> {
    let row = |what: &str, unit, expected, measured, why: &str| Row {
        what: what.into(),
        unit,
        expected,
        measured,
        why: why.into(),
    };
    let exactly = |value| Expected::About { value, within: 0.0 };
    let changes = all(found, |found| &found.between_changes);
    let rotations = all(found, |found| &found.between_rotations);
    let choices: usize = found.iter().map(|found| found.choices).sum();
    let rarest: usize = found.iter().map(|found| found.rarest).sum();
    vec![
        row(
            "least time between two changes of a peer's unchoked neighbours",
            "s",
            exactly(10.0),
            some(changes.first().copied()),
            "BEP 3: the choke set changes every ten seconds, not faster",
        ),
        row(
            "least time between two turns of a peer's optimistic unchoke",
            "s",
            exactly(30.0),
            some(rotations.first().copied()),
            "BEP 3: which peer is optimistically unchoked rotates every 30 s",
        ),
        row(
            "most neighbours that a leecher unchokes for their rate at once",
            "",
            exactly(4.0),
            some(found.iter().map(|found| found.most_regular as f64).reduce(f64::max)),
            "BEP 3: four downloaders at a time",
        ),
        row(
            "bytes of the last 20 s from those unchoked for their rate, over those from the outranked",
            "times",
            Expected::AtLeast(1.0),
            Measured::mean_of_some(&found.iter().map(reciprocity).collect::<Vec<_>>()),
            "tit-for-tat: who sends more is unchoked; the books are the listener's, not the choker's",
        ),
        row(
            "first requests for a piece that no rarer one could replace",
            "%",
            exactly(100.0),
            some((choices > 0).then(|| 100.0 * rarest as f64 / choices as f64)),
            "rarest first, among all that the neighbour has shown",
        ),
    ]
}

fn some(value: Option<f64>) -> Measured {
    value.map_or(Measured::Never, Measured::Exactly)
}

/// The figures of all runs, ascending.
fn all(found: &[Found], of: fn(&Found) -> &Vec<f64>) -> Vec<f64> {
    let mut all: Vec<f64> = found.iter().flat_map(of).copied().collect();
    all.sort_by(f64::total_cmp);
    all
}

/// `None` where nobody was unchoked for its rate, or nobody choked for it.
fn reciprocity(found: &Found) -> Option<f64> {
    let mean = |bytes: &[f64]| (!bytes.is_empty()).then(|| bytes.iter().sum::<f64>() / bytes.len() as f64);
    let (unchoked, choked) = (mean(&found.from_unchoked)?, mean(&found.from_choked)?);
    (choked > 0.0).then_some(unchoked / choked)
}
