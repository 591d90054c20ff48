//! Looking at everything again: nothing that is kept is believed, everything is computed anew.

use super::{audit, life_row, position};
use crate::error::CenterError;
use crate::store::Finding;
use bangban_keys::VerifyingKey;
use bangban_ledger::entry_row::{self, COLUMNS, EntryStanding};
use bangban_ledger::{document_row, erasure};
use bangban_model::{Digest, EntryId, IncarnationId, StreamId, SubjectId, chain};
use bangban_sync::{Signed, StreamHead};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// So many findings are named; after that everything plainly has to be looked at.
const MOST_FINDINGS: usize = 1000;

/// Everything in the database, at one moment.
pub(super) fn everything(
    connection: &mut Connection,
    key: &VerifyingKey,
) -> Result<Vec<Finding>, CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let mut findings = Vec::new();
    let erased = erasure::all_erased(&transaction)?;
    check_lives(&transaction, &erased, &mut findings)?;
    check_streams(&transaction, key, &mut findings)?;
    check_documents(&transaction, &mut findings)?;
    check_lists(&transaction, &mut findings)?;
    findings.extend(audit::check(&transaction)?);
    findings.truncate(MOST_FINDINGS);
    Ok(findings)
}

/// The pages of the file: each as it was written, the trees whole.
pub(super) fn pages(connection: &Connection) -> Result<Vec<Finding>, CenterError> {
    let mut findings = Vec::new();
    for (pragma, problem) in [
        ("PRAGMA cipher_integrity_check", "a page is not as it was written"),
        ("PRAGMA quick_check", "a table or an index is broken"),
    ] {
        let mut statement = connection.prepare(pragma)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            // The text may hold a value of the row: only its place is told.
            if row.get_ref(0)?.as_str().unwrap_or_default() != "ok" {
                find(&mut findings, "the database file".to_owned(), problem);
            }
        }
    }
    Ok(findings)
}

/// What lists of cases are sorted, filtered and counted by is what the documents say.
fn check_lists(connection: &Connection, findings: &mut Vec<Finding>) -> Result<(), CenterError> {
    let differ = "SELECT count(*) FROM (SELECT * FROM (SELECT * FROM {one} EXCEPT SELECT * FROM {other})
        UNION ALL SELECT * FROM (SELECT * FROM {other} EXCEPT SELECT * FROM {one}))";
    let columns = "(SELECT subject, stream, item, stage, resident, listed, submitted_at FROM {})";
    let counts = "(SELECT stream, stage, item, listed, count(*) AS cases FROM case_line GROUP BY 1, 2, 3, 4)";
    let kept = "(SELECT stream, stage, item, listed, cases FROM case_count WHERE cases <> 0)";
    for (one, other) in [
        (columns.replace("{}", "case_line"), columns.replace("{}", "case_as_line")),
        (counts.to_owned(), kept.to_owned()),
    ] {
        let sql = differ.replace("{one}", &one).replace("{other}", &other);
        let differing: i64 = connection.prepare(&sql)?.query_row([], |row| row.get(0))?;
        if differing > 0 {
            find(findings, "the list of cases".to_owned(), "it differs from the documents");
        }
    }
    Ok(())
}

fn find(findings: &mut Vec<Finding>, place: String, problem: &'static str) {
    if findings.len() < MOST_FINDINGS {
        findings.push(Finding { place, problem });
    }
}

/// Header hashes, body digests, and each life's chains from its first entry on.
fn check_lives(
    connection: &Connection,
    erased: &BTreeSet<EntryId>,
    findings: &mut Vec<Finding>,
) -> Result<(), CenterError> {
    let lives = connection
        .prepare("SELECT id FROM life UNION SELECT id FROM lost_life ORDER BY id")?
        .query_map([], |row| row.get::<_, Uuid>(0).map(IncarnationId))?
        .collect::<Result<Vec<_>, _>>()?;
    for life in lives {
        check_life(connection, life, erased, findings)?;
    }
    let strays: i64 = connection.query_row(
        "SELECT count(*) FROM entry WHERE incarnation NOT IN (SELECT id FROM life UNION SELECT id FROM lost_life)",
        [],
        |row| row.get(0),
    )?;
    if strays > 0 {
        find(findings, format!("{strays} entries"), "of a life that is not known");
    }
    Ok(())
}

