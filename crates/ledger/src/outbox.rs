//! What waits to be sent: consecutive entries of the present life.

use crate::entry_row;
use crate::error::LedgerError;
use crate::laptop::Ledger;
use crate::leaving;
use bangban_model::entry::Entry;
use bangban_model::{Digest, StreamId};
use rusqlite::{Connection, OptionalExtension, params};

/// No post carries more entries; the rest goes with the next.
pub const MAX_BATCH_ENTRIES: u64 = 50_000;

/// The run of entries to send next. Empty where `last_seq` < `first_seq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// First entry.
    pub first_seq: u64,
    /// Last entry: the end of a record.
    pub last_seq: u64,
    /// Hash of the header of the last entry, or of the newest one where nothing is to send.
    pub head: Digest,
    /// How many entries wait beyond the last.
    pub left: u64,
}

/// How far the laptop knows a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownTo {
    /// The village.
    pub stream: StreamId,
    /// Its newest position here; 0 for none.
    pub position: u64,
    /// The stream hash there.
    pub stream_hash: Digest,
    /// Whether the laptop's own entries have to come whole: they were erased here, and the village came back (rule X8).
    pub whole: bool,
}

impl Ledger {
    /// What to send next: from the first entry in no receipt, in whole records.
    pub fn outgoing(&self) -> Result<Outgoing, LedgerError> {
        self.outgoing_within(MAX_BATCH_ENTRIES)
    }

    /// The same, with so many entries, and as many more as end the last record.
    pub fn outgoing_within(&self, most: u64) -> Result<Outgoing, LedgerError> {
        let life = self.life()?.id;
        let (tail, tail_hash) = entry_row::tail(&self.entries, life)?.unwrap_or((0, Digest::ZERO));
        let first: Option<i64> = self
            .entries
            .prepare_cached(
                "SELECT seq FROM entry WHERE incarnation = ?1 AND standing IN ('pending', 'held') ORDER BY seq LIMIT 1",
            )?
            .query_row([life.0], |row| row.get(0))
            .optional()?;
        let first = first.map(|seq| seq as u64).into_iter().chain(resend_from(&self.entries)?).min();
        let Some(first) = first else {
            return Ok(Outgoing { first_seq: tail + 1, last_seq: tail, head: tail_hash, left: 0 });
        };
        // A record is never split: it begins where its first part stands and ends where its last one does.
        let first = entry_row::at(&self.entries, life, first)?
            .map_or(first, |row| first.saturating_sub(u64::from(row.entry.header.record.index)));
        let mut last = tail.min(first.saturating_add(most.saturating_sub(1)));
        if last < tail
            && let Some(row) = entry_row::at(&self.entries, life, last)?
        {
            let part = row.entry.header.record;
            last += u64::from(part.count - 1 - part.index);
        }
        let head = entry_row::header_hash_at(&self.entries, life, last)?.unwrap_or(tail_hash);
        Ok(Outgoing { first_seq: first, last_seq: last, head, left: tail - last })
    }

    /// What is known already, so that an exchange can ask without sending: the newest entry in a receipt.
    pub fn nothing_outgoing(&self) -> Result<Outgoing, LedgerError> {
        let next = self.outgoing()?;
        let before = next.first_seq.saturating_sub(1);
        let head = entry_row::header_hash_at(&self.entries, self.life()?.id, before)?.unwrap_or(Digest::ZERO);
        let left = (next.last_seq + 1).saturating_sub(next.first_seq) + next.left;
        Ok(Outgoing { first_seq: next.first_seq, last_seq: before, head, left })
    }

    /// How many entries of the present life in this range wait for a receipt; those with a position too that the center no
    /// longer tells it has.
    pub fn pending_in(&self, first: u64, last: u64) -> Result<u64, LedgerError> {
        let count: i64 = self
            .entries
            .prepare_cached(
                "SELECT count(*) FROM entry
                 WHERE incarnation = ?1 AND seq BETWEEN ?2 AND ?3 AND standing IN ('pending', 'held')",
            )?
            .query_row(params![self.life()?.id.0, first as i64, last as i64], |row| row.get(0))?;
        let again = resend_from(&self.entries)?.map_or(0, |from| (last + 1).saturating_sub(from.max(first)));
        Ok(count as u64 + again)
    }

    /// Whether the last post got no receipt: then the next exchange begins by asking (rule X2).
    pub fn post_unanswered(&self) -> Result<bool, LedgerError> {
        self.noted("post_unanswered")
    }

    /// Remembers that a post is on its way, or that it was answered.
    pub fn set_post_unanswered(&mut self, unanswered: bool) -> Result<(), LedgerError> {
        self.note("post_unanswered", unanswered)
    }

    /// Whether the center signed for this laptop's sealed data key (rule K1).
    pub fn escrow_deposited(&self) -> Result<bool, LedgerError> {
        self.noted("escrow_deposited")
    }

    /// Remembers that the center signed for it.
    pub fn set_escrow_deposited(&mut self) -> Result<(), LedgerError> {
        self.note("escrow_deposited", true)
    }

    /// Forgets it: what the center holds opens this ledger no more, or will not for long. The next report deposits anew.
    pub fn set_escrow_outdated(&mut self) -> Result<(), LedgerError> {
        self.note("escrow_deposited", false)
    }

    /// Whether the center last said that it does not know this laptop, or no longer serves it.
    pub fn center_refused(&self) -> Result<bool, LedgerError> {
        self.noted("center_refused")
    }

