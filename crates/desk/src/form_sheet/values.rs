//! What a column is filled with, of one person.

use super::standing::certified_on;
use super::who::head_of;
use crate::desk;
use crate::error::DeskError;
use crate::screen::Seat;
use crate::screen::categories::categories_of;
use crate::screen::register_page::answers_of;
use bangban_ledger::{Ledger, due_row, line_list, person};
use bangban_model::benefit::received_by;
use bangban_model::document::Document;
use bangban_model::form_sheet::FillField;
use bangban_model::identity::IdentityNumber;
use bangban_model::village_group::group_of;
use bangban_model::{StreamId, SubjectId};
use bangban_sheets::Out;
use chrono::NaiveDate;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// What registers say of a person, by the names of the questions, each with its day.
type Noted = BTreeMap<String, (Option<NaiveDate>, String)>;

/// Fills columns for one person after the other.
pub(crate) struct Filler<'a> {
    pub(crate) seat: &'a Seat,
    pub(crate) ledger: &'a Ledger,
    villages: &'a BTreeMap<StreamId, String>,
    /// Words of the screen, by their names.
    words: &'a BTreeMap<String, String>,
    /// What registers say of whoever was looked up: of a household it is asked for each of its members.
    noted: RefCell<HashMap<SubjectId, Rc<Noted>>>,
}

impl<'a> Filler<'a> {
    pub(crate) fn of(
        seat: &'a Seat,
        ledger: &'a Ledger,
        villages: &'a BTreeMap<StreamId, String>,
        words: &'a BTreeMap<String, String>,
    ) -> Self {
        Filler { seat, ledger, villages, words, noted: RefCell::default() }
    }

    fn today(&self) -> NaiveDate {
        self.seat.desk.clock.today()
    }

    pub(crate) fn word(&self, key: &str) -> String {
        self.words.get(key).cloned().unwrap_or_default()
    }

    /// A word with a day in it.
    pub(crate) fn word_of_day(&self, key: &str, day: Option<NaiveDate>) -> String {
        let day = day.map(|day| day.to_string()).unwrap_or_default();
        self.word(key).replace("{day}", &day).trim().to_owned()
    }

