//! Lower bounds on the last completion, with a server and with any scheme in which the leechers upload too.

use crate::experiment::Played;
use crate::metrics::bounds::{client_server_bound, peer_to_peer_bound};
use crate::validation::figures::{Curve, Kind, figure, logarithmic, panel, words};
use crate::validation::{Bench, Expected, Experiment, Figure, Findings, Measured, Part, Row};

pub const EXPERIMENT: Experiment = Experiment {
    name: "lower-bounds",
    part: Part::Theory,
    title: "No run beats the lower bounds",
    source: "Kumar and Ross, \"Peer-assisted file distribution: the minimum distribution time\" (2006)",
    run,
};

const SCENARIO: &str = include_str!("../../../scenarios/validation/bounds.toml");
const UNEQUAL: &str = include_str!("../../../scenarios/validation/bounds-unequal.toml");

/// Leechers' upload in Mbit/s, and the bound in s for 10, 100 and 1000 leechers: F = 15 x 1024 Mbit, u_s = 30, d = 2 Mbit/s.
const TABLE: [(f64, [f64; 3]); 3] = [
    (300.0 / 1024.0, [7680.0, 25_904.0, 47_559.0]),
    (700.0 / 1024.0, [7680.0, 15_616.0, 21_525.0]),
    (2.0, [7680.0, 7680.0, 7680.0]),
];
const SERVER_TABLE: [f64; 3] = [7680.0, 51_200.0, 512_000.0];
const CROWDS: [usize; 3] = [10, 100, 1000];
/// F, u_s and d of the table in Mbit and Mbit/s.
const SIZE: f64 = 15.0 * 1024.0;
const SEED: f64 = 30.0;
const DOWNLOAD: f64 = 2.0;
/// The scenario's file is so much smaller, and the times with it.
const SCALE: f64 = 100.0;

