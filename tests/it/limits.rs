//! What is asked for and does not fit, and tables that are written smaller.

use crate::determinism::check_same;
use crate::support::{Folder, names};

/// Twelve million million bytes: no machine that runs these tests has them.
const HUGE: [&str; 6] = [
    "--set",
    "peers.contributor.count=3999000",
    "--set",
    "content.size=64 GiB",
    "--set",
    "content.piece=64 KiB",
];

#[test]
#[cfg(target_os = "linux")]
fn what_does_not_fit_in_memory_is_refused_before_it_begins() {
    let folder = Folder::with_small();
    let run = |more: &[&str]| {
        folder.unchoke(&[&["run", "small.toml", "-o", "r", "--quiet"], &HUGE[..], more].concat())
    };
    let refused = [
        "runs at once would need about",
        "TiB of memory, and",
        "are available",
        "hint: ",
        "--no-memory-check",
    ];
    run(&["-j", "2"]).code(2).complains(&refused);
    run(&["-j", "1"]).code(2).complains(&["a run would need about", "take fewer persons"]);
    let sweep = "[sweep]\nvary = { \"peers.contributor.count\" = [8, 3999000] }\nreplicates = 1\n";
    folder.write("sweep.toml", &format!("{}{sweep}", crate::support::SMALL));
    let set = &HUGE[2..];
    folder
        .unchoke(&[&["sweep", "sweep.toml", "-o", "s"], set].concat())
        .code(2)
        .complains(&["would need about"]);
    assert_eq!(folder.names(), ["small.toml", "sweep.toml"], "nothing was written");
    folder.unchoke(&["run", "small.toml", "-o", "r", "--quiet", "--no-memory-check"]).code(0);
}

#[test]
fn compressed_tables_hold_the_same_and_are_read_again() {
    let folder = Folder::with_small();
    folder.unchoke(&["run", "small.toml", "-o", "plain", "--quiet"]).code(0);
    let gzip = ["run", "small.toml", "--set", "output.compression=gzip", "--quiet", "-o"];
    folder.unchoke(&[&gzip[..], &["small"]].concat()).code(0);
    folder.unchoke(&[&gzip[..], &["again"]].concat()).code(0);
    check_same(&folder.at("small"), &folder.at("again"));
    let tables = |dir: &str, ending: &str| {
        let files = names(&folder.at(dir));
        files.into_iter().filter(|name| name.ends_with(ending)).collect::<Vec<_>>()
    };
    let plain = tables("plain", ".csv");
    let expected: Vec<String> = plain.iter().map(|name| format!("{name}.gz")).collect();
    assert_eq!((tables("small", ".csv.gz"), tables("small", ".csv").len()), (expected, 0));
    for name in &plain {
        let mut text = Vec::new();
        let mut table = unchoke::experiment::open_table(&folder.at("small"), name).expect("a table");
        std::io::Read::read_to_end(&mut table, &mut text).expect("a gzip file");
        assert!(text == std::fs::read(folder.at("plain").join(name)).expect("a table"), "{name} differs");
    }
    // Figures and page are the same but for the names of the files and the setting.
    let read = |name: &str| std::fs::read(folder.at(name)).expect("a figure");
    assert_eq!(read("small/download-times.svg"), read("plain/download-times.svg"));
    let page = String::from_utf8(read("small/report.html")).expect("text");
    assert!(page.contains("<a href=\"peers.csv.gz\">"));
    std::fs::remove_file(folder.at("small/report.html")).expect("it was there");
    folder.unchoke(&["report", "small"]).code(0);
    assert_eq!(read("small/report.html"), page.into_bytes());
    folder.unchoke(&["verify", "small", "--quiet"]).code(0);
}

#[test]
fn a_run_says_in_what_form_a_swarm_was_simulated() {
    let folder = Folder::with_small();
    let set = ["--set", "systems.tit-for-tat.granularity=piece", "--systems", "tit-for-tat"];
    folder.unchoke(&[&["run", "small.toml", "-o", "r", "--quiet"], &set[..]].concat()).code(0);
    let read = |name: &str| std::fs::read_to_string(folder.at(name)).expect("a result");
    let manifest: serde_json::Value = serde_json::from_str(&read("r/manifest.json")).expect("JSON");
    let form = serde_json::json!({ "granularity": "piece", "have": "in-bulk", "rates_within": 0.001 });
    assert_eq!(manifest["runs"][0]["form"], form);
    assert!(read("r/report.html").contains("Simulated piece by piece, not block by block: tit-for-tat."));
    assert!(read("r/report.html").contains("Simulated with fair rates that are not exact: tit-for-tat."));
    folder.unchoke(&["run", "small.toml", "-o", "exact", "--quiet"]).code(0);
    assert!(!read("exact/report.html").contains("Simulated"));
}
