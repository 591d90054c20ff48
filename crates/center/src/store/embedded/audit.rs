//! The rows of table `audit`: what staff did, chained per village, in the transaction of what they did.

use crate::error::CenterError;
use crate::store::auditing::{ActNote, AuditLine, AuditPage};
use crate::store::{Finding, Now};
use bangban_model::ids::StaffId;
use bangban_model::{Code, Digest, StreamId, chain};
use bangban_sync::AuditHead;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use uuid::Uuid;

/// The chain of what concerns the whole center.
const WHOLE_CENTER: &str = "";

struct AuditRow {
    number: u64,
    at: String,
    staff: Option<Uuid>,
    act: String,
    about: String,
    digest: Digest,
    hash: Digest,
}

impl AuditRow {
    /// The hash over the one before and everything that this line says.
    fn chained(&self, stream: &str, before: Digest) -> Result<Digest, CenterError> {
        let line =
            (stream, self.number, &self.at, self.staff, &self.act, &self.about, self.digest.to_string());
        let text = serde_json::to_vec(&line).map_err(|_| CenterError::Coded(Code::Internal))?;
        let mut bytes = b"bangban/audit/1".to_vec();
        bytes.extend_from_slice(&before.0);
        bytes.extend_from_slice(&text);
        Ok(Digest::of(&bytes))
    }
}

fn head_of(connection: &Connection, stream: &str) -> Result<(u64, Digest), CenterError> {
    let head: Option<(i64, [u8; 32])> = connection
        .prepare_cached("SELECT number, hash FROM audit WHERE stream = ?1 ORDER BY number DESC LIMIT 1")?
        .query_row([stream], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(head.map_or((0, Digest::ZERO), |(number, hash)| (number as u64, Digest(hash))))
}

/// Adds a line to the chain of each of these villages, or of the whole center where there is none.
pub(super) fn keep(connection: &Connection, act: &ActNote<'_>, now: Now) -> Result<(), CenterError> {
    let streams: Vec<&str> = match act.streams {
        [] => vec![WHOLE_CENTER],
        streams => streams.iter().map(StreamId::as_str).collect(),
    };
    for stream in streams {
        let (last, before) = head_of(connection, stream)?;
        let mut row = AuditRow {
            number: last + 1,
            at: chain::received_at_text(now),
            staff: act.staff.map(|staff| staff.0),
            act: act.act.to_owned(),
            about: act.about.to_owned(),
            digest: act.digest,
            hash: Digest::ZERO,
        };
        row.hash = row.chained(stream, before)?;
        connection
            .prepare_cached(
                "INSERT INTO audit (stream, number, at, staff, act, about, digest, hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                stream,
                row.number as i64,
                row.at,
                row.staff,
                row.act,
                row.about,
                row.digest.0,
                row.hash.0
            ])?;
    }
    Ok(())
}

/// Keeps an act that changes nothing else: something was looked at, or taken away.
pub(super) fn keep_alone(
    connection: &mut Connection,
    act: &ActNote<'_>,
    now: Now,
) -> Result<(), CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    keep(&transaction, act, now)?;
    transaction.commit()?;
    Ok(())
}

/// Heads of the chains of these villages and of the whole center; of those that begun.
pub(super) fn heads(connection: &Connection, villages: &[StreamId]) -> Result<Vec<AuditHead>, CenterError> {
    let mut heads = Vec::new();
    for stream in [WHOLE_CENTER].into_iter().chain(villages.iter().map(StreamId::as_str)) {
        let (number, hash) = head_of(connection, stream)?;
        if number > 0 {
            heads.push(AuditHead { stream: stream.to_owned(), number, hash });
        }
    }
    Ok(heads)
}

