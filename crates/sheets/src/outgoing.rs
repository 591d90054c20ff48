//! Tables on their way out, as Excel workbook or CSV. Text stays text: whatever a resident's name or a remark begins
//! with, no program that opens the file takes it for a formula.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};

use crate::SheetError;
use crate::table::check;

/// Rows that an Excel sheet has, less the heading's.
const MAX_ROWS: u64 = 1_048_575;
/// Columns that an Excel sheet has.
const MAX_COLUMNS: u64 = 16_384;
/// Characters that an Excel cell takes.
const MAX_CELL_CHARS: u64 = 32_767;
/// Characters that the name of an Excel sheet takes.
const MAX_SHEET_CHARS: usize = 31;
/// Rows that decide on a column's width.
pub(crate) const ROWS_MEASURED: usize = 1_000;
/// Narrowest and widest column, in the width of digits.
const WIDTHS: std::ops::RangeInclusive<u32> = 6..=60;

/// A cell to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Out {
    /// Nothing.
    Empty,
    /// Text, identity and bank card numbers among it: written so that Excel neither rounds nor computes it.
    Text(String),
    /// A number that one calculates with.
    Number(f64),
    /// ISO 8601 date, with time if need be; written as a date that Excel can sort. Anything else is written as text.
    Date(String),
    /// True or false, shown as 是 or 否.
    Bool(bool),
    /// Left free for the pen, a signature mostly: in a ledger, where nothing else stays empty.
    ToSign,
}

impl Out {
    pub(crate) fn shown(&self) -> String {
        match self {
            Out::Empty | Out::ToSign => String::new(),
            Out::Text(text) | Out::Date(text) => text.clone(),
            Out::Number(value) => crate::Cell::Number { value: *value }.as_plain_text(),
            Out::Bool(value) => if *value { "是" } else { "否" }.to_owned(),
        }
    }
}

/// Whether a program could take a text for a formula: the beginnings that OWASP names, and their full-width forms, which
/// Excel treats as the narrow ones. Spaces before them do not help.
pub(crate) fn could_be_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n'])
        || text.trim_start().starts_with(['=', '+', '-', '@', '|', '＝', '＋', '－', '＠'])
}

/// Whether a text is written to CSV behind one more apostrophe, and read without it. A text that has an apostrophe of its
/// own there gets one more too, so that reading gives back what was written.
pub(crate) fn is_guarded_in_csv(text: &str) -> bool {
    could_be_formula(text.trim_start_matches('\''))
}

/// Writes one sheet as .xlsx: heading bold and frozen, columns as wide as Chinese needs. The same table gives the same
/// bytes. Characters that a sheet's name must not have become spaces.
///
/// # Errors
/// `TooLarge` beyond Excel's own limits, `NotWritten`.
pub fn write_table(sheet: &str, headings: &[&str], rows: &[Vec<Out>]) -> Result<Vec<u8>, SheetError> {
    check_size(headings, rows)?;
    let mut workbook = new_workbook()?;
    let formats = Formats::new();
    let worksheet = workbook.add_worksheet();
    fill(worksheet, sheet, headings, rows, &formats).map_err(|_| SheetError::NotWritten { part: "sheet" })?;
    workbook.save_to_buffer().map_err(|_| SheetError::NotWritten { part: "workbook" })
}

/// A workbook that does not tell when it was written: the writer would put the clock's time in.
pub(crate) fn new_workbook() -> Result<Workbook, SheetError> {
    let mut workbook = Workbook::new();
    let created =
        ExcelDateTime::from_ymd(2000, 1, 1).map_err(|_| SheetError::NotWritten { part: "properties" })?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    Ok(workbook)
}

/// How a day is written.
pub(crate) const DAY: &str = "yyyy-mm-dd";
/// How a moment is written.
pub(crate) const MOMENT: &str = "yyyy-mm-dd hh:mm:ss";

pub(crate) struct Formats {
    heading: Format,
    text: Format,
    guarded: Format,
    date: Format,
    moment: Format,
}

impl Formats {
    pub(crate) fn new() -> Self {
        // "@" keeps a text a text when someone edits the cell; the quote prefix does so for what looks like a formula.
        let text = Format::new().set_num_format("@");
        Formats {
            heading: Format::new().set_bold().set_align(FormatAlign::Center).set_num_format("@"),
            guarded: text.clone().set_quote_prefix(),
            text,
            date: Format::new().set_num_format(DAY),
            moment: Format::new().set_num_format(MOMENT),
        }
    }

    fn for_text(&self, text: &str) -> &Format {
        if could_be_formula(text) { &self.guarded } else { &self.text }
    }
}

fn fill(
    worksheet: &mut Worksheet,
    name: &str,
    headings: &[&str],
    rows: &[Vec<Out>],
    formats: &Formats,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    worksheet.set_name(sheet_name(name))?;
    worksheet.set_freeze_panes(1, 0)?;
    for (column, heading) in (0_u16..).zip(headings) {
        worksheet.write_string_with_format(0, column, *heading, &formats.heading)?;
    }
    for (row, cells) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            write_cell(worksheet, row, column, cell, formats)?;
        }
    }
    widen(worksheet, headings, rows)
}

