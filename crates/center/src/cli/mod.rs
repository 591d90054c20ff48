//! The command line: it parses, asks the center, and prints; no rule of the trade stands here.

mod args;
mod print;
mod run;
mod serve;

use clap::Parser;
use std::process::ExitCode;

/// Runs one command.
pub fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("BANGBAN_LOG"))
        .with_writer(std::io::stderr)
        .init();
    let args = args::Args::parse();
    let printer = print::Printer::new(args.json);
    match run::run(args, &printer) {
        Ok(code) => code,
        Err(problem) => {
            printer.refuse(&problem);
            ExitCode::FAILURE
        }
    }
}
