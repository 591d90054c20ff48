//! The official list of who is due, before and after it is taken in.

use bangban_model::SubjectId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// A list as it was chosen.
#[derive(Debug, Deserialize, TS)]
pub struct DueListArgs {
    /// The file's name.
    pub name: String,
    /// The workbook, base64.
    pub workbook: String,
    /// The item that is meant where a row names none.
    pub item: String,
}

/// What is wrong or odd with a row.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DueRowProblem {
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

/// A line whose person is here.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DueListLine {
    /// The row in the sheet.
    pub row: u32,
    /// Who it is.
    pub person: SubjectId,
    /// Her name as it stands here.
    pub name: String,
    /// Her number, masked.
    pub id_masked: String,
    /// What people call the item.
    pub item_name: String,
    /// The day that stood until now.
    pub before: Option<String>,
    /// The day the list names.
    pub due: String,
    /// Whether the import has anything to write.
    pub changes: bool,
}

/// A list before it is taken in.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DueListPreview {
    /// The file's name.
    pub file_name: String,
    /// Rows below the headings that hold something.
    pub rows: u64,
    /// Rows that are wrong.
    pub wrong: u64,
    /// Right rows whose people are here.
    pub found: u64,
    /// Of these, the ones that the import would write.
    pub changes: u64,
    /// Right rows whose people are not here.
    pub missing: u64,
    /// The first of these, by their rows in the sheet.
    pub missing_rows: Vec<u32>,
    /// What is wrong or odd, wrong first.
    pub problems: Vec<DueRowProblem>,
    /// The first of those found.
    pub lines: Vec<DueListLine>,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct DueListImported {
    /// Lines whose day was written.
    pub written: u64,
    /// Lines that stood here already.
    pub unchanged: u64,
    /// Lines of people who are not here.
    pub missing: u64,
    /// Rows that were not taken.
    pub wrong_rows: u64,
}
