//! Excel workbooks since 2007, cell by cell, so that a cell in the last possible row and column costs no empty ones.

use std::io::Cursor;

use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetType, Xlsx, XlsxError};

use crate::table::{Budget, Gathering, check};
use crate::{Cell, SheetError, Table};

pub(crate) fn read(bytes: &[u8], budget: &mut Budget<'_>) -> Result<Vec<Table>, SheetError> {
    let refuse = |error: XlsxError| match error {
        XlsxError::Password => SheetError::Encrypted,
        _ => SheetError::Broken { part: "xlsx workbook" },
    };
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(refuse)?;
    let sheets = workbook.sheets_metadata().to_vec();
    check("sheets", sheets.len() as u64, budget.limits.max_sheets)?;
    let mut tables = Vec::new();
    for sheet in sheets.into_iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        let mut gathering = Gathering::new(budget);
        let mut cells = match workbook.worksheet_cells_reader(&sheet.name) {
            Err(XlsxError::NotAWorksheet(_)) => continue,
            other => other.map_err(refuse)?,
        };
        while let Some(cell) = cells.next_cell().map_err(refuse)? {
            let (row, column) = cell.get_position();
            gathering.put(row, column, from_ref(cell.get_value()))?;
        }
        tables.push(gathering.into_table(sheet.name));
    }
    Ok(tables)
}

fn from_ref(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::String(text) => text_cell(text),
        DataRef::SharedString(text) => text_cell(text),
        other => from_data(other.clone().into()),
    }
}

/// A parser's value as a cell.
pub(crate) fn from_data(value: Data) -> Cell {
    match value {
        Data::Int(value) => Cell::Number { value: value as f64 },
        Data::Float(value) => Cell::Number { value },
        Data::String(text) => text_cell(&text),
        Data::Bool(value) => Cell::Bool(value),
        Data::DateTime(value) => from_serial(value),
        Data::DateTimeIso(text) => Cell::Date(text),
        Data::DurationIso(text) => Cell::Text(text),
        Data::Error(error) => Cell::Error(error.to_string()),
        Data::Empty => Cell::Empty,
    }
}

fn text_cell(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}

/// Excel counts days; a number in a cell formatted as a date is a date, one outside its calendar stays a number.
fn from_serial(serial: ExcelDateTime) -> Cell {
    let value = serial.as_f64();
    if !serial.is_datetime() || !(0.0..2_958_466.0).contains(&value) {
        return Cell::Number { value };
    }
    let (year, month, day, hour, minute, second, _) = serial.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if value < 1.0 {
        return Cell::Date(time);
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if value.fract() == 0.0 { Cell::Date(date) } else { Cell::Date(format!("{date}T{time}")) }
}
