//! The case list 台账: filtered, sorted and paged in the database, so that a list of a hundred thousand opens at once.

use crate::document_row::{self, stage_text};
use crate::error::LedgerError;
use crate::open_row;
use bangban_model::document::{Document, Stage};
use bangban_model::visit::part_of;
use bangban_model::{StreamId, SubjectId, name};
use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use uuid::Uuid;

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortedBy {
    /// When the case was opened (its id is a UUIDv7).
    #[default]
    Opened,
    /// The resident's name as written.
    Name,
    /// The item's code.
    Item,
    /// Where it stands.
    Stage,
    /// The next due date; cases without one come last.
    Due,
}

/// Which cases, in which order, which part of them.
#[derive(Clone, Debug, Default)]
pub struct CaseQuery {
    /// Words that the resident's name, pinyin, number or phone holds, the case's number in an outside system, or who follows it.
    pub text: String,
    /// Only at one of these stages; empty for all.
    pub stages: Vec<Stage>,
    /// Only those with (or without) something that no receipt names.
    pub pending: Option<bool>,
    /// Only of this item.
    pub item: Option<String>,
    /// Only of this village.
    pub stream: Option<StreamId>,
    /// Opened on this day or later.
    pub from: Option<NaiveDate>,
    /// Opened on this day or before.
    pub to: Option<NaiveDate>,
    /// The order.
    pub sorted_by: SortedBy,
    /// Largest first.
    pub descending: bool,
    /// So many are passed over.
    pub offset: u64,
    /// At most so many.
    pub limit: u32,
}

/// The number that a case has in an outside system and who follows it, as the index `case_numbers` has them.
const NUMBERS: &str = "lower(coalesce(json_extract(CAST(body AS TEXT), '$.fields.\"handling/outside_no\".value'), '') || char(10)
    || coalesce(json_extract(CAST(body AS TEXT), '$.fields.\"handling/owner\".value'), ''))";
/// That it says either.
const NUMBERED: &str =
    "json_extract(CAST(body AS TEXT), '$.fields.\"handling/outside_no\".value') IS NOT NULL
    OR json_extract(CAST(body AS TEXT), '$.fields.\"handling/owner\".value') IS NOT NULL";

/// Subjects of which something is in no receipt yet.
const PENDING: &str = "SELECT subject FROM entry WHERE standing IN ('pending', 'held')
     UNION SELECT named.subject FROM photo JOIN photo_name AS named ON named.digest = photo.digest
         WHERE photo.standing = 'pending'";

/// Cases that hold every one of so many words: in what is known of the resident, the outside number or who follows it.
fn named_by(words: usize) -> String {
    let fitting = |word: usize| {
        format!(
            "SELECT subject FROM (SELECT subject FROM document INDEXED BY document_by_resident WHERE kind = 'case'
                AND resident IN (SELECT subject FROM person INDEXED BY person_words WHERE instr(sought, ?{word}) > 0)
             UNION SELECT subject FROM document INDEXED BY case_numbers
                WHERE kind = 'case' AND ({NUMBERED}) AND instr({NUMBERS}, ?{word}) > 0)"
        )
    };
    (1..=words).map(fitting).collect::<Vec<_>>().join(" INTERSECT ")
}

impl CaseQuery {
    fn words(&self) -> Vec<String> {
        let words = self.text.split_whitespace().take(4).map(name::fold_query);
        words.filter(|word| !word.is_empty()).collect()
    }

    /// Whether nothing but words says which cases, in the order of their ids.
    fn is_of_words_alone(&self) -> bool {
        self.stages.is_empty()
            && (self.pending, self.from, self.to) == (None, None, None)
            && (&self.item, &self.stream) == (&None, &None)
            && self.sorted_by == SortedBy::Opened
    }

