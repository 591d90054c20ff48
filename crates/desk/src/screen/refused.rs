//! What the center did not take: kept there and here with its reason (rule S3), in words an agent understands.

use super::Seat;
use crate::desk;
use crate::error::DeskError;
use crate::status;
use bangban_model::{RecordId, SubjectId};
use serde::Serialize;
use ts_rs::TS;

/// An entry the center did not take.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "RefusedEntry")]
pub struct RefusedView {
    /// Its record: what staff release.
    pub record: RecordId,
    /// What was to happen.
    pub kind: String,
    /// Why it was not taken, by a fixed word.
    pub reason: String,
    /// When it was written, by the laptop's raw clock.
    pub at: String,
    /// The case it is about, where it is one.
    pub case: Option<SubjectId>,
    /// The name of the person it is about; '' where unknown.
    pub person: String,
    /// The case's item; '' elsewhere.
    pub item_name: String,
}

/// Everything of this laptop that stands in quarantine.
pub fn refused_entries(seat: &Seat) -> Result<Vec<RefusedView>, DeskError> {
    let refused = status::refused_entries(&seat.desk)?;
    let ledger = seat.desk.ledger();
    let view = |entry: status::RefusedEntry| -> Result<RefusedView, DeskError> {
        let document = desk::document(&ledger, entry.subject)?;
        let case = document.as_ref().and_then(|document| document.case.as_ref());
        let resident = case.map_or(entry.subject, |case| case.resident);
        let person = desk::document(&ledger, resident)?.map(|person| person.text("name").to_owned());
        Ok(RefusedView {
            record: entry.record,
            kind: entry.kind,
            reason: entry.reason,
            at: entry.at,
            case: case.map(|_| entry.subject),
            person: person.unwrap_or_default(),
            item_name: case.map(|case| seat.item_name(&case.item)).unwrap_or_default(),
        })
    };
    refused.into_iter().map(view).collect()
}
