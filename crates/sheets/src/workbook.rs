//! From untrusted bytes to tables.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::archive::Archive;
use crate::table::{Budget, check};
use crate::{Limits, SheetError, Table, ods, ole, separated, xls, xlsx};

/// Reads all sheets of a workbook (.xlsx, .xls, .ods) or the one table of a CSV file. The format is told from the bytes,
/// not from a name.
///
/// # Errors
/// Every [`SheetError`] but `NotWritten`.
pub fn read_tables(bytes: &[u8], limits: &Limits) -> Result<Vec<Table>, SheetError> {
    check("file", bytes.len() as u64, limits.max_file_bytes)?;
    let mut budget = Budget::new(limits);
    let tables = if bytes.starts_with(b"PK\x03\x04") {
        read_zipped(bytes, &mut budget)?
    } else if bytes.starts_with(ole::SIGNATURE) {
        let workbook = ole::find_workbook(bytes)?;
        guard("xls workbook", || xls::read(workbook, &mut budget))?
    } else {
        vec![separated::read(bytes, &mut budget)?]
    };
    if tables.iter().all(|table| table.rows.is_empty()) {
        return Err(SheetError::NoRows);
    }
    Ok(tables)
}

fn read_zipped(bytes: &[u8], budget: &mut Budget<'_>) -> Result<Vec<Table>, SheetError> {
    let mut archive = Archive::open(bytes, budget.limits)?;
    if archive.has("xl/workbook.xml") {
        guard("xlsx workbook", || xlsx::read(bytes, budget))
    } else if archive.has("xl/workbook.bin") {
        Err(SheetError::UnsupportedFormat { format: "xlsb" })
    } else if archive.has("content.xml") {
        ods::read(&mut archive, budget)
    } else {
        Err(SheetError::NotAWorkbook)
    }
}

/// Runs a parser that is not ours. Some of them index without looking; a damaged workbook must not end the program.
fn guard<T>(part: &'static str, read: impl FnOnce() -> Result<T, SheetError>) -> Result<T, SheetError> {
    // What the parser leaves half done is dropped with it, and the budget is not looked at again.
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(SheetError::Broken { part }))
}

#[cfg(test)]
mod tests;
