//! Making a ledger and signing in.

use crate::desk::Desk;
use crate::error::DeskError;
use crate::repair;
use bangban_catalogue::Catalogue;
use bangban_keys::{DataKey, KdfCost, Pin, SlotFile};
use bangban_ledger::{Ledger, Opened, laptop, slots};
use bangban_model::Code;
use bangban_model::clock::Clock;
use bangban_model::ids::AgentId;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, OnceLock, RwLock};
use std::time::Duration;
use uuid::Uuid;

/// How long deriving a key from a PIN should take on this machine.
pub const DERIVATION_TARGET: Duration = Duration::from_secs(1);

/// Makes a ledger in this folder for its first agent, and signs her in.
///
/// `derivation_cost` comes from [`calibrate`]. Nothing that stands in the folder is touched.
pub fn make_ledger(
    folder: &Path,
    agent_name: &str,
    pin: &str,
    derivation_cost: KdfCost,
    clock: Arc<dyn Clock>,
) -> Result<Desk, DeskError> {
    // Slots alone are what a try that was cut short leaves: `Ledger::create` begins anew over them.
    if laptop::is_there(folder) {
        return Err(Code::LedgerExists.into());
    }
    let pin = Pin::parse(pin)?;
    let agent = AgentId(Uuid::now_v7());
    let data_key = DataKey::random()?;
    let slots = SlotFile::create(&data_key, &agent.to_string(), &pin, None, derivation_cost)?;
    let ledger = Ledger::create(folder, data_key, &slots, agent, agent_name)?;
    desk(ledger, agent, clock)
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

/// Signs an agent in with her PIN: whichever slot opens tells who she is.
pub fn sign_in(folder: &Path, pin: &str, clock: Arc<dyn Clock>) -> Result<Desk, DeskError> {
    let key = open_slots(folder, pin)?;
    let ledger = match Ledger::open_checked(folder, key.data_key)? {
        Opened::Whole(ledger) => *ledger,
        Opened::Damaged(check) => return Err(repair::damaged(&check)),
    };
    repair::keep_slots(folder, &key.slots, clock.now());
    desk(ledger, key.agent, clock)
}

/// What a PIN opened.
pub(crate) struct Key {
    /// Whose it is.
    pub(crate) agent: AgentId,
    /// Opens the databases.
    pub(crate) data_key: DataKey,
    /// During a rotation, the key before it.
    pub(crate) previous: Option<DataKey>,
    /// The slots as they were read.
    pub(crate) slots: SlotFile,
}

/// Opens the slots of the ledger in this folder; nothing else is touched.
pub(crate) fn open_slots(folder: &Path, pin: &str) -> Result<Key, DeskError> {
    let slots = slots::read(folder)?;
    let pin = Pin::entered(pin).map_err(|_| DeskError::new(Code::WrongPin))?;
    let opened = slots.open_with_pin(None, &pin, None)?;
    let agent = opened.agent.as_deref().and_then(|agent| agent.parse().ok()).ok_or(Code::LedgerDamaged)?;
    Ok(Key { agent, data_key: opened.data_key, previous: opened.previous, slots })
}

fn desk(ledger: Ledger, agent: AgentId, clock: Arc<dyn Clock>) -> Result<Desk, DeskError> {
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
        clock,
        catalogue,
        agent_name: agent_name.unwrap_or_default(),
        device,
        newest_form: AtomicU64::new(0),
        damaged_photo_pages: OnceLock::new(),
    };
    desk.renew_catalogue()?;
    crate::sync::sweep_orphans(&desk);
    crate::sync::thin_photos(&desk);
    Ok(desk)
}
