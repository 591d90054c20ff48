//! The official list of who is due, from Excel: a preview that names each wrong row, then the import.
//!
//! Whoever is in this ledger gets the day as a field of hers, `due/<ITEM>`. The list only adds: who is missing in a newer
//! one keeps what stands.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::job::Job;
use bangban_ledger::listed::{is_listed, listed_day, listed_path, listed_value};
use bangban_ledger::person::{self, Person};
use bangban_ledger::{Ledger, LedgerError};
use bangban_model::body::Recorded;
use bangban_model::document::Document;
use bangban_model::due_list::{DueColumn, DueLine, DueList, DueListProblem, check_due_list};
use bangban_model::entry::NewEntry;
use bangban_model::name::normalise_name;
use bangban_model::roster::{RowIssue, RowProblem};
use bangban_model::{Audience, Body, Code};
use bangban_sheets::{Limits, rows_of};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use ts_rs::TS;

/// What a list says, and of whom in this ledger.
pub struct DuePreview {
    /// The list.
    pub list: DueList,
    /// The lines whose people are in this ledger, in the order of the list.
    pub found: Vec<FoundLine>,
    /// The rows whose people are not.
    pub missing: Vec<u32>,
}

/// A line, and whom it is about.
pub struct FoundLine {
    /// The line.
    pub line: DueLine,
    /// Who has this number; in a ledger of several villages she may be in two of them.
    pub people: Vec<Person>,
    /// The day that stood until now.
    pub before: Option<NaiveDate>,
    /// Whether the import has anything to write.
    pub changes: bool,
}

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
    let mut preview = DuePreview { list, found: Vec::new(), missing: Vec::new() };
    for line in std::mem::take(&mut preview.list.lines) {
        let Some(people) = people.get(line.identity.reveal()) else {
            preview.missing.push(line.row);
            continue;
        };
        if line.name.as_ref().is_some_and(|name| people.iter().all(|one| normalise_name(&one.name) != *name))
        {
            let (row, column, problem) = (line.row, Some(DueColumn::Name), RowProblem::NameDiffers);
            preview.list.warnings.push(RowIssue { row, column, problem });
        }
        let mut found = FoundLine { line, people: people.clone(), before: None, changes: false };
        for one in &found.people {
            let document = desk::document(&ledger, one.subject)?;
            let known = document.as_ref().and_then(|document| document.value(&listed_path(&found.line.item)));
            found.before = found.before.or(known.and_then(listed_day));
            found.changes |= !is_listed(known, found.line.due);
        }
        preview.found.push(found);
    }
    preview.list.warnings.sort_by_key(|issue| issue.row);
    Ok(preview)
}

fn read_list(desk: &Desk, workbook: &[u8], item: &str) -> Result<DueList, DeskError> {
    let catalogue = desk.catalogue();
    let item = catalogue.item(item)?.card.code.clone();
    let item_of = |text: &str| catalogue.code_named(text);
    let mut problem = None;
    for table in &bangban_sheets::read_tables(workbook, &Limits::default())? {
        match check_due_list(&rows_of(table), desk.clock.today(), &item, &item_of) {
            Ok(list) => return Ok(list),
            // The sheet that comes closest speaks: one with some of its headings before one with none.
            Err(DueListProblem::NoHeadings) if problem.is_some() => {}
            Err(found) => problem = Some(found),
        }
    }
    Err(match problem {
        Some(DueListProblem::TooManyRows { limit }) => {
            DeskError::new(Code::SheetTooLarge).with("limit", limit)
        }
        Some(DueListProblem::MissingColumns { missing }) => DeskError::new(Code::DueHeadings)
            .with("missing", missing.iter().map(|column| column.heading()).collect::<Vec<_>>()),
        _ => DeskError::new(Code::DueHeadings),
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
