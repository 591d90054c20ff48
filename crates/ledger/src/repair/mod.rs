//! A damaged ledger is set aside and built anew (design.md §3): from what still reads of it, from the second copy, and, with
//! the next exchange, from the center. Nothing that was damaged is deleted, and nothing is put in its place by a guess.
//!
//! The new file is built under another name (`.repair`), made durable, and named `.repaired` when it is whole. Only then is
//! the damaged one moved into a folder of its own, and the new one takes its place ([`settle`]). Whatever cuts that short,
//! the next start either repairs from the beginning or comes to the end.

mod aside;
mod entries;
mod from_copy;
mod lives;
mod photos;
mod report;
mod salvage;
mod source;
mod streams;

pub use aside::{has_set_aside, is_unsettled, settle};
pub use from_copy::CopySource;
pub use report::{MissingEntry, Origins, REPORT_VERSION, RepairReport};
pub use source::{Foundation, Nothing, SavedEntry, SavedLife, Source};

use crate::check;
use crate::database::Migration;
use crate::entry_row;
use crate::error::LedgerError;
use crate::laptop::{self, ENTRIES_FILE, Ledger, MIGRATIONS, PHOTOS_FILE};
use crate::leaving;
use crate::rotation::open_with_any;
use crate::slots;
use crate::verify::Finding;
use bangban_keys::{DataKey, SlotFile};
use bangban_model::ids::AgentId;
use bangban_model::{Code, StreamId};
use chrono::{DateTime, FixedOffset};
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// What hears how far a repair is, and may end it by an error: steps done, of how many.
pub type Watch<'a> = &'a dyn Fn(u64, u64) -> Result<(), LedgerError>;

/// What a repair is given.
pub struct Repair<'a> {
    /// The ledger's folder.
    pub folder: &'a Path,
    /// The data key in force, and during a rotation the one before it.
    pub keys: &'a [&'a DataKey],
    /// Who signed in.
    pub agent: AgentId,
    /// What was found at the start beside damaged pages.
    pub found: &'a [Finding],
    /// The laptop's clock.
    pub at: DateTime<FixedOffset>,
    /// Name and version of the program.
    pub program: &'a str,
    /// Hears how far it is.
    pub watch: Watch<'a>,
}

/// Steps that are told: the check, the pages that are read, the second copy, what is folded, what is put in place.
const STEPS: u64 = 8;

impl Repair<'_> {
    fn step(&self, done: u64) -> Result<(), LedgerError> {
        (self.watch)(done, STEPS)
    }

    /// The data key in force: that of whatever is built anew.
    fn key(&self) -> Result<&DataKey, LedgerError> {
        self.keys.first().copied().ok_or(LedgerError::Damaged("no data key"))
    }

    /// Opens a file that stands there with whichever key it has: a rotation may not have come to it yet (rule K2).
    fn open(&self, path: &Path, migrations: &[Migration]) -> Result<Connection, LedgerError> {
        Ok(open_with_any(path, self.keys, migrations)?.0)
    }
}

/// Sets what is damaged aside and builds it anew. Answers what came from where and what is missing; none where nothing is
/// damaged.
///
/// # Errors
/// `LedgerInUse`, `LedgerMissing`, `NewerFormat`, `DiskFull`, and what the watcher answers. Then everything stands as it was,
/// and a repair may be begun again.
pub fn repair(work: &Repair<'_>, source: &mut dyn Source) -> Result<Option<RepairReport>, LedgerError> {
    let folder = work.folder;
    if !laptop::is_there(folder) {
        return Err(Code::LedgerMissing.into());
    }
    let _lock = laptop::lock(folder)?;
    settle(folder)?;
    aside::clear_leftovers(folder)?;
    work.step(0)?;
    let mut check = check::check_all_pages(folder, work.keys)?;
    check.findings.extend(work.found.iter().filter(|finding| finding.what != "page").cloned());
    work.step(1)?;
    let (of_entries, of_photos) = (check.names(ENTRIES_FILE), check.names(PHOTOS_FILE));
    if !of_entries && !of_photos {
        return Ok(None);
    }
    refuse_newer(work, of_entries)?;
    let mut report = RepairReport::begun(work.at, &check);
    if of_entries {
        entries::rebuild(work, source, &mut report)?;
    }
    work.step(5)?;
    photos::account(work, source, of_photos, &mut report)?;
    work.step(6)?;
    report.set_aside = Some(aside::prepare(folder, work.at)?);
    report.write(folder)?;
    for file in [ENTRIES_FILE, PHOTOS_FILE] {
        aside::finish(folder, file)?;
    }
    work.step(7)?;
    settle(folder)?;
    Ok(Some(report))
}

/// A database of a newer program is left alone, if that can be told of what reads.
fn refuse_newer(work: &Repair<'_>, of_entries: bool) -> Result<(), LedgerError> {
    if of_entries {
        // The rows of table `migration` are read with all others: see `entries`.
        return Ok(());
    }
    work.open(&work.folder.join(ENTRIES_FILE), &MIGRATIONS).map(|_| ())
}

/// Writes both slot files anew from the one that reads; a damaged one is set aside.
pub fn keep_slots(folder: &Path, read: &SlotFile, at: DateTime<FixedOffset>) -> Result<(), LedgerError> {
    let bad = match slots::damaged(folder) {
        None => return Ok(()),
        Some(name) => folder.join(name),
    };
    if bad.exists() {
        let aside = folder.join(aside::prepare(folder, at)?);
        aside::move_aside(&bad, &aside)?;
        crate::folder::sync(&aside)?;
    }
    slots::write(folder, read)
}

/// Whether a repaired ledger still waits for what the center is to bring.
pub(crate) fn awaits_center(connection: &Connection) -> Result<bool, LedgerError> {
    Ok(connection.prepare_cached("SELECT 1 FROM note WHERE key = ?1")?.exists([streams::RESTORING])?)
}

impl Ledger {
    /// An exchange with the center came to its end: what it was to bring after a repair is here. Whether that was awaited.
    pub fn end_repair(&mut self) -> Result<bool, LedgerError> {
        if !awaits_center(&self.entries)? || self.life.is_none() {
            return Ok(false);
        }
        let transaction = self.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("DELETE FROM note WHERE key = ?1", [streams::RESTORING])?;
        let returning = {
            let mut statement = transaction.prepare("SELECT stream FROM left_stream WHERE returns = 1")?;
            statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?
        };
        for stream in returning.iter().filter_map(|code| StreamId::parse(code)) {
            leaving::end_return(&transaction, &stream)?;
        }
        transaction.commit()?;
        if let Some(mut report) = RepairReport::read(&self.folder)? {
            report.awaits_center = false;
            report.recount(|id| Ok(entry_row::by_id(&self.entries, id)?.is_some()))?;
            report.write(&self.folder)?;
        }
        Ok(true)
    }
}
