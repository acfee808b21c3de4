//! The same scenario, seed and version leave the same bytes, whatever the number of threads and however often.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::Folder;

/// Every file below `dir` but the timing.
fn bytes(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().unwrap().is_dir() {
            files.extend(
                bytes(&entry.path()).into_iter().map(|(inner, text)| (format!("{name}/{inner}"), text)),
            );
        } else if name != "timing.json" {
            files.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// Two directories of results, but for the timing.
#[track_caller]
pub fn check_same(a: &Path, b: &Path) {
    let (a, b) = (bytes(a), bytes(b));
    assert!(a.keys().eq(b.keys()), "{:?}\n{:?}", a.keys(), b.keys());
    for (name, text) in &a {
        assert!(b[name] == *text, "{name} differs");
    }
}

#[test]
fn threads_and_repetition_change_no_byte() {
    let folder = Folder::with_small();
    for (threads, dir) in [("1", "one"), ("2", "two"), ("2", "again")] {
        folder.unchoke(&["run", "small.toml", "--replicates", "3", "-j", threads, "-o", dir]).code(0);
    }
    check_same(&folder.at("one"), &folder.at("two"));
    check_same(&folder.at("two"), &folder.at("again"));
}

#[test]
fn verify_runs_it_again_and_finds_a_changed_byte() {
    let folder = Folder::with_small();
    let run = ["run", "small.toml", "--replicates", "2", "--seed", "9", "-o", "r"];
    folder.unchoke(&[&run[..], &["--set", "peers.free-rider.count=3", "--shuffle-ties"]].concat()).code(0);
    let said = folder.unchoke(&["verify", "r"]).code(0).stdout();
    assert!(said.starts_with("the same: 4 runs"), "{said}");
    // The timing is nobody's promise; another file beside the results is nobody's business.
    folder.write("r/timing.json", "{}");
    folder.write("r/notes.txt", "mine");
    folder.unchoke(&["verify", "r"]).code(0);
    let pieces = std::fs::read_to_string(folder.at("r/pieces.csv")).unwrap();
    let mut lines: Vec<&str> = pieces.lines().collect();
    lines[2] = "tit-for-tat,0,1,0.0,0";
    folder.write("r/pieces.csv", &(lines.join("\n") + "\n"));
    folder.unchoke(&["verify", "r"]).code(1).complains(&["pieces.csv differs in line 3"]);
    folder.write("r/pieces.csv", &pieces);
    let peers = std::fs::read_to_string(folder.at("r/peers.csv")).unwrap();
    for arrived in ["1e6", "-1.0", "NaN"] {
        let late: Vec<String> = peers.lines().map(|line| arriving(line, arrived)).collect();
        folder.write("r/peers.csv", &late.join("\n"));
        folder.unchoke(&["report", "r"]).code(2).complains(&["peers.csv, line "]);
    }
    folder.write("r/scenario.toml", "title = \"Another\"\n");
    folder.unchoke(&["verify", "r"]).code(1).complains(&["scenario.toml", "hash differs"]);
}

#[test]
fn inputs_travel_with_the_results() {
    let folder = Folder::new();
    folder.unchoke(&["new", "mine", "--template", "measured-world"]).code(0);
    // Smaller than the shipped one, so that the test is quick: two kinds of lines.
    folder.write("data/piatek_fig1_cdf.csv", "p,upload_KBps\n0.5,20\n1.0,100\n");
    let scenario = std::fs::read_to_string(folder.at("mine.toml")).unwrap();
    assert!(scenario.contains("data/piatek_fig1_cdf.csv"), "the template names the file");
    let small = ["--set", "content.size=1 MiB", "--set", "stop.no-later-than=10 min"];
    folder.unchoke(&[&["run", "mine.toml", "-o", "r"], &small[..]].concat()).code(0);
    std::fs::remove_dir_all(folder.at("data")).unwrap();
    std::fs::remove_file(folder.at("mine.toml")).unwrap();
    folder.unchoke(&["verify", "r"]).code(0);
    folder.write("r/inputs/0-piatek_fig1_cdf.csv", "p,upload_KBps\n0.5,30\n1.0,100\n");
    folder.unchoke(&["verify", "r"]).code(1).complains(&["hash differs"]);
}

#[test]
fn another_replicate_or_seed_is_another_run() {
    let folder = Folder::with_small();
    folder.unchoke(&["run", "small.toml", "--replicates", "2", "-o", "a"]).code(0);
    folder.unchoke(&["run", "small.toml", "--seed", "4", "-o", "b"]).code(0);
    let digests = |dir: &str| -> Vec<String> {
        let text = std::fs::read_to_string(folder.at(dir).join("manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        let runs = manifest["runs"].as_array().unwrap().iter();
        runs.map(|run| run["digest"].as_str().unwrap().to_owned()).collect()
    };
    let mut all = [digests("a"), digests("b")].concat();
    assert_eq!(all.len(), 6);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 6, "two systems, two replicates and another seed are six different runs");
}

/// A row of `peers.csv` with another time of arrival.
fn arriving(line: &str, text: &str) -> String {
    let mut cells: Vec<&str> = line.split(',').collect();
    if cells[6] != "arrived_s" {
        cells[6] = text;
    }
    cells.join(",")
}

#[test]
fn a_damaged_manifest_is_bad_input() {
    let folder = Folder::with_small();
    folder.unchoke(&["run", "small.toml", "-o", "r"]).code(0);
    let manifest = std::fs::read_to_string(folder.at("r/manifest.json")).unwrap();
    folder.write("r/manifest.json", &manifest[..manifest.len() / 2]);
    folder.unchoke(&["verify", "r"]).code(2).complains(&["cannot be read", "hint: "]);
    folder.write("r/manifest.json", &manifest);
    std::fs::remove_file(folder.at("r/scenario.toml")).unwrap();
    folder.unchoke(&["verify", "r"]).code(2).complains(&["scenario.toml"]);
}
