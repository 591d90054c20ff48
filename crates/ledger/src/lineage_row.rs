//! The rows of tables `descent` and `written_again`: what `ledger_begun` entries in force say of lives (rules E2, F2, X5).

use crate::entry_row::{EntryRow, EntryStanding};
use crate::error::LedgerError;
use bangban_model::body::Body;
use bangban_model::lineage::Place;
use bangban_model::{EntryId, IncarnationId, Lineage, StreamId, SubjectId};
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// One thing that is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    Fork { stream: String, life: Uuid, ancestor: Uuid, seq: u64 },
    Again { stream: String, entry: Uuid, life: Uuid, seq: u64 },
}

/// What folding a subject of this stream must know of lives.
pub(crate) fn of_subject(
    connection: &Connection,
    subject: SubjectId,
    stream: &StreamId,
) -> Result<Lineage, LedgerError> {
    let mut lineage = Lineage::default();
    let mut forks =
        connection.prepare_cached("SELECT life, ancestor, fork_seq FROM descent WHERE stream = ?1")?;
    let mut rows = forks.query([stream.as_str()])?;
    let mut any = false;
    while let Some(row) = rows.next()? {
        any = true;
        let shared = Place { life: IncarnationId(row.get(1)?), seq: row.get::<_, i64>(2)? as u64 };
        lineage.add_fork(IncarnationId(row.get(0)?), shared);
    }
    if !any {
        // Nearly always: no ledger of this village was ever restored.
        return Ok(lineage);
    }
    let mut again = connection.prepare_cached(
        "SELECT a.id, a.life, a.seq FROM entry e JOIN written_again a ON a.id = e.id AND a.stream = e.stream
         WHERE e.subject = ?1 AND e.stream = ?2",
    )?;
    let mut rows = again.query(params![subject.0, stream.as_str()])?;
    while let Some(row) = rows.next()? {
        let place = Place { life: IncarnationId(row.get(1)?), seq: row.get::<_, i64>(2)? as u64 };
        lineage.add_again(EntryId(row.get(0)?), place);
    }
    Ok(lineage)
}

/// Keeps what the entries on a life say of it. Answers the subjects to fold again: their entries may stand otherwise now.
pub(crate) fn renew(
    connection: &Connection,
    teller: SubjectId,
    entries: &[EntryRow],
) -> Result<BTreeSet<SubjectId>, LedgerError> {
    let (kept, told) = (kept(connection, teller)?, told(entries));
    if kept == told {
        return Ok(BTreeSet::new());
    }
    for table in ["descent", "written_again"] {
        connection.prepare_cached(&format!("DELETE FROM {table} WHERE told_by = ?1"))?.execute([teller.0])?;
    }
    for told in &told {
        keep(connection, teller, told)?;
    }
    let mut touched = BTreeSet::new();
    for told in kept.symmetric_difference(&told) {
        touched.extend(touched_by(connection, told)?);
    }
    Ok(touched)
}

fn told(entries: &[EntryRow]) -> BTreeSet<Told> {
    let mut told = BTreeSet::new();
    for row in entries.iter().filter(|row| row.standing != EntryStanding::Alias) {
        let header = &row.entry.header;
        let Ok(Some(Body::LedgerBegun(begun))) = row.entry.body() else { continue };
        let Some(fork) = begun.fork else { continue };
        let (stream, life) = (header.stream.as_str(), header.incarnation.0);
        if fork.ancestor.0 != life {
            told.insert(Told::Fork { stream: stream.into(), life, ancestor: fork.ancestor.0, seq: fork.seq });
        }
        let again = begun.again.into_iter();
        told.extend(again.map(|(seq, entry)| Told::Again {
            stream: stream.into(),
            entry: entry.0,
            life,
            seq,
        }));
    }
    told
}

fn kept(connection: &Connection, teller: SubjectId) -> Result<BTreeSet<Told>, LedgerError> {
    let mut forks = connection
        .prepare_cached("SELECT stream, life, ancestor, fork_seq FROM descent WHERE told_by = ?1")?;
    let forks = forks.query_map([teller.0], |row| {
        let seq = row.get::<_, i64>(3)? as u64;
        Ok(Told::Fork { stream: row.get(0)?, life: row.get(1)?, ancestor: row.get(2)?, seq })
    })?;
    let mut kept = forks.collect::<Result<BTreeSet<_>, _>>()?;
    let mut again =
        connection.prepare_cached("SELECT stream, id, life, seq FROM written_again WHERE told_by = ?1")?;
    let again = again.query_map([teller.0], |row| {
        let seq = row.get::<_, i64>(3)? as u64;
        Ok(Told::Again { stream: row.get(0)?, entry: row.get(1)?, life: row.get(2)?, seq })
    })?;
    for again in again {
        kept.insert(again?);
    }
    Ok(kept)
}

fn keep(connection: &Connection, teller: SubjectId, told: &Told) -> Result<(), LedgerError> {
    match told {
        Told::Fork { stream, life, ancestor, seq } => connection
            .prepare_cached(
                "INSERT OR IGNORE INTO descent (stream, life, ancestor, fork_seq, told_by) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![stream, life, ancestor, *seq as i64, teller.0])?,
        Told::Again { stream, entry, life, seq } => connection
            .prepare_cached(
                "INSERT OR IGNORE INTO written_again (id, stream, life, seq, told_by) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![entry, stream, life, *seq as i64, teller.0])?,
    };
    Ok(())
}

/// Subjects with entries in force of which this says where they stand.
fn touched_by(connection: &Connection, told: &Told) -> Result<Vec<SubjectId>, LedgerError> {
    // As the index of ids has it.
    let in_force = "standing NOT IN ('quarantined', 'alias')";
    let (sql, by) = match told {
        Told::Again { entry, .. } => (format!("SELECT subject FROM entry WHERE id = ?1 AND {in_force}"), entry),
        // Of this life, and of those that continue it.
        Told::Fork { life, .. } => (
            format!(
                "WITH RECURSIVE line (life) AS (VALUES (?1) UNION
                    SELECT d.life FROM descent d JOIN line ON d.ancestor = line.life)
                 SELECT DISTINCT subject FROM entry WHERE incarnation IN (SELECT life FROM line) AND {in_force}"
            ),
            life,
        ),
    };
    let mut statement = connection.prepare_cached(&sql)?;
    let subjects = statement.query_map([by], |row| row.get::<_, Uuid>(0).map(SubjectId))?;
    Ok(subjects.collect::<Result<_, _>>()?)
}
