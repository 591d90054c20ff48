//! The official list of who is due (到期名单): rows of a sheet in, checked lines out, and every wrong row with its reason.
//!
//! Pure: the cells are read elsewhere. No problem holds a name or a number; it names row and column.

use std::collections::HashMap;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::identity::IdentityNumber;
use crate::name::normalise_name;
use crate::roster::cell::{is_placeholder, read_number, tidy_text};
use crate::roster::checked::{CheckedList, ListProblem, check_list, find_list};
use crate::roster::layout::{self, Column};
use crate::roster::{RosterCell, RosterRow, RowIssue, RowProblem};
use crate::sheet_date::read_day;

/// A day further away than this is a slip of the pen.
const FURTHEST_YEARS: u32 = 20;
/// The longest name of a person or an item, in characters.
pub(crate) const LONGEST_TEXT_CHARS: usize = 50;

/// What the identity number is headed by in lists of offices.
pub(crate) const IDENTITY_HEADINGS: &[&str] = &[
    "身份证号",
    "社会保障号码",
    "身份证号码",
    "社会保障号",
    "社保号",
    "社保号码",
    "公民身份号码",
    "公民身份证号码",
    "居民身份证号",
    "居民身份证号码",
    "身份证",
    "身份号码",
    "证件号码",
    "证件号",
];
/// What the name is headed by there.
pub(crate) const NAME_HEADINGS: &[&str] =
    &["姓名", "名字", "人员姓名", "参保人姓名", "待遇领取人", "领取人姓名"];

type Layout = layout::Layout<DueColumn>;

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueColumn {
    /// 身份证号.
    Identity,
    /// 姓名.
    Name,
    /// 到期日.
    Date,
    /// 事项.
    Item,
}

impl DueColumn {
    /// The heading on the usual list.
    pub fn heading(self) -> &'static str {
        self.headings().first().copied().unwrap_or_default()
    }
}

impl Column for DueColumn {
    const ALL: &'static [DueColumn] =
        &[DueColumn::Identity, DueColumn::Name, DueColumn::Date, DueColumn::Item];
    const MANDATORY: &'static [DueColumn] = &[DueColumn::Identity, DueColumn::Date];

    fn headings(self) -> &'static [&'static str] {
        match self {
            DueColumn::Identity => IDENTITY_HEADINGS,
            DueColumn::Name => NAME_HEADINGS,
            DueColumn::Date => &[
                "到期日",
                "到期日期",
                "到期时间",
                "到期年月",
                "到期",
                "认证到期",
                "认证到期日",
                "认证到期日期",
                "认证到期时间",
                "认证到期年月",
                "资格认证到期日期",
                "截止日期",
                "截止日",
                "截止时间",
                "认证截止日期",
                "认证截止时间",
                "应认证日期",
                "应认证时间",
                "应认证年月",
                "下次认证日期",
                "下次认证时间",
                "有效期至",
                "认证有效期至",
                "有效期止",
                "复核日期",
                "应复核日期",
                "复审日期",
                "年审日期",
            ],
            DueColumn::Item => {
                &["事项", "事项名称", "事项代码", "待遇", "待遇名称", "业务名称", "业务类型", "险种"]
            }
        }
    }
}

/// A line that is right. `Debug` shows the row only.
#[derive(Clone, PartialEq, Eq)]
pub struct DueLine {
    /// The row in the sheet.
    pub row: u32,
    /// Of whom.
    pub identity: IdentityNumber,
    /// 姓名, where the list has it.
    pub name: Option<String>,
    /// Until when it is to be done.
    pub due: NaiveDate,
    /// The item's code.
    pub item: String,
}

impl std::fmt::Debug for DueLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DueLine(row {})", self.row)
    }
}

/// Why a sheet is no such list.
pub type DueListProblem = ListProblem<DueColumn>;
/// What a list holds, before anything is taken in.
pub type DueList = CheckedList<DueColumn, DueLine>;

/// The list among the sheets of a workbook: see [`find_list`].
///
/// # Errors
/// What is wrong with the sheet that comes closest.
pub fn find_due_list(
    sheets: impl IntoIterator<Item = Vec<RosterRow>>,
    today: NaiveDate,
    item: &str,
    item_of: &dyn Fn(&str) -> Option<String>,
) -> Result<DueList, DueListProblem> {
    find_list(sheets, |rows| check_due_list(rows, today, item, item_of))
}

