//! Programs beside ours that some tests drive, and what such a test does where they are not installed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Says that a test was skipped and why, past the harness, which shows nothing of a test that passes.
pub fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Whether all of these programs are on the path.
pub fn installed(programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    programs.iter().all(|program| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

/// A Python that has this module: the one that `UNCHOKE_PYTHON` names, or python3.
pub fn python_with(module: &str) -> Option<PathBuf> {
    let python = std::env::var_os("UNCHOKE_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from);
    let import = ["-c", &format!("import {module}")];
    let tried = Command::new(&python).args(import).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success()).then_some(python)
}

/// Something of this repository.
pub fn of_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Runs it; returns what it wrote to stdout. If it fails, so does the test, and shows all that it wrote.
#[track_caller]
pub fn succeed(command: &mut Command) -> String {
    let ended = command.output().expect("the program starts");
    let (stdout, stderr) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(ended.status.success(), "{command:?}: {}\n{stdout}\n{stderr}", ended.status);
    stdout.into_owned()
}
