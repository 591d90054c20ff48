//! The real programs on folders of their own: laptops, a center, a line between them, clocks and disks that are not right.
//!
//! What a test needs and does not get ends it at once: a panic here means that the test could not be run as meant. What
//! a test guards is told apart from that, see [`crate::checks::Broken`].
#![allow(clippy::unwrap_used)]

mod answer;
mod browser;
pub mod canary;
mod center;
mod chance;
mod clock;
mod disk;
#[cfg(unix)]
mod faulty_disk;
mod laptop;
mod line;
mod memory;
mod official;
mod programs;
mod village;

pub use answer::Answer;
pub use browser::{Browser, Page};
pub use center::{ACCEPTOR, CONFIRMER, Center};
pub use chance::Chance;
pub use clock::ShiftedClock;
pub use disk::SmallDisk;
#[cfg(unix)]
pub use faulty_disk::{EIO, ENOSPC, FaultyDisk, Mishap};
pub use laptop::{Laptop, PIN, Running};
pub use line::Line;
pub use memory::{high_water_kib, run_measured};
pub use official::{Official, Rows};
pub use programs::Programs;
pub use village::{Household, Village, Villager};

pub use crate::cutting_proxy::{Cut, Manner};

/// Whether the long forms of the tests were asked for (`BANGBAN_LONG=1`).
pub fn long() -> bool {
    std::env::var_os("BANGBAN_LONG").is_some_and(|said| said == "1")
}

/// Says aloud that something could not be tested here, and why.
pub fn skip(why: &str) {
    eprintln!("SKIPPED: {why}");
}
