//! What a start looks at before the ledger is worked on: every page of `ledger.db` as it was written, its log, the newest
//! entries and the ends of the streams. What takes longer is looked at while she works: the pictures' pages, SQLite's
//! `quick_check` and the whole chain. The rest, [`crate::verify`] looks at when somebody asks.

use crate::database;
use crate::entry_row;
use crate::error::LedgerError;
use crate::laptop::{self, ENTRIES_FILE, Ledger, PHOTOS_FILE};
use crate::page::{PAGE_BYTES, Pages};
use crate::verify::{ChainWalk, Finding, Verified, quick_check};
use crate::wal;
use bangban_keys::DataKey;
use bangban_model::{Code, Digest};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use std::path::Path;

/// So many of the newest own entries are looked at.
const NEWEST: u64 = 64;
/// Two hash as fast as the disk of an office laptop reads.
const THREADS: u32 = 2;

/// What a check found. Names files, numbers and ids, never a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Pages looked at.
    pub pages: u64,
    /// What is not as it must be: `page` (file/number), `log` (file), `entry` and `stream` (where).
    pub findings: Vec<Finding>,
}

impl Check {
    /// Whether something of this file is damaged.
    pub fn names(&self, file: &str) -> bool {
        self.findings.iter().any(|finding| finding.place.split('/').next() == Some(file))
    }
}

/// Looks at what has to be whole before anything is opened: every page of `ledger.db`, its log, the beginning of `photos.db`
/// and its log. Nobody may write to the files meanwhile.
pub(crate) fn check_pages(folder: &Path, keys: &[&DataKey]) -> Result<Check, LedgerError> {
    let mut check = Check::default();
    look_at(folder, ENTRIES_FILE, keys, true, &mut check)?;
    look_at(folder, PHOTOS_FILE, keys, false, &mut check)?;
    Ok(check)
}

/// Looks at every page of both files: what a repair begins with.
pub(crate) fn check_all_pages(folder: &Path, keys: &[&DataKey]) -> Result<Check, LedgerError> {
    let mut check = Check::default();
    look_at(folder, ENTRIES_FILE, keys, true, &mut check)?;
    look_at(folder, PHOTOS_FILE, keys, true, &mut check)?;
    Ok(check)
}

fn look_at(
    folder: &Path,
    file: &'static str,
    keys: &[&DataKey],
    all: bool,
    check: &mut Check,
) -> Result<(), LedgerError> {
    let path = folder.join(file);
    // A ledger without its file is none; photos without theirs begin with the next picture.
    let Some(mut pages) = Pages::open(&path, keys)? else { return Ok(()) };
    if pages.log().is_damaged {
        check.findings.push(Finding { what: "log", place: file.to_owned() });
    }
    let damaged = match all {
        true => {
            check.pages += u64::from(pages.count);
            pages.damaged(&path, THREADS)?
        }
        false if pages.count > 0 && pages.get(1)?.is_none() => vec![1],
        false => Vec::new(),
    };
    let size_bytes = std::fs::metadata(&path)?.len();
    let has_log = pages.log().committed_pages().is_some();
    if size_bytes == 0 && !has_log && file == ENTRIES_FILE {
        // It appears with its first page: an empty file was cut short. That of the photos is empty until its first word is kept.
        check.findings.push(Finding { what: "page", place: format!("{file}/1") });
    }
    // What was being brought from the log into the file when it was cut stands in the log.
    if size_bytes % PAGE_BYTES as u64 != 0 && !has_log && damaged.is_empty() {
        check.findings.push(Finding { what: "page", place: format!("{file}/{}", pages.count) });
    }
    check.findings.extend(
        damaged.into_iter().map(|number| Finding { what: "page", place: format!("{file}/{number}") }),
    );
    Ok(())
}

impl Ledger {
    /// Looks at the newest own entries and at the ends of the streams: hashes, the chain, and what the cursors say.
    pub fn check_ends(&self) -> Result<Vec<Finding>, LedgerError> {
        let mut findings = Vec::new();
        let Ok(life) = self.life().map(|life| life.id) else { return Ok(findings) };
        let Some((last, _)) = entry_row::tail(&self.entries, life)? else { return Ok(findings) };
        let first = last.saturating_sub(NEWEST).max(1);
        let mut before: Option<Digest> = None;
        let mut expected = first;
        let mut statement = self.entries.prepare_cached(
            "SELECT seq, header, header_hash, body FROM entry WHERE incarnation = ?1 AND seq >= ?2 ORDER BY seq",
        )?;
        let mut rows = statement.query(params![life.0, first as i64])?;
        while let Some(row) = rows.next()? {
            let seq = row.get::<_, i64>(0)? as u64;
            let kept = Digest(row.get(2)?);
            let entry = bangban_model::entry::Entry::from_bytes(row.get(1)?, row.get(3)?);
            let fits = entry.is_ok_and(|entry| {
                entry.header_hash() == kept
                    && (entry.header.seq, entry.header.incarnation) == (seq, life)
                    && before.is_none_or(|before| before == entry.header.prev)
            });
            if !fits || seq != expected {
                findings.push(Finding { what: "entry", place: format!("{ENTRIES_FILE}/{life}/{seq}") });
            }
            before = Some(kept);
            expected = seq + 1;
        }
        for known in self.cursors()?.into_iter().filter(|known| known.position > 0) {
            let stands: Option<i64> = self
                .entries
                .prepare_cached(
                    "SELECT 1 FROM entry WHERE stream = ?1 AND position = ?2
                     UNION ALL SELECT 1 FROM mark WHERE stream = ?1 AND position = ?2",
                )?
                .query_row(params![known.stream.as_str(), known.position as i64], |row| row.get(0))
                .optional()?;
            if stands.is_none() {
                let place = format!("{ENTRIES_FILE}/{}/{}", known.stream, known.position);
                findings.push(Finding { what: "stream", place });
            }
        }
        Ok(findings)
    }

