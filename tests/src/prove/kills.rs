//! kill -9 of laptop and center at any moment of capture and reporting: what was acknowledged is there, nothing is half.

use super::{Proof, Step, Stepped};
use crate::checks::{
    Broken, DAHU, Held, both_sides_are_whole, both_sides_hold_the_same, hold, received_means_held,
};
use crate::harness::{Answer, Center, Chance, FaultyDisk, Laptop, Mishap, Programs, Village};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// So many kills happen to one pair of laptop and center: making it takes as long as half a dozen kills.
const KILLS_A_WORLD: u64 = 50;
/// A program that a planned write did not kill was asked for too late; so often is it tried.
const MOST_TRIES: u64 = 20 * KILLS_A_WORLD;

/// See the module.
pub const PROOF: Proof = Proof { kind: "kills", runs: "programs killed", short: 40, step };

fn step(mut step: Step<'_>) -> Stepped {
    let wanted = step.left.min(KILLS_A_WORLD);
    let mut world = World::new(step.programs)?;
    let (mut kills, mut tries) = (0, 0);
    while kills < wanted {
        tries += 1;
        assert!(tries < MOST_TRIES, "nothing is killed any more");
        let (killed, name) = match step.chance.between(0, 5) {
            0 | 1 => (world.kill_while_capturing(&mut step.chance), "while a case was submitted"),
            2 => (world.kill_laptop_while_reporting(&mut step.chance), "laptops while reporting"),
            _ => (world.kill_center_while_reporting(&mut step.chance)?, "centers"),
        };
        if killed {
            kills += 1;
            step.count(name);
        }
    }
    world.check()?;
    super::count(step.figures, "saves acknowledged", world.acknowledged.len() as u64);
    Ok(kills)
}

/// A laptop and its center, each on a disk that can kill it.
pub(super) struct World {
    pub(super) center: Center,
    pub(super) center_disk: Arc<FaultyDisk>,
    pub(super) alice: Laptop,
    pub(super) disk: Arc<FaultyDisk>,
    /// Opens a case with a picture and submits it.
    pub(super) submit: Vec<String>,
    /// How many writes that takes, and how long.
    whole: (u64, Duration),
    /// The cases that must be there.
    pub(super) acknowledged: BTreeSet<String>,
}

impl World {
    pub(super) fn new(programs: &Programs) -> Result<Self, Broken> {
        let mut center = Center::made(programs);
        let center_disk = Arc::new(FaultyDisk::below(center.data()).expect("a C compiler and LD_PRELOAD"));
        center.set_disk(Some(center_disk.clone()));
        center.serve();
        let village = Village::small(programs);
        let mut alice = center.let_in("alice", DAHU);
        let imported = &alice.import_roster(&village)["people"];
        let people = alice.count("people");
        hold(*imported == people, || format!("{imported} people were acknowledged, {people} are there"))?;
        let disk = Arc::new(FaultyDisk::below(alice.ledger()).expect("a C compiler and LD_PRELOAD"));
        alice.set_disk(Some(disk.clone()));
        let answers = alice.write("card.json", json!(village.card()).to_string().as_bytes());
        let photo = alice.write("photo.jpg", Village::photograph_bytes());
        let person = village.household.other.number.clone();
        let words = ["case", "open", "--again", "--item", "SSC", "--person", &person];
        let more = ["--answers", &answers, "--photo", &photo, "--consent", "--submit"];
        let submit = words.iter().chain(&more).map(|&word| word.to_owned()).collect();
        let mut world = World {
            center,
            center_disk,
            alice,
            disk,
            submit,
            whole: (0, Duration::ZERO),
            acknowledged: BTreeSet::new(),
        };
        let (before, begun) = (world.disk.operations(), Instant::now());
        let answer = world.alice.ask(&world.submit);
        world.whole = (world.disk.operations() - before, begun.elapsed());
        world.keep(&answer);
        Ok(world)
    }

