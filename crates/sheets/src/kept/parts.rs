//! The parts of a workbook that name others: which part a sheet is, and what tells Excel how to compute.

use std::cell::Cell;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::change::{Change, Insert};
use super::moving::{Edit, edited, moved_text, same_tag};
use super::refs::{Move, moved_formula};
use super::sheet::{attribute, end_of, moved_tag, tag_with};
use crate::SheetError;
use crate::archive::Archive;

const WORKBOOK: &str = "xl/workbook.xml";
const RELATIONS: &str = "xl/_rels/workbook.xml.rels";
const TYPES: &str = "[Content_Types].xml";
/// In which order formulas are computed. Excel calls a workbook damaged where it names a cell that computes nothing; it makes
/// another where there is none.
const CHAIN: &str = "xl/calcChain.xml";
const BROKEN: SheetError = SheetError::Broken { part: "xlsx workbook" };

/// Names of a workbook's parts.
pub(super) struct Parts {
    /// Its sheets in their order: name and part.
    pub sheets: Vec<(String, String)>,
    has_chain: bool,
}

/// A part as text.
pub(super) fn text_of(bytes: &[u8]) -> Result<&str, SheetError> {
    std::str::from_utf8(bytes).map(|text| text.trim_start_matches('\u{feff}')).map_err(|_| BROKEN)
}

fn part(archive: &mut Archive<'_>, name: &str) -> Result<String, SheetError> {
    let bytes = archive.read(name).ok_or(BROKEN)?;
    Ok(text_of(&bytes)?.to_owned())
}

