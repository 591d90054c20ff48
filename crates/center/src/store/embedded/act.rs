//! Staff acts: one record, chained in the sign-in's own incarnation, positioned in the subjects' streams (rule S2).

use super::position::{Origin, Positions};
use super::{audit, case_row, life_row, recovery};
use crate::error::CenterError;
use crate::staff::SignIn;
use crate::store::{BatchPlan, CasePlan, Now, Written};
use bangban_keys::random_bytes;
use bangban_ledger::entry_row;
use bangban_model::entry::{self, NewEntry, Place, RecordPart};
use bangban_model::{Actor, Code, Digest, EntryId, RecordId, StreamId, SubjectId, chain, rights};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::collections::BTreeMap;
use uuid::{NoContext, Timestamp, Uuid};

/// Writes on a case; see [`crate::store::Store::write_on_case`].
pub(super) fn on_case(
    connection: &mut Connection,
    sign_in: &SignIn,
    case: SubjectId,
    now: Now,
    plan: &mut CasePlan<'_>,
) -> Result<Written, CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = case_row::case(&transaction, &sign_in.staff.scope, case)?.ok_or(Code::CaseUnknown)?;
    let written = write(&transaction, sign_in, now, plan(&found.document)?)?;
    transaction.commit()?;
    Ok(written)
}

/// Writes on a resident; see [`crate::store::Store::write_on_resident`].
pub(super) fn on_resident(
    connection: &mut Connection,
    sign_in: &SignIn,
    resident: SubjectId,
    now: Now,
    plan: &mut CasePlan<'_>,
) -> Result<Written, CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = case_row::resident(&transaction, &sign_in.staff.scope, resident)?;
    let written = write(&transaction, sign_in, now, plan(&found.ok_or(Code::PersonUnknown)?)?)?;
    transaction.commit()?;
    Ok(written)
}

/// Writes on a person, household, visit or case; see [`crate::store::Store::write_on_subject`].
pub(super) fn on_subject(
    connection: &mut Connection,
    sign_in: &SignIn,
    subject: SubjectId,
    now: Now,
    plan: &mut CasePlan<'_>,
) -> Result<Written, CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = case_row::subject(&transaction, &sign_in.staff.scope, subject)?;
    let written = write(&transaction, sign_in, now, plan(&found.ok_or(Code::ConflictMoved)?)?)?;
    transaction.commit()?;
    Ok(written)
}

/// Writes on residents; see [`crate::store::Store::write_on_residents`].
pub(super) fn on_residents(
    connection: &mut Connection,
    sign_in: &SignIn,
    residents: &[SubjectId],
    now: Now,
    plan: &mut CasePlan<'_>,
) -> Result<Written, CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut written = Written { entries: Vec::new() };
    for resident in residents {
        let found = case_row::resident(&transaction, &sign_in.staff.scope, *resident)?;
        let record = plan(&found.ok_or(Code::PersonUnknown)?)?;
        written.entries.extend(write(&transaction, sign_in, now, record)?.entries);
    }
    transaction.commit()?;
    Ok(written)
}

/// Writes on a batch's cases; see [`crate::store::Store::write_on_batch`].
pub(super) fn on_batch(
    connection: &mut Connection,
    sign_in: &SignIn,
    batch: RecordId,
    now: Now,
    imported: bool,
    plan: &mut BatchPlan<'_>,
) -> Result<Written, CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = case_row::batch(&transaction, &sign_in.staff.scope, batch)?.ok_or(Code::BatchUnknown)?;
    let written = write(&transaction, sign_in, now, plan(&found)?)?;
    let at = chain::received_at_text(now);
    let state = imported.then_some((at.as_str(), sign_in.staff.id.0));
    case_row::set_imported(&transaction, batch, state)?;
    transaction.commit()?;
    Ok(written)
}

pub(super) fn write(
    transaction: &Transaction<'_>,
    sign_in: &SignIn,
    now: Now,
    record: Vec<NewEntry>,
) -> Result<Written, CenterError> {
    if record.is_empty() {
        return Ok(Written { entries: Vec::new() });
    }
    recovery::refuse_while_open(transaction)?;
    life_row::begin_sign_in(transaction, sign_in, now)?;
    let by = Actor::Staff(sign_in.staff.id);
    let id = RecordId(uuid_at(now));
    let count = u32::try_from(record.len()).map_err(|_| CenterError::Coded(Code::BadInput))?;
    let (mut seq, mut prev) = entry_row::tail(transaction, sign_in.life)?.unwrap_or((0, Digest::ZERO));
    let mut tails: BTreeMap<StreamId, Digest> = BTreeMap::new();
    let mut positions = Positions::new(transaction, now);
    let mut written = Vec::with_capacity(record.len());
    // What was done in each village: the kind of its first entry, and every header that says so.
    let mut acts: BTreeMap<StreamId, (&str, Vec<u8>)> = BTreeMap::new();
    for (index, new) in record.iter().enumerate() {
        let in_scope = new.stream.as_str().starts_with(&sign_in.staff.scope);
        if !in_scope || !rights::may_write(&by, new.body.kind(), new.audience) {
            return Err(Code::NotAllowed.into());
        }
        let stream_prev = match tails.get(&new.stream) {
            Some(hash) => *hash,
            None => entry_row::stream_tail(transaction, sign_in.life, &new.stream)?,
        };
        seq += 1;
        let place = Place {
            id: EntryId(uuid_at(now)),
            incarnation: sign_in.life,
            seq,
            prev,
            stream_prev,
            at: now,
            by,
            record: RecordPart { id, index: index as u32, count },
            salt: random_bytes()?,
        };
        let entry = entry::seal(new, place).map_err(|_| CenterError::Coded(Code::BadInput))?;
        prev = entry.header_hash();
        tails.insert(new.stream.clone(), prev);
        positions.give(&entry, Some(&new.body), Origin::Fresh { batch: None })?;
        let (_, headers) = acts.entry(new.stream.clone()).or_insert_with(|| (new.body.kind(), Vec::new()));
        headers.extend_from_slice(&prev.0);
        written.push(entry.header.id);
    }
    life_row::set_prefix(transaction, sign_in.life, seq, prev)?;
    positions.close()?;
    let about = id.to_string();
    for (stream, (kind, headers)) in &acts {
        let streams = std::slice::from_ref(stream);
        let act = audit::of_staff(sign_in.staff.id, streams, kind, &about, Digest::of(headers));
        audit::keep(transaction, &act, now)?;
    }
    Ok(Written { entries: written })
}

/// A UUIDv7 of this moment of the center's clock.
fn uuid_at(now: Now) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
}