    /// An acknowledged case must be there from now on.
    pub(super) fn keep(&mut self, answer: &Answer) {
        if let Some(id) = answer.said["id"].as_str() {
            self.acknowledged.insert(id.to_owned());
        }
    }

    fn kill_while_capturing(&mut self, chance: &mut Chance) -> bool {
        let (writes, took) = self.whole;
        let by_write = chance.between(0, 4) > 0;
        if by_write {
            // A little beyond the end: right after the acknowledgement is a moment too.
            self.disk.plan(any_kill(chance), chance.between(1, writes + 2));
        }
        let running = self.alice.start(&self.submit);
        let answer = match by_write {
            true => running.answer(),
            false => running.kill_after(took.mul_f64(chance.between(20, 110) as f64 / 100.0)),
        };
        self.disk.cancel();
        self.keep(&answer);
        was_killed(&answer)
    }

    fn kill_laptop_while_reporting(&mut self, chance: &mut Chance) -> bool {
        self.have_something_to_report(chance);
        // An exchange is about 150 operations on this disk; most of them are the text's.
        self.disk.plan(any_kill(chance), chance.between(1, 150));
        let answer = self.alice.ask(&["sync", "--tries", "1"]);
        self.disk.cancel();
        was_killed(&answer)
    }

    /// What the laptop shows as received is looked for at once in what the center left behind.
    fn kill_center_while_reporting(&mut self, chance: &mut Chance) -> Result<bool, Broken> {
        self.have_something_to_report(chance);
        self.center_disk.plan(Mishap::Nothing, 0);
        if chance.between(0, 4) > 0 {
            self.center_disk.plan(any_kill(chance), chance.between(1, 100));
            let _ = self.alice.ask(&["sync", "--tries", "1"]);
        } else {
            let running = self.alice.start(&["sync", "--tries", "1"]);
            std::thread::sleep(Duration::from_micros(chance.between(20_000, 120_000)));
            self.center.kill();
            running.answer();
        }
        // One that is being killed this moment counts as dead.
        let died = self.center_disk.cancel() || self.center.is_down();
        if died {
            self.center.kill();
            received_means_held(&self.alice, &self.center)?;
            self.center.serve();
        }
        Ok(died)
    }

    pub(super) fn have_something_to_report(&mut self, chance: &mut Chance) {
        // Asked in this process: starting a program for it takes as long as the report.
        let pending = self.alice.desk().ledger().pending_entries().unwrap();
        if pending == 0 || chance.between(0, 3) == 0 {
            let seed = chance.number().to_string();
            let fill = ["fill", "--cases", "2", "--photos", "1", "--photo-bytes", "150000", "--seed", &seed];
            self.alice.run(&fill);
        }
    }

    pub(super) fn check(&self) -> Held {
        let kept = self.alice.cases();
        for id in &self.acknowledged {
            let case = kept.get(id);
            hold(case.is_some(), || format!("the acknowledged case {id} is gone"))?;
        }
        for (id, case) in &kept {
            let standing = case["standing"].as_str().unwrap_or_default();
            // What was not acknowledged is there whole, or as a draft, or not at all.
            let whole = standing == "draft" || case["photos"] == 1;
            hold(whole, || format!("case {id} is {standing} and has {} photos", case["photos"]))?;
        }
        both_sides_are_whole(&[&self.alice], &self.center)?;
        let reported = self.alice.ask(&["sync"]);
        hold(reported.is_good(), || format!("it cannot report any more: {reported}"))?;
        both_sides_hold_the_same(&[&self.alice], &self.center)?;
        both_sides_are_whole(&[&self.alice], &self.center)
    }
}

fn any_kill(chance: &mut Chance) -> Mishap {
    chance.one_of(&[Mishap::KillBefore, Mishap::KillTorn, Mishap::KillAfter])
}

fn was_killed(answer: &Answer) -> bool {
    use std::os::unix::process::ExitStatusExt;
    answer.status.signal() == Some(9)
}
