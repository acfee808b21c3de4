//! Runs that somebody stops: what they recorded so far is kept, says that it was cut short, and can be played again as far.

#[cfg(unix)]
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
#[cfg(unix)]
use std::time::{Duration, Instant};

use unchoke::experiment::{
    Job, Manifest, Plan, Source, Staging, TIMING, Watch, compare, perform, recorded, reproduce,
};
use unchoke::scenario::{self, BuiltInFiles};
use unchoke::sim::{Continue, Progress};

use crate::support::{Folder, SMALL};

/// More events than between two looks at the progress.
const LONGER: [(&str, &str); 2] = [("content.size", "16 MiB"), ("peers.contributor.count", "40")];

fn plan(replicates: u32) -> Plan {
    let sets = LONGER.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let loaded = scenario::load("small.toml", SMALL.as_bytes(), &sets, &BuiltInFiles).expect("it is right");
    let given = Source::of(SMALL.into(), sets.to_vec(), loaded);
    let systems = (0..given.scenario.systems.len()).collect();
    Plan::new(given.scenario, given.source, systems, replicates)
}

/// Stops every run of one system at its second look.
struct StopsSystem {
    system: usize,
    looks: AtomicU64,
}

impl Watch for StopsSystem {
    fn progress(&self, job: Job, _progress: Progress) -> Continue {
        let stop = job.system == self.system && self.looks.fetch_add(1, Ordering::Relaxed) % 2 == 1;
        if stop { Continue::Stop } else { Continue::Go }
    }
}

fn results(folder: &Folder, name: &str, plan: &Plan, watch: &dyn Watch) -> Manifest {
    let mut staging = Staging::begin(&folder.at(name)).expect("a place");
    perform(plan, 1, watch, &staging).expect("something was run");
    unchoke::report::draw(staging.path()).expect("it can be drawn");
    staging.list_files().expect("they are there");
    staging.commit().expect("it takes its place");
    recorded(&folder.at(name)).expect("there is a manifest")
}

fn text(folder: &Folder, file: &str) -> String {
    std::fs::read_to_string(folder.at(file)).expect("a file of the results")
}

#[test]
fn what_a_stopped_run_recorded_is_kept_and_can_be_made_again() {
    let folder = Folder::new();
    let watch = StopsSystem { system: 1, looks: AtomicU64::new(0) };
    let manifest = results(&folder, "r", &plan(2), &watch);
    assert!(manifest.interrupted);
    let runs = manifest.runs.iter();
    let told: Vec<_> = runs.map(|run| (run.system.as_str(), run.replicate, run.cut_short)).collect();
    let (a, b) = ("tit-for-tat", "random-choking");
    assert_eq!(told, [(a, 0, false), (a, 1, false), (b, 0, true), (b, 1, true)]);
    let cut = &manifest.runs[2];
    assert_eq!(cut.events, 2 << 14, "stopped at its second look");

    // The last sample of the cut run is of the moment at which it was stopped; nobody came later.
    let of_cut = format!("{b},0,");
    let times = |file: &str, column: usize| -> Vec<f64> {
        let rows = text(&folder, file);
        let rows = rows.lines().filter(|line| line.starts_with(&of_cut));
        rows.map(|line| line.split(',').nth(column).unwrap().parse().unwrap()).collect()
    };
    assert_eq!(times("r/timeseries.csv", 2).last(), Some(&cut.ended_at_s));
    assert!(times("r/peers.csv", 6).iter().all(|arrived| *arrived <= cut.ended_at_s));
    let reading = text(&folder, "r/reading.txt");
    assert!(reading.starts_with("Random-choking (run 1, at "), "{reading}");
    assert!(reading.contains("were cut short by hand and are left out here"), "{reading}");
    let page = text(&folder, "r/report.html");
    assert!(page.contains("Stopped by hand: 2 of 4 runs are complete."));
    assert!(page.contains(&format!("{b}, run 1 was cut short at ")));

    // Played again from the manifest, as `unchoke verify` does: every byte, the digest of half a run too.
    let again = reproduce(&folder.at("r"), &manifest).expect("it can be run again");
    let never = StopsSystem { system: usize::MAX, looks: AtomicU64::new(0) };
    assert_eq!(results(&folder, "again", &again, &never), manifest);
    let listed: Vec<String> = manifest.files.iter().filter(|file| *file != "timing.json").cloned().collect();
    assert_eq!(compare(&folder.at("r"), &folder.at("again"), &listed, &[TIMING]).unwrap(), None);
}

