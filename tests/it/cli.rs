//! The commands: exit codes, what goes to stdout and what to stderr, and what is never written.

use crate::broken_scenarios;
use crate::support::{Folder, names};

#[test]
fn a_run_leaves_its_results_and_says_what_they_show() {
    let folder = Folder::with_small();
    let ran = folder.unchoke(&["run", "small.toml"]).code(0);
    let stdout = ran.stdout();
    // The reading is wrapped where its words happen to allow it.
    let words = stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in
        ["tit-for-tat", "random-choking", "(one run; no conclusion)", "Depends on: contributors leave when"]
    {
        assert!(words.contains(text), "no `{text}` in\n{stdout}");
    }
    let files = names(&folder.at("results/small"));
    for file in [
        "decisions.csv",
        "manifest.json",
        "peers.csv",
        "pieces.csv",
        "reading.txt",
        "report.html",
        "scenario.toml",
        "servers.csv",
        "summary.csv",
        "timeseries.csv",
        "timing.json",
        "traffic.csv",
    ] {
        assert!(files.iter().any(|name| name == file), "no {file} in {files:?}");
    }
    assert!(!files.iter().any(|name| name == "messages.csv"), "nobody asked for messages");
    assert_eq!(names(&folder.at("results")), ["small"], "nothing unfinished is left");
    let manifest = std::fs::read_to_string(folder.at("results/small/manifest.json")).unwrap();
    assert!(!manifest.contains(folder.path().to_str().unwrap()), "no path of the machine");
    let listed: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let listed: Vec<&str> =
        listed["files"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(listed, files, "the manifest lists every file");
}

#[test]
fn json_is_for_machines() {
    let folder = Folder::with_small();
    let ran =
        folder.unchoke(&["run", "small.toml", "--json", "--systems", "random-choking", "--quiet"]).code(0);
    let summary: serde_json::Value = serde_json::from_str(&ran.stdout()).expect("JSON and nothing else");
    assert_eq!(summary["title"], "Small");
    assert_eq!(summary["interrupted"], false);
    let rows = summary["summary"].as_array().unwrap();
    assert_eq!(rows.len(), 4, "three classes and all, of one system");
    assert_eq!(rows[3]["class"], "all");
    assert_eq!(rows[3]["peers"], 10);
    assert!(rows.iter().all(|row| row["system"] == "random-choking"));
    assert!(!summary["reading"].as_array().unwrap().is_empty());
}

#[test]
fn swarms_alone_are_told_by_class_in_table_reading_and_page() {
    let folder = Folder::new();
    let command = "run server-vs-swarm --set population.total=10 --set replicates=1 -o r --systems";
    let run = |systems: &str| {
        let mut args: Vec<&str> = command.split(' ').collect();
        args.push(systems);
        let told = folder.unchoke(&args).code(0).stdout();
        let page = std::fs::read_to_string(folder.at("r/report.html")).unwrap();
        std::fs::remove_dir_all(folder.at("r")).unwrap();
        (told, page)
    };
    let (told, page) = run("bittorrent");
    assert!(told.starts_with("system ") && told.contains("Median download time"), "{told}");
    assert!(!page.contains("Side by side"));
    let (told, page) = run("client-server");
    assert!(told.contains("wishes fulfilled") && told.contains("From the wish to the file"), "{told}");
    assert!(page.contains("Side by side"));
}

#[test]
fn the_tables_have_a_row_where_they_promise_one() {
    let folder = Folder::with_small();
    folder.unchoke(&["run", "small.toml", "--replicates", "2", "-o", "r"]).code(0);
    let lines = |file: &str| std::fs::read_to_string(folder.at("r").join(file)).unwrap().lines().count() - 1;
    // Two systems, two replicates.
    assert_eq!(lines("summary.csv"), 4 * 4);
    assert_eq!(lines("peers.csv"), 4 * 11);
    assert_eq!(lines("pieces.csv"), 4 * 16);
    assert_eq!(lines("traffic.csv"), 4 * 9);
    assert!(lines("timeseries.csv") > 0 && lines("decisions.csv") > 0);
}

#[test]
fn wrong_input_is_exit_code_two_and_writes_nothing() {
    let folder = Folder::with_small();
    folder.write("bad.toml", "title = \"Bad\"\nsedd = 7\n");
    let before = folder.names();
    folder.unchoke(&["run", "bad.toml"]).code(2).complains(&["bad.toml:2", "sedd", "did you mean `seed`?"]);
    folder.unchoke(&["check", "small.toml", "bad.toml"]).code(2).complains(&["sedd"]);
    folder.unchoke(&["run", "small.toml", "--set", "content.size=large"]).code(2).complains(&["large"]);
    folder.unchoke(&["run", "small.toml", "--set", "nonsense"]).code(2).complains(&["KEY=VALUE"]);
    folder.unchoke(&["run", "small.toml", "--systems", "napster"]).code(2).complains(&["`tit-for-tat`"]);
    folder.unchoke(&["run", "small.toml", "--replicates", "0"]).code(2);
    folder.unchoke(&["run", "small.toml", "--replicates", "-3"]).code(2).complains(&["1..=100000"]);
    folder.unchoke(&["run", "."]).code(2).complains(&["`.` is a directory", "TOML file"]);
    folder.unchoke(&["run"]).code(2);
    folder.unchoke(&["fly"]).code(2);
    folder.unchoke(&["verify", "small.toml"]).code(2);
    folder.unchoke(&["verify", "nowhere"]).code(2).complains(&["no results directory"]);
    assert_eq!(folder.names(), before);
}

#[test]
fn an_unknown_scenario_brings_near_names() {
    let folder = Folder::new();
    folder.unchoke(&["run", "free-ridng"]).code(2).complains(&[
        "no file and no built-in scenario `free-ridng`",
        "did you mean the built-in `free-riding`",
    ]);
    folder.unchoke(&["run", "xyzzy.toml"]).code(2).complains(&["unchoke list"]);
    assert!(folder.names().is_empty());
}

#[test]
fn a_path_goes_before_a_built_in_name() {
    let folder = Folder::new();
    folder.write("first-swarm", crate::support::SMALL);
    let ran = folder.unchoke(&["check", "first-swarm"]).code(0);
    assert!(ran.stdout().starts_with("first-swarm: Small\n"), "{}", ran.stdout());
}

#[test]
fn foreign_directories_are_refused_and_own_ones_replaced() {
    let folder = Folder::with_small();
    std::fs::create_dir(folder.at("thesis")).unwrap();
    folder.write("thesis/chapter.txt", "years of work");
    folder.unchoke(&["run", "small.toml", "-o", "thesis"]).code(2).complains(&["not a results directory"]);
    assert_eq!(names(&folder.at("thesis")), ["chapter.txt"]);

    folder.unchoke(&["run", "small.toml", "-o", "r"]).code(0);
    folder.write("r/notes.txt", "mine");
    let first = std::fs::read_to_string(folder.at("r/peers.csv")).unwrap();
    folder
        .unchoke(&["run", "small.toml", "-o", "r", "--seed", "4", "--set", "output.decisions.peers=[]"])
        .code(0);
    assert_ne!(std::fs::read_to_string(folder.at("r/peers.csv")).unwrap(), first);
    assert_eq!(std::fs::read_to_string(folder.at("r/notes.txt")).unwrap(), "mine");
    assert!(!folder.at("r/decisions.csv").exists(), "what the new run does not have is gone");
    assert_eq!(folder.names(), ["r", "small.toml", "thesis"]);
}

#[test]
fn an_unwritable_place_is_one_clear_error() {
    let folder = Folder::with_small();
    let ran = folder.unchoke(&["run", "small.toml", "-o", "small.toml/below"]).code(2);
    let ran = ran.complains(&["cannot make the results directory `small.toml/below`", "-o DIR"]);
    assert_eq!(ran.stderr().matches("error:").count(), 1);
    assert_eq!(ran.stdout(), "");
    folder.unchoke(&["run", "small.toml", "-o", "small.toml"]).code(2);
    assert_eq!(folder.names(), ["small.toml"]);
}

#[test]
fn a_new_scenario_is_checked_and_never_overwrites() {
    let folder = Folder::new();
    let ran = folder.unchoke(&["new", "mine"]).code(0);
    assert_eq!(ran.stdout(), "mine.toml\n");
    folder.unchoke(&["check", "mine.toml"]).code(0);
    folder.write("mine.toml", "precious");
    folder.unchoke(&["new", "mine"]).code(2).complains(&["exists already"]);
    assert_eq!(std::fs::read_to_string(folder.at("mine.toml")).unwrap(), "precious");
    folder.unchoke(&["new", "other", "--template", "free-riding"]).code(0);
    folder.unchoke(&["check", "other.toml"]).code(0);
    folder.unchoke(&["new", "third", "--template", "free-ridin"]).code(2).complains(&["`free-riding`"]);
    assert_eq!(folder.names(), ["mine.toml", "other.toml"]);
    // The data that it names comes along, into a folder too, and a file of that name is left as it is.
    std::fs::create_dir(folder.at("lesson")).unwrap();
    folder.unchoke(&["new", "lesson/town", "--template", "napster-lab"]).code(0).complains(&["data/piatek"]);
    folder.unchoke(&["check", "lesson/town.toml"]).code(0);
    folder.unchoke(&["new", "lesson/again", "--template", "napster-lab"]).code(0);
    folder.write("lesson/data/piatek_fig1_cdf.csv", "precious");
    folder
        .unchoke(&["new", "lesson/third", "--template", "napster-lab"])
        .code(2)
        .complains(&["exists already"]);
    assert_eq!(std::fs::read_to_string(folder.at("lesson/data/piatek_fig1_cdf.csv")).unwrap(), "precious");
    assert!(!folder.at("lesson/third.toml").exists());
}

#[test]
fn every_built_in_scenario_is_listed_and_valid() {
    let folder = Folder::new();
    let listed = folder.unchoke(&["list"]).code(0).stdout();
    let names: Vec<&str> = listed.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert!(names.contains(&"free-riding") && names.contains(&"three-peers"), "{listed}");
    let mut arguments = vec!["check"];
    arguments.extend(&names);
    folder.unchoke(&arguments).code(0);

    let json = folder.unchoke(&["list", "--json"]).code(0).stdout();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON and nothing else");
    let rows = json.as_array().expect("a list");
    assert!(rows.iter().map(|row| row["name"].as_str().expect("a name")).eq(names));
    assert!(rows.iter().all(|row| listed.contains(row["teaches"].as_str().expect("a lesson"))));
}

#[test]
fn the_schema_is_a_json_schema() {
    let text = Folder::new().unchoke(&["schema"]).code(0).stdout();
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(schema["properties"]["peers"].is_object());
}

#[test]
fn plots_and_page_are_redrawn_from_the_records_alone() {
    let folder = Folder::with_small();
    folder.unchoke(&["run", "small.toml", "-o", "r"]).code(0);
    let page = std::fs::read(folder.at("r/report.html")).unwrap();
    let figure = std::fs::read(folder.at("r/download-times.svg")).unwrap();
    std::fs::remove_file(folder.at("r/report.html")).unwrap();
    std::fs::remove_file(folder.at("r/download-times.svg")).unwrap();
    folder.unchoke(&["report", "r"]).code(0);
    assert_eq!(std::fs::read(folder.at("r/report.html")).unwrap(), page);
    folder.unchoke(&["plot", "r"]).code(0);
    assert_eq!(std::fs::read(folder.at("r/download-times.svg")).unwrap(), figure);
}

#[test]
fn explain_tells_one_peers_story() {
    let folder = Folder::with_small();
    folder.unchoke(&["run", "small.toml", "-o", "r"]).code(0);
    let told = folder.unchoke(&["explain", "r", "--peer", "3"]).code(0).stdout();
    for text in
        ["contributor 3 under tit-for-tat", "arrives", "is unchoked by", "has the whole file", "In the end"]
    {
        assert!(told.contains(text), "no `{text}` in\n{told}");
    }
    let one =
        folder.unchoke(&["explain", "r", "--peer", "3", "--system", "random-choking", "--at", "1 h"]).code(0);
    assert!(one.stdout().contains("Nothing happened to it within 30 s"), "{}", one.stdout());
    folder.unchoke(&["explain", "r", "--peer", "99"]).code(2).complains(&["from 0 to 10"]);
    folder.unchoke(&["explain", "r", "--peer", "3", "--replicate", "1"]).code(2);
    folder
        .unchoke(&["explain", "r", "--peer", "3", "--system", "x"])
        .code(2)
        .complains(&["`random-choking`"]);
}

/// Every file of the corpus through the program itself: exit code 2, one or more errors with a hint, nothing written.
#[test]
fn every_broken_scenario_is_refused_by_the_program() {
    let folder = Folder::new();
    for name in broken_scenarios::names() {
        let file = broken_scenarios::folder().join(&name);
        let ran = folder.unchoke(&["run", &file.to_string_lossy(), "-o", "r"]).code(2);
        assert!(ran.stderr().contains("error"), "{name}: {}", ran.stderr());
        assert_eq!(folder.names(), [""; 0], "{name} left something behind");
    }
}

/// Ctrl-C: what is complete is kept under its final name, and nothing half-written beside it.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_whole_files_only() {
    let folder = Folder::with_small();
    let mut running = std::process::Command::new(assert_cmd::cargo::cargo_bin!("unchoke"))
        .args(["run", "small.toml", "--replicates", "100000", "-j", "1", "-o", "r"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(std::time::Duration::from_secs(2));
    let told = std::process::Command::new("kill").args(["-INT", &running.id().to_string()]).status();
    assert!(told.expect("there is a kill").success());
    assert_eq!(running.wait().expect("it ends").code(), Some(1));
    assert_eq!(folder.names(), ["r", "small.toml"], "nothing half-written");
    let manifest = std::fs::read(folder.at("r/manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("whole JSON");
    assert_eq!(manifest["interrupted"], true);
    let complete = manifest["runs"].as_array().expect("the complete runs").len();
    assert!(complete > 0 && complete < 200_000, "{complete} runs");
    for file in manifest["files"].as_array().expect("the files") {
        let name = file.as_str().expect("a name");
        assert!(folder.at("r").join(name).is_file(), "{name} is listed");
    }
}

/// What is told on stderr is no result: a log on a full disk changes no exit code and loses nothing.
#[test]
#[cfg(target_os = "linux")]
fn a_log_that_cannot_be_written_stops_nothing() {
    let folder = Folder::with_small();
    let code = |args: &[&str]| {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a full disk");
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("unchoke"));
        command.args(args).current_dir(folder.path()).stdout(std::process::Stdio::null()).stderr(full);
        command.status().expect("the program starts").code()
    };
    assert_eq!(code(&["run", "no-such"]), Some(2));
    assert_eq!(code(&["run", "small.toml", "-o", "r", "--set", "population.total=5"]), Some(0));
    folder.unchoke(&["verify", "r"]).code(0);
}

#[test]
fn a_scenario_has_a_name_and_a_folder() {
    let folder = Folder::new();
    folder.unchoke(&["new", ""]).code(2).complains(&["is no name", "hint: "]);
    folder.unchoke(&["new", "nowhere/mine"]).code(2).complains(&["no folder", "hint: "]);
    folder.unchoke(&["new", "my own"]).code(0).complains(&["unchoke run 'my own.toml'"]);
    assert_eq!(folder.names(), ["my own.toml"]);
}
