//! Settling: a person says which of the values that did not see each other holds.

use crate::case_draft::CaseDraft;
use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::line;
use bangban_model::body::{ConflictSettled, FieldSet, Recorded};
use bangban_model::document::Document;
use bangban_model::entry::NewEntry;
use bangban_model::line::line_of;
use bangban_model::settling::{self, Settler, WhichHolds};
use bangban_model::{Audience, Body, Code, EntryId, SubjectId};

/// Settles what is open at a field. `among` are the entries whose values were on her screen.
///
/// Of a person, household, visit or register line it is recorded at once. Of a case it goes into the draft: the township decides on what was
/// submitted, so that nothing of it changes without a submission.
///
/// # Errors
/// `ConflictMoved` where other values are open by now; what [`settling::settlement`] refuses.
pub fn settle(
    desk: &Desk,
    subject: SubjectId,
    field: &str,
    among: &[EntryId],
    choice: &WhichHolds,
) -> Result<(), DeskError> {
    let mut ledger = desk.ledger();
    let document = desk::document_of(&ledger, subject, Code::ConflictMoved)?;
    let settlements = settling::settlement(&document, field, among, choice, "", Settler::Agent)?;
    if document.case.is_some() {
        let mut draft = CaseDraft::begin_or_go_on(&ledger, document.subject)?;
        let item = desk.catalogue().item(&draft.item)?;
        for settlement in &settlements {
            draft.settle(desk, &item, settlement)?;
        }
        return draft.save(desk, &mut ledger);
    }
    let mut told = FieldSet::new();
    for settlement in settlements.iter().filter(|_| line_of(&document).is_some()) {
        told.extend(line::told_after(desk, &document, &settlement.field, &settlement.value)?);
    }
    let (open, plain): (FieldSet, FieldSet) =
        told.into_iter().partition(|(field, _)| settling::open_at(&document, field).is_some());
    let also = open.into_iter().filter_map(|(field, value)| {
        let among = settling::open_at(&document, &field)?.contenders.iter().map(|one| one.entry).collect();
        Some(ConflictSettled { field, among, value, reason: String::new() })
    });
    let also: Vec<ConflictSettled> = also.collect();
    // The day and what is open of a register's line follow from its answers.
    let followed = (!plain.is_empty()).then_some(Body::LineRecorded(Recorded { set: plain }));
    let settlements = settlements.into_iter().chain(also);
    let bodies = settlements.map(Body::ConflictSettled).chain(followed);
    let entries = bodies.map(|body| NewEntry {
        stream: document.stream.clone(),
        subject: document.subject,
        audience: Audience::All,
        saw: document.newest_seen(),
        body,
    });
    ledger.record(desk.author(), entries.collect(), None)?;
    Ok(())
}

/// One of the values that are open at a field, whole, because somebody asked for it.
///
/// # Errors
/// `ConflictMoved` where this entry's value is no longer open.
pub fn reveal(desk: &Desk, subject: SubjectId, field: &str, entry: EntryId) -> Result<String, DeskError> {
    let ledger = desk.ledger();
    let document = desk::document_of(&ledger, subject, Code::ConflictMoved)?;
    value_at(&document, field, entry).ok_or_else(|| Code::ConflictMoved.into())
}

fn value_at(document: &Document, field: &str, entry: EntryId) -> Option<String> {
    let open = settling::open_at(document, field)?;
    let found = open.contenders.into_iter().find(|one| one.entry == entry)?;
    Some(found.value.as_str().unwrap_or_default().to_owned())
}
