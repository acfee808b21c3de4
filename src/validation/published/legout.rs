//! Legout and others 2007: with a fast initial seed leechers upload to those who are as fast as they are, with a slow one they do not.

mod figures;
mod watch;

use crate::validation::{Bench, Expected, Experiment, Findings, Measured, Part, Row};

use figures::{matrix, times};
use watch::Unchokes;

pub const EXPERIMENT: Experiment = Experiment {
    name: "clustering",
    part: Part::Published,
    title: "Leechers cluster by their upload, if the seed is fast enough",
    source: "Legout, Liogkas, Kohler and Zhang, \"Clustering and sharing incentives in BitTorrent systems\" (SIGMETRICS 2007)",
    run,
};

const SCENARIO: &str = include_str!("../../../scenarios/validation/legout.toml");

/// The leechers' classes, as in the scenario after the seed.
const CLASSES: [&str; 3] = ["slow", "medium", "fast"];
/// How fast the initial seed is in the two experiments, and what is said of it.
const SEEDS: [(&str, &str); 2] = [("200 kB/s", "fast seed"), ("100 kB/s", "slow seed")];

/// What one run came to, by class; `None` where there was nothing to measure.
struct Run {
    /// Clustering index over what it is without any preference.
    clustering: [Option<f64>; 3],
    /// The mean of all leechers' indices; and until the first was done.
    mean_clustering: Option<f64>,
    early_clustering: Option<f64>,
    /// Part of the regular unchoke time of a class (row) that went to each class.
    unchoked: [[Option<f64>; 3]; 3],
    /// Median download time, s.
    time: [Option<f64>; 3],
    /// Time unchoked by the seed a leecher, over the mean of all, until the first was done.
    served: [Option<f64>; 3],
    /// Part of the leechers' upload capacity that was used while they were there.
    used: Option<f64>,
}

fn run(bench: &Bench<'_>) -> Findings {
    let replicates: Vec<u32> = (0..bench.full_or_fast(20, 4)).collect();
    let of_seed = |(upload, _): &(&str, &str)| {
        let scenario = bench.scenario(SCENARIO, &[("peers.seed.upload", upload)]);
        let sizes = CLASSES.map(|class| scenario.classes.iter().position(|known| known.name == class));
        assert_eq!(sizes, [Some(1), Some(2), Some(3)], "the classes of the scenario");
        bench.each(&replicates, |&replicate| {
            let (unchokes, _) = bench.watch(&scenario, 0, replicate, Unchokes::new);
            unchokes.finish()
        })
    };
    let [fast, slow] = [of_seed(&SEEDS[0]), of_seed(&SEEDS[1])];
    let mut rows = clustering(&fast, &slow);
    rows.extend(finishing(&fast, &slow));
    rows.extend(service(&fast));
    Findings {
        setup: SETUP.into(),
        rows,
        figures: vec![matrix([&fast, &slow]), times([&fast, &slow])],
        remarks: vec![NUMBERS.into(), WINDOW.into(), LIKED.into()],
    }
}

const SETUP: &str = "Forty leechers come within ten seconds and go when they are done: 13 slow ones that upload 20 kB/s of payload, 14 medium ones with \
    50 kB/s and 13 fast ones with 200 kB/s, none limited in what it downloads. One initial seed with 200 kB/s (a fast one) or 100 kB/s (a slow \
    one). The file has 453 pieces of 256 KiB; the client is mainline 4.0 with four slots, as in the paper; full mesh.";

const NUMBERS: &str = "What is held against the paper are its statements, not its figures' numbers: its hosts were PlanetLab's, whose lines and load are not known. \
    Without any preference a leecher would give the 13 or 14 of its class their share of the 39 others; the index is given over that share.";

const WINDOW: &str = "The clustering index of a leecher is the part of its regular unchoke time that went to its own class, over its whole download, as in the paper. \
    Slow leechers are left among themselves when the others are gone, which raises theirs; so one row looks at the time until the first \
    leecher is done, while all classes are there.";

