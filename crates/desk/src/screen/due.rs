//! 到期清单: certifications by the official list, reviews by the decision, papers that run out.

use super::Seat;
use super::person::{PersonCard, card_of};
use crate::desk;
use crate::error::DeskError;
use bangban_ledger::due_row::{self, DueAsk};
use bangban_model::SubjectId;
use bangban_model::standing::DueKind;
use chrono::NaiveDate;
use serde::Serialize;
use ts_rs::TS;

/// A list shows no more lines.
const MAX_LINES: u32 = 500;

/// Something that is due.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DueLine {
    /// Why.
    pub kind: DueKind,
    /// Whom it concerns.
    pub person: PersonCard,
    /// Item code.
    pub item: String,
    /// What people call it.
    pub item_name: String,
    /// The case that says so.
    pub case: Option<SubjectId>,
    /// The last day.
    pub due: NaiveDate,
    /// Days left; negative once it is overdue.
    pub days_left: i64,
    /// Whether a case can be opened: the item has a form.
    pub can_open: bool,
}

/// What is due.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DuePart {
    /// The most urgent first; at most 500.
    pub lines: Vec<DueLine>,
    /// Whether there are more.
    pub more: bool,
}

/// What is due within so many days, of one item or of all.
pub fn due_list(seat: &Seat, within_days: u32, item: Option<String>) -> Result<DuePart, DeskError> {
    let today = seat.desk.clock.today();
    let until = due_row::within(today, within_days);
    let ledger = seat.desk.ledger();
    let ask = DueAsk { until, item, kind: None, scope: String::new(), limit: MAX_LINES + 1 };
    let days = due_row::due_until(ledger.entries(), &ask)?;
    let more = days.len() > MAX_LINES as usize;
    let catalogue = seat.desk.catalogue();
    let mut lines = Vec::with_capacity(days.len());
    for day in days.into_iter().take(MAX_LINES as usize) {
        let Some(person) = desk::document(&ledger, day.resident)? else { continue };
        lines.push(DueLine {
            kind: day.kind,
            person: card_of(&seat.desk, &person),
            item_name: seat.item_name(&day.item),
            can_open: catalogue.item(&day.item).is_ok_and(|item| item.may_open(today).is_ok()),
            item: day.item,
            case: (day.kind != DueKind::Listed).then_some(day.subject),
            due: day.due,
            days_left: (day.due - today).num_days(),
        });
    }
    Ok(DuePart { lines, more })
}
