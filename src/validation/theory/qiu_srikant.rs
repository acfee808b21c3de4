//! A swarm in its steady state against the fluid model of it.

use super::fluid::{Rates, Steady, effectiveness};
use super::steady_swarm::{Found, SteadySwarm};
use crate::units::SimTime;
use crate::validation::figures::{Curve, Kind, figure, linear, panel, words};
use crate::validation::{Bench, Expected, Experiment, Figure, Findings, Measured, Part, Row};

pub const EXPERIMENT: Experiment = Experiment {
    name: "fluid-swarm",
    part: Part::Theory,
    title: "A swarm in its steady state",
    source: "Qiu and Srikant, \"Modeling and performance analysis of BitTorrent-like peer-to-peer networks\" (2004)",
    run,
};

const SCENARIO: &str = include_str!("../../../scenarios/validation/qiu-srikant.toml");
/// Of the scenario: bytes and pieces of the file, slots of the client, and seconds from one round to the next.
const SIZE: f64 = 6400.0 * 1024.0;
const PIECES: u32 = 400;
const SLOTS: u32 = 5;
const ROUND: f64 = 10.0;
/// Of the fast form: a smaller swarm by this factor.
const FAST: f64 = 1.0 / 3.0;

const BASE: Rates = Rates {
    arrivals: 0.15,
    upload: 1000.0,
    download: 125.0,
    seeding: 300.0,
    patience: f64::INFINITY,
    effectiveness: 1.0,
    idle: 0.0,
};

/// What is varied, and the rates; at least 100 leechers each. The first three differ in arrivals alone.
const POINTS: [(&str, Rates); 11] = [
    ("base", BASE),
    ("arrivals x 2", Rates { arrivals: 0.3, ..BASE }),
    ("arrivals x 4", Rates { arrivals: 0.6, ..BASE }),
    ("seeding 600 s", Rates { arrivals: 0.3, seeding: 600.0, ..BASE }),
    ("seeding 100 s", Rates { seeding: 100.0, ..BASE }),
    ("patience 1500 s", Rates { arrivals: 0.3, patience: 1500.0, ..BASE }),
    ("patience 500 s", Rates { arrivals: 0.4, patience: 500.0, ..BASE }),
    ("uplinks x 2", Rates { arrivals: 0.3, upload: 500.0, seeding: 150.0, download: 62.5, ..BASE }),
    ("uplinks / 2", Rates { arrivals: 0.1, upload: 2000.0, seeding: 600.0, download: 250.0, ..BASE }),
    ("slow downlinks", Rates { download: 900.0, ..BASE }),
    ("slow downlinks, many seeds", Rates { arrivals: 0.25, download: 500.0, seeding: 1200.0, ..BASE }),
];
/// Points of the fast form.
const FAST_POINTS: [usize; 2] = [0, 6];

/// What a point was to be and was.
struct Point {
    name: &'static str,
    rates: Rates,
    expected: Steady,
    /// Seconds that a leecher has nothing to send: two waits of half a round, for an unchoke and for its own first round, and a piece
    /// over one of the slots between them.
    start: f64,
    found: Vec<Found>,
}

fn run(bench: &Bench<'_>) -> Findings {
    let every: Vec<usize> = (0..POINTS.len()).collect();
    let chosen = bench.full_or_fast(&every[..], &FAST_POINTS[..]);
    let points: Vec<Point> = chosen.iter().map(|&number| point(bench, POINTS[number])).collect();
    let mut rows: Vec<Row> = points.iter().flat_map(Point::rows).collect();
    rows.extend(independence(&points));
    rows.push(littles_law(&points));
    rows.extend(points.first().map(Point::effectiveness));
    rows.push(explained(&points));
    Findings {
        setup: format!(
            "Peers come in a Poisson stream, fetch {PIECES} pieces of 16 KiB by the lecture's client without an endgame, and stay as seeds for an exponential time; \
             where they have patience it is exponential, too. Base: {} arrivals a second, {} s for the file over an uplink, {} s over a downlink, {} s as a seed. \
             The start of a run is left out. Numbers of leechers and seeds are scaled to the model's arrivals, which come out higher or lower by chance.",
            BASE.arrivals, BASE.upload, BASE.download, BASE.seeding
        ),
        rows,
        figures: vec![drawn(&points)],
        remarks: remarks(&points),
    }
}