    /// What a column holds of a person; nothing where that is not known, or the sheet tells it itself.
    pub(crate) fn value(&self, person: &Document, field: FillField) -> Result<Out, DeskError> {
        let number = || IdentityNumber::parse(person.text("id_number"), self.today()).ok();
        let text = |text: &str| Ok(told(text.to_owned()));
        match field {
            FillField::Number => Ok(Out::Empty),
            FillField::Name => text(person.text("name")),
            FillField::Identity => text(person.text("id_number")),
            FillField::Sex => text(number().map_or("", |number| number.sex().text())),
            FillField::Birth => {
                text(&number().map(|number| number.birth_date().to_string()).unwrap_or_default())
            }
            FillField::Age => {
                Ok(number().map_or(Out::Empty, |number| Out::Number(f64::from(number.age_on(self.today())))))
            }
            FillField::HouseholdNo => text(person.text("household_no")),
            FillField::Relation => text(person.text("relation")),
            FillField::Phone => text(person.text("phone")),
            FillField::Address => text(person.text("address")),
            FillField::Group => text(&group_of(person.text("address")).unwrap_or_default()),
            FillField::Village => text(self.villages.get(&person.stream).map_or("", String::as_str)),
            FillField::HeadName | FillField::HeadIdentity => {
                let head = household_of(person)
                    .map(|household| head_of(self.ledger, household))
                    .transpose()?
                    .flatten();
                let head = head.map(|head| desk::document(self.ledger, head)).transpose()?.flatten();
                let path = if field == FillField::HeadName { "name" } else { "id_number" };
                text(head.as_ref().map_or("", |head| head.text(path)))
            }
            FillField::HouseholdSize => {
                let Some(household) = household_of(person) else { return Ok(Out::Empty) };
                Ok(Out::Number(person::of_household(self.ledger.entries(), household)?.len() as f64))
            }
            FillField::Categories => {
                let lines = line_list::of_person(self.ledger.entries(), person.subject)?;
                let mut said: BTreeSet<String> = BTreeSet::new();
                let mut words = Vec::new();
                // The registers first; what the roster has of the same is not said twice, what is over not at all.
                for one in categories_of(self.seat, person, &lines)?.into_iter().filter(|one| !one.over) {
                    let known = one.line.is_none() && one.codes.iter().all(|code| said.contains(code));
                    if !known {
                        words.push(match one.line {
                            Some(_) => one.words,
                            None => self.word(&format!("category.{}", one.code)),
                        });
                    }
                    said.extend(one.codes);
                }
                text(&listed(words.into_iter()))
            }
            FillField::Causes => text(&self.noted_of(person, "causes", true)?),
            FillField::Labour => text(&self.noted_of(person, "labour", false)?),
            FillField::YearIncome => {
                let told = self.noted_of(person, "year_income", true)?;
                told.parse().map_or_else(|_| text(&told), |yuan| Ok(Out::Number(yuan)))
            }
            FillField::Income => text(&self.noted_of(person, "income", true)?),
            FillField::Housing => text(&self.noted_of(person, "house", true)?),
            FillField::DisabilityCategory => {
                text(&self.of_digit(person, "disability_category", "disability.category"))
            }
            FillField::DisabilityLevel => {
                text(&self.of_digit(person, "disability_level", "disability.level"))
            }
            FillField::Receives => {
                let cases = due_row::case_stands_of(self.ledger.entries(), person.subject)?;
                let granted = cases.iter().filter(|case| case.granted).map(|case| case.item.as_str());
                text(&listed(received_by(person, granted).iter().map(|item| self.seat.item_name(item))))
            }
            FillField::Certified => {
                let day = certified_on(self.ledger, person.subject, self.today())?;
                text(&self.word_of_day(if day.is_some() { "certified.yes" } else { "certified.no" }, None))
            }
            FillField::CertifiedOn => {
                let day = certified_on(self.ledger, person.subject, self.today())?;
                text(&day.map(|day| day.to_string()).unwrap_or_default())
            }
            FillField::FilledBy => text(&self.seat.desk.agent_name),
            FillField::FilledOn => text(&self.today().to_string()),
        }
    }

    /// What a register answers of a person; of what concerns the household the newest of its members where she has none of her own.
    fn noted_of(&self, person: &Document, question: &str, of_household: bool) -> Result<String, DeskError> {
        if let Some((_, answer)) = self.noted(person.subject)?.get(question) {
            return Ok(answer.clone());
        }
        let Some(household) = household_of(person).filter(|_| of_household) else { return Ok(String::new()) };
        let mut newest: Option<(Option<NaiveDate>, String)> = None;
        for member in person::of_household(self.ledger.entries(), household)? {
            let noted = self.noted(member.subject)?;
            if let Some(found) =
                noted.get(question).filter(|one| newest.as_ref().is_none_or(|best| one.0 > best.0))
            {
                newest = Some(found.clone());
            }
        }
        Ok(newest.map(|(_, answer)| answer).unwrap_or_default())
    }

    fn noted(&self, person: SubjectId) -> Result<Rc<Noted>, DeskError> {
        if let Some(known) = self.noted.borrow().get(&person) {
            return Ok(Rc::clone(known));
        }
        let noted = Rc::new(answers_of(self.seat, self.ledger, person)?);
        self.noted.borrow_mut().insert(person, Rc::clone(&noted));
        Ok(noted)
    }

    fn of_digit(&self, person: &Document, path: &str, word: &str) -> String {
        match person.text(path) {
            "" => String::new(),
            digit => self.word(&format!("{word}.{digit}")),
        }
    }
}

pub(super) fn household_of(person: &Document) -> Option<SubjectId> {
    person.text("household").parse().ok()
}

fn told(text: String) -> Out {
    if text.is_empty() { Out::Empty } else { Out::Text(text) }
}

fn listed(words: impl Iterator<Item = String>) -> String {
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("、")
}
