//! Who answers in Gnutella: a day of it as Adar and Huberman logged it.
//!
//! How much each host shares, how unevenly files are asked for, how many share nothing and how many responses there were are inputs. Who
//! answers is an outcome, of folders, sessions and the flood together.

use crate::experiment::Played;
use crate::metrics::rows::PeerRow;
use crate::metrics::statistics::top_share;
use crate::report::axes::Axis;
use crate::spec::{Scenario, StartsWith};
use crate::validation::figures::{Curve, Kind, figure, panel, words};
use crate::validation::{Bench, Expected, Experiment, Figure, Findings, Measured, Part, Row};

pub const EXPERIMENT: Experiment = Experiment {
    name: "free-riding-on-gnutella",
    part: Part::Published,
    title: "Who answers in Gnutella",
    source: "Adar and Huberman, \"Free riding on Gnutella\" (2000)",
    run,
};

const SCENARIO: &str = include_str!("../../../scenarios/validation/adar-huberman.toml");
const FREE_RIDERS: &str = "free-rider";
/// Part of the hosts that share something, best first, and what part of all responses came from them.
const PUBLISHED: [(f64, f64); 2] = [(0.01, 0.47), (0.25, 0.98)];

/// Who answered in one run.
struct Day {
    /// Of each host that shares something: files that it brought, and responses.
    sharers: Vec<(u64, u64)>,
    /// Responses of hosts that share nothing.
    by_free_riders: u64,
}

fn run(bench: &Bench<'_>) -> Findings {
    let scenario = bench.scenario(SCENARIO, &[]);
    let days = &bench.measure(&scenario, bench.full_or_fast(30, 10), |played| day(&scenario, played))[0];
    let staying =
        [("peers.free-rider.online", "48 h"), ("peers.free-rider.wishes", "{ poisson = \"0.05 /h\" }")];
    let staying = bench.scenario(SCENARIO, &staying);
    let online_all_day =
        bench.measure(&staying, bench.full_or_fast(10, 2), |played| day(&staying, played)).remove(0);
    let each: Vec<f64> = days.iter().map(Day::responses_a_sharer).collect();
    let each = each.iter().sum::<f64>() / each.len() as f64;
    Findings {
        setup: format!(
            "A thousand hosts within a day. Assumed, after the paper: 66 % share nothing; the best 1, 5, 10 and 20 % of all hosts hold 37, 70, 87 and 98 % of \
             the files; the popularity of queries; so many queries that a host that shares answers {each:.1} (in the paper 7.6). Assumed, after other \
             measurements: sessions of an hour in the median. Folders are filled by the same popularity by which files are asked for."
        ),
        rows: rows(days),
        figures: vec![inequality(days)],
        remarks: vec![remark(&online_all_day)],
    }
}

/// Why it differs from the paper, with what sessions contribute.
fn remark(online_all_day: &[Day]) -> String {
    let mean =
        |of: &dyn Fn(&Day) -> f64| online_all_day.iter().map(of).sum::<f64>() / online_all_day.len() as f64;
    format!(
        "The simulated network is less unequal than the measured one. In the paper there is no relation at all between the files of a host and \
         its responses (r² = 0.001): many folders held what nobody asked for, and a few what everybody wanted. Here a folder is a sample of what is \
         asked for, so each file earns responses alike, and answering follows size. Sessions explain a part: if everybody stays from \
         its arrival on, r² is {:.2} and the best 1 % give {:.0} % of the responses. What is missing is that the tastes of those who share and of those \
         who ask differ; the language cannot say it of folders.",
        mean(&Day::r_squared),
        100.0 * mean(&|day| day.given_by_best(PUBLISHED[0].0)),
    )
}

fn day(scenario: &Scenario, played: &Played) -> Day {
    let people: Vec<PeerRow> = played.record.peer_rows().collect();
    let files = |class: &str| {
        let class = scenario.classes.iter().find(|other| other.name == class).expect("a row names a class");
        match class.starts_with {
            StartsWith::Files(files) => u64::from(files),
            StartsWith::Nothing
            | StartsWith::WholeFile
            | StartsWith::FractionOfPieces(_)
            | StartsWith::AllButPieces(_) => 0,
        }
    };
    let (free_riders, sharers): (Vec<&PeerRow>, Vec<&PeerRow>) =
        people.iter().partition(|row| row.class == FREE_RIDERS);
    Day {
        sharers: sharers.iter().map(|row| (files(&row.class), u64::from(row.answered))).collect(),
        by_free_riders: free_riders.iter().map(|row| u64::from(row.answered)).sum(),
    }
}

impl Day {
    fn responses(&self) -> Vec<u64> {
        self.sharers.iter().map(|sharer| sharer.1).collect()
    }

