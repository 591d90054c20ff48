//! Photos: their bytes in `photos.db`, their standing in `ledger.db`.

use crate::entry_row::{self, COLUMNS};
use crate::error::LedgerError;
use crate::laptop::Ledger;
use crate::receive::ReceiptFacts;
use crate::{repair, thin};
use bangban_model::body::KINDS;
use bangban_model::entry::Entry;
use bangban_model::photo::{NamedPhoto, photos_named};
use bangban_model::{Digest, SubjectId};
use chrono::{DateTime, FixedOffset};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One sweep takes no more: it must not keep whoever signs in waiting.
pub const MOST_SWEPT: usize = 200;

/// A photo that no receipt names yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingPhoto {
    /// The photo.
    pub digest: Digest,
    /// Its size in bytes.
    pub size_bytes: u64,
}

/// Photos in no receipt that cannot be sent now, by why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnsentPhotos {
    /// Their bytes are gone from this laptop.
    pub gone: u64,
    /// The entry that names them was not taken by the center, or waits for something there.
    pub refused: u64,
    /// The center does not ask for them: their village is no longer this laptop's, or a person declared them lost.
    pub not_asked: u64,
}

impl UnsentPhotos {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.gone + self.refused + self.not_asked
    }
}

/// Whether the bytes of this photo are here.
pub fn holds(photos: &Connection, digest: Digest) -> Result<bool, LedgerError> {
    let found: Option<i64> = photos
        .prepare_cached("SELECT 1 FROM photo_bytes WHERE digest = ?1")?
        .query_row([digest.0], |row| row.get(0))
        .optional()?;
    Ok(found.is_some())
}

/// Whether an entry named this photo already.
pub fn is_known(connection: &Connection, digest: Digest) -> Result<bool, LedgerError> {
    let found: Option<i64> = connection
        .prepare_cached("SELECT 1 FROM photo WHERE digest = ?1")?
        .query_row([digest.0], |row| row.get(0))
        .optional()?;
    Ok(found.is_some())
}

/// Whether a draft holds on to this photo.
fn is_drafted(connection: &Connection, digest: Digest) -> Result<bool, LedgerError> {
    Ok(connection.prepare_cached("SELECT 1 FROM draft_photo WHERE digest = ?1")?.exists([digest.0])?)
}

/// Whether a newer program wrote here: which photos its entries name cannot be told.
fn has_unknown_kinds(connection: &Connection) -> Result<bool, LedgerError> {
    let known = serde_json::to_string(KINDS).map_err(|_| LedgerError::Damaged("the list of kinds"))?;
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM entry WHERE kind NOT IN (SELECT value FROM json_each(?1)))",
        )?
        .query_row([known], |row| row.get(0))?)
}

/// Marks the photos that an entry names as pending; one that is known already keeps its standing.
pub(crate) fn put_named(connection: &Connection, entry: &Entry) -> Result<(), LedgerError> {
    let Ok(Some(body)) = entry.body() else { return Ok(()) };
    let Some(set) = body.field_set() else { return Ok(()) };
    for named in photos_named(set) {
        put(connection, entry, named)?;
    }
    Ok(())
}

/// Photos that an own entry names which came back from the center: the center has them, this laptop does not (rule X8). After a
/// repair their bytes may well be here, and their receipts not: then they are named once more, and the center gives others.
pub(crate) fn put_received(connection: &Connection, entry: &Entry) -> Result<(), LedgerError> {
    let Ok(Some(body)) = entry.body() else { return Ok(()) };
    let Some(set) = body.field_set() else { return Ok(()) };
    if repair::awaits_center(connection)? {
        return put_named(connection, entry);
    }
    let clock = thin::center_said(connection)?.clock.unwrap_or_default();
    for named in photos_named(set) {
        let (digest, is_new) = (named.digest, !is_known(connection, named.digest)?);
        put(connection, entry, named)?;
        if is_new {
            connection
                .prepare_cached("UPDATE photo SET standing = 'received', thinned_at = ?2 WHERE digest = ?1")?
                .execute(params![digest.0, clock])?;
        }
    }
    Ok(())
}

