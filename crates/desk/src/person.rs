//! People: one box finds them by name, pinyin, part of the identity number or phone.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use bangban_ledger::{Ledger, person};
use bangban_model::document::Document;
use bangban_model::identity::IdentityNumber;
use bangban_model::{Code, SubjectId};
use serde::Serialize;

/// A person in a list. Numbers are whole: screens mask them, commands need them.
#[derive(Clone, Debug, Serialize)]
pub struct PersonLine {
    /// The resident.
    pub id: SubjectId,
    /// As written.
    pub name: String,
    /// Normalised; '' where unknown.
    pub id_number: String,
    /// '' where unknown.
    pub phone: String,
    /// Whole years today, where the number tells.
    pub age: Option<u32>,
    /// 男 or 女, where the number tells.
    pub sex: Option<&'static str>,
    /// Address as written.
    pub address: String,
    /// 户号.
    pub household_no: String,
    /// The household.
    pub household: Option<SubjectId>,
    /// 与户主关系 as written.
    pub relation: String,
}

/// At most so many are shown.
pub const MAX_FOUND: u32 = 50;

/// Finds people by what she types.
pub fn find_people(desk: &Desk, text: &str) -> Result<Vec<PersonLine>, DeskError> {
    let ledger = desk.ledger();
    found_by(&ledger, text)?
        .into_iter()
        .filter_map(|person| desk::document(&ledger, person.subject).transpose())
        .map(|document| Ok(line_of(desk, &document?)))
        .collect()
}

/// People by what she types; a number that was corrected still finds who stands for it.
pub(crate) fn found_by(ledger: &Ledger, text: &str) -> Result<Vec<person::Person>, DeskError> {
    let found = person::find(ledger.entries(), text, MAX_FOUND)?;
    match found.is_empty() {
        true => by_former_number(ledger, &text.trim().to_uppercase()),
        false => Ok(found),
    }
}

/// Whoever had this number before it was corrected: a record that was joined still has it, and the id of whoever was
/// recorded by it is derived from it (rule E5).
fn by_former_number(ledger: &Ledger, number: &str) -> Result<Vec<person::Person>, DeskError> {
    let joined = person::joined_by_number(ledger.entries(), number)?;
    let Ok(enrolment) = ledger.enrolment() else { return Ok(joined) };
    if !joined.is_empty() || number.len() != 18 {
        return Ok(joined);
    }
    let mut found = Vec::new();
    for village in &enrolment.villages {
        let derived = SubjectId::derive(&enrolment.district_key, village, "resident", number);
        if let Some(document) = desk::document(ledger, derived)? {
            found.push(person::Person::of(&document));
        }
    }
    Ok(found)
}

/// The one person with this identity number, or with this id.
pub fn person_by_number(desk: &Desk, ledger: &Ledger, number: &str) -> Result<Document, DeskError> {
    if let Ok(subject) = number.parse::<SubjectId>() {
        return desk::document_of(ledger, subject, Code::PersonUnknown);
    }
    let number =
        IdentityNumber::parse(number, desk.clock.today()).map_err(|_| DeskError::new(Code::PersonUnknown))?;
    let mut found = person::by_number(ledger.entries(), number.reveal())?;
    if found.is_empty() {
        // A number that was corrected leads to who stands for it now.
        found = by_former_number(ledger, number.reveal())?;
    }
    match (found.pop(), found.is_empty()) {
        (None, _) => Err(Code::PersonUnknown.into()),
        (Some(_), false) => Err(Code::PersonAmbiguous.into()),
        (Some(person), true) => desk::document_of(ledger, person.subject, Code::PersonUnknown),
    }
}

pub(crate) fn line_of(desk: &Desk, document: &Document) -> PersonLine {
    let number = IdentityNumber::parse(document.text("id_number"), desk.clock.today()).ok();
    PersonLine {
        id: document.subject,
        name: document.text("name").to_owned(),
        id_number: document.text("id_number").to_owned(),
        phone: document.text("phone").to_owned(),
        age: number.as_ref().map(|number| number.age_on(desk.clock.today())),
        sex: number.as_ref().map(|number| number.sex().text()),
        address: document.text("address").to_owned(),
        household_no: document.text("household_no").to_owned(),
        household: document.text("household").parse().ok(),
        relation: document.text("relation").to_owned(),
    }
}
