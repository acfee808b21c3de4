//! Sweeps through the program: killed, stopped, gone on with, refused, run again.

#![expect(clippy::disallowed_methods, reason = "moments to kill at are moments of the wall clock")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::determinism::check_same;
use crate::engines::with_sweep;
use crate::support::{Folder, SMALL, names};

fn begin(folder: &Folder, dir: &str, fresh: bool) -> std::process::Child {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("unchoke"));
    command.args(["sweep", "tiny.toml", "-o", dir, "--quiet"]).current_dir(folder.path());
    command.args(fresh.then_some("--fresh"));
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts")
}

fn complete_points(dir: &Path) -> usize {
    let points = dir.join("points");
    if points.is_dir() { names(&points).iter().filter(|name| name.ends_with(".json")).count() } else { 0 }
}

/// Whoever pulls the plug at any moment, and goes on afterwards, has the same directory as if nothing had happened.
#[test]
fn killed_at_twenty_moments_a_sweep_goes_on_to_the_same_bytes() {
    let folder = with_sweep();
    let mut whole = Duration::from_secs(5);
    let mut chance = ChaCha8Rng::seed_from_u64(4);
    let (mut killed, mut attempts, mut between) = (0, 0, 0);
    while killed < 20 {
        attempts += 1;
        assert!(attempts < 200, "only {killed} of {attempts} were killed at work");
        let name = format!("killed-{attempts}");
        let (begun, mut child) = (Instant::now(), begin(&folder, &name, false));
        // By turns after so many points, and in each tenth of the time once, so that no stage is left out by chance.
        let points = killed as usize / 2 % 6;
        let moment = whole.mul_f64((f64::from(killed / 2) + chance.random::<f64>()) / 10.0);
        let ripe = |elapsed| match killed % 2 {
            0 => complete_points(&folder.at(&name)) > points,
            _ => elapsed >= moment,
        };
        while !ripe(begun.elapsed()) && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            // Faster than the last one: this is how long it takes now.
            whole = begun.elapsed();
            continue;
        }
        killed += 1;
        between += u32::from((1..6).contains(&complete_points(&folder.at(&name))));
        // Once more while it goes on, or while it begins anew.
        let mut again = begin(&folder, &name, killed % 3 == 0);
        std::thread::sleep(whole.mul_f64(chance.random::<f64>()));
        again.kill().unwrap();
        again.wait().unwrap();
        folder.unchoke(&["sweep", "tiny.toml", "-o", &name, "--quiet"]).code(0);
        check_same(&folder.at("whole"), &folder.at(&name));
    }
    assert!(between >= 1, "none was killed with some points complete and some not");
}