fn check_life(
    connection: &Connection,
    life: IncarnationId,
    erased: &BTreeSet<EntryId>,
    findings: &mut Vec<Finding>,
) -> Result<(), CenterError> {
    let sql = format!(
        "SELECT {COLUMNS}, seq, header_hash, id, stream, subject, kind FROM entry WHERE incarnation = ?1 ORDER BY seq"
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([life.0])?;
    let mut before: Option<(u64, Digest)> = None;
    let mut prefix = (0, Digest::ZERO);
    let mut tails: BTreeMap<StreamId, Digest> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let seq = row.get::<_, i64>(7)? as u64;
        let place = format!("{life}/{seq}");
        let Ok(read) = entry_row::read(row) else {
            // A changed body no longer fits its digest, a changed header no longer reads.
            find(findings, place, "the entry's bytes were changed");
            before = None;
            continue;
        };
        let header = &read.entry.header;
        let hash = read.entry.header_hash();
        let columns_fit = row.get::<_, [u8; 32]>(8)? == hash.0
            && row.get::<_, Uuid>(9)? == header.id.0
            && row.get::<_, String>(10)? == header.stream.as_str()
            && row.get::<_, Uuid>(11)? == header.subject.0
            && row.get::<_, String>(12)? == header.kind
            && header.seq == seq
            && header.incarnation == life;
        if !columns_fit {
            find(findings, place.clone(), "a column differs from the header");
        }
        match (read.entry.body_bytes.is_some(), erased.contains(&header.id)) {
            // A laptop that erased a village it lost may bring its header alone, after an older copy was put back: refused.
            (false, false) if !matches!(read.standing, EntryStanding::Alias | EntryStanding::Quarantined) => {
                find(findings, place.clone(), "the body is missing")
            }
            (true, true) => find(findings, place.clone(), "the body was erased and is still here"),
            _ => {}
        }
        let chained = match before {
            Some((last, known)) if last + 1 == seq => header.prev == known,
            None if seq == 1 => header.prev == Digest::ZERO,
            _ => true,
        };
        if !chained {
            find(findings, place.clone(), "the life's chain is broken");
        }
        if seq == prefix.0 + 1 {
            prefix = (seq, hash);
            let tail = tails.get(&header.stream).copied().unwrap_or(Digest::ZERO);
            if header.stream_prev != tail && read.standing == EntryStanding::Positioned {
                find(findings, place, "the life's chain within the stream is broken");
            }
        }
        tails.insert(header.stream.clone(), hash);
        before = Some((seq, hash));
    }
    let kept = life_row::extent(connection, life)?.map(|extent| (extent.prefix_seq, extent.prefix_hash));
    // Of a life whose enrolment was lost in a restore no receipt is given.
    if kept.is_some_and(|kept| kept != prefix) {
        find(findings, life.to_string(), "the prefix that receipts name is not what is stored");
    }
    Ok(())
}

