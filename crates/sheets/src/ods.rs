//! OpenDocument spreadsheets, as WPS and LibreOffice write them. Read here and not by a library: one cell may say that it
//! repeats a million times, and what repeats has to be counted before it is kept.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};

use crate::archive::Archive;
use crate::looks::{Area, Looks};
use crate::table::{Budget, Gathering, check};
use crate::{Cell, SheetError, Table};

const BROKEN: SheetError = SheetError::Broken { part: "content of the ods workbook" };

pub(crate) fn read(archive: &mut Archive<'_>, budget: &mut Budget<'_>) -> Result<Vec<Table>, SheetError> {
    let kind = archive.read("mimetype").unwrap_or_default();
    if !kind.starts_with(b"application/vnd.oasis.opendocument.spreadsheet") {
        return Err(SheetError::NotAWorkbook);
    }
    let manifest = archive.read("META-INF/manifest.xml").unwrap_or_default();
    if String::from_utf8_lossy(&manifest).contains("encryption-data") {
        return Err(SheetError::Encrypted);
    }
    let content = archive.read("content.xml").ok_or(BROKEN)?;
    let content = String::from_utf8(content).map_err(|_| BROKEN)?;
    let mut reader = Reader::from_str(&content);
    reader.config_mut().expand_empty_elements = true;
    let mut tables = Vec::new();
    loop {
        match reader.read_event().map_err(|_| BROKEN)? {
            Event::Start(element) if element.local_name().as_ref() == "table" => {
                check("sheets", tables.len() as u64 + 1, budget.limits.max_sheets)?;
                let name = attribute(&element, "name")?.unwrap_or_default();
                tables.push(read_table(&mut reader, name, budget)?);
            }
            Event::Eof => return Ok(tables),
            _ => {}
        }
    }
}

fn read_table(
    reader: &mut Reader<&[u8]>,
    name: String,
    budget: &mut Budget<'_>,
) -> Result<Table, SheetError> {
    let mut gathering = Gathering::new(budget);
    let mut row = 0_u32;
    let mut merged = Vec::new();
    loop {
        match reader.read_event().map_err(|_| BROKEN)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "table-row" => {
                    let repeated = repeats(&element, "number-rows-repeated")?;
                    let (cells, spans) = read_row(reader)?;
                    merged.extend(spans.into_iter().map(|Span { column, rows, columns }| Area {
                        top: row,
                        left: column,
                        bottom: row.saturating_add(rows - 1),
                        right: column.saturating_add(columns - 1),
                    }));
                    // What repeats but is empty only moves on; what is not is refused at the first row too many.
                    for copy in 0..if cells.is_empty() { 0 } else { repeated } {
                        for (column, columns, cell) in &cells {
                            for next in 0..*columns {
                                let column = column.saturating_add(next);
                                gathering.put(row.saturating_add(copy), column, cell.clone())?;
                            }
                        }
                    }
                    row = row.saturating_add(repeated);
                }
                // A table within a cell, or pictures over the sheet: nothing of the sheet itself.
                "table" | "shapes" => skip(reader, &element)?,
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "table" => break,
            Event::Eof => return Err(BROKEN),
            _ => {}
        }
    }
    let looks = Looks { merged, ..Looks::default() };
    Ok(Table { looks, ..gathering.into_table(name) })
}

/// Column, how many columns it repeats for, value; without empty cells.
type Placed = (u32, u32, Cell);

/// A merged cell: where it begins, over how many rows and columns it reaches.
struct Span {
    column: u32,
    rows: u32,
    columns: u32,
}