    /// Remembers that the center said so, or that it serves this laptop.
    pub fn set_center_refused(&mut self, refused: bool) -> Result<(), LedgerError> {
        self.note("center_refused", refused)
    }

    /// Since when the center has revoked this laptop, as its newest receipt said.
    pub fn revoked_at(&self) -> Result<Option<String>, LedgerError> {
        Ok(self
            .entries
            .prepare_cached("SELECT value FROM note WHERE key = 'revoked_at'")?
            .query_row([], |row| row.get(0))
            .optional()?)
    }

    /// Remembers what a receipt said of that.
    pub fn set_revoked_at(&mut self, at: Option<&str>) -> Result<(), LedgerError> {
        if self.revoked_at()?.as_deref() == at {
            return Ok(());
        }
        let transaction = self.entries.transaction()?;
        transaction.execute("DELETE FROM note WHERE key = 'revoked_at'", [])?;
        if let Some(at) = at {
            transaction.execute("INSERT INTO note (key, value) VALUES ('revoked_at', ?1)", [at])?;
        }
        transaction.commit()?;
        Ok(())
    }

    fn noted(&self, key: &str) -> Result<bool, LedgerError> {
        let value: Option<String> = self
            .entries
            .prepare_cached("SELECT value FROM note WHERE key = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()?;
        Ok(value.as_deref() == Some("1"))
    }

    fn note(&mut self, key: &str, value: bool) -> Result<(), LedgerError> {
        if self.noted(key)? != value {
            note(&self.entries, key, value)?;
        }
        Ok(())
    }

    /// Entries of the present life in this range, in order.
    pub fn own_entries(&self, first: u64, last: u64) -> Result<Vec<Entry>, LedgerError> {
        let rows = entry_row::in_range(&self.entries, self.life()?.id, first, last)?;
        Ok(rows.into_iter().map(|row| row.entry).collect())
    }

    /// How far every stream of this laptop is known.
    pub fn cursors(&self) -> Result<Vec<KnownTo>, LedgerError> {
        let mut known = Vec::new();
        for stream in &self.enrolment()?.villages {
            let row: Option<(i64, [u8; 32])> = self
                .entries
                .prepare_cached("SELECT position, stream_hash FROM cursor WHERE stream = ?1")?
                .query_row([stream.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let (position, hash) = row.unwrap_or((0, [0; 32]));
            known.push(KnownTo {
                stream: stream.clone(),
                position: position as u64,
                stream_hash: Digest(hash),
                whole: leaving::comes_whole(&self.entries, stream)?,
            });
        }
        Ok(known)
    }

    /// The newest head of a stream that the center signed, as it came; none where there is none.
    pub fn signed_head(&self, stream: &StreamId) -> Result<Option<String>, LedgerError> {
        let head: Option<String> = self
            .entries
            .prepare_cached("SELECT head FROM cursor WHERE stream = ?1")?
            .query_row([stream.as_str()], |row| row.get(0))
            .optional()?;
        Ok(head.filter(|text| !text.is_empty()))
    }

    /// When the newest receipt came, by this laptop's raw clock.
    pub fn last_receipt_at(&self) -> Result<Option<String>, LedgerError> {
        Ok(self
            .entries
            .prepare_cached("SELECT at FROM receipt ORDER BY id DESC LIMIT 1")?
            .query_row([], |row| row.get(0))
            .optional()?)
    }

    /// When an exchange last came to its end, by this laptop's raw clock.
    pub fn last_success_at(&self) -> Result<Option<String>, LedgerError> {
        Ok(self
            .entries
            .prepare_cached("SELECT value FROM note WHERE key = 'last_success_at'")?
            .query_row([], |row| row.get(0))
            .optional()?)
    }

    /// Remembers when an exchange came to its end, for the next start of the program.
    pub fn set_last_success_at(&mut self, at: &str) -> Result<(), LedgerError> {
        self.entries
            .prepare_cached(
                "INSERT INTO note (key, value) VALUES ('last_success_at', ?1)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?
            .execute([at])?;
        Ok(())
    }

    /// How many entries wait for a receipt.
    pub fn pending_entries(&self) -> Result<u64, LedgerError> {
        let count: i64 = self
            .entries
            .prepare_cached("SELECT count(*) FROM entry WHERE standing IN ('pending', 'held')")?
            .query_row([], |row| row.get(0))?;
        Ok(count as u64)
    }
}

pub(crate) fn note(connection: &Connection, key: &str, value: bool) -> Result<(), LedgerError> {
    connection
        .prepare_cached(
            "INSERT INTO note (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute([key, if value { "1" } else { "0" }])?;
    Ok(())
}

/// From where on entries with a position go up once more.
fn resend_from(connection: &Connection) -> Result<Option<u64>, LedgerError> {
    let from: Option<String> = connection
        .prepare_cached("SELECT value FROM note WHERE key = 'resend_from'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(from.and_then(|from| from.parse().ok()))
}

/// Remembers it, or that nothing is to go once more.
pub(crate) fn note_resend(connection: &Connection, from: Option<u64>) -> Result<(), LedgerError> {
    match from {
        Some(from) => connection
            .prepare_cached(
                "INSERT INTO note (key, value) VALUES ('resend_from', ?1)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?
            .execute([from.to_string()])?,
        None => connection.prepare_cached("DELETE FROM note WHERE key = 'resend_from'")?.execute([])?,
    };
    Ok(())
}
