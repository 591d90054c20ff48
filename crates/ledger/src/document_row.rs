//! The rows of table `document`: every subject as it now stands.

use crate::due_row;
use crate::entry_row::{self, EntryRow};
use crate::error::LedgerError;
use crate::{lineage_row, person};
use bangban_model::document::{Document, FOLD_VERSION, Stage, SubjectKind};
use bangban_model::fold::{self, Standing};
use bangban_model::line::line_of;
use bangban_model::revision::ANSWER_PREFIX;
use bangban_model::visit::{is_visit, visit_day};
use bangban_model::{EntryId, StreamId, SubjectId};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params, params_from_iter};
use uuid::Uuid;

/// A kind as the table has it.
pub fn kind_text(kind: Option<SubjectKind>) -> &'static str {
    match kind {
        None => "",
        Some(SubjectKind::Resident) => "resident",
        Some(SubjectKind::Household) => "household",
        Some(SubjectKind::Visit) => "visit",
        Some(SubjectKind::Handover) => "handover",
        Some(SubjectKind::Case) => "case",
        Some(SubjectKind::Line) => "line",
        Some(SubjectKind::Device) => "device",
        Some(SubjectKind::Batch) => "batch",
    }
}

/// A stage as the table has it.
pub fn stage_text(stage: Stage) -> &'static str {
    match stage {
        Stage::Open => "open",
        Stage::Submitted => "submitted",
        Stage::Returned => "returned",
        Stage::Accepted => "accepted",
        Stage::Confirmed => "confirmed",
        Stage::Withdrawn => "withdrawn",
        Stage::Closed => "closed",
    }
}

/// The document of a subject, if it has one. A document of another fold version is folded again (rule F5).
pub fn get(connection: &Connection, subject: SubjectId) -> Result<Option<Document>, LedgerError> {
    let found: Option<(u32, Vec<u8>)> = connection
        .prepare_cached("SELECT fold_version, body FROM document WHERE subject = ?1")?
        .query_row([subject.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match found {
        None => Ok(None),
        Some((FOLD_VERSION, body)) => Ok(Some(
            Document::from_bytes(&body).map_err(|_| LedgerError::Damaged("a document cannot be read"))?,
        )),
        Some(_) => folded(connection, subject),
    }
}

/// Folds one more entry, which is stored already, into its subject's document and keeps it: for an entry that stands
/// last in folding order. Answers the document.
pub fn append(connection: &Connection, standing: Standing<'_>) -> Result<Document, LedgerError> {
    let header = &standing.entry.header;
    let mut document = get(connection, header.subject)?
        .unwrap_or_else(|| Document::new(header.subject, header.stream.clone()));
    if document.stream != header.stream {
        // Positions of two streams say nothing about each other: only all entries together tell which is the stray.
        refold(connection, header.subject)?;
        return Ok(get(connection, header.subject)?.unwrap_or(document));
    }
    let lineage = lineage_row::of_subject(connection, document.subject, &document.stream)?;
    fold::apply(&mut document, standing, &lineage);
    put(connection, &document)?;
    if header.kind == LIFE_BEGINS {
        learn_lineage(connection, header.subject)?;
    }
    Ok(document)
}

/// What says which life continues which.
const LIFE_BEGINS: &str = "ledger_begun";

/// Keeps what the entries on a subject say of lives, and folds again what stands otherwise by it.
fn learn_lineage(connection: &Connection, subject: SubjectId) -> Result<(), LedgerError> {
    let rows = entry_row::of_subject(connection, subject)?;
    for touched in lineage_row::renew(connection, subject, &rows)? {
        fold_again(connection, touched)?;
    }
    Ok(())
}

/// Folds a subject again from its entries, and keeps the document.
pub fn refold(connection: &Connection, subject: SubjectId) -> Result<(), LedgerError> {
    let speaks_of_lives = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM entry WHERE subject = ?1 AND kind = ?2)
                OR EXISTS (SELECT 1 FROM descent WHERE told_by = ?1)",
        )?
        .query_row(params![subject.0, LIFE_BEGINS], |row| row.get(0))?;
    if speaks_of_lives {
        learn_lineage(connection, subject)?;
    }
    fold_again(connection, subject)
}

fn fold_again(connection: &Connection, subject: SubjectId) -> Result<(), LedgerError> {
    match folded(connection, subject)? {
        Some(document) => {
            put(connection, &document)?;
            if document.kind != Some(SubjectKind::Resident) {
                // What made her a person may have gone into quarantine.
                person::remove(connection, subject)?;
            }
            Ok(())
        }
        None => {
            connection.prepare_cached("DELETE FROM document WHERE subject = ?1")?.execute([subject.0])?;
            connection.prepare_cached("DELETE FROM due_day WHERE subject = ?1")?.execute([subject.0])?;
            person::remove(connection, subject)
        }
    }
}

