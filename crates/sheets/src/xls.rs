//! Excel workbooks before 2007, once their records have been bounded.

use std::io::Cursor;

use calamine::{Reader, SheetType, Xls, XlsError};

use crate::looks::{Area, Looks};
use crate::table::{Budget, Gathering};
use crate::{SheetError, Table, biff, ole, xlsx};

pub(crate) fn read(stream: Vec<u8>, budget: &mut Budget<'_>) -> Result<Vec<Table>, SheetError> {
    let biff::Bounded { stream, mut looks } = biff::bound(stream, budget.limits)?;
    let mut workbook = Xls::new(Cursor::new(ole::wrap_workbook(stream))).map_err(|error| match error {
        XlsError::Password => SheetError::Encrypted,
        _ => SheetError::Broken { part: "xls workbook" },
    })?;
    let mut tables = Vec::new();
    for (at, sheet) in workbook.sheets_metadata().to_vec().into_iter().enumerate() {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let range = workbook
            .worksheet_range(&sheet.name)
            .map_err(|_| SheetError::Broken { part: "a sheet of the xls workbook" })?;
        let mut gathering = Gathering::new(budget);
        let (top, left) = range.start().unwrap_or((0, 0));
        for (row, cells) in (top..).zip(range.rows()) {
            for (column, value) in (left..).zip(cells) {
                gathering.put(row, column, xlsx::from_data(value.clone()))?;
            }
        }
        let areas = workbook.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default();
        let merged = areas.iter().map(|area| {
            let ((top, left), (bottom, right)) = (area.start, area.end);
            Area { top, left, bottom, right }
        });
        let looks = looks.get_mut(at).map(std::mem::take).unwrap_or_default();
        let looks = Looks { merged: merged.collect(), ..looks };
        tables.push(Table { looks, ..gathering.into_table(sheet.name) });
    }
    Ok(tables)
}
