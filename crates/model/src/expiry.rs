//! 授权、签字到期: what somebody signed holds until a day, and is needed until the case is decided. Pure.

use crate::document::Stage;
use crate::handling::{Handling, Mode};
use crate::workday::Calendar;
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// It is told of from so many working days on.
pub const WORKDAYS_AHEAD: i32 = 5;
/// What belongs to no case is told of so many days after its last one: nobody says when it was needed no more.
pub const STANDS_DAYS: u64 = 30;
/// The state of a signature that nobody gives.
const REFUSED: &str = "refused";

/// What was signed runs out, or has run out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct RunsOut {
    /// The last day.
    pub until: NaiveDate,
    /// Whether that day is over.
    pub is_over: bool,
    /// Days left; negative once it is over.
    pub days_left: i64,
    /// Whether those are working days.
    pub in_workdays: bool,
}

/// Whether what holds until a day is to be told of.
#[must_use]
pub fn runs_out(until: NaiveDate, today: NaiveDate, calendar: &Calendar) -> Option<RunsOut> {
    let is_over = until < today;
    let workdays = calendar.workdays_between(today, until);
    if !is_over && workdays > WORKDAYS_AHEAD {
        return None;
    }
    // Over a weekend no working day is left, and it is not over yet.
    let in_workdays = !is_over && workdays > 0;
    let days_left = if in_workdays { i64::from(workdays) } else { (until - today).num_days() };
    Some(RunsOut { until, is_over, days_left, in_workdays })
}

/// Whether an authority or a signature is still needed for a case that stands so.
#[must_use]
pub fn is_needed_at(stage: Stage) -> bool {
    matches!(stage, Stage::Open | Stage::Submitted | Stage::Returned | Stage::Accepted)
}

/// The last day of the written authority by which somebody acts for the person.
#[must_use]
pub fn authority_until(handling: &Handling) -> Option<NaiveDate> {
    handling.authority_until.filter(|_| handling.mode == Some(Mode::Act))
}

/// Whether a signature is still needed: of no case until some time after its last day, else while the case is not decided.
#[must_use]
pub fn signature_is_needed(state: &str, case: Option<Stage>, until: NaiveDate, today: NaiveDate) -> bool {
    let stands = until.checked_add_days(Days::new(STANDS_DAYS)).is_none_or(|last| today <= last);
    state != REFUSED && case.map_or(stands, is_needed_at)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn it_is_told_of_five_working_days_ahead_and_in_days_where_no_working_day_is_left() {
        // 2026-11-27 is a Friday.
        let table = [
            ("2026-12-04", Some((5, true, false))),
            ("2026-12-06", Some((5, true, false))),
            ("2026-12-07", None),
            ("2026-11-30", Some((1, true, false))),
            ("2026-11-29", Some((2, false, false))),
            ("2026-11-27", Some((0, false, false))),
            ("2026-11-26", Some((-1, false, true))),
            ("2026-10-27", Some((-31, false, true))),
        ];
        for (until, expected) in table {
            let told = runs_out(day(until), day("2026-11-27"), Calendar::builtin());
            assert_eq!(
                told.map(|told| (told.days_left, told.in_workdays, told.is_over)),
                expected,
                "{until}"
            );
        }
    }

    #[test]
    fn a_signature_is_needed_until_its_case_is_decided_or_for_a_while() {
        let table = [
            ("signed", Some(Stage::Accepted), "2026-01-01", true),
            ("waiting", Some(Stage::Returned), "2026-11-30", true),
            ("signed", Some(Stage::Confirmed), "2026-11-30", false),
            ("signed", Some(Stage::Withdrawn), "2026-11-30", false),
            ("refused", Some(Stage::Submitted), "2026-11-30", false),
            ("signed", None, "2026-10-28", true),
            ("signed", None, "2026-10-27", false),
        ];
        for (state, stage, until, needed) in table {
            let found = signature_is_needed(state, stage, day(until), day("2026-11-27"));
            assert_eq!(found, needed, "{state} {stage:?} {until}");
        }
        let acts = Handling {
            mode: Some(Mode::Act),
            authority_until: Some(day("2026-12-01")),
            ..Handling::default()
        };
        assert_eq!(authority_until(&acts), Some(day("2026-12-01")));
        assert_eq!(authority_until(&Handling { mode: Some(Mode::Help), ..acts }), None);
    }
}
