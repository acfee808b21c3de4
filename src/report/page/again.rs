//! How to run it again: commands that do so in the results directory, from what the manifest records and nothing else.

use super::table::table;
use crate::report::axes::duration;
use crate::report::html::escape;
use crate::report::manifest::{Input, Manifest};
use crate::report::tables::Tables;

/// Where the scenario finds the files that it names. Not in the results directory itself, where a name could be that of a table.
const FOLDER: &str = "again";

/// How to run it again, and how to tell that it was the same.
pub fn again(tables: &Tables) -> String {
    let manifest = &tables.manifest;
    let mut out = how_to_reproduce(manifest, commands("run", manifest), true);
    let rows: Vec<_> = manifest
        .runs
        .iter()
        .map(|run| {
            let number = (run.replicate + 1).to_string();
            let cut = if run.cut_short { " (cut short)" } else { "" };
            let ended = duration(run.ended_at_s) + cut;
            let cells = [run.system.clone(), number, ended, run.peak_online.to_string()];
            (cells.into_iter().chain([run.digest.clone()]).collect(), "")
        })
        .collect();
    if !rows.is_empty() {
        out += "<p>Equal digests mean equal runs.</p>\n";
        out += &table(&["system", "run", "ended at", "most online", "digest"], 5, &rows);
    }
    out
}

/// The section with those command lines. What is not `complete` cannot be compared.
pub fn how_to_reproduce(manifest: &Manifest, mut lines: String, complete: bool) -> String {
    let mut words = String::new();
    if !manifest.inputs.is_empty() {
        words +=
            "<p>The scenario looks for the files that it names in its own folder, hence the copies.</p>\n";
    }
    if complete {
        lines += "\nunchoke verify .";
        words += "<p>The last line runs it again, too, and compares every byte.</p>\n";
    }
    format!(
        "<h2>How to reproduce it</h2>\n<p>unchoke {}, seed {}. In this directory:</p>\n<pre>{}</pre>\n{words}",
        escape(&manifest.version),
        manifest.seed,
        escape(&lines)
    )
}

/// The command lines that do again what the manifest records: the last runs it, those before give it its files.
pub fn commands(verb: &str, manifest: &Manifest) -> String {
    let (copying, scenario) = match manifest.inputs.as_slice() {
        [] => (String::new(), "scenario.toml".to_owned()),
        inputs => (copying(inputs), format!("{FOLDER}/scenario.toml")),
    };
    let mut command = format!("{copying}unchoke {verb} {scenario}");
    if !manifest.overrides.iter().any(|o| o.key == "seed") {
        command += &format!(" --seed {}", manifest.seed);
    }
    for change in &manifest.overrides {
        command += &format!(" --set {}", quoted(&format!("{}={}", change.key, change.value)));
    }
    // A label with a comma cannot be written there; nor can it have been, so that all systems were run.
    if !manifest.systems.is_empty() && !manifest.systems.iter().any(|label| label.contains(',')) {
        command += &format!(" --systems={}", quoted_if_needed(&manifest.systems.join(",")));
    }
    if manifest.replicates > 0 {
        command += &format!(" --replicates {}", manifest.replicates);
    }
    if manifest.shuffle_ties {
        command += " --shuffle-ties";
    }
    command
}

/// Lines that put the scenario and its files, whose copies have other names, where they find each other.
fn copying(inputs: &[Input]) -> String {
    let place = |input: &Input| format!("{FOLDER}/{}", input.name);
    let folder = |input: &Input| place(input).rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let mut folders: Vec<String> = inputs.iter().filter_map(folder).chain([FOLDER.to_owned()]).collect();
    folders.sort_unstable();
    folders.dedup();
    let folders: Vec<String> = folders.iter().map(|folder| quoted_if_needed(folder)).collect();
    let mut lines = format!("mkdir -p {}\ncp scenario.toml {FOLDER}\n", folders.join(" "));
    for input in inputs {
        let copy = quoted_if_needed(&format!("inputs/{}", input.copy));
        lines += &format!("cp {copy} {}\n", quoted_if_needed(&place(input)));
    }
    lines
}

/// One word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// As a word of its own for a shell.
pub fn quoted_if_needed(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./,".contains(letter);
    if text.chars().all(plain) { text.to_owned() } else { quoted(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::manifest::Pair;

    fn manifest(systems: &[&str]) -> Manifest {
        let systems = systems.iter().map(|label| (*label).to_owned()).collect();
        Manifest { seed: 7, systems, replicates: 1, ..Manifest::default() }
    }

    #[test]
    fn systems_and_replicates_are_always_said() {
        let one = commands("run", &manifest(&["libtorrent"]));
        assert_eq!(one, "unchoke run scenario.toml --seed 7 --systems=libtorrent --replicates 1");
        let two = commands("sweep", &manifest(&["tit for tat", "it's"]));
        assert_eq!(
            two,
            r"unchoke sweep scenario.toml --seed 7 --systems='tit for tat,it'\''s' --replicates 1"
        );
        assert!(!commands("run", &manifest(&["a, b"])).contains("--systems"), "that would be two");
    }

    #[test]
    fn a_seed_of_the_command_line_is_said_once() {
        let overrides = vec![Pair { key: "seed".into(), value: "7".into() }];
        let command = commands("run", &Manifest { overrides, ..manifest(&["a"]) });
        assert_eq!(command, "unchoke run scenario.toml --set 'seed=7' --systems=a --replicates 1");
    }

    #[test]
    fn named_files_are_put_where_the_scenario_looks() {
        let input = |name: &str, copy: &str| Input { name: name.into(), copy: copy.into() };
        let inputs = vec![input("data/up load.csv", "0-up_load.csv"), input("peers.csv", "1-peers.csv")];
        let lines = commands("run", &Manifest { inputs, ..manifest(&["a"]) });
        let expected = "mkdir -p again again/data\n\
                        cp scenario.toml again\n\
                        cp inputs/0-up_load.csv 'again/data/up load.csv'\n\
                        cp inputs/1-peers.csv again/peers.csv\n\
                        unchoke run again/scenario.toml --seed 7 --systems=a --replicates 1";
        assert_eq!(lines, expected);
    }
}
