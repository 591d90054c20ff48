//! The command line: it parses, asks the center, and prints; no rule of the trade stands here.

mod args;
mod backup;
mod erase;
mod escrow;
mod form;
mod item;
mod office;
mod offline;
mod print;
mod progress;
mod recovery;
mod run;
mod serve;
mod tls;

use bangban_center::CenterError;
use bangban_model::Code;
use clap::Parser;
use std::process::ExitCode;

/// Runs one command.
pub fn main() -> ExitCode {
    bangban_ledger::memory::keep_to_itself();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("BANGBAN_LOG"))
        .with_writer(std::io::stderr)
        .init();
    let args = match args::CommandLine::try_parse() {
        Ok(args) => args,
        Err(problem) => return misread(&problem),
    };
    let printer = print::Printer::new(args.json);
    match run::run(args, &printer) {
        Ok(code) => code,
        Err(problem) => {
            printer.refuse(&problem);
            ExitCode::FAILURE
        }
    }
}

/// What cannot be read as a command: for people in clap's own words, for programs as an error object like any other.
fn misread(problem: &clap::Error) -> ExitCode {
    let wants_json = std::env::args_os().any(|word| word == "--json");
    if !problem.use_stderr() || !wants_json {
        problem.exit();
    }
    let said = problem.to_string();
    let usage = said.lines().next().unwrap_or_default().to_owned();
    print::Printer::new(true).refuse(&CenterError::About(Code::BadInput, usage));
    ExitCode::FAILURE
}
