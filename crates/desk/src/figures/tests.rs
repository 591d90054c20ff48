#![allow(clippy::unwrap_used)]
use super::*;
use crate::bench::{bench, submitted, village};
use crate::line::{NewLine, answer_line, begin_line, record_line, void_line};
use crate::screen::figures::figures;
use crate::visit::{VisitDraft, VisitNotes, record_visit, start_visit};
use bangban_ledger::document_row;
use bangban_model::body::{FieldSet, Recorded};
use bangban_model::document::{Decision, HistoryLine};
use bangban_model::visit::VisitResult;
use uuid::Uuid;

const DAY: &str = "2026-11-22";

fn subject(desk: &Desk, body: Body) -> SubjectId {
    let subject = SubjectId(Uuid::now_v7());
    let entry = NewEntry { stream: village(), subject, audience: Audience::All, saw: None, body };
    desk.ledger().record(desk.author(), vec![entry], None).unwrap();
    subject
}

fn household(desk: &Desk, number: &str) -> SubjectId {
    let set: FieldSet = [("household_no".to_owned(), json!(number))].into();
    subject(desk, Body::HouseholdRecorded(Recorded { set }))
}

fn visit_with(desk: &Desk, number: &str, notes: VisitNotes) -> SubjectId {
    let visit = start_visit(desk, &household(desk, number).to_string(), "").unwrap().id;
    record_visit(desk, &VisitDraft { visit, notes }).unwrap();
    visit
}

fn line_at(desk: &Desk, new: NewLine, answers: &[(&str, &str)]) -> SubjectId {
    let line = begin_line(desk, &new).unwrap();
    let answers = answers.iter().map(|(path, answer)| ((*path).to_owned(), (*answer).to_owned())).collect();
    answer_line(desk, line, &answers).unwrap();
    record_line(desk, line).unwrap();
    line
}

fn leaflets_at(desk: &Desk, visit: Option<SubjectId>, day: &str, copies: u32) -> SubjectId {
    let new = NewLine { register: "DJ_ZILIAO".into(), visit, ..NewLine::default() };
    let copies = copies.to_string();
    let answers = [
        ("/data/day", day),
        ("/data/title", "医保明白纸"),
        ("/data/copies", &copies),
        ("/data/to_kind", "group"),
        ("/data/way", "door"),
    ];
    line_at(desk, new, &answers)
}

fn counted(desk: &Desk, from: &str, to: &str) -> Counts {
    let span = Span { from: from.parse().unwrap(), to: to.parse().unwrap(), village: None };
    count(desk, &desk.ledger(), &span).unwrap().counts
}

#[test]
fn leaflets_of_a_visit_count_once_whether_typed_or_written_as_lines() {
    // Typed, copies of the lines at the visit, counted.
    let table: [(u32, &[u32], u64); 6] =
        [(5, &[], 5), (5, &[5], 5), (5, &[3], 5), (3, &[5], 5), (0, &[2, 2], 4), (5, &[2, 4], 6)];
    for (typed, lines, expected) in table {
        let bench = bench();
        let desk = &bench.desk;
        let notes =
            VisitNotes { result: Some(VisitResult::Nobody), leaflets: typed, ..VisitNotes::default() };
        let visit = visit_with(desk, "0001", notes);
        for copies in lines {
            leaflets_at(desk, Some(visit), DAY, *copies);
        }
        assert_eq!(counted(desk, DAY, DAY).leaflets, expected, "{typed} {lines:?}");
        // What was written at no visit counts beside it.
        leaflets_at(desk, None, DAY, 7);
        assert_eq!(counted(desk, DAY, DAY).leaflets, expected + 7, "{typed} {lines:?}");
    }
}

#[test]
fn a_line_of_a_visit_that_is_void_or_of_another_day_leaves_the_visit_its_number() {
    let bench = bench();
    let desk = &bench.desk;
    let notes = VisitNotes { result: Some(VisitResult::Nobody), leaflets: 5, ..VisitNotes::default() };
    let visit = visit_with(desk, "0001", notes);
    let line = leaflets_at(desk, Some(visit), "2026-11-21", 3);
    assert_eq!(counted(desk, DAY, DAY).leaflets, 2, "three count on the day of the line");
    assert_eq!(counted(desk, "2026-11-21", DAY).leaflets, 5);
    void_line(desk, line, "误登").unwrap();
    assert_eq!(counted(desk, "2026-11-21", DAY).leaflets, 5);
}

