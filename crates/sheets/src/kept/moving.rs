//! An XML part in which areas and formulas move, everything else as it stands.

use quick_xml::Reader;
use quick_xml::escape::{partial_escape, unescape};
use quick_xml::events::{BytesStart, Event};

use super::refs::{Move, moved_formula};
use crate::SheetError;

/// What happens to a part.
pub(super) struct Edit<'a> {
    /// A tag as it stands, and as it is to stand.
    pub tag: &'a dyn Fn(&BytesStart<'_>, &str) -> String,
    /// The text of an element of this name, without entities; none where it stays.
    pub text: &'a dyn Fn(&str, &str) -> Option<String>,
    /// Elements of this name are followed by this before they end.
    pub ending: Option<(&'a str, String)>,
}

/// A tag that stays as it is.
pub(super) fn same_tag(_: &BytesStart<'_>, raw: &str) -> String {
    raw.to_owned()
}

/// Whether an element holds a formula: of a cell, a rule, a chart.
pub(super) fn is_formula(name: &str) -> bool {
    matches!(name, "f" | "formula" | "formula1" | "formula2")
}

/// A formula after a move. `sheet` is the one in which rows were made, `own` whether the formula stands in it.
pub(super) fn moved_text(name: &str, text: &str, sheet: &str, own: bool, how: Move) -> Option<String> {
    is_formula(name).then(|| moved_formula(text, sheet, own, how))
}

/// Writes a part, or half of one, anew.
pub(super) fn edited(part: &str, edit: &Edit<'_>, broken: SheetError) -> Result<String, SheetError> {
    let mut out = String::with_capacity(part.len() + 1024);
    let mut reader = Reader::from_str(part);
    // Half a part begins or ends within an element.
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    loop {
        let from = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|_| broken.clone())?;
        let raw = &part[from..reader.buffer_position() as usize];
        match event {
            Event::Start(tag) => {
                out.push_str(&(edit.tag)(&tag, raw));
                let name = tag.local_name();
                // Asked with nothing, it says whether it takes this element at all: entities come in pieces, so its text is read whole.
                if (edit.text)(name.as_ref(), "").is_some() {
                    let inside = reader.read_to_end(tag.name()).map_err(|_| broken.clone())?;
                    let inside = &part[inside.start as usize..inside.end as usize];
                    out.push_str(&new_text(name.as_ref(), inside, edit));
                    let end = reader.buffer_position() as usize;
                    out.push_str(&part[part[..end].rfind("</").unwrap_or(end)..end]);
                }
            }
            Event::Empty(tag) => out.push_str(&(edit.tag)(&tag, raw)),
            Event::End(tag) => {
                if let Some((_, text)) =
                    edit.ending.as_ref().filter(|(name, _)| *name == tag.local_name().as_ref())
                {
                    out.push_str(text);
                }
                out.push_str(raw);
            }
            Event::Eof => return Ok(out),
            _ => out.push_str(raw),
        }
    }
}

/// What an element's inside becomes; one that holds more than text, or text that is not escaped, stays.
fn new_text(name: &str, inside: &str, edit: &Edit<'_>) -> String {
    let plain = unescape(inside).ok().filter(|_| !inside.contains('<'));
    let new = plain.and_then(|text| (edit.text)(name, &text));
    new.map_or_else(|| inside.to_owned(), |text| partial_escape(text).into_owned())
}
