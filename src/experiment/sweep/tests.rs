//! Sweeps that are stopped, fail, go on, are divided: what is in the directory in the end is always the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::directory::SweepDirectory;
use super::manifest::Shard;
use super::perform::{Player, missing, play_with};
use super::plan::SweepPlan;
use super::{Finished, MergeError, finish, list_files, merge};
use crate::experiment::plan::{Given, Job, Source};
use crate::experiment::play::{NotWatched, Played, play_whole};
use crate::experiment::{DirectoryError, ExperimentError};
use crate::scenario::{NoFiles, load};

const SCENARIO: &str = r#"
[content]
size = "1 MiB"
[peers.seed]
count = 1
starts-with = "whole-file"
upload = "2 Mbit/s"
[peers.leecher]
count = 3
upload = "1 Mbit/s"
[sweep]
vary = { "peers.leecher.count" = [2, 3, 4], "peers.seed.upload" = ["1 Mbit/s", "2 Mbit/s"] }
replicates = 2
"#;

fn plan(text: &str, sets: &[(&str, &str)]) -> SweepPlan {
    let sets: Vec<(String, String)> = sets.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let loaded =
        load("test", text.as_bytes(), &sets, &NoFiles).unwrap_or_else(|problems| panic!("{problems}"));
    let Given { scenario: base, points, source } = Source::of(text.into(), sets, loaded);
    let points = points.expect("it has a sweep");
    SweepPlan { base, source, points, systems: vec![0], shuffle_ties: false, shard: None }
}

fn played(plan: &SweepPlan, job: Job, given_up: &[&AtomicBool]) -> Option<Played> {
    play_whole(&plan.points.scenarios[job.point], job, false, &NotWatched, given_up)
}

/// Runs what is missing, with runs from `player`.
fn sweep_with(plan: &SweepPlan, dir: &Path, player: &Player<'_>) -> Finished {
    let directory = SweepDirectory::open(dir, &plan.manifest(), false).unwrap();
    let jobs = missing(plan, &directory);
    let failed = play_with(plan, &jobs, 2, &directory, player).unwrap();
    finished(&directory, plan, failed)
}

fn finished(directory: &SweepDirectory, plan: &SweepPlan, failed: Vec<super::Failed>) -> Finished {
    let mut finished = finish(directory, &plan.source, plan.manifest(), failed).unwrap();
    list_files(directory, &mut finished, &[]).unwrap();
    finished
}

fn sweep(plan: &SweepPlan, dir: &Path) -> Finished {
    sweep_with(plan, dir, &|job, given_up| played(plan, job, given_up))
}

/// Every file below a directory with its bytes.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            found.extend(
                files(&entry.path()).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)),
            );
        } else {
            found.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    found
}

#[test]
fn a_point_that_fails_stops_no_other_and_is_tried_again() {
    let (plan, dir) = (plan(SCENARIO, &[]), tempfile::tempdir().unwrap());
    let (whole, broken) = (dir.path().join("whole"), dir.path().join("broken"));
    assert!(sweep(&plan, &whole).manifest.complete);
    let found = sweep_with(&plan, &broken, &|job, given_up| {
        assert!(!(job.point == 1 && job.replicate == 1), "the bits are gone");
        let played = played(&plan, job, given_up);
        let violations = if job.point == 4 { vec!["3 bytes appeared".into()] } else { Vec::new() };
        played.map(|played| Played { violations, ..played })
    });
    assert!(!found.manifest.complete);
    let there: Vec<u32> = found.manifest.points.iter().map(|point| point.point).collect();
    assert_eq!(there, [0, 2, 3, 5]);
    let [first, second] = &found.manifest.failed[..] else { panic!("two points failed") };
    assert_eq!((first.point, second.point), (1, 4));
    assert_eq!(first.values, ["2", "2 Mbit/s"]);
    assert!(
        first.reason.contains("replicate 1: this is a bug in unchoke: the bits are gone"),
        "{}",
        first.reason
    );
    assert!(second.reason.contains("3 bytes appeared"), "{}", second.reason);
    let mut again = Vec::new();
    {
        let directory = SweepDirectory::open(&broken, &plan.manifest(), false).unwrap();
        again.extend(missing(&plan, &directory).iter().map(|job| (job.point, job.replicate)));
    }
    assert_eq!(again, [(1, 0), (1, 1), (4, 0), (4, 1)], "complete points are not run again");
    assert!(sweep(&plan, &broken).manifest.complete);
    assert!(files(&broken) == files(&whole), "gone on with, it is the same as undisturbed");
}

