//! What the integration tests share: the program, a folder of its own for each test, a small scenario.

use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// Ten leechers and a seed; a second of simulated hours, two systems, everything recorded.
pub const SMALL: &str = r#"
title = "Small"
seed = 3
stop = { no-later-than = "2 h", or-when = "everyone-finished" }

[content]
size = "1 MiB"
piece = "64 KiB"

[peers.seed]
count = 1
starts-with = "whole-file"
upload = "2 Mbit/s"
after-finishing = "seed-forever"

[peers.contributor]
count = 8
upload = "1 Mbit/s"
download = "8 Mbit/s"
arrive = { randomly-within = "5 s" }
after-finishing = "leave"

[peers.free-rider]
like = "contributor"
count = 2
behavior = "free-rider"

[systems.tit-for-tat]
kind = "bittorrent"

[systems.random-choking]
like = "tit-for-tat"
choker = "random"

[output]
decisions = { peers = [3] }
"#;

/// A folder in which the program runs; gone when the test ends.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a temporary folder"))
    }

    /// With `small.toml` in it.
    pub fn with_small() -> Folder {
        let folder = Folder::new();
        folder.write("small.toml", SMALL);
        folder
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.at(name), text).expect("the folder takes a file");
    }

    /// Names in the folder, hidden ones too.
    pub fn names(&self) -> Vec<String> {
        names(self.path())
    }

    /// Runs the program here.
    pub fn unchoke(&self, args: &[&str]) -> Ran {
        let mut command = Command::cargo_bin("unchoke").expect("the program is built");
        Ran(command.current_dir(self.path()).args(args).output().expect("the program starts"))
    }
}

/// Names in a directory, sorted.
pub fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).expect("a directory");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

/// What a run of the program came to.
pub struct Ran(Output);

impl Ran {
    pub fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).expect("the program writes UTF-8")
    }

    pub fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).expect("the program writes UTF-8")
    }

    /// The exit code must be this one; what was printed is shown if not.
    #[track_caller]
    pub fn code(self, expected: i32) -> Ran {
        assert_eq!(self.0.status.code(), Some(expected), "\n{}\n{}", self.stdout(), self.stderr());
        self
    }

    /// stderr must contain each of these.
    #[track_caller]
    pub fn complains(self, of: &[&str]) -> Ran {
        let stderr = self.stderr();
        for text in of {
            assert!(stderr.contains(text), "no `{text}` in\n{stderr}");
        }
        self
    }
}
