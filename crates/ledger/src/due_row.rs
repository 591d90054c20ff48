//! Days on which something runs out: kept with the documents that say so, so that a list of a hundred thousand opens at once.

use crate::document_row;
use crate::error::LedgerError;
use crate::open_row;
use crate::person::Place;
use bangban_model::benefit::{BenefitState, benefit_of, death_of};
use bangban_model::body::Outcome;
use bangban_model::completing::{COMPLETE_BY, to_complete};
use bangban_model::document::{Document, SubjectKind};
use bangban_model::expiry::{authority_until, is_needed_at};
use bangban_model::handling::{AUTHORITY_UNTIL, Handling};
use bangban_model::line::{SOME_DAY, TODO, VALID_UNTIL, line_of};
use bangban_model::paper::{paper_path, papers_of};
use bangban_model::revision::ANSWER_PREFIX;
use bangban_model::standing::{CaseStands, DueKind};
use bangban_model::visit::{NEED, open_need};
use bangban_model::whereabouts::has_moved;
use bangban_model::{StreamId, SubjectId};
use chrono::{Days, NaiveDate};
use rusqlite::{Connection, params};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Fields of a resident whose path begins so are days of an official list; the rest of the path is the item's code.
pub const LISTED_PREFIX: &str = "due/";
/// Questions whose name ends so ask for a paper's last day.
const LAST_DAY_ENDING: &str = "_until";

/// A day on which something runs out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDay {
    /// Why.
    pub kind: DueKind,
    /// The resident or case that says so.
    pub subject: SubjectId,
    /// The village.
    pub stream: StreamId,
    /// Whom it concerns.
    pub resident: SubjectId,
    /// The item's code.
    pub item: String,
    /// The answer's path, of a paper.
    pub path: String,
    /// The last day.
    pub due: NaiveDate,
}

/// What a document says runs out: resident, item, path and day of each.
fn days_of(document: &Document) -> Vec<(SubjectId, String, String, NaiveDate)> {
    let listed = |(item, value): (&str, &Value)| {
        let day = value.get("date").and_then(Value::as_str).and_then(|day| day.parse().ok())?;
        Some((document.subject, item.to_owned(), format!("{LISTED_PREFIX}{item}"), day))
    };
    match (document.kind, &document.case) {
        (Some(SubjectKind::Resident), _) => document.under(LISTED_PREFIX).filter_map(listed).collect(),
        (_, Some(case)) => {
            let issued = papers_of(document).filter_map(|(material, paper)| {
                Some((case.resident, case.item.clone(), paper_path(material), paper.until?))
            });
            let papers = document.under(ANSWER_PREFIX).filter(|(rest, _)| rest.ends_with(LAST_DAY_ENDING));
            let dated = papers.filter_map(|(rest, value)| Some((rest, value.as_str()?.parse().ok()?)));
            dated
                .map(|(rest, day)| (case.resident, case.item.clone(), format!("{ANSWER_PREFIX}{rest}"), day))
                .chain(issued)
                .chain(authority_of(document))
                .chain(completed_by(document))
                .collect()
        }
        (Some(SubjectKind::Visit), None) => need_of(document).into_iter().collect(),
        (Some(SubjectKind::Line), None) => todo_of(document).into_iter().chain(signed_of(document)).collect(),
        _ => Vec::new(),
    }
}

/// The open need of a visit, of its household.
fn need_of(visit: &Document) -> Option<(SubjectId, String, String, NaiveDate)> {
    let household = visit.text("household").parse().ok()?;
    let need = open_need(visit)?;
    // An urgent one without a day is due at once.
    let day = if need.is_urgent { visit.text("started_at").get(..10)? } else { SOME_DAY };
    let due = need.due.or_else(|| day.parse().ok())?;
    Some((household, String::new(), NEED.to_owned(), due))
}

/// What is open of a register's line, of the person whom it is about.
fn todo_of(line: &Document) -> Option<(SubjectId, String, String, NaiveDate)> {
    let told = line_of(line)?;
    Some((told.person.unwrap_or(SubjectId(Uuid::nil())), String::new(), TODO.to_owned(), told.todo?))
}

