//! `unchoke run`.

use std::path::PathBuf;

use serde::Serialize;

use super::args::RunArgs;
use super::memory::plan_must_fit;
use super::progress::{RunTiming, Ticker, Work};
use super::source::Wanted;
use super::table::wrapped;
use super::{Failure, note, print, print_json, source, table};
use crate::experiment::{Finding, Plan, RunEntry, Staging, TIMING, perform};
use crate::metrics::rows::{CentralRow, OutageRow, SummaryRow};
use crate::report;
use crate::spec::Scenario;

/// Runs a scenario; results go to their directory, the summary and the reading to stdout.
pub fn run(args: &RunArgs) -> Result<(), Failure> {
    let Wanted { mut plan, points, stem } = source::plan(&args.scenario, &args.choice)?;
    let target = args.output.clone().unwrap_or_else(|| PathBuf::from("results").join(stem));
    if let Some(points) = points {
        let (count, scenario) = (points.scenarios.len(), &args.scenario);
        // Beside the run: where it goes is no place for a sweep.
        let beside = target.file_name().map(|name| format!("{}-sweep", name.to_string_lossy()));
        let beside = target.with_file_name(beside.unwrap_or_else(|| "sweep".into())).display().to_string();
        note(format_args!(
            "note: this leaves the [sweep] aside; `unchoke sweep {} -o {}` runs its {count} points\n",
            report::quoted_if_needed(scenario),
            report::quoted_if_needed(&beside),
        ));
    }
    plan.shuffle_ties = args.play.shuffle_ties;
    if !args.play.no_memory_check {
        plan_must_fit(&plan, args.play.jobs)?;
    }
    let mut staging = Staging::begin(&target)?;
    let ticker = Ticker::new(Work::of_plan(&plan, args.play.jobs), args.play.quiet);
    let finding = perform(&plan, args.play.jobs, &ticker, &staging)?;
    let (seconds, runs) = ticker.finish();
    if let Err(failure) = complete(&mut staging, &timing(args.play.jobs, seconds, runs)) {
        // The run may have taken hours: what it recorded outlives the failure.
        if let Some(tables) = staging.keep() {
            let tables = tables.display();
            note(format_args!(
                "the tables are complete in `{tables}`; `unchoke plot {tables}` draws their figures\n"
            ));
        }
        return Err(failure);
    }
    tell(args, &plan.scenario, &finding, &target.display().to_string())?;
    note(format_args!("{}", speed(&finding, seconds)));
    interrupted(&plan, &finding)
}

/// Draws what was run and puts it in its place.
fn complete(staging: &mut Staging, timing: &str) -> Result<(), Failure> {
    staging.write(TIMING, timing.as_bytes())?;
    // Before the figures too, for which there may be no room.
    staging.list_files()?;
    report::draw(staging.path())?;
    staging.list_files()?;
    if let Some(former) = staging.commit()? {
        note(format_args!(
            "note: the former results could not be removed; they are in `{}`",
            former.display()
        ));
    }
    Ok(())
}

/// What stdout carries.
fn tell(args: &RunArgs, scenario: &Scenario, finding: &Finding, directory: &str) -> Result<(), Failure> {
    if args.play.json {
        return print_json(&summary(finding, directory));
    }
    let reading = finding.reading.join(" ");
    let table = table::summary(scenario, finding);
    print(&format!("{table}\n{}\n\nResults: {directory}\n", wrapped(&reading, 100)))
}

/// The summary for machines.
#[derive(Serialize)]
struct Summary<'a> {
    version: &'a str,
    title: &'a str,
    directory: &'a str,
    seed: u64,
    interrupted: bool,
    /// The rows of `summary.csv`.
    summary: Vec<&'a SummaryRow>,
    /// The rows of `central.csv` and `outages.csv`.
    central: Vec<&'a CentralRow>,
    outages: Vec<&'a OutageRow>,
    reading: &'a [String],
}

fn summary<'a>(finding: &'a Finding, directory: &'a str) -> Summary<'a> {
    let manifest = &finding.manifest;
    Summary {
        version: &manifest.version,
        title: &manifest.title,
        directory,
        seed: manifest.seed,
        interrupted: manifest.interrupted,
        summary: finding.summaries.iter().flat_map(|run| run.rows()).collect(),
        central: finding.summaries.iter().flat_map(|run| &run.central).collect(),
        outages: finding.summaries.iter().flat_map(|run| &run.outages).collect(),
        reading: &finding.reading,
    }
}

fn timing(threads: usize, seconds: f64, runs: Vec<RunTiming>) -> String {
    #[derive(Serialize)]
    struct Timing {
        /// 0: one a core.
        threads: usize,
        seconds: f64,
        runs: Vec<RunTiming>,
    }
    let timing = Timing { threads, seconds, runs };
    let mut text = serde_json::to_string_pretty(&timing).expect("timing is plain data");
    text.push('\n');
    text
}

fn speed(finding: &Finding, seconds: f64) -> String {
    let events: u64 = finding.manifest.runs.iter().map(|run| run.events).sum();
    let runs = finding.manifest.runs.len();
    let s = if runs == 1 { "" } else { "s" };
    format!("{runs} run{s}, {:.2} million events in {seconds:.1} s", events as f64 / 1e6)
}

fn interrupted(plan: &Plan, finding: &Finding) -> Result<(), Failure> {
    if !finding.manifest.interrupted {
        return Ok(());
    }
    let cut: Vec<&RunEntry> = finding.manifest.runs.iter().filter(|run| run.cut_short).collect();
    let (complete, all) = (finding.manifest.runs.len() - cut.len(), plan.jobs.len());
    let mut text = format!("stopped by hand: {complete} of {all} runs were complete");
    for run in cut {
        let RunEntry { system, replicate, ended_at_s, .. } = run;
        let run = replicate + 1;
        text += &format!("; {system}, run {run}, was cut short at {ended_at_s:.0} s of simulated time");
    }
    Err(Failure::Other(text + "; what they recorded is kept"))
}