    fn responses_a_sharer(&self) -> f64 {
        self.responses().iter().sum::<u64>() as f64 / self.sharers.len() as f64
    }

    /// What part of the responses came from the best part of the hosts.
    fn given_by_best(&self, part: f64) -> f64 {
        top_share(&mut self.responses(), part).unwrap_or(0.0)
    }

    fn never_answered(&self) -> f64 {
        self.sharers.iter().filter(|sharer| sharer.1 == 0).count() as f64 / self.sharers.len() as f64
    }

    /// The square of the correlation between files and responses.
    fn r_squared(&self) -> f64 {
        let points: Vec<(f64, f64)> = self.sharers.iter().map(|&(x, y)| (x as f64, y as f64)).collect();
        r_squared(&points)
    }
}

fn r_squared(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / n, y + point.1 / n));
    let sum =
        |of: &dyn Fn(f64, f64) -> f64| points.iter().map(|point| of(point.0 - x, point.1 - y)).sum::<f64>();
    let both = sum(&|dx, dy| dx * dy);
    both * both / (sum(&|dx, _| dx * dx) * sum(&|_, dy| dy * dy))
}

fn rows(days: &[Day]) -> Vec<Row> {
    let mean = |of: &dyn Fn(&Day) -> f64| Measured::mean_of(&days.iter().map(of).collect::<Vec<_>>());
    let percent = |what: String, value: f64, of: &dyn Fn(&Day) -> f64| Row {
        what,
        unit: "%",
        expected: Expected::About { value: 100.0 * value, within: 0.06 },
        measured: mean(&|day| 100.0 * of(day)),
        why: "one day of one network; 47 % is \"nearly 50 %\" to its authors: 6 %".into(),
    };
    let mut rows: Vec<Row> = PUBLISHED
        .iter()
        .map(|&(part, value)| {
            let what = format!("responses of the best {} % of the hosts that share", 100.0 * part);
            percent(what, value, &|day| day.given_by_best(part))
        })
        .collect();
    rows.push(percent("hosts that share and never answered".into(), 0.63, &Day::never_answered));
    rows.push(Row {
        what: "files against responses of a host that shares, r²".into(),
        unit: "",
        expected: Expected::AtMost(0.01),
        measured: mean(&Day::r_squared),
        why: "0.001 in the paper: no relation".into(),
    });
    rows.push(Row {
        what: "responses of hosts that share nothing".into(),
        unit: "",
        expected: Expected::AtMost(0.0),
        measured: Measured::Exactly(days.iter().map(|day| day.by_free_riders).sum::<u64>() as f64),
        why: "they forward queries and have nothing to answer with".into(),
    });
    rows
}

fn inequality(days: &[Day]) -> Figure {
    let files = |day: &Day, part: f64| {
        let mut files: Vec<u64> = day.sharers.iter().map(|sharer| sharer.0).collect();
        top_share(&mut files, part).unwrap_or(0.0)
    };
    let line = |label: &str, of: &dyn Fn(&Day, f64) -> f64| {
        let mean = |part: f64| days.iter().map(|day| of(day, part)).sum::<f64>() / days.len() as f64;
        let parts = (1..=100).map(|k| f64::from(k) / 100.0);
        let points = std::iter::once((0.0, 0.0)).chain(parts.map(|part| (part, mean(part))));
        Curve { label: label.into(), kind: Kind::Line(points.collect()) }
    };
    let measured = PUBLISHED.map(|(part, value)| (part, Measured::Exactly(value)));
    let curves = vec![
        line("responses, simulated", &Day::given_by_best),
        line("files, an input", &files),
        Curve { label: "responses, measured in 2000".into(), kind: Kind::Scatter(measured.to_vec()) },
    ];
    figure(
        "free-riding-on-gnutella-responses",
        "What part of the responses the best part of the hosts gave.",
        words(
            "Who answers in Gnutella",
            &format!("hosts that share, those with the most first; {} simulated days", days.len()),
        ),
        (Axis::percent("hosts that share"), Axis::percent("of all")),
        vec![panel("", curves)],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlation_is_one_on_a_line_and_none_across() {
        assert!((r_squared(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]) - 1.0).abs() < 1e-12);
        assert_eq!(r_squared(&[(0.0, 0.0), (0.0, 2.0), (2.0, 0.0), (2.0, 2.0)]), 0.0);
    }

    #[test]
    fn a_day_is_told_by_its_best_and_its_silent() {
        let day = Day { sharers: vec![(10, 6), (1, 0), (1, 2), (1, 0)], by_free_riders: 0 };
        assert_eq!(
            (day.given_by_best(0.25), day.never_answered(), day.responses_a_sharer()),
            (0.75, 0.5, 2.0)
        );
    }
}