/// Columns as wide as what stands in them.
pub(crate) fn widen(
    worksheet: &mut Worksheet,
    headings: &[&str],
    rows: &[Vec<Out>],
) -> Result<(), rust_xlsxwriter::XlsxError> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0).max(headings.len());
    for (index, column) in (0..columns).zip(0_u16..) {
        let heading = headings.get(index).map_or(0, |heading| display_width(heading));
        let widest = rows
            .iter()
            .take(ROWS_MEASURED)
            .filter_map(|row| row.get(index))
            .map(|cell| display_width(&cell.shown()))
            .fold(heading, u32::max);
        worksheet.set_column_width(column, (widest + 2).clamp(*WIDTHS.start(), *WIDTHS.end()))?;
    }
    Ok(())
}

pub(crate) fn write_cell(
    worksheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Out,
    formats: &Formats,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    match cell {
        Out::Empty | Out::ToSign => {}
        Out::Number(value) if value.is_finite() => {
            worksheet.write_number(row, column, *value)?;
        }
        Out::Date(text) => {
            let format = if text.contains(['T', ' ']) { &formats.moment } else { &formats.date };
            match ExcelDateTime::parse_from_str(text) {
                Ok(date) if is_iso_date(text) => {
                    worksheet.write_datetime_with_format(row, column, &date, format)?;
                }
                _ => {
                    worksheet.write_string_with_format(row, column, text, formats.for_text(text))?;
                }
            }
        }
        Out::Text(_) | Out::Number(_) | Out::Bool(_) => {
            let text = cell.shown();
            if !text.is_empty() {
                worksheet.write_string_with_format(row, column, &text, formats.for_text(&text))?;
            }
        }
    }
    Ok(())
}

/// `2026-03-04`, or with `T10:11:12`; the writer's own parser would take a time with an offset for local time.
fn is_iso_date(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    matches!(
        shape.as_str(),
        "0000-00-00" | "0000-00-00T00:00" | "0000-00-00T00:00:00" | "0000-00-00 00:00:00"
    )
}

/// Width in digits: a Chinese character is as wide as two. Of several lines the longest counts.
pub(crate) fn display_width(text: &str) -> u32 {
    let width = |line: &str| line.chars().map(|c| if c < '\u{1100}' { 1 } else { 2 }).sum::<u32>();
    text.lines().map(width).max().unwrap_or(0)
}

pub(crate) fn sheet_name(name: &str) -> String {
    let clean = |c: char| if "[]:*?/\\'".contains(c) || c.is_control() { ' ' } else { c };
    // Excel counts UTF-16 units.
    let mut units = 0;
    let kept: String = name
        .chars()
        .map(clean)
        .take_while(|c| {
            units += c.len_utf16();
            units <= MAX_SHEET_CHARS
        })
        .collect();
    let kept = kept.trim();
    if kept.is_empty() { "Sheet1".to_owned() } else { kept.to_owned() }
}

pub(crate) fn check_size(headings: &[&str], rows: &[Vec<Out>]) -> Result<(), SheetError> {
    check("rows", rows.len() as u64, MAX_ROWS)?;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0).max(headings.len());
    check("columns", columns as u64, MAX_COLUMNS)?;
    let texts = rows.iter().flatten().filter_map(|cell| match cell {
        Out::Text(text) | Out::Date(text) => Some(text.as_str()),
        _ => None,
    });
    for text in headings.iter().copied().chain(texts) {
        check("text of one cell", text.encode_utf16().count() as u64, MAX_CELL_CHARS)?;
    }
    Ok(())
}

/// Writes a table as CSV for other programs: UTF-8 with a byte order mark (Excel needs it for Chinese), text that could be
/// taken for a formula behind an apostrophe. People who open it in Excel see identity numbers rounded: give them
/// [`write_table`].
///
/// # Errors
/// `TooLarge` beyond Excel's own limits, `NotWritten`.
pub fn write_csv(headings: &[&str], rows: &[Vec<Out>]) -> Result<Vec<u8>, SheetError> {
    check_size(headings, rows)?;
    let guard = |text: String| if is_guarded_in_csv(&text) { format!("'{text}") } else { text };
    let refuse = |_| SheetError::NotWritten { part: "CSV" };
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer(b"\xEF\xBB\xBF".to_vec());
    writer.write_record(headings.iter().map(|heading| guard((*heading).to_owned()))).map_err(refuse)?;
    for row in rows {
        let shown = row.iter().map(|cell| match cell {
            // A negative number begins with a minus and is no formula.
            Out::Number(_) => cell.shown(),
            other => guard(other.shown()),
        });
        writer.write_record(shown).map_err(refuse)?;
    }
    writer.into_inner().map_err(|_| SheetError::NotWritten { part: "CSV" })
}
