//! 又一诉求: a household needs more than one thing. Each further need is a record of its own that belongs to the visit, so that
//! it has its own office, deadline and outcome, and becomes a case of its own. It is no visit: nobody counts it as one.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::visit::{self, VisitDraft, VisitNotes};
use crate::visit_void::refuse_void;
use bangban_ledger::case_list;
use bangban_model::body::{FieldSet, Recorded};
use bangban_model::document::Document;
use bangban_model::entry::NewEntry;
use bangban_model::roll::ROUND;
use bangban_model::visit::{PART_OF, part_of};
use bangban_model::{Audience, Body, Code, SubjectId};
use serde_json::json;
use uuid::Uuid;

/// Nobody settles more at one door: further needs of a visit.
const MOST_FURTHER: usize = 20;

/// The visit to which a record belongs: itself, where it is one.
pub(crate) fn visit_of(document: &Document) -> SubjectId {
    part_of(document).unwrap_or(document.subject)
}

/// Begins a further need of a visit, or gives the one that was begun and says nothing yet.
///
/// # Errors
/// `BadInput` where there are too many.
pub fn begin(desk: &Desk, visit: SubjectId) -> Result<SubjectId, DeskError> {
    let mut ledger = desk.ledger();
    let document = desk::document_of(&ledger, visit, Code::VisitUnknown)?;
    let document = match part_of(&document) {
        Some(whole) => desk::document_of(&ledger, whole, Code::VisitUnknown)?,
        None => document,
    };
    let document = refuse_void(document)?;
    let further = case_list::further_needs(ledger.entries(), &document)?;
    for one in &further {
        let is_empty = VisitNotes::of(one) == VisitNotes::default();
        if is_empty && VisitDraft::find(&ledger, one.subject)?.is_none() {
            return Ok(one.subject);
        }
    }
    if further.len() >= MOST_FURTHER {
        return Err(DeskError::new(Code::BadInput).with("path", "need").with("limit", MOST_FURTHER));
    }
    let subject = SubjectId(Uuid::now_v7());
    let mut set: FieldSet = [
        (PART_OF.to_owned(), json!(document.subject)),
        ("started_at".to_owned(), json!(desk.clock.now().to_rfc3339())),
    ]
    .into();
    for path in ["household", "household_no", ROUND] {
        if let Some(value) = document.value(path) {
            set.insert(path.to_owned(), value.clone());
        }
    }
    let entry = NewEntry {
        stream: document.stream.clone(),
        subject,
        audience: Audience::All,
        saw: None,
        body: Body::VisitRecorded(Recorded { set }),
    };
    ledger.record(desk.author(), vec![entry], None)?;
    Ok(subject)
}

/// Records whatever is noted of the further needs of a visit and not recorded yet.
pub fn record_noted(desk: &Desk, visit: SubjectId) -> Result<(), DeskError> {
    let drafts = {
        let ledger = desk.ledger();
        let document = desk::document_of(&ledger, visit, Code::VisitUnknown)?;
        let mut drafts = Vec::new();
        for one in case_list::further_needs(ledger.entries(), &document)? {
            drafts.extend(VisitDraft::find(&ledger, one.subject)?.map(|(draft, _)| draft));
        }
        drafts
    };
    drafts.iter().try_for_each(|draft| visit::record_visit(desk, draft))
}
