//! People and cases as rows: numbers masked, items and villages by name, days counted.

use super::api::Call;
use super::label::village;
use super::message::{CaseRow, PersonCard};
use crate::error::CenterError;
use crate::store::CaseLine;
use bangban_catalogue::case_clock::{ClockView, clock_view};
use bangban_model::added_later::done_before;
use bangban_model::clock::shanghai_day;
use bangban_model::document::{CaseFile, Document};
use bangban_model::handling::Handling;
use bangban_model::identity::IdentityNumber;
use bangban_model::mask::mask_identity;
use bangban_model::workday::Calendar;
use bangban_model::{Code, EntryId, Stage, SubjectId};
use chrono::{DateTime, NaiveDate};

/// A case as a row.
pub(super) fn row_of(call: &Call, line: &CaseLine) -> Result<CaseRow, CenterError> {
    let document = &line.document;
    let file = document.case.as_ref().ok_or(Code::CaseUnknown)?;
    let card = call.console.item(document.stream.as_str(), &file.item);
    let card = card.map(|item| item.card_at(file.catalogue).in_language(call.language));
    let today = shanghai_day(call.center().now());
    let revision = file.latest_revision();
    let submitted_at = revision.and_then(|revision| received_at(document, revision.entry));
    let clock = clock_of(call, document)?.filter(|clock| clock.ended.is_none());
    let nearest = clock.as_ref().and_then(ClockView::nearest);
    let undecided = matches!(file.stage, Stage::Submitted | Stage::Accepted);
    let waits_since = submitted_at.as_deref().filter(|_| undecided);
    let catalogue = call.center().catalogue_in(document.stream.as_str())?;
    Ok(CaseRow {
        id: document.subject,
        item: file.item.clone(),
        item_name: card.as_ref().map_or_else(|| file.item.clone(), |card| card.short_name.clone()),
        village: village(call, document.stream.as_str()).name,
        stage: file.stage,
        assisted_words: card.and_then(|card| card.assisted_words).filter(|_| undecided),
        person: person_of(line, file, today),
        revision: revision.map(|revision| revision.entry),
        revision_number: revision.map_or(0, |revision| revision.number),
        imported: is_imported(document),
        days_waiting: waits_since.and_then(|at| days_since(at, today, catalogue.calendar())),
        submitted_at,
        photos: line.photos.named,
        photos_verified: line.photos.verified,
        conflicts: u32::try_from(document.conflicts.len()).unwrap_or(u32::MAX),
        late_changes: u32::try_from(document.late_changes.len()).unwrap_or(u32::MAX),
        limit_due: nearest.map(|limit| limit.reckoning.due.to_string()),
        limit_left: nearest.map(|limit| limit.reckoning.left),
        paused: clock.as_ref().is_some_and(|clock| clock.paused),
        green: Handling::of(document).is_first(),
        late: done_before(document),
    })
}

/// A case's clock and limits, in the language of the screen; none before its acceptance.
pub(super) fn clock_of(call: &Call, document: &Document) -> Result<Option<ClockView>, CenterError> {
    let Some(file) = document.case.as_ref() else { return Ok(None) };
    let catalogue = call.center().catalogue_in(document.stream.as_str())?;
    let Ok(item) = catalogue.item(&file.item) else { return Ok(None) };
    let card = item.card_at(file.catalogue).in_language(call.language);
    Ok(clock_view(&card, document, shanghai_day(call.center().now()), catalogue.calendar()))
}

fn person_of(line: &CaseLine, file: &CaseFile, today: NaiveDate) -> PersonCard {
    person_card(file.resident, &line.resident_name, &line.resident_number, today)
}

/// A person in a list, the number masked.
pub(super) fn person_card(id: SubjectId, name: &str, id_number: &str, today: NaiveDate) -> PersonCard {
    let number = IdentityNumber::parse(id_number, today).ok();
    PersonCard {
        id,
        name: name.to_owned(),
        id_masked: mask_identity(id_number),
        sex: number.as_ref().map(|number| number.sex().text()),
        age: number.as_ref().map(|number| number.age_on(today)),
    }
}

/// Whether an import put the case on the work list.
pub(super) fn is_imported(document: &Document) -> bool {
    document.center.as_ref().is_some_and(|center| center.imported.is_some())
}

/// When the center received an entry of this case.
pub(super) fn received_at(document: &Document, entry: EntryId) -> Option<String> {
    document.history.iter().find(|line| line.entry == entry)?.received_at.clone()
}

/// Working days since a moment of the center's clock, in days of Asia/Shanghai; the day itself is not counted.
fn days_since(received_at: &str, today: NaiveDate, calendar: &Calendar) -> Option<i32> {
    let day = shanghai_day(DateTime::parse_from_rfc3339(received_at).ok()?);
    Some(calendar.workdays_between(day, today).max(0))
}
