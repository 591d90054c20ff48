//! 登记簿: the lines of a register, filtered and paged in the database, the newest day first.

use crate::case_list::bodies;
use crate::error::LedgerError;
use crate::open_row;
use bangban_model::document::Document;
use bangban_model::{StreamId, SubjectId};
use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// Which lines, which part of them.
#[derive(Clone, Debug, Default)]
pub struct LineQuery {
    /// Code of the register.
    pub register: String,
    /// Words that its answers hold.
    pub text: String,
    /// Only of villages whose code begins so.
    pub scope: String,
    /// Only of this village.
    pub stream: Option<StreamId>,
    /// Of this day or later.
    pub from: Option<NaiveDate>,
    /// Of this day or before.
    pub to: Option<NaiveDate>,
    /// Only those of which something is open.
    pub open: bool,
    /// So many are passed over.
    pub offset: u64,
    /// At most so many.
    pub limit: u32,
}

impl LineQuery {
    fn conditions(&self) -> (String, Vec<Value>) {
        // The day bounds the index, so that it is read in its order.
        let mut sql = String::from("kind = 'line' AND item = ? AND day >= ?");
        let from = self.from.map_or_else(String::new, |day| day.to_string());
        let mut values = vec![Value::Text(self.register.clone()), Value::Text(from)];
        let mut add = |condition: &str, value: String| {
            sql.push_str(condition);
            values.push(Value::Text(value));
        };
        if let Some(to) = self.to {
            add(" AND day <= ?", to.to_string());
        }
        if !self.scope.is_empty() {
            // The character after '9': below it stands every code that begins so.
            add(" AND stream >= ?", self.scope.clone());
            add(" AND stream < ?", format!("{}:", self.scope));
        }
        if let Some(stream) = &self.stream {
            add(" AND stream = ?", stream.as_str().to_owned());
        }
        for word in self.text.split_whitespace() {
            add(" AND words LIKE ? ESCAPE '\\'", format!("%{}%", escape_like(&word.to_lowercase())));
        }
        if self.open {
            sql.push_str(" AND subject IN (SELECT subject FROM due_day WHERE path = 'todo' AND item = '')");
        }
        (sql, values)
    }
}

/// How many lines there are.
pub fn count_lines(connection: &Connection, query: &LineQuery) -> Result<u64, LedgerError> {
    let (conditions, values) = query.conditions();
    let sql = format!("SELECT count(*) FROM document WHERE {conditions}");
    let count: i64 =
        connection.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))?;
    Ok(count as u64)
}

/// A part of them, the newest day first.
pub fn find_lines(connection: &Connection, query: &LineQuery) -> Result<Vec<Document>, LedgerError> {
    let (conditions, values) = query.conditions();
    let sql = format!(
        "SELECT body FROM document WHERE {conditions} ORDER BY day DESC, subject DESC LIMIT {} OFFSET {}",
        query.limit, query.offset
    );
    bodies(connection, &sql, values)
}

/// The newest day of a register's lines up to this one.
pub fn newest_day(
    connection: &Connection,
    register: &str,
    until: NaiveDate,
) -> Result<Option<NaiveDate>, LedgerError> {
    let day: Option<String> = connection
        .prepare_cached("SELECT max(day) FROM document WHERE kind = 'line' AND item = ?1 AND day <= ?2")?
        .query_row([register, &until.to_string()], |row| row.get(0))?;
    Ok(day.and_then(|day| day.parse().ok()))
}

/// The lines about a person, those of records that were joined into this one among them; the newest first.
pub fn of_person(connection: &Connection, person: SubjectId) -> Result<Vec<Document>, LedgerError> {
    let sql =
        "SELECT body FROM document INDEXED BY document_by_resident WHERE resident = ?1 AND kind = 'line'
         ORDER BY subject DESC";
    let mut lines = Vec::new();
    for person in std::iter::once(person).chain(open_row::joined_into(connection, person)?) {
        lines.extend(bodies(connection, sql, vec![Value::Blob(person.0.as_bytes().to_vec())])?);
    }
    Ok(lines)
}

fn escape_like(word: &str) -> String {
    word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
