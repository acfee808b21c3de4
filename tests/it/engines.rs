//! Sweeps on engines that distribute work: four parts, run for real on this machine and joined, are the undivided sweep
//! byte for byte. Skipped, saying so, where the engine is not installed.

use std::process::Command;

use crate::determinism::check_same;
use crate::support::{Folder, SMALL, names};
use crate::tools::{installed, of_repository, python_with, skipped, succeed};

/// Six points of two systems, six runs of each.
pub fn tiny_sweep() -> String {
    let with_fractions =
        SMALL.replace("count = 8", "fraction = \"rest\"").replace("count = 2", "fraction = 0.2");
    format!(
        "{with_fractions}
        [population]
        total = 10

        [sweep]
        vary = {{ \"peers.free-rider.fraction\" = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5] }}
        replicates = 6
        "
    )
}

/// With `tiny.toml`, and in `whole` what the undivided sweep leaves.
pub fn with_sweep() -> Folder {
    let folder = Folder::new();
    folder.write("tiny.toml", &tiny_sweep());
    folder.unchoke(&["sweep", "tiny.toml", "-o", "whole", "--quiet"]).code(0);
    folder
}

/// Each part was a run of its own, and has some of the points.
#[track_caller]
fn four_parts(folder: &Folder, parts: &str) {
    let points = (1..=4).map(|part| {
        let points = folder.at(parts).join(part.to_string()).join("points");
        names(&points).len()
    });
    assert_eq!(points.collect::<Vec<_>>(), [2, 2, 1, 1]);
}

#[test]
fn four_shards_under_slurm() {
    if !installed(&["slurmctld", "slurmd", "munged", "sbatch"]) {
        return skipped("four_shards_under_slurm needs slurmctld, slurmd, munge and the clients of Slurm");
    }
    let folder = with_sweep();
    let sweep = |options: &[&str]| {
        let mut script = Command::new(of_repository("tests/engines/slurm-single-node"));
        script.arg(of_repository("scripts/slurm-sweep.sh")).arg("--wait").args(options);
        script.env("UNCHOKE", assert_cmd::cargo::cargo_bin!("unchoke")).current_dir(folder.path());
        script
    };
    let told = succeed(&mut sweep(&["tiny.toml", "4", "joined"]));
    assert!(told.starts_with("4 parts of tiny: job "), "{told}");
    four_parts(&folder, "joined.parts");
    for log in ["1.log", "2.log", "3.log", "4.log", "join.log"] {
        assert!(folder.at("joined.parts").join(log).is_file(), "{log} of the job");
    }
    check_same(&folder.at("whole"), &folder.at("joined"));
    not_joined(&folder, sweep(&["tiny.toml", "4", "wrong", "--set", "sedd=7"]));
}

/// Parts that cannot be run make the script fail, and nothing is joined.
#[track_caller]
fn not_joined(folder: &Folder, mut wrong: Command) {
    let ended = wrong.output().expect("the script starts");
    let complaint = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("nothing was joined"), "{complaint}");
    assert!(!folder.at("wrong").exists());
}

/// A part that ends in an error the first time is tried again.
#[test]
fn four_shards_under_dask() {
    let Some(python) = python_with("dask.distributed") else {
        return skipped(
            "four_shards_under_dask needs a Python with dask.distributed; UNCHOKE_PYTHON may name it",
        );
    };
    let folder = with_sweep();
    let program = assert_cmd::cargo::cargo_bin!("unchoke");
    folder.write(
        "dies-once",
        &format!(
            "#!/bin/sh\ncase \"$*\" in *'--shard 2/4'*) mkdir died 2>/dev/null && exit 1 ;; esac\nexec '{}' \"$@\"\n",
            program.display()
        ),
    );
    let sweep = |options: &[&str]| {
        let mut script = Command::new(&python);
        script.arg(of_repository("scripts/dask_sweep.py")).args(options);
        script.env("UNCHOKE", "./dies-once").current_dir(folder.path());
        script
    };
    succeed(Command::new("chmod").arg("+x").arg(folder.at("dies-once")));
    succeed(&mut sweep(&["tiny.toml", "4", "joined"]));
    assert!(folder.at("died").is_dir(), "the second part was called twice");
    four_parts(&folder, "joined.parts");
    check_same(&folder.at("whole"), &folder.at("joined"));

    not_joined(&folder, sweep(&["tiny.toml", "4", "wrong", "--set", "sedd=7"]));
}
