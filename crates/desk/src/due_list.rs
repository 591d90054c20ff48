//! The official list of who is due, from Excel: a preview that names each wrong row, then the import.
//!
//! Whoever is in this ledger gets the day as a field of hers, `due/<ITEM>`. The list only adds: who is missing in a newer
//! one keeps what stands.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::job::Job;
use bangban_ledger::listed::{self, is_listed, listed_path, listed_value};
use bangban_ledger::person::{self, Person};
use bangban_ledger::{Ledger, LedgerError};
use bangban_model::body::Recorded;
use bangban_model::document::Document;
use bangban_model::due_list::{DueLine, DueList, DueListProblem, find_due_list};
use bangban_model::entry::NewEntry;
use bangban_model::{Audience, Body, Code};
use bangban_sheets::{Limits, rows_of};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use ts_rs::TS;

/// What a list says, and of whom in this ledger.
pub type DuePreview = listed::DuePreview<Person>;

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct DueListImported {
    /// Lines whose day was recorded.
    pub written: u64,
    /// Lines that stand here already.
    pub unchanged: u64,
    /// Lines of people who are not in this ledger.
    pub missing: u64,
    /// Rows that were not taken.
    pub wrong_rows: u64,
}

/// Reads a list and says of every row whether it can be taken and whether its person is in this ledger.
/// `item` is meant where a row names none.
///
/// # Errors
/// `ItemUnknown`, `NotAWorkbook`, `SheetTooLarge`; `DueHeadings` where no sheet is such a list.
pub fn preview_due_list(desk: &Desk, workbook: &[u8], item: &str) -> Result<DuePreview, DeskError> {
    let list = read_list(desk, workbook, item)?;
    let ledger = desk.ledger();
    ledger.enrolment()?;
    let people = by_number(&ledger)?;
    let known_of = |one: &Person, path: &str| -> Result<_, DeskError> {
        let document = desk::document(&ledger, one.subject)?;
        Ok((one.name.clone(), document.and_then(|document| document.value(path).cloned())))
    };
    let people_of = |line: &DueLine| people.get(line.identity.reveal()).cloned().unwrap_or_default();
    listed::find_people(list, people_of, known_of)
}

fn read_list(desk: &Desk, workbook: &[u8], item: &str) -> Result<DueList, DeskError> {
    let catalogue = desk.catalogue();
    let item = catalogue.item(item)?.card.code.clone();
    let item_of = |text: &str| catalogue.code_named(text);
    let tables = bangban_sheets::read_tables(workbook, &Limits::default())?;
    let found = find_due_list(tables.iter().map(rows_of), desk.clock.today(), &item, &item_of);
    found.map_err(|problem| match problem {
        DueListProblem::TooManyRows { limit } => DeskError::new(Code::SheetTooLarge).with("limit", limit),
        DueListProblem::MissingColumns { missing } => DeskError::new(Code::DueHeadings)
            .with("missing", missing.iter().map(|column| column.heading()).collect::<Vec<_>>()),
        DueListProblem::NoHeadings | DueListProblem::Empty => DeskError::new(Code::DueHeadings),
    })
}

/// Everybody in this ledger who has a number, by it.
fn by_number(ledger: &Ledger) -> Result<HashMap<String, Vec<Person>>, LedgerError> {
    let mut people: HashMap<String, Vec<Person>> = HashMap::new();
    for person in person::list(ledger.entries(), 0, u32::MAX)? {
        if !person.id_number.is_empty() {
            people.entry(person.id_number.clone()).or_default().push(person);
        }
    }
    Ok(people)
}

/// Takes in the lines of a preview whose people are in this ledger, all or none. What stands here already is not written
/// again.
///
/// # Errors
/// `NotEnrolled`, `Cancelled`.
pub fn import_due_list(desk: &Desk, preview: &DuePreview, job: &Job) -> Result<DueListImported, DeskError> {
    let mut ledger = desk.ledger();
    ledger.enrolment()?;
    let mut imported = DueListImported {
        missing: preview.missing.len() as u64,
        wrong_rows: preview.list.wrong_rows() as u64,
        ..Default::default()
    };
    let listed = desk.clock.today();
    let mut records = Vec::new();
    let total = preview.found.len() as u64;
    for (done, found) in (0..).zip(&preview.found) {
        job.step(done, total)?;
        let before = records.len();
        for one in &found.people {
            let known = desk::document(&ledger, one.subject)?;
            records.extend(entry_for(known.as_ref(), one, &found.line, listed).map(|entry| vec![entry]));
        }
        match records.len() > before {
            true => imported.written += 1,
            false => imported.unchanged += 1,
        }
    }
    if !records.is_empty() {
        ledger.record_many(desk.author(), records, None)?;
    }
    Ok(imported)
}

fn entry_for(
    known: Option<&Document>,
    person: &Person,
    line: &DueLine,
    listed: NaiveDate,
) -> Option<NewEntry> {
    let path = listed_path(&line.item);
    if is_listed(known.and_then(|document| document.value(&path)), line.due) {
        return None;
    }
    let value = listed_value(line.due, listed);
    Some(NewEntry {
        stream: person.stream.clone(),
        subject: known.map_or(person.subject, |document| document.subject),
        audience: Audience::All,
        saw: known.and_then(Document::newest_seen),
        body: Body::ResidentRecorded(Recorded { set: BTreeMap::from([(path, value)]) }),
    })
}

#[cfg(test)]
mod tests;
