//! The laptop's ledger: its two encrypted files, opened by one program at a time.

use crate::check;
use crate::database::{self, Migration};
use crate::document_row;
use crate::enrolment::{self, Enrolment};
use crate::error::LedgerError;
use crate::folder;
use crate::repair;
use crate::rotation::{Keys, open_with_any};
use crate::slots;
use crate::touched;
use crate::wal;
use bangban_keys::{DataKey, OpeningKey, SigningKey, SlotFile};
use bangban_model::ids::AgentId;
use bangban_model::{Code, IncarnationId, planted};
use rusqlite::{Connection, OptionalExtension, params};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// What is kept decrypted of the entries (KiB): the people of a township fit in, who are looked through at every search.
const ENTRIES_CACHE_KIB: i64 = 16 * 1024;

pub(crate) const MIGRATIONS: [Migration; 24] = [
    database::ENTRIES,
    database::LAPTOP,
    database::LISTS,
    database::PHOTO_RECEIVED,
    database::PHOTO_NAME,
    database::FORM,
    database::SCOPE,
    database::DUE_DAY,
    database::ERASURE,
    database::SETTLED,
    database::AUDIT,
    database::LINEAGE,
    database::LIFE,
    database::OPEN_VALUES,
    database::BACKUP,
    database::LEFT_STREAM,
    database::AGENT_LEFT,
    database::NEED,
    database::LINE,
    database::SOUGHT,
    database::HEADING,
    database::VISIT_DAY,
    database::CASE_NUMBERS,
    database::LISTED,
];

/// The present life of the ledger, with its keys (rule E2).
pub struct Life {
    /// Its id.
    pub id: IncarnationId,
    /// Signs its manifests.
    pub signing: SigningKey,
    /// Opens what the center seals to it.
    pub opening: OpeningKey,
}

/// An open ledger.
pub struct Ledger {
    pub(crate) entries: Connection,
    pub(crate) photos: Connection,
    pub(crate) life: Option<Life>,
    pub(crate) enrolment: Option<Enrolment>,
    pub(crate) keys: Keys,
    /// Which of `ledger.db` and `photos.db` still have the key before the one in force (rule K2).
    pub(crate) behind: [bool; 2],
    pub(crate) folder: PathBuf,
    _lock: File,
}

/// What a ledger is found to be when it is opened and looked at.
pub enum Opened {
    /// It can be worked on.
    Whole(Box<Ledger>),
    /// It has to be repaired first.
    Damaged(check::Check),
}

/// Whether there is a ledger in this folder: also one whose repair waits for its last step.
pub fn is_there(folder: &Path) -> bool {
    let has_slots = slots::path(folder).exists() || slots::twin(folder).exists();
    has_slots && (folder.join(ENTRIES_FILE).exists() || repair::is_unsettled(folder))
}

/// Entries, documents and people.
pub(crate) const ENTRIES_FILE: &str = "ledger.db";
/// The bytes of photos.
pub(crate) const PHOTOS_FILE: &str = "photos.db";

impl Ledger {
    /// Makes a ledger in this folder. Nothing that stands there already is touched.
    pub fn create(
        folder: &Path,
        data_key: DataKey,
        slots: &SlotFile,
        agent: AgentId,
        name: &str,
    ) -> Result<Ledger, LedgerError> {
        folder::make(folder)?;
        let lock = lock(folder)?;
        // What was set aside as damaged is a ledger too: none is made over it.
        let was_damaged = repair::is_unsettled(folder) || repair::has_set_aside(folder);
        if was_damaged || folder.join(ENTRIES_FILE).exists() || folder.join(PHOTOS_FILE).exists() {
            return Err(Code::LedgerExists.into());
        }
        // The slots come first: a database whose key stands nowhere could never be opened. Slots without a database
        // are what a try that was cut short leaves; they are set aside, and the next try begins anew.
        for stale in [slots::path(folder), slots::twin(folder)] {
            if stale.exists() {
                fs::rename(&stale, wal::beside(&stale, ".old"))?;
            }
        }
        slots::write(folder, slots)?;
        make_entries(folder, &data_key, agent, name)?;
        Ledger::open_files(folder, data_key.into(), lock)
    }

    /// Opens the ledger in this folder with its data key; while it moves to another one, with both.
    pub fn open(folder: &Path, keys: impl Into<Keys>) -> Result<Ledger, LedgerError> {
        match Ledger::open_as(folder, keys.into(), false)? {
            Opened::Whole(ledger) => Ok(*ledger),
            Opened::Damaged(_) => Err(LedgerError::Damaged("a page")),
        }
    }

    /// The same, after every page was looked at: what is damaged is told, and nothing of it is touched.
    pub fn open_checked(folder: &Path, keys: impl Into<Keys>) -> Result<Opened, LedgerError> {
        Ledger::open_as(folder, keys.into(), true)
    }

    fn open_as(folder: &Path, keys: Keys, is_checked: bool) -> Result<Opened, LedgerError> {
        if !is_there(folder) {
            return Err(Code::LedgerMissing.into());
        }
        let lock = lock(folder)?;
        // A repair that was cut short after its work was done comes to its end.
        repair::settle(folder)?;
        if is_checked && !planted::out("no_cipher") {
            let check = check::check_pages(folder, &keys.all())?;
            if !check.findings.is_empty() {
                return Ok(Opened::Damaged(check));
            }
        }
        let had_logs = [ENTRIES_FILE, PHOTOS_FILE].map(|file| wal::path_of(&folder.join(file)).exists());
        let mut ledger = Ledger::open_files(folder, keys, lock)?;
        if is_checked && had_logs.contains(&true) {
            // What a crash left in a log beyond its end would look like damage behind what is written next.
            check::checkpoint(&mut ledger)?;
        }
        if is_checked {
            let findings = ledger.check_ends()?;
            if !findings.is_empty() {
                return Ok(Opened::Damaged(check::Check { findings, ..check::Check::default() }));
            }
        }
        Ok(Opened::Whole(Box::new(ledger)))
    }

