//! The bank's visit list: holders of a social-security card who cannot come to the bank. Only bank staff activate a card;
//! the agent gathers who asks for them, and is present.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::person::{self, PersonLine};
use crate::roll::line_with_roll;
use bangban_catalogue::item_words::RollOf;
use bangban_ledger::{Ledger, case_list, document_row};
use bangban_model::SubjectId;
use bangban_model::document::{Document, Stage, SubjectKind};
use bangban_model::roll::{AFTER, roll_of, village_order};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// At most so many cases are looked through.
const MAX_CASES: u32 = 5000;

/// So many lines are followed back: the event, its survey, the request.
const MOST_BACK: usize = 8;

/// One household the bank is to visit.
#[derive(Clone, Debug, Serialize)]
pub struct BankVisitLine {
    /// The case.
    pub case: SubjectId,
    /// The card's holder.
    pub person: Option<PersonLine>,
    /// The bank on the card.
    pub bank: String,
    /// Why the holder cannot travel.
    pub reason: String,
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
    let cases = document_row::list(ledger.entries(), SubjectKind::Case, None, MAX_CASES)?;
    lines_of(desk, &ledger, cases)
}

/// Of those who stand on the roll of a line, and on those of the survey and the request from which it follows, everyone who
/// waits for the bank. Who cannot travel is not called to the event: her household stands on the survey alone.
///
/// # Errors
/// `LineUnknown` for what is no recorded line; `BadInput` where its register has no roll.
pub fn list_bank_visits_on(desk: &Desk, line: SubjectId) -> Result<Vec<BankVisitLine>, DeskError> {
    let ledger = desk.ledger();
    let mut cases = BTreeMap::new();
    let mut looked_at = BTreeSet::new();
    let (mut document, mut of) = line_with_roll(desk, &ledger, line)?;
    while looked_at.insert(document.subject) {
        for place in roll_of(&document) {
            let Some(one) = desk::document(&ledger, place.subject)? else { continue };
            let found = match of {
                RollOf::People => case_list::of_resident(ledger.entries(), one.subject)?,
                RollOf::Households => case_list::of_household(ledger.entries(), "case", one.subject)?,
            };
            cases.extend(found.into_iter().map(|case| (case.subject, case)));
        }
        let Ok(before) = document.text(AFTER).parse() else { break };
        if looked_at.len() >= MOST_BACK || desk::document(&ledger, before)?.is_none() {
            break;
        }
        (document, of) = line_with_roll(desk, &ledger, before)?;
    }
    lines_of(desk, &ledger, cases.into_values())
}

/// Those of the cases that wait for the bank.
fn lines_of(
    desk: &Desk,
    ledger: &Ledger,
    cases: impl IntoIterator<Item = Document>,
) -> Result<Vec<BankVisitLine>, DeskError> {
    let mut lines = Vec::new();
    for document in cases.into_iter().filter(waits_for_bank) {
        let resident = document.case.as_ref().map(|case| case.resident);
        let person = match resident {
            Some(resident) => desk::document(ledger, resident)?.map(|person| person::line_of(desk, &person)),
            None => None,
        };
        let text = |path| document.text(path).to_owned();
        lines.push(BankVisitLine {
            case: document.subject,
            person,
            bank: text("/data/card/bank"),
            reason: text("/data/visit/immobile_reason"),
            address: text("/data/visit/visit_address"),
            contact: text("/data/visit/contact"),
            agreed_time: text("/data/visit/agreed_time"),
        });
    }
    lines.sort_by_cached_key(|line| {
        let at_home = line.person.as_ref().map(|person| village_order(&person.household_no, &person.name));
        (line.agreed_time.is_empty(), line.agreed_time.clone(), at_home, line.case)
    });
    Ok(lines)
}

/// Submitted, not decided or taken back, and a visit of the bank is wanted.
fn waits_for_bank(document: &Document) -> bool {
    document.case.as_ref().is_some_and(|case| {
        case.item == "SSC"
            && !matches!(case.stage, Stage::Open | Stage::Confirmed | Stage::Withdrawn | Stage::Closed)
    }) && document.text("/data/visit/wants_home_visit") == "yes"
}
