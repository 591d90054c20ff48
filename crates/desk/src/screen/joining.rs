//! Two records of what may be one person, side by side.

use super::Seat;
use super::open::told_in_register;
use super::person::{PersonCard, card_of};
use crate::desk;
use crate::error::DeskError;
use crate::joining::{self, AlikeBy};
use bangban_ledger::case_list;
use bangban_model::joining::{ComparedField, compare};
use bangban_model::{Code, SubjectId};
use serde::Serialize;
use ts_rs::TS;

/// Two records of what may be one person.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ComparedPeople {
    /// The one.
    pub one: PersonCard,
    /// The other.
    pub same: PersonCard,
    /// How many cases the one has.
    pub one_cases: u64,
    /// How many the other has.
    pub same_cases: u64,
    /// What they say, field by field.
    pub fields: Vec<ComparedField>,
}

/// Somebody who may be the same person.
#[derive(Clone, Debug, Serialize, TS)]
pub struct AlikePerson {
    /// Who.
    pub person: PersonCard,
    /// Why.
    pub by: AlikeBy,
}

/// Who may be the same person as this one, the strongest reason first.
pub fn alike(seat: &Seat, person: SubjectId) -> Result<Vec<AlikePerson>, DeskError> {
    let found = joining::alike(&seat.desk, person)?;
    Ok(found.iter().map(|(other, by)| AlikePerson { person: card_of(&seat.desk, other), by: *by }).collect())
}

/// Two records side by side.
pub fn compare_people(seat: &Seat, one: SubjectId, same: SubjectId) -> Result<ComparedPeople, DeskError> {
    let ledger = seat.desk.ledger();
    let left = desk::document_of(&ledger, one, Code::PersonUnknown)?;
    let right = desk::document_of(&ledger, same, Code::PersonUnknown)?;
    let fields = compare(&left, &right).into_iter().map(|compared| {
        let told = |value: Option<&serde_json::Value>| {
            value.map(|value| told_in_register(seat, &ledger, compared.field, value)).unwrap_or_default()
        };
        ComparedField {
            field: compared.field.to_owned(),
            label: super::open::label_in_register(seat, &ledger, compared.field),
            one: told(compared.one),
            same: told(compared.same),
            differs: compared.one.is_some() && compared.same.is_some() && compared.one != compared.same,
        }
    });
    let count = |subject| -> Result<u64, DeskError> {
        Ok(case_list::of_resident(ledger.entries(), subject)?.len() as u64)
    };
    Ok(ComparedPeople {
        fields: fields.collect(),
        one_cases: count(left.subject)?,
        same_cases: count(right.subject)?,
        one: card_of(&seat.desk, &left),
        same: card_of(&seat.desk, &right),
    })
}
