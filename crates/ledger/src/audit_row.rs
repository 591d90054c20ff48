//! The rows of table `audit_head`: how far the center's audit chains had come, by its own signed word (rule X2).

use crate::error::LedgerError;
use bangban_model::Digest;
use rusqlite::{Connection, OptionalExtension, params};

/// The head of an audit chain, as a receipt tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditFact {
    /// The village; empty for the whole center.
    pub stream: String,
    /// The center's epoch.
    pub epoch: u64,
    /// How many acts there are.
    pub number: u64,
    /// The chain's hash there.
    pub hash: Digest,
}

impl AuditFact {
    /// Whether a chain that was here before can have come to this: it grows, or stays what it was. A new epoch begins anew.
    pub fn follows(&self, before: &AuditFact) -> bool {
        self.epoch > before.epoch
            || (self.epoch == before.epoch
                && (self.number > before.number || (self.number, self.hash) == (before.number, before.hash)))
    }
}

fn known(connection: &Connection, stream: &str) -> Result<Option<AuditFact>, LedgerError> {
    Ok(connection
        .prepare_cached("SELECT epoch, number, hash FROM audit_head WHERE stream = ?1")?
        .query_row([stream], |row| {
            Ok(AuditFact {
                stream: stream.to_owned(),
                epoch: row.get::<_, i64>(0)? as u64,
                number: row.get::<_, i64>(1)? as u64,
                hash: Digest(row.get(2)?),
            })
        })
        .optional()?)
}

/// Keeps a head. One that goes back leaves the known one as it is, and a mark: an exchange goes on, `verify` tells. A new
/// epoch takes the mark away: the center had been put back from a copy, and did not know it when it told less.
pub(crate) fn take(connection: &Connection, fact: &AuditFact) -> Result<(), LedgerError> {
    let before = known(connection, &fact.stream)?;
    if before.as_ref() == Some(fact) {
        return Ok(());
    }
    if before.is_some_and(|before| !fact.follows(&before)) {
        connection
            .prepare_cached("UPDATE audit_head SET shrunk = 1 WHERE stream = ?1")?
            .execute([&fact.stream])?;
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO audit_head (stream, epoch, number, hash, shrunk) VALUES (?1, ?2, ?3, ?4, 0)
             ON CONFLICT (stream) DO UPDATE SET shrunk = iif(excluded.epoch > epoch, 0, shrunk),
                epoch = excluded.epoch, number = excluded.number, hash = excluded.hash",
        )?
        .execute(params![fact.stream, fact.epoch as i64, fact.number as i64, fact.hash.0])?;
    Ok(())
}

/// The chains that went back since they were first told.
pub(crate) fn shrunk(connection: &Connection) -> Result<Vec<String>, LedgerError> {
    let mut statement =
        connection.prepare("SELECT stream FROM audit_head WHERE shrunk = 1 ORDER BY stream")?;
    let streams = statement.query_map([], |row| row.get(0))?;
    Ok(streams.collect::<Result<_, _>>()?)
}
