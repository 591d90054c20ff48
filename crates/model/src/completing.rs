//! 补齐期限: until when what a 一次性告知 named as missing is to be brought. Pure.

use crate::deadline::PauseReason;
use crate::document::{CaseFile, Document, Stage};
use crate::ids::EntryId;
use chrono::NaiveDate;

/// By this name the day is kept among those on which something runs out.
pub const COMPLETE_BY: &str = "complete_by";

/// What is missing of a case, as it was told last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToComplete {
    /// The last day.
    pub until: NaiveDate,
    /// How many things are missing.
    pub missing: usize,
}

/// The newest notice with a day to which no submission has answered yet; none once the case needs no papers any more.
#[must_use]
pub fn to_complete(case: &Document) -> Option<ToComplete> {
    let file = case.case.as_ref().filter(|file| waits_for_papers(file))?;
    let at = |entry: EntryId| case.history.iter().position(|line| line.entry == entry);
    let submitted = file.latest_revision().and_then(|revision| at(revision.entry));
    let open = file.notices.iter().rev().take_while(|notice| at(notice.entry) > submitted);
    open.filter_map(|notice| Some(ToComplete { until: notice.complete_by?, missing: notice.missing.len() }))
        .next()
}

/// Before it is accepted, and after that while the clock stands still for the papers (补正材料).
fn waits_for_papers(file: &CaseFile) -> bool {
    match file.stage {
        Stage::Open | Stage::Submitted | Stage::Returned => true,
        Stage::Accepted => {
            let stands = |pause: &crate::document::Pause| {
                pause.ended.is_none() && pause.reason == PauseReason::Completing
            };
            file.pauses.iter().any(stands)
        }
        _ => false,
    }
}