/// The written authority of a case, while the case needs it. It belongs to no item: it is no paper of one.
fn authority_of(case: &Document) -> Option<(SubjectId, String, String, NaiveDate)> {
    let file = case.case.as_ref().filter(|file| is_needed_at(file.stage))?;
    let until = authority_until(&Handling::of(case))?;
    Some((file.resident, String::new(), AUTHORITY_UNTIL.to_owned(), until))
}

/// Until when the papers that a case lacks are to be brought. It belongs to no item: it is no paper of one.
fn completed_by(case: &Document) -> Option<(SubjectId, String, String, NaiveDate)> {
    let file = case.case.as_ref()?;
    Some((file.resident, String::new(), COMPLETE_BY.to_owned(), to_complete(case)?.until))
}

/// Until when holds what a line says was signed.
fn signed_of(line: &Document) -> Option<(SubjectId, String, String, NaiveDate)> {
    let told = line_of(line).filter(|told| told.void.is_empty())?;
    let until = line.text(VALID_UNTIL).get(..10)?.parse().ok()?;
    Some((told.person.unwrap_or(SubjectId(Uuid::nil())), String::new(), VALID_UNTIL.to_owned(), until))
}

/// What is open and belongs to no item: needs of visits ([`NEED`]), lines of registers ([`TODO`]) or papers that cases lack
/// ([`COMPLETE_BY`]) that are to be done until then, or at all; the most urgent first.
pub fn open_until(
    connection: &Connection,
    path: &str,
    until: Option<NaiveDate>,
    limit: u32,
) -> Result<Vec<SubjectId>, LedgerError> {
    let until = until.map_or_else(|| SOME_DAY.to_owned(), |until| until.to_string());
    let mut statement = connection.prepare_cached(
        "SELECT subject FROM due_day WHERE due <= ?1 AND path = ?2 AND item = '' ORDER BY due, subject LIMIT ?3",
    )?;
    let rows = statement.query_map(params![until, path, limit], |row| row.get(0))?;
    Ok(rows.map(|id| id.map(SubjectId)).collect::<Result<_, _>>()?)
}

/// What runs out by a day or has run out, and belongs to no item: signatures ([`VALID_UNTIL`]) and authorities
/// ([`AUTHORITY_UNTIL`]), those that run out last first.
pub fn last_until(
    connection: &Connection,
    path: &str,
    until: NaiveDate,
    limit: u32,
) -> Result<Vec<SubjectId>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT subject FROM due_day WHERE due <= ?1 AND path = ?2 AND item = '' ORDER BY due DESC, subject LIMIT ?3",
    )?;
    let rows = statement.query_map(params![until.to_string(), path, limit], |row| row.get(0))?;
    Ok(rows.map(|id| id.map(SubjectId)).collect::<Result<_, _>>()?)
}

/// The lines of a register that are open and were to be done until then when they were written, the most urgent first.
pub fn open_of_register(
    connection: &Connection,
    register: &str,
    until: NaiveDate,
) -> Result<Vec<SubjectId>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT o.subject FROM due_day o JOIN document d ON d.subject = o.subject
         WHERE o.due <= ?1 AND o.path = ?2 AND o.item = '' AND d.item = ?3 ORDER BY o.due, o.subject",
    )?;
    let rows = statement.query_map(params![until.to_string(), TODO, register], |row| row.get(0))?;
    Ok(rows.map(|id| id.map(SubjectId)).collect::<Result<_, _>>()?)
}

/// How many there are.
pub fn count_open_until(connection: &Connection, path: &str, until: NaiveDate) -> Result<u64, LedgerError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM due_day WHERE due <= ?1 AND path = ?2 AND item = ''")?
        .query_row(params![until.to_string(), path], |row| row.get(0))?;
    Ok(count as u64)
}

