//! How the people of a list stand: of this village, away, said to be dead, certified, or not as the list says.

use super::values::household_of;
use super::{Differing, ListStanding};
use crate::desk;
use crate::error::DeskError;
use crate::reconcile::people::People;
use bangban_ledger::person::Person;
use bangban_ledger::{Ledger, case_list, document_row};
use bangban_model::SubjectId;
use bangban_model::benefit::death_of;
use bangban_model::certification::{DAY, ITEM, ended_well};
use bangban_model::document::{Document, Stage};
use bangban_model::form_sheet::ToldPerson;
use bangban_model::name::normalise_name;
use bangban_model::roster::RowProblem;
use bangban_model::visit::{VisitResult, result_of, visit_day};
use bangban_model::whereabouts::{WhereState, whereabouts_of};
use chrono::{Days, NaiveDate};
use std::collections::HashMap;

/// A certification holds so long (days).
const PERIOD_DAYS: u64 = 365;

/// How somebody stands.
pub(crate) struct Stands {
    pub(crate) standing: ListStanding,
    pub(crate) differing: Vec<Differing>,
    /// Since when she is away or moved.
    pub(crate) since: Option<NaiveDate>,
    /// Who it is.
    pub(crate) person: Option<SubjectId>,
    pub(crate) certified_on: Option<NaiveDate>,
}

/// Everybody in this ledger, to look up the people of a list.
pub(crate) struct Known {
    people: People,
    by_name: HashMap<String, Vec<Person>>,
    today: NaiveDate,
}

impl Known {
    pub(crate) fn read(ledger: &Ledger, today: NaiveDate) -> Result<Known, DeskError> {
        let people = People::read(ledger)?;
        let mut by_name: HashMap<String, Vec<Person>> = HashMap::new();
        for person in people.all() {
            by_name.entry(normalise_name(&person.name)).or_default().push(person.clone());
        }
        Ok(Known { people, by_name, today })
    }

    /// How somebody whom a row tells stands.
    pub(crate) fn stands(&self, ledger: &Ledger, told: &ToldPerson) -> Result<Stands, DeskError> {
        let number = told.identity.as_ref().map(|number| number.reveal()).unwrap_or_default();
        let wrong = told.problem.map(|problem| match problem {
            RowProblem::NumberRounded => Differing::IdentityRounded,
            _ => Differing::IdentityWrong,
        });
        if let Some(person) = self.people.of_number(number) {
            let is_named = told.name.is_empty() || normalise_name(&person.name) == told.name;
            let differing = if is_named { Vec::new() } else { vec![Differing::Name] };
            return self.of_person(ledger, &person, told, differing);
        }
        let namesakes = self.by_name.get(&told.name).filter(|_| !told.name.is_empty());
        let mut namesakes = namesakes.map(Vec::as_slice).unwrap_or_default();
        let of_phone: Vec<Person>;
        if told.name.is_empty() && number.is_empty() && told.phone.is_some() {
            let has_it = |one: &&Person| told.phone.as_deref() == Some(one.phone.as_str());
            of_phone = self.people.all().filter(has_it).cloned().collect();
            namesakes = &of_phone;
        }
        let by_phone = |one: &&Person| told.phone.as_deref() == Some(one.phone.as_str());
        let one = match namesakes {
            [one] => Some(one),
            several => match several.iter().filter(by_phone).collect::<Vec<_>>()[..] {
                [one] => Some(one),
                _ => None,
            },
        };
        match one {
            // Somebody else of this name, as far as the number tells: it is shown whom we have.
            Some(one) if !number.is_empty() && !one.id_number.is_empty() => {
                let ours = self.of_person(ledger, one, told, vec![Differing::Identity])?;
                // What is known of ours is not said of somebody who may be another.
                Ok(Stands { since: None, certified_on: None, ..ours })
            }
            Some(one) => self.of_person(ledger, one, told, wrong.into_iter().collect()),
            None => Ok(Stands {
                standing: if namesakes.is_empty() { ListStanding::Unknown } else { ListStanding::Several },
                differing: wrong.into_iter().collect(),
                since: None,
                person: None,
                certified_on: None,
            }),
        }
    }

    fn of_person(
        &self,
        ledger: &Ledger,
        person: &Person,
        told: &ToldPerson,
        mut differing: Vec<Differing>,
    ) -> Result<Stands, DeskError> {
        let document = desk::document(ledger, person.subject)?;
        let is_dead = document.as_ref().is_some_and(|person| death_of(person).is_some());
        let told_where = document.as_ref().map(whereabouts_of).unwrap_or_default();
        let away = match told_where.state {
            WhereState::Here => {
                document.as_ref().map(|person| away_since(ledger, person)).transpose()?.flatten()
            }
            _ => told_where.since.filter(|_| !is_dead),
        };
        let standing = if !differing.is_empty() {
            ListStanding::Differs
        } else if is_dead {
            ListStanding::Dead
        } else if told_where.state == WhereState::Moved {
            ListStanding::Moved
        } else if away.is_some() {
            ListStanding::Away
        } else {
            ListStanding::Ours
        };
        // Another phone is worth a word, and no reason to doubt who it is.
        if told.phone.as_ref().is_some_and(|phone| !person.phone.is_empty() && *phone != person.phone) {
            differing.push(Differing::Phone);
        }
        Ok(Stands {
            standing,
            differing,
            since: away,
            person: Some(person.subject),
            certified_on: certified_on(ledger, person.subject, self.today)?,
        })
    }
}

/// Since when a person's household is away, as the newest visit found it.
fn away_since(ledger: &Ledger, person: &Document) -> Result<Option<NaiveDate>, DeskError> {
    let Some(household) = household_of(person) else { return Ok(None) };
    let visit = case_list::newest_visit(ledger.entries(), household)?;
    let visit = visit.map(|visit| document_row::get(ledger.entries(), visit)).transpose()?.flatten();
    Ok(visit.filter(|visit| result_of(visit) == Some(VisitResult::Away)).and_then(|visit| visit_day(&visit)))
}

/// The day of a person's pension certification of this period, if she has one.
pub(crate) fn certified_on(
    ledger: &Ledger,
    person: SubjectId,
    today: NaiveDate,
) -> Result<Option<NaiveDate>, DeskError> {
    let since = today.checked_sub_days(Days::new(PERIOD_DAYS)).unwrap_or(today);
    let cases = case_list::of_resident(ledger.entries(), person)?;
    let days = cases.iter().filter_map(|case| {
        let file = case.case.as_ref()?;
        let counts =
            file.item == ITEM && !matches!(file.stage, Stage::Open | Stage::Withdrawn) && ended_well(case);
        let day: NaiveDate = case.text(DAY).parse().ok()?;
        (counts && day >= since).then_some(day)
    });
    Ok(days.max())
}
