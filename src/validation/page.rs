//! `validation.md`: an overview, an entry an experiment, and the mutations.

use super::{Expected, Findings, Measured, Mutation, Noticed, Outcome, Pace, Part, Row, Suite, Verdict};
use crate::metrics::reading::words::number;

const INTRODUCTION: &str = "\
Written by `unchoke validate`; every number and every verdict here is computed, so do not edit it by hand.

An experiment states what is expected, and who says so, before it measures. A row **holds** if the whole 95 % confidence interval \
of the measured value (Student's t over independent runs) lies within the bounds, **fails** if the whole interval lies outside, and \
is **unclear** where the interval reaches over a bound. The last column says what justifies the bounds. At the end faults are put \
into the model on purpose, to see whether the suite notices.
";

/// The whole page; figures are looked for in the folder `figures` (empty, or with a slash at its end).
pub fn markdown(suite: &Suite, figures: &str) -> String {
    let mut out = format!("# Is it true?\n\n{INTRODUCTION}\n");
    if suite.pace == Pace::Fast {
        out += "This is the fast form: fewer runs and smaller swarms.\n\n";
    }
    out += &overview(&suite.outcomes);
    for part in Part::ALL {
        let mine: Vec<&Outcome> = suite.outcomes.iter().filter(|o| o.experiment.part == part).collect();
        if !mine.is_empty() {
            out += &format!("\n## {}\n", part.title());
        }
        mine.iter().for_each(|outcome| out += &entry(outcome, figures));
    }
    if !suite.noticed.is_empty() {
        out += &mutations(&suite.noticed);
    }
    out
}

fn overview(outcomes: &[Outcome]) -> String {
    let count = |verdict| rows(outcomes).filter(|row| row.verdict() == verdict).count();
    let mut out = format!(
        "**{} rows: {} hold, {} are unclear, {} fail**, from {} runs.\n\n",
        rows(outcomes).count(),
        count(Verdict::Holds),
        count(Verdict::Unclear),
        count(Verdict::Fails),
        outcomes.iter().map(|outcome| outcome.runs).sum::<usize>(),
    );
    out += "| experiment | held against | holds | unclear | fails |\n|:--|:--|--:|--:|--:|\n";
    for Outcome { experiment, findings, .. } in outcomes {
        let count = |verdict| findings.rows.iter().filter(|row| row.verdict() == verdict).count();
        out += &format!(
            "| [{}](#{}) | {} | {} | {} | {} |\n",
            cell(experiment.title),
            experiment.name,
            cell(experiment.source),
            count(Verdict::Holds),
            count(Verdict::Unclear),
            count(Verdict::Fails),
        );
    }
    out
}

fn rows(outcomes: &[Outcome]) -> impl Iterator<Item = &Row> {
    outcomes.iter().flat_map(|outcome| &outcome.findings.rows)
}

fn entry(outcome: &Outcome, figures: &str) -> String {
    let (experiment, Findings { setup, rows, figures: drawn, remarks }) =
        (outcome.experiment, &outcome.findings);
    let mut out = format!(
        "\n<a id=\"{}\"></a>\n### {}\n\n{setup}\n\nSource: {}.{}\n\n",
        experiment.name,
        experiment.title,
        experiment.source,
        if outcome.runs > 0 { format!(" {} runs.", outcome.runs) } else { String::new() },
    );
    out += "| figure | expected | measured (95 % CI) | verdict | why these bounds |\n|:--|--:|--:|:--|:--|\n";
    for row in rows {
        out += &format!(
            "| {} | {} | {} | {} | {} |\n",
            cell(&row.what),
            expected(row),
            measured(row),
            verdict(row.verdict()),
            cell(&row.why),
        );
    }
    for figure in drawn {
        out += &format!(
            "\n![{}]({figures}{}.png)\n\n{}\n",
            figure.drawing.label.replace(['[', ']'], ""),
            figure.name,
            figure.caption,
        );
    }
    remarks.iter().for_each(|remark| out += &format!("\n{remark}\n"));
    out
}

fn mutations(noticed: &[Noticed]) -> String {
    let mut out = String::from(
        "\n## Would it notice?\n\nEach fault was put into every scenario of the suite, in its fast form; rows that held without it and fail with it have turned.\n\n\
         | fault | what is wrong | rows turned | of | where |\n|:--|:--|--:|--:|:--|\n",
    );
    for Noticed { mutation: Mutation { name, what, .. }, turned, held } in noticed {
        out += &format!("| {name} | {} | {} | {held} | {} |\n", cell(what), turned.len(), places(turned));
    }
    out
}

/// The turned rows, by experiment.
fn places(turned: &[(&'static str, String)]) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for (experiment, row) in turned {
        match groups.last_mut().filter(|(last, _)| last == experiment) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((experiment, vec![row])),
        }
    }
    let group = |(experiment, rows): &(&str, Vec<&str>)| {
        format!("[{experiment}](#{experiment}): {}", cell(&rows.join("; ")))
    };
    groups.iter().map(group).collect::<Vec<_>>().join("<br>")
}

/// What is expected, with the unit.
fn expected(row: &Row) -> String {
    let unit = unit(row);
    match row.expected {
        Expected::About { value, within: 0.0 } => format!("{}{unit}", signed(value)),
        Expected::About { value, within } => {
            format!("{}{unit} ± {} %", signed(value), signed(within * 100.0))
        }
        Expected::AtLeast(least) => format!("≥ {}{unit}", signed(least)),
        Expected::AtMost(most) => format!("≤ {}{unit}", signed(most)),
        Expected::Between(least, most) => format!("{} to {}{unit}", signed(least), signed(most)),
    }
}

/// What was measured, with the unit and the interval.
fn measured(row: &Row) -> String {
    let unit = unit(row);
    match row.measured {
        Measured::Exactly(value) => format!("{}{unit}", signed(value)),
        Measured::Mean { mean, low, high, runs } => {
            format!("{}{unit} ({} to {}; {runs} runs)", signed(mean), signed(low), signed(high))
        }
        Measured::Never => "not in every run".into(),
    }
}

/// A row in a line of plain text.
pub fn told(row: &Row) -> String {
    let word = match row.verdict() {
        Verdict::Holds => "holds",
        Verdict::Unclear => "unclear",
        Verdict::Fails => "fails",
    };
    format!("{word}: {}: expected {}, measured {}", row.what, expected(row), measured(row))
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "holds",
        Verdict::Unclear => "**unclear**",
        Verdict::Fails => "**fails**",
    }
}

fn unit(row: &Row) -> String {
    if row.unit.is_empty() { String::new() } else { format!(" {}", row.unit) }
}

/// Three significant digits; from a thousand on, and where it is one, a whole number.
fn signed(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let sign = if value < 0.0 { "−" } else { "" };
    let size = value.abs();
    if size >= 1000.0 || size.fract() == 0.0 {
        format!("{sign}{size:.0}")
    } else {
        format!("{sign}{}", number(size))
    }
}

/// Text that stays in its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(expected: Expected, measured: Measured) -> Row {
        Row { what: "time".into(), unit: "s", expected, measured, why: String::new() }
    }

    #[test]
    fn rows_say_what_was_expected_and_what_came() {
        let mean = Measured::Mean { mean: 101.26, low: 99.5, high: 103.04, runs: 10 };
        let one = row(Expected::About { value: 100.0, within: 0.05 }, mean);
        assert_eq!(
            (expected(&one), measured(&one)),
            ("100 s ± 5 %".into(), "101 s (99.5 to 103; 10 runs)".into())
        );
        let two = row(Expected::Between(-0.5, 12_345.2), Measured::Never);
        assert_eq!((expected(&two), measured(&two)), ("−0.500 to 12345 s".into(), "not in every run".into()));
    }
}
