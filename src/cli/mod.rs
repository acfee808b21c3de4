//! The commands. The only place that prints, and the only one that reads the wall clock.
//!
//! stdout carries results, stderr progress, warnings and errors. Exit code 0: done; 2: the input is wrong; 1: anything else.

mod again;
mod args;
mod check;
mod completions;
mod interrupt;
mod memory;
mod progress;
mod run;
mod source;
mod starters;
mod sweep;
mod table;
mod validate;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use serde::Serialize;

use args::{Cli, Command};

use crate::experiment::{DirectoryError, ExperimentError, ReproduceError};
use crate::report::ReportError;

/// Why a command did not do what was asked.
enum Failure {
    /// The user's input is wrong; the text says how, with a hint, and has been or will be printed.
    Input(String),
    /// Anything else.
    Other(String),
}

impl From<ExperimentError> for Failure {
    fn from(error: ExperimentError) -> Failure {
        match error {
            ExperimentError::Directory(error) => error.into(),
            ExperimentError::Recorded(error) => error.into(),
            ExperimentError::Merge(error) => Failure::Input(error.to_string()),
            ExperimentError::Table(_)
            | ExperimentError::NothingBegun
            | ExperimentError::Bug { .. }
            | ExperimentError::Threads { .. } => Failure::Other(error.to_string()),
        }
    }
}

impl From<DirectoryError> for Failure {
    fn from(error: DirectoryError) -> Failure {
        match error {
            DirectoryError::NoName(_)
            | DirectoryError::Fixed(..)
            | DirectoryError::NotOurs(_)
            | DirectoryError::OtherSweep { .. }
            | DirectoryError::Unwritable { .. }
            | DirectoryError::InUse(_) => Failure::Input(error.to_string()),
            DirectoryError::Io { .. } | DirectoryError::Swap { .. } => Failure::Other(error.to_string()),
        }
    }
}

impl From<ReproduceError> for Failure {
    fn from(error: ReproduceError) -> Failure {
        match error {
            ReproduceError::NoManifest(_) | ReproduceError::OtherFormat(_) => {
                Failure::Input(error.to_string())
            }
            ReproduceError::BadManifest { .. } => Failure::Input(format!(
                "{error}\n  hint: it is damaged; `unchoke run` makes the results anew"
            )),
            ReproduceError::Io { ref source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                Failure::Input(error.to_string())
            }
            ReproduceError::Io { .. }
            | ReproduceError::Changed(_)
            | ReproduceError::Scenario(_)
            | ReproduceError::NoSweep
            | ReproduceError::NoSystem(_) => Failure::Other(error.to_string()),
        }
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Failure {
        match error {
            ReportError::Missing { .. } | ReportError::BadRow { .. } => Failure::Input(error.to_string()),
            ReportError::Read { .. } | ReportError::Write { .. } => Failure::Other(error.to_string()),
        }
    }
}

/// Does what the command line asks.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // A closed pipe is no reason for another error.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    // A panic is a bug: its message has been printed by the hook; the exit code is that of any other failure.
    match std::panic::catch_unwind(|| dispatch(&cli.command)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(Failure::Input(text))) => fail(2, &text),
        Ok(Err(Failure::Other(text))) => fail(1, &text),
        Err(_) => fail(1, "this is a bug in unchoke; please report it with the scenario and the text above"),
    }
}

/// A line on stderr. Where it cannot be written, a full disk say, the work goes on: what is told there is no result.
fn note(text: std::fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

fn fail(code: u8, text: &str) -> ExitCode {
    if !text.is_empty() {
        note(format_args!("error: {}", text.trim_end()));
    }
    ExitCode::from(code)
}

fn dispatch(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Run(args) => run::run(args),
        Command::Sweep(args) => sweep::sweep(args),
        Command::Merge(args) => sweep::merge(args),
        Command::Check(args) => check::check(args),
        Command::New(args) => starters::new(args),
        Command::List(args) => starters::list(args),
        Command::Plot(args) => again::plot(&args.dir),
        Command::Report(args) => again::report(&args.dir),
        Command::Explain(args) => again::explain(args),
        Command::Verify(args) => again::verify(args),
        Command::Validate(args) => validate::validate(args),
        Command::Schema => starters::schema(),
        Command::Completions(args) => completions::completions(args.shell),
    }
}

/// Prints plain data for machines.
fn print_json(data: &impl Serialize) -> Result<(), Failure> {
    let mut text = serde_json::to_string_pretty(data).expect("plain data becomes JSON");
    text.push('\n');
    print(&text)
}

/// Prints to stdout; a reader that has gone away (`| head`) is no error.
fn print(text: &str) -> Result<(), Failure> {
    use std::io::{ErrorKind, Write};
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Other(format!("cannot write the result: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
