//! Of 今日: the next fixed day of what is held on the same day of each month, while no line for that day exists.

use super::Seat;
use super::today::{TodayKind, TodayRow};
use crate::error::DeskError;
use crate::line::{LineDraft, named};
use bangban_catalogue::register_view::name_at;
use bangban_catalogue::{Item, Register};
use bangban_ledger::Ledger;
use bangban_ledger::line_list::{LineQuery, find_lines};
use bangban_model::StreamId;
use bangban_model::line::line_of;
use chrono::{Days, NaiveDate};
use std::collections::BTreeMap;

/// A fixed day is told of so many days before it.
const AHEAD_DAYS: i64 = 10;
/// What was held last was held not longer ago (days); a line without a fixed day ends its series.
const LOOKED_BACK: Days = Days::new(366);

/// What is held on a fixed day: a village, and the first answer that a line hands on (活动类型).
type Series = (StreamId, String);

/// The fixed days that are near, each with the last line of its series.
pub(super) fn fixed_days(seat: &Seat, ledger: &Ledger, day: NaiveDate) -> Result<Vec<TodayRow>, DeskError> {
    let catalogue = seat.desk.catalogue();
    let drafts = LineDraft::all(ledger)?;
    let mut rows = Vec::new();
    for item in catalogue.registers().filter(|item| item.card.open_on(day)) {
        let Some(register) = item.card.register.as_ref().filter(|register| register.is_of_events()) else {
            continue;
        };
        let query = LineQuery {
            register: item.card.code.clone(),
            from: day.checked_sub_days(LOOKED_BACK),
            limit: u32::MAX,
            ..LineQuery::default()
        };
        let mut lines = Vec::new();
        for line in find_lines(ledger.entries(), &query)? {
            if line_of(&line).is_some_and(|line| line.void.is_empty()) {
                lines.push(LineDraft::altering(&line)?);
            }
        }
        let written = lines.iter().chain(drafts.iter().map(|(draft, _)| draft));
        let held: Vec<(Series, NaiveDate)> = written
            .filter(|draft| draft.register == item.card.code)
            .filter_map(|draft| Some((series_of(register, draft), register.day_of(&named(&draft.answers))?)))
            .collect();
        let mut newest: BTreeMap<Series, (NaiveDate, &LineDraft)> = BTreeMap::new();
        for line in &lines {
            let Some(own) = register.day_of(&named(&line.answers)) else { continue };
            let series = newest.entry(series_of(register, line)).or_insert((own, line));
            if own > series.0 {
                *series = (own, line);
            }
        }
        for (series, (_, line)) in newest {
            let Some(next) = register.next_day_of(&named(&line.answers), day) else { continue };
            let left = (next - day).num_days();
            if left <= AHEAD_DAYS && !held.iter().any(|(one, day)| *one == series && *day == next) {
                rows.push(TodayRow {
                    line: Some(line.line),
                    item: item.card.code.clone(),
                    item_name: item.card.in_language(seat.language).short_name,
                    words: called(seat, item, register, line)?,
                    due: Some(next),
                    days_left: Some(left),
                    ..TodayRow::of(TodayKind::FixedDay)
                });
            }
        }
    }
    Ok(rows)
}

fn series_of(register: &Register, line: &LineDraft) -> Series {
    let told = named(&line.answers);
    let kind = register.keep.first().and_then(|name| told.get(name.as_str()).copied());
    (line.stream.clone(), kind.unwrap_or_default().to_owned())
}

