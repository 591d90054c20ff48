//! The door: making a ledger, signing in by PIN, and getting in with a recovery code.

use crate::desk::Desk;
use crate::error::DeskError;
use crate::keyring::{Keyring, fresh_secret};
use crate::office::AgentCard;
use crate::pins::Pins;
use crate::repair;
use bangban_catalogue::Catalogue;
use bangban_keys::{DataKey, KdfCost, Opened, Pin, RecoveryCode, SlotFile};
use bangban_ledger::rotation::Keys;
use bangban_ledger::{Check, Ledger, laptop, slots, tries};
use bangban_model::Code;
use bangban_model::clock::Clock;
use bangban_model::ids::AgentId;
use bangban_model::planted;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, OnceLock, RwLock};
use std::time::Duration;
use uuid::Uuid;

/// How long deriving a key from a PIN should take on this machine.
pub const DERIVATION_TARGET: Duration = Duration::from_secs(1);

/// What a PIN opened.
pub(crate) struct Key {
    /// Whose it is.
    pub(crate) agent: AgentId,
    /// Open the databases.
    pub(crate) keys: Keys,
    /// The slots as they were read.
    pub(crate) slots: SlotFile,
}

/// Where a ledger is, and what it is opened with.
#[derive(Clone)]
pub struct Door {
    /// The ledger's folder.
    pub folder: PathBuf,
    /// The shell's clock.
    pub clock: Arc<dyn Clock>,
    /// Keeps the secrets beside PINs.
    pub keyring: Arc<dyn Keyring>,
}

impl Door {
    /// The door of the ledger in this folder, with the keyring of this machine.
    pub fn of(folder: &Path, clock: Arc<dyn Clock>) -> Self {
        Door { folder: folder.to_owned(), clock, keyring: crate::keyring::of_this_machine() }
    }

    /// Makes a ledger in the folder for its first agent, and signs her in.
    ///
    /// `derivation_cost` comes from [`calibrate`]. Nothing that stands in the folder is touched.
    pub fn make_ledger(
        &self,
        agent_name: &str,
        pin: &str,
        derivation_cost: KdfCost,
    ) -> Result<Desk, DeskError> {
        // Slots alone are what a try that was cut short leaves: `Ledger::create` begins anew over them.
        if laptop::is_there(&self.folder) {
            return Err(Code::LedgerExists.into());
        }
        let pin = self.pins().chosen(pin)?;
        let agent = AgentId(Uuid::now_v7());
        let name = agent.to_string();
        let data_key = DataKey::random()?;
        let secret = fresh_secret(&*self.keyring, &name)?;
        let secret = secret.as_ref().map(|secret| secret.as_slice());
        let slots = SlotFile::create(&data_key, &name, &pin, secret, derivation_cost)?;
        let ledger = Ledger::create(&self.folder, data_key, &slots, agent, agent_name)?;
        self.desk(ledger, agent)
    }

