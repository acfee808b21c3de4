//! The command line as the user types it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::experiment::sweep::Shard;

const EXAMPLES: &str = "\
Examples:
  unchoke list                                   what is built in
  unchoke run free-riding                        run a built-in scenario
  unchoke run my.toml --replicates 10 -j 4       ten runs of each system on four threads
  unchoke run free-riding --set peers.free-rider.fraction=0.4
  unchoke sweep free-rider-sweep                 a question over many settings, with error bars
  unchoke new my-swarm                           a commented scenario to start from
  unchoke explain results/free-riding --peer 17 --at 300

Exit code: 0 done, 2 the input is wrong, 1 anything else.";

/// A deterministic laboratory for peer-to-peer file sharing.
///
/// One TOML file describes a population of peers; `unchoke run` plays it on a virtual clock through one or more systems and leaves
/// tables, plots, a page and a reading of what they show.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a scenario and write its results
    Run(RunArgs),
    /// Run every point of a scenario's [sweep], on all cores; goes on where it was stopped
    Sweep(SweepArgs),
    /// Join the parts of a sweep that were run with --shard
    Merge(MergeArgs),
    /// Check scenarios: report every problem, say what would be run and what it would cost
    Check(CheckArgs),
    /// Write a commented scenario to start from
    New(NewArgs),
    /// List the built-in scenarios
    List(ListArgs),
    /// Redraw the plots and the page from recorded results
    Plot(DirArgs),
    /// Rewrite the page alone from recorded results
    Report(DirArgs),
    /// Tell one peer's story: who unchoked and choked it and why, what it waited for
    Explain(ExplainArgs),
    /// Run recorded results again and compare every byte
    Verify(VerifyArgs),
    /// Hold the simulator against theory, documents, real clients and published experiments
    Validate(ValidateArgs),
    /// Print the JSON Schema of scenario files, for editors
    Schema,
    /// Print a script by which a shell completes the command line
    Completions(CompletionsArgs),
}

#[derive(Debug, Args)]
pub struct ScenarioArgs {
    /// Replace a key of the scenario, as in `--set stop.no-later-than=2h`; text needs no quotes
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = key_value)]
    pub sets: Vec<(String, String)>,

    /// Seed of all random numbers, instead of the scenario's: a whole number below 2^63
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub seed: Option<u64>,

    /// Only these systems of the scenario, by label
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub systems: Vec<String>,

    /// Runs of each system, each with people and chance of its own, instead of the scenario's number
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub replicates: Option<u32>,
}

/// How runs are made and told, of a scenario or of its sweep.
#[derive(Debug, Args)]
pub struct PlayArgs {
    /// Runs to make at the same time; one a core if not given. The results do not depend on it
    #[arg(
        short,
        long,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true,
        allow_negative_numbers = true
    )]
    pub jobs: usize,

    /// Print the summary as JSON instead of a table
    #[arg(long)]
    pub json: bool,

    /// Put events of the same time in a random order: a finding that changes under it is an artefact
    #[arg(long)]
    pub shuffle_ties: bool,

    /// Begin even if the runs seem not to fit in memory
    #[arg(long)]
    pub no_memory_check: bool,

    /// No progress bar
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// A scenario file, or the name of a built-in scenario
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,

    /// Where the results go; `results/<scenario's name>` if not given
    ///
    /// An existing directory is replaced only if it holds results of unchoke; other files in it stay.
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,

    #[command(flatten)]
    pub choice: ScenarioArgs,

    #[command(flatten)]
    pub play: PlayArgs,
}

#[derive(Debug, Args)]
pub struct SweepArgs {
    /// A scenario file with a [sweep], or the name of a built-in one
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,

    /// Where the results go; `results/<scenario's name>` if not given
    ///
    /// Points that are complete there are not run again. Another sweep there is not touched.
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,

    #[command(flatten)]
    pub choice: ScenarioArgs,

    /// Only part I of N of the points, as in `--shard 2/4`, for several machines; `unchoke merge` joins the parts
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub shard: Option<Shard>,

    /// Begin anew: what a former sweep left in the directory is removed
    #[arg(long)]
    pub fresh: bool,

    #[command(flatten)]
    pub play: PlayArgs,
}

#[derive(Debug, Args)]
pub struct MergeArgs {
    /// The directories of all parts
    #[arg(value_name = "DIR", required = true)]
    pub parts: Vec<PathBuf>,

