//! The people of villages as eligibility rules look at them: from the roster's fields and how their cases stand.

use crate::eligibility::{Hint, Radar};
use crate::facts::{Disability, Facts, Household, Person, Sex};
use bangban_model::SubjectId;
use bangban_model::benefit::{death_of, received_by};
use bangban_model::document::Document;
use bangban_model::identity::{self, IdentityNumber};
use bangban_model::standing::CaseStands;
use bangban_model::whereabouts::has_moved;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// The people of villages with what they receive and have asked for.
pub struct Roll<'a> {
    residents: &'a [Document],
    people: Vec<Person>,
    households: BTreeMap<&'a str, Household>,
}

/// What somebody may be entitled to.
#[derive(Clone, Debug)]
pub struct Entitled<'a> {
    /// Who.
    pub resident: &'a Document,
    /// To what, and by which rule.
    pub hint: Hint,
}

impl<'a> Roll<'a> {
    /// Of these residents, on a day.
    #[must_use]
    pub fn of(residents: &'a [Document], cases: &[CaseStands], today: NaiveDate) -> Self {
        let mut by_resident: BTreeMap<SubjectId, Vec<&CaseStands>> = BTreeMap::new();
        for case in cases {
            by_resident.entry(case.resident).or_default().push(case);
        }
        let none = Vec::new();
        let people: Vec<Person> = residents
            .iter()
            .map(|resident| person_of(resident, by_resident.get(&resident.subject).unwrap_or(&none), today))
            .collect();
        let mut households: BTreeMap<&str, Household> = BTreeMap::new();
        for (resident, person) in residents.iter().zip(&people) {
            let household = resident.text("household");
            if !household.is_empty() && !has_moved(resident) {
                households.entry(household).or_default().members.push(person.clone());
            }
        }
        Roll { residents, people, households }
    }

    /// Who may be entitled to what, in the order of the residents.
    #[must_use]
    pub fn entitled(&self, radar: &Radar) -> Vec<Entitled<'a>> {
        let alone = Household::default();
        // Who moved away for good is another place's to look after.
        let here = self.residents.iter().zip(&self.people).filter(|(resident, _)| !has_moved(resident));
        let hints = here.flat_map(|(resident, person)| {
            let household = self.households.get(resident.text("household")).unwrap_or(&alone);
            let hints = radar.hints_for(person, household);
            hints.into_iter().map(move |hint| Entitled { resident, hint })
        });
        hints.collect()
    }
}

/// How many people there are of each item; several rules of an item may speak of the same person.
#[must_use]
pub fn people_by_item<'e>(found: &'e [Entitled<'_>]) -> BTreeMap<&'e str, u64> {
    let mut people: BTreeMap<&str, BTreeSet<SubjectId>> = BTreeMap::new();
    for one in found {
        people.entry(&one.hint.item).or_default().insert(one.resident.subject);
    }
    people.into_iter().map(|(item, people)| (item, people.len() as u64)).collect()
}

/// The facts of one resident, whose household is given.
#[must_use]
pub fn facts_of(
    resident: &Document,
    household: &[Document],
    cases: &[CaseStands],
    today: NaiveDate,
) -> Facts {
    let own = |of: &Document| {
        let cases: Vec<&CaseStands> = cases.iter().filter(|case| case.resident == of.subject).collect();
        person_of(of, &cases, today)
    };
    let members = household.iter().filter(|member| !has_moved(member)).map(own).collect();
    Facts::of(&own(resident), &Household { members }, today)
}

fn person_of(resident: &Document, cases: &[&CaseStands], today: NaiveDate) -> Person {
    let number = IdentityNumber::parse(resident.text("id_number"), today).ok();
    let granted = cases.iter().filter(|case| case.granted).map(|case| case.item.as_str());
    let asked = cases.iter().filter(|case| case.under_way).map(|case| case.item.clone());
    let digit = |field: &str| resident.text(field).parse::<u8>().ok();
    let disability = digit("disability_category").zip(digit("disability_level"));
    Person {
        birth: number.as_ref().map(IdentityNumber::birth_date),
        sex: number.as_ref().map(|number| match number.sex() {
            identity::Sex::Male => Sex::Male,
            identity::Sex::Female => Sex::Female,
        }),
        relation: resident.text("relation").to_owned(),
        disability: disability.map(|(category, level)| Disability { category, level }),
        categories: resident.text("categories").split_whitespace().map(str::to_owned).collect(),
        receives: received_by(resident, granted).into_iter().collect(),
        asked: asked.collect(),
        dead: death_of(resident).is_some(),
    }
}
