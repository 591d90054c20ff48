//! Erasure at the center (rule S6): what goes with it, and how it is carried out wherever its entry comes into force.

use super::{act, photo_row};
use crate::error::CenterError;
use crate::staff::SignIn;
use crate::store::{Erased, ErasureAsk, Now};
use bangban_ledger::{document_row, erasure, open_row};
use bangban_model::body::{Body, SubjectErased};
use bangban_model::document::{Document, Stage, SubjectKind};
use bangban_model::entry::NewEntry;
use bangban_model::{Audience, Code, Digest, EntryId, Header, SubjectId};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use std::collections::BTreeSet;

/// One entry names at most so many: its body has a bound.
const MOST_NAMED: usize = 5000;

/// Takes bodies and photos and folds the subject again: called for every erasure that takes a position, also for one that
/// comes back after a restore.
pub(super) fn carry_out(
    connection: &Connection,
    header: &Header,
    erased: &SubjectErased,
) -> Result<(), CenterError> {
    erasure::clear_bodies(connection, header.subject, erased)?;
    photo_row::forget_names(connection, header.subject)?;
    // A laptop that is bringing it back begins anew.
    connection
        .prepare_cached("DELETE FROM recovery_line WHERE stream = ?1")?
        .execute([header.stream.as_str()])?;
    Ok(document_row::refold(connection, header.subject)?)
}

/// What an erasure would take; see [`crate::store::Store::erasure_of`].
pub(super) fn preview(
    connection: &mut Connection,
    scope: &str,
    subject: SubjectId,
    whole_person: bool,
) -> Result<Erased, CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let subjects = concerned(&transaction, scope, subject, whole_person)?;
    counted(&transaction, &subjects)
}

/// Erases; see [`crate::store::Store::erase`].
pub(super) fn erase(
    connection: &mut Connection,
    sign_in: &SignIn,
    ask: &ErasureAsk<'_>,
    now: Now,
) -> Result<Erased, CenterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let subjects = concerned(&transaction, &sign_in.staff.scope, ask.subject, ask.whole_person)?;
    let erased = counted(&transaction, &subjects)?;
    let mut record = Vec::new();
    for document in &subjects {
        for entries in bodies_of(&transaction, document.subject)?.chunks(MOST_NAMED) {
            let body = SubjectErased {
                entries: entries.to_vec(),
                reason: ask.reason,
                note: ask.note.trim().to_owned(),
            };
            record.push(NewEntry {
                stream: document.stream.clone(),
                subject: document.subject,
                audience: Audience::All,
                saw: document.newest_seen(),
                body: Body::SubjectErased(body),
            });
        }
    }
    act::write(&transaction, sign_in, now, record)?;
    transaction.commit()?;
    Ok(erased)
}

/// The subjects that go together: a person with everything of theirs, or one case with the parts of its bundle.
fn concerned(
    connection: &Connection,
    scope: &str,
    subject: SubjectId,
    whole_person: bool,
) -> Result<Vec<Document>, CenterError> {
    let asked = document_row::get(connection, subject)?
        .filter(|document| document.stream.as_str().starts_with(scope))
        .ok_or(Code::PersonUnknown)?;
    let resident = match (asked.kind, &asked.case) {
        (Some(SubjectKind::Resident), _) => Some(subject),
        (Some(SubjectKind::Case), Some(file)) if whole_person => Some(file.resident),
        (Some(SubjectKind::Case), Some(_)) => None,
        _ => return Err(Code::PersonUnknown.into()),
    };
    let subjects = match resident {
        Some(resident) => of_person(connection, resident)?,
        None => {
            let mut parts = cases_of(connection, asked.case.as_ref().map(|file| file.resident))?;
            parts.retain(|part| part.case.as_ref().is_some_and(|file| file.bundle == Some(subject)));
            parts.insert(0, asked);
            parts
        }
    };
    if !subjects.iter().all(|document| document.stream.as_str().starts_with(scope)) {
        return Err(CenterError::About(Code::NotAllowed, "scope".into()));
    }
    // A case whose legal clock runs is decided or returned first.
    let runs =
        |document: &&Document| document.case.as_ref().is_some_and(|file| file.stage == Stage::Accepted);
    match subjects.iter().find(runs) {
        Some(running) => Err(CenterError::About(Code::CaseStage, running.subject.to_string())),
        None => Ok(subjects),
    }
}

