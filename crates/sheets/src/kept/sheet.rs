//! One sheet's XML: read for its rows and merged cells, written with other cells.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::{escape, unescape};
use quick_xml::events::{BytesStart, Event};

use super::change::{Area, Change, Insert};
use super::refs::{self, Move, moved_formula, moved_list, moved_merge};
use crate::{Out, SheetError};

const BROKEN: SheetError = SheetError::Broken { part: "sheet" };
/// Rows that an Excel sheet has.
const MAX_ROWS: u32 = 1_048_576;

/// A cell as it stands in the XML.
#[derive(Clone)]
pub(super) struct CellXml<'a> {
    /// Its look.
    style: Option<String>,
    /// Everything within it.
    inner: Cow<'a, str>,
    /// Its kind: a text by number, a number, a formula's text.
    kind: Option<String>,
}

impl CellXml<'_> {
    fn computes(&self) -> bool {
        self.inner.contains("<f") || self.inner.contains(":f>") || self.inner.contains(":f ")
    }
}

/// A row as it stands in the XML.
#[derive(Clone, Default)]
pub(super) struct RowXml<'a> {
    /// Its attributes but for its number and which columns it spans.
    attributes: Vec<(String, String)>,
    pub(super) cells: BTreeMap<u32, CellXml<'a>>,
}

/// A sheet, read.
pub(super) struct SheetXml<'a> {
    pub(super) rows: BTreeMap<u32, RowXml<'a>>,
    pub(super) merged: Vec<Area>,
    /// Where the rows stand in the text.
    data: Range<usize>,
    /// Whether that is an element without an end tag of its own.
    is_empty: bool,
    /// The sign before the names of elements, with its colon.
    prefix: String,
}

/// An attribute's value, whatever stands before its name.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes().filter_map(Result::ok);
    let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// Where the element that was opened before `from` ends.
pub(super) fn end_of(text: &str, from: usize) -> usize {
    text[from..].find('>').map_or(text.len(), |end| from + end + 1)
}

/// A tag with these attributes, instead of those of the same name.
pub(super) fn tag_with(tag: &str, new: &[(&str, &str)]) -> String {
    let mut tag = tag.to_owned();
    for (name, value) in new {
        let named = format!(" {name}=\"");
        match tag.find(&named) {
            Some(at) => {
                let from = at + named.len();
                let to = tag[from..].find('"').map_or(tag.len(), |end| from + end);
                tag.replace_range(from..to, &escape(*value));
            }
            None => {
                let at = tag.rfind("/>").or_else(|| tag.rfind('>')).unwrap_or(tag.len());
                tag.insert_str(at, &format!(" {name}=\"{}\"", escape(*value)));
            }
        }
    }
    tag
}

/// Reads a sheet.
pub(super) fn read(text: &str) -> Result<SheetXml<'_>, SheetError> {
    let mut sheet = SheetXml {
        rows: BTreeMap::new(),
        merged: Vec::new(),
        data: 0..0,
        is_empty: false,
        prefix: String::new(),
    };
    let mut reader = Reader::from_str(text);
    let (mut row, mut column) = (0_u32, 0_u32);
    let mut seen = false;
    loop {
        let from = reader.buffer_position() as usize;
        match reader.read_event().map_err(|_| BROKEN)? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "worksheet" => {
                    let name = tag.name();
                    sheet.prefix = name.as_ref().strip_suffix("worksheet").unwrap_or_default().to_owned();
                }
                "sheetData" => (sheet.data.start, seen) = (reader.buffer_position() as usize, true),
                "row" => {
                    (row, column) = (number_of(&tag, row)?, 0);
                    let attributes = row_attributes(&tag);
                    sheet.rows.entry(row).or_default().attributes = attributes;
                }
                "c" => {
                    column = place_of(&tag, column);
                    let (style, kind) = (attribute(&tag, "s"), attribute(&tag, "t"));
                    let inside = reader.buffer_position() as usize;
                    let end = reader.read_to_end(tag.name()).map_err(|_| BROKEN)?;
                    let inner = Cow::Borrowed(&text[inside..end.end as usize]);
                    let cells = &mut sheet.rows.entry(row).or_default().cells;
                    cells.insert(column, CellXml { style, inner, kind });
                    column += 1;
                }
                _ => {}
            },
            Event::Empty(tag) => match tag.local_name().as_ref() {
                "sheetData" => {
                    (sheet.data, sheet.is_empty, seen) =
                        (from..reader.buffer_position() as usize, true, true);
                }
                "row" => {
                    row = number_of(&tag, row)?;
                    sheet.rows.entry(row).or_default().attributes = row_attributes(&tag);
                }
                "c" => {
                    column = place_of(&tag, column);
                    let cell = CellXml { style: attribute(&tag, "s"), inner: Cow::Borrowed(""), kind: None };
                    sheet.rows.entry(row).or_default().cells.insert(column, cell);
                    column += 1;
                }
                "mergeCell" => sheet.merged.extend(attribute(&tag, "ref").as_deref().and_then(refs::area)),
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == "sheetData" => sheet.data.end = from,
            Event::Eof => break,
            _ => {}
        }
    }
    if seen { Ok(sheet) } else { Err(BROKEN) }
}

