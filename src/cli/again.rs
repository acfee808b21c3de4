//! Commands on recorded results: `plot`, `report`, `verify`, `explain`.

use std::path::Path;

use super::args::{ExplainArgs, VerifyArgs};
use super::memory::plan_must_fit;
use super::progress::{Ticker, Work};
use super::{Failure, note, print, sweep};
use crate::experiment::sweep::{SWEEP, SweepManifest, recorded_sweep, reproduce_sweep};
use crate::experiment::{
    Job, MANIFEST, Manifest, Plan, RunEntry, Staging, TIMING, compare, cut_here, list_also, perform,
    recorded, reproduce,
};
use crate::metrics::names;
use crate::metrics::story::Story;
use crate::report::{self, Drawn, ReportError};
use crate::rng::Seed;
use crate::sim::{self, Continue, RunOptions};
use crate::units::{PersonIndex, SimDuration, SimTime};
use crate::workload;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Draws the figures and the page anew.
pub fn plot(dir: &Path) -> Result<(), Failure> {
    redraw(dir, report::draw, report::draw_sweep)
}

type Draw = fn(&Path) -> Result<Drawn, ReportError>;

/// Draws a run's directory with the one, a sweep's with the other.
fn redraw(dir: &Path, run: Draw, sweep: Draw) -> Result<(), Failure> {
    let drawn = if let Some(manifest) = recorded_sweep(dir)? {
        if !dir.join(report::RUNS).is_file() && !manifest.complete {
            return Err(incomplete("draw"));
        }
        sweep(dir)?
    } else {
        let manifest = recorded(dir)?;
        let drawn = run(dir)?;
        // A run whose figures had no room has them now.
        list_also(dir, manifest, &drawn.files)?;
        drawn
    };
    print(&drawn.files.iter().map(|file| format!("{}\n", dir.join(file).display())).collect::<String>())
}

fn incomplete(what: &str) -> Failure {
    Failure::Input(format!(
        "the sweep is not complete, so there is nothing to {what}\n  hint: `unchoke sweep` goes on with it"
    ))
}

/// Writes the page anew.
pub fn report(dir: &Path) -> Result<(), Failure> {
    redraw(dir, report::draw_page, report::draw_sweep_page)
}

/// Runs the recorded runs again, elsewhere, and compares every byte but the timing's.
pub fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    if let Some(manifest) = recorded_sweep(&args.dir)? {
        return verify_sweep(args, &manifest);
    }
    let manifest = recorded(&args.dir)?;
    note_version(&manifest.version);
    note_cut(&manifest);
    let plan = reproduce(&args.dir, &manifest)?;
    if !args.no_memory_check {
        plan_must_fit(&plan, args.jobs)?;
    }
    let elsewhere = temporary()?;
    let staging = Staging::begin(&elsewhere.path().join("again"))?;
    let ticker = Ticker::new(Work::of_plan(&plan, args.jobs), args.quiet);
    let finding = perform(&plan, args.jobs, &ticker, &staging)?;
    ticker.finish();
    report::draw(staging.path())?;
    staging.list_files()?;
    if stopped(&manifest, &finding.manifest) {
        return Err(Failure::Other("stopped by hand: nothing was compared".into()));
    }
    tell_difference(args, staging.path(), &manifest.files_in_full(), &manifest.version, plan.jobs.len())
}

fn verify_sweep(args: &VerifyArgs, manifest: &SweepManifest) -> Result<(), Failure> {
    note_version(&manifest.version);
    if !manifest.complete {
        return Err(incomplete("compare"));
    }
    let plan = reproduce_sweep(&args.dir, manifest)?;
    if !args.no_memory_check {
        sweep::fits(&plan, args.jobs)?;
    }
    let elsewhere = temporary()?;
    let again = elsewhere.path().join("again");
    let finished = sweep::play(&plan, &again, false, args.jobs, args.quiet)?;
    if !finished.manifest.complete {
        return Err(Failure::Other("stopped by hand: nothing was compared".into()));
    }
    let runs = manifest.points.iter().map(|point| point.runs.len()).sum();
    tell_difference(args, &again, &manifest.files, &manifest.version, runs)
}

/// Whether somebody stopped the runs before they had come as far as the recorded ones.
fn stopped(recorded: &Manifest, again: &Manifest) -> bool {
    let earlier =
        |(recorded, again): (&RunEntry, &RunEntry)| again.cut_short && again.events < recorded.events;
    again.runs.len() < recorded.runs.len() || recorded.runs.iter().zip(&again.runs).any(earlier)
}

