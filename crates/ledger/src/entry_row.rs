//! The rows of table `entry`: writes and reads.

use crate::error::LedgerError;
use bangban_model::entry::Entry;
use bangban_model::fold::Standing;
use bangban_model::{Audience, Digest, EntryId, IncarnationId, RecordId, StreamId, SubjectId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

/// How an entry stands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryStanding {
    /// Written here, in no receipt yet (laptop).
    Pending,
    /// Named in a receipt, its position not known yet (laptop).
    Received,
    /// Stored beyond a gap (center).
    Held,
    /// In force, at its position.
    Positioned,
    /// Kept with a reason, not in force.
    Quarantined,
    /// Another header of an entry that stands here under another life.
    Alias,
}

impl EntryStanding {
    /// As the table has it.
    pub fn as_str(self) -> &'static str {
        match self {
            EntryStanding::Pending => "pending",
            EntryStanding::Received => "received",
            EntryStanding::Held => "held",
            EntryStanding::Positioned => "positioned",
            EntryStanding::Quarantined => "quarantined",
            EntryStanding::Alias => "alias",
        }
    }

    /// From the table.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Received, Self::Held, Self::Positioned, Self::Quarantined, Self::Alias]
            .into_iter()
            .find(|standing| standing.as_str() == text)
    }
}

/// A row: an entry and how it stands here.
#[derive(Clone, Debug)]
pub struct EntryRow {
    /// The entry.
    pub entry: Entry,
    /// How it stands.
    pub standing: EntryStanding,
    /// Why it stands in quarantine.
    pub reason: Option<String>,
    /// Its position.
    pub position: Option<u64>,
    /// When the center received it.
    pub received_at: Option<String>,
    /// The batch that brought it (center).
    pub batch: Option<RecordId>,
}

impl EntryRow {
    /// The row as folding takes it.
    pub fn as_standing(&self) -> Standing<'_> {
        Standing { entry: &self.entry, position: self.position, received_at: self.received_at.as_deref() }
    }
}

/// The columns that [`read`] expects, in its order.
pub const COLUMNS: &str = "header, body, standing, reason, position, received_at, batch";

/// Reads a row that was selected with [`COLUMNS`].
pub fn read(row: &Row<'_>) -> rusqlite::Result<EntryRow> {
    let broken = |column: usize| {
        rusqlite::Error::InvalidColumnType(column, "entry".into(), rusqlite::types::Type::Blob)
    };
    let entry = Entry::from_bytes(row.get(0)?, row.get(1)?).map_err(|_| broken(0))?;
    let standing: String = row.get(2)?;
    Ok(EntryRow {
        entry,
        standing: EntryStanding::parse(&standing).ok_or_else(|| broken(2))?,
        reason: row.get(3)?,
        position: row.get::<_, Option<i64>>(4)?.map(|position| position as u64),
        received_at: row.get(5)?,
        batch: row.get::<_, Option<Uuid>>(6)?.map(RecordId),
    })
}

/// Inserts a row.
pub fn insert(connection: &Connection, row: &EntryRow) -> Result<(), LedgerError> {
    let header = &row.entry.header;
    let audience = match header.audience {
        Audience::All => "all",
        Audience::Center => "center",
    };
    connection
        .prepare_cached(
            "INSERT INTO entry (incarnation, seq, id, stream, subject, kind, audience, record, record_index, record_count,
                header, header_hash, body, standing, reason, position, received_at, batch)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        )?
        .execute(params![
            header.incarnation.0,
            header.seq as i64,
            header.id.0,
            header.stream.as_str(),
            header.subject.0,
            header.kind,
            audience,
            header.record.id.0,
            header.record.index,
            header.record.count,
            row.entry.header_bytes,
            row.entry.header_hash().0,
            row.entry.body_bytes,
            row.standing.as_str(),
            row.reason,
            row.position.map(|position| position as i64),
            row.received_at,
            row.batch.map(|batch| batch.0),
        ])?;
    Ok(())
}

