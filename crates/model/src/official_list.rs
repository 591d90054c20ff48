//! The official list of who is certified (认证名单): rows of a sheet in, checked lines out, and every wrong row with its reason.
//!
//! Pure: the cells are read elsewhere. No problem holds a name or a number; it names row and column.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::due_list::{IDENTITY_HEADINGS, LONGEST_TEXT_CHARS, NAME_HEADINGS, read_near_day};
use crate::identity::IdentityNumber;
use crate::name::normalise_name;
use crate::roster::cell::{is_placeholder, read_number, tidy_code, tidy_text};
use crate::roster::checked::{CheckedList, ListProblem, check_list, find_list};
use crate::roster::layout::{self, Column};
use crate::roster::{RosterRow, RowIssue, RowProblem};

type Layout = layout::Layout<OfficialColumn>;

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficialColumn {
    /// 身份证号.
    Identity,
    /// 姓名.
    Name,
    /// 认证状态.
    Status,
    /// 认证日期.
    Date,
    /// 认证方式.
    Way,
}

impl OfficialColumn {
    /// The heading on the usual list.
    pub fn heading(self) -> &'static str {
        self.headings().first().copied().unwrap_or_default()
    }
}

impl Column for OfficialColumn {
    const ALL: &'static [OfficialColumn] = &[
        OfficialColumn::Identity,
        OfficialColumn::Name,
        OfficialColumn::Status,
        OfficialColumn::Date,
        OfficialColumn::Way,
    ];
    const MANDATORY: &'static [OfficialColumn] = &[OfficialColumn::Identity, OfficialColumn::Status];

    fn headings(self) -> &'static [&'static str] {
        match self {
            OfficialColumn::Identity => IDENTITY_HEADINGS,
            OfficialColumn::Name => NAME_HEADINGS,
            OfficialColumn::Status => &[
                "认证状态",
                "认证结果",
                "是否认证",
                "认证情况",
                "状态",
                "资格认证状态",
                "是否已认证",
                "资格认证结果",
                "资格认证情况",
                "是否资格认证",
                "认证标志",
                "认证与否",
                "是否通过认证",
                "是否通过",
                "待遇资格认证状态",
                "本年度认证状态",
                "当前认证状态",
                "最近认证状态",
                "结果",
            ],
            OfficialColumn::Date => &[
                "认证日期",
                "认证时间",
                "最近认证日期",
                "最近认证时间",
                "通过日期",
                "上次认证日期",
                "上次认证时间",
                "认证通过日期",
                "认证通过时间",
                "通过时间",
                "资格认证日期",
                "资格认证时间",
                "最近一次认证日期",
                "最近一次认证时间",
                "最后认证日期",
                "最后认证时间",
                "认证成功日期",
                "认证成功时间",
                "认证完成日期",
                "认证完成时间",
            ],
            OfficialColumn::Way => &[
                "认证方式",
                "认证渠道",
                "认证途径",
                "认证来源",
                "认证手段",
                "认证类型",
                "资格认证方式",
                "最近认证方式",
                "渠道",
            ],
        }
    }
}

/// What the office says of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OfficialStatus {
    /// 已认证.
    Certified,
    /// 未认证.
    NotCertified,
}

/// The words of offices for each.
const WORDS: &[(OfficialStatus, &[&str])] = &[
    (
        OfficialStatus::Certified,
        &[
            "已认证",
            "认证通过",
            "通过",
            "成功",
            "认证成功",
            "是",
            "已完成",
            "正常",
            "已通过",
            "认证已通过",
            "已认证通过",
            "认证完成",
            "已完成认证",
            "认证正常",
            "正常认证",
            "√",
            "✓",
        ],
    ),
    (
        OfficialStatus::NotCertified,
        &[
            "未认证",
            "未通过",
            "待认证",
            "否",
            "逾期",
            "未完成",
            "暂停",
            "认证失败",
            "不通过",
            "认证未通过",
            "认证不通过",
            "未通过认证",
            "失败",
            "未完成认证",
            "没有认证",
            "尚未认证",
            "逾期未认证",
            "超期未认证",
            "应认证未认证",
            "认证逾期",
            "已逾期",
            "已暂停",
            "暂停发放",
            "×",
        ],
    ),
];

impl OfficialStatus {
    /// By a word of an office; none where it is not known.
    #[must_use]
    pub fn of_word(word: &str) -> Option<OfficialStatus> {
        WORDS.iter().find_map(|(status, words)| words.contains(&word).then_some(*status))
    }
}