/// A subject's document as its entries say, without looking at the kept one.
pub fn folded(connection: &Connection, subject: SubjectId) -> Result<Option<Document>, LedgerError> {
    let rows = entry_row::of_subject(connection, subject)?;
    let Some(stream) = village_of_birth(&rows) else { return Ok(None) };
    let lineage = lineage_row::of_subject(connection, subject, &stream)?;
    Ok(Some(fold::fold(subject, stream, &lineage, rows.iter().map(|row| row.as_standing()))))
}

/// A case as it stood when this revision was submitted; none where the case has no such revision.
pub fn at_revision(
    connection: &Connection,
    case: SubjectId,
    revision: EntryId,
) -> Result<Option<Document>, LedgerError> {
    let rows = entry_row::of_subject(connection, case)?;
    let Some(end) = rows.iter().position(|row| row.entry.header.id == revision) else { return Ok(None) };
    let Some(stream) = village_of_birth(&rows) else { return Ok(None) };
    let lineage = lineage_row::of_subject(connection, case, &stream)?;
    Ok(Some(fold::fold(case, stream, &lineage, rows.iter().take(end + 1).map(EntryRow::as_standing))))
}

/// Rule E1: a subject stays in the village of its birth, which is that of the entry received first. An entry on it in
/// another village is a stray and folds as nothing.
fn village_of_birth(rows: &[EntryRow]) -> Option<StreamId> {
    let first = rows.iter().min_by_key(|row| {
        let stream = &row.entry.header.stream;
        // Of what no center has received yet, the order of writing tells.
        let received_at = row.received_at.as_deref();
        (received_at.is_none(), received_at, received_at.map(|_| stream.as_str()))
    });
    first.map(|row| row.entry.header.stream.clone())
}

/// Folds again what another version of folding kept (rule F5), in one transaction. Costs nothing where nothing changed.
pub fn bring_up_to_date(connection: &mut Connection) -> Result<(), LedgerError> {
    // The database's own version number says by which version every document was folded.
    let kept_by: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if kept_by == FOLD_VERSION {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let outdated = {
        let mut statement = transaction.prepare("SELECT subject FROM document WHERE fold_version <> ?1")?;
        let rows = statement.query_map([FOLD_VERSION], |row| row.get::<_, Uuid>(0).map(SubjectId))?;
        rows.collect::<Result<Vec<_>, _>>()?
    };
    for subject in outdated {
        refold(&transaction, subject)?;
    }
    transaction.pragma_update(None, "user_version", FOLD_VERSION)?;
    transaction.commit()?;
    Ok(())
}

/// Keeps a document, its list columns and its place in the people's index.
pub fn put(connection: &Connection, document: &Document) -> Result<(), LedgerError> {
    connection
        .prepare_cached(
            "INSERT INTO document (subject, stream, kind, item, stage, resident, household, newest, fold_version,
                body, due, day, words, name)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
                CASE ?3 WHEN 'case' THEN coalesce((SELECT name FROM person WHERE subject = ?6), '') END)
             ON CONFLICT (subject) DO UPDATE SET stream = excluded.stream, kind = excluded.kind, item = excluded.item,
                stage = excluded.stage, resident = excluded.resident, household = excluded.household,
                newest = excluded.newest, fold_version = excluded.fold_version, body = excluded.body, due = excluded.due,
                day = excluded.day, words = excluded.words, name = excluded.name",
        )?
        .execute(params_from_iter(columns_of(document)?))?;
    if document.kind == Some(SubjectKind::Resident) {
        person::put(connection, document)?;
    }
    due_row::put(connection, document)
}

/// Whether the row kept for this document is exactly what [`put`] would keep.
pub fn is_kept(connection: &Connection, document: &Document) -> Result<bool, LedgerError> {
    let found: Option<i64> = connection
        .prepare_cached(
            "SELECT 1 FROM document WHERE subject = ?1 AND stream = ?2 AND kind = ?3 AND item IS ?4 AND stage IS ?5
                AND resident IS ?6 AND household IS ?7 AND newest = ?8 AND fold_version = ?9 AND body = ?10 AND due IS ?11
                AND day IS ?12 AND words IS ?13
                AND name IS CASE ?3 WHEN 'case' THEN coalesce((SELECT name FROM person WHERE subject = ?6), '') END",
        )?
        .query_row(params_from_iter(columns_of(document)?), |row| row.get(0))
        .optional()?;
    Ok(found.is_some())
}

