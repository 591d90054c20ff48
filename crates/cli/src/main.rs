//! `bangban`: desk at a command line. It parses, asks desk, and prints; no rule of the trade stands here.

mod args;
mod print;
mod run;
mod words;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
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
