//! The rows of tables `recovery`, `recovery_line`, `lost_entry` and `lost_life` (rule D2).

use super::holding::stream_hash_at;
use super::position::{Origin, Positions};
use super::{EmbeddedStore, audit, life_row};
use crate::error::CenterError;
use crate::store::Now;
use crate::store::auditing::ActNote;
use crate::store::recovering::{BringingRun, LostEntry, OldPosition, PutBack, Recovering, RecoveryState};
use bangban_ledger::entry_row::{self, EntryRow, EntryStanding};
use bangban_model::ids::StaffId;
use bangban_model::{Actor, Code, Digest, Entry, IncarnationId, RecordId, StreamId, chain};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::collections::BTreeMap;
use uuid::Uuid;

/// So many old positions are put back in one transaction.
const AT_ONCE: u32 = 256;

impl Recovering for EmbeddedStore {
    fn recovery(&self) -> Result<Option<RecoveryState>, CenterError> {
        self.read(|connection| newest(connection))
    }

    fn begin_recovery(&self, epoch: u64, now: Now) -> Result<(), CenterError> {
        let mut writer = self.writer();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let begun = transaction.execute(
            "INSERT OR IGNORE INTO recovery (epoch, begun_at) VALUES (?1, ?2)",
            params![epoch as i64, now.to_rfc3339()],
        )?;
        if begun > 0 {
            // By whoever sat at the machine, or by a laptop that told.
            let about = epoch.to_string();
            let note = ActNote {
                streams: &[],
                staff: None,
                act: "recovery_begun",
                about: &about,
                digest: Digest::ZERO,
            };
            audit::keep(&transaction, &note, now)?;
        }
        transaction.commit()?;
        Ok(())
    }

    fn confirm_laptops(&self, staff: StaffId, now: Now) -> Result<(), CenterError> {
        let mut writer = self.writer();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "UPDATE recovery SET confirmed_at = ?1, confirmed_by = ?2 WHERE confirmed_at IS NULL",
            params![now.to_rfc3339(), staff.0],
        )?;
        audit::keep(&transaction, &audit::of_staff(staff, &[], "laptops_confirmed", "", Digest::ZERO), now)?;
        transaction.commit()?;
        Ok(())
    }

    fn close_recovery(&self, staff: StaffId, now: Now) -> Result<(), CenterError> {
        let mut writer = self.writer();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "UPDATE recovery SET closed_at = ?1, closed_by = ?2 WHERE closed_at IS NULL",
            params![now.to_rfc3339(), staff.0],
        )?;
        transaction.execute("DELETE FROM recovery_line", [])?;
        audit::keep(&transaction, &audit::of_staff(staff, &[], "recovery_closed", "", Digest::ZERO), now)?;
        transaction.commit()?;
        Ok(())
    }

    fn renew_sign_ins(&self) -> Result<(), CenterError> {
        let mut writer = self.writer();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let sessions = transaction
            .prepare("SELECT token_hash FROM staff_session")?
            .query_map([], |row| row.get::<_, [u8; 32]>(0))?
            .collect::<Result<Vec<_>, _>>()?;
        for session in sessions {
            transaction.execute(
                "UPDATE staff_session SET life = ?2 WHERE token_hash = ?1",
                params![session, Uuid::new_v4()],
            )?;
        }
        transaction.commit()?;
        Ok(())
    }

    fn begin_bringing(&self, run: &BringingRun) -> Result<(), CenterError> {
        self.writer().execute(
            "DELETE FROM recovery_line WHERE laptop = ?1 AND stream = ?2",
            params![run.laptop, run.stream.as_str()],
        )?;
        Ok(())
    }

    fn drop_brought(&self, run: &BringingRun) -> Result<(), CenterError> {
        self.writer().execute("DELETE FROM recovery_line WHERE run = ?1", [run.id])?;
        Ok(())
    }

    fn keep_brought(&self, run: &BringingRun, brought: &[OldPosition]) -> Result<(), CenterError> {
        let mut writer = self.writer();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for old in brought {
            let entry = old.entry.as_ref();
            transaction
                .prepare_cached(
                    "INSERT INTO recovery_line
                        (run, laptop, stream, position, hash, received_at, header_hash, header, body)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                )?
                .execute(params![
                    run.id,
                    run.laptop,
                    run.stream.as_str(),
                    old.position as i64,
                    old.hash.0,
                    old.received_at,
                    old.header_hash.0,
                    entry.map(|entry| &entry.header_bytes),
                    entry.and_then(|entry| entry.body_bytes.as_ref()),
                ])?;
        }
        transaction.commit()?;
        Ok(())
    }

    fn put_back(&self, run: &BringingRun, before: (u64, Digest), now: Now) -> Result<PutBack, CenterError> {
        put_back(&mut self.writer(), run, before, now)
    }

    fn lost_entries(&self, scope: &str) -> Result<Vec<LostEntry>, CenterError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT stream, header_hash, received_at FROM lost_entry WHERE substr(stream, 1, length(?1)) = ?1
                 ORDER BY received_at, stream, position LIMIT 1000",
            )?;
            let rows = statement
                .query_map([scope], |row| {
                    Ok((row.get::<_, String>(0)?, Digest(row.get(1)?), row.get::<_, String>(2)?))
                })?
                .collect::<Result<Vec<_>, _>>()?;
            let lost = |(stream, header_hash, received_at): (String, _, _)| {
                Some(LostEntry { stream: StreamId::parse(&stream)?, header_hash, received_at })
            };
            Ok(rows.into_iter().filter_map(lost).collect())
        })
    }
}