fn point(bench: &Bench<'_>, (name, rates): (&'static str, Rates)) -> Point {
    let rates = Rates {
        arrivals: rates.arrivals * bench.full_or_fast(1.0, FAST),
        effectiveness: effectiveness(PIECES, SLOTS),
        ..rates
    };
    let expected = rates.steady();
    let (warm_up, end) =
        (4.0 * expected.time, 4.0 * expected.time + bench.full_or_fast(800.0, 200.0) / rates.arrivals);
    let seconds = |seconds: f64| format!("{seconds} s");
    let mut sets = vec![
        ("stop", format!("{{ no-later-than = \"{end} s\" }}")),
        ("peers.first-seed.leaves", format!("{{ at = \"{} s\" }}", expected.time)),
        ("peers.peer.upload", format!("{} B/s", SIZE / rates.upload)),
        ("peers.peer.download", format!("{} B/s", SIZE / rates.download)),
        ("peers.peer.arrive", format!("{{ poisson = \"{} /s\" }}", rates.arrivals)),
        (
            "peers.peer.after-finishing",
            format!("{{ seed-for = {{ exponential = \"{}\" }} }}", seconds(rates.seeding)),
        ),
    ];
    if rates.patience.is_finite() {
        sets.push(("peers.peer.gives-up", format!("{{ exponential = \"{}\" }}", seconds(rates.patience))));
    }
    let sets: Vec<(&str, &str)> = sets.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let scenario = bench.scenario(SCENARIO, &sets);
    let replicates: Vec<u32> = (0..bench.full_or_fast(5, 4)).collect();
    let upload = SIZE / rates.upload;
    let found = bench.each(&replicates, |&replicate| {
        let window = (SimTime((warm_up * 1e9) as u64), SimTime((end * 1e9) as u64));
        let swarm = SteadySwarm::new(window, 2.0 * expected.time);
        bench.watch(&scenario, 0, replicate, |_| swarm).0.found(upload)
    });
    let start = ROUND + f64::from(SLOTS) * rates.upload / f64::from(PIECES);
    Point { name, rates, expected, start, found }
}

impl Point {
    fn mean_of(&self, figure: impl Fn(&Found) -> f64) -> Measured {
        Measured::mean_of(&self.found.iter().map(figure).collect::<Vec<_>>())
    }

    /// How far the model may be off: what it leaves out at the start of each download, and that a swarm is no fluid.
    fn tolerance(&self) -> f64 {
        self.start / self.expected.time + 1.0 / self.expected.leechers
    }

    fn scaled(&self, found: &Found, number: f64) -> f64 {
        number * self.rates.arrivals / found.arrivals
    }

    fn rows(&self) -> Vec<Row> {
        let row = |what: &str, unit, value, measured| Row {
            what: format!("{}: {what}", self.name),
            unit,
            expected: Expected::About { value, within: self.tolerance() },
            measured,
            why: format!(
                "the model has no time before a peer's first piece ({:.0} s: a round for two waits, a piece over one of {SLOTS} slots) and no chance (1 / leechers)",
                self.start
            ),
        };
        let Steady { leechers, seeds, time } = self.expected;
        vec![
            row("leechers", "", leechers, self.mean_of(|found| self.scaled(found, found.leechers))),
            row("seeds", "", seeds, self.mean_of(|found| self.scaled(found, found.seeds))),
            row("mean download time", "s", time, self.mean_of(|found| found.time)),
        ]
    }

    fn effectiveness(&self) -> Row {
        Row {
            what: format!("{}: part of their uplinks that leechers use", self.name),
            unit: "",
            expected: Expected::Between(
                self.rates.effectiveness - self.tolerance(),
                self.rates.effectiveness,
            ),
            measured: self.mean_of(|found| found.effectiveness),
            why: "1 - (ln P / P)^k, less the time before the first piece, which the formula does not count"
                .into(),
        }
    }

    /// The model's time with the measured time before the first piece put into it, and half a round until it is offered.
    fn explained_time(&self, found: &Found) -> f64 {
        Rates { idle: found.first_piece + 0.5 * ROUND, ..self.rates }.steady().time
    }
}

