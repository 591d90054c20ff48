//! What registers say of somebody, on her page and on that of her household: the newest line of each, by the cards (`page`).

use super::Seat;
use super::watch::{WatchDays, days_of};
use crate::error::DeskError;
use crate::line::LineDraft;
use bangban_catalogue::Item;
use bangban_catalogue::form_screen::speak;
use bangban_catalogue::register_view::{columns_of, questions_of, told_of};
use bangban_ledger::{Ledger, line_list};
use bangban_model::SubjectId;
use bangban_model::document::Document;
use bangban_model::line::{line_of, written_on};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// A register of which answers stand on a person's page.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RegisterPage {
    /// Its code.
    pub register: String,
    /// What people call it.
    pub name: String,
    /// Whether a line can be begun.
    pub can_begin: bool,
    /// The newest line about each person, in the order of the household.
    pub notes: Vec<PageNote>,
}

/// The newest line of a register about a person.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PageNote {
    /// The line.
    pub line: SubjectId,
    /// Whom it is about.
    pub person: SubjectId,
    /// What she is called.
    pub person_name: String,
    /// The day that it tells of.
    pub day: Option<NaiveDate>,
    /// What it answers, in the order of the card.
    pub answers: Vec<PageAnswer>,
    /// 走访: when she was met last and is to be seen next, where the register says so and the line is open.
    pub watch: Option<WatchDays>,
}

/// An answer in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PageAnswer {
    /// The question, as the form has it.
    pub label: String,
    /// The answer.
    pub text: String,
}

/// The newest line of each register: by the day that it tells, for what was written late of an earlier time is not the newest; of
/// one day the one that was written last. Voided lines count nothing.
pub(crate) fn newest_lines(lines: &[Document]) -> Vec<&Document> {
    let mut counted: Vec<&Document> =
        lines.iter().filter(|line| line_of(line).is_some_and(|told| told.void.is_empty())).collect();
    counted.sort_by_key(|line| {
        std::cmp::Reverse((line_of(line).and_then(|told| told.day), written_on(line), line.subject))
    });
    let mut seen = BTreeSet::new();
    counted.retain(|line| line_of(line).is_some_and(|told| seen.insert(told.register)));
    counted
}

/// What a person's newest lines answer to the questions that stand on her page: by the questions' names, each with its day.
pub(crate) fn answers_of(
    seat: &Seat,
    ledger: &Ledger,
    person: SubjectId,
) -> Result<BTreeMap<String, (Option<NaiveDate>, String)>, DeskError> {
    let catalogue = seat.desk.catalogue();
    let mut found: BTreeMap<String, (Option<NaiveDate>, String)> = BTreeMap::new();
    // The newest first: what it answers stands before what another register says.
    for line in newest_lines(&line_list::of_person(ledger.entries(), person)?) {
        let Some(known) = line_of(line) else { continue };
        let Ok(item) = catalogue.item(known.register) else { continue };
        let Some(register) = item.card.register.as_ref().filter(|register| !register.page.is_empty()) else {
            continue;
        };
        let Ok(mut session) = LineDraft::altering(line)?.session(&seat.desk, &item) else { continue };
        speak(&mut session, seat.language);
        let mut told = told_of(&session);
        for name in &register.page {
            let answer = told.remove(name).filter(|answer| !answer.is_empty());
            if let Some(answer) = answer {
                found.entry(name.clone()).or_insert((known.day, answer));
            }
        }
    }
    Ok(found)
}

/// What the registers say of these people, each with the name she goes by.
pub(crate) fn pages_of(
    seat: &Seat,
    ledger: &Ledger,
    people: &[(SubjectId, String)],
) -> Result<Vec<RegisterPage>, DeskError> {
    let catalogue = seat.desk.catalogue();
    let shown = |item: &&Item| item.card.register.as_ref().is_some_and(|register| !register.page.is_empty());
    let today = seat.desk.clock.today();
    let mut pages: Vec<(&Item, RegisterPage)> = catalogue
        .registers()
        .filter(shown)
        .map(|item| {
            let card = item.card.in_language(seat.language);
            let page = RegisterPage {
                can_begin: item.newest().is_ok() && card.open_on(today),
                register: card.code,
                name: card.short_name,
                notes: Vec::new(),
            };
            (item, page)
        })
        .collect();
    if pages.is_empty() {
        return Ok(Vec::new());
    }
    for (person, name) in people {
        let lines = line_list::of_person(ledger.entries(), *person)?;
        for line in newest_lines(&lines) {
            let Some(told) = line_of(line) else { continue };
            let Some((item, page)) = pages.iter_mut().find(|(_, page)| page.register == told.register) else {
                continue;
            };
            // A line by a form that has not come here yet is left to its own page.
            if item.form_of(told.form).is_ok() {
                page.notes.push(note_of(seat, ledger, item, line, (*person, name))?);
            }
        }
    }
    // What has not been written, and cannot be, is nobody's matter.
    let shown = pages.into_iter().map(|(_, page)| page);
    Ok(shown.filter(|page| page.can_begin || !page.notes.is_empty()).collect())
}

fn note_of(
    seat: &Seat,
    ledger: &Ledger,
    item: &Item,
    line: &Document,
    (person, name): (SubjectId, &str),
) -> Result<PageNote, DeskError> {
    let draft = LineDraft::altering(line)?;
    let mut session = draft.session(&seat.desk, item)?;
    speak(&mut session, seat.language);
    let mut told = told_of(&session);
    let questions = questions_of(item.form_of(draft.form)?, seat.language);
    let register = item.card.register.clone().unwrap_or_default();
    let answers = columns_of(&questions, &register.page).into_iter().filter_map(|question| {
        let text = told.remove(&question.name).filter(|text| !text.is_empty())?;
        Some(PageAnswer { label: question.label, text })
    });
    Ok(PageNote {
        line: line.subject,
        person,
        person_name: name.to_owned(),
        day: line_of(line).and_then(|told| told.day),
        answers: answers.collect(),
        watch: days_of(ledger, &register, line)?,
    })
}
