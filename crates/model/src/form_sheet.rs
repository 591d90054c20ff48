//! 填表助手: any sheet from above, read for its layout: which column asks for what, where people stand and where rows are free.
//! Pure: cells are read elsewhere.

use crate::identity::{IdentityNumber, normalise_number};
use crate::mentions::looks_like_a_name;
use crate::name::normalise_name;
use crate::phone::Phone;
use crate::roster::cell::{read_number, tidy_code};
use crate::roster::layout::plain_heading;
use crate::roster::{RosterRow, RowProblem};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

mod field;

pub use field::FillField;

/// Headings are looked for in so many first rows; above them stand titles and who reports.
const HEADING_ROWS: usize = 15;
/// Fewer known columns are no headings: one word alone stands in many a title.
const LEAST_KNOWN: usize = 2;
/// What is read of a heading (characters).
const LONGEST_HEADING_CHARS: usize = 60;
/// A sheet asks for no more.
const MOST_COLUMNS: usize = 200;

/// Beside these words in the row above, 姓名 is somebody else's.
const OTHERS: &[&str] = &[
    "户主",
    "监护人",
    "联系人",
    "代理人",
    "委托人",
    "经办人",
    "负责人",
    "配偶",
    "赡养人",
    "子女",
    "父亲",
    "母亲",
    "收款人",
    "代领人",
    "帮扶",
    "责任人",
];
/// A row that begins so stands below the people.
const FOOTERS: &[&str] = &[
    "合计",
    "总计",
    "小计",
    "共计",
    "备注",
    "说明",
    "注:",
    "注：",
    "填报",
    "填表",
    "制表",
    "审核",
    "审批",
    "负责人",
    "经办",
    "联系人",
    "联系电话",
    "单位",
    "盖章",
    "(盖章)",
    "（盖章）",
    "日期",
    "年月日",
];

/// Cells that are one, from a row and column to a row and column; rows from 1, columns from 0, both ends within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Its first row.
    pub top: u32,
    /// Its first column.
    pub left: u32,
    /// Its last row.
    pub bottom: u32,
    /// Its last column.
    pub right: u32,
}

impl Area {
    fn holds(&self, row: u32, column: u32) -> bool {
        (self.top..=self.bottom).contains(&row) && (self.left..=self.right).contains(&column)
    }
}

/// A column of the sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct FormColumn {
    /// Its place, from 0.
    pub at: u32,
    /// Its letters, as the sheet shows them.
    pub letters: String,
    /// Its heading; of a heading of two rows both, with a blank between.
    pub heading: String,
    /// What it asks for; none where that is not known.
    pub field: Option<FillField>,
    /// Whether that is what she chose for this heading before.
    pub remembered: bool,
}

/// A sheet as it is to be filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormSheet {
    /// The row of the headings; of two the lower one.
    pub titles: u32,
    /// The last row of the headings, numbering and examples below them included.
    pub heading_row: u32,
    /// The columns that have a heading.
    pub columns: Vec<FormColumn>,
    /// Rows in which somebody stands.
    pub people: Vec<u32>,
    /// Rows that are free, in the order of the sheet.
    pub free: Vec<u32>,
    /// The last row of either kind; the last row of the headings where there is none.
    pub last: u32,
}

