//! Of 今日: what falls due. The pensions' certifications are one row once they are several: they are written one behind the
//! other on a page of their own.

use super::Seat;
use super::person::card_of;
use super::today::{TodayKind, TodayRow};
use crate::desk;
use crate::error::DeskError;
use bangban_ledger::Ledger;
use bangban_ledger::due_row::{self, DueAsk, DueDay};
use bangban_model::certification::ITEM;
use bangban_model::standing::DueKind;
use chrono::NaiveDate;

/// Certifications up to so many stand as rows of their own.
const FEW: usize = 3;
/// No more are counted.
const MOST: u32 = 1000;

/// What falls due until a day, the most urgent first, and how much that is.
pub(super) fn due_rows(
    seat: &Seat,
    ledger: &Ledger,
    (day, until): (NaiveDate, NaiveDate),
    limit: usize,
) -> Result<(Vec<TodayRow>, u64), DeskError> {
    let ask = DueAsk { until, item: None, kind: None, scope: String::new(), limit: MOST };
    let due = due_row::due_until(ledger.entries(), &ask)?;
    let count = due.len() as u64;
    let (certified, others): (Vec<DueDay>, Vec<DueDay>) = due.into_iter().partition(|due| due.item == ITEM);
    let mut rows = Vec::new();
    let apart = match certified.first() {
        Some(first) if certified.len() > FEW => {
            let several = Some(certified.len() as u64);
            rows.push(TodayRow { several, ..row_of(seat, first, day) });
            others
        }
        _ => certified.into_iter().chain(others).collect(),
    };
    for due in apart.iter().take(limit) {
        let Some(person) = desk::document(ledger, due.resident)? else { continue };
        rows.push(TodayRow { person: Some(card_of(&seat.desk, &person)), ..row_of(seat, due, day) });
    }
    Ok((rows, count))
}

fn row_of(seat: &Seat, due: &DueDay, day: NaiveDate) -> TodayRow {
    let item = seat.desk.catalogue().item(&due.item);
    TodayRow {
        case: (due.kind != DueKind::Listed).then_some(due.subject),
        item_name: seat.item_name(&due.item),
        item: due.item.clone(),
        due: Some(due.due),
        days_left: Some((due.due - day).num_days()),
        can_open: item.is_ok_and(|item| item.may_open(seat.desk.clock.today()).is_ok()),
        ..TodayRow::of(TodayKind::Due)
    }
}