/// Crowds of unequal lines: what they are, and their uplinks as a scenario writes them.
const UPLINKS: [(&str, &str); 2] = [
    ("Piatek's uplinks", r#"{ cdf = "data/piatek_fig1_cdf.csv", unit = "KB/s", column = "upload_KBps" }"#),
    ("uniform uplinks", r#"{ uniform = { from = "200 kbit/s", to = "5 Mbit/s" } }"#),
];
/// From a seed that is the bottleneck to one that is none.
const SEEDS: [&str; 3] = ["100 kbit/s", "1 Mbit/s", "20 Mbit/s"];

/// A crowd of the table, played.
struct Crowd {
    upload: f64,
    leechers: usize,
    server: Vec<Last>,
    swarm: Vec<Last>,
}

/// The last completion of a run, over the bound that holds for it, and in seconds; `None` where somebody never finished.
#[derive(Clone, Copy)]
struct Last {
    ratio: Option<f64>,
    seconds: Option<f64>,
}

impl Last {
    fn of(played: &Played) -> Last {
        let row = &played.summary.all.row;
        Last { ratio: row.bound_ratio, seconds: row.download_max_s }
    }
}

fn run(bench: &Bench<'_>) -> Findings {
    let crowds = crowds(bench);
    let mut rows = tables();
    rows.extend(crowds.iter().filter(|crowd| crowd.upload == DOWNLOAD).map(server));
    rows.extend(crowds.iter().map(swarm));
    rows.push(slow_seed(bench));
    rows.extend(UPLINKS.iter().flat_map(|uplinks| unequal(bench, *uplinks)));
    rows.push(spare_capacity(bench));
    Findings {
        setup: "Everybody starts at once with nothing, one holder has everything; no headers, because the bounds know of none. The equal crowds are the table's, with a \
            hundredth of its file; of the unequal ones some leave when they are done, and five kinds of client play them."
            .into(),
        rows,
        figures: vec![drawn(&crowds)],
        remarks: vec![remark(&crowds)],
    }
}

/// The formulas against the published tables, which give whole seconds.
fn tables() -> Vec<Row> {
    let row = |what: String, value: f64, formula: f64| Row {
        what,
        unit: "s",
        expected: Expected::Between(value - 0.5, value + 0.5),
        measured: Measured::Exactly(formula),
        why: "the table gives whole seconds".into(),
    };
    let server = CROWDS.iter().zip(SERVER_TABLE).map(|(&leechers, value)| {
        let what = format!("formula, server, {leechers} leechers");
        row(what, value, client_server_bound(SIZE, SEED, DOWNLOAD, leechers))
    });
    let swarm = TABLE.iter().flat_map(|(upload, values)| {
        CROWDS.iter().zip(values).map(move |(&leechers, &value)| {
            let what = format!("formula, uploads of {upload:.3} Mbit/s, {leechers} leechers");
            row(what, value, swarm_bound(*upload, leechers))
        })
    });
    server.chain(swarm).collect()
}

fn swarm_bound(upload: f64, leechers: usize) -> f64 {
    peer_to_peer_bound(SIZE, SEED, DOWNLOAD, leechers, leechers as f64 * upload)
}

fn crowds(bench: &Bench<'_>) -> Vec<Crowd> {
    let crowds = bench.full_or_fast(&[10, 30, 100, 1000][..], &[10, 30][..]);
    let each = TABLE.iter().flat_map(|(upload, _)| crowds.iter().map(move |&leechers| (*upload, leechers)));
    let play = |(upload, leechers): (f64, usize)| {
        let sets = [
            ("population.total", &*leechers.to_string()),
            ("peers.leecher.upload", &*format!("{upload} Mbit/s")),
        ];
        let mut lasts = bench.measure(&bench.scenario(SCENARIO, &sets), 3, Last::of).into_iter();
        let mut next = || lasts.next().expect("the scenario has a server and a swarm");
        Crowd { upload, leechers, server: next(), swarm: next() }
    };
    each.map(play).collect()
}

/// The mean over runs, if everybody finished in all of them.
fn mean(lasts: &[Last], figure: fn(&Last) -> Option<f64>) -> Measured {
    Measured::mean_of_some(&lasts.iter().map(figure).collect::<Vec<_>>())
}

fn server(crowd: &Crowd) -> Row {
    Row {
        what: format!("server, {} leechers: last completion over the bound", crowd.leechers),
        unit: "",
        expected: Expected::About { value: 1.0, within: 1e-6 },
        measured: mean(&crowd.server, |last| last.ratio),
        why: "an equally sharing server attains it; rounding to nanoseconds".into(),
    }
}

fn swarm(crowd: &Crowd) -> Row {
    let what = format!("swarm, uploads of {:.3} Mbit/s, {} leechers", crowd.upload, crowd.leechers);
    never_beaten(what, &crowd.swarm)
}

fn never_beaten(what: String, lasts: &[Last]) -> Row {
    Row {
        what: format!("{what}: least last completion over the bound"),
        unit: "",
        expected: Expected::AtLeast(1.0),
        measured: extreme(lasts.iter().map(|last| last.ratio), f64::min),
        why: "no scheme beats it".into(),
    }
}

/// The least or the greatest of figures, if each came about.
fn extreme(figures: impl Iterator<Item = Option<f64>>, pick: fn(f64, f64) -> f64) -> Measured {
    let all: Option<Vec<f64>> = figures.collect();
    Measured::exactly(all.and_then(|all| all.into_iter().reduce(pick)))
}

/// A seed so slow that F / u_s binds: nobody can have the last piece before it has left the seed.
fn slow_seed(bench: &Bench<'_>) -> Row {
    let sets = [("peers.seed.upload", "1 Mbit/s"), ("peers.leecher.download", "20 Mbit/s")];
    let lasts = bench.measure(&bench.scenario(SCENARIO, &sets), 3, Last::of);
    never_beaten("swarm, a seed of 1 Mbit/s, 10 leechers of 2 Mbit/s (F / u_s binds)".into(), &lasts[1])
}

/// Crowds of unequal lines with a slow, a middling and a fast seed.
fn unequal(bench: &Bench<'_>, (name, uplinks): (&str, &str)) -> [Row; 2] {
    let (mut swarms, mut servers) = (Vec::new(), Vec::new());
    for seed in SEEDS {
        let scenario = bench.scenario(UNEQUAL, &[("peers.one.upload", uplinks), ("peers.seed.upload", seed)]);
        let mut lasts = bench.measure(&scenario, bench.full_or_fast(20, 3), Last::of);
        servers.extend(lasts.pop().expect("the last system is the server"));
        swarms.extend(lasts.into_iter().flatten());
    }
    let apart = servers.iter().map(|last| last.ratio.map(|ratio| (ratio - 1.0).abs()));
    let server = Row {
        what: format!("server, {name}: farthest last completion from the bound"),
        unit: "",
        expected: Expected::AtMost(1e-3),
        measured: extreme(apart, f64::max),
        why:
            "it attains the bound, but for one and a half round trips of 2 ms to ask, in runs of 3 s and more"
                .into(),
    };
    [never_beaten(format!("five clients, {name}, three seeds"), &swarms), server]
}

/// What slow receivers leave of a server's uplink goes to fast ones: with 5 + 5 clients of 0.5 and 8 Mbit/s on 10 Mbit/s
/// the fast ones get (10 - 5 x 0.5) / 5 = 1.5 Mbit/s each. The bound does not see it, since the slow ones finish last.
fn spare_capacity(bench: &Bench<'_>) -> Row {
    let sets = [
        ("network.one-way-latency", "0 ms"),
        ("peers.seed.upload", "10 Mbit/s"),
        ("peers.one.count", "5"),
        ("peers.one.download", "500 kbit/s"),
        ("peers.other.download", "8 Mbit/s"),
    ];
    let scenario = bench.scenario(UNEQUAL, &sets);
    let fast = |played: &Played| played.summary.classes[2].row.download_max_s;
    let times = bench.measure(&scenario, 2, fast).pop().expect("the last system is the server");
    Row {
        what: "server, slow and fast downlinks: the fast ones' last completion".into(),
        unit: "s",
        expected: Expected::About { value: 4.0 * 1024.0 * 1024.0 * 8.0 / 1.5e6, within: 1e-6 },
        measured: Measured::mean_of_some(&times),
        why: "max-min fairness (Bertsekas and Gallager, \"Data networks\", 1992): no uplink idles while a receiver could take more; rounding to nanoseconds".into(),
    }
}

fn drawn(crowds: &[Crowd]) -> Figure {
    let ends = [10.0, crowds.iter().map(|crowd| crowd.leechers).max().unwrap_or(10) as f64];
    let numbers: Vec<usize> = (0..=40)
        .map(|k| (ends[0] * crate::units::portable::pow(ends[1] / ends[0], f64::from(k) / 40.0)) as usize)
        .collect();
    let draw = |upload: f64| {
        let line = |bound: &dyn Fn(usize) -> f64| {
            Kind::Line(numbers.iter().map(|&n| (n as f64, bound(n) / SCALE)).collect())
        };
        let marks = |lasts: fn(&Crowd) -> &[Last]| {
            let own = crowds.iter().filter(|crowd| crowd.upload == upload);
            let seconds = |crowd: &Crowd| mean(lasts(crowd), |last| last.seconds);
            Kind::Scatter(own.map(|crowd| (crowd.leechers as f64, seconds(crowd))).collect())
        };
        let curve = |label: &str, kind| Curve { label: label.into(), kind };
        let curves = vec![
            curve("server", line(&|n| client_server_bound(SIZE, SEED, DOWNLOAD, n))),
            curve("any scheme", line(&|n| swarm_bound(upload, n))),
            curve("", marks(|crowd| &crowd.server)),
            curve("", marks(|crowd| &crowd.swarm)),
        ];
        panel(&format!("uploads of {upload:.3} Mbit/s"), curves)
    };
    let lasts = crowds.iter().flat_map(|crowd| crowd.server.iter().chain(&crowd.swarm));
    let seconds = lasts.filter_map(|last| last.seconds);
    let axes = (
        logarithmic("leechers", ends[0], ends[1]),
        logarithmic("last completion (s)", SIZE / DOWNLOAD / SCALE, seconds.fold(1.0, f64::max)),
    );
    let caption = "The time of the last completion against the number of leechers. Lines are the bounds, triangles the server's runs, which lie on its bound, diamonds the swarm's.";
    let words = words(
        "Last completion and lower bounds",
        "F = 154 Mbit, a seed of 30 Mbit/s, downloads of 2 Mbit/s; three runs each",
    );
    figure(
        "lower-bounds-crowds",
        caption,
        words,
        axes,
        TABLE.iter().map(|(upload, _)| draw(*upload)).collect(),
    )
}

fn remark(crowds: &[Crowd]) -> String {
    let told = |crowd: &Crowd| {
        let mean = mean(&crowd.swarm, |last| last.ratio).value();
        let mean = mean.map_or_else(|| "not all finished".into(), |mean| format!("{mean:.2}"));
        format!("{mean} ({} leechers, {:.3} Mbit/s)", crowd.leechers, crowd.upload)
    };
    let all: Vec<String> = crowds.iter().map(told).collect();
    format!(
        "How near the lecture's client comes, as multiples of the bound: {}. Its seed serves five at a time, whose lines take a third of its uplink: slow \
         uplinks cannot make up for that.",
        all.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validation::Verdict;

    #[test]
    fn a_bound_is_not_borne_out_where_somebody_never_finishes() {
        let last = |ratio| Last { ratio, seconds: ratio };
        let row = |ratios: &[Option<f64>]| {
            let lasts: Vec<Last> = ratios.iter().copied().map(last).collect();
            never_beaten(String::new(), &lasts)
        };
        assert_eq!(row(&[Some(1.5), Some(1.25)]).measured, Measured::Exactly(1.25));
        assert_eq!(row(&[Some(1.5), None]).verdict(), Verdict::Fails);
        assert_eq!(row(&[]).verdict(), Verdict::Fails);
    }
}
