//! 重复核查: the same person, the same item, the same period.

use crate::case_draft::CaseDraft;
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

/// A draft of the same item for the same person that was never submitted.
fn draft_of(ledger: &Ledger, card: &ItemCard, resident: SubjectId) -> Result<Option<SubjectId>, DeskError> {
    let drafts = CaseDraft::all(ledger)?.into_iter().map(|(draft, _)| draft);
    let mut same = drafts.filter(|draft| {
        !draft.corrects && draft.bundle.is_none() && draft.resident == resident && draft.item == card.code
    });
    Ok(same.next().map(|draft| draft.case))
}

/// Refuses to open another case, unless she says so.
///
/// # Errors
/// `CaseDoubled`, naming the case or the draft.
pub fn refuse_doubled(
    desk: &Desk,
    ledger: &Ledger,
    card: &ItemCard,
    resident: SubjectId,
) -> Result<(), DeskError> {
    // A certification that is asked for again in its last months is the next one, not a double.
    if let Some(draft) = draft_of(ledger, card, resident)? {
        return Err(DeskError::new(Code::CaseDoubled).with("case", draft.to_string()));
    }
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
