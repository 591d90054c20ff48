//! A ledger goes on as a new life (rules E2, D1): after a copy of it was put back, the center holds another history of the
//! old life than this ledger. What no receipt covers is written again under the same ids, and nothing is lost.

use crate::enrolment::NewLife;
use crate::entry_row::{self, EntryRow, EntryStanding};
use crate::error::LedgerError;
use crate::laptop::{Ledger, Life, life_of, read_life};
use crate::record::{self, Author};
use crate::{document_row, outbox};
use bangban_model::body::{Fork, LedgerBegun};
use bangban_model::entry::{Entry, NewEntry, RecordPart};
use bangban_model::lineage::{MOST_AGAIN, subject_of_life};
use bangban_model::{Audience, Body, Code, Digest, EntryId, IncarnationId, RecordId, StreamId, SubjectId};
use chrono::{DateTime, FixedOffset};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A life that continues another, as the center is told of it.
pub struct Continuation {
    /// The life.
    pub life: Life,
    /// The one it continues, whose key vouches for it.
    pub ancestor: Life,
    /// The last place both share.
    pub fork_seq: u64,
    /// Hash of the header there; zero at 0.
    pub fork_hash: Digest,
}

impl Ledger {
    /// Begins a new life at the last record that a receipt covers. Everything is one transaction: the new keys, what the
    /// new life says of its beginning in each village, and what is written again.
    pub fn begin_life(&mut self, new: NewLife, at: DateTime<FixedOffset>) -> Result<(), LedgerError> {
        let old = self.life()?.id;
        let fork_seq = self.outgoing_within(1)?.first_seq - 1;
        let villages = self.enrolment()?.villages.clone();
        let transaction = self.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let fork = Fork { ancestor: old, seq: fork_seq, header_hash: hash_at(&transaction, old, fork_seq)? };
        let unheard = unheard(&transaction, old, fork_seq)?;
        // Who wrote last what the center holds may write there.
        let writer = entry_row::at(&transaction, old, fork_seq.max(1))?
            .ok_or(LedgerError::Damaged("a life without a beginning"))?;
        let author = Author { by: writer.entry.header.by, at };
        begin(&transaction, &new, Beginning { fork, villages, author }, &unheard)?;
        transaction.commit()?;
        self.life = read_life(&self.entries)?;
        Ok(())
    }

    /// Lives of which the center is still to be told, the oldest first.
    pub fn unpresented_lives(&self) -> Result<Vec<Continuation>, LedgerError> {
        self.continuations("l.presented_at IS NULL")
    }

    /// Every life that continues another, the oldest first.
    pub fn continuing_lives(&self) -> Result<Vec<Continuation>, LedgerError> {
        self.continuations("1")
    }

    fn continuations(&self, which: &str) -> Result<Vec<Continuation>, LedgerError> {
        let sql = format!(
            "SELECT l.id, l.signing, l.opening, a.id, a.signing, a.opening, l.fork_seq
             FROM life l JOIN life a ON a.id = l.ancestor WHERE {which} ORDER BY l.rowid"
        );
        let mut statement = self.entries.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut lives = Vec::new();
        while let Some(row) = rows.next()? {
            let life = life_of(row.get(0)?, row.get(1)?, row.get(2)?)?;
            let ancestor = life_of(row.get(3)?, row.get(4)?, row.get(5)?)?;
            let fork_seq = row.get::<_, Option<i64>>(6)?.unwrap_or(0) as u64;
            let fork_hash = hash_at(&self.entries, ancestor.id, fork_seq)?;
            lives.push(Continuation { life, ancestor, fork_seq, fork_hash });
        }
        Ok(lives)
    }

    /// The center took this life.
    pub fn set_presented(
        &mut self,
        life: IncarnationId,
        at: DateTime<FixedOffset>,
    ) -> Result<(), LedgerError> {
        self.entries
            .prepare_cached("UPDATE life SET presented_at = ?2 WHERE id = ?1 AND presented_at IS NULL")?
            .execute(params![life.0, at.to_rfc3339()])?;
        Ok(())
    }

    /// The center may have forgotten the lives that it was told of; whether there are any to tell again.
    pub fn present_again(&mut self) -> Result<bool, LedgerError> {
        let again = self
            .entries
            .prepare_cached("UPDATE life SET presented_at = NULL WHERE ancestor IS NOT NULL")?
            .execute([])?;
        Ok(again > 0)
    }