/// How many there are of each register's lines.
pub fn open_by_register(
    connection: &Connection,
    path: &str,
    until: NaiveDate,
) -> Result<BTreeMap<String, u64>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT d.item, count(*) FROM due_day o JOIN document d ON d.subject = o.subject
         WHERE o.due <= ?1 AND o.path = ?2 AND o.item = '' GROUP BY d.item",
    )?;
    let rows = statement.query_map(params![until.to_string(), path], |row| {
        Ok((row.get::<_, Option<String>>(0)?.unwrap_or_default(), row.get::<_, i64>(1)? as u64))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps what a document says; within the caller's transaction.
pub(crate) fn put(connection: &Connection, document: &Document) -> Result<(), LedgerError> {
    connection.prepare_cached("DELETE FROM due_day WHERE subject = ?1")?.execute([document.subject.0])?;
    for (resident, item, path, due) in days_of(document) {
        connection
            .prepare_cached(
                "INSERT INTO due_day (subject, path, resident, item, due) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![document.subject.0, path, resident.0, item, due.to_string()])?;
    }
    Ok(())
}

/// No list looks further ahead (days).
const MAX_AHEAD_DAYS: u32 = 3660;

/// The last day of a list that looks so many days ahead.
#[must_use]
pub fn within(today: NaiveDate, days: u32) -> NaiveDate {
    today.checked_add_days(Days::new(u64::from(days.min(MAX_AHEAD_DAYS)))).unwrap_or(today)
}

/// Which days a list asks for.
#[derive(Clone, Debug)]
pub struct DueAsk {
    /// Up to and with this day.
    pub until: NaiveDate,
    /// Only of this item.
    pub item: Option<String>,
    /// Only of this kind.
    pub kind: Option<DueKind>,
    /// Villages whose codes begin so.
    pub scope: String,
    /// At most so many.
    pub limit: u32,
}

/// The days until then, the most urgent first. Of the official list and the decision the later day holds, for each tells
/// of the newest certification that its office knows; a newer case of the same person and item takes the place of both
/// and of the older case's papers. Nothing is due of the dead, of a benefit that was stopped, of a case that was refused.
pub fn due_until(connection: &Connection, ask: &DueAsk) -> Result<Vec<DueDay>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "WITH decided AS (SELECT d.subject, d.stream, d.resident, d.item, d.due FROM document d
            WHERE d.due IS NOT NULL AND d.stage = 'confirmed'
                AND NOT EXISTS (SELECT 1 FROM document n INDEXED BY document_by_resident
                    WHERE n.resident = d.resident AND n.item = d.item AND n.kind = 'case' AND n.subject > d.subject AND n.stage <> 'withdrawn'))
         SELECT 'decided', d.subject, d.stream, d.resident, d.item, '', d.due FROM decided d
         WHERE d.due <= ?1 AND (?2 IS NULL OR d.item = ?2) AND d.stream >= ?3 AND d.stream < ?4
            AND NOT EXISTS (SELECT 1 FROM due_day l
                WHERE l.subject = d.resident AND l.resident = d.resident AND l.item = d.item AND l.due >= d.due)
         UNION ALL
         SELECT 'listed', l.subject, s.stream, l.resident, l.item, l.path, l.due
         FROM due_day l JOIN document s ON s.subject = l.subject
         WHERE l.subject = l.resident AND l.due <= ?1 AND (?2 IS NULL OR l.item = ?2)
            AND s.stream >= ?3 AND s.stream < ?4
            AND NOT EXISTS (SELECT 1 FROM document n INDEXED BY document_by_resident
                WHERE n.resident = l.resident AND n.item = l.item AND n.kind = 'case' AND n.stage IN ('open', 'submitted', 'returned', 'accepted'))
            AND NOT EXISTS (SELECT 1 FROM decided d
                WHERE d.resident = l.resident AND d.item = l.item AND d.due > l.due)
         UNION ALL
         SELECT 'paper', l.subject, s.stream, l.resident, l.item, l.path, l.due
         FROM due_day l JOIN document s ON s.subject = l.subject
         WHERE l.subject <> l.resident AND l.item <> '' AND l.due <= ?1 AND (?2 IS NULL OR l.item = ?2)
            AND s.stream >= ?3 AND s.stream < ?4 AND s.stage <> 'withdrawn'
            AND NOT EXISTS (SELECT 1 FROM document n INDEXED BY document_by_resident
                WHERE n.resident = l.resident AND n.item = l.item AND n.kind = 'case' AND n.subject > l.subject AND n.stage <> 'withdrawn')
         ORDER BY 7, 4",
    )?;
    let below = format!("{}:", ask.scope);
    let mut rows = statement.query(params![ask.until.to_string(), ask.item, ask.scope, below])?;
    let mut days = Vec::new();
    while days.len() < ask.limit as usize
        && let Some(row) = rows.next()?
    {
        let Some(day) = read_day(row)?.filter(|day| ask.kind.is_none_or(|kind| kind == day.kind)) else {
            continue;
        };
        if let Some(resident) = still_due(connection, &day)? {
            days.push(DueDay { resident, ..day });
        }
    }
    Ok(days)
}

