//! Lists of people: what falls due, and who may be entitled.

use super::api::Call;
use super::label::village;
use super::message::{DueArgs, DueLine, DuePart, PersonCard, RadarArgs, RadarCount, RadarLine, RadarPart};
use super::person::person_card;
use crate::error::CenterError;
use bangban_catalogue::Catalogue;
use bangban_catalogue::eligibility::Radar;
use bangban_catalogue::entitled::{Roll, people_by_item};
use bangban_ledger::due_row::{self, DueAsk};
use bangban_model::clock::shanghai_day;
use bangban_model::document::Document;
use bangban_model::standing::DueKind;
use bangban_model::{Code, StreamId};
use chrono::NaiveDate;

/// A list shows no more lines.
const MAX_LINES: usize = 500;

/// What is due up to a day, the most urgent first.
pub(super) fn list(call: &mut Call, args: DueArgs) -> Result<DuePart, CenterError> {
    let today = shanghai_day(call.center().now());
    let ask = DueAsk {
        until: due_row::within(today, args.within_days),
        item: args.item,
        kind: None,
        scope: call.scope()?.to_owned(),
        limit: MAX_LINES as u32 + 1,
    };
    let days = call.center().store().due_until(&ask)?;
    let catalogue = call.center().catalogue_in(call.scope()?)?;
    let more = days.len() > MAX_LINES;
    let mut lines = Vec::with_capacity(days.len());
    for day in days.into_iter().take(MAX_LINES) {
        let Some(resident) = call.center().store().resident(call.scope()?, day.resident)? else { continue };
        lines.push(DueLine {
            kind: day.kind,
            person: card_of(&resident, today),
            village: village(call, day.stream.as_str()).name,
            item_name: item_name(call, &catalogue, &day.item),
            item: day.item,
            case: (day.kind != DueKind::Listed).then_some(day.subject),
            days_left: (day.due - today).num_days(),
            due: day.due.to_string(),
        });
    }
    Ok(DuePart { lines, more })
}

/// Who may be entitled and does not ask.
pub(super) fn radar(call: &mut Call, args: RadarArgs) -> Result<RadarPart, CenterError> {
    let today = shanghai_day(call.center().now());
    let place = match args.village {
        Some(code) if StreamId::parse(&code).is_none() || !code.starts_with(call.scope()?) => {
            return Err(CenterError::About(Code::VillageUnknown, code));
        }
        Some(code) => code,
        None => call.scope()?.to_owned(),
    };
    let catalogue = call.center().catalogue_in(&place)?;
    let radar = Radar::on(catalogue.items().map(|item| &item.card), today, call.language);
    let (residents, cases) = call.center().store().people_in(&place)?;
    let roll = Roll::of(&residents, &cases, today);
    let found = roll.entitled(&radar);
    let counts = people_by_item(&found).into_iter().map(|(item, people)| RadarCount {
        item_name: item_name(call, &catalogue, item),
        item: item.to_owned(),
        people,
    });
    let fitting: Vec<_> =
        found.iter().filter(|one| args.item.as_ref().is_none_or(|item| *item == one.hint.item)).collect();
    let lines = fitting.iter().take(MAX_LINES).map(|one| RadarLine {
        person: card_of(one.resident, today),
        village: village(call, one.resident.stream.as_str()).name,
        item_name: item_name(call, &catalogue, &one.hint.item),
        item: one.hint.item.clone(),
        hint: one.hint.text.clone(),
        unconfirmed: one.hint.certainty.needs_confirmation(),
    });
    Ok(RadarPart { counts: counts.collect(), lines: lines.collect(), total: fitting.len() as u64 })
}

/// An item's short name, in the language of the screen.
pub(super) fn item_name(call: &Call, catalogue: &Catalogue, item: &str) -> String {
    let known = catalogue.item(item).ok();
    known.map_or_else(|| item.to_owned(), |known| known.card.in_language(call.language).short_name)
}

fn card_of(resident: &Document, today: NaiveDate) -> PersonCard {
    person_card(resident.subject, resident.text("name"), resident.text("id_number"), today)
}