/// The entries of a subject that are in force here, in folding order (rule F2). What lost its position for a while, because
/// its center was put back from a copy (D2), stands as it was received; what has none yet was stored in the order of
/// writing: a later life's first entries after an earlier life's last ones.
pub fn of_subject(connection: &Connection, subject: SubjectId) -> Result<Vec<EntryRow>, LedgerError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM entry
         WHERE subject = ?1 AND standing IN ('positioned', 'pending', 'received')
         ORDER BY position IS NULL, position, received_at IS NULL, received_at, rowid"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([subject.0], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One entry by its place in a life.
pub fn at(connection: &Connection, life: IncarnationId, seq: u64) -> Result<Option<EntryRow>, LedgerError> {
    let sql = format!("SELECT {COLUMNS} FROM entry WHERE incarnation = ?1 AND seq = ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row(params![life.0, seq as i64], read).optional()?)
}

/// The entries of a life in this range of `seq`, both ends included, in order.
pub fn in_range(
    connection: &Connection,
    life: IncarnationId,
    first: u64,
    last: u64,
) -> Result<Vec<EntryRow>, LedgerError> {
    let sql =
        format!("SELECT {COLUMNS} FROM entry WHERE incarnation = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq");
    let mut statement = connection.prepare_cached(&sql)?;
    let last = last.min(i64::MAX as u64) as i64;
    let rows = statement.query_map(params![life.0, first as i64, last], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The parts of a record that a life wrote, in order.
pub fn of_record(
    connection: &Connection,
    life: IncarnationId,
    record: RecordId,
) -> Result<Vec<EntryRow>, LedgerError> {
    let sql = format!("SELECT {COLUMNS} FROM entry WHERE incarnation = ?1 AND record = ?2 ORDER BY seq");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![life.0, record.0], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The hash of the header at this place of a life, without reading the entry.
pub fn header_hash_at(
    connection: &Connection,
    life: IncarnationId,
    seq: u64,
) -> Result<Option<Digest>, LedgerError> {
    let hash: Option<[u8; 32]> = connection
        .prepare_cached("SELECT header_hash FROM entry WHERE incarnation = ?1 AND seq = ?2")?
        .query_row(params![life.0, seq as i64], |row| row.get(0))
        .optional()?;
    Ok(hash.map(Digest))
}

/// The last place of a life, with the hash of its header.
pub fn tail(connection: &Connection, life: IncarnationId) -> Result<Option<(u64, Digest)>, LedgerError> {
    let tail: Option<(i64, [u8; 32])> = connection
        .prepare_cached(
            "SELECT seq, header_hash FROM entry WHERE incarnation = ?1 ORDER BY seq DESC LIMIT 1",
        )?
        .query_row([life.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(tail.map(|(seq, hash)| (seq as u64, Digest(hash))))
}

/// The hash of the newest header that a life wrote into a stream; zero where it wrote none.
pub fn stream_tail(
    connection: &Connection,
    life: IncarnationId,
    stream: &StreamId,
) -> Result<Digest, LedgerError> {
    let hash: Option<[u8; 32]> = connection
        .prepare_cached(
            "SELECT header_hash FROM entry WHERE incarnation = ?1 AND stream = ?2 ORDER BY seq DESC LIMIT 1",
        )?
        .query_row(params![life.0, stream.as_str()], |row| row.get(0))
        .optional()?;
    Ok(hash.map_or(Digest::ZERO, Digest))
}

/// Changes how an entry stands.
pub fn set_standing(
    connection: &Connection,
    life: IncarnationId,
    seq: u64,
    standing: EntryStanding,
    reason: Option<&str>,
) -> Result<(), LedgerError> {
    connection
        .prepare_cached("UPDATE entry SET standing = ?3, reason = ?4 WHERE incarnation = ?1 AND seq = ?2")?
        .execute(params![life.0, seq as i64, standing.as_str(), reason])?;
    Ok(())
}

/// The header stays, of an entry that stands here under another life.
pub fn make_alias(connection: &Connection, life: IncarnationId, seq: u64) -> Result<(), LedgerError> {
    connection
        .prepare_cached(
            "UPDATE entry SET standing = 'alias', reason = NULL, body = NULL WHERE incarnation = ?1 AND seq = ?2",
        )?
        .execute(params![life.0, seq as i64])?;
    Ok(())
}

/// Removes a header that stands for nothing any more.
pub(crate) fn remove_alias(
    connection: &Connection,
    life: IncarnationId,
    seq: u64,
) -> Result<(), LedgerError> {
    connection
        .prepare_cached("DELETE FROM entry WHERE incarnation = ?1 AND seq = ?2 AND standing = 'alias'")?
        .execute(params![life.0, seq as i64])?;
    Ok(())
}

/// Keeps an entry's body, which its header names by digest.
pub(crate) fn set_body(
    connection: &Connection,
    life: IncarnationId,
    seq: u64,
    body: Option<&[u8]>,
) -> Result<(), LedgerError> {
    connection
        .prepare_cached("UPDATE entry SET body = ?3 WHERE incarnation = ?1 AND seq = ?2")?
        .execute(params![life.0, seq as i64, body])?;
    Ok(())
}

/// Takes the body of an entry; its header stays.
pub fn forget_body(connection: &Connection, life: IncarnationId, seq: u64) -> Result<(), LedgerError> {
    connection
        .prepare_cached("UPDATE entry SET body = NULL WHERE incarnation = ?1 AND seq = ?2")?
        .execute(params![life.0, seq as i64])?;
    Ok(())
}

/// Gives an entry its position: from here on it is in force.
pub fn set_position(
    connection: &Connection,
    life: IncarnationId,
    seq: u64,
    position: u64,
    received_at: &str,
) -> Result<(), LedgerError> {
    connection
        .prepare_cached(
            "UPDATE entry SET standing = 'positioned', reason = NULL, position = ?3, received_at = ?4
             WHERE incarnation = ?1 AND seq = ?2",
        )?
        .execute(params![life.0, seq as i64, position as i64, received_at])?;
    Ok(())
}

/// The entry with this id that is in force or on its way, if any.
pub fn by_id(connection: &Connection, id: EntryId) -> Result<Option<EntryRow>, LedgerError> {
    let sql =
        format!("SELECT {COLUMNS} FROM entry WHERE id = ?1 AND standing NOT IN ('quarantined', 'alias')");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row([id.0], read).optional()?)
}

/// The entry with this id that stands in quarantine, if any. Looked for seldom.
pub(crate) fn refused_by_id(connection: &Connection, id: EntryId) -> Result<Option<EntryRow>, LedgerError> {
    let sql = format!("SELECT {COLUMNS} FROM entry WHERE standing = 'quarantined' AND id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row([id.0], read).optional()?)
}

/// How many entries stand so.
pub fn count(connection: &Connection, standing: EntryStanding) -> Result<u64, LedgerError> {
    // The word itself: a parameter would keep the index of just these from being used.
    let sql = format!("SELECT count(*) FROM entry WHERE standing = '{}'", standing.as_str());
    let count: i64 = connection.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
    Ok(count as u64)
}

/// How many of a subject's entries wait for a receipt (laptop).
pub fn pending_of(connection: &Connection, subject: SubjectId) -> Result<u64, LedgerError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM entry WHERE subject = ?1 AND standing = 'pending'")?
        .query_row([subject.0], |row| row.get(0))?;
    Ok(count as u64)
}

/// Entries that stand so, oldest first; at most `limit`.
pub fn standing_so(
    connection: &Connection,
    standing: EntryStanding,
    limit: u32,
) -> Result<Vec<EntryRow>, LedgerError> {
    let standing = standing.as_str();
    let sql = format!(
        "SELECT {COLUMNS} FROM entry WHERE standing = '{standing}' ORDER BY incarnation, seq LIMIT ?1"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([limit], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
