//! `bangban-center`: the township center's server and its staff's acts at a command line.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
