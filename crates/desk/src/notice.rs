//! 一次性告知: everything missing for a case, told once. Before the case is recorded the notice waits in its draft.

use crate::case_draft::CaseDraft;
use crate::desk::{self, Desk};
use crate::error::DeskError;
use bangban_model::body::{NoticeGiven, Remark};
use bangban_model::document::Stage;
use bangban_model::entry::NewEntry;
use bangban_model::{Audience, Body, Code, SubjectId};
use chrono::NaiveDate;

/// The longest reason, in characters.
const LONGEST_REASON_CHARS: usize = 500;

/// Everything missing for a case now: materials that are asked for and have no picture, and questions that hinder.
pub fn missing(desk: &Desk, case: SubjectId) -> Result<Vec<Remark>, DeskError> {
    let ledger = desk.ledger();
    let draft = shown(&ledger, case)?;
    let item = desk.catalogue().item(&draft.item)?;
    let session = draft.session(desk, &item)?;
    draft.missing(desk, &ledger, &session, &item)
}

fn shown(ledger: &bangban_ledger::Ledger, case: SubjectId) -> Result<CaseDraft, DeskError> {
    match CaseDraft::find(ledger, case)? {
        Some(draft) => Ok(draft),
        None => CaseDraft::correcting(&desk::document_of(ledger, case, Code::CaseUnknown)?),
    }
}

/// Gives notice of everything that is missing. A second notice needs a reason.
///
/// # Errors
/// `NothingMissing`, `NoticeNeedsReason`, `CaseStage` for a case that is decided or taken back.
pub fn give_notice(
    desk: &Desk,
    case: SubjectId,
    complete_by: Option<NaiveDate>,
    reason: &str,
) -> Result<(), DeskError> {
    let reason = reason.trim();
    if reason.chars().count() > LONGEST_REASON_CHARS {
        return Err(DeskError::new(Code::BadInput).with("path", "reason"));
    }
    let missing = missing(desk, case)?;
    if missing.is_empty() {
        return Err(Code::NothingMissing.into());
    }
    let mut ledger = desk.ledger();
    let document = desk::document(&ledger, case)?.filter(|document| document.case.is_some());
    let file = document.as_ref().and_then(|document| document.case.as_ref());
    if matches!(file.map(|file| file.stage), Some(Stage::Confirmed | Stage::Withdrawn | Stage::Closed)) {
        return Err(Code::CaseStage.into());
    }
    let mut draft = shown(&ledger, case)?;
    let given = file.map_or(0, |file| file.notices.len()) + draft.notices.len();
    if given > 0 && reason.is_empty() {
        return Err(Code::NoticeNeedsReason.into());
    }
    let notice = NoticeGiven { missing, complete_by, reason: reason.to_owned() };
    match document {
        None => {
            draft.notices.push(notice);
            draft.save(desk, &mut ledger)
        }
        Some(document) => {
            let entry = NewEntry {
                stream: document.stream.clone(),
                subject: case,
                audience: Audience::All,
                saw: document.newest_seen(),
                body: Body::NoticeGiven(notice),
            };
            ledger.record(desk.author(), vec![entry], None)?;
            Ok(())
        }
    }
}
