//! Of 今日: papers that a 一次性告知 named as missing, and the day until which they are to be brought.

use super::Seat;
use super::today::{TodayKind, TodayRow, case_row};
use crate::case_draft::CaseDraft;
use crate::desk;
use crate::error::DeskError;
use bangban_ledger::{Ledger, due_row};
use bangban_model::completing::{COMPLETE_BY, ToComplete, to_complete};
use bangban_model::document::Stage;
use chrono::NaiveDate;

/// No more are looked through, the most urgent first.
const LOOKED_THROUGH: u32 = 100;

/// What is to be brought until a day. A case that was returned has a row already: that says the day.
pub(super) fn add(
    seat: &Seat,
    ledger: &Ledger,
    (day, until): (NaiveDate, NaiveDate),
    rows: &mut Vec<TodayRow>,
) -> Result<(), DeskError> {
    for id in due_row::open_until(ledger.entries(), COMPLETE_BY, Some(until), LOOKED_THROUGH)? {
        let Some(case) = desk::document(ledger, id)? else { continue };
        let Some(found) = to_complete(&case) else { continue };
        let returned = case.case.as_ref().is_some_and(|file| file.stage == Stage::Returned);
        let stands = rows.iter_mut().find(|row| returned && row.case == Some(id));
        match stands {
            Some(row) => (row.due, row.days_left) = (Some(found.until), Some(left(found, day))),
            None => rows.push(told(case_row(seat, ledger, &case, TodayKind::Papers)?, found, day)),
        }
    }
    Ok(())
}

/// The row of a draft: of one whose notice waits in it, until when its papers are to be brought.
pub(super) fn of_draft(draft: &CaseDraft, day: NaiveDate) -> TodayRow {
    let until = |notice: &bangban_model::body::NoticeGiven| {
        Some(ToComplete { until: notice.complete_by?, missing: notice.missing.len() })
    };
    match draft.notices.iter().rev().find_map(until) {
        Some(found) => told(TodayRow::of(TodayKind::Papers), found, day),
        None => TodayRow::of(TodayKind::Draft),
    }
}

fn told(row: TodayRow, found: ToComplete, day: NaiveDate) -> TodayRow {
    TodayRow {
        due: Some(found.until),
        days_left: Some(left(found, day)),
        several: Some(found.missing as u64),
        ..row
    }
}

fn left(found: ToComplete, day: NaiveDate) -> i64 {
    (found.until - day).num_days()
}
