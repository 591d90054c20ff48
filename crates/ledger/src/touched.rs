//! Which people and cases changed since somebody looked, on this connection: what is kept of them is renewed where it is old.

use crate::error::LedgerError;
use bangban_model::SubjectId;
use rusqlite::{Connection, params};

/// How far somebody has looked, and on which connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    here: i64,
    at: i64,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Since {
    /// Nobody looked on this connection: it may be anything.
    Anything,
    /// These documents, each once.
    Only(Vec<Touched>),
}

/// A document that was kept, or taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Its subject.
    pub subject: SubjectId,
    /// A resident's; a case's otherwise.
    pub is_person: bool,
}

/// Begins to note it. In memory alone, and gone with the connection.
pub(crate) fn watch(connection: &Connection) -> Result<(), LedgerError> {
    let note = |event: &str, row: &str| {
        format!(
            "CREATE TEMP TRIGGER touched_{event} AFTER {event} ON main.document WHEN {row}.kind IN ('resident', 'case')
             BEGIN
                DELETE FROM touched WHERE subject = {row}.subject;
                INSERT INTO touched (subject, is_person) VALUES ({row}.subject, {row}.kind = 'resident');
             END;"
        )
    };
    // Numbers that are never given twice: a row that was noted again stands behind every mark.
    let tables = "CREATE TEMP TABLE touched (
            at        INTEGER PRIMARY KEY AUTOINCREMENT,
            subject   BLOB NOT NULL UNIQUE,
            is_person INTEGER NOT NULL
        );
        CREATE TEMP TABLE touched_here AS SELECT random() AS here;";
    let notes =
        [("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")].map(|(event, row)| note(event, row));
    connection.execute_batch(&format!("{tables}{}", notes.concat()))?;
    Ok(())
}

/// What changed since a mark, and the mark that stands now.
pub fn since(connection: &Connection, mark: Option<Mark>) -> Result<(Mark, Since), LedgerError> {
    let now = connection
        .prepare_cached(
            "SELECT here, (SELECT coalesce(max(at), 0) FROM temp.touched) FROM temp.touched_here",
        )?
        .query_row([], |row| Ok(Mark { here: row.get(0)?, at: row.get(1)? }))?;
    let Some(mark) = mark.filter(|mark| mark.here == now.here) else { return Ok((now, Since::Anything)) };
    let mut statement =
        connection.prepare_cached("SELECT subject, is_person FROM temp.touched WHERE at > ?1 ORDER BY at")?;
    let rows = statement.query_map(params![mark.at], |row| {
        Ok(Touched { subject: SubjectId(row.get(0)?), is_person: row.get(1)? })
    })?;
    Ok((now, Since::Only(rows.collect::<Result<_, _>>()?)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_changed_is_told_once_to_each_who_looks() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE document (subject BLOB PRIMARY KEY, kind TEXT, n INTEGER)")
            .unwrap();
        watch(&connection).unwrap();
        let put = |id: u128, kind: &str| {
            let sql = "INSERT INTO document (subject, kind, n) VALUES (?1, ?2, 0)
                ON CONFLICT (subject) DO UPDATE SET n = n + 1";
            connection.execute(sql, params![Uuid::from_u128(id), kind]).unwrap();
        };
        let only = |ids: &[(u128, bool)]| {
            let touched = ids.iter().map(|(id, is_person)| Touched {
                subject: SubjectId(Uuid::from_u128(*id)),
                is_person: *is_person,
            });
            Since::Only(touched.collect())
        };
        put(1, "resident");
        let (first, anything) = since(&connection, None).unwrap();
        assert_eq!(anything, Since::Anything);
        assert_eq!(since(&connection, Some(first)).unwrap(), (first, only(&[])));
        put(2, "case");
        put(3, "visit");
        put(1, "resident");
        let (second, told) = since(&connection, Some(first)).unwrap();
        assert_eq!(told, only(&[(2, false), (1, true)]));
        // The newest again: its number is new.
        put(1, "resident");
        assert_eq!(since(&connection, Some(second)).unwrap().1, only(&[(1, true)]));
        connection.execute("DELETE FROM document WHERE kind = 'case'", []).unwrap();
        assert_eq!(since(&connection, Some(second)).unwrap().1, only(&[(1, true), (2, false)]));
        let other = Connection::open_in_memory().unwrap();
        other.execute_batch("CREATE TABLE document (subject BLOB PRIMARY KEY, kind TEXT)").unwrap();
        watch(&other).unwrap();
        assert_eq!(since(&other, Some(second)).unwrap().1, Since::Anything, "another connection");
    }
}