    /// When this ledger last went on as a new life, if the agent has not read so yet (raw wall clock).
    pub fn untold_life(&self) -> Result<Option<String>, LedgerError> {
        Ok(self
            .entries
            .prepare_cached(
                "SELECT begun_at FROM life WHERE ancestor IS NOT NULL AND told_at IS NULL ORDER BY rowid DESC LIMIT 1",
            )?
            .query_row([], |row| row.get(0))
            .optional()?)
    }

    /// The agent has read it.
    pub fn set_life_told(&mut self, at: DateTime<FixedOffset>) -> Result<(), LedgerError> {
        self.entries
            .prepare_cached("UPDATE life SET told_at = ?1 WHERE told_at IS NULL")?
            .execute([at.to_rfc3339()])?;
        Ok(())
    }
}

/// Where a new life begins.
pub(crate) struct Beginning {
    /// The last place that it shares with the life before.
    pub(crate) fork: Fork,
    /// The villages of the laptop.
    pub(crate) villages: Vec<StreamId>,
    /// Who says so: somebody who may write there.
    pub(crate) author: Author,
}

/// Begins a new life inside the caller's transaction: its keys, what it says of its beginning, and what is written again.
pub(crate) fn begin(
    transaction: &Transaction<'_>,
    new: &NewLife,
    at: Beginning,
    unheard: &[EntryRow],
) -> Result<(), LedgerError> {
    let Beginning { fork, villages, author } = at;
    let life = new.life.id;
    transaction.execute(
        "INSERT INTO life (id, begun_at, signing, opening, ancestor, fork_seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            life.0,
            author.at.to_rfc3339(),
            new.life.signing.to_secret_bytes().as_slice(),
            new.life.opening.to_secret_text().as_str(),
            fork.ancestor.0,
            fork.seq as i64
        ],
    )?;
    let begun = LedgerBegun { program: new.program.clone(), villages, fork: Some(fork), again: Vec::new() };
    record::write(transaction, life, author, beginnings(life, &begun, unheard)?)?;
    outbox::note_resend(transaction, None)?;
    write_again(transaction, life, unheard, false)?;
    outbox::note(transaction, "post_unanswered", false)
}

/// Begins a life at the place of another that both share, and writes again under it what no receipt covers.
pub(crate) fn fork_off(
    transaction: &Transaction<'_>,
    old: IncarnationId,
    villages: &[StreamId],
    new: &NewLife,
    (seq, header_hash): (u64, Digest),
    author: Author,
) -> Result<(), LedgerError> {
    let fork = Fork { ancestor: old, seq, header_hash };
    let unheard = unheard(transaction, old, seq)?;
    begin(transaction, new, Beginning { fork, villages: villages.to_vec(), author }, &unheard)
}

/// What a life wrote that is not known here any more (it did not read, and the ledger was enrolled anew) and no receipt covers:
/// it is written again as the present life's own.
pub(crate) fn take_in_unheard(transaction: &Transaction<'_>, life: IncarnationId) -> Result<(), LedgerError> {
    let sql = format!(
        "SELECT {} FROM entry WHERE standing IN ('pending', 'held') AND incarnation NOT IN (SELECT id FROM life)
         ORDER BY rowid",
        entry_row::COLUMNS
    );
    let rows = transaction.prepare(&sql)?.query_map([], entry_row::read)?.collect::<Result<Vec<_>, _>>()?;
    // What that life said of itself and its agents speaks of it alone.
    let speaks_of_life = |row: &EntryRow| {
        matches!(row.entry.header.kind.as_str(), "ledger_begun" | "agent_added" | "agent_removed")
    };
    let (of_life, told): (Vec<EntryRow>, Vec<EntryRow>) = rows.into_iter().partition(speaks_of_life);
    for row in &of_life {
        entry_row::make_alias(transaction, row.entry.header.incarnation, row.entry.header.seq)?;
    }
    write_again(transaction, life, &told, false)
}