/// The columns of a document's row, in the table's order.
fn columns_of(document: &Document) -> Result<[Value; 13], LedgerError> {
    let body = document.to_bytes().map_err(|_| LedgerError::Damaged("a document cannot be written"))?;
    let case = document.case.as_ref();
    let line = line_of(document).filter(|_| document.kind == Some(SubjectKind::Line));
    let household = case.and_then(|case| case.household).or_else(|| {
        (document.kind == Some(SubjectKind::Visit))
            .then(|| document.text("household").parse::<Uuid>().ok().map(SubjectId))
            .flatten()
    });
    let id = |id: Option<SubjectId>| id.map_or(Value::Null, |id| Value::Blob(id.0.as_bytes().to_vec()));
    let text = |text: Option<&str>| text.map_or(Value::Null, |text| Value::Text(text.to_owned()));
    // A visit that was only begun has none, nor has a further need of one.
    let counts = document.kind == Some(SubjectKind::Visit) && is_visit(document);
    let day = line.as_ref().map(|line| line.day).or_else(|| counts.then(|| visit_day(document)));
    let due = case.and_then(|case| Some(case.decision.as_ref()?.due?.to_string()));
    let newest = newest_entry(document).map_or(Uuid::nil(), |entry| entry.0);
    Ok([
        id(Some(document.subject)),
        text(Some(document.stream.as_str())),
        text(Some(kind_text(document.kind))),
        text(case.map(|case| case.item.as_str()).or(line.as_ref().map(|line| line.register))),
        text(case.map(|case| stage_text(case.stage))),
        id(case.map(|case| case.resident).or(line.as_ref().and_then(|line| line.person))),
        id(household),
        Value::Blob(newest.as_bytes().to_vec()),
        Value::Integer(document.fold_version.into()),
        Value::Blob(body),
        text(due.as_deref()),
        text(day.map(|day| day.unwrap_or_default().to_string()).as_deref()),
        text(line.is_some().then(|| words_of(document)).as_deref()),
    ])
}

/// The answers by which a line is looked for.
fn words_of(line: &Document) -> String {
    let answers = line.under(ANSWER_PREFIX).filter_map(|(_, value)| value.as_str());
    answers.map(str::to_lowercase).collect::<Vec<_>>().join("\n")
}

fn newest_entry(document: &Document) -> Option<EntryId> {
    document.history.iter().map(|line| line.entry).max()
}

/// The newest documents of a kind, at most `limit`; of one stage where one is given.
pub fn list(
    connection: &Connection,
    kind: SubjectKind,
    stage: Option<Stage>,
    limit: u32,
) -> Result<Vec<Document>, LedgerError> {
    let read = |row: &rusqlite::Row<'_>| row.get::<_, Vec<u8>>(0);
    let bodies: Vec<Vec<u8>> = match stage {
        None => connection
            .prepare_cached("SELECT body FROM document WHERE kind = ?1 ORDER BY newest DESC LIMIT ?2")?
            .query_map(params![kind_text(Some(kind)), limit], read)?
            .collect::<Result<_, _>>()?,
        Some(stage) => connection
            .prepare_cached(
                "SELECT body FROM document WHERE kind = ?1 AND stage = ?2 ORDER BY newest DESC LIMIT ?3",
            )?
            .query_map(params![kind_text(Some(kind)), stage_text(stage), limit], read)?
            .collect::<Result<_, _>>()?,
    };
    bodies
        .iter()
        .map(|body| Document::from_bytes(body).map_err(|_| LedgerError::Damaged("a document cannot be read")))
        .collect()
}

/// How many documents of a kind there are.
pub fn count(connection: &Connection, kind: SubjectKind) -> Result<u64, LedgerError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM document WHERE kind = ?1")?
        .query_row([kind_text(Some(kind))], |row| row.get(0))?;
    Ok(count as u64)
}

/// Every subject that has entries in force here.
pub fn subjects(connection: &Connection) -> Result<Vec<SubjectId>, LedgerError> {
    let mut statement = connection.prepare_cached("SELECT DISTINCT subject FROM entry ORDER BY subject")?;
    let rows = statement.query_map([], |row| row.get::<_, Uuid>(0).map(SubjectId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many cases stand at this stage.
pub fn count_stage(connection: &Connection, stage: Stage) -> Result<u64, LedgerError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM document WHERE kind = 'case' AND stage = ?1")?
        .query_row([stage_text(stage)], |row| row.get(0))?;
    Ok(count as u64)
}
