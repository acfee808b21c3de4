//! The fast form of the validation suite: every row holds or is known not to, faults in the model are noticed, and the
//! published page is that of the suite.

use std::sync::atomic::AtomicBool;

use assert_cmd::Command;
use unchoke::validation::{self, EXPERIMENTS, Experiment, MUTATIONS, Mutation, Pace, Suite, Verdict, Watch};

use crate::tools::of_repository;

/// Rows that fail in the fast form, and why. One that is mended is to be taken off this list.
const KNOWN_TO_FAIL: &[(&str, &str)] = &[
    // The few whom a fast seed favours finish up to a quarter later than the real ones: see the experiments' remarks.
    ("libtorrent-held-out", "slow_leechers: Kolmogorov-Smirnov distance"),
    // Folders and queries are drawn from one popularity, and no servent of our overlay is a hub: see the experiments' remarks.
    ("free-riding-on-gnutella", "responses of the best 1 % of the hosts that share"),
    ("free-riding-on-gnutella", "responses of the best 25 % of the hosts that share"),
    ("free-riding-on-gnutella", "hosts that share and never answered"),
    ("free-riding-on-gnutella", "files against responses of a host that shares, r²"),
    ("overlay-resilience", "largest component, the best connected 63 removed"),
];

/// Experiments that are cheap and together notice every mutation.
const WITNESSES: [&str; 2] = ["lower-bounds", "bep-3-in-a-swarm"];

struct NotWatched;
impl Watch for NotWatched {}

fn run(experiments: &[Experiment], mutations: &[Mutation]) -> Suite {
    let never = AtomicBool::new(false);
    validation::run(experiments, Pace::Fast, mutations, &never, &NotWatched).expect("nobody stops it")
}

#[test]
fn the_fast_suite_holds() {
    let suite = run(EXPERIMENTS, &[]);
    let mut failing = Vec::new();
    for outcome in &suite.outcomes {
        let rows = outcome.findings.rows.iter().filter(|row| row.verdict() == Verdict::Fails);
        failing.extend(rows.map(|row| (outcome.experiment.name, row.what.as_str())));
        assert!(!outcome.findings.rows.is_empty(), "{} has no row", outcome.experiment.name);
        let mut names: Vec<&str> = outcome.findings.rows.iter().map(|row| row.what.as_str()).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|two| two[0] != two[1]), "{}: {names:?}", outcome.experiment.name);
    }
    assert_eq!(failing, KNOWN_TO_FAIL);
}

#[test]
fn every_mutation_turns_a_row() {
    let names = WITNESSES.map(str::to_owned);
    let suite = run(&validation::find(&names).unwrap(), &MUTATIONS);
    assert_eq!(suite.noticed.len(), MUTATIONS.len());
    for noticed in &suite.noticed {
        assert!(!noticed.turned.is_empty(), "nothing notices {}", noticed.mutation.name);
        // A fault that breaks everything would show nothing about the rows.
        assert!(noticed.turned.len() < noticed.held, "{} breaks all", noticed.mutation.name);
    }
}

/// The page of the repository is made by `scripts/validate`; it speaks of the experiments that there are, with figures that are there.
#[test]
fn the_published_page_is_of_this_suite() {
    let page = std::fs::read_to_string(of_repository("docs/validation.md")).expect("it was made");
    for Experiment { name, title, source, .. } in EXPERIMENTS {
        assert!(page.contains(&format!("<a id=\"{name}\"></a>\n### {title}\n")), "{name} is not on the page");
        assert!(page.contains(source), "{name} has another source on the page");
    }
    assert_eq!(page.matches("<a id=").count(), EXPERIMENTS.len());
    assert!(MUTATIONS.iter().all(|mutation| page.contains(mutation.what)));
    let mut pictures =
        page.split("](images/validation/").skip(1).map(|rest| &rest[..rest.find(')').unwrap()]);
    assert!(pictures.all(|picture| of_repository("docs/images/validation").join(picture).is_file()));
}

#[test]
fn results_do_not_depend_on_the_threads_and_a_wrong_name_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut files = ["1", "2"].map(|threads| {
        let out = dir.path().join(threads);
        let args = ["validate", "--fast", "bep-3-in-a-swarm", "lower-bounds", "--quiet", "-j", threads, "-o"];
        Command::cargo_bin("unchoke").unwrap().args(args).arg(&out).assert().success();
        let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
            .collect();
        files.sort();
        files
    });
    let [one, two] = &mut files;
    assert_eq!(one, two);
    assert!(
        one.iter().any(|(name, _)| name == "rows.csv") && one.iter().any(|(name, _)| name == "validation.md")
    );

    let out = dir.path().join("wrong");
    let wrong =
        Command::cargo_bin("unchoke").unwrap().args(["validate", "lower-bound", "-o"]).arg(&out).assert();
    let stderr = String::from_utf8(wrong.code(2).get_output().stderr.clone()).unwrap();
    assert!(
        stderr.contains("there is no experiment `lower-bound`") && stderr.contains("lower-bounds"),
        "{stderr}"
    );
    assert!(!out.exists());
}