#[test]
fn a_run_that_was_cut_short_is_not_mixed_with_complete_ones_of_its_system() {
    struct StopsSecond;
    impl Watch for StopsSecond {
        fn progress(&self, job: Job, _progress: Progress) -> Continue {
            if job.replicate == 1 { Continue::Stop } else { Continue::Go }
        }
    }
    let folder = Folder::new();
    results(&folder, "mixed", &plan(2), &StopsSecond);
    results(&folder, "one", &plan(1), &StopsSecond);
    let figure = |dir: &str| {
        let svg = text(&folder, &format!("{dir}/download-times.svg"));
        svg.lines().filter(|line| line.contains("<poly")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(!figure("one").is_empty());
    assert_eq!(figure("mixed"), figure("one"), "the figures show the complete run alone");
    assert!(text(&folder, "mixed/peers.csv").lines().any(|line| line.starts_with("tit-for-tat,1,")));
}

/// A run of `small.toml` into `r` with these settings, that long after its directory is begun.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "a signal comes at a moment of the wall clock")]
fn under_way(mut command: Command, folder: &Folder, sets: [&str; 2], for_so_long: Duration) -> Child {
    command.args(["run", "small.toml", "-o", "r", "--systems", "tit-for-tat", "--quiet"]);
    command.args(sets.iter().flat_map(|set| ["--set", set]));
    let running = command.current_dir(folder.path()).stdout(Stdio::null()).spawn().expect("it starts");
    let until = Instant::now() + Duration::from_secs(60);
    while folder.names().len() < 2 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(for_so_long);
    running
}

/// SIGTERM, as a batch system sends it before the time is up.
#[test]
#[cfg(unix)]
fn a_signal_ends_a_long_run_in_order() {
    let folder = Folder::with_small();
    let command = Command::new(assert_cmd::cargo::cargo_bin!("unchoke"));
    // Of half a minute.
    let sets = ["content.size=512 MiB", "peers.contributor.count=300"];
    let mut running = under_way(command, &folder, sets, Duration::from_secs(1));
    // Twice in a row, as `timeout` sends it: to the program and to its group.
    let process = running.id().to_string();
    let kill = Command::new("kill").args(["-TERM", &process, &process]).status().unwrap();
    assert!(kill.success());
    assert_eq!(running.wait().unwrap().code(), Some(1));

    assert_eq!(folder.names(), ["r", "small.toml"], "nothing half-written");
    let manifest = recorded(&folder.at("r")).unwrap();
    assert!(manifest.interrupted && manifest.runs[0].cut_short);
    assert!(manifest.runs[0].events > 0 && manifest.runs[0].ended_at_s < 7200.0);
    let reading = text(&folder, "r/reading.txt");
    assert!(reading.starts_with("The run was cut short by hand, at "), "{reading}");
    assert!(text(&folder, "r/report.html").contains("cut short after "), "the figures say it");
    let again = folder.unchoke(&["verify", "r", "--quiet"]).code(0);
    assert!(again.stdout().starts_with("the same: 1 runs, "), "{}", again.stdout());
    again.complains(&["note: 1 run was cut short by hand"]);
    folder.unchoke(&["explain", "r", "--peer", "3"]).code(0);
}

/// `nohup` has the program ignore that its terminal is lost.
#[test]
#[cfg(unix)]
fn a_signal_that_was_ignored_at_the_beginning_still_is() {
    let folder = Folder::with_small();
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' HUP; exec \"$0\" \"$@\""]).arg(assert_cmd::cargo::cargo_bin!("unchoke"));
    let sets = ["content.size=128 MiB", "peers.contributor.count=100"];
    let mut running = under_way(command, &folder, sets, Duration::from_millis(300));
    assert_eq!(running.try_wait().unwrap(), None, "it is under way");
    assert!(Command::new("kill").args(["-HUP", &running.id().to_string()]).status().unwrap().success());
    assert_eq!(running.wait().unwrap().code(), Some(0));
    assert!(!recorded(&folder.at("r")).unwrap().interrupted);
}