fn read_day(row: &rusqlite::Row<'_>) -> Result<Option<DueDay>, LedgerError> {
    let (source, stream, due): (String, String, String) = (row.get(0)?, row.get(2)?, row.get(6)?);
    let (Some(stream), Ok(due)) = (StreamId::parse(&stream), due.parse()) else { return Ok(None) };
    let kind = match source.as_str() {
        "listed" => DueKind::Listed,
        "paper" => DueKind::Paper,
        _ => DueKind::Decided,
    };
    let (subject, resident) = (SubjectId(row.get::<_, Uuid>(1)?), SubjectId(row.get::<_, Uuid>(3)?));
    Ok(Some(DueDay { kind, subject, stream, resident, item: row.get(4)?, path: row.get(5)?, due }))
}

/// For whom a day is still due, if it is: what only the documents themselves tell. The days of somebody for whom
/// another record stands are that one's, unless that one has her own of the item.
fn still_due(connection: &Connection, day: &DueDay) -> Result<Option<SubjectId>, LedgerError> {
    if day.kind == DueKind::Paper && is_refused(connection, day.subject)? {
        return Ok(None);
    }
    let Some(written) = document_row::get(connection, day.resident)? else { return Ok(Some(day.resident)) };
    let ended = |person: &Document| {
        let stopped = benefit_of(person, &day.item).is_some_and(|told| told.state == BenefitState::Stopped);
        stopped || death_of(person).is_some() || has_moved(person)
    };
    if ended(&written) {
        return Ok(None);
    }
    let Some(other) = written.same_as else { return Ok(Some(day.resident)) };
    if document_row::get(connection, other)?.is_some_and(|other| ended(&other)) {
        return Ok(None);
    }
    let has_own: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM due_day WHERE subject = ?1 AND resident = ?1 AND item = ?2)
                OR EXISTS (SELECT 1 FROM document INDEXED BY document_by_resident
                    WHERE resident = ?1 AND item = ?2 AND kind = 'case' AND stage <> 'withdrawn')",
        )?
        .query_row(params![other.0, day.item], |row| row.get(0))?;
    Ok((!has_own).then_some(other))
}

fn is_refused(connection: &Connection, case: SubjectId) -> Result<bool, LedgerError> {
    let document = document_row::get(connection, case)?;
    let decision = document.and_then(|document| document.case?.decision);
    Ok(decision.is_some_and(|decision| decision.outcome == Outcome::Refused))
}

const STANDS: &str = "SELECT resident, item, stage, CASE WHEN stage = 'confirmed'
        THEN json_extract(CAST(body AS TEXT), '$.case.decision.outcome') ELSE '' END
     FROM document";

fn read_stands(row: &rusqlite::Row<'_>) -> rusqlite::Result<CaseStands> {
    let (stage, outcome): (String, Option<String>) = (row.get(2)?, row.get(3)?);
    Ok(CaseStands {
        resident: SubjectId(row.get(0)?),
        item: row.get(1)?,
        under_way: matches!(stage.as_str(), "open" | "submitted" | "returned" | "accepted"),
        granted: outcome.as_deref() == Some("granted"),
    })
}