/// Keeps which heads receipts told: a chain that is shorter afterwards was cut.
pub(super) fn keep_given(connection: &Connection, heads: &[AuditHead]) -> Result<(), CenterError> {
    for head in heads {
        connection
            .prepare_cached(
                "INSERT INTO audit_given (stream, number, hash) VALUES (?1, ?2, ?3)
                 ON CONFLICT (stream) DO UPDATE SET number = excluded.number, hash = excluded.hash
                 WHERE excluded.number > number",
            )?
            .execute(params![head.stream, head.number as i64, head.hash.0])?;
    }
    Ok(())
}

/// What was done within a scope, the newest first; what concerns the whole center is there for who sees all of it.
pub(super) fn page(
    connection: &Connection,
    scope: &str,
    offset: u64,
    limit: u32,
) -> Result<AuditPage, CenterError> {
    let total: i64 = connection
        .prepare_cached("SELECT count(*) FROM audit WHERE substr(stream, 1, length(?1)) = ?1")?
        .query_row([scope], |row| row.get(0))?;
    let mut statement = connection.prepare_cached(
        "SELECT audit.stream, audit.at, coalesce(staff.name, ''), audit.act, audit.about, audit.number FROM audit
         LEFT JOIN staff ON staff.id = audit.staff WHERE substr(audit.stream, 1, length(?1)) = ?1
         ORDER BY audit.at DESC, audit.stream, audit.number DESC LIMIT ?2 OFFSET ?3",
    )?;
    let rows = statement.query_map(params![scope, limit, offset as i64], |row| {
        Ok(AuditLine {
            stream: row.get(0)?,
            at: row.get(1)?,
            staff: row.get(2)?,
            act: row.get(3)?,
            about: row.get(4)?,
            number: row.get::<_, i64>(5)? as u64,
        })
    })?;
    Ok(AuditPage { total: total as u64, lines: rows.collect::<Result<_, _>>()? })
}

fn read(row: &Row<'_>) -> rusqlite::Result<(String, AuditRow)> {
    let line = AuditRow {
        number: row.get::<_, i64>(1)? as u64,
        at: row.get(2)?,
        staff: row.get(3)?,
        act: row.get(4)?,
        about: row.get(5)?,
        digest: Digest(row.get(6)?),
        hash: Digest(row.get(7)?),
    };
    Ok((row.get(0)?, line))
}

/// Every chain from its first line on: numbers without a gap, hashes computed anew, the told heads among them.
pub(super) fn check(connection: &Connection) -> Result<Vec<Finding>, CenterError> {
    let mut statement = connection.prepare(
        "SELECT stream, number, at, staff, act, about, digest, hash FROM audit ORDER BY stream, number",
    )?;
    let mut findings = Vec::new();
    let mut at: (String, u64, Digest) = (WHOLE_CENTER.to_owned(), 0, Digest::ZERO);
    for row in statement.query_map([], read)? {
        let (stream, row) = row?;
        if stream != at.0 {
            at = (stream.clone(), 0, Digest::ZERO);
        }
        let holds = row.number == at.1 + 1 && row.hash == row.chained(&stream, at.2)?;
        if !holds && findings.len() < 100 {
            let place = format!("audit {stream}#{}", row.number);
            findings.push(Finding { place, problem: "the audit chain is broken" });
        }
        at = (stream, row.number, row.hash);
    }
    let cut =
        "SELECT g.stream FROM audit_given g LEFT JOIN audit a ON a.stream = g.stream AND a.number = g.number
         WHERE a.hash IS NOT g.hash ORDER BY g.stream";
    let mut statement = connection.prepare(cut)?;
    for stream in statement.query_map([], |row| row.get::<_, String>(0))? {
        let place = format!("audit {}", stream?);
        findings.push(Finding { place, problem: "the audit chain is not the one that receipts told" });
    }
    Ok(findings)
}

/// What a staff member did in villages.
pub(super) fn of_staff<'a>(
    staff: StaffId,
    streams: &'a [StreamId],
    act: &'a str,
    about: &'a str,
    digest: Digest,
) -> ActNote<'a> {
    ActNote { streams, staff: Some(staff), act, about, digest }
}
