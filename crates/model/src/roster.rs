//! The village roster (花名册): rows of a sheet in, persons out, and every wrong row with its reason.
//!
//! Pure: the cells are read elsewhere. No problem holds a name or a number; it names row and column.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::Serialize;

use crate::identity::{IdentityNumber, IdentityProblem, fold_full_width, is_invisible, normalise_number};
use crate::name::{has_private_use, looks_like_name, normalise_name};
use crate::phone::Phone;
use crate::relation::{is_head, relation_code};

mod columns;
mod report;

pub use columns::RosterColumn;
use columns::{Layout, find_headings, is_heading_again};
pub use report::{RosterProblem, RowIssue, RowProblem};

/// A roster never has more rows than this, the heading included.
pub const MOST_ROWS: usize = 100_000;
/// The longest household number, in characters.
const LONGEST_HOUSEHOLD_CHARS: usize = 32;
/// The longest name, in characters; the standard asks for room for 25.
const LONGEST_NAME_CHARS: usize = 50;
/// The longest telephone column, in characters; some hold two numbers.
const LONGEST_PHONE_CHARS: usize = 60;
/// The longest address, in characters.
const LONGEST_ADDRESS_CHARS: usize = 200;
/// The longest remark, in characters.
const LONGEST_NOTE_CHARS: usize = 500;

/// One cell of a sheet, as far as the roster needs to know it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct RosterCell {
    /// What the cell shows.
    pub text: String,
    /// Whether the sheet keeps it as a number, not as text.
    pub numeric: bool,
    /// Whether it is a number of more digits than a sheet can hold, so that the last ones are lost.
    pub rounded: bool,
}

impl RosterCell {
    /// A cell of text.
    pub fn text(text: impl Into<String>) -> RosterCell {
        RosterCell { text: text.into(), numeric: false, rounded: false }
    }
}

/// One row of a sheet.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct RosterRow {
    /// The row's number in the sheet, from 1.
    pub row: u32,
    /// Its cells from the first column on.
    pub cells: Vec<RosterCell>,
}

/// A person of the roster whose row is right. `Debug` shows the row only.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct RosterPerson {
    /// The row in the sheet.
    pub row: u32,
    /// 户号, as written but for spaces and full-width digits.
    pub household_no: String,
    /// 姓名, normalised.
    pub name: String,
    /// 公民身份号码; babies may have none yet.
    pub identity: Option<IdentityNumber>,
    /// 与户主关系 as a code of GB/T 4761, where the word is known.
    pub relation: Option<&'static str>,
    /// 与户主关系 as written.
    pub relation_text: String,
    /// 电话, in one form where it is a number, else as written.
    pub phone: Option<String>,
    /// 住址.
    pub address: Option<String>,
    /// 备注.
    pub note: Option<String>,
}

/// What a roster holds, before anything is taken in.
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct RosterPreview {
    /// The row of the headings.
    pub heading_row: u32,
    /// The columns that were found, in the order of the sheet.
    pub columns: Vec<RosterColumn>,
    /// The persons whose rows are right, in the order of the sheet.
    pub people: Vec<RosterPerson>,
    /// The wrong rows: their persons are not among `people`.
    pub wrong: Vec<RowIssue>,
    /// What is odd about rows that are taken nevertheless.
    pub warnings: Vec<RowIssue>,
    /// How many different household numbers `people` have.
    pub households: usize,
    /// How many rows were left out as blank or as a repeated heading.
    pub skipped_rows: usize,
}

impl RosterPreview {
    /// How many rows are wrong; one row may have several problems.
    pub fn wrong_rows(&self) -> usize {
        let mut rows: Vec<u32> = self.wrong.iter().map(|issue| issue.row).collect();
        rows.dedup();
        rows.len()
    }
}

impl std::fmt::Debug for RosterCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RosterCell({} bytes, numeric {}, rounded {})", self.text.len(), self.numeric, self.rounded)
    }
}

