//! 待核实死亡: deaths that agents reported and no office has answered yet, and the office's word on one.

use super::api::Call;
use super::label::village;
use super::message::{DeathLine, DeathPart, Nothing, VerifyDeathArgs};
use super::person::person_card;
use crate::error::CenterError;
use bangban_model::benefit::DEATH_SUSPECTED;
use bangban_model::clock::shanghai_day;
use bangban_model::document::Document;
use bangban_model::{Actor, SubjectId};
use chrono::{DateTime, NaiveDate};
use std::collections::BTreeMap;

/// A list shows no more lines.
const MAX_LINES: usize = 500;

/// Whose deaths wait for an answer, whoever waits longest first.
pub(super) fn list(call: &mut Call, _: Nothing) -> Result<DeathPart, CenterError> {
    let today = shanghai_day(call.center().now());
    let mut found = call.center().store().suspected_deaths(call.scope()?, MAX_LINES as u32 + 1)?;
    let more = found.len() > MAX_LINES;
    found.truncate(MAX_LINES);
    let reported = |person: &Document| person.fields.get(DEATH_SUSPECTED).map(|field| field.held.by);
    let actors: Vec<Actor> = found.iter().filter_map(|(person, _)| reported(person)).collect();
    let names = call.center().store().names_of(&actors)?;
    let mut lines: Vec<DeathLine> =
        found.iter().map(|(person, case)| line_of(call, person, *case, &names, today)).collect();
    lines.sort_by(|one, other| one.received_on.cmp(&other.received_on));
    Ok(DeathPart { lines, more })
}

fn line_of(
    call: &Call,
    person: &Document,
    case: Option<SubjectId>,
    names: &BTreeMap<Actor, String>,
    today: NaiveDate,
) -> DeathLine {
    let held = person.fields.get(DEATH_SUSPECTED).map(|field| &field.held);
    let entry = held.and_then(|held| person.history.iter().find(|line| line.entry == held.entry));
    let day = |at: &str| DateTime::parse_from_rfc3339(at).ok().map(shanghai_day);
    let noted_on = entry.and_then(|entry| day(&entry.at));
    let received_on = entry.and_then(|entry| day(entry.received_at.as_deref()?)).or(noted_on);
    DeathLine {
        person: person_card(person.subject, person.text("name"), person.text("id_number"), today),
        village: village(call, person.stream.as_str()).name,
        died_on: person.text(DEATH_SUSPECTED).to_owned(),
        noted_by: held.and_then(|held| names.get(&held.by)).cloned().unwrap_or_default(),
        // A laptop's clock that runs ahead notes nothing before it came here.
        noted_on: noted_on.min(received_on).or(noted_on).map(|day| day.to_string()).unwrap_or_default(),
        received_on: received_on.map(|day| day.to_string()).unwrap_or_default(),
        days_open: received_on.map_or(0, |day| (today - day).num_days().max(0)),
        case,
    }
}

/// What an office says of a reported death: it is true, or nobody died.
pub(super) fn verify(call: &mut Call, args: VerifyDeathArgs) -> Result<DeathPart, CenterError> {
    call.center().verify_death(call.sign_in()?, args.person, args.is_true)?;
    list(call, Nothing {})
}