fn note_cut(manifest: &Manifest) {
    let cut = manifest.runs.iter().filter(|run| run.cut_short).count();
    if cut > 0 {
        let were = if cut == 1 { "1 run was" } else { &format!("{cut} runs were") };
        note(format_args!("note: {were} cut short by hand, and can be compared only as far as recorded"));
    }
}

fn note_version(recorded: &str) {
    if recorded != VERSION {
        note(format_args!(
            "note: recorded by version {recorded}, run again by {VERSION}; files that name the version are not compared"
        ));
    }
}

fn temporary() -> Result<tempfile::TempDir, Failure> {
    tempfile::tempdir()
        .map_err(|error| Failure::Other(format!("cannot create a temporary directory: {error}")))
}

fn tell_difference(
    args: &VerifyArgs,
    again: &Path,
    listed: &[String],
    version: &str,
    runs: usize,
) -> Result<(), Failure> {
    // The first is of the clock; the others name the version.
    const BUT: [&str; 4] = [TIMING, MANIFEST, SWEEP, report::PAGE];
    let but = if version == VERSION { &BUT[..1] } else { &BUT };
    let files = listed.iter().filter(|name| !but.contains(&name.as_str())).count();
    let difference = compare(&args.dir, again, listed, but)
        .map_err(|error| Failure::Other(format!("cannot compare with `{}`: {error}", args.dir.display())))?;
    match difference {
        None => print(&format!("the same: {runs} runs, {files} files, every byte\n")),
        Some(difference) => Err(Failure::Other(format!("not the same: {difference}"))),
    }
}

/// Runs one replicate again and tells what happened to one peer.
pub fn explain(args: &ExplainArgs) -> Result<(), Failure> {
    if recorded_sweep(&args.dir)?.is_some() {
        let text = "these are the results of a sweep, which keeps nobody's story\n  \
                    hint: `unchoke run SCENARIO --set KEY=VALUE` runs one of its points";
        return Err(Failure::Input(text.into()));
    }
    let manifest = recorded(&args.dir)?;
    let plan = reproduce(&args.dir, &manifest)?;
    let systems = chosen(&plan, args.system.as_deref())?;
    if args.replicate >= plan.replicates {
        let last = plan.replicates - 1;
        return Err(Failure::Input(format!(
            "there is no replicate {}; they go from 0 to {last}",
            args.replicate
        )));
    }
    let scenario = &plan.scenario;
    let seed = Seed { seed: scenario.seed, replicate: args.replicate };
    let workload = workload::draw(scenario, seed);
    let people = &workload.people;
    let hero = PersonIndex(args.peer);
    let Some(person) = people.get(hero.at()) else {
        let last = people.len().saturating_sub(1);
        return Err(Failure::Input(format!("there is no peer {}; they go from 0 to {last}", args.peer)));
    };
    let around = args.at.map(|seconds| SimTime::ZERO + SimDuration::from_secs(seconds));
    let name = names::person(scenario, person.class, hero);
    for system in systems {
        let mut story = Story::new(scenario, &workload, hero, around);
        let manner = plan.manner(Job { point: 0, system, replicate: args.replicate });
        let as_far = |progress| match cut_here(manner.cut_after, progress) {
            true => Continue::Stop,
            false => Continue::Go,
        };
        let options = RunOptions {
            shuffle_ties: manner.shuffle_ties,
            progress: Some(&as_far),
            ..RunOptions::default()
        };
        sim::run(scenario, system, &workload, seed, options, &mut story);
        let label = &scenario.systems[system].label;
        let mut text = format!("{name} under {label}, replicate {}\n", args.replicate);
        for line in story.tell() {
            text.push_str(&line);
            text.push('\n');
        }
        text.push('\n');
        print(&text)?;
    }
    Ok(())
}

fn chosen(plan: &Plan, wanted: Option<&str>) -> Result<Vec<usize>, Failure> {
    let Some(wanted) = wanted else { return Ok(plan.systems.clone()) };
    let label = |system: &usize| plan.scenario.systems[*system].label.as_str();
    match plan.systems.iter().copied().find(|system| label(system) == wanted) {
        Some(system) => Ok(vec![system]),
        None => {
            let known: Vec<String> =
                plan.systems.iter().map(|system| format!("`{}`", label(system))).collect();
            Err(Failure::Input(format!(
                "there is no system `{wanted}` here\n  hint: there is {}",
                known.join(", ")
            )))
        }
    }
}
