//! Clocks that jump by up to ten years, on laptops and at the center, in the middle of capturing and reporting: nothing is
//! refused for it, and nothing is in another order than it was written.

use super::stores::{new_ledger, open_ledger};
use super::{Proof, Step, Stepped};
use crate::checks::{DAHU, Held, both_sides_are_whole, hold};
use crate::harness::{Center, Laptop, ShiftedClock};
use std::sync::PoisonError;
use tempfile::TempDir;

/// So many reports are made by each pair of laptops.
const REPORTS_A_WORLD: u64 = 8;

/// See the module.
pub const PROOF: Proof = Proof { kind: "clocks", runs: "reports", short: 16, step };

fn step(mut step: Step<'_>) -> Stepped {
    let mut center = Center::made(step.programs);
    center.serve();
    let folder = TempDir::with_prefix("bangban-clocks-").unwrap();
    let mut laptops = Vec::new();
    for name in ["alice", "bob"] {
        let ledger = folder.path().join(name);
        new_ledger(&ledger, name);
        let mut laptop = Laptop::at(step.programs, name, ledger);
        laptop.run(&["enrol", &center.code(DAHU)]);
        laptop.set_clock(ShiftedClock::jumping(step.chance.number()).expect("a C compiler and LD_PRELOAD"));
        laptops.push(laptop);
    }
    // A code is good for ten minutes of the center's clock: from here on it has none to give.
    center.kill();
    center.set_clock(ShiftedClock::jumping(step.chance.number()).expect("a C compiler and LD_PRELOAD"));
    center.serve();
    let reports = step.left.min(REPORTS_A_WORLD);
    for _ in 0..reports {
        let laptop = &laptops[step.chance.between(0, 2) as usize];
        for _ in 0..step.chance.between(1, 3) {
            let seed = step.chance.number().to_string();
            laptop.run(&["fill", "--cases", "1", "--photos", "1", "--photo-bytes", "3000", "--seed", &seed]);
        }
        let answer = laptop.ask(&["sync", "--tries", "1"]);
        hold(answer.is_good(), || format!("a report was refused: {answer}"))?;
    }
    for laptop in &laptops {
        let answer = laptop.ask(&["sync"]);
        hold(answer.is_good(), || format!("a report was refused: {answer}"))?;
    }
    for laptop in laptops.iter().rev() {
        let answer = laptop.ask(&["sync"]);
        hold(answer.is_good(), || format!("a report was refused: {answer}"))?;
    }
    for laptop in &laptops {
        super::count(step.figures, "entries in their order", is_in_order(laptop)?);
    }
    let both: Vec<&Laptop> = laptops.iter().collect();
    both_sides_are_whole(&both, &center)?;
    photos_aside(&both, &center)?;
    Ok(reports)
}

/// Positions follow the order in which she wrote, whatever the clocks said. How many were looked at.
fn is_in_order(laptop: &Laptop) -> Result<u64, super::Broken> {
    let ledger = open_ledger(laptop.ledger()).unwrap();
    let ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
    let mut statement = ledger
        .entries()
        .prepare("SELECT seq FROM entry WHERE incarnation = ?1 AND position IS NOT NULL ORDER BY position")
        .unwrap();
    let life = ledger.life().unwrap().id.0;
    let order: Vec<i64> =
        statement.query_map([life], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    hold(order.is_sorted(), || format!("{}'s entries are in another order: {order:?}", laptop.name))?;
    hold(!order.is_empty(), || format!("{} has no entry in its place", laptop.name))?;
    Ok(order.len() as u64)
}

/// Both hold the same people and cases; each its own pictures, the center all.
fn photos_aside(laptops: &[&Laptop], center: &Center) -> Held {
    let there = center.status();
    for laptop in laptops {
        let here = laptop.status();
        for name in ["people", "cases"] {
            hold(here[name] == there[name], || format!("{name}: {} and {}", here[name], there[name]))?;
        }
        hold(here["pending_entries"] == 0 && here["pending_photos"] == 0, || format!("{here}"))?;
    }
    Ok(())
}