/// A line that is right. `Debug` shows the row only.
#[derive(Clone, PartialEq, Eq)]
pub struct OfficialLine {
    /// The row in the sheet.
    pub row: u32,
    /// Of whom.
    pub identity: IdentityNumber,
    /// 姓名, where the list has it.
    pub name: Option<String>,
    /// What the office says.
    pub status: OfficialStatus,
    /// When it certified, where the list has it. Of somebody who is not certified that was an earlier time.
    pub day: Option<NaiveDate>,
    /// How, as written; '' where the list does not say.
    pub way: String,
}

impl std::fmt::Debug for OfficialLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OfficialLine(row {})", self.row)
    }
}

/// Why a sheet is no such list.
pub type OfficialListProblem = ListProblem<OfficialColumn>;
/// What a list holds.
pub type OfficialList = CheckedList<OfficialColumn, OfficialLine>;

/// The list among the sheets of a workbook: see [`find_list`].
///
/// # Errors
/// What is wrong with the sheet that comes closest.
pub fn find_official_list(
    sheets: impl IntoIterator<Item = Vec<RosterRow>>,
    today: NaiveDate,
) -> Result<OfficialList, OfficialListProblem> {
    find_list(sheets, |rows| check_official_list(rows, today))
}

/// Reads a list. `today` is the calendar day in Asia/Shanghai.
///
/// # Errors
/// [`OfficialListProblem`] where it is no list at all; wrong rows are no error but part of the answer.
pub fn check_official_list(
    rows: &[RosterRow],
    today: NaiveDate,
) -> Result<OfficialList, OfficialListProblem> {
    let mut first_rows = HashMap::new();
    check_list(rows, |layout, row, list| {
        Check { layout, today, first_rows: &mut first_rows }.read_row(row, list);
    })
}

struct Check<'a> {
    layout: &'a Layout,
    today: NaiveDate,
    /// In which row a person first stands.
    first_rows: &'a mut HashMap<IdentityNumber, u32>,
}

impl Check<'_> {
    fn read_row(&mut self, row: &RosterRow, list: &mut OfficialList) {
        let mut wrong = Vec::new();
        let issue = |column, problem| RowIssue { row: row.row, column: Some(column), problem };
        let mut refuse = |column, problem| wrong.push(issue(column, problem));
        let read = read_number(self.layout.cell(row, OfficialColumn::Identity), self.today);
        let read = read.and_then(|(number, odd)| Ok((number.ok_or(RowProblem::NumberRequired)?, odd)));
        let read = read.map_err(|problem| refuse(OfficialColumn::Identity, problem)).ok();
        let status = self.read_status(row).map_err(|problem| refuse(OfficialColumn::Status, problem)).ok();
        let day = read_near_day(self.layout.cell(row, OfficialColumn::Date), self.today)
            .map_err(|problem| refuse(OfficialColumn::Date, problem))
            .ok();
        let name = normalise_name(&self.layout.cell(row, OfficialColumn::Name).text);
        let way = tidy_text(self.layout.cell(row, OfficialColumn::Way));
        for (column, text) in [(OfficialColumn::Name, &name), (OfficialColumn::Way, &way)] {
            if text.chars().count() > LONGEST_TEXT_CHARS {
                refuse(column, RowProblem::TextTooLong { limit_chars: LONGEST_TEXT_CHARS });
            }
        }
        if let (Some((identity, odd)), Some(status), Some(day), true) = (read, status, day, wrong.is_empty())
        {
            let first_row = *self.first_rows.entry(identity.clone()).or_insert(row.row);
            if first_row == row.row {
                let name = Some(name).filter(|name| !name.is_empty());
                let way = if is_placeholder(&way) { String::new() } else { way };
                list.lines.push(OfficialLine { row: row.row, identity, name, status, day, way });
                list.warnings.extend(odd.into_iter().map(|problem| issue(OfficialColumn::Identity, problem)));
            } else {
                wrong.push(issue(OfficialColumn::Identity, RowProblem::DuplicateNumber { first_row }));
            }
        }
        list.wrong.append(&mut wrong);
    }

    fn read_status(&self, row: &RosterRow) -> Result<OfficialStatus, RowProblem> {
        let word = tidy_code(self.layout.cell(row, OfficialColumn::Status));
        if word.is_empty() || is_placeholder(&word) {
            return Err(RowProblem::StatusMissing);
        }
        OfficialStatus::of_word(&word).ok_or(RowProblem::StatusUnknown)
    }
}

#[cfg(test)]
mod tests;
