//! Duplicates and corrected numbers: a person says that two records are one, and every look-up follows (rule E5).

use crate::desk::{self, Desk};
use crate::error::DeskError;
use bangban_ledger::{document_row, person};
use bangban_model::document::Document;
use bangban_model::{Code, SubjectId, joining};

/// Joins two records of one person. The values of `one` hold, but those of the fields `from_same`; where only one of them
/// says something, that holds. Answers the record that stays.
pub fn join_people(
    desk: &Desk,
    one: SubjectId,
    same: SubjectId,
    from_same: &[String],
) -> Result<SubjectId, DeskError> {
    let mut ledger = desk.ledger();
    let read = |subject| -> Result<Document, DeskError> {
        document_row::get(ledger.entries(), subject)?.ok_or_else(|| Code::PersonUnknown.into())
    };
    let entries = joining::joining(&read(one)?, &read(same)?, from_same)?;
    ledger.record(desk.author(), entries, None)?;
    Ok(one.min(same))
}

/// Who may be the same person: of the same number, or of the same name in her household.
pub fn alike(desk: &Desk, subject: SubjectId) -> Result<Vec<Document>, DeskError> {
    let ledger = desk.ledger();
    let document = desk::document_of(&ledger, subject, Code::PersonUnknown)?;
    let number = document.text("id_number");
    let mut found = if number.is_empty() { Vec::new() } else { person::by_number(ledger.entries(), number)? };
    if let Ok(household) = document.text("household").parse() {
        let members = person::of_household(ledger.entries(), household)?;
        found.extend(members.into_iter().filter(|member| member.name == document.text("name")));
    }
    let mut alike: Vec<Document> = Vec::new();
    for other in found.into_iter().filter(|other| other.subject != document.subject) {
        if !alike.iter().any(|known| known.subject == other.subject) {
            alike.extend(document_row::get(ledger.entries(), other.subject)?);
        }
    }
    Ok(alike)
}