/// Reads a sheet; none where it has no headings that are known. `drawn` are rows that the sheet has cells in, be they empty;
/// `known` is what she chose for headings before, by [`key_of_heading`].
#[must_use]
pub fn read_form(
    rows: &[RosterRow],
    merged: &[Area],
    drawn: &[u32],
    known: &BTreeMap<String, Option<FillField>>,
) -> Option<FormSheet> {
    let sheet = Sheet { rows: rows.iter().map(|row| (row.row, row)).collect(), merged };
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0).min(MOST_COLUMNS) as u32;
    let columns_at = |row: u32| -> Vec<FormColumn> {
        (0..width).filter_map(|at| sheet.column(row, at, width, known)).collect()
    };
    // What she left as it is counts: else a sheet of which she fills one column would be none the next time.
    let told = |columns: &[FormColumn]| {
        columns.iter().filter(|column| column.field.is_some() || column.remembered).count()
    };
    let mut best: Option<(u32, Vec<FormColumn>)> = None;
    for row in rows.iter().take(HEADING_ROWS) {
        let columns = columns_at(row.row);
        if told(&columns) >= LEAST_KNOWN && best.as_ref().is_none_or(|best| told(&columns) >= told(&best.1)) {
            best = Some((row.row, columns));
        }
    }
    // One word alone is a heading where it asks who, and nothing but it stands there: a column of names.
    let (heading, columns) = best.or_else(|| {
        let alone = |row: &&RosterRow| row.cells.iter().filter(|cell| !cell.text.trim().is_empty()).count() == 1;
        let rows = rows.iter().take(HEADING_ROWS).filter(alone).map(|row| (row.row, columns_at(row.row)));
        let tells = |columns: &[FormColumn]| matches!(columns, [one] if matches!(one.field, Some(FillField::Name | FillField::Identity)));
        rows.into_iter().find(|(_, columns)| tells(columns))
    })?;
    let mut form = FormSheet {
        titles: heading,
        heading_row: heading,
        columns,
        people: Vec::new(),
        free: Vec::new(),
        last: heading,
    };
    let end = rows.last().map_or(0, |row| row.row).max(drawn.last().copied().unwrap_or(0));
    // Below a sum or the name of a group only a number tells that somebody stands in a row, and nothing is free.
    let mut is_below = false;
    for row in heading + 1..=end {
        match sheet.standing(row, &form, width) {
            Standing::Below => is_below = true,
            _ if is_below => {
                if sheet.has_number(row, &form) {
                    form.people.push(row);
                    form.last = row;
                }
            }
            Standing::Heading => (form.heading_row, form.last) = (row, row),
            Standing::Somebody => {
                form.people.push(row);
                form.last = row;
            }
            Standing::Part => form.last = row,
            Standing::Free if drawn.binary_search(&row).is_ok() => {
                form.free.push(row);
                form.last = row;
            }
            Standing::Free => {}
        }
    }
    // One column alone is a list of names, and none where nobody stands below it.
    let is_list = form.columns.len() > 1 || !form.people.is_empty();
    is_list.then_some(form)
}

/// Reads a list that has no headings: a column in which people stand whom `is_known` knows by name, or identity numbers. None
/// where fewer than every third cell of a column is one.
#[must_use]
pub fn read_list(rows: &[RosterRow], is_known: &dyn Fn(&str) -> bool) -> Option<FormSheet> {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0).min(MOST_COLUMNS) as u32;
    let text = |row: &RosterRow, at: u32| -> String {
        row.cells.get(at as usize).map_or_else(String::new, |cell| cell.text.trim().to_owned())
    };
    let best = |fits: &dyn Fn(&str) -> bool| -> Option<u32> {
        let told = |at: u32| rows.iter().map(|row| text(row, at)).filter(|text| fits(text)).count();
        let filled = |at: u32| rows.iter().filter(|row| !text(row, at).is_empty()).count();
        let found = (0..width).filter(|at| told(*at) > 0 && told(*at) * 3 >= filled(*at));
        found.max_by_key(|at| (told(*at), std::cmp::Reverse(*at)))
    };
    let is_name = |text: &str| is_known(&normalise_name(text));
    let columns = [(best(&is_name), FillField::Name), (best(&is_number), FillField::Identity)];
    let columns: Vec<(u32, FillField)> =
        columns.into_iter().filter_map(|(at, field)| Some((at?, field))).collect();
    let stands = |row: &RosterRow| {
        columns.iter().any(|(at, field)| {
            let text = text(row, *at);
            if *field == FillField::Identity {
                is_number(&text)
            } else {
                looks_like_a_name(&text) || is_name(&text)
            }
        })
    };
    let people: Vec<u32> = rows.iter().filter(|row| stands(row)).map(|row| row.row).collect();
    let (first, last) = (*people.first()?, *people.last()?);
    let column = |(at, field): (u32, FillField)| FormColumn {
        at,
        letters: letters_of(at),
        heading: String::new(),
        field: Some(field),
        remembered: false,
    };
    Some(FormSheet {
        titles: first - 1,
        heading_row: first - 1,
        columns: columns.into_iter().map(column).collect(),
        people,
        free: Vec::new(),
        last,
    })
}

