//! Two records of what may be one person, side by side.

use super::Seat;
use super::open::told_in_register;
use super::person::{MAX_ROWS, PersonCard, card_of};
use crate::desk;
use crate::error::DeskError;
use crate::joining::{self, AlikeBy};
use bangban_ledger::{case_list, document_row};
use bangban_model::joining::{ComparedField, compare};
use bangban_model::{Code, SubjectId};
use serde::Serialize;
use std::collections::BTreeMap;
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

/// 疑似重复: two records that may be one person.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DoubledPair {
    /// The one.
    pub one: PersonCard,
    /// The other.
    pub same: PersonCard,
    /// Why.
    pub by: AlikeBy,
}

/// How many pairs there are by one reason.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DoubledCount {
    /// The reason.
    pub by: AlikeBy,
    /// How many pairs.
    pub pairs: u64,
}

/// A part of the pairs of records that may be one person.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DoubledPart {
    /// How many there are by each reason, the strongest first.
    pub counts: Vec<DoubledCount>,
    /// How many fit.
    pub total: u64,
    /// This part of them.
    pub rows: Vec<DoubledPair>,
}

/// A part of the pairs of records that may be one person, the strongest reason first, or those of one reason.
pub fn doubled_people(
    seat: &Seat,
    by: Option<AlikeBy>,
    offset: u64,
    limit: u32,
) -> Result<DoubledPart, DeskError> {
    let pairs = joining::doubled(&seat.desk)?;
    let mut counts: BTreeMap<AlikeBy, u64> = BTreeMap::new();
    for pair in &pairs {
        *counts.entry(pair.by).or_default() += 1;
    }
    let fitting: Vec<_> = pairs.iter().filter(|pair| by.is_none_or(|by| by == pair.by)).collect();
    let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
    let ledger = seat.desk.ledger();
    let mut rows = Vec::new();
    for pair in fitting.iter().skip(skipped).take(limit.min(MAX_ROWS) as usize) {
        let read = |subject| document_row::get(ledger.entries(), subject);
        // Somebody else may have been joined meanwhile.
        let (Some(one), Some(same)) = (read(pair.one)?, read(pair.same)?) else { continue };
        rows.push(DoubledPair {
            one: card_of(&seat.desk, &one),
            same: card_of(&seat.desk, &same),
            by: pair.by,
        });
    }
    Ok(DoubledPart {
        counts: counts.into_iter().map(|(by, pairs)| DoubledCount { by, pairs }).collect(),
        total: fitting.len() as u64,
        rows,
    })
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
