//! The bank's visit list: holders of a social-security card who cannot come to the bank. Only bank staff activate a card;
//! the agent gathers who asks for them, and is present.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::person::{self, PersonLine};
use bangban_ledger::document_row;
use bangban_model::SubjectId;
use bangban_model::document::{Document, Stage, SubjectKind};
use serde::Serialize;

/// At most so many cases are looked through.
const MAX_CASES: u32 = 5000;

/// One household the bank is to visit.
#[derive(Clone, Debug, Serialize)]
pub struct BankVisitLine {
    /// The case.
    pub case: SubjectId,
    /// The card's holder.
    pub person: Option<PersonLine>,
    /// The bank on the card.
    pub bank: String,
    /// Where to go.
    pub address: String,
    /// Whom to call.
    pub contact: String,
    /// The time agreed with the bank; '' while none is.
    pub agreed_time: String,
}

/// Everyone who waits for the bank, those with an agreed time first.
pub fn list_bank_visits(desk: &Desk) -> Result<Vec<BankVisitLine>, DeskError> {
    let ledger = desk.ledger();
    let mut lines = Vec::new();
    for document in document_row::list(ledger.entries(), SubjectKind::Case, None, MAX_CASES)? {
        if !waits_for_bank(&document) {
            continue;
        }
        let resident = document.case.as_ref().map(|case| case.resident);
        let person = match resident {
            Some(resident) => desk::document(&ledger, resident)?.map(|person| person::line_of(desk, &person)),
            None => None,
        };
        lines.push(BankVisitLine {
            case: document.subject,
            person,
            bank: document.text("/data/card/bank").to_owned(),
            address: document.text("/data/visit/visit_address").to_owned(),
            contact: document.text("/data/visit/contact").to_owned(),
            agreed_time: document.text("/data/visit/agreed_time").to_owned(),
        });
    }
    lines.sort_by_key(|line| (line.agreed_time.is_empty(), line.agreed_time.clone()));
    Ok(lines)
}

/// Submitted, not decided or taken back, and a visit of the bank is wanted.
fn waits_for_bank(document: &Document) -> bool {
    document.case.as_ref().is_some_and(|case| {
        case.item == "SSC"
            && !matches!(case.stage, Stage::Open | Stage::Confirmed | Stage::Withdrawn | Stage::Closed)
    }) && document.text("/data/visit/wants_home_visit") == "yes"
}