fn is_number(text: &str) -> bool {
    let number = normalise_number(text);
    (15..=18).contains(&number.len()) && number.chars().take(15).all(|sign| sign.is_ascii_digit())
}

/// By what a heading is remembered.
#[must_use]
pub fn key_of_heading(heading: &str) -> String {
    heading.split(' ').map(plain_heading).collect::<Vec<_>>().join("/")
}

/// The letters of a column: A, B, … Z, AA.
#[must_use]
pub fn letters_of(column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = u64::from(column) + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    letters.iter().rev().collect()
}

enum Standing {
    Heading,
    Somebody,
    /// A further row of whoever stands above: her name is one cell over both.
    Part,
    Free,
    Below,
}

struct Sheet<'a> {
    rows: BTreeMap<u32, &'a RosterRow>,
    merged: &'a [Area],
}

impl Sheet<'_> {
    fn text(&self, row: u32, column: u32) -> &str {
        let cell = self.rows.get(&row).and_then(|row| row.cells.get(column as usize));
        cell.map_or("", |cell| cell.text.trim())
    }

    /// What a cell shows, and the area that it is part of.
    fn shown(&self, row: u32, column: u32) -> (&str, Area) {
        let alone = Area { top: row, left: column, bottom: row, right: column };
        let area = self.merged.iter().find(|area| area.holds(row, column)).copied().unwrap_or(alone);
        (self.text(area.top, area.left), area)
    }

    fn column(
        &self,
        row: u32,
        at: u32,
        width: u32,
        known: &BTreeMap<String, Option<FillField>>,
    ) -> Option<FormColumn> {
        let (own, area) = self.shown(row, at);
        // The right part of cells that are one belongs to the left one.
        if own.is_empty() || area.left != at {
            return None;
        }
        let above = self.above(area, at, width);
        let heading = one_line(&[above.unwrap_or_default(), own]);
        let key = key_of_heading(&heading);
        let remembered = known.get(&key).copied();
        let field = remembered.unwrap_or_else(|| {
            let is_others = above.is_some_and(|above| OTHERS.iter().any(|other| above.contains(other)));
            let own = if is_others { None } else { FillField::of_heading(&plain_heading(own)) };
            FillField::of_heading(&key.replace('/', "")).or(own)
        });
        let letters = letters_of(at);
        Some(FormColumn { at, letters, heading, field, remembered: remembered.is_some() })
    }

    /// The heading above one, where that gathers several columns; a title gathers all of them and is none.
    fn above(&self, area: Area, at: u32, width: u32) -> Option<&str> {
        let (text, above) = self.shown(area.top.checked_sub(1)?, at);
        let gathers = above.right - above.left + 1;
        (above.left != above.right && gathers * 2 <= width + 1 && !text.is_empty()).then_some(text)
    }

    /// Whether an identity number stands in a row.
    fn has_number(&self, row: u32, form: &FormSheet) -> bool {
        let at = form.columns.iter().find(|column| column.field == Some(FillField::Identity));
        at.is_some_and(|column| is_number(self.text(row, column.at)))
    }

    fn standing(&self, row: u32, form: &FormSheet, width: u32) -> Standing {
        let of =
            |field| form.columns.iter().find(|column| column.field == Some(field)).map(|column| column.at);
        let number = of(FillField::Number);
        let texts: Vec<(u32, &str)> =
            (0..width).map(|at| (at, self.text(row, at))).filter(|(_, text)| !text.is_empty()).collect();
        let who: Vec<u32> = [FillField::Name, FillField::Identity].into_iter().filter_map(of).collect();
        let is_part = |at: &u32| {
            let (_, area) = self.shown(row, *at);
            area.top < row && area.top > form.heading_row
        };
        if who.iter().any(is_part) {
            return Standing::Part;
        }
        let is_first = row == form.heading_row + 1 && form.people.is_empty() && form.free.is_empty();
        if is_first && (is_numbering(&texts) || texts.iter().any(|(_, text)| is_example(text))) {
            return Standing::Heading;
        }
        let own: Vec<&(u32, &str)> = texts
            .iter()
            .filter(|(at, text)| Some(*at) != number || !text.chars().all(|sign| sign.is_ascii_digit()))
            .collect();
        let gathered = self
            .merged
            .iter()
            .any(|area| (area.top..=area.bottom).contains(&row) && (area.right - area.left + 1) * 2 > width);
        match own.first() {
            None if gathered => Standing::Below,
            None => Standing::Free,
            Some(_) if gathered => Standing::Below,
            Some((_, text)) if FOOTERS.iter().any(|word| squeezed(text).starts_with(word)) => Standing::Below,
            Some(_) => {
                let stands = who.is_empty() || who.iter().any(|at| !self.text(row, *at).is_empty());
                if stands { Standing::Somebody } else { Standing::Free }
            }
        }
    }
}

