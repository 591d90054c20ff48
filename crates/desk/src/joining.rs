//! Duplicates and corrected numbers: a person says that two records are one, and every look-up follows (rule E5).

use crate::desk::{self, Desk};
use crate::error::DeskError;
use bangban_ledger::{document_row, person};
use bangban_model::document::Document;
use bangban_model::identity::IdentityNumber;
use bangban_model::name::{normalise_name, search_keys};
use bangban_model::{Code, SubjectId, joining};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

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

/// Why two records may be one person, the strongest reason first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AlikeBy {
    /// The same identity number.
    Number,
    /// The same name and day of birth.
    NameAndBirth,
    /// The same name in one household.
    NameInHousehold,
    /// A name that sounds the same, and the same day of birth: 桂英 and 桂瑛.
    SoundAndBirth,
    /// A name that sounds the same in one household.
    SoundInHousehold,
    /// The same name, and of one of them no number is known.
    NameAlone,
}

/// What two records are compared by.
struct Told {
    name: String,
    /// The likeliest reading: by the rare ones 王 would sound like 余.
    sound: Option<String>,
    number: String,
    birth: Option<NaiveDate>,
    household: Option<SubjectId>,
}

impl Told {
    fn of(name: &str, number: &str, household: Option<SubjectId>, today: NaiveDate) -> Told {
        let identity = IdentityNumber::parse(number, today).ok();
        Told {
            name: normalise_name(name),
            sound: search_keys(name).full.into_iter().next(),
            number: number.to_owned(),
            birth: identity.map(|identity| identity.birth_date()),
            household,
        }
    }

    /// Why another may be the same person; none where nothing says so.
    fn alike(&self, other: &Told) -> Option<AlikeBy> {
        if !self.number.is_empty() && self.number == other.number {
            return Some(AlikeBy::Number);
        }
        let born_alike = self.birth.is_some() && self.birth == other.birth;
        let one_house = self.household.is_some() && self.household == other.household;
        let one_is_open = self.number.is_empty() || other.number.is_empty();
        match (self.name == other.name, self.sound.is_some() && self.sound == other.sound) {
            (true, _) if born_alike => Some(AlikeBy::NameAndBirth),
            (true, _) if one_house => Some(AlikeBy::NameInHousehold),
            (true, _) if one_is_open => Some(AlikeBy::NameAlone),
            (false, true) if born_alike => Some(AlikeBy::SoundAndBirth),
            (false, true) if one_house => Some(AlikeBy::SoundInHousehold),
            _ => None,
        }
    }
}

/// Who may be the same person, the strongest reason first.
pub fn alike(desk: &Desk, subject: SubjectId) -> Result<Vec<(Document, AlikeBy)>, DeskError> {
    let ledger = desk.ledger();
    let today = desk.clock.today();
    let document = desk::document_of(&ledger, subject, Code::PersonUnknown)?;
    let household = document.text("household").parse().ok();
    let own = Told::of(document.text("name"), document.text("id_number"), household, today);
    let mut found = match own.number.is_empty() {
        true => Vec::new(),
        false => person::by_number(ledger.entries(), &own.number)?,
    };
    if let Some(sound) = &own.sound {
        found.extend(person::sounding_like(ledger.entries(), sound)?);
    }
    let mut alike: BTreeMap<SubjectId, AlikeBy> = BTreeMap::new();
    for other in found.iter().filter(|other| other.subject != document.subject) {
        let told = Told::of(&other.name, &other.id_number, other.household, today);
        alike.extend(own.alike(&told).map(|by| (other.subject, by)));
    }
    let mut alike: Vec<(SubjectId, AlikeBy)> = alike.into_iter().collect();
    alike.sort_by_key(|(_, by)| *by);
    let documents = alike
        .into_iter()
        .map(|(other, by)| Ok(document_row::get(ledger.entries(), other)?.map(|document| (document, by))));
    Ok(documents.collect::<Result<Vec<_>, DeskError>>()?.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn who_may_be_one_person_is_told_with_the_reason() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
        let house = Some(SubjectId(uuid::Uuid::from_u128(1)));
        let other_house = Some(SubjectId(uuid::Uuid::from_u128(2)));
        let (one, same_day, later) = ("420704194203150026", "420704194203150042", "420704195003150026");
        let own = Told::of("余桂英", one, house, today);
        assert!(own.birth.is_some(), "a number that is none would prove nothing");
        for (name, number, household, by) in [
            ("余贵英", one, other_house, Some(AlikeBy::Number)),
            ("余桂英", same_day, other_house, Some(AlikeBy::NameAndBirth)),
            ("余桂英", later, house, Some(AlikeBy::NameInHousehold)),
            ("余桂瑛", same_day, other_house, Some(AlikeBy::SoundAndBirth)),
            ("余贵英", later, house, Some(AlikeBy::SoundInHousehold)),
            ("余桂英", "", other_house, Some(AlikeBy::NameAlone)),
            ("余贵英", "", other_house, None),
            ("余桂英", later, other_house, None),
            ("余桂英", later, None, None),
            ("王桂英", same_day, house, None),
        ] {
            let told = Told::of(name, number, household, today);
            assert_eq!(own.alike(&told), by, "{name} {number}");
            assert_eq!(told.alike(&own), by, "the other way round: {name} {number}");
        }
    }
}