/// Other arrivals, the same time: each of the first points against the base, run by run.
fn independence(points: &[Point]) -> Vec<Row> {
    let Some((base, others)) = points.split_first() else { return Vec::new() };
    let same = |point: &&Point| {
        Rates { arrivals: base.rates.arrivals, ..point.rates }.steady() == base.rates.steady()
    };
    let row = |point: &Point| {
        let ratios: Vec<f64> =
            point.found.iter().zip(&base.found).map(|(found, base)| found.time / base.time).collect();
        Row {
            what: format!("{}: mean download time over the base's", point.name),
            unit: "",
            expected: Expected::About { value: 1.0, within: 2.0 / base.expected.leechers },
            measured: Measured::mean_of(&ratios),
            why: "independent of the arrival rate, but for chance in swarms of finite size (1 / leechers of each)".into(),
        }
    };
    others.iter().take_while(same).map(row).collect()
}

fn littles_law(points: &[Point]) -> Row {
    Row {
        what: "leechers over arrivals times download time, mean of all points".into(),
        unit: "",
        expected: Expected::About { value: 1.0, within: 0.02 },
        measured: over_points(points, |_, found| found.leechers / (found.arrivals * found.time)),
        why: "Little's law is exact over a long time; those who come before the beginning and go after the end of the counting make the difference".into(),
    }
}

/// Whether what the model leaves out is all that it is off by, where uplinks decide.
fn explained(points: &[Point]) -> Row {
    let decided: Vec<&Point> = points.iter().filter(|point| point.rates.uplinks_decide()).collect();
    Row {
        what: "download time over the model's with the measured time before the first piece, mean where uplinks decide".into(),
        unit: "",
        expected: Expected::About { value: 1.0, within: 0.02 },
        measured: over_points(decided, |point, found| found.time / point.explained_time(found)),
        why: "the mean of 1 / leechers is 0.01; twice that".into(),
    }
}

/// The mean of a figure over points, by replicate.
fn over_points<'a>(
    points: impl IntoIterator<Item = &'a Point>,
    figure: impl Fn(&Point, &Found) -> f64,
) -> Measured {
    let points: Vec<&Point> = points.into_iter().collect();
    let replicates = points.first().map_or(0, |point| point.found.len());
    let mean = |replicate: usize| {
        points.iter().map(|point| figure(point, &point.found[replicate])).sum::<f64>() / points.len() as f64
    };
    Measured::mean_of(&(0..replicates).map(mean).collect::<Vec<_>>())
}

fn drawn(points: &[Point]) -> Figure {
    let most = points.iter().map(|point| 1.15 * point.expected.time).fold(0.0, f64::max);
    let measured = |uplinks: bool| {
        points
            .iter()
            .filter(move |point| point.rates.uplinks_decide() == uplinks)
            .map(|point| (point.expected.time, point.mean_of(|found| found.time)))
    };
    let curves = vec![
        Curve { label: "as predicted".into(), kind: Kind::Line(vec![(0.0, 0.0), (most, most)]) },
        Curve { label: "uplinks decide".into(), kind: Kind::Scatter(measured(true).collect()) },
        Curve { label: "downlinks decide".into(), kind: Kind::Scatter(measured(false).collect()) },
    ];
    let axes = (linear("predicted mean download time (s)", most), linear("measured (s)", most));
    let words = words(
        "Download times in the steady state",
        &format!("{} points, the means of some runs each", points.len()),
    );
    let caption = "Each mark is a point of the table. What lies above the line is the time before a peer has its first piece, of which the fluid model knows nothing.";
    figure("fluid-swarm-times", caption, words, axes, vec![panel("", curves)])
}

fn remarks(points: &[Point]) -> Vec<String> {
    let told = |point: &Point| {
        let mean = |figure: fn(&Found) -> f64| point.mean_of(figure).value().unwrap_or(f64::NAN);
        format!(
            "{}: {:.3} of the leechers' uplinks used, {:.0} s until the first piece",
            point.name,
            mean(|found| found.effectiveness),
            mean(|found| found.first_piece)
        )
    };
    vec![format!("Measured besides. {}.", points.iter().map(told).collect::<Vec<_>>().join("; "))]
}