    fn open_files(folder: &Path, keys: Keys, lock: File) -> Result<Ledger, LedgerError> {
        let (mut entries, of_entries) = open_with_any(&folder.join(ENTRIES_FILE), &keys.all(), &MIGRATIONS)?;
        entries.pragma_update(None, "cache_size", -ENTRIES_CACHE_KIB)?;
        document_row::bring_up_to_date(&mut entries)?;
        touched::watch(&entries)?;
        let (photos, of_photos) = open_with_any(&folder.join(PHOTOS_FILE), &keys.all(), &[database::PHOTOS])?;
        let life = read_life(&entries)?;
        let enrolment = enrolment::read(&entries)?;
        let behind = [of_entries > 0, of_photos > 0];
        Ok(Ledger { entries, photos, life, enrolment, keys, behind, folder: folder.to_owned(), _lock: lock })
    }

    /// Closes it; everything stands in its two files then, without logs beside them.
    pub(crate) fn close(self) -> Result<(), LedgerError> {
        for connection in [self.entries, self.photos] {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            connection.close().map_err(|(_, problem)| problem)?;
        }
        Ok(())
    }

    /// The folder it stands in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The key of both files: for sealing it to another slot.
    pub fn data_key(&self) -> &DataKey {
        &self.keys.data_key
    }

    /// The present life, once enrolled.
    pub fn life(&self) -> Result<&Life, LedgerError> {
        self.life.as_ref().ok_or(LedgerError::Coded(Code::NotEnrolled))
    }

    /// The enrolment, once enrolled.
    pub fn enrolment(&self) -> Result<&Enrolment, LedgerError> {
        self.enrolment.as_ref().ok_or(LedgerError::Coded(Code::NotEnrolled))
    }

    /// The database of entries and documents, for reading.
    pub fn entries(&self) -> &Connection {
        &self.entries
    }

    /// Adds an agent, or changes her name.
    pub fn put_agent(&self, agent: AgentId, name: &str) -> Result<(), LedgerError> {
        put_agent(&self.entries, agent, name)
    }

    /// The agents who work on this laptop.
    pub fn agents(&self) -> Result<Vec<(AgentId, String)>, LedgerError> {
        let mut statement =
            self.entries.prepare_cached("SELECT id, name FROM agent WHERE left_at IS NULL ORDER BY id")?;
        let rows = statement.query_map([], |row| Ok((AgentId(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Ledger {
    /// Who worked on this laptop and left it.
    pub fn agents_who_left(&self) -> Result<Vec<AgentId>, LedgerError> {
        let mut statement =
            self.entries.prepare_cached("SELECT id FROM agent WHERE left_at IS NOT NULL ORDER BY id")?;
        let rows = statement.query_map([], |row| Ok(AgentId(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Everybody who ever worked on this laptop, for what they wrote.
    pub fn agent_names(&self) -> Result<Vec<(AgentId, String)>, LedgerError> {
        let mut statement = self.entries.prepare_cached("SELECT id, name FROM agent ORDER BY id")?;
        let rows = statement.query_map([], |row| Ok((AgentId(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn put_agent(connection: &Connection, agent: AgentId, name: &str) -> Result<(), LedgerError> {
    connection.execute(
        "INSERT INTO agent (id, name) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
        params![agent.0, name],
    )?;
    Ok(())
}

/// Makes `ledger.db` under another name first, so that it appears whole, with its agent, or not at all.
fn make_entries(folder: &Path, data_key: &DataKey, agent: AgentId, name: &str) -> Result<(), LedgerError> {
    for leftover in ["ledger.db.new", "ledger.db.new-wal", "ledger.db.new-shm"] {
        match fs::remove_file(folder.join(leftover)) {
            Err(problem) if problem.kind() != std::io::ErrorKind::NotFound => return Err(problem.into()),
            _ => {}
        }
    }
    let fresh = folder.join("ledger.db.new");
    let connection = database::open(&fresh, data_key, &MIGRATIONS)?;
    put_agent(&connection, agent, name)?;
    // Closing folds the log into the file, which alone is renamed.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    connection.close().map_err(|(_, problem)| problem)?;
    fs::rename(&fresh, folder.join("ledger.db"))?;
    slots::sync_folder(folder)
}

pub(crate) fn lock(folder: &Path) -> Result<File, LedgerError> {
    if !folder.is_dir() {
        return Err(Code::LedgerMissing.into());
    }
    let file = File::options().create(true).truncate(false).write(true).open(folder.join("ledger.lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) if planted::out("no_ledger_lock") => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Code::LedgerInUse.into()),
        Err(TryLockError::Error(problem)) => Err(problem.into()),
    }
}

pub(crate) fn read_life(connection: &Connection) -> Result<Option<Life>, LedgerError> {
    let row: Option<(Uuid, [u8; 32], String)> = connection
        .query_row("SELECT id, signing, opening FROM life ORDER BY rowid DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    row.map(|(id, signing, opening)| life_of(id, signing, opening)).transpose()
}

/// A life as its row has it.
pub(crate) fn life_of(id: Uuid, signing: [u8; 32], opening: String) -> Result<Life, LedgerError> {
    Ok(Life {
        id: IncarnationId(id),
        signing: SigningKey::from_secret_bytes(&signing),
        opening: OpeningKey::from_secret_text(&opening)?,
    })
}