    /// The conditions and their values.
    fn conditions(&self) -> (String, Vec<Value>) {
        let mut sql = String::from("d.kind = 'case'");
        let mut values = Vec::new();
        let words = self.words();
        if !words.is_empty() {
            sql.push_str(&format!(" AND d.subject IN ({})", named_by(words.len())));
            values.extend(words.into_iter().map(Value::Text));
        }
        let mut add = |condition: &str, value: Value| {
            values.push(value);
            sql.push_str(&condition.replace('?', &format!("?{}", values.len())));
        };
        if let Some(item) = &self.item {
            add(" AND d.item = ?", Value::Text(item.clone()));
        }
        if let Some(stream) = &self.stream {
            add(" AND d.stream = ?", Value::Text(stream.as_str().to_owned()));
        }
        if let Some(from) = self.from {
            add(" AND d.subject >= ?", Value::Blob(first_id_of(from)));
        }
        if let Some(after) = self.to.and_then(|to| to.succ_opt()) {
            add(" AND d.subject < ?", Value::Blob(first_id_of(after)));
        }
        if !self.stages.is_empty() {
            let texts: Vec<String> =
                self.stages.iter().map(|stage| format!("'{}'", stage_text(*stage))).collect();
            sql.push_str(&format!(" AND d.stage IN ({})", texts.join(", ")));
        }
        match self.pending {
            Some(true) => sql.push_str(&format!(" AND d.subject IN ({PENDING})")),
            Some(false) => sql.push_str(&format!(" AND d.subject NOT IN ({PENDING})")),
            None => {}
        }
        (sql, values)
    }

    fn order(&self) -> String {
        let way = if self.descending { "DESC" } else { "ASC" };
        match self.sorted_by {
            SortedBy::Opened => format!("d.subject {way}"),
            SortedBy::Name => {
                format!("d.name {way}, d.subject {}", if self.descending { "ASC" } else { "DESC" })
            }
            SortedBy::Item => format!("d.item {way}, d.subject {way}"),
            SortedBy::Stage => format!("d.stage {way}, d.newest {way}"),
            SortedBy::Due => format!("d.due IS NULL, d.due {way}, d.subject DESC"),
        }
    }
}

/// A UUIDv7 carries its milliseconds in front: what was opened on a day in Asia/Shanghai begins here.
fn first_id_of(day: NaiveDate) -> Vec<u8> {
    let midnight = day.and_hms_opt(0, 0, 0).map_or(0, |at| at.and_utc().timestamp_millis() - 8 * 3_600_000);
    let millis = u64::try_from(midnight).unwrap_or(0).to_be_bytes();
    let mut id = [0; 16];
    id[..6].copy_from_slice(&millis[2..]);
    id.to_vec()
}

/// How many cases fit.
pub fn count_cases(connection: &Connection, query: &CaseQuery) -> Result<u64, LedgerError> {
    let (conditions, values) = query.conditions();
    let sql = format!("SELECT count(*) FROM document d WHERE {conditions}");
    let count: i64 =
        connection.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))?;
    Ok(count as u64)
}

/// The cases of one part of the list.
pub fn find_cases(connection: &Connection, query: &CaseQuery) -> Result<Vec<Document>, LedgerError> {
    let (conditions, values) = query.conditions();
    let sql = format!(
        "SELECT d.body FROM document d WHERE {conditions} ORDER BY {} LIMIT {} OFFSET {}",
        query.order(),
        query.limit,
        query.offset
    );
    bodies(connection, &sql, values)
}

/// How many cases fit, and those of one part of the list. What is looked for by words is looked for once.
pub fn part_of_cases(
    connection: &Connection,
    query: &CaseQuery,
) -> Result<(u64, Vec<Document>), LedgerError> {
    let words = query.words();
    if words.is_empty() {
        return Ok((count_cases(connection, query)?, find_cases(connection, query)?));
    }
    let (sql, values) = match query.is_of_words_alone() {
        true => (named_by(words.len()), words.into_iter().map(Value::Text).collect()),
        false => {
            let (conditions, values) = query.conditions();
            let order = query.order();
            (format!("SELECT d.subject FROM document d WHERE {conditions} ORDER BY {order}"), values)
        }
    };
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), |row| row.get::<_, Uuid>(0))?;
    let mut found = rows.collect::<Result<Vec<_>, _>>()?;
    if query.is_of_words_alone() {
        found.sort_unstable();
        if query.descending {
            found.reverse();
        }
    }
    let skipped = usize::try_from(query.offset).unwrap_or(usize::MAX);
    let part = found.iter().skip(skipped).take(query.limit as usize);
    let cases = part.map(|subject| document_row::get(connection, SubjectId(*subject)));
    Ok((found.len() as u64, cases.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect()))
}

/// The cases of a resident, the newest first, those of records that were joined into this one among them (rule E5).
pub fn of_resident(connection: &Connection, resident: SubjectId) -> Result<Vec<Document>, LedgerError> {
    let sql =
        "SELECT body FROM document INDEXED BY document_by_resident WHERE resident = ?1 AND kind = 'case'
         ORDER BY subject DESC";
    let mut cases = bodies(connection, sql, vec![Value::Blob(resident.0.as_bytes().to_vec())])?;
    let joined = open_row::joined_into(connection, resident)?;
    for other in &joined {
        cases.extend(bodies(connection, sql, vec![Value::Blob(other.0.as_bytes().to_vec())])?);
    }
    if !joined.is_empty() {
        cases.sort_by_key(|case| std::cmp::Reverse(case.subject));
    }
    Ok(cases)
}

