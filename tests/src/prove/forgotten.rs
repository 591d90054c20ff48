//! PINs that are forgotten and keyrings that are lost, again and again on the same ledger: the township's code, read over the
//! phone, lets her in every time, once, and no row is missing afterwards (rules K1, K3).

use super::stores::runtime;
use super::{Proof, Step, Stepped};
use crate::checks::{Broken, DAHU, both_sides_are_whole, hold};
use crate::harness::{Center, Chance, Laptop};
use bangban_desk::fill::{Filling, fill};
use bangban_desk::keyring::Keyring;
use bangban_desk::sign_in::Door;
use bangban_desk::sync::{Persistence, sync};
use bangban_desk::{Desk, enrol};
use bangban_keys::{KdfCost, Zeroizing};
use bangban_model::Code;
use bangban_model::clock::SystemClock;
use bangban_model::ids::AgentId;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::TempDir;

/// So often one pair of laptop and center goes through it.
const TIMES_A_WORLD: u64 = 10;
const WRONG: &str = "9163058274";

/// See the module.
pub const PROOF: Proof = Proof { kind: "forgotten", runs: "PINs or keyrings lost", short: 20, step };

/// A keyring of a session that can end: what it kept is gone then.
#[derive(Default)]
struct Session(Mutex<BTreeMap<String, Vec<u8>>>);

impl Session {
    fn end(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Keyring for Session {
    fn is_there(&self) -> bool {
        true
    }
    fn get(&self, name: &str) -> Option<Zeroizing<Vec<u8>>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(name).cloned().map(Zeroizing::new)
    }
    fn keep(&self, name: &str, secret: &[u8]) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), secret.to_vec());
        true
    }
}

struct World {
    center: Center,
    laptop: Laptop,
    door: Door,
    keyring: Arc<Session>,
    pin: String,
    _folder: TempDir,
}

fn broken(problem: impl std::fmt::Display) -> Broken {
    Broken(problem.to_string())
}

impl World {
    fn new(step: &Step<'_>) -> Result<Self, Broken> {
        let mut center = Center::made(step.programs);
        center.serve();
        let folder = TempDir::with_prefix("bangban-forgotten-").map_err(broken)?;
        let keyring = Arc::new(Session::default());
        let door = Door {
            folder: folder.path().join("alice"),
            clock: Arc::new(SystemClock),
            keyring: keyring.clone(),
        };
        let pin = "7391846205".to_owned();
        let desk = door.make_ledger("周小琴", &pin, KdfCost::FLOOR).map_err(broken)?;
        runtime().block_on(enrol::enrol(&desk, &center.code(DAHU))).map_err(broken)?;
        let laptop = Laptop::at(step.programs, "alice", door.folder.clone());
        Ok(World { center, laptop, door, keyring, pin, _folder: folder })
    }

    fn report(&self, desk: &Desk) -> Result<(), Broken> {
        let persistence = Persistence::default();
        runtime().block_on(sync(desk, None, persistence, Arc::new(|_| {}))).map(drop).map_err(broken)
    }

    /// What the township reads out: from what it holds, or from the laptop's own file.
    fn code(&self, from_own_file: bool) -> Result<String, Broken> {
        let file = if from_own_file {
            self.door.folder.join("keys.json")
        } else {
            let laptop = self.center.run(&["laptop", "list"])["laptops"][0]["id"].as_str().map(str::to_owned);
            let file = self.center.file("escrow.json");
            let to = file.display().to_string();
            self.center.run(&[
                "escrow",
                "take",
                &laptop.unwrap_or_default(),
                "--to",
                &to,
                "--as",
                "陈管理员",
            ]);
            file
        };
        let key = self.center.data().join("offline/escrow.key").display().to_string();
        let found = self.center.run(&["escrow", "open", &file.display().to_string(), "--key", &key]);
        let groups = found["code"].as_array().cloned().unwrap_or_default();
        Ok(groups.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
    }
}

/// All that is in the ledger: entries and drafts, by number.
fn rows(desk: &Desk) -> Result<(u64, u64), Broken> {
    let count =
        |sql: &str| desk.ledger().entries().query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(broken);
    Ok((count("SELECT count(*) FROM entry")? as u64, count("SELECT count(*) FROM draft")? as u64))
}

fn chance_pin(chance: &mut Chance) -> String {
    loop {
        let pin: String = (0..10).map(|_| char::from(b'0' + chance.between(0, 10) as u8)).collect();
        if pin != WRONG && bangban_keys::Pin::parse(&pin).is_ok() {
            return pin;
        }
    }
}

fn step(mut step: Step<'_>) -> Stepped {
    let mut world = World::new(&step)?;
    let times = step.left.min(TIMES_A_WORLD);
    for _ in 0..times {
        lose_and_recover(&mut world, &mut step)?;
    }
    let desk = world.door.sign_in(&world.pin).map_err(broken)?;
    world.report(&desk)?;
    drop(desk);
    // The checks run the real program, which has no keyring here: she takes a PIN without one.
    let door = Door { keyring: Arc::new(bangban_desk::keyring::NoKeyring), ..world.door.clone() };
    let code = world.code(false)?;
    let agent = door
        .recovery_agents(&code)
        .map_err(broken)?
        .first()
        .map(|agent| agent.id)
        .ok_or_else(|| broken("nobody"))?;
    drop(door.recover(&code, agent, crate::harness::PIN).map_err(broken)?);
    world.laptop.run(&["sync"]);
    both_sides_are_whole(&[&world.laptop], &world.center)?;
    Ok(times)
}

fn lose_and_recover(world: &mut World, step: &mut Step<'_>) -> Result<(), Broken> {
    let seed = step.chance.number();
    let before = {
        let desk = world
            .door
            .sign_in(&world.pin)
            .map_err(|problem| broken(format!("she does not get in: {problem}")))?;
        fill(&desk, Filling { cases: 1, photos: 0, photo_bytes: 0, seed }, |_| {}).map_err(broken)?;
        world.report(&desk)?;
        fill(&desk, Filling { cases: 1, photos: 0, photo_bytes: 0, seed: seed ^ 1 }, |_| {})
            .map_err(broken)?;
        rows(&desk)?
    };
    let refused = if step.chance.between(0, 2) == 0 {
        world.keyring.end();
        step.count("keyrings lost");
        world.door.sign_in(&world.pin).err().map(|problem| problem.code)
    } else {
        step.count("PINs forgotten");
        let mut refused = None;
        for _ in 0..10 {
            refused = world.door.sign_in(WRONG).err().map(|problem| problem.code);
        }
        refused
    };
    hold(matches!(refused, Some(Code::KeyringLost | Code::PinLocked)), || format!("it opened: {refused:?}"))?;

    let code = world.code(step.chance.between(0, 3) == 0)?;
    let agents =
        world.door.recovery_agents(&code).map_err(|problem| broken(format!("nobody gets in: {problem}")))?;
    let agent: AgentId = agents.first().map(|agent| agent.id).ok_or_else(|| broken("nobody works here"))?;
    let pin = chance_pin(&mut step.chance);
    let desk = world.door.recover(&code, agent, &pin).map_err(broken)?;
    let after = rows(&desk)?;
    hold(after == before, || format!("rows were {before:?} and are {after:?}"))?;
    drop(desk);
    let again = world.door.recover(&code, agent, &pin).err().map(|problem| problem.code);
    hold(again == Some(Code::RecoveryUnknown), || format!("a code opened twice: {again:?}"))?;
    world.pin = pin;
    super::count(step.figures, "rows there afterwards", after.0 + after.1);
    Ok(())
}
