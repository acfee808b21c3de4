//! The scripts by which shells complete the command line.

use std::process::Command;

use crate::support::Folder;

/// What bash offers after `unchoke` and these words, the last of which is being typed.
fn offered_by_bash(folder: &Folder, words: &[&str]) -> Vec<String> {
    let call = format!(
        "source unchoke.bash; COMP_WORDS=(unchoke {words}); COMP_CWORD={at}; \
         _unchoke unchoke '{current}' '{previous}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words = words.join(" "),
        at = words.len(),
        current = words[words.len() - 1],
        previous = if words.len() > 1 { words[words.len() - 2] } else { "unchoke" },
    );
    let offered = Command::new("bash").args(["-c", &call]).current_dir(folder.path()).output();
    let offered = offered.expect("bash starts");
    assert!(offered.status.success(), "{}", String::from_utf8_lossy(&offered.stderr));
    String::from_utf8(offered.stdout).expect("text").lines().map(str::to_owned).collect()
}

#[test]
fn every_shell_gets_a_script_that_knows_the_commands() {
    let folder = Folder::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = folder.unchoke(&["completions", shell]).code(0).stdout();
        for word in ["unchoke", "explain", "replicates"] {
            assert!(script.contains(word), "{shell} does not know `{word}`");
        }
    }
    folder.unchoke(&["completions", "command.com"]).code(2).complains(&["powershell"]);
}

#[test]
fn bash_completes_commands_options_and_scenarios() {
    if Command::new("bash").arg("--version").output().is_err() {
        eprintln!("skipped: there is no bash");
        return;
    }
    let folder = Folder::new();
    let script = folder.unchoke(&["completions", "bash"]).code(0).stdout();
    folder.write("unchoke.bash", &script);
    assert_eq!(offered_by_bash(&folder, &["swe"]), ["sweep"]);
    assert_eq!(offered_by_bash(&folder, &["sweep", "free-ridin"]), ["free-riding"]);
    assert_eq!(offered_by_bash(&folder, &["run", "free-riding", "--repl"]), ["--replicates"]);
    assert_eq!(offered_by_bash(&folder, &["run", "--quiet", "generous"]), ["generous-seed"]);
    assert_eq!(offered_by_bash(&folder, &["new", "mine", "--template", "mini"]), ["minimal"]);
    assert_eq!(offered_by_bash(&folder, &["run", "./mine"]), [""], "the shell then offers files");
}
