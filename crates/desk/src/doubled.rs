//! 重复核查: the same person, the same item, the same period.

use crate::desk::Desk;
use crate::error::DeskError;
use bangban_catalogue::ItemCard;
use bangban_catalogue::doubled::is_double;
use bangban_ledger::{Ledger, due_row};
use bangban_model::document::Document;
use bangban_model::workday::add_months;
use bangban_model::{Code, SubjectId};

/// Other cases of this person's identity number and this item: under way, or decided within the item's period.
pub fn doubles(
    desk: &Desk,
    ledger: &Ledger,
    card: &ItemCard,
    resident: SubjectId,
    but: Option<SubjectId>,
) -> Result<Vec<Document>, DeskError> {
    let today = desk.clock.today();
    let mut found = due_row::cases_of_number(ledger.entries(), resident, &card.code)?;
    found.retain(|case| Some(case.subject) != but && is_double(card, case, today));
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
