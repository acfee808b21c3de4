//! `unchoke sweep` and `unchoke merge`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::args::{MergeArgs, SweepArgs};
use super::check::estimate::memory_bytes;
use super::memory::must_fit;
use super::progress::{PointWork, Ticker, Work, at_once};
use super::table::wrapped;
use super::{Failure, note, print, print_json, source, table};
use crate::experiment::sweep::{
    self, Failed, Finished, PointEntry, SweepDirectory, SweepManifest, SweepPlan, missing, play_missing,
};
use crate::experiment::{Job, Source};
use crate::metrics::reading::sweep::Arm;
use crate::metrics::statistics::Estimate;
use crate::report::SweepDrawing;
use crate::spec::{BLOCK, Scenario};

/// Runs what is missing of a sweep; results go to their directory point by point, the summary and the reading to stdout.
pub fn sweep(args: &SweepArgs) -> Result<(), Failure> {
    let (plan, stem) = source::sweep_plan(&args.scenario, &args.choice, args.play.shuffle_ties, args.shard)?;
    let part = args.shard.map_or_else(String::new, |part| format!(".shard-{}-of-{}", part.index, part.of));
    let target = args.output.clone().unwrap_or_else(|| Path::new("results").join(format!("{stem}{part}")));
    if !args.play.no_memory_check {
        fits(&plan, args.play.jobs)?;
    }
    let finished = play(&plan, &target, args.fresh, args.play.jobs, args.play.quiet)?;
    tell(&finished, &target, args.play.json)
}

/// Refuses a sweep whose largest point does not fit in memory as often as runs are made at once.
pub fn fits(plan: &SweepPlan, threads: usize) -> Result<(), Failure> {
    let points = plan.own_points().into_iter().map(|point| &plan.points.scenarios[point]);
    let largest = points.map(|scenario| memory_bytes(scenario, &plan.systems)).fold(0.0, f64::max);
    let runs = plan.own_points().len() * plan.systems.len() * plan.points.sweep.replicates as usize;
    must_fit(largest, at_once(threads).min(runs))
}

/// Runs what is missing of a sweep in that directory, and finishes it.
pub fn play(
    plan: &SweepPlan,
    target: &Path,
    fresh: bool,
    threads: usize,
    quiet: bool,
) -> Result<Finished, Failure> {
    let directory = SweepDirectory::open(target, &plan.manifest(), fresh)?;
    let jobs = missing(plan, &directory);
    let there = plan.own_points().len() - points(&jobs);
    if there > 0 {
        note(format_args!("{there} of {} points are there already", plan.own_points().len()));
    }
    let ticker = Ticker::new(work(plan, &jobs, threads), quiet);
    let failed = play_missing(plan, &jobs, threads, &ticker, &directory)?;
    let (seconds, runs) = ticker.finish();
    if !runs.is_empty() {
        let s = if runs.len() == 1 { "" } else { "s" };
        note(format_args!("{} run{s} in {seconds:.1} s", runs.len()));
    }
    finish(&directory, &plan.source, plan.manifest(), failed)
}

/// Joins the parts of a sweep.
pub fn merge(args: &MergeArgs) -> Result<(), Failure> {
    let (directory, source, manifest) = sweep::merge(&args.parts, &args.output, args.fresh)?;
    let finished = finish(&directory, &source, manifest, Vec::new())?;
    tell(&finished, &args.output, args.json)
}

/// Writes and draws what follows from the points that are there.
fn finish(
    directory: &SweepDirectory,
    source: &Source,
    manifest: SweepManifest,
    failed: Vec<Failed>,
) -> Result<Finished, Failure> {
    let mut finished = sweep::finish(directory, source, manifest, failed)?;
    let drawing = SweepDrawing::new(directory.path())?;
    finished.announce(directory, &drawing.files())?;
    drawing.write(directory.path())?;
    sweep::list_files(directory, &mut finished, &drawing.files())?;
    Ok(finished)
}

/// What stdout carries.
fn tell(finished: &Finished, place: &Path, json: bool) -> Result<(), Failure> {
    let place = place.display().to_string();
    if json {
        print_json(&summary(finished, &place))?
    } else {
        print(&told(finished, &place))?
    }
    incomplete(finished)
}

