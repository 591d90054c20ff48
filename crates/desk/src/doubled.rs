//! 重复核查: the same person, the same item, the same period.

use crate::desk::Desk;
use crate::error::DeskError;
use bangban_catalogue::ItemCard;
use bangban_ledger::{Ledger, due_row};
use bangban_model::deadline::clock_of;
use bangban_model::document::{Document, Stage};
use bangban_model::workday::add_months;
use bangban_model::{Code, SubjectId};

/// Where an item has no cycle, its period is so many months.
const PERIOD_MONTHS: u32 = 12;

/// Other cases of this person's identity number and this item: under way, or decided within the item's period.
pub fn doubles(
    desk: &Desk,
    ledger: &Ledger,
    card: &ItemCard,
    resident: SubjectId,
    but: Option<SubjectId>,
) -> Result<Vec<Document>, DeskError> {
    let months = card.review_cycle.as_ref().and_then(|cycle| cycle.months).unwrap_or(PERIOD_MONTHS);
    let today = desk.clock.today();
    let mut found = due_row::cases_of_number(ledger.entries(), resident, &card.code)?;
    found.retain(|case| Some(case.subject) != but);
    found.retain(|case| match case.case.as_ref().map(|file| file.stage) {
        None | Some(Stage::Withdrawn) => false,
        Some(Stage::Confirmed | Stage::Closed) => {
            clock_of(case).end.is_some_and(|day| add_months(day, months) > today)
        }
        Some(_) => true,
    });
    Ok(found)
}

/// Refuses to open another case, unless she says so.
///
/// # Errors
/// `CaseDoubled`, naming the case.
pub fn refuse_doubled(
    desk: &Desk,
    ledger: &Ledger,
    card: &ItemCard,
    resident: SubjectId,
) -> Result<(), DeskError> {
    // A certification that is asked for again in its last months is the next one, not a double.
    match doubles(desk, ledger, card, resident, None)?.first() {
        Some(other) if !is_due_again(desk, other) => {
            Err(DeskError::new(Code::CaseDoubled).with("case", other.subject.to_string()))
        }
        _ => Ok(()),
    }
}

/// Whether a decided case runs out within three months: the next one may begin.
fn is_due_again(desk: &Desk, case: &Document) -> bool {
    let due = case.case.as_ref().and_then(|file| file.decision.as_ref()?.due);
    due.is_some_and(|due| due <= add_months(desk.clock.today(), 3))
}
