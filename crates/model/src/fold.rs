//! Folding: entries into a document (rules F1–F6). Pure and total, the same on laptop and center.

use crate::body::{Body, ConflictSettled, FieldSet};
use crate::document::{
    Acceptance, CaseFile, CenterSide, Conflict, Contender, Decision, Document, Field, HistoryLine, LateChange,
    Return, Revision, Stage, SubjectKind,
};
use crate::entry::{Audience, Entry};
use crate::ids::{StreamId, SubjectId};

/// An entry where it stands: with its position and time of receipt once the center gave them.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// Its position in the stream.
    pub position: Option<u64>,
    /// When the center received it.
    pub received_at: Option<&'a str>,
}

/// Folds a subject's entries, which come in the order of rule F2: positioned ones by position, then this
/// incarnation's others by `seq`.
pub fn fold<'a>(subject: SubjectId, stream: StreamId, entries: impl IntoIterator<Item = Standing<'a>>) -> Document {
    let mut document = Document::new(subject, stream);
    for standing in entries {
        apply(&mut document, standing);
    }
    document
}

/// Folds one more entry into a document. What does not fit is noted and has no effect.
pub fn apply(document: &mut Document, standing: Standing<'_>) {
    let header = &standing.entry.header;
    if header.subject != document.subject || header.stream != document.stream {
        return;
    }
    let line = HistoryLine {
        entry: header.id,
        kind: header.kind.clone(),
        by: header.by,
        at: header.at.to_rfc3339(),
        position: standing.position,
        received_at: standing.received_at.map(str::to_owned),
    };
    if header.audience == Audience::Center {
        apply_for_center(document.center.get_or_insert_with(CenterSide::default), standing.entry, line);
        return;
    }
    let fitted = match standing.entry.body() {
        Ok(Some(body)) => apply_body(document, standing, &body),
        Ok(None) if standing.entry.body_bytes.is_some() => {
            document.newer = true;
            false
        }
        Ok(None) | Err(_) => false,
    };
    if !fitted {
        document.noted.push(header.id);
    }
    document.history.push(line);
}

fn apply_for_center(center: &mut CenterSide, entry: &Entry, line: HistoryLine) {
    match entry.body() {
        Ok(Some(Body::CaseImported(body))) => center.imported = Some(body.batch),
        Ok(Some(Body::CaseImportUndone(body))) if center.imported == Some(body.batch) => center.imported = None,
        Ok(Some(Body::InternalRemark(body))) => center.remarks.push(body.text),
        _ => {}
    }
    center.history.push(line);
}

/// Whether the entry fitted.
fn apply_body(document: &mut Document, standing: Standing<'_>, body: &Body) -> bool {
    let Some(kind) = kind_of(body) else { return apply_to_any(document, standing, body) };
    if *document.kind.get_or_insert(kind) != kind {
        return false;
    }
    match body {
        Body::CaseOpened(_) | Body::CaseRecorded(_) | Body::CaseSubmitted(_) | Body::CaseWithdrawn(_)
        | Body::CaseAccepted(_) | Body::CaseReturned(_) | Body::CaseConfirmed(_) => apply_to_case(document, standing, body),
        _ => {
            if let Some(set) = body.field_set() {
                set_fields(document, standing, set);
            }
            true
        }
    }
}

fn kind_of(body: &Body) -> Option<SubjectKind> {
    match body {
        Body::LedgerBegun(_) | Body::AgentAdded(_) | Body::AgentRemoved(_) => Some(SubjectKind::Device),
        Body::ResidentRecorded(_) => Some(SubjectKind::Resident),
        Body::HouseholdRecorded(_) => Some(SubjectKind::Household),
        Body::VisitRecorded(_) => Some(SubjectKind::Visit),
        Body::CaseOpened(_) | Body::CaseRecorded(_) | Body::CaseSubmitted(_) | Body::CaseWithdrawn(_)
        | Body::CaseAccepted(_) | Body::CaseReturned(_) | Body::CaseConfirmed(_) | Body::CaseImported(_)
        | Body::CaseImportUndone(_) => Some(SubjectKind::Case),
        Body::BatchImported(_) => Some(SubjectKind::Batch),
        Body::SameAs(_) | Body::ConflictSettled(_) | Body::PhotoLost(_) | Body::InternalRemark(_) => None,
    }
}

