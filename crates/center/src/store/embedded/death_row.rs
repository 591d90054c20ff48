//! People of whom a death was reported and no office has answered, always within a scope (rule S5).

use super::case_row::Reach;
use crate::error::CenterError;
use bangban_ledger::document_row;
use bangban_model::SubjectId;
use bangban_model::benefit::{Death, death_of};
use bangban_model::document::Document;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// The conditions of the index: they stand here as it has them, or it is not used.
const SUSPECTED: &str = "kind = 'resident'
     AND json_extract(CAST(body AS TEXT), '$.fields.death_suspected.value') <> ''
     AND json_extract(CAST(body AS TEXT), '$.fields.death_verified.value') IS NULL
     AND json_extract(CAST(body AS TEXT), '$.same_as') IS NULL";

/// Whose deaths wait for an answer, with the newest case of each that was sent in; at most `limit`.
pub(super) fn suspected(
    connection: &Connection,
    scope: &str,
    limit: u32,
) -> Result<Vec<(Document, Option<SubjectId>)>, CenterError> {
    let reach = Reach::of(scope, None);
    let people = connection
        .prepare_cached(&format!(
            "SELECT subject FROM document INDEXED BY suspected_death
             WHERE {SUSPECTED} AND stream >= ?1 AND stream < ?2 ORDER BY stream, subject LIMIT ?3"
        ))?
        .query_map(params![reach.from, reach.below, limit], |row| row.get::<_, Uuid>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    let mut found = Vec::with_capacity(people.len());
    for person in people {
        let document = document_row::get(connection, SubjectId(person))?;
        let Some(document) = document.filter(|one| death_of(one) == Some(Death::Suspected)) else { continue };
        let case = newest_case(connection, document.subject)?;
        found.push((document, case));
    }
    Ok(found)
}

/// How many there are.
pub(super) fn count(connection: &Connection, reach: &Reach) -> Result<u64, CenterError> {
    let count: i64 = connection
        .prepare_cached(&format!(
            "SELECT count(*) FROM document INDEXED BY suspected_death
             WHERE {SUSPECTED} AND stream >= ?1 AND stream < ?2"
        ))?
        .query_row([&reach.from, &reach.below], |row| row.get(0))?;
    Ok(count as u64)
}

fn newest_case(connection: &Connection, person: SubjectId) -> Result<Option<SubjectId>, CenterError> {
    let case: Option<Uuid> = connection
        .prepare_cached(
            "SELECT subject FROM document WHERE resident = ?1 AND kind = 'case' AND stage NOT IN ('open', 'withdrawn')
             ORDER BY subject DESC LIMIT 1",
        )?
        .query_row([person.0], |row| row.get(0))
        .optional()?;
    Ok(case.map(SubjectId))
}
