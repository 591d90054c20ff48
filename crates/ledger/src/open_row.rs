//! What waits for a person to settle it: the subjects with open values, and who wrote at other laptops.

use crate::entry_row;
use crate::error::LedgerError;
use bangban_model::body::Body;
use bangban_model::document::Document;
use bangban_model::ids::AgentId;
use bangban_model::{IncarnationId, SubjectId};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// The condition of the index `document_open`, word for word: only so is it used.
const IS_OPEN: &str = "json_array_length(CAST(body AS TEXT), '$.conflicts')
    + json_array_length(CAST(body AS TEXT), '$.late_changes') > 0";

/// Subjects of all kinds with values that wait for a person, at most `limit`.
pub fn open_subjects(connection: &Connection, limit: u32) -> Result<Vec<Document>, LedgerError> {
    let sql = format!("SELECT body FROM document WHERE {IS_OPEN} ORDER BY kind, subject LIMIT ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    let bodies =
        statement.query_map([limit], |row| row.get::<_, Vec<u8>>(0))?.collect::<Result<Vec<_>, _>>()?;
    let read = |body: &Vec<u8>| {
        Document::from_bytes(body).map_err(|_| LedgerError::Damaged("a document cannot be read"))
    };
    bodies.iter().map(read).collect()
}

/// On how many subjects values wait for a person.
pub fn count_open(connection: &Connection) -> Result<u64, LedgerError> {
    let sql = format!("SELECT count(*) FROM document WHERE {IS_OPEN}");
    let count: i64 = connection.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
    Ok(count as u64)
}

/// The records that this one stands for, those that were joined into them too (rule E5).
pub fn joined_into(connection: &Connection, subject: SubjectId) -> Result<Vec<SubjectId>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT subject FROM document WHERE json_extract(CAST(body AS TEXT), '$.same_as') = ?1
            AND json_extract(CAST(body AS TEXT), '$.same_as') IS NOT NULL",
    )?;
    let mut joined = vec![subject];
    let mut next = 0;
    while let Some(known) = joined.get(next).copied() {
        let found = statement.query_map([known.to_string()], |row| row.get(0).map(SubjectId))?;
        for found in found.collect::<Result<Vec<_>, _>>()? {
            if !joined.contains(&found) {
                joined.push(found);
            }
        }
        next += 1;
    }
    joined.remove(0);
    Ok(joined)
}

/// The agents that a life named, as far as its entries lie here: a life's own entries have it as their subject.
pub fn agents_named_by(
    connection: &Connection,
    life: IncarnationId,
) -> Result<BTreeMap<AgentId, String>, LedgerError> {
    let mut named = BTreeMap::new();
    for row in entry_row::of_subject(connection, SubjectId(life.0))? {
        if let Ok(Some(Body::AgentAdded(added))) = row.entry.body() {
            named.insert(added.agent, added.name);
        }
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::IS_OPEN;
    use crate::database;
    use bangban_keys::DataKey;

    #[test]
    fn open_values_are_found_by_their_index_and_not_by_reading_every_document() {
        let folder = tempfile::tempdir().unwrap();
        let key = DataKey::random().unwrap();
        let migrations = [database::ENTRIES, database::LISTS, database::DUE_DAY, database::OPEN_VALUES];
        let connection = database::open(&folder.path().join("x.db"), &key, &migrations).unwrap();
        let sql = format!("EXPLAIN QUERY PLAN SELECT count(*) FROM document WHERE {IS_OPEN}");
        let plan: String = connection.query_row(&sql, [], |row| row.get(3)).unwrap();
        assert!(plan.contains("document_open"), "{plan}");
    }
}
