//! 名单 of a register's line, as the township reads it.

use super::api::Call;
use super::message::{RollArgs, RollPart, RollPlaceLine};
use crate::error::CenterError;
use crate::form::answers_of;
use crate::store::reading::OnRoll;
use bangban_catalogue::register_view::named;
use bangban_model::Code;
use bangban_model::document::{Document, SubjectKind};
use bangban_model::line::line_of;
use bangban_model::relation::is_head_word;
use bangban_model::roll::{RollState, village_order};
use bangban_model::visit::{NEED, is_void, lacks_second, result_of, visit_day};

/// Who stands on it and how it stands with each, as the village goes: by 户号, then by name.
pub(super) fn show(call: &mut Call, args: RollArgs) -> Result<RollPart, CenterError> {
    let scope = call.scope()?.to_owned();
    let line = call.center().store().subject(&scope, args.line)?;
    let line = line.filter(|line| line_of(line).is_some()).ok_or(Code::LineUnknown)?;
    let found = call.center().store().on_roll(&scope, &line)?;
    let two = wants_two(call, &scope, &line)?;
    let mut rows: Vec<RollPlaceLine> = found.iter().map(|one| row_of(call, one, two)).collect();
    rows.sort_by_cached_key(|row| village_order(&row.household_no, &row.name));
    Ok(RollPart { rows })
}

/// 须两人走访: whether two go to every household.
fn wants_two(call: &Call, scope: &str, line: &Document) -> Result<bool, CenterError> {
    let told = line_of(line).ok_or(Code::LineUnknown)?;
    let catalogue = call.center().catalogue_in(scope)?;
    let item = catalogue.item(told.register).map_err(|problem| problem.code())?;
    let register = item.card.register.as_ref().ok_or(Code::LineUnknown)?;
    Ok(register.wants_two(&named(&answers_of(line))))
}

fn row_of(call: &Call, one: &OnRoll, two: bool) -> RollPlaceLine {
    let document = &one.document;
    let is_house = document.kind == Some(SubjectKind::Household);
    let visits = || one.visits.iter().filter(|visit| !is_void(visit));
    let told = visits().find(|visit| result_of(visit).is_some());
    let result = told.and_then(result_of);
    let alone = two && told.is_some_and(lacks_second);
    let state = result.map_or(one.place.state, RollState::of_visit);
    let newest = visits().next();
    let newest_need = visits().map(|visit| visit.text(NEED)).find(|need| !need.is_empty());
    RollPlaceLine {
        name: if is_house { head_of(&one.members) } else { document.text("name").to_owned() },
        household_no: document.text("household_no").to_owned(),
        address: document.text("address").to_owned(),
        state: match result {
            Some(result) => result.say(call.language),
            None => state.say(call.language),
        }
        .to_owned(),
        settled: state.is_settled() && !alone,
        alone,
        note: one.place.note.clone(),
        visited_at: newest.and_then(visit_day).map(|day| day.to_string()),
        need: newest_need
            .into_iter()
            .chain(one.further.iter().map(|further| further.text(NEED)))
            .filter(|need| !need.is_empty())
            .collect::<Vec<_>>()
            .join("；"),
    }
}

/// The name that stands for a household: its head's, else the first member's.
fn head_of(members: &[Document]) -> String {
    let head = members.iter().find(|member| is_head_word(member.text("relation")));
    head.or(members.first()).map(|head| head.text("name").to_owned()).unwrap_or_default()
}