#[test]
fn who_asks_at_her_door_is_one_question_and_one_person() {
    let bench = bench();
    let desk = &bench.desk;
    let set: FieldSet = [("name".to_owned(), json!("余桂英"))].into();
    let person = subject(desk, Body::ResidentRecorded(Recorded { set }));
    let notes = VisitNotes { met: vec![person], consultations: 1, ..VisitNotes::default() };
    let visit = visit_with(desk, "0001", notes);
    let ask = |visit| {
        let new = NewLine { register: "DJ_ZIXUN".into(), visit, person: Some(person), ..NewLine::default() };
        let mut answers = vec![
            ("/data/matter", "高龄津贴"),
            ("/data/question", "什么时候发？"),
            ("/data/state", "answered"),
            ("/data/answer", "每月二十五日前"),
        ];
        // What is written at a visit was asked at the door: that goes without saying.
        answers.extend(visit.is_none().then_some(("/data/channel", "wechat")));
        answers.extend(visit.is_none().then_some(("/data/group_name", "大湖村")));
        line_at(desk, new, &answers);
        // Their ids carry the clock of this machine.
        let counts = counted(desk, DAY, "2126-12-31");
        (counts.consultations, counts.served)
    };
    assert_eq!(ask(Some(visit)), (1, 1));
    assert_eq!(ask(Some(visit)), (2, 1), "a second question is more than what was typed");
    assert_eq!(ask(None), (3, 2), "on another occasion a register counts who came");
}

#[test]
fn a_late_case_does_not_alter_what_the_brief_of_a_closed_month_says() {
    let bench = bench();
    let case = |desk: &Desk, item: &str| submitted(desk, item, FieldSet::new());
    case(&bench.desk, "SSC");
    // The month is over.
    let bench = bench.on("2026-12-02");
    close_month(&bench.desk, &village(), "2026-11").unwrap();
    let bench = bench.on("2026-11-29");
    case(&bench.desk, "SSC");
    case(&bench.desk, "DIBAO");
    let (seat, _folder) = bench.on("2026-12-03").seat();
    let (from, to) = days_of("2026-11").unwrap();
    let said = figures(&seat, from, to, Some(village())).unwrap();
    let items: Vec<_> = said.items.iter().map(|item| (item.item.as_str(), item.cases)).collect();
    assert_eq!((items, said.items_of_now), (vec![("SSC", 1)], false));
    assert_eq!((said.counts.cases, said.closed[0].counts.cases, said.corrected[0].counts.cases), (3, 1, 3));

    // An older program kept the sums alone.
    let closed = closed_month(&seat.desk.ledger(), &village(), "2026-11").unwrap().unwrap();
    let set: FieldSet = [(ITEMS.to_owned(), serde_json::Value::Null)].into();
    let body = Body::LineRecorded(Recorded { set });
    let entry =
        NewEntry { stream: village(), subject: closed.line, audience: Audience::All, saw: None, body };
    seat.desk.ledger().record(seat.desk.author(), vec![entry], None).unwrap();
    let said = figures(&seat, from, to, Some(village())).unwrap();
    let items: Vec<_> = said.items.iter().map(|item| (item.item.as_str(), item.cases)).collect();
    assert_eq!((items, said.items_of_now), (vec![("SSC", 2), ("DIBAO", 1)], true));
    assert_eq!(said.closed[0].counts.cases, 1);
}

#[test]
fn what_was_begun_on_one_day_and_written_down_on_another_is_added_later() {
    let bench = bench();
    let visit = start_visit(&bench.desk, &household(&bench.desk, "0001").to_string(), "").unwrap().id;
    let bench = bench.on("2026-12-05");
    let notes = VisitNotes { result: Some(VisitResult::Nobody), ..VisitNotes::default() };
    record_visit(&bench.desk, &VisitDraft { visit, notes: notes.clone() }).unwrap();
    let counts = counted(&bench.desk, DAY, DAY);
    assert_eq!((counts.visits, counts.late), (1, 1));
    // What is corrected later was written down on its day.
    let bench = bench.on("2026-12-06");
    let visit = visit_with(&bench.desk, "0002", notes.clone());
    let bench = bench.on("2026-12-09");
    let notes = VisitNotes { note: "门锁着".into(), ..notes };
    record_visit(&bench.desk, &VisitDraft { visit, notes }).unwrap();
    let counts = counted(&bench.desk, "2026-12-06", "2026-12-06");
    assert_eq!((counts.visits, counts.late), (1, 0));
}

#[test]
fn a_case_that_was_written_down_later_than_it_was_done_is_added_later() {
    use bangban_model::added_later::done_before;
    use bangban_model::certification::{DAY as CERTIFIED_ON, ITEM};
    use bangban_model::handling::TAKEN_ON;
    // Done on, written on the 22nd.
    for (item, path) in [(ITEM, CERTIFIED_ON), (ITEM, TAKEN_ON), ("SSC", TAKEN_ON)] {
        for (day, late) in [("2026-11-20", 1), ("2026-11-22", 0), ("", 0)] {
            let bench = bench();
            let case = submitted(&bench.desk, item, [(path.to_owned(), json!(day))].into());
            // A case is of the day that its id tells: the real one.
            let counts = counted(&bench.desk, DAY, "2099-12-31");
            assert_eq!((counts.cases, counts.late), (1, late), "{path} {day}");
            let document = crate::desk::document(&bench.desk.ledger(), case).unwrap().unwrap();
            assert_eq!(done_before(&document), day.parse().ok().filter(|_| late == 1), "{path} {day}");
        }
    }
    // Another item's answer of that name is none of ours.
    let bench = bench();
    let case = submitted(&bench.desk, "SSC", [(CERTIFIED_ON.to_owned(), json!("2026-11-20"))].into());
    let document = crate::desk::document(&bench.desk.ledger(), case).unwrap().unwrap();
    assert_eq!(done_before(&document), None);
}

