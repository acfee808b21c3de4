//! `unchoke completions`: a script by which a shell completes the command line.

use clap::builder::PossibleValuesParser;
use clap::{Arg, CommandFactory};
use clap_complete::Shell;

use super::args::Cli;
use super::{Failure, print};
use crate::scenario;

/// Prints the shell's script.
pub fn completions(shell: Shell) -> Result<(), Failure> {
    let mut command = Cli::command().mut_subcommands(|sub| sub.mut_args(|arg| named(arg, shell)));
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "unchoke", &mut script);
    print(&String::from_utf8(script).expect("a script is text"))
}

/// The argument with the names that it may have. A scenario may be a file as well: bash offers files where no name
/// fits, other shells would offer the names instead of files, so they get none.
fn named(arg: Arg, shell: Shell) -> Arg {
    let built_in = scenario::builtin().iter().map(|scenario| scenario.name);
    match arg.get_id().as_str() {
        "scenario" | "scenarios" if shell == Shell::Bash => {
            arg.value_parser(PossibleValuesParser::new(built_in))
        }
        "template" => arg.value_parser(PossibleValuesParser::new(scenario::templates())),
        _ => arg,
    }
}
