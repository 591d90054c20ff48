//! 名单 of a register's line, as the township reads it.

use super::api::Call;
use super::message::{RollArgs, RollPart, RollPlaceLine};
use crate::error::CenterError;
use crate::store::reading::OnRoll;
use bangban_model::Code;
use bangban_model::document::{Document, SubjectKind};
use bangban_model::line::line_of;
use bangban_model::relation::is_head_word;
use bangban_model::roll::{RollState, village_order};
use bangban_model::visit::{NEED, is_void, result_of, visit_day};

/// Who stands on it and how it stands with each, as the village goes: by 户号, then by name.
pub(super) fn show(call: &mut Call, args: RollArgs) -> Result<RollPart, CenterError> {
    let scope = call.scope()?.to_owned();
    let line = call.center().store().subject(&scope, args.line)?;
    let line = line.filter(|line| line_of(line).is_some()).ok_or(Code::LineUnknown)?;
    let found = call.center().store().on_roll(&scope, &line)?;
    let mut rows: Vec<RollPlaceLine> = found.iter().map(|one| row_of(call, one)).collect();
    rows.sort_by_cached_key(|row| village_order(&row.household_no, &row.name));
    Ok(RollPart { rows })
}

fn row_of(call: &Call, one: &OnRoll) -> RollPlaceLine {
    let document = &one.document;
    let is_house = document.kind == Some(SubjectKind::Household);
    let visits = || one.visits.iter().filter(|visit| !is_void(visit));
    let result = visits().find_map(result_of);
    let state = result.map_or(one.place.state, RollState::of_visit);
    let newest = visits().next();
    RollPlaceLine {
        name: if is_house { head_of(&one.members) } else { document.text("name").to_owned() },
        household_no: document.text("household_no").to_owned(),
        address: document.text("address").to_owned(),
        state: match result {
            Some(result) => result.say(call.language),
            None => state.say(call.language),
        }
        .to_owned(),
        settled: state.is_settled(),
        note: one.place.note.clone(),
        visited_at: newest.and_then(visit_day).map(|day| day.to_string()),
        need: visits()
            .map(|visit| visit.text(NEED))
            .find(|need| !need.is_empty())
            .unwrap_or_default()
            .to_owned(),
    }
}

/// The name that stands for a household: its head's, else the first member's.
fn head_of(members: &[Document]) -> String {
    let head = members.iter().find(|member| is_head_word(member.text("relation")));
    head.or(members.first()).map(|head| head.text("name").to_owned()).unwrap_or_default()
}