/// A person, who else was joined with them, all their cases and what registers say of them.
fn of_person(connection: &Connection, resident: SubjectId) -> Result<Vec<Document>, CenterError> {
    let mut people = Vec::new();
    let mut known = BTreeSet::new();
    let mut ask = vec![resident];
    while let Some(id) = ask.pop() {
        if !known.insert(id) {
            continue;
        }
        let Some(document) = document_row::get(connection, id)? else { continue };
        ask.extend(document.same_as);
        ask.extend(open_row::joined_into(connection, id)?);
        people.push(document);
    }
    let mut subjects = Vec::new();
    for person in people {
        let cases = cases_of(connection, Some(person.subject))?;
        subjects.push(person);
        subjects.extend(cases);
    }
    Ok(subjects)
}

fn cases_of(connection: &Connection, resident: Option<SubjectId>) -> Result<Vec<Document>, CenterError> {
    let Some(resident) = resident else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(
        "SELECT subject FROM document WHERE resident = ?1 AND kind IN ('case', 'line') ORDER BY subject",
    )?;
    let cases = statement.query_map([resident.0], |row| row.get(0).map(SubjectId))?;
    let mut documents = Vec::new();
    for case in cases {
        documents.extend(document_row::get(connection, case?)?);
    }
    Ok(documents)
}

/// The entries of a subject that have a body, in force, held or in quarantine, the oldest first.
fn bodies_of(connection: &Connection, subject: SubjectId) -> Result<Vec<EntryId>, CenterError> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT id FROM entry WHERE subject = ?1 AND body IS NOT NULL AND kind <> 'subject_erased' ORDER BY id",
    )?;
    let ids = statement.query_map([subject.0], |row| row.get(0).map(EntryId))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

fn counted(connection: &Connection, subjects: &[Document]) -> Result<Erased, CenterError> {
    let mut erased = Erased::default();
    for document in subjects {
        erased.cases += u64::from(document.case.is_some());
        erased.entries += bodies_of(connection, document.subject)?.len() as u64;
        erased.photos += photo_row::count_of(connection, document.subject)?.named;
        erased.subjects.push(document.subject);
    }
    if erased.entries == 0 {
        return Err(CenterError::About(Code::BadInput, "nothing".into()));
    }
    Ok(erased)
}

/// Photos whose files are to go.
pub(super) fn photos_gone(connection: &Connection) -> Result<Vec<Digest>, CenterError> {
    let mut statement =
        connection.prepare_cached("SELECT digest FROM photo_gone ORDER BY digest LIMIT 4000")?;
    let digests = statement.query_map([], |row| row.get(0).map(Digest))?;
    Ok(digests.collect::<Result<_, _>>()?)
}

/// Removes the file of a photo under the lock, so that nobody names it anew meanwhile; one that was named anew stays.
pub(super) fn remove_photo(
    connection: &mut Connection,
    digest: Digest,
    remove: &mut dyn FnMut() -> Result<(), CenterError>,
) -> Result<(), CenterError> {
    let transaction: Transaction<'_> =
        connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let named = transaction.prepare_cached("SELECT 1 FROM photo WHERE digest = ?1")?.exists([digest.0])?;
    if !named {
        remove()?;
    }
    transaction.prepare_cached("DELETE FROM photo_gone WHERE digest = ?1")?.execute(params![digest.0])?;
    transaction.commit()?;
    Ok(())
}