/// The newest recovery.
pub(super) fn newest(connection: &Connection) -> Result<Option<RecoveryState>, CenterError> {
    Ok(connection
        .prepare_cached(
            "SELECT epoch, begun_at, confirmed_at, closed_at FROM recovery ORDER BY epoch DESC LIMIT 1",
        )?
        .query_row([], |row| {
            Ok(RecoveryState {
                epoch: row.get::<_, i64>(0)? as u64,
                begun_at: row.get(1)?,
                confirmed_at: row.get(2)?,
                closed_at: row.get(3)?,
            })
        })
        .optional()?)
}

/// While a recovery lasts, staff write nothing: what they would decide on may lack what laptops still bring back.
pub(super) fn refuse_while_open(connection: &Connection) -> Result<(), CenterError> {
    let open = connection.prepare_cached("SELECT 1 FROM recovery WHERE closed_at IS NULL")?.exists([])?;
    if open { Err(Code::CenterRecovering.into()) } else { Ok(()) }
}

/// What is left of the entry that stood at this position: its mark.
pub(super) fn lost_at(
    connection: &Connection,
    stream: &StreamId,
    position: u64,
) -> Result<Option<(Digest, String)>, CenterError> {
    Ok(connection
        .prepare_cached(
            "SELECT header_hash, received_at FROM lost_entry WHERE stream = ?1 AND position = ?2",
        )?
        .query_row(params![stream.as_str(), position as i64], |row| Ok((Digest(row.get(0)?), row.get(1)?)))
        .optional()?)
}

/// A life that entries came back of is enrolled again: it is no longer lost, and what came back of it is stored.
pub(super) fn found_again(connection: &Connection, life: IncarnationId) -> Result<(), CenterError> {
    let gone = connection.execute("DELETE FROM lost_life WHERE id = ?1", [life.0])?;
    if gone > 0 {
        let epoch = newest(connection)?.map_or(1, |recovery| recovery.epoch);
        after_the_recovery(connection, life, epoch)?;
    }
    Ok(())
}

fn put_back(
    connection: &mut Connection,
    run: &BringingRun,
    before: (u64, Digest),
    now: Now,
) -> Result<PutBack, CenterError> {
    let stream = &run.stream;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let old = read_brought(&transaction, run)?;
    let mut put = PutBack { before, common: before.0, entries: 0, done: old.len() < AT_ONCE as usize };
    let mut lives: BTreeMap<IncarnationId, Actor> = BTreeMap::new();
    let mut positions = Positions::new(&transaction, now);
    for old in &old {
        if old.position != put.before.0 + 1 {
            // Another run of the same laptop began in between and took the lines away.
            return Err(Code::ProtocolBroken.into());
        }
        let as_before = positions.head(stream)? == put.before;
        let stands = stream_hash_at(&transaction, stream, old.position)? == Some(old.hash);
        match &old.entry {
            _ if stands => {}
            Some(entry) => {
                if put_entry_back(&transaction, &mut positions, entry, &old.received_at)? {
                    put.entries += 1;
                    lives.insert(entry.header.incarnation, entry.header.by);
                }
            }
            None => put_mark_back(&transaction, &mut positions, stream, old, as_before)?,
        }
        put.before = (old.position, old.hash);
        if positions.head(stream)? == put.before || stands {
            put.common = old.position;
        }
    }
    positions.close()?;
    let epoch = newest(&transaction)?.map_or(1, |recovery| recovery.epoch);
    for (life, by) in lives {
        know_life(&transaction, life, by, now)?;
        after_the_recovery(&transaction, life, epoch)?;
    }
    transaction
        .prepare_cached("DELETE FROM recovery_line WHERE run = ?1 AND position <= ?2")?
        .execute(params![run.id, put.before.0 as i64])?;
    transaction.commit()?;
    Ok(put)
}

