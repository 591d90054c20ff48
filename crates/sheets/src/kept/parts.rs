//! The parts of a workbook that name others: which part a sheet is, and what tells Excel how to compute.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::change::Change;
use super::refs::Move;
use super::sheet::{attribute, end_of, moved_text, tag_with};
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
            {
                let place = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
                targets.push((id, place));
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
    let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    let (mut has_calc, mut behind) = (false, None);
    let mut reader = Reader::from_str(text);
    let mut in_name = false;
    loop {
        let from = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|_| BROKEN)?;
        let to = reader.buffer_position() as usize;
        match event {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "calcPr" => {
                has_calc = true;
                edits.push((from..to, tag_with(&text[from..to], &[ANEW])));
            }
            Event::Start(tag) if tag.local_name().as_ref() == "definedName" => in_name = true,
            Event::Text(_) if in_name => {
                if let Some(insert) = change.insert {
                    edits.push((from..to, moved_text(&text[from..to], sheet, false, Move::Made(insert))));
                }
            }
            Event::End(tag) => {
                in_name = false;
                if matches!(
                    tag.local_name().as_ref(),
                    "sheets" | "functionGroups" | "externalReferences" | "definedNames"
                ) {
                    behind = Some(to);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !has_calc && let Some(at) = behind {
        // In the name space of its neighbours, whatever they call it.
        let prefix = text[..at]
            .rfind("</")
            .map_or("", |tag| text[tag + 2..at].split_once(':').map_or("", |(prefix, _)| prefix));
        let colon = if prefix.is_empty() { "" } else { ":" };
        edits.push((at..at, format!("<{prefix}{colon}calcPr {}=\"{}\"/>", ANEW.0, ANEW.1)));
    }
    let mut new = text.to_owned();
    edits.sort_by_key(|(place, _)| place.start);
    for (place, with) in edits.into_iter().rev() {
        new.replace_range(place, &with);
    }
    Ok(new)
}
