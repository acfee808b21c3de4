//! A swarm in its steady state against the fluid model of it.

use super::fluid::{Rates, Steady, effectiveness};
use super::steady_swarm::{Drawn, Found, SteadySwarm};
use crate::units::SimTime;
use crate::validation::figures::{Curve, Kind, figure, linear, panel, words};
use crate::validation::{Bench, Expected, Experiment, Figure, Findings, Measured, Part, Row};
use crate::workload::Workload;

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
const FAST_POINTS: [usize; 2] = [0, 9];

/// What a point was to be and was.
struct Point {
    name: &'static str,
    rates: Rates,
    /// By the model with the start of a download put into it.
    expected: Steady,
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
    rows.push(published(&points));
    Findings {
        setup: format!(
            "Peers come in a Poisson stream, fetch {PIECES} pieces of 16 KiB by the lecture's client without an endgame, and stay as seeds for an exponential time; \
             where they have patience it is exponential, too. Base: {} arrivals a second, {} s for the file over an uplink, {} s over a downlink, {} s as a seed. \
             The start of a run is left out. Arrivals, seeding times and patience come out higher or lower by chance; \
             the model is asked with each run's own, and the figures are scaled from there. Expected values have the start of a download in them: a round for two waits, and a piece \
             over one of {SLOTS} slots, during which a leecher has nothing to send.",
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
        // Half a round until it is unchoked, a piece over one of the slots, half a round until it unchokes others.
        idle: ROUND + f64::from(SLOTS) * rates.upload / f64::from(PIECES),
        ..rates
    };
    let expected = rates.steady();
    // Whose download is counted comes in the middle stretch, so that it is over by the end.
    let warm_up = 4.0 * expected.time;
    let end = warm_up + bench.full_or_fast(400.0, 200.0) / rates.arrivals + 2.0 * expected.time;
    let seconds = |seconds: f64| format!("{seconds} s");
    let mut sets = vec![
        ("stop", format!("{{ no-later-than = \"{end} s\" }}")),
        ("peers.first-seed.leaves", format!("{{ at = \"{} s\" }}", 2.0 * expected.time)),
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
        let watch = |workload: &Workload| SteadySwarm::new(&workload.people, window, 2.0 * expected.time);
        bench.watch(&scenario, 0, replicate, watch).0.found(upload)
    });
    Point { name, rates, expected, found }
}

impl Point {
    fn mean_of(&self, figure: impl Fn(&Found) -> f64) -> Measured {
        Measured::mean_of(&self.found.iter().map(figure).collect::<Vec<_>>())
    }

    /// What the model says with what chance gave a run, if a download takes `idle` seconds to start.
    fn model(&self, Drawn { arrivals, seeding, patience }: Drawn, idle: f64) -> Steady {
        Rates { arrivals, seeding, patience: patience.unwrap_or(f64::INFINITY), idle, ..self.rates }.steady()
    }

    /// The run's time over the model's.
    fn time_ratio(&self, found: &Found, idle: f64) -> f64 {
        found.time / self.model(found.drawn, idle).time
    }

    /// What a fluid neglects: the order of one over each number.
    fn chance(&self) -> f64 {
        1.0 / self.expected.leechers + 1.0 / self.expected.seeds
    }

    /// How far the model may be off: its start is an estimate, and a swarm is no fluid.
    fn tolerance(&self) -> f64 {
        0.5 * self.start() + self.chance()
    }

    /// The part of a download that it takes to start.
    fn start(&self) -> f64 {
        self.rates.idle / self.expected.time
    }

    fn rows(&self) -> Vec<Row> {
        let row = |what: &str, unit, part: fn(&Steady) -> f64, measured: fn(&Found) -> f64| Row {
            what: format!("{}: {what}", self.name),
            unit,
            expected: Expected::About { value: part(&self.expected), within: self.tolerance() },
            measured: self.mean_of(|found| {
                part(&self.expected) * measured(found) / part(&self.model(found.drawn, self.rates.idle))
            }),
            why: format!(
                "half of the {:.0} s that a download takes to start, which are an estimate, and the order of what a fluid neglects: 1 / leechers + 1 / seeds",
                self.rates.idle
            ),
        };
        vec![
            row("leechers", "", |steady| steady.leechers, |found| found.leechers),
            row("seeds", "", |steady| steady.seeds, |found| found.seeds),
            row("mean download time", "s", |steady| steady.time, |found| found.time),
        ]
    }

