//! When the center was put back from a copy (rule D2): where both still agree, what it has to be brought, and going back
//! to the last common position. Nothing leaves the ledger, and nothing leaves the screens.

use crate::document_row;
use crate::entry_row;
use crate::error::LedgerError;
use crate::laptop::Ledger;
use crate::outbox;
use crate::receive::{HeldRun, PageContent, PageItem};
use bangban_model::chain::stream_hash;
use bangban_model::{Code, Digest, IncarnationId, StreamId, SubjectId};
use chrono::DateTime;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What a center is shown that no longer knows a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamClaim {
    /// The newest head that the center signed, as it came.
    pub signed_head: String,
    /// Positions with their stream hashes, falling, in doubling steps.
    pub marks: Vec<(u64, Digest)>,
    /// The newest position.
    pub position: u64,
}

/// A stream that a center said it lost.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LostStream {
    /// The village.
    pub stream: StreamId,
    /// Up to where both had the same when it said so.
    pub common: u64,
}

/// A receipt names no more runs than this beyond the first: with so many it may not tell of all.
const MOST_RUNS: usize = 500;

impl Ledger {
    /// What this ledger has of a stream, for a center that lost it; none where it has nothing.
    pub fn claim(&self, stream: &StreamId) -> Result<Option<StreamClaim>, LedgerError> {
        let kept: Option<(i64, String)> = self
            .entries
            .prepare_cached("SELECT position, head FROM cursor WHERE stream = ?1")?
            .query_row([stream.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((position, signed_head)) = kept.filter(|(position, _)| *position > 0) else {
            return Ok(None);
        };
        let hashes = self.stream_hashes(stream, position as u64)?;
        let mut marks = Vec::new();
        let (mut at, mut step) = (position as u64, 1);
        while at > 0 {
            let hash = hashes.get(at as usize).copied();
            marks.push((at, hash.ok_or(LedgerError::Damaged("a position is missing"))?));
            at = at.saturating_sub(step);
            step *= 2;
        }
        Ok(Some(StreamClaim { signed_head, marks, position: position as u64 }))
    }

    /// The positions of a stream in this range, both ends included: what this ledger has of each.
    pub fn positions_in(
        &self,
        stream: &StreamId,
        first: u64,
        last: u64,
    ) -> Result<Vec<PageItem>, LedgerError> {
        let sql = format!(
            "SELECT {} FROM entry WHERE stream = ?1 AND position BETWEEN ?2 AND ?3 ORDER BY position",
            entry_row::COLUMNS
        );
        let mut statement = self.entries.prepare_cached(&sql)?;
        let rows = statement
            .query_map(params![stream.as_str(), first as i64, last as i64], entry_row::read)?
            .collect::<Result<Vec<_>, _>>()?;
        let mut items: Vec<PageItem> = rows
            .into_iter()
            .filter_map(|row| {
                let (position, received_at) = (row.position?, row.received_at?);
                Some(PageItem { position, received_at, content: PageContent::Entry(Box::new(row.entry)) })
            })
            .collect();
        let mut statement = self.entries.prepare_cached(
            "SELECT position, received_at, header_hash FROM mark WHERE stream = ?1 AND position BETWEEN ?2 AND ?3",
        )?;
        let marks = statement
            .query_map(params![stream.as_str(), first as i64, last as i64], |row| {
                Ok(PageItem {
                    position: row.get::<_, i64>(0)? as u64,
                    received_at: row.get(1)?,
                    content: PageContent::Mark(Digest(row.get(2)?)),
                })
            })?
            .collect::<Result<Vec<_>, _>>()?;
        items.extend(marks);
        items.sort_by_key(|item| item.position);
        Ok(items)
    }

    /// Streams that the center lost, as far as the newest answer says: the next file brings them back.
    pub fn lost_streams(&self) -> Result<Vec<LostStream>, LedgerError> {
        let kept: Option<String> = self
            .entries
            .prepare_cached("SELECT value FROM note WHERE key = 'lost_streams'")?
            .query_row([], |row| row.get(0))
            .optional()?;
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Remembers which streams the center said it lost, each with the head that it has now; none ends it.
    pub fn set_lost_streams(&mut self, lost: &[(StreamId, u64, Digest)]) -> Result<(), LedgerError> {
        if lost.is_empty() && self.lost_streams()?.is_empty() {
            return Ok(());
        }
        let mut kept = Vec::new();
        for (stream, position, hash) in lost {
            let agrees = self.stream_hash_at(stream, *position)? == Some(*hash);
            kept.push(LostStream { stream: stream.clone(), common: if agrees { *position } else { 0 } });
        }
        let text = serde_json::to_string(&kept).map_err(|_| LedgerError::Damaged("a note"))?;
        self.entries
            .prepare_cached(
                "INSERT INTO note (key, value) VALUES ('lost_streams', ?1)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?
            .execute([text])?;
        Ok(())
    }

    /// The stream hash at a position; none where this ledger does not reach so far.
    pub fn stream_hash_at(&self, stream: &StreamId, position: u64) -> Result<Option<Digest>, LedgerError> {
        let known = self.cursors()?.into_iter().find(|known| known.stream == *stream);
        if known.is_none_or(|known| known.position < position) {
            return Ok(None);
        }
        Ok(self.stream_hashes(stream, position)?.get(position as usize).copied())
    }

    /// Goes back to the position up to which the center says both agree, if it does and this ledger reaches further.
    pub fn go_back(&mut self, stream: &StreamId, common: (u64, Digest)) -> Result<(), LedgerError> {
        if self.stream_hash_at(stream, common.0)? != Some(common.1) {
            return Err(Code::HistoryDiffers.into());
        }
        let position = self.cursors()?.into_iter().find(|known| known.stream == *stream);
        match position.is_some_and(|known| known.position > common.0) {
            true => self.rewind(stream, common.0),
            false => Ok(()),
        }
    }

    /// Whether no receipt before it is newer: of a later epoch, or of the same and given later by the center's clock. Then it
    /// is the truth also where it came in a file, and still when that file is taken once more.
    pub fn is_newest_receipt(&mut self, epoch: u64, given_at: &str) -> Result<bool, LedgerError> {
        let Ok(given) = DateTime::parse_from_rfc3339(given_at) else { return Ok(false) };
        let kept: Option<String> = self
            .entries
            .prepare_cached("SELECT value FROM note WHERE key = 'newest_receipt'")?
            .query_row([], |row| row.get(0))
            .optional()?;
        let known = kept.as_deref().and_then(|text| {
            let (epoch, at) = text.split_once(' ')?;
            Some((epoch.parse::<u64>().ok()?, DateTime::parse_from_rfc3339(at).ok()?))
        });
        if known.is_some_and(|known| (epoch, given) < known) {
            return Ok(false);
        }
        self.entries
            .prepare_cached(
                "INSERT INTO note (key, value) VALUES ('newest_receipt', ?1)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?
            .execute([format!("{epoch} {}", given.to_rfc3339())])?;
        // Of what came before this was written down nothing is known.
        Ok(known.is_some())
    }

    /// Goes back to a position up to which the center agrees. What stood beyond it loses its position and stays: the
    /// present life's own entries wait for a receipt again, the others' for their page.
    pub fn rewind(&mut self, stream: &StreamId, common: u64) -> Result<(), LedgerError> {
        let life = self.life()?.id;
        let hashes = self.stream_hashes(stream, common)?;
        let hash = hashes.get(common as usize).copied();
        let hash = hash.ok_or(LedgerError::Coded(Code::ProtocolBroken))?;
        let transaction = self.entries.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let touched = transaction
            .prepare("SELECT DISTINCT subject FROM entry WHERE stream = ?1 AND position > ?2")?
            .query_map(params![stream.as_str(), common as i64], |row| row.get::<_, Uuid>(0).map(SubjectId))?
            .collect::<Result<BTreeSet<_>, _>>()?;
        transaction.execute(
            "UPDATE entry SET position = NULL,
                standing = CASE WHEN incarnation = ?3 THEN 'pending' ELSE 'received' END
             WHERE stream = ?1 AND position > ?2",
            params![stream.as_str(), common as i64, life.0],
        )?;
        transaction.execute(
            "DELETE FROM mark WHERE stream = ?1 AND position > ?2",
            params![stream.as_str(), common as i64],
        )?;
        transaction.execute(
            "UPDATE cursor SET position = ?2, stream_hash = ?3, head = '' WHERE stream = ?1",
            params![stream.as_str(), common as i64, hash.0],
        )?;
        for subject in touched {
            document_row::refold(&transaction, subject)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Photos that the center asks for though a receipt named them: they wait again.
    pub fn pend_wanted(&mut self, wanted: &[Digest]) -> Result<(), LedgerError> {
        let transaction = self.entries.transaction_with_behavior(TransactionBehavior::Deferred)?;
        for digest in wanted {
            let again = transaction
                .prepare_cached("SELECT 1 FROM photo WHERE digest = ?1 AND standing = 'received'")?
                .exists([digest.0])?;
            if again {
                transaction
                    .prepare_cached(
                        "UPDATE photo SET standing = 'pending', received_at = NULL, given_at = NULL, backup_then = NULL,
                            thinned_at = NULL WHERE digest = ?1",
                    )?
                    .execute([digest.0])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// The stream hash at every position from 0 to `last`, computed from what is here.
    fn stream_hashes(&self, stream: &StreamId, last: u64) -> Result<Vec<Digest>, LedgerError> {
        let mut statement = self.entries.prepare_cached(
            "SELECT position, header_hash, received_at FROM entry WHERE stream = ?1 AND position <= ?2
             UNION ALL SELECT position, header_hash, received_at FROM mark WHERE stream = ?1 AND position <= ?2
             ORDER BY 1",
        )?;
        let mut rows = statement.query(params![stream.as_str(), last as i64])?;
        let mut hashes = vec![Digest::ZERO];
        let mut hash = Digest::ZERO;
        while let Some(row) = rows.next()? {
            let position = row.get::<_, i64>(0)? as u64;
            if position != hashes.len() as u64 {
                return Err(LedgerError::Damaged("a position is missing"));
            }
            hash = stream_hash(hash, position, Digest(row.get(1)?), &row.get::<_, String>(2)?);
            hashes.push(hash);
        }
        Ok(hashes)
    }
}

/// What a receipt of this moment does not cover waits again. Where it tells of very many runs it may not tell of all, and
/// nothing changes.
///
/// What has a position keeps it: where it can, the laptop brings the stream back. Where it cannot, because it was revoked or
/// the village is another's by now, the entries go up once more from the first that the receipt does not cover.
pub(crate) fn pend_uncovered(
    transaction: &Transaction<'_>,
    life: IncarnationId,
    runs: &[HeldRun],
) -> Result<(), LedgerError> {
    if runs.len() >= MOST_RUNS {
        return Ok(());
    }
    outbox::note_resend(transaction, uncovered_position(transaction, life, runs)?)?;
    let uncovered = uncovered(transaction, life, runs)?;
    let mut refused = BTreeSet::new();
    for (seq, subject, was_refused) in uncovered {
        transaction
            .prepare_cached(
                "UPDATE entry SET standing = 'pending', reason = NULL WHERE incarnation = ?1 AND seq = ?2",
            )?
            .execute(params![life.0, seq])?;
        if was_refused {
            refused.insert(subject);
        }
    }
    for subject in refused {
        document_row::refold(transaction, SubjectId(subject))?;
    }
    Ok(())
}

/// The first entry with a position that no run covers.
fn uncovered_position(
    connection: &Connection,
    life: IncarnationId,
    runs: &[HeldRun],
) -> Result<Option<u64>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq FROM entry WHERE incarnation = ?1 AND seq > ?2 AND position IS NOT NULL ORDER BY seq",
    )?;
    let prefix = runs.iter().find(|run| run.first == 1).map_or(0, |run| run.last);
    let mut rows = statement.query(params![life.0, prefix as i64])?;
    while let Some(row) = rows.next()? {
        let seq = row.get::<_, i64>(0)? as u64;
        if !runs.iter().any(|run| (run.first..=run.last).contains(&seq)) {
            return Ok(Some(seq));
        }
    }
    Ok(None)
}

fn uncovered(
    connection: &Connection,
    life: IncarnationId,
    runs: &[HeldRun],
) -> Result<Vec<(i64, Uuid, bool)>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, subject, standing = 'quarantined' FROM entry
         WHERE incarnation = ?1 AND seq > ?2 AND standing IN ('received', 'quarantined')",
    )?;
    // What lies in the first run is covered; nothing of it is looked at one by one.
    let prefix = runs.iter().find(|run| run.first == 1).map_or(0, |run| run.last);
    let rows = statement
        .query_map(params![life.0, prefix as i64], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<Vec<(i64, Uuid, bool)>, _>>()?;
    let covered = |seq: i64| runs.iter().any(|run| (run.first..=run.last).contains(&(seq as u64)));
    Ok(rows.into_iter().filter(|(seq, ..)| !covered(*seq)).collect())
}
