//! Full-size photos leave the laptop once the center has had them for long, and a second copy of the center holds them (rule X7).
//!
//! Only the center's own clock and words count: the receipt that named the photo, and a backup that was begun after that receipt and
//! was first named later. A photo that the center asks for again is given up only by a person's word (rule X4).

use crate::error::LedgerError;
use crate::laptop::Ledger;
use crate::receive::ReceiptFacts;
use bangban_model::Digest;
use chrono::{DateTime, FixedOffset, TimeDelta};
use rusqlite::{Connection, OptionalExtension, params};

/// So long a full-size photo stays at the least (days).
pub const KEPT_DAYS: i64 = 90;
/// One go takes no more: whoever works must not wait for it.
pub const MOST_THINNED: usize = 500;

const BACKUP: &str = "center_backup";
const CLOCK: &str = "center_clock";
const EPOCH: &str = "center_epoch";

/// What the newest receipt of the moment said of the center.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CenterSaid {
    /// Its newest verified backup: the time when that was begun.
    pub backup: Option<String>,
    /// Its clock.
    pub clock: Option<String>,
}

/// What left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thinned {
    /// Pictures.
    pub photos: u64,
    /// What they weighed (bytes).
    pub bytes: u64,
}

/// What the center said last.
pub(crate) fn center_said(connection: &Connection) -> Result<CenterSaid, LedgerError> {
    let note = |key: &str| -> Result<Option<String>, LedgerError> {
        let value = connection
            .prepare_cached("SELECT value FROM note WHERE key = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()?;
        Ok(value)
    };
    Ok(CenterSaid { backup: note(BACKUP)?, clock: note(CLOCK)? })
}

/// Keeps what a receipt says, if it was given just now or later than what is known: a center that was put back may name an
/// older backup again, or none; a file may have been under way for long.
pub(crate) fn note_center(connection: &Connection, facts: &ReceiptFacts) -> Result<(), LedgerError> {
    let known = center_said(connection)?.clock.as_deref().and_then(time);
    let is_later = facts.given_at.as_deref().and_then(time) > known;
    if facts.kind != "exchange" || !(facts.present || is_later) {
        return Ok(());
    }
    note_epoch(connection, facts.epoch)?;
    for (key, value) in [(BACKUP, &facts.backup), (CLOCK, &facts.given_at)] {
        match value {
            Some(value) => connection
                .prepare_cached(
                    "INSERT INTO note (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                )?
                .execute([key, value])?,
            None => connection.prepare_cached("DELETE FROM note WHERE key = ?1")?.execute([key])?,
        };
    }
    Ok(())
}

/// A center that was put back from a copy may have lost what its receipts named, and a backup that it makes now does not hold it:
/// no receipt of an earlier epoch lets anything go.
fn note_epoch(connection: &Connection, epoch: Option<u64>) -> Result<(), LedgerError> {
    let Some(epoch) = epoch else { return Ok(()) };
    let known: Option<String> = connection
        .prepare_cached("SELECT value FROM note WHERE key = ?1")?
        .query_row([EPOCH], |row| row.get(0))
        .optional()?;
    let known = known.and_then(|text| text.parse::<u64>().ok());
    if known == Some(epoch) {
        return Ok(());
    }
    if known.is_some() {
        connection.execute("UPDATE photo SET given_at = NULL WHERE thinned_at IS NULL", [])?;
        connection.execute("UPDATE left_stream SET stays = 1 WHERE erased_at IS NULL", [])?;
    }
    connection
        .prepare_cached(
            "INSERT INTO note (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute([EPOCH, &epoch.to_string()])?;
    Ok(())
}

/// Whether something that a receipt named is in a backup that was begun and first named afterwards.
pub(crate) fn is_backed(said: &CenterSaid, given_at: &str, backup_then: &str) -> bool {
    let Some(backup) = said.backup.as_deref() else { return false };
    let (Some(made), Some(given)) = (time(backup), time(given_at)) else { return false };
    backup != backup_then && made >= given
}

fn time(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text).ok()
}

impl Ledger {
    /// What the center said last of itself.
    pub fn center_said(&self) -> Result<CenterSaid, LedgerError> {
        center_said(&self.entries)
    }

    /// The pictures that may leave now, the oldest receipt first; those that a draft holds on to stay.
    pub fn thinnable(&self, most: usize) -> Result<Vec<(Digest, u64)>, LedgerError> {
        let said = self.center_said()?;
        let Some(now) = said.clock.as_deref().and_then(time) else { return Ok(Vec::new()) };
        let mut statement = self.entries.prepare_cached(
            "SELECT digest, size_bytes, given_at, coalesce(backup_then, '') FROM photo
             WHERE standing = 'received' AND thumbnail = 0 AND thinned_at IS NULL AND given_at IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM draft_photo WHERE draft_photo.digest = photo.digest)
             ORDER BY given_at",
        )?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while found.len() < most
            && let Some(row) = rows.next()?
        {
            let (given_at, backup_then): (String, String) = (row.get(2)?, row.get(3)?);
            let is_old = time(&given_at).is_some_and(|given| now - given >= TimeDelta::days(KEPT_DAYS));
            if is_old && is_backed(&said, &given_at, &backup_then) {
                found.push((Digest(row.get(0)?), row.get::<_, i64>(1)? as u64));
            }
        }
        Ok(found)
    }

    /// Lets those pictures go; their thumbnails stay. What a crash left in between goes too.
    pub fn thin_photos(&mut self) -> Result<Thinned, LedgerError> {
        let Some(now) = self.center_said()?.clock else { return Ok(Thinned::default()) };
        let going = self.thinnable(MOST_THINNED)?;
        let transaction = self.entries.transaction()?;
        for (digest, _) in &going {
            // First the word, then the bytes: a picture that is gone was said to be gone.
            transaction
                .prepare_cached("UPDATE photo SET thinned_at = ?2 WHERE digest = ?1")?
                .execute(params![digest.0, now])?;
        }
        transaction.commit()?;
        let left = self
            .entries
            .prepare_cached(
                "SELECT digest FROM photo WHERE thinned_at IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM draft_photo WHERE draft_photo.digest = photo.digest)",
            )?
            .query_map([], |row| row.get(0).map(Digest))?
            .collect::<Result<Vec<_>, _>>()?;
        self.drop_photos(&left)?;
        Ok(Thinned { photos: going.len() as u64, bytes: going.iter().map(|(_, bytes)| bytes).sum() })
    }

    /// Whether this picture left the laptop because the center and its backup have it.
    pub fn is_thinned(&self, digest: Digest) -> Result<bool, LedgerError> {
        Ok(self
            .entries
            .prepare_cached(
                "SELECT 1 FROM photo WHERE digest = ?1 AND thinned_at IS NOT NULL AND standing = 'received'",
            )?
            .exists([digest.0])?)
    }
}
