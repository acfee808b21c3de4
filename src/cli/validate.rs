//! `unchoke validate`.

use std::path::Path;

use serde::Serialize;

use super::args::ValidateArgs;
use super::interrupt::on_interrupt;
use super::{Failure, note, print, print_json};
use crate::validation::{
    self, EXPERIMENTS, Experiment, MUTATIONS, Mutation, Outcome, PAGE, Pace, Suite, Verdict, Watch,
};

/// Runs the suite, writes its results and says how it went. Rows that fail make exit code 1, so that scripts notice.
pub fn validate(args: &ValidateArgs) -> Result<(), Failure> {
    let experiments = validation::find(&args.experiments).map_err(unknown)?;
    let pace = if args.fast { Pace::Fast } else { Pace::Full };
    let mutations: &[Mutation] = if args.mutations { &MUTATIONS } else { &[] };
    let threads = rayon::ThreadPoolBuilder::new().num_threads(args.jobs).build();
    let threads = threads.map_err(|error| Failure::Other(error.to_string()))?;
    let (stop, teller) = (on_interrupt("nothing is written"), Teller { quiet: args.quiet });
    let suite = threads.install(|| validation::run(&experiments, pace, mutations, &stop, &teller));
    let Some(suite) = suite else { return Err(Failure::Other("stopped; nothing was written".into())) };
    validation::write(&suite, &args.output, args.docs.as_deref())?;
    if args.json {
        print_json(&lines(&suite).collect::<Vec<_>>())?;
    } else {
        print(&told(&suite, &args.output))?;
    }
    match lines(&suite).filter(|line| line.verdict == Verdict::Fails).count() {
        0 => Ok(()),
        failed => Err(Failure::Other(format!("{failed} rows fail"))),
    }
}

fn unknown(name: String) -> Failure {
    let names: Vec<&str> = EXPERIMENTS.iter().map(|experiment| experiment.name).collect();
    Failure::Input(format!("there is no experiment `{name}`\n  hint: there are {}", names.join(", ")))
}

struct Teller {
    quiet: bool,
}

impl Watch for Teller {
    fn begin(&self, experiment: &Experiment, mutation: Option<&Mutation>) {
        if !self.quiet {
            let under = mutation.map_or_else(String::new, |mutation| format!(" under {}", mutation.name));
            note(format_args!("{}{under} ...", experiment.name));
        }
    }
}

/// A row for machines.
#[derive(Serialize)]
struct Line<'a> {
    experiment: &'static str,
    figure: &'a str,
    verdict: Verdict,
}

fn lines(suite: &Suite) -> impl Iterator<Item = Line<'_>> {
    suite.outcomes.iter().flat_map(|Outcome { experiment, findings, .. }| {
        let experiment = experiment.name;
        findings.rows.iter().map(move |row| Line { experiment, figure: &row.what, verdict: row.verdict() })
    })
}

/// What stdout carries: a line an experiment, and each row that does not hold.
fn told(suite: &Suite, place: &Path) -> String {
    let mut out = String::new();
    for Outcome { experiment, findings, .. } in &suite.outcomes {
        let held = findings.rows.iter().filter(|row| row.verdict() == Verdict::Holds).count();
        out += &format!("{:<28} {held} of {} hold\n", experiment.name, findings.rows.len());
        for row in findings.rows.iter().filter(|row| row.verdict() != Verdict::Holds) {
            out += &format!("    {}\n", validation::told(row));
        }
    }
    for noticed in &suite.noticed {
        out += &format!(
            "{:<28} turned {} of {} rows\n",
            noticed.mutation.name,
            noticed.turned.len(),
            noticed.held
        );
    }
    out + &format!("\nThe page is {}\n", place.join(PAGE).display())
}