fn number_of(tag: &BytesStart<'_>, before: u32) -> Result<u32, SheetError> {
    let number = attribute(tag, "r").map_or(Ok(before + 1), |number| number.parse().map_err(|_| BROKEN))?;
    if (1..=MAX_ROWS).contains(&number) { Ok(number) } else { Err(BROKEN) }
}

fn place_of(tag: &BytesStart<'_>, next: u32) -> u32 {
    attribute(tag, "r").as_deref().and_then(refs::cell).map_or(next, |(column, _)| column)
}

fn row_attributes(tag: &BytesStart<'_>) -> Vec<(String, String)> {
    let attributes = tag.attributes().filter_map(Result::ok);
    attributes
        .filter(|attribute| !matches!(attribute.key.as_ref(), "r" | "spans"))
        .map(|attribute| (attribute.key.as_ref().to_owned(), attribute.value.as_ref().to_owned()))
        .collect()
}

/// Writes a sheet with what changes.
pub(super) fn write(text: &str, name: &str, change: &Change) -> Result<String, SheetError> {
    let sheet = read(text)?;
    let rows = changed_rows(&sheet, name, change)?;
    let mut out = String::with_capacity(text.len() + 4096);
    around(&text[..sheet.data.start], name, &sheet, change, &mut out)?;
    let prefix = &sheet.prefix;
    if sheet.is_empty {
        out.push_str(&format!("<{prefix}sheetData>"));
    }
    for (number, row) in &rows {
        tell_row(*number, row, prefix, &mut out);
    }
    if sheet.is_empty {
        out.push_str(&format!("</{prefix}sheetData>"));
    }
    around(&text[sheet.data.end..], name, &sheet, change, &mut out)?;
    Ok(out)
}

fn changed_rows<'a>(
    sheet: &SheetXml<'a>,
    name: &str,
    change: &Change,
) -> Result<BTreeMap<u32, RowXml<'a>>, SheetError> {
    let mut rows: BTreeMap<u32, RowXml<'a>> = BTreeMap::new();
    for (number, row) in &sheet.rows {
        match change.insert {
            None => rows.insert(*number, row.clone()),
            Some(insert) => rows.insert(insert.row(*number), with_formulas(row, name, Move::Made(insert))),
        };
    }
    if let Some(Insert { after, count }) = change.insert {
        let like = sheet.rows.get(&after).cloned().unwrap_or_default();
        for down in 1..=count {
            let mut row = with_formulas(&like, name, Move::Down(down));
            for cell in row.cells.values_mut() {
                // What one formula shares with others does not hold below them.
                if !cell.computes()
                    || cell.inner.contains("t=\"shared\"")
                    || cell.inner.contains("t=\"array\"")
                {
                    (cell.inner, cell.kind) = (Cow::Borrowed(""), None);
                } else if let Some(end) = cell.inner.find(&format!("</{}f>", sheet.prefix)) {
                    // What it gave for the row that it is copied from is nobody's here.
                    let formula = cell.inner[..end + sheet.prefix.len() + 4].to_owned();
                    (cell.inner, cell.kind) = (Cow::Owned(formula), None);
                }
            }
            rows.insert(after + down, row);
        }
    }
    if rows.keys().next_back().is_some_and(|last| *last > MAX_ROWS) {
        return Err(SheetError::TooLarge { what: "rows", limit: u64::from(MAX_ROWS) });
    }
    for ((number, column), value) in &change.cells {
        let cells = &mut rows.entry(*number).or_default().cells;
        let like = change.like.get(column).and_then(|like| cells.get(like)?.style.clone());
        let cell =
            cells.entry(*column).or_insert(CellXml { style: like, inner: Cow::Borrowed(""), kind: None });
        if !cell.computes() {
            let (kind, inner) = told(value, &sheet.prefix);
            (cell.kind, cell.inner) = (kind.map(str::to_owned), Cow::Owned(inner));
        }
    }
    Ok(rows)
}

/// A row whose formulas move. Its cells' numbers are told when it is written.
fn with_formulas<'a>(row: &RowXml<'a>, name: &str, how: Move) -> RowXml<'a> {
    let mut row = row.clone();
    for cell in row.cells.values_mut().filter(|cell| cell.computes()) {
        cell.inner = Cow::Owned(moved_inner(&cell.inner, name, how));
    }
    row
}

/// The inside of a cell with its formula moved, and the area for which a shared one holds.
fn moved_inner(inner: &str, name: &str, how: Move) -> String {
    let mut out = String::with_capacity(inner.len() + 8);
    let mut reader = Reader::from_str(inner);
    let mut in_formula = false;
    loop {
        let from = reader.buffer_position() as usize;
        let Ok(event) = reader.read_event() else { return inner.to_owned() };
        let raw = &inner[from..reader.buffer_position() as usize];
        match event {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "f" => {
                in_formula = !raw.ends_with("/>");
                match (attribute(&tag, "ref"), how) {
                    (Some(list), Move::Made(insert)) => {
                        out.push_str(&tag_with(raw, &[("ref", &moved_list(&list, insert))]));
                    }
                    _ => out.push_str(raw),
                }
            }
            Event::End(_) => {
                in_formula = false;
                out.push_str(raw);
            }
            Event::Eof => return out,
            _ if in_formula => out.push_str(&moved_text(raw, name, true, how)),
            _ => out.push_str(raw),
        }
    }
}