fn read_brought(connection: &Connection, run: &BringingRun) -> Result<Vec<OldPosition>, CenterError> {
    let mut statement = connection.prepare_cached(
        "SELECT position, hash, received_at, header_hash, header, body FROM recovery_line
         WHERE run = ?1 ORDER BY position LIMIT ?2",
    )?;
    let mut rows = statement.query(params![run.id, AT_ONCE])?;
    let mut brought = Vec::new();
    while let Some(row) = rows.next()? {
        let header: Option<Vec<u8>> = row.get(4)?;
        let entry = match header {
            Some(header) => Some(
                Entry::from_bytes(header, row.get(5)?)
                    .map_err(|_| CenterError::Coded(Code::LedgerDamaged))?,
            ),
            None => None,
        };
        brought.push(OldPosition {
            position: row.get::<_, i64>(0)? as u64,
            hash: Digest(row.get(1)?),
            received_at: row.get(2)?,
            header_hash: Digest(row.get(3)?),
            entry,
        });
    }
    Ok(brought)
}

/// Gives an entry a position again, if it has none. It had one before, so it was judged before. Whether it took one.
fn put_entry_back(
    connection: &Transaction<'_>,
    positions: &mut Positions<'_>,
    entry: &Entry,
    received_at: &str,
) -> Result<bool, CenterError> {
    let header = &entry.header;
    if is_of_another_branch(connection, entry)? {
        // Its life was put back too and went on otherwise: of this one the hash is kept. Whoever brings it writes it again as
        // his own when he is given what stands in its branch's first place, and staff decide on it.
        keep_lost(connection, &header.stream, entry.header_hash(), received_at, None)?;
        connection
            .prepare_cached(
                "INSERT INTO lost_branch (life, seq) VALUES (?1, ?2)
                 ON CONFLICT (life) DO UPDATE SET seq = min(seq, excluded.seq)",
            )?
            .execute(params![header.incarnation.0, header.seq as i64])?;
        return Ok(false);
    }
    let origin = match entry_row::at(connection, header.incarnation, header.seq)? {
        Some(row) if matches!(row.standing, EntryStanding::Held | EntryStanding::Quarantined) => {
            Origin::Stored
        }
        Some(_) => return Ok(false),
        None if entry_row::by_id(connection, header.id)?.is_some() => {
            // The same entry came under a later life already (X5): this is its other header.
            let mut alias = entry.clone();
            alias.body_bytes = None;
            let row = EntryRow {
                entry: alias,
                standing: EntryStanding::Alias,
                reason: None,
                position: None,
                received_at: Some(received_at.to_owned()),
                batch: None,
            };
            entry_row::insert(connection, &row)?;
            return Ok(true);
        }
        None => Origin::Fresh { batch: None },
    };
    let body = entry.body().ok().flatten();
    positions.give_as_of(entry, body.as_ref(), origin, received_at)?;
    if let Some(body) = &body
        && life_row::extent(connection, header.incarnation)?.is_some()
    {
        life_row::learn(connection, entry, body)?;
    }
    Ok(true)
}

/// Whether what is here of an entry's life is another history than the one it was written in: another entry stands in its
/// place, before it or behind it; or nothing joins it to what is here, and the life is known to have gone two ways before.
fn is_of_another_branch(connection: &Connection, entry: &Entry) -> Result<bool, CenterError> {
    let header = &entry.header;
    let at = |seq: u64| entry_row::header_hash_at(connection, header.incarnation, seq);
    if at(header.seq)?.is_some_and(|hash| hash != entry.header_hash()) {
        return Ok(true);
    }
    let behind = entry_row::at(connection, header.incarnation, header.seq.saturating_add(1))?;
    if behind.is_some_and(|row| row.entry.header.prev != entry.header_hash()) {
        return Ok(true);
    }
    match at(header.seq.saturating_sub(1))? {
        Some(before) => Ok(before != header.prev),
        None => Ok(connection
            .prepare_cached("SELECT 1 FROM lost_branch WHERE life = ?1 AND seq < ?2")?
            .exists(params![header.incarnation.0, header.seq as i64])?),
    }
}