/// A blank within a heading would look like the one between two.
fn one_line(parts: &[&str]) -> String {
    let parts = parts.iter().map(|part| squeezed(part)).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ").chars().take(LONGEST_HEADING_CHARS).collect()
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// 1 2 3 4 below the headings, or 甲 乙 1 2.
fn is_numbering(texts: &[(u32, &str)]) -> bool {
    let is_one = |text: &str| text.chars().count() <= 3 && text.chars().all(|sign| sign.is_ascii_digit());
    let is_stem = |text: &str| matches!(text, "甲" | "乙" | "丙" | "丁" | "栏次");
    texts.len() >= 3 && texts.iter().all(|(_, text)| is_one(text) || is_stem(text))
}

fn is_example(text: &str) -> bool {
    text == "例"
        || text.starts_with("例:")
        || text.starts_with("例：")
        || text.contains("示例")
        || text.contains("样例")
}

/// What a row says of who stands in it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ToldPerson {
    /// Her name, normalised.
    pub name: String,
    /// Her number, where it is one.
    pub identity: Option<IdentityNumber>,
    /// What is wrong with the number that stands there.
    pub problem: Option<RowProblem>,
    /// Her mobile number, where it is one.
    pub phone: Option<String>,
}

/// Reads who stands in a row, by the columns that tell. `today` is the calendar day in Asia/Shanghai.
#[must_use]
pub fn told_person(row: &RosterRow, columns: &[(u32, FillField)], today: NaiveDate) -> ToldPerson {
    let cell = |field| {
        let at = columns.iter().find(|(_, asked)| *asked == field)?.0;
        row.cells.get(at as usize)
    };
    let mut told = ToldPerson::default();
    if let Some(cell) = cell(FillField::Name) {
        told.name = normalise_name(&cell.text);
    }
    if let Some(cell) = cell(FillField::Identity) {
        match read_number(cell, today) {
            Ok((number, _)) => told.identity = number,
            Err(problem) => told.problem = Some(problem),
        }
    }
    if let Some(cell) = cell(FillField::Phone) {
        told.phone = Phone::parse(&tidy_code(cell), None).ok().map(|phone| phone.reveal().to_owned());
    }
    told
}

#[cfg(test)]
mod tests;
