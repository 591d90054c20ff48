//! Cases and batches as staff see them: always within a scope, which stands in the query itself (rule S5).

use super::{life_row, photo_row};
use crate::error::CenterError;
use crate::store::reading::{BatchExtent, CaseAsk, CasePage};
use crate::store::{BatchFolder, BatchLine, CaseLine, PhotoCount};
use bangban_ledger::document_row::{self, stage_text};
use bangban_model::certification::{AT_HOME, DAY, ITEM, MET_BY_NAME, METHOD};
use bangban_model::document::Document;
use bangban_model::name::fold_query;
use bangban_model::{Code, IncarnationId, RecordId, Stage, StreamId, SubjectId, SubjectKind, planted};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use uuid::Uuid;

/// Division codes from `from` on and below `below`: what lies in a scope, as an index can find it.
pub(super) struct Reach {
    pub(super) from: String,
    pub(super) below: String,
}

impl Reach {
    /// A scope, or one village of it; nothing where the village lies outside.
    pub(super) fn of(scope: &str, village: Option<&StreamId>) -> Self {
        let scope = if planted::out("no_scope") { "" } else { scope };
        let from = match village {
            Some(village) if village.as_str().starts_with(scope) => village.as_str(),
            Some(_) => return Reach { from: ":".to_owned(), below: String::new() },
            None => scope,
        };
        // The character after '9': below it stands every code that begins so.
        Reach { from: from.to_owned(), below: format!("{from}:") }
    }
}

/// A text that more people than this fit is no name: what it finds is counted no further than this.
const MOST_PEOPLE: usize = 1000;

/// Conditions on table `case_line` (as `c`) or `case_count`, with their values.
struct Conditions {
    sql: String,
    values: Vec<Value>,
}

impl Conditions {
    fn of(scope: &str, ask: &CaseAsk) -> Self {
        let reach = Reach::of(scope, ask.village.as_ref());
        // The plus keeps a list in the order of its index: nothing is sorted, and it ends with its last row.
        let sql = String::from("+stream >= ?1 AND +stream < ?2");
        let mut conditions =
            Conditions { sql, values: vec![Value::Text(reach.from), Value::Text(reach.below)] };
        if let Some(stage) = ask.stage {
            conditions.add(" AND stage = ?", Value::Text(stage_text(stage).to_owned()));
        }
        if let Some(item) = &ask.item {
            conditions.add(" AND item = ?", Value::Text(item.clone()));
        }
        if ask.listed_only {
            conditions.sql.push_str(" AND listed = 1");
        }
        conditions
    }

    /// Adds a condition; every `?` in it is this value.
    fn add(&mut self, condition: &str, value: Value) {
        self.values.push(value);
        self.sql.push_str(&condition.replace('?', &format!("?{}", self.values.len())));
    }
}

/// Conditions that a person fits every word of a text, beginning with this parameter, and their values.
fn person_fits(words: &[String], first: usize) -> (String, Vec<Value>) {
    let fits = words.iter().enumerate().map(|(index, _)| {
        let word = first + index;
        format!(
            "(instr(keys, ?{word}) > 0 OR instr(id_number, upper(?{word})) > 0 OR instr(phone, ?{word}) > 0)"
        )
    });
    (fits.collect::<Vec<_>>().join(" AND "), words.iter().cloned().map(Value::Text).collect())
}

/// Cases in this scope; see [`crate::store::reading::Reading::case_page`].
pub(super) fn page(connection: &Connection, scope: &str, ask: &CaseAsk) -> Result<CasePage, CenterError> {
    let words: Vec<String> =
        ask.text.split_whitespace().take(4).map(fold_query).filter(|word| !word.is_empty()).collect();
    let mut conditions = Conditions::of(scope, ask);
    let total: i64 = if words.is_empty() {
        let sql = format!("SELECT coalesce(sum(cases), 0) FROM case_count WHERE {}", conditions.sql);
        connection.prepare_cached(&sql)?.query_row(params_from_iter(&conditions.values), |row| row.get(0))?
    } else {
        narrow_to_people(connection, scope, &words, &mut conditions)?;
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM case_line WHERE {} LIMIT {MOST_PEOPLE})",
            conditions.sql
        );
        connection.prepare_cached(&sql)?.query_row(params_from_iter(&conditions.values), |row| row.get(0))?
    };
    let total = total as u64;
    let subjects = part(connection, ask, conditions, total)?;
    let mut lines = Vec::with_capacity(subjects.len());
    for subject in subjects {
        lines.extend(case(connection, scope, SubjectId(subject))?);
    }
    Ok(CasePage { total, lines })
}

