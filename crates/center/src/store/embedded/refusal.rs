//! Quarantine: what was refused, why, and how a person lets it go on (rule S3).

use super::intake::Intake;
use super::position::Origin;
use super::{act, laptop_row, recovery};
use crate::error::CenterError;
use crate::judge::{self, AgentSpan, Writer};
use crate::staff::SignIn;
use crate::store::{Gap, Laptop, Now, QuarantinedRecord, SettleAsk};
use bangban_ledger::entry_row::{self, COLUMNS, EntryRow};
use bangban_ledger::settled_row::IS_SETTLED;
use bangban_model::body::{Body, RefusalSettled, Settling};
use bangban_model::entry::NewEntry;
use bangban_model::{Actor, Audience, Code, Entry, IncarnationId, RecordId, StreamId, SubjectId};
use bangban_sync::{RefusalReason, Refused};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use uuid::Uuid;

const WORDS: [(RefusalReason, &str); 9] = [
    (RefusalReason::NotAllowed, "not_allowed"),
    (RefusalReason::AgentUnknown, "agent_unknown"),
    (RefusalReason::VillageNotHers, "village_not_hers"),
    (RefusalReason::Malformed, "malformed"),
    (RefusalReason::IdTaken, "id_taken"),
    (RefusalReason::WaitsForEarlier, "waits_for_earlier"),
    (RefusalReason::NewerKind, "newer_kind"),
    (RefusalReason::Revoked, "revoked"),
    (RefusalReason::SubjectErased, "subject_erased"),
];

/// A reason as the table has it.
pub fn text(reason: RefusalReason) -> &'static str {
    WORDS.iter().find(|(known, _)| *known == reason).map_or("malformed", |(_, word)| word)
}

fn reason_of(row: &EntryRow) -> RefusalReason {
    reason_named(row.reason.as_deref().unwrap_or_default())
}

fn reason_named(word: &str) -> RefusalReason {
    WORDS.iter().find(|(_, known)| *known == word).map_or(RefusalReason::Malformed, |(reason, _)| *reason)
}

/// So many refused entries are told at once; what lies beyond is not receipted then, so that it is not taken for received.
const MOST_REFUSED: usize = 200_000;

/// What stands in quarantine of a life.
pub(super) struct Refusals {
    /// The records, in the order of their entries.
    pub(super) records: Vec<Refused>,
    /// Where there were too many: the last `seq` up to which every refusal is among them.
    pub(super) told_to: Option<u64>,
}

/// The records of a life that stand in quarantine, for its receipt.
pub(super) fn of_life(connection: &Connection, life: IncarnationId) -> Result<Refusals, CenterError> {
    first_of_life(connection, life, MOST_REFUSED)
}

fn first_of_life(connection: &Connection, life: IncarnationId, most: usize) -> Result<Refusals, CenterError> {
    let mut statement = connection.prepare_cached(
        "SELECT record, seq, coalesce(reason, '') FROM entry
         WHERE incarnation = ?1 AND standing = 'quarantined' ORDER BY seq LIMIT ?2",
    )?;
    let mut records: Vec<Refused> = Vec::new();
    let mut rows = statement.query(params![life.0, most as i64 + 1])?;
    let mut told = 0;
    while let Some(row) = rows.next()? {
        let (record, seq) = (RecordId(row.get(0)?), row.get::<_, i64>(1)? as u64);
        if told == most {
            return Ok(Refusals { records, told_to: Some(seq - 1) });
        }
        told += 1;
        match records.last_mut().filter(|last| last.record == record) {
            Some(last) => last.seqs.push(seq),
            None => {
                let reason = reason_named(row.get_ref(2)?.as_str().unwrap_or_default());
                records.push(Refused { record, seqs: vec![seq], reason });
            }
        }
    }
    Ok(Refusals { records, told_to: None })
}

/// The records in quarantine whose villages lie in this scope.
pub(super) fn list(connection: &Connection, scope: &str) -> Result<Vec<QuarantinedRecord>, CenterError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM entry WHERE standing = 'quarantined' AND body IS NOT NULL AND NOT {IS_SETTLED} AND substr(stream, 1, length(?1)) = ?1
         ORDER BY incarnation, seq LIMIT 20000"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut records: Vec<QuarantinedRecord> = Vec::new();
    for row in statement.query_map([scope], entry_row::read)? {
        let row = row?;
        let header = &row.entry.header;
        let part = (header.seq, header.kind.clone(), header.subject);
        match records.last_mut() {
            Some(last) if last.record == header.record.id && last.life == header.incarnation => {
                last.entries.push(part)
            }
            _ => records.push(QuarantinedRecord {
                record: header.record.id,
                life: header.incarnation,
                stream: header.stream.clone(),
                entries: vec![part],
                by: header.by,
                reason: reason_of(&row),
            }),
        }
    }
    Ok(records)
}

