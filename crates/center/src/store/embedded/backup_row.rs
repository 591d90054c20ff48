//! The rows of table `backup`, and the copy of the database itself.

use super::{EmbeddedStore, MIGRATIONS, audit};
use crate::error::CenterError;
use crate::store::Now;
use crate::store::auditing::ActNote;
use crate::store::backing_up::{BackingUp, BackupNote};
use bangban_keys::DataKey;
use bangban_ledger::database;
use bangban_model::{Code, Digest};
use chrono::DateTime;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, Row, TransactionBehavior, params};
use std::path::Path;
use std::thread;
use std::time::Duration;

/// So many pages are copied at a time (4 MiB).
const PAGES_AT_ONCE: i32 = 1024;
/// Somebody holds the file for a moment.
const AGAIN: Duration = Duration::from_millis(20);

const COLUMNS: &str = "id, made_at, ended_at, place, problem, entries, photos, bytes";

impl BackingUp for EmbeddedStore {
    fn copy_to(&self, file: &Path, moved: &mut dyn FnMut(u64, u64)) -> Result<(), CenterError> {
        // A connection of its own, in one reading transaction: what is committed meanwhile is not in the copy, and does not
        // make it begin anew.
        let mut source = database::open(&self.path, &self.key, &MIGRATIONS)?;
        let reading = source.transaction_with_behavior(TransactionBehavior::Deferred)?;
        reading.query_row("SELECT count(*) FROM migration", [], |_| Ok(()))?;
        let mut copy = keyed(file, &self.key)?;
        let backup = Backup::new(&reading, &mut copy)?;
        loop {
            let step = backup.step(PAGES_AT_ONCE)?;
            let progress = backup.progress();
            let (all, left) = (progress.pagecount.max(0) as u64, progress.remaining.max(0) as u64);
            moved(all - left.min(all), all);
            match step {
                StepResult::Done => break,
                StepResult::More => {}
                _ => thread::sleep(AGAIN),
            }
        }
        drop(backup);
        copy.close().map_err(|(_, problem)| problem)?;
        Ok(())
    }

    fn keep_backup(&self, note: &BackupNote) -> Result<(), CenterError> {
        let mut writer = self.writer();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            &format!("INSERT OR REPLACE INTO backup ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
            params![
                note.id,
                note.made_at,
                note.ended_at,
                note.place.to_string_lossy(),
                note.problem.map(Code::as_str),
                note.entries as i64,
                note.photos as i64,
                note.bytes as i64,
            ],
        )?;
        if let Ok(now) = DateTime::parse_from_rfc3339(&note.ended_at) {
            let about = note.id.to_string();
            let act = if note.problem.is_some() { "backup_failed" } else { "backup_made" };
            let act = ActNote { streams: &[], staff: None, act, about: &about, digest: Digest::ZERO };
            audit::keep(&transaction, &act, now)?;
        }
        transaction.commit()?;
        Ok(())
    }

    fn want_again(&self, digest: Digest) -> Result<(), CenterError> {
        self.writer().execute(
            "UPDATE photo SET standing = 'wanted', size_bytes = NULL, verified_at = NULL
             WHERE digest = ?1 AND standing = 'verified'",
            [digest.0],
        )?;
        Ok(())
    }

    fn newest_backup(&self, now: Now) -> Result<Option<BackupNote>, CenterError> {
        self.read(|connection| newest(connection, "WHERE problem IS NULL", now))
    }

    fn last_backup(&self, now: Now) -> Result<Option<BackupNote>, CenterError> {
        self.read(|connection| newest(connection, "", now))
    }
}

fn newest(connection: &Connection, whole: &str, now: Now) -> Result<Option<BackupNote>, CenterError> {
    let sql = format!("SELECT {COLUMNS} FROM backup {whole} ORDER BY made_at DESC, id DESC");
    let mut statement = connection.prepare_cached(&sql)?;
    for note in statement.query_map([], read)? {
        let note = note?;
        if DateTime::parse_from_rfc3339(&note.made_at).is_ok_and(|made| made <= now) {
            return Ok(Some(note));
        }
    }
    Ok(None)
}

fn read(row: &Row<'_>) -> rusqlite::Result<BackupNote> {
    let problem: Option<String> = row.get(4)?;
    Ok(BackupNote {
        id: row.get(0)?,
        made_at: row.get(1)?,
        ended_at: row.get(2)?,
        place: row.get::<_, String>(3)?.into(),
        problem: problem.map(|text| Code::parse(&text).unwrap_or(Code::Internal)),
        entries: row.get::<_, i64>(5)? as u64,
        photos: row.get::<_, i64>(6)? as u64,
        bytes: row.get::<_, i64>(7)? as u64,
    })
}

/// A new file for a copy, under the same key.
fn keyed(file: &Path, key: &DataKey) -> Result<Connection, CenterError> {
    let connection = Connection::open(file)?;
    connection.pragma_update(None, "key", format!("x'{}'", key.raw_hex().as_str()))?;
    Ok(connection)
}