/// Only cases of people who fit every word: by their ids where they are few, otherwise looked at one by one.
fn narrow_to_people(
    connection: &Connection,
    scope: &str,
    words: &[String],
    conditions: &mut Conditions,
) -> Result<(), CenterError> {
    let reach = Reach::of(scope, None);
    let (fits, mut values) = person_fits(words, 1);
    values.extend([Value::Text(reach.from), Value::Text(reach.below)]);
    let (from, below) = (words.len() + 1, words.len() + 2);
    let sql = format!(
        "SELECT hex(subject) FROM person WHERE {fits} AND +stream >= ?{from} AND +stream < ?{below} LIMIT {}",
        MOST_PEOPLE + 1
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let people = statement
        .query_map(params_from_iter(&values), |row| row.get::<_, String>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    if people.len() <= MOST_PEOPLE {
        let people = serde_json::to_string(&people).map_err(|_| CenterError::Coded(Code::Internal))?;
        conditions.add(" AND resident IN (SELECT unhex(value) FROM json_each(?))", Value::Text(people));
    } else {
        let (fits, values) = person_fits(words, conditions.values.len() + 1);
        conditions.values.extend(values);
        let exists = format!(
            " AND EXISTS (SELECT 1 FROM person WHERE person.subject = case_line.resident AND {fits})"
        );
        conditions.sql.push_str(&exists);
    }
    Ok(())
}

/// The part of a list that was asked for, from whichever end is nearer.
fn part(
    connection: &Connection,
    ask: &CaseAsk,
    conditions: Conditions,
    total: u64,
) -> Result<Vec<Uuid>, CenterError> {
    let end = ask.offset.saturating_add(ask.limit.into()).min(total);
    let from_behind = ask.text.trim().is_empty() && ask.offset > total / 2;
    let (skip, take) = match from_behind {
        true => (total - end, end.saturating_sub(ask.offset)),
        false => (ask.offset, ask.limit.into()),
    };
    let in_turn = ask.stage == Some(Stage::Submitted);
    let forward = in_turn != from_behind;
    let order = if forward { "ASC" } else { "DESC" };
    // What waits is taken in turn, what goes before others first; all other lists show the newest.
    let first = match (in_turn, forward) {
        (false, _) => "",
        (true, true) => "goes_first DESC, ",
        (true, false) => "goes_first ASC, ",
    };
    let Conditions { sql, mut values } = conditions;
    values.extend([take, skip].map(|count| Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))));
    let (limit, offset) = (values.len() - 1, values.len());
    let mut statement = connection.prepare_cached(&format!(
        "SELECT subject FROM case_line WHERE {sql}
         ORDER BY {first}submitted_at {order}, subject {order} LIMIT ?{limit} OFFSET ?{offset}"
    ))?;
    let rows = statement.query_map(params_from_iter(&values), |row| row.get::<_, Uuid>(0))?;
    let mut subjects = rows.collect::<Result<Vec<_>, _>>()?;
    if from_behind {
        subjects.reverse();
    }
    Ok(subjects)
}

/// See [`crate::store::reading::Reading::met_at_home`].
pub(super) fn met_at_home(connection: &Connection, case: &Document) -> Result<Vec<String>, CenterError> {
    let value = |path: &str| format!("json_extract(CAST(body AS TEXT), '$.fields.\"{path}\".value')");
    let sql = format!(
        "SELECT (SELECT json_extract(line.value, '$.at') FROM json_each(CAST(body AS TEXT), '$.history') line
            WHERE json_extract(line.value, '$.entry') = json_extract(CAST(body AS TEXT), '$.case.revisions[#-1].entry'))
         FROM document
         WHERE kind = 'case' AND item = ?1 AND stream = ?2 AND stage <> 'withdrawn'
            AND {} = '{AT_HOME}' AND {} = ?3 AND {} = ?4",
        value(METHOD),
        value(DAY),
        value(MET_BY_NAME)
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let told = params![ITEM, case.stream.as_str(), case.text(DAY), case.text(MET_BY_NAME)];
    let rows = statement.query_map(told, |row| row.get::<_, Option<String>>(0))?;
    Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
}