fn apply_to_any(document: &mut Document, standing: Standing<'_>, body: &Body) -> bool {
    match body {
        Body::SameAs(body) if body.other != document.subject => document.same_as = Some(body.other),
        Body::ConflictSettled(body) => return settle(document, standing, body),
        Body::PhotoLost(body) if !document.lost_photos.contains(&body.digest) => document.lost_photos.push(body.digest),
        _ => return false,
    }
    true
}

fn apply_to_case(document: &mut Document, standing: Standing<'_>, body: &Body) -> bool {
    let entry = standing.entry.header.id;
    if let Body::CaseOpened(opened) = body {
        if document.case.is_some() {
            return false;
        }
        document.case = Some(CaseFile {
            item: opened.item.clone(),
            form_version: opened.form_version.clone(),
            form_digest: opened.form_digest,
            resident: opened.resident,
            household: opened.household,
            visit: opened.visit,
            stage: Stage::Open,
            revisions: Vec::new(),
            returns: Vec::new(),
            acceptance: None,
            decision: None,
        });
        set_fields(document, standing, &opened.set);
        return true;
    }
    let knew_acceptance = knows_acceptance(document, standing);
    let Some(case) = document.case.as_mut() else { return false };
    match body {
        Body::CaseRecorded(recorded) => {
            if knew_acceptance {
                set_fields(document, standing, &recorded.set);
            } else {
                keep_late_changes(document, standing, &recorded.set);
            }
        }
        Body::CaseSubmitted(_) => {
            let number = case.revisions.len() as u32 + 1;
            case.revisions.push(Revision { entry, number });
            if matches!(case.stage, Stage::Open | Stage::Submitted | Stage::Returned) {
                case.stage = Stage::Submitted;
            }
        }
        Body::CaseWithdrawn(_) if knew_acceptance && case.decision.is_none() => case.stage = Stage::Withdrawn,
        Body::CaseReturned(returned) if case.decision.is_none() && names_latest(case, returned.revision) => {
            case.stage = Stage::Returned;
            case.acceptance = None;
            case.returns.push(Return {
                entry,
                revision: returned.revision,
                remarks: returned.remarks.clone(),
                note: returned.note.clone(),
            });
        }
        Body::CaseAccepted(accepted) if case.stage == Stage::Submitted && names_latest(case, accepted.revision) => {
            case.stage = Stage::Accepted;
            case.acceptance = Some(Acceptance {
                entry,
                position: standing.position,
                revision: accepted.revision,
                received_at: standing.received_at.map(str::to_owned),
            });
        }
        Body::CaseConfirmed(confirmed) if case.stage == Stage::Accepted => {
            case.stage = Stage::Confirmed;
            case.decision =
                Some(Decision { entry, outcome: confirmed.outcome, due: confirmed.due, note: confirmed.note.clone() });
        }
        _ => return false,
    }
    true
}

fn names_latest(case: &CaseFile, revision: crate::EntryId) -> bool {
    case.latest_revision().is_some_and(|latest| latest.entry == revision)
}

/// Whether the writer had seen this entry: the newest positioned entry he had folded stands at or after it.
fn had_seen(document: &Document, standing: Standing<'_>, position: Option<u64>) -> bool {
    let saw = standing.entry.header.saw.and_then(|saw| document.position_of(saw));
    matches!((saw, position), (Some(saw), Some(position)) if saw >= position)
}

fn knows_acceptance(document: &Document, standing: Standing<'_>) -> bool {
    match document.case.as_ref().and_then(|case| case.acceptance.as_ref()) {
        None => true,
        Some(acceptance) => had_seen(document, standing, acceptance.position),
    }
}