/// The documents of a kind (`case` or `visit`) that belong to a household, the newest first.
pub fn of_household(
    connection: &Connection,
    kind: &str,
    household: SubjectId,
) -> Result<Vec<Document>, LedgerError> {
    let sql = "SELECT body FROM document INDEXED BY document_by_household WHERE household = ?1 AND kind = ?2
         ORDER BY subject DESC";
    let values = vec![Value::Blob(household.0.as_bytes().to_vec()), Value::Text(kind.to_owned())];
    bodies(connection, sql, values)
}

/// The visits on a round, or those of them to one household, the newest first.
pub fn visits_of_round(
    connection: &Connection,
    round: SubjectId,
    household: Option<SubjectId>,
) -> Result<Vec<Document>, LedgerError> {
    let mut values = vec![Value::Text(round.to_string())];
    let mut of = String::new();
    if let Some(household) = household {
        values.push(Value::Blob(household.0.as_bytes().to_vec()));
        of.push_str("AND household = ?2");
    }
    let sql = format!(
        "SELECT body FROM document INDEXED BY visit_of_round
         WHERE kind = 'visit' AND json_extract(CAST(body AS TEXT), '$.fields.round.value') = ?1 {of}
         ORDER BY subject DESC"
    );
    bodies(connection, &sql, values)
}

/// The visits to a household that say something, the newest day first.
pub fn visits_to(connection: &Connection, household: SubjectId) -> Result<Vec<Document>, LedgerError> {
    let sql = "SELECT body FROM document WHERE household = ?1 AND kind = 'visit' AND day IS NOT NULL
         ORDER BY day DESC, subject DESC";
    bodies(connection, sql, vec![Value::Blob(household.0.as_bytes().to_vec())])
}

/// 又一诉求: the further needs of a visit, in the order in which they were begun.
pub fn further_needs(connection: &Connection, visit: &Document) -> Result<Vec<Document>, LedgerError> {
    let Ok(household) = visit.text("household").parse() else { return Ok(Vec::new()) };
    let mut found = of_household(connection, "visit", household)?;
    found.retain(|other| part_of(other) == Some(visit.subject));
    found.reverse();
    Ok(found)
}

/// The visits that say something, the newest day first.
pub fn newest_visits(connection: &Connection, limit: u32) -> Result<Vec<Document>, LedgerError> {
    // Visits are of no item: that puts the index in order.
    let sql = "SELECT body FROM document WHERE kind = 'visit' AND item IS NULL AND day IS NOT NULL
         ORDER BY day DESC, subject DESC LIMIT ?1";
    bodies(connection, sql, vec![Value::Integer(limit.into())])
}

