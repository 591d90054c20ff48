//! The preview of a roster on the screen: the rows that are wrong, by row and column, and the first of the right ones.

use super::Seat;
use super::person::card_of;
use crate::desk::Desk;
use crate::error::DeskError;
use crate::job::Job;
use crate::joining::AlikeBy;
use crate::roster::{self, RosterImported, SheetOther};
use bangban_ledger::document_row;
use bangban_model::mask::mask_identity;
use bangban_model::roster::{RosterColumn, RosterPreview, RowIssue, RowProblem};
use bangban_model::{Code, StreamId, SubjectId};
use serde::Serialize;
use serde_json::Value;
use std::path::Path;
use ts_rs::TS;

/// So many problems and people are shown.
pub(super) const MAX_SHOWN: usize = 500;

/// What is wrong or odd in one place.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RosterRowProblem {
    /// The row in the sheet.
    pub row: u32,
    /// The column's heading; '' where none is to blame.
    pub column: String,
    /// What it is, by a fixed word.
    pub problem: String,
    /// What its words may name.
    #[ts(type = "Record<string, unknown>")]
    pub facts: Value,
    /// Whether the row is taken all the same.
    pub warning: bool,
}

/// One of the right rows.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RosterLine {
    /// The row in the sheet.
    pub row: u32,
    /// As written.
    pub name: String,
    /// Masked; '' where there is none.
    pub id_masked: String,
    /// 户号.
    pub household_no: String,
    /// As written.
    pub relation: String,
    /// 人员类别, by their codes.
    pub categories: Vec<String>,
    /// 1 视力 to 7 多重.
    pub disability_category: Option<u8>,
    /// 1 (the heaviest) to 4.
    pub disability_level: Option<u8>,
    /// What people call the items she receives.
    pub receives: Vec<String>,
}

/// One who may be doubled by an import, as it is shown.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SheetPerson {
    /// The row in the sheet; none for somebody of the ledger.
    pub row: Option<u32>,
    /// The person of the ledger; none for a row.
    pub person: Option<SubjectId>,
    /// As written.
    pub name: String,
    /// Masked; '' where there is none.
    pub id_masked: String,
    /// 户号.
    pub household_no: String,
}

/// 疑似重复: a row that may be somebody else.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RosterDouble {
    /// The row.
    pub one: SheetPerson,
    /// Who it may be.
    pub other: SheetPerson,
    /// Why.
    pub by: AlikeBy,
}

/// The rows of a roster that may be somebody else.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RosterDoubles {
    /// How many there are.
    pub total: u64,
    /// The first of them, the strongest reason first.
    pub rows: Vec<RosterDouble>,
}

/// Who of a roster may be somebody else of it or of the ledger, for this village or the laptop's first.
pub fn doubles(seat: &Seat, file: &Path, village: Option<&StreamId>) -> Result<RosterDoubles, DeskError> {
    let preview = roster::preview_roster(&seat.desk, &std::fs::read(file)?)?;
    let village = village_of(&seat.desk, village)?;
    let found = roster::doubles_of_sheet(&seat.desk, &preview, &village)?;
    let ledger = seat.desk.ledger();
    let of_row = |at: usize| -> Option<SheetPerson> {
        let person = preview.people.get(at)?;
        let number = person.identity.as_ref().map(|number| mask_identity(number.reveal()));
        Some(SheetPerson {
            row: Some(person.row),
            person: None,
            name: person.name.clone(),
            id_masked: number.unwrap_or_default(),
            household_no: person.household_no.clone(),
        })
    };
    let mut rows = Vec::new();
    for double in found.iter().take(MAX_SHOWN) {
        let other = match double.other {
            SheetOther::Row(at) => of_row(at),
            SheetOther::Person(person) => document_row::get(ledger.entries(), person)?.map(|document| {
                let card = card_of(&seat.desk, &document);
                SheetPerson {
                    row: None,
                    person: Some(card.id),
                    name: card.name,
                    id_masked: card.id_masked,
                    household_no: card.household_no,
                }
            }),
        };
        rows.extend(of_row(double.one).zip(other).map(|(one, other)| RosterDouble {
            one,
            other,
            by: double.by,
        }));
    }
    Ok(RosterDoubles { total: found.len() as u64, rows })
}

