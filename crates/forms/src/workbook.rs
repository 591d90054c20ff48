//! A workbook's cells as text, read within bounds. Sizes are measured by unpacking, not believed from the directory.

use crate::error::{FormError, FormErrorCode};
use calamine::{DataRef, Reader, Xlsx};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// The largest workbook file, in bytes.
pub const MAX_WORKBOOK_BYTES: usize = 4 * 1024 * 1024;
/// The most that all parts of a workbook may unpack to, in bytes.
pub const MAX_UNPACKED_BYTES: u64 = 24 * 1024 * 1024;
const MAX_PARTS: usize = 500;
const MAX_ROWS: u32 = 20_000;
const MAX_COLUMNS: u32 = 256;
const MAX_CELLS: usize = 200_000;
const MAX_TEXT_BYTES: usize = 8 * 1024 * 1024;
const MAX_CELL_CHARS: usize = 32_767;

/// The sheets of a form.
#[derive(Debug, Default)]
pub(crate) struct Workbook {
    pub(crate) sheets: BTreeMap<String, Sheet>,
    /// Sheets that mean something to other programs.
    pub(crate) ignored: Vec<String>,
}

/// One sheet: its heading row and the rows below that hold anything.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    /// The heading's text by column.
    pub(crate) headings: BTreeMap<u32, String>,
    /// The number of the heading's row, from 0.
    pub(crate) heading_row: u32,
    /// The row's number from 0, and its cells by column.
    pub(crate) rows: Vec<(u32, BTreeMap<u32, String>)>,
}

/// A cell's name as Excel shows it; row and column from 0.
pub(crate) fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        let letter = u8::try_from((left - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + letter));
        left = (left - 1) / 26;
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{}", row + 1)
}

fn whole(code: FormErrorCode, zh: &str, en: &str) -> FormError {
    FormError {
        sheet: String::new(),
        cell: String::new(),
        code,
        message_zh: zh.to_owned(),
        message_en: en.to_owned(),
    }
}

fn unreadable() -> FormError {
    whole(
        FormErrorCode::NotAWorkbook,
        "这不是可以读取的 .xlsx 工作簿，请用 Excel 或 WPS 另存为 .xlsx 后再试",
        "this is no readable .xlsx workbook; save it as .xlsx and try again",
    )
}

fn too_large() -> FormError {
    whole(
        FormErrorCode::TooLarge,
        "工作簿太大，请删去图片和无用的工作表后再试",
        "the workbook is too large; remove pictures and unused sheets and try again",
    )
}

/// The sheets that are read.
const READ: &[&str] = &["survey", "choices", "settings", "external_choices"];
const IGNORED: &[&str] = &["entities", "osm"];

/// Reads the sheets of a form. A workbook of a single sheet is a survey, whatever it is called.
pub(crate) fn read_workbook(bytes: &[u8]) -> Result<Workbook, FormError> {
    if bytes.len() > MAX_WORKBOOK_BYTES {
        return Err(too_large());
    }
    measure(bytes)?;
    let mut file = Xlsx::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let mut workbook = Workbook::default();
    let mut budget = Budget { cells: MAX_CELLS, text_bytes: MAX_TEXT_BYTES };
    let names = file.sheet_names();
    let single = names.len() == 1;
    for name in names {
        let plain = name.trim().to_ascii_lowercase();
        if IGNORED.contains(&plain.as_str()) {
            workbook.ignored.push(name);
        } else if READ.contains(&plain.as_str()) {
            let sheet = read_sheet(&mut file, &name, &mut budget)?;
            workbook.sheets.entry(plain).or_insert(sheet);
        } else if single {
            let sheet = read_sheet(&mut file, &name, &mut budget)?;
            workbook.sheets.insert("survey".to_owned(), sheet);
        }
    }
    Ok(workbook)
}

/// Unpacks every part into nothing, to learn what it really holds before anything is kept of it.
fn measure(bytes: &[u8]) -> Result<(), FormError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    if archive.len() > MAX_PARTS {
        return Err(too_large());
    }
    let declared = (0..archive.len())
        .try_fold(0_u64, |sum, at| archive.by_index_raw(at).ok().map(|part| sum.saturating_add(part.size())));
    if declared.ok_or_else(unreadable)? > MAX_UNPACKED_BYTES {
        return Err(too_large());
    }
    let mut left = MAX_UNPACKED_BYTES;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| unreadable())?;
        let mut bounded = part.take(left.saturating_add(1));
        let taken = std::io::copy(&mut bounded, &mut std::io::sink()).map_err(|_| unreadable())?;
        left = left.checked_sub(taken).ok_or_else(too_large)?;
    }
    Ok(())
}

struct Budget {
    cells: usize,
    text_bytes: usize,
}

/// Reads a sheet cell by cell: a range would make room for every cell between the first and the last.
fn read_sheet(file: &mut Xlsx<Cursor<&[u8]>>, name: &str, budget: &mut Budget) -> Result<Sheet, FormError> {
    let mut reader = file.worksheet_cells_reader(name).map_err(|_| unreadable())?;
    let mut rows: BTreeMap<u32, BTreeMap<u32, String>> = BTreeMap::new();
    while let Some(cell) = reader.next_cell().map_err(|_| unreadable())? {
        let (row, column) = cell.get_position();
        let text = cell_text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let at = |code, zh: &str, en: &str| FormError {
            sheet: name.to_owned(),
            cell: cell_name(row, column),
            ..whole(code, zh, en)
        };
        if text.chars().count() > MAX_CELL_CHARS {
            return Err(at(FormErrorCode::TooLarge, "这个单元格的文字太长", "this cell's text is too long"));
        }
        let fits = budget.cells > 0 && budget.text_bytes >= text.len();
        if row >= MAX_ROWS || column >= MAX_COLUMNS || !fits {
            return Err(at(
                FormErrorCode::TooLarge,
                "工作表太大：行、列或文字超过了限度",
                "the sheet is too large: rows, columns or text are beyond the bounds",
            ));
        }
        budget.cells -= 1;
        budget.text_bytes -= text.len();
        rows.entry(row).or_default().insert(column, text);
    }
    let Some((heading_row, headings)) = rows.pop_first() else { return Ok(Sheet::default()) };
    Ok(Sheet { headings, heading_row, rows: rows.into_iter().collect() })
}

/// A text trimmed, with plain blanks: pages that are copied from bring others.
fn plain_text(text: &str) -> String {
    text.replace('\u{a0}', " ").trim().to_owned()
}

/// A cell's text as its author sees it: trimmed, whole numbers without `.0`.
fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => crate::value::write_number(*number),
        DataRef::String(text) => plain_text(text),
        DataRef::SharedString(text) => plain_text(text),
        DataRef::Bool(truth) => (if *truth { "TRUE" } else { "FALSE" }).to_owned(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::DateTime(date) => date_text(date.as_f64()),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// Excel's day number (from 1899-12-30) as a date.
#[allow(clippy::cast_possible_truncation)]
fn date_text(days: f64) -> String {
    let start = chrono::NaiveDate::from_ymd_opt(1899, 12, 30);
    let whole = days.floor().clamp(-1.0e6, 3.0e6) as i64;
    let day = start.and_then(|start| start.checked_add_signed(chrono::TimeDelta::days(whole)));
    day.map(|day| day.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_excel_names_them() {
        for (row, column, name) in
            [(0, 0, "A1"), (4, 2, "C5"), (9, 25, "Z10"), (0, 26, "AA1"), (0, 255, "IV1")]
        {
            assert_eq!(cell_name(row, column), name);
        }
    }
}
