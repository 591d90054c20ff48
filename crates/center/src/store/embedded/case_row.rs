//! Cases and batches as staff see them: always within a scope, which stands in the query itself (rule S5).

use super::photo_row;
use crate::error::CenterError;
use crate::store::{BatchFolder, BatchLine, CaseLine};
use bangban_ledger::document_row::{self, stage_text};
use bangban_model::document::Document;
use bangban_model::{Code, IncarnationId, RecordId, Stage, StreamId, SubjectId, planted};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

/// Cases in this scope, newest first.
pub(super) fn cases(
    connection: &Connection,
    scope: &str,
    stage: Option<Stage>,
    limit: u32,
) -> Result<Vec<CaseLine>, CenterError> {
    let scope = if planted::out("no_scope") { "" } else { scope };
    let mut statement = connection.prepare_cached(
        "SELECT subject FROM document WHERE kind = 'case' AND substr(stream, 1, length(?1)) = ?1
         AND (?2 IS NULL OR stage = ?2) ORDER BY newest DESC LIMIT ?3",
    )?;
    let subjects = statement
        .query_map(params![scope, stage.map(stage_text), limit], |row| row.get::<_, Uuid>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    let mut lines = Vec::with_capacity(subjects.len());
    for subject in subjects {
        lines.extend(case(connection, scope, SubjectId(subject))?);
    }
    Ok(lines)
}

/// A case in this scope.
pub(super) fn case(
    connection: &Connection,
    scope: &str,
    id: SubjectId,
) -> Result<Option<CaseLine>, CenterError> {
    let scope = if planted::out("no_scope") { "" } else { scope };
    let in_scope = connection
        .prepare_cached(
            "SELECT 1 FROM document WHERE subject = ?1 AND kind = 'case' AND substr(stream, 1, length(?2)) = ?2",
        )?
        .exists(params![id.0, scope])?;
    if !in_scope {
        return Ok(None);
    }
    match document_row::get(connection, id)? {
        Some(document) => Ok(Some(line_of(connection, document)?)),
        None => Ok(None),
    }
}

fn line_of(connection: &Connection, document: Document) -> Result<CaseLine, CenterError> {
    let resident = document.case.as_ref().map(|case| case.resident);
    let person: Option<(String, String)> = match resident {
        Some(resident) => connection
            .prepare_cached("SELECT name, id_number FROM person WHERE subject = ?1")?
            .query_row([resident.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?,
        None => None,
    };
    let (resident_name, resident_number) = person.unwrap_or_default();
    let photos = photo_row::count_of(connection, document.subject)?;
    Ok(CaseLine { document, resident_name, resident_number, photos })
}

const BATCH_COLUMNS: &str = "b.id, b.life, b.first_seq, b.last_seq, b.channel, b.received_at, b.imported_at";

fn read_batch(row: &Row<'_>) -> rusqlite::Result<BatchLine> {
    Ok(BatchLine {
        id: RecordId(row.get(0)?),
        life: IncarnationId(row.get(1)?),
        first_seq: row.get::<_, i64>(2)? as u64,
        last_seq: row.get::<_, i64>(3)? as u64,
        channel: row.get(4)?,
        received_at: row.get(5)?,
        imported_at: row.get(6)?,
        villages: Vec::new(),
        entries: 0,
        quarantined: 0,
    })
}

/// What a batch brought, as far as it lies in this scope; nothing is left of it where nothing does.
fn complete(
    connection: &Connection,
    scope: &str,
    mut line: BatchLine,
) -> Result<Option<BatchLine>, CenterError> {
    let mut statement = connection.prepare_cached(
        "SELECT stream, count(*), count(*) FILTER (WHERE standing = 'quarantined') FROM entry
         WHERE batch = ?1 AND substr(stream, 1, length(?2)) = ?2 GROUP BY stream ORDER BY stream",
    )?;
    let mut rows = statement.query(params![line.id.0, scope])?;
    while let Some(row) = rows.next()? {
        line.villages.extend(StreamId::parse(&row.get::<_, String>(0)?));
        line.entries += row.get::<_, i64>(1)? as u64;
        line.quarantined += row.get::<_, i64>(2)? as u64;
    }
    Ok((line.entries > 0).then_some(line))
}

/// Batches with entries in this scope, newest first.
pub(super) fn batches(
    connection: &Connection,
    scope: &str,
    limit: u32,
) -> Result<Vec<BatchLine>, CenterError> {
    let sql = format!(
        "SELECT {BATCH_COLUMNS} FROM batch b WHERE EXISTS
         (SELECT 1 FROM entry e WHERE e.batch = b.id AND substr(e.stream, 1, length(?1)) = ?1)
         ORDER BY b.received_at DESC, b.id LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let lines = statement.query_map(params![scope, limit], read_batch)?.collect::<Result<Vec<_>, _>>()?;
    let mut complete_lines = Vec::with_capacity(lines.len());
    for line in lines {
        complete_lines.extend(complete(connection, scope, line)?);
    }
    Ok(complete_lines)
}

/// A batch with its cases in this scope.
pub(super) fn batch(
    connection: &Connection,
    scope: &str,
    id: RecordId,
) -> Result<Option<BatchFolder>, CenterError> {
    let sql = format!("SELECT {BATCH_COLUMNS} FROM batch b WHERE b.id = ?1");
    let found = connection.prepare_cached(&sql)?.query_row([id.0], read_batch).optional()?;
    let Some(line) = found else { return Ok(None) };
    let Some(line) = complete(connection, scope, line)? else { return Ok(None) };
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT e.subject FROM entry e JOIN document d ON d.subject = e.subject
         WHERE e.batch = ?1 AND d.kind = 'case' AND e.standing = 'positioned'
         AND substr(e.stream, 1, length(?2)) = ?2 ORDER BY e.subject",
    )?;
    let subjects = statement
        .query_map(params![id.0, scope], |row| row.get::<_, Uuid>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    let mut cases = Vec::with_capacity(subjects.len());
    for subject in subjects {
        cases.extend(case(connection, scope, SubjectId(subject))?);
    }
    let mut statement = connection.prepare_cached(
        "SELECT kind, count(*) FROM entry WHERE batch = ?1 AND substr(stream, 1, length(?2)) = ?2
         GROUP BY kind ORDER BY kind",
    )?;
    let kinds = statement
        .query_map(params![id.0, scope], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)))?
        .collect::<Result<_, _>>()?;
    Ok(Some(BatchFolder { line, cases, kinds }))
}

/// Keeps whether a batch stands imported.
pub(super) fn set_imported(
    connection: &Connection,
    id: RecordId,
    imported: Option<(&str, Uuid)>,
) -> Result<(), CenterError> {
    let changed = connection
        .prepare_cached("UPDATE batch SET imported_at = ?2, imported_by = ?3 WHERE id = ?1")?
        .execute(params![id.0, imported.map(|(at, _)| at), imported.map(|(_, by)| by)])?;
    if changed == 1 { Ok(()) } else { Err(Code::BatchUnknown.into()) }
}
