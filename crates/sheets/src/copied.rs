//! A table of another kind as .xlsx: every cell in its place, so that it can be written back. Its layout is not kept.

use crate::outgoing::{Formats, new_workbook, sheet_name, widen, write_cell};
use crate::{Cell, Limits, Out, SheetError, Table, read_tables};

/// The sheet's name where a table has none.
const UNNAMED: &str = "Sheet1";

/// An .xls, .ods or CSV as .xlsx: what stands in its cells, each in its place; merged cells, widths and formulas are left behind.
///
/// # Errors
/// As [`read_tables`]; `TooLarge` beyond Excel's own limits, `NotWritten`.
pub fn copy_as_xlsx(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, SheetError> {
    let mut workbook = new_workbook()?;
    let formats = Formats::new();
    for table in read_tables(bytes, limits)? {
        let worksheet = workbook.add_worksheet();
        copy(worksheet, &table, &formats).map_err(|_| SheetError::NotWritten { part: "sheet" })?;
    }
    workbook.save_to_buffer().map_err(|_| SheetError::NotWritten { part: "workbook" })
}

fn copy(
    worksheet: &mut rust_xlsxwriter::Worksheet,
    table: &Table,
    formats: &Formats,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    worksheet.set_name(sheet_name(if table.sheet.is_empty() { UNNAMED } else { &table.sheet }))?;
    let rows: Vec<Vec<Out>> = table.rows.iter().map(|row| row.cells.iter().map(out).collect()).collect();
    for (row, cells) in table.rows.iter().zip(&rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            write_cell(worksheet, row.number.saturating_sub(1), column, cell, formats)?;
        }
    }
    widen(worksheet, &[], &rows)
}

fn out(cell: &Cell) -> Out {
    match cell {
        Cell::Empty => Out::Empty,
        // A number stays one: that Excel rounded it must be seen in the copy too.
        Cell::Number { value } => Out::Number(*value),
        Cell::Date(day) => Out::Date(day.clone()),
        Cell::Bool(_) | Cell::Text(_) | Cell::Error(_) => Out::Text(cell.as_plain_text()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_cell_of_another_table_stands_in_its_place() {
        let csv = "名单\n\n姓名,身份证号,日期\n张三,11010519491231002X,2026-11-28\n=1+1,,\n";
        let limits = Limits::default();
        let copy = copy_as_xlsx(csv.as_bytes(), &limits).unwrap();
        let (before, after) =
            (read_tables(csv.as_bytes(), &limits).unwrap(), read_tables(&copy, &limits).unwrap());
        assert_eq!(after[0].sheet, UNNAMED);
        let texts = |table: &Table| -> Vec<(u32, Vec<String>)> {
            let told = |row: &crate::Row| row.cells.iter().map(Cell::as_plain_text).collect::<Vec<_>>();
            let rows = table.rows.iter().map(|row| (row.number, told(row)));
            rows.filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty())).collect()
        };
        let trimmed = |rows: Vec<(u32, Vec<String>)>| {
            rows.into_iter()
                .map(|(at, cells)| (at, cells.join("|").trim_end_matches('|').to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(trimmed(texts(&after[0])), trimmed(texts(&before[0])));
        assert!(matches!(crate::read_layouts(&copy, &limits), Ok(layouts) if layouts.len() == 1));
    }
}
