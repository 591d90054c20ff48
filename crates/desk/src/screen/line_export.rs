//! A register as a workbook: every question of its form, numbers masked.

use super::Seat;
use super::export::Exported;
use super::line::{LineFilter, LineRow, Reader};
use super::sheet_head::{SheetHead, joined};
use crate::error::DeskError;
use crate::file::write_in_place;
use crate::job::Job;
use bangban_catalogue::Item;
use bangban_catalogue::register_view::LineColumn;
use bangban_ledger::line_list::{LineQuery, count_lines, find_lines};
use bangban_model::StreamId;
use bangban_sheets::Out;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use ts_rs::TS;

/// So many lines are read at once: she goes on working in between.
pub(super) const LINES_AT_ONCE: u32 = 200;

/// What the workbook is to hold, with the words of the screen.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct LineExport {
    /// Code of the register.
    pub register: String,
    /// Which lines.
    pub filter: LineFilter,
    /// Heading of the first column, 序号.
    pub number: String,
    /// Heading of who wrote it, 登记人.
    pub by: String,
    /// Heading of the village.
    pub village: String,
    /// Heading of the last column, 备注.
    pub remark: String,
    /// 补录 with `{day}` for the day on which it was written.
    pub late: String,
    /// 作废 with `{reason}`.
    pub void: String,
    /// What stands above and below the table.
    pub head: SheetHead,
    /// What the sheet is called.
    pub sheet: String,
}

/// Writes the lines of a register into a workbook, the oldest first; the file appears whole or not at all.
pub fn export_lines(seat: &Seat, file: &Path, what: &LineExport, job: &Job) -> Result<Exported, DeskError> {
    let item = seat.desk.catalogue().item(&what.register)?;
    let villages = seat.village_names();
    let (questions, total) = {
        let ledger = seat.desk.ledger();
        let questions = Reader::of(seat, &ledger, &villages, &item)?.questions()?;
        (questions, count_lines(ledger.entries(), &what.filter.query(&item.card.code))?)
    };
    let mut lines: Vec<LineRow> = Vec::new();
    loop {
        let read = page(seat, (&item, &villages), what, &questions, lines.len() as u64)?;
        let done = read.is_empty();
        lines.extend(read);
        job.step(lines.len() as u64, total)?;
        if done {
            break;
        }
    }
    lines.reverse();
    let rows: Vec<Vec<Out>> =
        lines.iter().enumerate().map(|(at, line)| cells(line, at + 1, &questions, what)).collect();
    let asked = questions.iter().filter(|question| !is_remark(question, what));
    let asked = asked.map(|question| question.label.as_str());
    let headings: Vec<&str> = std::iter::once(what.number.as_str())
        .chain(asked)
        .chain([what.village.as_str(), what.by.as_str(), what.remark.as_str()])
        .collect();
    write_in_place(file, &what.head.write(&what.sheet, &headings, &rows)?)?;
    Ok(Exported { rows: rows.len() as u64 })
}

fn page(
    seat: &Seat,
    (item, villages): (&Item, &BTreeMap<StreamId, String>),
    what: &LineExport,
    questions: &[LineColumn],
    offset: u64,
) -> Result<Vec<LineRow>, DeskError> {
    let ledger = seat.desk.ledger();
    let reader = Reader::of(seat, &ledger, villages, item)?;
    let query = LineQuery { offset, limit: LINES_AT_ONCE, ..what.filter.query(&item.card.code) };
    let found = find_lines(ledger.entries(), &query)?;
    found.iter().map(|document| reader.row(&ledger, questions, document)).collect()
}

/// Whether the form asks for remarks itself: they stand with the program's own in the last column.
fn is_remark(question: &LineColumn, what: &LineExport) -> bool {
    question.name == "note" && question.label == what.remark
}

fn cells(line: &LineRow, number: usize, questions: &[LineColumn], what: &LineExport) -> Vec<Out> {
    let remarks = line.cells.iter().zip(questions).filter(|(_, question)| is_remark(question, what));
    let remarks = remarks.map(|(cell, _)| cell.clone());
    let answers = line.cells.iter().zip(questions).filter(|(_, question)| !is_remark(question, what));
    let answers = answers.map(|(cell, question)| {
        let number = cell.parse::<f64>().ok().filter(|_| question.is_number);
        number.map_or_else(|| Out::Text(cell.clone()), Out::Number)
    });
    let late = line.late.map(|day| what.late.replace("{day}", &day.to_string()));
    let void = (!line.void.is_empty()).then(|| what.void.replace("{reason}", &line.void));
    let remark = joined(remarks.chain(late).chain(void), "；");
    std::iter::once(Out::Number(number as f64))
        .chain(answers)
        .chain([Out::Text(line.village.clone()), Out::Text(line.by.clone()), Out::Text(remark)])
        .collect()
}
