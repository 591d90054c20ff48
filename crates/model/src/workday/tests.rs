//! Tests of the working-day calendar.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn calendar() -> &'static Calendar {
    Calendar::builtin()
}

#[test]
fn the_years_with_data_have_their_stated_working_days() {
    for (year, count) in [(2024, 251), (2025, 248), (2026, 248)] {
        assert_eq!(calendar().workdays_in(year), count, "{year}");
        let last_before = NaiveDate::from_ymd_opt(year - 1, 12, 31).unwrap();
        let last = NaiveDate::from_ymd_opt(year, 12, 31).unwrap();
        assert_eq!(calendar().workdays_between(last_before, last), i32::try_from(count).unwrap());
        assert!(!calendar().is_provisional(year));
    }
    assert!(calendar().is_provisional(2023) && calendar().is_provisional(2027));
}

#[test]
fn holidays_and_makeup_days_overrule_the_weekday() {
    for working in ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"] {
        assert!(calendar().is_workday(day(working)), "{working} is a make-up working day");
    }
    for off in ["2026-01-01", "2026-02-16", "2026-10-07", "2026-11-21", "2026-11-22"] {
        assert!(!calendar().is_workday(day(off)), "{off}");
    }
    assert!(calendar().is_workday(day("2026-11-23")));
}

#[test]
fn a_calendar_may_name_days_off_of_the_place_itself() {
    let text = r#"{"years": {"2026": {"holidays": [], "workdays": []}}, "local_days_off": ["2026-04-20"]}"#;
    let local = Calendar::from_json(text).unwrap();
    assert!(!local.is_workday(day("2026-04-20")) && calendar().is_workday(day("2026-04-20")));
    for known in [&local, calendar()] {
        assert_eq!(&Calendar::from_json(&known.to_json().unwrap()).unwrap(), known);
    }
}

#[test]
fn the_next_working_day_is_day_one() {
    assert_eq!(calendar().add_workdays(day("2026-11-20"), 1), day("2026-11-23"));
    assert_eq!(calendar().add_workdays(day("2026-09-30"), 1), day("2026-10-08"), "over the National Day");
    assert_eq!(calendar().add_workdays(day("2026-10-09"), 1), day("2026-10-10"), "a Saturday of work");
    assert_eq!(calendar().add_workdays(day("2026-11-21"), 0), day("2026-11-21"));
    assert_eq!(calendar().workdays_between(day("2026-11-20"), day("2026-11-22")), 0);
    assert_eq!(calendar().workdays_between(day("2026-11-25"), day("2026-11-23")), -2);
}

#[test]
fn a_natural_limit_that_ends_on_a_holiday_moves_to_the_next_working_day() {
    let cases = [
        ("2026-11-16", 7, "2026-11-23"),
        ("2026-11-15", 7, "2026-11-23"), // the seventh day is Sunday the 22nd
        ("2026-09-26", 7, "2026-10-08"), // the seventh day lies in the National Day holidays
        ("2026-11-20", 0, "2026-11-20"),
    ];
    for (start, days, expected) in cases {
        let deadline = calendar().natural_deadline(day(start), days);
        assert_eq!(deadline, Deadline { date: day(expected), provisional: false }, "{start} + {days}");
    }
}

#[test]
fn a_deadline_in_a_year_without_data_is_provisional() {
    let deadline = calendar().workday_deadline(day("2026-12-31"), 1);
    assert_eq!(
        deadline,
        Deadline { date: day("2027-01-04"), provisional: true },
        "1 January is always a day off"
    );
    assert!(calendar().is_workday(day("2027-02-08")), "without data the Spring Festival is not known");
    assert!(!calendar().workday_deadline(day("2026-12-01"), 5).provisional);
}

#[test]
fn twelve_months_end_on_the_same_day_or_the_last_of_the_month() {
    assert_eq!(rolling_year_end(day("2025-11-22")), day("2026-11-22"));
    assert_eq!(rolling_year_end(day("2024-02-29")), day("2025-02-28"));
    assert_eq!(add_months(day("2026-01-31"), 1), day("2026-02-28"));
}

#[test]
fn local_days_off_are_added() {
    let local = calendar().clone().with_local_days_off([day("2026-04-20"), day("2026-10-10")]);
    assert!(!local.is_workday(day("2026-04-20")));
    assert!(!local.is_workday(day("2026-10-10")), "a local day off overrules a make-up day");
    assert!(calendar().is_workday(day("2026-04-20")));
}

#[test]
fn a_calendar_that_contradicts_itself_is_refused() {
    let refused = |text: &str| Calendar::from_json(text).unwrap_err();
    assert!(matches!(refused("{}"), CalendarProblem::Unreadable(_)));
    assert!(matches!(refused(r#"{"years":{}}"#), CalendarProblem::Empty));
    assert!(matches!(refused(r#"{"years":{"x":{"holidays":[],"workdays":[]}}}"#), CalendarProblem::NotAYear));
    let strayed = r#"{"years":{"2027":{"holidays":[{"date":"2026-01-01"}],"workdays":[]}}}"#;
    assert!(matches!(refused(strayed), CalendarProblem::WrongYear { year: 2027, .. }));
    let miscounted = r#"{"years":{"2027":{"working_days_in_year":250,"holidays":[],"workdays":[]}}}"#;
    assert!(matches!(refused(miscounted), CalendarProblem::Miscounted { counted: 261, .. }));
    let large = " ".repeat(LARGEST_CALENDAR_BYTES + 1);
    assert!(matches!(refused(&large), CalendarProblem::TooLarge { .. }));
}

#[test]
fn the_ends_of_time_are_survived() {
    assert_eq!(calendar().add_workdays(NaiveDate::MAX, 5), NaiveDate::MAX);
    assert_eq!(calendar().natural_deadline(NaiveDate::MAX, 5).date, NaiveDate::MAX);
    assert!(calendar().workdays_between(NaiveDate::MIN, NaiveDate::MAX) > 20_000);
    assert_eq!(rolling_year_end(NaiveDate::MAX), NaiveDate::MAX);
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..1461).prop_map(|days| day("2023-12-15").checked_add_days(Days::new(days)).unwrap())
}

proptest! {
    #[test]
    fn adding_working_days_and_counting_them_agree(from in any_day(), count in 0u32..300) {
        let to = calendar().add_workdays(from, count);
        prop_assert_eq!(calendar().workdays_between(from, to), i32::try_from(count).unwrap());
        if count > 0 {
            prop_assert!(calendar().is_workday(to));
        }
    }

    #[test]
    fn spans_add_up(a in any_day(), b in any_day(), c in any_day()) {
        let whole = calendar().workdays_between(a, c);
        prop_assert_eq!(calendar().workdays_between(a, b) + calendar().workdays_between(b, c), whole);
    }

    #[test]
    fn a_natural_deadline_is_a_working_day_and_never_early(start in any_day(), days in 1u32..200) {
        let deadline = calendar().natural_deadline(start, days).date;
        prop_assert!(calendar().is_workday(deadline));
        prop_assert!(deadline >= start.checked_add_days(Days::new(u64::from(days))).unwrap());
    }

    #[test]
    fn reading_an_arbitrary_calendar_never_panics(text in "\\PC{0,200}") {
        let _ = Calendar::from_json(&text);
    }
}

#[test]
fn the_calendar_compiled_in_is_readable() {
    Calendar::from_json(include_str!("../../../../data/workdays.json")).unwrap();
    assert!(!calendar().years.is_empty());
}
