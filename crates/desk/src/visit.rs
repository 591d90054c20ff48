//! Visits: she comes to a household, and cases are opened at its door.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::household::find_household;
use bangban_model::body::{FieldSet, Recorded};
use bangban_model::document::SubjectKind;
use bangban_model::entry::NewEntry;
use bangban_model::{Audience, Body, Code, SubjectId};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// A visit in a list.
#[derive(Clone, Debug, Serialize)]
pub struct VisitLine {
    /// The visit.
    pub id: SubjectId,
    /// The household.
    pub household: SubjectId,
    /// 户号.
    pub household_no: String,
    /// When it began, by the laptop's raw clock.
    pub started_at: String,
    /// Who was met and what was found, as recorded.
    pub note: String,
}

/// Begins a visit to the household with this id or 户号. It is recorded at once.
pub fn start_visit(desk: &Desk, household: &str, note: &str) -> Result<VisitLine, DeskError> {
    let mut ledger = desk.ledger();
    let household = find_household(&ledger, household)?;
    let subject = SubjectId(Uuid::now_v7());
    let started_at = desk.clock.now().to_rfc3339();
    let mut set: FieldSet = [
        ("household".to_owned(), json!(household.subject)),
        ("household_no".to_owned(), json!(household.text("household_no"))),
        ("started_at".to_owned(), json!(started_at)),
    ]
    .into();
    if !note.is_empty() {
        set.insert("note".to_owned(), json!(note));
    }
    let entry = NewEntry {
        stream: household.stream.clone(),
        subject,
        audience: Audience::All,
        saw: None,
        body: Body::VisitRecorded(Recorded { set }),
    };
    ledger.record(desk.author(), vec![entry], None)?;
    Ok(VisitLine {
        id: subject,
        household: household.subject,
        household_no: household.text("household_no").to_owned(),
        started_at,
        note: note.to_owned(),
    })
}

/// The newest visits.
pub fn list_visits(desk: &Desk, limit: u32) -> Result<Vec<VisitLine>, DeskError> {
    let ledger = desk.ledger();
    let documents = bangban_ledger::document_row::list(ledger.entries(), SubjectKind::Visit, None, limit)?;
    Ok(documents
        .iter()
        .filter_map(|document| {
            Some(VisitLine {
                id: document.subject,
                household: document.text("household").parse().ok()?,
                household_no: document.text("household_no").to_owned(),
                started_at: document.text("started_at").to_owned(),
                note: document.text("note").to_owned(),
            })
        })
        .collect())
}

/// The household of a visit.
pub(crate) fn household_of(
    ledger: &bangban_ledger::Ledger,
    visit: SubjectId,
) -> Result<SubjectId, DeskError> {
    let document = desk::document_of(ledger, visit, Code::BadInput)?;
    document.text("household").parse().map_err(|_| Code::BadInput.into())
}
