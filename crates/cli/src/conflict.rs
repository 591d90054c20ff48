//! `bangban conflict`: values that did not see each other, and which of them holds.

use crate::args::Conflict;
use crate::print::Printer;
use crate::run::Done;
use bangban_desk::screen::Seat;
use bangban_desk::screen::open::{OpenSubject, open_subjects};
use bangban_desk::{Desk, DeskError, settle};
use bangban_model::settling::{OpenField, WhichHolds};
use bangban_model::words::Words;
use bangban_model::{Code, EntryId, SubjectId};
use serde_json::json;
use std::process::ExitCode;
use std::sync::Arc;

/// Lists what is open, or settles a field.
pub fn run_conflict(desk: Arc<Desk>, out: &Printer, verb: Conflict) -> Done {
    let seat = Seat { desk, language: out.language };
    if let Conflict::Settle { subject, field, among, take, text, keep: _ } = verb {
        let subject: SubjectId = subject.parse().map_err(|_| DeskError::new(Code::BadInput))?;
        let choice = match (take, text) {
            (Some(entry), None) => WhichHolds::Of(parse(&entry)?),
            (None, Some(text)) => WhichHolds::Text(text),
            // One of the three is given, and no more: the command line sees to it.
            _ => WhichHolds::Kept,
        };
        // Without the list of what was shown, what this very command would list.
        let among = match among.is_empty() {
            false => among.iter().map(|entry| parse(entry)).collect::<Result<Vec<_>, _>>()?,
            true => entries_of(&open_subjects(&seat)?, subject, &field),
        };
        settle::settle(&seat.desk, subject, &field, &among, &choice)?;
    }
    let open = open_subjects(&seat)?;
    out.show(&json!({"open": open}), |words| match open.is_empty() {
        true => vec![words.say("conflict.none", &[])],
        false => open.iter().flat_map(|subject| lines_of(words, subject)).collect(),
    });
    Ok(ExitCode::SUCCESS)
}

fn parse(entry: &str) -> Result<EntryId, DeskError> {
    entry.parse().map_err(|_| Code::BadInput.into())
}

fn entries_of(open: &[OpenSubject], subject: SubjectId, field: &str) -> Vec<EntryId> {
    let fields = open.iter().filter(|one| one.subject == subject).flat_map(|one| &one.fields);
    let shown = fields.filter(|one| one.field == field).flat_map(|one| &one.values);
    shown.map(|value| value.entry).collect()
}

fn lines_of(words: &Words, subject: &OpenSubject) -> Vec<String> {
    let field = |field: &OpenField| {
        let head = format!("{}  {}  {}  {}", subject.kind, subject.subject, subject.name, field.field);
        let values = field.values.iter().map(|value| {
            let mark = if value.holds { words.say("conflict.holds", &[]) } else { String::new() };
            format!("    {}  {}  {}  {}  {mark}", value.entry, value.value, value.by, value.at)
        });
        std::iter::once(head).chain(values).collect::<Vec<_>>()
    };
    subject.fields.iter().flat_map(field).collect()
}
