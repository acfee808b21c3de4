//! What of the runs the figures leave out at their beginning.

use super::words::{list, seconds, span};
use super::{Reading, Sentence};
use crate::metrics::rows::SummaryRow;
use crate::spec::WarmUp;

impl Reading<'_> {
    /// Which beginning is left out, and whether what follows is steady.
    pub fn warm_up(&self) -> Option<Sentence> {
        let text = match self.scenario.output.warm_up? {
            WarmUp::Until(end) => format!(
                "Of the first {} (warm-up) nobody who came and nothing wished for is counted.",
                span(end.as_secs())
            ),
            WarmUp::Auto => self.warm_up_found(),
        };
        Some(Sentence { weight: 0, text })
    }

    fn warm_up_found(&self) -> String {
        let mut told = Vec::new();
        let (mut unsteady, mut runs) = (0, 0);
        for system in &self.systems {
            let rows = || system.runs.iter().map(|run| &run.all.row);
            let several =
                if self.systems.len() > 1 { format!(" under {}", system.label) } else { String::new() };
            told.push(format!("{}{several}", shortest_to_longest(rows())));
            unsteady += rows().filter(|row| row.steady == Some(false)).count();
            runs += system.runs.len();
        }
        let cut = format!("left out as warm-up: the first {}.", list(&told));
        match unsteady {
            0 => format!("Found by MSER-5 and {cut}"),
            _ => format!(
                "No steady state is shown in {unsteady} of {runs} runs (MSER-5): the figures may depend on when the run ends; {cut}"
            ),
        }
    }
}

/// `90 s`, or `80 s to 120 s`.
fn shortest_to_longest<'a>(rows: impl Iterator<Item = &'a SummaryRow>) -> String {
    let ends = rows.filter_map(|row| row.warm_up_s);
    let (least, most) =
        ends.fold((f64::INFINITY, 0.0), |(least, most): (f64, f64), end| (least.min(end), most.max(end)));
    match least < most {
        true => format!("{} to {}", seconds(least), seconds(most)),
        false => seconds(most),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::reading::read_all;
    use crate::metrics::summary::{GroupSummary, RunSummary};
    use crate::metrics::testing::{at, scenario};

    fn run(replicate: u32, warm_up_s: f64, steady: Option<bool>) -> RunSummary {
        let row = SummaryRow {
            peers: 5,
            completed: 5,
            download_median_s: Some(100.0),
            warm_up_s: Some(warm_up_s),
            steady,
            ..SummaryRow::default()
        };
        let group = GroupSummary { row, ..GroupSummary::default() };
        RunSummary {
            system: "tit-for-tat".into(),
            replicate,
            classes: vec![group.clone(), group.clone(), group.clone()],
            all: group,
            ..RunSummary::default()
        }
    }

    #[track_caller]
    fn reads(warm_up: Option<WarmUp>, runs: &[RunSummary], expected: &str) {
        let mut scenario = scenario();
        scenario.output.warm_up = warm_up;
        let sentences = read_all(&scenario, runs);
        let told: Vec<_> = sentences.iter().filter(|sentence| sentence.contains("warm-up")).collect();
        assert_eq!(told, if expected.is_empty() { vec![] } else { vec![expected] });
    }

    #[test]
    fn a_warm_up_is_told_and_doubted() {
        reads(None, &[run(0, 0.0, None)], "");
        reads(
            Some(WarmUp::Until(at(1800))),
            &[run(0, 1800.0, None)],
            "Of the first 30 min (warm-up) nobody who came and nothing wished for is counted.",
        );
        reads(
            Some(WarmUp::Auto),
            &[run(0, 90.0, Some(true)), run(1, 120.0, Some(true))],
            "Found by MSER-5 and left out as warm-up: the first 90.0 s to 120 s.",
        );
        reads(
            Some(WarmUp::Auto),
            &[run(0, 90.0, Some(true)), run(1, 4800.0, Some(false))],
            "No steady state is shown in 1 of 2 runs (MSER-5): the figures may depend on when the run ends; \
             left out as warm-up: the first 90.0 s to 4800 s (1 h 20 min).",
        );
    }
}