/// How many points the jobs, which are in order, belong to.
fn points(jobs: &[Job]) -> usize {
    let mut points: Vec<usize> = jobs.iter().map(|job| job.point).collect();
    points.dedup();
    points.len()
}

/// What is to be done, for the progress bar: a run costs about as much as persons have blocks to fetch.
fn work(plan: &SweepPlan, jobs: &[Job], threads: usize) -> Work {
    let point = |scenario: &Scenario| {
        let blocks = scenario.content.single().map_or(1, |file| file.size.0.div_ceil(BLOCK.0));
        PointWork { cost: (scenario.persons() * blocks) as f64, stop: scenario.stop }
    };
    Work {
        labels: plan.base.systems.iter().map(|system| system.label.clone()).collect(),
        jobs: jobs.to_vec(),
        points: plan.points.scenarios.iter().map(point).collect(),
        threads,
        may_grow: plan.points.sweep.precision.is_some(),
    }
}

/// The table, the reading, and where the rest is.
fn told(finished: &Finished, place: &str) -> String {
    let reading = wrapped(&finished.reading.join(" "), 100);
    format!("{}\n{reading}\n\nResults: {place}\n", table::sweep(finished))
}

/// The summary for machines.
#[derive(Serialize)]
struct Summary<'a> {
    version: &'a str,
    title: &'a str,
    directory: &'a str,
    seed: u64,
    complete: bool,
    /// The measure of the estimates.
    measure: &'a str,
    points: Vec<PointSummary<'a>>,
    failed: &'a [Failed],
    reading: &'a [String],
}

#[derive(Serialize)]
struct PointSummary<'a> {
    point: u32,
    /// Of the varied keys.
    values: BTreeMap<&'a str, &'a str>,
    replicates: u32,
    precise: Option<bool>,
    estimates: Vec<ArmEstimate<'a>>,
}

#[derive(Serialize)]
struct ArmEstimate<'a> {
    system: &'a str,
    class: &'a str,
    #[serde(flatten)]
    estimate: Estimate,
}

fn summary<'a>(finished: &'a Finished, directory: &'a str) -> Summary<'a> {
    let manifest = &finished.manifest;
    let (runs, measure) = (finished.runs(), finished.measure());
    let arms = runs.arms(measure);
    let point = |(at, entry): (usize, &'_ PointEntry)| {
        let keys = manifest.sweep.axes.iter().map(|axis| axis.key.as_str());
        let values = manifest.sweep.values(entry.point as usize).map(|value| value.text.as_str());
        let estimate = |arm: &Arm<'_>| runs.estimate(at, *arm, measure);
        PointSummary {
            point: entry.point,
            values: keys.zip(values).collect(),
            replicates: entry.replicates,
            precise: entry.precise,
            estimates: arms
                .iter()
                .filter_map(|arm| {
                    Some(ArmEstimate { system: arm.system, class: arm.class, estimate: estimate(arm)? })
                })
                .collect(),
        }
    };
    Summary {
        version: &manifest.version,
        title: &manifest.title,
        directory,
        seed: manifest.seed,
        complete: manifest.complete,
        measure: measure.name,
        points: manifest.points.iter().enumerate().map(point).collect(),
        failed: &manifest.failed,
        reading: &finished.reading,
    }
}

/// Points that failed or were stopped make the command fail; what is complete is kept.
fn incomplete(finished: &Finished) -> Result<(), Failure> {
    let manifest = &finished.manifest;
    if manifest.complete {
        return Ok(());
    }
    let mut text = String::new();
    for failed in &manifest.failed {
        let values = manifest.sweep.axes.iter().zip(&failed.values);
        let values: Vec<String> = values.map(|(axis, value)| format!("{} = {value}", axis.key)).collect();
        text.push_str(&format!("point {} ({}) failed: {}\n", failed.point, values.join(", "), failed.reason));
    }
    text.push_str(&format!(
        "{} of {} points are complete and are kept; the same command goes on with the rest",
        manifest.points.len(),
        manifest.own_points().len()
    ));
    Err(Failure::Other(text))
}