fn put_mark_back(
    connection: &Transaction<'_>,
    positions: &mut Positions<'_>,
    stream: &StreamId,
    old: &OldPosition,
    as_before: bool,
) -> Result<(), CenterError> {
    let known = connection
        .prepare_cached(
            "SELECT 1 FROM entry WHERE stream = ?1 AND header_hash = ?2 AND position IS NOT NULL
             UNION SELECT 1 FROM lost_entry WHERE stream = ?1 AND header_hash = ?2",
        )?
        .exists(params![stream.as_str(), old.header_hash.0])?;
    if known {
        return Ok(());
    }
    let place = as_before.then_some(old.position);
    keep_lost(connection, stream, old.header_hash, &old.received_at, place)?;
    if as_before {
        positions.pass(stream, old.header_hash, &old.received_at)?;
    }
    Ok(())
}

fn keep_lost(
    connection: &Connection,
    stream: &StreamId,
    header_hash: Digest,
    received_at: &str,
    position: Option<u64>,
) -> Result<(), CenterError> {
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO lost_entry (stream, header_hash, received_at, position) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            stream.as_str(),
            header_hash.0,
            received_at,
            position.map(|position| position as i64)
        ])?;
    Ok(())
}

/// A life of which entries came back is known: as a sign-in of staff who are still here, or as lost.
fn know_life(connection: &Connection, life: IncarnationId, by: Actor, now: Now) -> Result<(), CenterError> {
    if life_row::extent(connection, life)?.is_some() {
        return Ok(());
    }
    if let Actor::Staff(staff) = by {
        let known = connection.execute(
            "INSERT INTO life (id, staff, begun_at, prefix_seq, prefix_hash, gap_released)
             SELECT ?1, id, ?3, 0, ?4, 0 FROM staff WHERE id = ?2",
            params![life.0, staff.0, chain::received_at_text(now), Digest::ZERO.0],
        )?;
        if known > 0 {
            return Ok(());
        }
    }
    connection.execute("INSERT OR IGNORE INTO lost_life (id) VALUES (?1)", [life.0])?;
    Ok(())
}

/// What came back of a life is stored: its prefix moves on, and what a laptop wrote stands in a batch to be imported.
fn after_the_recovery(connection: &Connection, life: IncarnationId, epoch: u64) -> Result<(), CenterError> {
    let Some(extent) = life_row::extent(connection, life)? else { return Ok(()) };
    let (seq, hash) = life_row::stored_from(connection, life, (extent.prefix_seq, extent.prefix_hash))?;
    life_row::set_prefix(connection, life, seq, hash)?;
    let digest = Digest::of_parts(&[b"bangban/recovered-batch/1", &epoch.to_be_bytes(), life.0.as_bytes()]);
    let mut id = [0; 16];
    id.copy_from_slice(&digest.0[..16]);
    let batch = RecordId(uuid::Builder::from_custom_bytes(id).into_uuid());
    connection.execute(
        "INSERT OR IGNORE INTO batch (id, life, first_seq, last_seq, channel, received_at)
         SELECT ?1, ?2, min(e.seq), max(e.seq), 'network', min(e.received_at) FROM entry e
         WHERE e.incarnation = ?2 AND e.batch IS NULL AND (SELECT laptop FROM life WHERE id = ?2) IS NOT NULL
         HAVING count(*) > 0",
        params![batch.0, life.0],
    )?;
    connection.execute(
        "UPDATE entry SET batch = ?1 WHERE incarnation = ?2 AND batch IS NULL AND EXISTS (SELECT 1 FROM batch WHERE id = ?1)",
        params![batch.0, life.0],
    )?;
    connection.execute(
        "UPDATE batch SET first_seq = (SELECT min(seq) FROM entry WHERE batch = ?1),
            last_seq = (SELECT max(seq) FROM entry WHERE batch = ?1) WHERE id = ?1",
        [batch.0],
    )?;
    Ok(())
}
