//! A village that this laptop is no longer responsible for (rule X8): what it holds of it is erased once nothing of it waits here
//! any more and a verified backup of the center holds it. Headers stay: the chains go on verifying.
//!
//! Where the village comes back, its stream is asked for anew from its beginning, the laptop's own entries whole.

use crate::error::LedgerError;
use crate::laptop::Ledger;
use crate::thin::{center_said, is_backed};
use crate::{document_row, life, photo_row, repair};
use bangban_model::{Digest, StreamId, SubjectId};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What stays of a village that went: who wrote, and what was erased or settled. Nothing of it is about a person.
const KEPT_KINDS: &str =
    "('ledger_begun', 'agent_added', 'agent_removed', 'subject_erased', 'refusal_settled')";

/// In `left_stream.returns`: the ledger was restored from its second copy, and all of the stream is asked for, its own
/// entries whole.
const REFILLING: i64 = 2;

/// A village that is on its way out, or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// The village.
    pub stream: StreamId,
    /// Entries and photos of it that no receipt names yet.
    pub waiting: u64,
    /// Drafts of it: they keep it here until they are handed in or thrown away.
    pub drafts: u64,
    /// When its bodies went, by the center's clock.
    pub erased_at: Option<String>,
}

/// Whether this stream was erased here and has to come whole.
pub(crate) fn comes_whole(connection: &Connection, stream: &StreamId) -> Result<bool, LedgerError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM left_stream WHERE stream = ?1 AND emptied = 1")?
        .exists([stream.as_str()])?)
}

/// The streams whose bodies are not here any more.
pub(crate) fn erased(connection: &Connection) -> Result<BTreeSet<StreamId>, LedgerError> {
    let mut statement = connection.prepare("SELECT stream FROM left_stream WHERE emptied = 1")?;
    let codes = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(codes.iter().filter_map(|code| StreamId::parse(code)).collect())
}

/// Whether a mark stands for an own entry whose body has to come: who answered did not know that it is not here.
pub(crate) fn is_emptied(
    connection: &Connection,
    stream: &StreamId,
    header_hash: Digest,
) -> Result<bool, LedgerError> {
    let sql = format!(
        "SELECT 1 FROM entry WHERE header_hash = ?1 AND stream = ?2 AND position IS NULL AND body IS NULL
         AND kind NOT IN {KEPT_KINDS}"
    );
    Ok(connection.prepare_cached(&sql)?.exists(params![header_hash.0, stream.as_str()])?)
}

/// Whether an entry of a stream that was erased keeps its body all the same.
pub(crate) fn keeps_body(kind: &str) -> bool {
    KEPT_KINDS.contains(&format!("'{kind}'"))
}

/// The ledger was restored from its second copy: what the center holds of these villages comes whole.
pub(crate) fn begin_refill(
    connection: &Connection,
    villages: &[StreamId],
    at: &str,
) -> Result<(), LedgerError> {
    for stream in villages {
        connection
            .prepare_cached(
                "INSERT INTO left_stream (stream, erased_at, emptied, returns) VALUES (?1, ?2, 1, ?3)",
            )?
            .execute(params![stream.as_str(), at, REFILLING])?;
    }
    Ok(())
}

/// Whether this stream comes anew because the ledger was restored from its second copy.
pub(crate) fn is_refilling(connection: &Connection, stream: &StreamId) -> Result<bool, LedgerError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM left_stream WHERE stream = ?1 AND returns = ?2")?
        .exists(params![stream.as_str(), REFILLING])?)
}

/// After a page: a stream that came whole, and of which nothing is missing any more, is like any other.
pub(crate) fn end_return(connection: &Connection, stream: &StreamId) -> Result<(), LedgerError> {
    if repair::awaits_center(connection)? {
        // Own entries of which not even the header is here are still to come: nobody can tell from one page that they all came.
        return Ok(());
    }
    let sql = format!(
        "DELETE FROM left_stream WHERE stream = ?1 AND returns <> {REFILLING} AND NOT EXISTS (
            SELECT 1 FROM entry WHERE stream = ?1 AND body IS NULL AND standing = 'received' AND kind NOT IN {KEPT_KINDS})"
    );
    connection.prepare_cached(&sql)?.execute([stream.as_str()])?;
    Ok(())
}

