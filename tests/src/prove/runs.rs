//! Running a proof: step after step, each from a seed of its own.

use super::seed_file::{Failed, SeedFile};
use super::{Figures, Proof, Step};
use crate::checks::Broken;
use crate::harness::{Chance, Programs};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

/// No more failures than this are worth having.
const MOST_FAILURES: usize = 20;

/// What is asked of a proof.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// How many runs.
    pub runs: u64,
    /// Where it keeps how far it is, and goes on from.
    pub seed_file: Option<PathBuf>,
    /// From which seeds are made; by chance where nothing is said.
    pub base: Option<u64>,
    /// One step with this seed, alone.
    pub seed: Option<u64>,
    /// Goes on after a failure.
    pub keeps_going: bool,
    /// The protection that is taken out.
    pub plant: Option<&'static str>,
}

/// How a proof ended.
#[derive(Clone, Debug, Default)]
pub struct Ended {
    /// Runs done.
    pub runs: u64,
    /// What was counted.
    pub figures: Figures,
    /// Seeds that failed, each with what was lost.
    pub failed: Vec<(u64, String)>,
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} runs, {} failed", self.runs, self.failed.len())?;
        self.figures.iter().try_for_each(|(name, number)| write!(f, ", {number} {name}"))
    }
}

/// Runs a proof; tells of each step that failed as it happens.
pub fn prove(proof: &Proof, order: &Order) -> Ended {
    let programs = order.plant.map_or_else(Programs::quick, Programs::without);
    let kept = order.seed_file.as_ref().and_then(|path| SeedFile::read(path, proof.kind).unwrap());
    let mut file =
        kept.unwrap_or_else(|| SeedFile::new(proof.kind, order.base.unwrap_or_else(Chance::any_seed)));
    if order.seed.is_none() {
        println!("{}: seeds from {}, {} runs were done before", proof.kind, file.base, file.runs);
    }
    while file.runs < order.runs {
        let seed = order.seed.unwrap_or_else(|| file.seed_of(file.steps));
        let mut figures = file.figures.clone();
        let step = Step {
            programs: &programs,
            chance: Chance::from_seed(seed),
            left: order.runs - file.runs,
            done: (file.runs, order.runs),
            alone: order.seed.is_some(),
            figures: &mut figures,
        };
        let stepped = catch_unwind(AssertUnwindSafe(|| (proof.step)(step)));
        file.steps += 1;
        file.figures = figures;
        let why = match stepped {
            Ok(Ok(runs)) => {
                file.runs += runs.max(1);
                None
            }
            Ok(Err(Broken(why))) => Some(why),
            Err(panic) => Some(format!("it could not be run to its end: {}", said(panic.as_ref()))),
        };
        if let Some(why) = why {
            file.runs += 1;
            println!("{}: FAILED, --seed {seed}: {why}", proof.kind);
            file.failed.push(Failed { seed, why });
        }
        if let Some(path) = &order.seed_file {
            file.write(path).unwrap();
        }
        let enough = !file.failed.is_empty() && !order.keeps_going || file.failed.len() >= MOST_FAILURES;
        if enough || order.seed.is_some() {
            break;
        }
    }
    let failed = file.failed.into_iter().map(|failed| (failed.seed, failed.why)).collect();
    Ended { runs: file.runs, figures: file.figures, failed }
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic").to_owned()
}