    /// Looks at what no page shows: SQLite's quick check, and every entry with its bytes, columns and place in the chain. Nobody
    /// writes meanwhile.
    pub fn check_within(&self) -> Result<Vec<Finding>, LedgerError> {
        let mut look = LookWithin::default();
        while look.go_on(&self.entries, u32::MAX)? {}
        Ok(look.findings())
    }

    /// Looks at every page of `photos.db`: gigabytes, so in the background, while the ledger is worked on. A page that does not
    /// fit may have been read while it was written: `again` is called with those, and looks once more while nobody writes.
    pub fn suspect_photo_pages(folder: &Path, key: &DataKey) -> Result<Vec<u32>, LedgerError> {
        let path = folder.join(PHOTOS_FILE);
        match Pages::open(&path, &[key])? {
            Some(mut pages) => pages.damaged(&path, 1),
            None => Ok(Vec::new()),
        }
    }

    /// Of pages that were suspected while the ledger was worked on, those that are damaged: the caller holds the ledger, so that
    /// nobody writes.
    pub fn confirm_photo_pages(&self, suspected: &[u32]) -> Result<Vec<Finding>, LedgerError> {
        let mut findings = Vec::new();
        if suspected.is_empty() {
            return Ok(findings);
        }
        let path = self.folder().join(PHOTOS_FILE);
        let Some(mut pages) = Pages::open(&path, &[self.data_key()])? else { return Ok(findings) };
        for number in suspected {
            if *number <= pages.count && pages.get(*number)?.is_none() {
                findings.push(Finding { what: "page", place: format!("{PHOTOS_FILE}/{number}") });
            }
        }
        Ok(findings)
    }
}

/// So many entries are looked at in one reading, so that whoever brings the log into the file waits for moments only.
const ENTRIES_AT_ONCE: u32 = 2000;

/// The same while the ledger is worked on, on a connection of its own that only reads. What it finds is a suspicion: entries may
/// have been erased or put aside between two readings, so it is looked at once more while nobody writes.
pub struct Looking {
    entries: Connection,
    look: LookWithin,
}

impl Looking {
    /// Begins to look at the ledger in this folder, which is open.
    pub fn begin(folder: &Path, key: &DataKey) -> Result<Self, LedgerError> {
        let entries = database::open_to_read(&folder.join(ENTRIES_FILE), key)?;
        Ok(Looking { entries, look: LookWithin::default() })
    }

    /// Looks for a moment; whether there is more to look at.
    pub fn go_on(&mut self) -> Result<bool, LedgerError> {
        self.look.go_on(&self.entries, ENTRIES_AT_ONCE)
    }

    /// What was found so far.
    pub fn findings(self) -> Vec<Finding> {
        self.look.findings()
    }
}

#[derive(Default)]
struct LookWithin {
    is_begun: bool,
    walk: ChainWalk,
    verified: Verified,
}

impl LookWithin {
    fn go_on(&mut self, entries: &Connection, most: u32) -> Result<bool, LedgerError> {
        let looked = if self.is_begun { self.walk_on(entries, most) } else { self.look_at_order(entries) };
        self.is_begun = true;
        match looked {
            Err(problem) if is_disorder(&problem) => {
                self.verified.findings.push(Finding { what: "order", place: String::new() });
                Ok(false)
            }
            looked => looked,
        }
    }

    fn look_at_order(&mut self, entries: &Connection) -> Result<bool, LedgerError> {
        if !quick_check(entries)? {
            self.verified.findings.push(Finding { what: "order", place: String::new() });
        }
        Ok(true)
    }

    fn walk_on(&mut self, entries: &Connection, most: u32) -> Result<bool, LedgerError> {
        // One view of it, whatever is written meanwhile.
        let entries = entries.unchecked_transaction()?;
        let own = laptop::read_life(&entries)?.map(|life| life.id);
        self.walk.go_on(&entries, own, most, &mut self.verified, &|| Ok(()))
    }

    fn findings(self) -> Vec<Finding> {
        let of_file = |found: Finding| Finding { place: format!("{ENTRIES_FILE}/{}", found.place), ..found };
        self.verified.findings.into_iter().map(of_file).collect()
    }
}

/// Whether a problem says that what stands there is not what was written, and not that it cannot be read just now.
fn is_disorder(problem: &LedgerError) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
    let is_of_another_kind = matches!(
        problem,
        LedgerError::Database(
            FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..)
        )
    );
    is_of_another_kind || problem.code() == Code::LedgerDamaged
}

/// What stands for a file that does not open though every page of it is whole.
#[must_use]
pub fn disorder() -> Finding {
    Finding { what: "order", place: format!("{ENTRIES_FILE}/") }
}

/// The files that belong to a database: itself, its log, and the index of that.
pub(crate) fn files_of(database: &Path) -> [std::path::PathBuf; 3] {
    [wal::path_of(database), wal::beside(database, "-shm"), database.to_owned()]
}

/// Looks at every page of both files while nobody has the ledger open.
///
/// # Errors
/// `LedgerInUse`, `LedgerMissing`.
pub fn look_through(folder: &Path, keys: &[&DataKey]) -> Result<Check, LedgerError> {
    let _lock = laptop::lock(folder)?;
    check_all_pages(folder, keys)
}

/// Brings what the logs hold into the files: what is looked at there is then all there is.
pub fn checkpoint(ledger: &mut Ledger) -> Result<(), LedgerError> {
    for connection in [&ledger.entries, &ledger.photos] {
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    Ok(())
}
