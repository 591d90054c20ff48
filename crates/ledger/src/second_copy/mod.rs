//! The second copy (rule E4): what no receipt covers yet, and drafts, sealed and added to a folder on a stick or another disk.
//!
//! A copy is a folder `bangban-copy-…` with the ledger's slots and segments ([`segment`]). What stands in it is told by its records
//! alone ([`inventory`]); what it lacks is the difference to the ledger ([`wanted`]). Nothing is ever changed in its place.
//! What is in the copy is as secret as the ledger, and is opened by the same slots.

mod folder;
mod inventory;
mod place;
mod record;
mod restore;
mod segment;
mod sorted;
mod wanted;

pub use folder::{Damage, read};
pub use place::{find, slots_of};
pub use record::{
    CopiedEntry, Covered, Foundation, Head, KeptReceipt, LifeRow, NamedPhoto, PhotoBytes, Record,
};
pub use restore::{Restored, Source, restore};
pub use segment::CopyKeys;

use crate::error::LedgerError;
use crate::laptop::Ledger;
use bangban_keys::DataKey;
use bangban_model::{Code, Digest};
use chrono::{DateTime, FixedOffset};
use folder::Folder;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;
use wanted::{Mark, Plan};

const PLACE: &str = "second_copy_place";
const PROBLEM: &str = "second_copy_problem";
const MARKS: &str = "second_copy_marks";
/// So many copies are remembered: sticks that are used in turn.
const MOST_MARKS: usize = 8;
/// About so much is read from the ledger, and then written, in one step (bytes).
const STEP_BYTES: usize = 4 * 1024 * 1024;

/// Where the copy is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    /// The folder that was chosen; none while no copy is made.
    path: Option<PathBuf>,
    /// What this ledger's copies are called by.
    id: Uuid,
}

/// How far the ledger knows its copies to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Marks {
    /// The one that was written last,
    last: Option<Uuid>,
    /// and each by the id of its folder.
    of: BTreeMap<Uuid, Mark>,
}

/// What waits for the second copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyWaits {
    /// Entries in no receipt and not in the copy.
    pub entries: u64,
    /// Drafts of which the copy has no version or an older one.
    pub drafts: u64,
    /// When everything was last in the copy, by the raw wall clock.
    pub copied_at: Option<String>,
    /// Why the last run did not come to its end.
    pub problem: Option<Code>,
}

impl Ledger {
    /// Where the second copy is made, if it is.
    pub fn second_copy(&self) -> Result<Option<PathBuf>, LedgerError> {
        Ok(noted::<Place>(&self.entries, PLACE)?.and_then(|place| place.path))
    }

    /// From now on the second copy is made in this folder.
    ///
    /// # Errors
    /// `CopyMissing` where there is no such folder, `CopyBesideLedger` where it is the ledger's own.
    pub fn set_second_copy(&mut self, path: &Path) -> Result<(), LedgerError> {
        let (path, real) = (std::path::absolute(path)?, path.canonicalize().map_err(|_| Code::CopyMissing)?);
        if !real.is_dir() {
            return Err(Code::CopyMissing.into());
        }
        if self.folder().canonicalize().is_ok_and(|own| real.starts_with(own)) {
            return Err(Code::CopyBesideLedger.into());
        }
        let known = noted::<Place>(&self.entries, PLACE)?;
        let id = known.map_or_else(Uuid::new_v4, |known| known.id);
        note(&self.entries, PLACE, &Place { path: Some(path), id })?;
        let marks = noted::<Marks>(&self.entries, MARKS)?.unwrap_or_default();
        note(&self.entries, MARKS, &Marks { last: None, ..marks })
    }

    /// No second copy is made any more. What was made stays where it is.
    pub fn second_copy_off(&mut self) -> Result<(), LedgerError> {
        let Some(place) = noted::<Place>(&self.entries, PLACE)? else { return Ok(()) };
        note(&self.entries, PLACE, &Place { path: None, ..place })
    }

    /// What waits for the second copy, as far as this ledger knows; the place may be away.
    pub fn second_copy_waits(&self) -> Result<CopyWaits, LedgerError> {
        let marks = noted::<Marks>(&self.entries, MARKS)?.unwrap_or_default();
        let mark = marks.last.and_then(|last| marks.of.get(&last).cloned()).unwrap_or_default();
        let life = mark.life.map(|life| life.0).unwrap_or_default();
        let entries: i64 = self
            .entries
            .prepare_cached(
                "SELECT count(*) FROM entry WHERE standing IN ('pending', 'held') AND NOT (incarnation = ?1 AND seq <= ?2)",
            )?
            .query_row(params![life, mark.seq as i64], |row| row.get(0))?;
        let drafts = self.drafts()?;
        let waits =
            drafts.iter().filter(|one| mark.drafts.get(&one.id) != Some(&inventory::print_of_draft(one)));
        let (entries, drafts) = (entries as u64, waits.count() as u64);
        Ok(CopyWaits { entries, drafts, copied_at: mark.at, problem: noted(&self.entries, PROBLEM)? })
    }