/// Every element of a part with where it begins and ends in the text.
fn elements(text: &str, mut each: impl FnMut(&BytesStart<'_>, usize, usize)) -> Result<(), SheetError> {
    let mut reader = Reader::from_str(text);
    loop {
        let from = reader.buffer_position() as usize;
        match reader.read_event().map_err(|_| BROKEN)? {
            Event::Start(tag) | Event::Empty(tag) => each(&tag, from, reader.buffer_position() as usize),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

impl Parts {
    pub(super) fn read(archive: &mut Archive<'_>) -> Result<Parts, SheetError> {
        let mut targets = Vec::new();
        elements(&part(archive, RELATIONS)?, |tag, _, _| {
            if tag.local_name().as_ref() == "Relationship"
                && let (Some(id), Some(target)) = (attribute(tag, "Id"), attribute(tag, "Target"))
                && attribute(tag, "Type").is_some_and(|kind| kind.ends_with("/worksheet"))
            {
                targets.push((id, beside("xl", &target)));
            }
        })?;
        let mut sheets = Vec::new();
        elements(&part(archive, WORKBOOK)?, |tag, _, _| {
            if tag.local_name().as_ref() == "sheet"
                && let (Some(name), Some(id)) = (attribute(tag, "name"), attribute(tag, "id"))
                && let Some((_, target)) = targets.iter().find(|(known, _)| *known == id)
            {
                sheets.push((name, target.clone()));
            }
        })?;
        Ok(Parts { sheets, has_chain: archive.has(CHAIN) })
    }

    pub(super) fn is_dropped(&self, name: &str) -> bool {
        self.has_chain && name == CHAIN
    }

    /// Parts that change with a sheet: everything is computed anew, names of areas move.
    pub(super) fn without_calculations(
        &self,
        archive: &mut Archive<'_>,
        sheet: &str,
        change: &Change,
    ) -> Result<Vec<(String, String)>, SheetError> {
        let mut changed = vec![(WORKBOOK.to_owned(), workbook(&part(archive, WORKBOOK)?, sheet, change)?)];
        if self.has_chain {
            for name in [RELATIONS, TYPES] {
                let text = part(archive, name)?;
                changed.push((name.to_owned(), without_chain(&text)?));
            }
        }
        Ok(changed)
    }
}

fn without_chain(text: &str) -> Result<String, SheetError> {
    let mut gone = Vec::new();
    elements(text, |tag, from, to| {
        let names = ["Target", "PartName"].into_iter().filter_map(|name| attribute(tag, name));
        let is_named = names.into_iter().any(|name| name.ends_with("calcChain.xml"));
        if is_named {
            gone.push(from..if text[..to].ends_with("/>") { to } else { end_of(text, to) });
        }
    })?;
    let mut kept = text.to_owned();
    for place in gone.into_iter().rev() {
        kept.replace_range(place, "");
    }
    Ok(kept)
}

fn workbook(text: &str, sheet: &str, change: &Change) -> Result<String, SheetError> {
    const ANEW: (&str, &str) = ("fullCalcOnLoad", "1");
    let has_calc = Cell::new(false);
    let edit = Edit {
        tag: &|tag, raw| {
            let is_calc = tag.local_name().as_ref() == "calcPr";
            has_calc.set(has_calc.get() || is_calc);
            if is_calc { tag_with(raw, &[ANEW]) } else { raw.to_owned() }
        },
        text: &|element, text| {
            let insert = change.insert.filter(|_| element == "definedName")?;
            Some(moved_formula(text, sheet, false, Move::Made(insert)))
        },
        ending: None,
    };
    let mut new = edited(text, &edit, BROKEN)?;
    if !has_calc.get() {
        // Behind what has to stand before it, in the name space of its neighbours.
        let before = ["definedNames", "externalReferences", "functionGroups", "sheets"];
        let ends = before.iter().filter_map(|name| {
            let at = new.rfind(&format!("{name}>"))?;
            let tag = new[..at].rfind("</").filter(|tag| !new[*tag..at].contains('>'))?;
            Some((at + name.len() + 1, new[tag + 2..at].to_owned()))
        });
        if let Some((at, prefix)) = ends.max() {
            new.insert_str(at, &format!("<{prefix}calcPr {}=\"{}\"/>", ANEW.0, ANEW.1));
        }
    }
    Ok(new)
}

/// Where a part named in another one stands: `../drawings/drawing1.xml` beside `xl/worksheets`.
fn beside(folder: &str, target: &str) -> String {
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let mut place: Vec<&str> = folder.split('/').collect();
    for step in target.split('/') {
        match step {
            ".." => drop(place.pop()),
            "." => {}
            step => place.push(step),
        }
    }
    place.join("/")
}

fn relations_of(part: &str) -> (String, String) {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    (folder.to_owned(), format!("{folder}/_rels/{name}.rels"))
}

/// A part on a sheet: tables, comments, pictures, which are fixed to rows counted from 0.
fn moved_on_sheet(text: &str, insert: Insert) -> Result<String, SheetError> {
    let row = |text: &str| {
        let row: u32 = text.trim().parse().ok()?;
        Some(insert.row(row.checked_add(1)?).saturating_sub(1).to_string())
    };
    let edit = Edit {
        tag: &|tag, raw| moved_tag(tag, raw, insert),
        text: &|element, text| (element == "row").then(|| row(text).unwrap_or_else(|| text.to_owned())),
        ending: None,
    };
    edited(text, &edit, BROKEN)
}

impl Parts {
    /// Parts beside a sheet in which rows are made: what refers to it from elsewhere, and what lies on it.
    pub(super) fn moved(
        &self,
        archive: &mut Archive<'_>,
        (sheet, own): (&str, &str),
        insert: Insert,
    ) -> Result<Vec<(String, String)>, SheetError> {
        let refers = |name: &str| {
            let is_kind = ["xl/worksheets/", "xl/charts/"].iter().any(|folder| name.starts_with(folder));
            is_kind && name.ends_with(".xml") && name != own
        };
        let mut moved = Vec::new();
        let elsewhere = Edit {
            tag: &same_tag,
            text: &|element, text| moved_text(element, text, sheet, false, Move::Made(insert)),
            ending: None,
        };
        for name in archive.names().into_iter().filter(|name| refers(name)) {
            moved.push((name.clone(), edited(&part(archive, &name)?, &elsewhere, BROKEN)?));
        }
        let (folder, relations) = relations_of(own);
        if archive.has(&relations) {
            let mut lies = Vec::new();
            elements(&part(archive, &relations)?, |tag, _, _| {
                let kind = attribute(tag, "Type").unwrap_or_default();
                let is_kind = ["/drawing", "/table", "/comments"].iter().any(|end| kind.ends_with(end));
                lies.extend(
                    attribute(tag, "Target").filter(|_| is_kind).map(|target| beside(&folder, &target)),
                );
            })?;
            for name in lies.into_iter().filter(|name| archive.has(name)).collect::<Vec<_>>() {
                moved.push((name.clone(), moved_on_sheet(&part(archive, &name)?, insert)?));
            }
        }
        Ok(moved)
    }
}
