//! One sheet's XML: read for its rows and merged cells, written with other cells.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::{escape, partial_escape, unescape};
use quick_xml::events::{BytesStart, Event};

use super::change::{Change, Insert};
use super::moving::{Edit, edited, moved_text};
use super::refs::{self, Move, moved_formula, moved_list, moved_merge};
use crate::{Out, SheetError};
use bangban_model::form_sheet::Area;

const BROKEN: SheetError = SheetError::Broken { part: "sheet" };
/// Rows that an Excel sheet has.
const MAX_ROWS: u32 = 1_048_576;

/// A cell as it stands in the XML.
#[derive(Clone, Default)]
pub(super) struct CellXml<'a> {
    /// Its look.
    style: Option<String>,
    /// Everything within it.
    inner: Cow<'a, str>,
    /// Its kind: a text by number, a number, a formula's text.
    kind: Option<String>,
    /// What else its tag says, as it stands.
    others: Vec<(String, String)>,
    /// What it computes.
    formula: Option<Formula>,
}

/// A cell's formula.
#[derive(Clone)]
struct Formula {
    /// Without entities; '' where it is another cell's.
    text: String,
    /// `shared`, `array` and others.
    kind: Option<String>,
    /// By which number it is shared.
    number: Option<String>,
}

impl CellXml<'_> {
    /// Nothing but its look stays.
    fn clear(&mut self) {
        *self = CellXml { style: self.style.take(), ..CellXml::default() };
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
    /// Formulas that several cells share, by number: where and what.
    shared: BTreeMap<String, ((u32, u32), String)>,
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
        shared: BTreeMap::new(),
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
                    let attributes = others_of(&tag, &["r", "spans"]);
                    sheet.rows.entry(row).or_default().attributes = attributes;
                }
                "c" => {
                    column = place_of(&tag, column);
                    let mut cell = cell_of(&tag);
                    let inside = reader.buffer_position() as usize;
                    let end = reader.read_to_end(tag.name()).map_err(|_| BROKEN)?;
                    cell.inner = Cow::Borrowed(&text[inside..end.end as usize]);
                    cell.formula = formula_of(&cell.inner);
                    if let Some(Formula { text, number: Some(number), .. }) =
                        cell.formula.as_ref().filter(|one| !one.text.is_empty())
                    {
                        sheet.shared.insert(number.clone(), ((row, column), text.clone()));
                    }
                    sheet.rows.entry(row).or_default().cells.insert(column, cell);
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
                    sheet.rows.entry(row).or_default().attributes = others_of(&tag, &["r", "spans"]);
                }
                "c" => {
                    column = place_of(&tag, column);
                    sheet.rows.entry(row).or_default().cells.insert(column, cell_of(&tag));
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

/// What a tag says, as it stands, but for these.
fn others_of(tag: &BytesStart<'_>, known: &[&str]) -> Vec<(String, String)> {
    let attributes = tag.attributes().filter_map(Result::ok);
    attributes
        .filter(|attribute| !known.contains(&attribute.key.as_ref()))
        .map(|attribute| (attribute.key.as_ref().to_owned(), attribute.value.as_ref().to_owned()))
        .collect()
}

fn cell_of<'a>(tag: &BytesStart<'_>) -> CellXml<'a> {
    let (style, kind) = (attribute(tag, "s"), attribute(tag, "t"));
    CellXml { style, kind, others: others_of(tag, &["r", "s", "t"]), ..CellXml::default() }
}

fn formula_of(inner: &str) -> Option<Formula> {
    let mut reader = Reader::from_str(inner);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) if tag.local_name().as_ref() == "f" => {
                let (kind, number) = (attribute(&tag, "t"), attribute(&tag, "si"));
                let inside = reader.read_to_end(tag.name()).ok()?;
                let text = unescape(&inner[inside.start as usize..inside.end as usize]).ok()?.into_owned();
                return Some(Formula { text, kind, number });
            }
            Event::Empty(tag) if tag.local_name().as_ref() == "f" => {
                let (kind, number) = (attribute(&tag, "t"), attribute(&tag, "si"));
                return Some(Formula { text: String::new(), kind, number });
            }
            Event::Eof => return None,
            _ => {}
        }
    }
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
            Some(insert) => rows.insert(insert.row(*number), moved_row(row, name, insert)?),
        };
    }
    if let Some(insert) = change.insert {
        for down in 1..=insert.count {
            rows.insert(insert.after + down, made_row(sheet, name, insert.after, down));
        }
    }
    if rows.keys().next_back().is_some_and(|last| *last > MAX_ROWS) {
        return Err(SheetError::TooLarge { what: "rows", limit: u64::from(MAX_ROWS) });
    }
    for ((number, column), value) in &change.cells {
        let cells = &mut rows.entry(*number).or_default().cells;
        let like = change.like.get(column).and_then(|like| cells.get(like)?.style.clone());
        let cell = cells.entry(*column).or_insert(CellXml { style: like, ..CellXml::default() });
        if cell.formula.is_none() {
            cell.clear();
            let (kind, inner) = told(value, &sheet.prefix);
            (cell.kind, cell.inner) = (kind.map(str::to_owned), Cow::Owned(inner));
        }
    }
    // What a formula gave of before is not what it gives now; notes beside the sheet are read by none.
    let is_read = |(_, column): &(u32, u32)| !change.like.contains_key(column);
    if change.insert.is_some() || change.cells.keys().any(is_read) {
        for cell in
            rows.values_mut().flat_map(|row| row.cells.values_mut()).filter(|cell| cell.formula.is_some())
        {
            if let Some(at) = cell.inner.find(&format!("<{}v>", sheet.prefix)) {
                (cell.inner, cell.kind) = (Cow::Owned(cell.inner[..at].to_owned()), None);
            }
        }
    }
    Ok(rows)
}

