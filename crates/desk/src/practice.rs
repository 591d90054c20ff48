//! 练习村: made-up people in a ledger of their own, to try everything on. It belongs to no center: its keys were never given to
//! one, and every way out of the laptop asks [`Desk::may_leave`] first. It is gone when she signs out.

use crate::desk::Desk;
use crate::error::DeskError;
use crate::job::Job;
use crate::keyring::NoKeyring;
use crate::office::Derivation;
use crate::roster;
use crate::sign_in::Door;
use bangban_keys::{OpeningKey, SigningKey};
use bangban_ledger::enrolment::NewLife;
use bangban_ledger::{Enrolment, Life};
use bangban_model::clock::Clock;
use bangban_model::ids::DistrictKey;
use bangban_model::words::Language;
use bangban_model::{Code, Digest, IncarnationId, StreamId};
use bangban_sync::messages::{CenterIdentity, EnrolReply, Village};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// No village has this code.
const VILLAGE: &str = "420703999299";
const HOUSEHOLDS: usize = 40;
const PEOPLE: usize = 130;
const SEED: u64 = 2023;

/// Where practice ledgers stand, beside hers; each has a folder of its own.
fn place_in(folder: &Path) -> PathBuf {
    folder.join("practice")
}

fn clear(folder: &Path) -> Result<(), DeskError> {
    match fs::remove_dir_all(folder) {
        Err(problem) if problem.kind() != ErrorKind::NotFound => Err(problem.into()),
        _ => Ok(()),
    }
}

/// Makes a practice village anew and sits her down in it. What a crash left of one before is taken away.
pub(crate) fn begin(folder: &Path, clock: Arc<dyn Clock>, language: Language) -> Result<Desk, DeskError> {
    let place = place_in(folder);
    clear(&place)?;
    let door = Door { folder: place.join(Uuid::new_v4().to_string()), clock, keyring: Arc::new(NoKeyring) };
    let (agent, village_name, center) = match language {
        Language::Chinese => ("练习员", "练习村", "练习（不报送）"),
        Language::English => ("Trainee", "Practice village", "Practice (nothing is sent)"),
    };
    // Nobody types it: what it keeps is made up and lasts until she signs out.
    let pin = format!("{:016}", Uuid::new_v4().as_u128() % 10_u128.pow(16));
    let mut desk = door.make_ledger(agent, &pin, Derivation::AtItsFloor.cost())?;
    desk.practice = true;
    let village = StreamId::parse(VILLAGE).ok_or(Code::Internal)?;
    let own = || Ok::<_, DeskError>(SigningKey::random()?.verifying_key());
    let center = CenterIdentity {
        id: Uuid::new_v4(),
        name: center.to_owned(),
        verifying_key: own()?,
        batch_key: OpeningKey::random().sealing_key(),
        escrow_key: OpeningKey::random().sealing_key(),
        root: None,
    };
    let district_key = DistrictKey(Digest::of(Uuid::new_v4().as_bytes()));
    let reply = EnrolReply {
        laptop: Uuid::new_v4(),
        token: String::new(),
        center,
        villages: vec![Village { code: village.clone(), name: village_name.to_owned() }],
        district_key: district_key.clone(),
    };
    let enrolment = Enrolment {
        address: String::new(),
        pins: Vec::new(),
        villages: vec![village.clone()],
        district_key,
        reply: serde_json::to_value(&reply).map_err(|_| Code::Internal)?,
    };
    let life = Life {
        id: IncarnationId(Uuid::now_v7()),
        signing: SigningKey::random()?,
        opening: OpeningKey::random(),
    };
    let new = NewLife { life, program: crate::enrol::PROGRAM.to_owned() };
    desk.ledger().enrol(enrolment, new, desk.clock.now())?;
    let made = roster::demo_workbook(SEED, VILLAGE, HOUSEHOLDS, PEOPLE, desk.clock.today())?;
    let preview = roster::preview_roster(&desk, &made)?;
    roster::import_roster(&desk, &preview, &village, &Job::quiet())?;
    Ok(desk)
}

impl Desk {
    /// Refuses what would leave this laptop where it is made up.
    pub(crate) fn may_leave(&self) -> Result<(), DeskError> {
        if self.practice { Err(Code::PracticeVillage.into()) } else { Ok(()) }
    }
}

/// So long a practice ledger is waited for to close.
const CLOSING: Duration = Duration::from_secs(30);

/// Takes a practice village away once whatever still works on it is done.
pub(crate) fn end(folder: &Path, desk: &Weak<Desk>) {
    let begun = Instant::now();
    while desk.strong_count() > 0 && begun.elapsed() < CLOSING {
        std::thread::sleep(Duration::from_millis(20));
    }
    if let Err(problem) = clear(folder) {
        tracing::info!(code = problem.code.as_str(), "the practice village goes next time");
    }
    // Their common place goes with the last of them.
    let _ = folder.parent().map(fs::remove_dir);
}