    /// Where the joined results go
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,

    /// Begin anew: remove the sweep that is there
    #[arg(long)]
    pub fresh: bool,

    /// Print the estimates as JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Scenario files, or names of built-in scenarios
    #[arg(value_name = "SCENARIO", required = true)]
    pub scenarios: Vec<String>,

    #[command(flatten)]
    pub choice: ScenarioArgs,

    /// Print what would be run as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// Print the names and what they teach as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct NewArgs {
    /// The scenario's name; it is written to NAME.toml
    pub name: String,

    /// What to start from: a built-in scenario's name; a short general one if not given
    #[arg(long, value_name = "T")]
    pub template: Option<String>,
}

#[derive(Debug, Args)]
pub struct DirArgs {
    /// A results directory
    pub dir: PathBuf,
}

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A results directory
    pub dir: PathBuf,

    /// Runs to make at the same time; one a core if not given
    #[arg(short, long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub jobs: usize,

    /// Begin even if the runs seem not to fit in memory
    #[arg(long)]
    pub no_memory_check: bool,

    /// No progress bar
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub struct ValidateArgs {
    /// Only these experiments; all if none is named
    #[arg(value_name = "EXPERIMENT")]
    pub experiments: Vec<String>,

    /// Where tables, figures and the page go
    #[arg(short, long, value_name = "DIR", default_value = "results/validation")]
    pub output: PathBuf,

    /// Write the page and its figures to this folder of a documentation, too
    #[arg(long, value_name = "DIR")]
    pub docs: Option<PathBuf>,

    /// Fewer runs and smaller swarms: seconds instead of minutes
    #[arg(long)]
    pub fast: bool,

    /// Then put known faults into the model, one after the other, and say which rows notice
    #[arg(long)]
    pub mutations: bool,

    /// Runs to make at the same time; one a core if not given. The results do not depend on it
    #[arg(short, long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub jobs: usize,

    /// Print every row's verdict as JSON instead of a summary
    #[arg(long)]
    pub json: bool,

    /// Do not say which experiment is under way
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A results directory
    pub dir: PathBuf,

    /// The peer's number, as in `peers.csv`
    #[arg(long, value_name = "P")]
    pub peer: u32,

    /// Tell everything within 30 s of this moment of simulated time: `300`, `300s`, `5min`, `1h`
    #[arg(long, value_name = "T", value_parser = moment)]
    pub at: Option<f64>,

    /// Only in this system
    #[arg(long, value_name = "LABEL")]
    pub system: Option<String>,

    /// In which of the replicates
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub replicate: u32,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.trim().to_owned())),
        Some(_) => Err("the key before `=` is missing".into()),
        None => Err("write KEY=VALUE, as in `seed=7`".into()),
    }
}

fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').map(|(index, of)| (index.trim().parse(), of.trim().parse()));
    match parts {
        Some((Ok(index), Ok(of))) if (1..=of).contains(&index) => Ok(Shard { index, of }),
        Some(_) | None => Err("write I/N with I from 1 to N, as in 2/4".into()),
    }
}

/// A moment in seconds.
fn moment(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let end = text.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = match unit {
        "" | "s" => 1.0,
        "min" => 60.0,
        "h" => 3600.0,
        other => return Err(format!("`{other}` is no unit of time here; use s, min or h")),
    };
    match number.trim().parse::<f64>() {
        Ok(number) if number >= 0.0 && number.is_finite() => Ok(number * factor),
        Ok(_) | Err(_) => Err(format!("`{}` is no moment; write one as `300` or `5 min`", number.trim())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn moments() {
        assert_eq!(moment("300"), Ok(300.0));
        assert_eq!(moment("5 min"), Ok(300.0));
        assert_eq!(moment("1.5h"), Ok(5400.0));
        assert!(moment("-1").is_err() && moment("soon").is_err() && moment("3 d").is_err());
    }

    #[test]
    fn parts() {
        assert_eq!(shard("2/4"), Ok(Shard { index: 2, of: 4 }));
        assert!(["0/4", "5/4", "2", "a/b", "1/0"].iter().all(|text| shard(text).is_err()));
    }

    #[test]
    fn settings() {
        assert_eq!(key_value("a.b = 2 h"), Ok(("a.b".into(), "2 h".into())));
        assert_eq!(key_value("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert!(key_value("a").is_err() && key_value("=1").is_err());
    }
}
