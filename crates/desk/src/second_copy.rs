//! The second copy of the ledger (rule E4) as the agent meets it: where it is made, what waits for it, and a ledger restored from it.

use crate::desk::Desk;
use crate::enrol::PROGRAM;
use crate::error::DeskError;
use crate::sign_in::Door;
use bangban_keys::{DataKey, Opened, RecoveryCode, SlotFile};
use bangban_ledger::enrolment::NewLife;
use bangban_ledger::laptop;
use bangban_ledger::second_copy::{self, Copied, Copier, CopyKeys, Source};
use bangban_model::Code;
use bangban_model::clock::Clock;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use ts_rs::TS;

/// What a desk remembers of its second copy while it is open.
#[derive(Default)]
pub(crate) struct SecondCopy {
    copier: Mutex<Copier>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How the second copy stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct SecondCopyState {
    /// The folder that was chosen; none while no copy is made.
    pub place: Option<String>,
    /// Whether it is there now.
    pub here: bool,
    /// When everything was last in it (raw wall clock).
    pub copied_at: Option<String>,
    /// Entries that are in no receipt and not in the copy.
    pub entries_waiting: u64,
    /// Drafts that are not in the copy as they are now.
    pub drafts_waiting: u64,
    /// Why the last try did not come to its end.
    #[ts(type = "string | null")]
    pub problem: Option<Code>,
}

/// How the second copy stands, without touching it.
pub fn state(desk: &Desk) -> Result<SecondCopyState, DeskError> {
    let (place, waits) = {
        let ledger = desk.ledger();
        (ledger.second_copy()?, ledger.second_copy_waits()?)
    };
    let here = place.as_deref().is_some_and(Path::is_dir);
    let problem = match &place {
        Some(_) if !here => Some(Code::CopyMissing),
        Some(_) => waits.problem,
        None => None,
    };
    let copies = place.is_some();
    Ok(SecondCopyState {
        place: place.map(|place| place.display().to_string()),
        here,
        copied_at: waits.copied_at.filter(|_| copies),
        entries_waiting: waits.entries,
        drafts_waiting: waits.drafts,
        problem,
    })
}

/// From now on the copy is made in this folder; it is made at once.
pub fn set_place(desk: &Desk, place: &Path) -> Result<SecondCopyState, DeskError> {
    desk.ledger().set_second_copy(place)?;
    copy_now(desk)?;
    state(desk)
}

/// No copy is made any more; what was made stays.
pub fn turn_off(desk: &Desk) -> Result<SecondCopyState, DeskError> {
    desk.ledger().second_copy_off()?;
    desk.ledger().note_copy_problem(None)?;
    state(desk)
}

/// Brings the copy up to date.
pub fn copy_now(desk: &Desk) -> Result<Copied, DeskError> {
    copy_until(desk, &|| false)
}

/// The same in the background, ending early where `stop` says so: the rest is added the next time.
pub(crate) fn copy_until(desk: &Desk, stop: &dyn Fn() -> bool) -> Result<Copied, DeskError> {
    // One at a time: whoever asks meanwhile waits for the one under way.
    let mut copier = held(&desk.second_copy.copier);
    let previous = desk.ledger().previous_key().map(|key| DataKey::from_bytes(*key.expose()));
    let copied = copier.run(&desk.ledger, previous.as_ref(), desk.clock.now(), stop);
    desk.ledger().note_copy_problem(copied.as_ref().err().map(|problem| problem.code()))?;
    Ok(copied?)
}

/// After something was done: what is new goes into the copy. What hinders that hinders nothing else, and is shown.
pub fn follow(desk: &Desk) {
    match copy_now(desk) {
        Ok(Copied { records: 0, .. }) => {}
        Ok(copied) => tracing::debug!(records = copied.records, renewed = copied.renewed, "copied"),
        Err(problem) => tracing::warn!(code = problem.code.as_str(), "the second copy waits"),
    }
}

/// What came back from a second copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "RestoredLedger")]
pub struct Restored {
    /// Entries in no receipt: they wait to be sent again.
    pub entries: u64,
    /// Drafts.
    pub drafts: u64,
    /// Photos.
    pub photos: u64,
    /// Photos that are named and were not in the copy.
    pub photos_missing: u64,
    /// Entries that cannot be used because parts of their record are damaged.
    pub incomplete: u64,
    /// Records of the copy that are damaged.
    pub damaged: u64,
    /// Whether the end of the copy was cut, as when a stick is pulled out.
    pub torn: bool,
    /// Whether the next report to the township brings back what it holds.
    pub enrolled: bool,
}

/// The one copy in this place, for whoever opens it otherwise than by a PIN.
///
/// # Errors
/// `NoCopy`; `CopiesSeveral` with their names.
pub fn the_copy(place: &Path) -> Result<PathBuf, DeskError> {
    let mut copies = second_copy::find(place).map_err(|_| Code::NoCopy)?;
    if copies.len() > 1 {
        let names = copies.iter().filter_map(|copy| copy.file_name()).map(|name| name.to_string_lossy());
        return Err(DeskError::new(Code::CopiesSeveral).with("names", names.collect::<Vec<_>>()));
    }
    copies.pop().ok_or_else(|| Code::NoCopy.into())
}

/// Restores the ledger from the copy in this place behind a door without one. Whoever has a PIN of it may; she signs in afterwards.
pub fn restore(door: &Door, place: &Path, pin: &str) -> Result<Restored, DeskError> {
    restore_with(door, place, |slots| door.open_slots(slots, pin))
}

/// The same with a recovery code, where the PIN is forgotten or the keyring was that of the lost machine. The code is used up
/// only by [`Door::recover`], which follows.
pub fn restore_with_code(door: &Door, place: &Path, code: &str) -> Result<Restored, DeskError> {
    let code = RecoveryCode::parse(code)?;
    restore_with(door, place, |slots| Ok(slots.open_with_recovery(&code)?))
}

fn restore_with(
    door: &Door,
    place: &Path,
    open: impl FnOnce(&SlotFile) -> Result<Opened, DeskError>,
) -> Result<Restored, DeskError> {
    let (folder, clock) = (&door.folder, &*door.clock);
    if laptop::is_there(folder) {
        return Err(Code::LedgerExists.into());
    }
    let copy = the_copy(place)?;
    let slots = second_copy::slots_of(&copy)?;
    let opened = open(&slots)?;
    let keys = CopyKeys { data_key: &opened.data_key, previous: opened.previous.as_ref() };
    restore_opened(&Source { copy: &copy, slots: &slots, keys }, folder, clock)
}

/// The same with slots that were opened already, whatever opened them.
pub fn restore_opened(source: &Source<'_>, folder: &Path, clock: &dyn Clock) -> Result<Restored, DeskError> {
    let new = NewLife { life: bangban_sync::life::new_life()?, program: PROGRAM.to_owned() };
    let back = second_copy::restore(source, folder, new, clock.now())?;
    tracing::info!(
        entries = back.entries,
        drafts = back.drafts,
        photos = back.photos,
        "restored from a second copy"
    );
    let damage = back.damage;
    Ok(Restored {
        entries: back.entries,
        drafts: back.drafts,
        photos: back.photos,
        photos_missing: back.photos_missing,
        incomplete: back.incomplete,
        damaged: damage.lost_records + damage.unreadable_segments + damage.missing_segments,
        torn: damage.torn_bytes > 0,
        enrolled: back.enrolled,
    })
}
