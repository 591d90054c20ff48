//! Two laptops and a center, and between them a post that delivers twice, late, in another order, in part or again after
//! months; copies of each are put back. Whatever the schedule, all end in one state, no value is lost but what only stood
//! where a copy took its place, and none gives way unseen.

mod act;
mod copies;
mod desk;
mod post_office;
mod truth;
mod world;

use super::{Proof, Step, Stepped};
use crate::checks::Broken;
use act::Schedule;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use world::World;

/// A schedule has so many acts.
const ACTS: std::ops::Range<usize> = 8..48;
/// So often a schedule that failed is made simpler, to be understood.
const MOST_SIMPLER: u32 = 80;

/// See the module.
pub const PROOF: Proof = Proof { kind: "schedules", runs: "schedules", short: 100, step };

fn step(mut step: Step<'_>) -> Stepped {
    let mut seed = [0; 32];
    for part in seed.chunks_mut(8) {
        part.copy_from_slice(&step.chance.number().to_le_bytes());
    }
    let config =
        Config { cases: 1, failure_persistence: None, max_shrink_iters: MOST_SIMPLER, ..Config::default() };
    let mut runner =
        TestRunner::new_with_rng(config.clone(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let ran = runner.run(&Schedule::sequential_strategy(ACTS), |(begin, acts, seen)| {
        World::test_sequential(config.clone(), begin, acts, seen);
        Ok(())
    });
    for (name, number) in world::counted() {
        super::count(step.figures, name, number);
    }
    ran.map(|()| 1).map_err(|problem| Broken(problem.to_string()))
}

#[cfg(test)]
mod tests {
    use super::act::{Act, Desk, Fate, PhotoFate, Telling};
    use super::*;

    fn report(laptop: usize) -> Act {
        let photos = PhotoFate { cut: usize::MAX };
        Act::Report { laptop, fate: Fate::Good, photos, telling: Telling::Good }
    }

    fn write(laptop: usize, field: usize) -> Act {
        Act::Write { laptop, person: 0, fields: vec![field], value: 9 }
    }

    /// Schedules that once failed, each as the harness made it simpler.
    fn holds(acts: impl IntoIterator<Item = Act>) {
        let config = Config { failure_persistence: None, ..Config::default() };
        World::test_sequential(config, (), acts.into_iter().collect(), None);
    }

    const COPY_CENTER: Act = Act::Copy { whose: 2 };
    const RESTORE_CENTER: Act = Act::PutBack { whose: 2, which: 0 };
    const CONFIRM: Act = Act::Staff(Desk::Confirm);

    const COPY_ALICE: Act = Act::Copy { whose: 0 };
    const RESTORE_ALICE: Act = Act::PutBack { whose: 0, which: 0 };

    #[test]
    fn d1_d2_what_only_another_laptop_has_comes_back_though_its_own_was_put_back_with_the_center() {
        holds([
            report(0),
            report(1),
            COPY_CENTER,
            COPY_ALICE,
            write(0, 0),
            report(0),
            report(1),
            RESTORE_CENTER,
            RESTORE_ALICE,
            write(0, 1),
            report(0),
            report(1),
            CONFIRM,
            report(1),
        ]);
    }

    #[test]
    fn d2_f3_who_wrote_before_a_restore_did_not_see_what_took_the_lost_places() {
        holds([
            report(0),
            report(1),
            COPY_CENTER,
            write(0, 0),
            report(0),
            write(0, 1),
            RESTORE_CENTER,
            write(1, 1),
            report(1),
            report(0),
            CONFIRM,
            report(0),
        ]);
    }
}
