//! 预约: how it stands with who is to come, in one act; and the hours that the register of opening hours knows.

use crate::answering::answer_all;
use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::line::{LineDraft, hindrances, named, refuse_frozen, register_of, told_by, write};
use bangban_catalogue::Register;
use bangban_catalogue::item_words::OpenAs;
use bangban_catalogue::register_view::name_at;
use bangban_forms::{NodeView, Session};
use bangban_ledger::Ledger;
use bangban_ledger::line_list::{LineQuery, find_lines};
use bangban_model::document::Document;
use bangban_model::line::line_of;
use bangban_model::opening::{Hours, HoursKind};
use bangban_model::{Code, SubjectId};
use chrono::NaiveTime;
use serde_json::{Value, json};

/// The register of opening hours.
const HOURS: &str = "DJ_SHIJIAN";
/// So many lines of it are read at most, the newest.
const MOST_HOURS: u32 = 500;
/// States of an appointment that are said in one act, in this order.
pub(crate) const STEPS: [&str; 4] = ["called", "arrived", "no_show", "done"];
/// Of those, what can only be said once the day has come.
pub(crate) const ON_THE_DAY: [&str; 3] = ["arrived", "no_show", "done"];

/// Whether the lines of a register are appointments.
pub(crate) fn is_appointment(register: &Register) -> bool {
    register.open.as_ref().is_some_and(|open| open.kind == Some(OpenAs::Appointment))
}

/// The question of a session by its name.
fn asked<'n>(nodes: &'n [NodeView], name: &str) -> Option<&'n NodeView> {
    nodes.iter().find(|node| node.relevant && name_at(&node.path) == name)
}

/// Whether a question offers an answer.
fn offers(asks: &NodeView, answer: &str) -> bool {
    asks.choices.iter().flatten().any(|choice| choice.name == answer)
}

/// Hours and minutes as the registers' forms have them, `09:30`.
#[must_use]
pub(crate) fn time_of(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}

/// Says how it stands with a recorded line, by a state of its register: 已叫号, 已到场, 未到. Where the form asks at what time that was
/// (`arrived_at`) and it is the day itself, the time is this one. A draft of the line stays as it is.
///
/// # Errors
/// `AnswerUnknown` where the register has no such state, `LineIncomplete` where its form asks more first.
pub fn mark_line(desk: &Desk, line: SubjectId, state: &str) -> Result<(), DeskError> {
    let mut ledger = desk.ledger();
    let document = desk::document_of(&ledger, line, Code::LineUnknown)?;
    if document.newer {
        return Err(Code::NewerRecord.into());
    }
    let told = line_of(&document).ok_or(Code::LineUnknown)?;
    refuse_frozen(desk, told.register)?;
    if !told.void.is_empty() {
        return Err(Code::LineUnknown.into());
    }
    let mut draft = LineDraft::altering(&document)?;
    let item = draft.item(desk)?;
    let register = register_of(&item)?;
    let mut session = draft.session(desk, &item)?;
    let unknown = || DeskError::new(Code::AnswerUnknown).with("path", "state");
    let open = register.open.as_ref().ok_or_else(unknown)?;
    let nodes = session.nodes();
    let asks = asked(&nodes, &open.state).ok_or_else(unknown)?;
    if !offers(asks, state) {
        return Err(unknown());
    }
    answer_all(&mut session, &[(asks.path.clone(), state.to_owned())].into())?;
    if told.day == Some(desk.clock.today()) {
        let nodes = session.nodes();
        let time = asked(&nodes, &format!("{state}_at")).filter(|node| node.value.is_empty());
        if let Some(time) = time {
            let now = desk.clock.now().to_utc() + chrono::TimeDelta::hours(8);
            answer_all(&mut session, &[(time.path.clone(), now.format("%H:%M").to_string())].into())?;
        }
    }
    session.finish(desk.clock.now());
    draft.take_over(&session);
    let hindrances = hindrances(&session);
    if !hindrances.is_empty() {
        return Err(DeskError::new(Code::LineIncomplete).with("hindrances", json!(hindrances)));
    }
    let mut set = draft.values();
    for gone in draft.begun_with.keys().filter(|path| !set.contains_key(*path)).cloned().collect::<Vec<_>>() {
        set.insert(gone, Value::Null);
    }
    set.extend(told_by(register, &named(&draft.answers)));
    set.retain(|path, value| document.value(path).unwrap_or(&Value::Null) != value);
    if set.is_empty() {
        return Ok(());
    }
    write(desk, &mut ledger, (document.stream.clone(), line, document.newest_seen()), set, None)
}

