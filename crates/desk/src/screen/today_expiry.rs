//! Of 今日: signatures and written authorities that run out while their cases still need them.

use super::Seat;
use super::line::named_line;
use super::today::{TodayKind, TodayRow, case_row};
use crate::desk;
use crate::error::DeskError;
use crate::expiry;
use crate::line::LineDraft;
use bangban_ledger::Ledger;
use bangban_ledger::due_row;
use bangban_model::expiry::{RunsOut, WORKDAYS_AHEAD};
use bangban_model::handling::{AUTHORITY_UNTIL, Handling};
use bangban_model::line::VALID_UNTIL;
use bangban_model::{StreamId, SubjectId};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// At most so many of either are looked through, those that run out last.
const LOOKED_THROUGH: u32 = 200;

/// What runs out within a few working days or is over, the most urgent first; lines that stand on the list already are left out.
pub(super) fn expiring(
    seat: &Seat,
    ledger: &Ledger,
    villages: &BTreeMap<StreamId, String>,
    (day, listed): (NaiveDate, &BTreeSet<SubjectId>),
) -> Result<Vec<TodayRow>, DeskError> {
    // The weekend behind the last of those days is looked at too; what is left then tells.
    let until = seat.desk.catalogue().calendar().add_workdays(day, WORKDAYS_AHEAD.unsigned_abs() + 1);
    let mut rows = Vec::new();
    for case in due_row::last_until(ledger.entries(), AUTHORITY_UNTIL, until, LOOKED_THROUGH)? {
        let Some(case) = desk::document(ledger, case)? else { continue };
        if let Some(found) = expiry::of_case(&seat.desk, &Handling::of(&case), Some(&case)) {
            rows.push(told(case_row(seat, ledger, &case, TodayKind::Expiry)?, found));
        }
    }
    for id in due_row::last_until(ledger.entries(), VALID_UNTIL, until, LOOKED_THROUGH)? {
        if listed.contains(&id) {
            continue;
        }
        let Some(line) = desk::document(ledger, id)? else { continue };
        let Some(found) = expiry::of_line(&seat.desk, ledger, &line)? else { continue };
        let draft = LineDraft::altering(&line)?;
        let Some(named) = named_line(seat, ledger, villages, &draft, Some(&line))? else { continue };
        let row = TodayRow {
            line: Some(id),
            person: named.person,
            item: named.register,
            item_name: named.register_name,
            words: named.row.title,
            ..TodayRow::of(TodayKind::Expiry)
        };
        rows.push(told(row, found));
    }
    rows.sort_by_key(|row| row.due);
    Ok(rows)
}

fn told(row: TodayRow, found: RunsOut) -> TodayRow {
    TodayRow {
        due: Some(found.until),
        days_left: Some(found.days_left),
        in_workdays: found.in_workdays,
        ..row
    }
}