fn read_row(reader: &mut Reader<&[u8]>) -> Result<(Vec<Placed>, Vec<Span>), SheetError> {
    let mut cells = Vec::new();
    let mut spans = Vec::new();
    let mut column = 0_u32;
    loop {
        match reader.read_event().map_err(|_| BROKEN)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "table-cell" | "covered-table-cell" => {
                    let repeated = repeats(&element, "number-columns-repeated")?;
                    let over = |key| Ok::<_, SheetError>(repeats(&element, key)?.max(1));
                    let (rows, columns) = (over("number-rows-spanned")?, over("number-columns-spanned")?);
                    if rows > 1 || columns > 1 {
                        spans.push(Span { column, rows, columns });
                    }
                    let cell = read_cell(reader, &element)?;
                    if !cell.is_empty() {
                        cells.push((column, repeated, cell));
                    }
                    column = column.saturating_add(repeated);
                }
                _ => skip(reader, &element)?,
            },
            Event::End(element) if element.local_name().as_ref() == "table-row" => {
                return Ok((cells, spans));
            }
            Event::Eof => return Err(BROKEN),
            _ => {}
        }
    }
}

fn read_cell(reader: &mut Reader<&[u8]>, element: &BytesStart<'_>) -> Result<Cell, SheetError> {
    let kind = attribute(element, "value-type")?;
    let value = |key: &str| attribute(element, key);
    let text = read_text(reader, element.local_name().as_ref())?;
    Ok(match kind.as_deref() {
        None => Cell::Empty,
        Some("float" | "percentage" | "currency") => {
            let value = value("value")?.and_then(|value| value.parse::<f64>().ok()).ok_or(BROKEN)?;
            Cell::Number { value }
        }
        Some("date") => Cell::Date(value("date-value")?.ok_or(BROKEN)?),
        Some("boolean") => Cell::Bool(value("boolean-value")?.is_some_and(|value| value == "true")),
        // A string, a length of time, or what later versions may bring: as it is shown.
        Some(_) => match value("string-value")?.unwrap_or(text) {
            text if text.is_empty() => Cell::Empty,
            text => Cell::Text(text),
        },
    })
}

/// The paragraphs of a cell up to its end, without comments and drawings.
fn read_text(reader: &mut Reader<&[u8]>, cell: &str) -> Result<String, SheetError> {
    let mut text = String::new();
    let mut paragraphs = 0;
    loop {
        match reader.read_event().map_err(|_| BROKEN)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "p" => {
                    if paragraphs > 0 {
                        text.push('\n');
                    }
                    paragraphs += 1;
                }
                "s" => {
                    // Runs of spaces are written as a count; a lie about it is cut, no cell holds so many.
                    let spaces =
                        attribute(&element, "c")?.and_then(|count| count.parse().ok()).unwrap_or(1_usize);
                    text.extend(std::iter::repeat_n(' ', spaces.min(1_000)));
                }
                "tab" => text.push('\t'),
                "line-break" => text.push('\n'),
                "span" | "a" => {}
                _ => skip(reader, &element)?,
            },
            Event::Text(part) if paragraphs > 0 => text.push_str(&part.xml10_content()),
            Event::CData(part) if paragraphs > 0 => text.push_str(&part.xml10_content()),
            Event::GeneralRef(entity) => match resolve_xml_entity(&entity) {
                Some(known) => text.push_str(known),
                None => text.extend(entity.resolve_char_ref().map_err(|_| BROKEN)?),
            },
            Event::End(element) if element.local_name().as_ref() == cell => return Ok(text),
            Event::Eof => return Err(BROKEN),
            _ => {}
        }
    }
}

fn skip(reader: &mut Reader<&[u8]>, element: &BytesStart<'_>) -> Result<(), SheetError> {
    reader.read_to_end(element.name()).map(|_| ()).map_err(|_| BROKEN)
}

fn attribute(element: &BytesStart<'_>, key: &str) -> Result<Option<String>, SheetError> {
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| BROKEN)?;
        if attribute.key.local_name().as_ref() == key {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| BROKEN)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

fn repeats(element: &BytesStart<'_>, key: &str) -> Result<u32, SheetError> {
    match attribute(element, key)? {
        None => Ok(1),
        Some(count) => count.parse().map_err(|_| BROKEN),
    }
}
