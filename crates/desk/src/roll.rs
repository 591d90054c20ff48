//! 名单: the people or households that a line of a register goes through: put on, taken off, and how it stands with each.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::line::LineDraft;
use bangban_catalogue::item_words::RollOf;
use bangban_ledger::Ledger;
use bangban_model::body::{FieldSet, Recorded};
use bangban_model::document::{Document, SubjectKind};
use bangban_model::entry::NewEntry;
use bangban_model::line::line_of;
use bangban_model::roll::{LONGEST_NOTE_CHARS, MOST_ON_A_ROLL, RollState, put_on, roll_of, stands, take_off};
use bangban_model::{Audience, Body, Code, SubjectId};

/// What stands on the roll of a recorded line.
///
/// # Errors
/// `LineUnknown` for what is no recorded line; `BadInput` where its register has no roll.
pub(crate) fn line_with_roll(
    desk: &Desk,
    ledger: &Ledger,
    line: SubjectId,
) -> Result<(Document, RollOf), DeskError> {
    let document = desk::document_of(ledger, line, Code::LineUnknown)?;
    let told = line_of(&document).ok_or(Code::LineUnknown)?;
    let item = desk.catalogue().item(told.register)?;
    let roll = item.card.register.as_ref().and_then(|register| register.roll.as_ref());
    let of = roll.map(|roll| roll.of).ok_or_else(|| DeskError::new(Code::BadInput).with("path", "roll"))?;
    Ok((document, of))
}

/// A line to whose roll something is written: one that counts.
fn open_line(desk: &Desk, ledger: &Ledger, line: SubjectId) -> Result<(Document, RollOf), DeskError> {
    let (document, of) = line_with_roll(desk, ledger, line)?;
    if document.newer {
        return Err(Code::NewerRecord.into());
    }
    match line_of(&document).is_some_and(|told| told.void.is_empty()) {
        true => Ok((document, of)),
        false => Err(DeskError::new(Code::BadInput).with("path", "void")),
    }
}

/// Puts these on a line's roll; so many were put on.
///
/// # Errors
/// `BadInput` for what is not of the roll's kind or of another village, and for more than a roll takes.
pub fn put_on_roll(desk: &Desk, line: SubjectId, subjects: &[SubjectId]) -> Result<u64, DeskError> {
    let mut ledger = desk.ledger();
    let (document, of) = open_line(desk, &ledger, line)?;
    let mut fitting = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let one = desk::document_of(&ledger, *subject, Code::BadInput)?;
        let kind = if of == RollOf::People { SubjectKind::Resident } else { SubjectKind::Household };
        if one.kind != Some(kind) || one.stream != document.stream {
            return Err(DeskError::new(Code::BadInput).with("path", "roll"));
        }
        fitting.push(one.subject);
    }
    let set = put_on(&document, &fitting);
    if roll_of(&document).len() + set.len() > MOST_ON_A_ROLL {
        return Err(DeskError::new(Code::BadInput).with("path", "roll").with("limit", MOST_ON_A_ROLL));
    }
    let added = set.len() as u64;
    record(desk, &mut ledger, &document, set)?;
    Ok(added)
}

/// Takes these off a line's roll.
pub fn take_off_roll(desk: &Desk, line: SubjectId, subjects: &[SubjectId]) -> Result<(), DeskError> {
    let mut ledger = desk.ledger();
    let (document, _) = open_line(desk, &ledger, line)?;
    let set = take_off(&document, subjects);
    record(desk, &mut ledger, &document, set)
}

/// Says how it stands with one on a line's roll: what was changed alone, so that what somebody else said of the rest stays.
///
/// # Errors
/// `BadInput` for who is not on it, and for a note that is too long.
pub fn mark_roll(
    desk: &Desk,
    line: SubjectId,
    subject: SubjectId,
    state: Option<RollState>,
    note: Option<&str>,
) -> Result<(), DeskError> {
    if note.is_some_and(|note| note.chars().count() > LONGEST_NOTE_CHARS) {
        return Err(DeskError::new(Code::BadInput).with("path", "note"));
    }
    let mut ledger = desk.ledger();
    let (document, _) = open_line(desk, &ledger, line)?;
    if !roll_of(&document).iter().any(|place| place.subject == subject) {
        return Err(DeskError::new(Code::BadInput).with("path", "roll"));
    }
    let mut set = stands(subject, state, note);
    set.retain(|path, value| match document.value(path) {
        Some(known) => known != value,
        None => value.as_str() != Some(""),
    });
    record(desk, &mut ledger, &document, set)
}

fn record(desk: &Desk, ledger: &mut Ledger, line: &Document, set: FieldSet) -> Result<(), DeskError> {
    if set.is_empty() {
        return Ok(());
    }
    let entry = NewEntry {
        stream: line.stream.clone(),
        subject: line.subject,
        audience: Audience::All,
        saw: line.newest_seen(),
        body: Body::LineRecorded(Recorded { set }),
    };
    ledger.record(desk.author(), vec![entry], None)?;
    Ok(())
}

/// 须两人走访: whether two go to every household on a line's roll.
pub(crate) fn wants_two(desk: &Desk, line: &Document) -> bool {
    let told = line_of(line);
    let item = told.and_then(|told| desk.catalogue().item(told.register).ok());
    let Some(register) = item.as_ref().and_then(|item| item.card.register.as_ref()) else { return false };
    LineDraft::altering(line).is_ok_and(|draft| register.wants_two(&crate::line::named(&draft.answers)))
}

/// Who came along on a round, as its line says; '' where it does not.
pub(crate) fn companions_of(line: &Document) -> String {
    let Ok(draft) = LineDraft::altering(line) else { return String::new() };
    crate::line::named(&draft.answers).get("companions").map(|text| (*text).to_owned()).unwrap_or_default()
}

/// Whether something of a line is still to be done.
pub(crate) fn is_open(line: &Document) -> bool {
    line_of(line).is_some_and(|told| told.void.is_empty() && told.todo.is_some())
}
