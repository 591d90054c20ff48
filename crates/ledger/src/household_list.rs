//! The households' list: by 户号 or by a member, paged in the database.

use crate::error::LedgerError;
use bangban_model::document::Document;
use bangban_model::{StreamId, name};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// 户号, as the folded document has it.
const NUMBER: &str = "json_extract(CAST(d.body AS TEXT), '$.fields.household_no.value')";

/// How many households fit, and one part of them in the order of their numbers.
///
/// Every word must be a part of the 户号, or of a member's name, readings, identity number or phone.
pub fn find(
    connection: &Connection,
    text: &str,
    offset: u64,
    limit: u32,
) -> Result<(u64, Vec<Document>), LedgerError> {
    let mut conditions = String::from("d.kind = 'household'");
    let mut values = Vec::new();
    for word in text.split_whitespace().take(4).map(name::fold_query).filter(|word| !word.is_empty()) {
        values.push(Value::Text(word));
        let at = values.len();
        conditions.push_str(&format!(
            " AND (instr(lower({NUMBER}), ?{at}) > 0 OR d.subject IN (SELECT household FROM person
                WHERE hidden = 0 AND instr(sought, ?{at}) > 0))"
        ));
    }
    let total: i64 = connection
        .prepare_cached(&format!("SELECT count(*) FROM document d WHERE {conditions}"))?
        .query_row(params_from_iter(values.iter()), |row| row.get(0))?;
    let sql = format!(
        "SELECT d.body FROM document d INDEXED BY household_by_number WHERE {conditions} ORDER BY {NUMBER}, d.subject LIMIT {limit} OFFSET {offset}"
    );
    Ok((total as u64, read(connection, &sql, values)?))
}

/// Every household of a village, in the order of their numbers.
pub fn of_village(connection: &Connection, village: &StreamId) -> Result<Vec<Document>, LedgerError> {
    let sql = format!(
        "SELECT d.body FROM document d INDEXED BY household_of_village
         WHERE d.kind = 'household' AND d.stream = ?1 ORDER BY {NUMBER}, d.subject"
    );
    read(connection, &sql, vec![Value::Text(village.as_str().to_owned())])
}

fn read(connection: &Connection, sql: &str, values: Vec<Value>) -> Result<Vec<Document>, LedgerError> {
    let mut statement = connection.prepare_cached(sql)?;
    let bodies = statement.query_map(params_from_iter(values), |row| row.get::<_, Vec<u8>>(0))?;
    bodies
        .map(|body| {
            Document::from_bytes(&body?).map_err(|_| LedgerError::Damaged("a document cannot be read"))
        })
        .collect()
}
