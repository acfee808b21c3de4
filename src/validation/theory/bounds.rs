//! Lower bounds on the last completion, with a server and with any scheme in which the leechers upload too.

use crate::metrics::bounds::{client_server_bound, peer_to_peer_bound};
use crate::validation::{Bench, Expected, Experiment, Findings, Measured, Part, Row};

pub const EXPERIMENT: Experiment = Experiment {
    name: "lower-bounds",
    part: Part::Theory,
    title: "No run beats the lower bounds",
    source: "Kumar and Ross, \"Peer-assisted file distribution: the minimum distribution time\" (2006)",
    run,
};

const SCENARIO: &str = include_str!("../../../scenarios/validation/bounds.toml");

/// Leechers' upload in Mbit/s, and the bound in s for 10, 100 and 1000 leechers: F = 15 x 1024 Mbit, u_s = 30, d = 2 Mbit/s.
const TABLE: [(f64, [f64; 3]); 3] = [
    (300.0 / 1024.0, [7680.0, 25_904.0, 47_559.0]),
    (700.0 / 1024.0, [7680.0, 15_616.0, 21_525.0]),
    (2.0, [7680.0, 7680.0, 7680.0]),
];
const SERVER_TABLE: [f64; 3] = [7680.0, 51_200.0, 512_000.0];
const CROWDS: [usize; 3] = [10, 100, 1000];

fn run(bench: &Bench<'_>) -> Findings {
    let mut rows = tables();
    let crowds = bench.full_or_fast(&CROWDS[..2], &CROWDS[..1]);
    for crowd in crowds {
        rows.extend(played(bench, *crowd));
    }
    Findings {
        setup: "Everybody starts at once with nothing, one holder has everything; no latency and no headers, because the bounds know of none.".into(),
        rows,
        ..Findings::default()
    }
}

/// The formulas against the published tables, which give whole seconds.
fn tables() -> Vec<Row> {
    let (size, u_s, d) = (15.0 * 1024.0, 30.0, 2.0);
    let row = |what: String, value: f64, formula: f64| Row {
        what,
        unit: "s",
        expected: Expected::Between(value - 0.5, value + 0.5),
        measured: Measured::Exactly(formula),
        why: "the table gives whole seconds".into(),
    };
    let server = CROWDS.iter().zip(SERVER_TABLE).map(|(&leechers, value)| {
        row(
            format!("formula, server, {leechers} leechers"),
            value,
            client_server_bound(size, u_s, d, leechers),
        )
    });
    let swarm = TABLE.iter().flat_map(|(upload, values)| {
        CROWDS.iter().zip(values).map(move |(&leechers, &value)| {
            let formula = peer_to_peer_bound(size, u_s, d, leechers, leechers as f64 * upload);
            row(format!("formula, uploads of {upload:.3} Mbit/s, {leechers} leechers"), value, formula)
        })
    });
    server.chain(swarm).collect()
}

/// Runs of a server and of a swarm: last completion over the bound.
fn played(bench: &Bench<'_>, leechers: usize) -> Vec<Row> {
    let scenario = bench.scenario(SCENARIO, &[("population.total", &leechers.to_string())]);
    let ratios =
        bench.measure(&scenario, bench.full_or_fast(10, 3), |played| played.summary.all.row.bound_ratio);
    let least = |system: &[Option<f64>]| {
        system.iter().map(|ratio| ratio.unwrap_or(f64::NAN)).fold(f64::INFINITY, f64::min)
    };
    vec![
        Row {
            what: format!("server, {leechers} leechers: last completion over the bound"),
            unit: "",
            expected: Expected::About { value: 1.0, within: 1e-6 },
            measured: Measured::mean_of_some(&ratios[0]),
            why: "an equally sharing server attains it; rounding to nanoseconds".into(),
        },
        Row {
            what: format!("swarm, {leechers} leechers: least last completion over the bound"),
            unit: "",
            expected: Expected::AtLeast(1.0),
            measured: Measured::Exactly(least(&ratios[1])),
            why: "no scheme beats it".into(),
        },
    ]
}
