//! A workbook that is written back as it came, but for some cells of one sheet: merged cells, widths, borders, pictures, prints
//! and every other sheet stay, byte for byte where nothing is moved. Only .xlsx is so; what Excel computes is computed anew.

mod change;
mod moving;
mod parts;
mod refs;
mod sheet;

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::archive::Archive;
use crate::table::check;
use crate::{Limits, SheetError};

use bangban_model::form_sheet::Area;
pub use change::{Change, Insert};
use parts::Parts;

/// How a sheet is laid out: what reading its cells alone does not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The sheet's name.
    pub sheet: String,
    /// Cells that are one.
    pub merged: Vec<Area>,
    /// Numbers of the rows that have cells, empty ones among them; in order.
    pub drawn: Vec<u32>,
}

/// A row beyond this is drawn by a program that formats whole columns, not by a form (rows).
const MOST_DRAWN: usize = 20_000;

/// The layouts of a workbook's sheets that can be filled, in its order.
///
/// # Errors
/// `UnsupportedFormat` for other tables than .xlsx, and as [`crate::read_tables`].
pub fn read_layouts(bytes: &[u8], limits: &Limits) -> Result<Vec<Layout>, SheetError> {
    let (mut archive, parts) = open(bytes, limits)?;
    let mut layouts = Vec::new();
    for (name, part) in &parts.sheets {
        let Some(text) = archive.read(part) else { continue };
        let read = sheet::read(parts::text_of(&text)?)?;
        let drawn: Vec<u32> =
            read.rows.iter().filter(|(_, row)| !row.cells.is_empty()).map(|(row, _)| *row).collect();
        let drawn = drawn.into_iter().take(MOST_DRAWN).collect();
        layouts.push(Layout { sheet: name.clone(), merged: read.merged, drawn });
    }
    Ok(layouts)
}

/// The workbook with these cells of a sheet changed. Cells that compute something are left as they are.
///
/// # Errors
/// As [`read_layouts`], `NotWritten` where the sheet is not there or becomes larger than Excel takes.
pub fn write_kept(
    bytes: &[u8],
    sheet: &str,
    change: &Change,
    limits: &Limits,
) -> Result<Vec<u8>, SheetError> {
    let (mut archive, parts) = open(bytes, limits)?;
    let not_written = |_| SheetError::NotWritten { part: "workbook" };
    let (_, part) = parts
        .sheets
        .iter()
        .find(|(name, _)| name == sheet)
        .ok_or(SheetError::NotWritten { part: "sheet" })?;
    let text = archive.read(part).ok_or(SheetError::Broken { part: "sheet" })?;
    let mut new = vec![(part.clone(), sheet::write(parts::text_of(&text)?, sheet, change)?)];
    new.extend(parts.without_calculations(&mut archive, sheet, change)?);
    if let Some(insert) = change.insert {
        new.extend(parts.moved(&mut archive, (sheet, part), insert)?);
    }
    let mut from =
        ZipArchive::new(Cursor::new(bytes)).map_err(|_| SheetError::Broken { part: "zip directory" })?;
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let file = from.by_index_raw(index).map_err(not_written)?;
        let name = file.name().map_err(not_written)?.into_owned();
        if parts.is_dropped(&name) {
            continue;
        }
        match new.iter().find(|(changed, _)| *changed == name) {
            None => to.raw_copy_file(file).map_err(not_written)?,
            Some((_, text)) => {
                check("sheet", text.len() as u64, limits.max_unpacked_bytes)?;
                let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
                to.start_file(name, options).map_err(not_written)?;
                to.write_all(text.as_bytes()).map_err(|_| SheetError::NotWritten { part: "workbook" })?;
            }
        }
    }
    Ok(to.finish().map_err(not_written)?.into_inner())
}

fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<(Archive<'a>, Parts), SheetError> {
    check("file", bytes.len() as u64, limits.max_file_bytes)?;
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(SheetError::UnsupportedFormat { format: "xls, ods, csv" });
    }
    let mut archive = Archive::open(bytes, limits)?;
    if !archive.has("xl/workbook.xml") {
        return Err(SheetError::UnsupportedFormat { format: "xlsb, ods" });
    }
    let parts = Parts::read(&mut archive)?;
    check("sheets", parts.sheets.len() as u64, limits.max_sheets)?;
    Ok((archive, parts))
}

#[cfg(test)]
mod tests;
