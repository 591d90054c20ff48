//! The village roster (花名册): rows of a sheet in, persons out, and every wrong row with its reason.
//!
//! Pure: the cells are read elsewhere. No problem holds a name or a number; it names row and column.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::Serialize;

use crate::identity::IdentityNumber;
use crate::name::{has_private_use, looks_like_name, normalise_name};
use crate::phone::Phone;
use crate::relation::{is_head, relation_code};

mod benefit;
mod category;
pub(crate) mod cell;
pub mod checked;
mod columns;
mod disability;
pub(crate) mod layout;
mod report;
mod tag;

pub use benefit::benefit_item;
pub use cell::{RosterCell, RosterRow};
pub use columns::RosterColumn;
pub use disability::Disability;
pub use report::{RosterProblem, RowIssue, RowProblem};

use cell::{has_lost_digits, is_blank, is_placeholder, read_number, tidy_code, tidy_text};
use disability::{disability_of_word, is_long_number, read_disability};
use layout::{NoLayout, find_headings, is_heading_again};

type Layout = layout::Layout<RosterColumn>;

/// 人员类别 by their codes, in their fixed order, each once; `None` where one is not known.
#[must_use]
pub fn known_categories(codes: &[String]) -> Option<Vec<String>> {
    let found: Vec<&str> = codes.iter().map(String::as_str).collect();
    let ordered = category::in_order(&found);
    found.iter().all(|code| ordered.iter().any(|one| one == code)).then_some(ordered)
}

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
/// The longest cell of categories, of a disability or of benefits, in characters.
const LONGEST_TAGS_CHARS: usize = 200;

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
    /// 备注, with the words of the other columns that are not known.
    pub note: Option<String>,
    /// 人员类别: codes such as `dibao`, in their fixed order.
    pub categories: Vec<String>,
    /// 残疾证 or 残疾类别等级.
    pub disability: Option<Disability>,
    /// 享受待遇: codes of items.
    pub receives: Vec<String>,
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
    let layout = find_headings(rows).map_err(|none| match none {
        NoLayout::None => RosterProblem::NoHeadings,
        NoLayout::Missing(missing) => RosterProblem::MissingColumns { missing },
    })?;
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
    let tags = read_tags(row, layout, identity.as_ref(), &mut check);
    if check.wrong.is_empty() {
        preview.people.push(RosterPerson {
            row: row.row,
            household_no,
            name,
            identity,
            relation,
            relation_text,
            phone,
            address,
            note: tags.join_note(note),
            categories: tags.categories,
            disability: tags.disability,
            receives: tags.receives,
        });
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
    } else if has_lost_digits(cell) {
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
    match read_number(layout.cell(row, RosterColumn::Identity), today) {
        Ok((number, odd)) => {
            if number.is_none() {
                check.warn(RosterColumn::Identity, RowProblem::NumberMissing);
            }
            odd.into_iter().for_each(|problem| check.warn(RosterColumn::Identity, problem));
            number
        }
        Err(problem) => {
            check.refuse(RosterColumn::Identity, problem);
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

/// What the columns of several words say.
#[derive(Default)]
struct Tags {
    categories: Vec<String>,
    disability: Option<Disability>,
    receives: Vec<String>,
    /// Words that are not known, by the heading they stand under.
    unknown: Vec<(RosterColumn, Vec<String>)>,
}

impl Tags {
    /// Nothing that was written is lost: what is not known goes into the note.
    fn join_note(&self, note: Option<String>) -> Option<String> {
        let kept = self.unknown.iter().map(|(column, words)| {
            let heading = if *column == RosterColumn::Disability { "残疾" } else { column.heading() };
            format!("{heading}：{}", words.join("、"))
        });
        let parts: Vec<String> = note.into_iter().chain(kept).collect();
        if parts.is_empty() { None } else { Some(parts.join("；")) }
    }

    /// Keeps the words that are not known, but for a number that went astray; whether there were any.
    fn keep_unknown(&mut self, column: RosterColumn, mut words: Vec<String>) -> bool {
        let any = !words.is_empty();
        words.retain(|word| !is_long_number(word));
        if !words.is_empty() {
            self.unknown.push((column, words));
        }
        any
    }
}

/// Reads the columns that hold several words: categories, a disability, benefits.
fn read_tags(
    row: &RosterRow,
    layout: &Layout,
    identity: Option<&IdentityNumber>,
    check: &mut RowCheck,
) -> Tags {
    let mut tags = Tags::default();
    for column in [RosterColumn::Categories, RosterColumn::Disability, RosterColumn::Receives] {
        let too_long = |cell: &RosterCell| cell.text.chars().count() > LONGEST_TAGS_CHARS;
        if layout.cells(row, column).any(too_long) {
            check.refuse(column, RowProblem::TextTooLong { limit_chars: LONGEST_TAGS_CHARS });
            return tags;
        }
    }
    let read = read_disability(layout.cells(row, RosterColumn::Disability), identity);
    read.odd.into_iter().for_each(|problem| check.warn(RosterColumn::Disability, problem));
    tags.disability = read.found;
    tags.keep_unknown(RosterColumn::Disability, read.unknown);

    let (mut codes, mut unknown) = (Vec::new(), Vec::new());
    for word in tag::words_of(layout.cells(row, RosterColumn::Categories)) {
        match (category::category_codes(&word), disability_of_word(&word)) {
            (Some(found), _) => codes.extend(found),
            (None, Some(disability)) => {
                codes.push("disabled");
                tags.disability.get_or_insert(disability);
            }
            (None, None) => unknown.push(word),
        }
    }
    tags.categories = category::in_order(&codes);
    if tags.keep_unknown(RosterColumn::Categories, unknown) {
        check.warn(RosterColumn::Categories, RowProblem::CategoryUnknown);
    }

    let (mut items, mut unknown) = (Vec::new(), Vec::new());
    for word in tag::words_of(layout.cells(row, RosterColumn::Receives)) {
        match benefit::benefit_items(&word) {
            Some(found) => items.extend(found),
            None => unknown.push(word),
        }
    }
    tags.receives = benefit::in_order(&items);
    if tags.keep_unknown(RosterColumn::Receives, unknown) {
        check.warn(RosterColumn::Receives, RowProblem::BenefitUnknown);
    }
    tags
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

#[cfg(test)]
mod tests;