#[test]
fn a_later_attempt_is_compared_with_the_day_on_which_it_was_written_itself() {
    use bangban_model::added_later::done_before;
    use bangban_model::certification::{DAY as CERTIFIED_ON, ITEM};
    let mut bench = bench();
    let case = submitted(&bench.desk, ITEM, [(CERTIFIED_ON.to_owned(), json!(DAY))].into());
    // Seen again: written on that day, then another time on a day after it.
    for (on, seen, late) in [("2026-11-24", "2026-11-24", false), ("2026-11-26", "2026-11-25", true)] {
        bench = bench.on(on);
        let set = [(CERTIFIED_ON.to_owned(), json!(seen))].into();
        let body = Body::CaseRecorded(Recorded { set });
        let entry = NewEntry { stream: village(), subject: case, audience: Audience::All, saw: None, body };
        bench.desk.ledger().record(bench.desk.author(), vec![entry], None).unwrap();
        let document = crate::desk::document(&bench.desk.ledger(), case).unwrap().unwrap();
        assert_eq!(done_before(&document), seen.parse().ok().filter(|_| late), "{on}");
    }
}

#[test]
fn whoever_came_to_an_event_and_has_a_case_there_is_one_person() {
    use crate::roll::{mark_roll, put_on_roll};
    use bangban_model::handling::EVENT;
    use bangban_model::roll::RollState;
    let bench = bench();
    let event = line_at(
        &bench.desk,
        NewLine { register: "DJ_HUODONG".into(), ..NewLine::default() },
        &[
            ("/data/state", "held"),
            ("/data/day", DAY),
            ("/data/kind", "aid_day"),
            ("/data/name", "帮扶日"),
            ("/data/place", "村委会"),
            ("/data/people", "36"),
            ("/data/responsible", "李小满"),
        ],
    );
    let at_event: FieldSet = [(EVENT.to_owned(), json!(event))].into();
    let cases = [at_event.clone(), at_event, FieldSet::new()].map(|set| submitted(&bench.desk, "SSC", set));
    let residents = cases.map(|case| {
        let case = crate::desk::document(&bench.desk.ledger(), case).unwrap().unwrap();
        case.case.unwrap().resident
    });
    // Two of the 36 have cases there; the third has one of another day.
    let counts = counted(&bench.desk, DAY, "2099-12-31");
    assert_eq!((counts.events, counts.cases, counts.served), (1, 3, 37));
    let of_event = crate::event_figures::count_event(&bench.desk, &bench.desk.ledger(), event).unwrap();
    assert_eq!((of_event.events, of_event.served), (1, 36), "as on its own page");
    // The third was signed in too: one of the 36.
    put_on_roll(&bench.desk, event, &residents).unwrap();
    mark_roll(&bench.desk, event, residents[2], Some(RollState::Arrived), None).unwrap();
    assert_eq!(counted(&bench.desk, DAY, "2099-12-31").served, 36);
}

#[test]
fn of_what_was_decided_that_is_on_time_which_kept_every_limit_of_its_card() {
    let bench = bench();
    let desk = &bench.desk;
    // DIBAO has limits by law; the last one was decided months after its acceptance, the others in two days.
    let cases = [
        ("DIBAO", Some(("2026-09-01", "2026-09-03")), Outcome::Granted),
        ("DIBAO", Some(("2026-09-01", "2026-09-03")), Outcome::Refused),
        ("DIBAO", None, Outcome::Granted),
        ("DIBAO", Some(("2026-01-05", "2026-09-03")), Outcome::Granted),
    ];
    for (item, decided, outcome) in cases {
        let case = submitted(desk, item, FieldSet::new());
        let Some((accepted_on, decided_on)) = decided else { continue };
        let ledger = desk.ledger();
        let mut document = desk::document(&ledger, case).unwrap().unwrap();
        let moment = |day: &str| Some(format!("{day}T09:30:00+08:00"));
        let line = document.history.last().unwrap().clone();
        for (kind, day) in [("case_accepted", accepted_on), ("case_confirmed", decided_on)] {
            let entry = bangban_model::EntryId(Uuid::now_v7());
            let line = HistoryLine { kind: kind.into(), received_at: moment(day), entry, ..line.clone() };
            document.history.push(line);
        }
        let file = document.case.as_mut().unwrap();
        file.stage = Stage::Confirmed;
        file.decision = Some(Decision { entry: line.entry, outcome, due: None, note: String::new() });
        document_row::put(ledger.entries(), &document).unwrap();
    }
    // Their ids carry the clock of this machine.
    let counts = counted(desk, DAY, "2126-12-31");
    let shares = [counts.cases, counts.decided, counts.granted, counts.timed, counts.on_time];
    assert_eq!(shares, [4, 3, 2, 3, 2], "one of them was decided too late");
}
