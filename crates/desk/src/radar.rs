//! Who may be entitled and does not ask: facts of the people of this laptop, from the roster and the ledger.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use bangban_catalogue::entitled::facts_of;
use bangban_catalogue::facts::Facts;
use bangban_ledger::{Ledger, due_row, person};
use bangban_model::SubjectId;

/// What is known of a person as rules and materials name it; nothing of somebody who is not here.
pub(crate) fn facts(desk: &Desk, ledger: &Ledger, resident: SubjectId) -> Result<Facts, DeskError> {
    let Some(document) = desk::document(ledger, resident)? else { return Ok(Facts::default()) };
    let mut members = Vec::new();
    if let Ok(household) = document.text("household").parse::<SubjectId>() {
        for member in person::of_household(ledger.entries(), household)? {
            members.extend(desk::document(ledger, member.subject)?);
        }
    }
    let cases = due_row::case_stands_of(ledger.entries(), document.subject)?;
    Ok(facts_of(&document, &members, &cases, desk.clock.today()))
}
