//! The headings of a roster: which column holds what, under any of their usual names and in any order.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{RosterCell, RosterProblem, RosterRow};
use crate::identity::{fold_full_width, is_invisible};

/// Headings are looked for in so many first rows; above them stand titles.
const HEADING_ROWS: usize = 10;
/// A sheet has no more columns than these that could matter.
const MOST_COLUMNS: usize = 200;
/// A heading is never longer than this.
const LONGEST_HEADING_CHARS: usize = 40;

/// A column of the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RosterColumn {
    /// 户号.
    Household,
    /// 姓名.
    Name,
    /// 身份证号.
    Identity,
    /// 与户主关系.
    Relation,
    /// 电话.
    Phone,
    /// 住址.
    Address,
    /// 备注.
    Note,
}

impl RosterColumn {
    /// All columns in the order of the usual sheet.
    pub const ALL: [RosterColumn; 7] = [
        RosterColumn::Household,
        RosterColumn::Name,
        RosterColumn::Identity,
        RosterColumn::Relation,
        RosterColumn::Phone,
        RosterColumn::Address,
        RosterColumn::Note,
    ];

    /// Without these columns a sheet is no roster.
    pub const MANDATORY: [RosterColumn; 3] =
        [RosterColumn::Household, RosterColumn::Name, RosterColumn::Identity];

    /// The heading on the usual sheet.
    pub fn heading(self) -> &'static str {
        self.headings().first().copied().unwrap_or_default()
    }

    /// All headings the column goes by, the usual one first.
    fn headings(self) -> &'static [&'static str] {
        match self {
            RosterColumn::Household => &[
                "户号",
                "户编号",
                "户口编号",
                "户籍号",
                "户口号",
                "户口簿编号",
                "户口本号",
                "家庭编号",
                "家庭户号",
                "农户编号",
                "户序号",
                "户序",
            ],
            RosterColumn::Name => {
                &["姓名", "名字", "人员姓名", "成员姓名", "家庭成员姓名", "居民姓名", "村民姓名", "家庭成员"]
            }
            RosterColumn::Identity => &[
                "身份证号",
                "身份证号码",
                "公民身份号码",
                "公民身份证号码",
                "居民身份证号",
                "居民身份证号码",
                "身份证",
                "身份号码",
                "证件号码",
                "证件号",
                "证件编号",
                "社会保障号码",
                "社会保障号",
            ],
            RosterColumn::Relation => &[
                "与户主关系",
                "与户主的关系",
                "户主关系",
                "和户主关系",
                "同户主关系",
                "与户主之关系",
                "与户主",
                "家庭关系",
                "关系",
                "成员关系",
            ],
            RosterColumn::Phone => &[
                "电话",
                "联系电话",
                "手机",
                "手机号",
                "手机号码",
                "电话号码",
                "联系方式",
                "联系号码",
                "本人电话",
                "移动电话",
            ],
            RosterColumn::Address => &[
                "住址",
                "家庭住址",
                "地址",
                "家庭地址",
                "详细地址",
                "详细住址",
                "居住地址",
                "现住址",
                "常住地址",
                "户籍地址",
                "户籍住址",
                "居住地",
                "村组",
            ],
            RosterColumn::Note => &["备注", "说明", "备注说明", "其他说明", "附注"],
        }
    }

    fn of_heading(text: &str) -> Option<RosterColumn> {
        let plain = plain_heading(text);
        RosterColumn::ALL.into_iter().find(|column| column.headings().contains(&plain.as_str()))
    }
}

impl fmt::Display for RosterColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.heading())
    }
}

/// Where the headings stand and what each column holds.
pub(super) struct Layout {
    /// The position of the heading among the rows.
    pub position: usize,
    /// The number of the heading's row in the sheet.
    pub row: u32,
    at: Vec<(RosterColumn, usize)>,
}

impl Layout {
    pub(super) fn columns(&self) -> Vec<RosterColumn> {
        self.at.iter().map(|(column, _)| *column).collect()
    }

    pub(super) fn has(&self, column: RosterColumn) -> bool {
        self.at.iter().any(|(known, _)| *known == column)
    }

    /// The cell of a column; an empty one where the row is too short or the sheet has no such column.
    pub(super) fn cell<'a>(&self, row: &'a RosterRow, column: RosterColumn) -> &'a RosterCell {
        static EMPTY: RosterCell = RosterCell { text: String::new(), numeric: false, rounded: false };
        let at = self.at.iter().find(|(known, _)| *known == column).map(|(_, at)| *at);
        at.and_then(|at| row.cells.get(at)).unwrap_or(&EMPTY)
    }
}

/// Finds the row among the first ten that holds the most headings.
pub(super) fn find_headings(rows: &[RosterRow]) -> Result<Layout, RosterProblem> {
    let mut best: Option<Layout> = None;
    for (position, row) in rows.iter().take(HEADING_ROWS).enumerate() {
        let layout = Layout { position, row: row.row, at: read_headings(row) };
        if layout.at.len() > best.as_ref().map_or(0, |known| known.at.len()) {
            best = Some(layout);
        }
    }
    // One word alone (a title 姓名, a remark) is no row of headings.
    let layout = best.filter(|layout| layout.at.len() >= 2).ok_or(RosterProblem::NoHeadings)?;
    let missing: Vec<RosterColumn> =
        RosterColumn::MANDATORY.into_iter().filter(|column| !layout.has(*column)).collect();
    if missing.is_empty() { Ok(layout) } else { Err(RosterProblem::MissingColumns { missing }) }
}

/// Whether a row repeats the headings, as at the top of every printed page.
pub(super) fn is_heading_again(row: &RosterRow, layout: &Layout) -> bool {
    RosterColumn::MANDATORY
        .into_iter()
        .all(|column| RosterColumn::of_heading(&layout.cell(row, column).text) == Some(column))
}

/// The first column of each meaning wins: 联系电话 before a second 手机.
fn read_headings(row: &RosterRow) -> Vec<(RosterColumn, usize)> {
    let mut at: Vec<(RosterColumn, usize)> = Vec::new();
    for (position, cell) in row.cells.iter().take(MOST_COLUMNS).enumerate() {
        if let Some(column) = RosterColumn::of_heading(&cell.text)
            && !at.iter().any(|(known, _)| *known == column)
        {
            at.push((column, position));
        }
    }
    at
}

/// A heading without spaces, stars, colons and remarks in brackets: `* 姓 名（必填）：` is 姓名.
fn plain_heading(text: &str) -> String {
    text.chars()
        .take(LONGEST_HEADING_CHARS)
        .map(fold_full_width)
        .take_while(|character| !matches!(character, '(' | '[' | '【'))
        .filter(|character| !character.is_whitespace() && !is_invisible(*character))
        .filter(|character| !matches!(character, '*' | ':' | '★' | '\''))
        .collect()
}
