//! The people's index: found by name, pinyin, part of the identity number or phone.
//!
//! Full-text search finds nothing for the two characters of a Chinese name, so a narrow table is looked through.

use crate::error::LedgerError;
use bangban_model::document::Document;
use bangban_model::relation::is_head_word;
use bangban_model::whereabouts::has_left;
use bangban_model::{StreamId, SubjectId, name};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use uuid::Uuid;

/// A person as the index has her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The resident.
    pub subject: SubjectId,
    /// Her village.
    pub stream: StreamId,
    /// Her 户籍户.
    pub household: Option<SubjectId>,
    /// Her name as written.
    pub name: String,
    /// Her identity number, '' where unknown.
    pub id_number: String,
    /// Her phone, '' where unknown.
    pub phone: String,
    /// Whether she is 户主.
    pub head: bool,
    /// Moved away for good, or dead: nobody meets her there.
    pub gone: bool,
}

impl Person {
    /// A resident as the index would have her.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        Self {
            subject: document.subject,
            stream: document.stream.clone(),
            household: document.text("household").parse().ok(),
            name: document.text("name").to_owned(),
            id_number: document.text("id_number").to_owned(),
            phone: document.text("phone").to_owned(),
            head: is_head_word(document.text("relation")),
            gone: has_left(document),
        }
    }
}

/// The columns of a resident's row, in the table's order.
fn columns_of(document: &Document) -> [Value; 11] {
    let person = Person::of(document);
    let keys = name::search_keys(&person.name);
    let mut words = vec![keys.plain.clone()];
    words.extend(keys.full.iter().cloned());
    words.extend(keys.initials.iter().cloned());
    let words = words.join(" ");
    let sought = format!("{words}\n{}\n{}", person.id_number, person.phone).to_ascii_lowercase();
    let household = person.household.map(|household| Value::Blob(household.0.as_bytes().to_vec()));
    [
        Value::Blob(person.subject.0.as_bytes().to_vec()),
        Value::Text(person.stream.as_str().to_owned()),
        household.unwrap_or(Value::Null),
        Value::Text(person.name),
        Value::Text(words),
        Value::Text(person.id_number),
        Value::Text(person.phone),
        Value::Integer(document.same_as.is_some().into()),
        Value::Text(sought),
        Value::Integer(person.head.into()),
        Value::Integer(person.gone.into()),
    ]
}

/// Whether the index has a resident exactly as [`put`] would keep her.
pub fn is_kept(connection: &Connection, document: &Document) -> Result<bool, LedgerError> {
    let found: Option<i64> = connection
        .prepare_cached(
            "SELECT 1 FROM person WHERE subject = ?1 AND stream = ?2 AND household IS ?3 AND name = ?4 AND keys = ?5
                AND id_number = ?6 AND phone = ?7 AND hidden = ?8 AND sought = ?9
                AND head = ?10 AND gone = ?11",
        )?
        .query_row(params_from_iter(columns_of(document)), |row| row.get(0))
        .optional()?;
    Ok(found.is_some())
}

/// Keeps a resident's place in the index.
pub fn put(connection: &Connection, document: &Document) -> Result<(), LedgerError> {
    connection
        .prepare_cached(
            "INSERT INTO person (subject, stream, household, name, keys, id_number, phone, hidden, sought,
                head, gone)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (subject) DO UPDATE SET stream = excluded.stream, household = excluded.household,
                name = excluded.name, keys = excluded.keys, id_number = excluded.id_number, phone = excluded.phone,
                hidden = excluded.hidden, sought = excluded.sought, head = excluded.head, gone = excluded.gone",
        )?
        .execute(params_from_iter(columns_of(document)))?;
    name_cases(connection, document.subject, document.text("name"))
}

/// Takes a resident out of the index.
pub fn remove(connection: &Connection, subject: SubjectId) -> Result<(), LedgerError> {
    connection.prepare_cached("DELETE FROM person WHERE subject = ?1")?.execute([subject.0])?;
    name_cases(connection, subject, "")
}

/// The list of cases is sorted by whose they are.
fn name_cases(connection: &Connection, resident: SubjectId, name: &str) -> Result<(), LedgerError> {
    connection
        .prepare_cached(
            "UPDATE document INDEXED BY document_by_resident SET name = ?2
             WHERE resident = ?1 AND kind = 'case' AND name IS NOT ?2",
        )?
        .execute(params![resident.0, name])?;
    Ok(())
}

const COLUMNS: &str = "subject, stream, household, name, id_number, phone, head, gone";

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Person> {
    let stream: String = row.get(1)?;
    let stream = StreamId::parse(&stream)
        .ok_or_else(|| rusqlite::Error::InvalidColumnType(1, "stream".into(), rusqlite::types::Type::Text))?;
    Ok(Person {
        subject: SubjectId(row.get(0)?),
        stream,
        household: row.get::<_, Option<Uuid>>(2)?.map(SubjectId),
        name: row.get(3)?,
        id_number: row.get(4)?,
        phone: row.get(5)?,
        head: row.get(6)?,
        gone: row.get(7)?,
    })
}