    /// PINs of this ledger.
    pub(crate) fn pins(&self) -> Pins<'_> {
        Pins { folder: &self.folder, keyring: &*self.keyring }
    }

    /// Signs an agent in with her PIN: whichever slot opens tells who she is. After ten wrong ones no PIN opens any more.
    pub fn sign_in(&self, pin: &str) -> Result<Desk, DeskError> {
        let Key { agent, keys, slots } = self.open_own_slots(pin)?;
        let ledger = self.open_whole(keys)?;
        // She left, and her slot is about to go: what she wrote now nobody would take.
        if ledger.agents_who_left()?.contains(&agent) {
            return Err(Code::WrongPin.into());
        }
        repair::keep_slots(&self.folder, &slots, self.clock.now());
        self.desk(ledger, agent)
    }

    /// Opens slots that stand elsewhere, as those of a second copy.
    pub(crate) fn open_slots(&self, slots: &SlotFile, pin: &str) -> Result<Opened, DeskError> {
        let pin = Pin::entered(pin).map_err(|_| DeskError::new(Code::WrongPin))?;
        Ok(self.pins().open(slots, None, &pin)?)
    }

    /// Opens the slots of this ledger; nothing else is touched. Wrong PINs count.
    pub(crate) fn open_own_slots(&self, pin: &str) -> Result<Key, DeskError> {
        let slots = slots::read(&self.folder)?;
        let opened = self.pins().try_pin(&slots, None, pin)?;
        let agent =
            opened.agent.as_deref().and_then(|agent| agent.parse().ok()).ok_or(Code::LedgerDamaged)?;
        let keys = Keys { data_key: opened.data_key, previous: opened.previous };
        Ok(Key { agent, keys, slots })
    }

    fn open(&self, opened: Opened) -> Result<Ledger, DeskError> {
        let Opened { data_key, previous, .. } = opened;
        self.open_whole(Keys { data_key, previous })
    }

    /// Opens the ledger where every page of it is whole.
    fn open_whole(&self, keys: Keys) -> Result<Ledger, DeskError> {
        match Ledger::open_checked(&self.folder, keys) {
            Ok(bangban_ledger::Opened::Whole(ledger)) => Ok(*ledger),
            Ok(bangban_ledger::Opened::Damaged(check)) => Err(repair::damaged(&check)),
            // The pictures' own order, of which only the beginning was looked at.
            Err(problem) if problem.code() == Code::LedgerDamaged => Err(repair::damaged(&Check::default())),
            Err(problem) => Err(problem.into()),
        }
    }

    /// The numbers of the recovery codes that open this ledger: the township sees the same beside the code.
    pub fn recovery_numbers(&self) -> Result<Vec<String>, DeskError> {
        Ok(slots::read(&self.folder)?.recovery_numbers().map(str::to_owned).collect())
    }

    /// Who works here, told to somebody with a recovery code. Nothing is changed, and the code is not used up.
    pub fn recovery_agents(&self, code: &str) -> Result<Vec<AgentCard>, DeskError> {
        let slots = slots::read(&self.folder)?;
        let code = RecoveryCode::parse(code)?;
        let ledger = self.open(slots.open_with_recovery(&code)?)?;
        let agents = ledger.agents()?.into_iter();
        Ok(agents.map(|(id, name)| AgentCard { id, name }).collect())
    }

    /// Gives an agent a new PIN with a recovery code, and signs her in. The code is used up; the next one goes to the
    /// township with the next report.
    pub fn recover(&self, code: &str, agent: AgentId, pin: &str) -> Result<Desk, DeskError> {
        let mut slots = slots::read(&self.folder)?;
        let (code, pin) = (RecoveryCode::parse(code)?, self.pins().chosen(pin)?);
        let opened = slots.open_with_recovery(&code)?;
        let mut ledger = self.open(opened)?;
        if !ledger.agents()?.iter().any(|(id, _)| *id == agent) {
            return Err(Code::AgentUnknown.into());
        }
        let keys = (ledger.data_key(), ledger.previous_key());
        self.pins().put(&mut slots, keys, &agent.to_string(), &pin)?;
        slots.spend_recovery(ledger.data_key(), &code)?;
        // The township is told first: a code that is used up and not replaced would be the last one.
        if !planted::out("no_new_code") {
            ledger.set_escrow_outdated()?;
        }
        slots::write(&self.folder, &slots)?;
        tries::forget(&self.folder)?;
        self.desk(ledger, agent)
    }

    fn desk(&self, ledger: Ledger, agent: AgentId) -> Result<Desk, DeskError> {
        let catalogue = RwLock::new(Catalogue::built_in()?);
        let agent_name = ledger.agents()?.into_iter().find(|(id, _)| *id == agent).map(|(_, name)| name);
        let device = OnceLock::new();
        if let Ok(life) = ledger.life() {
            let _ = device.set(life.id.to_string());
        }
        let ledger = Arc::new(Mutex::new(ledger));
        let desk = Desk {
            ledger,
            agent,
            clock: self.clock.clone(),
            keyring: self.keyring.clone(),
            catalogue,
            agent_name: agent_name.unwrap_or_default(),
            device,
            newest_form: AtomicU64::new(0),
            practice: false,
            second_copy: Default::default(),
            damaged_photo_pages: OnceLock::new(),
            damaged_within: OnceLock::new(),
            hints: Default::default(),
            doubles: Default::default(),
        };
        desk.renew_catalogue()?;
        crate::keys::go_on_moving(&desk);
        crate::sync::sweep_orphans(&desk);
        crate::sync::thin_photos(&desk);
        Ok(desk)
    }
}

/// The cost at which deriving a key takes about `target` here; never below the floor of 64 MiB.
pub fn calibrate(target: Duration) -> KdfCost {
    KdfCost::calibrate(target, |cost| {
        let begun = std::time::Instant::now();
        match cost.rehearse() {
            Ok(()) => begun.elapsed(),
            Err(_) => Duration::MAX,
        }
    })
}

/// Makes a ledger: see [`Door::make_ledger`].
pub fn make_ledger(
    folder: &Path,
    agent_name: &str,
    pin: &str,
    derivation_cost: KdfCost,
    clock: Arc<dyn Clock>,
) -> Result<Desk, DeskError> {
    Door::of(folder, clock).make_ledger(agent_name, pin, derivation_cost)
}

/// Signs an agent in: see [`Door::sign_in`].
pub fn sign_in(folder: &Path, pin: &str, clock: Arc<dyn Clock>) -> Result<Desk, DeskError> {
    Door::of(folder, clock).sign_in(pin)
}