/// A row in whose sheet rows were made: its formulas move. Its cells' numbers are told when it is written.
fn moved_row<'a>(row: &RowXml<'a>, name: &str, insert: Insert) -> Result<RowXml<'a>, SheetError> {
    let how = Move::Made(insert);
    let mut row = row.clone();
    for cell in row.cells.values_mut().filter(|cell| cell.formula.is_some()) {
        // Where a shared one holds is told by its tag.
        let tag = |tag: &BytesStart<'_>, raw: &str| match attribute(tag, "ref") {
            Some(list) => tag_with(raw, &[("ref", &moved_list(&list, insert))]),
            None => raw.to_owned(),
        };
        let edit =
            Edit { tag: &tag, text: &|name_, text| moved_text(name_, text, name, true, how), ending: None };
        cell.inner = Cow::Owned(edited(&cell.inner, &edit, BROKEN)?);
    }
    Ok(row)
}

/// A new row like another one: with its look and what it computes, without what stands in it or what that gave.
fn made_row<'a>(sheet: &SheetXml<'a>, name: &str, like: u32, down: u32) -> RowXml<'a> {
    let mut row = sheet.rows.get(&like).cloned().unwrap_or_default();
    let prefix = &sheet.prefix;
    for (column, cell) in &mut row.cells {
        let formula = cell.formula.take();
        cell.clear();
        let Some(formula) = formula else { continue };
        let ((from_row, from_column), text) = match (&formula.kind.as_deref(), &formula.number) {
            (Some("shared"), Some(number)) => match sheet.shared.get(number) {
                Some(shared) => shared.clone(),
                None => continue,
            },
            (None, _) => ((like, *column), formula.text.clone()),
            // What holds for an area has its own place.
            _ => continue,
        };
        let by = Move::By((like + down).saturating_sub(from_row), column.saturating_sub(from_column));
        let text = moved_formula(&text, name, true, by);
        cell.inner = Cow::Owned(format!("<{prefix}f>{}</{prefix}f>", partial_escape(text.as_str())));
        cell.formula = Some(Formula { text, kind: None, number: None });
    }
    row
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
    let edit = Edit {
        tag: &|tag, raw| moved_tag(tag, raw, insert),
        text: &|element, text| match element {
            // Lists of newer programs say their areas so.
            "sqref" => Some(moved_list(text, insert)),
            _ => moved_text(element, text, name, true, Move::Made(insert)),
        },
        ending: Some(("mergeCells", merged_in_made_rows(sheet, insert))),
    };
    out.push_str(&edited(text, &edit, BROKEN)?);
    Ok(())
}

/// A tag of a sheet, or of a table on it, whose area moves.
pub(super) fn moved_tag(tag: &BytesStart<'_>, raw: &str, insert: Insert) -> String {
    let moved = |name: &str, told: &dyn Fn(&str) -> Option<String>| {
        let new = attribute(tag, name).and_then(|value| told(&value));
        new.map_or_else(|| raw.to_owned(), |new| tag_with(raw, &[(name, &new)]))
    };
    match tag.local_name().as_ref() {
        "mergeCell" => moved("ref", &|text| Some(refs::of_area(moved_merge(refs::area(text)?, insert)))),
        // How many there are may be left out, and would not be right any more.
        "mergeCells" => raw.split_once(' ').map_or(raw.to_owned(), |(name, _)| format!("{name}>")),
        "dimension" | "hyperlink" | "autoFilter" | "table" | "comment" => {
            moved("ref", &|text| Some(moved_list(text, insert)))
        }
        "conditionalFormatting" | "dataValidation" | "protectedRange" | "ignoredError" => {
            moved("sqref", &|text| Some(moved_list(text, insert)))
        }
        "brk" => moved("id", &|row| Some(insert.row(row.parse().ok()?).to_string())),
        _ => raw.to_owned(),
    }
}

/// Cells that are one in the row that new rows are like are one in these too.
fn merged_in_made_rows(sheet: &SheetXml<'_>, insert: Insert) -> String {
    let within = sheet.merged.iter().filter(|area| (area.top, area.bottom) == (insert.after, insert.after));
    let rows = || insert.after + 1..=insert.after + insert.count;
    within
        .flat_map(|area| rows().map(move |row| refs::of_area(Area { top: row, bottom: row, ..*area })))
        .map(|area| format!("<{}mergeCell ref=\"{area}\"/>", sheet.prefix))
        .collect()
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
        for (name, value) in &cell.others {
            out.push_str(&format!(" {name}=\"{value}\""));
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
