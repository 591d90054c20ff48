//! `prove`: the harnesses that run long, each alone.

use bangban_tests::prove::{Order, PROOFS, capture_by_words, proof, prove};
use std::process::ExitCode;

const USAGE: &str = "prove KIND [--runs N] [--seed-file FILE] [--base N] [--seed N] [--keep-going]";
/// The protection that is taken out, in programs built for that.
const PLANT: &str = "BANGBAN_PLANT";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // A program that a harness starts: see `power.rs`.
    if let Some((first, rest)) = words.split_first()
        && first == "capture"
    {
        return capture_by_words(rest).map_or_else(usage, |()| ExitCode::SUCCESS);
    }
    let mut words = words.into_iter();
    let Some(proof) = words.next().as_deref().and_then(proof) else { return usage() };
    let mut order = Order { runs: proof.short, ..Order::default() };
    while let Some(word) = words.next() {
        let understood = match word.as_str() {
            "--runs" => number(words.next()).map(|runs| order.runs = runs),
            "--base" => number(words.next()).map(|base| order.base = Some(base)),
            "--seed" => number(words.next()).map(|seed| order.seed = Some(seed)),
            "--seed-file" => words.next().map(|path| order.seed_file = Some(path.into())),
            "--keep-going" => {
                order.keeps_going = true;
                Some(())
            }
            _ => None,
        };
        if understood.is_none() {
            return usage();
        }
    }
    // Asked for once in a process.
    order.plant = std::env::var(PLANT).ok().map(|name| &*Box::leak(name.into_boxed_str()));
    let ended = prove(proof, &order);
    println!("{} ({}): {ended}", proof.kind, proof.runs);
    if ended.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn number(word: Option<String>) -> Option<u64> {
    word?.parse().ok()
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    for proof in PROOFS {
        eprintln!("  {}: {}; short form {}", proof.kind, proof.runs, proof.short);
    }
    ExitCode::from(2)
}
