//! 台账 as a workbook: the columns of the paper form, or those she chose in the order of the screen; numbers masked.

use super::case_row::CaseRow;
use super::case_sheet::{CaseTold, Telling};
use super::list::{CaseFilter, CaseOrder, list_cases};
use super::person::MAX_ROWS;
use super::sheet_head::{SheetHead, Words};
use super::{Seat, agent_names};
use crate::error::DeskError;
use crate::file::write_in_place;
use crate::job::Job;
use bangban_model::Code;
use bangban_model::clock::shanghai_day;
use bangban_model::ids::AgentId;
use bangban_sheets::Out;
use chrono::{DateTime, Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use ts_rs::TS;

/// A column of the workbook, with its heading in the language of the screen.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ExportColumn {
    /// Which.
    pub key: ExportKey,
    /// Its heading.
    pub heading: String,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExportKey {
    /// The number of the row.
    Number,
    /// The resident's name.
    Name,
    /// Sex.
    Sex,
    /// Whole years.
    Age,
    /// The identity number, masked.
    IdMasked,
    /// The phone number, masked.
    PhoneMasked,
    /// The village.
    Village,
    /// Address as written.
    Address,
    /// The item.
    Item,
    /// Where it stands.
    Standing,
    /// When it was opened.
    OpenedAt,
    /// When it was submitted.
    SubmittedAt,
    /// When the township received it.
    ReceivedAt,
    /// When it was accepted.
    AcceptedAt,
    /// When it was decided.
    DecidedAt,
    /// The next due date.
    Due,
    /// 服务方式
    Mode,
    /// 受理渠道
    Channel,
    /// The number in an outside system.
    OutsideNo,
    /// How many pictures.
    Photos,
    /// 住址（村组）
    Home,
    /// 人员类别
    Categories,
    /// 所需/已收材料
    Papers,
    /// 送达部门及日期
    Delivered,
    /// 承诺办结日
    PromisedBy,
    /// 办理结果
    Result,
    /// 结果送达（签收）
    HandedOut,
    /// 满意度, as it was written down for the person.
    Rating,
    /// 帮办代办员
    Agent,
    /// 备注
    Remark,
}

impl ExportKey {
    /// Whether it is looked up beside the row of lists.
    fn is_told(self) -> bool {
        use ExportKey::{
            Agent, Categories, Delivered, HandedOut, Home, Papers, PromisedBy, Rating, Remark, Result,
        };
        matches!(
            self,
            Home | Categories
                | Papers
                | Delivered
                | PromisedBy
                | Result
                | HandedOut
                | Rating
                | Agent
                | Remark
        )
    }
}

/// What an export wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Exported {
    /// Rows below the headings.
    pub rows: u64,
}

/// A workbook holds at most so many rows: the sheet's own limit, less the headings.
const MOST_ROWS: u64 = 1_048_575;

/// What the workbook is to hold.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ExportOrder {
    /// Which cases.
    pub filter: CaseFilter,
    /// In which order.
    pub order: CaseOrder,
    /// With which columns.
    pub columns: Vec<ExportColumn>,
    /// The words for each standing, by its name.
    pub standings: Words,
    /// Words of the paper form's columns: `papers.have` with `{papers}`, `due.statutory`, `outcome.granted` …
    pub words: Words,
    /// What stands above and below the table.
    pub head: SheetHead,
    /// What the sheet is called.
    pub sheet: String,
}

impl ExportOrder {
    /// Whether it is the paper form; `bad_input` without any column.
    pub(super) fn is_form(&self) -> Result<bool, DeskError> {
        if self.columns.is_empty() {
            return Err(DeskError::new(Code::BadInput).with("path", "columns"));
        }
        Ok(self.columns.iter().any(|column| column.key.is_told()))
    }
}

/// Writes the list into a workbook; the file appears whole or not at all. The paper form is kept day by day and begins with 1
/// each year; her own columns stand in the order of the screen.
pub fn export_cases(seat: &Seat, file: &Path, what: &ExportOrder, job: &Job) -> Result<Exported, DeskError> {
    let is_form = what.is_form()?;
    let names = agent_names(&seat.desk.ledger())?;
    let mut cases = Vec::new();
    loop {
        let part = list_cases(seat, &what.filter, what.order, cases.len() as u64, MAX_ROWS)?;
        if part.total > MOST_ROWS {
            return Err(DeskError::new(Code::SheetTooLarge).with("limit", MOST_ROWS));
        }
        let done = part.rows.is_empty();
        for row in part.rows {
            // The ledger is held for one row at a time: she goes on working.
            let told = if is_form { tell(seat, &names, what, &row)? } else { CaseTold::default() };
            cases.push((row, told));
            job.step(cases.len() as u64, part.total)?;
        }
        if done || cases.len() as u64 >= part.total {
            break;
        }
    }
    let rows = cells_of_all(cases, is_form, what);
    let headings: Vec<&str> = what.columns.iter().map(|column| column.heading.as_str()).collect();
    write_in_place(file, &what.head.write(&what.sheet, &headings, &rows)?)?;
    Ok(Exported { rows: rows.len() as u64 })
}

