//! `photos.db` built anew, and what is known of photos that are not there any more.

use super::aside;
use super::source::Source;
use super::{Repair, RepairReport};
use crate::btree::{PageKind, TreePage};
use crate::database;
use crate::error::LedgerError;
use crate::laptop::{ENTRIES_FILE, MIGRATIONS, PHOTOS_FILE};
use crate::page::Pages;
use bangban_keys::DataKey;
use bangban_model::Digest;
use rusqlite::types::Value;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use std::path::Path;

/// So many photos are written in one transaction.
const AT_ONCE: u32 = 64;

/// Photos by how much they are needed.
struct Needed {
    /// In no receipt, or held on to by a draft.
    here: BTreeSet<Digest>,
    /// The center has them, and they were to be here.
    received: BTreeSet<Digest>,
}

/// Builds `photos.db` anew where it is damaged, and counts what is there.
pub(super) fn account(
    work: &Repair<'_>,
    source: &mut dyn Source,
    is_damaged: bool,
    report: &mut RepairReport,
) -> Result<(), LedgerError> {
    let needed = needed(work)?;
    let path = work.folder.join(PHOTOS_FILE);
    let photos = match is_damaged {
        true => rebuild(work, &path)?,
        false => work.open(&path, &[database::PHOTOS])?,
    };
    let at = work.at.to_rfc3339();
    for digest in &needed.here {
        if holds(&photos, *digest)? {
            continue;
        }
        match source.photo(*digest)?.filter(|bytes| Digest::of(bytes) == *digest) {
            Some(bytes) => {
                put(&photos, *digest, &at, &bytes)?;
                report.photos.from_copy += 1;
            }
            None => report.photos.missing += 1,
        }
    }
    for digest in &needed.received {
        report.photos.at_center += u64::from(!holds(&photos, *digest)?);
    }
    let held: i64 = photos.query_row("SELECT count(*) FROM photo_bytes", [], |row| row.get(0))?;
    report.photos.from_file = (held as u64).saturating_sub(report.photos.from_copy);
    photos.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    photos.close().map_err(|(_, problem)| problem)?;
    Ok(())
}

/// What entries and drafts name, as the repaired ledger has it where that was damaged too.
fn needed(work: &Repair<'_>) -> Result<Needed, LedgerError> {
    let building = aside::building(work.folder, ENTRIES_FILE);
    let path = if building.exists() { building } else { work.folder.join(ENTRIES_FILE) };
    let entries = work.open(&path, &MIGRATIONS)?;
    let read = |sql: &str| -> Result<BTreeSet<Digest>, LedgerError> {
        let mut statement = entries.prepare(sql)?;
        Ok(statement.query_map([], |row| row.get(0).map(Digest))?.collect::<Result<_, _>>()?)
    };
    let needed = Needed {
        here: read(
            "SELECT digest FROM photo WHERE standing = 'pending' UNION SELECT digest FROM draft_photo",
        )?,
        received: read("SELECT digest FROM photo WHERE standing = 'received' AND thinned_at IS NULL")?,
    };
    entries.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    entries.close().map_err(|(_, problem)| problem)?;
    Ok(needed)
}

fn rebuild(work: &Repair<'_>, path: &Path) -> Result<Connection, LedgerError> {
    let key: &DataKey = work.key()?;
    let fresh = database::open(&aside::building(work.folder, PHOTOS_FILE), key, &[database::PHOTOS])?;
    let Some(mut pages) = Pages::open(path, work.keys)? else { return Ok(fresh) };
    let mut waiting = 0;
    fresh.execute_batch("BEGIN IMMEDIATE")?;
    for number in 1..=pages.count {
        let Some(page) = pages.get(number)?.and_then(|bytes| TreePage::read(number, bytes)) else { continue };
        if page.kind != PageKind::TableLeaf {
            continue;
        }
        for record in page.records(&mut pages)? {
            let [Value::Blob(digest), Value::Text(added_at), Value::Blob(bytes)] = record.values.as_slice()
            else {
                continue;
            };
            // A picture is known by its bytes, whatever else is damaged.
            if record.is_whole && Digest::of(bytes).0.as_slice() == digest.as_slice() {
                put(&fresh, Digest::of(bytes), added_at, bytes)?;
                waiting += 1;
            }
        }
        if waiting >= AT_ONCE {
            waiting = 0;
            fresh.execute_batch("COMMIT; BEGIN IMMEDIATE")?;
            work.step(5)?;
        }
    }
    fresh.execute_batch("COMMIT")?;
    Ok(fresh)
}

fn holds(photos: &Connection, digest: Digest) -> Result<bool, LedgerError> {
    crate::photo_row::holds(photos, digest)
}

fn put(photos: &Connection, digest: Digest, added_at: &str, bytes: &[u8]) -> Result<(), LedgerError> {
    photos
        .prepare_cached("INSERT OR IGNORE INTO photo_bytes (digest, added_at, bytes) VALUES (?1, ?2, ?3)")?
        .execute(params![digest.0, added_at, bytes])?;
    Ok(())
}