/// What a revoked laptop handed in on a subject and nobody decided on yet.
pub(super) fn of_revoked(connection: &Connection, subject: SubjectId) -> Result<Vec<EntryRow>, CenterError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM entry WHERE subject = ?1 AND standing = 'quarantined' AND reason = 'revoked' AND body IS NOT NULL"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_map([subject.0], entry_row::read)?.collect::<Result<_, _>>()?)
}

/// The entries of a record in quarantine, their life and its laptop; all of it has to lie in the scope.
fn in_quarantine(
    transaction: &Transaction<'_>,
    scope: &str,
    record: RecordId,
) -> Result<(Vec<Entry>, IncarnationId, Laptop), CenterError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM entry WHERE record = ?1 AND standing = 'quarantined'
         ORDER BY {IS_SETTLED}, incarnation, seq"
    );
    let rows: Vec<Entry> = transaction
        .prepare_cached(&sql)?
        .query_map([record.0], entry_row::read)?
        .map(|row| row.map(|row| row.entry))
        .collect::<Result<_, _>>()?;
    let Some(life) = rows.first().map(|entry| entry.header.incarnation) else {
        return Err(CenterError::About(Code::BadInput, record.to_string()));
    };
    let run: Vec<Entry> = rows.into_iter().filter(|entry| entry.header.incarnation == life).collect();
    if !run.iter().all(|entry| entry.header.stream.as_str().starts_with(scope)) {
        return Err(Code::NotAllowed.into());
    }
    let (_, laptop) = laptop_row::life(transaction, life)?.ok_or(Code::LaptopRefused)?;
    Ok((run, life, laptop))
}

/// Writes what staff decided on what a laptop wrote, in a village by which its author hears of it.
pub(super) fn say(
    transaction: &Transaction<'_>,
    sign_in: &SignIn,
    laptop: &Laptop,
    stream: &StreamId,
    body: Body,
    now: Now,
) -> Result<(), CenterError> {
    let scope = &sign_in.staff.scope;
    let hers = laptop.villages.iter().find(|village| village.as_str().starts_with(scope));
    let stream = if laptop.villages.contains(stream) { stream } else { hers.unwrap_or(stream) };
    let subject = match &body {
        Body::RefusalSettled(settled) => settled.records.first().map(|record| record.0),
        _ => None,
    };
    let new = NewEntry {
        stream: stream.clone(),
        subject: SubjectId(subject.unwrap_or_else(Uuid::new_v4)),
        audience: Audience::All,
        saw: None,
        body,
    };
    act::write(transaction, sign_in, now, vec![new])?;
    Ok(())
}

fn settled(life: IncarnationId, record: RecordId, how: Settling, note: &str) -> Body {
    let note = note.trim().to_owned();
    Body::RefusalSettled(RefusalSettled { incarnation: life, records: vec![record], how, note })
}

fn stream_of(run: &[Entry]) -> Result<&StreamId, CenterError> {
    run.first().map(|entry| &entry.header.stream).ok_or(CenterError::Coded(Code::Internal))
}

/// Settles a record otherwise than by releasing it; see [`crate::store::Store::settle`].
pub(super) fn settle(
    connection: &mut Connection,
    sign_in: &SignIn,
    ask: &SettleAsk<'_>,
    now: Now,
) -> Result<(), CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (run, life, laptop) = in_quarantine(&transaction, &sign_in.staff.scope, ask.record)?;
    let body = settled(life, ask.record, ask.how, ask.note);
    say(&transaction, sign_in, &laptop, stream_of(&run)?, body, now)?;
    transaction.commit()?;
    Ok(())
}

/// Releases a record; see [`crate::store::Store::release`].
pub(super) fn release(
    connection: &mut Connection,
    sign_in: &SignIn,
    record: RecordId,
    now: Now,
) -> Result<u64, CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (run, life, laptop) = in_quarantine(&transaction, &sign_in.staff.scope, record)?;
    let body = settled(life, record, Settling::Released, "");
    say(&transaction, sign_in, &laptop, stream_of(&run)?, body, now)?;
    let mut intake = Intake::open(&transaction, &laptop, life, now)?;
    let bodies = pardon(&mut intake, &run)?;
    intake.put_in_force(&run, &bodies, Origin::Stored)?;
    let_waiting_go_on(&transaction, &mut intake, life)?;
    let given = intake.close()?;
    transaction.commit()?;
    Ok(given)
}

fn let_waiting_go_on(
    connection: &Connection,
    intake: &mut Intake<'_>,
    life: IncarnationId,
) -> Result<(), CenterError> {
    for waiting in waiting_records(connection, life)? {
        if let Ok(bodies) = intake.verdict(&waiting)? {
            intake.put_in_force(&waiting, &bodies, Origin::Stored)?;
        }
    }
    Ok(())
}