impl std::fmt::Debug for RosterRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RosterRow({}, {} cells)", self.row, self.cells.len())
    }
}

impl std::fmt::Debug for RosterPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RosterPerson(row {})", self.row)
    }
}

impl std::fmt::Debug for RosterPreview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RosterPreview")
            .field("people", &self.people.len())
            .field("wrong", &self.wrong)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

/// Reads a roster: finds the headings within the first ten rows, then checks every row after them.
/// `today` is the calendar day in Asia/Shanghai.
///
/// # Errors
/// [`RosterProblem`] where it is no roster at all; wrong rows are no error but part of the preview.
pub fn check_roster(rows: &[RosterRow], today: NaiveDate) -> Result<RosterPreview, RosterProblem> {
    if rows.len() > MOST_ROWS {
        return Err(RosterProblem::TooManyRows { limit: MOST_ROWS });
    }
    let layout = find_headings(rows)?;
    let body = rows.get(layout.position + 1..).unwrap_or_default();
    let last_filled = body.iter().rposition(|row| !is_blank(row));
    let filled = last_filled.and_then(|last| body.get(..=last)).unwrap_or_default();
    let mut preview = RosterPreview {
        heading_row: layout.row,
        columns: layout.columns(),
        skipped_rows: body.len() - filled.len(),
        ..RosterPreview::default()
    };
    let mut first_rows = HashMap::new();
    for row in filled {
        if is_blank(row) {
            preview.skipped_rows += 1;
            preview.warnings.push(RowIssue { row: row.row, column: None, problem: RowProblem::BlankRow });
        } else if is_heading_again(row, &layout) {
            preview.skipped_rows += 1;
            preview.warnings.push(RowIssue {
                row: row.row,
                column: None,
                problem: RowProblem::RepeatedHeading,
            });
        } else {
            check_row(row, &layout, today, &mut first_rows, &mut preview);
        }
    }
    if preview.people.is_empty() && preview.wrong.is_empty() {
        return Err(RosterProblem::Empty);
    }
    check_households(&layout, &mut preview);
    Ok(preview)
}

/// Collects what is wrong and what is odd about one row.
struct RowCheck {
    row: u32,
    wrong: Vec<RowIssue>,
    warnings: Vec<RowIssue>,
}

impl RowCheck {
    fn refuse(&mut self, column: RosterColumn, problem: RowProblem) {
        self.wrong.push(RowIssue { row: self.row, column: Some(column), problem });
    }

    fn warn(&mut self, column: RosterColumn, problem: RowProblem) {
        self.warnings.push(RowIssue { row: self.row, column: Some(column), problem });
    }
}

fn check_row(
    row: &RosterRow,
    layout: &Layout,
    today: NaiveDate,
    first_rows: &mut HashMap<IdentityNumber, u32>,
    preview: &mut RosterPreview,
) {
    let mut check = RowCheck { row: row.row, wrong: Vec::new(), warnings: Vec::new() };
    let household_no = read_household(row, layout, &mut check);
    let name = read_name(row, layout, &mut check);
    let identity = read_identity(row, layout, today, &mut check);
    if let Some(identity) = &identity {
        match first_rows.get(identity) {
            Some(first_row) => {
                let problem = RowProblem::DuplicateNumber { first_row: *first_row };
                check.refuse(RosterColumn::Identity, problem);
            }
            None => {
                first_rows.insert(identity.clone(), row.row);
            }
        }
    }
    let (relation, relation_text) = read_relation(row, layout, &mut check);
    let phone = read_phone(row, layout, &mut check);
    let address = read_text(row, layout, RosterColumn::Address, LONGEST_ADDRESS_CHARS, &mut check);
    let note = read_text(row, layout, RosterColumn::Note, LONGEST_NOTE_CHARS, &mut check);
    if check.wrong.is_empty() {
        let row = row.row;
        let person =
            RosterPerson { row, household_no, name, identity, relation, relation_text, phone, address, note };
        preview.people.push(person);
        preview.warnings.append(&mut check.warnings);
    } else {
        preview.wrong.append(&mut check.wrong);
    }
}