#[test]
fn a_stopped_sweep_keeps_its_complete_points() {
    let (plan, dir) = (plan(SCENARIO, &[]), tempfile::tempdir().unwrap());
    let (whole, stopped) = (dir.path().join("whole"), dir.path().join("stopped"));
    sweep(&plan, &whole);
    let found = sweep_with(&plan, &stopped, &|job, given_up| {
        if job.point < 3 { played(&plan, job, given_up) } else { None }
    });
    assert_eq!(found.manifest.points.len(), 3);
    assert!(!found.manifest.complete && found.manifest.failed.is_empty());
    sweep(&plan, &stopped);
    assert!(files(&stopped) == files(&whole));
    // A point's file that somebody has cut is run again, and what a killed process left is swept away.
    fs::write(stopped.join("points/0002.json"), "{\"point\":2").unwrap();
    fs::write(stopped.join("points/.unchoke-half"), "half").unwrap();
    sweep(&plan, &stopped);
    assert!(files(&stopped) == files(&whole));
}

#[test]
fn parts_make_the_whole() {
    let (plan, dir) = (plan(SCENARIO, &[]), tempfile::tempdir().unwrap());
    let whole = dir.path().join("whole");
    sweep(&plan, &whole);
    let part = |index: u32| dir.path().join(format!("part-{index}"));
    for index in 1..=4 {
        sweep(&SweepPlan { shard: Some(Shard { index, of: 4 }), ..plan.clone() }, &part(index));
    }
    let parts: Vec<_> = (1..=4).map(part).collect();
    let target = dir.path().join("merged");
    let (directory, source, manifest) = merge(&parts, &target, false).unwrap();
    let mut merged = finish(&directory, &source, manifest, Vec::new()).unwrap();
    list_files(&directory, &mut merged, &[]).unwrap();
    drop(directory);
    assert!(files(&target) == files(&whole));
    // Where another sweep stands they are joined anew only if one says so.
    std::fs::remove_dir_all(&target).unwrap();
    sweep(&self::plan(SCENARIO, &[("seed", "9")]), &target);
    assert!(merge(&parts, &target, false).is_err());
    let (directory, source, manifest) = merge(&parts, &target, true).unwrap();
    let mut merged = finish(&directory, &source, manifest, Vec::new()).unwrap();
    list_files(&directory, &mut merged, &[]).unwrap();
    drop(directory);
    assert!(files(&target) == files(&whole));
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let (plan, dir) = (plan(SCENARIO, &[]), tempfile::tempdir().unwrap());
    let part = |name: &str, plan: &SweepPlan, index: u32, of: u32| {
        let path = dir.path().join(name);
        sweep(&SweepPlan { shard: Some(Shard { index, of }), ..plan.clone() }, &path);
        path
    };
    let (first, second) = (part("first", &plan, 1, 2), part("second", &plan, 2, 2));
    let other = part("other", &self::plan(SCENARIO, &[("seed", "9")]), 2, 2);
    let third = part("third", &plan, 2, 3);
    let whole = dir.path().join("whole");
    sweep(&plan, &whole);
    let target = dir.path().join("merged");
    let refused = |parts: &[&Path], expected: &str| {
        let parts: Vec<_> = parts.iter().map(|part| part.to_path_buf()).collect();
        let error = merge(&parts, &target, false).map(|_| ()).unwrap_err();
        assert!(matches!(error, ExperimentError::Merge(_)), "{error}");
        let text = error.to_string();
        assert!(text.contains(expected) && text.contains("hint: "), "{text}");
        assert!(!target.exists(), "nothing is begun");
    };
    refused(&[&first], "part 2/2 is missing");
    refused(&[&first, &first], "part 1/2 is in");
    refused(&[&first, &other], "a setting of the scenario is another");
    refused(&[&first, &third], "it is part 2/3, and this is part 2/2");
    refused(&[&whole, &second], "is a whole sweep");
    refused(&[&first, dir.path()], "holds no sweep");
    let point = second.join("points/0003.json");
    let kept = fs::read_to_string(&point).unwrap();
    fs::write(&point, kept.replacen("\"replicate\":0", "\"replicate\":7", 1)).unwrap();
    let changed = merge(&[first.clone(), second.clone()], &target, false).map(|_| ()).unwrap_err();
    assert!(matches!(changed, ExperimentError::Merge(MergeError::Incomplete { .. })), "{changed}");
    fs::remove_dir_all(&target).unwrap();
    fs::remove_file(point).unwrap();
    let error = merge(&[first.clone(), second.clone()], &target, false).map(|_| ()).unwrap_err();
    assert!(matches!(error, ExperimentError::Merge(MergeError::Incomplete { missing: 1, .. })), "{error}");
}

