//! A disk that is full or fails at any write or fsync of laptop or center: it is told, never “saved” when it was not, and
//! nothing that was acknowledged is lost.
//!
//! libfiu fails by probability and by name of call; here it is the n-th operation on the program's own files, for every n.

use super::kills::World;
use super::{Proof, Step, Stepped};
use crate::checks::{Held, hold, received_means_held};
use crate::harness::{Answer, EIO, ENOSPC, Mishap};

/// So many faults happen to one pair of laptop and center.
const FAULTS_A_WORLD: u64 = 24;
/// No act takes more operations on a disk.
const MOST_OPERATIONS: u64 = 160;
/// What a disk says.
const MISHAPS: [Mishap; 3] = [Mishap::FailOnce(ENOSPC), Mishap::FailOnce(EIO), Mishap::FailOn(ENOSPC)];
/// What the disk fails under.
const ACTS: [Act; 5] = [Act::Submit, Act::Draft, Act::Fill, Act::ReportOnLaptop, Act::ReportAtCenter];

#[derive(Clone, Copy)]
enum Act {
    Submit,
    Draft,
    Fill,
    ReportOnLaptop,
    ReportAtCenter,
}

/// See the module. With 2,400 runs each act is tried with every fault at every operation; with fewer, they lie evenly.
pub const PROOF: Proof =
    Proof { kind: "faults", runs: "writes and fsyncs that failed or might have", short: 96, step };

fn step(mut step: Step<'_>) -> Stepped {
    let mut world = World::new(step.programs)?;
    let all = MOST_OPERATIONS * (MISHAPS.len() * ACTS.len()) as u64;
    let (done, of) = step.done;
    let runs = step.left.min(FAULTS_A_WORLD);
    for run in done..done + runs {
        let place = if of >= all { run % all } else { run * all / of };
        let act = ACTS[place as usize % ACTS.len()];
        let mishap = MISHAPS[place as usize / ACTS.len() % MISHAPS.len()];
        let operation = 1 + place / (ACTS.len() * MISHAPS.len()) as u64;
        let happened = fail(&mut world, act, mishap, operation, &mut step)
            .map_err(|broken| super::Broken(format!("{mishap:?} at {operation}: {}", broken.0)))?;
        step.count(if happened { "failed" } else { "over before" });
    }
    world.check()?;
    super::count(step.figures, "saves acknowledged", world.acknowledged.len() as u64);
    Ok(runs)
}

/// Whether it came to the fault.
fn fail(
    world: &mut World,
    act: Act,
    mishap: Mishap,
    operation: u64,
    step: &mut Step<'_>,
) -> Result<bool, super::Broken> {
    match act {
        Act::Submit | Act::Draft => {
            let mut words = world.submit.clone();
            if matches!(act, Act::Draft) {
                words.retain(|word| word != "--submit");
            }
            world.disk.plan(mishap, operation);
            let answer = world.alice.ask(&words);
            let happened = world.disk.cancel();
            world.keep(&answer);
            is_told(&answer)?;
            Ok(happened)
        }
        Act::Fill => {
            // What is not looked at again by the program that wrote it: the count alone tells.
            let before = world.alice.cases().len();
            let seed = step.chance.number().to_string();
            world.disk.plan(mishap, operation);
            let answer = world.alice.ask(&["fill", "--cases", "2", "--seed", &seed]);
            let happened = world.disk.cancel();
            is_told(&answer)?;
            let more = world.alice.cases().len() - before;
            let fits = if answer.is_good() { more == 2 } else { more == 0 || more == 2 };
            hold(fits, || format!("{more} of 2 cases are there after {answer}"))?;
            Ok(happened)
        }
        Act::ReportOnLaptop => {
            world.have_something_to_report(&mut step.chance);
            world.disk.plan(mishap, operation);
            let answer = world.alice.ask(&["sync", "--tries", "1"]);
            let happened = world.disk.cancel();
            is_told(&answer)?;
            received_means_held(&world.alice, &world.center)?;
            Ok(happened)
        }
        Act::ReportAtCenter => {
            world.have_something_to_report(&mut step.chance);
            world.center_disk.plan(mishap, operation);
            let answer = world.alice.ask(&["sync", "--tries", "1"]);
            let happened = world.center_disk.cancel();
            is_told(&answer)?;
            hold(!world.center.is_down(), || "the center ended over it".to_owned())?;
            received_means_held(&world.alice, &world.center)?;
            Ok(happened)
        }
    }
}

/// It went well, or there is a word for why not.
fn is_told(answer: &Answer) -> Held {
    let told = answer.is_good() || (answer.status.code() == Some(1) && !answer.code().is_empty());
    hold(told, || format!("no word for it: {answer}"))
}