/// What can be said of an appointment in one act: the states of its form that come after the one it has.
pub(crate) fn steps_of(session: &Session, register: &Register, has_come: bool) -> Vec<String> {
    let nodes = session.nodes();
    let Some(open) = register.open.as_ref().filter(|_| is_appointment(register)) else { return Vec::new() };
    let Some(asks) = asked(&nodes, &open.state) else { return Vec::new() };
    if open.done.contains(&asks.value) {
        return Vec::new();
    }
    let said = STEPS.iter().position(|step| *step == asks.value);
    let is_there = asks.value == "arrived";
    let next = |(at, step): &(usize, &&str)| {
        let is_next = match is_there {
            // Who is there did come.
            true => **step == "done",
            false => said.is_none_or(|said| *at > said) && **step != "done",
        };
        is_next && (has_come || !ON_THE_DAY.contains(*step)) && offers(asks, step)
    };
    STEPS.iter().enumerate().filter(next).map(|(_, step)| (*step).to_owned()).collect()
}

/// The state that a line has now.
pub(crate) fn state_of(session: &Session, register: &Register) -> String {
    let nodes = session.nodes();
    let open = register.open.as_ref();
    open.and_then(|open| asked(&nodes, &open.state)).map(|node| node.value.clone()).unwrap_or_default()
}

fn hours_of(line: &Document) -> Option<Hours> {
    let draft = LineDraft::altering(line).ok()?;
    let told = named(&draft.answers);
    let text = |name: &str| told.get(name).copied().unwrap_or_default();
    let day = |name: &str| text(name).get(..10).and_then(|day| day.parse().ok());
    Some(Hours {
        place: text("place").to_owned(),
        kind: HoursKind::of_word(text("kind")),
        from: day("day"),
        until: day("until"),
        weekdays: text("weekdays").split_whitespace().filter_map(|day| day.parse().ok()).collect(),
        opens: time_of(text("open_at"))?,
        closes: time_of(text("close_at"))?,
    })
}