/// What is held, in the form's words: 主动申报日.
fn called(seat: &Seat, item: &Item, register: &Register, line: &LineDraft) -> Result<String, DeskError> {
    let session = line.session(&seat.desk, item)?;
    let nodes = session.nodes();
    let node =
        nodes.iter().find(|node| register.keep.first().is_some_and(|name| name_at(&node.path) == name));
    let Some(node) = node else { return Ok(String::new()) };
    let choice = node
        .choices
        .iter()
        .flatten()
        .find(|choice| choice.name == node.value)
        .map(|choice| choice.label.clone());
    Ok(choice.unwrap_or_else(|| node.value.clone()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::bench::{Bench, bench, submitted, village};
    use crate::line::{NewLine, answer_line, begin_line, record_line, void_line};
    use bangban_model::SubjectId;
    use bangban_model::body::FieldSet;

    fn hold(bench: &Bench, like: Option<SubjectId>, answers: &[(&str, &str)]) -> SubjectId {
        let new =
            NewLine { register: "DJ_HUODONG".into(), village: Some(village()), like, ..NewLine::default() };
        let line = begin_line(&bench.desk, &new).unwrap();
        let answers = answers.iter().map(|(name, answer)| (format!("/data/{name}"), (*answer).to_owned()));
        answer_line(&bench.desk, line, &answers.collect()).unwrap();
        line
    }

    const HELD: [(&str, &str); 6] = [
        ("state", "held"),
        ("kind", "claim_day"),
        ("name", "主动申报日"),
        ("place", "村委会"),
        ("people", "12"),
        ("responsible", "李小满"),
    ];

    fn told(bench: Bench, day: &str) -> (Vec<(String, String, i64)>, Bench) {
        let (seat, folder) = bench.on(day).seat();
        let rows = fixed_days(&seat, &seat.desk.ledger(), day.parse().unwrap()).unwrap();
        let desk = std::sync::Arc::into_inner(seat.desk).unwrap();
        let told = rows.into_iter().map(|row| {
            (row.words, row.due.map(|due| due.to_string()).unwrap_or_default(), row.days_left.unwrap_or(99))
        });
        (told.collect(), Bench::of(desk, folder))
    }

    #[test]
    fn a_fixed_day_is_told_of_before_it_until_a_line_for_it_exists() {
        let bench = bench();
        let answers = [&HELD[..], &[("day", "2026-11-10"), ("each_month", "10")]].concat();
        let last = hold(&bench, None, &answers);
        record_line(&bench.desk, last).unwrap();
        let mut bench = bench;
        let row = |left| vec![("主动申报日".to_owned(), "2026-12-10".to_owned(), left)];
        let table = [
            ("2026-11-29", vec![]),
            ("2026-11-30", row(10)),
            ("2026-12-10", row(0)),
            ("2026-12-17", row(-7)),
            ("2026-12-18", vec![]),
            // Left out for months: the next one is told of all the same, for a year.
            ("2027-01-05", vec![("主动申报日".to_owned(), "2027-01-10".to_owned(), 5)]),
            ("2027-06-12", vec![("主动申报日".to_owned(), "2027-06-10".to_owned(), -2)]),
            ("2028-01-05", vec![]),
        ];
        for (day, expected) in table {
            let (rows, same) = told(bench, day);
            assert_eq!(rows, expected, "{day}");
            bench = same;
        }
        // Begun by one click: a draft with that day is a line for it.
        let bench = bench.on("2026-12-05");
        let next = hold(&bench, Some(last), &[]);
        let (rows, bench) = told(bench, "2026-12-05");
        assert_eq!(rows, vec![]);
        record_line(&bench.desk, next).unwrap();
        let (rows, bench) = told(bench, "2026-12-05");
        assert_eq!(rows, vec![], "planned");
        void_line(&bench.desk, next, "误登").unwrap();
        let (rows, _) = told(bench, "2026-12-05");
        assert_eq!(rows, row(5));
    }

    #[test]
    fn a_line_without_a_fixed_day_ends_its_series() {
        let bench = bench();
        let answers = [&HELD[..], &[("day", "2026-10-10"), ("each_month", "10")]].concat();
        let last = hold(&bench, None, &answers);
        record_line(&bench.desk, last).unwrap();
        let (rows, bench) = told(bench, "2026-11-15");
        assert_eq!(rows.len(), 1, "11-10, not written yet");
        let bench = bench.on("2026-11-20");
        let once = hold(&bench, None, &[&HELD[..], &[("day", "2026-11-10")]].concat());
        record_line(&bench.desk, once).unwrap();
        let (rows, _) = told(bench, "2026-12-09");
        assert_eq!(rows, vec![]);
    }

    #[test]
    fn whom_she_watches_is_no_fixed_day() {
        let bench = bench();
        // Whoever has a case is a person of the village.
        let case = submitted(&bench.desk, "SSC", FieldSet::new());
        let case = crate::desk::document(&bench.desk.ledger(), case).unwrap().unwrap();
        let person = case.case.unwrap().resident;
        let new = NewLine { register: "DJ_GUANZHU".into(), person: Some(person), ..NewLine::default() };
        let line = begin_line(&bench.desk, &new).unwrap();
        let answers = [
            ("day", "2026-11-10"),
            ("risks", "ill"),
            ("level", "high"),
            ("source", "round"),
            ("every_days", "30"),
            ("state", "watched"),
        ];
        let answers = answers.map(|(name, answer)| (format!("/data/{name}"), answer.to_owned()));
        answer_line(&bench.desk, line, &answers.into()).unwrap();
        record_line(&bench.desk, line).unwrap();
        let (rows, _) = told(bench, "2026-12-09");
        assert_eq!(rows, vec![]);
    }

    #[test]
    fn the_next_one_after_months_without_begins_on_the_next_fixed_day() {
        let table = [
            // The last one, today, where the next begins.
            ("2026-10-31", "31", "2026-11-20", "2026-11-30"),
            ("2026-10-31", "31", "2026-12-20", "2026-12-31"),
            ("2026-01-31", "31", "2026-12-08", "2026-12-31"),
            ("2026-11-10", "10", "2027-03-12", "2027-03-10"),
            ("2026-11-14", "10", "2026-12-25", "2027-01-10"),
        ];
        for (held, each_month, today, next) in table {
            let bench = bench().on(held);
            let line =
                hold(&bench, None, &[&HELD[..], &[("day", held), ("each_month", each_month)]].concat());
            record_line(&bench.desk, line).unwrap();
            let bench = bench.on(today);
            let new = NewLine { register: "DJ_HUODONG".into(), like: Some(line), ..NewLine::default() };
            let begun = begin_line(&bench.desk, &new).unwrap();
            let draft = LineDraft::find(&bench.desk.ledger(), begun).unwrap().unwrap();
            assert_eq!(named(&draft.0.answers).get("day"), Some(&next), "{held} {today}");
        }
    }

    #[test]
    fn a_day_that_a_month_lacks_falls_on_its_last() {
        let table = [
            ("2026-10-31", "31", "2026-11-30"),
            ("2026-11-30", "31", "2026-12-31"),
            ("2026-01-29", "29", "2026-02-28"),
            ("2026-12-05", "5", "2027-01-05"),
        ];
        for (day, each_month, next) in table {
            let bench = bench().on("2026-12-31");
            let answers = [&HELD[..], &[("day", day), ("each_month", each_month)]].concat();
            let line = hold(&bench, None, &answers);
            record_line(&bench.desk, line).unwrap();
            let ledger = bench.desk.ledger();
            let document = crate::desk::document(&ledger, line).unwrap().unwrap();
            assert_eq!(document.text("/data/next_day"), next, "{day} {each_month}");
        }
    }
}
