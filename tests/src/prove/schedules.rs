//! Two laptops and a center, and between them a post that delivers twice, late, in another order, in part or again after
//! months; copies of each are put back. Whatever the schedule, all end in one state, no value is lost but what only stood
//! where a copy took its place, and none gives way unseen.

mod act;
mod copies;
mod desk;
mod known;
mod post_office;
mod truth;
mod world;

use super::{Proof, Step, Stepped};
use crate::checks::Broken;
use act::Schedule;
use proptest::strategy::Just;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use world::World;

/// A schedule has so many acts.
const ACTS: std::ops::Range<usize> = 8..48;
/// So often a schedule that failed is made simpler, to be understood.
const MOST_SIMPLER: u32 = 80;

/// See the module. The first runs are the schedules that once failed.
pub const PROOF: Proof = Proof { kind: "schedules", runs: "schedules", short: 100, step };

fn step(mut step: Step<'_>) -> Stepped {
    let known = known::all().into_iter().nth(usize::try_from(step.done.0).unwrap_or(usize::MAX));
    let known = known.filter(|_| !step.alone);
    let mut seed = [0; 32];
    for part in seed.chunks_mut(8) {
        part.copy_from_slice(&step.chance.number().to_le_bytes());
    }
    let config =
        Config { cases: 1, failure_persistence: None, max_shrink_iters: MOST_SIMPLER, ..Config::default() };
    let mut runner =
        TestRunner::new_with_rng(config.clone(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let ran = match known {
        Some((name, acts)) => runner
            .run(&Just(acts), |acts| {
                World::test_sequential(config.clone(), (), acts, None);
                Ok(())
            })
            .map_err(|problem| format!("{name}: {problem}")),
        None => runner
            .run(&Schedule::sequential_strategy(ACTS), |(begin, acts, seen)| {
                World::test_sequential(config.clone(), begin, acts, seen);
                Ok(())
            })
            .map_err(|problem| problem.to_string()),
    };
    for (name, number) in world::counted() {
        super::count(step.figures, name, number);
    }
    ran.map(|()| 1).map_err(Broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_that_once_failed_hold() {
        for (name, acts) in known::all() {
            println!("{name}");
            World::test_sequential(Config { failure_persistence: None, ..Config::default() }, (), acts, None);
        }
    }
}