fn put(connection: &Connection, entry: &Entry, named: NamedPhoto) -> Result<(), LedgerError> {
    connection
        .prepare_cached(
            "INSERT INTO photo (digest, size_bytes, subject, thumbnail, standing, named_by)
             VALUES (?1, ?2, ?3, ?4, 'pending', ?5) ON CONFLICT (digest) DO NOTHING",
        )?
        .execute(params![
            named.digest.0,
            named.size_bytes as i64,
            entry.header.subject.0,
            i64::from(named.thumbnail),
            entry.header.id.0
        ])?;
    connection
        .prepare_cached("INSERT INTO photo_name (subject, digest) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![entry.header.subject.0, named.digest.0])?;
    Ok(())
}

/// After an erasure, the photos of a subject: those that no entry and no draft names any more are forgotten, and answered
/// so that their bytes go too.
pub(crate) fn forget_names(connection: &Connection, subject: SubjectId) -> Result<Vec<Digest>, LedgerError> {
    let named: Vec<Digest> = connection
        .prepare_cached("SELECT digest FROM photo_name WHERE subject = ?1")?
        .query_map([subject.0], |row| row.get(0).map(Digest))?
        .collect::<Result<_, _>>()?;
    connection.prepare_cached("DELETE FROM photo_name WHERE subject = ?1")?.execute([subject.0])?;
    // What was written without knowing of the erasure is not erased, and keeps its photos.
    let sql = format!("SELECT {COLUMNS} FROM entry WHERE subject = ?1 AND body IS NOT NULL");
    let mut statement = connection.prepare_cached(&sql)?;
    let left = statement.query_map([subject.0], entry_row::read)?.collect::<Result<Vec<_>, _>>()?;
    for row in &left {
        put_named(connection, &row.entry)?;
    }
    let mut gone = Vec::new();
    for digest in named {
        let other: Option<Uuid> = connection
            .prepare_cached("SELECT subject FROM photo_name WHERE digest = ?1 LIMIT 1")?
            .query_row([digest.0], |row| row.get(0))
            .optional()?;
        if let Some(other) = other {
            connection
                .prepare_cached("UPDATE photo SET subject = ?2 WHERE digest = ?1 AND subject = ?3")?
                .execute(params![digest.0, other, subject.0])?;
            continue;
        }
        connection.prepare_cached("DELETE FROM photo WHERE digest = ?1")?.execute([digest.0])?;
        if !is_drafted(connection, digest)? {
            gone.push(digest);
        }
    }
    Ok(gone)
}

/// Marks the photos of a receipt as received.
pub(crate) fn set_received(
    connection: &Connection,
    facts: &ReceiptFacts,
    at: DateTime<FixedOffset>,
) -> Result<(), LedgerError> {
    if facts.photos.is_empty() {
        return Ok(());
    }
    // A receipt for photos alone names no backup: the one that was named last is the one of that time.
    let backup = match facts.kind {
        "exchange" => facts.backup.clone(),
        _ => thin::center_said(connection)?.backup,
    };
    for digest in &facts.photos {
        connection
            .prepare_cached(
                "UPDATE photo SET standing = 'received', received_at = ?2, given_at = ?3, backup_then = ?4
                 WHERE digest = ?1 AND standing = 'pending'",
            )?
            .execute(params![
                digest.0,
                at.to_rfc3339(),
                facts.given_at,
                backup.as_deref().unwrap_or_default()
            ])?;
    }
    Ok(())
}

/// How many pictures stand so (`pending` or `received`); thumbnails do not count.
pub fn count(connection: &Connection, standing: &str) -> Result<u64, LedgerError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM photo WHERE standing = ?1 AND thumbnail = 0")?
        .query_row([standing], |row| row.get(0))?;
    Ok(count as u64)
}

/// How photos stand, whatever case named them first: those of `digests` that a receipt named, with the time it came (this
/// laptop's raw clock, '' where that was not kept).
pub fn received_among(
    connection: &Connection,
    digests: impl IntoIterator<Item = Digest>,
) -> Result<BTreeMap<Digest, String>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(received_at, '') FROM photo WHERE digest = ?1 AND standing = 'received'",
    )?;
    let mut received = BTreeMap::new();
    for digest in digests {
        if let Some(at) = statement.query_row([digest.0], |row| row.get(0)).optional()? {
            received.insert(digest, at);
        }
    }
    Ok(received)
}