    fn effectiveness(&self) -> Row {
        Row {
            what: format!("{}: part of their uplinks that leechers use", self.name),
            unit: "",
            expected: Expected::About { value: (1.0 - self.start()) * self.rates.effectiveness, within: self.tolerance() },
            measured: self.mean_of(|found| found.effectiveness),
            why: "1 - (ln P / P)^k of the time after the start, of which the formula knows nothing; bounds as above".into(),
        }
    }
}

/// Other arrivals, the same time: each of the first points against the base, run by run.
fn independence(points: &[Point]) -> Vec<Row> {
    let Some((base, others)) = points.split_first() else { return Vec::new() };
    let same = |point: &&Point| {
        Rates { arrivals: base.rates.arrivals, ..point.rates }.steady() == base.rates.steady()
    };
    let ratio = |point: &Point| {
        let ratios: Vec<f64> =
            point.found.iter().map(|found| point.time_ratio(found, point.rates.idle)).collect();
        ratios.into_iter()
    };
    let row = |point: &Point| {
        let ratios: Vec<f64> = ratio(point).zip(ratio(base)).map(|(point, base)| point / base).collect();
        Row {
            what: format!("{}: mean download time over the base's", point.name),
            unit: "",
            expected: Expected::About { value: 1.0, within: base.chance() },
            measured: Measured::mean_of(&ratios),
            why: "independent of the arrival rate; 1 / leechers + 1 / seeds of the smaller swarm".into(),
        }
    };
    others.iter().take_while(same).map(row).collect()
}

fn littles_law(points: &[Point]) -> Row {
    Row {
        what: "leechers over arrivals times download time, mean of all points".into(),
        unit: "",
        expected: Expected::About { value: 1.0, within: 0.02 },
        measured: over_points(points, |_, found| found.leechers / (found.drawn.arrivals * found.time)),
        why: "Little's law is exact over a long time; those who come before the beginning and go after the end of the counting make the difference".into(),
    }
}

/// Against the model as it was published, where uplinks decide.
fn published(points: &[Point]) -> Row {
    let decided: Vec<&Point> = points.iter().filter(|point| point.rates.uplinks_decide()).collect();
    let mean =
        |part: fn(&Point) -> f64| decided.iter().map(|point| part(point)).sum::<f64>() / decided.len() as f64;
    let (chance, start) = (mean(Point::chance), mean(Point::start));
    Row {
        what: "mean download time over that of the model as published, mean where uplinks decide".into(),
        unit: "",
        expected: Expected::Between(1.0 - chance, 1.0 + start + chance),
        measured: over_points(decided.iter().copied(), |point, found| point.time_ratio(found, 0.0)),
        why: "it knows of no start, so up to the mean part of a download that it takes more; and the means of 1 / leechers + 1 / seeds".into(),
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
    let caption = "Each mark is a point of the table. The prediction has the start of a download in it, of which the published model knows nothing.";
    figure("fluid-swarm-times", caption, words, axes, vec![panel("", curves)])
}

fn remarks(points: &[Point]) -> Vec<String> {
    let told = |point: &Point| {
        let mean = |figure: fn(&Found) -> f64, decimals: usize| {
            let mean = point.mean_of(figure).value();
            mean.map_or_else(|| "?".into(), |mean| format!("{mean:.decimals$}"))
        };
        format!(
            "{}: {} of the leechers' uplinks used, {} s until the first piece",
            point.name,
            mean(|found| found.effectiveness, 3),
            mean(|found| found.first_piece, 0)
        )
    };
    vec![
        format!("Measured besides. {}.", points.iter().map(told).collect::<Vec<_>>().join("; ")),
        "Where downlinks decide, the model has every line full from the first moment to the last. How much of what a download takes longer is its wait for the first \
         unchoke, and how much a line that is not full later, is not measured apart."
            .into(),
    ]
}
