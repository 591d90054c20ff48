//! Duplicates and corrected numbers: a person says that two records are one, and every look-up follows (rule E5).

use crate::desk::{self, Desk};
use crate::error::DeskError;
use bangban_ledger::touched::{self, Mark, Since};
use bangban_ledger::{document_row, person};
use bangban_model::document::Document;
use bangban_model::identity::IdentityNumber;
use bangban_model::name::{normalise_name, search_keys};
use bangban_model::{Code, SubjectId, joining};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::PoisonError;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
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
pub(crate) struct Told {
    name: String,
    /// The likeliest reading: by the rare ones 王 would sound like 余.
    sound: Option<String>,
    number: String,
    birth: Option<NaiveDate>,
    household: Option<SubjectId>,
}

impl Told {
    pub(crate) fn of(name: &str, number: &str, household: Option<SubjectId>, today: NaiveDate) -> Told {
        let identity = IdentityNumber::parse(number, today).ok();
        Told {
            name: normalise_name(name),
            sound: search_keys(name).full.into_iter().next(),
            number: number.to_owned(),
            birth: identity.map(|identity| identity.birth_date()),
            household,
        }
    }

    pub(crate) fn compared(one: &person::Compared, today: NaiveDate) -> Told {
        let identity = IdentityNumber::parse(&one.id_number, today).ok();
        Told {
            name: one.name.clone(),
            sound: one.sound.clone(),
            number: one.id_number.clone(),
            birth: identity.map(|identity| identity.birth_date()),
            household: one.household,
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

/// A group of who is alike in one thing is compared whole up to this size; of a larger one each is compared with the first.
const COMPARED_WHOLE: usize = 8;
/// Whoever has no number is compared with so many of her name.
const OF_ONE_NAME: usize = 20;

/// 疑似重复: two records that may be one person, the strongest reason first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// Why.
    pub by: AlikeBy,
    /// The one, which would stay.
    pub one: SubjectId,
    /// The other.
    pub same: SubjectId,
}

/// So many who changed are compared one by one; of more everybody is compared anew.
const COMPARED_ALONE: usize = 100;

/// Every two records that may be one person, as they were found.
#[derive(Default)]
pub(crate) struct Doubles {
    by: Option<NaiveDate>,
    mark: Option<Mark>,
    pairs: Vec<Pair>,
}

/// Every two records that may be one person. In one pass: only who is alike in number, in name or sound and birthday, in name or
/// sound and household, or in a name without a number is compared at all. What was found stays found until somebody changes.
pub fn doubled(desk: &Desk) -> Result<Vec<Pair>, DeskError> {
    let today = desk.clock.today();
    let mut kept = desk.doubles.lock().unwrap_or_else(PoisonError::into_inner);
    let (mark, since) = touched::since(desk.ledger().entries(), kept.mark)?;
    let changed = match since {
        Since::Only(changed) if kept.by == Some(today) => {
            let people = changed.into_iter().filter(|one| one.is_person).map(|one| one.subject);
            Some(people.collect::<BTreeSet<_>>()).filter(|people| people.len() <= COMPARED_ALONE)
        }
        _ => None,
    };
    match changed {
        Some(changed) => compare_again(desk, &mut kept.pairs, &changed)?,
        None => kept.pairs = pairs_of(&person::everybody(desk.ledger().entries())?, today),
    }
    (kept.mark, kept.by) = (Some(mark), Some(today));
    Ok(kept.pairs.clone())
}

/// Compares these with everybody, and leaves the rest as it was found.
fn compare_again(desk: &Desk, pairs: &mut Vec<Pair>, changed: &BTreeSet<SubjectId>) -> Result<(), DeskError> {
    if changed.is_empty() {
        return Ok(());
    }
    let mut found: BTreeSet<Pair> = pairs.iter().copied().collect();
    found.retain(|pair| !changed.contains(&pair.one) && !changed.contains(&pair.same));
    for subject in changed {
        // Who was joined into another, or is nobody any more, is compared with nobody.
        if person::place_of(desk.ledger().entries(), *subject)?.is_some() {
            let other = |(other, by): (Document, AlikeBy)| Pair {
                by,
                one: other.subject.min(*subject),
                same: other.subject.max(*subject),
            };
            found.extend(alike(desk, *subject)?.into_iter().map(other));
        }
    }
    *pairs = found.into_iter().collect();
    Ok(())
}

/// Two people by their places, the earlier first.
type Both = (usize, usize);

fn pairs_of(everybody: &[person::Compared], today: NaiveDate) -> Vec<Pair> {
    let told: Vec<Told> = everybody.iter().map(|one| Told::compared(one, today)).collect();
    let pairs = alike_among(&told).into_iter().filter_map(|(one, other, by)| {
        Some(Pair { one: everybody.get(one)?.subject, same: everybody.get(other)?.subject, by })
    });
    let mut found: Vec<Pair> = pairs.collect();
    found.sort_unstable();
    found
}

/// Every two of these that may be one person, by their places, and why.
pub(crate) fn alike_among(told: &[Told]) -> Vec<(usize, usize, AlikeBy)> {
    let mut groups: HashMap<(&'static str, String), Vec<usize>> = HashMap::new();
    let mut names: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, one) in told.iter().enumerate() {
        let mut put = |what, key: String| groups.entry((what, key)).or_default().push(at);
        if !one.number.is_empty() {
            put("number", one.number.clone());
        }
        let sound = one.sound.as_ref().unwrap_or(&one.name);
        // Who has the same name sounds the same.
        one.birth.into_iter().for_each(|birth| put("birth", format!("{birth} {sound}")));
        one.household.into_iter().for_each(|household| put("household", format!("{household} {sound}")));
        names.entry(&one.name).or_default().push(at);
    }
    let mut pairs: BTreeSet<Both> = BTreeSet::new();
    for group in groups.values().filter(|group| group.len() > 1) {
        let compared = if group.len() > COMPARED_WHOLE { 1 } else { group.len() };
        for (at, one) in group.iter().enumerate().take(compared) {
            pairs.extend(group.iter().skip(at + 1).map(|other| (*one, *other)));
        }
    }
    for group in names.values().filter(|group| group.len() > 1) {
        for one in group.iter().copied().filter(|one| told.get(*one).is_some_and(|one| one.number.is_empty()))
        {
            let others = group.iter().copied().filter(|other| *other != one).take(OF_ONE_NAME);
            pairs.extend(others.map(|other| (one.min(other), one.max(other))));
        }
    }
    let alike = |(one, other): Both| Some((one, other, told.get(one)?.alike(told.get(other)?)?));
    pairs.into_iter().filter_map(alike).collect()
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

    fn compared(at: u128, name: &str, number: &str, household: Option<u128>) -> person::Compared {
        let keys = search_keys(name);
        person::Compared {
            subject: SubjectId(uuid::Uuid::from_u128(at)),
            household: household.map(|one| SubjectId(uuid::Uuid::from_u128(one))),
            name: keys.plain.clone(),
            sound: keys.full.first().cloned(),
            id_number: number.to_owned(),
        }
    }

    #[test]
    fn every_two_who_may_be_one_are_found_once_by_the_strongest_reason() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
        let (one, same_day, later) = ("420704194203150026", "420704194203150042", "420704195003150026");
        let everybody = [
            compared(1, "余桂英", one, Some(91)),
            compared(2, "余贵英", one, Some(92)),
            compared(3, "余桂英", same_day, Some(93)),
            compared(4, "余桂瑛", later, Some(91)),
            compared(5, "王大山", "", Some(94)),
            compared(6, "王大山", "one number", Some(95)),
            compared(7, "王大山", "another", Some(96)),
            compared(8, "李四", "", None),
        ];
        let found = pairs_of(&everybody, today);
        let told: Vec<(u128, u128, AlikeBy)> =
            found.iter().map(|pair| (pair.one.0.as_u128(), pair.same.0.as_u128(), pair.by)).collect();
        assert_eq!(
            told,
            [
                (1, 2, AlikeBy::Number),
                (1, 3, AlikeBy::NameAndBirth),
                (2, 3, AlikeBy::SoundAndBirth),
                (1, 4, AlikeBy::SoundInHousehold),
                (5, 6, AlikeBy::NameAlone),
                (5, 7, AlikeBy::NameAlone),
            ]
        );
    }

    #[test]
    fn a_name_that_a_whole_county_has_is_not_compared_with_itself() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
        let people: Vec<_> = (0..3000).map(|at| compared(at + 1, "王桂英", "", Some(7))).collect();
        let found = pairs_of(&people, today).len();
        assert!((2999..3000 * (OF_ONE_NAME + 2)).contains(&found), "{found}");
    }
}
