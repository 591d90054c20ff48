//! The preview of an official due list on the screen: the rows that are wrong, by row and column, and the first of those
//! whose people are here.

use super::Seat;
use super::roster::{MAX_SHOWN, RosterRowProblem, problem_of};
use crate::due_list::{self, DueListImported, DuePreview};
use crate::error::DeskError;
use crate::job::Job;
use bangban_model::SubjectId;
use bangban_model::due_list::DueColumn;
use bangban_model::mask::mask_identity;
use serde::Serialize;
use std::path::Path;
use ts_rs::TS;

/// A line whose person is in this ledger.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DueListLine {
    /// The row in the sheet.
    pub row: u32,
    /// Who it is.
    pub person: SubjectId,
    /// Her name as the ledger has it.
    pub name: String,
    /// Her number, masked.
    pub id_masked: String,
    /// What people call the item.
    pub item_name: String,
    /// The day that stood until now.
    #[ts(type = "string | null")]
    pub before: Option<chrono::NaiveDate>,
    /// The day the list names.
    #[ts(type = "string")]
    pub due: chrono::NaiveDate,
    /// Whether the import has anything to write.
    pub changes: bool,
}

/// A due list before it is taken in.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "DueListPreview")]
pub struct DueListPreviewView {
    /// The workbook.
    pub file_name: String,
    /// Rows below the headings that hold something.
    pub rows: u64,
    /// Rows that are wrong.
    pub wrong: u64,
    /// Right rows whose people are in this ledger.
    pub found: u64,
    /// Of these, the ones that the import would write.
    pub changes: u64,
    /// Right rows whose people are not in this ledger.
    pub missing: u64,
    /// The first of these, by their rows in the sheet.
    pub missing_rows: Vec<u32>,
    /// What is wrong or odd, wrong first.
    pub problems: Vec<RosterRowProblem>,
    /// The first of those found.
    pub lines: Vec<DueListLine>,
}

/// Reads a due list and says of every row whether it can be taken.
///
/// # Errors
/// As [`due_list::preview_due_list`], and what reading the file answers.
pub fn preview(seat: &Seat, file: &Path, item: &str) -> Result<DueListPreviewView, DeskError> {
    let preview = due_list::preview_due_list(&seat.desk, &std::fs::read(file)?, item)?;
    let name = crate::file::name_of(file);
    Ok(view_of(seat, &preview, name))
}

/// Takes in the lines whose people are in this ledger.
///
/// # Errors
/// As [`due_list::import_due_list`], and what reading the file answers.
pub fn import(seat: &Seat, file: &Path, item: &str, job: &Job) -> Result<DueListImported, DeskError> {
    let preview = due_list::preview_due_list(&seat.desk, &std::fs::read(file)?, item)?;
    due_list::import_due_list(&seat.desk, &preview, job)
}

/// The preview as the screen shows it.
pub fn view_of(seat: &Seat, preview: &DuePreview, file_name: String) -> DueListPreviewView {
    let column = |column: Option<DueColumn>| column.map(DueColumn::heading);
    let wrong = preview.list.wrong.iter();
    let wrong = wrong.map(|issue| problem_of(issue.row, column(issue.column), issue.problem, false));
    let odd = preview.list.warnings.iter();
    let odd = odd.map(|issue| problem_of(issue.row, column(issue.column), issue.problem, true));
    let lines = preview.found.iter().filter_map(|found| {
        let person = found.people.first()?;
        Some(DueListLine {
            row: found.line.row,
            person: person.subject,
            name: person.name.clone(),
            id_masked: mask_identity(&person.id_number),
            item_name: seat.item_name(&found.line.item),
            before: found.before,
            due: found.line.due,
            changes: found.changes,
        })
    });
    let (found, missing) = (preview.found.len() as u64, preview.missing.len() as u64);
    let wrong_rows = preview.list.wrong_rows() as u64;
    DueListPreviewView {
        file_name,
        rows: found + missing + wrong_rows,
        wrong: wrong_rows,
        found,
        changes: preview.found.iter().filter(|found| found.changes).count() as u64,
        missing,
        missing_rows: preview.missing.iter().copied().take(MAX_SHOWN).collect(),
        problems: wrong.chain(odd).take(MAX_SHOWN).collect(),
        lines: lines.take(MAX_SHOWN).collect(),
    }
}