fn contender(standing: Standing<'_>, value: &serde_json::Value) -> Contender {
    let header = &standing.entry.header;
    Contender {
        value: value.clone(),
        entry: header.id,
        incarnation: header.incarnation,
        seq: header.seq,
        by: header.by,
    }
}

fn keep_late_changes(document: &mut Document, standing: Standing<'_>, set: &FieldSet) {
    for (path, value) in set {
        if document.fields.get(path).map(|field| &field.held.value) == Some(value) {
            continue;
        }
        document.late_changes.push(LateChange { field: path.clone(), contender: contender(standing, value) });
    }
}

fn set_fields(document: &mut Document, standing: Standing<'_>, set: &FieldSet) {
    for (path, value) in set {
        set_field(document, standing, path, value);
    }
}

/// Rules F2 and F3 for one field.
fn set_field(document: &mut Document, standing: Standing<'_>, path: &str, value: &serde_json::Value) {
    if outdone_by_own(document, standing, path) {
        return;
    }
    let mut contenders = unseen_values(document, standing, path);
    if contenders.iter().any(|other| other.value != *value) {
        contenders.push(contender(standing, value));
        put_conflict(document, path, contenders);
    } else {
        // Nothing is challenged any more, or every value left is this one: equal values never conflict.
        document.conflicts.retain(|conflict| conflict.field != path);
    }
    hold(document, standing, path, value);
}

/// F2: of two entries of one incarnation on one field, the higher `seq` wins whatever their positions.
fn outdone_by_own(document: &Document, standing: Standing<'_>, path: &str) -> bool {
    let header = &standing.entry.header;
    let written = document.fields.get(path).and_then(|field| field.written.get(&header.incarnation));
    written.is_some_and(|seq| *seq > header.seq)
}

/// The values on this field that the writer neither saw nor wrote himself.
fn unseen_values(document: &Document, standing: Standing<'_>, path: &str) -> Vec<Contender> {
    let own = standing.entry.header.incarnation;
    if let Some(conflict) = document.conflicts.iter().find(|conflict| conflict.field == path) {
        // An open conflict stays until somebody names it; only the writer's own older value gives way.
        return conflict.contenders.iter().filter(|other| other.incarnation != own).cloned().collect();
    }
    match document.fields.get(path) {
        Some(field) if field.held.incarnation != own && !had_seen(document, standing, field.position) => {
            vec![field.held.clone()]
        }
        _ => Vec::new(),
    }
}

fn put_conflict(document: &mut Document, path: &str, contenders: Vec<Contender>) {
    match document.conflicts.iter_mut().find(|conflict| conflict.field == path) {
        Some(conflict) => conflict.contenders = contenders,
        None => document.conflicts.push(Conflict { field: path.to_owned(), contenders }),
    }
}

fn hold(document: &mut Document, standing: Standing<'_>, path: &str, value: &serde_json::Value) {
    let header = &standing.entry.header;
    let mut written = document.fields.get(path).map(|field| field.written.clone()).unwrap_or_default();
    written.insert(header.incarnation, header.seq);
    let field = Field { held: contender(standing, value), position: standing.position, written };
    document.fields.insert(path.to_owned(), field);
}

/// A person settles what she was shown: the values she names go, one that she did not see stays open.
fn settle(document: &mut Document, standing: Standing<'_>, body: &ConflictSettled) -> bool {
    if outdone_by_own(document, standing, &body.field) {
        return false;
    }
    document.late_changes.retain(|late| late.field != body.field || !body.among.contains(&late.contender.entry));
    let open = document.conflicts.iter().position(|conflict| conflict.field == body.field);
    let Some(index) = open else {
        // Settled by somebody else meanwhile: then this is one more edit, seen or unseen like any other.
        set_field(document, standing, &body.field, &body.value);
        return true;
    };
    let mut left = document.conflicts.remove(index).contenders;
    left.retain(|other| !body.among.contains(&other.entry) && other.value != body.value);
    if !left.is_empty() {
        left.push(contender(standing, &body.value));
        put_conflict(document, &body.field, left);
    }
    hold(document, standing, &body.field, &body.value);
    true
}