/// The hash of the header at this place of one of this ledger's lives.
pub(crate) fn hash_at(connection: &Connection, life: IncarnationId, seq: u64) -> Result<Digest, LedgerError> {
    if seq == 0 {
        return Ok(Digest::ZERO);
    }
    if let Some(hash) = entry_row::header_hash_at(connection, life, seq)? {
        return Ok(hash);
    }
    // A ledger that was restored from its second copy may not have the entry, but knows what it was.
    let noted: Option<String> = connection
        .prepare_cached("SELECT value FROM note WHERE key = ?1")?
        .query_row([fork_note(life, seq)], |row| row.get(0))
        .optional()?;
    if let Some(hash) = noted.and_then(|hash| Digest::parse(&hash)) {
        return Ok(hash);
    }
    // After a repair the entry itself may still have to come: what was written next names it, and so does what the next life
    // says of its beginning.
    if let Some(next) = entry_row::at(connection, life, seq + 1)? {
        return Ok(next.entry.header.prev);
    }
    told_fork(connection, life, seq)?.ok_or(LedgerError::Damaged("a gap among this ledger's own entries"))
}

fn told_fork(
    connection: &Connection,
    ancestor: IncarnationId,
    seq: u64,
) -> Result<Option<Digest>, LedgerError> {
    let sql = format!("SELECT {} FROM entry WHERE kind = 'ledger_begun' ORDER BY rowid", entry_row::COLUMNS);
    let rows = connection.prepare(&sql)?.query_map([], entry_row::read)?.collect::<Result<Vec<_>, _>>()?;
    Ok(rows.iter().find_map(|row| match row.entry.body() {
        Ok(Some(Body::LedgerBegun(begun))) => begun
            .fork
            .filter(|fork| (fork.ancestor, fork.seq) == (ancestor, seq))
            .map(|fork| fork.header_hash),
        _ => None,
    }))
}

fn fork_note(life: IncarnationId, seq: u64) -> String {
    format!("fork_hash/{life}/{seq}")
}

/// Remembers the hash of the header at which a life branches off, for a ledger that may not have the entry.
pub(crate) fn note_fork(connection: &Connection, fork: &Fork) -> Result<(), LedgerError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO note (key, value) VALUES (?1, ?2)")?
        .execute([fork_note(fork.ancestor, fork.seq), fork.header_hash.to_string()])?;
    Ok(())
}

/// The records after the fork that no receipt covers, in their order.
fn unheard(
    transaction: &Transaction<'_>,
    old: IncarnationId,
    fork_seq: u64,
) -> Result<Vec<EntryRow>, LedgerError> {
    let rows = entry_row::in_range(transaction, old, fork_seq + 1, i64::MAX as u64)?;
    let mut unheard = Vec::new();
    for record in rows.chunk_by(|one, other| one.entry.header.record.id == other.entry.header.record.id) {
        // Beyond a gap there may be one whose fate is known: it is at the center, and stays as it is. So is the beginning of a
        // life whose history the center has otherwise: it speaks of that life alone.
        let is_known = |row: &EntryRow| {
            matches!(row.standing, EntryStanding::Positioned | EntryStanding::Quarantined)
                || matches!(row.entry.body(), Ok(Some(Body::LedgerBegun(begun))) if begun.fork.is_some())
        };
        match record.iter().any(is_known) {
            false => unheard.extend_from_slice(record),
            true => {
                for row in record.iter().filter(|row| row.standing == EntryStanding::Pending) {
                    let seq = row.entry.header.seq;
                    entry_row::set_standing(transaction, old, seq, EntryStanding::Received, None)?;
                }
            }
        }
    }
    Ok(unheard)
}

/// What the new life says of its beginning: in each village a record of its own, so that one that is refused holds no
/// other back.
fn beginnings(
    life: IncarnationId,
    begun: &LedgerBegun,
    unheard: &[EntryRow],
) -> Result<Vec<Vec<NewEntry>>, LedgerError> {
    let first = begun.villages.first().cloned().ok_or(LedgerError::Damaged("no village"))?;
    let mut again: BTreeMap<StreamId, Vec<(u64, EntryId)>> =
        begun.villages.iter().map(|village| (village.clone(), Vec::new())).collect();
    for (index, row) in (0..).zip(unheard) {
        let header = &row.entry.header;
        again.entry(header.stream.clone()).or_default().push((index, header.id));
    }
    let parts = |of_village: &Vec<(u64, EntryId)>| of_village.len().div_ceil(MOST_AGAIN).max(1);
    let count: usize = again.values().map(parts).sum();
    let mut records = Vec::with_capacity(count);
    for (stream, mut named) in again {
        for (index, _) in &mut named {
            // They follow the beginnings, in their order.
            *index += count as u64 + 1;
        }
        let mut parts: Vec<Vec<(u64, EntryId)>> = named.chunks(MOST_AGAIN).map(<[_]>::to_vec).collect();
        if parts.is_empty() {
            parts.push(Vec::new());
        }
        for again in parts {
            records.push(vec![NewEntry {
                subject: subject_of_life(life, &first, &stream),
                stream: stream.clone(),
                audience: Audience::All,
                saw: None,
                body: Body::LedgerBegun(LedgerBegun { again, ..begun.clone() }),
            }]);
        }
    }
    Ok(records)
}