fn village_of(desk: &Desk, village: Option<&StreamId>) -> Result<StreamId, DeskError> {
    let first = desk.ledger().enrolment()?.villages.first().cloned();
    village.cloned().or(first).ok_or_else(|| Code::VillageUnknown.into())
}

/// A roster before it is taken in.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "RosterPreview")]
pub struct RosterPreviewView {
    /// The workbook.
    pub file_name: String,
    /// Rows below the headings that hold something.
    pub rows: u64,
    /// Rows that are taken.
    pub good: u64,
    /// Rows that are not.
    pub wrong: u64,
    /// Households in the right rows.
    pub households: u64,
    /// The columns that were found, by their usual headings.
    pub columns: Vec<String>,
    /// What is wrong or odd, wrong first.
    pub problems: Vec<RosterRowProblem>,
    /// The first of the right rows.
    pub people: Vec<RosterLine>,
}

/// Reads a roster and says of every row whether it can be taken.
pub fn preview(seat: &Seat, file: &Path) -> Result<RosterPreviewView, DeskError> {
    let preview = roster::preview_roster(&seat.desk, &std::fs::read(file)?)?;
    let name = crate::file::name_of(file);
    Ok(view_of(seat, &preview, name))
}

/// Takes in the right rows of a roster, for this village or the laptop's first.
pub fn import(
    desk: &Desk,
    file: &Path,
    village: Option<&StreamId>,
    job: &Job,
) -> Result<RosterImported, DeskError> {
    let preview = roster::preview_roster(desk, &std::fs::read(file)?)?;
    let village = village_of(desk, village)?;
    roster::import_roster(desk, &preview, &village, job)
}

/// The preview as the screen shows it.
pub fn view_of(seat: &Seat, preview: &RosterPreview, file_name: String) -> RosterPreviewView {
    let told = |issue: &RowIssue, warning| {
        problem_of(issue.row, issue.column.map(RosterColumn::heading), issue.problem, warning)
    };
    let wrong = preview.wrong.iter().map(|issue| told(issue, false));
    let odd = preview.warnings.iter().map(|issue| told(issue, true));
    let people = preview.people.iter().take(MAX_SHOWN).map(|person| RosterLine {
        row: person.row,
        name: person.name.clone(),
        id_masked: person.identity.as_ref().map(|number| mask_identity(number.reveal())).unwrap_or_default(),
        household_no: person.household_no.clone(),
        relation: person.relation_text.clone(),
        categories: person.categories.clone(),
        disability_category: person.disability.as_ref().and_then(|disability| disability.category),
        disability_level: person.disability.as_ref().and_then(|disability| disability.level),
        receives: person.receives.iter().map(|item| seat.item_name(item)).collect(),
    });
    let (good, wrong_rows) = (preview.people.len() as u64, preview.wrong_rows() as u64);
    RosterPreviewView {
        file_name,
        rows: good + wrong_rows,
        good,
        wrong: wrong_rows,
        households: preview.households as u64,
        columns: preview.columns.iter().map(|column| column.heading().to_owned()).collect(),
        problems: wrong.chain(odd).take(MAX_SHOWN).collect(),
        people: people.collect(),
    }
}

/// A problem in one place, as the screen shows it.
pub(super) fn problem_of(
    row: u32,
    column: Option<&str>,
    problem: RowProblem,
    warning: bool,
) -> RosterRowProblem {
    let mut facts = serde_json::to_value(problem).unwrap_or_default();
    let problem = facts.get("code").and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(facts) = facts.as_object_mut() {
        facts.remove("code");
    }
    RosterRowProblem { row, column: column.unwrap_or_default().to_owned(), problem, facts, warning }
}
