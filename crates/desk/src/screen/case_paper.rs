//! 台账 on paper: what the workbook would hold, as text, as far as a print of one go may reach.

use super::case_sheet::CaseTold;
use super::export::{ExportOrder, cells_of_all, tell};
use super::list::{CaseColumn, CaseOrder, list_cases};
use super::person::MAX_ROWS;
use super::{Seat, agent_names};
use crate::error::DeskError;
use crate::job::Job;
use bangban_sheets::Out;
use serde::Serialize;
use ts_rs::TS;

/// The rows that go on paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct CasePaper {
    /// What stands in the columns, in the order in which they were asked for.
    pub rows: Vec<Vec<String>>,
    /// Cases that fit the filter, on the paper or not.
    pub total: u64,
}

/// The first rows of the list: of the paper form the oldest, for it is kept day by day, of her own columns those on top.
pub fn print_cases(seat: &Seat, what: &ExportOrder, job: &Job) -> Result<CasePaper, DeskError> {
    let is_form = what.is_form()?;
    let day_by_day = CaseOrder { by: CaseColumn::OpenedAt, descending: false };
    let order = if is_form { day_by_day } else { what.order };
    let names = agent_names(&seat.desk.ledger())?;
    let part = list_cases(seat, &what.filter, order, 0, MAX_ROWS)?;
    let all = part.rows.len() as u64;
    let mut cases = Vec::new();
    for row in part.rows {
        let told = if is_form { tell(seat, &names, what, &row)? } else { CaseTold::default() };
        cases.push((row, told));
        job.step(cases.len() as u64, all)?;
    }
    let rows = cells_of_all(cases, is_form, what);
    Ok(CasePaper {
        rows: rows.into_iter().map(|row| row.into_iter().map(as_text).collect()).collect(),
        total: part.total,
    })
}

fn as_text(cell: Out) -> String {
    match cell {
        Out::Text(text) | Out::Date(text) => text,
        Out::Number(number) => number.to_string(),
        Out::Bool(_) | Out::Empty | Out::ToSign => String::new(),
    }
}
