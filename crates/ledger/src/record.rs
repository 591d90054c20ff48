//! The one write path (rule E3): entries, folded documents, search index and pending mark in one transaction.

use crate::draft::DraftId;
use crate::entry_row::{self, EntryRow, EntryStanding};
use crate::error::LedgerError;
use crate::laptop::Ledger;
use crate::{document_row, photo_row};
use bangban_model::entry::{self, Entry, NewEntry, Place, RecordPart};
use bangban_model::photo::photos_named;
use bangban_model::rights::may_write;
use bangban_model::{Actor, Code, Digest, EntryId, IncarnationId, RecordId, StreamId, planted};
use chrono::{DateTime, FixedOffset};
use rusqlite::{Transaction, TransactionBehavior};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Who writes, and when by the laptop's raw clock.
#[derive(Clone, Copy, Debug)]
pub struct Author {
    /// The agent.
    pub by: Actor,
    /// The wall clock.
    pub at: DateTime<FixedOffset>,
}

/// A record that is now durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The record.
    pub id: RecordId,
    /// Its entries.
    pub entries: Vec<EntryId>,
}

impl Ledger {
    /// Writes one record. When this returns, it is on the disk; the draft it came from is gone with it.
    pub fn record(
        &mut self,
        author: Author,
        entries: Vec<NewEntry>,
        draft: Option<DraftId>,
    ) -> Result<Recorded, LedgerError> {
        let mut recorded = self.record_many(author, vec![entries], draft)?;
        recorded.pop().ok_or(LedgerError::Damaged("an empty record"))
    }

    /// Writes several records in one transaction: all or none.
    pub fn record_many(
        &mut self,
        author: Author,
        records: Vec<Vec<NewEntry>>,
        draft: Option<DraftId>,
    ) -> Result<Vec<Recorded>, LedgerError> {
        let life = self.life()?.id;
        let villages = &self.enrolment()?.villages;
        if records.iter().flatten().any(|new| !villages.contains(&new.stream)) {
            return Err(Code::VillageTaken.into());
        }
        let photos = &self.photos;
        let transaction = self.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for named in records.iter().flatten().filter_map(|new| new.body.field_set()).flat_map(photos_named) {
            // Photos are committed to photos.db before an entry names them; an entry never names a hole.
            if !photo_row::holds(photos, named.digest)? && !photo_row::is_known(&transaction, named.digest)? {
                return Err(Code::PhotoUnreadable.into());
            }
        }
        let recorded = write(&transaction, life, author, records)?;
        if let Some(draft) = draft {
            transaction.prepare_cached("DELETE FROM draft WHERE id = ?1")?.execute([draft.0])?;
        }
        if planted::out("save_without_commit") {
            return Ok(recorded);
        }
        match transaction.commit() {
            Err(_) if planted::out("ignore_write_error") => {}
            committed => committed?,
        }
        Ok(recorded)
    }
}

/// Chains, seals, stores and folds records inside the caller's transaction.
pub(crate) fn write(
    transaction: &Transaction<'_>,
    life: IncarnationId,
    author: Author,
    records: Vec<Vec<NewEntry>>,
) -> Result<Vec<Recorded>, LedgerError> {
    let (mut seq, mut prev) = entry_row::tail(transaction, life)?.unwrap_or((0, Digest::ZERO));
    let mut stream_tails: BTreeMap<StreamId, Digest> = BTreeMap::new();
    let mut recorded = Vec::with_capacity(records.len());
    for record in records {
        let id = RecordId(Uuid::now_v7());
        if record.is_empty() {
            return Err(Code::BadInput.into());
        }
        let count = u32::try_from(record.len()).unwrap_or(u32::MAX);
        let mut entries = Vec::with_capacity(record.len());
        for (index, new) in record.iter().enumerate() {
            if !may_write(&author.by, new.body.kind(), new.audience) {
                return Err(Code::NotAllowed.into());
            }
            let stream_prev = match stream_tails.get(&new.stream) {
                Some(hash) => *hash,
                None => entry_row::stream_tail(transaction, life, &new.stream)?,
            };
            seq += 1;
            let place = Place {
                id: EntryId(Uuid::now_v7()),
                incarnation: life,
                seq,
                prev,
                stream_prev,
                at: author.at,
                by: author.by,
                record: RecordPart { id, index: index as u32, count },
                salt: bangban_keys::random_bytes()?,
            };
            let entry = entry::seal(new, place).map_err(|_| LedgerError::Coded(Code::BadInput))?;
            prev = entry.header_hash();
            stream_tails.insert(new.stream.clone(), prev);
            entries.push(entry.header.id);
            store(transaction, entry)?;
        }
        recorded.push(Recorded { id, entries });
    }
    Ok(recorded)
}

fn store(transaction: &Transaction<'_>, entry: Entry) -> Result<(), LedgerError> {
    let row = EntryRow {
        entry,
        standing: EntryStanding::Pending,
        reason: None,
        position: None,
        received_at: None,
        batch: None,
    };
    entry_row::insert(transaction, &row)?;
    let document = document_row::append(transaction, row.as_standing())?;
    if document.stream != row.entry.header.stream {
        // A subject stays in the village of its birth (rule E1).
        return Err(Code::BadInput.into());
    }
    if document.newer {
        // A newer program wrote about it: read-only here (rule F5).
        return Err(Code::NewerRecord.into());
    }
    photo_row::put_named(transaction, &row.entry)
}