/// How many of these photos no receipt names yet, whatever case named them first.
pub fn pending_among(
    connection: &Connection,
    digests: impl IntoIterator<Item = Digest>,
) -> Result<u64, LedgerError> {
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM photo WHERE digest = ?1 AND standing = 'pending'")?;
    let mut pending = 0;
    for digest in digests {
        pending += u64::from(statement.exists([digest.0])?);
    }
    Ok(pending)
}

impl Ledger {
    /// Keeps a photo's bytes; when this returns they are on the disk. The same bytes are kept once, and are young again:
    /// a sweep between this and the entry or draft that names them must not take them.
    pub fn put_photo(&mut self, bytes: &[u8], at: DateTime<FixedOffset>) -> Result<Digest, LedgerError> {
        let digest = Digest::of(bytes);
        self.photos
            .prepare_cached(
                "INSERT INTO photo_bytes (digest, added_at, bytes) VALUES (?1, ?2, ?3) ON CONFLICT (digest) DO UPDATE SET added_at = excluded.added_at",
            )?
            .execute(params![digest.0, at.to_rfc3339(), bytes])?;
        Ok(digest)
    }

    /// Keeps several photos in one transaction of `photos.db`.
    pub fn put_photos<'a>(
        &mut self,
        photos: impl IntoIterator<Item = &'a [u8]>,
        at: DateTime<FixedOffset>,
    ) -> Result<Vec<Digest>, LedgerError> {
        let transaction = self.photos.transaction()?;
        let mut digests = Vec::new();
        for bytes in photos {
            let digest = Digest::of(bytes);
            transaction
                .prepare_cached(
                    "INSERT INTO photo_bytes (digest, added_at, bytes) VALUES (?1, ?2, ?3) ON CONFLICT (digest) DO UPDATE SET added_at = excluded.added_at",
                )?
                .execute(params![digest.0, at.to_rfc3339(), bytes])?;
            digests.push(digest);
        }
        transaction.commit()?;
        Ok(digests)
    }

    /// The bytes of a photo, if they are here.
    pub fn photo(&self, digest: Digest) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(self
            .photos
            .prepare_cached("SELECT bytes FROM photo_bytes WHERE digest = ?1")?
            .query_row([digest.0], |row| row.get(0))
            .optional()?)
    }

    /// Of these, the photos that wait to be sent and whose bytes are gone.
    pub fn photos_gone(
        &self,
        digests: impl IntoIterator<Item = Digest>,
    ) -> Result<std::collections::BTreeSet<Digest>, LedgerError> {
        let mut gone = std::collections::BTreeSet::new();
        for digest in digests {
            if !holds(&self.photos, digest)? && pending_among(&self.entries, [digest])? > 0 {
                gone.insert(digest);
            }
        }
        Ok(gone)
    }

    /// At most `length` bytes of a photo from `offset` on.
    pub fn photo_part(
        &self,
        digest: Digest,
        offset: u64,
        length: usize,
    ) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(self
            .photos
            .prepare_cached("SELECT substr(bytes, ?2, ?3) FROM photo_bytes WHERE digest = ?1")?
            .query_row(params![digest.0, offset as i64 + 1, length as i64], |row| row.get(0))
            .optional()?)
    }

    /// Photos in no receipt: thumbnails first, then those named last, the smallest first.
    pub fn pending_photos(&self) -> Result<Vec<PendingPhoto>, LedgerError> {
        let mut statement = self.entries.prepare_cached(
            "SELECT digest, size_bytes FROM photo WHERE standing = 'pending'
             ORDER BY thumbnail DESC, named_by DESC, size_bytes",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(PendingPhoto { digest: Digest(row.get(0)?), size_bytes: row.get::<_, i64>(1)? as u64 })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Of [`Ledger::pending_photos`], so many whose bytes are here: one that is gone holds no other back.
    pub fn sendable_photos(&self, most: usize) -> Result<Vec<PendingPhoto>, LedgerError> {
        let mut sendable = Vec::new();
        for photo in self.pending_photos()? {
            if sendable.len() >= most {
                break;
            }
            if holds(&self.photos, photo.digest)? {
                sendable.push(photo);
            }
        }
        Ok(sendable)
    }

    /// Photos that a person declared lost wait for nothing any more (rule X4). How many went.
    pub fn forget_lost_photos(&mut self) -> Result<u64, LedgerError> {
        let gone = self
            .entries
            .prepare_cached(
                "DELETE FROM photo WHERE standing = 'pending' AND EXISTS (
                    SELECT 1 FROM photo_name n JOIN document d ON d.subject = n.subject,
                        json_each(CAST(d.body AS TEXT), '$.lost_photos') lost
                    WHERE n.digest = photo.digest AND lost.value = lower(hex(photo.digest)))",
            )?
            .execute([])?;
        Ok(gone as u64)
    }

    /// After an exchange that sent what the center asked for: what is in no receipt yet, and why.
    pub fn unsent_photos(&self) -> Result<UnsentPhotos, LedgerError> {
        let mut statement = self.entries.prepare_cached(
            "SELECT digest, named_by IN (SELECT id FROM entry WHERE standing = 'quarantined')
             FROM photo WHERE standing = 'pending'",
        )?;
        let mut rows = statement.query([])?;
        let mut unsent = UnsentPhotos::default();
        while let Some(row) = rows.next()? {
            if !holds(&self.photos, Digest(row.get(0)?))? {
                unsent.gone += 1;
            } else if row.get(1)? {
                unsent.refused += 1;
            } else {
                unsent.not_asked += 1;
            }
        }
        Ok(unsent)
    }

    /// Photos that neither an entry nor a draft names and that are older than this moment: swept, [`MOST_SWEPT`] at a time.
    /// How many went; none where a newer program wrote too.
    pub fn sweep_photos(&mut self, older_than: DateTime<FixedOffset>) -> Result<u64, LedgerError> {
        let mut statement = self.photos.prepare_cached("SELECT digest, added_at FROM photo_bytes")?;
        let mut rows = statement.query([])?;
        let mut orphans = Vec::new();
        while orphans.len() < MOST_SWEPT
            && let Some(row) = rows.next()?
        {
            let (digest, added_at) = (Digest(row.get(0)?), row.get::<_, String>(1)?);
            let is_old = DateTime::parse_from_rfc3339(&added_at).is_ok_and(|added| added < older_than);
            if is_old && !is_drafted(&self.entries, digest)? && !is_known(&self.entries, digest)? {
                orphans.push(digest);
            }
        }
        drop(rows);
        drop(statement);
        // After a repair, entries that name photos may still have to come from the center.
        let is_unsure = has_unknown_kinds(&self.entries)? || repair::awaits_center(&self.entries)?;
        if orphans.is_empty() || is_unsure {
            return Ok(0);
        }
        let transaction = self.photos.transaction()?;
        for digest in &orphans {
            transaction.prepare_cached("DELETE FROM photo_bytes WHERE digest = ?1")?.execute([digest.0])?;
        }
        transaction.commit()?;
        Ok(orphans.len() as u64)
    }

    /// Takes the bytes of photos that nothing names any more. A crash before it leaves them to a later sweep.
    pub(crate) fn drop_photos(&mut self, digests: &[Digest]) -> Result<(), LedgerError> {
        if digests.is_empty() {
            return Ok(());
        }
        let transaction = self.photos.transaction()?;
        for digest in digests {
            transaction.prepare_cached("DELETE FROM photo_bytes WHERE digest = ?1")?.execute([digest.0])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// The case a photo was taken for.
    pub fn subject_of_photo(&self, digest: Digest) -> Result<Option<SubjectId>, LedgerError> {
        Ok(self
            .entries
            .prepare_cached("SELECT subject FROM photo WHERE digest = ?1")?
            .query_row([digest.0], |row| row.get::<_, Uuid>(0))
            .optional()?
            .map(SubjectId))
    }
}