/// Whether a case lies in this scope.
pub(super) fn is_in(connection: &Connection, scope: &str, id: SubjectId) -> Result<bool, CenterError> {
    let reach = Reach::of(scope, None);
    Ok(connection
        .prepare_cached(
            "SELECT 1 FROM document WHERE subject = ?1 AND kind = 'case' AND stream >= ?2 AND stream < ?3",
        )?
        .exists(params![id.0, reach.from, reach.below])?)
}

/// A case in this scope.
pub(super) fn case(
    connection: &Connection,
    scope: &str,
    id: SubjectId,
) -> Result<Option<CaseLine>, CenterError> {
    if !is_in(connection, scope, id)? {
        return Ok(None);
    }
    match document_row::get(connection, id)? {
        Some(document) => Ok(Some(line_of(connection, document)?)),
        None => Ok(None),
    }
}

/// A document; look-ups follow a `same-as` (rule E5).
fn followed(connection: &Connection, id: SubjectId) -> Result<Option<Document>, CenterError> {
    let mut found = document_row::get(connection, id)?;
    for _ in 0..8 {
        match found.as_ref().and_then(|document| document.same_as) {
            Some(other) => found = document_row::get(connection, other)?,
            None => break,
        }
    }
    Ok(found)
}

/// A resident in this scope.
pub(super) fn resident(
    connection: &Connection,
    scope: &str,
    id: SubjectId,
) -> Result<Option<Document>, CenterError> {
    let found = followed(connection, id)?;
    let in_scope = |document: &Document| {
        document.kind == Some(SubjectKind::Resident) && document.stream.as_str().starts_with(scope)
    };
    Ok(found.filter(in_scope))
}

/// A resident, household, visit or case in this scope.
pub(super) fn subject(
    connection: &Connection,
    scope: &str,
    id: SubjectId,
) -> Result<Option<Document>, CenterError> {
    let kinds = [
        SubjectKind::Resident,
        SubjectKind::Household,
        SubjectKind::Visit,
        SubjectKind::Handover,
        SubjectKind::Case,
        SubjectKind::Line,
    ];
    let found = document_row::get(connection, id)?;
    let in_scope = |document: &Document| {
        document.kind.is_some_and(|kind| kinds.contains(&kind)) && document.stream.as_str().starts_with(scope)
    };
    Ok(found.filter(in_scope))
}

/// Hand-overs in this scope, the newest first.
pub(super) fn handovers_in(connection: &Connection, scope: &str) -> Result<Vec<Document>, CenterError> {
    let reach = Reach::of(scope, None);
    let mut statement = connection.prepare_cached(
        "SELECT body FROM document WHERE kind = 'handover' AND stream >= ?1 AND stream < ?2 ORDER BY newest DESC",
    )?;
    let bodies = statement.query_map([reach.from, reach.below], |row| row.get::<_, Vec<u8>>(0))?;
    bodies.map(|body| Document::from_bytes(&body?).map_err(|_| CenterError::Coded(Code::Internal))).collect()
}

/// Name and number of a resident, or of who stands for them now.
fn person_of(connection: &Connection, resident: SubjectId) -> Result<Option<(String, String)>, CenterError> {
    let found: Option<(String, String, bool)> = connection
        .prepare_cached("SELECT name, id_number, hidden FROM person WHERE subject = ?1")?
        .query_row([resident.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    Ok(match found {
        Some((_, _, true)) => followed(connection, resident)?
            .map(|person| (person.text("name").to_owned(), person.text("id_number").to_owned())),
        other => other.map(|(name, number, _)| (name, number)),
    })
}

fn line_of(connection: &Connection, document: Document) -> Result<CaseLine, CenterError> {
    let resident = document.case.as_ref().map(|case| case.resident);
    let person = resident.map(|resident| person_of(connection, resident)).transpose()?.flatten();
    let (resident_name, resident_number) = person.unwrap_or_default();
    let photos = photo_row::count_of(connection, document.subject)?;
    Ok(CaseLine { document, resident_name, resident_number, photos })
}

/// Cases of an item that are submitted or accepted, wherever they lie.
pub(super) fn undecided_of(connection: &Connection, item: &str) -> Result<Vec<Document>, CenterError> {
    let mut statement = connection.prepare_cached(
        "SELECT body FROM document WHERE kind = 'case' AND item = ?1 AND stage IN ('submitted', 'accepted')",
    )?;
    let bodies = statement.query_map([item], |row| row.get::<_, Vec<u8>>(0))?;
    bodies.map(|body| Document::from_bytes(&body?).map_err(|_| CenterError::Coded(Code::Internal))).collect()
}

/// Entries about cases, in the words of their index.
pub(super) const OF_CASES: &str = "kind >= 'case_' AND kind < 'case`' AND batch IS NOT NULL";

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
         WHERE batch = ?1 AND stream >= ?2 AND stream < ?3 GROUP BY stream ORDER BY stream",
    )?;
    let reach = Reach::of(scope, None);
    let mut rows = statement.query(params![line.id.0, reach.from, reach.below])?;
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
         (SELECT 1 FROM entry e WHERE e.batch = b.id AND e.stream >= ?1 AND e.stream < ?2)
         ORDER BY b.received_at DESC, b.id LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let reach = Reach::of(scope, None);
    let lines = statement
        .query_map(params![reach.from, reach.below, limit], read_batch)?
        .collect::<Result<Vec<_>, _>>()?;
    let mut complete_lines = Vec::with_capacity(lines.len());
    for line in lines {
        complete_lines.extend(complete(connection, scope, line)?);
    }
    Ok(complete_lines)
}

