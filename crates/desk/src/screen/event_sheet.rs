//! 活动记录: an event as the paper form has it, with the cases that were opened at it. A row is the event's own: what its request
//! and round came to is told by [`crate::event_figures`], and would be counted twice in a list of events.

use super::line_sheet::Filled;
use super::sheet_head::{joined, say};
use crate::case_draft::photos_of;
use crate::desk;
use crate::error::DeskError;
use bangban_ledger::{Ledger, case_list};
use bangban_model::document::{Document, Stage};
use bangban_model::handling::EVENT;
use bangban_model::line::DAY;
use bangban_model::roll::{RollState, roll_of};
use bangban_sheets::Out;
use chrono::{Days, NaiveDate};
use std::collections::BTreeMap;

/// 活动登记簿
pub(super) const EVENTS: &str = "DJ_HUODONG";
/// Its question for the signature of who is responsible.
const SIGNATURE: &str = "/data/responsible_signature";
/// A case of an event was opened so near before it at most (days): at a line that was still a plan.
const NEAR_DAYS: u64 = 366;

/// The cases of events, by the event.
#[derive(Default)]
pub(super) struct Events {
    cases: BTreeMap<String, Vec<Document>>,
}

impl Events {
    /// The cases that were opened at these events, read once for all of them.
    pub(super) fn of(ledger: &Ledger, lines: &[Document], today: NaiveDate) -> Result<Self, DeskError> {
        let days = lines.iter().filter_map(|line| line.text(DAY).parse::<NaiveDate>().ok());
        let Some(first) = days.min() else { return Ok(Events::default()) };
        let from = first.checked_sub_days(Days::new(NEAR_DAYS)).unwrap_or(first);
        let mut cases: BTreeMap<String, Vec<Document>> =
            lines.iter().map(|line| (line.subject.to_string(), Vec::new())).collect();
        for case in case_list::cases_between(ledger.entries(), from, today)? {
            let event = case.value(EVENT).and_then(|id| id.as_str()).unwrap_or_default().to_owned();
            // What was taken back is none of what was done, as in 统计.
            let stands = case.case.as_ref().is_some_and(|file| file.stage != Stage::Withdrawn);
            if let Some(at_it) = cases.get_mut(&event).filter(|_| stands) {
                at_it.push(case);
            }
        }
        Ok(Events { cases })
    }

    /// 活动名称|日期|地点|参加单位及人员|到场人数|宣传资料|咨询件数|现场受理件|转办件|照片编号|负责人签字
    pub(super) fn cells(&self, event: &Filled<'_>) -> Result<Vec<Out>, DeskError> {
        let responsible = event.told("responsible");
        let signed = !event.line.text(SIGNATURE).is_empty();
        Ok(vec![
            event.text("name"),
            event.day(),
            event.text("place"),
            Out::Text(partners(event)),
            came(event),
            Out::Text(leaflets(event)),
            event.number("consultations"),
            Out::Text(self.taken_in(event)?),
            event.number("passed_on"),
            Out::Text(photos(event)),
            if signed {
                Out::Text(say(event.words, "signed", &[("name", &responsible)]))
            } else {
                Out::ToSign
            },
        ])
    }

    /// 序号、姓名、事项 of each, one below the other; of those that were only counted, how many.
    fn taken_in(&self, event: &Filled<'_>) -> Result<String, DeskError> {
        let mut told = Vec::new();
        let cases = self.cases.get(&event.line.subject.to_string()).map(Vec::as_slice).unwrap_or_default();
        for file in cases.iter().filter_map(|case| case.case.as_ref()) {
            let person = desk::document(event.ledger, file.resident)?;
            let name = person.map(|person| person.text("name").to_owned()).unwrap_or_default();
            told.push(format!("{}. {name} {}", told.len() + 1, event.seat.item_name(&file.item)));
        }
        let counted = event.told("cases").parse::<usize>().unwrap_or(0);
        let uncounted = counted.saturating_sub(told.len());
        if uncounted > 0 {
            let key = if told.is_empty() { "cases.counted" } else { "cases.more" };
            told.push(say(event.words, key, &[("n", &uncounted.to_string())]));
        }
        Ok(told.join("\n"))
    }
}

fn partners(event: &Filled<'_>) -> String {
    let partners = event.rows_of("partner", ["partner_unit", "partner_head", "partner_phone"]);
    let told = partners.into_iter().map(|[unit, head, _]| match (unit.is_empty(), head.is_empty()) {
        (false, false) => say(event.words, "partner", &[("unit", &unit), ("name", &head)]),
        _ => unit + &head,
    });
    joined(told, "\n")
}

/// Who came: as counted, or by the roll where more signed in.
fn came(event: &Filled<'_>) -> Out {
    let here = |state| matches!(state, RollState::Arrived | RollState::Done);
    let signed_in = roll_of(event.line).iter().filter(|place| here(place.state)).count() as f64;
    match event.number("people") {
        Out::Number(people) => Out::Number(people.max(signed_in)),
        unknown if signed_in == 0.0 => unknown,
        _ => Out::Number(signed_in),
    }
}

fn leaflets(event: &Filled<'_>) -> String {
    let copies = event.told("leaflets");
    let copies = match copies.as_str() {
        "" => String::new(),
        n => say(event.words, "copies", &[("n", n)]),
    };
    joined([event.told("leaflet_titles"), copies], &say(event.words, "comma", &[]))
}

/// The numbers of the pictures in the order in which the event's page shows them, the signature's left out.
fn photos(event: &Filled<'_>) -> String {
    let pictures = photos_of(event.line).into_iter().filter(|(_, photo)| photo.slot != SIGNATURE);
    joined((1..=pictures.count()).map(|number| number.to_string()), "、")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::bench::{bench, submitted, village};
    use bangban_model::body::{CaseWithdrawn, FieldSet, Recorded};
    use bangban_model::clock::{Clock, SystemClock};
    use bangban_model::entry::NewEntry;
    use bangban_model::{Audience, Body, SubjectId};
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn a_case_that_was_taken_back_is_none_of_what_an_event_took_in() {
        let desk = bench().desk;
        let record = |subject, body| {
            let entry = NewEntry { stream: village(), subject, audience: Audience::All, saw: None, body };
            desk.ledger().record(desk.author(), vec![entry], None).unwrap();
        };
        let event = SubjectId(Uuid::now_v7());
        let set: FieldSet = [(DAY.to_owned(), json!("2026-11-22"))].into();
        record(event, Body::LineRecorded(Recorded { set }));
        let at_event = || submitted(&desk, "SSC", [(EVENT.to_owned(), json!(event))].into());
        let (kept, taken_back) = (at_event(), at_event());
        record(taken_back, Body::CaseWithdrawn(CaseWithdrawn { reason: "本人不办了".into() }));
        let ledger = desk.ledger();
        let line = desk::document(&ledger, event).unwrap().unwrap();
        // A case is of the day that its id tells: the real one.
        let events = Events::of(&ledger, &[line], SystemClock.today()).unwrap();
        let cases: Vec<_> = events.cases[&event.to_string()].iter().map(|case| case.subject).collect();
        assert_eq!(cases, [kept]);
    }
}
