//! Erasure (rule S6): the bodies that an erasure names are gone, on laptop and center alike; their headers stay.

use crate::entry_row;
use crate::error::LedgerError;
use crate::{photo_row, settled_row};
use bangban_model::body::{Body, SubjectErased};
use bangban_model::{Digest, EntryId, Header, SubjectId};
use rusqlite::{Connection, Transaction, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Takes the bodies that an erasure names; how many were here. It reaches no further than its own subject.
pub fn clear_bodies(
    connection: &Connection,
    subject: SubjectId,
    erased: &SubjectErased,
) -> Result<u64, LedgerError> {
    let named: BTreeSet<EntryId> = erased.entries.iter().copied().collect();
    let mut statement = connection.prepare_cached(
        "SELECT id, incarnation, seq FROM entry
         WHERE subject = ?1 AND body IS NOT NULL AND kind <> 'subject_erased'",
    )?;
    let rows = statement.query_map([subject.0], |row| {
        Ok((EntryId(row.get(0)?), row.get::<_, Uuid>(1)?, row.get::<_, i64>(2)?))
    })?;
    let mut cleared = 0;
    for row in rows.collect::<Result<Vec<_>, _>>()? {
        if named.contains(&row.0) {
            connection
                .prepare_cached("UPDATE entry SET body = NULL WHERE incarnation = ?1 AND seq = ?2")?
                .execute(params![row.1, row.2])?;
            cleared += 1;
        }
    }
    Ok(cleared)
}

/// The entries of a subject that erasures in force name.
pub fn erased_of(connection: &Connection, subject: SubjectId) -> Result<BTreeSet<EntryId>, LedgerError> {
    let sql = format!(
        "SELECT {} FROM entry WHERE subject = ?1 AND kind = 'subject_erased' AND standing = 'positioned'",
        entry_row::COLUMNS
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([subject.0], entry_row::read)?;
    named_by(rows)
}

/// The entries that any erasure in force names, and those of refused records that staff erased.
pub fn all_erased(connection: &Connection) -> Result<BTreeSet<EntryId>, LedgerError> {
    let sql = format!(
        "SELECT {} FROM entry WHERE kind = 'subject_erased' AND standing = 'positioned'",
        entry_row::COLUMNS
    );
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map([], entry_row::read)?;
    let mut erased = named_by(rows)?;
    erased.extend(settled_row::erased(connection)?);
    Ok(erased)
}

fn named_by(
    rows: impl Iterator<Item = rusqlite::Result<entry_row::EntryRow>>,
) -> Result<BTreeSet<EntryId>, LedgerError> {
    let mut named = BTreeSet::new();
    for row in rows {
        if let Ok(Some(Body::SubjectErased(erased))) = row?.entry.body() {
            named.extend(erased.entries);
        }
    }
    Ok(named)
}

/// The position of the newest erasure of a subject, if there is one.
pub fn newest_erasure(connection: &Connection, subject: SubjectId) -> Result<Option<u64>, LedgerError> {
    let position: Option<i64> = connection
        .prepare_cached(
            "SELECT max(position) FROM entry
             WHERE subject = ?1 AND kind = 'subject_erased' AND standing = 'positioned'",
        )?
        .query_row([subject.0], |row| row.get(0))?;
    Ok(position.map(|position| position as u64))
}

/// Carries an erasure out on a laptop: bodies, photos and drafts of the subject. Entries that no center has seen yet stay,
/// pending: what they say was never erased, and staff will decide on them. Answers the photos that nothing names any more.
pub(crate) fn carry_out(
    transaction: &Transaction<'_>,
    header: &Header,
    erased: &SubjectErased,
) -> Result<Vec<Digest>, LedgerError> {
    clear_bodies(transaction, header.subject, erased)?;
    transaction
        .prepare_cached(
            "DELETE FROM draft WHERE subject = ?1
             OR (json_valid(body) AND json_extract(body, '$.resident') = ?2)",
        )?
        .execute(params![header.subject.0, header.subject.to_string()])?;
    photo_row::forget_names(transaction, header.subject)
}