impl Ledger {
    /// After an exchange that brought every page to its end: a restored ledger has all that the center holds.
    pub fn end_refill(&mut self) -> Result<(), LedgerError> {
        self.entries
            .prepare_cached(
                "DELETE FROM left_stream WHERE returns = ?1 AND stream IN (SELECT stream FROM cursor)",
            )?
            .execute([REFILLING])?;
        Ok(())
    }

    /// The villages on their way out, and those that went.
    pub fn leaving(&self) -> Result<Vec<Leaving>, LedgerError> {
        left(&self.entries, &self.enrolment()?.villages)
    }

    /// To be called when a receipt was taken in: notes which villages are lost, erases what may go, and makes room for one that
    /// came back. The streams that were erased now.
    pub fn leave_streams(&mut self) -> Result<Vec<StreamId>, LedgerError> {
        let villages = self.enrolment()?.villages.clone();
        let said = center_said(&self.entries)?;
        let transaction = self.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
        note_lost(&transaction, &villages)?;
        let (mut gone, mut photos) = (Vec::new(), Vec::new());
        for stream in &villages {
            // Of what was not erased, nothing has to come back.
            transaction.execute(
                "DELETE FROM left_stream WHERE stream = ?1 AND erased_at IS NULL",
                [stream.as_str()],
            )?;
            if comes_whole(&transaction, stream)? {
                begin_return(&transaction, stream)?;
            }
        }
        for one in left(&transaction, &villages)?.into_iter().filter(|one| one.erased_at.is_none()) {
            if one.waiting + one.drafts > 0 {
                transaction.execute(
                    "UPDATE left_stream SET given_at = NULL, backup_then = NULL WHERE stream = ?1",
                    [one.stream.as_str()],
                )?;
                continue;
            }
            transaction.execute(
                "UPDATE left_stream SET given_at = ?2, backup_then = ?3 WHERE stream = ?1 AND given_at IS NULL",
                params![one.stream.as_str(), said.clock, said.backup.as_deref().unwrap_or_default()],
            )?;
            let since: Option<(String, String)> = transaction
                .query_row(
                    "SELECT given_at, backup_then FROM left_stream
                     WHERE stream = ?1 AND given_at IS NOT NULL AND stays = 0",
                    [one.stream.as_str()],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            if since.is_some_and(|(given_at, backup_then)| is_backed(&said, &given_at, &backup_then)) {
                photos.extend(erase(&transaction, &one.stream)?);
                transaction.execute(
                    "UPDATE left_stream SET erased_at = ?2, emptied = 1 WHERE stream = ?1",
                    params![one.stream.as_str(), said.clock],
                )?;
                gone.push(one.stream);
            }
        }
        transaction.commit()?;
        if !gone.is_empty() {
            self.drop_photos(&photos)?;
            // What was erased stands in the write-ahead log too, until that is emptied.
            for connection in [&self.entries, &self.photos] {
                let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            }
        }
        Ok(gone)
    }
}

/// A stream that has a cursor and is no village of this laptop was lost, whichever program heard so.
fn note_lost(connection: &Connection, villages: &[StreamId]) -> Result<(), LedgerError> {
    let own = serde_json::to_string(villages).map_err(|_| LedgerError::Damaged("the villages"))?;
    connection.execute(
        "INSERT OR IGNORE INTO left_stream (stream)
         SELECT stream FROM cursor WHERE stream NOT IN (SELECT value FROM json_each(?1))",
        [own],
    )?;
    Ok(())
}

/// The villages that an assignment takes away.
pub(crate) fn note_taken(
    connection: &Connection,
    before: &[StreamId],
    now: &[StreamId],
) -> Result<(), LedgerError> {
    for stream in before.iter().filter(|stream| !now.contains(stream)) {
        connection.execute("INSERT OR IGNORE INTO left_stream (stream) VALUES (?1)", [stream.as_str()])?;
        // Lost again while it was coming back: what came goes once more.
        connection.execute(
            "UPDATE left_stream SET returns = 0, erased_at = NULL, given_at = NULL, backup_then = NULL
             WHERE stream = ?1 AND returns > 0",
            [stream.as_str()],
        )?;
    }
    Ok(())
}

fn left(connection: &Connection, villages: &[StreamId]) -> Result<Vec<Leaving>, LedgerError> {
    let mut statement = connection.prepare("SELECT stream, erased_at FROM left_stream ORDER BY stream")?;
    let rows = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    let mut leaving = Vec::new();
    for (code, erased_at) in rows {
        let Some(stream) = StreamId::parse(&code).filter(|stream| !villages.contains(stream)) else {
            continue;
        };
        let (waiting, drafts) = match erased_at {
            Some(_) => (0, 0),
            None => (waiting(connection, &stream)?, drafts(connection, &stream)?),
        };
        leaving.push(Leaving { stream, waiting, drafts, erased_at });
    }
    Ok(leaving)
}

fn waiting(connection: &Connection, stream: &StreamId) -> Result<u64, LedgerError> {
    let count: i64 = connection.query_row(
        "SELECT (SELECT count(*) FROM entry WHERE stream = ?1 AND standing IN ('pending', 'held'))
              + (SELECT count(*) FROM photo p WHERE standing = 'pending' AND EXISTS (
                    SELECT 1 FROM photo_name n JOIN entry e ON e.subject = n.subject
                    WHERE n.digest = p.digest AND e.stream = ?1))",
        [stream.as_str()],
        |row| row.get(0),
    )?;
    Ok(count as u64)
}

/// Drafts on something of this village, or of something new in it.
fn drafts(connection: &Connection, stream: &StreamId) -> Result<u64, LedgerError> {
    let count: i64 = connection.query_row(
        "SELECT count(*) FROM draft WHERE (json_valid(body) AND json_extract(body, '$.stream') = ?1)
             OR EXISTS (SELECT 1 FROM entry WHERE entry.subject = draft.subject AND entry.stream = ?1)",
        [stream.as_str()],
        |row| row.get(0),
    )?;
    Ok(count as u64)
}

/// Takes the bodies of a stream, what was folded of them, and the photos that nothing else names; those are answered.
fn erase(connection: &Connection, stream: &StreamId) -> Result<Vec<Digest>, LedgerError> {
    let subjects = subjects_of(connection, stream)?;
    // What stands in quarantine never comes back from the center: a person may ask her about it.
    let sql = format!(
        "UPDATE entry SET body = NULL WHERE stream = ?1 AND standing <> 'quarantined' AND kind NOT IN {KEPT_KINDS}"
    );
    connection.prepare_cached(&sql)?.execute([stream.as_str()])?;
    let mut photos = Vec::new();
    for subject in subjects {
        photos.extend(photo_row::forget_names(connection, subject)?);
        document_row::refold(connection, subject)?;
    }
    Ok(photos)
}

/// What others wrote in the stream goes, what is the laptop's own loses its positions: both come anew.
fn begin_return(connection: &Connection, stream: &StreamId) -> Result<(), LedgerError> {
    let begins = connection
        .execute("UPDATE left_stream SET returns = 1 WHERE stream = ?1 AND returns = 0", [stream.as_str()])?;
    if begins == 0 {
        return Ok(());
    }
    let own: Vec<Uuid> = life::line(connection)?.into_iter().map(|(life, _)| life.0).collect();
    let subjects = subjects_of(connection, stream)?;
    let others = connection
        .prepare("SELECT DISTINCT incarnation FROM entry WHERE stream = ?1")?
        .query_map([stream.as_str()], |row| row.get::<_, Uuid>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    for life in others.into_iter().filter(|life| !own.contains(life)) {
        connection.execute(
            "DELETE FROM entry WHERE stream = ?1 AND incarnation = ?2",
            params![stream.as_str(), life],
        )?;
    }
    connection.execute(
        "UPDATE entry SET position = NULL, received_at = NULL, standing = 'received'
         WHERE stream = ?1 AND standing = 'positioned'",
        [stream.as_str()],
    )?;
    connection.execute("DELETE FROM mark WHERE stream = ?1", [stream.as_str()])?;
    connection.execute("DELETE FROM cursor WHERE stream = ?1", [stream.as_str()])?;
    for subject in subjects {
        document_row::refold(connection, subject)?;
    }
    Ok(())
}

fn subjects_of(connection: &Connection, stream: &StreamId) -> Result<Vec<SubjectId>, LedgerError> {
    let mut statement = connection.prepare("SELECT DISTINCT subject FROM entry WHERE stream = ?1")?;
    let subjects = statement.query_map([stream.as_str()], |row| row.get::<_, Uuid>(0).map(SubjectId))?;
    Ok(subjects.collect::<Result<_, _>>()?)
}