/// A batch with entries in this scope.
pub(super) fn batch_line(
    connection: &Connection,
    scope: &str,
    id: RecordId,
) -> Result<Option<BatchLine>, CenterError> {
    let sql = format!("SELECT {BATCH_COLUMNS} FROM batch b WHERE b.id = ?1");
    let found = connection.prepare_cached(&sql)?.query_row([id.0], read_batch).optional()?;
    found.map_or(Ok(None), |line| complete(connection, scope, line))
}

/// What a batch brought into this scope, beside its entries.
pub(super) fn extent(
    connection: &Connection,
    scope: &str,
    batch: &BatchLine,
) -> Result<BatchExtent, CenterError> {
    let reach = Reach::of(scope, None);
    let cases = format!(
        "SELECT subject FROM entry WHERE batch = ?1 AND {OF_CASES} AND standing = 'positioned'
         AND stream >= ?2 AND stream < ?3"
    );
    let count: i64 = connection
        .prepare_cached(&format!("SELECT count(DISTINCT subject) FROM ({cases})"))?
        .query_row(params![batch.id.0, reach.from, reach.below], |row| row.get(0))?;
    let photos = connection
        .prepare_cached(&format!(
            "SELECT count(*), count(*) FILTER (WHERE standing = 'verified') FROM
             (SELECT DISTINCT p.digest, p.standing FROM photo_name n JOIN photo p ON p.digest = n.digest
              WHERE n.life = ?4 AND n.thumbnail = 0 AND n.waits = 0 AND n.subject IN ({cases}))"
        ))?
        .query_row(params![batch.id.0, reach.from, reach.below, batch.life.0], |row| {
            Ok(PhotoCount { named: row.get::<_, i64>(0)? as u64, verified: row.get::<_, i64>(1)? as u64 })
        })?;
    Ok(BatchExtent { agents: life_row::agents_of(connection, batch.life)?, cases: count as u64, photos })
}

/// A batch with its cases in this scope.
pub(super) fn batch(
    connection: &Connection,
    scope: &str,
    id: RecordId,
) -> Result<Option<BatchFolder>, CenterError> {
    let Some(line) = batch_line(connection, scope, id)? else { return Ok(None) };
    let reach = Reach::of(scope, None);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT DISTINCT subject FROM entry WHERE batch = ?1 AND {OF_CASES} AND standing = 'positioned'
         AND stream >= ?2 AND stream < ?3 ORDER BY subject"
    ))?;
    let subjects = statement
        .query_map(params![id.0, reach.from, reach.below], |row| row.get::<_, Uuid>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    let mut cases = Vec::with_capacity(subjects.len());
    for subject in subjects {
        cases.extend(case(connection, scope, SubjectId(subject))?);
    }
    let mut statement = connection.prepare_cached(
        "SELECT kind, count(*) FROM entry WHERE batch = ?1 AND stream >= ?2 AND stream < ?3
         GROUP BY kind ORDER BY kind",
    )?;
    let kinds = statement
        .query_map(params![id.0, reach.from, reach.below], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)? as u64))
        })?
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