/// Judges what a newer program wrote once more; see [`crate::store::Store::judge_again`].
pub(super) fn judge_again(connection: &mut Connection, now: Now) -> Result<u64, CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if recovery::refuse_while_open(&transaction).is_err() {
        // What laptops bring back comes first; the next start judges.
        return Ok(0);
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM entry WHERE standing = 'quarantined' AND reason = 'newer_kind' AND NOT {IS_SETTLED}
         ORDER BY incarnation, seq"
    );
    let rows: Vec<Entry> = transaction
        .prepare(&sql)?
        .query_map([], entry_row::read)?
        .map(|row| row.map(|row| row.entry))
        .collect::<Result<_, _>>()?;
    let mut given = 0;
    for of_life in rows.chunk_by(|one, other| one.header.incarnation == other.header.incarnation) {
        let Some(life) = of_life.first().map(|entry| entry.header.incarnation) else { continue };
        let Some((_, laptop)) = laptop_row::life(&transaction, life)? else { continue };
        let mut intake = Intake::open(&transaction, &laptop, life, now)?;
        intake.revoked = laptop.is_revoked();
        for run in of_life.chunk_by(|one, other| one.header.record.id == other.header.record.id) {
            match intake.verdict(run)? {
                Ok(bodies) => intake.put_in_force(run, &bodies, Origin::Stored)?,
                Err(RefusalReason::NewerKind) => {}
                Err(reason) => intake.refuse(run, reason, Origin::Stored)?,
            }
        }
        let_waiting_go_on(&transaction, &mut intake, life)?;
        given += intake.close()?;
    }
    transaction.commit()?;
    Ok(given)
}

/// Whether a person can let a record with this reason come into force.
pub fn is_pardonable(reason: RefusalReason) -> bool {
    !matches!(
        reason,
        RefusalReason::NotAllowed
            | RefusalReason::IdTaken
            | RefusalReason::Malformed
            | RefusalReason::NewerKind
    )
}

/// A person may overlook who wrote and for which village, that something earlier is missing, and that the subject was erased
/// before: it begins anew then. Never what a kind
/// may be written by, an id that is taken, or bytes that nobody can read.
fn pardon(intake: &mut Intake<'_>, run: &[Entry]) -> Result<judge::Bodies, CenterError> {
    let refused = |reason| CenterError::About(Code::NotAllowed, text(reason).to_owned());
    let pardoned = Writer {
        fork: intake.fork(),
        villages: run.iter().map(|entry| entry.header.stream.clone()).collect(),
        agents: run
            .iter()
            .filter_map(|entry| match entry.header.by {
                Actor::Agent(agent) => Some(AgentSpan { agent, from_seq: 0, to_seq: None }),
                Actor::Staff(_) => None,
            })
            .collect(),
    };
    let bodies = judge::judge(run, &pardoned, &intake.erased_among(run)?).map_err(refused)?;
    match intake.refusal_by_what_stands(run)? {
        None | Some(RefusalReason::WaitsForEarlier | RefusalReason::SubjectErased) => Ok(bodies),
        Some(reason) => Err(refused(reason)),
    }
}

/// Records of a life that may have waited for one that is released, in `seq` order.
fn waiting_records(connection: &Connection, life: IncarnationId) -> Result<Vec<Vec<Entry>>, CenterError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM entry WHERE incarnation = ?1 AND standing = 'quarantined'
         AND reason IN ('waits_for_earlier', 'agent_unknown') AND NOT {IS_SETTLED} ORDER BY seq"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows: Vec<Entry> = statement
        .query_map([life.0], entry_row::read)?
        .map(|row| row.map(|row| row.entry))
        .collect::<Result<_, _>>()?;
    Ok(rows
        .chunk_by(|one, other| one.header.record.id == other.header.record.id)
        .map(<[Entry]>::to_vec)
        .collect())
}

/// Lives with entries of this scope that are held behind a gap.
pub(super) fn gaps(connection: &Connection, scope: &str) -> Result<Vec<Gap>, CenterError> {
    let mut statement = connection.prepare_cached(
        "SELECT e.incarnation, l.prefix_seq + 1, count(*) FROM entry e JOIN life l ON l.id = e.incarnation
         WHERE e.standing = 'held' AND substr(e.stream, 1, length(?1)) = ?1
         GROUP BY e.incarnation ORDER BY e.incarnation",
    )?;
    let rows = statement.query_map([scope], |row| {
        Ok(Gap {
            life: IncarnationId(row.get::<_, Uuid>(0)?),
            missing_from: row.get::<_, i64>(1)? as u64,
            held: row.get::<_, i64>(2)? as u64,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
