//! The rows of table `settled`: what staff decided on records in quarantine, on laptop and center alike (rule S3).

use crate::error::LedgerError;
use bangban_model::body::{RefusalSettled, Settling};
use bangban_model::{EntryId, IncarnationId, RecordId, SubjectId};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

/// Records about which staff decided otherwise than to release them, as a condition on a row of `entry`.
pub const IS_SETTLED: &str = "EXISTS (SELECT 1 FROM settled WHERE settled.life = entry.incarnation
    AND settled.record = entry.record AND settled.how <> 'released')";

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// How.
    pub how: Settling,
    /// A word of staff for the author.
    pub note: String,
}

/// As the table has it.
pub fn text(how: Settling) -> &'static str {
    match how {
        Settling::Released => "released",
        Settling::SetAside => "set_aside",
        Settling::Erased => "erased",
    }
}

/// Keeps a decision; of records that are erased the bodies go, as far as they stand in quarantine. The subjects that lost
/// one.
pub fn keep(
    connection: &Connection,
    entry: EntryId,
    settled: &RefusalSettled,
) -> Result<BTreeSet<SubjectId>, LedgerError> {
    let mut touched = BTreeSet::new();
    for record in &settled.records {
        connection
            .prepare_cached(
                "INSERT INTO settled (life, record, how, note, entry) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (life, record) DO UPDATE SET how = excluded.how, note = excluded.note, entry = excluded.entry",
            )?
            .execute(params![settled.incarnation.0, record.0, text(settled.how), settled.note, entry.0])?;
        if settled.how == Settling::Erased {
            touched.extend(clear(connection, settled.incarnation, *record)?);
        }
    }
    Ok(touched)
}

fn clear(
    connection: &Connection,
    life: IncarnationId,
    record: RecordId,
) -> Result<BTreeSet<SubjectId>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "UPDATE entry SET body = NULL WHERE incarnation = ?1 AND record = ?2 AND standing = 'quarantined'
         AND body IS NOT NULL RETURNING subject",
    )?;
    let subjects = statement.query_map(params![life.0, record.0], |row| row.get(0).map(SubjectId))?;
    Ok(subjects.collect::<Result<_, _>>()?)
}

/// Takes over for a life what was decided on the same record under another: whether its bodies are to go.
pub fn goes_on(connection: &Connection, life: IncarnationId, record: RecordId) -> Result<bool, LedgerError> {
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO settled (life, record, how, note, entry)
             SELECT ?1, record, how, note, entry FROM settled WHERE record = ?2 AND how = 'erased' LIMIT 1",
        )?
        .execute(params![life.0, record.0])?;
    Ok(of(connection, life, record)?.is_some_and(|settled| settled.how == Settling::Erased))
}

/// What was decided on a record, if anything was.
pub fn of(
    connection: &Connection,
    life: IncarnationId,
    record: RecordId,
) -> Result<Option<Settled>, LedgerError> {
    let found: Option<(String, String)> = connection
        .prepare_cached("SELECT how, note FROM settled WHERE life = ?1 AND record = ?2")?
        .query_row(params![life.0, record.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.map(|(how, note)| {
        let known = [Settling::Released, Settling::Erased].into_iter().find(|known| text(*known) == how);
        Settled { how: known.unwrap_or(Settling::SetAside), note }
    }))
}

/// The entries whose bodies such a decision took.
pub fn erased(connection: &Connection) -> Result<BTreeSet<EntryId>, LedgerError> {
    let mut statement = connection.prepare(
        "SELECT entry.id FROM settled JOIN entry ON entry.incarnation = settled.life AND entry.record = settled.record
         WHERE settled.how = 'erased' AND entry.standing = 'quarantined'",
    )?;
    let ids = statement.query_map([], |row| row.get(0).map(EntryId))?;
    Ok(ids.collect::<Result<_, _>>()?)
}