/// A person as she is compared with everybody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The resident.
    pub subject: SubjectId,
    /// Her 户籍户.
    pub household: Option<SubjectId>,
    /// Her name as names are compared.
    pub name: String,
    /// The likeliest reading of it; none where it cannot be read.
    pub sound: Option<String>,
    /// Her identity number, '' where unknown.
    pub id_number: String,
}

/// A household, or somebody who belongs to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Nobody else is looked at with her.
    Alone(SubjectId),
    /// Who belongs together.
    Household(SubjectId),
}

/// Every household with somebody in it, and everybody who belongs to none.
pub fn places(connection: &Connection) -> Result<Vec<Place>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT household, iif(household IS NULL, subject, NULL) FROM person INDEXED BY person_shown
         WHERE hidden = 0",
    )?;
    let rows = statement.query_map([], |row| {
        let (household, alone): (Option<Uuid>, Option<Uuid>) = (row.get(0)?, row.get(1)?);
        Ok((household, alone))
    })?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let place = |(household, alone): (Option<Uuid>, Option<Uuid>)| {
        household
            .map(|one| Place::Household(SubjectId(one)))
            .or(alone.map(|one| Place::Alone(SubjectId(one))))
    };
    Ok(rows.into_iter().filter_map(place).collect())
}

/// Where somebody who stands for herself belongs.
pub fn place_of(connection: &Connection, subject: SubjectId) -> Result<Option<Place>, LedgerError> {
    let household: Option<Option<Uuid>> = connection
        .prepare_cached("SELECT household FROM person WHERE subject = ?1 AND hidden = 0")?
        .query_row([subject.0], |row| row.get(0))
        .optional()?;
    let place = |household: Option<Uuid>| {
        household.map_or(Place::Alone(subject), |one| Place::Household(SubjectId(one)))
    };
    Ok(household.map(place))
}

/// Everybody who stands for herself, in one pass.
pub fn everybody(connection: &Connection) -> Result<Vec<Compared>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT subject, household, keys, id_number FROM person WHERE hidden = 0 ORDER BY subject",
    )?;
    let rows = statement.query_map([], |row| {
        let keys: String = row.get(2)?;
        // The name, then its readings, the likeliest first.
        let mut words = keys.split(' ').map(str::to_owned);
        Ok(Compared {
            subject: SubjectId(row.get(0)?),
            household: row.get::<_, Option<Uuid>>(1)?.map(SubjectId),
            name: words.next().unwrap_or_default(),
            sound: words.next(),
            id_number: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// People whose name, readings, identity number or phone hold every word of the query; at most `limit`.
pub fn find(connection: &Connection, query: &str, limit: u32) -> Result<Vec<Person>, LedgerError> {
    let words: Vec<String> =
        query.split_whitespace().take(4).map(name::fold_query).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = format!("SELECT {COLUMNS} FROM person INDEXED BY person_sought WHERE hidden = 0");
    for index in 1..=words.len() {
        sql.push_str(&format!(" AND instr(sought, ?{index}) > 0"));
    }
    sql.push_str(&format!(" ORDER BY name, id_number LIMIT {limit}"));
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(words), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// People whose name can be read so (`yuguiying`), and others whose keys hold that.
pub fn sounding_like(connection: &Connection, reading: &str) -> Result<Vec<Person>, LedgerError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM person INDEXED BY person_sought WHERE hidden = 0 AND instr(sought, ?1) > 0"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([reading], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// People with exactly this identity number.
pub fn by_number(connection: &Connection, id_number: &str) -> Result<Vec<Person>, LedgerError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM person WHERE id_number = ?1 AND id_number <> '' AND hidden = 0 LIMIT 20"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([id_number], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// People with exactly this identity number for whom another record stands: a corrected number is still found.
pub fn joined_by_number(connection: &Connection, id_number: &str) -> Result<Vec<Person>, LedgerError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM person WHERE id_number = ?1 AND id_number <> '' AND hidden = 1 LIMIT 20"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([id_number], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Everybody for whom another record stands.
pub fn joined(connection: &Connection) -> Result<Vec<Person>, LedgerError> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE hidden = 1 ORDER BY subject");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The members of a 户籍户, its head first.
pub fn of_household(connection: &Connection, household: SubjectId) -> Result<Vec<Person>, LedgerError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM person WHERE household = ?1 AND hidden = 0 ORDER BY head DESC, subject"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([household.0], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many people there are.
pub fn count(connection: &Connection) -> Result<u64, LedgerError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM person WHERE hidden = 0")?
        .query_row([], |row| row.get(0))?;
    Ok(count as u64)
}

/// A part of the people's list, household by household.
pub fn list(connection: &Connection, offset: u64, limit: u32) -> Result<Vec<Person>, LedgerError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM person WHERE hidden = 0 ORDER BY household, subject LIMIT {limit} OFFSET {offset}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