#[test]
#[cfg(unix)]
fn a_signal_ends_a_sweep_in_order() {
    let folder = Folder::new();
    let long = SMALL.to_owned()
        + "[sweep]\nvary = { \"peers.contributor.count\" = { from = 8, to = 40, steps = 33 } }\nreplicates = 100\n";
    folder.write("tiny.toml", &long);
    let child = begin(&folder, "stopped", false);
    let until = Instant::now() + Duration::from_secs(60);
    while complete_points(&folder.at("stopped")) < 2 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(5));
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let manifest = std::fs::read_to_string(folder.at("stopped/sweep.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["complete"], false);
    let points = manifest["points"].as_array().unwrap().len();
    assert!((2..33).contains(&points), "{points} points");
    for file in ["runs.csv", "sweep.csv", "differences.csv", "reading.txt", "report.html"] {
        assert!(folder.at("stopped").join(file).is_file(), "what is complete is readable: {file}");
    }
}

#[test]
fn threads_and_order_do_not_matter() {
    let folder = with_sweep();
    folder.unchoke(&["sweep", "tiny.toml", "-o", "one", "-j", "1", "--quiet"]).code(0);
    check_same(&folder.at("whole"), &folder.at("one"));
    let again = folder.unchoke(&["verify", "whole", "--quiet"]).code(0).stdout();
    assert!(again.starts_with("the same: 72 runs, "), "{again}");
    let runs = std::fs::read_to_string(folder.at("one/runs.csv")).unwrap();
    std::fs::write(folder.at("one/runs.csv"), runs.replacen(",5", ",6", 1)).unwrap();
    folder.unchoke(&["verify", "one", "--quiet"]).code(1).complains(&["not the same", "runs.csv differs"]);
}

#[test]
fn a_point_is_the_scenario_with_that_setting() {
    let folder = with_sweep();
    let set = "peers.free-rider.fraction=0.3";
    folder.unchoke(&["run", "tiny.toml", "--set", set, "--replicates", "6", "-o", "run", "--quiet"]).code(0);
    let summary = std::fs::read_to_string(folder.at("run/summary.csv")).unwrap();
    let runs = std::fs::read_to_string(folder.at("whole/runs.csv")).unwrap();
    let of_point: Vec<&str> = runs.lines().filter_map(|line| line.strip_prefix("3,0.3,")).collect();
    assert_eq!(of_point, summary.lines().skip(1).collect::<Vec<_>>());
}

#[test]
fn another_version_is_held_against_by_its_tables() {
    let folder = with_sweep();
    let edit = |name: &str, from: &str, to: &str| {
        let text = std::fs::read_to_string(folder.at(name)).unwrap();
        assert!(text.contains(from), "{name} has {from}");
        folder.write(name, &text.replacen(from, to, 1));
    };
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    edit("whole/sweep.json", &version, "\"version\": \"0.0.9\"");
    let again = folder.unchoke(&["verify", "whole", "--quiet"]).code(0);
    assert!(again.stdout().starts_with("the same: 72 runs, "), "{}", again.stdout());
    again.complains(&["note: recorded by version 0.0.9", "are not compared"]);
    folder
        .unchoke(&["sweep", "tiny.toml", "-o", "whole"])
        .code(2)
        .complains(&["holds another sweep", "0.0.9"]);
    edit("whole/runs.csv", ",5", ",6");
    folder.unchoke(&["verify", "whole", "--quiet"]).code(1).complains(&["runs.csv differs"]);
}

#[test]
fn a_manifest_from_elsewhere_names_nothing_outside() {
    let folder = with_sweep();
    folder.write("precious.txt", "years of work");
    let text = std::fs::read_to_string(folder.at("whole/sweep.json")).unwrap();
    folder.write("whole/sweep.json", &text.replacen("\"files\": [", "\"files\": [\"../precious.txt\",", 1));
    folder.unchoke(&["sweep", "tiny.toml", "-o", "whole", "--quiet"]).code(0);
    folder.unchoke(&["sweep", "tiny.toml", "-o", "whole", "--quiet", "--fresh"]).code(0);
    assert!(folder.at("precious.txt").is_file());
}

#[test]
fn json_has_the_estimates() {
    let folder = with_sweep();
    let told = folder.unchoke(&["sweep", "tiny.toml", "-o", "whole", "--quiet", "--json"]).code(0).stdout();
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON and nothing else");
    assert_eq!((&told["complete"], &told["measure"]), (&true.into(), &"download_median_s".into()));
    let points = told["points"].as_array().unwrap();
    assert_eq!(points.len(), 6);
    assert_eq!(points[2]["values"]["peers.free-rider.fraction"], "0.2");
    let estimates = points[2]["estimates"].as_array().unwrap();
    let free = estimates.iter().find(|row| row["system"] == "tit-for-tat" && row["class"] == "free-rider");
    let sweep = std::fs::read_to_string(folder.at("whole/sweep.csv")).unwrap();
    let row = sweep.lines().find(|line| line.starts_with("2,0.2,tit-for-tat,free-rider,download_median_s,"));
    let mean: f64 = row.unwrap().split(',').nth(7).unwrap().parse().unwrap();
    assert_eq!(free.unwrap()["mean"].as_f64(), Some(mean));
}

#[test]
fn what_cannot_be_swept_is_refused_before_anything_runs() {
    let folder = with_sweep();
    folder.write("none.toml", SMALL);
    folder.unchoke(&["sweep", "none.toml"]).code(2).complains(&["has no [sweep]", "hint: "]);
    let below = ["sweep", "tiny.toml", "-o", "tiny.toml/below"];
    folder
        .unchoke(&below)
        .code(2)
        .complains(&["cannot make the results directory `tiny.toml/below`", "-o DIR"]);
    folder
        .unchoke(&["sweep", "tiny.toml", "--shard", "2/7"])
        .code(2)
        .complains(&["only 6 points for 7 parts"]);
    folder.unchoke(&["sweep", "tiny.toml", "--shard", "0/2"]).code(2).complains(&["I/N"]);
    let tiny = std::fs::read_to_string(folder.at("tiny.toml")).unwrap();
    let precise = tiny.replace("[sweep]", "[sweep]\nprecision = \"10 %\"\nmost-replicates = 8");
    folder.write("precise.toml", &precise);
    folder
        .unchoke(&["sweep", "precise.toml", "--replicates", "9"])
        .code(2)
        .complains(&["--replicates 9 are more than", "give at most 8"]);
    let other = ["sweep", "tiny.toml", "-o", "whole", "--replicates", "2"];
    folder.unchoke(&other).code(2).complains(&["holds another sweep", "--fresh"]);
    let varied = ["sweep", "tiny.toml", "--set", "peers.free-rider.fraction=0.3", "-o", "other"];
    folder
        .unchoke(&varied)
        .code(2)
        .complains(&["--set would change nothing", "hint: `unchoke run tiny.toml"]);
    folder.unchoke(&["merge", "whole", "-o", "joined"]).code(2).complains(&["is a whole sweep"]);
    folder
        .unchoke(&["run", "tiny.toml", "-o", "whole"])
        .code(2)
        .complains(&["is not a results directory", "a run beside a sweep"]);
    folder.write(
        "wrong.toml",
        &format!("{SMALL}\n[sweep]\nvary = {{ \"peers.free-rider.count\" = [1, -1] }}\n"),
    );
    folder.unchoke(&["sweep", "wrong.toml"]).code(2).complains(&[
        "wrong.toml:",
        "out of range",
        "nothing was run",
    ]);
    folder.unchoke(&["check", "wrong.toml"]).code(2).complains(&["out of range"]);
    assert!(!folder.at("results").exists() && !folder.at("joined").exists(), "nothing was written");
}

#[test]
fn a_table_that_is_not_what_the_sweep_wrote_is_not_drawn() {
    let folder = with_sweep();
    let runs = std::fs::read_to_string(folder.at("whole/runs.csv")).unwrap();
    let without_last = runs.trim_end().rsplit_once('\n').unwrap().0;
    let (heading, first) = runs.split_once('\n').unwrap();
    let time = heading.split(',').position(|name| name == "download_median_s").unwrap();
    let mut cells: Vec<&str> = first.lines().next().unwrap().split(',').collect();
    cells[time] = "NaN";
    let no_time = runs.replacen(first.lines().next().unwrap(), &cells.join(","), 1);
    for (table, line, complaint) in [
        ("", 1, "rows of point 0"),
        (without_last, 1, "rows of point 5"),
        (&runs.replace("tit-for-tat", "tat-for-tit"), 1, "has no system `tat-for-tit`"),
        (&no_time, 2, "column `download_median_s`: NaN is no time of a run"),
    ] {
        folder.write("whole/runs.csv", table);
        folder.unchoke(&["plot", "whole"]).code(2).complains(&[&format!("runs.csv, line {line}"), complaint]);
    }
}