#[test]
fn a_new_question_or_plot_costs_no_run() {
    let (plan, dir) = (plan(SCENARIO, &[]), tempfile::tempdir().unwrap());
    sweep(&plan, &dir.path().join("a"));
    let text = format!("question = \"Why?\" # and a remark\n{SCENARIO}\n[[plot]]\ny = \"download_mean_s\"\n");
    let other = self::plan(&text, &[]);
    let found = sweep_with(&other, &dir.path().join("a"), &|job, _| panic!("{job:?} is there already"));
    assert!(found.manifest.complete && found.manifest.failed.is_empty());
    sweep(&other, &dir.path().join("b"));
    assert!(files(&dir.path().join("a")) == files(&dir.path().join("b")));
}

#[test]
fn another_sweep_is_not_touched() {
    let (plan, dir) = (plan(SCENARIO, &[]), tempfile::tempdir().unwrap());
    let place = dir.path().join("a");
    sweep(&plan, &place);
    let before = files(&place);
    let open = |plan: &SweepPlan, fresh| SweepDirectory::open(&place, &plan.manifest(), fresh);
    let other = self::plan(&SCENARIO.replace("[2, 3, 4]", "[2, 3]"), &[]);
    let error = open(&other, false).unwrap_err();
    assert!(error.to_string().contains("it varies other values"), "{error}");
    let held = open(&plan, false).unwrap();
    assert!(matches!(open(&plan, false), Err(DirectoryError::InUse(_))));
    drop(held);
    assert!(files(&place) == before);
    fs::write(place.join("notes.txt"), "mine").unwrap();
    drop(open(&other, true).unwrap());
    let left: Vec<String> = files(&place).into_keys().collect();
    assert_eq!(left, ["notes.txt", "sweep.json"], "a fresh beginning removes what was ours and no more");
    let thesis = dir.path().join("thesis");
    fs::create_dir(&thesis).unwrap();
    fs::write(thesis.join("chapter.txt"), "years of work").unwrap();
    let refused = SweepDirectory::open(&thesis, &plan.manifest(), true).unwrap_err();
    assert!(matches!(refused, DirectoryError::NotOurs(_)));
    assert_eq!(files(&thesis).len(), 1);
}

#[test]
fn replicates_are_added_until_the_mean_is_known() {
    let text =
        SCENARIO.replace("replicates = 2", "replicates = 2\nprecision = \"10 %\"\nmost-replicates = 40");
    let text = text.replace(
        "upload = \"1 Mbit/s\"",
        "upload = { uniform = { from = \"1 Mbit/s\", to = \"3 Mbit/s\" } }",
    );
    let (plan, dir) = (plan(&text, &[]), tempfile::tempdir().unwrap());
    let found = sweep(&plan, &dir.path().join("a"));
    for (entry, record) in found.manifest.points.iter().zip(&found.points) {
        assert_eq!(record.runs.len() as u32, entry.replicates);
        let medians: Vec<Option<f64>> =
            record.rows().filter(|row| row.class == "leecher").map(|row| row.download_median_s).collect();
        let known = crate::metrics::statistics::estimate(&medians);
        let half = (known.mean_high.unwrap() - known.mean_low.unwrap()) / 2.0;
        let precise = half <= 0.1 * known.mean.unwrap();
        assert_eq!(entry.precise, Some(precise));
        assert!(precise || entry.replicates == 40, "it goes on to the cap");
        assert!((10..=40).contains(&entry.replicates));
    }
    let replicates: Vec<u32> = found.manifest.points.iter().map(|point| point.replicates).collect();
    assert!(replicates.iter().any(|n| *n > 10) && replicates.iter().any(|n| *n < 40), "{replicates:?}");
}