/// How many visits say something.
pub fn count_visits(connection: &Connection) -> Result<u64, LedgerError> {
    let count: i64 = connection
        .prepare_cached(
            "SELECT count(*) FROM document WHERE kind = 'visit' AND item IS NULL AND day IS NOT NULL",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(count as u64)
}

/// How many households were visited since this day, and how many cases began: for the month's counters.
pub fn count_since(connection: &Connection, day: NaiveDate) -> Result<(u64, u64), LedgerError> {
    let from = first_id_of(day);
    let households: i64 = connection
        .prepare_cached(
            "SELECT count(DISTINCT household) FROM document WHERE kind = 'visit' AND item IS NULL AND day >= ?1",
        )?
        .query_row([day.to_string()], |row| row.get(0))?;
    // Each by its own index: no row of the table is read for it.
    let count = |sql: &str| connection.prepare_cached(sql)?.query_row([&from], |row| row.get::<_, i64>(0));
    let begun = count("SELECT count(*) FROM document WHERE kind = 'case' AND subject >= ?1")?;
    let withdrawn =
        count("SELECT count(*) FROM document WHERE kind = 'case' AND stage = 'withdrawn' AND subject >= ?1")?;
    Ok((households as u64, begun.saturating_sub(withdrawn) as u64))
}

/// The visits of a time that say something, by the day on which they took place, the oldest first.
pub fn visits_between(
    connection: &Connection,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Document>, LedgerError> {
    let sql = "SELECT body FROM document WHERE kind = 'visit' AND item IS NULL AND day BETWEEN ?1 AND ?2
         ORDER BY day, subject";
    bodies(connection, sql, [from, to].map(|day| Value::Text(day.to_string())).to_vec())
}

/// The cases that were opened in a time, the oldest first.
pub fn cases_between(
    connection: &Connection,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Document>, LedgerError> {
    let behind = to.succ_opt().unwrap_or(to);
    let values = [from, behind].map(|day| Value::Blob(first_id_of(day))).to_vec();
    let sql =
        "SELECT body FROM document WHERE kind = 'case' AND subject >= ?1 AND subject < ?2 ORDER BY subject";
    bodies(connection, sql, values)
}

/// The cases of an item that were submitted and not taken back, and answer the question at this path by a day of a time;
/// the oldest first. Only these are read whole.
pub fn answered_between(
    connection: &Connection,
    item: &str,
    path: &str,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Document>, LedgerError> {
    let answer = format!("$.fields.\"{path}\".value");
    let values =
        [item, &answer, &from.to_string(), &to.to_string()].map(|value| Value::Text(value.to_owned()));
    let sql =
        "SELECT body FROM document WHERE kind = 'case' AND item = ?1 AND stage NOT IN ('open', 'withdrawn')
         AND json_extract(CAST(body AS TEXT), ?2) BETWEEN ?3 AND ?4 ORDER BY subject";
    bodies(connection, sql, values.to_vec())
}

/// The visit to a household whose day is the newest, of those that say something.
pub fn newest_visit(connection: &Connection, household: SubjectId) -> Result<Option<SubjectId>, LedgerError> {
    let newest: Option<Uuid> = connection
        .prepare_cached(
            "SELECT subject FROM document WHERE household = ?1 AND kind = 'visit' AND day IS NOT NULL
             ORDER BY day DESC, subject DESC LIMIT 1",
        )?
        .query_row([household.0], |row| row.get(0))
        .optional()?;
    Ok(newest.map(SubjectId))
}

/// The day of the newest visit to a household that fits, of those that say something.
pub fn newest_day_of_visit(
    connection: &Connection,
    household: SubjectId,
    fits: impl Fn(&Document) -> bool,
) -> Result<Option<NaiveDate>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT day, body FROM document WHERE household = ?1 AND kind = 'visit' AND day IS NOT NULL
         ORDER BY day DESC, subject DESC",
    )?;
    let mut rows = statement.query([household.0])?;
    while let Some(row) = rows.next()? {
        let (day, body): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let visit =
            Document::from_bytes(&body).map_err(|_| LedgerError::Damaged("a document cannot be read"))?;
        if fits(&visit) {
            return Ok(day.parse().ok());
        }
    }
    Ok(None)
}

pub(crate) fn bodies(
    connection: &Connection,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<Document>, LedgerError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params_from_iter(values), |row| row.get::<_, Vec<u8>>(0))?;
    rows.map(|body| {
        Document::from_bytes(&body?).map_err(|_| LedgerError::Damaged("a document cannot be read"))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::database;
    use crate::laptop::MIGRATIONS;
    use bangban_keys::DataKey;

    #[test]
    fn a_list_by_name_or_by_words_is_found_by_indexes_and_not_by_reading_every_document() {
        let folder = tempfile::tempdir().unwrap();
        let key = DataKey::random().unwrap();
        let connection = database::open(&folder.path().join("x.db"), &key, &MIGRATIONS).unwrap();
        let plan = |query: &CaseQuery| {
            let (conditions, values) = query.conditions();
            let order = query.order();
            let sql = format!(
                "EXPLAIN QUERY PLAN SELECT d.body FROM document d WHERE {conditions} ORDER BY {order} LIMIT 9"
            );
            let mut statement = connection.prepare(&sql).unwrap();
            let rows = statement.query_map(params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
            rows.map(Result::unwrap).collect::<Vec<_>>().join("\n")
        };
        for descending in [false, true] {
            let by_name = plan(&CaseQuery { sorted_by: SortedBy::Name, descending, ..CaseQuery::default() });
            assert!(by_name.contains("case_by_name") && !by_name.contains("TEMP"), "{by_name}");
            let by_words = plan(&CaseQuery { text: "余 4207".into(), descending, ..CaseQuery::default() });
            assert!(
                !by_words.contains("SCAN d ") && by_words.contains("COVERING INDEX person_words"),
                "{by_words}"
            );
            assert!(by_words.contains("COVERING INDEX document_by_resident"), "{by_words}");
        }
    }
}
