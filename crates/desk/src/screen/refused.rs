//! What the center did not take: kept there and here with its reason (rule S3), in words an agent understands.

use super::Seat;
use crate::desk;
use crate::error::DeskError;
use crate::status;
use bangban_ledger::Ledger;
use bangban_ledger::entry_row::{self, EntryStanding};
use bangban_model::body::{Body, CaseOpened};
use bangban_model::{RecordId, SubjectId};
use serde::Serialize;
use std::collections::BTreeMap;
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
    /// How staff settled it, where they did: `set_aside` or `erased`.
    pub settled: Option<&'static str>,
    /// Their word on it; '' where there is none.
    pub note: String,
}

/// Everything of this laptop that stands in quarantine.
pub fn refused_entries(seat: &Seat) -> Result<Vec<RefusedView>, DeskError> {
    let refused = status::refused_entries(&seat.desk)?;
    let ledger = seat.desk.ledger();
    let opened = opened_cases(&ledger)?;
    let view = |entry: status::RefusedEntry| -> Result<RefusedView, DeskError> {
        let document = desk::document(&ledger, entry.subject)?;
        let case = document.as_ref().and_then(|document| document.case.as_ref());
        let refused = opened.get(&entry.subject);
        let resident = case.map(|case| case.resident).or(refused.map(|opened| opened.resident));
        let resident = resident.unwrap_or(entry.subject);
        let item = case.map(|case| case.item.as_str()).or(refused.map(|opened| opened.item.as_str()));
        let person = desk::document(&ledger, resident)?.map(|person| person.text("name").to_owned());
        Ok(RefusedView {
            record: entry.record,
            kind: entry.kind,
            reason: entry.reason,
            at: entry.at,
            case: case.map(|_| entry.subject),
            person: person.unwrap_or_default(),
            settled: entry.settled,
            note: entry.note,
            item_name: item.map(|item| seat.item_name(item)).unwrap_or_default(),
        })
    };
    refused.into_iter().map(view).collect()
}

/// What refused records opened: such a case is no document, so that its entry alone tells for whom it was.
fn opened_cases(ledger: &Ledger) -> Result<BTreeMap<SubjectId, CaseOpened>, DeskError> {
    let rows = entry_row::standing_so(ledger.entries(), EntryStanding::Quarantined, status::MAX_REFUSED)?;
    let opened = rows.into_iter().filter_map(|row| match row.entry.body() {
        Ok(Some(Body::CaseOpened(opened))) => Some((row.entry.header.subject, opened)),
        _ => None,
    });
    Ok(opened.collect())
}
