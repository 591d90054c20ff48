//! Households: the 户籍户 from the register, and beside it, apart, who lives together (共同生活家庭成员).

use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::person::{self, PersonLine};
use bangban_ledger::Ledger;
use bangban_model::body::Recorded;
use bangban_model::document::Document;
use bangban_model::entry::NewEntry;
use bangban_model::ids::StreamId;
use bangban_model::{Audience, Body, Code, SubjectId};
use serde::Serialize;
use serde_json::json;

/// A household with its two lists, which are never mixed.
#[derive(Clone, Debug, Serialize)]
pub struct HouseholdView {
    /// The household.
    pub id: SubjectId,
    /// 户号.
    pub household_no: String,
    /// Address as written.
    pub address: String,
    /// 户籍户: who is registered here.
    pub registered: Vec<PersonLine>,
    /// 共同生活家庭成员: who lives and shares income here, with the relation.
    pub living_together: Vec<(PersonLine, String)>,
}

/// The household with this id or 户号.
pub fn find_household(ledger: &Ledger, text: &str) -> Result<Document, DeskError> {
    if let Ok(subject) = text.parse::<SubjectId>() {
        return desk::document_of(ledger, subject, Code::HouseholdUnknown);
    }
    let enrolment = ledger.enrolment()?;
    for stream in &enrolment.villages {
        let subject = id_of(&enrolment.district_key, stream, text.trim());
        if let Some(document) = desk::document(ledger, subject)? {
            return Ok(document);
        }
    }
    Err(Code::HouseholdUnknown.into())
}

/// Rule E5: the household's id from its 户号.
pub(crate) fn id_of(
    key: &bangban_model::ids::DistrictKey,
    stream: &StreamId,
    household_no: &str,
) -> SubjectId {
    SubjectId::derive(key, stream, "household", household_no)
}

/// Shows a household.
pub fn show_household(desk: &Desk, text: &str) -> Result<HouseholdView, DeskError> {
    let ledger = desk.ledger();
    let document = find_household(&ledger, text)?;
    let line = |subject: &str| -> Result<Option<PersonLine>, DeskError> {
        let Ok(subject) = subject.parse() else { return Ok(None) };
        Ok(desk::document(&ledger, subject)?.map(|document| person::line_of(desk, &document)))
    };
    let mut registered = Vec::new();
    for member in bangban_ledger::person::of_household(ledger.entries(), document.subject)? {
        registered.extend(line(&member.subject.to_string())?);
    }
    let mut living_together = Vec::new();
    for (subject, relation) in document.under("living/") {
        if let Some(person) = line(subject)? {
            living_together.push((person, relation.as_str().unwrap_or_default().to_owned()));
        }
    }
    Ok(HouseholdView {
        id: document.subject,
        household_no: document.text("household_no").to_owned(),
        address: document.text("address").to_owned(),
        registered,
        living_together,
    })
}

/// Records that a person lives with this household, or (no relation) no longer does. The 户籍户 stays as it is.
pub fn record_living_together(
    desk: &Desk,
    household: &str,
    person: &str,
    relation: Option<&str>,
) -> Result<(), DeskError> {
    let (household, person) = {
        let ledger = desk.ledger();
        let person = person::person_by_number(desk, &ledger, person)?;
        (find_household(&ledger, household)?.subject, person.subject)
    };
    live_together(desk, household, person, relation)
}

/// A relation is a word or two (characters).
const LONGEST_RELATION_CHARS: usize = 20;

/// 共同生活: says that a person lives with this household as what, or (no relation) no longer does.
///
/// # Errors
/// `BadInput` where the relation is blank or too long.
pub fn live_together(
    desk: &Desk,
    household: SubjectId,
    person: SubjectId,
    relation: Option<&str>,
) -> Result<(), DeskError> {
    let relation = relation.map(str::trim);
    if relation.is_some_and(|said| said.is_empty() || said.chars().count() > LONGEST_RELATION_CHARS) {
        return Err(DeskError::new(Code::BadInput).with("path", "relation"));
    }
    let mut ledger = desk.ledger();
    let document = desk::document_of(&ledger, household, Code::HouseholdUnknown)?;
    let person = desk::document_of(&ledger, person, Code::PersonUnknown)?;
    let path = format!("living/{}", person.subject);
    let entry = NewEntry {
        stream: document.stream.clone(),
        subject: document.subject,
        audience: Audience::All,
        saw: document.newest_seen(),
        body: Body::HouseholdRecorded(Recorded { set: [(path, json!(relation))].into() }),
    };
    ledger.record(desk.author(), vec![entry], None)?;
    Ok(())
}