/// Reads a list. `today` is the calendar day in Asia/Shanghai; `item` is meant where a row names none, `item_of` gives the code
/// of an item as a row names it.
///
/// # Errors
/// [`DueListProblem`] where it is no list at all; wrong rows are no error but part of the answer.
pub fn check_due_list(
    rows: &[RosterRow],
    today: NaiveDate,
    item: &str,
    item_of: &dyn Fn(&str) -> Option<String>,
) -> Result<DueList, DueListProblem> {
    let mut first_rows = HashMap::new();
    check_list(rows, |layout, row, list| {
        Check { layout, today, item, item_of, first_rows: &mut first_rows }.read_row(row, list);
    })
}

struct Check<'a> {
    layout: &'a Layout,
    today: NaiveDate,
    item: &'a str,
    item_of: &'a dyn Fn(&str) -> Option<String>,
    /// In which row a person first stands with an item.
    first_rows: &'a mut HashMap<(IdentityNumber, String), u32>,
}

impl Check<'_> {
    fn read_row(&mut self, row: &RosterRow, list: &mut DueList) {
        let mut wrong = Vec::new();
        let mut refuse =
            |column, problem| wrong.push(RowIssue { row: row.row, column: Some(column), problem });
        let (identity, odd) = match read_number(self.layout.cell(row, DueColumn::Identity), self.today) {
            Ok(read) => read,
            Err(problem) => {
                refuse(DueColumn::Identity, problem);
                (None, Vec::new())
            }
        };
        let due = self.read_due(row).map_err(|problem| refuse(DueColumn::Date, problem)).ok();
        let item = self.read_item(row).map_err(|problem| refuse(DueColumn::Item, problem)).ok();
        let name = normalise_name(&self.layout.cell(row, DueColumn::Name).text);
        if name.chars().count() > LONGEST_TEXT_CHARS {
            refuse(DueColumn::Name, RowProblem::TextTooLong { limit_chars: LONGEST_TEXT_CHARS });
        }
        let name = Some(name).filter(|name| !name.is_empty());
        match (identity, due, item) {
            (Some(identity), Some(due), Some(item)) if wrong.is_empty() => {
                let first_row = *self.first_rows.entry((identity.clone(), item.clone())).or_insert(row.row);
                if first_row != row.row {
                    let problem = RowProblem::DuplicateNumber { first_row };
                    wrong.push(RowIssue { row: row.row, column: Some(DueColumn::Identity), problem });
                } else {
                    list.lines.push(DueLine { row: row.row, identity, name, due, item });
                    let odd = odd.into_iter().map(|problem| RowIssue {
                        row: row.row,
                        column: Some(DueColumn::Identity),
                        problem,
                    });
                    list.warnings.extend(odd);
                }
            }
            (None, ..) if !wrong.iter().any(|issue| issue.column == Some(DueColumn::Identity)) => {
                let problem = RowProblem::NumberRequired;
                wrong.insert(0, RowIssue { row: row.row, column: Some(DueColumn::Identity), problem });
            }
            _ => {}
        }
        list.wrong.append(&mut wrong);
    }

    fn read_due(&self, row: &RosterRow) -> Result<NaiveDate, RowProblem> {
        read_near_day(self.layout.cell(row, DueColumn::Date), self.today)?.ok_or(RowProblem::DateMissing)
    }

    fn read_item(&self, row: &RosterRow) -> Result<String, RowProblem> {
        let text = tidy_text(self.layout.cell(row, DueColumn::Item));
        if text.is_empty() || is_placeholder(&text) {
            return Ok(self.item.to_owned());
        }
        if text.chars().count() > LONGEST_TEXT_CHARS {
            return Err(RowProblem::TextTooLong { limit_chars: LONGEST_TEXT_CHARS });
        }
        (self.item_of)(&text).ok_or(RowProblem::ItemUnknown)
    }
}

/// The day of a cell, `None` where there is none.
///
/// # Errors
/// It cannot be read, or lies too far from today.
pub(crate) fn read_near_day(cell: &RosterCell, today: NaiveDate) -> Result<Option<NaiveDate>, RowProblem> {
    let text = tidy_text(cell);
    if text.is_empty() || is_placeholder(&text) {
        return Ok(None);
    }
    let day = read_day(cell).ok_or(RowProblem::DateUnreadable)?;
    let far = Months::new(FURTHEST_YEARS * 12);
    let first = today.checked_sub_months(far).unwrap_or(NaiveDate::MIN);
    let last = today.checked_add_months(far).unwrap_or(NaiveDate::MAX);
    let is_near = (first..=last).contains(&day);
    if is_near { Ok(Some(day)) } else { Err(RowProblem::DateFar { limit_years: FURTHEST_YEARS }) }
}

#[cfg(test)]
mod tests;
