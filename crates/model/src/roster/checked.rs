//! A sheet of an office that is no roster: found among the sheets of a workbook by its headings, read row by row, every wrong
//! row with its reason. What a row says is the list's own.

use super::cell::is_blank;
use super::layout::{Column, Layout, NoLayout, find_headings, is_heading_again};
use super::{MOST_ROWS, RosterRow, RowIssue, RowProblem};

/// Why a sheet is no such list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListProblem<C> {
    /// None of the first ten rows holds headings.
    NoHeadings,
    /// The headings lack columns that it must have.
    MissingColumns {
        /// The columns that are missing.
        missing: Vec<C>,
    },
    /// There are more rows than it may have.
    TooManyRows {
        /// The most rows it may have.
        limit: usize,
    },
    /// No row follows the headings.
    Empty,
}

/// What a list holds, before anything is done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedList<C, L> {
    /// The row of the headings.
    pub heading_row: u32,
    /// The columns that were found, in the order of the sheet.
    pub columns: Vec<C>,
    /// The right lines, in the order of the sheet.
    pub lines: Vec<L>,
    /// The wrong rows: they are not among `lines`.
    pub wrong: Vec<RowIssue<C>>,
    /// What is odd about rows that are taken nevertheless.
    pub warnings: Vec<RowIssue<C>>,
    /// How many rows were left out as blank or as a repeated heading.
    pub skipped_rows: usize,
}

impl<C, L> CheckedList<C, L> {
    /// How many rows are wrong; one row may have several problems.
    pub fn wrong_rows(&self) -> usize {
        let mut rows: Vec<u32> = self.wrong.iter().map(|issue| issue.row).collect();
        rows.dedup();
        rows.len()
    }
}

/// The list among the sheets of a workbook, as `check` reads one. Where none is one, the sheet that comes closest speaks: one
/// with some of its headings before one with none.
///
/// # Errors
/// What is wrong with that sheet.
pub(crate) fn find_list<C, L>(
    sheets: impl IntoIterator<Item = Vec<RosterRow>>,
    check: impl Fn(&[RosterRow]) -> Result<CheckedList<C, L>, ListProblem<C>>,
) -> Result<CheckedList<C, L>, ListProblem<C>> {
    let mut problem = ListProblem::NoHeadings;
    for rows in sheets {
        match check(&rows) {
            Ok(list) => return Ok(list),
            Err(ListProblem::NoHeadings) => {}
            Err(found) => problem = found,
        }
    }
    Err(problem)
}

/// Reads a list: finds the headings within the first ten rows, then gives every row after them that says something to
/// `read_row`, which puts it among the lines or the wrong ones.
///
/// # Errors
/// [`ListProblem`] where it is no list at all; wrong rows are no error but part of the answer.
pub(crate) fn check_list<C: Column, L>(
    rows: &[RosterRow],
    mut read_row: impl FnMut(&Layout<C>, &RosterRow, &mut CheckedList<C, L>),
) -> Result<CheckedList<C, L>, ListProblem<C>> {
    if rows.len() > MOST_ROWS {
        return Err(ListProblem::TooManyRows { limit: MOST_ROWS });
    }
    let layout: Layout<C> = find_headings(rows).map_err(|none| match none {
        NoLayout::None => ListProblem::NoHeadings,
        NoLayout::Missing(missing) => ListProblem::MissingColumns { missing },
    })?;
    let mut list = CheckedList {
        heading_row: layout.row,
        columns: layout.columns(),
        lines: Vec::new(),
        wrong: Vec::new(),
        warnings: Vec::new(),
        skipped_rows: 0,
    };
    for row in rows.get(layout.position + 1..).unwrap_or_default() {
        if is_blank(row) {
            list.skipped_rows += 1;
        } else if is_heading_again(row, &layout) {
            list.skipped_rows += 1;
            let problem = RowProblem::RepeatedHeading;
            list.warnings.push(RowIssue { row: row.row, column: None, problem });
        } else {
            read_row(&layout, row, &mut list);
        }
    }
    if list.lines.is_empty() && list.wrong.is_empty() { Err(ListProblem::Empty) } else { Ok(list) }
}