const LIKED: &str = "With the slow seed all classes unchoke the fast leechers most, the slow ones too (the matrix): what is left of the diagonal is mostly that fast leechers are liked by \
    everybody, themselves among them, since what they have to give comes fast. It earns them nothing, as the times show.";

/// The mean over the runs of a figure of each.
fn mean(runs: &[Run], figure: impl Fn(&Run) -> Option<f64>) -> Measured {
    Measured::mean_of_some(&runs.iter().map(figure).collect::<Vec<_>>())
}

fn clustering(fast: &[Run], slow: &[Run]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (class, name) in CLASSES.iter().enumerate() {
        rows.push(Row {
            what: format!("fast seed: clustering of {name} leechers"),
            unit: "",
            expected: Expected::AtLeast(1.0),
            measured: mean(fast, |run| run.clustering[class]),
            why: "\"clustering of similar-bandwidth peers\": more than without preference, which is 1".into(),
        });
    }
    rows.push(Row {
        what: "fast seed: clustering of all leechers until the first is done".into(),
        unit: "",
        expected: Expected::AtLeast(1.0),
        measured: mean(fast, |run| run.early_clustering),
        why: "as above, while nobody can be left over".into(),
    });
    rows.push(Row {
        what: "slow seed: clustering of all leechers".into(),
        unit: "",
        expected: Expected::About { value: 1.0, within: 0.2 },
        measured: mean(slow, |run| run.mean_clustering),
        why: "\"absence of peer clustering\"; a fifth more or less is not to be seen in the paper's matrix"
            .into(),
    });
    rows
}

fn finishing(fast: &[Run], slow: &[Run]) -> Vec<Row> {
    let ratio = |run: &Run, later: usize, sooner: usize| Some(run.time[later]? / run.time[sooner]?);
    let order = |later: usize, sooner: usize| Row {
        what: format!(
            "fast seed: median time of {} leechers over that of {} ones",
            CLASSES[later], CLASSES[sooner]
        ),
        unit: "",
        expected: Expected::AtLeast(1.0),
        measured: mean(fast, |run| ratio(run, later, sooner)),
        why: "\"effectiveness of sharing incentives\": who gives more is done sooner".into(),
    };
    let advantage = |(fast, slow): (&Run, &Run)| Some(ratio(slow, 0, 2)? / ratio(fast, 0, 2)?);
    let advantages: Vec<Option<f64>> = fast.iter().zip(slow).map(advantage).collect();
    vec![
        order(0, 1),
        order(1, 2),
        Row {
            what: "slow seed: median time of slow leechers over that of fast ones".into(),
            unit: "",
            expected: Expected::About { value: 1.0, within: 0.1 },
            measured: mean(slow, |run| ratio(run, 0, 2)),
            why: "everybody waits for the seed's next piece, so that most finish at about the same time, read as within a tenth".into(),
        },
        Row {
            what: "that ratio with the slow seed over that with the fast one".into(),
            unit: "",
            expected: Expected::AtMost(1.0),
            measured: Measured::mean_of_some(&advantages),
            why: "\"less effective sharing incentives\" under the slow seed".into(),
        },
    ]
}

fn service(fast: &[Run]) -> Vec<Row> {
    let mut rows: Vec<Row> = (CLASSES.iter().enumerate())
        .map(|(class, name)| Row {
            what: format!("fast seed: its unchoke time for a {name} leecher, over the mean of all"),
            unit: "",
            expected: Expected::About { value: 1.0, within: 0.1 },
            measured: mean(fast, |run| run.served[class]),
            why: "\"uniform service to all peers\" by the choker in seed state; a class has some seventeen turns in a run".into(),
        })
        .collect();
    rows.push(Row {
        what: "fast seed: part of the leechers' uplinks in use".into(),
        unit: "%",
        expected: Expected::AtLeast(90.0),
        measured: mean(fast, |run| run.used.map(|part| 100.0 * part)),
        why: "\"high uplink utilization\"; the abstract gives no number, nine tenths is our reading".into(),
    });
    rows
}
