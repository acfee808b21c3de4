//! "How to reproduce it" on the page of a run and of a sweep: its commands, typed in the directory, do the same again.

#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use crate::engines::tiny_sweep;
use crate::support::{Folder, SMALL};
use crate::tools::succeed;

/// `named.toml` draws lines from a file in a folder below.
fn with_named_file() -> Folder {
    let folder = Folder::new();
    std::fs::create_dir(folder.at("data")).unwrap();
    folder.write("data/up lines.csv", "p,KBps\n0.1,40\n0.5,80\n1,300\n");
    let named = r#"upload = { cdf = "data/up lines.csv", unit = "KB/s", column = "KBps" }"#;
    folder.write("named.toml", &SMALL.replace("upload = \"1 Mbit/s\"", named));
    folder
}

/// What the page says to type.
fn commands(results: &Path) -> String {
    let page = std::fs::read_to_string(results.join("report.html")).expect("a page");
    let (_, section) = page.split_once("How to reproduce it").expect("the section");
    let (_, lines) = section.split_once("<pre>").expect("its commands");
    let (lines, _) = lines.split_once("</pre>").expect("their end");
    lines.replace("&#39;", "'").replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&")
}

/// Types it in the directory, and compares a table of what was made there with the recorded one.
#[track_caller]
fn do_again(results: &Path, again: &str, table: &str) {
    let program = Path::new(assert_cmd::cargo::cargo_bin!("unchoke")).parent().expect("a folder").to_owned();
    let path = std::env::var("PATH").expect("a path");
    let lines = commands(results);
    let mut shell = Command::new("sh");
    shell.args(["-e", "-c", &lines]).current_dir(results);
    succeed(shell.env("PATH", format!("{}:{path}", program.display())));
    let read = |dir: &Path| std::fs::read_to_string(dir.join(table)).expect("a table");
    assert!(read(&results.join(again)) == read(results), "not the same after\n{lines}");
}

#[test]
fn a_run_of_some_systems_with_other_replicates() {
    let folder = Folder::new();
    folder.write("small.toml", &SMALL.replace("seed = ", "replicates = 3\nseed = "));
    let run =
        ["run", "small.toml", "-o", "r", "--systems", "random-choking", "--replicates", "1", "--seed", "9"];
    folder.unchoke(&run).code(0);
    do_again(&folder.at("r"), "results/scenario", "summary.csv");
}

#[test]
fn a_run_with_a_named_file() {
    let folder = with_named_file();
    folder.unchoke(&["run", "named.toml", "-o", "r", "--replicates", "2"]).code(0);
    do_again(&folder.at("r"), "results/scenario", "peers.csv");
}

#[test]
fn a_sweep_of_some_systems_with_other_replicates() {
    let folder = Folder::new();
    folder.write("tiny.toml", &tiny_sweep());
    folder
        .unchoke(&["sweep", "tiny.toml", "-o", "s", "--systems", "tit-for-tat", "--replicates", "2"])
        .code(0);
    do_again(&folder.at("s"), "results/scenario", "runs.csv");
}