    /// Remembers why a run did not come to its end, or that it did: for whoever asks in another program.
    pub fn note_copy_problem(&mut self, problem: Option<Code>) -> Result<(), LedgerError> {
        if noted(&self.entries, PROBLEM)? == problem {
            return Ok(());
        }
        match problem {
            Some(problem) => note(&self.entries, PROBLEM, &problem),
            None => {
                self.entries.prepare_cached("DELETE FROM note WHERE key = ?1")?.execute([PROBLEM])?;
                Ok(())
            }
        }
    }

    /// How many rows were written since this ledger was opened.
    fn writes(&self) -> Result<(i64, i64), LedgerError> {
        let of = |connection: &Connection| {
            connection.prepare_cached("SELECT total_changes()")?.query_row([], |row| row.get(0))
        };
        Ok((of(&self.entries)?, of(&self.photos)?))
    }
}

fn noted<T: DeserializeOwned>(connection: &Connection, key: &str) -> Result<Option<T>, LedgerError> {
    let text: Option<String> = connection
        .prepare_cached("SELECT value FROM note WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    // What a newer program noted is noted anew: the copy itself tells everything.
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

fn note<T: Serialize>(connection: &Connection, key: &str, value: &T) -> Result<(), LedgerError> {
    let text = serde_json::to_string(value).map_err(|_| LedgerError::Damaged("a note cannot be written"))?;
    connection
        .prepare_cached(
            "INSERT INTO note (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute([key, &text])?;
    Ok(())
}

/// What a run of the copier brought about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Records that were added.
    pub records: u64,
    /// Whether the copy was written anew, without what nobody needs any more.
    pub renewed: bool,
    /// Whether some of it still has the data key before the one in force (rule K2).
    pub behind: bool,
}

/// Brings the second copy up to date, as often as it is told to. It remembers what stands there, so that only what is new is
/// read and written; the ledger is held for moments, and never while the place is written to.
#[derive(Default)]
pub struct Copier {
    open: Option<(PathBuf, Digest, Folder)>,
    seen: Option<((i64, i64), Digest)>,
}

/// What a run needs to know of the ledger before it begins.
struct Begin {
    place: PathBuf,
    id: Uuid,
    data_key: DataKey,
    /// Of the data key: a folder that was opened under another one is opened anew.
    key_print: Digest,
    slots: Vec<u8>,
    marks: Marks,
    seen: ((i64, i64), Digest),
}

fn held(ledger: &Mutex<Ledger>) -> MutexGuard<'_, Ledger> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Copier {
    /// Adds what the copy lacks; nothing where no place was chosen, or nothing is new. Ends early where `stop` says so: the rest
    /// is added the next time. `previous` is the data key before the one in force, while a rotation goes on (rule K2).
    ///
    /// # Errors
    /// `CopyMissing`, `CopyFull` or `CopyNotWritten`: nothing is lost by them, and the next run goes on.
    pub fn run(
        &mut self,
        ledger: &Mutex<Ledger>,
        previous: Option<&DataKey>,
        at: DateTime<FixedOffset>,
        stop: &dyn Fn() -> bool,
    ) -> Result<Copied, LedgerError> {
        let Some(begin) = Begin::read(&held(ledger))? else {
            self.open = None;
            return Ok(Copied::default());
        };
        if !begin.place.is_dir() {
            self.open = None;
            return Err(Code::CopyMissing.into());
        }
        let known = self.open.take().filter(|(place, key, folder)| {
            *place == begin.place && *key == begin.key_print && folder.is_as_known()
        });
        if known.is_some() && self.seen == Some(begin.seen) {
            self.open = known;
            return Ok(Copied::default());
        }
        self.seen = None;
        let keys = CopyKeys { data_key: &begin.data_key, previous };
        let mut folder = match known {
            Some((_, _, folder)) => folder,
            None => Folder::open(&begin.place, begin.id, keys).map_err(|it| of_place(it, &begin.place))?,
        };
        let mut copied = Copied::default();
        let mut outcome = bring_up_to_date(ledger, &begin, &mut folder, stop, &mut copied);
        if is_full(&outcome) {
            // What nobody needs any more may make room.
            folder = Folder::open(&begin.place, begin.id, keys).map_err(|it| of_place(it, &begin.place))?;
            if folder.has_waste() && folder.renew(keys).is_ok() {
                copied.renewed = true;
                outcome = bring_up_to_date(ledger, &begin, &mut folder, stop, &mut copied);
            }
        }
        let Some(plan) = outcome? else { return Ok(Copied { behind: previous.is_some(), ..copied }) };
        let erased_before = begin.marks.of.get(&folder.instance).map_or(0, |mark| mark.erasures);
        let mut is_well = true;
        if plan.erasures != erased_before || folder.is_worth_renewing() {
            // Everything new is there already: what hinders this is tried again the next time.
            is_well = folder.renew(keys).is_ok();
            copied.renewed |= is_well;
        }
        let erasures = if is_well { plan.erasures } else { erased_before };
        let writes = keep_mark(&mut held(ledger), &folder, begin.marks, &Plan { erasures, ..plan }, at)?;
        if is_well {
            self.seen = Some((writes, begin.seen.1));
            self.open = Some((begin.place, begin.key_print, folder));
        }
        Ok(Copied { behind: previous.is_some() && !is_well, ..copied })
    }
}

impl Begin {
    fn read(ledger: &Ledger) -> Result<Option<Begin>, LedgerError> {
        let place = noted::<Place>(&ledger.entries, PLACE)?;
        let Some((place, id)) = place.and_then(|place| Some((place.path?, place.id))) else {
            return Ok(None);
        };
        let slots = std::fs::read(crate::slots::path(ledger.folder()))?;
        let seen = (ledger.writes()?, Digest::of(&slots));
        let data_key = DataKey::from_bytes(*ledger.data_key().expose());
        let marks = noted(&ledger.entries, MARKS)?.unwrap_or_default();
        let key_print = Digest::of(ledger.data_key().expose());
        Ok(Some(Begin { place, id, data_key, key_print, slots, marks, seen }))
    }
}

/// Adds step by step what the folder lacks. Answers the last plan; none where it was stopped.
fn bring_up_to_date(
    ledger: &Mutex<Ledger>,
    begin: &Begin,
    folder: &mut Folder,
    stop: &dyn Fn() -> bool,
    copied: &mut Copied,
) -> Result<Option<Plan>, LedgerError> {
    folder.keep_slots(&begin.slots).map_err(|it| of_place(it, &begin.place))?;
    let mark = begin.marks.of.get(&folder.instance).cloned().unwrap_or_default();
    loop {
        let plan = wanted::plan(&held(ledger), &folder.inventory, &mark, STEP_BYTES)?;
        if !plan.records.is_empty() {
            folder.append(&plan.records).map_err(|it| of_place(it, &begin.place))?;
            copied.records += plan.records.len() as u64;
        }
        if !plan.more {
            return Ok(Some(plan));
        }
        if stop() {
            return Ok(None);
        }
    }
}

/// Notes in the ledger how far the copy is. Answers what was written so far.
fn keep_mark(
    ledger: &mut Ledger,
    folder: &Folder,
    mut marks: Marks,
    plan: &Plan,
    at: DateTime<FixedOffset>,
) -> Result<(i64, i64), LedgerError> {
    let before = marks.of.remove(&folder.instance).unwrap_or_default();
    let there = &folder.inventory.drafts;
    let drafts = plan.drafts.iter().filter_map(|(id, print)| {
        let is_there = there.get(id).is_some_and(|kept| kept.what.print == *print);
        let print = if is_there { Some(*print) } else { before.drafts.get(id).copied() };
        print.map(|print| (*id, print))
    });
    let (life, seq) = plan.tail.unzip();
    let mark = Mark {
        life,
        seq: seq.unwrap_or(0),
        drafts: drafts.collect(),
        erasures: plan.erasures,
        at: Some(at.to_rfc3339()),
    };
    while marks.of.len() >= MOST_MARKS
        && let Some(oldest) = marks.of.iter().min_by_key(|(_, mark)| mark.at.clone()).map(|(id, _)| *id)
    {
        marks.of.remove(&oldest);
    }
    marks.of.insert(folder.instance, mark);
    marks.last = Some(folder.instance);
    // What was recorded between the plan and this counts as new: the count is that of before, and this one write.
    note(&ledger.entries, MARKS, &marks)?;
    let (entries, photos) = plan.writes;
    Ok((entries + 1, photos))
}

fn is_full<T>(outcome: &Result<T, LedgerError>) -> bool {
    matches!(outcome, Err(LedgerError::Coded(Code::CopyFull)))
}

/// A problem with the place, in words about the place and not about this laptop's own disk.
fn of_place(problem: LedgerError, place: &Path) -> LedgerError {
    let LedgerError::File(problem) = problem else { return problem };
    if !place.is_dir() {
        return Code::CopyMissing.into();
    }
    match problem.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Code::CopyFull.into(),
        _ => Code::CopyNotWritten.into(),
    }
}
