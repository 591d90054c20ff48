//! `day`: a day in the village by the real programs, end to end. `./run` ends in it; `./test` runs it with `--once --json`.

use bangban_tests::day::{Options, run};
use std::io::IsTerminal;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut options = Options::default();
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--once" => options.once = true,
            "--json" => options.json = true,
            "--window" => options.window = true,
            _ => {
                eprintln!("day [--once] [--json] [--window]");
                return ExitCode::from(2);
            }
        }
    }
    let unattended = !std::io::stdin().is_terminal() && std::env::var("CI").is_ok_and(|said| said == "true");
    options.once |= unattended;
    run(options)
}