/// How every case of these villages stands.
pub fn case_stands(connection: &Connection, scope: &str) -> Result<Vec<CaseStands>, LedgerError> {
    let sql =
        format!("{STANDS} WHERE kind = 'case' AND resident IS NOT NULL AND stream >= ?1 AND stream < ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([scope, &format!("{scope}:")], read_stands)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How the cases of one resident stand.
pub fn case_stands_of(connection: &Connection, resident: SubjectId) -> Result<Vec<CaseStands>, LedgerError> {
    let sql = format!("{STANDS} INDEXED BY document_by_resident WHERE kind = 'case' AND resident = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut stands = Vec::new();
    for resident in std::iter::once(resident).chain(open_row::joined_into(connection, resident)?) {
        let rows = statement.query_map([resident.0], read_stands)?;
        stands.extend(rows.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(stands)
}

/// Every resident of these villages, household by household.
pub fn residents(connection: &Connection, scope: &str) -> Result<Vec<Document>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT d.body FROM document d JOIN person p ON p.subject = d.subject
         WHERE p.hidden = 0 AND p.stream >= ?1 AND p.stream < ?2 ORDER BY p.household, p.subject",
    )?;
    let rows = statement.query_map([scope, &format!("{scope}:")], |row| row.get::<_, Vec<u8>>(0))?;
    rows.map(|body| {
        Document::from_bytes(&body?).map_err(|_| LedgerError::Damaged("a document cannot be read"))
    })
    .collect()
}

/// The residents of one place, in their order.
pub fn residents_of(connection: &Connection, place: Place) -> Result<Vec<Document>, LedgerError> {
    let (of, id) = match place {
        Place::Household(household) => ("p.household = ?1", household),
        Place::Alone(person) => ("p.subject = ?1", person),
    };
    let sql = format!(
        "SELECT d.body FROM person p JOIN document d ON d.subject = p.subject WHERE {of} AND p.hidden = 0 ORDER BY p.subject"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([id.0], |row| row.get::<_, Vec<u8>>(0))?;
    rows.map(|body| {
        Document::from_bytes(&body?).map_err(|_| LedgerError::Damaged("a document cannot be read"))
    })
    .collect()
}

/// A list of cases of one person is no longer.
const MOST_CASES: usize = 50;

/// Other cases of the people with this identity number, or of this person where none is known, and of whoever was joined
/// into any of them: of one item, newest first.
pub fn cases_of_number(
    connection: &Connection,
    resident: SubjectId,
    item: &str,
) -> Result<Vec<Document>, LedgerError> {
    let mut people = BTreeSet::from([resident]);
    let same_number = connection
        .prepare_cached(
            "SELECT other.subject FROM person own JOIN person other ON other.id_number = own.id_number
             WHERE own.subject = ?1 AND own.id_number <> ''",
        )?
        .query_map([resident.0], |row| row.get(0).map(SubjectId))?
        .collect::<Result<Vec<_>, _>>()?;
    people.extend(same_number);
    for person in people.clone() {
        people.extend(open_row::joined_into(connection, person)?);
    }
    let mut statement = connection.prepare_cached(
        "SELECT subject, body FROM document INDEXED BY document_by_resident
         WHERE kind = 'case' AND item = ?2 AND resident = ?1
         ORDER BY subject DESC LIMIT ?3",
    )?;
    let mut cases = Vec::new();
    for person in people {
        let rows = statement.query_map(params![person.0, item, MOST_CASES as i64], |row| {
            Ok((row.get::<_, Uuid>(0)?, row.get::<_, Vec<u8>>(1)?))
        })?;
        cases.extend(rows.collect::<Result<Vec<_>, _>>()?);
    }
    cases.sort_by_key(|case| std::cmp::Reverse(case.0));
    cases.truncate(MOST_CASES);
    let read = |(_, body): (Uuid, Vec<u8>)| {
        Document::from_bytes(&body).map_err(|_| LedgerError::Damaged("a document cannot be read"))
    };
    cases.into_iter().map(read).collect()
}
