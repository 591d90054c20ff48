//! The harnesses that run long. Each proves one thing by many runs: it runs alone (`prove KIND --runs N`), prints its
//! figures, goes on from a seed file where it stopped, and tells the seed of a run that failed, which can be had alone
//! (`--seed`). Short forms are among the tests; with a protection taken out (`BANGBAN_PLANT`) each must find losses.
#![allow(clippy::unwrap_used)]

mod bytes;
mod clocks;
mod faults;
mod forgotten;
mod hostile;
mod kills;
mod power;
mod runs;
mod schedules;
mod seed_file;
mod stores;

pub use power::capture_by_words;
pub use runs::{Ended, Order, prove};

use crate::checks::Broken;
use crate::harness::{Chance, Programs};
use std::collections::BTreeMap;

/// What was counted, by name.
pub type Figures = BTreeMap<String, u64>;

/// Counts.
pub fn count(figures: &mut Figures, name: &str, more: u64) {
    *figures.entry(name.to_owned()).or_default() += more;
}

/// One step of a proof: a world of its own, in which some runs take place.
pub struct Step<'a> {
    /// The programs, where it starts any.
    pub programs: &'a Programs,
    /// Everything that happens by chance comes from here.
    pub chance: Chance,
    /// How many runs are left to do, at most.
    pub left: u64,
    /// How many runs were done in steps before this one, of how many.
    pub done: (u64, u64),
    /// Whether one seed was asked for, and nothing else is to run.
    pub alone: bool,
    /// What was counted.
    pub figures: &'a mut Figures,
}

impl Step<'_> {
    /// Counts one more.
    pub fn count(&mut self, name: &str) {
        count(self.figures, name, 1);
    }
}

/// How a step ended: how many runs it was, or what was lost.
pub type Stepped = Result<u64, Broken>;

/// A kind of proof.
pub struct Proof {
    /// Its name.
    pub kind: &'static str,
    /// What a run is.
    pub runs: &'static str,
    /// How many runs are its short form.
    pub short: u64,
    /// One step.
    pub step: fn(Step<'_>) -> Stepped,
}

/// Every kind.
pub const PROOFS: &[Proof] = &[
    kills::PROOF,
    schedules::PROOF,
    bytes::PROOF,
    power::PROOF,
    faults::PROOF,
    clocks::PROOF,
    hostile::PROOF,
    forgotten::PROOF,
];

/// The kind of this name.
pub fn proof(kind: &str) -> Option<&'static Proof> {
    PROOFS.iter().find(|proof| proof.kind == kind)
}