/// What stands in the rows; those of the paper form day by day, with a number from 1 in each year.
pub(super) fn cells_of_all(
    mut cases: Vec<(CaseRow, CaseTold)>,
    is_form: bool,
    what: &ExportOrder,
) -> Vec<Vec<Out>> {
    let numbers: Vec<usize> = if is_form {
        cases.sort_by_cached_key(|(row, _)| DateTime::parse_from_rfc3339(&row.opened_at).ok());
        numbers_of(cases.iter().map(|(row, _)| day_of(&row.opened_at)))
    } else {
        (1..=cases.len()).collect()
    };
    cases.iter().zip(numbers).map(|((row, told), number)| cells_of(row, told, number, what)).collect()
}

/// 序号: from 1 in each year.
fn numbers_of(days: impl Iterator<Item = Option<NaiveDate>>) -> Vec<usize> {
    let (mut year, mut number) = (None, 0);
    let next = |day: Option<NaiveDate>| {
        let its = day.map(|day| day.year());
        number = if its == year { number + 1 } else { 1 };
        year = its;
        number
    };
    days.map(next).collect()
}

fn day_of(at: &str) -> Option<NaiveDate> {
    DateTime::parse_from_rfc3339(at).ok().map(shanghai_day)
}

pub(super) fn tell(
    seat: &Seat,
    names: &BTreeMap<AgentId, String>,
    what: &ExportOrder,
    row: &CaseRow,
) -> Result<CaseTold, DeskError> {
    let ledger = seat.desk.ledger();
    Telling { seat, ledger: &ledger, names, words: &what.words, standings: &what.standings }.of(row)
}

fn cells_of(row: &CaseRow, told: &CaseTold, number: usize, what: &ExportOrder) -> Vec<Out> {
    what.columns.iter().map(|column| cell_of(row, told, number, column.key, what)).collect()
}

fn cell_of(row: &CaseRow, told: &CaseTold, number: usize, key: ExportKey, what: &ExportOrder) -> Out {
    let person = row.person.as_ref();
    let text = |text: Option<&str>| Out::Text(text.unwrap_or_default().to_owned());
    let day =
        |at: Option<&str>| Out::Text(at.and_then(day_of).map(|day| day.to_string()).unwrap_or_default());
    match key {
        ExportKey::Number => Out::Number(number as f64),
        ExportKey::Name => text(person.map(|person| person.name.as_str())),
        ExportKey::Sex => text(person.and_then(|person| person.sex)),
        ExportKey::Age => person
            .and_then(|person| person.age)
            .map_or_else(|| Out::Text(String::new()), |age| Out::Number(f64::from(age))),
        ExportKey::IdMasked => text(person.map(|person| person.id_masked.as_str())),
        ExportKey::PhoneMasked => text(person.map(|person| person.phone_masked.as_str())),
        ExportKey::Village => text(Some(&row.village)),
        ExportKey::Address => text(person.map(|person| person.address.as_str())),
        ExportKey::Item => text(Some(&row.item_name)),
        ExportKey::Standing => {
            let key = serde_json::to_value(row.standing).unwrap_or_default();
            let words = key.as_str().and_then(|key| what.standings.get(key));
            text(row.assisted_words.as_deref().or(words.map(String::as_str)))
        }
        ExportKey::OpenedAt => day(Some(&row.opened_at)),
        ExportKey::SubmittedAt => day(row.submitted_at.as_deref()),
        ExportKey::ReceivedAt => day(row.received_at.as_deref()),
        ExportKey::AcceptedAt => day(row.accepted_at.as_deref()),
        ExportKey::DecidedAt => day(row.decided_at.as_deref()),
        ExportKey::Due => Out::Text(row.due.map(|due| due.to_string()).unwrap_or_default()),
        ExportKey::Mode => text(Some(&row.mode)),
        ExportKey::Channel => text(Some(&row.channel)),
        ExportKey::OutsideNo => text(Some(&row.outside_no)),
        ExportKey::Photos => Out::Number(row.photos as f64),
        ExportKey::Home => text(Some(&told.home)),
        ExportKey::Categories => text(Some(&told.categories)),
        ExportKey::Papers => text(Some(&told.papers)),
        ExportKey::Delivered => text(Some(&told.delivered)),
        ExportKey::PromisedBy => text(Some(&told.promised_by)),
        ExportKey::Result => text(Some(&told.result)),
        ExportKey::HandedOut => text(Some(&told.handed_out)),
        ExportKey::Rating => text(Some(&told.rating)),
        ExportKey::Agent => text(Some(&told.agent)),
        ExportKey::Remark => text(Some(&told.remark)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_form_begin_with_one_each_year() {
        let days = ["2025-12-30", "2025-12-31", "2026-01-01", "2026-03-05"].map(|day| day.parse().ok());
        assert_eq!(numbers_of(days.into_iter()), [1, 2, 1, 2]);
        assert_eq!(numbers_of([None, None].into_iter()), [1, 2]);
    }
}