/// Writes entries again as the new life's: equal in all but their place in the chains (rule X5). The old headers stay,
/// as aliases.
pub(crate) fn write_again(
    transaction: &Transaction<'_>,
    life: IncarnationId,
    unheard: &[EntryRow],
    of_another: bool,
) -> Result<(), LedgerError> {
    let (mut seq, mut prev) = entry_row::tail(transaction, life)?.unwrap_or((0, Digest::ZERO));
    let mut tails: BTreeMap<StreamId, Digest> = BTreeMap::new();
    let mut touched: BTreeSet<SubjectId> = BTreeSet::new();
    let unheard = &whole_records(unheard);
    for row in unheard {
        let mut header = row.entry.header.clone();
        let stream_prev = match tails.get(&header.stream) {
            Some(hash) => *hash,
            None => entry_row::stream_tail(transaction, life, &header.stream)?,
        };
        seq += 1;
        (header.incarnation, header.seq, header.prev, header.stream_prev) = (life, seq, prev, stream_prev);
        if of_another {
            header.again_of = Some(row.entry.header_hash());
        }
        let bytes = serde_json::to_vec(&header).map_err(|_| LedgerError::Coded(Code::Internal))?;
        let entry = Entry::from_bytes(bytes, row.entry.body_bytes.clone())
            .map_err(|_| LedgerError::Damaged("an entry cannot be written again"))?;
        prev = entry.header_hash();
        tails.insert(header.stream, prev);
        touched.insert(header.subject);
        let old = &row.entry.header;
        entry_row::make_alias(transaction, old.incarnation, old.seq)?;
        let row = EntryRow {
            entry,
            standing: EntryStanding::Pending,
            reason: None,
            position: None,
            received_at: None,
            batch: None,
        };
        entry_row::insert(transaction, &row)?;
    }
    for subject in touched {
        document_row::refold(transaction, subject)?;
    }
    Ok(())
}

/// What is left of a record of which parts are gone (after a repair) is a record of its own: the center takes whole ones alone.
fn whole_records(rows: &[EntryRow]) -> Vec<EntryRow> {
    let mut whole = Vec::with_capacity(rows.len());
    for record in rows.chunk_by(|one, other| one.entry.header.record.id == other.entry.header.record.id) {
        let count = record.len() as u32;
        let is_whole = record.first().is_none_or(|row| row.entry.header.record.count == count);
        let id = RecordId(Uuid::now_v7());
        for (row, index) in record.iter().zip(0..) {
            let mut row = row.clone();
            if !is_whole {
                row.entry.header.record = RecordPart { id, index, count };
            }
            whole.push(row);
        }
    }
    whole
}

/// Whether this is one of the ledger's lives.
pub(crate) fn is_own(connection: &Connection, life: IncarnationId) -> Result<bool, LedgerError> {
    Ok(connection.prepare_cached("SELECT 1 FROM life WHERE id = ?1")?.exists([life.0])?)
}

/// The lives of this ledger, each with the last place that the next one shares with it; none for the present one.
pub(crate) fn line(connection: &Connection) -> Result<Vec<(IncarnationId, Option<u64>)>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT l.id, (SELECT n.fork_seq FROM life n WHERE n.ancestor = l.id ORDER BY n.rowid DESC LIMIT 1)
         FROM life l ORDER BY l.rowid",
    )?;
    let lives = statement.query_map([], |row| {
        let fork: Option<i64> = row.get(1)?;
        Ok((IncarnationId(row.get::<_, Uuid>(0)?), fork.map(|seq| seq as u64)))
    })?;
    Ok(lives.collect::<Result<_, _>>()?)
}