fn read_household(row: &RosterRow, layout: &Layout, check: &mut RowCheck) -> String {
    let cell = layout.cell(row, RosterColumn::Household);
    let number = tidy_code(cell);
    if number.is_empty() {
        check.refuse(RosterColumn::Household, RowProblem::HouseholdMissing);
    } else if cell.rounded || is_scientific(cell) {
        check.refuse(RosterColumn::Household, RowProblem::NumberRounded);
    } else if number.chars().count() > LONGEST_HOUSEHOLD_CHARS {
        let problem = RowProblem::TextTooLong { limit_chars: LONGEST_HOUSEHOLD_CHARS };
        check.refuse(RosterColumn::Household, problem);
    }
    number
}

fn read_name(row: &RosterRow, layout: &Layout, check: &mut RowCheck) -> String {
    let name = normalise_name(&layout.cell(row, RosterColumn::Name).text);
    if name.is_empty() {
        check.refuse(RosterColumn::Name, RowProblem::NameMissing);
    } else if name.chars().count() > LONGEST_NAME_CHARS {
        check.refuse(RosterColumn::Name, RowProblem::TextTooLong { limit_chars: LONGEST_NAME_CHARS });
    } else if has_private_use(&name) {
        check.warn(RosterColumn::Name, RowProblem::NameUnreadable);
    } else if !looks_like_name(&name) {
        check.warn(RosterColumn::Name, RowProblem::NameOdd);
    }
    name
}

fn read_identity(
    row: &RosterRow,
    layout: &Layout,
    today: NaiveDate,
    check: &mut RowCheck,
) -> Option<IdentityNumber> {
    let cell = layout.cell(row, RosterColumn::Identity);
    let plain = normalise_number(&cell.text);
    if plain.is_empty() || is_placeholder(&cell.text) {
        check.warn(RosterColumn::Identity, RowProblem::NumberMissing);
        return None;
    }
    // A sheet holds 15 digits exactly; of a longer number the rest is zeros, whatever they now look like.
    let digits = plain.chars().filter(char::is_ascii_digit).count();
    if cell.rounded || is_scientific(cell) || (cell.numeric && digits > 15) {
        check.refuse(RosterColumn::Identity, RowProblem::NumberRounded);
        return None;
    }
    match IdentityNumber::parse_noting(&cell.text, today) {
        Ok(parsed) => {
            if parsed.upgraded_from_15 {
                check.warn(RosterColumn::Identity, RowProblem::UpgradedFrom15);
            }
            if !parsed.number.region_known() {
                check.warn(RosterColumn::Identity, RowProblem::RegionUnknown);
            }
            Some(parsed.number)
        }
        Err(problem) => {
            // Rounded first and made text afterwards: fifteen digits followed by zeros that do not check.
            let rounded_text =
                plain.ends_with("000") && matches!(problem, IdentityProblem::CheckDigit { .. });
            let told = if rounded_text { RowProblem::NumberRounded } else { RowProblem::from(problem) };
            check.refuse(RosterColumn::Identity, told);
            None
        }
    }
}

fn read_relation(row: &RosterRow, layout: &Layout, check: &mut RowCheck) -> (Option<&'static str>, String) {
    let text = tidy_text(layout.cell(row, RosterColumn::Relation));
    let code = relation_code(&text);
    if code.is_none() && layout.has(RosterColumn::Relation) {
        check.warn(RosterColumn::Relation, RowProblem::RelationUnknown);
    }
    if text.chars().count() > LONGEST_HOUSEHOLD_CHARS {
        check
            .refuse(RosterColumn::Relation, RowProblem::TextTooLong { limit_chars: LONGEST_HOUSEHOLD_CHARS });
    }
    (code, text)
}