/// The opening hours that the register knows.
pub(crate) fn known_hours(ledger: &Ledger) -> Result<Vec<Hours>, DeskError> {
    let query = LineQuery { register: HOURS.to_owned(), limit: MOST_HOURS, ..LineQuery::default() };
    let lines = find_lines(ledger.entries(), &query)?;
    let counts = |line: &&Document| line_of(line).is_some_and(|told| told.void.is_empty());
    Ok(lines.iter().filter(counts).filter_map(hours_of).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::bench::bench;
    use crate::line::{NewLine, answer_line, begin_line, record_line};
    use crate::screen::line::{LineFilter, list_lines, show_line};
    use crate::screen::today::today;
    use bangban_model::opening::NotOpen;
    use serde_json::from_value;

    const PLACE: &str = "大湖村便民服务站";

    fn write_line(desk: &Desk, register: &str, answers: Value) -> SubjectId {
        let new = NewLine { register: register.to_owned(), ..NewLine::default() };
        let line = begin_line(desk, &new).unwrap();
        answer_line(desk, line, &from_value(answers).unwrap()).unwrap();
        record_line(desk, line).unwrap();
        line
    }

    fn booked(desk: &Desk, day: &str, slot: &str, at: &str) -> SubjectId {
        let answers = json!({"/data/day": day, "/data/slot": slot, "/data/at": at, "/data/name": "余桂英",
            "/data/matter": "社保卡", "/data/place": PLACE});
        write_line(desk, "DJ_YUYUE", answers)
    }

    #[test]
    fn an_appointment_on_a_day_off_or_outside_the_hours_says_so_and_is_taken_all_the_same() {
        // 2026-11-22 is a Sunday.
        let (seat, _folder) = bench().seat();
        let sunday = booked(&seat.desk, "2026-11-29", "morning", "09:30");
        let told = show_line(&seat, sunday).unwrap().off_hours.unwrap();
        assert_eq!((told.why, told.next), (NotOpen::Weekend, "2026-11-30".parse().ok()));
        let noon = booked(&seat.desk, "2026-11-30", "noon", "12:30");
        assert!(show_line(&seat, noon).unwrap().off_hours.is_none(), "nothing is known of the hours");
        let hours = |opens: &str, closes: &str| {
            json!({"/data/day": "2026-11-01", "/data/place": "便民服务站", "/data/kind": "usual",
                "/data/weekdays": "1 2 3 4 5", "/data/open_at": opens, "/data/close_at": closes})
        };
        write_line(&seat.desk, "DJ_SHIJIAN", hours("08:30", "12:00"));
        let wrong = write_line(&seat.desk, "DJ_SHIJIAN", hours("12:00", "14:00"));
        assert!(show_line(&seat, noon).unwrap().off_hours.is_none());
        crate::line::void_line(&seat.desk, wrong, "记错").unwrap();
        let told = show_line(&seat, noon).unwrap().off_hours.unwrap();
        assert_eq!((told.why, told.hours), (NotOpen::OtherHours, vec!["08:30–12:00".to_owned()]));
        mark_line(&seat.desk, noon, "cancelled").unwrap();
        assert!(show_line(&seat, noon).unwrap().off_hours.is_none(), "what is cancelled needs no window");
    }

    #[test]
    fn called_come_and_not_come_are_said_in_one_act_and_taken_back() {
        let bench = bench();
        let due = booked(&bench.desk, "2026-11-23", "morning", "09:30");
        let steps = |seat: &crate::screen::Seat, line| show_line(seat, line).unwrap().row.steps;
        let (seat, folder) = bench.seat();
        assert_eq!(steps(&seat, due), ["called"], "before the day nobody came or stayed away");
        let desk = std::sync::Arc::into_inner(seat.desk).unwrap();
        let (seat, _folder) = crate::bench::Bench::of(desk, folder).on("2026-11-23").seat();
        let row = || today(&seat).unwrap().rows.into_iter().find(|row| row.line == Some(due));
        let offered = row().unwrap();
        assert_eq!((offered.state.as_str(), &offered.steps), ("booked", &steps(&seat, due)));
        assert_eq!(offered.steps, ["called", "arrived", "no_show"]);
        let listed = || list_lines(&seat, "DJ_YUYUE", &LineFilter::default(), 0, 10).unwrap().rows.remove(0);
        assert_eq!((&listed().state, listed().steps), (&offered.state, offered.steps), "in the book as well");
        mark_line(&seat.desk, due, "called").unwrap();
        assert_eq!(steps(&seat, due), ["arrived", "no_show"]);
        mark_line(&seat.desk, due, "no_show").unwrap();
        assert!(row().is_none(), "it is done with");
        assert!(steps(&seat, due).is_empty());
        mark_line(&seat.desk, due, "called").unwrap();
        assert_eq!(row().unwrap().steps, ["arrived", "no_show"]);
        mark_line(&seat.desk, due, "arrived").unwrap();
        let arrived = desk::document(&seat.desk.ledger(), due).unwrap().unwrap();
        assert_eq!(arrived.text("/data/arrived_at"), "09:30", "the moment is written down with it");
        assert_eq!(row().unwrap().steps, ["done"]);
        mark_line(&seat.desk, due, "booked").unwrap();
        let back = desk::document(&seat.desk.ledger(), due).unwrap().unwrap();
        assert_eq!((back.text("/data/state"), back.text("/data/arrived_at")), ("booked", ""));
        let before = seat.desk.ledger().pending_entries().unwrap();
        mark_line(&seat.desk, due, "booked").unwrap();
        assert_eq!(seat.desk.ledger().pending_entries().unwrap(), before, "the same again writes nothing");
        assert_eq!(mark_line(&seat.desk, due, "flown").unwrap_err().code, Code::AnswerUnknown);
    }

    #[test]
    fn care_at_home_is_done_once_it_is_said_who_confirmed_it_by_signature() {
        let (seat, _folder) = bench().seat();
        let ordered = json!({"/data/name": "余桂英", "/data/service": "haircut", "/data/for_day": "2026-11-22",
            "/data/state": "dispatched", "/data/provider": "夕阳红助老队"});
        let line = write_line(&seat.desk, "DJ_YANGLAO", ordered);
        let refused = mark_line(&seat.desk, line, "done").unwrap_err();
        assert_eq!(refused.code, Code::LineIncomplete);
        let mut done = json!({"/data/state": "done", "/data/done_day": "2026-11-22"});
        answer_line(&seat.desk, line, &from_value(done.clone()).unwrap()).unwrap();
        let refused = record_line(&seat.desk, line).unwrap_err();
        let told = refused.facts["hindrances"].to_string();
        assert!(told.contains("已完成的，要写明由谁签字确认了服务"), "{told}");
        done["/data/confirmed_by"] = json!("余桂英");
        answer_line(&seat.desk, line, &from_value(done.clone()).unwrap()).unwrap();
        assert_eq!(record_line(&seat.desk, line).unwrap_err().code, Code::LineIncomplete, "nobody signed");
        done["/data/signed_how"] = json!("paper");
        answer_line(&seat.desk, line, &from_value(done).unwrap()).unwrap();
        record_line(&seat.desk, line).unwrap();
        assert!(show_line(&seat, line).unwrap().row.steps.is_empty(), "it is no appointment");
        assert!(today(&seat).unwrap().rows.iter().all(|row| row.line != Some(line)));
    }

    #[test]
    fn what_is_altered_in_its_form_meanwhile_stays_a_draft() {
        let (seat, _folder) = bench().on("2026-11-23").seat();
        let due = booked(&seat.desk, "2026-11-23", "morning", "09:30");
        let noted = [("/data/note".to_owned(), "带户口簿".to_owned())].into();
        answer_line(&seat.desk, due, &noted).unwrap();
        assert!(show_line(&seat, due).unwrap().row.steps.is_empty());
        mark_line(&seat.desk, due, "called").unwrap();
        record_line(&seat.desk, due).unwrap();
        let line = desk::document(&seat.desk.ledger(), due).unwrap().unwrap();
        assert_eq!((line.text("/data/state"), line.text("/data/note")), ("called", "带户口簿"));
    }
}
