#![allow(clippy::unwrap_used)]
use super::*;
use crate::document::HistoryLine;
use crate::ids::{Actor, AgentId, EntryId, StreamId, SubjectId};
use proptest::prelude::*;
use uuid::Uuid;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn clock(start: &str, pauses: &[(&str, Option<&str>)], end: Option<&str>) -> CaseClock {
    CaseClock {
        start: Some(day(start)),
        pauses: pauses.iter().map(|(from, to)| StoodStill { from: day(from), to: to.map(day) }).collect(),
        end: end.map(day),
    }
}

fn reckon(clock: &CaseClock, days: u32, kind: DayKind, today: &str) -> Reckoning {
    clock.reckon(Limit { days, kind }, day(today), Calendar::builtin()).unwrap()
}

#[test]
fn limits_end_where_the_law_says() {
    use DayKind::{Instant, Month, Natural, Workday};
    // Before the National Day of 2026: 1–7 October off, 20 September and 10 October worked.
    for (start, days, kind, due) in [
        ("2026-09-28", 3, Workday, "2026-10-08"),
        ("2026-09-18", 1, Workday, "2026-09-20"),
        ("2026-11-26", 30, Workday, "2027-01-08"),
        ("2026-09-25", 7, Natural, "2026-10-08"),
        ("2026-03-02", 7, Natural, "2026-03-09"),
        ("2026-08-31", 6, Month, "2027-03-01"),
        ("2026-03-05", 0, Instant, "2026-03-05"),
        ("2026-03-05", 0, Workday, "2026-03-05"),
    ] {
        assert_eq!(
            reckon(&clock(start, &[], None), days, kind, start).due,
            day(due),
            "{start} {days} {kind:?}"
        );
    }
    assert!(
        reckon(&clock("2026-11-26", &[], None), 30, Workday, "2026-11-26").provisional,
        "no notice of 2027"
    );
    assert!(!reckon(&clock("2026-03-02", &[], None), 20, Workday, "2026-03-02").provisional);
}

#[test]
fn a_clock_that_stands_still_moves_the_last_day_and_uses_none() {
    // Returned on Tuesday, completed on Friday: Wednesday to Friday do not count.
    let completed = clock("2026-03-02", &[("2026-03-03", Some("2026-03-06"))], None);
    let found = reckon(&completed, 5, DayKind::Workday, "2026-03-10");
    assert_eq!((found.due, found.used, found.left), (day("2026-03-12"), 3, 2));
    assert!(!found.paused && !found.late);
    // Still standing: the day moves on with today, and nothing is used up.
    let waiting = clock("2026-03-02", &[("2026-03-03", None)], None);
    let found = reckon(&waiting, 5, DayKind::Workday, "2026-03-10");
    assert_eq!((found.due, found.used, found.left), (day("2026-03-16"), 1, 4));
    assert!(found.paused && !found.late);
    // Seven days of public notice, months moved by the days that stood.
    let months = clock("2026-03-02", &[("2026-03-09", Some("2026-03-16"))], None);
    assert_eq!(reckon(&months, 1, DayKind::Month, "2026-03-20").due, day("2026-04-09"));
}

#[test]
fn a_decided_case_is_measured_by_its_decision() {
    let decided = clock("2026-03-02", &[], Some("2026-03-06"));
    let found = reckon(&decided, 3, DayKind::Workday, "2026-11-26");
    assert_eq!((found.due, found.used, found.left, found.late), (day("2026-03-05"), 4, -1, true));
    assert!(!reckon(&decided, 4, DayKind::Workday, "2026-11-26").late);
    assert_eq!(
        CaseClock::default().reckon(
            Limit { days: 1, kind: DayKind::Workday },
            day("2026-03-02"),
            Calendar::builtin()
        ),
        None
    );
}

proptest! {
    #[test]
    fn pauses_never_shorten_and_used_and_left_make_the_limit(
        start in 0u64..700, days in 1u32..60, pause in 0u64..40, length in 0u64..40, later in 0u64..90,
    ) {
        let start = day("2024-01-02") + Days::new(start);
        let from = start + Days::new(pause);
        let still = StoodStill { from, to: Some(from + Days::new(length)) };
        let (plain, paused) = (
            CaseClock { start: Some(start), ..CaseClock::default() },
            CaseClock { start: Some(start), pauses: vec![still], end: None },
        );
        let today = start + Days::new(later);
        let limit = Limit { days, kind: DayKind::Workday };
        let (one, other) = (plain.reckon(limit, today, Calendar::builtin()).unwrap(), paused.reckon(limit, today, Calendar::builtin()).unwrap());
        prop_assert!(other.due >= one.due && other.used <= one.used);
        prop_assert_eq!(i64::from(one.used) + i64::from(one.left), i64::from(days));
        prop_assert!(one.late || one.left >= 0);
        prop_assert!(!one.late || one.left <= 0);
    }
}

/// A case's document with nothing but a history: what happened on which day at the center.
fn document(lines: &[(&str, &str)]) -> Document {
    let mut document = Document::new(SubjectId(Uuid::from_u128(1)), StreamId::parse("420703200209").unwrap());
    document.history = lines
        .iter()
        .zip(1..)
        .map(|((kind, day), number)| HistoryLine {
            entry: EntryId(Uuid::from_u128(number)),
            kind: (*kind).to_owned(),
            by: Actor::Agent(AgentId(Uuid::nil())),
            // The laptop's clock is years off: it decides nothing.
            at: "1999-01-01T00:00:00+08:00".to_owned(),
            position: Some(number as u64),
            received_at: Some(format!("{day}T23:30:00Z")),
        })
        .collect();
    document
}

#[test]
fn a_clock_starts_with_the_first_acceptance_and_stands_still_while_papers_are_completed() {
    let told = document(&[
        ("case_opened", "2026-03-01"),
        ("case_submitted", "2026-03-01"),
        ("case_returned", "2026-03-01"), // before the acceptance nothing runs
        ("case_submitted", "2026-03-02"),
        ("case_accepted", "2026-03-02"),
        ("case_returned", "2026-03-04"),
        ("case_submitted", "2026-03-06"),
        ("case_accepted", "2026-03-07"),
        ("clock_paused", "2026-03-09"),
        ("case_submitted", "2026-03-10"), // an agent's edit does not end what staff began
        ("clock_resumed", "2026-03-16"),
        ("case_confirmed", "2026-03-19"),
    ]);
    let clock = clock_of(&told);
    // 23:30 UTC is the next day in Shanghai.
    assert_eq!((clock.start, clock.end), (Some(day("2026-03-03")), Some(day("2026-03-20"))));
    let still = |from, to| StoodStill { from: day(from), to: Some(day(to)) };
    assert_eq!(clock.pauses, [still("2026-03-05", "2026-03-07"), still("2026-03-10", "2026-03-17")]);
    let mut noted = told;
    noted.noted.push(EntryId(Uuid::from_u128(5)));
    assert_eq!(clock_of(&noted).start, Some(day("2026-03-08")), "what did not fit starts nothing");
}