fn read_phone(row: &RosterRow, layout: &Layout, check: &mut RowCheck) -> Option<String> {
    let text = read_text(row, layout, RosterColumn::Phone, LONGEST_PHONE_CHARS, check)?;
    if is_placeholder(&text) {
        return None;
    }
    match Phone::parse(&tidy_code(layout.cell(row, RosterColumn::Phone)), None) {
        Ok(phone) => Some(phone.reveal().to_owned()),
        Err(_) => {
            check.warn(RosterColumn::Phone, RowProblem::PhoneOdd);
            Some(text)
        }
    }
}

fn read_text(
    row: &RosterRow,
    layout: &Layout,
    column: RosterColumn,
    limit_chars: usize,
    check: &mut RowCheck,
) -> Option<String> {
    let text = tidy_text(layout.cell(row, column));
    if text.chars().count() > limit_chars {
        check.refuse(column, RowProblem::TextTooLong { limit_chars });
    }
    if text.is_empty() { None } else { Some(text) }
}

/// Counts the households and warns of those with two heads or none.
fn check_households(layout: &Layout, preview: &mut RosterPreview) {
    struct Household {
        first_row: u32,
        head_row: Option<u32>,
    }
    let mut households: BTreeMap<&str, Household> = BTreeMap::new();
    let mut told = Vec::new();
    let issue = |row, problem| RowIssue { row, column: Some(RosterColumn::Relation), problem };
    for person in &preview.people {
        let household = households
            .entry(&person.household_no)
            .or_insert(Household { first_row: person.row, head_row: None });
        if !person.relation.is_some_and(is_head) {
            continue;
        }
        match household.head_row {
            None => household.head_row = Some(person.row),
            Some(first_row) => told.push(issue(person.row, RowProblem::TwoHeads { first_row })),
        }
    }
    if layout.has(RosterColumn::Relation) {
        let headless = households.values().filter(|household| household.head_row.is_none());
        told.extend(headless.map(|household| issue(household.first_row, RowProblem::NoHead)));
    }
    preview.households = households.len();
    preview.warnings.append(&mut told);
    preview.warnings.sort_by_key(|issue| issue.row);
}

fn is_blank(row: &RosterRow) -> bool {
    row.cells.iter().all(|cell| tidy_text(cell).is_empty())
}

/// What clerks write where there is nothing: 无, —, /.
fn is_placeholder(text: &str) -> bool {
    matches!(text.trim(), "无" | "暂无" | "没有" | "-" | "--" | "—" | "——" | "/" | "／" | "0")
}

/// A long number that the sheet shows as 4.20703E+17 has lost its last digits.
fn is_scientific(cell: &RosterCell) -> bool {
    let text = cell.text.trim();
    let exponent = text.split_once(['E', 'e']);
    exponent.is_some_and(|(mantissa, exponent)| {
        // Without a point it may be a code of letters and digits (3E12), unless the sheet says it is a number.
        let is_number = mantissa.parse::<f64>().is_ok() && (cell.numeric || mantissa.contains('.'));
        is_number && exponent.trim_start_matches('+').parse::<u8>().is_ok()
    })
}

/// The text of a cell: trimmed, invisible characters gone, white space one space.
fn tidy_text(cell: &RosterCell) -> String {
    let spaced: String = cell.text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split(' ').filter(|word| !word.is_empty()).collect();
    words
        .join(" ")
        .chars()
        .filter(|character| !is_invisible(*character))
        .collect::<String>()
        .trim()
        .to_owned()
}

/// A code of a cell: without any space, full-width characters folded, and 12.0 read as the 12 it was.
fn tidy_code(cell: &RosterCell) -> String {
    let folded: String =
        tidy_text(cell).chars().map(fold_full_width).filter(|character| *character != ' ').collect();
    match folded.strip_suffix(".0") {
        Some(whole) if cell.numeric => whole.to_owned(),
        _ => folded,
    }
}

#[cfg(test)]
mod tests;