/// A formula as it stands in XML.
pub(super) fn moved_text(raw: &str, name: &str, own: bool, how: Move) -> String {
    match unescape(raw) {
        Ok(formula) => escape(moved_formula(&formula, name, own, how)).into_owned(),
        Err(_) => raw.to_owned(),
    }
}

/// What stands before and behind the rows, with every area in it moved.
fn around(
    text: &str,
    name: &str,
    sheet: &SheetXml<'_>,
    change: &Change,
    out: &mut String,
) -> Result<(), SheetError> {
    let Some(insert) = change.insert else {
        out.push_str(text);
        return Ok(());
    };
    let mut reader = Reader::from_str(text);
    // Each half begins or ends within an element.
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut in_formula = false;
    loop {
        let from = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|_| BROKEN)?;
        let raw = &text[from..reader.buffer_position() as usize];
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                in_formula = matches!(tag.local_name().as_ref(), "formula" | "formula1" | "formula2")
                    && !raw.ends_with("/>");
                out.push_str(&moved_tag(&tag, raw, insert));
            }
            Event::End(tag) => {
                in_formula = false;
                if tag.local_name().as_ref() == "mergeCells" {
                    tell_merged(sheet, insert, out);
                }
                out.push_str(raw);
            }
            Event::Eof => return Ok(()),
            _ if in_formula => out.push_str(&moved_text(raw, name, true, Move::Made(insert))),
            _ => out.push_str(raw),
        }
    }
}

fn moved_tag(tag: &BytesStart<'_>, raw: &str, insert: Insert) -> String {
    let moved = |name: &str, told: &dyn Fn(&str) -> Option<String>| {
        let new = attribute(tag, name).and_then(|value| told(&value));
        new.map_or_else(|| raw.to_owned(), |new| tag_with(raw, &[(name, &new)]))
    };
    match tag.local_name().as_ref() {
        "mergeCell" => moved("ref", &|text| Some(refs::of_area(moved_merge(refs::area(text)?, insert)))),
        // How many there are may be left out, and would not be right any more.
        "mergeCells" => raw.split_once(' ').map_or(raw.to_owned(), |(name, _)| format!("{name}>")),
        "dimension" | "hyperlink" | "autoFilter" => moved("ref", &|text| Some(moved_list(text, insert))),
        "conditionalFormatting" | "dataValidation" | "protectedRange" | "ignoredError" => {
            moved("sqref", &|text| Some(moved_list(text, insert)))
        }
        "brk" => moved("id", &|row| Some(insert.row(row.parse().ok()?).to_string())),
        _ => raw.to_owned(),
    }
}

/// Cells that are one in the row that new rows are like are one in these too.
fn tell_merged(sheet: &SheetXml<'_>, insert: Insert, out: &mut String) {
    let within = sheet.merged.iter().filter(|area| (area.top, area.bottom) == (insert.after, insert.after));
    for area in within {
        for row in insert.after + 1..=insert.after + insert.count {
            let area = Area { top: row, bottom: row, ..*area };
            out.push_str(&format!("<{}mergeCell ref=\"{}\"/>", sheet.prefix, refs::of_area(area)));
        }
    }
}

fn tell_row(number: u32, row: &RowXml<'_>, prefix: &str, out: &mut String) {
    out.push_str(&format!("<{prefix}row r=\"{number}\""));
    for (name, value) in &row.attributes {
        out.push_str(&format!(" {name}=\"{value}\""));
    }
    out.push('>');
    for (column, cell) in &row.cells {
        out.push_str(&format!("<{prefix}c r=\"{}{number}\"", refs::letters(*column)));
        for (name, value) in [("s", &cell.style), ("t", &cell.kind)] {
            if let Some(value) = value {
                out.push_str(&format!(" {name}=\"{}\"", escape(value.as_str())));
            }
        }
        match cell.inner.is_empty() {
            true => out.push_str("/>"),
            false => out.push_str(&format!(">{}</{prefix}c>", cell.inner)),
        }
    }
    out.push_str(&format!("</{prefix}row>"));
}

/// A value as a cell's kind and inside. A text is one that no program takes for a formula.
fn told(value: &Out, prefix: &str) -> (Option<&'static str>, String) {
    let text = match value {
        Out::Empty => return (None, String::new()),
        Out::Number(number) if number.is_finite() => {
            return (None, format!("<{prefix}v>{number}</{prefix}v>"));
        }
        other => other.shown(),
    };
    // Signs that XML cannot hold are none that stand in a form.
    let text: String =
        text.chars().filter(|sign| !sign.is_control() || matches!(sign, '\t' | '\n')).collect();
    let told = escape(text.as_str());
    (
        Some("inlineStr"),
        format!("<{prefix}is><{prefix}t xml:space=\"preserve\">{told}</{prefix}t></{prefix}is>"),
    )
}