/// Positions without gaps, stream hashes, and the newest signed head of each stream.
fn check_streams(
    connection: &Connection,
    key: &VerifyingKey,
    findings: &mut Vec<Finding>,
) -> Result<(), CenterError> {
    let streams = connection
        .prepare(
            "SELECT stream FROM stream_head UNION SELECT stream FROM entry WHERE position IS NOT NULL
             UNION SELECT stream FROM lost_entry WHERE position IS NOT NULL ORDER BY 1",
        )?
        .query_map([], |row| row.get::<_, String>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    for code in streams {
        match StreamId::parse(&code) {
            Some(stream) => check_stream(connection, key, &stream, findings)?,
            None => find(findings, code, "not a village"),
        }
    }
    Ok(())
}

fn check_stream(
    connection: &Connection,
    key: &VerifyingKey,
    stream: &StreamId,
    findings: &mut Vec<Finding>,
) -> Result<(), CenterError> {
    let mut statement = connection.prepare(
        "SELECT e.position, e.header, coalesce(e.received_at, ''), p.hash, e.standing, e.header_hash FROM (
            SELECT stream, position, header, received_at, standing, header_hash FROM entry
            WHERE stream = ?1 AND position IS NOT NULL
            UNION ALL SELECT stream, position, NULL, received_at, 'positioned', header_hash FROM lost_entry
            WHERE stream = ?1 AND position IS NOT NULL) e
         LEFT JOIN stream_position p ON p.stream = e.stream AND p.position = e.position
         ORDER BY e.position",
    )?;
    let mut rows = statement.query([stream.as_str()])?;
    let mut head = (0, Digest::ZERO);
    let given: Option<Option<String>> = connection
        .query_row("SELECT given FROM stream_head WHERE stream = ?1", [stream.as_str()], |row| row.get(0))
        .optional()?;
    let given = given.flatten().map(|text| read_head(&text, key));
    let mut given_fits = given.is_none();
    while let Some(row) = rows.next()? {
        let position = row.get::<_, i64>(0)? as u64;
        let place = format!("{stream}@{position}");
        if position != head.0 + 1 {
            find(findings, place.clone(), "a position is missing before this one");
        }
        if row.get::<_, String>(4)? != EntryStanding::Positioned.as_str() {
            find(findings, place.clone(), "it has a position and is not in force");
        }
        // Of an entry that was lost in a restore only the hash is left.
        let header_hash = match row.get::<_, Option<Vec<u8>>>(1)? {
            Some(header) => Digest::of(&header),
            None => Digest(row.get(5)?),
        };
        head = (position, chain::stream_hash(head.1, position, header_hash, &row.get::<_, String>(2)?));
        if row.get::<_, Option<[u8; 32]>>(3)? != Some(head.1.0) {
            find(findings, place, "the stream hash differs");
        }
        if let Some(Some(given)) = &given
            && given.stream == *stream
            && given.position == position
        {
            given_fits = given.hash == head.1;
        }
    }
    if position::head_of(connection, stream)? != head {
        find(findings, stream.to_string(), "the stream's head differs from its entries");
    }
    if !given_fits && !matches!(&given, Some(Some(head)) if head.position == 0) {
        find(findings, stream.to_string(), "the signed head that was given out does not hold");
    }
    Ok(())
}

fn read_head(text: &str, key: &VerifyingKey) -> Option<StreamHead> {
    serde_json::from_str::<Signed<StreamHead>>(text).ok()?.verify(key).ok()
}

/// Rule F6: every document folded again gives the same bytes.
fn check_documents(connection: &Connection, findings: &mut Vec<Finding>) -> Result<(), CenterError> {
    let subjects = connection
        .prepare(
            "SELECT DISTINCT subject FROM entry WHERE standing = 'positioned'
             UNION SELECT subject FROM document ORDER BY 1",
        )?
        .query_map([], |row| row.get::<_, Uuid>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    for subject in subjects {
        let kept: Option<Vec<u8>> = connection
            .prepare_cached("SELECT body FROM document WHERE subject = ?1")?
            .query_row([subject], |row| row.get(0))
            .optional()?;
        // An entry that does not read was named above; its document cannot be folded.
        let Ok(folded) = document_row::folded(connection, SubjectId(subject)) else {
            find(findings, subject.to_string(), "the document cannot be folded again");
            continue;
        };
        let folded = folded.and_then(|document| document.to_bytes().ok());
        if kept != folded {
            find(findings, subject.to_string(), "the document differs from its entries folded again");
        }
    }
    Ok(())
}
